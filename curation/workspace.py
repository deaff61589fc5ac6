"""Where a project's files are, and how they are written.

A workspace is a folder with a `curation.toml`. Every stage's output is one JSON Lines file
in it; a file is replaced whole, so that a killed process leaves the old one or the new one.
"""

import json
import os
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from curation.assignment import Assignment, Terms, faults
from curation.errors import DataError, Problem, ServiceError, UsageError
from curation.records import Annotation, Article

if TYPE_CHECKING:
    from jsonlines import InvalidLineError

T = TypeVar("T")
CONFIG_NAME = "curation.toml"


class ProjectConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table [project] of curation.toml."""

    name: str
    languages: tuple[str, ...] = ("vi", "en")


class IngestConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table [ingest]: `license` is the SPDX id of the articles' texts, never guessed.

    `fields` names the columns of records (JSON Lines, CSV, Parquet) by the field that they
    fill; no page or record may have more than `most_mib` MiB.
    """

    license: str | None = None
    fields: dict[str, str] = {}
    most_mib: int = 16


class ReleaseConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table [release]: `license` is that of the annotations; `splits` are shares of 1.

    `description` is a paragraph of Markdown that opens the card.
    """

    version: str = "0.1.0"
    description: str | None = None
    license: str = "cc-by-4.0"
    splits: dict[str, float] = msgspec.field(
        default_factory=lambda: {"train": 0.8, "validation": 0.1, "test": 0.1}
    )
    seed: int = 0


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What curation.toml says."""

    project: ProjectConfig
    ingest: IngestConfig = IngestConfig()
    assign: Terms = Terms()
    release: ReleaseConfig = ReleaseConfig()


class Workspace:
    """The files of one project."""

    def __init__(self, root: Path, config: Config) -> None:
        self.root = root
        self.config = config

    @property
    def articles(self) -> Path:
        """Articles, in the order of ingestion."""
        return self.root / "articles.jsonl"

    @property
    def quarantine(self) -> Path:
        """What ingest refused, with the reason."""
        return self.root / "quarantine.jsonl"

    @property
    def duplicates(self) -> Path:
        """What articles are to earlier ones: the same, nearly the same, a later version."""
        return self.root / "duplicates.jsonl"

    @property
    def candidates(self) -> Path:
        """Annotations by models."""
        return self.root / "candidates.jsonl"

    @property
    def answers(self) -> Path:
        """Annotations by persons."""
        return self.root / "answers.jsonl"

    @property
    def findings(self) -> Path:
        """What was wrong with the answers that came back."""
        return self.root / "findings.jsonl"

    @property
    def gold(self) -> Path:
        """Adjudicated annotations."""
        return self.root / "gold.jsonl"

    @property
    def conflicts(self) -> Path:
        """Where annotators disagreed, and what was decided."""
        return self.root / "conflicts.jsonl"

    @property
    def assignments(self) -> Path:
        """Who is to answer which article."""
        return self.root / "assignments.jsonl"

    @property
    def project(self) -> Path:
        """Which Label Studio projects hold the tasks."""
        return self.root / "labelstudio.json"

    @property
    def studio(self) -> Path:
        """The private folder of the local Label Studio server."""
        return self.root / ".studio"

    @property
    def private(self) -> Path:
        """The private folder with the map of persons to pseudonyms."""
        return self.root / "private"

    @property
    def models(self) -> Path:
        """What was learned from the gold: the tagger and the report."""
        return self.root / "models"

    @property
    def names(self) -> Path:
        """Names that people confirmed or kept striking out; may be edited by hand."""
        return self.root / "names.tsv"

    @property
    def migrations(self) -> Path:
        """What becomes of the names of earlier contracts, a file a step."""
        return self.root / "migrations"

    @property
    def exports(self) -> Path:
        """Releases, a folder a version."""
        return self.root / "exports"

    def read_articles(self) -> list[Article]:
        """Read every article; raises `UsageError` where ingest has not run."""
        return list(read_jsonl(self.need(self.articles, "ingest"), Article))

    def find_article(self, name: str) -> Article:
        """Return the article of this id, of an id that begins so, or of this file.

        A file is named by its path from here, or as the article's source names it or its end.
        Raises `UsageError` where no article fits, or several do.
        """
        found: dict[str, Article] = {}
        for article in read_jsonl(self.need(self.articles, "ingest"), Article):
            if article.id == name:
                return article
            if article.id.startswith(name) or self._is_source(name, article.source.path):
                found[article.id] = article
        if len(found) == 1:
            return next(iter(found.values()))
        if not found:
            raise UsageError(
                f"no article of {self.articles} is named {name!r}: "
                "give its id, a beginning of it, or the path of its file."
            )
        some = ", ".join(sorted(found)[:5]) + (", …" if len(found) > 5 else "")
        raise UsageError(f"{name!r} names {len(found)} articles: give one of {some}")

    def _is_source(self, name: str, source: str) -> bool:
        """Tell whether a name is the path of a source, its end, or a path that leads there."""
        if not name or name.endswith("/"):
            return False
        asked = name.removeprefix("./")
        whole = Path(name).absolute().as_posix()
        ends = f"/{source}".endswith(f"/{asked}") or whole.endswith(f"/{source}")
        return ends or (self.root / source).absolute().as_posix() == whole

    def read_annotations(self, path: Path, made_by: str) -> list[Annotation]:
        """Read annotations of a stage; `made_by` is the command that writes them."""
        return list(read_jsonl(self.need(path, made_by), Annotation))

    def read_assignments(self) -> list[Assignment]:
        """Read the plan, empty where there is none; raises `DataError` if it contradicts itself."""
        if not self.assignments.is_file():
            return []
        plan = list(read_jsonl(self.assignments, Assignment))
        if found := faults(plan):
            raise DataError(found)
        return plan

    def need(self, path: Path, made_by: str) -> Path:
        """Return the path if the file is there; raises `UsageError` naming the command."""
        if path.is_file():
            return path
        raise UsageError(
            f"{path.name} is not in the workspace {self.root}: run `curation {made_by}` first."
        )


def create(
    root: Path,
    name: str,
    languages: tuple[str, ...] = ("vi", "en"),
    description: str | None = None,
) -> Workspace:
    """Make a workspace in `root`; raises `UsageError` if one is there already."""
    path = root / CONFIG_NAME
    if path.exists():
        raise UsageError(f"{path} exists already: this folder is a workspace.")
    root.mkdir(parents=True, exist_ok=True)
    settings = {"name": name, "languages": languages, "description": description or ""}
    quoted = {key: json.dumps(value, ensure_ascii=False) for key, value in settings.items()}
    write_text(path, _TEMPLATE.format(**quoted))
    write_text(root / ".gitignore", "/.studio/\n/private/\n")
    return load(root)


_TEMPLATE = """\
[project]
name = {name}
languages = {languages}

[ingest]
# SPDX id (or LicenseRef-…) of the articles' texts; without it they stay "unknown".
# license = "LicenseRef-publisher"
# fields = {{ text = "content", published = "date" }}   # columns of records, where named otherwise

[assign]
# answers = 2  # annotators an article
# blind = 0.1  # share of the articles that get no pre-labels
# common = 0.0  # share that everybody gets
# reads = {{ annotator-01 = ["vi"] }}  # who does not read all languages

[release]
version = "0.1.0"
description = {description}  # opens the card
license = "cc-by-4.0"  # of the annotations
seed = 0
splits = {{ train = 0.8, validation = 0.1, test = 0.1 }}
"""


def find(start: Path) -> Workspace:
    """Open the nearest workspace at or above `start`; raises `UsageError` if there is none."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return load(folder)
    raise UsageError(
        f"no {CONFIG_NAME} in {start} or above it: run `curation init`, or give --workspace DIR."
    )


def load(root: Path) -> Workspace:
    """Open the workspace in `root`; raises `UsageError` for a missing or wrong curation.toml."""
    path = root / CONFIG_NAME
    if not path.is_file():
        raise UsageError(f"no {CONFIG_NAME} in {root}: run `curation init {root}` first.")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        config = msgspec.convert(raw, Config)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}. Mend the file.") from error
    return Workspace(root, config)


@contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """Yield a file that takes the place of `path` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a UTF-8 text file whole or not at all."""
    with replacing(path, mode) as out:
        out.write(text.encode("utf-8"))


def write_jsonl(path: Path, records: Iterable[Any]) -> int:
    """Write records as JSON Lines, whole or not at all; return how many."""
    import jsonlines

    count = 0
    with (
        replacing(path) as out,
        jsonlines.Writer(out, dumps=msgspec.json.encode) as writer,
    ):
        for record in records:
            writer.write(record)
            count += 1
    return count


def read_jsonl(path: Path, record: type[T]) -> Iterator[T]:
    """Yield the records of a JSON Lines file.

    Raises `DataError` naming file, line and place for a line that is no such record, and
    `ServiceError` for a file that cannot be opened.
    """
    import jsonlines

    decode = _decoder(record)
    try:
        with jsonlines.open(path, loads=decode) as reader:
            yield from cast(Iterator[T], reader.iter(skip_empty=True))
    except jsonlines.InvalidLineError as error:
        raise DataError([_bad_line(path, error)]) from error
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}.") from error


def _decoder(record: type[T]) -> Callable[[str | bytes], T]:
    decoder = msgspec.json.Decoder(record)

    def decode(line: str | bytes) -> T:
        try:
            return decoder.decode(line)
        except msgspec.DecodeError as error:
            raise ValueError(str(error)) from error

    return decode


def _bad_line(path: Path, error: "InvalidLineError") -> Problem:
    line = error.line if isinstance(error.line, str) else repr(error.line)
    shown = line if len(line) <= 60 else line[:57] + "…"
    reason = str(error.__cause__ or error)
    return Problem(
        record=f"{path}:{error.lineno}",
        value=shown,
        rule=f"is no such record ({reason})",
        remedy="Mend or remove the line, or make the file again with the command that writes it.",
    )
