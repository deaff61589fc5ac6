"""Which lines of a saved page are the article, told by the elements that they stand in.

resiliparse, a main content extractor, says which lines it would keep; those that are running
text weigh most. The article stands in the smallest element that holds nearly all of this
weight. In it, and between the title and it, everything stays that is in no element cut by
`data/html.toml`; the rules for plain text look at what is left. So the extractor finds the
place, and what it loses within it is not lost.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources

import msgspec

from curation.ingest.cleaning.layout import Hint
from curation.ingest.cleaning.lines import is_ended, key_of, word_count
from curation.ingest.saved.markup import Element, Markup, TextLine, is_hidden

NEARLY_ALL = 0.9
MOST = 0.7
"""An element that its name tells to be the body may hold so much less of the weight."""
PART = 0.05
"""Where several elements of a name hold so much each, the name tells none of them to be all."""
GREAT_SHARE = 0.35
"""No cut takes an element with a greater share of the weight."""
SLACK = 0.1
"""Nor does one take elements of one name that hold so much less together: the name is that of
each paragraph of the body."""
UNKEPT = 0.2
"""What the extractor would not keep weighs so much of what it would."""
RUNNING_LENGTH, RUNNING_WORDS = 40, 7
PROSE_LENGTH = 140
TOLD_LENGTH = 80
"""A line of so many code points that the body of the page's JSON-LD holds is of the article."""
LINKED, ALL_LINKED = 0.5, 0.8
HIDDEN, ENOUGH = 2.0, 500
"""A hidden element with so many times the running text that is shown is the article."""
CARD_LINKED, CARD_WEIGHT = 0.2, 0.15
"""An element named weakly, with so many links and at most so much weight, is another article's."""
LIST_LINES = 2
LINK_WORDS = 4
LEAD_WORDS = 6
CAPTION_LENGTH = 400
LONG_TITLE = 5
LIKE = 0.6
"""A line is the title from so much likeness to the titles that the head of the page gives."""
_HEADINGS = {"h1": 0.3, "h2": 0.15, "h3": 0.1}
_WITHIN = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "blockquote", "figure",
    "tr", "table", "tbody", "a",
))  # fmt: skip
_LINKS = ("html-link", "html-links")
_NO_LIST = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "tr"))
_EMBEDDED = re.compile(
    r" (?:twitter tweet|twitter video|instagram media|fb post|tiktok embed|bluesky embed) "
)


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
    text = (
        resources.files("curation.ingest").joinpath("data", "html.toml").read_text(encoding="utf-8")
    )
    raw = tomllib.loads(text)
    return msgspec.convert(raw, Parts, dec_hook=lambda _, words: re.compile(f" (?:{words})(?= )"))


def hints_of(
    markup: Markup, kept: frozenset[str], titles: Sequence[str], told: str = ""
) -> list[Hint]:
    """Return for each line what its elements say; `kept` are the keys of the extractor's lines.

    `titles` are those that the head of the page gives, the surest first; `told` is the text
    that it gives for the body, "" where it gives none.
    """
    lines = markup.lines
    of_body = _told(lines, key_of(told))
    _show(lines, [line for line in lines if line in of_body or key_of(line.text) in kept])
    total, groups = _weigh(lines, kept, of_body)
    title = _title(lines, titles, _first_heavy(lines, total))
    holds_title = frozenset() if title is None else frozenset(lines[title].element.ancestors())
    container = _container(markup, lines, total)
    cutter = _Cutter(total, groups, holds_title, of_body)
    inside = [container in line.element.ancestors() for line in lines]
    first, last = _extent(lines, inside, title)
    alts = tuple({key for alt in markup.alts if (key := key_of(alt)).count(" ") >= LEAD_WORDS - 1})
    announced: set[Element] = set()
    hints: list[Hint] = []
    for index, line in enumerate(lines):
        before = lines[index - 1] if index and hints[-1].kind is None else None
        announced |= _announced(line, before)
        if index == title:
            hints.append(Hint("title", "html-title"))
        elif (cut := cutter.of(line)) and not (cut.rule in _LINKS and _list_of(line) in announced):
            hints.append(cut)
        elif alts and line not in of_body and _is_alt(line, alts):
            hints.append(Hint("caption", "html-alt"))
        elif not first <= index <= last:
            rule = "html-before" if index < first else "html-after"
            hints.append(Hint("menu", rule))
        else:
            sure = _is_sure(line, before, bool(hints and hints[-1].sure))
            hints.append(Hint(sure=sure, linked=line.linked >= LINKED * line.length))
    return hints


def _is_alt(line: TextLine, alts: tuple[str, ...]) -> bool:
    """Tell whether a line says what stands for a picture, with a few words more at most."""
    if line.length > CAPTION_LENGTH or _heading(line) or _is_lead(line.element, line):
        return False
    key = key_of(line.text)
    found = next((alt for alt in alts if key.startswith(alt)), None)
    return found is not None and key.count(" ", len(found)) <= LEAD_WORDS


def _announced(line: TextLine, before: TextLine | None) -> set[Element]:
    """Return the list that begins with this line where a sentence before it announces it."""
    found = _list_of(line)
    if found is None or before is None or not before.text.endswith(":"):
        return set()
    return {found} if word_count(before.text[-200:]) >= LEAD_WORDS else set()


def _list_of(line: TextLine) -> Element | None:
    item = next((one for one in line.element.ancestors() if one.tag == "li"), None)
    return item.parent if item else None


def _show(lines: Sequence[TextLine], sure: Sequence[TextLine]) -> None:
    """Show a hidden element with most of the running text: scripts show it, or a payment.

    Where the page shows enough text, only `sure` lines count: those that an extractor, or the
    head of the page, takes for the body.
    """
    visible = sum(line.length for line in lines if _is_running(line))
    weights: dict[Element, int] = {}
    shown = 0
    for line in sure if visible >= ENOUGH else lines:
        if not _is_text(line):
            continue
        roots = [one for one in line.element.ancestors() if one.hidden]
        if roots:
            weights[roots[-1]] = weights.get(roots[-1], 0) + line.length
        else:
            shown += line.length
    root = max(weights, key=lambda one: weights[one], default=None)
    if root is None or weights[root] <= HIDDEN * shown:
        return
    inner = {one for line in lines for one in line.element.ancestors() if one.hidden}
    for element in sorted(inner, key=lambda one: one.depth):
        if root in element.ancestors():
            above = element.parent.hidden if element.parent else False
            element.hidden = element is not root and (above or is_hidden(element.attributes))


def _told(lines: Sequence[TextLine], body: str) -> frozenset[TextLine]:
    """Return the lines of running text that the body in the head of the page holds."""
    if not body:
        return frozenset()
    return frozenset(
        line
        for line in lines
        if line.length >= TOLD_LENGTH
        and line.linked < LINKED * line.length
        and key_of(line.text) in body
    )


def _weigh(
    lines: Sequence[TextLine], kept: frozenset[str], told: frozenset[TextLine]
) -> tuple[float, frozenset[str]]:
    """Give each element the weight of the running text in it, and count its links.

    Return the weight of the page, and the names of the elements that hold much of it together.
    """
    total = 0.0
    groups: dict[str, dict[Element, float]] = {}
    for line in lines:
        is_kept = line in told or key_of(line.text) in kept
        weight = line.length * (1.0 if is_kept else UNKEPT) if _is_running(line) else 0.0
        total += weight
        for element in line.element.ancestors():
            element.length += line.length
            element.links += line.linked >= LINKED * line.length
            element.linked += line.linked
            element.weight += weight
            if weight and is_kept and element.words:
                group = groups.setdefault(_group(element.words), {})
                group[element] = group.get(element, 0.0) + weight
    return total, _great(groups, total)


def _great(groups: dict[str, dict[Element, float]], total: float) -> frozenset[str]:
    """Return the names of elements none of which holds a great share, but all together do."""
    return frozenset(
        name
        for name, weights in groups.items()
        if max(weights.values()) <= GREAT_SHARE * total < sum(weights.values()) + SLACK * total
    )


@lru_cache(maxsize=20_000)
def _group(words: str) -> str:
    """Return the name that an element shares with its like: without numbers."""
    return " ".join(word for word in words.split() if word.isalpha())


def _is_running(line: TextLine) -> bool:
    return not line.element.hidden and _is_text(line)


def _is_text(line: TextLine) -> bool:
    return (
        line.length >= RUNNING_LENGTH
        and line.linked < LINKED * line.length
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
        least = MOST if _is_body(element) and not _has_like(element, heavy, total) else NEARLY_ALL
        if element.weight >= least * total and best in element.ancestors():
            best = element
    return best


def _is_body(element: Element) -> bool:
    """Tell whether an element is called the body of an article."""
    named = load_parts().content.search(element.words)
    return bool(named) or element.tag in ("article", "main")


def _has_like(element: Element, heavy: Iterable[Element], total: float) -> bool:
    """Tell whether another element of the same name holds a part of the body."""
    name = (element.tag, element.words)
    return any(
        one is not element and (one.tag, one.words) == name and one.weight >= PART * total
        for one in heavy
    )


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
    keys = [key_of(title) for title in titles]
    for index, line in enumerate(lines):
        if line.element.hidden or line.length > 300:
            continue
        own = key_of(line.text)
        like = max((_likeness(own, key) for key in keys), default=0.0)
        heading = _heading(line) if like >= LIKE else 0.0
        if not heading and index > before + 3:
            continue
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


def _likeness(own: str, title: str) -> float:
    """Return the Dice coefficient of the words of two lines, given by their keys."""
    first, second = set(own.split()), set(title.split())
    if not first or not second:
        return 0.0
    likeness = 2 * len(first & second) / (len(first) + len(second))
    if title.count(" ") >= LONG_TITLE - 1 and own.startswith(title):
        return max(likeness, 0.9)  # the head gives the beginning alone
    return likeness


def _extent(
    lines: Sequence[TextLine], inside: Sequence[bool], title: int | None
) -> tuple[int, int]:
    """Return the first and last line of the article: from the title to the container's end.

    A headline with much of the running text before it is that of a box.
    """
    places = [index for index, within in enumerate(inside) if within]
    if not places:
        return 0, len(inside) - 1
    if title is None or title > places[-1]:
        return places[0], places[-1]
    running = [lines[index].length if _is_running(lines[index]) else 0 for index in places]
    before = sum(size for index, size in zip(places, running, strict=True) if index < title)
    late = before > GREAT_SHARE * sum(running)
    return places[0] if late else title, places[-1]


class _Cutter:
    """Says which lines are cut with the elements that they stand in."""

    def __init__(
        self,
        total: float,
        groups: frozenset[str],
        holds_title: frozenset[Element],
        told: frozenset[TextLine],
    ) -> None:
        self._total = total
        self._most = GREAT_SHARE * total
        self._groups = groups
        self._weak_off = _weak_off(groups)
        self._holds_title = holds_title
        self._told = told
        self._found: dict[Element, Hint | None] = {}

    def of(self, line: TextLine) -> Hint | None:
        """Return the cut of the innermost element that has one; a lead is in no byline."""
        lead = embedded = False
        for element in line.element.ancestors():
            if element not in self._found:
                self._found[element] = self._cut(element)
            embedded = embedded or _is_embedded(element)
            hint = self._found[element]
            if hint and not (
                (hint.weak and (lead or embedded or _is_prose(line)))
                or (hint.weak and hint.kind == "byline" and _is_heading(line))
                or (embedded and hint.kind == "share")
                or (line in self._told and hint.kind not in ("caption", "markup"))
            ):
                return hint
            lead = lead or _is_lead(element, line)
        return _link(line)

    def _cut(self, element: Element) -> Hint | None:
        if element.parent is None or element in self._holds_title:
            return None
        if element.hidden:
            return Hint("markup", "html-hidden")
        if element.weight > self._most or element.tag in ("body", "html", "main", "article"):
            return None
        if _is_list_of_links(element):
            return Hint("related", "html-links")
        return self._cut_by_name(element)

    def _cut_by_name(self, element: Element) -> Hint | None:
        by_tag = None if _holds_table(element) else _by_tag(element.tag)
        strong, weak = _by_words(element.words)
        if (strong or weak) and _group(element.words) in self._groups:
            strong = weak = None
        if cut := min(filter(None, (by_tag, strong)), key=load_parts().cuts.index, default=None):
            return Hint(cut.kind, cut.name)
        if weak and weak.name not in self._weak_off:
            card = (
                weak.kind == "related"
                and element.linked >= CARD_LINKED * element.length
                and element.weight <= CARD_WEIGHT * self._total
            )
            return Hint(weak.kind, weak.name, weak=not card)
        return None


@cache
def _by_tag(tag: str) -> Cut | None:
    return next((cut for cut in load_parts().cuts if tag in cut.tags), None)


@lru_cache(maxsize=20_000)
def _by_words(words: str) -> tuple[Cut | None, Cut | None]:
    """Return the first cut that the words name, and the first that they name weakly."""
    cuts = load_parts().cuts if words else ()
    strong = next((cut for cut in cuts if cut.words and cut.words.search(words)), None)
    return strong, next((cut for cut in cuts if cut.weak and cut.weak.search(words)), None)


def _weak_off(groups: frozenset[str]) -> frozenset[str]:
    """Return the cuts whose weak words name what holds much of the body, as slides may do."""
    return frozenset(
        cut.name
        for cut in load_parts().cuts
        if cut.weak and any(cut.weak.search(f" {name} ") for name in groups)
    )


def _is_list_of_links(element: Element) -> bool:
    """Tell whether an element holds several links and no running text."""
    return (
        element.links >= LIST_LINES
        and element.linked >= LINKED * element.length
        and not element.weight
        and element.tag not in _NO_LIST
    )


def _link(line: TextLine) -> Hint | None:
    """Return the hint for a line that is a link to another page, be it in a paragraph."""
    if (
        line.linked >= ALL_LINKED * line.length
        and word_count(line.text[:200]) >= LINK_WORDS
        and not is_ended(line.text)
        and not any(one.tag in _NO_LIST for one in line.element.ancestors())
    ):
        return Hint("related", "html-link", linked=True)
    return None


def _is_heading(line: TextLine) -> bool:
    """Tell whether a line is a heading within the text, and no name."""
    headings = ("h2", "h3", "h4", "h5", "h6")
    return word_count(line.text[:200]) >= LEAD_WORDS and any(
        one.tag in headings for one in line.element.ancestors()
    )


def _is_embedded(element: Element) -> bool:
    """Tell whether an element is a post from elsewhere that the article quotes."""
    return element.tag == "blockquote" and bool(_EMBEDDED.search(element.words))


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
