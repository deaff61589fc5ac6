"""The core of a page: the lines between which most of its running text stands.

A page saved as text has its menus above the article and other articles below it. Each line
counts for or against being article text; the core is the stretch with the greatest sum
(maximum subsequence segmentation, Pasternack and Roth 2009). The other passes look for title,
byline and standfirst above it, and for nothing below it.
"""

from collections.abc import Iterator

from curation.ingest.cleaning.dates import DateLine, read_date_line
from curation.ingest.cleaning.layout import Layout
from curation.ingest.cleaning.lines import word_count
from curation.ingest.cleaning.related import header_of
from curation.ingest.cleaning.rules import Rules

MOST = 300
"""A paragraph counts for so many code points at most: one long one is not a whole article."""
SHORT, PLEA, DAY, TIMED, HEADER, MARKED, ITEM = -30, -60, -150, -300, -200, -10, 10
"""What a headline or label, a line addressed to the reader, a date alone, one with its time, a
header, a line that a rule has marked, and an item of a list count."""
_WITHIN = frozenset({"markup", "image", "caption", "advert"})
BULLETS = "-•*–—·▪●◦+"
DAY_LENGTH, BOX = 80, 5
HEADLINE_WORDS, LEAD_LENGTH, PAIRS = 7, 300, 3
"""So many headlines in turn with a lead of such a length are a list of other articles."""


def core_of(layout: Layout) -> range:
    """Return the lines of the core; empty for a page without running text."""
    weights = [_weight(layout, index) for index in range(len(layout.lines))]
    for index in _listed(layout):
        weights[index] = SHORT
    for index in _led(layout):
        weights[index] = max(weights[index], ITEM)
    for index in _boxed(layout):
        weights[index] = max(weights[index], MARKED)
    return _best(weights)


def _best(weights: list[int]) -> range:
    """Return the stretch with the greatest sum, the longer one of two that are equal."""
    best, start, total = range(0), 0, 0
    most = 0
    for index, weight in enumerate(weights):
        if total <= 0:
            start, total = index, 0
        total += weight
        if total > most:
            best, most = range(start, index + 1), total
    return best


def _weight(layout: Layout, index: int) -> int:
    mark = layout.marks[index]
    if mark is not None:
        return 0 if mark.kind in _WITHIN else MARKED
    text = layout.lines[index].text
    against = _against(layout, index, text)
    if against is not None:
        return against
    if layout.runs(index) and not is_teaser(text):
        return min(len(text), MOST)
    if is_stopped(text):
        return 0
    return ITEM if is_item(text) else SHORT


def _against(layout: Layout, index: int, text: str) -> int | None:
    """Return what counts against a line that shows what it is; None for all others."""
    if header_of(text, layout.rules):
        return HEADER
    if layout.pleads(index):
        return PLEA
    if day := _day(text, layout.rules):
        return TIMED if day.timed else DAY
    return None


def _day(text: str, rules: Rules) -> DateLine | None:
    """Return the date of a line that is nothing else, as over an article or a comment."""
    found = read_date_line(text, rules.dates) if len(text) <= DAY_LENGTH else None
    return found if found and word_count(found.rest) <= 1 else None


def is_teaser(text: str) -> bool:
    """Tell whether a line breaks off as the lead of another article does."""
    return len(text) < LEAD_LENGTH and text.endswith(("...", "…"))


def is_stopped(text: str) -> bool:
    """Tell whether a line ends as a short last sentence does, and no headline."""
    return text.endswith((".", "”", '"')) and not is_teaser(text)


def is_item(text: str) -> bool:
    """Tell whether a line is an item of a list or leads to one."""
    return text[0] in BULLETS or text[0].isdigit() or text[-1] in ";:,"


def _led(layout: Layout) -> Iterator[int]:
    """Yield the short lines under a sentence that ends with a colon."""
    led = False
    for index, line in enumerate(layout.lines):
        if layout.marks[index] is not None or layout.runs(index) or layout.pleads(index):
            led = line.text.endswith(":") and layout.marks[index] is None
        elif led:
            yield index


def _boxed(layout: Layout) -> Iterator[int]:
    """Yield the header of a box that may stand within an article, and the lines under it."""
    left = 0
    for index, line in enumerate(layout.lines):
        header = header_of(line.text, layout.rules)
        if header or layout.marks[index] is not None or layout.runs(index):
            left = BOX if header and not header.ends else 0
        if left:
            yield index
        left = max(left - 1, 0)


def _listed(layout: Layout) -> list[int]:
    """Return the lines of the list of headlines with leads that stands above the page's foot."""
    free = [index for index in layout.free() if not _day(layout.lines[index].text, layout.rules)]
    while free and not (layout.runs(free[-1]) and not layout.pleads(free[-1])):
        free.pop()
    turns = [_is_headline(layout, index) for index in free]
    at = len(free)
    while at >= 2 and turns[at - 2] and not turns[at - 1] and _is_lead(layout, free[at - 1]):
        at -= 2
    return free[at:] if len(free) - at >= 2 * PAIRS else []


def _is_headline(layout: Layout, index: int) -> bool:
    text = layout.lines[index].text
    return word_count(text) >= HEADLINE_WORDS and not layout.runs(index) and not is_item(text)


def _is_lead(layout: Layout, index: int) -> bool:
    return len(layout.lines[index].text) <= LEAD_LENGTH
