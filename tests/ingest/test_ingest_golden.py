"""The whole stage over the sample, against a golden file.

`REWRITE_GOLDEN=1 pytest tests/ingest/test_ingest_golden.py` writes it anew; read the diff.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest

from curation import sample
from curation.ingest import IngestOptions, ingest
from curation.ingest.cleaning.rules import load_rules
from curation.ingest.cleaning.zones import zones
from curation.ingest.normal import normalize
from curation.records import Article

GOLDEN = Path(__file__).parent / "golden" / "sample.jsonl"


def _cut(article: Article) -> list[str]:
    """What was cut away of a page, each with its kind and rule."""
    with (sample.FOLDER / article.source.path).open(encoding="utf-8", newline="") as page:
        text = normalize(page.read()).text
    return [
        f"{zone.kind} {zone.rule}: {text[zone.start : zone.end]}"
        for zone in zones(text, load_rules())
        if zone.kind not in ("title", "body", "blank")
    ]


def _row(article: Article) -> dict[str, object]:
    return {
        "path": article.source.path,
        "lang": article.lang,
        "published": article.published,
        "published_from": article.published_from,
        "outlet": article.outlet,
        "byline": article.byline,
        "title": article.title and article.text[: article.title[1]],
        "text": article.sha256[:16],
        "kept": hashlib.sha256(repr(article.kept).encode()).hexdigest()[:16],
        "cut": _cut(article),
    }


def test_the_sample_is_cleaned_as_before() -> None:
    result = ingest([sample.FOLDER / "articles"], IngestOptions(root=sample.FOLDER))
    assert (result.refused, result.duplicates) == ((), ())
    rows = [json.dumps(_row(article), ensure_ascii=False) for article in result.articles]
    if os.environ.get("REWRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text("\n".join(rows) + "\n", encoding="utf-8")
        pytest.skip("the golden file was written")
    assert rows == GOLDEN.read_text(encoding="utf-8").splitlines()
