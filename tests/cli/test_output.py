"""What people read on stderr is one thing a line."""

import pytest

from curation.cli import output


def test_a_table_of_long_rows_is_shown_on_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"url": "http://127.0.0.1:8080/projects/2", "articles": 12, "created": 12, "refused": 0}
    output.report({"projects": {"ann": row, "binh": row}, "tasks": 24}, as_json=False)
    told = "url http://127.0.0.1:8080/projects/2, articles 12, created 12, refused 0"
    assert capsys.readouterr().err.splitlines() == [
        f"  projects  ann {told}",
        f"            binh {told}",
        "  tasks     24",
    ]


def test_a_table_of_short_rows_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.report({"rows": {"articles": {"train": 14, "test": 2}, "events": {}}}, as_json=False)
    assert capsys.readouterr().err == "  rows  articles train 14, test 2, events none\n"


def test_parts_with_commas_are_not_joined_by_commas(capsys: pytest.CaptureFixture[str]) -> None:
    told = ["contract 1.0.0 -> 1.1.0", "label HONOUR: 2 in task 3, task 6"]
    output.report({"contract": told, "gone": ["task 1", "task 2"]}, as_json=False)
    assert capsys.readouterr().err.splitlines() == [
        "  contract  contract 1.0.0 -> 1.1.0",
        "            label HONOUR: 2 in task 3, task 6",
        "  gone      task 1, task 2",
    ]
