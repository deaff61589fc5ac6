"""A workspace keeps its files whole and says what is wrong with them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curation.errors import DataError, ServiceError, UsageError
from curation.records import Annotation
from curation.workspace import (
    create,
    find,
    load,
    read_jsonl,
    replacing,
    write_jsonl,
    write_text,
)
from tests.builders import annotation, article, event, span

TEXT = "The King received Ann Lee in Oslo."


def _annotation() -> Annotation:
    king = span(TEXT, "King", "ROLE", "s1")
    ann = span(TEXT, "Ann Lee", "PERSON", "s2", kb="registry:x-ann-lee")
    received = event(TEXT, "received", "RECEPTION", "e1", [("GUEST", "s2")])
    return annotation(article(TEXT), [king, ann], [received])


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    assert write_jsonl(path, [_annotation()] * 3) == 3
    assert list(read_jsonl(path, Annotation)) == [_annotation()] * 3


def test_a_record_on_disk_has_the_documented_keys(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    write_jsonl(path, [_annotation()])
    record = json.loads(path.read_text())
    assert list(record) == [
        *("article", "text_sha256", "author", "created", "contract"),
        *("spans", "events", "relations"),
    ]
    assert record["spans"] == [
        {"id": "s1", "start": 4, "end": 8, "label": "ROLE", "text": "King"},
        {
            "id": "s2",
            "start": 18,
            "end": 25,
            "label": "PERSON",
            "text": "Ann Lee",
            "kb": "registry:x-ann-lee",
        },
    ]
    assert record["events"][0]["arguments"] == [{"role": "GUEST", "span": "s2"}]


def test_a_line_that_is_no_record_is_named_with_file_line_and_place(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    write_jsonl(path, [_annotation()])
    path.write_text(path.read_text() + '\n{"article": 1}\n')
    with pytest.raises(DataError) as caught:
        list(read_jsonl(path, Annotation))
    assert str(caught.value) == (
        f'{path}:3: {{"article": 1}}: is no such record (Expected `str`, got `int` - at '
        "`$.article`). Mend or remove the line, or make the file again with the command that "
        "writes it."
    )


def test_a_missing_file_is_a_service_error(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"no\.jsonl: cannot be read: No such file"):
        list(read_jsonl(tmp_path / "no.jsonl", Annotation))


def test_an_error_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError), replacing(path) as out:
        out.write(b"half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_text(path, "old")
    code = (
        "import sys, time, pathlib\n"
        "from curation.workspace import replacing\n"
        "with replacing(pathlib.Path(sys.argv[1])) as out:\n"
        "    out.write(b'half'); out.flush(); print('ready', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        os.kill(writer.pid, signal.SIGKILL)
    assert path.read_text() == "old"


def test_a_new_workspace_is_found_from_a_folder_below_it(tmp_path: Path) -> None:
    create(tmp_path, "news")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find(below).root == tmp_path
    assert find(below).config.project.languages == ("vi", "en")


def test_a_name_may_hold_quotes_and_any_script(tmp_path: Path) -> None:
    name = 'the "Việt" \\ set'
    assert create(tmp_path, name, ("vi",)).config.project.name == name
    assert find(tmp_path).config.project.languages == ("vi",)


def test_a_workspace_is_not_made_twice(tmp_path: Path) -> None:
    create(tmp_path, "news")
    with pytest.raises(UsageError, match="exists already"):
        create(tmp_path, "news")


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    create(tmp_path, "news")
    config = tmp_path / "curation.toml"
    config.write_text(config.read_text().replace("seed = 0", "sed = 0"))
    with pytest.raises(UsageError, match=r"unknown field `sed` - at `\$\.release`"):
        load(tmp_path)


def test_without_a_workspace_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run `curation init`, or give --workspace DIR"):
        find(tmp_path)


def test_a_stage_that_has_not_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run `curation ingest` first"):
        create(tmp_path, "news").read_articles()
