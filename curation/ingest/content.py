"""Which lines of a saved page are the article, told by the elements that they stand in.

resiliparse, a main content extractor, says which lines it would keep; those that are running
text weigh most. The article stands in the smallest element that holds nearly all of this
weight. In it, and between the title and it, everything stays that is in no element cut by
`data/html.toml`; the rules for plain text look at what is left. So the extractor finds the
place, and what it loses within it is not lost.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec

from curation.ingest.layout import Hint
from curation.ingest.lines import is_ended, key_of, word_count
from curation.ingest.markup import Element, Markup, TextLine

NEARLY_ALL = 0.9
MOST = 0.7
"""An element that its name tells to be the body may hold so much less of the weight."""
GREAT_SHARE = 0.35
"""No cut takes an element with a greater share of the weight."""
UNKEPT = 0.2
"""What the extractor would not keep weighs so much of what it would."""
RUNNING_LENGTH, RUNNING_WORDS = 40, 7
PROSE_LENGTH = 140
LINKED = 0.5
LEAD_WORDS = 6
LONG_TITLE = 5
LIKE = 0.6
"""A line is the title from so much likeness to the titles that the head of the page gives."""
_HEADINGS = {"h1": 0.3, "h2": 0.15, "h3": 0.1}
_WITHIN = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "blockquote", "figure",
    "tr", "table", "tbody", "a",
))  # fmt: skip


class Cut(msgspec.Struct, frozen=True):
    """Elements that hold nothing of the article."""

    name: str
    kind: str
    words: re.Pattern[str] | None = None
    weak: re.Pattern[str] | None = None
    tags: frozenset[str] = frozenset()


class Parts(msgspec.Struct, frozen=True):
    """The rules of `data/html.toml`."""

    title: re.Pattern[str]
    lead: re.Pattern[str]
    content: re.Pattern[str]
    cuts: tuple[Cut, ...]


@cache
def load_parts() -> Parts:
    """Read the rules for the elements of a page."""
    text = resources.files(__package__).joinpath("data", "html.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return msgspec.convert(raw, Parts, dec_hook=lambda _, words: re.compile(f" (?:{words})(?= )"))


def hints_of(markup: Markup, kept: frozenset[str], titles: Sequence[str]) -> list[Hint]:
    """Return for each line what its elements say; `kept` are the keys of the extractor's lines.

    `titles` are those that the head of the page gives, the surest first.
    """
    lines = markup.lines
    total = _weigh(lines, kept)
    title = _title(lines, titles, _first_heavy(lines, total))
    holds_title = frozenset() if title is None else frozenset(lines[title].element.ancestors())
    container = _container(markup, lines, total)
    cutter = _Cutter(total, holds_title)
    inside = [container in line.element.ancestors() for line in lines]
    first, last = _extent(inside, title)
    hints = []
    for index, line in enumerate(lines):
        if index == title:
            hints.append(Hint("title", "html-title"))
        elif cut := cutter.of(line):
            hints.append(cut)
        elif not first <= index <= last:
            rule = "html-before" if index < first else "html-after"
            hints.append(Hint("menu", rule))
        else:
            before = lines[index - 1] if index else None
            sure = _is_sure(line, before, bool(hints and hints[-1].sure))
            hints.append(Hint(sure=sure, linked=line.linked >= LINKED * line.length))
    return hints


def _weigh(lines: Sequence[TextLine], kept: frozenset[str]) -> float:
    """Give each element the weight of the running text in it; return that of the page."""
    total = 0.0
    for line in lines:
        if not _is_running(line):
            continue
        weight = line.length * (1.0 if key_of(line.text) in kept else UNKEPT)
        total += weight
        for element in line.element.ancestors():
            element.weight += weight
    return total


def _is_running(line: TextLine) -> bool:
    return (
        line.length >= RUNNING_LENGTH
        and line.linked < LINKED * line.length
        and not line.element.hidden
        and word_count(line.text[:200]) >= RUNNING_WORDS
        and not any(one.tag in ("nav", "footer", "button") for one in line.element.ancestors())
    )


def _container(markup: Markup, lines: Sequence[TextLine], total: float) -> Element:
    """Return the smallest element that holds nearly all of the weight."""
    heavy: dict[Element, None] = {}
    for line in lines:
        heavy.update(dict.fromkeys(line.element.ancestors()))
    best = markup.root
    for element in sorted(heavy, key=lambda one: one.depth):
        if element.tag in _WITHIN or element.weight <= 0 or element.hidden:
            continue
        named = element.tag in ("article", "main") or load_parts().content.search(element.words)
        if element.weight >= (MOST if named else NEARLY_ALL) * total and (
            best in element.ancestors()
        ):
            best = element
    return best


def _first_heavy(lines: Sequence[TextLine], total: float) -> int:
    """Return the first line of running text that the extractor would keep."""
    heaviest = max((line.element.weight for line in lines), default=0.0)
    for index, line in enumerate(lines):
        parent = line.element.parent or line.element
        if _is_running(line) and parent.weight >= min(0.3 * total, heaviest):
            return index
    return len(lines)


def _title(lines: Sequence[TextLine], titles: Sequence[str], before: int) -> int | None:
    """Return the line that is the headline: like the titles of the head, and a heading."""
    best, at = LIKE, None
    for index, line in enumerate(lines):
        if line.element.hidden or line.length > 300:
            continue
        heading = _heading(line)
        if not heading and index > before + 3:
            continue
        like = max((_likeness(line.text, title) for title in titles), default=0.0)
        words = min(word_count(line.text), 10)
        score = like + heading + 0.03 * words - (0.2 if index > before else 0.0)
        if like >= LIKE and score > best + 0.001:
            best, at = score, index
    return at if at is not None else _lone_heading(lines, before)


def _heading(line: TextLine) -> float:
    named = load_parts().title
    scores = [0.0]
    for element in line.element.ancestors():
        scores.append(_HEADINGS.get(element.tag, 0.0))
        if element is line.element and named.search(element.words):
            scores.append(0.2)
    return max(scores)


def _lone_heading(lines: Sequence[TextLine], before: int) -> int | None:
    """Return the first line of the last `h1` of enough words before the running text."""
    first: dict[Element, int] = {}
    for index, line in enumerate(lines[: before + 1]):
        heading = next((one for one in line.element.ancestors() if one.tag == "h1"), None)
        if heading and word_count(line.text[:200]) >= 3 and not line.element.hidden:
            first.setdefault(heading, index)
    return max(first.values(), default=None)


def _likeness(text: str, title: str) -> float:
    """Return the Dice coefficient of the words of two lines."""
    first, second = key_of(text).split(), key_of(title).split()
    if not first or not second:
        return 0.0
    shared = len(set(first) & set(second))
    likeness = 2 * shared / (len(set(first)) + len(set(second)))
    if len(second) >= LONG_TITLE and key_of(text).startswith(key_of(title)):
        return max(likeness, 0.9)  # the head gives the beginning alone
    return likeness


def _extent(inside: Sequence[bool], title: int | None) -> tuple[int, int]:
    """Return the first and last line of the article: from the title to the container's end."""
    places = [index for index, within in enumerate(inside) if within]
    if not places:
        return 0, len(inside) - 1
    first = places[0] if title is None or title > places[-1] else title
    return first, places[-1]


class _Cutter:
    """Says which lines are cut with the elements that they stand in."""

    def __init__(self, total: float, holds_title: frozenset[Element]) -> None:
        self._most = GREAT_SHARE * total
        self._holds_title = holds_title
        self._found: dict[Element, Hint | None] = {}

    def of(self, line: TextLine) -> Hint | None:
        """Return the cut of the innermost element that has one; a lead is in no byline."""
        lead = False
        for element in line.element.ancestors():
            if element not in self._found:
                self._found[element] = self._cut(element)
            hint = self._found[element]
            if hint and not (hint.weak and (lead or _is_prose(line))):
                return hint
            lead = lead or _is_lead(element, line)
        return None

    def _cut(self, element: Element) -> Hint | None:
        if element.parent is None or element in self._holds_title:
            return None
        if element.hidden:
            return Hint("markup", "html-hidden")
        if element.weight > self._most or element.tag in ("body", "html", "main", "article"):
            return None
        for cut in load_parts().cuts:
            by_tag = element.tag in cut.tags and not _holds_table(element)
            if by_tag or _says(cut.words, element):
                return Hint(cut.kind, cut.name)
        for cut in load_parts().cuts:
            if _says(cut.weak, element):
                return Hint(cut.kind, cut.name, weak=True)
        return None


def _says(words: re.Pattern[str] | None, element: Element) -> bool:
    return bool(words and element.words and words.search(element.words))


def _is_prose(line: TextLine) -> bool:
    """Tell whether a line is a paragraph of running text, not a headline or a caption."""
    return (
        line.length >= PROSE_LENGTH and line.linked < LINKED * line.length and is_ended(line.text)
    )


def _holds_table(element: Element) -> bool:
    """Tell whether a figure is a table with its caption."""
    return element.tag == "figure" and " table " in element.words


def _is_lead(element: Element, line: TextLine) -> bool:
    return bool(
        element.words
        and load_parts().lead.search(element.words)
        and word_count(line.text[:200]) >= LEAD_WORDS
        and line.linked < LINKED * line.length
    )


def _is_sure(line: TextLine, before: TextLine | None, was_sure: bool) -> bool:
    """Tell whether the elements show that a line is of the body: a lead, a table row, a list."""
    if line.linked >= LINKED * line.length:
        return False
    if line.element.tag == "tr":
        return True  # the text of several cells
    if line.element.tag == "li" and before is not None:
        same_list = before.element.parent is line.element.parent
        return before.text.endswith(":") or (was_sure and same_list)
    return any(_is_lead(element, line) for element in line.element.ancestors())


def keys_of(extracted: str) -> frozenset[str]:
    """Return the keys of the lines that an extractor would keep."""
    return frozenset(key_of(line) for line in extracted.split("\n")) - {""}
