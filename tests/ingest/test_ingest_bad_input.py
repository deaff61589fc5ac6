"""Whatever is in a folder, the run goes on, in bounded memory, and says why a file is refused."""

import gzip
import os
import tracemalloc
import zlib
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import DataError
from curation.ingest import IngestOptions, Refusal, explain, ingest, read
from curation.ingest.article import article_of
from curation.ingest.readers import read_page
from curation.ingest.streams import MIB
from curation.offsets import clean_to_raw
from curation.records import Article, Source
from tests.ingest.pages import LEAD, REST, TITLE

GOOD = f"{TITLE}\n\n{LEAD}\n\n{REST}\n"
BOMB = "unpacks to more than 200 times its size: no text does"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good page in it."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "good.txt").write_text(GOOD, encoding="utf-8")
    return made


def _refused(folder: Path) -> list[Refusal]:
    """The refusals of a folder whose good page was read all the same."""
    result = ingest([folder], IngestOptions())
    assert [article.source.path for article in result.articles] == ["in/good.txt"]
    return list(result.refused)


def test_a_file_of_200_mb_is_refused_without_being_read_into_memory(folder: Path) -> None:
    ingest([folder], IngestOptions())  # loads the model that tells languages
    with (folder / "large.txt").open("wb") as large:
        large.truncate(200 * MIB)
    tracemalloc.start()
    refused = _refused(folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * MIB
    assert refused == [
        Refusal(
            "in/large.txt",
            "whole file",
            "is larger than 16 MiB: no article is",
            "Split it, or raise `most_mib` in [ingest] of curation.toml.",
        )
    ]


def _gzip_bomb(size: int) -> bytes:
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(pack.compress(bytes(MIB)) for _ in range(size // MIB)), pack.flush()])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt.gz", _gzip_bomb(80 * MIB), "is larger than 16 MiB: no article is"),
        ("a.csv.gz", b"", "holds no text"),
        ("a.jsonl.gz", _gzip_bomb(80 * MIB), BOMB),
        ("a.jsonl.zst", zstd.compress(bytes(80 * MIB)), BOMB),
        ("a.parquet.gz", _gzip_bomb(80 * MIB), BOMB),
        ("a.warc.gz", _gzip_bomb(80 * MIB), "is no WARC from here on"),
    ],
)
def test_a_bomb_is_refused(folder: Path, name: str, data: bytes, reason: str) -> None:
    (folder / name).write_bytes(data)
    tracemalloc.start()
    refused = _refused(folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * MIB
    if data:
        assert reason in " ".join(one.reason for one in refused)
    else:
        assert refused == []  # an empty table has no records


@pytest.mark.parametrize(
    ("name", "data", "place", "reason"),
    [
        ("a.txt.gz", gzip.compress(GOOD.encode())[:-12], "byte 0 unpacked", "is damaged gzip data"),
        ("a.txt.zst", b"\x28\xb5\x2f\xfd\xff\xff\xff", "byte 0 unpacked", "is damaged zstd data"),
        ("a.txt.zst", zstd.compress(GOOD.encode())[:-3], "byte 0 unpacked", "is damaged zstd data"),
        ("a.txt", b"PK\x03\x04zip", "whole file", "is a ZIP archive or an office document"),
        ("a.txt.gz", gzip.compress(gzip.compress(b"x")), "whole file", "is gzip data within"),
        ("a.txt", b"", "whole file", "holds no text"),
        ("a.txt", b"ab\0cd", "byte 2", "is a NUL byte"),
        ("a.txt", "Hà".encode("latin-1"), "byte 1 (0xe0)", "is no UTF-8"),
        ("a.txt", b"ab\xed\xa0\x80", "byte 2 (0xed)", "is no UTF-8"),
        ("a.html", b"<html><body><p>Xin", "whole file", "has no article text left"),
        ("a.txt", b"Xin.", "3 letters of text", "are too few to tell"),
        ("a.html", b"<html><script>var a=1</script>", "whole file", "has no article text left"),
        ("a.html", b"<ht\0ml>", "byte 3", "is a NUL byte"),
        ("a.html", b"<html><body><p>\xed\xa0\x80 \x81\x8d</p>", "", ""),
    ],
)
def test_a_bad_file_is_refused_with_its_place_and_reason(
    folder: Path, name: str, data: bytes, place: str, reason: str
) -> None:
    (folder / name).write_bytes(data)
    refused = _refused(folder)
    assert len(refused) == 1
    assert refused[0].file == f"in/{name}"
    assert refused[0].place.startswith(place)
    assert refused[0].reason.startswith(reason)
    assert refused[0].remedy


def test_links_are_followed_only_within_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "other").mkdir()
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "none.txt").symlink_to(tmp_path / "none.txt")
    (folder / "other").symlink_to(tmp_path / "other")
    (folder / "within.txt").symlink_to(folder / "good.txt")
    os.mkfifo(folder / "pipe.txt")
    assert {(one.file, one.reason) for one in _refused(folder)} == {
        ("in/out.txt", "is a link that leads out of the folder"),
        ("in/none.txt", "is a link that leads nowhere"),
        ("in/other", "is a link to a folder: such links are not followed"),
        ("in/pipe.txt", "is no regular file"),
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\xffb.txt", "in/a\\xffb.txt"),
        (b"a\nb.txt", "in/a\\nb.txt"),
        (b"a\x1b.txt", "in/a\\x1b.txt"),
    ],
)
def test_a_name_that_cannot_be_printed_is_refused(folder: Path, name: bytes, shown: str) -> None:
    (folder / os.fsdecode(name)).write_bytes(GOOD.encode())
    assert _refused(folder) == [
        Refusal(
            shown,
            "its name",
            "holds a control character, or bytes that are no UTF-8",
            "Rename the file.",
        )
    ]


def test_an_odd_name_that_can_be_printed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "b#1 'ô tô' 😀 [x]*?.txt"
    path.write_text(GOOD, encoding="utf-8")
    assert ingest([path], IngestOptions()).articles[0].source.path == path.name


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_page_or_refused(data: bytes, html: bool) -> None:
    try:
        page = read_page(data, "a", html=html)
        article_of(page, Source("a", "", page.media_type), ("vi", "en"), None)
    except DataError as error:
        assert all(problem.record == "a" and problem.remedy for problem in error.problems)


PARTS = [
    *("<p>", "</p>", "<div class='related'>", "</div>", "<table><tr><td>", "</td>", "<li>", "<br>"),
    *(
        "&amp;",
        "&nbsp;",
        "&ecirc;",
        "&#7879;",
        "&amp",
        "&x;",
        "<",
        ">",
        "<!--",
        "-->",
        "<a href=x>",
    ),
    *("</a>", "<script>", "</script>", "e\u0301", "\u0323", "\xa0", " \n ", "<span hidden>"),
    *("</span>", "Hội đàm.", "<h1>", "</h1>", "<article>", "<nav>", "</nav>", "\r\n", "\x85"),
]
MARKUP = st.lists(
    st.sampled_from([*PARTS, LEAD]),
    max_size=40,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(MARKUP)
def test_each_kept_piece_of_any_markup_is_the_normal_form_of_its_source(source: str) -> None:
    import html

    from curation.ingest.normal import normalize
    from curation.ingest.saved.page import read_saved

    saved = read_saved(source)
    end = raw_end = 0
    for start, raw_start, length in saved.normal.pieces:
        assert start >= end
        assert raw_start >= raw_end
        end, raw_end = start + length, raw_start + length
        place = clean_to_raw(saved.normal.pieces, source, start, end)
        assert place is not None
        raw = source[slice(*place)]
        clean = saved.normal.text[start:end]
        if length > 1:
            assert raw == clean
        else:
            assert normalize(html.unescape(raw)).text.startswith(clean)


def test_explaining_says_of_each_zone_by_which_rule_it_stays_or_goes(folder: Path) -> None:
    page = f"<html><body><nav>Trang chủ</nav><article><h1>{TITLE}</h1><p>{LEAD}</p><p>{REST}</p>"
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"a\0")
    bad, good, saved = explain([folder], IngestOptions(license="CC0-1.0"))
    assert bad.refused is not None
    assert bad.refused.startswith("byte 1: is a NUL byte")
    assert [(zone.kind, zone.rule) for zone in good.zones] == [
        ("title", "title"),
        ("body", "body"),
        ("body", "body"),
    ]
    assert [(zone.kind, zone.rule, zone.kept) for zone in saved.zones] == [
        ("menu", "html-menu", False),
        ("title", "html-title", True),
        ("body", "body", True),
        ("body", "body", True),
    ]
    for zone in saved.zones:
        assert zone.raw is not None
        assert page[slice(*zone.raw)] == zone.text
    assert saved.text().splitlines() == [
        "in/page.html",
        "  language        vi",
        "  published       none",
        "  outlet          none",
        "  byline          none",
        "  city            none",
        "  address         none",
        "  licence         CC0-1.0",
        "",
        "✂ menu      html-menu               | Trang chủ",
        f"  title     html-title              | {TITLE}",
        f"  body      body                    | {LEAD}",
        f"  body      body                    | {REST}",
        "",
        f"Characters without blanks: kept {_solid(TITLE + LEAD + REST)}, menu 8.",
    ]


def _solid(text: str) -> int:
    return sum(not char.isspace() for char in text)


def test_the_standard_input_is_read_as_what_it_looks_like(monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(GOOD.encode()))))
    (article,) = read([Path("-")], IngestOptions())
    assert isinstance(article, Article)
    assert (article.source.path, article.text.split("\n")[0]) == ("stdin", TITLE)
