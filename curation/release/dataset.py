"""The tables of a release as Parquet files that `datasets.load_dataset` reads.

Each configuration is one kind of row; its features are explicit and stand in every file.
Rows are ordered by article and place in the text, so that the bytes follow from the records alone
(and the version of pyarrow).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, List, Value

from curation.ontology import Ontology
from curation.release.tokens import Paragraph, paragraphs, tag_names
from curation.validation.tables import Tables

CONFIGS = {
    "articles": "one row for each article: text, metadata, group",
    "entities": "one row for each entity span",
    "events": "one row for each event trigger, with its arguments",
    "relations": "one row for each relation between two spans",
    "tokens": "one row for each paragraph: syllable tokens with BIO tags of the entities",
}
"""The configurations in the order of the card, and what they hold; the first is the default."""

DATA = "data"

COLUMNS = {
    "id": "a- and 16 hex digits of the text's SHA-256 (articles); unique in its article (others)",
    "sha256": "SHA-256 of the UTF-8 bytes of the text",
    "lang": "language of the article, BCP 47",
    "title": "the title, which the text begins with",
    "text": "the whole text (articles); what stands there from start to end (others)",
    "title_start": "first code point of the title",
    "title_end": "code point after the title",
    "published": "day of publication",
    "published_from": "where the day was found",
    "outlet": "newspaper, agency or site",
    "byline": "the authors' line",
    "dateline": "place printed before the lead",
    "url": "address of the article",
    "license": "license of the text; empty where unknown",
    "group": "least id of the articles that belong together; never in two splits",
    "annotator": "whose annotation it is: kind and name",
    "annotated": "when the annotation was made, ISO 8601",
    "contract": "version of the ontology",
    "source_sha256": "SHA-256 of the raw file's bytes",
    "source_media_type": "media type of the raw file",
    "kept": "pieces of the text: where each begins in it and in the decoded raw file, its length",
    "article_id": "the article: `id` of the configuration articles",
    "label": "label of the span",
    "start": "first code point in the article's text",
    "end": "code point after the last",
    "value": "date in EDTF level 1",
    "kb": "identifier of what is named, as a CURIE",
    "score": "how sure the model was that proposed it, 0 to 1",
    "by": "rule, list or model that proposed it",
    "type": "type of the event or relation",
    "modality": "whether it happened, is planned or was cancelled",
    "arguments": "spans that fill roles of the event, in the order of the text",
    "role": "role of the argument",
    "span_id": "the span: `id` of the configuration entities",
    "from_id": "the span that the relation starts at; from_label to from_text are that span's",
    "from_label": "its label",
    "from_start": "its first code point",
    "from_end": "code point after its last",
    "from_text": "its words",
    "to_id": "the span that the relation leads to; to_label to to_text are that span's",
    "to_label": "its label",
    "to_start": "its first code point",
    "to_end": "code point after its last",
    "to_text": "its words",
    "paragraph": "number of the paragraph in its article, from 0",
    "tokens": "syllables, numbers and signs in their order",
    "starts": "first code point of each token in the article's text",
    "ends": "code point after each token",
    "tags": "BIO tag of each token",
}
"""What the columns hold, for the card."""


def features(ontology: Ontology) -> dict[str, Features]:
    """Return the features of each configuration."""
    return {
        "articles": Features(_article_features()),
        "entities": Features(_entity_features(ontology)),
        "events": Features(_event_features(ontology)),
        "relations": Features(_relation_features(ontology)),
        "tokens": Features(_token_features(ontology)),
    }


def _text() -> Value:
    return Value("string")


def _place() -> dict[str, Any]:
    return {"start": Value("int32"), "end": Value("int32"), "text": _text()}


def _labels(ontology: Ontology) -> ClassLabel:
    return ClassLabel(names=list(ontology.labels))


def _article_features() -> dict[str, Any]:
    piece = {"start": Value("int32"), "raw_start": Value("int32"), "length": Value("int32")}
    return {
        "id": _text(),
        "sha256": _text(),
        "lang": _text(),
        "title": _text(),
        "text": Value("large_string"),
        "title_start": Value("int32"),
        "title_end": Value("int32"),
        "published": Value("date32"),
        "published_from": _text(),
        "outlet": _text(),
        "byline": _text(),
        "dateline": _text(),
        "url": _text(),
        "license": _text(),
        "group": _text(),
        "annotator": _text(),
        "annotated": _text(),
        "contract": _text(),
        "source_sha256": _text(),
        "source_media_type": _text(),
        "kept": List(piece),
    }


def _entity_features(ontology: Ontology) -> dict[str, Any]:
    return {
        "article_id": _text(),
        "id": _text(),
        "lang": _text(),
        "label": _labels(ontology),
        **_place(),
        "value": _text(),
        "kb": _text(),
        "score": Value("float64"),
        "by": _text(),
    }


def _event_features(ontology: Ontology) -> dict[str, Any]:
    argument = {
        "role": ClassLabel(names=list(ontology.roles)),
        "span_id": _text(),
        "label": _labels(ontology),
        **_place(),
        "value": _text(),
        "kb": _text(),
    }
    return {
        "article_id": _text(),
        "id": _text(),
        "lang": _text(),
        "type": ClassLabel(names=list(ontology.event_types)),
        "modality": ClassLabel(names=list(ontology.modalities)),
        **_place(),
        "arguments": List(argument),
        "score": Value("float64"),
        "by": _text(),
    }


def _relation_features(ontology: Ontology) -> dict[str, Any]:
    def end(side: str) -> dict[str, Any]:
        place = {f"{side}_{name}": feature for name, feature in _place().items()}
        return {f"{side}_id": _text(), f"{side}_label": _labels(ontology), **place}

    kinds = ClassLabel(names=list(ontology.relations))
    return {"article_id": _text(), "lang": _text(), "type": kinds, **end("from"), **end("to")}


def _token_features(ontology: Ontology) -> dict[str, Any]:
    tags = ClassLabel(names=tag_names(ontology.labels))
    return {
        "article_id": _text(),
        "paragraph": Value("int32"),
        "lang": _text(),
        "tokens": List(_text()),
        "starts": List(Value("int32")),
        "ends": List(Value("int32")),
        "tags": List(tags),
    }


def frames(tables: Tables, groups: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """Return the rows of each configuration, names not yet made numbers.

    Expects one annotation for each article; `groups` maps the articles to their groups.
    """
    return {
        "articles": _articles(tables, groups),
        "entities": _with_lang(tables.entities, tables).sort("article_id", "start", "end", "id"),
        "events": _events(tables),
        "relations": _relations(tables),
        "tokens": _tokens(tables),
    }


def _articles(tables: Tables, groups: Mapping[str, str]) -> pl.DataFrame:
    start, length = pl.col("title_start"), pl.col("title_end") - pl.col("title_start")
    annotated = tables.annotations.select(
        "contract", id="article_id", annotator="author", annotated="created"
    )
    return (
        tables.articles.join(annotated, "id", maintain_order="left")
        .with_columns(
            title=pl.when(start.is_not_null()).then(pl.col("text").str.slice(start, length)),
            published=pl.col("published").str.to_date("%Y-%m-%d"),
            group=pl.col("id").replace_strict(dict(groups), return_dtype=pl.String),
        )
        .sort("id")
    )


def _with_lang(frame: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    langs = tables.articles.select("lang", article_id="id")
    return frame.join(langs, "article_id", "left", maintain_order="left")


def _events(tables: Tables) -> pl.DataFrame:
    owner = ["article_id", "author", "event_id"]
    spans = tables.entities.select(
        "article_id", "author", "label", "start", "end", "text", "value", "kb", span_id="id"
    )
    fields = ["role", "span_id", "label", "start", "end", "text", "value", "kb"]
    filled = tables.arguments.join(spans, ["article_id", "author", "span_id"])
    nested = (
        filled.sort(*owner, "start", "end", "role", "span_id")
        .group_by(owner, maintain_order=True)
        .agg(arguments=pl.struct(fields))
        .rename({"event_id": "id"})
    )
    joined = _with_lang(tables.events, tables).join(nested, ["article_id", "author", "id"], "left")
    none: list[Any] = []
    return joined.with_columns(pl.col("arguments").fill_null(none)).sort(
        "article_id", "start", "end", "id"
    )


def _relations(tables: Tables) -> pl.DataFrame:
    found = _with_lang(tables.relations, tables)
    for side in ("from", "to"):
        ends = tables.entities.select(
            "article_id",
            "author",
            pl.col("id").alias(f"{side}_id"),
            *(pl.col(name).alias(f"{side}_{name}") for name in ("label", "start", "end", "text")),
        )
        found = found.join(ends, ["article_id", "author", f"{side}_id"])
    return found.sort("article_id", "from_start", "to_start", "type")


def _tokens(tables: Tables) -> pl.DataFrame:
    spans: dict[str, list[tuple[int, int, str]]] = {id_: [] for id_ in tables.articles["id"]}
    for id_, *span in tables.entities.select("article_id", "start", "end", "label").iter_rows():
        spans[id_].append((span[0], span[1], span[2]))
    rows = [
        (id_, number, lang, *paragraph)
        for id_, lang, text in tables.articles.select("id", "lang", "text").sort("id").iter_rows()
        for number, paragraph in enumerate(paragraphs(text, spans[id_]))
    ]
    dtypes: dict[str, Any] = {
        "article_id": pl.String,
        "paragraph": pl.Int32,
        "lang": pl.String,
        "tokens": pl.List(pl.String),
        "starts": pl.List(pl.Int32),
        "ends": pl.List(pl.Int32),
        "tags": pl.List(pl.String),
        "cuts": pl.Int64,
    }
    assert tuple(dtypes)[3:] == Paragraph._fields
    return pl.DataFrame(rows, schema=dtypes, orient="row")


def as_arrow(frame: pl.DataFrame, known: Features) -> pa.Table:
    """Return the columns that the features name, names made class numbers, exactly typed."""
    numbered = frame.with_columns(
        _numbered(pl.col(name), feature).alias(name) for name, feature in known.items()
    )
    plain = numbered.select(known.keys()).to_arrow(compat_level=pl.CompatLevel.oldest())
    return plain.cast(known.arrow_schema)


def _numbered(column: pl.Expr, feature: Any) -> pl.Expr:
    """Put class numbers in the place of names, also within lists and their structs."""
    if isinstance(feature, ClassLabel):
        numbers = {name: number for number, name in enumerate(feature.names)}
        return column.replace_strict(numbers, return_dtype=pl.Int64)
    if isinstance(feature, List):
        return column.list.eval(_numbered(pl.element(), feature.feature))
    if isinstance(feature, dict):
        return pl.struct(
            _numbered(column.struct.field(name), inner).alias(name)
            for name, inner in feature.items()
        )
    return column


def shard(config: str, split: str) -> str:
    """Return the path, within a release, of the rows of a configuration in a split."""
    return f"{DATA}/{config}/{split}-00000-of-00001.parquet"


def pattern(config: str, split: str) -> str:
    """Return the pattern of the paths that `shard` gives."""
    return f"{DATA}/{config}/{split}-*.parquet"


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table so that the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=3,
        row_group_size=1000,
        use_content_defined_chunking=True,
        write_page_index=True,
        version="2.6",
    )


def by_split(
    frame: pl.DataFrame, splits: Mapping[str, str], order: Iterable[str]
) -> dict[str, pl.DataFrame]:
    """Part rows by the split of their article, the splits in the order given.

    A split without such rows is left out: `datasets` cannot load an empty one.
    """
    key = "article_id" if "article_id" in frame.columns else "id"
    named = frame.select(pl.col(key).replace_strict(dict(splits), return_dtype=pl.String))
    parts = {split: frame.filter(named.to_series() == split) for split in order}
    return {split: part for split, part in parts.items() if part.height}
