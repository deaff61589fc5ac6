"""The annotators' accounts, made by the server's invitation link."""

import secrets
from pathlib import Path

import msgspec

from curation.errors import UsageError
from curation.labelstudio.client import Client
from curation.labelstudio.people import Pseudonyms
from curation.labelstudio.private import FILE_MODE, locked, private_folder
from curation.workspace import Workspace, write_text


class Account(msgspec.Struct, frozen=True):
    """A user of the server; `pseudonym` is None before the first answer or invitation."""

    email: str
    pseudonym: str | None
    made_here: bool


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
    return [
        Account(email, by_email.get(email), email in made) for _, email in sorted(emails.items())
    ]


def _save(path: Path, passwords: dict[str, str]) -> None:
    text = msgspec.json.format(msgspec.json.encode(passwords)).decode() + "\n"
    write_text(path, text, FILE_MODE)


def _passwords(content: bytes) -> dict[str, str]:
    return msgspec.json.decode(content, type=dict[str, str])
