"""A small corpus made for the tests: our own words, nobody's article."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from curation.records import Annotation, Article, Event, Span
from tests import builders


def make_article(title: str | None, body: str, **fields: Any) -> Article:
    """Make an article of a title and a body; `fields` take the place of the defaults."""
    text = body if title is None else f"{title}\n\n{body}"
    made = builders.article(text, None if title is None else (0, len(title)))
    changed: Article = change(made, **({"outlet": "Fjord Post"} | fields))
    return changed


def make_span(article: Article, id_: str, label: str, words: str, nth: int = 0, **f: Any) -> Span:
    """Mark the nth place (from 0) of the words."""
    return builders.span(article.text, words, label, id_, nth, **f)


def make_event(
    article: Article,
    id_: str,
    type_: str,
    words: str,
    arguments: Iterable[tuple[str, str]] = (),
    nth: int = 0,
    modality: str = "actual",
) -> Event:
    """Mark a trigger with arguments (role, span id)."""
    return builders.event(article.text, words, type_, id_, arguments, nth, modality)


def annotate(
    article: Article,
    spans: Iterable[Span] = (),
    events: Iterable[Event] = (),
    relations: Iterable[tuple[str, str, str]] = (),
    **fields: Any,
) -> Annotation:
    """Make the final annotation of an article; `fields` take the place of the defaults."""
    made = builders.annotation(
        article, tuple(spans), tuple(events), relations, "gold", "adjudication"
    )
    changed: Annotation = change(made, **({"created": "2024-05-01T08:00:00Z"} | fields))
    return changed


def change(record: Any, **fields: Any) -> Any:
    """Return the record with other values in some fields."""
    return msgspec.structs.replace(record, **fields)


def english(
    host: str, guest: str, country: tuple[str, str], day: int
) -> tuple[Article, Annotation]:
    """Make an English report of a reception, annotated."""
    land, kb = country
    body = (
        f"NARVIK - President {host} received {guest} on {day} March 2024.\n"
        f"The guest from {land} spoke of fisheries; both sides signed the Treaty of Narvik "
        f"and {land} agreed to open a consulate."
    )
    article = make_article(f"{host} meets {guest}", body, published=f"2024-03-{day:02}")
    spans = [
        make_span(article, "s1", "PERSON", host),
        make_span(article, "s2", "PERSON", guest),
        make_span(article, "s3", "PLACE", "NARVIK"),
        make_span(article, "s4", "ROLE", "President"),
        make_span(article, "s5", "PERSON", host, 1),
        make_span(article, "s6", "PERSON", guest, 1),
        make_span(article, "s7", "DATE", f"{day} March 2024", value=f"2024-03-{day:02}"),
        make_span(article, "s8", "COUNTRY", land, kb=kb),
        make_span(article, "s9", "TOPIC", "fisheries"),
        make_span(article, "s10", "AGREEMENT", "Treaty of Narvik"),
        make_span(article, "s11", "COUNTRY", land, 1, kb=kb),
    ]
    events = [
        make_event(article, "e1", "TALKS", "meets", [("PARTICIPANT", "s1"), ("PARTICIPANT", "s2")]),
        make_event(
            article,
            "e2",
            "RECEPTION",
            "received",
            [("HOST", "s5"), ("GUEST", "s6"), ("TIME", "s7"), ("PLACE", "s3")],
        ),
        make_event(article, "e3", "SIGNING", "signed", [("OUTCOME", "s10")]),
        make_event(article, "e4", "PLEDGE", "agreed to", [("ACTOR", "s11")]),
    ]
    return article, annotate(article, spans, events, [("HOLDS", "s5", "s4")])


def vietnamese(
    host: str, guest: str, country: tuple[str, str], day: int
) -> tuple[Article, Annotation]:
    """Make a Vietnamese report of the same reception, annotated."""
    land, kb = country
    body = (
        f"Sáng {day}/3, Chủ tịch {host} tiếp đoàn {land} do {guest} dẫn đầu.\n"
        f"Hai bên bàn về thủy sản và vận tải biển. {land} sẽ mở lãnh sự quán."
    )
    title = f"{host} tiếp {guest}"
    article = make_article(title, body, lang="vi", published=f"2024-03-{day:02}", outlet="Báo Vịnh")
    spans = [
        make_span(article, "s1", "PERSON", host),
        make_span(article, "s2", "PERSON", guest),
        make_span(article, "s3", "DATE", f"Sáng {day}/3", value=f"2024-03-{day:02}"),
        make_span(article, "s4", "ROLE", "Chủ tịch"),
        make_span(article, "s5", "PERSON", host, 1),
        make_span(article, "s6", "COUNTRY", land, kb=kb),
        make_span(article, "s7", "PERSON", guest, 1),
        make_span(article, "s8", "TOPIC", "thủy sản"),
        make_span(article, "s9", "TOPIC", "vận tải biển"),
        make_span(article, "s10", "COUNTRY", land, 1, kb=kb),
    ]
    events = [
        make_event(article, "e1", "RECEPTION", "tiếp", [("HOST", "s1"), ("GUEST", "s2")]),
        make_event(
            article,
            "e2",
            "RECEPTION",
            "tiếp",
            [("HOST", "s5"), ("GUEST", "s6"), ("GUEST", "s7"), ("TIME", "s3")],
            nth=1,
        ),
        make_event(article, "e3", "PLEDGE", "sẽ mở", [("ACTOR", "s10")], modality="planned"),
    ]
    return article, annotate(article, spans, events, [("HOLDS", "s5", "s4")])


PEOPLE = (
    ("Åse Nordby", "Tomas Vidal", {"en": "Andorra", "vi": "Andorra"}, "iso3166:AD"),
    ("Iver Lund", "Mira Kostić", {"en": "Serbia", "vi": "Xéc-bi-a"}, "iso3166:RS"),
    ("Ola Berg", "Phan Thị Mây", {"en": "Laos", "vi": "Lào"}, "iso3166:LA"),
    ("Kari Holm", "Seda Aydın", {"en": "Türkiye", "vi": "Thổ Nhĩ Kỳ"}, "iso3166:TR"),
    ("Nils Dahl", "Amara Diallo", {"en": "Mali", "vi": "Ma-li"}, "iso3166:ML"),
    ("Liv Strand", "Hugo Reyes", {"en": "Chile", "vi": "Chi-lê"}, "iso3166:CL"),
)
"""Made-up hosts and guests, the guest's country in two languages, its identifier."""


def make_corpus(size: int = 12) -> tuple[list[Article], list[Annotation]]:
    """Make `size` annotated articles: pairs in two languages, each about one reception."""
    made = []
    for number in range(size):
        host, guest, lands, kb = PEOPLE[number // 2 % len(PEOPLE)]
        lang = ("en", "vi")[number % 2]
        report = {"en": english, "vi": vietnamese}[lang]
        made.append(report(host, guest, (lands[lang], kb), 1 + 4 * (number // 2) % 28))
    return [article for article, _ in made], [annotation for _, annotation in made]


def with_span(annotation: Annotation, id_: str, fields: Mapping[str, Any]) -> Annotation:
    """Return the annotation with other values in one span."""
    spans = (change(s, **fields) if s.id == id_ else s for s in annotation.spans)
    changed: Annotation = change(annotation, spans=tuple(spans))
    return changed


def with_event(annotation: Annotation, id_: str, fields: Mapping[str, Any]) -> Annotation:
    """Return the annotation with other values in one event."""
    events = (change(e, **fields) if e.id == id_ else e for e in annotation.events)
    changed: Annotation = change(annotation, events=tuple(events))
    return changed
