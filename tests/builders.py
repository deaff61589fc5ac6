"""Small records made for tests from a text with the marked words named."""

from collections.abc import Iterable, Sequence

from curation.records import (
    Annotation,
    Argument,
    Article,
    Author,
    Event,
    Relation,
    Source,
    Span,
    article_id,
    sha256_text,
)

CONTRACT = "1.0.0"


def article(text: str, title: tuple[int, int] | None = None, lang: str = "en") -> Article:
    """An article whose clean text is its raw text."""
    digest = sha256_text(text)
    return Article(
        id=article_id(digest),
        sha256=digest,
        text=text,
        title=title,
        lang=lang,
        published="2024-10-28",
        published_from="prefix",
        outlet=None,
        byline=None,
        url=None,
        license=None,
        source=Source(path="page.txt", sha256=digest, media_type="text/plain"),
        kept=((0, 0, len(text)),) if text else (),
    )


def span(text: str, words: str, label: str, name: str, nth: int = 0, **more: str) -> Span:
    """The nth occurrence of the words in the text, as an entity."""
    start = _find(text, words, nth)
    return Span(id=name, start=start, end=start + len(words), label=label, text=words, **more)  # type: ignore[arg-type]


def event(
    text: str,
    words: str,
    kind: str,
    name: str,
    arguments: Iterable[tuple[str, str]] = (),
    nth: int = 0,
    modality: str = "actual",
) -> Event:
    """The nth occurrence of the words in the text, as a trigger."""
    start = _find(text, words, nth)
    return Event(
        id=name,
        type=kind,
        start=start,
        end=start + len(words),
        text=words,
        modality=modality,
        arguments=tuple(Argument(role, filler) for role, filler in arguments),
    )


def annotation(
    of: Article,
    spans: Sequence[Span] = (),
    events: Sequence[Event] = (),
    relations: Iterable[tuple[str, str, str]] = (),
    author: str = "annotator-01",
    kind: str = "person",
) -> Annotation:
    """One author's annotation of the article."""
    return Annotation(
        article=of.id,
        text_sha256=of.sha256,
        author=Author(kind=kind, name=author),  # type: ignore[arg-type]
        created=None,
        contract=CONTRACT,
        spans=tuple(spans),
        events=tuple(events),
        relations=tuple(Relation(type=t, from_=a, to=b) for t, a, b in relations),
    )


def _find(text: str, words: str, nth: int) -> int:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start
