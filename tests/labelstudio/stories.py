"""Short articles of our own with annotations, each with something that is easily broken."""

from itertools import cycle

import msgspec

from curation.ontology import Label, Ontology
from curation.records import Annotation, Article
from tests import builders


def reception() -> tuple[Article, Annotation]:
    """A name within a trigger's reach, a date with a value, roles and relations."""
    text = (
        "Chủ tịch Lê Văn Nam tiếp Đại sứ Iceland\n\n"
        "Sáng 12/3, Chủ tịch Lê Văn Nam tiếp bà Helga Jónsdóttir tại Huế.\n"
        "Hai bên trao đổi về nghề cá và địa nhiệt."
    )
    article = builders.article(text, title=(0, text.index("\n")), lang="vi")
    spans = [
        builders.span(text, "Chủ tịch", "ROLE", "s1"),
        builders.span(text, "Lê Văn Nam", "PERSON", "s2", kb="registry:le-van-nam", by="names"),
        builders.span(text, "Đại sứ", "ROLE", "s3"),
        builders.span(text, "Iceland", "COUNTRY", "s4", kb="iso3166:IS", by="countries"),
        builders.span(text, "Sáng 12/3", "DATE", "s5", value="2024-03-12", by="dates"),
        builders.span(text, "Lê Văn Nam", "PERSON", "s6", nth=1),
        builders.span(text, "Helga Jónsdóttir", "PERSON", "s7"),
        builders.span(text, "Huế", "PLACE", "s8"),
        builders.span(text, "nghề cá", "TOPIC", "s9"),
        builders.span(text, "địa nhiệt", "TOPIC", "s10"),
    ]
    held = [("HOST", "s6"), ("GUEST", "s7"), ("PLACE", "s8"), ("TIME", "s5")]
    events = [
        builders.event(text, "tiếp", "RECEPTION", "e1", [("HOST", "s2"), ("GUEST", "s4")]),
        builders.event(text, "tiếp", "RECEPTION", "e2", held, nth=1),
        builders.event(
            text, "trao đổi", "TALKS", "e3", [("TOPIC", "s9"), ("TOPIC", "s10")], modality="planned"
        ),
    ]
    relations = [("HOLDS", "s2", "s1"), ("OF", "s3", "s4")]
    return article, builders.annotation(article, spans, events, relations, "rules", "model")


def adjacent() -> tuple[Article, Annotation]:
    """Names that touch, a trigger within an entity, two roles of one argument."""
    text = "Peru-Chile: the Third Summit of Lima ended. Lima hosted the summit."
    article = builders.article(text)
    spans = [
        builders.span(text, "Peru", "COUNTRY", "s1"),
        builders.span(text, "-Chile", "COUNTRY", "s2"),
        builders.span(text, "Third Summit of Lima", "OCCASION", "s3"),
        builders.span(text, "Lima", "PLACE", "s4", nth=1),
    ]
    events = [
        builders.event(text, "Summit", "CONFERENCE", "e1", [("OCCASION", "s3")]),
        builders.event(text, "hosted", "CONFERENCE", "e2", [("HOST", "s4"), ("PLACE", "s4")]),
    ]
    return article, builders.annotation(article, spans, events, author="rules", kind="model")


def astral() -> tuple[Article, Annotation]:
    """Emoji, letters beyond the BMP and combining marks before and within the marks."""
    text = "👩‍👩‍👧 𝔘nion day 🎉\n\n𝔘nion 🇻🇳 of Đa\u0301 met 𝒦im in 😀ville on 5 May."
    article = builders.article(text)
    spans = [
        builders.span(text, "𝔘nion 🇻🇳 of Đa\u0301", "ORG", "s1"),
        builders.span(text, "𝒦im", "PERSON", "s2"),
        builders.span(text, "😀ville", "PLACE", "s3"),
        builders.span(text, "5 May", "DATE", "s4", value="2024-05-05"),
    ]
    met = [("PARTICIPANT", "s1"), ("PARTICIPANT", "s2"), ("PLACE", "s3"), ("TIME", "s4")]
    events = [builders.event(text, "met", "TALKS", "e1", met)]
    return article, builders.annotation(article, spans, events, author="rules", kind="model")


def markup() -> tuple[Article, Annotation]:
    """Text that looks like HTML, XML, a template or a path."""
    text = "<b>Oslo</b> &amp; $title {{x}} signed\n\n<script>alert('Oslo')</script> \\n \"Oslo\" s3://x"
    article = builders.article(text)
    spans = [
        builders.span(text, "Oslo", "PLACE", "s1"),
        builders.span(text, "$title", "AGREEMENT", "s2"),
        builders.span(text, "Oslo", "PLACE", "s3", nth=1),
        builders.span(text, '"Oslo"', "ORG", "s4"),
    ]
    events = [builders.event(text, "signed", "SIGNING", "e1", [("OUTCOME", "s2")])]
    return article, builders.annotation(article, spans, events, author="rules", kind="model")


def everything(ontology: Ontology) -> tuple[Article, Annotation]:
    """Every label, event type, modality and attribute, and every arrow that the contract allows."""
    values = {"kb": "wikidata:Q42", "value": "2024-10-05"}
    names = [*ontology.labels, *ontology.event_types]
    text = "\n".join(f"w{number:03}" for number in range(len(names)))
    article = builders.article(text, lang="vi")
    words = dict(zip(names, text.split(), strict=True))
    spans = [
        msgspec.structs.replace(
            builders.span(text, words[one.name], one.name, f"s-{one.name}"), **_given(one, values)
        )
        for one in ontology.labels.values()
    ]
    modalities = cycle(ontology.modalities)
    events = [
        builders.event(
            text,
            words[kind],
            kind,
            f"e-{kind}",
            [
                (role.name, f"s-{label}")
                for role in ontology.roles_of(kind)
                for label in ontology.labels
                if ontology.allows_argument(kind, role.name, label)
            ],
            modality=next(modalities),
        )
        for kind in ontology.event_types
    ]
    relations = [
        (kind.name, f"s-{start}", f"s-{end}")
        for kind in ontology.relations.values()
        for start in kind.from_
        for end in kind.to
    ]
    return article, builders.annotation(article, spans, events, relations, "rules", "model")


def _given(label: Label, values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in label.attributes}


def scored(annotation: Annotation, score: float) -> Annotation:
    """The annotation with a score on every mark."""
    return msgspec.structs.replace(
        annotation,
        spans=tuple(msgspec.structs.replace(span, score=score) for span in annotation.spans),
        events=tuple(msgspec.structs.replace(event, score=score) for event in annotation.events),
    )


ALL = (reception, adjacent, astral, markup)
