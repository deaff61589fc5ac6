"""What needs two tables, or Python: references, text beside its offsets, who may point at whom.

Each check is a pandera check over a DataFrame, closed over the other tables. A row fails a
check only for what the check names: where a reference is broken, the checks that would
follow it leave the row to the check of the reference.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pandera.polars as pa
import polars as pl

from curation import edtf
from curation.ontology import Ontology
from curation.records import article_id, sha256_text
from curation.validation import values
from curation.validation.report import Rule
from curation.validation.tables import Tables

Row = dict[str, Any]
Join = Callable[[pl.LazyFrame], pl.LazyFrame]
Say = Callable[[Row], str]

LONG_TEXT = 20_000
"""Code points from which slicing in Python is faster than in polars (whose slices walk)."""

_OWNER = ("article_id", "author")


class CrossCheck(NamedTuple):
    """A rule, and how the rows of its table are judged and explained.

    `join` adds the columns that `ok` needs and keeps the rows and their order. Where `ok` is
    null the row lacks what the check needs, and is left to the check of what it lacks.
    `value` and `remedy` read a failed row with the joined columns; without
    `remedy` the rule's own holds. The rule's name begins with the column it speaks of.
    """

    rule: Rule
    ok: pl.Expr
    value: Say
    join: Join
    remedy: Say | None = None

    @property
    def column(self) -> str:
        """The column that the check is about."""
        return self.rule.name.partition(".")[0]

    def as_pandera(self) -> pa.Check:
        """Return the check as pandera runs it; the rule's name is what it reports."""
        return pa.Check(
            lambda data: self.join(data.lazyframe).select(self.ok.fill_null(True)),
            name=self.rule.name,
            error=self.rule.name,
            ignore_na=False,
        )

    def failed(self, frame: pl.DataFrame, indices: Iterable[int]) -> dict[int, Row]:
        """Return the rows at these positions with the joined columns, by position."""
        joined = self.join(frame.lazy()).with_row_index("_row_index")
        found = joined.filter(pl.col("_row_index").is_in(list(indices))).collect()
        return {row["_row_index"]: row for row in found.iter_rows(named=True)}


def cross_checks(tables: Tables, ontology: Ontology) -> dict[str, list[CrossCheck]]:
    """Return the checks of each table, closed over the others."""
    return {
        "articles": [
            _id_of_hash(),
            _hash_of_text(),
            _normal_text(),
            _title_in_text(),
            _published_in_calendar(),
            _kept_in_order(),
        ],
        "annotations": _annotations(tables),
        "entities": [
            *_anchored("entities", tables),
            _flat(_annotated_texts(tables)),
            *(_attribute_of_label(name, ontology) for name in ("value", "kb")),
            _value_in_calendar(ontology),
        ],
        "events": [*_anchored("events", tables), _ids_apart(tables)],
        "arguments": _arguments(tables, ontology),
        "relations": _relations(tables, ontology),
    }


def _same(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame


def _adding(**columns: pl.Expr) -> Join:
    return lambda frame: frame.with_columns(**columns)


def _looking_up(parents: pl.LazyFrame, keys: Iterable[str]) -> Join:
    """Join columns of the first parent with the same keys, null where there is none."""
    on = list(keys)
    unique = parents.unique(on, keep="first")
    return lambda frame: frame.join(unique, on, "left", maintain_order="left")


def _in_turn(first: Join, second: Join) -> Join:
    return lambda frame: second(first(frame))


def _mapped(expression: pl.Expr, function: Callable[[Any], Any], dtype: Any) -> pl.Expr:
    return expression.map_elements(function, return_dtype=dtype)


# Articles


def _id_of_hash() -> CrossCheck:
    rule = "is not a- and the first 16 digits of the sha256"
    return CrossCheck(
        Rule("articles", "id.of_hash", rule, "Ingest the article again."),
        pl.col("id") == _mapped(pl.col("sha256"), article_id, pl.String),
        lambda row: f"{row['id']} for {row['sha256']}",
        _same,
    )


def _hash_of_text() -> CrossCheck:
    rule, remedy = "is not the SHA-256 of the text", "Restore the text, or ingest it again."
    return CrossCheck(
        Rule("articles", "sha256.of_text", rule, remedy),
        pl.col("_hash") == pl.col("sha256"),
        lambda row: f"{row['sha256']}, where the text has {row['_hash']}",
        _adding(_hash=_mapped(pl.col("text"), sha256_text, pl.String)),
    )


def _normal_text() -> CrossCheck:
    rule = "the text is not in Unicode NFC with newlines as LF"
    return CrossCheck(
        Rule("articles", "text.normal", rule, "Ingest the article again."),
        pl.col("_fault") == "",
        lambda row: str(row["_fault"]),
        _adding(_fault=_mapped(pl.col("text"), _not_normal, pl.String)),
    )


def _not_normal(text: str) -> str:
    """Name what is not normal in a text; empty where all is."""
    if "\r" in text:
        return f"a carriage return at {text.index(chr(13))}"
    return "" if unicodedata.is_normalized("NFC", text) else "not NFC"


def _title_in_text() -> CrossCheck:
    start, end = pl.col("title_start"), pl.col("title_end")
    in_text = (start >= 0) & (start < end) & (end <= pl.col("_length"))
    rule, remedy = "the title is no range within the text", "Give its range, or none."
    return CrossCheck(
        Rule("articles", "title_start.in_text", rule, remedy),
        (start.is_null() == end.is_null()) & (start.is_null() | in_text),
        lambda row: f"[{row['title_start']}, {row['title_end']}) of {row['_length']} code points",
        _adding(_length=pl.col("text").str.len_chars()),
    )


def _published_in_calendar() -> CrossCheck:
    day = pl.col("published")
    real = day.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    rule, remedy = "the calendar has no such day", "Mend the day, or leave it empty."
    return CrossCheck(
        Rule("articles", "published.in_calendar", rule, remedy),
        ~day.str.contains(values.DAY) | real,
        lambda row: str(row["published"]),
        _same,
    )


def _kept_in_order() -> CrossCheck:
    length = pl.col("text").str.len_chars().fill_null(0)
    pieces = pl.struct("kept", length=length)
    rule = "the pieces are not in order within the text"
    return CrossCheck(
        Rule("articles", "kept.in_order", rule, "Ingest the article again."),
        pl.col("_bad") == -1,
        lambda row: f"piece {row['_bad']}: {list(row['kept'][row['_bad']].values())}",
        _adding(_bad=_mapped(pieces, _bad_piece, pl.Int64)),
    )


def _bad_piece(row: Row) -> int:
    """Return the number of the first piece out of order; -1 where there is none."""
    clean_end = raw_end = 0
    for number, piece in enumerate(row["kept"] or ()):
        start, raw, length = piece["start"], piece["raw_start"], piece["length"]
        if length < 1 or start < clean_end or raw < raw_end or start + length > row["length"]:
            return number
        clean_end, raw_end = start + length, raw + length
    return -1


# Annotations


def _annotations(tables: Tables) -> list[CrossCheck]:
    hashes = tables.articles.lazy().select(article_id="id", _sha256="sha256")
    join = _looking_up(hashes, ["article_id"])
    missing = "Add the article, or remove the annotation."
    changed = "Annotate the present text, or ingest the old one again."
    other_text = "another text than the article's was annotated"
    return [
        CrossCheck(
            Rule("annotations", "article_id.known", "there is no such article", missing),
            pl.col("_sha256").is_not_null(),
            lambda row: str(row["article_id"]),
            join,
        ),
        CrossCheck(
            Rule("annotations", "text_sha256.of_article", other_text, changed),
            pl.col("_sha256") == pl.col("text_sha256"),
            lambda row: f"{row['text_sha256']}, where the article has {row['_sha256']}",
            join,
        ),
    ]


# Spans and triggers


def _anchored(table: str, tables: Tables) -> list[CrossCheck]:
    """Return the checks of what stands at a place in a text."""
    texts = _annotated_texts(tables)
    return [
        _of_annotation(table, tables),
        _in_text(table, texts),
        _is_slice(table, texts),
        _trimmed(table),
    ]


def _annotated_texts(tables: Tables) -> pl.LazyFrame:
    """Return the text of each annotation, where it is still the article's."""
    articles = tables.articles.lazy().select(
        article_id="id", text_sha256="sha256", _text="text", _length=pl.col("text").str.len_chars()
    )
    pinned = tables.annotations.lazy().select(*_OWNER, "text_sha256")
    keys = ["article_id", "text_sha256"]
    return pinned.join(articles.unique(keys), keys).select(*_OWNER, "_text", "_length")


def _of_annotation(table: str, tables: Tables) -> CrossCheck:
    owners = tables.annotations.lazy().select(*_OWNER, _known=pl.lit(True))
    rule, remedy = "there is no such annotation", "Add the annotation, or remove the row."
    return CrossCheck(
        Rule(table, "article_id.known", rule, remedy),
        pl.col("_known").is_not_null(),
        lambda row: f"{row['article_id']} by {row['author']}",
        _looking_up(owners, _OWNER),
    )


def _ranged() -> pl.Expr:
    """Tell whether a row has a range within its text; null where the text is not known."""
    inside = (pl.col("start") < pl.col("end")) & (pl.col("end") <= pl.col("_length"))
    return (pl.col("start") >= 0) & inside


def _in_text(table: str, texts: pl.LazyFrame) -> CrossCheck:
    return CrossCheck(
        Rule(table, "end.in_text", "is no range within the text", "Mark the words again."),
        (pl.col("start") < 0) | _ranged(),
        lambda row: f"[{row['start']}, {row['end']}) of {row['_length']} code points",
        _looking_up(texts.drop("_text"), _OWNER),
    )


def _is_slice(table: str, texts: pl.LazyFrame) -> CrossCheck:
    rule, remedy = "is not the article's text at its offsets", "Cut it from the article by them."
    return CrossCheck(
        Rule(table, "text.is_slice", rule, remedy),
        pl.col("_slice") == pl.col("text"),
        lambda row: f"{row['text']!r}, where [{row['start']}, {row['end']}) is {row['_slice']!r}",
        lambda frame: _with_slice(frame, texts),
    )


def _with_slice(frame: pl.LazyFrame, texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add what the text has at the row's offsets; null where they are no range."""
    longest = texts.select(pl.col("_length").max()).collect().item()
    if longest is not None and longest > LONG_TEXT:
        return _slice_in_python(frame.collect(), texts)
    length = pl.when(_ranged()).then(pl.col("end") - pl.col("start"))
    start = pl.when(_ranged()).then(pl.col("start"))
    joined = _looking_up(texts, _OWNER)(frame)
    return joined.with_columns(_slice=pl.col("_text").str.slice(start, length)).drop("_text")


def _slice_in_python(rows: pl.DataFrame, texts: pl.LazyFrame) -> pl.LazyFrame:
    known = {row[:2]: row[2] for row in texts.select(*_OWNER, "_text").collect().iter_rows()}
    places = rows.select(*_OWNER, "start", "end").iter_rows()
    slices = [_slice(known.get((article, by)), start, end) for article, by, start, end in places]
    return rows.with_columns(_slice=pl.Series(slices, dtype=pl.String)).lazy()


def _slice(text: str | None, start: int, end: int) -> str | None:
    return text[start:end] if text is not None and 0 <= start < end <= len(text) else None


def _trimmed(table: str) -> CrossCheck:
    words, remedy = pl.col("text"), "Mark the words without the white space around them."
    return CrossCheck(
        Rule(table, "text.trimmed", "begins or ends with white space", remedy),
        words.str.strip_chars() == words,
        lambda row: repr(row["text"]),
        _same,
    )


def _flat(texts: pl.LazyFrame) -> CrossCheck:
    lengths = _looking_up(texts.drop("_text"), _OWNER)
    remedy = "Keep the one that the guidelines ask for."
    return CrossCheck(
        Rule("entities", "start.flat", "two entity spans overlap", remedy),
        pl.col("_end") <= pl.col("start"),
        lambda row: (
            f"{row['_label']} {row['_words']!r} ({row['_id']}) and "
            f"{row['label']} {row['text']!r} ({row['id']})"
        ),
        _in_turn(lengths, _with_widest_before),
    )


def _with_widest_before(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Join, to each span, the one that reaches furthest of those that begin before it.

    Spans without a range within their text are left out: there the range is what is wrong.
    """
    rows = frame.with_row_index("_row")
    reaching = pl.col("end") > pl.col("end").cum_max().shift().fill_null(-1)
    widest = pl.when(reaching).then(pl.col("_row")).forward_fill().shift()
    ordered = rows.filter(_ranged()).sort(*_OWNER, "start", "end", "_row")
    before = ordered.select("_row", _before=widest.over(_OWNER))
    other = rows.select(_before="_row", _id="id", _end="end", _label="label", _words="text")
    numbered = rows.join(before, "_row", "left", maintain_order="left")
    return numbered.join(other, "_before", "left", maintain_order="left").drop("_row", "_before")


def _attribute_of_label(name: str, ontology: Ontology) -> CrossCheck:
    having = [label.name for label in ontology.labels.values() if name in label.attributes]
    lacking = [label for label in ontology.labels if label not in having]
    remedy = f"Empty it: only {', '.join(having)} may have one."
    return CrossCheck(
        Rule("entities", f"{name}.of_label", f"this label has no attribute {name}", remedy),
        pl.col(name).is_null() | ~pl.col("label").is_in(lacking),
        lambda row: f"{row[name]} at {row['label']}",
        _same,
    )


def _value_in_calendar(ontology: Ontology) -> CrossCheck:
    value, pattern = pl.col("value"), ontology.attributes["value"].pattern
    fault = _mapped(value, lambda date: edtf.fault(date) or "", pl.String)
    rule, remedy = "the calendar has no such date", "Mend the value, or leave it empty."
    return CrossCheck(
        Rule("entities", "value.in_calendar", rule, remedy),
        pl.col("_fault") == "",
        lambda row: f"{row['value']} ({row['_fault']})",
        _adding(_fault=pl.when(value.str.contains(pattern)).then(fault)),
    )


def _ids_apart(tables: Tables) -> CrossCheck:
    rule, remedy = "a span has the same id", "Give each span and event an id of its own."
    return CrossCheck(
        Rule("events", "id.apart", rule, remedy),
        pl.col("_label").is_null(),
        lambda row: f"{row['id']} is {row['_label']} {row['_words']!r} too",
        _looking_up(*_spans(tables, "id")),
    )


def _spans(tables: Tables, column: str, prefix: str = "_") -> tuple[pl.LazyFrame, list[str]]:
    """Return label and words of the spans, to be looked up by the id in `column`."""
    named = {column: "id", f"{prefix}label": "label", f"{prefix}words": "text"}
    return tables.entities.lazy().select(*_OWNER, **named), [*_OWNER, column]


# Arguments and relations


def _arguments(tables: Tables, ontology: Ontology) -> list[CrossCheck]:
    events = tables.events.lazy().select(*_OWNER, event_id="id", _type="type", _trigger="text")
    with_event = _looking_up(events, [*_OWNER, "event_id"])
    with_span = _looking_up(*_spans(tables, "span_id"))
    add, draw = "Add the event, or remove the argument.", "Draw it to a span that is there."
    return [
        CrossCheck(
            Rule("arguments", "event_id.known", "there is no such event", add),
            pl.col("_type").is_not_null(),
            lambda row: str(row["event_id"]),
            with_event,
        ),
        CrossCheck(
            Rule("arguments", "span_id.known", "there is no such span", draw),
            pl.col("_label").is_not_null(),
            lambda row: f"{row['role']} -> {row['span_id']}",
            with_span,
        ),
        _role_of_type(ontology, with_event),
        _filler_of_role(ontology, _in_turn(with_event, with_span)),
    ]


def _role_of_type(ontology: Ontology, with_event: Join) -> CrossCheck:
    allowed = {name: role.event_types for name, role in ontology.roles.items()}
    remedy = "Use a role that the ontology gives to the event type."
    return CrossCheck(
        Rule("arguments", "role.of_type", "this event type has no such role", remedy),
        ~_among("_type", ontology.event_types) | _allows("role", "_type", allowed),
        lambda row: f"{row['role']} of {row['_type']} {row['_trigger']!r}",
        with_event,
        lambda row: f"{row['_type']} takes {_names(ontology.roles_of(row['_type']))}.",
    )


def _filler_of_role(ontology: Ontology, with_both: Join) -> CrossCheck:
    allowed = {name: role.fillers for name, role in ontology.roles.items()}
    remedy = "Fill it with a label that the ontology gives to the role."
    return CrossCheck(
        Rule("arguments", "span_id.of_role", "this label cannot fill the role", remedy),
        ~_among("_label", ontology.labels) | _allows("role", "_label", allowed),
        lambda row: f"{row['role']} -> {row['_label']} {row['_words']!r}",
        with_both,
        lambda row: f"{row['role']} takes {', '.join(allowed[row['role']])}.",
    )


def _names(roles: Iterable[Any]) -> str:
    return ", ".join(role.name for role in roles)


def _among(column: str, names: Iterable[str]) -> pl.Expr:
    return pl.col(column).is_in(list(names)).fill_null(False)


def _allows(column: str, other: str, allowed: dict[str, tuple[str, ...]]) -> pl.Expr:
    """Tell whether the name in `column` allows that in `other`; an unknown one allows all."""
    refusals = [
        (pl.col(column) == name) & ~pl.col(other).is_in(list(names))
        for name, names in allowed.items()
    ]
    return ~pl.any_horizontal(refusals)


def _relations(tables: Tables, ontology: Ontology) -> list[CrossCheck]:
    join = _in_turn(
        _looking_up(*_spans(tables, "from_id", "_from_")),
        _looking_up(*_spans(tables, "to_id", "_to_")),
    )
    return [
        _end_known("from_id", "_from_label", join),
        _end_known("to_id", "_to_label", join),
        _relation_of_labels(ontology, join),
    ]


def _end_known(column: str, label: str, join: Join) -> CrossCheck:
    remedy = "Draw the relation to a span that is there."
    return CrossCheck(
        Rule("relations", f"{column}.known", "there is no such span", remedy),
        pl.col(label).is_not_null(),
        lambda row: str(row[column]),
        join,
    )


def _relation_of_labels(ontology: Ontology, join: Join) -> CrossCheck:
    kinds = ontology.relations
    known = _among("_from_label", ontology.labels) & _among("_to_label", ontology.labels)
    fits_from = _allows("type", "_from_label", {name: kind.from_ for name, kind in kinds.items()})
    fits_to = _allows("type", "_to_label", {name: kind.to for name, kind in kinds.items()})
    remedy = "Draw it between labels that the ontology lets it join."
    return CrossCheck(
        Rule("relations", "type.of_labels", "this relation cannot join these", remedy),
        ~known | (fits_from & fits_to),
        lambda row: (
            f"{row['_from_label']} {row['_from_words']!r} -> "
            f"{row['_to_label']} {row['_to_words']!r}"
        ),
        join,
        lambda row: (
            f"{row['type']} runs from {', '.join(kinds[row['type']].from_)} "
            f"to {', '.join(kinds[row['type']].to)}."
        ),
    )
