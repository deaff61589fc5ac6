"""Finding an expression only where a match can begin: at words that its opening allows.

Python's `re` tries an expression at every character. Most of ours begin with a word of a
short list, a capital or a number. `Finder` works out from the parsed expression which words
can open a match, looks up where they stand in the article, and tries the expression there
alone. What it finds is what `finditer` finds; where an opening cannot be told (the expression
may begin within a word, or with a sign), it is `finditer` that runs.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, cached_property
from itertools import accumulate, chain, islice
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as _ops  # type: ignore[attr-defined]
from typing import Any, NamedTuple

_WORD = re.compile(r"\w+")
_NO_WORD = re.compile(r"(\W+)")
_LONG = 4
"""Code points of a beginning by which words are looked up."""
_MOST = 3000
"""How many openings are listed before an expression counts as open to any word."""


class Words:
    """Where the words of a text begin, by the word in lower case and by its first character."""

    def __init__(self, text: str, lowered: str) -> None:
        self._text, self._lowered = text, lowered
        self._beginning: dict[frozenset[str], list[int]] = {}

    @staticmethod
    def first_word(lowered: str, start: int) -> str:
        """Return the word that begins at an offset of a lower-cased text, "" where none does."""
        match = _WORD.match(lowered, start)
        return match[0] if match else ""

    @cached_property
    def by_word(self) -> dict[str, list[int]]:
        """The starts of each word in lower case, in the order of the text."""
        parts = _NO_WORD.split(self._lowered)
        found: dict[str, list[int]] = defaultdict(list)
        ends = accumulate(map(len, parts))
        for word, end in zip(parts[::2], islice(ends, 0, None, 2), strict=True):
            found[word].append(end - len(word))
        found.pop("", None)
        return dict(found)

    @cached_property
    def by_first(self) -> dict[str, list[int]]:
        """The starts of all words by their first character, in the order of the text."""
        found: dict[str, list[int]] = defaultdict(list)
        text = self._text
        for starts in self.by_word.values():
            for start in starts:
                found[text[start]].append(start)
        return dict(found)

    @cached_property
    def by_initial(self) -> dict[str, list[str]]:
        """The words in lower case, each once, by their first character."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self.by_word:
            found[word[0]].append(word)
        return dict(found)

    def beginning(self, firsts: frozenset[str]) -> list[int]:
        """Return where words with one of these first characters begin, in the order of the text."""
        if firsts not in self._beginning:
            rows = (starts for first, starts in self.by_first.items() if first in firsts)
            self._beginning[firsts] = sorted(chain.from_iterable(rows))
        return self._beginning[firsts]

    def starts(self, words: Collection[str]) -> list[int]:
        """Return where words of a set of lower-cased words begin, in the order of the text."""
        by_word = self.by_word
        hits = by_word.keys() & words
        if len(hits) == 1:
            return by_word[next(iter(hits))]
        return sorted(start for word in hits for start in by_word[word])


class Opening(NamedTuple):
    """How a match can begin: with a whole word, a first character, or a beginning of a word."""

    words: frozenset[str]
    firsts: frozenset[str]
    prefixes: tuple[str, ...]
    digits: bool

    @property
    def listed(self) -> bool:
        """Whether every word that opens a match is listed."""
        return not (self.firsts or self.prefixes or self.digits)

    def starts(self, words: Words) -> list[int]:
        """Return where a match can begin, in the order of the text."""
        if self.listed:
            return words.starts(self.words)
        if not (self.words or self.prefixes or self.digits):
            return words.beginning(self.firsts)
        by_word = words.by_word
        found = {start for word in by_word.keys() & self.words for start in by_word[word]}
        found.update(words.beginning(self.firsts))
        if self.digits:
            for first, starts in words.by_first.items():
                if first.isdecimal():
                    found.update(starts)
        for initial in {prefix[0] for prefix in self.prefixes}:
            for word in words.by_initial.get(initial, ()):
                if word.startswith(self.prefixes):
                    found.update(by_word[word])
        return sorted(found)


class Finder:
    """An expression that is tried only where its opening stands."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source, self._flags = source, flags

    @cached_property
    def _parsed(self) -> Any:
        return _parser.parse(self.source, self._flags)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled where it is needed first; it does not know its source."""
        compiled: re.Pattern[str] = _compiler.compile(self._parsed, self._flags)
        return compiled

    @cached_property
    def _known(self) -> tuple[Opening | None, tuple[str, ...]]:
        tree = list(self._parsed)
        folded = bool(self._flags & re.IGNORECASE)
        begins = opening(tree, folded)
        listed = begins is not None and not begins.firsts
        return begins, () if listed or folded else tuple(needed(tree))

    @property
    def opening(self) -> Opening | None:
        """How a match begins, None where that cannot be told."""
        return self._known[0]

    def finditer(self, text: str, words: Words) -> Iterator[re.Match[str]]:
        """Yield what `pattern.finditer(text)` yields; `words` are those of the same text."""
        begins, held = self._known
        if held and not any(word in text for word in held):
            return iter(())
        if begins is None:
            return self.pattern.finditer(text)
        return self._at(text, begins.starts(words))

    def starts(self, text: str, words: Words) -> Sequence[int]:
        """Return where a match can begin, in the order of the text."""
        return range(len(text)) if self.opening is None else self.opening.starts(words)

    def _at(self, text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
        if not starts:
            return
        match, place = self.pattern.match, 0
        for start in starts:
            if start >= place and (found := match(text, start)):
                yield found
                place = max(found.end(), start + 1)


# --- how an expression opens ------------------------------------------------------------

_OPEN, _WHOLE, _PREFIX = range(3)
"""A beginning that goes on, one that is a whole word, one that any word may go on from."""

Beginning = tuple[str, int]


class _UnknownError(Exception):
    """The opening of an expression cannot be listed."""


def opening(tree: list[Any], folded: bool) -> Opening | None:
    """Return how a match of a parsed expression begins, None where that cannot be told."""
    if not _at_word(tree):
        return None
    try:
        found = _walk(tree, {("", _OPEN)}, folded)
    except _UnknownError:
        return None
    return _opening(found)


@cache
def _shared(firsts: frozenset[str]) -> frozenset[str]:
    """Return one object for equal sets, which makes them quick to compare."""
    return firsts


def _opening(found: set[Beginning]) -> Opening | None:
    parts = [(text, _PREFIX if state == _OPEN else state) for text, state in found]
    if any(not text for text, _ in parts):
        return None
    digits = any(text[0] == _DIGIT for text, _ in parts)
    known = [(text, state) for text, state in parts if text[0] != _DIGIT]
    return Opening(
        frozenset(text.lower() for text, state in known if state == _WHOLE),
        _shared(frozenset(text for text, state in known if state == _PREFIX and len(text) == 1)),
        tuple({text.lower()[:_LONG] for text, state in known if state == _PREFIX and text[1:]}),
        digits,
    )


def _at_word(tree: list[Any]) -> bool:
    """Tell whether a match can begin at the start of a word alone."""
    for op, value in tree:
        if op is _ops.SUBPATTERN:
            return _at_word(list(value[-1]))
        if op is _ops.BRANCH:
            return all(_at_word(list(branch)) for branch in value[1])
        if op not in (_ops.ASSERT, _ops.ASSERT_NOT, _ops.AT):
            return False
        if _parts_words(op, value):
            return True
    return False


def _parts_words(op: Any, value: Any) -> bool:
    """Tell whether an assertion holds only where no word goes on from the left."""
    if op is _ops.AT:
        return bool(value is _ops.AT_BOUNDARY)
    direction, inner = value
    if direction > 0:
        return False
    return _word_class(list(inner)) if op is _ops.ASSERT_NOT else _ends_outside(list(inner))


def _ends_outside(tree: list[Any]) -> bool:
    """Tell whether an expression ends with a sign or a blank."""
    return bool(tree) and tree[-1][0] is _ops.LITERAL and not _WORD.match(chr(tree[-1][1]))


def _word_class(tree: list[Any]) -> bool:
    """Tell whether an expression is one character that may be any of a word."""
    if len(tree) != 1 or tree[0][0] is not _ops.IN:
        return False
    return (_ops.CATEGORY, _ops.CATEGORY_WORD) in tree[0][1]


def _walk(tree: list[Any], found: set[Beginning], folded: bool) -> set[Beginning]:
    """Follow an expression from every beginning that still goes on."""
    for op, value in tree:
        going = {text for text, state in found if state == _OPEN}
        if not going:
            return found
        if len(found) > _MOST:
            raise _UnknownError
        done = {one for one in found if one[1] != _OPEN}
        found = done | _step(op, value, going, folded)
    return found


def _step(op: Any, value: Any, going: set[str], folded: bool) -> set[Beginning]:
    """Return what one operation makes of the beginnings that go on."""
    if op in (_ops.ASSERT, _ops.ASSERT_NOT, _ops.AT):
        return _asserted(op, value, going)
    follow = _FOLLOW.get(op)
    return follow(value, going, folded) if follow else {(text, _PREFIX) for text in going}


def _literal(value: int, going: set[str], folded: bool) -> set[Beginning]:
    return {one for text in going for one in _add(text, chr(value), folded)}


def _branch(value: Any, going: set[str], folded: bool) -> set[Beginning]:
    start = {(text, _OPEN) for text in going}
    return {one for branch in value[1] for one in _walk(list(branch), start, folded)}


def _group(value: Any, going: set[str], folded: bool) -> set[Beginning]:
    _, more, less, inner = value
    within = (folded or bool(more & re.IGNORECASE)) and not less & re.IGNORECASE
    return _walk(list(inner), {(text, _OPEN) for text in going}, within)


_DIGIT = "\0"
"""Stands for any decimal digit at the start of a beginning."""


def _add(text: str, char: str, folded: bool) -> list[Beginning]:
    if not (char.isalnum() or char == "_"):
        if not text:
            raise _UnknownError
        return [(text, _WHOLE)]
    if text.startswith(_DIGIT):
        return [(text, _PREFIX)]
    if folded and not text:
        return [(low, _OPEN) for low in {char.lower(), char.upper()} if len(low) == 1]
    return [(text + char, _OPEN)]


def _charset(value: list[Any], going: set[str], folded: bool) -> set[Beginning]:
    chars: set[str] = set()
    for op, part in value:
        if op is _ops.LITERAL:
            chars.add(chr(part))
        elif op is _ops.RANGE:
            chars.update(map(chr, range(part[0], part[1] + 1)))
        elif op is _ops.CATEGORY and part is _ops.CATEGORY_DIGIT:
            chars.add(_DIGIT)
        else:
            return _some_or_unknown(going)
    if len(chars) * len(going) > _MOST:
        return _some_or_unknown(going)
    found: set[Beginning] = set()
    for text in going:
        for char in chars:
            if char == _DIGIT:
                found.add((text, _PREFIX) if text else (_DIGIT, _PREFIX))
            else:
                found.update(_add(text, char, folded))
    return found


def _some_or_unknown(going: set[str]) -> set[Beginning]:
    if "" in going:
        raise _UnknownError
    return {(text, _PREFIX) for text in going}


def _repeated(value: Any, going: set[str], folded: bool) -> set[Beginning]:
    least, most, inner = value
    once = _walk(list(inner), {(text, _OPEN) for text in going}, folded)
    if most > 1:
        once = {(text, _PREFIX if state == _OPEN else state) for text, state in once}
        if any(not text for text, _ in once):
            raise _UnknownError
    return once if least else once | {(text, _OPEN) for text in going}


def _asserted(op: Any, value: Any, going: set[str]) -> set[Beginning]:
    """End the word where an assertion says that it ends; the others do not count."""
    ends = op is _ops.AT and value is _ops.AT_BOUNDARY
    if op is _ops.ASSERT_NOT and value[0] > 0:
        ends = any(_word_class(list(branch)) for branch in _branches(list(value[1])))
    return {(text, _WHOLE if ends and text else _OPEN) for text in going}


def _branches(tree: list[Any]) -> list[list[Any]]:
    if len(tree) == 1 and tree[0][0] is _ops.BRANCH:
        return [list(branch) for branch in tree[0][1][1]]
    return [tree]


# --- what an expression needs -----------------------------------------------------------


def needed(tree: list[Any]) -> frozenset[str]:
    """Return strings of which every match holds one, none where that cannot be told.

    Of several such sets it is the one whose shortest string is the longest.
    """
    sets, run = list[frozenset[str]](), ""
    for op, value in [*tree, (None, None)]:
        if op is _ops.LITERAL:
            run += chr(value)
            continue
        if run:
            sets.append(frozenset([run]))
            run = ""
        if op is _ops.BRANCH:
            branches = [needed(list(branch)) for branch in value[1]]
            sets.append(frozenset().union(*branches) if all(branches) else frozenset())
        elif _stands(op, value):
            sets.append(needed(list(value[-1])))
    fit = [some for some in sets if some and min(map(len, some)) > 2]
    return max(fit, key=lambda some: min(map(len, some)), default=frozenset())


def _stands(op: Any, value: Any) -> bool:
    """Tell whether an operation holds another that every match has, in its own case."""
    if op is _ops.SUBPATTERN:
        return not value[1]
    return op in (_ops.MAX_REPEAT, _ops.MIN_REPEAT) and value[0] > 0


_FOLLOW: dict[Any, Callable[[Any, set[str], bool], set[Beginning]]] = {
    _ops.LITERAL: _literal,
    _ops.IN: _charset,
    _ops.BRANCH: _branch,
    _ops.SUBPATTERN: _group,
    _ops.MAX_REPEAT: _repeated,
    _ops.MIN_REPEAT: _repeated,
}
"""How an operation goes on from beginnings; any other leaves open what follows."""
