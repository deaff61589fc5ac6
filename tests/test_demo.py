"""The demo runs the whole road, says what it simulates, and its figures add up."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from curation import workspace
from curation.cli import app
from curation.labelstudio import server


@pytest.mark.studio
def test_the_demo_ends_with_a_dataset_whose_figures_add_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    work, out = tmp_path / "work", tmp_path / "dataset"
    arguments = ["demo", "--workspace", str(work), "--out", str(out), "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "SIMULATED annotators" in done.stderr
    summary = json.loads(done.stdout)
    funnel = summary["funnel"]
    for kind in ("entities", "events"):
        steps = {step: row[kind] for step, row in funnel.items() if kind in row}
        shown = ("accepted unchanged", "edited", "deleted")
        assert steps["candidates shown"] == sum(steps[step] for step in shown)
        assert steps["candidates shown"] == 2 * steps["candidates"]
        assert 0 < steps["published"] == steps["gold"]
        assert summary["loaded"][kind] == steps["published"]
    assert funnel["answers"]["events"] == 2 * funnel["articles in"]["events"]
    assert summary["loaded"]["articles"] == funnel["articles in"]["events"]
    assert not server.status(workspace.load(work).studio).running


def test_the_demo_keeps_its_hands_off_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = CliRunner().invoke(app, ["demo", "--workspace", str(tmp_path)])
    assert done.exit_code == 2
    assert "is not empty and no demo's workspace" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
