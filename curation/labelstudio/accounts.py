"""The annotators' accounts, made by the server's invitation link."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from curation.errors import UsageError
from curation.labelstudio.client import Client
from curation.labelstudio.people import Pseudonyms, known_people
from curation.labelstudio.private import FILE_MODE, locked, private_folder
from curation.labelstudio.push import known_projects
from curation.workspace import Workspace, write_text


class Account(msgspec.Struct, frozen=True):
    """A user of the server; `pseudonym` is None before the first answer or invitation.

    `url` is the page of the person's own project, None where there is none.
    """

    email: str
    pseudonym: str | None
    made_here: bool
    url: str | None


def add(workspace: Workspace, client: Client, emails: list[str]) -> list[Account]:
    """Make an account for each address and give its person a pseudonym.

    The first password is drawn at random and stands in `private/accounts.json` alone (mode
    0600). Raises `UsageError` naming the address that the server refuses; those before it are
    made.
    """
    path = private_folder(workspace.private) / "accounts.json"
    with locked(workspace.private / "accounts.lock"):
        known = _passwords(path.read_bytes()) if path.exists() else {}
        for email in emails:
            if "@" not in email:
                raise UsageError(f"{email!r} is no e-mail address.")
            password = secrets.token_urlsafe(12)
            _save(path, known | {email: password})  # before, so that no account is locked out
            try:
                client.sign_up(email, password)
            except BaseException:
                _save(path, known)
                raise
            known[email] = password
    return [one for one in listed(workspace, client) if one.email in emails]


def listed(workspace: Workspace, client: Client) -> list[Account]:
    """Return the server's users in the order of their making."""
    path = private_folder(workspace.private) / "accounts.json"
    made = _passwords(path.read_bytes()) if path.exists() else {}
    emails = client.emails()
    people = Pseudonyms(workspace, client.name, emails)
    people.of(user for user, email in emails.items() if email in made)
    by_email = {person.email: name for name, person in people.people.items()}
    pages = {
        one.annotator: f"{client.url}/projects/{one.project}"
        for one in known_projects(workspace)
        if one.annotator and one.server == client.name
    }
    return [
        Account(email, by_email.get(email), email in made, pages.get(by_email.get(email, "")))
        for _, email in sorted(emails.items())
    ]


def made_here(workspace: Workspace) -> list[str]:
    """Return the pseudonyms of those whose accounts `add` made."""
    path = workspace.private / "accounts.json"
    made = _passwords(path.read_bytes()) if path.exists() else {}
    return [name for name, person in known_people(workspace).items() if person.email in made]


def named(workspace: Workspace, names: Sequence[str], connect: Callable[[], Client]) -> list[str]:
    """Return the pseudonyms of those named by pseudonym or by e-mail address.

    The server is asked for addresses that the workspace does not know. Raises `UsageError` for
    a name that nobody has.
    """
    people = known_people(workspace)
    by_email = {person.email: name for name, person in people.items() if person.email}
    if any("@" in name and name not in {*people, *by_email} for name in names):
        client = connect()
        emails = client.emails()
        found = Pseudonyms(workspace, client.name, emails)
        users = {email: user for user, email in emails.items() if email in names}
        new = found.of(users.values())
        people, by_email = found.people, by_email | {e: new[user] for e, user in users.items()}
    for name in names:
        if name not in {*people, *by_email}:
            raise UsageError(
                f"{name} is no annotator of this workspace; known are "
                f"{', '.join(people) or 'none'}. Run `curation annotators add` with the address."
            )
    return [by_email.get(name, name) for name in names]


def _save(path: Path, passwords: dict[str, str]) -> None:
    text = msgspec.json.format(msgspec.json.encode(passwords)).decode() + "\n"
    write_text(path, text, FILE_MODE)


def _passwords(content: bytes) -> dict[str, str]:
    return msgspec.json.decode(content, type=dict[str, str])
