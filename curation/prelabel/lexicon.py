"""Word lists and the expressions made of them, read from `data/lexicon.tsv`."""

import re
from functools import cache

from curation.prelabel.registry import table, values
from curation.prelabel.search import Finder
from curation.prelabel.text import fold

UPPER = "".join(
    char for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if (char := chr(code)).isupper()
)
"""The capitals of Latin script, for a character class."""


@cache
def cell(lang: str, kind: str) -> str:
    """Return the unsplit cell of a list, folded."""
    for row in table("lexicon"):
        if (row["lang"], row["kind"]) == (lang, kind):
            return fold(row["values"])
    raise KeyError(f"data/lexicon.tsv has no row {lang} {kind}")


@cache
def words(lang: str, kind: str) -> frozenset[str]:
    """Return the values of a list, folded."""
    return frozenset(values(cell(lang, kind)))


@cache
def expression(lang: str, kind: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a list of words, the longest first, that must stand as whole words."""
    listed = sorted(words(lang, kind), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)", flags)


@cache
def finder(lang: str, kind: str, flags: int = 0) -> Finder:
    """Return what finds the words of a list in an article."""
    return Finder(expression(lang, kind, flags).pattern, flags)


def capital(text: str) -> bool:
    """Tell whether the text begins with a capital letter."""
    return bool(text) and text[0].isupper()
