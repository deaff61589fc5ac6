"""Push by the plan: a project for each annotator, with what that person is to answer.

Label Studio Community shows every task of a project, and the answers of all, to all who work
in it: only apart do two annotators answer an article blind to each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from curation.assignment import Assignment
from curation.errors import Problem
from curation.labelstudio.push import PushReport
from curation.records import Article

Send = Callable[[Sequence[Article], str, frozenset[str]], PushReport]
"""Pushes articles into the project of an annotator; those named last without candidates."""


class Own(msgspec.Struct, frozen=True):
    """What became of one annotator's articles; see `PushReport`."""

    url: str
    project: int
    articles: int
    created: int
    present: int
    replaced: int
    refused: int


class SpreadReport(msgspec.Struct, frozen=True):
    """What became of the plan, by annotator and in all; `unassigned` articles are in no plan."""

    projects: dict[str, Own]
    articles: int
    unassigned: int
    created: int
    present: int
    replaced: int
    refused: int
    problems: tuple[Problem, ...]
    contract: tuple[str, ...] = ()


def spread(plan: Iterable[Assignment], articles: Sequence[Article], send: Send) -> SpreadReport:
    """Send each annotator what the plan gives, in the order of the articles."""
    given: defaultdict[str, set[str]] = defaultdict(set)
    blind = set()
    for one in plan:
        given[one.annotator].add(one.article)
        if one.blind:
            blind.add(one.article)
    reports = {
        name: send([one for one in articles if one.id in given[name]], name, frozenset(blind))
        for name in sorted(given)
    }
    planned = set().union(*given.values())
    made = {name: _own(report) for name, report in reports.items()}
    return SpreadReport(
        projects=made,
        articles=len(articles),
        unassigned=sum(one.id not in planned for one in articles),
        created=sum(one.created for one in made.values()),
        present=sum(one.present for one in made.values()),
        replaced=sum(one.replaced for one in made.values()),
        refused=sum(one.refused for one in made.values()),
        problems=tuple(dict.fromkeys(p for one in reports.values() for p in one.problems)),
        contract=tuple(f"{name}: {n}" for name, one in reports.items() for n in one.contract),
    )


def _own(report: PushReport) -> Own:
    return Own(**{name: getattr(report, name) for name in Own.__struct_fields__})
