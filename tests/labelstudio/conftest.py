"""A real Label Studio server, started once for all tests that are marked `studio`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation.labelstudio import server
from curation.labelstudio.client import Client


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
