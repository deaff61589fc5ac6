"""The pages in a file of many records: JSON Lines, CSV, Parquet, WARC.

Each record is a page of its own, named by its file and its place: `news.jsonl#12` is line 12,
`news.csv#12` the record that begins on line 12, `news.parquet#12` row 12 counted from 1,
`news.warc#12` the twelfth record. The raw page of a record is its `html` field, or its title,
an empty line and its `text` field (the text alone where no title is given); the hash of its
source is that of the raw page in UTF-8. Of a WARC record it is the payload as it was sent.
"""

import csv
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from curation.errors import DataError, UsageError
from curation.ingest.decoding import check_text, refused
from curation.ingest.outcomes import Refusal, refusals
from curation.ingest.readers import HTML, TEXT, Page, read_page
from curation.ingest.saved.dates import day_of
from curation.ingest.stated import Stated, is_url
from curation.ingest.streams import lines_of, too_large

FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "article", "maintext", "main_text", "noi_dung"),
    "html": ("html", "raw_html", "page_source"),
    "title": ("title", "headline", "tieu_de"),
    "published": (
        "published", "date", "published_at", "publish_date", "date_publish", "published_date",
        "publication_date", "datePublished",
    ),
    "outlet": ("outlet", "publisher", "site_name", "source"),
    "byline": ("byline", "author", "authors"),
    "url": ("url", "link", "canonical_url"),
    "license": (),
}  # fmt: skip
"""The columns in which each field is looked for, unless one is named; a licence never is."""
ROWS = 64
MOST_GROUP = 1 << 30
"""A row group of a Parquet file is read with so many bytes at most."""


class Raw(msgspec.Struct, frozen=True):
    """A decoded page with the name and hash of its source."""

    name: str
    page: Page
    sha256: str


Given = Mapping[str, str]


def check_fields(fields: Given) -> None:
    """Raise `UsageError` for a field that no article has."""
    for name in fields:
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            raise UsageError(f"fields: {name}: is no field of an article. The fields are {known}.")


def read_jsonl(
    stream: io.BufferedReader, name: str, fields: Given, most: int
) -> Iterator[Raw | Refusal]:
    """Yield the records of JSON Lines; empty lines are passed over."""
    for number, line in lines_of(stream, most):
        place = f"{name}#{number}"
        if line is not None and not line.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        try:
            if line is None:
                raise too_large(place, f"line {number}", most)
            yield _record(_json(line, number, place), fields, place, f"line {number}")
        except DataError as error:
            yield from refusals(place, error)


def _json(line: bytes, number: int, place: str) -> dict[str, Any]:
    import orjson

    try:
        value = orjson.loads(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
    except orjson.JSONDecodeError as error:
        at = f"line {number}, column {error.colno}"
        raise refused(
            place, at, f"is no JSON ({error.msg})", "Mend the line, or take it out."
        ) from error
    except RecursionError as error:  # pragma: no cover  # orjson stops at 1024 levels by itself
        raise refused(
            place, f"line {number}", "is nested too deeply", "Take the line out."
        ) from error
    if isinstance(value, dict):
        return value
    kind = type(value).__name__
    raise refused(
        place, f"line {number}", f"is a JSON {kind}, not an object", "Write one object a line."
    )


def read_csv(
    stream: io.BufferedReader, name: str, fields: Given, most: int
) -> Iterator[Raw | Refusal]:
    """Yield the records of a CSV file with a header, fields divided by `,`, `;`, a tab or `|`.

    From a fault in the quotes on nothing can be told apart: the rest is refused.
    """
    rows = _Rows(stream, name, most)
    csv.field_size_limit(most)
    header: list[str] | None = None
    begin = 1
    try:
        for row in csv.reader(rows, delimiter=rows.delimiter(), strict=True):
            place, begin = f"{name}#{begin}", rows.number + 1
            if header is None:
                header = [column.strip().removeprefix("\ufeff") for column in row]
                _columns(header, fields, name)
            elif row:
                yield from _csv_record(header, row, fields, place)
    except csv.Error as error:
        reason = f"is no CSV from here on ({error})"
        yield Refusal(name, f"line {begin}", reason, "Mend the quotes of the record.")
    except DataError as error:
        yield from refusals(name, error)


def _csv_record(
    header: list[str], row: list[str], fields: Given, place: str
) -> Iterator[Raw | Refusal]:
    line = f"line {place.rpartition('#')[2]}"
    try:
        if len(row) > len(header):
            raise refused(
                place,
                line,
                f"has {len(row)} fields, the header {len(header)}",
                "Quote the fields that hold a divider.",
            )
        yield _record(dict(zip(header, row, strict=False)), fields, place, line)
    except DataError as error:
        yield from refusals(place, error)


class _Rows:
    """The lines of a CSV file; bytes that are no UTF-8 come out as lone surrogates."""

    def __init__(self, stream: io.BufferedReader, name: str, most: int) -> None:
        self._lines = lines_of(stream, most)
        self._name = name
        self._most = most
        self._head = stream.peek(4096)
        self.number = 0

    def delimiter(self) -> str:
        first = self._head.split(b"\n", 1)[0].decode("utf-8", "replace")
        return max(",;\t|", key=first.count)

    def __iter__(self) -> Iterator[str]:
        for number, line in self._lines:
            if line is None:
                raise too_large(self._name, f"line {number}", self._most)
            self.number = number
            yield line.decode("utf-8", "surrogateescape")


def read_parquet(
    stream: io.BufferedReader, name: str, fields: Given, most: int
) -> Iterator[Raw | Refusal]:
    """Yield the rows of a Parquet file, read a few at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    with tempfile.TemporaryFile() as source:  # one can go back in it, and it takes no memory
        shutil.copyfileobj(stream, source)
        try:
            file = parquet.ParquetFile(source, pre_buffer=False)
            columns = _columns(file.schema_arrow.names, fields, name)
            _refuse_groups(file, name)
            number = 0
            for batch in file.iter_batches(ROWS, columns=columns, use_threads=False):
                for index in range(batch.num_rows):
                    number += 1
                    yield from _parquet_row(batch, index, fields, f"{name}#{number}", most)
        except (pa.ArrowException, OSError) as error:
            reason = f"is no Parquet, or damaged ({str(error).splitlines()[0].rstrip('.')})"
            yield Refusal(name, "whole file", reason, "Write the file again.")
        except DataError as error:
            yield from refusals(name, error)


def _parquet_row(
    batch: Any, index: int, fields: Given, place: str, most: int
) -> Iterator[Raw | Refusal]:
    row = f"row {place.rpartition('#')[2]}"
    try:
        values = {name: batch.column(name)[index].as_py() for name in batch.schema.names}
        if any(isinstance(value, str) and len(value) > most for value in values.values()):
            raise too_large(place, row, most)
        yield _record(values, fields, place, row)
    except DataError as error:
        yield from refusals(place, error)
    except UnicodeDecodeError as error:
        yield Refusal(place, row, f"is no UTF-8 ({error.reason})", "Write the row again.")


def _refuse_groups(file: Any, name: str) -> None:
    for group in range(file.metadata.num_row_groups):
        size = file.metadata.row_group(group).total_byte_size
        if size > MOST_GROUP:
            raise refused(
                name,
                f"row group {group}",
                f"unpacks to {size >> 20} MiB, more than {MOST_GROUP >> 20} MiB",
                "Write the file with smaller row groups.",
            )


def read_warc(
    stream: io.BufferedReader, name: str, fields: Given, most: int
) -> Iterator[Raw | Refusal]:
    """Yield the pages of a WARC file: responses and resources that are HTML or plain text."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    try:
        if not stream.peek(5).startswith(b"WARC/"):
            raise ArchiveLoadFailed("its first line is no WARC version")
        for record in ArchiveIterator(stream):
            number += 1
            yield from _warc_record(record, f"{name}#{number}", most)
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        reason = f"is no WARC from here on ({str(error).strip().rstrip('.')})"
        yield Refusal(name, f"after record {number}", reason, "Fetch the archive again.")
    except DataError as error:
        yield from refusals(name, error)


def _warc_record(record: Any, place: str, most: int) -> Iterator[Raw | Refusal]:
    http = record.http_headers
    if record.rec_type not in ("response", "resource", "conversion") or (
        http is not None and http.get_statuscode() != "200"
    ):
        return
    headers = http or record.rec_headers
    sent = (headers.get_header("Content-Type") or "").lower()
    media = sent.partition(";")[0].strip()
    if media not in ("", HTML, TEXT, "application/xhtml+xml"):
        return
    row = f"record {place.rpartition('#')[2]}"
    try:
        data = record.content_stream().read(most + 1)
        if len(data) > most:
            raise too_large(place, row, most)
        charset = _CHARSET.search(sent)
        page = read_page(data, place, charset[1] if charset else None, html=media not in ("", TEXT))
        url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
        stated = Stated(url=url if is_url(url) else None)
        yield Raw(place, Page(page.text, page.media_type, stated), _hash(data))
    except DataError as error:
        yield from refusals(place, error)


_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""")


def _columns(names: list[str], fields: Given, name: str) -> list[str]:
    """Return the columns to read; raises `DataError` where none holds the text."""
    columns = [column for field in FIELDS if (column := _column(field, names, fields))]
    if not _column("text", names, fields) and not _column("html", names, fields):
        wanted = fields.get("text") or fields.get("html") or "text"
        shown = ", ".join(names[:12]) or "none"
        raise refused(
            name,
            "whole file",
            f"has no column {wanted!r} (its columns: {shown})",
            "Name the one with the text: --field text=COLUMN.",
        )
    return list(dict.fromkeys(columns))


def _column(field: str, names: list[str], fields: Given) -> str | None:
    if field in fields:
        return fields[field] if fields[field] in names else None
    return next((name for name in FIELDS[field] if name in names), None)


def _record(record: Mapping[str, Any], fields: Given, place: str, row: str) -> Raw:
    """Make the page of a record; raises `DataError` where it has no text."""
    names = list(record)
    given = {field: record.get(_column(field, names, fields) or "") for field in FIELDS}
    html, text = (_text(given[field], field, place, row) for field in ("html", "text"))
    if not html and not text:
        wanted = fields.get("text") or fields.get("html") or "text"
        raise refused(
            place, row, f"has no field {wanted!r} with text", "Name it: --field text=NAME."
        )
    title = _folded(_text(given["title"], "title", place, row))
    raw = html or (f"{title}\n\n{text}" if title else text)
    check_text(raw, place)
    stated = _stated(given, title)
    return Raw(place, Page(raw, HTML if html else TEXT, stated), _hash(raw.encode("utf-8")))


def _text(value: Any, field: str, place: str, row: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    kind = type(value).__name__
    raise refused(
        place, row, f"has a {kind} for its {field}, not a text", f"Name another: --field {field}=…"
    )


def _stated(given: Mapping[str, Any], title: str) -> Stated:
    published = given["published"]
    day = published.isoformat() if isinstance(published, date) else published
    day = day_of(day) if isinstance(day, str) else None
    url = given["url"] if isinstance(given["url"], str) else ""
    return Stated(
        titles=(title,) if title else (),
        published=day,
        published_from="field" if day else None,
        outlet=_words(given["outlet"]),
        byline=_words(given["byline"]),
        url=url.strip() if is_url(url) else None,
        license=_words(given["license"]),
    )


def _words(value: Any) -> str | None:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value))) or None
    if isinstance(value, dict):
        return _words(value.get("name"))
    return _folded(value) or None if isinstance(value, str) else None


def _folded(text: str) -> str:
    return " ".join(text.split())


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
