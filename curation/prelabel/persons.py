"""Names of persons: after an office or a title, by their shape, and short at later mentions."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from curation.prelabel.bodies import vietnamese_name
from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.lexicon import UPPER, capital, cell, words
from curation.prelabel.registry import Hit, demonyms, table, values
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold, lower

_WORD = rf"(?:(?:[Aa]l|[Ee]l|[Aa]s|[Aa]d) ?- ?)?[{UPPER}]\w*(?:-\w+|'(?!s\b)\w+)*"
_PARTICLES = ("del", "de", "da", "dos", "della", "von", "van")
_INITIAL = rf"[{UPPER}]\.(?:[{UPPER}]\.)*|[{UPPER}](?= [{UPPER}])"


@cache
def _name() -> re.Pattern[str]:
    """Return the expression of two or more name words, with particles between them."""
    particle = "|".join(sorted(words("en", "particle")))
    part = rf"(?:(?:Jean|Marie|Anne|Karl|Hans|Franz) ?- {_WORD}|{_INITIAL}|{_WORD})"
    return re.compile(
        rf"{part}(?:(?: (?:{particle})){{0,2}} {part}|{_joint()}|{_NICKNAME}){{0,4}}"
        rf"(?:,? (?:Jr|Sr)\.?)?"
    )


_NICKNAME = rf" \"[{UPPER}]\w+\"(?= [{UPPER}]\w)"


@cache
def _joint() -> str:
    """Return the second syllable of a Korean given name behind a dash: "Jong - un"."""
    return rf" ?- (?:{cell('en', 'korean-syllable')})(?![\w-])"


@cache
def _joined() -> re.Pattern[str]:
    """Return a Korean name by its shape: a family name and two joined syllables."""
    second = rf"(?i:{cell('en', 'korean-syllable')})(?![\w-])"
    return re.compile(rf"[A-Z][a-z]{{1,6}} [A-Z][a-z]{{1,6}}(?: - |-){second}")


_TWO_WORDS = re.compile(r"(?<![\w-])[A-Z][a-z]{1,6} [A-Z][a-z]{1,6} ?$")


def _by_shape(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield Korean names that nothing introduces: "Ri Yong-ho", "Koh Yu - Hwan"."""
    common, text = words("vi", "not-name") | words("en", "not-name"), document.folded
    dash = text.find("-")
    while dash >= 0:
        left = max(dash - 16, 0)
        begins = _TWO_WORDS.search(text[left:dash])
        match = begins and _joined().match(text, left + begins.start())
        if match and match[0].split(" ")[0] not in common and not claimed.within(*match.span()):
            yield _candidate(document, *match.span(), "rule:person-joined", -1)
        dash = text.find("-", dash + 1)


def find_persons(document: Document, claimed: Cover, hits: list[Hit]) -> list[Candidate]:
    """Return the persons; `claimed` covers what other rules hold, `hits` the registry's."""
    full = [*_registered(hits)]
    full += _after_office(document, claimed)
    full += _after_title(document, claimed)
    full += _by_family_name(document, claimed)
    full += _by_given_name(document, claimed)
    full += _before_office(document, claimed)
    full += _by_nation(document, claimed)
    full += _by_shape(document, claimed)
    full += _speaking(document, claimed)
    if document.lang == "en":
        full += _chinese(document, claimed)
        full += _aged(document, claimed)
        full += _after_plural(document, claimed)
        full += _quoted(document, claimed)
        full += _apposed(document, claimed)
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
        if slug in named or claimed.within(start, end) or _inside_name(document, start):
            continue
        if not _thing(document, match[0]):
            yield Candidate(start, end, "PERSON", "rule:person-known", -2, kb, key=slug)


def _thing(document: Document, name: str) -> bool:
    """Tell whether the article gives the name to a ship, a coin or a drill."""
    starts = document.standing(name)
    return any(_THING.search(document.folded[max(at - 30, 0) : at]) for at in starts)


_THING = re.compile(
    r"(?:USS|HMS|[Đđ]ồng(?: tiền(?: điện tử| ảo| số)?)?|[Tt]ập trận(?: không quân)?) \"?$"
)


@cache
def _telling_keys() -> dict[str, tuple[str, str]]:
    """Return slug and CURIE by short names of five letters or more that one person bears."""
    owners: dict[str, list[tuple[str, str]]] = {}
    for row in table("persons"):
        for form in values(row["short"]):
            name = fold(form)
            long = len(name) > 4 or name in ("Xi", "Abe", "Modi", "Bush")
            if row["iso2"] != "VN" and name.isascii() and long and " " not in name:
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
        before = document.lower[max(country.start - 24, 0) : country.start]
        begin = country.end + 1
        if country.label != "COUNTRY" or not _nation_before().search(before):
            continue
        if not capital(document.folded[begin : begin + 1]) or claimed.at(begin):
            continue
        end = name_at(document, claimed, begin)
        if end and " " in document.folded[begin:end] and document.folded[begin - 1] == " ":
            yield _candidate(document, begin, end, "rule:person-nation")


@cache
def _nation_before() -> re.Pattern[str]:
    """Return what introduces a person before the country: "công dân Peru Ana Ruiz"."""
    return re.compile(
        rf"(?<!\w)(?:{_titles('vi')}|{cell('vi', 'person-nation')}) (?:nước )?$", re.IGNORECASE
    )


def _speaking(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield two or three name words before a verb of saying or a profession."""
    lists = words("en", "not-name") | words("en", "org-head")
    for match in document.find(_speakers(document.lang)):
        start, end = match.span(1)
        parts = match[1].split(" ")
        if claimed.within(start, end) or any(part in lists for part in parts):
            continue
        if _inside_name(document, start) or (
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
    end = match.end() if vietnamese is None else _with_joint(document, max(vietnamese, begin))
    for other in claimed.within(begin, end):
        if other.label == "PERSON" or _homograph(document, other, begin, end):
            continue
        end = min(end, other.start)
    end = _drop_last(document, begin, end)
    return end if end - begin > 1 else None


def _with_joint(document: Document, end: int) -> int:
    joint = _joint_there().match(document.folded, end)
    return joint.end() if joint else end


@cache
def _joint_there() -> re.Pattern[str]:
    return re.compile(_joint())


def _homograph(document: Document, other: Candidate, begin: int, end: int) -> bool:
    """Tell whether a country's one-syllable name is but a part of the person's."""
    inner = other.start > begin and other.end <= end and other.label in ("COUNTRY", "PLACE")
    return (
        inner
        and " " not in document.folded[other.start : other.end]
        and (other.end - other.start < 6 or document.word_before(other.start) in _PARTICLES)
    )


_FAMILY_TOO = ("May", "June", "April", "Hall", "Street")


def _drop_last(document: Document, begin: int, end: int) -> int:
    """Cut trailing words that are no part of a name, possessives and blanks."""
    name = document.folded[begin:end].rstrip(" ,")
    name = name[:-2] if name.endswith("'s") else name.removesuffix("'")
    while name:
        last = name.rsplit(" ", 1)[-1]
        if last not in words("en", "particle") and last not in words("en", "not-name"):
            break
        short = len(last) < 3 or last == "Gen"
        if document.lang == "vi" and short and last[0].isupper() and " " in name:
            break
        if last in _FAMILY_TOO and name.split(" ")[0] in words("en", "given"):
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
            end = begin and document.lang == "en" and _particled(document, claimed, begin)
            if begin and end:
                yield _candidate(document, begin, end, "rule:person-after-office")
            continue
        if claimed.starting(begin) and claimed.starting(begin).label != "PERSON":  # type: ignore[union-attr]
            continue
        end = name_at(document, claimed, begin)
        if end and not _common(document, begin, end):
            yield _candidate(document, begin, end, "rule:person-after-office")


_LINK = re.compile(
    r"(?: of(?: the| its| his| her)?| for| nước| tỉnh| thành phố| bang| tại| của| in|"
    r" to(?: the)?)? "
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
        upper = document.lang == "vi" and match[0][0].isupper()
        if upper and _preceded(document.folded, match.start()):
            continue  # a syllable of a name that is spelt like a title: "Lê Anh Thơ"
        inside = claimed.at(match.end() - 2)
        if inside and inside.label == "ROLE":
            continue
        end = _one_or_more(document, claimed, begin)
        rank = 1 if claimed.starting(begin) else 0
        if end and (rank or not _common(document, begin, end)):
            yield _candidate(document, begin, end, "rule:person-after-title", rank)


def _one_or_more(document: Document, claimed: Cover, begin: int) -> int | None:
    first = claimed.starting(begin)
    names = ("COUNTRY", "PLACE") if document.lang == "vi" else ("COUNTRY",)
    if first and first.label not in ("PERSON", *names):
        return None
    if first and first.label in names:
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
    if document.lang == "en" and first in demonyms() and first != "German":
        return True
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
    before = _CAPITALISED_BEFORE.search(text[max(begin - 20, 0) : begin])
    return before is not None and before[1] not in _OPENERS


_CAPITALISED_BEFORE = re.compile(rf"([{UPPER}][\w'-]*) $")


def _inside_name(document: Document, begin: int) -> bool:
    """Tell whether a capitalised word stands before that may belong to the same name."""
    text = document.folded
    if not _preceded(text, begin):
        return False
    before = _CAPITALISED_BEFORE.search(text[max(begin - 20, 0) : begin])
    return document.lang != "en" or before is None or not _apart_from_name(before[1])


def _apart_from_name(word: str) -> bool:
    """Tell whether an English word in capitals is none of a name: "While", "China's", "Russian"."""
    possessive = word.endswith(("'s", "s'"))
    doing = word.endswith("ing") and len(word) > 6
    return possessive or doing or word in words("en", "function-word") or word in demonyms()


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
        if _SHIP.search(text[max(match.start() - 24, 0) : match.start()]):
            continue
        end = name_at(document, claimed, match.start())
        if end and " " in text[match.start() : end]:
            yield _candidate(document, match.start(), end, "rule:person-given-name", -1)


def _chinese(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield Chinese names by the sounds of their syllables."""
    for match in document.find(_pinyin()):
        begin, end = match.span()
        held = begin > 1 and claimed.at(begin - 2) is not None
        others = claimed.within(begin, end)
        city = others and all(one.start > begin and one.label == "PLACE" for one in others)
        if (others and not city) or (_inside_name(document, begin) and not held):
            continue
        yield _candidate(document, begin, end, "rule:person-chinese", 1 if city else -1)


@cache
def _pinyin() -> Finder:
    families = "|".join(sorted(words("en", "surname-chinese"), key=len, reverse=True))
    given = rf"(?=[{UPPER}])(?i:{_SYLLABLE})(?i:{_SYLLABLE})?"
    return Finder(rf"(?<![\w-])(?:{families}) {given}(?![\w-]| [{UPPER}][a-z])")


_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|"
    r"ui|ue|er|a|o|e|i|u))"
)


@cache
def _told() -> re.Pattern[str]:
    verbs = "said|added|noted|told|stressed|commented|warned|explained|declared|remarked|recalled"
    word = rf"(?:(?:al|Al|el|El|Abu)[ -])?{_WORD}"
    return re.compile(rf",\" ?(?:{verbs}) ({word}(?: (?:{_INITIAL}|{_WORD})){{0,3}})(?![\w-])")


def _quoted(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield who is named behind a quotation and a verb of saying."""
    for match in _told().finditer(document.folded):
        begin = match.start(1)
        end = _drop_last(document, begin, match.end(1))
        if end - begin < 3 or claimed.within(begin, end) or _common(document, begin, end):
            continue
        whole = " " in match[1] or _ENDS_NAME.match(document.folded, end)
        if whole and match[1].split(" ")[0] not in demonyms():
            yield _candidate(document, begin, end, "rule:person-quoted", -1)


_ENDS_NAME = re.compile(r"[,.;:\n]| (?:who|in|at|on|after|during|from|as|while|when)\b")


@cache
def _relations() -> Finder:
    heads = "|".join(sorted(words("en", "person-apposed"), key=len, reverse=True))
    return Finder(rf"(?<![\w-])(?:{heads}), ({_WORD}(?: (?:{_INITIAL}|{_WORD})){{0,3}})(?=[,.])")


def _apposed(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield the name between commas behind a noun for a person: "his counterpart, X Y,"."""
    for match in document.find(_relations()):
        begin, end = match.span(1)
        if not claimed.within(begin, end) and not _common(document, begin, end):
            yield _candidate(document, begin, end, "rule:person-apposed", -1)


_AGE = re.compile(r", (?:aged )?[1-9]\d,")
_BEFORE_AGE = re.compile(rf"(?<![\w-])({_WORD}(?: {_WORD}){{1,2}})$")


def _aged(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield the name that an age between commas follows."""
    text = document.folded
    for age in _AGE.finditer(text):
        end, left = age.start(), max(age.start() - 50, 0)
        name = _BEFORE_AGE.search(text[left:end])
        begin = left + name.start() if name else end
        if begin == end or claimed.within(begin, end) or _common(document, begin, end):
            continue
        yield _candidate(document, begin, end, "rule:person-aged", -1)


@cache
def _plural_offices() -> Finder:
    heads = "|".join(sorted(words("en", "office-plural"), key=len, reverse=True))
    return Finder(rf"(?<![\w-])(?:{heads}) (?=[{UPPER}]|v[ao]n |d[eu] )")


def _after_plural(document: Document, claimed: Cover) -> Iterator[Candidate]:
    """Yield both names of "Presidents X and Y"."""
    for match in document.find(_plural_offices()):
        found = list(_joined_names(document, claimed, match.end()))
        if len(found) > 1:
            yield from found


def _joined_names(document: Document, claimed: Cover, begin: int) -> Iterator[Candidate]:
    """Yield the names that begin here and behind "and" or a comma."""
    for _ in range(4):
        first = claimed.starting(begin)
        end = name_at(document, claimed, begin) or _particled(document, claimed, begin)
        other = first is not None and first.label != "PERSON"
        if end is None or other or _common(document, begin, end):
            return
        if _PLURAL_ACRONYM.fullmatch(document.folded[begin:end]):
            return
        yield _candidate(document, begin, end, "rule:person-after-plural")
        link = _AND_NAME.match(document.folded, end)
        if link is None or (link[0] == ", " and " " not in document.folded[begin:end]):
            return
        begin = link.end()


_PLURAL_ACRONYM = re.compile(r"[A-Z]{2,}s")
_AND_NAME = re.compile(rf"(?:,? and |, )(?=[{UPPER}]|v[ao]n |d[eu] )")


def _particled(document: Document, claimed: Cover, begin: int) -> int | None:
    """Return the end of a family name that begins with particles: "von der Leyen"."""
    match = _FAMILY_PARTICLES.match(document.folded, begin)
    return name_at(document, claimed, match.end()) if match else None


_FAMILY_PARTICLES = re.compile(
    rf"(?:von der|van der|van den|von|van|de la|de|du|del|da|dos|al|el|bin|ben) (?=[{UPPER}])"
)


_SHIP = re.compile(
    r"(?:USS|HMS|[Tt]àu(?: sân bay| khu trục| chiến)?|[Tt]ập trận(?: không quân)?) $"
)
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
        if _part_of_name(document, start, end):
            yield from _kin(document, claimed, start, end)
            continue
        name = document.folded[start:end]
        if name in unsure and not _introduced(document, start):
            continue
        yield Candidate(start, end, "PERSON", "rule:person-short", -2, key=keys[name])


_STANDS_ALONE = re.compile(rf"(?![\w-]| (?:ngạch|loại|tự tháp)\b| [{UPPER}]\w* [{UPPER}])")


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
        and not _apart_from_name(before[1])
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
        parts = name.replace(" - ", "-").split(" ")
        if len(parts) < 2:
            if _telling(document, person, name):
                yield name, person.key
            continue
        forms = list(listed.get(person.key, ()))
        family = parts[0] in words("en", "family-first") and len(parts) < 4
        if family or person.by == "rule:person-chinese":
            forms.append(parts[0])
        if not forms:
            forms = [parts[0] if _joined().fullmatch(name) else _last(parts)]
        for form in forms:
            if len(form) > 1:
                yield form, person.key
                yield form[0].upper() + form[1:], person.key
                yield form.upper(), person.key


_NAMING = (
    "rule:person-after-office",
    "rule:person-after-title",
    "rule:person-after-plural",
    "rule:person-quoted",
)


def _telling(document: Document, person: Candidate, name: str) -> bool:
    """Tell whether a single name, said with office or title, is no common word."""
    named = person.by in _NAMING
    plain = name.isascii() and len(name) > 3 and name[1:].islower()
    if document.lang == "en":
        plain = plain or name in words("en", "family-first") or "-" in name
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


def _part_of_name(document: Document, start: int, end: int) -> bool:
    text = document.folded
    before = _CAPITALISED_BEFORE.search(text[max(start - 20, 0) : start])
    after = _CAPITALISED_BEHIND.match(text, end)
    office = before and before[1] in words("vi", "office-end") | _OPENERS
    if before and document.lang == "en":
        office = office or _apart_from_name(before[1])
    return bool(before and not office and not _sentence_start(text, start)) or bool(
        after and before is None and vietnamese_name(text, start)
    )


_OPENERS = frozenset(
    ("Khi", "Việc", "Dù", "Vụ", "Theo", "Với", "Sau", "Trước", "Nếu", "Nhưng", "Do", "Vì", "Và")
)


def _sentence_start(text: str, start: int) -> bool:
    return _OPENS.search(text[max(start - 4, 0) : start]) is not None


_OPENS = re.compile(r"(?:^|[.!?\"\n]\s*)$")
