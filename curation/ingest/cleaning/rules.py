"""The cleaning rules, read from `data/`: the one place where they enter the code.

Patterns may hold <dash>, <Upper>, <Uppers> (within a class), <Name>, <agency>, <month> and
<known> (the outlets that print their name before the lead).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib import resources
from typing import Any, get_origin

import msgspec

DASH = "[-‐‑‒–—−]"
_LETTERS = re.compile(r"[^\W\d_]+")


class Words(msgspec.Struct, frozen=True):
    """Phrases of which a whole line may be made."""

    name: str
    kind: str
    phrases: tuple[str, ...]


class Shape(msgspec.Struct, frozen=True):
    """A pattern for lines of at most `longest` code points; `full`: from the line's start."""

    name: str
    kind: str
    pattern: re.Pattern[str]
    full: bool = False
    where: str = "any"
    longest: int = 600

    def fits(self, text: str) -> bool:
        """Tell whether a line has this shape."""
        if len(text) > self.longest:
            return False
        return bool(self.pattern.match(text) if self.full else self.pattern.search(text))


class ListHeader(msgspec.Struct, frozen=True):
    """A header above other articles."""

    name: str
    kind: str = "related"
    phrases: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    ends: bool = False
    one: bool = False
    colon: bool = False


class Block(msgspec.Struct, frozen=True):
    """Lines from one that begins with `begin` to one that matches `end`, at most `most`."""

    name: str
    kind: str
    begin: re.Pattern[str]
    end: re.Pattern[str]
    most: int


class Label(msgspec.Struct, frozen=True):
    """A line that says what the next line is."""

    name: str
    kind: str
    phrases: tuple[str, ...]


class Prefix(msgspec.Struct, frozen=True):
    """The outlet's name before the lead; `first`: only before the first line of the body."""

    name: str
    pattern: re.Pattern[str]
    first: bool = False


class Dateline(msgspec.Struct, frozen=True):
    """A city before the first sentence; `strong`: hardly ever anything else."""

    name: str
    pattern: re.Pattern[str]
    strong: bool = False
    first: bool = False


class Signoff(msgspec.Struct, frozen=True):
    """What ends an article; `line`: a line by itself; `keeps`: it stays in the body.

    `weak`: it may also part two sections.
    """

    name: str
    pattern: re.Pattern[str]
    line: bool = False
    keeps: bool = False
    weak: bool = False


class Bylines(msgspec.Struct, frozen=True):
    """How authors are named."""

    generic: tuple[str, ...]
    joiners: frozenset[str]
    credit: re.Pattern[str]
    by: re.Pattern[str]
    bio: re.Pattern[str]
    newsroom: re.Pattern[str]


class Agencies(msgspec.Struct, frozen=True):
    """News agencies under the names that stand in captions and at the end of articles."""

    names: tuple[str, ...]


class Dates(msgspec.Struct, frozen=True, dict=True):
    """Words of a date line; `months` gives the number of each name."""

    months: dict[str, int]
    weekdays: tuple[str, ...]
    labels: tuple[str, ...]
    updated: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of the months, the longer ones first."""
        return _longest_first(self.months)

    @cached_property
    def furniture(self) -> tuple[str, ...]:
        """Return the weekdays and labels that stand beside a date, the longer ones first."""
        return _longest_first(self.weekdays + self.labels)


class Sentences(msgspec.Struct, frozen=True):
    """Words whose full stop ends no sentence."""

    abbreviations: frozenset[str]


class Pleas(msgspec.Struct, frozen=True):
    """Patterns of lines that speak to the reader of the page; `phrases` begin with a word."""

    phrases: tuple[str, ...]
    shapes: tuple[str, ...]


class Outlet(msgspec.Struct, frozen=True):
    """An outlet, and the mark by which it is known at a place of the page."""

    mark: str
    where: str
    outlet: str


class LanguageSigns(msgspec.Struct, frozen=True):
    """The commonest words of a language and the letters that only it has."""

    words: frozenset[str]
    letters: str


class Rules(msgspec.Struct, frozen=True, dict=True):
    """All cleaning rules; earlier ones win."""

    words: tuple[Words, ...]
    shapes: tuple[Shape, ...]
    lists: tuple[ListHeader, ...]
    blocks: tuple[Block, ...]
    labels: tuple[Label, ...]
    prefixes: tuple[Prefix, ...]
    datelines: tuple[Dateline, ...]
    signoffs: tuple[Signoff, ...]
    bylines: Bylines
    agencies: Agencies
    dates: Dates
    sentences: Sentences
    pleas: Pleas
    outlets: tuple[Outlet, ...]

    @cached_property
    def phrases(self) -> Mapping[tuple[str, ...], Words]:
        """Return the rule of every phrase that may make up a line, by its words."""
        return _by_phrase(self.words)

    @cached_property
    def headers(self) -> Mapping[tuple[str, ...], ListHeader]:
        """Return the list headers without a needed colon, by their words."""
        return _by_phrase(header for header in self.lists if not header.colon)

    @cached_property
    def colon_headers(self) -> Mapping[tuple[str, ...], ListHeader]:
        """Return the list headers that may stand before a colon, by their words."""
        return _by_phrase(sorted(self.lists, key=lambda header: not header.one))

    @cached_property
    def label_words(self) -> Mapping[tuple[str, ...], Label]:
        """Return the labels by their words."""
        return _by_phrase(self.labels)

    @cached_property
    def common(self) -> frozenset[str]:
        """Return the commonest words of the languages that are known."""
        return frozenset().union(*(signs.words for signs in load_languages().values()))

    @cached_property
    def plea(self) -> re.Pattern[str]:
        """Return the pattern of a line, in small letters, that speaks to the reader.

        One word boundary stands before all of them: `re` then passes quickly over a place
        where none of their first letters is.
        """
        return re.compile(rf"\b(?:{'|'.join(self.pleas.phrases)})|{'|'.join(self.pleas.shapes)}")

    @cached_property
    def longest_phrase(self) -> int:
        """Return the number of words of the longest phrase."""
        return max(map(len, self.phrases))

    @cached_property
    def marks(self) -> Mapping[str, re.Pattern[str]]:
        """Return the patterns with a group `mark`, by the names of their rules."""
        named: tuple[Prefix | Dateline | Signoff, ...] = (
            *self.prefixes,
            *self.datelines,
            *self.signoffs,
        )
        return {rule.name: rule.pattern for rule in named if "mark" in rule.pattern.groupindex}


def letters_of(text: str) -> tuple[str, ...]:
    """Return the words of a line by letters alone, case put aside."""
    return tuple(_LETTERS.findall(text.casefold()))


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _by_phrase(rules: Iterable[Any]) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for rule in rules:
        for phrase in rule.phrases:
            found.setdefault(letters_of(phrase), rule)
    return found


@cache
def load_rules() -> Rules:
    """Read the rules that ship with the toolkit."""
    raw = tomllib.loads(_read("rules.toml"))
    outlets = _read_outlets()
    names = _placeholders(raw, outlets)

    def compiled(kind: Any, value: Any) -> Any:
        if get_origin(kind) is re.Pattern:
            return re.compile(_filled(value, names))
        raise NotImplementedError(kind)

    return msgspec.convert(
        {**raw, "outlets": outlets}, Rules, dec_hook=compiled, from_attributes=True
    )


@cache
def load_languages() -> dict[str, LanguageSigns]:
    """Read the signs of the languages, by BCP 47 code."""
    return msgspec.convert(tomllib.loads(_read("languages.toml")), dict[str, LanguageSigns])


def _read(name: str) -> str:
    return resources.files("curation.ingest").joinpath("data", name).read_text(encoding="utf-8")


def _read_outlets() -> list[Outlet]:
    lines = _read("outlets.tsv").splitlines()[1:]
    return [Outlet(*line.split("\t")) for line in lines]


def _placeholders(raw: Mapping[str, Any], outlets: Iterable[Outlet]) -> dict[str, str]:
    upper = _uppercase_ranges()
    known = {outlet.mark for outlet in outlets if outlet.where == "prefix"}
    months = {name.capitalize() for name in raw["dates"]["months"]}
    return {
        "<dash>": DASH,
        "<Uppers>": upper,
        "<Upper>": f"[{upper}]",
        "<Name>": rf"[{upper}][\w.’'-]{{0,30}}",
        "<agency>": _alternatives(raw["agencies"]["names"]),
        "<month>": _alternatives(months),
        "<known>": _alternatives(known),
    }


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))


def _filled(pattern: str, names: Mapping[str, str]) -> str:
    for name, text in names.items():
        pattern = pattern.replace(name, text)
    return pattern


def _uppercase_ranges() -> str:
    """Return the capital letters of the Latin, Greek and Cyrillic blocks as a class body."""
    codes = (code for code in (*range(0x530), *range(0x1E00, 0x2000)) if chr(code).isupper())
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(
        chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in ranges
    )
