"""The names that the package knows, and where they stand in an article.

Tables live in `data/`; `data/README.md` says what is in them and where it comes from. One
Aho-Corasick automaton a language is built on first use; its overlapping matches are
filtered to whole words that keep the case rule of their table.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib import resources
from itertools import chain
from typing import NamedTuple

import ahocorasick_rs

from curation.prelabel.candidates import Candidate
from curation.prelabel.text import Document, fold, lower, whole_word

Row = dict[str, str]


class Entry(NamedTuple):
    """One form of one row, folded once a matcher holds it.

    `case` is "exact" (or all capitals), "initial", "some" or "any".
    """

    form: str
    label: str
    by: str
    kb: str | None
    key: str
    case: str
    kind: str = ""
    iso2: str = ""


class Hit(NamedTuple):
    """An entry found at [start, end)."""

    start: int
    end: int
    entry: Entry


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of `data/<name>.tsv`."""
    source = resources.files("curation.prelabel") / "data" / f"{name}.tsv"
    lines = source.read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def values(cell: str) -> list[str]:
    """Split a cell with several values."""
    return [value for value in cell.split("|") if value]


class Matcher:
    """Finds entries in folded, lower-cased text."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._by_pattern: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            form = fold(entry.form)
            self._by_pattern[lower(form)].append(entry._replace(form=form))
        self._patterns = list(self._by_pattern)

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(self._patterns)

    def find(self, folded: str, lowered: str) -> Iterator[Hit]:
        """Yield every whole-word match that keeps its case rule; matches may overlap."""
        if not self._patterns:
            return
        found = self._automaton.find_matches_as_indexes(lowered, overlapping=True)
        by_pattern, patterns = self._by_pattern, self._patterns
        for index, start, end in found:
            if not whole_word(lowered, start, end):
                continue
            seen = folded[start:end]
            for entry in by_pattern[patterns[index]]:
                if _case_fits(seen, entry):
                    yield Hit(start, end, entry)


def _case_fits(seen: str, entry: Entry) -> bool:
    if entry.case == "any":
        return True
    if entry.case == "initial":
        return seen[0].isupper() or not entry.form[0].isupper()
    if entry.case == "some":
        return any(char.isupper() for char in seen)
    return seen == entry.form or (seen.isupper() and len(seen) > 3)


class Registry:
    """All tables of names, with a matcher a language.

    `more` are the names of a workspace with their language, `scores` how often their rule was
    right; what is `suppressed` (folded form, label, language) is not to be proposed.
    """

    def __init__(
        self,
        more: Iterable[tuple[str, Entry]] = (),
        suppressed: frozenset[tuple[str, str, str]] = frozenset(),
        scores: Mapping[str, float] | None = None,
    ) -> None:
        self._more, self._suppressed = tuple(more), suppressed
        self.scores = scores or {}
        self._matchers: dict[str, Matcher] = {}

    def find(self, document: Document) -> list[Hit]:
        """Return the names of the registry in the article."""
        if document.lang not in self._matchers:
            own = (entry for lang, entry in self._more if lang == document.lang)
            self._matchers[document.lang] = Matcher(chain(_entries(document.lang), own))
        return list(self._matchers[document.lang].find(document.folded, document.lower))

    def own(self, hits: Iterable[Hit], *labels: str) -> list[Candidate]:
        """Return the hits of the workspace's own names of these labels."""
        by = {entry.by for _, entry in self._more}
        return [
            Candidate(start, end, entry.label, entry.by, 0, entry.kb, key=entry.key)
            for start, end, entry in hits
            if entry.by in by and entry.label in labels
        ]

    def refuse(self, document: Document, candidate: Candidate) -> Candidate:
        """Return the candidate, refused where people keep striking such a one out."""
        if not self._suppressed or candidate.refused:
            return candidate
        form = document.lower[candidate.start : candidate.end]
        if (form, candidate.label, document.lang) in self._suppressed:
            return candidate._replace(refused="registry:suppressed")
        return candidate


def forms(lang: str) -> frozenset[str]:
    """Return the folded form of everything in the shipped tables."""
    return frozenset(lower(fold(entry.form)) for entry in _entries(lang))


def _entries(lang: str) -> Iterator[Entry]:
    yield from _countries(lang)
    yield from _parties()
    yield from _orgs()
    yield from _persons()
    yield from _places(lang)
    yield from _named()


def _countries(lang: str) -> Iterator[Entry]:
    for row in table("countries"):
        place = row["kind"] in ("dependent", "associated", "territory")
        label = "PLACE" if place else "COUNTRY"
        kb = f"iso3166:{row['iso2']}" if row["iso2"] else None
        for form in values(row[lang]):
            case = "initial" if " " in form else "exact"
            yield Entry(form, label, "registry:countries", kb, row["iso2"] or form, case)


def _parties() -> Iterator[Entry]:
    for row in table("parties"):
        kb = _curie(row)
        for column, case in (("forms", "some"), ("acronyms", "exact"), ("generic", "some")):
            for form in values(row[column]):
                yield Entry(
                    form,
                    "PARTY",
                    "registry:parties" if column != "generic" else "registry:parties-generic",
                    kb,
                    row["slug"],
                    "exact" if " " not in form else case,
                    kind=column,
                    iso2=row["iso2"],
                )


def _orgs() -> Iterator[Entry]:
    for row in table("orgs"):
        for column in ("forms", "acronyms"):
            for form in values(row[column]):
                case = "some" if " " in form else "exact"
                yield Entry(
                    form,
                    "ORG",
                    "registry:orgs",
                    _curie(row),
                    row["slug"],
                    case,
                    kind=row["type"],
                    iso2=row["iso2"],
                )


def _persons() -> Iterator[Entry]:
    for row in table("persons"):
        for form in values(row["forms"]):
            yield Entry(
                form,
                "PERSON",
                "registry:persons",
                _curie(row),
                row["slug"],
                "exact",
                iso2=row["iso2"],
            )


def _places(lang: str) -> Iterator[Entry]:
    for row in table("places"):
        for form in values(row["forms"]):
            case = "initial" if " " in form else "exact"
            yield Entry(
                form,
                "PLACE",
                "registry:places",
                None,
                f"place:{fold(form)}",
                case,
                kind=row["kind"],
                iso2=row["iso2"],
            )


def _named() -> Iterator[Entry]:
    for row in table("named"):
        for form in values(row["forms"]):
            case = "exact" if " " not in form else row["case"]
            yield Entry(form, row["label"], "registry:named", None, fold(form), case)


def _curie(row: Row) -> str:
    return f"wikidata:{row['wikidata']}" if row["wikidata"] else f"registry:{row['slug']}"


@cache
def capitals() -> dict[str, str]:
    """Return the ISO code of the country of each capital, by folded name."""
    return {
        fold(form): row["iso2"]
        for row in table("places")
        if row["kind"] == "capital"
        for form in values(row["forms"])
    }


@cache
def demonyms() -> dict[str, str]:
    """Return the ISO code of each English demonym ("French", "South Korean")."""
    return {form: row["iso2"] for row in table("countries") for form in values(row["demonyms"])}


@cache
def compounds() -> dict[str, str]:
    """Return the ISO code of the one-syllable names that serve only in compounds."""
    return {row["form"]: row["iso2"] for row in table("compounds")}
