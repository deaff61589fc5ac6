"""What stands between the toolkit and Label Studio, each with the way to mend it."""

import base64
import binascii
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from curation.errors import CurationError
from curation.labelstudio import server
from curation.labelstudio.client import OWN, Client
from curation.labelstudio.interface import interface
from curation.labelstudio.push import ProjectFile, read_projects
from curation.labelstudio.stamp import plain, read_stamp
from curation.ontology import Ontology
from curation.workspace import Workspace

SKEW = timedelta(minutes=2)
_NEEDED = (
    "projects.create",
    "projects.change",
    "tasks.create",
    "tasks.change",
    "tasks.delete",
    "annotations.view",
    "predictions.any",
)


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at; `remedy` is empty where nothing is to be done."""

    name: str
    state: Literal["good", "doubtful", "wrong"]
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.state}: {self.found}" + (f" {self.remedy}" if self.remedy else "")


class _StopError(Exception):
    """Ends the examination: what follows depends on the check that failed."""


def examine(
    workspace: Workspace, environ: Mapping[str, str], ontology: Ontology, now: datetime
) -> list[Check]:
    """Look at address, server, token, rights, clock, project, interface and files, in this order.

    What depends on a check that went wrong is left out. `now` is the present time with its
    zone. No token stands in any check.
    """
    checks: list[Check] = []
    try:
        checks.extend(_files(workspace))
        for check in _remote(workspace, environ, ontology, now):
            checks.append(check)
    except _StopError as stop:
        checks.append(stop.args[0])
    return checks


def _stop(name: str, found: str, remedy: str) -> _StopError:
    return _StopError(Check(name, "wrong", found, remedy))


def _remote(
    workspace: Workspace, environ: Mapping[str, str], ontology: Ontology, now: datetime
) -> Iterator[Check]:
    url, key, name = _access(workspace, environ)
    release, clock = _greet(url, own=name == OWN)
    yield Check("address", "good", url)
    yield _version(release)
    yield _kind(key)
    yield from _rights(url, key, own=name == OWN)
    yield _clock(clock, now)
    yield from _projects(workspace, Client(url, key, name), ontology)


def _access(workspace: Workspace, environ: Mapping[str, str]) -> tuple[str, str, str]:
    url, key = environ.get("LABEL_STUDIO_URL", ""), environ.get("LABEL_STUDIO_API_KEY", "")
    if url and not key:
        remedy = "Set it to a token: Account & Settings in Label Studio."
        raise _stop("token", "LABEL_STUDIO_URL is set, LABEL_STUDIO_API_KEY is not.", remedy)
    if url:
        return url.rstrip("/"), key, url.rstrip("/")
    state = server.status(workspace.studio)
    if state.url is None:
        remedy = "Run `curation studio start`, or set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY."
        raise _stop("address", "no server runs for this workspace.", remedy)
    return state.url, Path(state.token_file).read_text(encoding="utf-8").strip(), OWN


def _greet(url: str, *, own: bool) -> tuple[str, str]:
    """Return the server's version and what its clock says."""
    import httpx

    try:
        answer = httpx.get(f"{url}/api/version", trust_env=not own, timeout=20)
        release = str(answer.raise_for_status().json()["release"])
    except httpx.HTTPStatusError as error:
        found = f"{url} answers with HTTP {error.response.status_code}."
        remedy = "Check that LABEL_STUDIO_URL is the address of a Label Studio server."
        raise _stop("address", found, remedy) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        remedy = "Check the address, that the server runs, and proxies and firewalls between."
        raise _stop("address", f"{url} cannot be reached ({error}).", remedy) from None
    except (ValueError, KeyError, TypeError):
        remedy = "Check that LABEL_STUDIO_URL is the address of a Label Studio server."
        raise _stop("address", f"{url} is no Label Studio.", remedy) from None
    return release, answer.headers.get("date", "")


def _version(release: str) -> Check:
    pinned = server.version()
    if release == pinned:
        return Check("version", "good", release)
    remedy = f"curation is tested with {pinned}: use that version, or try on a copy of the data."
    return Check("version", "doubtful", f"the server is {release}.", remedy)


def _kind(key: str) -> Check:
    kind = token_kind(key)
    if kind in ("legacy token", "personal access token"):
        return Check("token", "good", kind)
    remedy = "Make a personal access token: Account & Settings in Label Studio."
    if kind == "access token":
        found = "is an access token, which Label Studio takes for five minutes only."
        raise _stop("token", f"it {found}", remedy)
    return Check("token", "doubtful", "it has the form of no token of Label Studio.", remedy)


def token_kind(key: str) -> str:
    """Tell by its form what a token is; nothing of it is kept or sent."""
    if re.fullmatch(r"[0-9a-f]{40}", key):
        return "legacy token"
    parts = key.split(".")
    if len(parts) != 3:
        return "unknown"
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=dict[str, Any])
    except (binascii.Error, ValueError):
        return "unknown"
    kinds = {"refresh": "personal access token", "access": "access token"}
    return kinds.get(str(claims.get("token_type")), "unknown")


def _rights(url: str, key: str, *, own: bool) -> Iterator[Check]:
    try:
        client = Client(url, key, OWN if own else url, seconds=30)
        email, held = client.whoami(), client.rights()
    except CurationError as error:
        remedy = (
            "Legacy tokens may be switched off on this server: make a personal access token, or "
            "have the owner allow them (Organization, Access Token Settings)."
            if token_kind(key) == "legacy token"
            else ""
        )
        raise _stop("login", str(error), remedy) from None
    yield Check("login", "good", email)
    missing = [one for one in _NEEDED if held and one not in held]
    if missing:
        found = f"{email} may not: {', '.join(missing)}."
        raise _stop("rights", found, "Use the token of an owner or administrator.")
    yield Check("rights", "good", "all that push and pull need")


def _clock(date: str, now: datetime) -> Check:
    try:
        skew = now - parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return Check("clock", "doubtful", "the server does not tell its time.")
    if abs(skew) <= SKEW:
        return Check("clock", "good", "within two minutes of the server's")
    way = "ahead of" if skew > timedelta(0) else "behind"
    found = f"{abs(skew.total_seconds()):.0f} seconds {way} the server's."
    remedy = "Set the clocks (NTP): personal access tokens and the times of answers depend on it."
    return Check("clock", "wrong", found, remedy)


def _projects(workspace: Workspace, client: Client, ontology: Ontology) -> Iterator[Check]:
    try:
        known = read_projects(workspace, client)
        planned = {one.annotator for one in workspace.read_assignments()}
    except CurationError as error:
        raise _stop("project", str(error), "") from None
    for one in known:
        yield from _project(one, client, ontology)
    for name in sorted(planned - {one.annotator for one in known}):
        yield Check(f"project of {name}", "good", "none yet: `curation push` makes it")
    if not known and not planned:
        yield Check("project", "good", "none yet: `curation push` makes it")


def _project(known: ProjectFile, client: Client, ontology: Ontology) -> Iterator[Check]:
    whose = f" of {known.annotator}" if known.annotator else ""
    try:
        held = client.project(known.project)
    except CurationError as error:
        raise _stop(f"project{whose}", str(error), "") from None
    yield Check(f"project{whose}", "good", f"{held.id} {held.title!r}, {held.tasks} tasks")
    made = read_stamp(held.interface)
    wanted = interface(ontology, made.kept if made else None)
    if plain(held.interface).strip() == wanted.strip():
        yield Check(f"interface{whose}", "good", f"that of the contract {ontology.version}")
        return
    found = f"the project's interface is not that of the contract {ontology.version}."
    remedy = "Look whether somebody changed it on purpose; `curation push` sets it again."
    if made and made.version != ontology.version:
        found = f"the project's interface is of contract {made.version}, not {ontology.version}."
        remedy = (
            "If this toolkit is the older one, update it; else `curation push` shows what differs "
            "and changes it, unless that would orphan answers."
        )
    yield Check(f"interface{whose}", "wrong", found, remedy)


def _files(workspace: Workspace) -> Iterator[Check]:
    secrets = [workspace.studio / "token", workspace.studio / "password"]
    secrets += sorted(workspace.private.glob("*")) if workspace.private.is_dir() else []
    open_ones = [
        path for path in secrets if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if not open_ones:
        yield Check("files", "good", "secrets are readable by their owner only")
        return
    shown = " ".join(str(path) for path in open_ones)
    yield Check("files", "wrong", f"others can read {shown}.", f"Run `chmod 600 {shown}`.")
