"""What a token shows a tagger: its form, its neighbors, its place, what the rules said of it.

A token is a run of letters and digits (in Vietnamese a syllable) or one other sign, so no
boundary of a name lies within one. A feature is a short string; a token has a list of them.
`VERSION` names this set of features: a model only fits the version that it was trained on.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from curation.prelabel.candidates import Candidate
from curation.prelabel.registry import Hit
from curation.prelabel.text import Document
from curation.prelabel.triggers import Trigger, longest

VERSION = 1
OUTSIDE = "O"
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")

Place = tuple[int, int]
"""The offsets [start, end) of a token or a span."""


class Line(NamedTuple):
    """The tokens of a sentence with a list of features each."""

    tokens: tuple[Place, ...]
    features: tuple[list[str], ...]


class Mark(NamedTuple):
    """Something with a name at [start, end) that a feature can speak of."""

    start: int
    end: int
    name: str


def tokens_of(document: Document) -> list[tuple[Place, ...]]:
    """Return the tokens of each sentence, in the order of the text."""
    return [tokens_between(document, s.start, s.end) for s in document.sentences]


def tokens_between(document: Document, start: int, end: int) -> tuple[Place, ...]:
    """Return the tokens in [start, end)."""
    return tuple(match.span() for match in _TOKEN.finditer(document.text, start, end))


def bio(tokens: Sequence[Place], marks: Iterable[Mark]) -> list[str]:
    """Return B-, I- or O for each token; of marks that share a token the first wins."""
    starts = {start: at for at, (start, _) in enumerate(tokens)}
    tags = [OUTSIDE] * len(tokens)
    for mark in marks:
        at = starts.get(mark.start)
        while at is not None and at < len(tokens) and tokens[at][1] <= mark.end:
            if tags[at] == OUTSIDE:
                tags[at] = ("B-" if tokens[at][0] == mark.start else "I-") + mark.name
            at += 1
    return tags


def by_sentence(document: Document, marks: Iterable[Mark]) -> dict[int, list[Mark]]:
    """Return the marks of each sentence by its number, in the order given."""
    found: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        found[document.sentence_at(mark.start)].append(mark)
    return found


def entity_lines(
    document: Document, found: Sequence[Candidate], hits: Sequence[Hit]
) -> Iterator[Line]:
    """Yield the sentences as the tagger of entities sees them; `found` is flat."""
    listed = sorted(hits, key=lambda hit: (hit.start, hit.start - hit.end))
    tracks = {
        "rule": [Mark(one.start, one.end, one.label) for one in found],
        "by": [Mark(one.start, one.end, one.by) for one in found],
        "list": [Mark(one.start, one.end, one.entry.label) for one in listed],
    }
    return _lines(document, tracks, lambda tags: [[] for _ in tags["rule"]])


def trigger_lines(
    document: Document, entities: Sequence[Candidate], forms: Sequence[Trigger]
) -> Iterator[Line]:
    """Yield the sentences as the tagger of triggers sees them; `forms` may be refused."""
    listed = sorted(forms, key=lambda form: (form.start, form.start - form.end))
    tracks = {
        "entity": [Mark(one.start, one.end, one.label) for one in entities],
        "rule": [Mark(one.start, one.end, one.type) for one in longest(forms)],
        "form": [Mark(one.start, one.end, one.type) for one in listed],
        "test": [Mark(one.start, one.end, one.refused or "passed") for one in listed],
    }
    return _lines(document, tracks, lambda tags: _nearest(tags["entity"]))


_FAR = 12
"""Tokens over which the nearest entity is looked for."""


def _nearest(tags: Sequence[str]) -> list[list[str]]:
    """Return the labels and rough distances of the nearest entity to the left and right."""
    rows: list[list[str]] = [[] for _ in tags]
    for side, order in (("<", range(len(tags))), (">", range(len(tags) - 1, -1, -1))):
        last: tuple[int, str] | None = None
        for at in order:
            if last is not None and abs(at - last[0]) <= _FAR:
                gap = abs(at - last[0])
                far = "1" if gap == 1 else "3" if gap <= 3 else "6" if gap <= 6 else "+"
                rows[at] += [f"near{side}={last[1]}", f"near{side}={last[1]}{far}"]
            if tags[at] != OUTSIDE:
                last = at, tags[at][2:]
    return rows


# --- what both see ----------------------------------------------------------------------

More = Callable[[dict[str, list[str]]], list[list[str]]]


def _lines(document: Document, tracks: dict[str, list[Mark]], more: More) -> Iterator[Line]:
    sorted_in = {name: by_sentence(document, marks) for name, marks in tracks.items()}
    for number, tokens in enumerate(tokens_of(document)):
        if not tokens:
            yield Line((), ())
            continue
        tags = {name: bio(tokens, marks[number]) for name, marks in sorted_in.items()}
        extra = more(tags)
        words = [document.lower[start:end] for start, end in tokens]
        shapes = [shape(document.folded[start:end]) for start, end in tokens]
        where = _where(document, number, tokens[0][0])
        rows = tuple(
            [
                "bias",
                *where,
                *_form(words, shapes, at),
                *_window(words, at),
                *_tags(tags, at),
                *extra[at],
            ]
            for at in range(len(tokens))
        )
        yield Line(tokens, rows)


def shape(word: str) -> str:
    """Return the kind of token: word case, digits by number, or the sign itself."""
    if word.isdigit():
        return f"d{min(len(word), 4)}"
    if not word[0].isalnum():
        return word
    if word.isupper():
        return "X" if len(word) == 1 else "XX"
    if word[0].isupper():
        return "Xx" if word[1:].islower() else "XxX"
    return "x" if word.islower() else "x0"


def _form(words: Sequence[str], shapes: Sequence[str], at: int) -> Iterator[str]:
    word = words[at]
    yield f"w={word}"
    yield f"shape={shapes[at]}"
    yield f"pre={word[:3]}"
    yield f"suf={word[-3:]}"
    around = [shapes[i] if 0 <= i < len(shapes) else "" for i in (at - 1, at, at + 1)]
    yield f"shapes={'|'.join(around)}"
    if at == 0:
        yield f"first={shapes[at]}"


_REACH = 2


def _window(words: Sequence[str], at: int) -> Iterator[str]:
    for step in (*range(-_REACH, 0), *range(1, _REACH + 1)):
        place = at + step
        yield f"w{step:+}={words[place] if 0 <= place < len(words) else ''}"
    if at:
        yield f"w-1w={words[at - 1]} {words[at]}"
    if at + 1 < len(words):
        yield f"ww+1={words[at]} {words[at + 1]}"


def _tags(tags: dict[str, list[str]], at: int) -> Iterator[str]:
    for name, row in tags.items():
        yield f"{name}={row[at]}"
        if name not in ("by", "test"):
            yield f"{name}-1={row[at - 1] if at else ''}"
            yield f"{name}+1={row[at + 1] if at + 1 < len(row) else ''}"


def _where(document: Document, number: int, offset: int) -> list[str]:
    if document.in_title(offset):
        return ["title"]
    return [f"sentence={min(number, 4)}"]
