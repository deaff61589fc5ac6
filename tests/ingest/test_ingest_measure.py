"""What cleaning keeps and cuts on pages with gold, and that it survives every real page.

Floors are the measured values: shares of the code points, blanks aside, that the gold gives
to title and body (kept), and that it gives to neither (junk).
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from curation import sample
from curation.ingest import IngestOptions, ingest, ingest_file
from curation.offsets import clean_to_raw
from curation.rawgold import RawGold, read_raw_gold, to_clean
from curation.records import Article, Author

GOLD = Author(kind="adjudication", name="gold")


def _raw(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as page:
        return page.read()


def _kept(article: Article, raw: str) -> set[int]:
    places = (clean_to_raw(article.kept, raw, s, s + n) for s, _, n in article.kept)
    return {at for place in places if place for at in range(*place)}


def _counts(gold: RawGold, article: Article, raw: str) -> tuple[int, int, int, int]:
    """Kept and all of the gold's code points, kept and all of the others."""
    ranges = [*([gold.title] if gold.title else []), *gold.body]
    wanted = {at for span in ranges for at in range(*span)}
    visible = {at for at, char in enumerate(raw) if not char.isspace() and char != "\ufeff"}
    kept = _kept(article, raw) & visible
    wanted, junk = wanted & visible, visible - wanted
    return len(kept & wanted), len(wanted), len(kept & junk), len(junk)


def _shares(golds: Iterable[RawGold], folder: Path) -> tuple[float, float]:
    """The shares of title and body, and of junk, that are kept."""
    rows = []
    for gold in golds:
        path = folder / f"{gold.id}.txt"
        rows.append(_counts(gold, ingest_file(path, None, IngestOptions()), _raw(path)))
    body, all_body, junk, all_junk = map(sum, zip(*rows, strict=True))
    return body / all_body, junk / all_junk


def test_the_seeds_keep_all_of_title_and_body_and_no_junk(shared: Path) -> None:
    assert _shares(read_raw_gold(shared / "gold" / "seeds.jsonl"), shared / "seeds") == (1.0, 0.0)


def test_the_sample_keeps_all_of_title_and_body_and_hardly_any_junk() -> None:
    kept, junk = _shares(sample.gold().values(), sample.FOLDER / "articles")
    assert kept == 1.0
    assert junk < 0.001


def test_no_annotation_of_the_seeds_is_lost_by_cleaning(shared: Path) -> None:
    for gold in read_raw_gold(shared / "gold" / "seeds.jsonl"):
        article = ingest_file(shared / "seeds" / f"{gold.id}.txt", None, IngestOptions())
        annotation, problems = to_clean(gold, article, GOLD, "1.0.0")
        assert problems == []
        assert len(annotation.spans) == len(gold.spans)


def test_the_seeds_have_the_metadata_that_they_print(shared: Path) -> None:
    result = ingest([shared / "seeds"], IngestOptions())
    assert [(a.lang, a.published, a.published_from, a.outlet) for a in result.articles] == [
        ("vi", "2024-10-28", "byline", "VTV.vn"),
        ("en", "2024-10-28", "prefix", "Viet Nam News"),
        ("vi", None, None, None),
        ("vi", None, None, "VOV.VN"),
        ("en", "2024-10-05", "line", "Viet Nam News"),
    ]


@pytest.mark.parametrize("gold", sample.gold().values(), ids=sample.gold())
def test_each_sample_page_has_the_language_and_date_of_its_gold(gold: RawGold) -> None:
    path = sample.FOLDER / "articles" / f"{gold.id}.txt"
    article = ingest_file(path, None, IngestOptions())
    assert (article.lang, article.published) == (gold.lang, gold.published)
    _, problems = to_clean(gold, article, GOLD, "1.0.0")
    assert problems == []


def test_every_real_page_is_read_in_its_language_and_dated_right_or_not_at_all(
    shared: Path,
) -> None:
    corpus = shared / "corpus"
    if not corpus.is_dir():
        pytest.skip("the real articles without labels are not here")
    folders = [corpus / name for name in ("en-press", "vi", "en-statements")]
    result = ingest(folders, IngestOptions(root=corpus))
    assert result.refused == ()
    assert len(result.files) == 397
    assert len(result.duplicates) == 5
    sources = (corpus / "sources.tsv").read_text(encoding="utf-8")
    rows = {row.split("\t")[0]: row for row in sources.splitlines()}
    dated = 0
    for article in result.articles:
        line = rows[article.source.path]
        assert line.split("\t")[1] == article.lang
        if article.published:
            assert f"({article.published}" in line
            dated += 1
    assert dated == 28
