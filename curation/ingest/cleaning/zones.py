"""What each part of a page is: title, body, or one of the things around them.

The page is read once from the top. First the lines that show by themselves what they are, and
the core, where most of the running text stands; then the front, up to the first words of the
body; then the body, with the lists of other articles in it and the sign-off; then what is left
at the end, and lines said twice.
"""

from collections.abc import Iterator, Sequence

import msgspec

from curation.ingest.cleaning.back import mark_back
from curation.ingest.cleaning.body import mark_body
from curation.ingest.cleaning.core import core_of
from curation.ingest.cleaning.front import mark_front
from curation.ingest.cleaning.layout import Hint, Layout, shape_of, words_rule
from curation.ingest.cleaning.lines import date_head
from curation.ingest.cleaning.rules import Rules, letters_of
from curation.ingest.cleaning.within import cut_within

KINDS = (
    "title", "body", "prefix", "byline", "dateline", "caption", "menu", "related", "player",
    "share", "advert", "image", "markup", "signoff", "repeated", "blank",
)  # fmt: skip


class Zone(msgspec.Struct, frozen=True):
    """A range of the page, what it is, and the rule that says so."""

    start: int
    end: int
    kind: str
    rule: str


def zones(page: str, rules: Rules, hints: Sequence[Hint] = ()) -> list[Zone]:
    """Divide a page in normal form into zones that cover it without a gap or an overlap.

    `hints` say what is known of each of its lines; none where nothing is known.
    """
    layout = Layout(page, rules, hints)
    mark_lines(layout)
    mark_blocks(layout)
    mark_labels(layout)
    if not layout.hinted:
        layout.core = core_of(layout)
    mark_front(layout)
    mark_body(layout)
    mark_back(layout)
    return list(_covering(_of_lines(layout), len(page)))


def mark_lines(layout: Layout) -> None:
    """Mark the lines that show by themselves what they are."""
    for index, line in enumerate(layout.lines):
        if date_head(line.text, index) == len(line.text):
            layout.mark(index, "dateline", "date-head")
        elif words := words_rule(line.text, layout.rules):
            layout.mark(index, words.kind, words.name)
        elif shape := shape_of(line.text, layout.rules, "any"):
            layout.mark(index, shape.kind, shape.name)


def mark_blocks(layout: Layout) -> None:
    """Mark the blocks known by their first and last line."""
    for block in layout.rules.blocks:
        for start, line in enumerate(layout.lines):
            if not block.begin.match(line.text):
                continue
            within = range(start, min(start + block.most, len(layout.lines)))
            ends = (index for index in within if block.end.match(layout.lines[index].text))
            end = next(ends, None)
            if end is not None:
                end += _lone_stop(layout, end + 1)
                layout.mark_all(range(start, end + 1), block.kind, block.name)


def _lone_stop(layout: Layout, index: int) -> bool:
    """Tell whether the full stop behind a link makes up this line."""
    return index < len(layout.lines) and layout.lines[index].text == "."


def mark_labels(layout: Layout) -> None:
    """Mark the labels and their values on the next line."""
    for index, line in enumerate(layout.lines[:-1]):
        if not line.text.rstrip().endswith(":"):
            continue
        label = layout.rules.label_words.get(letters_of(line.text))
        if label:
            layout.mark(index, label.kind, f"{label.name}-label")
            layout.mark(index + 1, label.kind, label.name)


def _of_lines(layout: Layout) -> Iterator[Zone]:
    for index, line in enumerate(layout.lines):
        mark = layout.marks[index]
        if mark:
            yield Zone(line.start, line.end, mark.kind, mark.rule)
        else:
            for start, end, kind, rule in cut_within(layout, index):
                yield Zone(line.start + start, line.start + end, kind, rule)


def _covering(found: Iterator[Zone], length: int) -> Iterator[Zone]:
    """Put blank zones where the others leave a gap."""
    at = 0
    for zone in found:
        if zone.start > at:
            yield Zone(at, zone.start, "blank", "blank")
        yield zone
        at = zone.end
    if at < length:
        yield Zone(at, length, "blank", "blank")
