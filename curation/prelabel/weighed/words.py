"""The words of a sentence as the models see them: form, class, and the entity they belong to."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from curation.prelabel.candidates import Candidate
from curation.prelabel.features import tokens_between
from curation.prelabel.text import Document
from curation.prelabel.weighed.tables import classes, longest_with_class

Class = list[str]
"""The wide, the middle and the narrow class of a word."""


class Line:
    """One sentence: its tokens, their lower-cased words, and the entities in it."""

    def __init__(self, document: Document, number: int, entities: Sequence[Candidate]) -> None:
        self.start, end = document.sentences[number][:2]
        tokens = tokens_between(document, self.start, end)
        self.number, self.tokens, self.entities = number, tokens, entities
        self._starts = [token[0] for token in tokens]
        self._ends = [token[1] for token in tokens]
        self.words = [document.lower[start:end] for start, end in tokens]
        self.labels = _labels(tokens, entities)
        self.seen = [
            f"<{label}>" if label else word
            for word, label in zip(self.words, self.labels, strict=True)
        ]
        self.classes = _classes(document.lang, self.words)
        self.things = {
            (one.label, one.key or document.lower[one.start : one.end]) for one in entities
        }

    def at(self, offset: int) -> int:
        """Return the index of the first token that ends behind the offset, 0 where none does."""
        place = bisect_right(self._ends, offset)
        return place if place < len(self.tokens) else 0

    def last(self, offset: int) -> int:
        """Return the index of the last token that begins before the offset."""
        return max(bisect_left(self._starts, offset) - 1, 0)

    def between(self, start: int, end: int) -> list[str]:
        """Return the words of the tokens that lie whole in [start, end)."""
        return self.words[bisect_left(self._starts, start) : bisect_right(self._ends, end)]

    def word(self, index: int) -> str:
        """Return the word of a token, with a sign for the places outside the sentence."""
        return _in(self.words, index)

    def shown(self, index: int) -> str:
        """Return the word of a token, or the label of the entity that it belongs to."""
        return _in(self.seen, index)

    def of_class(self, index: int) -> Class | None:
        """Return the classes of a word that is no part of an entity."""
        if 0 <= index < len(self.classes) and not self.labels[index]:
            return self.classes[index]
        return None


class Lines:
    """The sentences of an article, each looked at once and only when it is asked for."""

    def __init__(self, document: Document, entities: Sequence[Candidate]) -> None:
        self.document, self.entities = document, entities
        self._within: list[list[Candidate]] = [[] for _ in document.sentences]
        for entity in entities:
            self._within[document.sentence_at(entity.start)].append(entity)
        self._made: dict[int, Line] = {}

    def __getitem__(self, number: int) -> Line:
        """Return a sentence; an entity belongs to the one in which it begins."""
        line = self._made.get(number)
        if line is None:
            line = Line(self.document, number, self._within[number])
            self._made[number] = line
        return line


def _in(words: Sequence[str], index: int) -> str:
    if 0 <= index < len(words):
        return words[index]
    return "<s>" if index < 0 else "</s>"


def _labels(tokens: Sequence[tuple[int, int]], entities: Sequence[Candidate]) -> list[str]:
    """Return the label of the entity that each token is part of; both are sorted and flat."""
    labels, at = [""] * len(tokens), 0
    for entity in entities:
        while at < len(tokens) and tokens[at][1] <= entity.start:
            at += 1
        while at < len(tokens) and tokens[at][0] < entity.end:
            labels[at] = entity.label
            at += 1
    return labels


def _classes(lang: str, words: Sequence[str]) -> list[Class | None]:
    """Give each token the classes of the longest known word that it is part of."""
    known, longest = classes(lang), longest_with_class(lang)
    found: list[Class | None] = [None] * len(words)
    i = 0
    while i < len(words):
        size = min(longest.get(words[i], 1), len(words) - i)
        while size > 1 and " ".join(words[i : i + size]) not in known:
            size -= 1
        class_ = known.get(" ".join(words[i : i + size]))
        if class_:
            found[i : i + size] = [class_.split()] * size
        i += size
    return found


_EDGES = (0, 1, 2, 3, 5, 8, 12, 20)


def rough(number: int, edges: Sequence[int] = _EDGES) -> str:
    """Return the first edge that a number does not pass, or "M" for more."""
    return next((str(edge) for edge in edges if number <= edge), "M")
