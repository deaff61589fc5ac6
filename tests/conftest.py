"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation.labelstudio import server
from curation.labelstudio.client import Client

ROOT = Path(__file__).parent.parent

collect_ignore = ["packaging"]  # run against the installed wheel by `make package`


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with other people's articles, which are never part of the project."""
    folder = Path(os.environ.get("CURATION_SHARED", ROOT.parent / "shared"))
    if not (folder / "seeds").is_dir():
        pytest.skip("the real articles are not here: set CURATION_SHARED to their folder")
    return folder


@pytest.fixture(scope="session")
def sample_dir() -> Path:
    """The articles that the package ships."""
    import curation

    return Path(curation.__file__).parent / "sample"


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
def studio_environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the command line at the server of the tests, unless it is pointed at one already."""
    if "LABEL_STUDIO_URL" not in os.environ:
        state = server.status(request.getfixturevalue("own_studio"))
        monkeypatch.setenv("LABEL_STUDIO_URL", str(state.url))
        token = Path(state.token_file).read_text(encoding="utf-8")
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
