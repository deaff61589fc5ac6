"""The body: paragraphs, lists of other articles between them, and the sign-off."""

from itertools import accumulate

from curation.ingest.cleaning.dates import read_date_line
from curation.ingest.cleaning.front import is_stamp
from curation.ingest.cleaning.layout import Layout
from curation.ingest.cleaning.lines import is_sentence
from curation.ingest.cleaning.related import header_of, inline_header, is_doubled, mark_list
from curation.ingest.cleaning.rules import ListHeader, Rules
from curation.ingest.cleaning.signoff import signoff_of

WEAK_SHARE = 0.3
"""A weak sign ends no article with more than this share of running text after it."""
LEAD_LENGTH = 300
"""The lead of a related article has at most so many code points."""


def mark_body(layout: Layout) -> None:
    """Mark what is not body from its first line to the end of the page."""
    after = _running_after(layout)
    before = 0
    index = layout.begin
    while index < len(layout.lines):
        if layout.marks[index] is not None:
            index += 1
            continue
        text = layout.lines[index].text
        if is_stamp(text, layout.rules):
            layout.mark(index, "dateline", "date-stamp")
            index += 1
            continue
        if (end := _mark_list_at(layout, index, before, after[index])) is not None:
            index = end
            continue
        running = len(text) if layout.runs(index) else 0
        if _is_signed_off(layout, index, before + running, after[index]):
            _mark_dates_behind(layout, index + 1)
            layout.mark_all(range(index + 1, len(layout.lines)), "related", "after-signoff")
            return
        before += running
        index += 1


def _mark_dates_behind(layout: Layout, index: int) -> None:
    """Mark the date line that stands right behind the sign-off."""
    text = layout.lines[index].text if index < len(layout.lines) else ""
    found = read_date_line(text, layout.rules.dates) if len(text) <= 80 else None
    if found and not found.rest:
        layout.mark(index, "dateline", "date-end")


def _running_after(layout: Layout) -> list[int]:
    """Return for each line how many code points of running text come after it in the core."""
    within = layout.core or range(len(layout.lines))
    lengths = [
        len(line.text) * (mark is None and index in within and is_sentence(line.text, layout.rules))
        for index, (line, mark) in enumerate(zip(layout.lines, layout.marks, strict=True))
    ]
    sums = list(accumulate(reversed(lengths)))
    return [total - own for total, own in zip(reversed(sums), lengths, strict=True)]


def _mark_list_at(layout: Layout, index: int, before: int, after: int) -> int | None:
    """Mark a list that begins here; return the line after it, None where there is no list.

    `before` and `after` are the lengths of the running text on both sides. No header ends a
    page with most of the text behind it; a saved page's own lists stand in their own elements.
    """
    text = layout.lines[index].text
    header = header_of(text, layout.rules)
    if header and not header.ends:
        return mark_list(layout, index)
    if not header:
        header = _inline(text, layout.rules)
    if header:
        ends = header.ends and before and after <= before / (2 if layout.hinted else 1)
        end = len(layout.lines) if ends else index + 1
        layout.mark_all(range(index, end), header.kind, header.name)
        return end
    if is_doubled(text):
        return _mark_doubled(layout, index)
    return None


def _inline(text: str, rules: Rules) -> ListHeader | None:
    """Return the header of a line that names one other article, or the tags, behind it."""
    header = inline_header(text, rules)
    if header and is_sentence(text, rules) and (header.ends or not text.endswith("?")):
        return None
    return header


def _mark_doubled(layout: Layout, index: int) -> int:
    """Mark a headline said twice on one line, and the lead under it."""
    layout.mark(index, "related", "doubled-headline")
    lead = index + 1
    if lead < len(layout.lines) and len(layout.lines[lead].text) <= LEAD_LENGTH:
        layout.mark(lead, "related", "doubled-lead")
    return index + 1


def _is_signed_off(layout: Layout, index: int, before: int, after: int) -> bool:
    """Tell whether the article ends with this line, and mark a sign-off that is the line.

    A sign with more running text after it than before is none: the page has several parts.
    """
    rule = signoff_of(layout.lines[index].text, layout.rules)
    if rule is None or not before:
        return False
    ends = after <= before * (WEAK_SHARE if rule.weak else 1)
    if rule.line and (ends or rule.weak):
        layout.mark(index, "signoff", rule.name)
    return ends
