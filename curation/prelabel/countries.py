"""Countries and places: homographs, compounds ("Việt - Pháp") and capitals for governments."""

import re
from collections.abc import Iterator
from functools import cache

from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import UPPER, cell, words
from curation.prelabel.registry import Entry, Hit, capitals, compounds, table
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold, lower, pattern


def find_countries(document: Document, hits: list[Hit]) -> list[Candidate]:
    """Return the countries and places of the registry that the context bears out."""
    found = [*_countries(document, hits), *_compounds(document, hits), *_shortened(document)]
    found += [*_places(document, hits), *_classed(document), *_datelines(document)]
    return [*found, *_venues(document)]


def _venues(document: Document) -> Iterator[Candidate]:
    """Yield halls, palaces and airports by their class noun, in English."""
    if document.lang == "vi":
        yield from _venues_vi(document)
        return
    if document.words.starts(_HALL_WORDS):
        for match in document.find(_HALLS):
            if match[0].split(" ")[0] in words("en", "given"):
                continue
            yield Candidate(*match.span(), "PLACE", "rule:venue", 1)
    for match in document.find(_KREMLIN):
        yield Candidate(*match.span(), "ORG", "rule:seat", 0)
    if document.words.starts(_SEAT_WORDS):
        for match in _SEATS.finditer(document.folded):
            yield Candidate(*match.span(1), "PLACE", "rule:venue", 1)


_NAME = rf"[{UPPER}][\w'-]*"
_KINDS = (
    "Palace|Hall|Airport|Hotel|Square|Guesthouse|Guest House|Mausoleum|Stadium|Castle|Cathedral|"
    "Tower|Opera House|Convention Center|Convention Centre|Exhibition Center|Exhibition Centre|"
    "Conference Center|Conference Centre|Air Base|Naval Base|Air Force Base"
)
_HALL_WORDS = frozenset(re.split(r"\W", _KINDS.lower()))
_HALLS = Finder(
    rf"(?<![\w-])(?!(?:The|At|In|City) )(?:{_NAME} ){{1,4}}(?:{_KINDS})(?: of the People)?(?!\w)|"
    rf"(?<!\w)(?:Palace|Hall) of (?:the )?{_NAME}"
)
_KREMLIN = Finder(r"(?<!\w)Kremlin(?!\w)")
_SEAT_WORDS = ("white", "kremlin", "pentagon")
_SEATS = re.compile(r"\b(?:at|to|in|into|outside|from) the (White House|Kremlin|Pentagon)(?!\w)")


def _venues_vi(document: Document) -> Iterator[Candidate]:
    """Yield airports, hotels and squares with their class noun, and the Kremlin as seat or body."""
    for match in document.find(_classed_venues()):
        yield Candidate(*match.span("x"), "PLACE", "rule:venue", 1)
    for match in document.find(_SEATS_VI):
        start = match.start()
        stood = _STOOD.search(document.lower[max(start - 8, 0) : start])
        label = "PLACE" if stood else "ORG"
        yield Candidate(*match.span(), label, "rule:seat", 2)


@cache
def _classed_venues() -> Finder:
    joint = rf" ?- ?(?:a|al|e|el) ?- ?[{UPPER}]\w*| - La(?!\w)"
    name = rf"[{UPPER}]\w*(?:{joint}|(?:[ -][{UPPER}]\w*){{0,3}})"
    return Finder(fold(rf"(?<![\w-])(?P<x>(?i:{cell('vi', 'venue-class')}) {name})"))


_SEATS_VI = Finder(r"(?<!\w)(?:(?:[Đđ]iện )?Kremlin|Nhà Trắng|Lầu Năm Góc|Nhà Xanh)(?![\w-])")
_STOOD = re.compile(r"(?:ở|tại|đến|tới|vào|trong|gần) $")


def _countries(document: Document, hits: list[Hit]) -> Iterator[Candidate]:
    for start, end, entry in hits:
        if entry.by == "registry:countries":
            friend = _false_friend(document, start, end) or _tongue(document, start)
            yield Candidate(
                start, end, entry.label, entry.by, 0, entry.kb, key=entry.key, refused=friend
            )


def _tongue(document: Document, start: int) -> str:
    """Tell whether a Vietnamese name of a country names its language ("tiếng Đức"), else ""."""
    before = document.lower[max(start - 12, 0) : start]
    tongue = document.lang == "vi" and _TONGUE.search(before)
    return "false-friend:language" if tongue else ""


_TONGUE = re.compile(r"(?<!lên )(?<!danh )(?<!nổi )(?<!\w)tiếng $")


def _false_friend(document: Document, start: int, end: int) -> str:
    """Tell which word makes the form something else ("Anh" the brother, "Pháp lệnh"), else ""."""
    text, form = document.folded, document.folded[start:end]
    rules = _false_friends(document.lang).get(lower(form))
    if rules is None:
        return ""
    left, right, opening = rules
    if right and right.match(text, end):
        return "false-friend:word-behind"
    if left and left.search(text[max(start - 24, 0) : start]):
        return "false-friend:word-before"
    opens = opening and _SENTENCE_OPENS.search(text[max(start - 3, 0) : start])
    brother = form == "Anh" and _brother(document, start)
    return "false-friend:opens-sentence" if opens or brother else ""


def _brother(document: Document, start: int) -> bool:
    """Tell whether "Anh" opens a sentence of an article that never speaks of Britain."""
    text = document.folded
    if document.in_title(start) or not _SENTENCE_OPENS.search(text[max(start - 3, 0) : start]):
        return False
    return _BRITAIN.search(text) is None


_BRITAIN = re.compile(
    r"(?<=[a-zà-ỹ,(] )Anh(?!\w| [A-ZĐ])|(?:nước|quốc|tướng|trưởng|sứ|phủ) Anh|London"
)
_SENTENCE_OPENS = re.compile(r"(?:^|[.!?:\"\n-]\s*)$")


@cache
def _false_friends(
    lang: str,
) -> dict[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None, bool]]:
    """Return, by form, what may not stand before it or behind it, and whether it may open."""
    rules = {}
    for row in table("false_friends"):
        if row["lang"] == lang:
            left = pattern(rf"(?:{row['before']})\s?$") if row["before"] else None
            right = pattern(rf"\s?(?:{row['after']})") if row["after"] else None
            rules[lower(fold(row["form"]))] = (left, right, row["opening"] == "no")
    return rules


_PAIR = re.compile(r"-(?:(?<=\w-)|(?<=\w -)) ?(?=\w)")
"""The dash between two names; a blank may stand before it."""


def _compounds(document: Document, hits: list[Hit]) -> Iterator[Candidate]:
    """Yield both members of "Việt - Trung" and of chains like "Mỹ - Nhật - Hàn"."""
    if document.lang != "vi":
        return
    text, short = document.folded, compounds()
    forms = {(start, end) for start, end, e in hits if e.by == "registry:countries"}
    starts = {start: (start, end) for start, end in sorted(forms)}
    ends = {end: (start, end) for start, end in sorted(forms, reverse=True)}
    for dash in _PAIR.finditer(text):
        place = dash.start() - (text[dash.start() - 1] == " ")
        left = ends.get(place) or _short_left(text, place, short)
        right = starts.get(dash.end()) or _short_right(text, dash.end(), short)
        if not (left and right):
            continue
        for start, end in (left, right):
            iso2 = short.get(text[start:end])
            if iso2:
                kb = f"iso3166:{iso2}"
                yield Candidate(start, end, "COUNTRY", "rule:country-compound", 1, kb, key=iso2)


def _shortened(document: Document) -> Iterator[Candidate]:
    """Yield the short name of a country between an office and a foreign name: "Tổng thống Hàn"."""
    if document.lang != "vi":
        return
    short = compounds()
    for match in document.find(_OF_SHORT):
        iso2 = short[match[1]]
        kb = f"iso3166:{iso2}"
        start, end = match.span(1)
        yield Candidate(start, end, "COUNTRY", "rule:country-compound", 1, kb, key=iso2)


_OF_SHORT = Finder(
    r"(?<!\w)(?:[Tt]ổng thống|[Nn]goại trưởng|[Tt]hủ tướng|[Qq]uốc vương) "
    r"(Hàn|Thổ|Triều)(?= [A-Z][a-z]+ |,|\.| ')"
)


def _short_left(text: str, end: int, short: dict[str, str]) -> tuple[int, int] | None:
    word = _LAST_WORD.search(text[max(end - 8, 0) : end])
    return (end - len(word[0]), end) if word and word[0] in short else None


def _short_right(text: str, start: int, short: dict[str, str]) -> tuple[int, int] | None:
    word = _FIRST_WORD.match(text[start : start + 8])
    region = text.startswith("Thái Bình Dương", start)
    return (start, start + len(word[0])) if word and word[0] in short and not region else None


_FIRST_WORD, _LAST_WORD = re.compile(r"\w+"), re.compile(r"(?<!\w)\w+$")


def _places(document: Document, hits: list[Hit]) -> Iterator[Candidate]:
    governments, states = capitals(), _states(hits)
    for start, stop, entry in hits:
        if entry.by != "registry:places":
            continue
        friend = _false_friend(document, start, stop) or _common_word(document, start, stop, entry)
        if friend:
            yield Candidate(start, stop, "PLACE", entry.by, key=entry.key, refused=friend)
            continue
        end = _with_state(document, stop, states) if entry.kind == "venue" else stop
        form = document.folded[start:end]
        iso2 = governments.get(form)
        if iso2 and _speaks(document, start, end):
            kb = f"iso3166:{iso2}"
            yield Candidate(start, end, "COUNTRY", "rule:capital-for-state", 0, kb, key=iso2)
        else:
            whole = 2 if "Minh" in form else 0  # the city, not the person in its name
            yield Candidate(start, end, "PLACE", entry.by, whole, key=entry.key)


def _common_word(document: Document, start: int, end: int, entry: Entry) -> str:
    """Tell whether a city or province is a common word here ("Viện Hải dương"), else ""."""
    seen = document.folded[start:end]
    common = entry.kind in ("city", "province") and " " in seen and seen != entry.form
    return "place:common-word" if common and not entry.form.islower() and not seen.isupper() else ""


def _with_state(document: Document, end: int, states: list[str]) -> int:
    """Return the end of a venue's name with the country that follows it."""
    behind = document.folded[end : end + 40]
    for state in states:
        stop = len(state) + 1
        if behind.startswith(f" {state}") and not _FIRST_WORD.match(behind, stop):
            return end + stop
    return end


def _states(hits: list[Hit]) -> list[str]:
    """Return the country names found in the article, the longest first."""
    forms = {hit.entry.form for hit in hits if hit.entry.by == "registry:countries"}
    return sorted(forms, key=len, reverse=True)


def _speaks(document: Document, start: int, end: int) -> bool:
    """Tell whether a capital stands for its government here."""
    text, lang = document.folded, document.lang
    left = text[max(start - 30, 0) : start]
    if lang == "vi" and _sent().search(text[max(start - 50, 0) : start]):
        return True
    if _put(lang).search(left) or _put_behind(lang).match(text, end):
        return False
    if document.in_title(start) and text[end : end + 1] == "\n":
        return False
    moved = _moved(lang).search(text[max(start - 70, 0) : start])
    if _located(lang).search(left) or moved:
        return bool(_toward(lang).search(left)) and not moved
    if _government(lang).match(text, end) or _toward(lang).search(left):
        return True
    return text[start:end] not in words(lang, "home-capital") and not _capitals(text, start, end)


def _capitals(text: str, start: int, end: int) -> bool:
    """Tell whether the name stands in capitals or within a longer name."""
    shouted = text[start:end].isupper() and end - start > 3
    before = _CAPITALISED_BEFORE.search(text[max(start - 20, 0) : start])
    after = _CAPITALISED_BEHIND.match(text[end : end + 3])
    return shouted or bool(before) or bool(after)


_CAPITALISED_BEFORE = re.compile(rf"(?<![.!?\n] )(?<![.!?\n])(?<!\w)[{UPPER}]\w+ $")
_CAPITALISED_BEHIND = re.compile(rf" [{UPPER}]\w")


@cache
def _sent() -> re.Pattern[str]:
    """Return what a government says or does, where its capital follows: "cam kết từ Lima"."""
    return pattern(rf"(?<!\w)(?:{cell('vi', 'government-from')}) $", re.IGNORECASE)


@cache
def _put(lang: str) -> re.Pattern[str]:
    """Return what stands before a city as a spot on the map, whatever follows."""
    return pattern(rf"(?<!\w)(?:{cell(lang, 'city-before')})\s?$", re.IGNORECASE)


@cache
def _put_behind(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?:{cell(lang, 'city-after')})", re.IGNORECASE)


@cache
def _moved(lang: str) -> re.Pattern[str]:
    """Return a verb or noun of going that leads to the city."""
    return pattern(rf"(?<!\w)(?:{cell(lang, 'city-moved')})$", re.IGNORECASE)


@cache
def _located(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'place-before')})\s(?:\w+\s)?$", re.IGNORECASE)


@cache
def _government(lang: str) -> re.Pattern[str]:
    return pattern(rf"\s(?:{cell(lang, 'government-after')})(?!\w)", re.IGNORECASE)


@cache
def _toward(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'government-before')})\s$", re.IGNORECASE)


def _classed(document: Document) -> Iterator[Candidate]:
    """Yield the name behind "tỉnh", "thành phố", "the city of" and their like."""
    for match in document.find(_classes(document.lang)):
        start, end = match.span("x")
        first = document.folded[start:end].split(" ")[0]
        if first not in words(document.lang, "not-name") or document.lang == "vi":
            yield Candidate(start, end, "PLACE", "rule:place-after-class", -2)


def _datelines(document: Document) -> Iterator[Candidate]:
    """Yield the city in capitals that opens a paragraph before a dash or an agency."""
    text, start = document.folded, 0
    while True:
        match = _DATELINE.match(text, start)
        if match and match.end() - start > 2 and "." not in match[0]:
            yield Candidate(*match.span(), "PLACE", "rule:dateline", 1)
        start = text.find("\n", start) + 1
        if not start:
            return


_DATELINE = re.compile(
    rf"(?!ATTENTION|UPDATE|CORRECT|REFILE|ADDS|RECAST|FACTBOX|URGENT|ROUNDUP|LEAD|EDITORS)"
    rf"[{UPPER}]+(?:[ ./'-]+[{UPPER}]+){{0,3}}(?=,? ?(?:\([^)\n]{{2,20}}\) ?)?-+ )"
)


@cache
def _classes(lang: str) -> Finder:
    name = rf"[{UPPER}][\w'-]*(?: [{UPPER}][\w'-]*){{0,3}}"
    return Finder(fold(rf"(?<![\w-])(?:{cell(lang, 'place-class')}) (?P<x>{name})"))
