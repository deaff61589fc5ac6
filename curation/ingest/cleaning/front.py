"""The front of a page: menus, title, byline and date, captions, up to the body."""

import re
from collections import Counter

from curation.ingest.cleaning.core import is_stopped
from curation.ingest.cleaning.dates import read_date_line
from curation.ingest.cleaning.layout import Layout, Mark, repeats, shape_of, words_rule
from curation.ingest.cleaning.lines import is_broken_up, key_of, word_count
from curation.ingest.cleaning.related import header_of, mark_list
from curation.ingest.cleaning.rules import Rules, letters_of

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
CROWD = 12
"""So many lines above the core are more than a title with what belongs to it."""
LEAST_SHARED, FAR = 0.25, 0.002
"""A title under a crowd shares this with the first paragraphs, less so much for each line in
between."""
CORE_LINES = 12
CREDITED, LIST_LENGTH = 0.3, 8
"""What author or date right under a line add to that, and the header of a list above it takes."""
FOREIGN, OWN = 0.25, 0.5
"""A line that shares less with the core is no title where another one shares so much."""
SAID_AGAIN, NO_HEADLINE = 0.2, 0.3
"""What it adds that the line stands above the core twice, and what a full stop takes."""
PAGE_TITLE = 0.3
"""What it adds that the first line of all, the title of the page's head, holds the line."""
USUAL_WORDS, LONGEST_TITLE = 8, 40
STAMP_LENGTH, STAMP_WORDS = 120, 6
_DASH_ONLY = re.compile(r"[-‐‑‒–—]{1,2}$")
_NAME = re.compile(r"[^\W\d_][\w.’'-]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){1,3}[^\W\d_]?$")
_PICTURES = frozenset({"image", "menu", "player", "share", "caption", "advert", "related"})


def mark_front(layout: Layout) -> None:
    """Find the title and the first line of the body, and mark what is before it."""
    if layout.title is None and layout.core.start >= CROWD:
        _mark_crowd(layout)
    known = layout.title
    candidates = _read_down(layout, [] if known is None else [known])
    layout.title = _title(layout, candidates) if known is None else known
    if layout.title is not None and known is None:
        layout.marks[layout.title] = Mark("title", "title")
    _mark_candidates(layout, candidates)
    if layout.core.start >= CROWD:
        _mark_above_core(layout)
    _mark_caption_before_dateline(layout)


def _mark_crowd(layout: Layout) -> None:
    """Find the title above the core of a page that has many lines there, and mark those above."""
    crowd = _Crowd(layout)
    title = max(sorted(crowd.heads), key=crowd.heading, default=None)
    if title is None or crowd.heading(title) < LEAST_SHARED:
        return
    over = title - 1
    if over in crowd.heads and over - 1 not in crowd.heads and _is_long(layout, over):
        title = over  # what is under it was the standfirst
    layout.title = title
    layout.marks[title] = Mark("title", "title")
    layout.mark_all(range(title), "menu", "above-title")


class _Crowd:
    """The lines above the core, and those of them that may be the title."""

    def __init__(self, layout: Layout) -> None:
        above = range(layout.core.start)
        self._layout = layout
        self._words = _core_words(layout)
        self._keys = [key_of(layout.lines[index].text[:400]) for index in above]
        self._counts = Counter(self._keys)
        self._credits = [_is_credit(line.text, layout.rules) for line in layout.lines[: len(above)]]
        self._headers = [bool(header_of(layout.lines[at].text, layout.rules)) for at in above]
        self.heads = {index for index in layout.free(0, len(above)) if self._may_head(index)}

    def heading(self, index: int) -> float:
        """Return how well a line heads the core: by the words that it shares, and its place."""
        own = set(self._keys[index].split()) - self._layout.rules.common
        shared = len(own & self._words) / max(len(own), USUAL_WORDS)
        in_title = index > 0 and self._keys[index] in self._keys[0]
        again = self._counts[self._keys[index]] > 1
        credited = any(self._credits[index + 1 : index + LOOK_AHEAD])
        listed = any(self._headers[max(index - LIST_LENGTH, 0) : index])
        place = CREDITED * (credited - listed) - FAR * (len(self._keys) - index)
        stopped = NO_HEADLINE * is_stopped(self._layout.lines[index].text)
        return shared + PAGE_TITLE * in_title + SAID_AGAIN * again - stopped + place

    def _may_head(self, index: int) -> bool:
        text = self._layout.lines[index].text[: 2 * TITLE_LENGTH]
        if self._credits[index] or self._layout.pleads(index):
            return False
        if shape_of(text, self._layout.rules, "front"):
            return False
        return SHORT_TITLE_WORDS <= word_count(text) <= LONGEST_TITLE


def _core_words(layout: Layout) -> set[str]:
    """Return the words of the core, without the commonest of the language."""
    told = " ".join(layout.lines[index].text[:400] for index in layout.core[:CORE_LINES])
    return set(key_of(told).split()) - layout.rules.common


def _mark_above_core(layout: Layout) -> None:
    """Mark what stands between the first words of a crowded page's body and its core."""
    between = layout.free(layout.begin, layout.core.start)
    if not is_broken_up(layout.lines[index].text for index in between):
        for index in between:
            if not layout.runs(index):
                layout.mark(index, "menu", "above-core")
    while layout.begin < layout.core.start and layout.marks[layout.begin] is not None:
        layout.begin += 1


def _is_long(layout: Layout, index: int) -> bool:
    return word_count(layout.lines[index].text) >= TITLE_WORDS


def _is_credit(text: str, rules: Rules) -> bool:
    """Tell whether a line names the author or the day, as the lines under a title do."""
    if len(text) > 160:
        return False
    return bool(rules.bylines.by.match(text) or read_date_line(text, rules.dates))


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
    if index in layout.sure:
        return None
    if mark := _front_mark(layout, index, candidates):
        layout.mark(index, *mark)
        return index + 1
    header = header_of(layout.lines[index].text, layout.rules)
    return mark_list(layout, index) if header and candidates else None


def _front_mark(layout: Layout, index: int, candidates: list[int]) -> Mark | None:
    text, rules = layout.lines[index].text, layout.rules
    if mark := _date_mark(text, rules):
        return mark
    if layout.pleads(index):
        return Mark("share", "plea")
    if any(repeats(text, layout.lines[title].text) for title in candidates[:FIRST_CANDIDATES]):
        return Mark("repeated", "title-again")
    if shape := shape_of(text, rules, "front"):
        return Mark(shape.kind, shape.name)
    header = header_of(text, rules)
    return Mark("menu", header.name) if header and header.ends else None


def _date_mark(text: str, rules: Rules) -> Mark | None:
    """Return what a line is that holds a date and nothing but a name or a menu beside it."""
    found = read_date_line(text, rules.dates) if len(text) <= 160 else None
    if found is None:
        return None
    if not letters_of(found.rest) or words_rule(found.rest, rules) or _is_agency(found.rest, rules):
        return Mark("dateline", "date-line")
    if is_author(found.rest, rules):
        return Mark("byline", "byline-date")
    return Mark("dateline", "date-stamp") if is_stamp(text, rules) else None


def is_stamp(text: str, rules: Rules) -> bool:
    """Tell whether a line that says nothing else of length holds a day with its time."""
    found = read_date_line(text, rules.dates) if len(text) <= STAMP_LENGTH else None
    return bool(found and found.timed and word_count(found.rest) <= STAMP_WORDS)


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
    """Choose the headline: the first line of enough words that the core shares, else the longest.

    Under the header of a list, which holds other headlines, it is the one that shares most
    words with the first paragraphs.
    """
    counts = {index: word_count(layout.lines[index].text) for index in candidates}
    long = [
        index
        for index in candidates
        if counts[index] >= TITLE_WORDS
        and not layout.lines[index].text.startswith(("…", "..."))
        and not layout.rules.bylines.by.match(layout.lines[index].text)
    ]
    if long and _under_list(layout, long[0]):
        lead = " ".join(line.text[:400] for line in layout.lines[layout.begin :][:LOOK_AHEAD])
        words = set(key_of(lead).split())
        return max(long, key=lambda index: _shared(layout.lines[index].text, words))
    if len(long) > 1 and layout.core:
        words = _core_words(layout)
        foreign = _shared(layout.lines[long[0]].text, words) < FOREIGN
        other = max(long, key=lambda index: _shared(layout.lines[index].text, words))
        if foreign and _shared(layout.lines[other].text, words) >= OWN:
            return other
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
    if lead is not None and not _has_caption(layout, layout.begin, lead):
        layout.mark_all(range(layout.begin, lead), "caption", "before-dateline")
        layout.begin = lead


def _has_caption(layout: Layout, start: int, end: int) -> bool:
    """Tell whether the picture has its own caption, so that what is above it is the standfirst."""
    return any(mark and mark.kind == "caption" for mark in layout.marks[start:end])


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
