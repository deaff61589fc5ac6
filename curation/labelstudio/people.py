"""Who annotates: persons on the servers, and the pseudonyms that stand for them elsewhere."""

from collections.abc import Iterable, Mapping

import msgspec

from curation.errors import DataError, Problem
from curation.labelstudio.private import FILE_MODE, private_folder
from curation.workspace import Workspace, write_text


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a pseudonym stands for; `server` and `id` where there is no e-mail address."""

    server: str
    id: int
    email: str | None


class Pseudonyms:
    """The workspace's private map of pseudonyms; a person who is not in it is added."""

    def __init__(self, workspace: Workspace, server: str, emails: Mapping[int, str]) -> None:
        self._path = private_folder(workspace.private) / "annotators.json"
        self._server = server
        self._emails = emails
        self.people = known_people(workspace)

    def of(self, users: Iterable[int]) -> dict[int, str]:
        """Return the pseudonym of each of these users of the server."""
        names: dict[int, str] = {}
        before = dict(self.people)
        for user in sorted(set(users)):
            person = Person(server=self._server, id=user, email=self._emails.get(user))
            name = next((n for n, other in self.people.items() if _is_same(person, other)), None)
            names[user] = name or f"annotator-{len(self.people) + 1:02}"
            if name is None or person.email:  # a file of the server may not know the address
                self.people[names[user]] = person
        if self.people != before or not self._path.exists():
            text = msgspec.json.format(msgspec.json.encode(self.people)).decode() + "\n"
            write_text(self._path, text, FILE_MODE)
        return names


def known_people(workspace: Workspace) -> dict[str, Person]:
    """Return who the pseudonyms stand for."""
    path = workspace.private / "annotators.json"
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Person])
    except msgspec.DecodeError as error:
        problem = Problem(
            record=str(path),
            value=str(error),
            rule="is no map of pseudonyms",
            remedy="Put it back as it was: without it, persons get new pseudonyms.",
        )
        raise DataError([problem]) from error


def _is_same(person: Person, other: Person) -> bool:
    if person.email and other.email:
        return person.email == other.email
    return (person.server, person.id) == (other.server, other.id)
