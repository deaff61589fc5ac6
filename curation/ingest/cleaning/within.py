"""What is cut within a line of the body: the outlet before it, the sign-off after it, markup."""

import re
from collections.abc import Iterator

from curation.ingest.cleaning.layout import Layout
from curation.ingest.cleaning.signoff import signoff_of, signoff_start

Cut = tuple[int, int, str, str]
HEAD = 200
"""A prefix stands within so many code points from a line's start."""
DATELINES = 2
"""A dateline stands in one of so many first lines of the body."""
_LINK = re.compile(r"(?P<open>\[)[^\[\]\n]{1,300}(?P<close>\]\(https?://[^\s()]{1,500}\))")
_TAG = re.compile(r"</?(?:a|b|i|u|em|p|br|sup|sub|span|strong|div|font)(?:\s[^<>\n]{0,200})?/?>")

_ESCAPE = re.compile(r"\\(?=[.#*_!\[\]()+-])")
_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)")


def cut_within(layout: Layout, index: int) -> Iterator[Cut]:
    """Yield the parts of a body line in order: ranges of its text, what they are, by what rule."""
    text = layout.lines[index].text
    at = 0
    for start, end, kind, rule in sorted(_cuts(layout, index, text)):
        if start < at:
            continue
        if start > at:
            yield at, start, "body", "body"
        yield start, end, kind, rule
        at = end
    if at < len(text):
        yield at, len(text), "body", "body"


def _cuts(layout: Layout, index: int, text: str) -> Iterator[Cut]:
    before = len(layout.free(layout.begin, index)) if index - layout.begin < HEAD else HEAD
    yield from _prefix(layout, text, before)
    yield from _signoff(layout, text)
    yield from _markup(text)


def _prefix(layout: Layout, text: str, before: int) -> Iterator[Cut]:
    """Cut the outlet's name; a dateline stays, under its rule."""
    for rule in layout.rules.prefixes:
        found = rule.pattern.match(text[:HEAD])
        if found and not (rule.first and before):
            yield 0, found.end(), "prefix", rule.name
            return
    for dateline in layout.rules.datelines:
        found = dateline.pattern.match(text[:HEAD]) if before < DATELINES else None
        if found and (before == 0 or not dateline.first):
            yield 0, found.end(), "body", dateline.name
            return


def _signoff(layout: Layout, text: str) -> Iterator[Cut]:
    """Cut the sign-off; one that stays does so under its rule."""
    rule = signoff_of(text, layout.rules)
    if rule and not rule.line:
        yield signoff_start(text, rule), len(text), "body" if rule.keeps else "signoff", rule.name


def _markup(text: str) -> Iterator[Cut]:
    for link in _LINK.finditer(text):
        yield *link.span("open"), "markup", "link"
        yield *link.span("close"), "markup", "link"
    for tag in _TAG.finditer(text):
        yield *tag.span(), "markup", "tag"
    for escape in _ESCAPE.finditer(text):
        yield *escape.span(), "markup", "escape"
    bold = [found.span() for found in _BOLD.finditer(text)]
    if len(bold) % 2 == 0:
        yield from ((*span, "markup", "bold") for span in bold)
