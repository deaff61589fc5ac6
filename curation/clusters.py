"""One real-world event over articles and languages, and the groups of articles it makes.

Two reports are taken for reports of one event where their triggers are of the same PLOVER
type (one paper's reception is another's talks), their days touch or are neighbours, and
they share at least `SHARED` participants. A participant is known by its identifier
in a knowledge base, or else by its label and its name without marks and capitals, so that
names are found again over languages. Groups err on the side of joining: they are there to
keep reports of one event out of different splits.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from curation import edtf
from curation.ontology import Ontology
from curation.records import Annotation, Article, Event, Span

SHARED = 2
"""Participants that two reports of one event have in common."""

NEAR = 1
"""Days between two reports of one event: a day is told as today's or yesterday's."""

LONGEST = 31
"""Days of the vaguest date that tells events apart: a month."""

ACTOR = "PERSON"
"""The label that may fill exactly the roles of those who act."""


class EventReport(NamedTuple):
    """What one trigger tells: kind, first and last day (as ordinals), participants."""

    article: str
    kind: str
    first: int
    last: int
    participants: frozenset[str]


def event_groups(
    articles: Iterable[Article], annotations: Iterable[Annotation], ontology: Ontology
) -> dict[str, str]:
    """Map each article to its group: the least id of the articles that report its events.

    The order of articles and annotations is of no consequence.
    """
    published = {article.id: article.published for article in articles}
    reports = [
        report
        for annotation in annotations
        if annotation.article in published
        for report in event_reports(annotation, published[annotation.article], ontology)
    ]
    union = _Union(published)
    for one, other in _neighbours(reports):
        if not union.joined(one.article, other.article) and _same_event(one, other):
            union.join(one.article, other.article)
    return union.groups()


def merge_groups(*groupings: Mapping[str, str]) -> dict[str, str]:
    """Join what any of the groupings joins; each group is named by its least article id.

    Every article that is a key of a grouping is in the result; names of groups of different
    groupings are apart even where they are spelt alike.
    """
    union = _Union({article for grouping in groupings for article in grouping})
    for grouping in groupings:
        first_of: dict[str, str] = {}
        for article, group in grouping.items():
            union.join(first_of.setdefault(group, article), article)
    return union.groups()


def event_reports(
    annotation: Annotation, published: str | None, ontology: Ontology
) -> Iterator[EventReport]:
    """Yield what can be compared: events with a day and at least `SHARED` participants."""
    names = _names(annotation.spans)
    spans = {span.id: span for span in annotation.spans}
    acting = {role.name for role in ontology.roles.values() if ACTOR in role.fillers}
    for event in annotation.events:
        days = _days(event, spans, published)
        filled = (a.span for a in event.arguments if a.role in acting and a.span in names)
        participants = frozenset(names[span] for span in filled)
        kind = ontology.event_types.get(event.type)
        if days and kind and len(participants) >= SHARED:
            first, last = days[0].toordinal(), days[1].toordinal()
            yield EventReport(annotation.article, kind.plover, first, last, participants)


def _days(
    event: Event, spans: Mapping[str, Span], published: str | None
) -> tuple[date, date] | None:
    """Return the days of the event's own date, or of publication where it has none.

    None where the only dates are vaguer than `LONGEST`.
    """
    values = [spans[a.span].value for a in event.arguments if a.span in spans]
    told = [value for value in values if value and not edtf.fault(value)]
    for value in told or ([published] if published and not edtf.fault(published) else []):
        days = edtf.days(value)
        if days and (days[1] - days[0]).days < LONGEST:
            return days
    return None


def _names(spans: Iterable[Span]) -> dict[str, str]:
    """Return how each span's referent is known, by span id.

    A name of one word stands for the only longer name of its label in the article that
    begins or ends with it.
    """
    several = list(spans)
    folded = {span.id: fold(span.text) for span in several}
    longer = _longer_names({(span.label, folded[span.id]) for span in several})
    identified: dict[tuple[str, str], str] = {}
    for span in several:
        if span.kb:
            identified.setdefault((span.label, folded[span.id]), span.kb)
    found = {}
    for span in several:
        candidates = longer.get((span.label, folded[span.id]), set())
        name = next(iter(candidates)) if len(candidates) == 1 else folded[span.id]
        known = span.kb or identified.get((span.label, name))
        found[span.id] = known or f"{span.label} {name}"
    return found


def _longer_names(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    """Return the names of several words by label and their first or last word."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for label, name in names:
        words = name.split()
        if len(words) > 1:
            found[label, words[0]].add(name)
            found[label, words[-1]].add(name)
    return found


def fold(name: str) -> str:
    """Return a name without capitals and marks, đ as d, its words parted by single blanks."""
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    kept = (char if char.isalnum() else " " for char in apart if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def _neighbours(reports: Iterable[EventReport]) -> Iterator[tuple[EventReport, EventReport]]:
    """Yield pairs of different articles that share kind, a participant and, nearly, a day."""
    blocks: dict[tuple[str, str], list[EventReport]] = defaultdict(list)
    for report in sorted(set(reports), key=lambda r: (r.first, r.last, r.article)):
        for participant in report.participants:
            blocks[report.kind, participant].append(report)
    for block in blocks.values():
        open_reports: list[EventReport] = []
        for report in block:
            open_reports = [one for one in open_reports if one.last + NEAR >= report.first]
            yield from ((one, report) for one in open_reports if one.article != report.article)
            open_reports.append(report)


def _same_event(one: EventReport, other: EventReport) -> bool:
    return len(one.participants & other.participants) >= SHARED


class _Union:
    """Disjoint sets of articles."""

    def __init__(self, articles: Iterable[str]) -> None:
        self._parent = {article: article for article in articles}

    def find(self, article: str) -> str:
        while self._parent[article] != article:
            self._parent[article] = self._parent[self._parent[article]]
            article = self._parent[article]
        return article

    def join(self, one: str, other: str) -> None:
        """Put two sets together under the least id, which stays the name of the set."""
        least, greater = sorted((self.find(one), self.find(other)))
        self._parent[greater] = least

    def joined(self, one: str, other: str) -> bool:
        return self.find(one) == self.find(other)

    def groups(self) -> dict[str, str]:
        return {article: self.find(article) for article in sorted(self._parent)}
