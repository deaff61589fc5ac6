r"""The article of a page that scripts draw: its text stands in the page's JSON-LD alone.

Its lines map to the string in the script; what is written there as an escape (`\u1ea1`) is in
no piece, so that its place is said to be missing.
"""

import html
from collections.abc import Iterator, Sequence

from curation.ingest.cleaning.layout import Hint
from curation.ingest.cleaning.lines import key_of
from curation.ingest.saved.json_ld import Literal, literal_of
from curation.ingest.saved.markup import Markup, TextLine, read_markup

LEAST = 400
"""A shorter text of the head is a summary."""
SHOWN = 0.3
"""A page that shows so much of the text draws it without scripts."""
OTHER = 0.5
"""So does one with so much other text that an extractor would keep."""


def drawn_lines(
    markup: Markup, hints: Sequence[Hint], kept: frozenset[str]
) -> tuple[list[TextLine], list[Hint]] | None:
    """Return the page's lines, none but the title kept, and after them those of the JSON-LD.

    None for a page that shows its text. `kept` are the keys of the lines that an extractor
    would keep.
    """
    body = literal_of(markup.scripts, "articleBody")
    if body is None or not _is_drawn(markup.lines, kept, body.text):
        return None
    lines = list(markup.lines)
    shown = [hint if hint.kind else Hint("menu", "html-script") for hint in hints]
    headline = literal_of(markup.scripts, "headline")
    if headline and all(hint.kind != "title" for hint in hints):
        title = list(_lines(headline))[:1]
        lines += title
        shown += [Hint("title", "json-ld-title") for _ in title]
    text = list(_lines(body))
    return lines + text, shown + [Hint() for _ in text]


def _is_drawn(lines: Sequence[TextLine], kept: frozenset[str], body: str) -> bool:
    """Tell whether a page hardly shows the text that its head gives, nor much other text."""
    key = key_of(body)
    shown = sum(line.length for line in lines if key_of(line.text) in key)
    return (
        len(body) >= LEAST and shown < SHOWN * len(body) and sum(map(len, kept)) < OTHER * len(body)
    )


def _lines(literal: Literal) -> Iterator[TextLine]:
    """Yield the lines of a string that may hold markup."""
    text = literal.text
    if "&lt;" in text and "<" not in text:
        text, literal = html.unescape(text), Literal(html.unescape(text), ())
    whole = "</" in text or "<br" in text
    at = 0
    for part in [text] if whole else text.split("\n"):
        for line in read_markup(part).lines:
            shifted = [(start, at + place, length) for start, place, length in line.pieces]
            line.pieces = [one for piece in shifted for one in _mapped(piece, literal)]
            yield line
        at += len(part) + 1


def _mapped(piece: tuple[int, int, int], literal: Literal) -> Iterator[tuple[int, int, int]]:
    """Yield a piece of a string's text as pieces of the page."""
    start, at, length = piece
    begin = 0
    places = literal.places[at : at + length]
    for index, place in enumerate(places):
        after = places[index + 1] if index + 1 < len(places) else -1
        if place < 0:
            begin = index + 1
        elif after != place + 1:
            yield start + begin, places[begin], index + 1 - begin
            begin = index + 1
