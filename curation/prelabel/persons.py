"""Names of persons: after an office or a title, by their shape, and short at later mentions."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from curation.prelabel.bodies import vietnamese_name
from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.lexicon import UPPER, capital, cell, words
from curation.prelabel.registry import Hit, table, values
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold, lower

_WORD = rf"(?:(?:[Aa]l|[Ee]l|[Aa]s|[Aa]d)-)?[{UPPER}]\w*(?:-\w+|'(?!s\b)\w+)*"
_INITIAL = rf"[{UPPER}]\.(?:[{UPPER}]\.)*|[{UPPER}](?= [{UPPER}])"


@cache
def _name() -> re.Pattern[str]:
    """Return the expression of two or more name words, with particles between them."""
    particle = "|".join(sorted(words("en", "particle")))
    part = rf"(?:(?:Jean|Marie|Anne|Karl|Hans) - {_WORD}|{_INITIAL}|{_WORD})"
    return re.compile(
        rf"{part}(?:(?: (?:{particle})){{0,2}} {part}| - [a-z]{{2,6}}(?=[ ,.;:)\n\"])){{0,4}}"
        rf"(?:,? (?:Jr|Sr)\.?)?"
    )


def find_persons(document: Document, claimed: Cover, hits: list[Hit]) -> list[Candidate]:
    """Return the persons; `claimed` covers what other rules hold, `hits` the registry's."""
    full = [*_registered(hits)]
    full += _after_office(document, claimed)
    full += _after_title(document, claimed)
    full += _by_family_name(document, claimed)
    full += _by_given_name(document, claimed)
    full += _before_office(document, claimed)
    full += _by_nation(document, claimed)
    full += _speaking(document, claimed)
    full += _known(document, claimed, full)
    full = _one_key(document, full)
    full += _bracketed(document, claimed, full)
    return [*full, *_short(document, full, claimed)]


def _known(document: Document, claimed: Cover, full: list[Candidate]) -> Iterator[Candidate]:
    """Yield the telling short name of a statesman whom the article never names in full."""
    named = {person.key for person in full}
    for match in document.find(_telling_names()):
        start, end = match.span()
        slug, kb = _telling_keys()[match[0]]
        if slug in named or claimed.within(start, end) or _preceded(document.folded, start):
            continue
        yield Candidate(start, end, "PERSON", "rule:person-known", -2, kb, key=slug)


@cache
def _telling_keys() -> dict[str, tuple[str, str]]:
    """Return slug and CURIE by short names of five letters or more that one person bears."""
    owners: dict[str, list[tuple[str, str]]] = {}
    for row in table("persons"):
        for form in values(row["short"]):
            name = fold(form)
            if row["iso2"] != "VN" and name.isascii() and len(name) > 4 and " " not in name:
                kb = f"wikidata:{row['wikidata']}" if row["wikidata"] else f"registry:{row['slug']}"
                owners.setdefault(name, []).append((row["slug"], kb))
    common = words("en", "given") | words("en", "not-name")
    return {name: who[0] for name, who in owners.items() if len(who) == 1 and name not in common}


@cache
def _telling_names() -> Finder:
    listed = sorted(_telling_keys(), key=len, reverse=True)
    names = "|".join(map(re.escape, listed))
    return Finder(rf"(?<![\w-])(?:{names})(?![\w-]| [{UPPER}])")


def _one_key(document: Document, full: list[Candidate]) -> list[Candidate]:
    """Give a short name behind a title the key of the person who was named in full."""
    keys: dict[str, str] = {}
    for person in full:
        name = document.folded[person.start : person.end]
        if " " in name:
            for form in (name.split(" ")[0], _last(name.split(" "))):
                keys.setdefault(form, person.key)
    names = [document.folded[person.start : person.end] for person in full]
    return [
        person._replace(key=keys[name]) if person.key == name and name in keys else person
        for person, name in zip(full, names, strict=True)
    ]


_IN_BRACKETS = re.compile(rf" \(([{UPPER}]\w+(?:[ -][{UPPER}]\w+){{1,3}})\)")


def _bracketed(document: Document, claimed: Cover, full: list[Candidate]) -> Iterator[Candidate]:
    """Yield the other spelling of a name in brackets: "Meng Wanzhou (Mãnh Vãn Chu)"."""
    for person in full:
        match = _IN_BRACKETS.match(document.folded[person.end : person.end + 40])
        guessed = person.by == "rule:person-family-name"
        if match and not guessed and not claimed.within(person.end, person.end + match.end()):
            start = person.end + match.start(1)
            yield Candidate(
                start,
                person.end + match.end(1),
                "PERSON",
                "rule:person-bracketed",
                0,
                key=person.key,
            )


def _by_nation(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield the name behind "người" and a country: "nhà báo người Iran Peyman Yazdani"."""
    if document.lang != "vi":
        return
    for country in claimed.candidates:
        before = document.lower[max(country.start - 10, 0) : country.start]
        begin = country.end + 1
        if country.label != "COUNTRY" or not before.endswith(("người ", "đồng cấp ")):
            continue
        if not capital(document.folded[begin : begin + 1]) or claimed.at(begin):
            continue
        end = name_at(document, claimed, begin)
        if end and " " in document.folded[begin:end] and document.folded[begin - 1] == " ":
            yield _candidate(document, begin, end, "rule:person-nation")


def _speaking(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield two or three name words before a verb of saying or a profession."""
    text = document.folded
    lists = words("en", "not-name") | words("en", "org-head")
    for match in document.find(_speakers(document.lang)):
        start, end = match.span(1)
        parts = match[1].split(" ")
        if claimed.within(start, end) or any(part in lists for part in parts):
            continue
        if _preceded(text, start) or (
            document.lang == "vi"
            and (not match[1].isascii() or parts[0] in words("vi", "not-name"))
        ):
            continue
        yield _candidate(document, start, end, "rule:person-speaking", -1)


@cache
def _speakers(lang: str) -> Finder:
    word = rf"[{UPPER}]['-]*[a-zà-ỹ][\w'-]*"
    name = rf"{word}(?: [{UPPER}]\.)?(?: {word}){{1,2}}"
    behind = cell(lang, "person-behind")
    return Finder(fold(rf"(?<![\w-])(?<![\w,] the )({name})(?=(?:{behind}))"))


def _registered(hits: list[Hit]) -> Iterator[Candidate]:
    for hit in hits:
        if hit.entry.label == "PERSON":
            yield Candidate(
                hit.start, hit.end, "PERSON", hit.entry.by, 1, hit.entry.kb, key=hit.entry.key
            )


def name_at(document: Document, claimed: Cover, begin: int) -> int | None:
    """Return the end of a name that begins here, cut where another entity begins."""
    match = _name().match(document.folded, begin)
    if match is None:
        return None
    vietnamese = vietnamese_name(document.folded, begin, document.lang)
    end = match.end() if vietnamese is None else max(vietnamese, begin)
    for other in claimed.within(begin, end):
        if other.label == "PERSON" or _homograph(document, other, begin, end):
            continue
        end = min(end, other.start)
    end = _drop_last(document.folded, begin, end)
    return end if end - begin > 1 else None


def _homograph(document: Document, other: Candidate, begin: int, end: int) -> bool:
    """Tell whether a country's one-syllable name is but a part of the person's."""
    inner = other.start > begin and other.end <= end and other.label in ("COUNTRY", "PLACE")
    return (
        inner
        and " " not in document.folded[other.start : other.end]
        and other.end - other.start < 6
    )


def _drop_last(text: str, begin: int, end: int) -> int:
    """Cut trailing words that are no part of a name, possessives and blanks."""
    name = text[begin:end].rstrip(" ,")
    name = name[:-2] if name.endswith("'s") else name.removesuffix("'")
    while name:
        last = name.rsplit(" ", 1)[-1]
        if last not in words("en", "particle") and last not in words("en", "not-name"):
            break
        if last in ("May", "June", "April") and name.split(" ")[0] in words("en", "given"):
            break
        name = name[: -len(last)].rstrip()
    return begin + len(name)


def _candidate(document: Document, begin: int, end: int, by: str, rank: int = 0) -> Candidate:
    return Candidate(begin, end, "PERSON", by, rank, key=document.folded[begin:end])


def _after_office(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield the name that follows an office, or an office and its body."""
    text = document.folded
    for office in claimed.candidates:
        if office.label != "ROLE":
            continue
        begin = _behind(document, claimed, office)
        if begin is None or not capital(text[begin : begin + 1]):
            continue
        if claimed.starting(begin) and claimed.starting(begin).label != "PERSON":  # type: ignore[union-attr]
            continue
        end = name_at(document, claimed, begin)
        if end and not _common(document, begin, end):
            yield _candidate(document, begin, end, "rule:person-after-office")


_LINK = re.compile(
    r"(?: of(?: the| its| his| her)?| for| nước| tỉnh| thành phố| tại| của| in| to)? "
)
_ACRONYM = re.compile(r" \([^()]{2,12}\)")


@cache
def _behind_office(lang: str) -> re.Pattern[str]:
    return re.compile(rf",? (?:{_titles(lang)}) ")


def _behind(document: Document, claimed: Cover, office: Candidate) -> int | None:
    """Return where a name would begin behind the office, its bodies and a title of honour."""
    text, place, kinds = document.folded, office.end, ("ORG", "PARTY", "COUNTRY", "PLACE")
    for _ in range(5):
        link = _LINK.match(text[place : place + 14])
        acronym = _ACRONYM.match(text[place : place + 15])
        if acronym:
            place += acronym.end()
            continue
        body = claimed.starting(place + link.end()) if link else None
        if body is None or body.label not in kinds:
            break
        place = body.end
    possessed = document.lang == "en" and text[max(office.start - 3, 0) : office.start] == "'s "
    if (place > office.end or possessed) and (apart := _apart().match(text, place)):
        return place + 2 if apart else None
    title = _behind_office(document.lang).match(text[place : place + 24])
    if title:
        return place + title.end()
    return place + 1 if text[place : place + 1] == " " else None


@cache
def _apart() -> re.Pattern[str]:
    """Return a name of two or more words that a comma sets apart behind office and body."""
    ends = r"on|in|at|of|said|has|is|was|and|to|đã|cho|nói"
    return re.compile(rf", {_WORD}(?: {_WORD}){{1,3}}(?=[,.;)]| (?:{ends})\b)")


@cache
def _titles(lang: str) -> str:
    listed = sorted(words(lang, "honorific"), key=len, reverse=True)
    joined = "|".join(map(re.escape, listed))
    return f"(?i:{joined})" if lang == "vi" else joined


@cache
def _title(lang: str) -> Finder:
    titles = _titles(lang)
    return Finder(rf"(?<![\w-])(?:{titles})(?: (?:{titles}))* (?=[{UPPER}])")


def _after_title(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield what follows "ông", "Mr" and their like."""
    for match in document.find(_title(document.lang)):
        begin = match.end()
        inside = claimed.at(match.end() - 2)
        if inside and inside.label == "ROLE":
            continue
        end = _one_or_more(document, claimed, begin)
        rank = 1 if claimed.starting(begin) else 0
        if end and (rank or not _common(document, begin, end)):
            yield _candidate(document, begin, end, "rule:person-after-title", rank)


def _one_or_more(document: Document, claimed: Cover, begin: int) -> int | None:
    first = claimed.starting(begin)
    if first and first.label not in ("PERSON", "COUNTRY"):
        return None
    if first and first.label == "COUNTRY":
        title = document.word_before(begin)
        if title not in ("ông", "bà", "anh", "chị", "ngài"):
            return None
        plain = " " not in document.folded[first.start : first.end] and document.lang == "vi"
        return first.end if plain else None
    return name_at(document, claimed, begin)


def _common(document: Document, begin: int, end: int) -> bool:
    """Tell whether the words are capitalised for another reason than being a name."""
    name = document.folded[begin:end]
    first = name.split(" ")[0]
    if " " in name and vietnamese_name(document.folded, begin, document.lang):
        return False
    return first in words(document.lang, "not-name") or (name.isupper() and len(name) < 4)


_FIRST_WORD = re.compile(rf"(?<![\w-])[{UPPER}]\w*(?= [{UPPER}])")


@cache
def _lowered(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(lower, names))


def _by_family_name(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield two to four syllables that begin with a Vietnamese (or Chinese) family name."""
    text, names = document.folded, words(document.lang, "surname")
    for start in document.words.starts(_lowered(names)):
        match = _FIRST_WORD.match(text, start)
        if match is None or match[0] not in names:
            continue
        end = name_at(document, claimed, match.start())
        single = end is None or " " not in text[match.start() : end]
        if single or claimed.at(match.start()) or _preceded(text, match.start()):
            continue
        if document.lang == "en" and not _vietnamese_shape(text[match.start() : end]):
            continue
        yield _candidate(document, match.start(), end or 0, "rule:person-family-name", -1)


def _preceded(text: str, begin: int) -> bool:
    """Tell whether a capitalised word stands directly before."""
    if text[begin - 1 : begin] != " ":
        return False
    return _CAPITALISED_BEFORE.search(text[max(begin - 20, 0) : begin]) is not None


_CAPITALISED_BEFORE = re.compile(rf"([{UPPER}][\w'-]*) $")


def _vietnamese_shape(name: str) -> bool:
    return all(len(part) <= 7 and _LETTERS.fullmatch(part) for part in name.split(" "))


_LETTERS = re.compile(r"[^\W\d_]+")


_NAME_WORD = Finder(rf"(?<![\w-]){_WORD}(?= )")


def _by_given_name(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield names that begin with a given name that the list holds."""
    text = document.folded
    given = words("en", "given")
    for match in document.find(_NAME_WORD):
        if match[0] not in given or claimed.at(match.start()):
            continue
        end = name_at(document, claimed, match.start())
        if end and " " in text[match.start() : end]:
            yield _candidate(document, match.start(), end, "rule:person-given-name", -1)


_BEFORE_OFFICE = re.compile(
    rf"(?<![\w-])({_WORD}(?: {_WORD}|(?: (?:{_INITIAL}))){{1,3}}), (?:the |[A-Z]\w+ )?$"
)


def _before_office(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield the two or three words before ", an office" or before a verb of saying."""
    text = document.folded
    offices = (item.start for item in claimed.candidates if item.label == "ROLE")
    for place in offices:
        left = text[max(place - 60, 0) : place]
        before = _BEFORE_OFFICE.search(left) if ", " in left else None
        if before is None:
            continue
        begin = max(place - 60, 0) + before.start(1)
        if claimed.within(begin, begin + len(before[1])) or _common(
            document, begin, begin + len(before[1])
        ):
            continue
        if before[1].split(" ")[-1] in words("en", "not-name"):
            continue
        yield _candidate(document, begin, begin + len(before[1]), "rule:person-before-office", -1)


# --- later mentions ---------------------------------------------------------------------


def _short(document: Document, full: list[Candidate], claimed: Cover) -> Iterator[Candidate]:
    """Yield later mentions by family or given name of the persons named in full."""
    keys = dict(_short_forms(document, full))
    first = {document.folded[p.start : p.end].split(" ")[0]: p.key for p in full if p.start < p.end}
    unsure = {name for name in keys if name in words(document.lang, "not-name")}
    if document.lang == "vi":
        unsure |= first.keys() - keys.keys()
        keys = first | keys
    if not keys:
        return
    for start, end in _mentions(document, keys):
        other = claimed.at(start)
        if other and other.label != "PERSON":
            continue
        if _part_of_name(document.folded, start, end):
            yield from _kin(document, claimed, start, end)
            continue
        name = document.folded[start:end]
        if name in unsure and not _introduced(document, start):
            continue
        yield Candidate(start, end, "PERSON", "rule:person-short", -2, key=keys[name])


_STANDS_ALONE = re.compile(rf"(?![\w-]| [{UPPER}]\w* [{UPPER}])")


def _mentions(document: Document, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where one of the names stands as whole words, the longest that does."""
    text, place = document.folded, 0
    by_word: dict[str, list[str]] = {}
    first_word = document.words.first_word
    for name in sorted(names, key=len, reverse=True):
        by_word.setdefault(first_word(lower(name), 0), []).append(name)
    for start in document.words.starts(by_word.keys()):
        if start < place or text[start - 1 : start] == "-":
            continue
        for name in by_word[first_word(document.lower, start)]:
            end = start + len(name)
            if text.startswith(name, start) and _STANDS_ALONE.match(text, end):
                yield start, end
                place = end
                break


_KIN = re.compile(rf"(?<![\w-])([{UPPER}][a-z]+) $")


def _kin(document: Document, claimed: Cover, start: int, end: int) -> Iterator[Candidate]:
    """Yield another bearer of a family name, with the foreign given name before it."""
    before = _KIN.search(document.folded[max(start - 20, 0) : start])
    if before is None or len(before[1]) < 4 or end - start < 4:
        return
    begin = start - len(before[0])
    common = words("en", "not-name") | words("vi", "not-name") | words("en", "org-head")
    if (
        before[1] not in common
        and claimed.at(begin) is None
        and not _preceded(document.folded, begin)
    ):
        yield _candidate(document, begin, end, "rule:person-kin", -1)


def _introduced(document: Document, start: int) -> bool:
    """Tell whether a title or an office stands directly before."""
    before = document.folded[max(start - 24, 0) : start]
    if not before.endswith(" "):
        return False
    title = _title_before(document.lang).search(before) or _OFFICE_BEFORE.search(before)
    return title is not None


_OFFICE_BEFORE = re.compile(
    r"(?:thư|nước|thống|tướng|sứ|trưởng|tịch|President|Minister|Premier|Secretary) $"
)


@cache
def _title_before(lang: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_titles(lang)}) $")


@cache
def _listed_short() -> dict[str, list[str]]:
    """Return the short names of each statesman by slug, folded."""
    return {row["slug"]: list(map(fold, values(row["short"]))) for row in table("persons")}


def _short_forms(document: Document, full: list[Candidate]) -> Iterator[tuple[str, str]]:
    listed = _listed_short()
    for person in full:
        name = document.folded[person.start : person.end]
        parts = name.split(" ")
        if len(parts) < 2:
            if _telling(document, person, name):
                yield name, person.key
            continue
        forms = list(listed.get(person.key, ()))
        if parts[0] in words("en", "family-first") and len(parts) < 4:
            forms.append(parts[0])
        if not forms:
            forms = [_last(parts)]
        for form in forms:
            if len(form) > 1:
                yield form, person.key
                yield form[0].upper() + form[1:], person.key
                yield form.upper(), person.key


def _telling(document: Document, person: Candidate, name: str) -> bool:
    """Tell whether a single name, said with office or title, is no common word."""
    named = person.by in ("rule:person-after-office", "rule:person-after-title")
    plain = name.isascii() and len(name) > 3 and name[1:].islower()
    return named and plain and name not in words("en", "not-name")


def _last(parts: list[str]) -> str:
    """Return the family name with its particles, without Jr."""
    while len(parts) > 1 and parts[-1].rstrip(".") in ("Jr", "Sr", "II", "III"):
        parts = parts[:-1]
    cut = len(parts) - 1
    while cut > 1 and parts[cut - 1] in words("en", "particle"):
        cut -= 1
    return " ".join(parts[cut:]).rstrip(",")


_CAPITALISED_BEHIND = re.compile(rf" [{UPPER}]")


def _part_of_name(text: str, start: int, end: int) -> bool:
    before = _CAPITALISED_BEFORE.search(text[max(start - 20, 0) : start])
    after = _CAPITALISED_BEHIND.match(text, end)
    office = before and before[1] in words("vi", "office-end")
    return bool(before and not office and not _sentence_start(text, start)) or bool(
        after and before is None and vietnamese_name(text, start)
    )


def _sentence_start(text: str, start: int) -> bool:
    return _OPENS.search(text[max(start - 4, 0) : start]) is not None


_OPENS = re.compile(r"(?:^|[.!?\"\n]\s*)$")
