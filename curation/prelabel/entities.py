"""Everything that marks entities, in the one order that makes flat spans of it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import NamedTuple

from curation.prelabel.bodies import Known, find_bodies
from curation.prelabel.candidates import Candidate, Cover, resolve
from curation.prelabel.countries import find_countries
from curation.prelabel.dates import find_dates
from curation.prelabel.lexicon import UPPER, cell, words
from curation.prelabel.named import find_named, find_topics
from curation.prelabel.persons import find_persons
from curation.prelabel.registry import Hit, Registry, demonyms
from curation.prelabel.roles import find_roles
from curation.prelabel.search import Finder
from curation.prelabel.text import Document


class Proposed(NamedTuple):
    """What each part proposed or refused, by its name, and what won of it: flat, in text order."""

    parts: Mapping[str, list[Candidate]]
    winners: list[Candidate]


def propose(document: Document, registry: Registry) -> Proposed:
    """Return the entities of the article with everything that was proposed for them."""
    hits = registry.find(document)
    countries = [*find_countries(document, hits), *registry.own(hits, "COUNTRY")]
    offices = [*find_roles(document), *registry.own(hits, "ROLE")]
    roles = _cut_roles(document, offices, hits)
    dates, named = find_dates(document), find_named(document)
    tables = list(_listed(document, hits))
    listed = [*tables, *named, *dates]
    known = Known(
        Cover(resolve(item for item in [*countries, *listed] if item.label == "COUNTRY")),
        Cover(resolve(item for item in listed if item.label == "PARTY")),
        Cover(resolve(_persons(hits))),
        Cover(resolve(roles)),
    )
    bodies = find_bodies(document, known)
    firm = resolve([*countries, *listed, *roles, *bodies])
    acronyms = _acronyms(document, firm)
    claimed = Cover(resolve([*firm, *acronyms]))
    persons = find_persons(document, claimed, hits)
    parts = {
        "countries and places": countries,
        "registry": tables,
        "agreements and occasions": named,
        "dates": dates,
        "offices": roles,
        "bodies": bodies,
        "acronyms": acronyms,
        "persons": persons,
    }
    names = Cover(resolve(chain.from_iterable(parts.values())))
    parts["topics"] = [_free(names, topic) for topic in find_topics(document)]
    parts["located"] = list(_located(document))
    parts = {
        name: [registry.refuse(document, one) for one in found] for name, found in parts.items()
    }
    return Proposed(parts, resolve(chain.from_iterable(parts.values())))


def _free(names: Cover, topic: Candidate) -> Candidate:
    """Refuse a topic that holds a name, bar a body without one of its own (Nghị viện)."""
    others = names.within(topic.start, topic.end)
    held = any(other.by != "rule:body-alone" for other in others)
    return topic._replace(refused="topic:holds-a-name") if held else topic


def _located(document: Document) -> Iterator[Candidate]:
    """Yield a capitalised name of one or two words behind a preposition of place."""
    common = words(document.lang, "not-name")
    for match in document.find(_location(document.lang)):
        first = match[1].split(" ")[0]
        if first in demonyms():
            continue
        if first not in common and match[1][1:].islower() and len(first) > 3:
            yield Candidate(*match.span(1), "PLACE", "rule:place-after-preposition", -3)


@cache
def _location(lang: str) -> Finder:
    name = rf"[{UPPER}]\w+(?:-\w+)*(?: [{UPPER}][a-zà-ỹ]\w*)?"
    return Finder(rf"(?<!\w)(?i:{cell(lang, 'location')}) ({name})(?![\w-]| [{UPPER}])")


def _persons(hits: list[Hit]) -> Iterator[Candidate]:
    for start, end, entry in hits:
        if entry.label == "PERSON":
            yield Candidate(start, end, "PERSON", entry.by)


_NEXT_WORD = re.compile(r" (\w+)")
_LONG_OFFICE = 13
"""Code points of an office before a word in it may be a given name."""


def _cut_roles(document: Document, roles: list[Candidate], hits: list[Hit]) -> list[Candidate]:
    """End an office with a portfolio where a person's name begins."""
    starts = sorted(hit.start for hit in hits if hit.entry.label == "PERSON")
    cut, given = [], words("en", "given")
    for role in roles:
        place = bisect_right(starts, role.start)
        end = min(starts[place], role.end) if place < len(starts) else role.end
        for match in _NEXT_WORD.finditer(document.folded, role.start + _LONG_OFFICE, end):
            if match[1] in given:
                end = match.start()
                break
        if document.lang == "en":
            end = _portfolio_end(document.folded, role.start, end)
        text = document.folded[role.start : end].rstrip(" ,")
        cut.append(role._replace(end=role.start + len(text)))
    return cut


def _portfolio_end(text: str, start: int, end: int) -> int:
    """Return where an office "for" a field ends: behind the last word of its field."""
    match = _with_portfolio().match(text, start, end)
    return match.end() if match else end


@cache
def _with_portfolio() -> re.Pattern[str]:
    fields = "|".join(sorted(words("en", "portfolio-end"), key=len, reverse=True))
    name = rf"(?: [{UPPER}]\w*(?:-\w+)*)"
    return re.compile(rf".+? for .*\b(?:{fields})(?={name}{{2,3}}(?:(?: and| of).*)?$)")


_RANKS = {"PARTY": 1, "ORG": 0, "PLACE": 0, "AGREEMENT": 2, "OCCASION": 1, "HONOUR": 2}


def _listed(document: Document, hits: list[Hit]) -> Iterator[Candidate]:
    """Yield the registry's parties, bodies and named things; parties with their country."""
    seen = {entry.iso2 for _, _, entry in hits if entry.label == "PARTY" and entry.kind == "forms"}
    home = {entry.key for _, _, entry in hits if entry.label == "COUNTRY"}
    for start, end, entry in hits:
        if entry.label not in _RANKS or entry.label == "PLACE":
            continue
        of_party = entry.kind if entry.label == "PARTY" else ""
        unknown = of_party == "acronyms" and not _known(entry.iso2, seen, home)
        refused = "acronym:party-not-named" if unknown else ""
        kb = None if of_party == "generic" else entry.kb
        rank = _RANKS[entry.label]
        yield Candidate(start, end, entry.label, entry.by, rank, kb, key=entry.key, refused=refused)


def _known(iso2: str, parties: set[str], countries: set[str]) -> bool:
    return iso2 in parties or iso2 in countries


_ACRONYM = re.compile(rf" \(([{UPPER}][\w&-]{{1,9}})\)")
_NO_ACRONYM = ("rule:occasion-anniversary", "rule:occasion-ordinal", "rule:occasion-of-forum")
_WITH_ACRONYM = ("ORG", "PARTY", "AGREEMENT", "OCCASION")


def _acronyms(document: Document, entities: list[Candidate]) -> list[Candidate]:
    """Mark an acronym in brackets behind its name, and wherever it stands alone."""
    found: dict[str, Candidate] = {}
    text, held = document.folded, Cover(entities)
    for entity in entities:
        match = _ACRONYM.match(text, entity.end)
        if match is None or entity.label not in _WITH_ACRONYM:
            continue
        if entity.by in _NO_ACRONYM:
            continue
        known = held.starting(match.start(1))
        if known and known.label != entity.label:
            continue
        if sum(char.isupper() for char in match[1]) >= 2:
            found.setdefault(match[1], entity)
    result = []
    for acronym, entity in found.items():
        kb, key = entity.kb, entity.key
        for start in document.standing(acronym):
            end, rank = start + len(acronym), 2 if text[start - 1 : start] == "(" else 0
            result.append(Candidate(start, end, entity.label, "rule:acronym", rank, kb, key=key))
    return result
