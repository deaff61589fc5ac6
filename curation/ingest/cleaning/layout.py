"""What the passes over a page share: its lines, and what each was found to be."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from curation.ingest.cleaning.lines import (
    Line,
    continues,
    is_ended,
    is_sentence,
    key_of,
    split,
    word_count,
)
from curation.ingest.cleaning.rules import Rules, Shape, Words, letters_of
from curation.ingest.cleaning.signoff import without_signoff

MAX_FLOW = 12
"""At most so many lines are read as one broken sentence."""
SHORT_PLEA, PLEA_LENGTH = 150, 400
PIECE_WORDS = 4
BROKEN_WORDS = 8
"""A text broken over several lines is running text from so many words on."""


class Mark(NamedTuple):
    """What a line is, and by which rule."""

    kind: str
    rule: str


class Hint(msgspec.Struct, frozen=True):
    """What is known of a line before it is read: its kind by a rule, or `sure` to be body.

    `weak`: the rule takes no running text; `linked`: the line is a link.
    """

    kind: str | None = None
    rule: str = ""
    sure: bool = False
    weak: bool = False
    linked: bool = False


class Layout:
    """The lines of a page with their marks; lines without a mark are taken for the body.

    `title` is the index of the title's line, `begin` of the body's first one; `core` has the
    lines between which most of the running text stands. `hints` are of
    the page's own lines from the first one on, the empty ones too; with more than one of them
    the page is `hinted`: its elements told its lines. No rule marks a sure line.
    """

    def __init__(self, page: str, rules: Rules, hints: Sequence[Hint] = ()) -> None:
        self.rules = rules
        self.hinted = len(hints) > 1
        self.lines: list[Line] = split(page, rules, self.hinted)
        self.marks: list[Mark | None] = [None] * len(self.lines)
        self.sure: set[int] = set()
        self.linked: set[int] = set()
        self.title: int | None = None
        self.begin = 0
        self.core = range(0)
        self._sentences: dict[str, bool] = {}
        self._pleas: dict[str, int] = {}
        self._take(page, hints)

    def _take(self, page: str, hints: Sequence[Hint]) -> None:
        number, at = 0, 0
        for index, line in enumerate(self.lines):
            number += page.count("\n", at, line.start)
            at = line.start
            if number >= len(hints):
                return
            hint = hints[number]
            if hint.kind == "title":
                if self.title is not None:
                    continue  # the rest of a line that was cut
                self.title = index
            if hint.kind:
                self.marks[index] = Mark(hint.kind, hint.rule)
            elif hint.sure:
                self.sure.add(index)
            elif hint.linked:
                self.linked.add(index)

    def mark(self, index: int, kind: str, rule: str) -> None:
        """Say what a line is, unless it was said before."""
        if self.marks[index] is None and index not in self.sure:
            self.marks[index] = Mark(kind, rule)

    def mark_all(self, indices: range, kind: str, rule: str) -> None:
        """Say what the lines are that nothing was said of."""
        for index in indices:
            self.mark(index, kind, rule)

    def free(self, start: int = 0, end: int | None = None) -> list[int]:
        """Return the indices of the lines without a mark."""
        stop = len(self.lines) if end is None else end
        return [index for index in range(start, stop) if self.marks[index] is None]

    def next_free(self, index: int) -> int | None:
        """Return the first unmarked line from `index` on."""
        while index < len(self.lines):
            if self.marks[index] is None:
                return index
            index += 1
        return None

    def flow_end(self, index: int) -> int:
        """Return where the sentence ends that is broken over lines from `index` on."""
        end = index + 1
        while (
            end < min(len(self.lines), index + MAX_FLOW)
            and self.marks[end] is None
            and not is_ended(self.lines[end - 1].text)
            and continues(self.lines[end], self.lines[end - 1])
        ):
            end += 1
        return end

    def runs(self, index: int) -> bool:
        """Tell whether running text begins with this line, be it broken over several."""
        end = self.flow_end(index)
        text = " ".join(line.text for line in self.lines[index:end])
        if text not in self._sentences:
            self._sentences[text] = is_sentence(without_signoff(text, self.rules), self.rules)
        return self._sentences[text]

    def broken(self, index: int) -> bool:
        """Tell whether a sentence broken over several lines begins here: links cut it up."""
        end = self.flow_end(index)
        words = sum(word_count(line.text[:200]) for line in self.lines[index:end])
        return end > index + 1 and words >= BROKEN_WORDS

    def pleads(self, index: int) -> bool:
        """Tell whether a line speaks to the reader: sign up, follow us, accept our cookies.

        A long one does so in more than one way.
        """
        text = self.lines[index].text
        needed = 1 if len(text) <= SHORT_PLEA else 2
        return len(text) <= PLEA_LENGTH and self.pleas(text) >= needed

    def pleas(self, text: str) -> int:
        """Return in how many ways a line speaks to the reader."""
        if text not in self._pleas:
            self._pleas[text] = len(self.rules.plea.findall(text.casefold()))
        return self._pleas[text]

    def opening(self, index: int, strong: bool = False, first: bool = False) -> bool:
        """Tell whether the line begins as a lead does: with the outlet's name or a dateline.

        `strong`: only what is hardly ever anything else; `first`: nothing of the article
        stands before it.
        """
        text = self.lines[index].text[:200]
        if any(rule.pattern.match(text) for rule in self.rules.prefixes):
            return True
        datelines = (
            rule.pattern.match(text)
            for rule in self.rules.datelines
            if (rule.strong or not strong) and (first or not rule.first)
        )
        return any(found and (found.end() == len(text) or self.runs(index)) for found in datelines)


def words_rule(text: str, rules: Rules) -> Words | None:
    """Return the rule of the first phrase where phrases alone make up the line.

    Headers of lists may stand among the phrases ("Share  Tweet  Comments"), not alone.
    """
    if len(text) > 120:
        return None
    words = letters_of(text)
    at = 0
    first: Words | None = None
    while at < len(words):
        size = _phrase_size(words[at : at + rules.longest_phrase], rules)
        if not size:
            return None
        first = first or rules.phrases.get(words[at : at + size])
        at += size
    return first


def _phrase_size(words: tuple[str, ...], rules: Rules) -> int:
    """Return of how many words the longest phrase is that they begin with; 0 for none."""
    for size in range(len(words), 0, -1):
        if words[:size] in rules.phrases or words[:size] in rules.headers:
            return size
    return 0


def shape_of(text: str, rules: Rules, where: str) -> Shape | None:
    """Return the first shape of this place that fits the line."""
    return next((s for s in rules.shapes if s.where == where and s.fits(text)), None)


def repeats(text: str, title: str) -> bool:
    """Tell whether a line says the title again, with a few words more at most, or a part of it."""
    if len(text) > len(title) + 24:
        return False
    key, of = key_of(text), key_of(title)
    return (len(of) >= 12 and of in key) or (key in of and key.count(" ") >= PIECE_WORDS - 1)
