"""Long texts in pieces that a model can read: every code point is in exactly one piece."""

import re
from collections.abc import Callable, Iterator

import msgspec

_SENTENCE = re.compile(r"\n+|(?<=[.!?…;])[\"'”’)]*\s+")
_BLANK = re.compile(r"\s+")


class Limit(msgspec.Struct, frozen=True):
    """How much a model reads at once: `size` in the units that `length` counts."""

    size: int
    length: Callable[[str], int] = len


def windows(text: str, limit: Limit) -> Iterator[tuple[int, int]]:
    """Yield ranges that join up to the text, each within the limit, cut where sentences end.

    A sentence that is too long is cut at a blank; a word that is too long, in its middle.
    """
    start = end = 0
    for left, right in _pieces(text, 0, len(text), limit, (_SENTENCE, _BLANK)):
        if start < end and limit.length(text[start:right]) > limit.size:
            yield start, end
            start = left
        end = right
    if start < end:
        yield start, end


def _pieces(
    text: str, start: int, end: int, limit: Limit, cuts: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[int, int]]:
    if not cuts:
        yield from _halves(text, start, end, limit)
        return
    for left, right in _between(text, start, end, cuts[0]):
        if limit.length(text[left:right]) <= limit.size:
            yield left, right
        else:
            yield from _pieces(text, left, right, limit, cuts[1:])


def _between(text: str, start: int, end: int, cut: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for found in cut.finditer(text, start, end):
        if start < found.end() < end:
            yield start, found.end()
            start = found.end()
    if start < end:
        yield start, end


def _halves(text: str, start: int, end: int, limit: Limit) -> Iterator[tuple[int, int]]:
    if end - start <= 1 or limit.length(text[start:end]) <= limit.size:
        yield start, end
        return
    middle = (start + end) // 2
    yield from _halves(text, start, middle, limit)
    yield from _halves(text, middle, end, limit)
