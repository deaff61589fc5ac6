"""Texts that say the same are grouped and recorded; nothing is dropped without a word."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import workspace
from curation.ingest import Added, IngestOptions, add, read
from curation.ingest.duplicates import Link, Sketches, address_key, sketch_of
from curation.records import Article
from curation.workspace import Workspace, read_jsonl
from tests.ingest.pages import TITLE_EN

WORDS = [
    *("minister", "ambassador", "treaty", "visit", "talks", "border", "trade", "signed", "agreed"),
    *("hosted", "island", "river", "school", "council", "deputy", "envoy", "summit", "press"),
    *("office", "north", "south", "east", "west", "spring", "report", "paper"),
]


def _text(seed: int, paragraphs: int = 8) -> str:
    rng = random.Random(seed)
    made = (" ".join(rng.choices(WORDS, k=40)).capitalize() + "." for _ in range(paragraphs))
    return "\n\n".join(("The envoy said that they had agreed on it with the others.", *made))


def _html(text: str, url: str) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    head = f"<link rel=canonical href='{url}'>"
    return f"<html><head>{head}</head><body><article><h1>{TITLE_EN}</h1>{body}</article></body>"


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "work", "test")


def _add(project: Workspace, *paths: Path) -> Added:
    return add(project, read(paths, IngestOptions()))


def _links(project: Workspace) -> list[Link]:
    return list(read_jsonl(project.duplicates, Link)) if project.duplicates.exists() else []


def _ids(project: Workspace) -> dict[str, str]:
    return {one.source.path: one.id for one in read_jsonl(project.articles, Article)}


def test_the_same_text_in_another_file_is_recorded_and_not_taken_in_twice(
    project: Workspace, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(_text(1), encoding="utf-8")
    _add(project, tmp_path / "a.txt")
    added = _add(project, tmp_path / "b.txt")
    (name,) = _ids(project).values()
    assert (added.new, added.same) == (0, 1)
    assert _links(project) == [Link("same", "b.txt", name, name)]


def test_a_reprint_is_taken_in_and_linked_with_the_share_that_it_has_in_common(
    project: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "wire.txt").write_text(_text(1), encoding="utf-8")
    shorter = "\n\n".join([*_text(1).split("\n\n")[:7], "An editor added this at the end of it."])
    (tmp_path / "reprint.txt").write_text(shorter, encoding="utf-8")
    (tmp_path / "other.txt").write_text(_text(2), encoding="utf-8")
    added = _add(project, tmp_path / "wire.txt", tmp_path / "reprint.txt", tmp_path / "other.txt")
    ids = _ids(project)
    assert (added.new, added.near) == (3, 1)
    (link,) = _links(project)
    assert (link.kind, link.file) == ("near", "reprint.txt")
    assert (link.article, link.of) == (ids["reprint.txt"], ids["wire.txt"])
    assert link.share is not None
    assert 0.8 < link.share <= 1.0


def test_a_changed_page_at_the_same_address_is_a_later_version(
    project: Workspace, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    first.write_text(_html(_text(1), "https://a.example/x?id=1&utm_source=y"), encoding="utf-8")
    second.write_text(_html(_text(2), "http://www.a.example/x/?id=1#top"), encoding="utf-8")
    assert _add(project, first).versions == 0
    assert _add(project, second).versions == 1
    ids = _ids(project)
    assert _links(project) == [Link("version", "b.html", ids["b.html"], ids["a.html"])]


def test_reading_all_files_again_changes_nothing(project: Workspace, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.html" for name in "abcd"]
    texts = (_text(1), _text(1), _text(1) + "\n\nOne more line was added to it.", _text(3))
    for number, (path, text) in enumerate(zip(paths, texts, strict=True)):
        path.write_text(_html(text, f"https://a.example/{number % 3}"), encoding="utf-8")
    _add(project, *paths)
    files = (project.articles, project.duplicates)
    before = [path.read_bytes() for path in files]
    assert sorted(link.kind for link in _links(project)) == ["near", "same", "version"]
    again = _add(project, *paths)
    assert (again.new, again.near, again.versions) == (0, 0, 0)
    assert [path.read_bytes() for path in files] == before


def test_a_file_that_is_no_copy_any_more_is_forgotten(project: Workspace, tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text(_text(1), encoding="utf-8")
    second.write_text(_text(1), encoding="utf-8")
    _add(project, first, second)
    assert len(_links(project)) == 1
    second.write_text(_text(2), encoding="utf-8")
    _add(project, second)
    assert _links(project) == []


def test_each_planted_copy_among_many_texts_is_found_and_nothing_else() -> None:
    sketches = Sketches()
    for seed in range(150):
        sketches.add(str(seed), sketch_of(_text(seed)))
    for seed in range(150):
        words = _text(seed).split()
        del words[seed % 50 :: 50]  # one word in fifty is gone
        found = sketches.nearest(sketch_of(" ".join(words)))
        assert found is not None
        assert found[0] == str(seed)
    assert all(sketches.nearest(sketch_of(_text(seed))) is None for seed in range(200, 350))
    sketches.close()


@given(st.text(max_size=400))
def test_a_sketch_is_sorted_has_no_twins_and_depends_on_the_words_alone(text: str) -> None:
    sketch = sketch_of(text)
    assert list(sketch) == sorted(set(sketch))
    assert len(sketch) <= 64
    assert sketch_of(f"  {text}\n".replace(" ", "  ")) == sketch


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://a.example/x", "http://www.a.example/x/#top"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2&utm_source=mail&fbclid=7"),
    ],
)
def test_addresses_of_one_page_have_one_key(first: str, second: str) -> None:
    assert address_key(first) == address_key(second)
    assert address_key(first) != address_key("https://a.example/x?id=2")
