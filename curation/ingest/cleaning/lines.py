"""The lines of a page: where they are, by what key they compare, whether they are sentences."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from curation.ingest.cleaning.dates import read_date_line
from curation.ingest.cleaning.rules import Rules, letters_of

EDGE = " \t\n|\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What is cut from both ends of a line: blanks, and the bars of a table."""

_TOKEN = re.compile(r"[^\W_]+")
_ENDED = re.compile(r"(?P<stop>\.|[?!…:]+|\.{2,}|\./\.)[\"”’'»)\]*]*$")
_INNER_STOP = re.compile(r"(?P<word>[^\W\d_]+)[\"”’)]?[.?!][\"”’)]*\s+[\"“‘(]?(?P<next>\w)")
_CONTINUES = re.compile(r"[,.;:)\]”’%]|[^\W\d_A-Z]")
_DATE_HEAD = re.compile(r"date\s+\d{4}-\d{2}-\d{2}(?=\s|$)", re.IGNORECASE)
_GLUED = re.compile(
    r"[^()\n]{0,400}\((?i:photo|ảnh|foto|source|nguồn|image)\s?:[^()\n]{1,60}\)(?=[\"“]?\w.{60})"
)
FRONT_LINES = 12
"""Only so many lines from the top may carry a title and a date on one line."""


class Line(NamedTuple):
    """A line's text without its edges, at [start, end) of the page.

    `after_blank`: an empty line (or nothing) stands before it; `joined`: it goes on the same
    line of the page as the one before.
    """

    start: int
    end: int
    text: str
    after_blank: bool
    joined: bool = False


def split(page: str, rules: Rules, whole: bool = False) -> list[Line]:
    """Cut a page into its lines; what is glued together on one line becomes several.

    `whole`: the page's lines are known to be whole, as those of a saved page are.
    """
    if whole:
        return list(_physical(page))
    lines: list[Line] = []
    for line in _physical(page):
        for piece in _pieces(line, rules, len(lines)):
            lines.append(piece)
    return lines


def _physical(page: str) -> Iterator[Line]:
    at = 0
    after_blank = True
    while at < len(page):
        end = page.find("\n", at)
        end = len(page) if end < 0 else end
        line = _cut(page, at, end, after_blank)
        if line:
            yield line
        after_blank = line is None
        at = end + 1


def _cut(page: str, start: int, end: int, after_blank: bool, joined: bool = False) -> Line | None:
    text = page[start:end]
    inner = text.strip(EDGE)
    if not inner:
        return None
    start += len(text) - len(text.lstrip(EDGE))
    return Line(start, start + len(inner), inner, after_blank, joined)


def _pieces(line: Line, rules: Rules, number: int) -> Iterator[Line]:
    cut = _cut_place(line, rules, number)
    if cut is None:
        yield line
        return
    first = line.text[:cut].rstrip(EDGE)
    rest = line.text[cut:].lstrip(EDGE)
    yield line._replace(end=line.start + len(first), text=first)
    yield from _pieces(Line(line.end - len(rest), line.end, rest, False, True), rules, number + 1)


def _cut_place(line: Line, rules: Rules, number: int) -> int | None:
    """Return where a second line begins within this one: behind a date or a caption."""
    head = date_head(line.text, number)
    if head and head < len(line.text):
        return head
    if glued := _GLUED.match(line.text):
        return glued.end()
    if number < FRONT_LINES and len(line.text) < 300:
        return _date_tail(line.text, rules)
    return None


def date_head(text: str, number: int) -> int:
    """Return where `date YYYY-MM-DD`, which some collections put before a page, ends; or 0."""
    found = _DATE_HEAD.match(text) if number < FRONT_LINES else None
    return found.end() if found else 0


def _date_tail(text: str, rules: Rules) -> int | None:
    """Return where the date and time behind a headline begin."""
    found = read_date_line(text, rules.dates)
    if found is None or not found.timed or len(letters_of(text[: found.start])) < 5:
        return None
    return found.start if not letters_of(found.rest[len(text[: found.start].strip()) :]) else None


def key_of(text: str) -> str:
    """Return what two lines must share to be the same line: words and numbers."""
    return " ".join(_TOKEN.findall(text.casefold()))


def word_count(text: str) -> int:
    """Count the words; a Vietnamese syllable is one."""
    return len(_TOKEN.findall(text))


def is_sentence(text: str, rules: Rules) -> bool:
    """Tell whether a line is running text, not a headline, name or label."""
    words = word_count(text[:400])
    if len(text) >= 220 and ("," in text or is_ended(text)):
        return True
    if words >= 6 and (ended := _ENDED.search(text[-12:])):
        stop = ended["stop"]
        if stop in (".", "./.") or words >= (8 if stop == ":" else 15):
            return True
    return len(text) >= 60 and has_inner_stop(text, rules)


def has_inner_stop(text: str, rules: Rules) -> bool:
    """Tell whether a sentence ends within the line."""
    return any(
        stop["next"].isupper()
        and len(stop["word"]) > 1
        and stop["word"].casefold() not in rules.sentences.abbreviations
        for stop in _INNER_STOP.finditer(text)
    )


def is_broken_up(texts: Iterable[str]) -> bool:
    """Tell whether lines are a sentence in which the links stand on lines of their own."""
    return any(text[0].islower() or text in ".,;" for text in texts)


def is_ended(text: str) -> bool:
    """Tell whether a line ends as a sentence does."""
    return bool(_ENDED.search(text[-12:]))


def continues(line: Line, before: Line) -> bool:
    """Tell whether a line goes on with the sentence of the one before it."""
    if line.after_blank or line.joined:
        return False
    if _CONTINUES.match(line.text):
        return not line.text[0].isupper()
    return before.text.endswith(",")
