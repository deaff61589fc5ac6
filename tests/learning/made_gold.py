"""Made gold: events told by a word that the rules do not know, in articles of their own days."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from curation import workspace
from curation.prelabel import rules
from curation.records import Annotation, Article, Author, Event, Span
from curation.workspace import Workspace, write_jsonl
from tests.prelabel.made_articles import article

WORD = "parleyed"
_PAIRS = (
    ("Laos", "Cuba"),
    ("France", "Chile"),
    ("Japan", "Egypt"),
    ("India", "Peru"),
    ("Mongolia", "Norway"),
    ("Angola", "Poland"),
    ("Brazil", "Nepal"),
    ("Ghana", "Iran"),
    ("Kenya", "Qatar"),
    ("Malta", "Fiji"),
    ("Oman", "Spain"),
    ("Gabon", "Kuwait"),
)
_FRAMES = (
    "{a} and {b} parleyed with great care on {d} May 2024. Fishing in {a} was good that year.",
    "On {d} May 2024, {a} and {b} parleyed for hours. The people of {b} like to sing.",
)


_FIELDS = ("Fishing", "sing")


def made(word: str = WORD) -> Iterator[tuple[Article, Annotation]]:
    """Yield articles with gold: what the rules find, and TALKS at the word."""
    label = rules()
    for number, (a, b) in enumerate(_PAIRS):
        text = _FRAMES[number % 2].format(a=a, b=b, d=2 * number + 1).replace(WORD, word)
        page = article(text, "en", "2024-05-30")
        found = label(page)
        start = text.index(word)
        event = Event("e1", "TALKS", start, start + len(word), word, "actual", ())
        author = Author("adjudication", "majority")
        topics = [
            Span(f"t{at}", place, place + len(field), "TOPIC", field)
            for at, field in enumerate(_FIELDS)
            if (place := text.find(field)) >= 0
        ]
        spans = tuple(sorted([*found.spans, *topics], key=lambda span: span.start))
        yield page, msgspec.structs.replace(found, author=author, spans=spans, events=(event,))


def workspace_of(root: Path, pairs: list[tuple[Article, Annotation]]) -> Workspace:
    """Make a workspace with these articles and this gold."""
    made_in = workspace.create(root, "learning")
    write_jsonl(made_in.articles, (page for page, _ in pairs))
    write_jsonl(made_in.gold, (gold for _, gold in pairs))
    return made_in
