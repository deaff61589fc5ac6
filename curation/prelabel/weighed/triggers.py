"""Which of the words that may name an event do name one.

A candidate is a place with a type: what `data/triggers.tsv` lists, whether or not a test of
its context refused it, and the words that named events in annotated articles.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

import ahocorasick_rs

from curation.prelabel.candidates import Candidate
from curation.prelabel.text import Document, whole_word
from curation.prelabel.triggers import Trigger, default_frame, framed, longest
from curation.prelabel.weighed.tables import Form, Models
from curation.prelabel.weighed.words import Line, Lines, rough

LEARNED = "trigger:learned"
"""`by` of a trigger whose words no list has."""
RIVAL = "trigger:another-wins"
UNLIKELY = "trigger:unlikely"
_UNLISTED = "trigger:not-listed"

Key = tuple[int, int, str]
"""Start, end and type of a candidate."""


def weigh(lines: Lines, listed: Sequence[Trigger], models: Models) -> list[Trigger]:
    """Return all candidates: those to be kept with their chance as score, the others refused."""
    model = models.triggers
    found = candidates(lines.document, listed, models.forms)
    chances = {key: model.chance(row) for key, row in features(lines, found, model.hopeless)}
    kept = set(choose(chances, model.cut))
    taken = _places(kept)
    return [
        _judged(form, chances.get(key, 0.0), key in kept and form is rows[0], taken)
        for key, rows in found.items()
        for form in rows
    ]


def _judged(form: Trigger, chance: float, wins: bool, taken: Collection[int]) -> Trigger:
    """Return a form with its chance as score, and why it does not win."""
    score = round(chance, 3)
    if wins:
        return form._replace(refused="", score=score, form_start=form.start, form_end=form.end)
    if form.refused and form.refused != _UNLISTED:
        return form._replace(score=score)
    rival = any(place in taken for place in range(form.start, form.end))
    return form._replace(refused=RIVAL if rival else UNLIKELY, score=score)


def candidates(
    document: Document, listed: Sequence[Trigger], forms: tuple[Form, ...]
) -> dict[Key, list[Trigger]]:
    """Return the forms of each place and type, first those that passed the tests of the rules."""
    found: dict[Key, list[Trigger]] = {}
    for form in (*listed, *_learned(document, listed, forms)):
        found.setdefault((form.start, form.end, form.type), []).append(form)
    return {key: _ordered(rows) for key, rows in sorted(found.items())}


def _ordered(rows: list[Trigger]) -> list[Trigger]:
    """Put first what passed the tests of the rules; leave out learned words that a list has."""
    known = [form for form in rows if form.refused != _UNLISTED] or rows[:1]
    return sorted(known, key=lambda form: bool(form.refused))


def _learned(
    document: Document, listed: Sequence[Trigger], forms: tuple[Form, ...]
) -> Iterator[Trigger]:
    types, automaton = _automaton(forms)
    at: dict[tuple[int, str], Trigger] = {}
    for known in listed:
        for place in range(known.start, known.end):
            at.setdefault((place, known.type), known)
    for index, start, end in automaton.find_matches_as_indexes(document.lower, overlapping=True):
        if whole_word(document.lower, start, end):
            for type_ in types[index]:
                near = (at.get((place, type_)) for place in range(start, end))
                form = next(filter(None, near), None)
                yield Trigger(
                    start,
                    end,
                    type_,
                    form.noun if form else False,
                    form.frame if form else default_frame(type_),
                    LEARNED,
                    document.sentence_at(start),
                    start,
                    end,
                    refused=_UNLISTED,
                )


@cache
def _automaton(forms: tuple[Form, ...]) -> tuple[list[list[str]], ahocorasick_rs.AhoCorasick]:
    types: dict[str, list[str]] = defaultdict(list)
    for form in forms:
        if form.type in framed():
            types[form.words].append(form.type)
    return list(types.values()), ahocorasick_rs.AhoCorasick(list(types))


def choose(chances: Mapping[Key, float], cut: float) -> list[Key]:
    """Keep the likeliest candidates that do not overlap; of equals the longest, then earliest.

    Two of a type that only a blank parts are one too many ("mong", "muốn").
    """
    kept: list[Key] = []
    taken: set[int] = set()
    ends: set[tuple[int, str]] = set()
    for key in sorted(chances, key=lambda k: (-chances[k], k[0] - k[1], k)):
        start, end, type_ = key
        if chances[key] < cut:
            break
        beside = {(start - 1, type_), (end, type_)} & ends
        if not beside and not any(place in taken for place in range(start, end)):
            kept.append(key)
            taken |= _places([key])
            ends |= {(start - 1, type_), (end, type_)}
    return sorted(kept)


def _places(keys: Iterable[Key]) -> set[int]:
    return {place for start, end, _ in keys for place in range(start, end)}


# --- features ---------------------------------------------------------------------------


class _Place(NamedTuple):
    """A candidate in its sentence, from its first to its last token."""

    key: Key
    form: str
    line: Line
    first: int
    last: int


def features(
    lines: Lines,
    found: Mapping[Key, Sequence[Trigger]],
    hopeless: Callable[[list[str]], bool] = lambda row: False,
) -> Iterator[tuple[Key, list[str]]]:
    """Yield the features of the candidates of an article.

    A candidate is passed over if it is `hopeless` by what it is called and how the rules judge it.
    """
    document = lines.document
    passed = {
        (f.start, f.end, f.type) for f in longest([f for rows in found.values() for f in rows])
    }
    about = list(_article(document, lines.entities))
    told = _Told()
    beside: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(passed):
        beside[document.sentence_at(key[0])].append(key)
    for key, its in found.items():
        form = " ".join(document.lower[key[0] : key[1]].split())
        row = list(dict.fromkeys(_named(key[2], form, its, key in passed)))
        if key not in passed and hopeless(row):
            continue
        line = lines[document.sentence_at(key[0])]
        place = _Place(key, form, line, line.at(key[0]), line.last(key[1]))
        row += _words(place)
        row += _classes(place)
        row += _entities(place)
        row += _neighbors(place, beside[line.number])
        row += _position(document, place)
        row += told.features(place)
        yield key, row + about
        told.add(place, key in passed)


def _article(document: Document, entities: Sequence[Candidate]) -> Iterator[str]:
    states = {entity.kb for entity in entities if entity.label == "COUNTRY"}
    yield f"states={rough(len(states))}"
    yield f"sentences={rough(len(document.sentences), (1, 3, 5, 8, 12, 20, 40))}"


def _named(type_: str, form: str, listed: Sequence[Trigger], passed: bool) -> Iterator[str]:
    yield from (f"t={type_}", f"f={form}", f"ft={form}|{type_}")
    yield from (f"pass={passed}", f"pass={passed}|{type_}", f"pass={passed}|{form}")
    for row in listed:
        yield from (f"ref={row.refused}", f"ref={row.refused}|{type_}")
        yield from (f"noun={row.noun}", f"frame={row.frame}")


_WINDOW = 8


def _words(place: _Place) -> Iterator[str]:
    type_, form, shown = place.key[2], place.form, place.line.shown
    i, j = place.first, place.last
    for step in range(1, 5):
        yield f"w-{step}={shown(i - step)}"
        yield f"w+{step}={shown(j + step)}"
    yield f"wf-1={place.line.word(i - 1)}|{form}"
    yield f"wf+1={place.line.word(j + 1)}|{form}"
    yield f"w-1={shown(i - 1)}|{form}"
    yield f"w+1={shown(j + 1)}|{form}"
    yield f"w-2-1={shown(i - 2)} {shown(i - 1)}"
    yield f"w+1+2={shown(j + 1)} {shown(j + 2)}"
    yield f"w-1+1={shown(i - 1)} {shown(j + 1)}"
    yield f"w-1t={shown(i - 1)}|{type_}"
    yield f"w+1t={shown(j + 1)}|{type_}"
    yield f"w-3-1={shown(i - 3)} {shown(i - 2)} {shown(i - 1)}"
    yield f"w+1+3={shown(j + 1)} {shown(j + 2)} {shown(j + 3)}"
    for name in (form, type_):
        yield f"w-2-1={shown(i - 2)} {shown(i - 1)}|{name}"
        yield f"w+1+2={shown(j + 1)} {shown(j + 2)}|{name}"
    for word in set(place.line.seen[max(i - _WINDOW, 0) : i]):
        yield from (f"L={word}", f"L={word}|{type_}", f"L={word}|{form}")
    for word in set(place.line.seen[j + 1 : j + 1 + _WINDOW]):
        yield from (f"R={word}", f"R={word}|{type_}", f"R={word}|{form}")


def _classes(place: _Place) -> Iterator[str]:
    type_, line, i, j = place.key[2], place.line, place.first, place.last
    steps = [(i - step, f"-{step}") for step in (1, 2, 3)]
    steps += [(j + step, f"+{step}") for step in (1, 2, 3)]
    for at, name in steps:
        near = line.of_class(at)
        if near:
            yield from (f"a{name}={near[0]}", f"b{name}={near[1]}", f"c{name}={near[2]}")
            yield f"a{name}={near[0]}|{type_}"
    own = line.classes[i]
    if own:
        yield from (f"a={own[0]}|{type_}", f"b={own[1]}|{type_}", f"c={own[2]}|{type_}")
    for side, reach in (("L", range(i - _WINDOW, i)), ("R", range(j + 1, j + 1 + _WINDOW))):
        near_by = [near for near in map(line.of_class, reach) if near]
        yield from {f"b{side}={near[1]}" for near in near_by}
        yield from {f"a{side}={near[0]}|{type_}" for near in near_by}


def _entities(place: _Place) -> Iterator[str]:
    start, end, type_ = place.key
    around = place.line.entities
    before = [one for one in around if one.end <= start]
    behind = [one for one in around if one.start >= end]
    for side, near in (("<", before[::-1]), (">", behind)):
        if not near:
            yield f"none{side}|{type_}"
            continue
        gap = start - near[0].end if side == "<" else near[0].start - end
        label = near[0].label
        yield from (f"near{side}={label}", f"near{side}={label}|{type_}")
        yield f"gap{side}={label}{rough(gap, (1, 5, 12, 30, 60))}"
        yield from (f"has{side}={known}|{type_}" for known in {one.label for one in near})
    for label in {one.label for one in around if one.start < end and start < one.end}:
        yield from (f"in={label}", f"in={label}|{type_}")
    states = {one.kb for one in around if one.label == "COUNTRY"}
    yield f"states={rough(len(states), (0, 1, 2))}|{type_}"


def _neighbors(place: _Place, passed: Sequence[Key]) -> Iterator[str]:
    """Yield the nearest on either side that passed the tests of the rules; they come in order."""
    start, end, type_ = place.key
    before = bisect_right(passed, start, key=itemgetter(1))
    behind = bisect_left(passed, end, key=itemgetter(0))
    for side, near in (
        ("<", passed[max(before - 1, 0) : before]),
        (">", passed[behind : behind + 1]),
    ):
        if not near:
            yield f"beside{side}|{type_}"
            continue
        other = near[0]
        at = place.line.at(other[0])
        gap = place.first - at if side == "<" else at - place.last
        yield f"beside{side}={other[2]}|{type_}"
        yield f"beside{side}={other[2]}|{place.form}"
        yield f"beside{side}={other[2]}|{type_}|{rough(gap, (1, 3, 6, 12))}"


def _position(document: Document, place: _Place) -> Iterator[str]:
    start, _, type_ = place.key
    number, titled = place.line.number, document.in_title(start)
    yield "title" if titled else f"sentence={rough(number)}"
    yield f"title={titled}|{type_}"
    yield f"part={4 * number // len(document.sentences)}"
    if place.first == 0:
        yield "first"
    before = document.folded[place.line.start : start]
    if before.count('"') % 2:
        yield from ("quoted", f"quoted|{type_}")


_WHO = ("PERSON", "COUNTRY", "ORG", "PARTY")
_WHAT = (*_WHO, "DATE", "PLACE", "OCCASION", "AGREEMENT", "TOPIC")


class _Told:
    """What was told of each type before: a mention that adds nothing is no event."""

    def __init__(self) -> None:
        self._forms: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        self._known: dict[str, _Known] = defaultdict(_Known)
        self._all = _Known()

    def add(self, place: _Place, passed: bool) -> None:
        """Note a candidate; only one that passed the tests of the rules counts as told."""
        self._forms[place.form] += 1
        if passed:
            self._types[place.key[2]] += 1
            for known in (self._known[place.key[2]], self._all):
                known.add(place.line.number, _things(place.line))

    def features(self, place: _Place) -> Iterator[str]:
        """Yield what is new in the sentence of a candidate."""
        type_, number = place.key[2], place.line.number
        yield f"forms={min(self._forms[place.form], 3)}"
        yield f"types={min(self._types[type_], 4)}"
        yield f"types={min(self._types[type_], 4)}|{type_}"
        mine, known = _things(place.line), self._known[type_]
        if known.latest is None:
            yield f"opens|{type_}"
        if known.latest == number:
            yield from ("together", f"together|{type_}")
        earlier = known.before(number)
        if earlier is not None:
            yield from _added(type_, mine, earlier)
            yield f"since={rough(number - (known.latest or 0), (1, 2, 3, 5))}"
        yield f"news={bool(mine - (self._all.before(number) or set()))}"


class _Known:
    """What sentences named, of which the last may still be told of; they come in order."""

    def __init__(self) -> None:
        self.latest: int | None = None
        self._last: set[tuple[str, str]] = set()
        self._before: set[tuple[str, str]] | None = None

    def add(self, number: int, things: set[tuple[str, str]]) -> None:
        """Take in a sentence, the same as before or a later one."""
        self.before(number)
        self.latest, self._last = number, things

    def before(self, number: int) -> set[tuple[str, str]] | None:
        """Return what the sentences before one named; None where there is none of them."""
        if self.latest is not None and self.latest < number:
            self._before = self._before or set()
            self._before |= self._last
        return self._before


def _added(type_: str, mine: set[tuple[str, str]], old: set[tuple[str, str]]) -> Iterator[str]:
    new = sorted({label for label, name in mine if (label, name) not in old})
    shared = any(label in _WHO for label, name in mine if (label, name) in old)
    for label in new:
        yield from (f"new={label}", f"new={label}|{type_}")
    yield f"shared={shared}|{type_}"
    yield from (f"shared={shared}{bool(new)}", f"shared={shared}{bool(new)}|{type_}")


def _things(line: Line) -> set[tuple[str, str]]:
    """Return who and what a sentence names, by label and identity."""
    return {thing for thing in line.things if thing[0] in _WHAT}
