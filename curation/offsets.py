"""Between the clean text of an article and the raw file that it was read from.

`kept` is a sorted tuple of triples (start, raw_start, length): the clean code points
[start, start + length) stem from the raw code points that begin at raw_start. A piece
either repeats its raw code points one to one, or is one clean code point made from several
raw ones; then the raw piece runs on over all of them: the combining marks behind a base
letter, or in HTML the whole character reference (`&amp;`, `&#7879;`). Clean code points in no
piece were put in by cleaning (blank lines, the blank for a line end within an HTML
paragraph), or are the rest of a cluster or reference that became several code points.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

Kept = Sequence[tuple[int, int, int]]


def raw_to_clean(kept: Kept, raw_start: int, raw_end: int) -> tuple[int, int] | None:
    """Map a raw range to the clean range of what was kept of it; None where nothing was."""
    inside = [
        (start + max(raw_start - raw, 0), start + min(raw_end - raw, length))
        for start, raw, length in kept
        if raw < raw_end and raw + length > raw_start
    ]
    return (inside[0][0], inside[-1][1]) if inside else None


def clean_to_raw(kept: Kept, raw: str, start: int, end: int) -> tuple[int, int] | None:
    """Map a clean range to the raw range that it was made from; None where put in."""
    starts = [piece[0] for piece in kept]
    first = max(bisect_right(starts, start) - 1, 0)
    last = bisect_left(starts, end)
    inside = [
        (raw_start + max(start - clean, 0), raw_start + min(end - clean, length), length)
        for clean, raw_start, length in kept[first:last]
        if clean < end and clean + length > start
    ]
    if not inside:
        return None
    final = inside[-1]
    reference = _REFERENCE.match(raw, final[1] - 1) if final[2] == 1 else None
    return inside[0][0], end_of_cluster(raw, reference.end() if reference else final[1])


_REFERENCE = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,8}|#[0-9]{1,10}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def end_of_cluster(raw: str, end: int) -> int:
    """Move `end` on over the raw code points that compose with the one before it."""
    while end < len(raw) and not is_boundary(raw[end]):
        end += 1
    return end


def is_boundary(char: str) -> bool:
    """Tell whether NFC never joins this code point to the one before it (UAX 15).

    What counts is how the full decomposition of the code point begins.
    """
    if char < "\u0300":
        return True
    first = unicodedata.normalize("NFD", char)[0]
    return not (unicodedata.combining(first) or first in second_starters())


@cache
def second_starters() -> frozenset[str]:
    """Return the starters that are the second part of a composite (Hangul, Indic vowels)."""
    seconds = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    for code in range(0x300, 0x2F800):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            seconds.add(chr(int(parts[1], 16)))
    return frozenset(char for char in seconds if not unicodedata.combining(char))
