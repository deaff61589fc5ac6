"""Records laid out as tables: nothing lost, order kept, types fixed."""

import msgspec
import polars as pl

from curation.records import Annotation, Argument, Author, Event, Relation, Span
from curation.validation.tables import DTYPES, KEYS, Tables, tables
from tests.release.corpus import annotate, change, make_article, make_corpus


def rebuilt(made: Tables) -> list[Annotation]:
    """Read annotations back from the tables."""
    return [_rebuilt(made, row) for row in made.annotations.iter_rows(named=True)]


def _rebuilt(made: Tables, row: dict[str, str]) -> Annotation:
    def of(table: pl.DataFrame) -> list[dict[str, str]]:
        mine = (pl.col("article_id") == row["article_id"]) & (pl.col("author") == row["author"])
        return table.filter(mine).drop("article_id", "author").to_dicts()

    arguments = of(made.arguments)
    kind, _, name = row["author"].partition(":")
    events = [
        {
            **event,
            "arguments": [
                Argument(a["role"], a["span_id"]) for a in arguments if a["event_id"] == event["id"]
            ],
        }
        for event in of(made.events)
    ]
    return Annotation(
        article=row["article_id"],
        text_sha256=row["text_sha256"],
        author=msgspec.convert({"kind": kind, "name": name}, Author),
        created=row["created"],
        contract=row["contract"],
        spans=tuple(msgspec.convert(span, Span) for span in of(made.entities)),
        events=tuple(msgspec.convert(event, Event, from_attributes=True) for event in events),
        relations=tuple(Relation(r["type"], r["from_id"], r["to_id"]) for r in of(made.relations)),
    )


def test_annotations_can_be_read_back_from_the_tables() -> None:
    """Also where several authors annotated one article, in the order of the records."""
    articles, annotations = make_corpus(4)
    second = change(annotations[0], author=Author("person", "a:b"), spans=(), events=())
    given = [*reversed(annotations), change(second, relations=())]
    assert rebuilt(tables(articles, given)) == given


def test_articles_are_rows_in_the_order_given() -> None:
    articles, _ = make_corpus(3)
    row = tables(reversed(articles), []).articles.row(2, named=True)
    first = articles[0]
    assert (row["title_start"], row["title_end"]) == first.title
    assert (row["source_path"], row["source_media_type"]) == ("page.txt", "text/plain")
    assert row["kept"] == [{"start": 0, "raw_start": 0, "length": len(first.text)}]
    plain = ("id", "sha256", "text", "lang", "published", "outlet", "byline", "url", "license")
    assert {name: row[name] for name in plain} == {name: getattr(first, name) for name in plain}


def test_types_do_not_depend_on_what_the_records_hold() -> None:
    """An empty table has the columns and types of a full one."""
    article = make_article(None, "Nothing happened.", outlet=None, published=None)
    for made in (tables([], []), tables([article], [annotate(article)]), tables(*make_corpus(2))):
        assert {name: dict(frame.schema) for name, frame in made.items()} == DTYPES


def test_every_key_is_a_column() -> None:
    assert all(set(KEYS[table]) <= set(columns) for table, columns in DTYPES.items())
