"""Who holds which office (HOLDS), and of what body (OF), within one phrase."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from curation.ontology import Ontology
from curation.prelabel.candidates import Candidate
from curation.prelabel.phrases import Chain
from curation.prelabel.text import Document

BODIES = ("PARTY", "ORG", "COUNTRY", "PLACE")

Body = tuple[int, str]
"""The index of a body, and the rule that gives it to an office."""


class Link(NamedTuple):
    """A relation between two entity indices, and the rule that made it."""

    type: str
    source: int
    target: int
    by: str


def find_relations(
    document: Document, entities: Sequence[Candidate], chains: Sequence[Chain], ontology: Ontology
) -> list[Link]:
    """Return the relations that the ontology allows, each once."""
    found: dict[tuple[str, int, int], Link] = {}
    for link in _relations(document, entities, chains):
        if ontology.allows_relation(
            link.type, entities[link.source].label, entities[link.target].label
        ):
            found.setdefault((link.type, link.source, link.target), link)
    return list(found.values())


def _relations(
    document: Document, entities: Sequence[Candidate], chains: Sequence[Chain]
) -> Iterator[Link]:
    for chain in chains:
        members = chain.members
        roles = [m for m in members if entities[m].label == "ROLE"]
        for person in (m for m in members if entities[m].label == "PERSON"):
            for role in roles:
                if person == _bearer(entities, members, role):
                    by = "holds:name-behind" if person > role else "holds:name-before"
                    yield Link("HOLDS", person, role, by)
        for role in roles:
            body = _body_of(document, entities, members, role)
            if body is not None:
                yield Link("OF", role, *body)


def _bearer(entities: Sequence[Candidate], members: Sequence[int], role: int) -> int:
    """Return the person of a chain that an office belongs to: the next, else the last."""
    people = [m for m in members if entities[m].label == "PERSON"]
    return next((m for m in people if m > role), people[-1])


def _body_of(
    document: Document, entities: Sequence[Candidate], members: Sequence[int], role: int
) -> Body | None:
    """Return the body of an office: behind it, or before it where English puts it there."""
    place = members.index(role)
    after = _run(entities, members[place + 1 :])
    if after and _behind(document, entities[role], entities[after[0]]):
        if document.lang == "en":
            organs = [
                m
                for m in after
                if entities[m].label == "ORG" and _tight(document, entities, after, m)
            ]
            first = organs[0] if organs else after[0]
            return _possessed(document, entities, after, first), "of:body-behind"
        return after[0], "of:body-behind"
    before = _run(entities, members[:place][::-1])
    if document.lang == "en" and before and _before(document, entities[before[0]], entities[role]):
        return before[0], "of:body-before"
    return (
        _shared(document, entities, members, place)
        or _led(document, entities, members, place)
        or _past_name(document, entities, members, place)
    )


def _past_name(
    document: Document, entities: Sequence[Candidate], members: Sequence[int], place: int
) -> Body | None:
    """Return the body behind the name, in English: "Prime Minister Jane Doe of Fiji"."""
    if document.lang != "en" or place + 2 >= len(members):
        return None
    name, body = members[place + 1 : place + 3]
    if entities[name].label != "PERSON" or entities[body].label not in BODIES:
        return None
    gap = document.lower[entities[name].end : entities[body].start]
    return (body, "of:body-behind-name") if gap in (" of ", " of the ") else None


def _led(
    document: Document, entities: Sequence[Candidate], members: Sequence[int], place: int
) -> Body | None:
    """Return the body of the delegation that the holder of the office leads."""
    if not place or entities[members[place - 1]].label not in BODIES:
        return None
    bodies = [m for m in members[:place] if entities[m].label in BODIES]
    gap = document.lower[entities[members[place - 1]].end : entities[members[place]].start]
    led = re.search(r"(?<!\w)(?:do|led|headed|đứng đầu)(?!\w)", gap)
    return (bodies[0], "of:led-delegation") if led else None


def _run(entities: Sequence[Candidate], members: Sequence[int]) -> list[int]:
    run: list[int] = []
    for member in members:
        if entities[member].label not in BODIES:
            break
        run.append(member)
    return run


def _possessed(
    document: Document, entities: Sequence[Candidate], run: Sequence[int], body: int
) -> int:
    """Move on from "the Central Committee's" to the organ that it has."""
    while body != run[-1]:
        after = run[run.index(body) + 1]
        if document.lower[entities[body].end : entities[after].start] != "'s ":
            break
        body = after
    return body


def _tight(
    document: Document, entities: Sequence[Candidate], run: Sequence[int], member: int
) -> bool:
    """Tell whether a party with its acronym, and nothing else, stands before the organ."""
    before = run[: run.index(member)]
    return all(entities[m].label == "PARTY" for m in before)


def _behind(document: Document, role: Candidate, body: Candidate) -> bool:
    gap = document.lower[role.end : body.start]
    if document.lang == "vi":
        return bool(re.fullmatch(r" (?:của |nước |tại |tỉnh |thành phố |cộng hòa )*", gap))
    return bool(re.fullmatch(r" (?:of|for|to|in|at) (?:the |its |his |her )*", gap))


def _before(document: Document, body: Candidate, role: Candidate) -> bool:
    return document.lower[body.end : role.start] in (" ", "'s ", "' ")


def _shared(
    document: Document, entities: Sequence[Candidate], members: Sequence[int], place: int
) -> Body | None:
    """Return the body of the office that "and" joins to this one, in English."""
    if document.lang != "en" or place + 1 >= len(members):
        return None
    role, after = entities[members[place]], members[place + 1]
    gap = document.lower[role.end : entities[after].start]
    if entities[after].label == "ROLE" and gap == " and ":
        return _body_of(document, entities, members, after)
    return None
