"""A saved HTML page as text in normal form, mapped to its source, with hints for its lines."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from curation.ingest.cleaning.layout import Hint
from curation.ingest.normal import Normal, Piece, normalize
from curation.ingest.saved.content import hints_of, keys_of
from curation.ingest.saved.drawn import drawn_lines
from curation.ingest.saved.head import read_head
from curation.ingest.saved.markup import TextLine, read_markup
from curation.ingest.stated import Stated

_SPACE = Hint()


class SavedPage(msgspec.Struct, frozen=True):
    """A page read: `normal` is its visible text, its pieces point into the HTML source."""

    normal: Normal
    hints: tuple[Hint, ...]
    stated: Stated


def read_saved(source: str) -> SavedPage:
    """Read the source of a page: its lines, what each is by its elements, and its metadata."""
    markup = read_markup(source)
    head = read_head(markup)
    kept = keys_of(_extract(source))
    lines, hints = markup.lines, hints_of(markup, kept, head.stated.titles, head.body)
    if head.body and (drawn := drawn_lines(markup, hints, kept)):
        lines, hints = drawn
    normal, spread = _laid_out(lines, hints)
    return SavedPage(normal, tuple(spread), head.stated)


def _extract(source: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(source, main_content=True, alt_texts=False, links=False))


def _laid_out(lines: Sequence[TextLine], hints: Sequence[Hint]) -> tuple[Normal, list[Hint]]:
    """Set the lines under each other, an empty one between two blocks."""
    texts: list[str] = []
    pieces: list[Piece] = []
    spread: list[Hint] = []
    at = 0
    for line, hint in zip(lines, hints, strict=True):
        if texts and not line.after_break:
            texts.append("\n")
            spread.append(_SPACE)
            at += 1
        pieces.extend((at + start, raw, length) for start, raw, length in line.pieces)
        texts += [line.text, "\n"]
        spread.append(hint)
        at += line.length + 1
    normal = normalize("".join(texts))
    return Normal(normal.text, tuple(_through(normal, pieces))), spread


def _through(normal: Normal, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces of the normal form mapped through those of the text it was made from."""
    starts = [piece[0] for piece in pieces]
    for start, middle, length in normal.pieces:
        index = max(bisect_right(starts, middle) - 1, 0)
        while index < len(pieces) and pieces[index][0] < middle + length:
            begin, raw_start, size = pieces[index]
            first, last = max(begin, middle), min(begin + size, middle + length)
            if first < last:
                yield start + first - middle, raw_start + first - begin, last - first
            index += 1
