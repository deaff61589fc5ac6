"""Entities as BIO tags over syllable tokens, and back.

A token is a run of letters and digits, or one other sign; every code point but white space
is in exactly one token. In Vietnamese that makes a token of each syllable, over which
the annotators' spans do not straddle (word segmentation does). Where a span does begin or
end within a token, the token is cut there, and the cuts are counted.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
OUTSIDE = "O"

Range = tuple[int, int]
Labelled = tuple[int, int, str]


class Paragraph(NamedTuple):
    """The tokens of one paragraph: offsets into the article's text and BIO tags.

    A paragraph is a line of the text, or several where an entity runs over a line's end.
    `cuts` counts the borders of spans that lay within a token.
    """

    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tags: tuple[str, ...]
    cuts: int


def tag_names(labels: Iterable[str]) -> list[str]:
    """Return all tags in the order of the labels: O, B-x, I-x, B-y, …."""
    return [OUTSIDE, *(f"{border}-{label}" for label in labels for border in "BI")]


def paragraphs(text: str, spans: Iterable[Labelled]) -> list[Paragraph]:
    """Tag a text with spans (start, end, label) that do not overlap.

    Lines without tokens are left out.
    """
    ordered = sorted(spans)
    made = (_paragraph(text, border, ordered) for border in _borders(text, ordered))
    return [paragraph for paragraph in made if paragraph.tokens]


def spans_of(paragraph: Paragraph) -> list[Labelled]:
    """Read the spans back from the tags; an I- that continues nothing begins a span."""
    found: list[Labelled] = []
    before = OUTSIDE
    for start, end, tag in zip(paragraph.starts, paragraph.ends, paragraph.tags, strict=True):
        border, _, label = tag.partition("-")
        if border == "I" and before in (f"B-{label}", f"I-{label}"):
            found[-1] = (found[-1][0], end, label)
        elif border != OUTSIDE:
            found.append((start, end, label))
        before = tag
    return found


def _borders(text: str, spans: Sequence[Labelled]) -> Iterator[Range]:
    """Yield the ranges of the paragraphs, which cover the text."""
    breaks = [found.end() for found in re.finditer("\n", text)]
    within = {b for b in breaks for start, end, _ in _over(spans, b - 1) if start < b - 1 < end}
    yield from pairwise([0, *(b for b in breaks if b not in within and b < len(text)), len(text)])


def _over(spans: Sequence[Labelled], place: int) -> Sequence[Labelled]:
    """Return the span, if any, that may hold the place: the last one to begin by it."""
    index = bisect_right(spans, place, key=lambda span: span[0])
    return spans[max(index - 1, 0) : index]


def _paragraph(text: str, border: Range, spans: Sequence[Labelled]) -> Paragraph:
    inside = [span for span in spans if border[0] <= span[0] and span[1] <= border[1]]
    cutting = sorted({place for start, end, _ in inside for place in (start, end)})
    pieces: list[Range] = []
    cuts = 0
    for found in TOKEN.finditer(text, *border):
        start, end = found.span()
        places = cutting[bisect_right(cutting, start) : bisect_left(cutting, end)]
        cuts += len(places)
        pieces += pairwise([start, *places, end])
    tags = [_tag(piece, inside) for piece in pieces]
    words = [text[start:end] for start, end in pieces]
    starts, ends = ([piece[side] for piece in pieces] for side in (0, 1))
    return Paragraph(tuple(words), tuple(starts), tuple(ends), tuple(tags), cuts)


def _tag(piece: Range, spans: Sequence[Labelled]) -> str:
    for start, end, label in _over(spans, piece[0]):
        if piece[1] <= end:
            return f"{'B' if piece[0] == start else 'I'}-{label}"
    return OUTSIDE
