"""Hand annotations whose offsets count in the raw files, and their way to the clean text.

One JSON object a line: {"id": stem of the raw file, "lang", "published", "sha256" of the
file's bytes, "title": [start, end] or null, "body": [[start, end], …], "spans", "events",
"relations", "clusters"}. Offsets are code points of the decoded file, line ends as they
stand. Such gold outlives every change of the cleaning rules.
"""

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from curation.errors import Problem
from curation.offsets import raw_to_clean
from curation.records import Annotation, Argument, Article, Author, Event, Relation, Span
from curation.workspace import read_jsonl

T = TypeVar("T", Span, Event)


class RawGold(msgspec.Struct, frozen=True):
    """The annotation of one raw file."""

    id: str
    lang: str
    published: str | None
    sha256: str
    title: tuple[int, int] | None
    body: tuple[tuple[int, int], ...]
    spans: tuple[Span, ...]
    events: tuple[Event, ...]
    relations: tuple[Relation, ...]


def read_raw_gold(path: Path) -> list[RawGold]:
    """Read a gold file; raises `DataError` naming the line that is no such record."""
    return list(read_jsonl(path, RawGold))


def to_clean(
    gold: RawGold, article: Article, author: Author, contract: str
) -> tuple[Annotation, list[Problem]]:
    """Carry raw gold over to the article made from the same file.

    A span or event that cleaning cut away is left out with everything that points at it,
    and named among the problems.
    """
    spans = {span.id: _moved(span, article) for span in gold.spans}
    events = [_moved(event, article) for event in gold.events]
    kept = {name for name, span in spans.items() if span is not None}
    annotation = Annotation(
        article=article.id,
        text_sha256=article.sha256,
        author=author,
        created=None,
        contract=contract,
        spans=tuple(span for span in spans.values() if span is not None),
        events=tuple(_with_kept(event, kept) for event in events if event is not None),
        relations=tuple(r for r in gold.relations if r.from_ in kept and r.to in kept),
    )
    return annotation, [
        *_lost(gold.id, gold.spans, spans.values()),
        *_lost(gold.id, gold.events, events),
    ]


def _moved(item: T, article: Article) -> T | None:
    place = raw_to_clean(article.kept, item.start, item.end)
    if place is None:
        return None
    start, end = place
    return msgspec.structs.replace(item, start=start, end=end, text=article.text[start:end])


def _with_kept(event: Event, kept: set[str]) -> Event:
    arguments: tuple[Argument, ...] = tuple(a for a in event.arguments if a.span in kept)
    return msgspec.structs.replace(event, arguments=arguments)


def _lost(file: str, before: Iterable[T], after: Iterable[T | None]) -> Iterable[Problem]:
    for raw, clean in zip(before, after, strict=True):
        if clean is None or clean.text != _normal(raw.text):
            yield Problem(
                record=f"{file} {raw.id}",
                value=repr(raw.text),
                rule=f"the raw range [{raw.start}, {raw.end}) was not kept whole by cleaning",
                remedy="Mend the cleaning rule, or the gold.",
            )


def _normal(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)
