"""What was marked in one article, from either format of gold, in the clean text."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from curation.errors import DataError, Problem
from curation.offsets import Kept, raw_to_clean
from curation.records import Annotation, Article, Event, Relation, Span
from curation.workspace import read_jsonl

NOWHERE = -1
"""Start and end of a mark that cleaning cut away, or whose article is not there."""


class Mark(msgspec.Struct, frozen=True):
    """A span with its label, or a trigger with its event type.

    `whole` is False where cleaning cut off one of its ends: then it can be met, not hit.
    """

    start: int
    end: int
    name: str
    text: str
    attributes: dict[str, str | None]
    by: str | None = None
    whole: bool = True
    score: float | None = None


class ArgumentMark(msgspec.Struct, frozen=True):
    """A role of an event, with the trigger and the filler that it joins."""

    trigger: Mark
    role: str
    filler: Mark


class RelationMark(msgspec.Struct, frozen=True):
    """A relation with both of its ends."""

    name: str
    start: Mark
    end: Mark


class Marks(msgspec.Struct, frozen=True):
    """Everything that one author marked in one article, in the order of the record.

    `article` is None where the workspace holds no article made from the gold's raw file.
    """

    name: str
    lang: str
    article: str | None
    spans: tuple[Mark, ...] = ()
    events: tuple[Mark, ...] = ()
    arguments: tuple[ArgumentMark, ...] = ()
    relations: tuple[RelationMark, ...] = ()


class _RawArgument(msgspec.Struct, frozen=True):
    role: str
    span: str


class _RawSpan(msgspec.Struct, frozen=True):
    id: str
    start: int
    end: int
    label: str
    text: str | None = None
    value: str | None = None
    kb: str | None = None
    by: str | None = None
    score: float | None = None


class _RawEvent(msgspec.Struct, frozen=True):
    id: str
    start: int
    end: int
    type: str
    modality: str | None = None
    text: str | None = None
    arguments: tuple[_RawArgument, ...] = ()
    by: str | None = None
    score: float | None = None


class _RawRecord(msgspec.Struct, frozen=True):
    id: str
    spans: tuple[_RawSpan, ...]
    events: tuple[_RawEvent, ...]
    relations: tuple[Relation, ...] = ()
    lang: str | None = None
    sha256: str | None = None
    part: str | None = None


def read_marks(path: Path, articles: Sequence[Article], part: str | None = None) -> list[Marks]:
    """Read annotations in the workspace's format, or with offsets into the raw files.

    Which of the two is told by the first record. `part` keeps the records of that part
    (raw format only). Raises `DataError` for a record that is neither, or that belongs to
    another text than the workspace's article.
    """
    first = next(read_jsonl(path, dict), None)
    if first is None:
        raise DataError([_no_records(path, "holds no record")])
    if "text_sha256" in first:
        by_id = {article.id: article for article in articles}
        return [_from_clean(record, by_id, path) for record in read_jsonl(path, Annotation)]
    find = _Finder(articles)
    records = [r for r in read_jsonl(path, _RawRecord) if part is None or r.part == part]
    if not records:
        raise DataError([_no_records(path, f"holds no record of the part {part!r}")])
    return [_from_raw(record, find(record)) for record in records]


def _no_records(path: Path, rule: str) -> Problem:
    return Problem(str(path), "0 records", rule, "Give a file with annotations.")


class _Finder:
    """Find the article of a raw record: by the digest of the file, else by its name."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.by_digest = {article.source.sha256: article for article in articles}
        self.by_name: defaultdict[str, list[Article]] = defaultdict(list)
        for article in articles:
            self.by_name[PurePosixPath(article.source.path).stem].append(article)

    def __call__(self, record: _RawRecord) -> Article | None:
        if record.sha256 is not None:
            return self.by_digest.get(record.sha256)
        named = self.by_name.get(PurePosixPath(record.id).name, [])
        return named[0] if len(named) == 1 else None


def _from_clean(record: Annotation, articles: Mapping[str, Article], path: Path) -> Marks:
    article = articles.get(record.article)
    if article is not None and article.sha256 != record.text_sha256:
        raise DataError(
            [
                Problem(
                    record=f"{path} {record.article} by {record.author.name}",
                    value=record.text_sha256,
                    rule=f"is not the text of the workspace's article ({article.sha256})",
                    remedy="Run `curation prelabel` again, or use the gold of this text.",
                )
            ]
        )
    return marks_of(record, article)


def marks_of(record: Annotation, article: Article | None) -> Marks:
    """Return what an annotation marks in its article; None where the workspace has none."""
    spans = {s.id: _mark(s, s.label, {"value": s.value, "kb": s.kb}) for s in record.spans}
    events = [_mark(e, e.type, {"modality": e.modality}) for e in record.events]
    triples = [
        (event, argument.role, argument.span)
        for event, source in zip(events, record.events, strict=True)
        for argument in source.arguments
    ]
    lang = article.lang if article else "und"
    where = article.id if article else None
    return _marks(record.article, lang, where, spans, events, triples, record.relations)


def _mark(item: Span | Event, name: str, attributes: dict[str, str | None]) -> Mark:
    place = (item.start, item.end)
    return Mark(*place, name, item.text, attributes, item.by, score=item.score)


def _from_raw(record: _RawRecord, article: Article | None) -> Marks:
    spans = {
        s.id: _carried(s, s.label, {"value": s.value, "kb": s.kb}, article) for s in record.spans
    }
    events = [_carried(e, e.type, {}, article) for e in record.events]
    triples = [
        (event, argument.role, argument.span)
        for event, source in zip(events, record.events, strict=True)
        for argument in source.arguments
    ]
    lang = record.lang or (article.lang if article else "und")
    where = article.id if article else None
    return _marks(record.id, lang, where, spans, events, triples, record.relations)


def _marks(  # noqa: PLR0913
    name: str,
    lang: str,
    article: str | None,
    spans: Mapping[str, Mark],
    events: Sequence[Mark],
    triples: Sequence[tuple[Mark, str, str]],
    relations: Sequence[Relation],
) -> Marks:
    return Marks(
        name=name,
        lang=lang,
        article=article,
        spans=tuple(spans.values()),
        events=tuple(events),
        arguments=tuple(
            ArgumentMark(trigger, role, spans[filler])
            for trigger, role, filler in triples
            if filler in spans
        ),
        relations=tuple(
            RelationMark(relation.type, spans[relation.from_], spans[relation.to])
            for relation in relations
            if relation.from_ in spans and relation.to in spans
        ),
    )


def _carried(
    item: _RawSpan | _RawEvent,
    name: str,
    attributes: dict[str, str | None],
    article: Article | None,
) -> Mark:
    place = raw_to_clean(article.kept, item.start, item.end) if article else None
    if article is None or place is None:
        return Mark(NOWHERE, NOWHERE, name, item.text or "", attributes, item.by, False, item.score)
    start, end = place
    whole = _keeps_ends(article.kept, item.start, item.end)
    text = article.text[start:end]
    return Mark(start, end, name, text, attributes, item.by, whole, item.score)


def _keeps_ends(kept: Kept, start: int, end: int) -> bool:
    """Tell whether the first and the last raw code point of the range were kept.

    A piece of one clean code point runs on over at most two combining marks, which are all
    that a Vietnamese letter takes.
    """
    first = any(raw <= start < raw + length for _, raw, length in kept)
    last = any(raw < end <= raw + length + (2 if length == 1 else 0) for _, raw, length in kept)
    return first and last
