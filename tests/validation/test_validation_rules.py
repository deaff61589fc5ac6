"""Every rule of the contract: a row that breaks it is named, with value, rule and remedy."""

import os
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation import integrity
from curation.ontology import load_ontology
from curation.records import (
    Annotation,
    Argument,
    Article,
    Author,
    Relation,
    Span,
    article_id,
    sha256_text,
)
from curation.validation import Report, checks, validate
from curation.validation.tables import DTYPES, Tables, tables
from curation.validation.validator import validate_tables
from tests.release.corpus import (
    annotate,
    change,
    english,
    make_article,
    make_corpus,
    make_event,
    make_span,
    with_event,
    with_span,
)

ONTOLOGY = load_ontology()
ARTICLE, ANNOTATION = english("Åse Nordby", "Tomas Vidal", ("Andorra", "iso3166:AD"), 5)
ID, SHA = ARTICLE.id, ARTICLE.sha256
AT = f"{ID} by adjudication:gold"
OTHER_SHA = "0" * 64


def checked(article: Article = ARTICLE, annotation: Annotation = ANNOTATION) -> Report:
    return validate([article], [annotation], ONTOLOGY)


def repinned(article: Article) -> tuple[Article, Annotation]:
    """Let an annotation without content follow an article's new text."""
    return article, annotate(article)


def article_with(**fields: Any) -> tuple[Article, Annotation]:
    return change(ARTICLE, **fields), ANNOTATION


def spans_with(id_: str, **fields: Any) -> tuple[Article, Annotation]:
    return ARTICLE, with_span(ANNOTATION, id_, fields)


def events_with(id_: str, **fields: Any) -> tuple[Article, Annotation]:
    return ARTICLE, with_event(ANNOTATION, id_, fields)


def relations_with(*relations: tuple[str, str, str]) -> tuple[Article, Annotation]:
    return ARTICLE, change(ANNOTATION, relations=tuple(Relation(*each) for each in relations))


def arguments_of(id_: str, *arguments: tuple[str, str]) -> tuple[Article, Annotation]:
    return events_with(id_, arguments=tuple(Argument(*each) for each in arguments))


def annotation_with(**fields: Any) -> tuple[Article, Annotation]:
    return ARTICLE, change(ANNOTATION, **fields)


def of_text(text: str, **fields: Any) -> tuple[Article, Annotation]:
    return repinned(make_article(None, text, **fields))


LONG_WAY = make_article(None, "e\u0301te\u0301")
RETURNED = make_article(None, "one\r\ntwo")
EMPTY = make_article(None, "")
LABELS = ", ".join(ONTOLOGY.labels)
TYPES = ", ".join(ONTOLOGY.event_types)

Case = tuple[str, tuple[Article, Annotation], list[str]]

CASES: list[Case] = [
    (
        "articles id.str_matches",
        article_with(id="A1"),
        [
            "articles, A1: A1: is no article id. It is a- and 16 hex digits of the SHA-256.",
            f"articles, A1: A1 for {SHA}: is not a- and the first 16 digits of the sha256. "
            "Ingest the article again.",
            f"annotations, {AT}: {ID}: there is no such article. "
            "Add the article, or remove the annotation.",
        ],
    ),
    (
        "articles id.of_hash",
        (change(ARTICLE, id="a-" + "0" * 16), change(annotate(ARTICLE), article="a-" + "0" * 16)),
        [
            f"articles, a-{'0' * 16}: a-{'0' * 16} for {SHA}: is not a- and the first 16 digits "
            "of the sha256. Ingest the article again."
        ],
    ),
    (
        "articles sha256.of_text",
        (change(ARTICLE, text=ARTICLE.text.lower()), annotate(ARTICLE)),
        [
            f"articles, {ID}: {SHA}, where the text has {sha256_text(ARTICLE.text.lower())}: "
            "is not the SHA-256 of the text. Restore the text, or ingest it again."
        ],
    ),
    (
        "articles sha256.str_matches",
        article_with(sha256="f00"),
        [
            f"articles, {ID}: f00: is no SHA-256 in hex. Let the toolkit compute it.",
            f"articles, {ID}: {ID} for f00: is not a- and the first 16 digits of the sha256. "
            "Ingest the article again.",
            f"articles, {ID}: f00, where the text has {SHA}: is not the SHA-256 of the text. "
            "Restore the text, or ingest it again.",
            f"annotations, {AT}: {SHA}, where the article has f00: another text than the "
            "article's was annotated. Annotate the present text, or ingest the old one again.",
        ],
    ),
    (
        "articles text.normal",
        repinned(LONG_WAY),
        [
            f"articles, {LONG_WAY.id}: not NFC: the text is not in Unicode NFC with newlines as "
            "LF. Ingest the article again."
        ],
    ),
    (
        "articles text.normal",
        repinned(RETURNED),
        [
            f"articles, {RETURNED.id}: a carriage return at 3: the text is not in Unicode NFC "
            "with newlines as LF. Ingest the article again."
        ],
    ),
    (
        "articles text.str_length",
        repinned(change(EMPTY, kept=())),
        [f"articles, {EMPTY.id}: : is empty. Fill it."],
    ),
    (
        "articles title_start.in_text",
        article_with(title=(0, 9999)),
        [
            f"articles, {ID}: [0, 9999) of {len(ARTICLE.text)} code points: the title is no "
            "range within the text. Give its range, or none."
        ],
    ),
    (
        "articles title_start.greater_than_or_equal_to",
        article_with(title=(-1, 3)),
        [
            f"articles, {ID}: -1: is less than 0. Mend it, or leave it empty.",
            f"articles, {ID}: [-1, 3) of {len(ARTICLE.text)} code points: the title is no range "
            "within the text. Give its range, or none.",
        ],
    ),
    (
        "articles title_end.greater_than_or_equal_to",
        article_with(title=(0, 0)),
        [
            f"articles, {ID}: 0: is less than 1. Mend it, or leave it empty.",
            f"articles, {ID}: [0, 0) of {len(ARTICLE.text)} code points: the title is no range "
            "within the text. Give its range, or none.",
        ],
    ),
    (
        "articles lang.str_matches",
        article_with(lang="English"),
        [f"articles, {ID}: English: is no language tag. Use BCP 47: vi, en."],
    ),
    (
        "articles published.str_matches",
        article_with(published="5/3/2024"),
        [f"articles, {ID}: 5/3/2024: is no day. Write YYYY-MM-DD, or leave it empty."],
    ),
    (
        "articles published.in_calendar",
        article_with(published="2023-02-29"),
        [
            f"articles, {ID}: 2023-02-29: the calendar has no such day. "
            "Mend the day, or leave it empty."
        ],
    ),
    (
        "articles url.str_matches",
        article_with(url="www.fjord.example"),
        [f"articles, {ID}: www.fjord.example: is no address. Mend it, or leave it empty."],
    ),
    (
        "articles license.str_matches",
        article_with(license="all rights, reserved"),
        [
            f"articles, {ID}: all rights, reserved: is no SPDX expression. "
            "Use SPDX or LicenseRef-…, or nothing."
        ],
    ),
    (
        "articles source_sha256.str_matches",
        article_with(source=change(ARTICLE.source, sha256="")),
        [f"articles, {ID}: : is no SHA-256 in hex. Let the toolkit compute it."],
    ),
    (
        "articles kept.in_order",
        article_with(kept=((0, 0, 5), (4, 9, 2))),
        [
            f"articles, {ID}: piece 1: [4, 9, 2]: the pieces are not in order within the text. "
            "Ingest the article again."
        ],
    ),
    (
        "annotations article_id.str_matches",
        annotation_with(article="a-1", spans=(), events=(), relations=()),
        [
            "annotations, a-1 by adjudication:gold: a-1: is no article id. "
            "It is a- and 16 hex digits of the SHA-256.",
            "annotations, a-1 by adjudication:gold: a-1: there is no such article. "
            "Add the article, or remove the annotation.",
        ],
    ),
    (
        "annotations article_id.known",
        annotation_with(article="a-" + "f" * 16),
        [
            f"annotations, a-{'f' * 16} by adjudication:gold: a-{'f' * 16}: there is no such "
            "article. Add the article, or remove the annotation."
        ],
    ),
    (
        "annotations author.str_matches",
        annotation_with(author=Author("person", ""), spans=(), events=(), relations=()),
        [
            f"annotations, {ID} by person:: person:: is no author. "
            "Write the kind, a colon and a name."
        ],
    ),
    (
        "annotations text_sha256.of_article",
        annotation_with(text_sha256=OTHER_SHA),
        [
            f"annotations, {AT}: {OTHER_SHA}, where the article has {SHA}: another text than the "
            "article's was annotated. Annotate the present text, or ingest the old one again."
        ],
    ),
    (
        "annotations text_sha256.str_matches",
        annotation_with(text_sha256="?"),
        [
            f"annotations, {AT}: ?: is no SHA-256 in hex. Let the toolkit compute it.",
            f"annotations, {AT}: ?, where the article has {SHA}: another text than the "
            "article's was annotated. Annotate the present text, or ingest the old one again.",
        ],
    ),
    (
        "annotations created.str_matches",
        annotation_with(created="yesterday"),
        [
            f"annotations, {AT}: yesterday: is no time in UTC. "
            "Write 2024-10-28T09:30:00Z, or nothing."
        ],
    ),
    (
        "annotations contract.equal_to",
        annotation_with(contract="0.9.0"),
        [
            f"annotations, {AT}: 0.9.0: is not the contract {ONTOLOGY.version}. "
            "Migrate the annotation, or annotate again."
        ],
    ),
    (
        "entities id.str_length",
        spans_with("s9", id=""),
        [f"entities, {AT}, : : is empty. Fill it."],
    ),
    (
        "entities key.unique",
        spans_with("s9", id="s8"),
        [
            f"entities, {AT}, s8: {ID} adjudication:gold s8: the key (article_id, author, id) "
            "stands more than once. Keep one of them."
        ]
        * 2,
    ),
    (
        "entities start.greater_than_or_equal_to",
        spans_with("s9", start=-4),
        [f"entities, {AT}, s9: -4: is less than 0. Mark the words again."],
    ),
    (
        "entities end.greater_than_or_equal_to",
        spans_with("s9", start=0, end=0),
        [
            f"entities, {AT}, s9: 0: is less than 1. Mark the words again.",
            f"entities, {AT}, s9: [0, 0) of {len(ARTICLE.text)} code points: is no range within "
            "the text. Mark the words again.",
        ],
    ),
    (
        "entities end.in_text",
        spans_with("s9", end=9999),
        [
            f"entities, {AT}, s9: [{ANNOTATION.spans[8].start}, 9999) of {len(ARTICLE.text)} code "
            "points: is no range within the text. Mark the words again."
        ],
    ),
    (
        "entities text.is_slice",
        spans_with("s9", text="forestry"),
        [
            f"entities, {AT}, s9: 'forestry', where [{ANNOTATION.spans[8].start}, "
            f"{ANNOTATION.spans[8].end}) is 'fisheries': is not the article's text at its "
            "offsets. Cut it from the article by them."
        ],
    ),
    (
        "entities text.trimmed",
        spans_with(
            "s9", end=ANNOTATION.spans[8].start, start=ANNOTATION.spans[8].start - 1, text=" "
        ),
        [
            f"entities, {AT}, s9: ' ': begins or ends with white space. "
            "Mark the words without the white space around them."
        ],
    ),
    (
        "entities text.str_length",
        spans_with("s9", text=""),
        [
            f"entities, {AT}, s9: : is empty. Fill it.",
            f"entities, {AT}, s9: '', where [{ANNOTATION.spans[8].start}, "
            f"{ANNOTATION.spans[8].end}) is 'fisheries': is not the article's text at its "
            "offsets. Cut it from the article by them.",
        ],
    ),
    (
        "entities label.isin",
        spans_with("s9", label="FISH"),
        [f"entities, {AT}, s9: FISH: is no label of the ontology. Use one of {LABELS}."],
    ),
    (
        "entities start.flat",
        (
            ARTICLE,
            annotate(
                ARTICLE,
                [
                    make_span(ARTICLE, "s1", "OCCASION", "President Åse Nordby received"),
                    make_span(ARTICLE, "s2", "ROLE", "President"),
                    make_span(ARTICLE, "s3", "PERSON", "Åse Nordby", 1),
                    make_span(ARTICLE, "s4", "PERSON", "Tomas Vidal", 1),
                ],
            ),
        ),
        [
            f"entities, {AT}, s1: ROLE 'President' (s2) and OCCASION 'President Åse Nordby "
            "received' (s1): two entity spans overlap. Keep the one that the guidelines ask for.",
            f"entities, {AT}, s3: OCCASION 'President Åse Nordby received' (s1) and PERSON "
            "'Åse Nordby' (s3): two entity spans overlap. Keep the one that the guidelines ask "
            "for.",
        ],
    ),
    (
        "entities value.of_label",
        spans_with("s9", value="2024"),
        [
            f"entities, {AT}, s9: 2024 at TOPIC: this label has no attribute value. "
            "Empty it: only DATE may have one."
        ],
    ),
    (
        "entities kb.of_label",
        spans_with("s7", kb="iso3166:AD"),
        [
            f"entities, {AT}, s7: iso3166:AD at DATE: this label has no attribute kb. Empty it: "
            "only PERSON, PARTY, ORG, COUNTRY, PLACE, OCCASION, AGREEMENT, HONOUR may have one."
        ],
    ),
    (
        "entities value.str_matches",
        spans_with("s7", value="5/3/2024"),
        [
            f"entities, {AT}, s7: 5/3/2024: is no valid value. "
            f"{ONTOLOGY.attributes['value'].definition.en}"
        ],
    ),
    (
        "entities value.in_calendar",
        spans_with("s7", value="2024-02-30"),
        [
            f"entities, {AT}, s7: 2024-02-30 (2024-02 has no day 30): the calendar has no such "
            "date. Mend the value, or leave it empty."
        ],
    ),
    (
        "entities kb.str_matches",
        spans_with("s8", kb="AD"),
        [f"entities, {AT}, s8: AD: is no valid kb. {ONTOLOGY.attributes['kb'].definition.en}"],
    ),
    (
        "entities score.in_range",
        spans_with("s8", score=1.5),
        [f"entities, {AT}, s8: 1.5: is not between 0 and 1. Give a probability or nothing."],
    ),
    (
        "events id.str_length",
        events_with("e3", id="", arguments=()),
        [f"events, {AT}, : : is empty. Fill it."],
    ),
    (
        "events key.unique",
        events_with("e3", id="e2", arguments=()),
        [
            f"events, {AT}, e2: {ID} adjudication:gold e2: the key (article_id, author, id) "
            "stands more than once. Keep one of them."
        ]
        * 2,
    ),
    (
        "events id.apart",
        events_with("e3", id="s9"),
        [
            f"events, {AT}, s9: s9 is TOPIC 'fisheries' too: a span has the same id. "
            "Give each span and event an id of its own."
        ],
    ),
    (
        "events type.isin",
        events_with("e3", type="PICNIC"),
        [f"events, {AT}, e3: PICNIC: is no event type of the ontology. Use one of {TYPES}."],
    ),
    (
        "events modality.isin",
        events_with("e3", modality="feared"),
        [
            f"events, {AT}, e3: feared: is no modality of the ontology. "
            "Use one of actual, planned, cancelled."
        ],
    ),
    (
        "events start.greater_than_or_equal_to",
        events_with("e3", start=-1),
        [f"events, {AT}, e3: -1: is less than 0. Mark the words again."],
    ),
    (
        "events end.greater_than_or_equal_to",
        events_with("e3", start=0, end=0),
        [
            f"events, {AT}, e3: 0: is less than 1. Mark the words again.",
            f"events, {AT}, e3: [0, 0) of {len(ARTICLE.text)} code points: is no range within "
            "the text. Mark the words again.",
        ],
    ),
    (
        "events end.in_text",
        events_with("e3", start=7, end=7),
        [
            f"events, {AT}, e3: [7, 7) of {len(ARTICLE.text)} code points: is no range within "
            "the text. Mark the words again."
        ],
    ),
    (
        "events text.is_slice",
        events_with("e3", text="initialled"),
        [
            f"events, {AT}, e3: 'initialled', where [{ANNOTATION.events[2].start}, "
            f"{ANNOTATION.events[2].end}) is 'signed': is not the article's text at its offsets. "
            "Cut it from the article by them."
        ],
    ),
    (
        "events text.str_length",
        events_with("e3", text=""),
        [
            f"events, {AT}, e3: : is empty. Fill it.",
            f"events, {AT}, e3: '', where [{ANNOTATION.events[2].start}, "
            f"{ANNOTATION.events[2].end}) is 'signed': is not the article's text at its offsets. "
            "Cut it from the article by them.",
        ],
    ),
    (
        "events text.trimmed",
        events_with("e3", end=ANNOTATION.events[2].end + 1, text="signed "),
        [
            f"events, {AT}, e3: 'signed ': begins or ends with white space. "
            "Mark the words without the white space around them."
        ],
    ),
    (
        "events score.in_range",
        events_with("e3", score=-0.5),
        [f"events, {AT}, e3: -0.5: is not between 0 and 1. Give a probability or nothing."],
    ),
    (
        "arguments key.unique",
        arguments_of("e4", ("ACTOR", "s11"), ("ACTOR", "s11")),
        [
            f"arguments, {AT}, e4 ACTOR -> s11: {ID} adjudication:gold e4 ACTOR s11: the key "
            "(article_id, author, event_id, role, span_id) stands more than once. "
            "Keep one of them."
        ]
        * 2,
    ),
    (
        "arguments role.isin",
        arguments_of("e4", ("WITNESS", "s11")),
        [
            f"arguments, {AT}, e4 WITNESS -> s11: WITNESS: is no role of the ontology. "
            f"Use one of {', '.join(ONTOLOGY.roles)}."
        ],
    ),
    (
        "arguments role.of_type",
        arguments_of("e4", ("HOST", "s11")),
        [
            f"arguments, {AT}, e4 HOST -> s11: HOST of PLEDGE 'agreed to': this event type has "
            "no such role. PLEDGE takes ACTOR, TARGET, TOPIC, OCCASION, PLACE, TIME."
        ],
    ),
    (
        "arguments span_id.of_role",
        arguments_of("e4", ("TIME", "s11")),
        [
            f"arguments, {AT}, e4 TIME -> s11: TIME -> COUNTRY 'Andorra': this label cannot fill "
            "the role. TIME takes DATE."
        ],
    ),
    (
        "arguments span_id.known",
        arguments_of("e4", ("ACTOR", "s99")),
        [
            f"arguments, {AT}, e4 ACTOR -> s99: ACTOR -> s99: there is no such span. "
            "Draw it to a span that is there."
        ],
    ),
    (
        "arguments span_id.str_length",
        arguments_of("e4", ("ACTOR", "")),
        [
            f"arguments, {AT}, e4 ACTOR -> : : is empty. Fill it.",
            f"arguments, {AT}, e4 ACTOR -> : ACTOR -> : there is no such span. "
            "Draw it to a span that is there.",
        ],
    ),
    (
        "arguments event_id.str_length",
        events_with("e4", id=""),
        [
            f"events, {AT}, : : is empty. Fill it.",
            f"arguments, {AT},  ACTOR -> s11: : is empty. Fill it.",
        ],
    ),
    (
        "relations key.unique",
        relations_with(("HOLDS", "s5", "s4"), ("HOLDS", "s5", "s4")),
        [
            f"relations, {AT}, HOLDS s5 -> s4: {ID} adjudication:gold HOLDS s5 s4: the key "
            "(article_id, author, type, from_id, to_id) stands more than once. Keep one of them."
        ]
        * 2,
    ),
    (
        "relations type.isin",
        relations_with(("LIKES", "s5", "s4")),
        [
            f"relations, {AT}, LIKES s5 -> s4: LIKES: is no relation of the ontology. "
            "Use one of HOLDS, OF."
        ],
    ),
    (
        "relations type.of_labels",
        relations_with(("HOLDS", "s4", "s5")),
        [
            f"relations, {AT}, HOLDS s4 -> s5: ROLE 'President' -> PERSON 'Åse Nordby': this "
            "relation cannot join these. HOLDS runs from PERSON to ROLE."
        ],
    ),
    (
        "relations from_id.known",
        relations_with(("HOLDS", "s99", "s4")),
        [
            f"relations, {AT}, HOLDS s99 -> s4: s99: there is no such span. "
            "Draw the relation to a span that is there."
        ],
    ),
    (
        "relations to_id.known",
        relations_with(("HOLDS", "s5", "e1")),
        [
            f"relations, {AT}, HOLDS s5 -> e1: e1: there is no such span. "
            "Draw the relation to a span that is there."
        ],
    ),
    (
        "relations from_id.str_length",
        relations_with(("HOLDS", "", "s4")),
        [
            f"relations, {AT}, HOLDS  -> s4: : is empty. Fill it.",
            f"relations, {AT}, HOLDS  -> s4: : there is no such span. "
            "Draw the relation to a span that is there.",
        ],
    ),
    (
        "relations to_id.str_length",
        relations_with(("HOLDS", "s5", "")),
        [
            f"relations, {AT}, HOLDS s5 -> : : is empty. Fill it.",
            f"relations, {AT}, HOLDS s5 -> : : there is no such span. "
            "Draw the relation to a span that is there.",
        ],
    ),
]


def test_sound_records_are_without_a_problem() -> None:
    """Also text whose code points are not bytes, UTF-16 units or letters."""
    text = "🇳🇴 Ōsaka: Nguyễn Thị Ánh gặp 𝔄𝔫𝔫𝔞."
    article = make_article(None, text, lang="vi")
    span = make_span(article, "s1", "PERSON", "𝔄𝔫𝔫𝔞")
    event = make_event(article, "e1", "TALKS", "gặp", [("PARTICIPANT", "s1")])
    articles, annotations = make_corpus(6)
    report = validate(
        [*articles, article], [*annotations, annotate(article, [span], [event])], ONTOLOGY
    )
    assert report.problems == ()
    assert report.ok


@pytest.mark.parametrize(("name", "records", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_broken_rule_is_reported_with_record_value_rule_and_remedy(
    name: str, records: tuple[Article, Annotation], expected: list[str]
) -> None:
    report = checked(*records)
    assert [str(problem) for problem in report.problems] == expected
    assert name in {f"{found.rule.table} {found.rule.name}" for found in report.findings}


def nulled(made: Tables, table: str, column: str) -> Tables:
    frame: pl.DataFrame = getattr(made, table)
    return replace(
        made, **{table: frame.with_columns(pl.lit(None, DTYPES[table][column]).alias(column))}
    )


REQUIRED = [
    (rule.table, rule.name.partition(".")[0])
    for rule in checked().rules
    if rule.name.endswith(".not_nullable")
]


@pytest.mark.parametrize(("table", "column"), REQUIRED)
def test_a_column_that_must_be_filled_is_missed(table: str, column: str) -> None:
    """Records cannot lack these, tables from elsewhere can."""
    report = validate_tables(nulled(tables([ARTICLE], [ANNOTATION]), table, column), ONTOLOGY)
    told = [str(f.problem) for f in report.findings if f.rule.name == f"{column}.not_nullable"]
    assert told
    assert all(line.endswith(": nothing: must be filled. Fill it.") for line in told)


COVERED_ELSEWHERE = {
    "articles key.unique",
    "annotations key.unique",
    *(
        f"{table} article_id.str_matches"
        for table in ("entities", "events", "arguments", "relations")
    ),
    *(f"{table} author.str_matches" for table in ("entities", "events", "arguments", "relations")),
    "entities article_id.known",
    "events article_id.known",
    "arguments event_id.known",
}


def test_every_rule_is_tested_here() -> None:
    rules = {f"{rule.table} {rule.name}" for rule in checked().rules}
    of_columns = {f"{table} {column}.not_nullable" for table, column in REQUIRED}
    assert rules == {case[0] for case in CASES} | of_columns | COVERED_ELSEWHERE


def test_an_article_that_stands_twice_is_reported() -> None:
    report = validate([ARTICLE, ARTICLE], [ANNOTATION], ONTOLOGY)
    line = f"articles, {ID}: {ID}: the key (id) stands more than once. Keep one of them."
    assert [str(problem) for problem in report.problems] == [line, line]


def test_two_annotations_by_one_author_are_reported_once_not_at_every_row() -> None:
    report = validate([ARTICLE], [ANNOTATION, ANNOTATION], ONTOLOGY)
    line = (
        f"annotations, {AT}: {ID} adjudication:gold: the key (article_id, author) stands more "
        "than once. Keep one of them."
    )
    assert [str(problem) for problem in report.problems] == [line, line]


def test_two_authors_of_one_article_do_not_get_mixed_up() -> None:
    """Their ids and spans are alike, and each is judged by itself."""
    second = change(ANNOTATION, author=Author("person", "p1"))
    broken = with_span(second, "s9", {"text": "forestry"})
    assert validate([ARTICLE], [ANNOTATION, second], ONTOLOGY).ok
    report = validate([ARTICLE], [ANNOTATION, broken], ONTOLOGY)
    assert [problem.record for problem in report.problems] == [f"entities, {ID} by person:p1, s9"]


@pytest.mark.parametrize("table", ["entities", "events", "arguments", "relations"])
def test_a_row_of_no_annotation_is_reported_in_its_own_table(table: str) -> None:
    """Only tables made elsewhere can hold one."""
    made = tables([ARTICLE], [ANNOTATION])
    frame: pl.DataFrame = getattr(made, table)
    stray = frame.head(1).with_columns(article_id=pl.lit("nowhere"), author=pl.lit("nobody"))
    report = validate_tables(replace(made, **{table: stray}), ONTOLOGY)
    names = {f.rule.name for f in report.findings if f.rule.table == table}
    known = {
        "entities": {"article_id.known"},
        "events": {"article_id.known"},
        "arguments": {"event_id.known", "span_id.known"},
        "relations": {"from_id.known", "to_id.known"},
    }[table]
    assert names == known | {"article_id.str_matches", "author.str_matches"}


def test_a_table_with_other_columns_cannot_be_judged() -> None:
    made = tables([ARTICLE], [ANNOTATION])
    with pytest.raises(ValueError, match="the table events cannot be judged: column_in_dataframe"):
        validate_tables(replace(made, events=made.events.drop("type")), ONTOLOGY)


def test_long_and_short_texts_are_sliced_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts above the bound are sliced in Python."""
    article, annotation = spans_with("s9", text="forestry")
    annotation = with_span(annotation, "s8", {"start": 3, "end": 9999})
    expected = checked(article, with_span(annotation, "s1", {"start": -1})).problems
    monkeypatch.setattr(checks, "LONG_TEXT", 1)
    assert checked(article, with_span(annotation, "s1", {"start": -1})).problems == expected
    assert len(expected) == 3


def test_slices_count_code_points_like_python() -> None:
    text = "".join(map(chr, (0x1F1FB, 0x1F1F3, 0x4E2D, 0x1EC7, 0x41, 0x200D, 0x10FFFF, 0x62))) * 3
    article = make_article(None, unicodedata.normalize("NFC", text))
    spans = [Span(f"s{i}", i, i + 2, "TOPIC", article.text[i : i + 2]) for i in range(0, 22, 2)]
    assert validate([article], [annotate(article, spans)], ONTOLOGY).ok


fields = st.one_of(
    st.fixed_dictionaries({"label": st.sampled_from([*ONTOLOGY.labels, "FISH"])}),
    st.fixed_dictionaries({"start": st.integers(-5, 400), "end": st.integers(-5, 400)}),
    st.fixed_dictionaries({"text": st.sampled_from(["fisheries", "x", "Åse Nordby"])}),
    st.fixed_dictionaries({"kb": st.sampled_from(["iso3166:AD", "AD", None])}),
    st.fixed_dictionaries({"value": st.sampled_from(["2024", "1/2", None])}),
    st.fixed_dictionaries({"id": st.sampled_from(["s1", "s2", "e1", "s77"])}),
)
arguments = st.lists(
    st.builds(
        Argument,
        st.sampled_from([*ONTOLOGY.roles, "WITNESS"]),
        st.sampled_from(["s1", "s7", "s9", "s10", "s99"]),
    ),
    max_size=3,
).map(tuple)
event_fields = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from([*ONTOLOGY.event_types, "PICNIC"])}),
    st.fixed_dictionaries({"arguments": arguments}),
    st.fixed_dictionaries({"modality": st.sampled_from(["actual", "feared"])}),
)
relations = st.lists(
    st.builds(
        Relation,
        st.sampled_from(["HOLDS", "OF", "LIKES"]),
        st.sampled_from(["s4", "s5", "s8", "s99"]),
        st.sampled_from(["s4", "s5", "s8", "s99"]),
    ),
    max_size=2,
    unique=True,
).map(tuple)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(["s1", "s7", "s9", "s10"]), fields), max_size=2),
    st.lists(st.tuples(st.sampled_from(["e1", "e2", "e4"]), event_fields), max_size=2),
    relations,
)
def test_tables_are_found_sound_just_where_the_record_is(
    spans: list[tuple[str, dict[str, Any]]],
    events: list[tuple[str, dict[str, Any]]],
    joined: tuple[Relation, ...],
) -> None:
    """The rules over tables agree with `curation.integrity`, which judges one record.

    The tables' calendar, white space and scores go further; nothing here touches these, but
    a moved span may get white space at its ends.
    """
    annotation = change(ANNOTATION, relations=joined)
    for id_, found in spans:
        annotation = with_span(annotation, id_, found)
    for id_, found in events:
        annotation = with_event(annotation, id_, found)
    report = checked(ARTICLE, annotation)
    beyond = {"text.trimmed", "value.in_calendar"}
    here = [found for found in report.findings if found.rule.name not in beyond]
    assert bool(here) == bool(integrity.problems(annotation, ARTICLE, ONTOLOGY))


def test_validation_is_imported_without_its_libraries() -> None:
    """`curation --help` stays instant."""
    code = "import sys, curation.validation; print({'polars', 'pandera'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    "setting",
    [{"PANDERA_VALIDATION_ENABLED": "False"}, {"PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}],
)
def test_an_environment_that_turns_pandera_off_does_not_turn_validation_off(
    setting: dict[str, str],
) -> None:
    code = (
        "from tests.validation.test_validation_rules import checked, spans_with\n"
        "print(checked(*spans_with('s9', text='forestry', label='FISH')).text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, **setting},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "2 problems" in done.stdout


def test_the_id_follows_from_the_text() -> None:
    assert ARTICLE.id == article_id(sha256_text(ARTICLE.text))
