"""The back of a page: what stands after the last paragraph without a header, and repeats."""

from curation.ingest.cleaning.core import BULLETS, is_stopped
from curation.ingest.cleaning.dates import read_date_line
from curation.ingest.cleaning.front import author_of, is_author
from curation.ingest.cleaning.layout import Layout
from curation.ingest.cleaning.lines import is_ended, key_of, word_count
from curation.ingest.cleaning.strays import mark_strays

REPEATED_LENGTH, REPEATED_WORDS = 20, 4
"""A line that comes again must have so many code points and words to be cut."""
PARTS, BLOCK_LINES = 4, 4
"""A page of so many parts between blank lines; its body has so many paragraphs."""
CAPTION_LENGTH = 300
CAPTIONS = 12
NEAR = 3
DATE_LENGTH = 30
PLEAS, PLEA_LENGTH = 2, 250
BIOS, BIO_LENGTH = 10, 400
PARAGRAPH_LENGTH = 140


def mark_back(layout: Layout) -> None:
    """Mark repeated lines, the author's line and box, captions and headlines at the end."""
    _mark_beyond(layout, NEAR)
    _mark_credited(layout)
    _mark_end_block(layout)
    _mark_captions_again(layout)
    _mark_repeated(layout)
    _mark_author_box(layout)
    _mark_pleas(layout)
    _mark_bios(layout)
    _mark_author_line(layout)
    _mark_headlines(layout)
    _mark_beyond(layout, 0)
    if not layout.hinted:
        mark_strays(layout)


def _mark_beyond(layout: Layout, near: int) -> None:
    """Mark the lines below the core, but for so many next to it.

    A long line right under it is its last paragraph without a full stop, a short one with a
    full stop its last sentence.
    """
    if layout.begin >= layout.core.stop:
        return
    start = layout.core.stop + near
    if not near:
        while start < len(layout.lines) and _ends_article(layout, start):
            start += 1
    layout.mark_all(range(start, len(layout.lines)), "related", "after-core")


def _ends_article(layout: Layout, index: int) -> bool:
    text = layout.lines[index].text
    long = len(text) >= PARAGRAPH_LENGTH and index == layout.core.stop
    return (long or is_stopped(text)) and not layout.pleads(index)


def _mark_credited(layout: Layout) -> None:
    """Mark the lines that are an author's name with its source, wherever they stand."""
    for index in layout.free(layout.begin):
        text = layout.lines[index].text
        credited = len(text) <= 80 and layout.rules.bylines.credit.search(text)
        if credited and is_author(text, layout.rules):
            layout.mark(index, "byline", "byline-credit")


def _mark_captions_again(layout: Layout) -> None:
    """Mark the lines of the body that come again among the captions."""
    captions = {
        key_of(line.text)
        for line, mark in zip(layout.lines, layout.marks, strict=True)
        if mark and mark.kind == "caption"
    }
    for index in layout.free(layout.begin):
        text = layout.lines[index].text
        key = key_of(text) if len(text) <= CAPTION_LENGTH else ""
        if len(key) >= REPEATED_LENGTH and key in captions:
            layout.mark(index, "caption", "caption-again")


def _mark_repeated(layout: Layout) -> None:
    seen = set() if layout.title is None else {key_of(layout.lines[layout.title].text)}
    for index in layout.free():
        text = layout.lines[index].text
        key = key_of(text)
        if len(key) < REPEATED_LENGTH or word_count(text[:200]) < REPEATED_WORDS:
            continue
        if key in seen:
            layout.mark(index, "repeated", "said-before")
        seen.add(key)


def _authors(layout: Layout) -> set[str]:
    """Return the names found over the body, first and last word of each."""
    names = set()
    for line, mark in zip(layout.lines, layout.marks, strict=True):
        if mark and mark.kind == "byline" and not mark.rule.endswith("-label"):
            names.add(_ends_of(line.text if mark.rule != "byline-date" else "", layout))
    return names - {""}


def _ends_of(text: str, layout: Layout) -> str:
    words = key_of(author_of(text, layout.rules)).split()
    return f"{words[0]} {words[-1]}" if len(words) > 1 else ""


def _mark_author_box(layout: Layout) -> None:
    """Mark the author's name after the body with what follows, and the line on who it is."""
    authors = _authors(layout)
    free = layout.free(layout.begin)
    if not authors or len(free) < 3:
        return
    for index in free[len(free) // 2 :]:
        text = layout.lines[index].text
        bio = layout.rules.bylines.bio.search(text[:60])
        name = text[: bio.start()] if bio else text
        if len(name) <= 60 and _ends_of(name, layout) in authors and is_author(name, layout.rules):
            layout.mark_all(range(index, len(layout.lines)), "byline", "author-box")
            return


def _mark_end_block(layout: Layout) -> None:
    """Mark the short lines behind a body without blank lines, where these part all else.

    So the captions stand in collections that keep them apart from the text: title, lead, body
    and captions, with a blank line between each.
    """
    starts = [index for index, line in enumerate(layout.lines) if line.after_blank]
    if len(starts) != PARTS or starts[:2] != [0, 1] or layout.title != 0:
        return
    _, lead, first, last = starts
    body, block = layout.free(first, last), layout.free(last)
    if (
        first == lead + 1
        and len(body) >= BLOCK_LINES
        and len(block) <= CAPTIONS
        and all(len(layout.lines[index].text) <= CAPTION_LENGTH for index in block)
        and 2 * _length(layout, block) < _length(layout, body)
    ):
        layout.mark_all(range(last, len(layout.lines)), "caption", "end-block")


def _length(layout: Layout, indices: list[int]) -> int:
    return sum(len(layout.lines[index].text) for index in indices)


def _mark_pleas(layout: Layout) -> None:
    """Mark the lines of the body that speak to the reader in more than one way."""
    for index in layout.free(layout.begin):
        text = layout.lines[index].text
        if len(text) <= PLEA_LENGTH and layout.pleas(text) >= PLEAS:
            layout.mark(index, "share", "plea-within")


def _mark_bios(layout: Layout) -> None:
    """Mark the lines near the end that say what an author does for the newsroom."""
    for index in layout.free(layout.begin)[1:][-BIOS:]:
        text = layout.lines[index].text
        if len(text) <= BIO_LENGTH and layout.rules.bylines.newsroom.match(text):
            layout.mark(index, "byline", "author-bio")


def _mark_author_line(layout: Layout) -> None:
    """Mark the author's name, or a date with a time, as the last line."""
    free = layout.free(layout.begin)
    while len(free) > 1:
        text = layout.lines[free[-1]].text
        date = read_date_line(text, layout.rules.dates) if len(text) <= 80 else None
        if date and not date.rest and (date.timed or len(text) <= DATE_LENGTH):
            layout.mark(free.pop(), "dateline", "date-end")
        elif _is_last_author(text, layout) and is_ended(layout.lines[free[-2]].text):
            layout.mark(free.pop(), "byline", "byline-end")
        else:
            return


def _is_last_author(text: str, layout: Layout) -> bool:
    """Tell whether the last line is a name, which may be in capitals there."""
    if text.isupper() and text.replace(" ", "").isalpha() and len(text.split()) <= 4:
        text = text.title()
    return is_author(text, layout.rules)


def _mark_headlines(layout: Layout) -> None:
    """Mark headlines of other articles behind the last paragraph."""
    free = layout.free(layout.begin)
    ended = [at for at, index in enumerate(free) if layout.runs(index)]
    if not ended:
        return
    last = layout.flow_end(free[ended[-1]])
    if layout.lines[last - 1].text.endswith(":"):
        return
    rest = [index for index in free if index >= last]
    if rest and all(_is_headline(layout, index) for index in rest):
        layout.mark_all(range(rest[0], len(layout.lines)), "related", "end-headlines")


def _is_headline(layout: Layout, index: int) -> bool:
    text = layout.lines[index].text
    if layout.hinted and index not in layout.linked:
        return False
    return text[0] not in BULLETS and not text[0].islower() and not text.endswith((".", "”", '"'))
