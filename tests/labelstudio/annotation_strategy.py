"""Articles with valid annotations, drawn for property tests."""

from collections.abc import Iterator
from itertools import cycle

import msgspec
from hypothesis import strategies as st

from curation.ontology import Ontology, load_ontology
from curation.records import Annotation, Argument, Article, Author, Event, Relation, Span
from tests.builders import article

# what is easily broken: letters with and without marks, decomposed, in an order that NFC keeps,
# marks alone, beyond the BMP, joined emoji, right to left, markup, templates, quotes, controls
SPECIAL = (
    "Đứẹ", "e\u0301", "đ\u0323\u0301", "a\u0328\u0302", "\u0301", "\u0e33\u0e34", "𝔘𝒦", "😀",
    "👩\u200d👩\u200d👧", "🇻🇳", "שלום", "سلام", "\u202eab\u202c", "<b>&amp;", "</Text>", "&#10;",
    "{{x}}", "$text", "\\n", '"a"', "'", "\\u0000", "\x01\x7f", "\ufeff\ufffe", "\u200b", "%20",
)  # fmt: skip
ANY = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"])
WORDS = st.sampled_from(SPECIAL) | st.text("aZĐđứẹ́<>&;/#0", min_size=1, max_size=6)
WORDS |= st.text(ANY, min_size=1, max_size=6)
GAPS = st.sampled_from(
    ["", " ", "  ", "\n", "\n\n", "\r\n", "\r", "\n\n\n", "\u00a0", "\t", "\u2028", "\u0085"]
)
LONG = st.sampled_from([""] * 7 + ["tiếng 😀 " * 2_000])  # 16,000 code points on one line
VALUES = {
    "kb": st.sampled_from(["wikidata:Q42", "iso3166:VN", "registry:vn-cpv"]),
    "value": st.sampled_from(["2024-10-05/2024-10-07", "2019-09", "201X", "-0044-03-15?"]),
}
SCORES = st.none() | st.floats(0, 1)
MAKERS = st.none() | st.sampled_from(["registry", "rule: dates/2", "by: nhãn <b>"])
Words = list[tuple[int, int]]


class Need(msgspec.Struct, frozen=True):
    """What an annotation must hold: entities, the first two joined by the relation, an event."""

    labels: tuple[str, ...]
    event: tuple[str, str, str] | None = None  # type, modality, role of the first entity
    relation: str | None = None


NOTHING = Need(())


def needs(ontology: Ontology) -> Iterator[Need]:
    """Yield needs that together name every label, event type, modality, role and relation."""
    for label in ontology.labels:
        yield Need((label,))
    modalities = cycle(ontology.modalities)
    for kind in ontology.event_types:
        role = ontology.roles_of(kind)[0]
        yield Need((role.fillers[0],), (kind, next(modalities), role.name))
    for role in ontology.roles.values():
        yield Need((role.fillers[-1],), (role.event_types[-1], next(modalities), role.name))
    for relation in ontology.relations.values():
        yield Need((relation.from_[0], relation.to[-1]), None, relation.name)


@st.composite
def annotated(draw: st.DrawFn, need: Need = NOTHING) -> tuple[Article, Annotation]:
    """An article and a model's annotation of it that keeps the contract."""
    ontology = load_ontology()
    text, words = _text(draw, max(1, len(need.labels)))
    spans = _spans(draw, text, words, ontology, need)
    events = _events(draw, text, words, spans, ontology, need)
    made = article(text, lang=draw(st.sampled_from(["vi", "en"])))
    return made, Annotation(
        article=made.id,
        text_sha256=made.sha256,
        author=Author("model", "rules"),
        created=None,
        contract=ontology.version,
        spans=spans,
        events=events,
        relations=_relations(draw, spans, ontology, need),
    )


def _text(draw: st.DrawFn, least: int) -> tuple[str, Words]:
    text, words = draw(LONG) + draw(GAPS), []
    for word in draw(st.lists(WORDS, min_size=least, max_size=12)):
        words.append((len(text), len(text) + len(word)))
        text += word + draw(GAPS)
    return text, words


def _range(draw: st.DrawFn, words: Words, first: int) -> tuple[int, int, int]:
    last = draw(st.integers(first, min(first + 2, len(words) - 1)))
    return words[first][0], words[last][1], last


def _spans(
    draw: st.DrawFn, text: str, words: Words, ontology: Ontology, need: Need
) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    while at < len(words):
        asked = need.labels[len(spans) : len(spans) + 1]
        if draw(st.booleans()) or asked:
            open_ones = max(0, len(need.labels) - len(spans) - 1)
            start, end, at = _range(draw, words[: len(words) - open_ones], at)
            name = asked[0] if asked else draw(st.sampled_from(list(ontology.labels)))
            known = ontology.labels[name].attributes
            given = {one: draw(VALUES[one]) for one in known if draw(st.booleans())}
            spans.append(
                Span(
                    f"s{len(spans) + 1}", start, end, name, text[start:end],
                    score=draw(SCORES), by=draw(MAKERS), **given,
                )
            )  # fmt: skip
        at += 1
    return tuple(spans)


def _events(
    draw: st.DrawFn,
    text: str,
    words: Words,
    spans: tuple[Span, ...],
    ontology: Ontology,
    need: Need,
) -> tuple[Event, ...]:
    events: list[Event] = []
    least = int(need.event is not None)
    places = st.lists(st.integers(0, len(words) - 1), min_size=least, max_size=4)
    for at in sorted(draw(places)):
        start, end, _ = _range(draw, words, at)
        asked = need.event if need.event and not events else None
        kind = asked[0] if asked else draw(st.sampled_from(list(ontology.event_types)))
        fits = [
            Argument(role.name, span.id)
            for role in ontology.roles_of(kind)
            for span in spans
            if ontology.allows_argument(kind, role.name, span.label)
        ]
        arguments = set(draw(st.lists(st.sampled_from(fits), unique=True))) if fits else set()
        if asked:
            arguments.add(Argument(asked[2], spans[0].id))
        modality = asked[1] if asked else draw(st.sampled_from(list(ontology.modalities)))
        events.append(
            Event(
                f"e{len(events) + 1}", kind, start, end, text[start:end], modality,
                tuple(sorted(arguments, key=fits.index)), score=draw(SCORES), by=draw(MAKERS),
            )
        )  # fmt: skip
    return tuple(sorted(events, key=lambda e: (e.start, e.end, e.id)))


def _relations(
    draw: st.DrawFn, spans: tuple[Span, ...], ontology: Ontology, need: Need
) -> tuple[Relation, ...]:
    fits = [
        Relation(kind, one.id, other.id)
        for one in spans
        for other in spans
        for kind in sorted(ontology.relations)
        if ontology.allows_relation(kind, one.label, other.label)
    ]
    chosen = set(draw(st.lists(st.sampled_from(fits), unique=True))) if fits else set()
    if need.relation:
        chosen.add(Relation(need.relation, spans[0].id, spans[1].id))
    return tuple(sorted(chosen, key=fits.index))
