"""Raw pages into articles: decode, clean with a map back to the raw file, read the metadata.

`read` yields the article of each page in files, folders, globs and the standard input, and a
`Refusal` with its reason for what is none; `add` puts them into a workspace. Neither holds more
than one page in memory.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import msgspec

from curation.errors import DataError, ServiceError
from curation.ingest.article import article_of
from curation.ingest.containers import (
    Given,
    Raw,
    check_fields,
    read_csv,
    read_jsonl,
    read_parquet,
    read_warc,
)
from curation.ingest.explain import Explained, explained
from curation.ingest.files import STDIN, File, find, name_of
from curation.ingest.languages import check_languages
from curation.ingest.outcomes import Refusal, refusals
from curation.ingest.readers import looks_like_html, read_page
from curation.ingest.streams import MIB, read_whole, unpacked
from curation.ingest.taking_in import Added, add
from curation.ingest.view import view_of
from curation.records import Article, Source

__all__ = [
    "Added", "Duplicate", "Explained", "IngestOptions", "IngestResult", "Reading", "Refusal", "add",
    "explain", "ingest", "ingest_file", "read",
]  # fmt: skip

Container = Callable[[BufferedReader, str, Given, int], Iterator[Raw | Refusal]]
CONTAINERS: Mapping[str, Container] = {
    "jsonl": read_jsonl,
    "csv": read_csv,
    "parquet": read_parquet,
    "warc": read_warc,
}
"""What reads the files that hold many records."""


class IngestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How pages are read.

    `license` is the SPDX id of the texts; `root` the folder that `source.path` counts from:
    without one, or outside of it, a path counts from the folder above the one that was given.
    `fields` names the columns of records by the field that they fill; `kind` says what files
    given by themselves hold, `charset` how pages are encoded. No page or record may have more
    than `most` bytes, unpacked.
    """

    languages: tuple[str, ...] = ("vi", "en")
    license: str | None = None
    root: Path | None = None
    fields: Mapping[str, str] = {}
    kind: str | None = None
    charset: str | None = None
    most: int = 16 * MIB


class Duplicate(msgspec.Struct, frozen=True):
    """A file with the same clean text as one before it."""

    file: str
    same_as: str
    article: str


class IngestResult(msgspec.Struct, frozen=True):
    """What a run over files yields; `files` are all that were read, `skipped` what was not."""

    files: tuple[str, ...]
    articles: tuple[Article, ...]
    refused: tuple[Refusal, ...]
    duplicates: tuple[Duplicate, ...]
    skipped: tuple[str, ...]


class Reading:
    """The articles and refusals of some files, read one after the other while iterated over."""

    def __init__(
        self,
        found: tuple[File, ...],
        refused: tuple[Refusal, ...],
        skipped: tuple[str, ...],
        options: IngestOptions,
    ) -> None:
        self.found = found
        self.refused = refused
        self._options = options
        self.skipped = skipped
        self.files = (*(file.name for file in found), *(refusal.file for refusal in refused))

    def __iter__(self) -> Iterator[Article | Refusal]:
        yield from self.refused
        for file in self.found:
            yield from _outcomes(file, self._options)


def read(paths: Iterable[Path], options: IngestOptions) -> Reading:
    """Find the files of paths, folders and globs, in the order given, names sorted.

    Raises `ServiceError` for a path that is not there, `UsageError` where there is nothing to
    read, or a language or field is unknown.
    """
    check_languages(options.languages)
    check_fields(options.fields)
    found = find(paths, options.root)
    return Reading(found.files, found.refused, found.skipped, options)


def ingest(paths: Iterable[Path], options: IngestOptions) -> IngestResult:
    """Read files as `read` does, and hold all that comes of them."""
    reading = read(paths, options)
    articles: dict[str, Article] = {}
    refused: list[Refusal] = []
    duplicates: list[Duplicate] = []
    for outcome in reading:
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif (first := articles.setdefault(outcome.id, outcome)) is not outcome:
            same = Duplicate(outcome.source.path, first.source.path, outcome.id)
            duplicates.append(same)
    return IngestResult(
        files=reading.files,
        articles=tuple(articles.values()),
        refused=tuple(refused),
        duplicates=tuple(duplicates),
        skipped=reading.skipped,
    )


def ingest_file(path: Path, root: Path | None, options: IngestOptions) -> Article:
    """Read one page; raises `DataError` for a refused one, `ServiceError` for a missing one."""
    file = File(path, name_of(path, root or options.root, path), None)
    with _opened(file) as stream:
        return _article(
            _whole(stream, file.name, _kind_of(stream, file, options), options), options
        )


def explain(paths: Iterable[Path], options: IngestOptions) -> Iterator[Explained]:
    """Yield what is made of each page, zone by zone; what could not be decoded has no zones."""
    reading = read(paths, options)
    for refusal in reading.refused:
        yield _unread(refusal)
    for file in reading.found:
        try:
            with _opened(file) as stream:
                for raw in _raws(stream, file, options):
                    yield _unread(raw) if isinstance(raw, Refusal) else _explained(raw, options)
        except (DataError, ServiceError) as error:
            yield from map(_unread, refusals(file.name, error))


def _explained(raw: Raw, options: IngestOptions) -> Explained:
    try:
        article = _article(raw, options)
    except DataError as error:
        said = "; ".join(str(problem) for problem in error.problems)
        return explained(raw.name, view_of(raw.page), None, said)
    return explained(raw.name, view_of(raw.page), article, None)


def _unread(refusal: Refusal) -> Explained:
    said = f"{refusal.place}: {refusal.reason}. {refusal.remedy}"
    return Explained(file=refusal.file, refused=said)


def _outcomes(file: File, options: IngestOptions) -> Iterator[Article | Refusal]:
    try:
        with _opened(file) as stream:
            for raw in _raws(stream, file, options):
                if isinstance(raw, Refusal):
                    yield raw
                    continue
                try:
                    article = _article(raw, options)
                except DataError as error:
                    yield from refusals(raw.name, error)
                else:
                    yield article
    except (DataError, ServiceError) as error:
        yield from refusals(file.name, error)


def _raws(stream: BufferedReader, file: File, options: IngestOptions) -> Iterator[Raw | Refusal]:
    kind = _kind_of(stream, file, options)
    if kind in CONTAINERS:
        yield from CONTAINERS[kind](stream, file.name, options.fields, options.most)
    else:
        yield _whole(stream, file.name, kind, options)


@contextmanager
def _opened(file: File) -> Iterator[BufferedReader]:
    """Yield the bytes of a file, unpacked; raises `ServiceError` where it cannot be read."""
    try:
        stream: BinaryIO = sys.stdin.buffer if file.path == STDIN else file.path.open("rb")
    except OSError as error:
        raise ServiceError(f"{file.name}: cannot be read: {error.strerror}.") from error
    try:
        with unpacked(stream, file.name) as inner:
            yield inner
    except OSError as error:
        raise ServiceError(f"{file.name}: cannot be read: {error.strerror or error}.") from error
    finally:
        if file.path != STDIN:
            stream.close()


def _kind_of(stream: BufferedReader, file: File, options: IngestOptions) -> str:
    """Return what a file holds: as its name says, as was said of all, as it looks."""
    kind = file.kind or options.kind
    if kind:
        return kind
    head = stream.peek(4096)[:4096]
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b'{"', b"{ ")):
        return "jsonl"
    return "html" if looks_like_html(head) else "text"


def _whole(stream: BufferedReader, name: str, kind: str, options: IngestOptions) -> Raw:
    data = read_whole(stream, options.most, name)
    page = read_page(data, name, options.charset, html=kind == "html")
    return Raw(name, page, sha256(data).hexdigest())


def _article(raw: Raw, options: IngestOptions) -> Article:
    source = Source(raw.name, raw.sha256, raw.page.media_type)
    return article_of(raw.page, source, options.languages, options.license)
