"""The normal form of a decoded page, with the map back to its raw code points.

Normal form: Unicode NFC; every line end (LF, CR LF, CR, vertical tab, form feed, NEL, U+2028,
U+2029) is one LF; invisible code points (byte order marks, zero width and soft breaks, control
characters) are gone. Odd spaces such as U+00A0 stay as they are.

Pieces are those of `curation.offsets`: a stretch that repeats its raw code points one to one,
or one code point made from a cluster of several. Where a cluster's normal form has more than
one code point and differs from the raw one, its first code point stands for the whole cluster
and the others are in no piece. An LF that was written in another way is in no piece either,
but for the LF of a CR LF, which is in the raw text itself.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from curation.offsets import is_boundary, second_starters

Piece = tuple[int, int, int]
Part = tuple[int, int] | str

BMP_END = "\uffff"
_SPECIAL = re.compile(
    r"(?P<line>\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])"
    r"|(?P<gone>[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff])"
)


class Normal(msgspec.Struct, frozen=True):
    """A page in normal form; `pieces` are triples (start, raw_start, length), sorted."""

    text: str
    pieces: tuple[Piece, ...]


class _Run(NamedTuple):
    """A stretch of normal text; `mapped` says how many of its code points are in a piece."""

    text: str
    raw_start: int
    mapped: int
    literal: bool


def normalize(raw: str) -> Normal:
    """Bring a decoded page to its normal form."""
    texts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    literal = False
    for run in _runs(raw):
        texts.append(run.text)
        if run.mapped and literal and run.literal and _touches(pieces[-1], at, run.raw_start):
            start, raw_start, length = pieces[-1]
            pieces[-1] = (start, raw_start, length + run.mapped)
        elif run.mapped:
            pieces.append((at, run.raw_start, run.mapped))
            literal = run.literal
        at += len(run.text)
    return Normal("".join(texts), tuple(pieces))


def _touches(piece: Piece, start: int, raw_start: int) -> bool:
    return (_end(piece), piece[1] + piece[2]) == (start, raw_start)


def _runs(raw: str) -> Iterator[_Run]:
    at = 0
    for special in _SPECIAL.finditer(raw):
        start, end = special.span()
        if special.lastgroup == "gone" and end < len(raw) and not is_boundary(raw[end]):
            continue  # taken away, the mark behind it would join what stands before
        yield from _plain(raw[at:start], at)
        if special.lastgroup == "line":
            is_pair = end - start == 2
            yield _Run("\n", end - 1, int(is_pair), is_pair)
        at = end
    yield from _plain(raw[at:], at)


def _plain(text: str, raw_start: int) -> Iterator[_Run]:
    """Yield the runs of a stretch without special code points."""
    if not text:
        return
    if unicodedata.is_normalized("NFC", text):
        yield _Run(text, raw_start, len(text), True)
        return
    at = 0
    for found in _composing(max(text) > BMP_END).finditer(text):
        start, end = found.span()
        if found["joins"] and start > at and found.start("joins") == start:
            start -= 1  # the letter that the marks join
        if at < start:
            yield _Run(text[at:start], raw_start + at, start - at, True)
        cluster = text[start:end]
        normal = unicodedata.normalize("NFC", cluster)
        same = normal == cluster
        yield _Run(normal, raw_start + start, len(normal) if same else 1, same)
        at = end
    if at < len(text):
        yield _Run(text[at:], raw_start + at, len(text) - at, True)


@cache
def _composing(beyond: bool) -> re.Pattern[str]:
    """Return the pattern of what NFC may change: a letter that it replaces, marks that join.

    `beyond`: also beyond the basic plane, where `re` is twenty times slower.
    """
    joining, changed = [], []
    for char in map(chr, range(0x300, 0x2FA20 if beyond else ord(BMP_END) + 1)):
        plain = not (unicodedata.combining(char) or unicodedata.decomposition(char))
        if plain and char not in second_starters() and not "\uac00" <= char <= "\ud7a3":
            continue
        if not is_boundary(char):
            joining.append(char)
        elif not unicodedata.is_normalized("NFC", char):
            changed.append(char)
    replaced = f"[{''.join(changed)}]"
    return re.compile(f"{replaced}?(?P<joins>[{''.join(joining)}]+)|{replaced}")


def compose(normal: Normal, parts: Sequence[Part]) -> tuple[str, tuple[Piece, ...]]:
    """Join parts of a page, ranges of it and text put in, and map the result to the raw page.

    Ranges must be sorted and disjoint. Parts that touch are joined, so that no piece is cut
    where nothing was taken out.
    """
    texts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    index = 0
    for part in _joined(parts):
        if isinstance(part, str):
            texts.append(part)
            at += len(part)
            continue
        start, end = part
        texts.append(normal.text[start:end])
        while index < len(normal.pieces) and _end(normal.pieces[index]) <= start:
            index += 1
        pieces.extend(_shifted(normal.pieces, index, part, at))
        at += end - start
    return "".join(texts), tuple(pieces)


def _joined(parts: Sequence[Part]) -> Iterator[Part]:
    held: tuple[int, int] | None = None
    for part in parts:
        if isinstance(part, str) or held is None or held[1] != part[0]:
            if held is not None:
                yield held
            held = None
        if isinstance(part, str):
            yield part
        else:
            held = part if held is None else (held[0], part[1])
    if held is not None:
        yield held


def _shifted(
    pieces: Sequence[Piece], index: int, part: tuple[int, int], at: int
) -> Iterator[Piece]:
    """Yield what the pieces from `index` on hold of `part`, moved so that it begins at `at`."""
    start, end = part
    while index < len(pieces) and pieces[index][0] < end:
        piece = pieces[index]
        first, last = max(piece[0], start), min(_end(piece), end)
        yield at + first - start, piece[1] + first - piece[0], last - first
        index += 1


def _end(piece: Piece) -> int:
    return piece[0] + piece[2]
