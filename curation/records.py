"""The records that carry everything: `Article` and `Annotation`.

All offsets are Unicode code points into `Article.text`, start inclusive, end exclusive.
Records are frozen; a stage yields new ones and never changes its input.
"""

import hashlib
from typing import Literal

import msgspec

AuthorKind = Literal["model", "person", "adjudication"]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The raw file that an article was read from; `sha256` is of its bytes."""

    path: str
    sha256: str
    media_type: str


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One cleaned text, pinned by its hash.

    `text` is the title, a blank line and the body (only the body where there is no title),
    Unicode NFC, newlines as LF. `kept` holds triples (start, raw_start, length) that
    map code points of `text` to code points of the decoded raw file; see
    `curation.offsets`. `dateline` is the place printed before the lead (schema.org
    `NewsArticle.dateline`), left out where there is none.
    """

    id: str
    sha256: str
    text: str
    title: tuple[int, int] | None
    lang: str
    published: str | None
    published_from: str | None
    outlet: str | None
    byline: str | None
    url: str | None
    license: str | None
    source: Source
    kept: tuple[tuple[int, int, int], ...]
    dateline: str | None = None


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An entity: `text` is always `article.text[start:end]`.

    `score` is between 0 and 1; `by` names the rule, list or model that made a candidate.
    """

    id: str
    start: int
    end: int
    label: str
    text: str
    value: str | None = None
    kb: str | None = None
    score: float | None = None
    by: str | None = None


class Argument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role of an event, filled by the entity span with the id `span`."""

    role: str
    span: str


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event trigger with its type, modality and arguments; it may overlap entities."""

    id: str
    type: str
    start: int
    end: int
    text: str
    modality: str
    arguments: tuple[Argument, ...]
    score: float | None = None
    by: str | None = None


class Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relation between two entity spans, named by their ids."""

    type: str
    from_: str = msgspec.field(name="from")
    to: str


class Author(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who made an annotation; a person's name is a pseudonym."""

    kind: AuthorKind
    name: str


class Annotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One author's spans, events and relations over one article.

    `contract` is the version of the ontology; `created` an ISO 8601 time in UTC or null;
    `blind` tells of a person's answer that it was given without pre-labels in sight.
    """

    article: str
    text_sha256: str
    author: Author
    created: str | None
    contract: str
    spans: tuple[Span, ...]
    events: tuple[Event, ...]
    relations: tuple[Relation, ...]
    blind: bool = False


def sha256_text(text: str) -> str:
    """Return the hex digest of the text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def article_id(sha256: str) -> str:
    """Return the id of the article whose text has the digest `sha256`."""
    return f"a-{sha256[:16]}"
