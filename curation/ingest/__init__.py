"""Raw pages into articles: decode, clean with a map back to the raw file, read the metadata.

`ingest` reads files, folders and globs; `add` puts the result into a workspace. What is
refused comes out as a `Refusal` with its reason; the same text twice is kept once and named.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from glob import has_magic
from pathlib import Path

import msgspec

from curation.errors import DataError, ServiceError, UsageError
from curation.ingest.article import article_of
from curation.ingest.languages import check_languages
from curation.ingest.readers import Page, read_text
from curation.records import Article, Source
from curation.workspace import Workspace, read_jsonl, write_jsonl

READERS: Mapping[str, Callable[[bytes, str], Page]] = {".txt": read_text}
"""What reads the files of a folder, by their suffix; a file named by itself is read as text
whatever its suffix."""


class IngestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`license` is the SPDX id of the texts; `root` the folder that `source.path` counts from.

    Without a root, or outside of it, a file's path counts from the folder above the one that
    was given, or from its own folder: a path of this machine is never kept.
    """

    languages: tuple[str, ...] = ("vi", "en")
    license: str | None = None
    root: Path | None = None


class Refusal(msgspec.Struct, frozen=True):
    """A file that was not taken in: the place of the fault, the reason, what to do."""

    file: str
    place: str
    reason: str
    remedy: str


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


class Added(msgspec.Struct, frozen=True):
    """What a result changed in a workspace.

    `known` are files whose text was there before; `stale` are files that are in the workspace
    with another text, made by other cleaning rules: the old article, with its annotations,
    stays.
    """

    new: tuple[str, ...]
    known: tuple[str, ...]
    stale: tuple[str, ...]
    quarantined: int


class _File(msgspec.Struct, frozen=True):
    path: Path
    name: str


def ingest_file(path: Path, root: Path | None, options: IngestOptions) -> Article:
    """Read one file; raises `DataError` for a refused one, `ServiceError` for a missing one."""
    return _read(_File(path, _name(path, root or options.root, path.parent)), options)


def ingest(paths: Iterable[Path], options: IngestOptions) -> IngestResult:
    """Read files, folders (with what is in them) and globs, in the order given, names sorted.

    Raises `ServiceError` for a path that is not there, `UsageError` where there is nothing to
    read or a language is unknown.
    """
    check_languages(options.languages)
    files, skipped = _find(paths, options.root)
    articles: dict[str, Article] = {}
    refused: list[Refusal] = []
    duplicates: list[Duplicate] = []
    for file in files:
        try:
            article = _read(file, options)
        except (DataError, ServiceError) as error:
            refused.extend(_refusals(file, error))
            continue
        first = articles.setdefault(article.id, article)
        if first is not article:
            duplicates.append(Duplicate(file.name, first.source.path, article.id))
    return IngestResult(
        files=tuple(file.name for file in files),
        articles=tuple(articles.values()),
        refused=tuple(refused),
        duplicates=tuple(duplicates),
        skipped=tuple(skipped),
    )


def add(workspace: Workspace, result: IngestResult) -> Added:
    """Put new articles behind those of the workspace and bring its quarantine up to date.

    Articles that are there stay as they are; the quarantine keeps what it says of other files.
    """
    old = list(read_jsonl(workspace.articles, Article)) if workspace.articles.exists() else []
    ids = {article.id for article in old}
    sources = {(article.source.path, article.source.sha256) for article in old}
    new, known, stale = [], [], []
    for article in result.articles:
        if article.id in ids:
            known.append(article)
        elif (article.source.path, article.source.sha256) in sources:
            stale.append(article)
        else:
            new.append(article)
    if new or not workspace.articles.exists():
        write_jsonl(workspace.articles, [*old, *new])
    return Added(
        new=_paths(new),
        known=_paths(known),
        stale=_paths(stale),
        quarantined=_add_refusals(workspace, result),
    )


def _paths(articles: Iterable[Article]) -> tuple[str, ...]:
    return tuple(article.source.path for article in articles)


def _add_refusals(workspace: Workspace, result: IngestResult) -> int:
    path = workspace.quarantine
    old = list(read_jsonl(path, Refusal)) if path.exists() else []
    read = set(result.files)
    now = [*(refusal for refusal in old if refusal.file not in read), *result.refused]
    if now != old:
        write_jsonl(path, now)
    return len(now)


def _read(file: _File, options: IngestOptions) -> Article:
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise ServiceError(f"{file.name}: cannot be read: {error.strerror}.") from error
    reader = READERS.get(file.path.suffix.lower(), read_text)
    page = reader(data, file.name)
    source = Source(file.name, hashlib.sha256(data).hexdigest(), page.media_type)
    return article_of(page, source, options.languages, options.license)


def _refusals(file: _File, error: DataError | ServiceError) -> Iterator[Refusal]:
    if isinstance(error, ServiceError):
        reason = str(error).removeprefix(f"{file.name}: ").rstrip(".")
        yield Refusal(file.name, "whole file", reason, "See to its permissions and try again.")
        return
    for problem in error.problems:
        yield Refusal(file.name, problem.value, problem.rule, problem.remedy)


def _find(paths: Iterable[Path], root: Path | None) -> tuple[list[_File], list[str]]:
    """Return each file once, and the names of the files in folders that no reader is for."""
    files: dict[Path, _File] = {}
    skipped: list[str] = []
    given = list(paths)
    for path in given:
        for found, base, by_name in _expanded(path):
            name = _name(found, root, base)
            if by_name or found.suffix.lower() in READERS:
                files.setdefault(found.resolve(), _File(found, name))
            else:
                skipped.append(name)
    if not files:
        named = ", ".join(map(str, given)) or "no path"
        kinds = ", ".join(READERS)
        raise UsageError(f"{named}: nothing to ingest: give files, or folders with {kinds} files.")
    return list(files.values()), skipped


def _expanded(path: Path) -> Iterator[tuple[Path, Path, bool]]:
    """Yield the files of a path, the folder that their names count from, and if named itself."""
    if path.is_dir():
        base = path.resolve().parent
        yield from ((found, base, False) for found in _walk(path))
    elif path.exists():
        yield path, path.parent, True
    elif has_magic(str(path)):
        yield from _globbed(path)
    else:
        raise ServiceError(f"{path}: no such file or folder. Mend the path.")


def _globbed(pattern: Path) -> Iterator[tuple[Path, Path, bool]]:
    fixed = next(parent for parent in pattern.parents if not has_magic(str(parent)))
    matching = fixed.glob(pattern.relative_to(fixed).as_posix())
    found = sorted(path for path in matching if not path.name.startswith("."))
    if not found:
        raise ServiceError(f"{pattern}: no file matches. Mend the pattern.")
    base = fixed.resolve().parent
    for path in found:
        if path.is_dir():
            yield from ((inner, base, False) for inner in _walk(path))
        else:
            yield path, base, True


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files under a folder in the order of their names, without hidden ones."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))


def _name(path: Path, root: Path | None, base: Path) -> str:
    """Return the path relative to the root, else to the base, with forward slashes."""
    whole = path.resolve()
    for folder in filter(None, (root, base)):
        if whole.is_relative_to(folder.resolve()):
            return whole.relative_to(folder.resolve()).as_posix()
    return path.name
