"""Articles with valid annotations, drawn for property tests."""

from hypothesis import strategies as st

from curation.ontology import Ontology, load_ontology
from curation.records import Annotation, Argument, Article, Author, Event, Relation, Span
from tests.builders import article

# letters with and without marks (also decomposed), beyond the BMP, joined emoji, markup, quotes
WORDS = st.text("aZĐđứẹ́e\u0301𝔘😀🇻\u200d<>&;\"'/{$}#\\0", min_size=1, max_size=6)
GAPS = st.sampled_from(["", " ", "  ", "\n", "\n\n", "\r\n", "\n\n\n", "\u00a0"])
VALUES = {"kb": "wikidata:Q42", "value": "2024-10-05/2024-10-07"}


@st.composite
def annotated(draw: st.DrawFn) -> tuple[Article, Annotation]:
    """An article and a model's annotation of it that keeps the contract."""
    ontology = load_ontology()
    text, words = _text(draw)
    spans = _spans(draw, text, words, ontology)
    events = _events(draw, text, words, spans, ontology)
    made = article(text, lang=draw(st.sampled_from(["vi", "en"])))
    return made, Annotation(
        article=made.id,
        text_sha256=made.sha256,
        author=Author("model", "rules"),
        created=None,
        contract=ontology.version,
        spans=spans,
        events=events,
        relations=_relations(draw, spans, ontology),
    )


def _text(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text, words = draw(GAPS), []
    for word in draw(st.lists(WORDS, min_size=1, max_size=12)):
        words.append((len(text), len(text) + len(word)))
        text += word + draw(GAPS)
    return text, words


def _range(draw: st.DrawFn, words: list[tuple[int, int]], first: int) -> tuple[int, int, int]:
    last = draw(st.integers(first, min(first + 2, len(words) - 1)))
    return words[first][0], words[last][1], last


def _spans(
    draw: st.DrawFn, text: str, words: list[tuple[int, int]], ontology: Ontology
) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    while at < len(words):
        if draw(st.booleans()):
            start, end, at = _range(draw, words, at)
            label = draw(st.sampled_from(list(ontology.labels.values())))
            given = {name: VALUES[name] for name in label.attributes if draw(st.booleans())}
            score = draw(st.none() | st.floats(0, 1))
            by = draw(st.none() | st.sampled_from(["registry", "rule: dates/2"]))
            name = f"s{len(spans) + 1}"
            spans.append(
                Span(name, start, end, label.name, text[start:end], score=score, by=by, **given)
            )
        at += 1
    return tuple(spans)


def _events(
    draw: st.DrawFn,
    text: str,
    words: list[tuple[int, int]],
    spans: tuple[Span, ...],
    ontology: Ontology,
) -> tuple[Event, ...]:
    events: list[Event] = []
    for at in sorted(draw(st.lists(st.integers(0, len(words) - 1), max_size=4))):
        start, end, _ = _range(draw, words, at)
        kind = draw(st.sampled_from(list(ontology.event_types)))
        fits = [
            Argument(role.name, span.id)
            for role in ontology.roles_of(kind)
            for span in spans
            if ontology.allows_argument(kind, role.name, span.label)
        ]
        arguments = draw(st.lists(st.sampled_from(fits), unique=True)) if fits else []
        modality = draw(st.sampled_from(list(ontology.modalities)))
        events.append(
            Event(
                f"e{len(events) + 1}", kind, start, end, text[start:end], modality,
                tuple(sorted(arguments, key=fits.index)),
            )
        )  # fmt: skip
    return tuple(sorted(events, key=lambda e: (e.start, e.end, e.id)))


def _relations(
    draw: st.DrawFn, spans: tuple[Span, ...], ontology: Ontology
) -> tuple[Relation, ...]:
    fits = [
        Relation(kind, one.id, other.id)
        for one in spans
        for other in spans
        for kind in sorted(ontology.relations)
        if ontology.allows_relation(kind, one.label, other.label)
    ]
    chosen = draw(st.lists(st.sampled_from(fits), unique=True)) if fits else []
    return tuple(sorted(chosen, key=fits.index))
