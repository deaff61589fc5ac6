"""A release as a folder: made beside its place, put there whole, compared, described."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from curation.errors import UsageError
from curation.ontology import schemas_root

MANIFEST = "manifest.json"
CONTRACT = "contract"


class File(msgspec.Struct, frozen=True):
    """A file of a release; `path` is below the folder, with slashes."""

    path: str
    sha256: str
    bytes: int


def contract_files(root: Traversable | None = None) -> dict[str, bytes]:
    """Return the files of the contract as they ship with the toolkit, by path."""
    return dict(_files_below(schemas_root() if root is None else root, ""))


def _files_below(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        if entry.is_dir():
            yield from _files_below(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def files_of(folder: Path) -> list[File]:
    """Describe every file of a folder but its manifest, in the order of the paths."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(path.relative_to(folder).as_posix(), path) for path in paths]
    return [_describe(name, path) for name, path in sorted(named) if name != MANIFEST]


def _describe(name: str, path: Path) -> File:
    content = path.read_bytes()
    return File(name, hashlib.sha256(content).hexdigest(), len(content))


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a folder: what is given, and the files that are there."""
    whole = {**manifest, "files": files_of(folder)}
    text = msgspec.json.format(msgspec.json.encode(whole)).decode() + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a release; raises `UsageError` where the folder has none."""
    path = folder / MANIFEST
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(
            f"{folder} is no release, as its {MANIFEST} cannot be read: "
            "give another folder, or remove it yourself."
        ) from error
    return found


def same_content(one: Path, other: Path) -> bool:
    """Tell whether two releases are the same in everything but the time they were made."""
    first, second = ({**read_manifest(folder), "created": None} for folder in (one, other))
    return first == second and files_of(one) == files_of(other)


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """Yield a new folder beside `out`, which is removed at the end if it is still there."""
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put_in_place(made: Path, out: Path, overwrite: bool) -> bool:
    """Rename a finished release to `out`; return False where the same is there already.

    Raises `UsageError` where `out` is something else, unless it is a release of other content
    and may be overwritten; then it is set aside until the new one is in its place.
    """
    if not os.path.lexists(out):
        made.rename(out)
        return True
    if same_content(out, made):
        return False
    if not overwrite:
        version = read_manifest(out).get("version")
        raise UsageError(
            f"{out} holds a release {version} of other content: raise release.version in "
            "curation.toml, or give --overwrite."
        )
    with beside(out) as aside:
        out.rename(aside / "replaced")
        made.rename(out)
    return True
