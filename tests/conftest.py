"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

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
