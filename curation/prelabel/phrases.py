"""Who acts: chains such as office, body and name, read as one party to an event.

"Tổng Bí thư Tô Lâm" is one phrase whose filler is the person; a delegation gives its leader
and its body; an office without a name gives its holder, where the article names one.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import cell
from curation.prelabel.registry import demonyms, table
from curation.prelabel.text import Document, pattern

_BODIES = ("ORG", "PARTY", "COUNTRY", "PLACE")
ACTORS = ("PERSON", "ROLE", "ORG", "PARTY", "COUNTRY", "PLACE")


class Phrase(NamedTuple):
    """A party to an event at [start, end); `members` and `fillers` are entity indices.

    `lead` tells how it stands: "subject" (opens a clause), "clause" (opens one that serves as
    an object), "of" (behind a word of belonging), "attribute" (says of what kind another thing
    is) or "object" (behind another word).
    """

    start: int
    end: int
    members: tuple[int, ...]
    fillers: tuple[int, ...]
    lead: str
    delegation: bool


class Chain(NamedTuple):
    """Entity indices that belong together, and whether they are a delegation."""

    members: list[int]
    delegation: bool


def find_phrases(
    document: Document, entities: Sequence[Candidate], chains: list[Chain]
) -> list[Phrase]:
    """Return the phrases of the article in the order of the text."""
    holders = _Holders(document, entities, chains)
    phrases = []
    for chain in chains:
        fillers = holders.fillers(chain)
        if fillers:
            start = entities[chain.members[0]].start
            end = entities[chain.members[-1]].end
            attribute = _attributive(document, entities, chain)
            lead = "attribute" if attribute else _lead(document, entities, chain.members[0])
            phrases.append(
                Phrase(start, end, tuple(chain.members), fillers, lead, chain.delegation)
            )
    return phrases


def find_chains(document: Document, entities: Sequence[Candidate]) -> list[Chain]:
    """Return the chains of office, body and name, in the order of the text."""
    chains: list[Chain] = []
    for index, entity in enumerate(entities):
        if entity.label not in ACTORS or entity.by == "rule:dateline" or entity.key in media():
            continue
        last = chains[-1] if chains else None
        joined = last is not None and _joined(document, entities, last.members, index)
        if joined and last is not None:
            last.members.append(index)
            gap = document.lower[entities[last.members[-2]].end : entity.start]
            if _led(document.lang).search(gap):
                chains[-1] = Chain(last.members, True)
        else:
            chains.append(Chain([index], _is_delegation(document, entity)))
    return [part for chain in chains for part in _split(document, entities, chain)]


def _split(document: Document, entities: Sequence[Candidate], chain: Chain) -> list[Chain]:
    """Take a chain without a name apart where "and" or a comma joins two offices."""
    if chain.delegation or any(entities[m].label == "PERSON" for m in chain.members):
        return [chain]
    parts = [Chain([chain.members[0]], False)]
    for before, member in pairwise(chain.members):
        gap = document.lower[entities[before].end : entities[member].start]
        if entities[member].label == "ROLE" and _AND.fullmatch(gap):
            parts.append(Chain([member], False))
        else:
            parts[-1].members.append(member)
    return parts


@cache
def media() -> frozenset[str]:
    """Return the slugs of the news media, which report events and take no part in them."""
    return frozenset(row["slug"] for row in table("orgs") if row["type"] == "media")


def _is_delegation(document: Document, entity: Candidate) -> bool:
    before = document.lower[max(entity.start - 40, 0) : entity.start]
    after = document.lower[entity.end : entity.end + 14]
    return bool(_delegation(document.lang).search(before)) or after.startswith(" delegation")


@cache
def _delegation(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?:{cell(lang, 'delegation')})$")


@cache
def _led(lang: str) -> re.Pattern[str]:
    return pattern(cell(lang, "led-by"))


@cache
def _glue(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?:{cell(lang, 'glue')})", re.IGNORECASE)


def _joined(
    document: Document, entities: Sequence[Candidate], members: list[int], index: int
) -> bool:
    """Tell whether an entity goes on a chain."""
    last, this = entities[members[-1]], entities[index]
    gap = document.lower[last.end : this.start]
    if len(gap) > 60 or "\n" in gap:
        return False
    labels = {entities[member].label for member in members}
    if _led(document.lang).fullmatch(gap):
        return this.label in ("ROLE", "PERSON", "ORG")
    if last.label == "PERSON":
        return _after_name(document, entities, index, gap, "ROLE" in labels)
    if this.label == "PERSON":
        glued = bool(_glue(document.lang).fullmatch(gap))
        led = gap in (" leader ", " chief ", " boss ") and document.lang == "en"
        return (glued or led) and "PERSON" not in labels and ("ROLE" in labels or led or gap == " ")
    if "PERSON" in labels and this.label == "ROLE":
        return bool(_AND.fullmatch(gap)) and not _named_behind(document, entities, index)
    return _bodies_join(document, last, this, gap, labels)


def _after_name(
    document: Document, entities: Sequence[Candidate], index: int, gap: str, office: bool
) -> bool:
    """Tell whether what follows a name belongs to it: an office, or the body of one before."""
    if office and entities[index].label in ("COUNTRY", "ORG", "PARTY"):
        return gap in (" of ", " of the ")
    apart = entities[index].label == "ROLE" and bool(_APPOSITION.fullmatch(gap))
    return apart and not _named_behind(document, entities, index)


def _named_behind(document: Document, entities: Sequence[Candidate], index: int) -> bool:
    """Tell whether the office at `index`, with its bodies, has a name of its own behind it."""
    for place in range(index + 1, min(index + 6, len(entities))):
        gap = document.lower[entities[place - 1].end : entities[place].start]
        if not _glue(document.lang).fullmatch(gap) or gap == ", ":
            return False
        if entities[place].label == "PERSON":
            return True
        if entities[place].label not in ACTORS:
            return False
    return False


_AND = re.compile(r",? and (?:the |its |his |her )?|,? và |, | kiêm |, kiêm ")
_APPOSITION = re.compile(
    r", (?:the |a |our |its |his |her )?| - | \(| trên cương vị | với tư cách | as (?:the )?"
)


def _bodies_join(
    document: Document, last: Candidate, this: Candidate, gap: str, labels: set[str]
) -> bool:
    if this.label == "ROLE":
        attribute = last.label != "ROLE" and gap in (" ", "'s ", "'s own ")
        return attribute or ("ROLE" in labels and bool(_AND.fullmatch(gap)))
    if "ROLE" in labels:
        return bool(_glue(document.lang).fullmatch(gap)) and gap != ", "
    tight = bool(re.fullmatch(r" \(|\) | ", gap)) and {last.label, this.label} & {"PARTY", "ORG"}
    short = gap == " (" and last.label == this.label and bool(last.kb) and last.kb == this.kb
    return bool(tight) or short


def _lead(document: Document, entities: Sequence[Candidate], first: int) -> str:
    start = entities[first].start
    before = document.lower[max(start - 30, 0) : start]
    if _belongs(document.lang).search(before):
        return "of"
    if _clause(document.lang).search(before):
        return "clause"
    if not before.strip() or _opens(document.lang).search(before):
        return "subject"
    if first and entities[first - 1].label == "DATE" and start - entities[first - 1].end < 3:
        return "subject"
    return "object"


@cache
def _clause(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'lead-clause')}) (?:{cell(lang, 'lead-skip')})*$")


@cache
def _belongs(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'lead-of')}) (?:{cell(lang, 'lead-skip')})*$")


@cache
def _opens(lang: str) -> re.Pattern[str]:
    return pattern(
        rf"(?:^|[\n.,;:!?\"(-]|(?<!\w)(?:{cell(lang, 'lead-subject')}))\s*"
        rf"(?:{cell(lang, 'lead-skip')})*$"
    )


def _attributive(document: Document, entities: Sequence[Candidate], chain: Chain) -> bool:
    """Tell whether a lone country or place only says of what kind something is."""
    entity = entities[chain.members[0]]
    if len(chain.members) > 1 or entity.label not in ("COUNTRY", "PLACE") or chain.delegation:
        return False
    before = document.lower[max(entity.start - 24, 0) : entity.start]
    after = document.lower[entity.end : entity.end + 16]
    return bool(_attribute_left(document.lang).search(before)) or bool(
        _attribute_right(document.lang).match(after)
    )


@cache
def _attribute_left(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'attributive-after')})\s?$")


@cache
def _attribute_right(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?:{cell(lang, 'attributive-before')})")


@cache
def cell_pairs(lang: str) -> dict[str, str]:
    """Return the short words of an office with the long ones that mean the same."""
    return dict(pair.split("=") for pair in cell(lang, "office-same").split("|"))


class _Holders:
    """Who holds which office, as far as the article says, and what stands for a chain."""

    def __init__(
        self, document: Document, entities: Sequence[Candidate], chains: list[Chain]
    ) -> None:
        self._document, self._entities = document, entities
        self._named: dict[str, list[tuple[int, frozenset[str], str]]] = defaultdict(list)
        self._mentions: dict[str, list[int]] = defaultdict(list)
        for number, entity in enumerate(entities):
            if entity.label == "PERSON":
                self._mentions[self._name(number)].append(number)
        for chain in chains:
            self._learn(chain)

    def _name(self, number: int) -> str:
        entity = self._entities[number]
        return entity.key or self._document.lower[entity.start : entity.end]

    def _office(self, number: int) -> str:
        entity = self._entities[number]
        office = self._document.lower[entity.start : entity.end]
        return cell_pairs(self._document.lang).get(office, office)

    def _state(self, role: int, bodies: Sequence[int]) -> str:
        """Return the country of an office by its body or the adjective before it, else ""."""
        for body in bodies if self._document.lang == "en" else ():
            kb = self._entities[body].kb or ""
            if kb.startswith("iso3166:"):
                return kb[8:]
        if self._document.lang != "en":
            return ""
        word = self._document.word_before(self._entities[role].start)
        return demonyms().get(word.capitalize(), "US" if word == "u.s." else "")

    def _labelled(self, chain: Chain, *labels: str) -> list[int]:
        return [m for m in chain.members if self._entities[m].label in labels]

    def _learn(self, chain: Chain) -> None:
        people = self._labelled(chain, "PERSON")
        numbers = self._labelled(chain, *_BODIES)
        bodies = frozenset(map(self._name, numbers))
        for role in self._labelled(chain, "ROLE") if people else ():
            entry = (people[0], bodies, self._state(role, numbers))
            self._named[self._office(role)].append(entry)

    def fillers(self, chain: Chain) -> tuple[int, ...]:
        """Return the entities that arguments of the chain point at."""
        people = self._labelled(chain, "PERSON")
        bodies = [b for b in self._labelled(chain, *_BODIES) if not self._located(chain, b)]
        roles = self._labelled(chain, "ROLE")
        if people and chain.delegation:
            return (people[0], *self._delegated(chain, bodies))
        if people:
            return (people[-1],)
        holder = self._holder(roles[0], bodies) if roles else None
        return (holder,) if holder is not None else tuple(bodies[:1])

    def _located(self, chain: Chain, body: int) -> bool:
        """Tell whether the body only says where: "the Premier in Geneva"."""
        start = self._entities[body].start
        inside = self._document.lower[max(start - 4, 0) : start] == " in "
        return self._document.lang == "en" and inside and len(chain.members) > 1

    def _delegated(self, chain: Chain, bodies: list[int]) -> list[int]:
        """Return the body that a delegation stands for: the one named before its leader."""
        leader = self._labelled(chain, "ROLE", "PERSON")[0]
        return [body for body in bodies if body < leader][:1] or bodies[:1]

    def _holder(self, role: int, bodies: list[int]) -> int | None:
        """Return the nearest mention of who holds the office: before it, else after it."""
        names = set(map(self._name, bodies))
        place, state = self._entities[role].start, self._state(role, bodies)
        foreign = self._document.lang == "vi" and bool(names) and not self._home(bodies)
        fits = [
            person
            for person, theirs, home in self._named.get(self._office(role), ())
            if (not names or names & theirs or not (theirs or foreign))
            and (not state or not home or state == home)
        ]
        before = [person for person in fits if self._entities[person].start < place]
        if before:
            return self._nearest(before[-1], place)
        return None if bodies or not fits else fits[0]

    def _home(self, bodies: list[int]) -> bool:
        """Tell whether no body is a foreign state: an office without a state is at home."""
        states = [self._entities[b] for b in bodies if self._entities[b].label == "COUNTRY"]
        return all(state.kb == "iso3166:VN" for state in states)

    def _nearest(self, person: int, place: int) -> int:
        """Return the last mention before `place` of the same person."""
        mentions = self._mentions[self._name(person)]
        last = bisect_left(mentions, place, key=lambda number: self._entities[number].start)
        return mentions[last - 1] if last else person
