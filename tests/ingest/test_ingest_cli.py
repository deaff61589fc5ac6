"""The options of `curation ingest`, from the command line and from curation.toml."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from curation.cli import app
from curation.records import Article
from curation.workspace import read_jsonl
from tests.ingest.pages import LEAD, REST, TITLE

RECORD = json.dumps({"head": TITLE, "words": f"{LEAD}\n\n{REST}", "rights": "CC0-1.0"}) + "\n"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    assert CliRunner().invoke(app, ["init", str(made)]).exit_code == 0
    return made


def _run(*arguments: str, given: str | None = None, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["ingest", *arguments], input=given)
    assert result.exit_code == code, result.output
    return result.stdout


def test_columns_are_named_by_option_and_records_come_from_the_standard_input(work: Path) -> None:
    fields = ["--field", "text=words", "--field", "title=head", "--field", "license=rights"]
    summary = json.loads(_run("-", *fields, "--workspace", str(work), "--json", given=RECORD))
    assert (summary["files"], summary["new articles"], summary["refused"]) == (1, 1, [])
    (article,) = read_jsonl(work / "articles.jsonl", Article)
    assert (article.source.path, article.license) == ("stdin#1", "CC0-1.0")
    assert article.text == f"{TITLE}\n\n{LEAD}\n\n{REST}"


def test_columns_and_the_largest_size_are_named_in_the_settings(work: Path) -> None:
    settings = work / "curation.toml"
    text = settings.read_text(encoding="utf-8")
    table = '[ingest]\nfields = { text = "words" }\nmost_mib = 1\n'
    settings.write_text(text.replace("[ingest]\n", table, 1), encoding="utf-8")
    (work / "a.jsonl").write_text(RECORD + json.dumps({"words": "x" * (1 << 20)}), encoding="utf-8")
    said = json.loads(_run(str(work / "a.jsonl"), "--workspace", str(work), "--json", code=1))
    assert said["new articles"] == 1
    assert said["refused"] == [
        "a.jsonl#2: line 2: is larger than 1 MiB: no article is. Split it, or raise `most_mib` "
        "in [ingest] of curation.toml."
    ]


def test_a_field_without_a_column_is_a_usage_error(work: Path) -> None:
    _run("-", "--field", "text", "--workspace", str(work), given=RECORD, code=2)


def test_explain_needs_no_workspace_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "a.txt"
    page.write_text(
        f"{TITLE}\n\nTin liên quan\nKhai mạc hội chợ sách\n\n{LEAD}\n", encoding="utf-8"
    )
    shown = _run(str(page), "--explain")
    assert "✂ related   related-vi              | Khai mạc hội chợ sách" in shown
    assert f"  body      body                    | {LEAD}" in shown
    told = json.loads(_run(str(page), "--explain", "--json"))
    assert [zone["rule"] for zone in told["zones"]] == ["title", "related-vi", "related-vi", "body"]
    assert list(tmp_path.iterdir()) == [page]
