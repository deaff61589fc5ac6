"""The stage over files: what is read, refused, said twice, and put into a workspace."""

import hashlib
from pathlib import Path

import pytest

from curation import workspace
from curation.errors import DataError, ServiceError, UsageError
from curation.ingest import (
    Duplicate,
    IngestOptions,
    Refusal,
    add,
    ingest,
    ingest_file,
    read,
)
from curation.records import Article
from curation.workspace import Workspace, read_jsonl
from tests.ingest.pages import LEAD, LEAD_EN, REST, REST_EN, TITLE, TITLE_EN

VI = f"{TITLE}\n\n{LEAD}\n\n{REST}\n"
EN = f"{TITLE_EN}\n\n{LEAD_EN}\n\n{REST_EN}\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with two articles, one of them twice, a picture, and files nobody wants."""
    folder = tmp_path / "pages"
    (folder / "more").mkdir(parents=True)
    (folder / "b.txt").write_text(VI, encoding="utf-8")
    (folder / "a.TXT").write_text(EN, encoding="utf-8")
    (folder / "more" / "again.txt").write_text(VI.replace("\n", "\r\n"), encoding="utf-8")
    (folder / "more" / "latin.txt").write_bytes(TITLE[:5].encode("utf-16-le"))
    (folder / "notes.md").write_text("notes", encoding="utf-8")
    (folder / ".hidden.txt").write_text(VI, encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "work", "test")


REFUSED = Refusal(
    "pages/more/latin.txt",
    "byte 1",
    "is a NUL byte: the file is binary, or UTF-16 without a byte order mark",
    "Save its text as a UTF-8 .txt file.",
)


def test_a_folder_is_read_whole_in_the_order_of_its_names(pages: Path) -> None:
    result = ingest([pages], IngestOptions(license="CC-BY-4.0"))
    assert [article.source.path for article in result.articles] == ["pages/a.TXT", "pages/b.txt"]
    assert {article.license for article in result.articles} == {"CC-BY-4.0"}
    assert result.duplicates == (
        Duplicate("pages/more/again.txt", "pages/b.txt", result.articles[1].id),
    )
    assert result.refused == (REFUSED,)
    assert result.skipped == ("pages/notes.md",)
    assert len(result.files) == 4


def test_a_file_is_named_from_the_root_and_hashed_by_its_bytes(pages: Path) -> None:
    path = pages / "more" / "again.txt"
    article = ingest_file(path, pages.parent, IngestOptions())
    assert article.source.path == "pages/more/again.txt"
    assert article.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert article.source.media_type == "text/plain"
    assert ingest_file(path, None, IngestOptions()).source.path == "again.txt"


def test_a_refused_file_is_a_data_error_that_names_it(pages: Path) -> None:
    with pytest.raises(DataError, match=r"^latin\.txt: byte 1: is a NUL byte"):
        ingest_file(pages / "more" / "latin.txt", None, IngestOptions())


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("pages/*.txt", ["pages/b.txt"]),
        ("pages/**/*.txt", ["pages/b.txt"]),
        ("pages/[a]*", ["pages/a.TXT"]),
        ("pages/m*", ["pages/more/again.txt"]),
    ],
)
def test_a_glob_is_expanded_and_names_count_from_its_fixed_folder(
    pages: Path, pattern: str, names: list[str]
) -> None:
    result = ingest([pages.parent / pattern], IngestOptions())
    assert [article.source.path for article in result.articles] == names


def test_a_file_given_twice_is_read_once(pages: Path) -> None:
    result = ingest([pages / "b.txt", pages / "more" / ".." / "b.txt"], IngestOptions())
    assert result.files == ("b.txt",)
    assert result.duplicates == ()


def test_a_file_named_by_itself_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "page").write_text(VI, encoding="utf-8")
    assert len(ingest([tmp_path / "page"], IngestOptions()).articles) == 1


def test_a_path_that_is_not_there_is_a_service_error(tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as caught:
        ingest([tmp_path / "none.txt"], IngestOptions())
    assert str(caught.value) == f"{tmp_path / 'none.txt'}: no such file or folder. Mend the path."
    with pytest.raises(ServiceError, match=r"\*\.txt: no file matches\. Mend the pattern\."):
        ingest([tmp_path / "*.txt"], IngestOptions())
    with pytest.raises(ServiceError, match=r"^none\.txt: cannot be read: No such file"):
        ingest_file(tmp_path / "none.txt", None, IngestOptions())


def test_a_folder_without_pages_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        ingest([tmp_path], IngestOptions())
    assert str(caught.value) == (
        f"{tmp_path}: nothing to ingest: give files, or folders with .txt, .html, .jsonl, .csv, "
        ".parquet, .warc files."
    )


def _files(project: Workspace) -> list[bytes]:
    paths = (project.articles, project.quarantine, project.duplicates)
    return [path.read_bytes() for path in paths]


def test_adding_the_same_again_changes_nothing(pages: Path, project: Workspace) -> None:
    reading = read([pages], IngestOptions())
    added = add(project, reading)
    assert (added.new, added.known, added.same, added.refused, added.quarantined) == (2, 0, 1, 1, 1)
    assert added.languages == {"en": 1, "vi": 2}
    before = _files(project)
    added = add(project, reading)
    assert (added.new, added.known, added.same, added.refused, added.quarantined) == (0, 2, 1, 1, 1)
    assert _files(project) == before
    result = ingest([pages], IngestOptions())
    assert tuple(read_jsonl(project.articles, Article)) == result.articles


def test_new_articles_go_behind_the_old_ones(pages: Path, project: Workspace) -> None:
    add(project, read([pages / "b.txt"], IngestOptions()))
    add(project, read([pages / "a.TXT", pages / "b.txt"], IngestOptions()))
    paths = [article.source.path for article in read_jsonl(project.articles, Article)]
    assert paths == ["b.txt", "a.TXT"]


def test_the_quarantine_forgets_what_was_mended_and_keeps_the_rest(
    pages: Path, project: Workspace
) -> None:
    (pages / "empty.txt").write_bytes(b"")
    add(project, read([pages], IngestOptions()))
    (pages / "more" / "latin.txt").write_text(f"{EN}\nIt ended late.\n", encoding="utf-8")
    added = add(project, read([pages / "more"], IngestOptions(root=pages.parent)))
    assert (added.new, added.quarantined) == (1, 1)
    assert [refusal.file for refusal in read_jsonl(project.quarantine, Refusal)] == [
        "pages/empty.txt"
    ]


def test_a_file_that_other_rules_cleaned_keeps_its_old_article(
    pages: Path, project: Workspace
) -> None:
    article = ingest([pages / "b.txt"], IngestOptions()).articles[0]
    project.articles.write_bytes(
        workspace_line(article).replace(article.id.encode(), b"a-0123456789abcdef")
    )
    added = add(project, read([pages / "b.txt"], IngestOptions()))
    assert (added.new, added.stale) == (0, ("b.txt",))


def workspace_line(article: Article) -> bytes:
    import msgspec

    return msgspec.json.encode(article) + b"\n"
