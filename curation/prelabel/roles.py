"""Words of office: "Tổng Bí thư", "Deputy Prime Minister", "Bộ trưởng Ngoại giao"."""

import re
from collections.abc import Iterator
from functools import cache

from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import UPPER, capital, cell, expression, words
from curation.prelabel.text import Document, is_word


def find_roles(document: Document) -> list[Candidate]:
    """Return the offices named in the article; military ranks and plurals are none."""
    found = _vietnamese(document) if document.lang == "vi" else _english(document)
    return list(found)


@cache
def _alternatives(lang: str) -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]:
    """Return one expression that finds starts, and each alternative to find the longest."""
    flags = re.IGNORECASE if lang == "vi" else 0
    parts = _split(cell(lang, "role"))
    if lang == "vi":
        parts.append(_with_portfolio())
    whole = "|".join(f"(?:{part})" for part in parts)
    return (
        re.compile(rf"(?<![\w-])(?:{whole})(?!\w)", flags),
        tuple(re.compile(rf"(?:{part})(?!\w)", flags) for part in parts),
    )


def _split(expression: str) -> list[str]:
    """Split an expression at the bars that stand outside of brackets."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(expression):
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            parts.append(expression[start:place])
            start = place + 1
    return [*parts, expression[start:]]


def _with_portfolio() -> str:
    heads = "|".join(sorted(words("vi", "role-portfolio"), key=len, reverse=True))
    fields = "|".join(sorted(words("vi", "portfolio"), key=len, reverse=True))
    return rf"(?:{heads})(?: (?:{fields})(?:(?: và |, | - |-| )(?:{fields}))*)?"


def _longest(lang: str, text: str) -> Iterator[tuple[int, int]]:
    finder, parts = _alternatives(lang)
    place = 0
    while match := finder.search(text, place):
        ends = [found.end() for part in parts if (found := part.match(text, match.start()))]
        end = max(ends, default=match.end())
        yield match.start(), end
        place = max(end, match.start() + 1)


def _vietnamese(document: Document) -> Iterator[Candidate]:
    text = document.folded
    for start, end in _longest("vi", text):
        before, after = document.word_before(start), document.word_after(end)
        by = "rule:role" if capital(text[start:end]) else "rule:role-lower"
        refused = ""
        if before in words("vi", "role-not-after"):
            refused = "office:word-before"
        elif after in words("vi", "role-not-before"):
            refused = "office:word-behind"
        elif by == "rule:role-lower" and before in words("vi", "role-lower-not-after"):
            refused = "office:word-before"
        elif by == "rule:role-lower" and not _named_next(text, end):
            refused = "office:no-name-behind"
        yield Candidate(start, end, "ROLE", by, refused=refused)
    yield from _shortened(document)


def _shortened(document: Document) -> Iterator[Candidate]:
    """Yield an office in initials before a name: "TT Putin", "TBT Tô Lâm"."""
    initials = "|".join(sorted(words("vi", "role-initials"), key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w-])(?:{initials})(?= [{UPPER}][a-zà-ỹ])", document.folded):
        yield Candidate(*match.span(), "ROLE", "rule:role-initials")


def _named_next(text: str, end: int) -> bool:
    follows = re.match(r"(?:,? (?:ông|bà|ngài|nước|của))? ?([^\W\d_])", text[end : end + 12])
    return bool(follows and follows[1].isupper())


def _english(document: Document) -> Iterator[Candidate]:
    text = document.folded
    excluded = words("en", "role-not-after")
    for start, end in _longest("en", text):
        barred = document.word_before(start) in excluded - {"former", "past"}
        refused = "office:word-before" if barred else ""
        yield Candidate(start, end, "ROLE", "rule:role", refused=refused)
    for match in expression("en", "role-lower").finditer(text):
        start, end = match.span()
        refused = "office:compound" if _compound(text, start, end) else ""
        if document.word_before(start) in excluded:
            refused = "office:word-before"
        yield Candidate(start, end, "ROLE", "rule:role-lower", refused=refused)


def _compound(text: str, start: int, end: int) -> bool:
    hyphen = text[start - 1 : start] == "-" or text[end : end + 1] == "-"
    return hyphen or (end < len(text) and is_word(text[end]))
