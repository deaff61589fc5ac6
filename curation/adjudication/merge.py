"""Merge the answers to one article: what a strict majority marked is the gold.

Everything on which the annotators differ is listed as a `Conflict` with every vote, also
where a majority settled it. What no majority carries is left out of the gold and listed as
open, so that a person can decide it; with two annotators that is every difference.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Literal, TypeVar

import msgspec

from curation.adjudication.alignment import Answer, Mark, places, read_answers
from curation.records import Annotation, Argument, Article, Author, Event, Relation, Span

H = TypeVar("H", bound=Hashable)
Kind = Literal["span", "event", "argument", "relation", "attribute"]


class Vote(msgspec.Struct, frozen=True):
    """What one annotator said; null: nothing marked there."""

    annotator: str
    answer: str | None


class Conflict(msgspec.Struct, frozen=True):
    """A place where the answers differ; `gold` is what the majority carried, null: open."""

    article: str
    kind: Kind
    start: int
    end: int
    text: str
    votes: tuple[Vote, ...]
    gold: str | None


class Adjudication(msgspec.Struct, frozen=True):
    """The gold annotation of one article and the conflicts behind it."""

    gold: Annotation
    conflicts: tuple[Conflict, ...]


def adjudicate(
    article: Article, answers: Sequence[Annotation], created: str | None = None
) -> Adjudication:
    """Merge the answers to one article (at least one, each by another person).

    A single answer is the gold as it stands. The author of the gold is named after the
    rule: "single" or "majority".
    """
    if len(answers) == 1:
        author = Author(kind="adjudication", name="single")
        return Adjudication(_plain(answers[0], author, created), ())
    merge = _Merge(article, read_answers(answers))
    author = Author(kind="adjudication", name="majority")
    spans, ids = merge.spans()
    gold = Annotation(
        article=article.id,
        text_sha256=article.sha256,
        author=author,
        created=created,
        contract=answers[0].contract,
        spans=spans,
        events=merge.events(ids),
        relations=merge.relations(ids),
    )
    return Adjudication(gold, tuple(merge.conflicts))


def _plain(answer: Annotation, author: Author, created: str | None) -> Annotation:
    """Return the answer as gold: without the scores and sources of the candidates."""
    return msgspec.structs.replace(
        answer,
        author=author,
        created=created,
        blind=False,
        spans=tuple(msgspec.structs.replace(s, score=None, by=None) for s in answer.spans),
        events=tuple(msgspec.structs.replace(e, score=None, by=None) for e in answer.events),
    )


def majority(votes: Iterable[H], voters: int) -> list[H]:
    """Return what more than half of the voters said, in the order first said."""
    return [vote for vote, count in Counter(votes).items() if 2 * count > voters]


class _Merge:
    """The answers to one article, and the conflicts found while merging them."""

    def __init__(self, article: Article, answers: list[Answer]) -> None:
        self.article = article
        self.answers = answers
        self.conflicts: list[Conflict] = []

    def spans(self) -> tuple[tuple[Span, ...], dict[Mark, str]]:
        """Merge the entities; also return the new id of each mark in the gold."""
        marks = self._agreed("span", lambda answer: answer.spans)
        ids = {mark: f"s{number}" for number, mark in enumerate(marks, 1)}
        return tuple(self._span(mark, ids[mark]) for mark in marks), ids

    def events(self, ids: dict[Mark, str]) -> tuple[Event, ...]:
        """Merge the events; arguments need a majority of those who marked the event."""
        marks = self._agreed("event", lambda answer: answer.events)
        return tuple(self._event(mark, f"e{n}", ids) for n, mark in enumerate(marks, 1))

    def relations(self, ids: dict[Mark, str]) -> tuple[Relation, ...]:
        """Merge the relations between entities that are in the gold."""
        said = sorted({relation for answer in self.answers for relation in answer.relations})
        merged = []
        for relation in said:
            kind, start, end = relation
            name = f"{kind} {self._text(start)!r} -> {self._text(end)!r}"
            having = [answer for answer in self.answers if relation in answer.relations]
            wins = 2 * len(having) > len(self.answers) and start in ids and end in ids
            if wins:
                merged.append(Relation(type=kind, from_=ids[start], to=ids[end]))
            self._note("relation", start, having, self.answers, name, wins)
        return tuple(merged)

    def _agreed(
        self, kind: Kind, table: Callable[[Answer], dict[Mark, Span] | dict[Mark, Event]]
    ) -> list[Mark]:
        """Return the marks that a majority made, in text order; note the other places."""
        made = {answer.name: set(table(answer)) for answer in self.answers}
        agreed = []
        for place in places(mark for marks in made.values() for mark in marks):
            sides = {name: [mark for mark in place if mark in made[name]] for name in made}
            won = majority((m for side in sides.values() for m in side), len(made))
            agreed += won
            if any(side != place for side in sides.values()):
                self._add(
                    kind,
                    (place[0].start, max(mark.end for mark in place)),
                    {name: self._shown(side) for name, side in sides.items()},
                    self._shown(sorted(won)),
                )
        return sorted(agreed)

    def _span(self, mark: Mark, name: str) -> Span:
        return Span(
            id=name,
            start=mark.start,
            end=mark.end,
            label=mark.name,
            text=self._text(mark),
            value=self._attribute(mark, lambda a: a.spans[mark].value if mark in a.spans else ""),
            kb=self._attribute(mark, lambda a: a.spans[mark].kb if mark in a.spans else ""),
        )

    def _attribute(self, mark: Mark, read: Callable[[Answer], str | None]) -> str | None:
        """Return what most of those who made the mark gave it ("" stands for no mark)."""
        said = {answer.name: read(answer) for answer in self.answers}
        said = {name: value for name, value in said.items() if value != ""}
        won = majority(said.values(), len(said))
        value = won[0] if won else None
        if len(set(said.values())) > 1:
            self._add("attribute", (mark.start, mark.end), said, value)
        return value

    def _event(self, mark: Mark, name: str, ids: dict[Mark, str]) -> Event:
        having = [answer for answer in self.answers if mark in answer.events]
        modality = self._attribute(
            mark, lambda a: a.events[mark].modality if mark in a.events else ""
        )
        return Event(
            id=name,
            type=mark.name,
            start=mark.start,
            end=mark.end,
            text=self._text(mark),
            modality=modality or having[0].events[mark].modality,
            arguments=self._arguments(mark, having, ids),
        )

    def _arguments(
        self, mark: Mark, having: list[Answer], ids: dict[Mark, str]
    ) -> tuple[Argument, ...]:
        said = sorted({one for answer in having for one in answer.arguments[mark]})
        merged = []
        for role, filler in said:
            name = f"{mark.name} {self._text(mark)!r} {role} -> {self._text(filler)!r}"
            with_it = [a for a in having if (role, filler) in a.arguments[mark]]
            wins = 2 * len(with_it) > len(having) and filler in ids
            if wins:
                merged.append(Argument(role=role, span=ids[filler]))
            self._note("argument", filler, with_it, having, name, wins)
        return tuple(merged)

    def _note(  # noqa: PLR0913
        self, kind: Kind, at: Mark, having: list[Answer], of: list[Answer], name: str, wins: bool
    ) -> None:
        """Note an item that not all of those asked have, or that lost its filler."""
        if len(having) == len(of) and wins:
            return
        votes = {answer.name: name if answer in having else None for answer in of}
        self._add(kind, (at.start, at.end), votes, name if wins else None)

    def _add(
        self, kind: Kind, at: tuple[int, int], votes: dict[str, str | None], gold: str | None
    ) -> None:
        self.conflicts.append(
            Conflict(
                article=self.article.id,
                kind=kind,
                start=at[0],
                end=at[1],
                text=self.article.text[at[0] : at[1]],
                votes=tuple(Vote(name, answer) for name, answer in votes.items()),
                gold=gold,
            )
        )

    def _shown(self, marks: Sequence[Mark]) -> str | None:
        shown = " + ".join(f"{mark.name} {self._text(mark)!r}" for mark in marks)
        return shown or None

    def _text(self, mark: Mark) -> str:
        return self.article.text[mark.start : mark.end]
