"""The front of a page: menus, title, byline and date, captions, up to the body."""

import re

from curation.ingest.dates import read_date_line
from curation.ingest.layout import Layout, Mark, repeats, shape_of, words_rule
from curation.ingest.lines import key_of, word_count
from curation.ingest.related import header_of, mark_list
from curation.ingest.rules import Rules, letters_of

TITLE_WORDS = 5
"""A headline has so many words; what is shorter is a menu where there is a longer one."""
SHORT_TITLE_WORDS = 3
TITLE_LENGTH = 200
LEAD_WORDS = 12
"""A line behind the date without a full stop is a lead from so many words on."""
LOOK_AHEAD = 4
"""The caption stands at most so many lines before a lead with a dateline."""
FIRST_CANDIDATES = 8
"""So many lines from the top may be the title that is said again."""
CUT_WORDS = 3
_DASH_ONLY = re.compile(r"[-‐‑‒–—]{1,2}$")
_NAME = re.compile(r"[^\W\d_][\w.’'-]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){1,3}[^\W\d_]?$")
_PICTURES = frozenset({"image", "menu", "player", "share", "caption", "advert", "related"})


def mark_front(layout: Layout) -> None:
    """Find the title and the first line of the body, and mark what is before it."""
    known = layout.title
    candidates = _read_down(layout, [] if known is None else [known])
    layout.title = _title(layout, candidates) if known is None else known
    if layout.title is not None and known is None:
        layout.marks[layout.title] = Mark("title", "title")
    _mark_candidates(layout, candidates)
    _mark_caption_before_dateline(layout)


def _read_down(layout: Layout, candidates: list[int]) -> list[int]:
    """Mark lines from the top until the body begins; return those that may be the title.

    `candidates` holds the title where it is known.
    """
    index = candidates[0] + 1 if candidates else 0
    while index < len(layout.lines):
        layout.begin = index
        if layout.marks[index] is not None:
            index += 1
        elif after := _mark_one(layout, index, candidates):
            index = after
        elif _begins(layout, index, candidates):
            return candidates
        else:
            candidates.append(index)
            index += 1
    layout.begin = _without_sentences(layout, candidates)
    return [candidate for candidate in candidates if candidate < layout.begin]


def _without_sentences(layout: Layout, candidates: list[int]) -> int:
    """Return where the body begins on a page that has a title and no running text."""
    if len(candidates) < 2:
        return len(layout.lines)
    title = _title(layout, candidates)
    return next(
        (index for index in candidates if title is not None and index > title), len(layout.lines)
    )


def _mark_one(layout: Layout, index: int, candidates: list[int]) -> int | None:
    """Mark what only the front can hold; return the line to go on with."""
    text, rules = layout.lines[index].text, layout.rules
    if index in layout.sure:
        return None
    if _mark_date(layout, index):
        return index + 1
    if any(repeats(text, layout.lines[title].text) for title in candidates[:FIRST_CANDIDATES]):
        layout.mark(index, "repeated", "title-again")
        return index + 1
    if shape := shape_of(text, rules, "front"):
        layout.mark(index, shape.kind, shape.name)
        return index + 1
    header = header_of(text, rules)
    if header and header.ends:
        layout.mark(index, "menu", header.name)
        return index + 1
    return mark_list(layout, index) if header and candidates else None


def _mark_date(layout: Layout, index: int) -> bool:
    """Mark a line that holds a date and nothing but a name or a menu beside it."""
    text, rules = layout.lines[index].text, layout.rules
    found = read_date_line(text, rules.dates) if len(text) <= 160 else None
    if found is None:
        return False
    if not letters_of(found.rest) or words_rule(found.rest, rules) or _is_agency(found.rest, rules):
        layout.mark(index, "dateline", "date-line")
    elif is_author(found.rest, rules):
        layout.mark(index, "byline", "byline-date")
    else:
        return False
    return True


def _is_agency(text: str, rules: Rules) -> bool:
    name = text.strip(" ()")
    return name in rules.agencies.names or any(outlet.mark == name for outlet in rules.outlets)


def _begins(layout: Layout, index: int, candidates: list[int]) -> bool:
    """Tell whether the body begins here, or began with a city on the line before."""
    text = layout.lines[index].text
    if index in layout.sure:
        return True
    if _DASH_ONLY.match(text) and candidates and candidates[-1] == index - 1:
        layout.begin = candidates.pop()
        return True
    if layout.opening(index, first=not candidates):
        return True
    if not candidates and len(text) < TITLE_LENGTH:
        return layout.runs(index) and text[-1] not in "?!" and not _date_follows(layout, index)
    if layout.broken(index):
        _take_back(layout, index, candidates)
        return True
    return layout.runs(index)


def _date_follows(layout: Layout, index: int) -> bool:
    """Tell whether the next line is the date, so that this one is a title with a full stop."""
    after = layout.next_free(index + 1)
    if after is None or after >= index + 3 or len(layout.lines[after].text) > 120:
        return False
    found = read_date_line(layout.lines[after].text, layout.rules.dates)
    return bool(found and (not found.rest or is_author(found.rest, layout.rules)))


def _take_back(layout: Layout, index: int, candidates: list[int]) -> None:
    """Begin with the few words that a link cut from the first sentence."""
    while len(candidates) > 1 and candidates[-1] == index - 1:
        if layout.lines[index].after_blank or word_count(layout.lines[index - 1].text) > CUT_WORDS:
            return
        index = layout.begin = candidates.pop()


def _title(layout: Layout, candidates: list[int]) -> int | None:
    """Choose the headline: the first line of enough words, else the longest.

    Under the header of a list, which holds other headlines, it is the one that shares most
    words with the first paragraphs.
    """
    counts = {index: word_count(layout.lines[index].text) for index in candidates}
    long = [index for index in candidates if counts[index] >= TITLE_WORDS]
    if long and _under_list(layout, long[0]):
        lead = " ".join(line.text[:400] for line in layout.lines[layout.begin :][:LOOK_AHEAD])
        words = set(key_of(lead).split())
        return max(long, key=lambda index: _shared(layout.lines[index].text, words))
    if long:
        return long[0]
    best = max(candidates, key=lambda index: counts[index], default=None)
    return best if best is not None and counts[best] >= SHORT_TITLE_WORDS else None


def _under_list(layout: Layout, index: int) -> bool:
    headers = {header.name for header in layout.rules.lists}
    return any(mark and mark.rule in headers for mark in layout.marks[:index])


def _shared(text: str, words: set[str]) -> float:
    """Return the share of a line's words that are among others."""
    own = key_of(text).split()
    return sum(word in words for word in own) / len(own)


def _mark_candidates(layout: Layout, candidates: list[int]) -> None:
    """Mark the lines above the title, and those under it but for the standfirst."""
    under = layout.begin if layout.title is None else layout.title
    between: set[str] = set()
    for index in candidates:
        if index < under:
            layout.mark(index, "menu", "front-short")
    for index in range(under + 1, layout.begin):
        mark = layout.marks[index]
        if mark and not layout.hinted:
            between.add(mark.kind)
        elif not mark and (found := _under_title(layout.lines[index].text, between, layout.rules)):
            layout.mark(index, *found)


def _under_title(text: str, between: set[str], rules: Rules) -> Mark | None:
    """Return what a line between title and body is; None for the standfirst."""
    words = word_count(text)
    if is_author(text, rules) and not _PICTURES & between:
        return Mark("byline", "byline-name")
    if _PICTURES & between:
        return Mark("caption", "front-caption")
    if words < (LEAD_WORDS if between else TITLE_WORDS):
        return Mark("caption" if between else "menu", "front-short")
    return None


def _mark_caption_before_dateline(layout: Layout) -> None:
    """Mark running text between a picture, or the page's top, and a lead with a dateline."""
    if layout.begin >= len(layout.lines) or layout.opening(layout.begin, strong=True):
        return
    top = 0 if layout.title is None else layout.title + 1
    before = {mark.kind for mark in layout.marks[top : layout.begin] if mark}
    if layout.title is not None and not _PICTURES & before:
        return
    ahead = layout.free(layout.begin, min(layout.begin + LOOK_AHEAD, len(layout.lines)))
    lead = next((index for index in ahead if layout.opening(index, strong=True)), None)
    if lead is not None:
        layout.mark_all(range(layout.begin, lead), "caption", "before-dateline")
        layout.begin = lead


def is_author(text: str, rules: Rules) -> bool:
    """Tell whether a line is the name of one or a few authors, or a general one (PV, Staff)."""
    name = author_of(text, rules)
    if key_of(name) in {key_of(generic) for generic in rules.bylines.generic}:
        return True
    credited = bool(rules.bylines.credit.search(text))
    if _INITIALS.match(name):
        return credited
    tokens = [token for token in re.split(r"[\s,–—-]+|\s&\s", name) if token]
    plain = [token for token in tokens if token.casefold() not in rules.bylines.joiners]
    return (
        2 <= len(plain) <= 8
        and len(name) <= 60
        and all(_NAME.match(token) and token[0].isupper() for token in plain)
        and (credited or not name.isupper())
    )


def author_of(text: str, rules: Rules) -> str:
    """Return the name alone, without "By" and without the source in brackets."""
    name = rules.bylines.credit.sub("", text)
    if by := rules.bylines.by.match(name):
        name = name[by.end() :]
    return name.strip(" \t|,;:·-–—\u00a0")
