"""Files of many records, packed or not: each record is a page of its own, or is refused alone."""

import gzip
import hashlib
import io
import json
from datetime import date
from pathlib import Path

import pytest
from backports import zstd

from curation.errors import UsageError
from curation.ingest import IngestOptions, IngestResult, Refusal, ingest
from curation.offsets import clean_to_raw
from tests.ingest.pages import LEAD, LEAD_EN, REST, REST_EN, TITLE, TITLE_EN

VI = f"{LEAD}\n\n{REST}"
EN = f"{LEAD_EN}\n\n{REST_EN}"
PAGE = (
    f"<html><head><title>{TITLE_EN}</title></head><body><article><h1>{TITLE_EN}</h1>"
    f"<p>{LEAD_EN}</p><p>{REST_EN}</p></article></body></html>"
)


def _read(path: Path, **options: object) -> IngestResult:
    return ingest([path], IngestOptions(**options))  # type: ignore[arg-type]


def _jsonl(*records: object) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


TWO = _jsonl({"title": TITLE, "text": VI, "url": "https://a.example/1"}, {"text": EN})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("news.jsonl", TWO),
        ("news.jsonl.gz", gzip.compress(TWO)),
        ("news.ndjson.zst", zstd.compress(TWO)),
        ("news.jsonl.gz", gzip.compress(TWO[:100]) + gzip.compress(TWO[100:])),
        ("news", TWO),
    ],
)
def test_each_line_is_an_article_named_by_its_number(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    result = _read(tmp_path / name)
    assert result.refused == ()
    first, second = result.articles
    assert (first.source.path, second.source.path) == (f"{name}#1", f"{name}#2")
    assert first.text == f"{TITLE}\n\n{VI}"
    assert (first.title, first.url) == ((0, len(TITLE)), "https://a.example/1")
    assert (second.text, second.title) == (EN, None)


def test_the_raw_page_of_a_record_is_its_title_and_text(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(_jsonl({"title": TITLE, "text": VI}))
    article = _read(tmp_path / "a.jsonl").articles[0]
    raw = f"{TITLE}\n\n{VI}"
    assert article.source.sha256 == hashlib.sha256(raw.encode()).hexdigest()
    at = article.text.index(REST)
    place = clean_to_raw(article.kept, raw, at, at + len(REST))
    assert place is not None
    assert raw[slice(*place)] == REST


def test_a_bad_line_is_refused_with_its_number_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [
        b'{"text": "ab',
        b"[1]",
        b'{"text": 7}',
        b'{"title": "x"}',
        b'{"text": "a\\ud800b"}',
        b'{"text": "a\\u0000b"}',
        b'{"text": "\xff"}',
        b"",
        json.dumps({"text": VI}).encode(),
        b'{"text": "' + b"x" * 3000 + b'"}',
        json.dumps({"text": EN}).encode(),
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    result = _read(tmp_path / "a.jsonl", most=2048)
    assert [article.source.path for article in result.articles] == ["a.jsonl#9", "a.jsonl#11"]
    said = [f"{one.file}: {one.place}: {one.reason}. {one.remedy}" for one in result.refused]
    assert said == [
        "a.jsonl#1: line 1, column 13: is no JSON (unexpected control character in "
        "string). Mend the line, or take it out.",
        "a.jsonl#2: line 2: is a JSON list, not an object. Write one object a line.",
        "a.jsonl#3: line 3: has a int for its text, not a text. Name another: --field text=…",
        "a.jsonl#4: line 4: has no field 'text' with text. Name it: --field text=NAME.",
        "a.jsonl#5: line 5, column 12: is no JSON (no low surrogate in string). Mend the line, "
        "or take it out.",
        "a.jsonl#6: code point 1 (U+0000): is a NUL. Take it out of the text.",
        "a.jsonl#7: line 7, column 1: is no JSON (str is not valid UTF-8: surrogates not "
        "allowed). Mend the line, or take it out.",
        "a.jsonl#10: line 10: is larger than 0.00195312 MiB: no article is. Split it, or raise "
        "`most_mib` in [ingest] of curation.toml.",
    ]


@pytest.mark.parametrize("divider", [",", ";", "\t", "|"])
def test_a_csv_file_is_read_with_the_columns_that_are_named(tmp_path: Path, divider: str) -> None:
    def row(*cells: str) -> str:
        return divider.join(f'"{cell}"' for cell in cells) + "\r\n"

    table = row("id", "head", "words", "day", "rights") + row("1", TITLE, VI, "2024-05-06", "CC0")
    (tmp_path / "a.csv").write_text("\ufeff" + table + row("2", "", EN, "", ""), encoding="utf-8")
    fields = {"title": "head", "text": "words", "published": "day", "license": "rights"}
    result = _read(tmp_path / "a.csv", fields=fields, license="LicenseRef-x")
    assert result.refused == ()
    first, second = result.articles
    assert (first.published, first.published_from, first.license) == ("2024-05-06", "field", "CC0")
    assert (second.published, second.license) == (None, "LicenseRef-x")
    # the first record holds two line ends: the second one begins on line 5
    assert (first.source.path, second.source.path) == ("a.csv#2", "a.csv#5")


def test_a_licence_is_never_taken_from_a_column_that_was_not_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(_jsonl({"text": VI, "license": "CC0-1.0"}))
    assert _read(tmp_path / "a.jsonl").articles[0].license is None


def test_a_table_without_a_text_column_says_which_it_has(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,words\n1,x\n", encoding="utf-8")
    assert _read(tmp_path / "a.csv").refused == (
        Refusal(
            "a.csv",
            "whole file",
            "has no column 'text' (its columns: id, words)",
            "Name the one with the text: --field text=COLUMN.",
        ),
    )


def test_broken_quotes_refuse_the_rest_and_too_many_fields_the_record(tmp_path: Path) -> None:
    table = f'text,id\n"{LEAD} {REST}",1\na,2,3\n"open,4\n'
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    result = _read(tmp_path / "a.csv")
    assert len(result.articles) == 1
    assert [(one.file, one.place, one.reason) for one in result.refused] == [
        ("a.csv#3", "line 3", "has 3 fields, the header 2"),
        ("a.csv", "line 4", "is no CSV from here on (unexpected end of data)"),
    ]


def test_bytes_in_a_table_that_are_no_utf8_refuse_their_record(tmp_path: Path) -> None:
    good = f'"{LEAD} {REST}"'.encode()
    (tmp_path / "a.csv").write_bytes(b'text\n"caf\xe9"\n' + good + b"\n")
    result = _read(tmp_path / "a.csv")
    assert [article.source.path for article in result.articles] == ["a.csv#3"]
    assert [one.file for one in result.refused] == ["a.csv#2"]


def _parquet(**columns: list[object]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out)
    return out.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress])
def test_a_parquet_file_is_read_row_by_row(tmp_path: Path, pack: object) -> None:
    data = _parquet(html=[PAGE, None], text=[None, VI], date=[date(2024, 5, 6), None])
    (tmp_path / "a.parquet").write_bytes(pack(data))  # type: ignore[operator]
    result = _read(tmp_path / "a.parquet")
    assert result.refused == ()
    first, second = result.articles
    assert (first.source.path, first.source.media_type) == ("a.parquet#1", "text/html")
    assert first.text == f"{TITLE_EN}\n\n{LEAD_EN}\n\n{REST_EN}"
    assert (first.published, second.text) == ("2024-05-06", VI)


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no such thing PAR1")
    refusal = _read(tmp_path / "a.parquet").refused[0]
    assert (refusal.file, refusal.place) == ("a.parquet", "whole file")
    assert refusal.reason.startswith("is no Parquet, or damaged (")


def _warc(*payloads: tuple[str, bytes]) -> bytes:
    records = []
    for kind, payload in payloads:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode()
        block = head + payload
        records.append(
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/x\r\n"
            b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
            b"WARC-Date: 2024-05-06T00:00:00Z\r\n"
            b"Content-Type: application/http; msgtype=response\r\n"
            + f"Content-Length: {len(block)}\r\n\r\n".encode()
            + block
            + b"\r\n\r\n"
        )
    return b"".join(records)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress])
def test_a_warc_file_gives_the_pages_in_it_with_their_addresses(
    tmp_path: Path, pack: object
) -> None:
    page = PAGE.replace("ambassador", "ambassador’s").encode("cp1252")
    data = _warc(("image/png", b"\x89PNG"), ("text/html; charset=windows-1252", page))
    (tmp_path / "a.warc").write_bytes(pack(data))  # type: ignore[operator]
    result = _read(tmp_path / "a.warc")
    assert result.refused == ()
    article = result.articles[0]
    assert (article.source.path, article.url) == ("a.warc#2", "https://a.example/x")
    assert article.source.sha256 == hashlib.sha256(page).hexdigest()
    assert "ambassador’s" in article.text


def test_an_unknown_field_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(TWO)
    with pytest.raises(UsageError) as caught:
        _read(tmp_path / "a.jsonl", fields={"body": "x"})
    assert str(caught.value) == (
        "fields: body: is no field of an article. The fields are text, html, title, published, "
        "outlet, byline, url, license."
    )
