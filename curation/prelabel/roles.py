"""Words of office: "Tổng Bí thư", "Deputy Prime Minister", "Bộ trưởng Ngoại giao"."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import UPPER, capital, cell, finder, words
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, is_word


def find_roles(document: Document) -> list[Candidate]:
    """Return the offices named in the article; military ranks and plurals are none."""
    found = _vietnamese(document) if document.lang == "vi" else _english(document)
    return list(found)


@cache
def _alternatives(lang: str) -> tuple[Finder, ...]:
    """Return the expressions of offices; of those that match at a place the longest counts."""
    flags = re.IGNORECASE if lang == "vi" else 0
    parts = _split(cell(lang, "role"))
    if lang == "vi":
        parts.append(_with_portfolio())
    return tuple(Finder(rf"(?<![\w-])(?:{part})(?!\w)", flags) for part in parts)


@cache
def _opened_by(lang: str) -> tuple[dict[str, list[Finder]], list[Finder]]:
    """Return the expressions by the words that open them, and those that open otherwise."""
    by_word, others = defaultdict[str, list[Finder]](list), list[Finder]()
    for part in _alternatives(lang):
        opening = part.opening
        if opening is None or not opening.listed:
            others.append(part)
            continue
        for word in opening.words:
            by_word[word].append(part)
    return dict(by_word), others


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


def _longest(document: Document) -> Iterator[tuple[int, int]]:
    by_word, others = _opened_by(document.lang)
    text, words, place = document.folded, document.words, 0
    starts = defaultdict[int, list[Finder]](list)
    for word in words.by_word.keys() & by_word.keys():
        for start in words.by_word[word]:
            starts[start] += by_word[word]
    for part in others:
        for start in part.starts(text, words):
            starts[start].append(part)
    for start in sorted(starts):
        if start < place:
            continue
        found = (part.pattern.match(text, start) for part in starts[start])
        end = max((match.end() for match in found if match), default=0)
        if end:
            place = end
            yield start, end


def _vietnamese(document: Document) -> Iterator[Candidate]:
    text = document.folded
    for start, end in _longest(document):
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
    for match in document.find(_initials()):
        yield Candidate(*match.span(), "ROLE", "rule:role-initials")


@cache
def _initials() -> Finder:
    listed = "|".join(sorted(words("vi", "role-initials"), key=len, reverse=True))
    return Finder(rf"(?<![\w-])(?:{listed})(?= [{UPPER}][a-zà-ỹ])")


_NEXT_LETTER = re.compile(r"(?:,? (?:ông|bà|ngài|nước|của))? ?([^\W\d_])")


def _named_next(text: str, end: int) -> bool:
    follows = _NEXT_LETTER.match(text[end : end + 12])
    return bool(follows and follows[1].isupper())


def _english(document: Document) -> Iterator[Candidate]:
    text = document.folded
    excluded = words("en", "role-not-after")
    for start, end in _longest(document):
        barred = document.word_before(start) in excluded - {"former", "past"}
        refused = "office:word-before" if barred else ""
        yield Candidate(start, end, "ROLE", "rule:role", refused=refused)
    for match in document.find(finder("en", "role-lower")):
        start, end = match.span()
        refused = "office:compound" if _compound(text, start, end) else ""
        if document.word_before(start) in excluded:
            refused = "office:word-before"
        yield Candidate(start, end, "ROLE", "rule:role-lower", refused=refused)


def _compound(text: str, start: int, end: int) -> bool:
    hyphen = text[start - 1 : start] == "-" or text[end : end + 1] == "-"
    return hyphen or (end < len(text) and is_word(text[end]))
