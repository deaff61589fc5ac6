"""Lists of other articles: a header, headlines, perhaps their leads."""

import re

from curation.ingest.cleaning.layout import Layout
from curation.ingest.cleaning.rules import ListHeader, Rules, letters_of

DOUBLED_LENGTH = 400
"""A headline said twice on one line has at most so many code points."""
_INLINE = re.compile(r"\W{0,4}(?P<head>[^\W\d_][^:>»\n]{0,50}?)\s*(?::|>[>\s]*|»)\s*\S")


def header_of(text: str, rules: Rules) -> ListHeader | None:
    """Return the rule of a line that is the header of a list."""
    if len(text) > 80:
        return None
    words = letters_of(text)
    if text.endswith(":") and (found := rules.colon_headers.get(words)):
        return found
    if found := rules.headers.get(words):
        return found
    return next((h for h in rules.lists if h.pattern and h.pattern.match(text)), None)


def inline_header(text: str, rules: Rules) -> ListHeader | None:
    """Return the rule of a line that is a list's header and its one headline, or its words."""
    found = _INLINE.match(text) if len(text) <= 300 else None
    if found is None:
        return None
    words = letters_of(found["head"])
    return rules.colon_headers.get(words) if len(words) == len(found["head"].split()) else None


def mark_list(layout: Layout, index: int) -> int:
    """Mark a header and what belongs to it; return the line that comes after it."""
    header = header_of(layout.lines[index].text, layout.rules)
    assert header is not None
    layout.mark(index, header.kind, header.name)
    end = _end_of_list(layout, index + 1, header)
    layout.mark_all(range(index + 1, end), header.kind, header.name)
    return end


def _end_of_list(layout: Layout, index: int, header: ListHeader) -> int:
    if header.one:
        item = layout.next_free(index)
        return len(layout.lines) if item is None else item + 1
    if _is_category(layout, index):
        return _end_of_pairs(layout, index)
    return _end_of_headlines(layout, index, in_front=index - 1 <= layout.begin)


def _is_category(layout: Layout, index: int) -> bool:
    """Tell whether the line is one word, all in small letters or all in capitals."""
    if index >= len(layout.lines) or layout.marks[index] is not None:
        return False
    text = layout.lines[index].text
    return text.isalpha() and (text.islower() or text.isupper())


def _end_of_pairs(layout: Layout, index: int) -> int:
    """Return the end of a list where each headline has its section above it."""
    while _is_category(layout, index) and index + 1 < len(layout.lines):
        index += 2
    return index


def _end_of_headlines(layout: Layout, index: int, in_front: bool) -> int:
    """Return where running text begins again that is no lead of another article.

    A lead stands under a headline: running text right under the header, or under a lead, is
    the body again.
    """
    leads, under_headline = 0, False
    for at in range(index, len(layout.lines)):
        if layout.marks[at] is not None:
            continue
        if header_of(layout.lines[at].text, layout.rules):
            return at
        if in_front and layout.opening(at, strong=True):
            return at
        runs = layout.runs(at)
        if runs and not (under_headline and _is_lead(layout, at, leads)):
            return at
        leads, under_headline = leads + runs, not runs
    return len(layout.lines)


def _is_lead(layout: Layout, index: int, leads: int) -> bool:
    """Tell whether running text in a list is the lead of its headline."""
    text = layout.lines[index].text[:200]
    if any(rule.pattern.match(text) for rule in layout.rules.prefixes):
        return True
    return _alternates(layout, index, leads)


def _alternates(layout: Layout, index: int, leads: int) -> bool:
    """Tell whether headline and lead go on in turn: no two paragraphs together, two at least."""
    leads, last_was_lead = leads + 1, True
    for at in layout.free(index + 1, min(index + 40, len(layout.lines))):
        if header_of(layout.lines[at].text, layout.rules):
            break
        is_lead = layout.runs(at)
        if is_lead and last_was_lead:
            return False
        leads += is_lead
        last_was_lead = is_lead
    return leads >= 2


def is_doubled(text: str) -> bool:
    """Tell whether a line is one headline twice: the text of a picture link and of its link."""
    words = text.split() if len(text) <= DOUBLED_LENGTH else []
    half = len(words) // 2
    return len(words) >= 8 and len(words) % 2 == 0 and words[:half] == words[half:]
