"""The records as flat tables: one row for each article, span, event, argument and relation.

Rows stand in the order of the records. Every table below `articles` is keyed by `article_id`
and `author` ("kind:name"), so that several authors' annotations of one article fit in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import polars as pl

from curation.records import Annotation, Article, Author

_PIECE = pl.Struct({"start": pl.Int64(), "raw_start": pl.Int64(), "length": pl.Int64()})
_OF_ANNOTATION: dict[str, pl.DataType] = {"article_id": pl.String(), "author": pl.String()}
_ANCHOR: dict[str, pl.DataType] = {"start": pl.Int64(), "end": pl.Int64()}

DTYPES: dict[str, dict[str, pl.DataType]] = {
    "articles": {
        "id": pl.String(),
        "sha256": pl.String(),
        "text": pl.String(),
        "title_start": pl.Int64(),
        "title_end": pl.Int64(),
        "lang": pl.String(),
        "published": pl.String(),
        "published_from": pl.String(),
        "outlet": pl.String(),
        "byline": pl.String(),
        "dateline": pl.String(),
        "url": pl.String(),
        "license": pl.String(),
        "source_path": pl.String(),
        "source_sha256": pl.String(),
        "source_media_type": pl.String(),
        "kept": pl.List(_PIECE),
    },
    "annotations": {
        **_OF_ANNOTATION,
        "text_sha256": pl.String(),
        "created": pl.String(),
        "contract": pl.String(),
    },
    "entities": {
        **_OF_ANNOTATION,
        "id": pl.String(),
        **_ANCHOR,
        "label": pl.String(),
        "text": pl.String(),
        "value": pl.String(),
        "kb": pl.String(),
        "score": pl.Float64(),
        "by": pl.String(),
    },
    "events": {
        **_OF_ANNOTATION,
        "id": pl.String(),
        "type": pl.String(),
        **_ANCHOR,
        "text": pl.String(),
        "modality": pl.String(),
        "score": pl.Float64(),
        "by": pl.String(),
    },
    "arguments": {
        **_OF_ANNOTATION,
        "event_id": pl.String(),
        "role": pl.String(),
        "span_id": pl.String(),
    },
    "relations": {
        **_OF_ANNOTATION,
        "type": pl.String(),
        "from_id": pl.String(),
        "to_id": pl.String(),
    },
}

KEYS: dict[str, tuple[str, ...]] = {
    "articles": ("id",),
    "annotations": ("article_id", "author"),
    "entities": ("article_id", "author", "id"),
    "events": ("article_id", "author", "id"),
    "arguments": ("article_id", "author", "event_id", "role", "span_id"),
    "relations": ("article_id", "author", "type", "from_id", "to_id"),
}

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Tables:
    """The tables, each with the columns and types of `DTYPES`."""

    articles: pl.DataFrame
    annotations: pl.DataFrame
    entities: pl.DataFrame
    events: pl.DataFrame
    arguments: pl.DataFrame
    relations: pl.DataFrame

    def items(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield names and tables, parents before children."""
        for name in DTYPES:
            yield name, getattr(self, name)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each table."""
        return {name: frame.height for name, frame in self.items()}


def tables(articles: Iterable[Article], annotations: Iterable[Annotation]) -> Tables:
    """Lay records out as tables; nothing is checked and nothing left out."""
    several = list(annotations)
    rows: dict[str, Iterable[Row]] = {
        "articles": map(_article, articles),
        "annotations": map(_annotation, several),
        "entities": chain.from_iterable(map(_entities, several)),
        "events": chain.from_iterable(map(_events, several)),
        "arguments": chain.from_iterable(map(_arguments, several)),
        "relations": chain.from_iterable(map(_relations, several)),
    }
    return Tables(**{name: _frame(name, made) for name, made in rows.items()})


def author_key(author: Author) -> str:
    """Return the author as the tables name it, e.g. `person:annotator-1`."""
    return f"{author.kind}:{author.name}"


def _frame(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=DTYPES[name], orient="row")


def _article(article: Article) -> Row:
    pieces = [dict(zip(("start", "raw_start", "length"), p, strict=True)) for p in article.kept]
    source = article.source
    return (
        article.id,
        article.sha256,
        article.text,
        *(article.title or (None, None)),
        article.lang,
        article.published,
        article.published_from,
        article.outlet,
        article.byline,
        article.dateline,
        article.url,
        article.license,
        *(source.path, source.sha256, source.media_type),
        pieces,
    )


def _key(annotation: Annotation) -> Row:
    return annotation.article, author_key(annotation.author)


def _annotation(annotation: Annotation) -> Row:
    pinned = annotation.text_sha256, annotation.created, annotation.contract
    return *_key(annotation), *pinned


def _entities(annotation: Annotation) -> Iterator[Row]:
    for s in annotation.spans:
        anchor = s.id, s.start, s.end, s.label, s.text
        yield *_key(annotation), *anchor, s.value, s.kb, s.score, s.by


def _events(annotation: Annotation) -> Iterator[Row]:
    for e in annotation.events:
        anchor = e.id, e.type, e.start, e.end, e.text
        yield *_key(annotation), *anchor, e.modality, e.score, e.by


def _arguments(annotation: Annotation) -> Iterator[Row]:
    for event in annotation.events:
        for argument in event.arguments:
            yield *_key(annotation), event.id, argument.role, argument.span


def _relations(annotation: Annotation) -> Iterator[Row]:
    for relation in annotation.relations:
        yield *_key(annotation), relation.type, relation.from_, relation.to
