"""Who answers which article: planned by the toolkit, since Label Studio Community cannot.

A plan only grows: what somebody was given stays theirs when articles or annotators are added,
unless the annotator leaves. Whether an article is blind (goes out without pre-labels) or common
(goes to everybody) is drawn when it is planned first, and holds for all who get it.
"""

import hashlib
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, permutations
from typing import Annotated, Any

import msgspec

from curation.errors import Problem
from curation.records import Article


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article that an annotator (a pseudonym) is to answer."""

    article: str
    annotator: str
    blind: bool = False
    common: bool = False


_EVEN = 0.01  # of the mean: what loads in characters may differ before articles are exchanged

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a plan is to keep; the table [assign] of curation.toml.

    `blind` and `common` are shares of the articles. `reads` names the languages of annotators
    who do not read all; those in `without` get nothing, and lose what they have not answered.
    """

    answers: Annotated[int, msgspec.Meta(ge=1)] = 2
    blind: Share = 0.0
    common: Share = 0.0
    seed: int = 0
    reads: dict[str, tuple[str, ...]] = {}
    without: tuple[str, ...] = ()


Answered = Mapping[tuple[str, str], bool]
"""What was answered, as (article, annotator); whether it was answered blind."""


def plan(
    articles: Sequence[Article],
    annotators: Iterable[str],
    held: Iterable[Assignment],
    terms: Terms,
    answered: Answered | None = None,
) -> list[Assignment]:
    """Return a plan that holds what `held` does and gives every article its answers.

    Each article has `terms.answers` annotators, or as many as read its language; a common one
    has all of these. The numbers of articles that annotators have differ as little as the
    languages and what is held allow, and long and short articles are dealt out evenly. Answers
    that nobody planned count as if they had been. What is held comes first; the result does not
    depend on the order of the articles or annotators.
    """
    done = answered or {}
    kept = [
        one
        for one in held
        if one.annotator not in terms.without or (one.article, one.annotator) in done
    ]
    active = sorted(set(annotators) - set(terms.without))
    deal = _Deal(articles, active, kept, terms, done)
    deal.common()
    deal.greedy()
    deal.level()
    deal.even()
    return kept + deal.made()


def drawn(article: str, share: float) -> bool:
    """Tell whether an article without a plan is blind; the same one always answers alike."""
    return _number("blind", article) < share * 16**12


def _number(*words: str) -> int:
    return int(hashlib.sha256(" ".join(words).encode()).hexdigest()[:12], 16)


class _Deal:
    """A plan in the making; `given` is what is new in it and may still change hands."""

    def __init__(
        self,
        articles: Sequence[Article],
        annotators: Sequence[str],
        held: Sequence[Assignment],
        terms: Terms,
        answered: Answered,
    ) -> None:
        self.articles = {one.id: one for one in articles}
        self.annotators = annotators
        self.terms = terms
        answered_blind = {article: blind for (article, _), blind in answered.items()}
        planned_blind = {one.article: one.blind for one in held}
        planned_common = {one.article: one.common for one in held}
        self.blind = self._share("blind", terms.blind, answered_blind | planned_blind)
        self.whole = self._share("common", terms.common, planned_common)
        self.has: defaultdict[str, set[str]] = defaultdict(set)
        self.load: Counter[str] = Counter()
        self.size: Counter[str] = Counter()  # in code points
        self.met: Counter[frozenset[str]] = Counter()
        self.given: defaultdict[str, set[str]] = defaultdict(set)
        self.fixed: list[tuple[str, str]] = []
        for pair in sorted({*((one.article, one.annotator) for one in held), *answered}):
            self._add(*pair)

    def common(self) -> None:
        """Give the common articles to all who read them."""
        for article in sorted(self.articles):
            if self._flags(article)[1]:
                for name in self._open(article):
                    self._add(article, name)
                    self.fixed.append((article, name))

    def greedy(self) -> None:
        """Give each article to those who have least; those who have met least go together.

        Articles that few can read come first, and long ones before short ones.
        """
        for article in sorted(self.articles, key=self._turn):
            for _ in range(len(self.has[article]), self.terms.answers):
                ready = [(self._rank(name, article), name) for name in self._open(article)]
                if ready:
                    name = min(ready)[1]
                    self._add(article, name)
                    self.given[name].add(article)

    def level(self) -> None:
        """Hand articles on, from one to the next, until no two loads can come closer."""
        while path := self._path():
            for article, giver, taker in path:
                self._hand(article, giver, taker)

    def even(self) -> None:
        """Exchange long articles for shorter ones where loads in characters differ."""
        while swap := self._swap():
            long, giver, short, taker = swap
            self._hand(long, giver, taker)
            self._hand(short, taker, giver)

    def made(self) -> list[Assignment]:
        """Return what is new, in the order of the articles' ids, then of the annotators."""
        new = [(article, name) for name, articles in self.given.items() for article in articles]
        return [
            Assignment(article, name, *self._flags(article))
            for article, name in sorted(new + self.fixed)
        ]

    def _flags(self, article: str) -> tuple[bool, bool]:
        return article in self.blind, article in self.whole

    def _share(self, what: str, share: float, said: Mapping[str, bool]) -> set[str]:
        """Return the articles of a share of each language; of some it is said already.

        The others are drawn in the order of their hashes, until the share is full.
        """
        chosen = {article for article, yes in said.items() if yes}
        by_language: defaultdict[str, list[str]] = defaultdict(list)
        for article in self.articles.values():
            by_language[article.lang].append(article.id)
        for ids in by_language.values():
            wanted = round(share * len(ids)) - len(chosen.intersection(ids))
            free = (one for one in ids if one not in said)
            turn = sorted(free, key=lambda one: _number(what, one))
            chosen.update(turn[: max(wanted, 0)])
        return chosen

    def _open(self, article: str) -> list[str]:
        """Return who could be given the article."""
        lang = self.articles[article].lang
        return [
            name
            for name in self.annotators
            if name not in self.has[article] and reads(name, lang, self.terms)
        ]

    def _turn(self, article: str) -> tuple[int, int, int]:
        toss = _number(str(self.terms.seed), article)
        return len(self._open(article)), -len(self.articles[article].text), toss

    def _rank(self, name: str, article: str) -> tuple[int, int, int, int]:
        together = sum(self.met[frozenset((name, other))] for other in self.has[article])
        toss = _number(str(self.terms.seed), article, name)
        return self.load[name], together, self.size[name], toss

    def _path(self) -> list[tuple[str, str, str]]:
        """Find how to take an article from one who has two more than another gets by it.

        A way of least cost through a matching (Harvey and others, "Semi-matchings for bipartite
        graphs and load balancing", 2003): without one, the loads are as level as they can be.
        """
        least = min((self.load[name] for name in self.annotators), default=0)
        for start in sorted(self.annotators, key=lambda name: (-self.load[name], name)):
            if self.load[start] - least < 2:
                break
            back: dict[str, tuple[str, str]] = {}
            queue = [start]
            for giver in queue:
                for article in sorted(self.given[giver]):
                    for taker in self._open(article):
                        if taker in back or taker == start:
                            continue
                        back[taker] = (article, giver)
                        queue.append(taker)
                        if self.load[start] - self.load[taker] >= 2:
                            return _unwind(back, start, taker)
        return []

    def _swap(self) -> tuple[str, str, str, str] | None:
        """Find the exchange that brings those two closest of whom one has most to read."""
        mean = sum(self.size[name] for name in self.annotators) / max(1, len(self.annotators))
        pairs = permutations(self.annotators, 2)
        gaps = [(self.size[more] - self.size[less], more, less) for more, less in pairs]
        for gap, more, less in sorted((one for one in gaps if one[0] > _EVEN * mean), reverse=True):
            ours, theirs = self._movable(more, less), self._movable(less, more)
            nearest = []
            for size, long in ours:
                at = bisect(theirs, (size - gap / 2, ""))
                for other, short in theirs[max(0, at - 1) : at + 1]:
                    if 0 < size - other < gap:
                        nearest.append((abs(gap - 2 * (size - other)), long, short))
            if nearest:
                _, long, short = min(nearest)
                return long, more, short, less
        return None

    def _movable(self, giver: str, taker: str) -> list[tuple[float, str]]:
        return sorted(
            (len(self.articles[article].text), article)
            for article in self.given[giver]
            if taker not in self.has[article]
            and reads(taker, self.articles[article].lang, self.terms)
        )

    def _hand(self, article: str, giver: str, taker: str) -> None:
        self._remove(article, giver)
        self._add(article, taker)
        self.given[giver].discard(article)
        self.given[taker].add(article)

    def _add(self, article: str, name: str) -> None:
        self._count(article, name, 1)
        self.has[article].add(name)

    def _remove(self, article: str, name: str) -> None:
        self.has[article].discard(name)
        self._count(article, name, -1)

    def _count(self, article: str, name: str, by: int) -> None:
        self.load[name] += by
        if article in self.articles:
            self.size[name] += by * len(self.articles[article].text)
        for other in self.has[article] - {name}:
            self.met[frozenset((name, other))] += by


def _unwind(
    back: Mapping[str, tuple[str, str]], start: str, end: str
) -> list[tuple[str, str, str]]:
    path = []
    while end != start:
        article, giver = back[end]
        path.append((article, giver, end))
        end = giver
    return path


def reads(name: str, lang: str, terms: Terms) -> bool:
    """Tell whether an annotator reads a language; en is also the English of en-GB."""
    known = terms.reads.get(name)
    return known is None or lang in known or lang.partition("-")[0] in known


def missing(
    articles: Iterable[Article],
    assignments: Iterable[Assignment],
    terms: Terms,
    answered: Answered | None = None,
) -> list[Problem]:
    """Say, a language at a time, how many articles have fewer annotators than they need."""
    pairs = {*((one.article, one.annotator) for one in assignments), *(answered or {})}
    have = Counter(article for article, _ in pairs)
    short = Counter(one.lang for one in articles if have[one.id] < terms.answers)
    return [
        Problem(
            record=f"language {lang}",
            value=f"{count} articles",
            rule=f"have fewer annotators than the {terms.answers} that are wanted",
            remedy="Add annotators who read it (`curation annotators add`), or ask for fewer "
            "answers (--answers).",
        )
        for lang, count in sorted(short.items())
    ]


def summary(
    articles: Iterable[Article],
    made: Sequence[Assignment],
    held: Iterable[Assignment],
    answered: Answered,
) -> dict[str, Any]:
    """Count a plan, in all and by annotator; `held` is the one before it.

    `pairs` counts the articles that two annotators both have.
    """
    size = {one.id: len(one.text) for one in articles}
    before = set(held)
    by_name: defaultdict[str, list[Assignment]] = defaultdict(list)
    by_article: defaultdict[str, set[str]] = defaultdict(set)
    for one in made:
        by_name[one.annotator].append(one)
        by_article[one.article].add(one.annotator)
    pairs = Counter(two for names in by_article.values() for two in combinations(sorted(names), 2))
    return {
        "articles": len(size),
        "assignments": len(made),
        "new": len(set(made) - before),
        "removed": len(before - set(made)),
        "blind": len({one.article for one in made if one.blind}),
        "common": len({one.article for one in made if one.common}),
        "annotators": {
            name: {
                "articles": len(own),
                "new": len(set(own) - before),
                "answered": sum((one.article, name) in answered for one in own),
                "blind": sum(one.blind for one in own),
                "common": sum(one.common for one in own),
                "characters": sum(size.get(one.article, 0) for one in own),
            }
            for name, own in sorted(by_name.items())
        },
        "pairs": {" ".join(two): count for two, count in sorted(pairs.items())},
    }


def faults(assignments: Iterable[Assignment]) -> list[Problem]:
    """Find what a plan that was changed by hand says twice or of two minds."""
    first: dict[str, Assignment] = {}
    seen: set[tuple[str, str]] = set()
    found = []
    for one in assignments:
        where = f"assignments.jsonl, article {one.article}"
        other = first.setdefault(one.article, one)
        if (one.article, one.annotator) in seen:
            rule, remedy = "has the article twice", "Remove one of the two lines."
            found.append(Problem(where, one.annotator, rule, remedy))
        elif (one.blind, one.common) != (other.blind, other.common):
            value = f"blind and common of {one.annotator} and {other.annotator}"
            rule, remedy = "are not alike", "Put them back as `curation assign` wrote them."
            found.append(Problem(where, value, rule, remedy))
        seen.add((one.article, one.annotator))
    return found
