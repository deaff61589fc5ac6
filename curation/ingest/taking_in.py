"""New articles into a workspace, one after the other: what was read is never all in memory."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol, TypeVar

import msgspec

from curation.ingest.duplicates import Link, Sketches, address_key, sketch_of
from curation.ingest.outcomes import Refusal
from curation.records import Article
from curation.workspace import Workspace, read_jsonl, replacing, write_jsonl

T = TypeVar("T")
SHOWN = 200
"""So many names are kept of what was refused or said again; all are in the workspace's files."""


class Outcomes(Protocol):
    """What reading some files yields; `files` are the names of all of them."""

    files: tuple[str, ...]

    def __iter__(self) -> Iterator[Article | Refusal]: ...


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What a run changed in a workspace; the first names of each kind, and how many there were.

    `known` were there before; `stale` are sources that are there with another text, made by
    other cleaning rules: the old article, with its annotations, stays.
    """

    new: int = 0
    known: int = 0
    refused: int = 0
    same: int = 0
    near: int = 0
    versions: int = 0
    quarantined: int = 0
    languages: dict[str, int] = {}
    stale: tuple[str, ...] = ()
    shown_refused: tuple[Refusal, ...] = ()
    shown_links: tuple[Link, ...] = ()


def add(workspace: Workspace, outcomes: Outcomes) -> Added:
    """Put new articles behind those of the workspace; record refusals and duplicates.

    Articles that are there stay as they are. Quarantine and duplicates keep what they say of
    files that were not read now.
    """
    with (
        tempfile.TemporaryFile() as new,
        tempfile.TemporaryFile() as refused,
        closing(Sketches()) as sketches,
    ):
        taking = _Taking(workspace, new, refused, sketches)
        for outcome in outcomes:
            if isinstance(outcome, Refusal):
                taking.refuse(outcome)
            else:
                taking.take(outcome)
        return taking.finish(frozenset(outcomes.files))


class _Taking:
    """One run: what the workspace held before, and what comes to it."""

    def __init__(
        self, workspace: Workspace, new: IO[bytes], refused: IO[bytes], sketches: Sketches
    ) -> None:
        self._workspace = workspace
        self._new = new
        self._refused = refused
        self._sketches = sketches
        self._sketched = False
        self._paths: dict[str, str] = {}
        self._sources: set[int] = set()
        self._addresses: dict[str, str] = {}
        self._links: list[Link] = []
        self._counts: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._stale: list[str] = []
        self._shown: list[Refusal] = []
        for article in self._old():
            self._remember(article)

    def refuse(self, refusal: Refusal) -> None:
        """Note what was refused."""
        self._counts["refused"] += 1
        if len(self._shown) < SHOWN:
            self._shown.append(refusal)
        self._refused.write(msgspec.json.encode(refusal) + b"\n")

    def take(self, article: Article) -> None:
        """Take an article in, if its text is new."""
        self._languages[article.lang] += 1
        path = article.source.path
        if (first := self._paths.get(article.id)) is not None:
            self._counts["known" if first == path else "same"] += 1
            if first != path:
                self._links.append(Link("same", path, article.id, article.id))
        elif _source(article) in self._sources:
            self._stale.append(path)
        else:
            self._counts["new"] += 1
            self._link(article)
            self._remember(article)
            self._new.write(msgspec.json.encode(article) + b"\n")

    def finish(self, read: frozenset[str]) -> Added:
        """Write the workspace's files that have changed."""
        work = self._workspace
        self._append_articles()
        links = [link for link in _records(work.duplicates, Link) if not _is_again(link, read)]
        links = sorted({*links, *self._links}, key=lambda link: (link.file, link.kind, link.of))
        _write_changed(work.duplicates, links, Link)
        count = self._counts
        return Added(
            new=count["new"],
            known=count["known"],
            refused=count["refused"],
            same=count["same"],
            near=count["near"],
            versions=count["version"],
            quarantined=self._write_quarantine(read),
            languages=dict(self._languages),
            stale=tuple(self._stale),
            shown_refused=tuple(self._shown),
            shown_links=tuple(self._links[:SHOWN]),
        )

    def _old(self) -> Iterator[Article]:
        yield from _records(self._workspace.articles, Article)

    def _remember(self, article: Article) -> None:
        self._paths[article.id] = article.source.path
        self._sources.add(_source(article))
        if article.url:
            self._addresses[address_key(article.url)] = article.id

    def _link(self, article: Article) -> None:
        """Link a new article to the earlier version, else to the nearest text."""
        self._sketch_old()
        sketch = sketch_of(article.text)
        near = self._sketches.nearest(sketch)
        self._sketches.add(article.id, sketch)
        earlier = self._addresses.get(address_key(article.url)) if article.url else None
        path = article.source.path
        if earlier:
            share = round(near[1], 3) if near and near[0] == earlier else None
            self._counts["version"] += 1
            self._links.append(Link("version", path, article.id, earlier, share))
        elif near:
            self._counts["near"] += 1
            self._links.append(Link("near", path, article.id, near[0], round(near[1], 3)))

    def _sketch_old(self) -> None:
        """Put the texts of the workspace into the index, when the first new one comes."""
        if not self._sketched:
            for article in self._old():
                self._sketches.add(article.id, sketch_of(article.text))
        self._sketched = True

    def _append_articles(self) -> None:
        path = self._workspace.articles
        if not self._new.tell() and path.exists():
            return
        if not path.exists():
            _replace(path, self._new)
            return
        with path.open("rb") as old:
            _replace(path, old, self._new)

    def _write_quarantine(self, read: frozenset[str]) -> int:
        """Write what is refused now behind what was said of other files; return how many."""
        path = self._workspace.quarantine
        total = self._counts["refused"]
        with tempfile.TemporaryFile() as old:
            for refusal in _records(path, Refusal):
                if not _is_of(refusal.file, read):
                    old.write(msgspec.json.encode(refusal) + b"\n")
                    total += 1
            if total or path.exists():
                _replace(path, old, self._refused)
        return total


def _replace(path: Path, *parts: IO[bytes]) -> None:
    """Put the parts into the place of a file."""
    with replacing(path) as out:
        for part in parts:
            part.seek(0)
            shutil.copyfileobj(part, out)


def _records(path: Path, record: type[T]) -> Iterator[T]:
    if path.exists():
        yield from read_jsonl(path, record)


def _write_changed(path: Path, links: list[Link], record: type[Link]) -> None:
    if links != list(_records(path, record)):
        write_jsonl(path, links)


def _source(article: Article) -> int:
    return hash((article.source.path, article.source.sha256))


def _is_of(name: str, read: frozenset[str]) -> bool:
    """Tell whether a name is that of a file that was read, or of a record in it."""
    return name in read or name.rpartition("#")[0] in read


def _is_again(link: Link, read: frozenset[str]) -> bool:
    return link.kind == "same" and _is_of(link.file, read)
