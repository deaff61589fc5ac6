"""Organisations and parties that no table holds, put together from their head words.

A state body takes its country in ("Bộ Ngoại giao Cuba", "Cuban Foreign Ministry"); a party
organ stops before its party.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.lexicon import UPPER, capital, expression, words
from curation.prelabel.registry import demonyms
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")
_LINKS_VI = re.compile(r" (?:và|&) | - |-|, ")
MAX_WORDS = 14


class Known(NamedTuple):
    """What is known before bodies are looked for: names of tables and offices."""

    countries: Cover
    parties: Cover
    persons: Cover
    roles: Cover


def find_bodies(document: Document, known: Known) -> list[Candidate]:
    """Return organisations and parties found by their form."""
    if document.lang == "vi":
        return [*_vi_orgs(document, known), *_vi_prefixed(document), *_vi_parties(document, known)]
    return [*_en_orgs(document, known), *_en_ministries(document), *_en_parties(document, known)]


# --- Vietnamese -------------------------------------------------------------------------


def _vi_orgs(document: Document, known: Known) -> Iterator[Candidate]:
    text = document.folded
    alone = words("vi", "org-alone")
    for match in document.find(_vi_heads()):
        start, end = match.span()
        if _no_head().match(text, start) or _INSIDE.search(text[max(start - 6, 0) : start]):
            continue
        organ = _party_organ(text, start)
        if organ:
            yield Candidate(start, organ, "ORG", "rule:party-organ", rank=1)
            continue
        if match[0] == "Vụ" and _tail_phrase(text, end + 1, words("vi", "org-tail")) is None:
            continue
        lower_head = not capital(text[start : start + 1])
        if lower_head and not (capital(text[end + 1 : end + 2]) and _fielded(document, known, end)):
            continue
        stop = max(_vi_extend(document, known, end), _to_acronym(text, end))
        stop = _before_holder(document, known, match, stop)
        if stop > end:
            rank = 2 if "-" in text[end:stop] and _of_two_states(document, end) else 0
            by = "rule:body-lower" if lower_head else "rule:body"
            yield Candidate(start, stop, "ORG", by, rank)
        elif text[start:end] in alone:
            yield Candidate(start, end, "ORG", "rule:body-alone")


@cache
def _no_head() -> re.Pattern[str]:
    """Return words that begin like a body and are none: "Trường Sa", "Đài Loan"."""
    return expression("vi", "org-head-not")


_INSIDE = re.compile(r"(?:[Bb]ệnh|[Tt]oàn|[Nn]ội|[Cc]án|[Hh]àng) $")
_HOLDER = re.compile(r" [A-Z][a-z]+(?: [A-Z]\.)?(?: [A-Z][a-z]+){1,3}$")
_HOLDER_OF_ONE = re.compile(r" [A-Z][a-z]{3,}$")


def _before_holder(document: Document, known: Known, head: re.Match[str], stop: int) -> int:
    """Cut off the foreign name of who holds the office that stands before the body."""
    text, end = document.folded, head.end()
    office = known.roles.at(max(head.start() - 2, 0))
    if office is None and not _MEMBER.search(text[max(head.start() - 20, 0) : head.start()]):
        return stop
    whole = head[0] in words("vi", "org-whole")
    name = _HOLDER.search(text, end, stop) or (whole and _HOLDER_OF_ONE.search(text, end, stop))
    if not name or (name.start() == end and not whole) or known.countries.at(name.start() + 1):
        return stop
    return stop if _PLACED.search(text[max(name.start() - 10, 0) : name.start()]) else name.start()


_MEMBER = re.compile(r"(?:[Tt]hành viên|[Tt]ham mưu trưởng|[Cc]ố vấn) $")
_PLACED = re.compile(r"(?:thành phố|bang|tỉnh|đảo|vùng)$")
_UP_TO_ACRONYM = re.compile(rf"(?: [^\W\d_]+| - ){{2,12}}(?= \([{UPPER}][{UPPER}&-]{{1,7}}\))")


def _to_acronym(text: str, end: int) -> int:
    """Return where the name ends that an acronym in brackets follows."""
    match = _UP_TO_ACRONYM.match(text, end)
    inner = match and re.search(r" (?:của|tại|đã|sẽ|cho|với|là|được|và các) ", match[0])
    return match.end() if match and not inner else end


def _fielded(document: Document, known: Known, end: int) -> bool:
    """Tell whether a field or a country follows a head in lower case, not just any name."""
    if document.folded[:end].endswith("đại học"):
        return known.roles.starting(end + 1) is None
    phrase = _tail_phrase(document.folded, end + 1, words("vi", "org-tail"))
    bare = document.folded[:end].endswith(("viện", "ngân hàng", "trung tâm"))
    return phrase is not None or (not bare and known.countries.starting(end + 1) is not None)


@cache
def _vi_heads() -> Finder:
    heads = words("vi", "org-head") | words("vi", "org-head-lower")
    listed = sorted(heads, key=len, reverse=True)
    return Finder(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)")


@cache
def _vi_organs() -> re.Pattern[str]:
    listed = sorted(words("vi", "party-organ"), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, listed))})(?!\w)")


def _party_organ(text: str, start: int) -> int | None:
    """Return the end of a party organ; "Đảng" belongs to it where no party's name follows."""
    match = _vi_organs().match(text, start)
    if match is None:
        return None
    end = match.end()
    party = _ITS_PARTY.match(text[end : end + 20])
    return end + party.end() if party else end


_ITS_PARTY = re.compile(rf" Đảng(?! (?:[{UPPER}]|cộng sản|nhân dân))")


def _vi_extend(document: Document, known: Known, end: int) -> int:
    """Return where the name that goes on at `end` stops."""
    text, place, count, tail = document.folded, end, 0, words("vi", "org-tail")
    best, friends = end, _of_two_states(document, end)
    while count < MAX_WORDS:
        link = _LINKS_VI.match(text, place) if count else None
        begin = link.end() if link else place + 1 if text[place : place + 1] == " " else -1
        token = _TOKEN.match(text, begin) if begin > 0 else None
        if token is None or _stops(document, known, begin, bool(link), friends):
            break
        country = known.countries.starting(begin)
        if country:
            best = place = country.end
            count += 1
            if friends and re.match(r" ?- ?", text[place : place + 3]):
                continue
            break
        word, phrase = token[0], _tail_phrase(text, begin, tail)
        office = known.roles.starting(begin)
        if capital(word) or word.isdigit():
            best = place = max(token.end(), phrase or 0, office.end if office else 0)
            if office and not known.countries.starting(place + 1):
                break
        else:
            bridge = count and phrase is None and not link
            if bridge and _leads_on(document, known, token.end(), friends):
                place = token.end()
                count += 1
                continue
            if office and re.search(r"(?:Văn phòng|Phủ) $", text[max(begin - 10, 0) : begin]):
                best = place = office.end
                count += 1
                continue
            if phrase is None or (link and link[0] == ", "):
                break
            place = phrase
            best = phrase if not link else best
        count += 1
    return best - len(" các") if text.endswith(" các", end, best) else best


def _of_two_states(document: Document, end: int) -> bool:
    """Tell whether a body of this head may be named after two states ("Viện ... Việt - Hàn")."""
    before = document.lower[max(end - 14, 0) : end + 12]
    head = expression("vi", "org-of-two", re.IGNORECASE)
    return "hữu nghị" in before or any(
        match.end() == end for match in head.finditer(document.lower, max(end - 16, 0), end)
    )


def _leads_on(document: Document, known: Known, end: int, friends: bool) -> bool:
    """Tell whether a capitalised word of the same name follows ("Dự báo Khí tượng")."""
    if document.word_before(end) in words("vi", "org-bridge-not"):
        return False
    capitalised = document.folded[end : end + 1] == " " and capital(
        document.folded[end + 1 : end + 2]
    )
    return capitalised and not _stops(document, known, end + 1, False, friends)


def _stops(document: Document, known: Known, begin: int, linked: bool, friends: bool) -> bool:
    """Tell whether another name begins here."""
    text = document.folded
    if known.parties.starting(begin) or known.persons.starting(begin):
        return True
    if _NO_PART.match(text, begin) or (linked and text[begin].isdigit()):
        return True
    role = known.roles.starting(begin)
    if role and not re.search(r"(?:Văn phòng|Phủ|Hội đồng) $", text[max(begin - 12, 0) : begin]):
        return True
    comma = linked and text[begin - 2 : begin] == ", "
    if comma and (known.countries.starting(begin) or _other_begins().match(text, begin)):
        return True
    if linked and (_vi_heads().pattern.match(text, begin) or known.countries.starting(begin)):
        return not friends
    return vietnamese_name(text, begin) is not None and not known.countries.starting(begin)


_NO_PART = re.compile(r"(?:Ảnh|(?<=, )TP|Đại (?:tướng|tá|úy)|Trưởng đoàn)(?!\w)")
"""What follows a body without being of its name: a credit of a picture, a city, a rank."""


@cache
def _tail_phrases(tail: frozenset[str]) -> re.Pattern[str]:
    listed = sorted(tail, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, listed))})(?!\w)", re.IGNORECASE)


@cache
def _other_begins() -> re.Pattern[str]:
    """Return what ends a body behind a comma: another body or a person's title."""
    titles = "|".join(sorted(words("vi", "honorific"), key=len, reverse=True))
    return re.compile(rf"(?i:{titles}|trưởng)(?= [{UPPER}])|{_vi_heads().source} [{UPPER}]")


def _tail_phrase(text: str, begin: int, tail: frozenset[str]) -> int | None:
    match = _tail_phrases(tail).match(text, begin)
    return match.end() if match else None


@cache
def _surname(lang: str) -> re.Pattern[str]:
    listed = "|".join(sorted(words(lang, "surname"), key=len, reverse=True))
    syllable = rf"[{UPPER}][^\W\d_]{{0,6}}"
    return re.compile(rf"(?:{listed})(?: {syllable}){{1,3}}(?![\w-])")


def vietnamese_name(text: str, begin: int, lang: str = "vi") -> int | None:
    """Return the end of a name that begins with a Vietnamese family name, or None."""
    match = _surname(lang).match(text, begin)
    return match.end() if match else None


def _vi_prefixed(document: Document) -> Iterator[Candidate]:
    """Find what a lower-case class noun introduces: "hãng tin AFP" marks "AFP"."""
    for match in document.find(_prefixed()):
        if match[1] in words("vi", "not-name"):
            continue
        yield Candidate(*match.span(1), "ORG", "rule:body-after-noun", rank=-1)


@cache
def _prefixed() -> Finder:
    heads = "|".join(sorted(words("vi", "org-prefix"), key=len, reverse=True))
    more = rf"(?: (?:of |de |du |d'|the | - )?[{UPPER}][\w&-]*)*"
    name = rf"(?:[AE]l - )?[{UPPER}][\w&.-]*\w{more}"
    before = r"(?<!\w)(?<!dự )(?<!thông )(?<!tượng )(?<!cảnh )(?<!hà )(?<!tình )"
    return Finder(rf"{before}(?:{heads}) ({name})")


_PARTY_VI = (
    r"cộng sản|cộng hòa|dân chủ|xã hội|chủ nghĩa|nhân dân|cách mạng|lao động|công nhân|tự do|"
    r"bảo thủ|xanh|cánh tả|tiến bộ|thống nhất|quốc gia|quốc đại|thịnh vượng|dân tộc|công lý|"
    r"đoàn kết|phát triển|hành động|mới|cấp tiến|cơ đốc giáo|cơ đốc|liên minh|liên bang|yêu nước"
)


def _vi_parties(document: Document, known: Known) -> Iterator[Candidate]:
    """Find "Đảng" with the words of a party's name, and with its country."""
    text = document.folded
    for match in document.find(_vi_party()):
        start, end = match.span()
        country = known.countries.starting(end + 1) if text[end : end + 1] == " " else None
        if country:
            yield Candidate(start, country.end, "PARTY", "rule:party-of-country", rank=1)
        elif end > match.start(1):
            yield Candidate(start, end, "PARTY", "rule:party")


@cache
def _vi_party() -> Finder:
    named = rf"(?<!\w)[Đđ]ảng((?: (?i:{_PARTY_VI})(?!\w))+)(?! viên)"
    return Finder(fold(rf"{named}|(?<!\w)[Cc]ông đảng()"))


# --- English ----------------------------------------------------------------------------

_CAP = rf"(?:[{UPPER}][\w]*(?:[.'-]+[\w]+)*\.?)"
_CAP_WORD = re.compile(rf"[{UPPER}]\w*(?:['-]\w+)*")


@cache
def _en_heads() -> Finder:
    listed = sorted(words("en", "org-head"), key=len, reverse=True)
    return Finder(rf"(?<![\w-])(?:{'|'.join(map(re.escape, listed))})(?![\w-])")


@cache
def _en_organs() -> Finder:
    listed = sorted(words("en", "party-organ"), key=len, reverse=True)
    return Finder(rf"\b(?:Party )?(?:{'|'.join(map(re.escape, listed))})(?!\w)")


def _en_orgs(document: Document, known: Known) -> Iterator[Candidate]:
    alone = words("en", "org-alone")
    for match in document.find(_en_organs()):
        if match[0] == "Secretariat" and _SECURITY.search(document.folded[: match.start()][-9:]):
            continue
        yield Candidate(*match.span(), "ORG", "rule:party-organ", rank=1)
    for match in document.find(_en_heads()):
        start = _en_left(document, known, match.start())
        end = _en_right(document, known, match.end())
        one = document.folded.startswith(" One", end)
        if document.folded[start:end] + " One" * one in words("en", "org-not"):
            continue
        if start < match.start() or end > match.end():
            yield Candidate(start, end, "ORG", "rule:body")
        elif match[0] in alone:
            yield Candidate(start, end, "ORG", "rule:body-alone")


_SECURITY = re.compile(r"Security $")
_CAP_BEFORE = re.compile(rf"({_CAP})( and | & | )$")
_CAP_OPENS = re.compile(rf"(?:{_CAP}|(?<!\w)the|'s) $")


def _en_left(document: Document, known: Known, start: int) -> int:
    """Move the start over the capitalised words before the head."""
    text = document.folded
    for _ in range(7):
        found = _CAP_BEFORE.search(text[max(start - 40, 0) : start])
        if found is None:
            break
        begin = start - len(found[0])
        word = found[1]
        if found[2] != " " and _other_body(text, begin, word):
            break
        if _not_part(document, known, begin, word):
            break
        start = begin
    return start


def _other_body(text: str, begin: int, word: str) -> bool:
    """Tell whether what stands before "and" is another name, not a part of this one."""
    before = _CAP_OPENS.search(text[max(begin - 30, 0) : begin])
    if before is None or word in words("en", "org-head") or (word.isupper() and len(word) > 1):
        return True
    return before[0].strip() in words("en", "given")


def _not_part(document: Document, known: Known, begin: int, word: str) -> bool:
    if known.persons.at(begin) or known.parties.at(begin):
        return True
    role = known.roles.at(begin)
    if role and role.by == "rule:role":
        return True
    possessive = word.endswith("'s") and word not in ("People's", "Lord's", "Women's", "Children's")
    first = word.rstrip(".") in words("en", "function-word") or possessive
    first = first or bool(_BASED.search(word))
    return first or (bool(re.search(r"['.]$", word)) and word not in ("U.S.", "U.K.", "St."))


_BASED = re.compile(r"-(?:based|led|backed|born|run|owned|controlled|sponsored|brokered)$")


_LINK_EN = re.compile(rf" (?:of|for|on|in|to)(?: the)? (?=[{UPPER}])")


def _en_right(document: Document, known: Known, end: int) -> int:
    """Move the end over "of Foreign Affairs", "for Industry and Trade", "of Cuba"."""
    text = document.folded
    beside = known.countries.starting(end + 1) if text[end : end + 1] == " " else None
    if beside and re.search(
        r"(?:University|Airlines|Bank|Institute|Fund)$", text[max(end - 12, 0) : end]
    ):
        return beside.end
    for _ in range(3):
        found = _LINK_EN.match(text, end)
        if found is None:
            break
        begin = found.end()
        if known.parties.starting(begin) or known.roles.starting(begin):
            break
        country = known.countries.starting(begin)
        if country:
            stays = found[0].startswith((" in", " on", " to", " for"))
            return country.end if not stays or _SENT.search(text[:end][-12:] + found[0]) else end
        if found[0].startswith((" in", " to")):
            break
        stop = _cap_run(document, known, begin)
        if stop == begin:
            break
        end = stop
    return end


_SENT = re.compile(r"(?:Mission|Force) in (?:the )?$")
_JOINS = re.compile(r" and (?:the )?|, and |, | & | ")
_LISTED = re.compile(rf"(?:{_CAP} ?){{1,3}}(?:,|,? and) ")


def _cap_run(document: Document, known: Known, begin: int) -> int:
    """Return the end of capitalised words joined by blanks, commas and "and"."""
    text, place, best = document.folded, begin, begin
    for _ in range(8):
        word = _CAP_WORD.match(text, place)
        if word is None or known.persons.starting(place) or _person_here(known, text, place):
            break
        if word[0] in words("en", "function-word"):
            break
        if place > begin and (known.countries.starting(place) or known.roles.starting(place)):
            break
        best = word.end() - (2 if word[0].endswith("'s") else 0)
        if best < word.end():
            break
        link = _JOINS.match(text[best : best + 9])
        if link is None:
            break
        if link[0] == ", " and not _LISTED.match(text[best + 2 : best + 60]):
            break
        if link[0].strip() and _en_heads().pattern.match(text, best + link.end()):
            break
        place = best + link.end()
    return best


def _person_here(known: Known, text: str, place: int) -> bool:
    given = _GIVEN.match(text, place)
    if given and given[1] in words("en", "given"):
        return True
    return vietnamese_name(text, place, "en") is not None


_GIVEN = re.compile(rf"([{UPPER}][\w-]+) [{UPPER}]")


def _en_ministries(document: Document) -> Iterator[Candidate]:
    """Find lower-case ministries with their country: "Chinese foreign ministry"."""
    if not document.words.starts(("ministry", "embassy", "consulate")):
        return
    for match in document.find(_national_ministries()):
        yield Candidate(*match.span(), "ORG", "rule:body-lower")
    for match in document.find(_MINISTRIES):
        yield Candidate(*match.span(), "ORG", "rule:ministry-lower", -1)


_MINISTRY = (
    r"(?:foreign affairs|foreign|defen[cs]e|finance|interior|trade|health|commerce|education|"
    r"justice|economy|energy|agriculture|transport|culture) ministry"
)
_MINISTRIES = Finder(rf"(?<![\w-]){_MINISTRY}(?!\w)")


@cache
def _national_ministries() -> Finder:
    names = "|".join(sorted(map(re.escape, demonyms()), key=len, reverse=True))
    return Finder(rf"(?<!\w)(?:{names}|U\.S\.|US|UK|UN) (?:{_MINISTRY}|embassy|consulate)(?!\w)")


_PARTIES_EN = Finder(
    rf"(?<![\w-])((?:{_CAP}(?:'s?)? (?:and |of |for )?){{1,5}}(?:Party|Front))"
    r"(?! (?:Congress|Central|Committee|Secretary|Chair|leader|General|official))(?!\w)"
    r"((?: of| in)(?: the)? )?"
)


def _en_parties(document: Document, known: Known) -> Iterator[Candidate]:
    text = document.folded
    if not document.words.starts(("party", "front")):
        return
    for match in document.find(_PARTIES_EN):
        start, end = match.start(1), match.end(1)
        start = _drop_function(text, start, end)
        country = known.countries.starting(match.end()) if match[2] else None
        if country and match[2].startswith(" of"):
            yield Candidate(start, country.end, "PARTY", "rule:party-of-country", rank=1)
        elif (
            text[start:end].split(" ")[0] not in words("en", "party-not") and " " in text[start:end]
        ):
            yield Candidate(start, end, "PARTY", "rule:party")


def _drop_function(text: str, start: int, end: int) -> int:
    function = words("en", "function-word")
    while (word := _NEXT_WORD.match(text, start, end)) and word[1] in function:
        start = word.end()
    return start


_NEXT_WORD = re.compile(r"(\S+) ")
