"""The command line parses, calls, prints, and exits as documented."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from curation import __version__
from curation.cli import app
from tests.conftest import ROOT

CURATION = str(Path(sys.executable).parent / "curation")


def _run(*arguments: str, code: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == code, done.output
    return done.stdout, done.stderr


@pytest.fixture
def work(tmp_path: Path) -> str:
    """A new workspace."""
    _run("init", str(tmp_path / "work"))
    return str(tmp_path / "work")


def test_the_reference_is_what_the_commands_say(tmp_path: Path) -> None:
    made = tmp_path / "cli.md"
    command = [sys.executable, "-m", "typer", "curation.cli", "utils", "docs"]
    options = ["--name", "curation", "--title", "Command line", "--output", str(made)]
    subprocess.run([*command, *options], check=True, capture_output=True, cwd=ROOT)
    assert made.read_text() == (ROOT / "docs" / "cli.md").read_text(), "run `make fix`"


def test_help_imports_none_of_the_heavy_parts() -> None:
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from curation.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'datasets', 'pandera', 'polars', 'pandas', 'pyarrow', 'label_studio_sdk'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_version_is_printed() -> None:
    assert _run("--version")[0] == f"curation {__version__}\n"


def test_without_a_workspace_a_command_exits_with_2_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, said = _run("status", code=2)
    assert said == (
        f"Error: no curation.toml in {tmp_path} or above it: run `curation init`, or give "
        "--workspace DIR.\n"
    )


def test_an_unknown_option_exits_with_2(work: str) -> None:
    _run("status", "--workspace", work, "--nonsense", code=2)


def test_a_stage_out_of_order_names_the_one_before(work: str) -> None:
    _, said = _run("prelabel", "--workspace", work, code=2)
    assert "articles.jsonl is not in the workspace" in said
    assert "run `curation ingest` first" in said


def test_a_missing_page_exits_with_3(work: str, tmp_path: Path) -> None:
    _, said = _run("ingest", str(tmp_path / "none.txt"), "--workspace", work, code=3)
    assert "none.txt" in said


def test_a_refused_page_is_counted_and_exits_with_1_and_the_others_are_kept(
    work: str, sample_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.txt").write_bytes(b"abc\xff\xfe\x00")
    good = sample_dir / "articles" / "b09-en.txt"
    out, _ = _run(
        "ingest", str(tmp_path / "broken.txt"), str(good), "--workspace", work, "--json", code=1
    )
    summary = json.loads(out)
    assert summary["new articles"] == 1
    assert len(summary["refused"]) == 1
    assert summary["refused"][0].startswith("broken.txt: ")


def test_json_goes_to_stdout_and_words_to_stderr(work: str, sample_dir: Path) -> None:
    page = str(sample_dir / "articles" / "b09-en.txt")
    out, said = _run("ingest", page, "--workspace", work, "--json")
    assert json.loads(out)["files"] == 1
    assert "new articles" in said
    out, said = _run("prelabel", "--workspace", work)
    assert out == ""
    assert "entities" in said
    status = json.loads(_run("status", "--workspace", work, "--json")[0])
    assert (status["articles"], status["candidates"]) == (1, 1)
    assert status["next"] == "curation push"


def test_push_without_a_server_says_how_to_get_one(
    work: str, sample_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    _run("ingest", str(sample_dir / "articles" / "b09-en.txt"), "--workspace", work)
    _run("prelabel", "--workspace", work)
    _, said = _run("push", "--workspace", work, code=2)
    assert "run `curation studio start`" in said


def test_contract_needs_one_of_its_two_options() -> None:
    _, said = _run("contract", code=2)
    assert "--write or --check" in said.replace("\n", " ")


def test_an_interrupt_exits_with_130(tmp_path: Path) -> None:
    # a page read from a pipe that nobody writes to: ingest waits
    (tmp_path / "pipe.txt").parent.mkdir(exist_ok=True)
    os.mkfifo(tmp_path / "pipe.txt")
    _run("init", str(tmp_path / "work"))
    with subprocess.Popen(
        [CURATION, "ingest", str(tmp_path / "pipe.txt"), "--workspace", str(tmp_path / "work")],
        stderr=subprocess.PIPE,
    ) as running:
        try:
            running.wait(timeout=3)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
    assert not (tmp_path / "work" / "articles.jsonl").exists()
