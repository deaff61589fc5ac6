"""The files of the paths that were given: each once, under a name that is no path of the machine.

A folder is read with what is in it, names sorted, without hidden files. A link in it is
followed only where it stays in the folder, and never one to a folder.
"""

import os
from collections.abc import Iterable, Iterator
from glob import has_magic
from pathlib import Path

import msgspec

from curation.errors import ServiceError, UsageError
from curation.ingest.outcomes import Refusal

STDIN = Path("-")
"""The path that stands for the standard input."""
KINDS = {
    ".txt": "text", ".text": "text",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".jsonlines": "jsonl",
    ".csv": "csv", ".tsv": "csv",
    ".parquet": "parquet", ".pq": "parquet",
    ".warc": "warc",
}  # fmt: skip
"""What a file holds, by its suffix; behind it a suffix of PACKED may stand."""
PACKED = (".gz", ".gzip", ".zst", ".zstd")


class File(msgspec.Struct, frozen=True):
    """A file to read; `kind` is None where only its content can tell."""

    path: Path
    name: str
    kind: str | None


class Found(msgspec.Struct, frozen=True):
    """The files of some paths; `skipped` are those in folders of no known suffix."""

    files: tuple[File, ...]
    skipped: tuple[str, ...]
    refused: tuple[Refusal, ...]


def find(paths: Iterable[Path], root: Path | None) -> Found:
    """List the files of paths, folders and globs, in the order given.

    Raises `ServiceError` for a path that is not there, `UsageError` where nothing is left.
    """
    files: dict[Path, File] = {}
    skipped: list[str] = []
    refused: list[Refusal] = []
    given = list(paths)
    for path in given:
        for found, base, by_name in _expanded(path):
            name = name_of(found, root, base)
            if fault := _fault(found, name, None if by_name else base):
                refused.append(fault)
            elif by_name or kind_of(found) or found == STDIN:
                files.setdefault(_place(found), File(found, name, kind_of(found)))
            else:
                skipped.append(name)
    if not files and not refused:
        named = ", ".join(map(str, given)) or "no path"
        kinds = ", ".join(dict.fromkeys(f".{kind}" for kind in _SHOWN))
        raise UsageError(f"{named}: nothing to ingest: give files, or folders with {kinds} files.")
    return Found(tuple(files.values()), tuple(skipped), tuple(refused))


_SHOWN = ("txt", "html", "jsonl", "csv", "parquet", "warc")


def kind_of(path: Path) -> str | None:
    """Return what a file holds by its name, packed or not."""
    name = path.name.lower()
    for suffix in PACKED:
        name = name.removesuffix(suffix)
    return KINDS.get(Path(name).suffix)


def _place(path: Path) -> Path:
    return path if path == STDIN else path.resolve()


def _fault(path: Path, name: str, folder: Path | None) -> Refusal | None:
    """Return why a file is not read at all; `folder` is the one that it was found in."""
    if not str(path).isprintable():
        return Refusal(
            name,
            "its name",
            "holds a control character, or bytes that are no UTF-8",
            "Rename the file.",
        )
    if folder is None:
        return None
    if path.is_symlink() and (fault := _link_fault(path, name, folder)):
        return fault
    if not path.is_file():
        return Refusal(
            name, "whole file", "is no regular file", "Take it out of the folder, or give a copy."
        )
    return None


def _link_fault(path: Path, name: str, folder: Path) -> Refusal | None:
    if not path.exists():
        return Refusal(name, "whole file", "is a link that leads nowhere", "Mend the link.")
    if path.is_dir():
        return Refusal(
            name,
            "whole folder",
            "is a link to a folder: such links are not followed",
            "Give the folder that it leads to by itself.",
        )
    if path.resolve().is_relative_to(folder.resolve()):
        return None
    return Refusal(
        name,
        "whole file",
        "is a link that leads out of the folder",
        "Give the file that it leads to by itself, or put a copy in the folder.",
    )


def _expanded(path: Path) -> Iterator[tuple[Path, Path, bool]]:
    """Yield the files of a path, the folder that they were found in, and if named itself."""
    if path == STDIN:
        yield path, Path(), True
    elif path.is_dir():
        yield from ((found, path, False) for found in _walk(path))
    elif path.exists():
        yield path, path, True
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
    for path in found:
        if path.is_dir() and not path.is_symlink():
            yield from ((inner, fixed, False) for inner in _walk(path))
        else:
            yield path, fixed, False


def _walk(folder: Path) -> Iterator[Path]:
    """Yield what is under a folder in the order of the names, without hidden files."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = sorted(name for name in (*names, *links) if not name.startswith("."))
        yield from (Path(place) / name for name in shown)


def name_of(path: Path, root: Path | None, base: Path) -> str:
    """Return the path relative to the root, else to what is above `base`, with forward slashes.

    What cannot be written as UTF-8 or printed is escaped.
    """
    if path == STDIN:
        return "stdin"
    whole = path.parent.resolve() / path.name
    name = path.name
    for folder in filter(None, (root, base.resolve().parent)):
        if whole.is_relative_to(folder.resolve()):
            name = whole.relative_to(folder.resolve()).as_posix()
            break
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown)
