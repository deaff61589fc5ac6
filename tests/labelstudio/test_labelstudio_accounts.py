"""Annotators get accounts by invitation, and a pseudonym each."""

import json
import secrets
import stat

import pytest

from curation.errors import UsageError
from curation.labelstudio.accounts import add, listed
from curation.labelstudio.client import Client
from curation.workspace import Workspace

pytestmark = pytest.mark.studio


def fresh(count: int) -> list[str]:
    return [f"ann-{secrets.token_hex(4)}@example.org" for _ in range(count)]


def test_accounts_are_made_and_have_pseudonyms(place: Workspace, studio: Client) -> None:
    emails = fresh(2)
    made = add(place, studio, emails)
    assert [(one.email, one.pseudonym, one.made_here) for one in made] == [
        (emails[0], "annotator-01", True),
        (emails[1], "annotator-02", True),
    ]
    assert set(emails) < {one.email for one in listed(place, studio)}
    owner = listed(place, studio)[0]
    assert (owner.pseudonym, owner.made_here) == (None, False)


def test_first_passwords_are_in_one_private_file_and_open_the_account(
    place: Workspace, studio: Client
) -> None:
    import httpx

    (email,) = fresh(1)
    add(place, studio, [email])
    path = place.private / "accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    password = json.loads(path.read_text())[email]
    with httpx.Client(base_url=studio.url, trust_env=False, follow_redirects=True) as session:
        session.get("/user/login/")
        guard = session.cookies["csrftoken"]
        form = {"email": email, "password": password, "csrfmiddlewaretoken": guard}
        session.post("/user/login/", data=form, headers={"Referer": studio.url})
        assert session.get("/api/current-user/whoami").json()["email"] == email


def test_an_address_that_is_taken_or_none_is_refused_and_leaves_no_password(
    place: Workspace, studio: Client
) -> None:
    good, later = fresh(2)
    add(place, studio, [good])
    password = (place.private / "accounts.json").read_text()
    with pytest.raises(UsageError, match=f"cannot make the account {good}"):
        add(place, studio, [good, later])
    assert (place.private / "accounts.json").read_text() == password
    with pytest.raises(UsageError, match=r"^'nobody' is no e-mail address\.$"):
        add(place, studio, ["nobody"])
    assert later not in {one.email for one in listed(place, studio)}
