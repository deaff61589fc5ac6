"""The README's tour prints what it says it prints."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from curation.cli import app
from tests.conftest import ROOT

BLOCK = re.compile(r"(?ms)^```console\n(.*?)^```$")


def _blocks(text: str) -> list[list[tuple[str, str]]]:
    """The console blocks of a text, each as its commands with what they print."""
    found = []
    for block in BLOCK.findall(text):
        parts = re.split(r"(?m)^\$ ", block)[1:]
        found.append([(part.partition("\n")[0], part.partition("\n")[2]) for part in parts])
    return found


def test_the_tour_before_the_server_prints_what_the_readme_shows(
    tmp_path: Path, sample_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tour = (ROOT / "README.md").read_text(encoding="utf-8").partition("## A tour")[2]
    shutil.copytree(sample_dir / "articles", tmp_path / "pages")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for command, printed in _blocks(tour)[0]:
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
            continue
        done = CliRunner().invoke(app, words[1:])
        assert done.exit_code == 0, done.output
        shown = done.output.replace(str(tmp_path), "~")
        assert shown.splitlines() == printed.splitlines(), command
        ran += 1
    assert ran >= 4
