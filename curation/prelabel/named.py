"""Occasions, agreements and honours with a name, and the topics of cooperation."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import UPPER, cell, words
from curation.prelabel.registry import demonyms, table, values
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold, lower, pattern


def find_named(document: Document) -> list[Candidate]:
    """Return occasions, agreements and honours."""
    found = []
    for label, by, expression, rank in _rules(document.lang):
        for match in document.find(expression):
            start, end = match.span("x")
            end = start + len(_trimmed(document.folded[start:end]))
            named = label != "OCCASION" or not _unnamed(document.folded[start:end])
            if label == "PLACE" and _adjective(document.folded[start:end]):
                continue
            if end > start and named and whole(document.folded, start, end):
                found.append(Candidate(start, end, label, by, rank))
    return found


def _adjective(name: str) -> bool:
    """Tell whether it says of which nation or side a region is, and names none."""
    return name in demonyms() or _OF_A_SIDE.match(name) is not None


_OF_A_SIDE = re.compile(
    r"(?:\w+ )?(?:African|Asian|European|Arab|Eastern|Western|Balkan|Episcopal)$"
)


def _unnamed(name: str) -> bool:
    """Tell whether it is no name of its own: "the second meeting", "the Geneva summit"."""
    city = name[: -len(" summit")] if name.endswith(" summit") else ""
    return bool(_UNNAMED.fullmatch(name) or _A_BODY.fullmatch(name)) or city in _cities()


@cache
def _cities() -> frozenset[str]:
    return frozenset(
        fold(form) for row in table("places") for form in values(row["forms"]) if form.strip()
    )


_UNNAMED = re.compile(
    r"(?:[Ff]irst|[Ii]naugural|[Ss]econd|[Tt]hird)[ -][a-z -]+|"
    r"first time.*|\d+\w\w[ -](?:anniversary|session|meeting)"
)


_A_BODY = re.compile(
    r"\D*\b(?:People's Congress|Consultative Con(?:ference|gress)|World Economic Forum|"
    r"Quadrilateral Security Dialogue|Leadership Conference.*|Press Conference|"
    r"(?:\w+ )?Episcopal Conference|"
    r"(?:\w+ )*Research Forum|Pacific Islands? Forum|Asia[ -]Pacific Economic Cooperation Forum|"
    r"(?:Republican|Democratic) Conference|"
    r"(?:US|U\.S\.|African National|Indian National|[A-Z]\w+'s|[A-Z]\w+an) Congress)"
)
"""Bodies that are called after a meeting."""


def whole(text: str, start: int, end: int) -> bool:
    """Tell whether the span ends with a word."""
    return not (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())


def _trimmed(name: str) -> str:
    return re.sub(r"(?: và| của| về| năm| số| and| of| the| for| on|'s|,|-|\s)+$", "", name)


class Rule(NamedTuple):
    """A row of `data/patterns.tsv`; the group `x` of the pattern is the span."""

    label: str
    by: str
    finder: Finder
    rank: int


@cache
def _rules(lang: str) -> tuple[Rule, ...]:
    """Compile the rows of a language; a row without a label is a part of those below it."""
    parts, rules = {"{U}": UPPER}, []
    for row in table("patterns"):
        if row["lang"] != lang:
            continue
        source = row["pattern"]
        for name in sorted(parts, reverse=True):
            source = source.replace(name, parts[name])
        if row["label"]:
            flags = re.IGNORECASE if row["case"] == "any" else 0
            finder = Finder(fold(rf"\b(?:{source})"), flags)
            rules.append(Rule(row["label"], row["name"], finder, int(row["rank"])))
        else:
            parts[f"{{{row['name']}}}"] = source
    return tuple(rules)


# --- topics -----------------------------------------------------------------------------


def find_topics(document: Document) -> list[Candidate]:
    """Return the items of lists of fields of cooperation, and single fields behind a cue.

    A list is what commas and "and" join; its first item begins behind the last word that
    can open one, its last ends before the first word that closes one.
    """
    found: list[Candidate] = []
    subject, told = _subject(document.lang), -1
    for match in document.find_lower(_field(document.lang)):
        if document.lang == "en" and _TALKED.match(document.lower, match.end()):
            found.append(Candidate(*match.span(), "TOPIC", "rule:topic-of-talks"))
        index = document.sentence_at(match.start())
        if index == told:
            continue
        told, sentence = index, document.sentences[index]
        if subject.search(_cased(document), sentence.start, sentence.end):
            found += _lists(document, sentence.start, sentence.end)
        elif _spoken(document, sentence.start, sentence.end):
            found += _lists(document, sentence.start, sentence.end, cued=True)
    return found


def _spoken(document: Document, start: int, end: int) -> bool:
    """Tell whether an English sentence may name a field of cooperation behind a cue."""
    if document.lang != "en":
        return False
    return bool(pattern(cell("en", "topic-subject-cued")).search(document.lower, start, end))


def _cased(document: Document) -> str:
    """Return the text that the expressions of topics are tried on: English in lower case."""
    return document.lower if document.lang == "en" else document.folded


@cache
def _cue(lang: str) -> re.Pattern[str]:
    flags = 0 if lang == "en" else re.IGNORECASE
    return pattern(rf"(?:{cell(lang, 'topic-cue')})$", flags)


@cache
def _field(lang: str) -> Finder:
    """Return what finds a field of cooperation in lower-cased text."""
    listed = "|".join(map(re.escape, sorted(words(lang, "topic"), key=len, reverse=True)))
    return Finder(rf"(?<![\w-])(?:{lower(listed)})(?!\w)")


@cache
def _subject(lang: str) -> re.Pattern[str]:
    """Return what a sentence that lists fields of cooperation speaks of."""
    return pattern(cell(lang, "topic-subject"), 0 if lang == "en" else re.IGNORECASE)


_TALKED = re.compile(
    r" (?:talks|negotiations|discussions|dialogue|consultations|(?:phone|video) call)(?!\w)"
)

_SEPARATOR = {
    "vi": re.compile(r"; |,(?: và| cũng như)? | và | cũng như |\.\.\.|…|, *\.\.\."),
    "en": re.compile(r"; |,(?: and| as well as| or)? | and | as well as | & "),
}


@cache
def _stop(lang: str) -> re.Pattern[str]:
    return pattern(
        rf"(?<![\w-])(?:{cell(lang, 'topic-stop')})(?![\w-])|[.:()\"!?\d/]", re.IGNORECASE
    )


@cache
def _lead(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?:{cell(lang, 'topic-lead')})+", re.IGNORECASE)


def _lists(document: Document, start: int, end: int, cued: bool = False) -> Iterator[Candidate]:
    """Yield the items of the lists in [start, end); only behind a cue where `cued`."""
    pieces = _pieces(document, start, end)
    group: list[tuple[int, int]] = []
    for index, (begin, right) in enumerate(pieces):
        lead = _lead(document.lang).match(document.folded, begin, right)
        left = lead.end() if lead and group and document.lang == "en" else begin
        stops = list(_stop(document.lang).finditer(document.folded, left, right))
        head = (left, stops[0].start()) if stops else (left, right)
        if group:
            group.append(head)
        if not stops and group:
            continue
        yield from _accept(document, group, cued)
        yield from _between(document, left, stops)
        tail = stops[-1].end() if stops else left
        last = index + 1 == len(pieces) and group and document.lang != "en"
        group = [] if last else [(tail, right)]
    yield from _accept(document, group, cued)


def _between(document: Document, start: int, stops: list[re.Match[str]]) -> Iterator[Candidate]:
    """Yield single fields behind a cue that have a closing word on either side."""
    place = start
    for stop in stops:
        for item in _accept(document, [(place, stop.start())], True):
            before = _ahead(document.folded, item.start)
            several = document.lang != "en" or " " in document.folded[item.start : item.end]
            if several and _alone(document.lang).search(before):
                yield item
        place = stop.end()


@cache
def _alone(lang: str) -> re.Pattern[str]:
    """Return what stands before a field that is named by itself in the midst of a clause."""
    return pattern(rf"(?:{cell(lang, 'topic-cue-alone')})$", re.IGNORECASE)


def _pieces(document: Document, start: int, end: int) -> list[tuple[int, int]]:
    pieces, place = [], start
    for separator in _SEPARATOR[document.lang].finditer(document.folded, start, end):
        pieces.append((place, separator.start()))
        place = separator.end()
    return [*pieces, (place, end)]


def _accept(document: Document, group: list[tuple[int, int]], only_cued: bool) -> list[Candidate]:
    """Return the items of a group that holds two fields, or one behind a cue."""
    items = [item for place, pair in enumerate(group) if (item := _item(document, pair, place))]
    field = _field(document.lang).pattern
    fields = [item for item in items if field.search(document.lower, item.start, item.end)]
    first = items[0].start if items else 0
    while items and items[-1] not in fields:
        items.pop()
    while items and items[0] not in fields:
        items.pop(0)
    if not items:
        return []
    before = _ahead(_cased(document), items[0].start)
    cued = _cue(document.lang).search(before) or _cued_pair(document, first, items[0])
    if only_cued and not cued:
        return _examples(document, items)
    if cued:
        return items if len(fields) > 1 else fields[:1]
    if all(_WEAK.fullmatch(document.lower, item.start, item.end) for item in fields):
        return []
    return items if len(fields) > 1 and 2 * len(fields) >= len(items) else []


def _ahead(text: str, place: int) -> str:
    """Return as much of the text before a place as a cue may take up."""
    return text[max(place - 60, 0) : place]


def _examples(document: Document, items: list[Candidate]) -> list[Candidate]:
    """Return the English items that a cue parts from the first: "diplomacy, such as trade"."""
    if document.lang != "en" or len(items) == 1:
        return []
    return items[1:] if _cue("en").search(_ahead(document.lower, items[1].start)) else []


def _cued_pair(document: Document, first: int, field: Candidate) -> bool:
    """Tell whether one English word and "and" part a cue from a field: "discuss X and trade"."""
    if document.lang != "en" or not _ONE_AND.fullmatch(document.lower, first, field.start):
        return False
    return _cue("en").search(_ahead(document.lower, first)) is not None


_ONE_AND = re.compile(r"[\w-]+ and ")


def _item(document: Document, pair: tuple[int, int], place: int) -> Candidate | None:
    """Return the item without the words that lead it in, or None where it is too long."""
    start, end = pair
    while start < end and document.folded[start] in " ,":
        start += 1
    lead = _lead(document.lang).match(document.folded, start, end)
    if lead and (place == 0 or document.lang == "en"):
        start = lead.end()
    name = document.folded[start:end].rstrip(" ,")
    if document.lang == "en":
        name = _COMMON_END.sub("", name)
    if (
        not name
        or len(_ITEM_WORD.findall(name)) > 7
        or _NO_ITEM.match(name)
        or _NAME_INSIDE.search(name)
    ):
        return None
    return Candidate(start, start + len(name), "TOPIC", "rule:topic")


_COMMON_END = re.compile(
    r" (?:issues?|challenges?|matters|concerns|talks|negotiations|discussions|problems|spheres?)$"
)
_ITEM_WORD = re.compile(r"[^\W_]+")
_NAME_INSIDE = re.compile(r"^[-']|-$|'s |[A-Z]\w+ [A-Z]")
_WEAK = re.compile(r"(?:xây dựng|phát triển|nhân dân|ổn định chính trị|hợp tác|kết nối)(?: đất)?")
"""Words for what is built up at home, which make no list of fields by themselves."""
_NO_ITEM = re.compile(
    r"cơ chế|(?:các |những |một )?(?:bộ trưởng|quan chức|nhân viên|nhà|công cuộc|quá trình|"
    r"bất ổn|tôn trọng|cản trở|đa dạng|đa phương hóa|đường lối|nhiệm vụ)(?!\w)|"
    r"(?!training|banking|engineering|processing|shipping|peacekeeping)[a-z]+ing |"
    r"(?:he|she|it|they|we|i)(?:\s|$)",
    re.IGNORECASE,
)
