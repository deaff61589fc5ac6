"""The doctor names what is wrong and how to mend it; no token is shown anywhere."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from curation.errors import ServiceError
from curation.labelstudio import doctor, server
from curation.labelstudio.client import Client
from curation.labelstudio.doctor import Check, examine, token_kind
from curation.labelstudio.pull import pull
from curation.labelstudio.push import push
from curation.labelstudio.tasks import result
from curation.ontology import load_ontology
from curation.workspace import Workspace
from tests.labelstudio import stories

pytestmark = pytest.mark.studio

ONTOLOGY = load_ontology()


def now() -> datetime:
    return datetime.now(UTC)


def jwt(kind: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"token_type": kind}).encode()).decode()
    return f"e30.{claims.rstrip('=')}.c2ln"


def access(client: Client, key: str | None = None) -> dict[str, str]:
    return {"LABEL_STUDIO_URL": client.url, "LABEL_STUDIO_API_KEY": key or client.key}


def look(place: Workspace, environ: dict[str, str], when: datetime | None = None) -> list[Check]:
    return examine(place, environ, ONTOLOGY, when or now())


def wrong(checks: list[Check]) -> list[str]:
    return [f"{one.name}: {one}" for one in checks if one.state != "good"]


@pytest.fixture(scope="module")
def personal(studio: Client) -> Iterator[str]:
    """A personal access token of an annotator of its own."""
    email = f"pat-{secrets.token_hex(4)}@localhost"
    legacy = studio.sign_up(email, secrets.token_hex(12))
    key = {"Authorization": f"Token {legacy}"}
    made = httpx.post(f"{studio.url}/api/token/", headers=key, trust_env=False)
    yield str(made.raise_for_status().json()["token"])


def test_a_good_setting_has_nothing_to_mend(place: Workspace, studio: Client) -> None:
    client = Client(studio.url, studio.key, studio.url)
    article, candidate = stories.adjacent()
    push(place, client, [article], {article.id: candidate}, ONTOLOGY, "", lambda x, _: x)
    checks = look(place, access(studio))
    assert wrong(checks) == []
    names = [one.name for one in checks]
    assert names == [
        "files", "address", "version", "token", "login", "rights", "clock", "project", "interface",
    ]  # fmt: skip


def test_without_a_server_the_ways_to_one_are_named(place: Workspace) -> None:
    assert wrong(look(place, {})) == [
        "address: wrong: no server runs for this workspace. Run `curation studio start`, or set "
        "LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY."
    ]


def test_an_address_without_a_token(place: Workspace, studio: Client) -> None:
    (said,) = wrong(look(place, {"LABEL_STUDIO_URL": studio.url}))
    assert said.startswith("token: wrong: LABEL_STUDIO_URL is set, LABEL_STUDIO_API_KEY is not.")


def test_an_address_where_nothing_is(place: Workspace) -> None:
    (said,) = wrong(
        look(place, {"LABEL_STUDIO_URL": "http://127.0.0.1:9", "LABEL_STUDIO_API_KEY": "k"})
    )
    assert said.startswith("address: wrong: http://127.0.0.1:9 cannot be reached (")
    assert said.endswith(
        "Check the address, that the server runs, and proxies and firewalls between."
    )


def test_an_address_that_is_something_else(place: Workspace, studio: Client) -> None:
    environ = {**access(studio), "LABEL_STUDIO_URL": f"{studio.url}/static"}
    (said,) = wrong(look(place, environ))
    assert "Check that LABEL_STUDIO_URL is the address of a Label Studio server." in said


def test_a_token_that_the_server_does_not_take(place: Workspace, studio: Client) -> None:
    key = secrets.token_hex(20)
    (said,) = wrong(look(place, access(studio, key)))
    assert said.startswith(f"login: wrong: {studio.url}: cannot ask who I am: HTTP 401")
    assert said.endswith("(Organization, Access Token Settings).")
    assert key not in said


def test_an_access_token_is_told_from_a_personal_one(place: Workspace, studio: Client) -> None:
    (said,) = wrong(look(place, access(studio, jwt("access"))))
    assert said == (
        "token: wrong: it is an access token, which Label Studio takes for five minutes only. Make "
        "a personal access token: Account & Settings in Label Studio."
    )


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("0123456789abcdef" * 2 + "01234567", "legacy token"),
        (jwt("refresh"), "personal access token"),
        (jwt("access"), "access token"),
        ("a.b.c", "unknown"),
        ("", "unknown"),
        ("ключ.é.\ud800", "unknown"),
    ],
)
def test_the_kind_of_a_token_is_told_by_its_form(key: str, kind: str) -> None:
    assert token_kind(key) == kind


@pytest.mark.parametrize("minutes", [-3, 3])
def test_a_clock_that_goes_wrong(place: Workspace, studio: Client, minutes: int) -> None:
    (said,) = wrong(look(place, access(studio), now() + timedelta(minutes=minutes)))
    assert ("ahead of" if minutes > 0 else "behind") in said
    assert said.startswith("clock: wrong: 1") and "Set the clocks (NTP)" in said


def test_a_server_of_another_version(
    place: Workspace, studio: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "version", lambda: "1.0.0")
    (said,) = wrong(look(place, access(studio)))
    assert said.startswith("version: doubtful: the server is 1.2")
    assert "curation is tested with 1.0.0" in said


def test_rights_that_are_missing(
    place: Workspace, studio: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_NEEDED", ("projects.create", "moon.land"))
    (said,) = wrong(look(place, access(studio)))
    assert said.startswith("rights: wrong:")
    assert "may not: moon.land. Use the token of an owner or administrator." in said


def test_an_interface_that_drifted_and_a_project_that_is_gone(
    place: Workspace, studio: Client
) -> None:
    client = Client(studio.url, studio.key, studio.url)
    project = push(place, client, [], {}, ONTOLOGY, "", lambda x, _: x).project
    held = client.project(project).interface
    client.update_project(project, {"label_config": held.replace("c-about", "c-other")})
    (said,) = wrong(look(place, access(studio)))
    assert said.startswith("interface: wrong: the project's interface is not that of the contract")
    client._sdk.projects.delete(project)
    (said,) = wrong(look(place, access(studio)))
    assert said.startswith("project: wrong:")
    assert "the server has no such project; it was deleted" in said
    place.project.unlink()


def test_a_project_of_another_contract_than_the_toolkits(place: Workspace, studio: Client) -> None:
    client = Client(studio.url, studio.key, studio.url)
    newer = msgspec.structs.replace(ONTOLOGY, version="9.9.9")
    push(place, client, [], {}, newer, "", lambda x, _: x)
    fewer = {name: one for name, one in ONTOLOGY.labels.items() if name != "TOPIC"}
    older = msgspec.structs.replace(ONTOLOGY, labels=fewer)
    (said,) = wrong(examine(place, access(studio), older, now()))
    assert said == (
        f"interface: wrong: the project's interface is of contract 9.9.9, not {older.version}. If "
        "this toolkit is the older one, update it; else `curation push` shows what differs and "
        "changes it, unless that would orphan answers."
    )


def test_secrets_that_others_can_read(place: Workspace, studio: Client) -> None:
    place.private.mkdir(mode=0o700)
    open_one = place.private / "annotators.json"
    open_one.write_text("{}")
    open_one.chmod(0o644)
    (said,) = wrong(look(place, access(studio)))
    assert said == f"files: wrong: others can read {open_one}. Run `chmod 600 {open_one}`."


# --- tokens ------------------------------------------------------------------------------------


def test_a_personal_access_token_pushes_and_pulls(
    place: Workspace, studio: Client, personal: str
) -> None:
    client = Client(studio.url, personal, studio.url)
    article, candidate = stories.adjacent()
    report = push(place, client, [article], {article.id: candidate}, ONTOLOGY, "", lambda x, _: x)
    (task,) = client.find_tasks(report.project, [article.id])[article.id]
    client.submit(task.id, result(candidate))
    pulled = pull(place, client, [article], ONTOLOGY, lambda x, _: x)
    assert (report.created, pulled.answers, pulled.findings) == (1, 1, 0)
    assert wrong(look(place, access(studio, personal))) == []


def test_no_token_is_in_what_commands_print_write_or_show_to_other_users(
    place: Workspace, studio: Client, personal: str
) -> None:
    article, candidate = stories.adjacent()
    from curation.workspace import write_jsonl

    write_jsonl(place.articles, [article])
    write_jsonl(place.candidates, [candidate])
    program = str(Path(sys.executable).parent / "curation")
    everything = ("doctor", "push", "pull", "annotators list")
    for key, commands in (
        (personal, everything),
        (studio.key, everything[:1]),
        (secrets.token_hex(20), everything[1:2]),
    ):
        environ = {**os.environ, **access(studio, key), "HTTPX_LOG_LEVEL": "debug"}
        for command in commands:
            line = [program, *command.split(), "--workspace", str(place.root), "--json"]
            process = subprocess.Popen(
                line, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            assert key not in Path(f"/proc/{process.pid}/cmdline").read_text()
            printed, _ = process.communicate(timeout=120)
            assert key not in printed
            assert process.returncode in (0, 3)
        for path in place.root.rglob("*"):
            assert not path.is_file() or key.encode() not in path.read_bytes(), path


def test_a_server_that_sends_the_token_back_is_not_quoted(studio: Client, personal: str) -> None:
    client = Client(studio.url, personal, "there")
    error = client._failure("do it", 400, f"bad token {personal}")
    assert isinstance(error, ServiceError)
    assert personal not in str(error)
