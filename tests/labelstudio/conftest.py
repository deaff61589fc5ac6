"""A real Label Studio server, started once for all tests that are marked `studio`."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from curation import workspace
from curation.labelstudio import server
from curation.labelstudio.client import Client
from curation.workspace import Workspace


@pytest.fixture(scope="session")
def own_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The `.studio` folder of a server that runs until the last test has ended."""
    folder = tmp_path_factory.mktemp("server") / ".studio"
    server.start(folder, lambda _: None)
    try:
        yield folder
    finally:
        server.stop(folder)


@pytest.fixture(scope="session")
def studio(request: pytest.FixtureRequest) -> Client:
    """The owner's access to a server: the one of LABEL_STUDIO_URL, else one of our own."""
    url = os.environ.get("LABEL_STUDIO_URL")
    if url:
        return Client(url, os.environ["LABEL_STUDIO_API_KEY"], url)
    state = server.status(request.getfixturevalue("own_studio"))
    assert state.url is not None
    return Client(state.url, Path(state.token_file).read_text(encoding="utf-8"), state.url)


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
