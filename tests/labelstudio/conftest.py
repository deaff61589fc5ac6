"""A workspace of its own for each test, whose project is deleted at the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from curation import workspace
from curation.labelstudio.client import Client
from curation.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path, studio: Client) -> Iterator[Workspace]:
    """An empty workspace; the project that a test makes for it is deleted at the end."""
    made = workspace.create(tmp_path / "w", "Test")
    yield made
    if made.project.exists():
        number = msgspec.json.decode(made.project.read_bytes())["project"]
        address = f"{studio.url}/api/projects/{number}/"
        key = {"Authorization": f"Token {studio.key}"}
        httpx.delete(address, headers=key, trust_env=False).raise_for_status()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Path:
    """The SQLite file of the server, where it is our own."""
    if "LABEL_STUDIO_URL" in os.environ:
        pytest.skip("the server's database is not ours to write to")
    folder: Path = request.getfixturevalue("own_studio")
    return next(folder.rglob("*.sqlite3"))
