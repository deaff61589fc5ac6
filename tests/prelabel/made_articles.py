"""Articles for tests: from a text, and from the ranges of hand gold over a raw file."""

import hashlib
import json
import unicodedata
from pathlib import Path

from curation.ontology import load_ontology
from curation.prelabel import Rules, rules
from curation.prelabel.registry import Registry
from curation.prelabel.weighed.tables import Models, Weights
from curation.rawgold import RawGold, to_clean
from curation.records import Annotation, Article, Author, Source, article_id, sha256_text

PRELABEL = rules()


def article(
    text: str,
    lang: str = "vi",
    published: str | None = "2024-10-28",
    title: tuple[int, int] | None = None,
    kept: tuple[tuple[int, int, int], ...] = (),
) -> Article:
    digest = sha256_text(text)
    return Article(
        id=article_id(digest),
        sha256=digest,
        text=text,
        title=title,
        lang=lang,
        published=published,
        published_from=None,
        outlet=None,
        byline=None,
        url=None,
        license=None,
        source=Source(path="x.txt", sha256="0" * 64, media_type="text/plain"),
        kept=kept,
    )


def marked(text: str, lang: str = "vi", published: str | None = "2024-10-28") -> str:
    """Return the text with each span as [words|LABEL]."""
    annotation = PRELABEL(article(text, lang, published))
    for span in reversed(annotation.spans):
        text = f"{text[: span.start]}[{span.text}|{span.label}]{text[span.end :]}"
    return text


def from_gold(gold: RawGold, raw: str) -> tuple[Article, Annotation]:
    """Return the article of the gold's title and body ranges, and the gold over it."""
    pieces = [gold.title] if gold.title else []
    text, kept, title = "", list[tuple[int, int, int]](), None
    for start, end in [*pieces, *gold.body]:
        text += "\n\n" if text else ""
        place = start
        while place < end:
            stop = place + 1
            while stop < end and unicodedata.combining(raw[stop]):
                stop += 1
            char = unicodedata.normalize("NFC", raw[place:stop])
            kept.append((len(text), place, len(char)))
            text += char
            place = stop
        title = title or ((0, len(text)) if gold.title else None)
    made = article(text, gold.lang, gold.published, title, tuple(kept))
    author = Author("adjudication", "gold")
    clean, problems = to_clean(gold, made, author, load_ontology().version)
    assert problems == []
    return made, clean


def gold_articles(
    gold_file: Path, raw_folder: Path, part: str | None = None
) -> list[tuple[Article, Annotation]]:
    """Return each article of a gold file (or of a part of it) beside its gold.

    The bytes of every raw file must have the hash that the gold was made over.
    """
    import msgspec

    pairs = []
    for line in gold_file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if part is not None and record.get("part") != part:
            continue
        raw = next(raw_folder.glob(f"{record['id']}*.txt")).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == record["sha256"], record["id"]
        words = raw.decode("utf-8")
        for item in (*record["spans"], *record["events"]):
            item.setdefault("text", words[item["start"] : item["end"]])
        pairs.append(from_gold(msgspec.convert(record, RawGold), words))
    return pairs


def _as_the_rules_say() -> Models:
    """Return models that keep what the rules propose, and nothing else."""
    roles = load_ontology().roles
    proposed = {f"{role}|rule=True": 10_000 for role in roles}
    return Models((), Weights(0.5, -5000, {"pass=True": 10_000}), Weights(0.5, -5000, proposed))


RULES_ALONE = Rules(
    load_ontology(), Registry(), models={"vi": _as_the_rules_say(), "en": _as_the_rules_say()}
)
"""The pre-labeller with nothing learned: what the lists and the rules propose by themselves."""
