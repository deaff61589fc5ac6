"""Names of persons: after an office or a title, by their shape, and short at later mentions."""

import re
from collections.abc import Iterator
from functools import cache

from curation.prelabel.bodies import vietnamese_name
from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.lexicon import UPPER, capital, cell, words
from curation.prelabel.registry import Hit, table, values
from curation.prelabel.text import Document, fold, pattern

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
    for match in _telling_names().finditer(document.folded):
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
def _telling_names() -> re.Pattern[str]:
    listed = sorted(_telling_keys(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, listed))})(?![\w-]| [{UPPER}])")


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


def _bracketed(document: Document, claimed: Cover, full: list[Candidate]) -> Iterator[Candidate]:
    """Yield the other spelling of a name in brackets: "Meng Wanzhou (Mãnh Vãn Chu)"."""
    for person in full:
        match = re.match(
            rf" \(([{UPPER}]\w+(?:[ -][{UPPER}]\w+){{1,3}})\)",
            document.folded[person.end : person.end + 40],
        )
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
    word = rf"[{UPPER}][a-zà-ỹ'-]*[a-zà-ỹ][\w'-]*"
    behind = cell(document.lang, "person-behind")
    name = rf"(?<![\w-])(?<![\w,] the )({word}(?: [{UPPER}]\.)?(?: {word}){{1,2}})(?=(?:{behind}))"
    for match in pattern(name).finditer(text):
        start, end = match.span(1)
        parts = match[1].split(" ")
        lists = words("en", "not-name") | words("en", "org-head")
        if claimed.within(start, end) or any(part in lists for part in parts):
            continue
        if _preceded(text, start) or (
            document.lang == "vi"
            and (not match[1].isascii() or parts[0] in words("vi", "not-name"))
        ):
            continue
        yield _candidate(document, start, end, "rule:person-speaking", -1)


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
    name = re.sub(r"'s?$", "", name)
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


def _behind(document: Document, claimed: Cover, office: Candidate) -> int | None:
    """Return where a name would begin behind the office, its bodies and a title of honour."""
    text, place, kinds = document.folded, office.end, ("ORG", "PARTY", "COUNTRY", "PLACE")
    for _ in range(5):
        link = re.match(
            r"(?: of(?: the| its| his| her)?| for| nước| tỉnh| thành phố| tại| của| in| to)? ",
            text[place : place + 14],
        )
        acronym = re.match(r" \([^()]{2,12}\)", text[place : place + 15])
        if acronym:
            place += acronym.end()
            continue
        body = claimed.starting(place + link.end()) if link else None
        if body is None or body.label not in kinds:
            break
        place = body.end
    if place > office.end and (apart := _apart().match(text, place)):
        return place + 2 if apart else None
    title = re.match(rf",? (?:{_titles(document.lang)}) ", text[place : place + 24])
    if title:
        return place + title.end()
    return place + 1 if text[place : place + 1] == " " else None


@cache
def _apart() -> re.Pattern[str]:
    """Return a name of two or more words that a comma sets apart behind office and body."""
    return re.compile(
        rf", {_WORD}(?: {_WORD}){{1,3}}(?=[,.;)]| (?:on|in|at|said|has|is|was|and|to|đã|cho|nói)\b)"
    )


@cache
def _titles(lang: str) -> str:
    listed = sorted(words(lang, "honorific"), key=len, reverse=True)
    joined = "|".join(map(re.escape, listed))
    return f"(?i:{joined})" if lang == "vi" else joined


@cache
def _title(lang: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_titles(lang)}) (?=[{UPPER}])")


def _after_title(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield what follows "ông", "Mr" and their like."""
    for match in _title(document.lang).finditer(document.folded):
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


def _by_family_name(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield two to four syllables that begin with a Vietnamese (or Chinese) family name."""
    text = document.folded
    for match in re.finditer(rf"(?<![\w-])[{UPPER}]\w*(?= [{UPPER}])", text):
        if match[0] not in words(document.lang, "surname"):
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
    return bool(re.search(rf"[{UPPER}][\w'-]* $", text[max(begin - 20, 0) : begin]))


def _vietnamese_shape(name: str) -> bool:
    return all(len(part) <= 7 and re.fullmatch(r"[^\W\d_]+", part) for part in name.split(" "))


def _by_given_name(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield names that begin with a given name that the list holds."""
    text = document.folded
    for match in re.finditer(rf"(?<![\w-]){_WORD}(?= )", text):
        if match[0] not in words("en", "given") or claimed.at(match.start()):
            continue
        end = name_at(document, claimed, match.start())
        if end and " " in text[match.start() : end]:
            yield _candidate(document, match.start(), end, "rule:person-given-name", -1)


def _before_office(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield the two or three words before ", an office" or before a verb of saying."""
    text = document.folded
    offices = (item.start for item in claimed.candidates if item.label == "ROLE")
    for place in offices:
        before = re.search(
            rf"(?<![\w-])({_WORD}(?: {_WORD}|(?: (?:{_INITIAL}))){{1,3}}), (?:the |[A-Z]\w+ )?$",
            text[max(place - 60, 0) : place],
        )
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
    listed = "|".join(sorted(map(re.escape, keys), key=len, reverse=True))
    for match in re.finditer(
        rf"(?<![\w-])(?:{listed})(?![\w-]| [{UPPER}]\w* [{UPPER}])", document.folded
    ):
        start, end = match.span()
        other = claimed.at(start)
        if other and other.label != "PERSON":
            continue
        if _part_of_name(document.folded, start, end):
            yield from _kin(document, claimed, start, end)
            continue
        if match[0] in unsure and not _introduced(document, start):
            continue
        yield Candidate(start, end, "PERSON", "rule:person-short", -2, key=keys[match[0]])


def _kin(document: Document, claimed: Cover, start: int, end: int) -> Iterator[Candidate]:
    """Yield another bearer of a family name, with the foreign given name before it."""
    before = re.search(
        rf"(?<![\w-])([{UPPER}][a-z]+) $", document.folded[max(start - 20, 0) : start]
    )
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
    return bool(re.search(rf"(?<!\w)(?:{_titles(document.lang)}) $", before)) or bool(
        re.search(
            r"(?:thư|nước|thống|tướng|sứ|trưởng|tịch|President|Minister|Premier|Secretary) $",
            before,
        )
    )


def _short_forms(document: Document, full: list[Candidate]) -> Iterator[tuple[str, str]]:
    listed = {row["slug"]: values(row["short"]) for row in table("persons")}
    for person in full:
        name = document.folded[person.start : person.end]
        parts = name.split(" ")
        if len(parts) < 2:
            if _telling(document, person, name):
                yield name, person.key
            continue
        forms = [fold(form) for form in listed.get(person.key, [])]
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


def _part_of_name(text: str, start: int, end: int) -> bool:
    before = re.search(rf"([{UPPER}][\w'-]*) $", text[max(start - 20, 0) : start])
    after = re.match(rf" [{UPPER}][\w'-]*", text[end : end + 20])
    office = before and before[1] in words("vi", "office-end")
    return bool(before and not office and not _sentence_start(text, start)) or bool(
        after and before is None and vietnamese_name(text, start)
    )


def _sentence_start(text: str, start: int) -> bool:
    return bool(re.search(r"(?:^|[.!?\"\n]\s*)$", text[max(start - 4, 0) : start]))
