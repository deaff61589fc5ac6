"""An article as the rules read it: folded text, sentences, lines.

Every folding keeps the length, so an offset into `folded` or `lower` is an offset into the
article. Tone marks that Vietnamese orthography puts in two places (Hoà and Hòa, Uỷ and Ủy)
are brought to one, typographic dashes, quotes and spaces to their ASCII signs.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from curation.prelabel.search import Finder, Words
from curation.records import Article

MAX_SENTENCE = 1500
"""Code points after which a sentence is cut at a blank, so that rules stay linear."""

_SIGNS = (
    {"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\t": " ", "‘": "'", "’": "'", "ʼ": "'"}
    | {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | {"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-"}
)
_TONES = ("òóỏõọ", "àáảãạ", "èéẻẽẹ", "ùúủũụ", "ỳýỷỹỵ")
_SIGN = re.compile("[" + "".join(map(re.escape, _SIGNS)) + "]")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "col",
        "lt",
        "sen",
        "rep",
        "gov",
        "st",
        "jr",
        "sr",
        "no",
        "vs",
        "tp",
        "ts",
        "gs",
        "pgs",
        "ths",
        "ths.s",
        "bs",
        "u.s",
        "u.k",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "inc",
        "ltd",
        "co",
        "corp",
        "etc",
        "d.c",
        "p.m",
        "a.m",
        "t.ư",
        "ô",
    ]
)
_END = re.compile(r"[.!?…\n](?:(?<=\n)\n*|(?<!\n)(?:[.!?…]*[\"')\]]*|/\.)(?=[ \n]))")


class Sentence(NamedTuple):
    """A sentence [start, end) of the article; `paragraph` counts lines from 0."""

    start: int
    end: int
    paragraph: int


@cache
def _tone_pairs() -> dict[str, str]:
    """Return every new-style pair (oà, oè, uỳ) with the old-style pair of the same sound."""
    o, a, e, u, y = _TONES
    pairs = {}
    for first, plain, second, letter in ((o, "o", a, "a"), (o, "o", e, "e"), (u, "u", y, "y")):
        for marked, toned in zip(second, first, strict=True):
            for upper in (str.lower, str.upper, str.title):
                pairs[upper(plain + marked)] = upper(toned + letter)
    return pairs


@cache
def _tone_pattern() -> re.Pattern[str]:
    """Return any two letters of which some are a new-style pair; not behind q ("quý")."""
    firsts = "".join({pair[0] for pair in _tone_pairs()})
    seconds = "".join({pair[1] for pair in _tone_pairs()})
    return re.compile(f"[{firsts}](?<![qQ][{firsts}])[{seconds}]")


def fold(text: str) -> str:
    """Bring tone marks, dashes, quotes and blanks to one form; keeps the length and the case."""
    pairs = _tone_pairs()
    plain = _SIGN.sub(lambda match: _SIGNS[match[0]], text)
    return _tone_pattern().sub(lambda match: pairs.get(match[0], match[0]), plain)


@cache
def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a regular expression for folded text."""
    return re.compile(fold(source), flags)


def lower(text: str) -> str:
    """Lower the case of each code point that has a lower form of length one."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


class Document:
    """An article with what every rule asks of it; offsets count in `article.text`."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.text = article.text
        self.folded = fold(article.text)
        self.lower = lower(self.folded)
        self.lang = language(article)
        self.title = article.title or (0, 0)
        self.sentences = tuple(_sentences(self.folded))
        self.words = Words(self.folded, self.lower)
        self._starts = [sentence.start for sentence in self.sentences]

    def find(self, finder: Finder) -> Iterator[re.Match[str]]:
        """Yield the matches of an expression in the folded text."""
        return finder.finditer(self.folded, self.words)

    def find_lower(self, finder: Finder) -> Iterator[re.Match[str]]:
        """Yield the matches of an expression in the lower-cased text."""
        return finder.finditer(self.lower, self.words)

    def standing(self, name: str) -> Iterator[int]:
        """Yield where a name stands by itself in the folded text, not behind a hyphen."""
        first = self.words.first_word(lower(name), 0)
        for start in self.words.starts((first,)):
            end = start + len(name)
            here = self.folded.startswith(name, start) and self.folded[start - 1 : start] != "-"
            if here and not self.words.first_word(self.lower, end):
                yield start

    def sentence_at(self, offset: int) -> int:
        """Return the index of the sentence that holds the offset (or the one before it)."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def in_title(self, offset: int) -> bool:
        """Tell whether the offset lies in the title."""
        return self.title[0] <= offset < self.title[1]

    def word_before(self, offset: int) -> str:
        """Return the lower-cased word that ends before the offset on the same line."""
        left = self.lower[max(offset - 40, 0) : offset]
        line = left.rpartition("\n")[2]
        words = line.split()
        return words[-1].strip("\"'([") if words else ""

    def word_after(self, offset: int) -> str:
        """Return the lower-cased word that begins at or after the offset on the same line."""
        words = self.lower[offset : offset + 40].partition("\n")[0].split(None, 1)
        return words[0].strip("\"')].,;:") if words else ""


def language(article: Article) -> str:
    """Return "vi" or "en", the language whose rules fit the article."""
    if article.lang.lower().startswith(("vi", "en")):
        return article.lang[:2].lower()
    return (
        "vi"
        if len(re.findall("[ăâđêôơưạảấầẩậắặẻẽẹểễệỉịọỏốộờởợụủứừựỳỷỹ]", article.text))
        > (len(article.text) / 40)
        else "en"
    )


def whole_word(text: str, start: int, end: int) -> bool:
    """Tell whether [start, end) neither begins nor ends within a word."""
    if start and text[start - 1].isalnum() and text[start].isalnum():
        return False
    return not (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())


def is_word(char: str) -> bool:
    """Tell whether the code point is a letter, a mark or a digit."""
    return char.isalnum()


def _sentences(folded: str) -> Iterator[Sentence]:
    start = paragraph = 0
    for match in _END.finditer(folded):
        newline = folded[match.start()] == "\n"
        if not newline and not _ends_sentence(folded, match.start(), match.end()):
            continue
        yield from _cut(folded, start, match.start() if newline else match.end(), paragraph)
        start = match.end()
        paragraph += newline
    yield from _cut(folded, start, len(folded), paragraph)


def _ends_sentence(folded: str, dot: int, end: int) -> bool:
    follows = folded[end : end + 2].strip()
    if follows and (follows[0].islower() or follows[0] in ",;"):
        return False
    if folded[dot] != ".":
        return True
    parts = _BREAK.split(folded[max(dot - 12, 0) : dot])
    single = len(parts[-1]) == 1 and parts[-1].isalpha() and parts[-1].isupper()
    return not single and parts[-1].lower() not in _ABBREVIATIONS


_BREAK = re.compile(r"[\s(\"]")


def _cut(folded: str, start: int, end: int, paragraph: int) -> Iterator[Sentence]:
    while end - start > MAX_SENTENCE:
        blank = folded.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        middle = blank if blank > 0 else start + MAX_SENTENCE
        yield from _trim(folded, start, middle, paragraph)
        start = middle
    yield from _trim(folded, start, end, paragraph)


def _trim(folded: str, start: int, end: int, paragraph: int) -> Iterator[Sentence]:
    while start < end and folded[start].isspace():
        start += 1
    while end > start and folded[end - 1].isspace():
        end -= 1
    if start < end:
        yield Sentence(start, end, paragraph)
