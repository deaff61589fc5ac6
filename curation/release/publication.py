"""From validated records to the folder of a release."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import datasets
import msgspec
import polars as pl
import pyarrow as pa

from curation import __version__
from curation.clusters import event_groups, merge_groups
from curation.errors import DataError, Problem, UsageError
from curation.ontology import Ontology, read_ontology
from curation.records import Annotation, Article
from curation.release import ReleaseReport, dataset
from curation.release.card import FILE, Release, Written, card
from curation.release.figures import Figures, figures
from curation.release.folder import (
    CONTRACT,
    File,
    beside,
    files_of,
    put_in_place,
    write_manifest,
)
from curation.release.splits import assign
from curation.validation.tables import Tables, tables
from curation.validation.validator import validate_tables
from curation.workspace import Config

ONTOLOGY = "ontology.yaml"


class Publication:
    """A release in memory: its rows by configuration and split, checked and counted.

    Raises `DataError` where the records break the contract, `UsageError` where there is nothing
    to publish.
    """

    def __init__(
        self,
        articles: Iterable[Article],
        gold: Iterable[Annotation],
        ontology: Ontology,
        config: Config,
        groups: Mapping[str, str],
    ) -> None:
        self.ontology, self.config = ontology, config
        given = list(articles)
        self.gold = sorted(gold, key=lambda annotation: annotation.article)
        annotated = {annotation.article for annotation in self.gold}
        published = (article for article in given if article.id in annotated)
        self.articles = sorted(published, key=lambda article: article.id)
        self.left_out = len(given) - len(self.articles)
        self._refuse_nothing()
        found = tables(self.articles, self.gold)
        self._refuse_problems(found)
        self.parts = self._parts(found, groups)
        self.figures: Figures = figures(self.parts, ontology)

    def write(
        self, out: Path, created: str, contract: Mapping[str, bytes], overwrite: bool
    ) -> ReleaseReport:
        """Write the release beside `out` and put it in place when it is whole."""
        self._refuse_other_contract(contract)
        with beside(out) as folder:
            for name, content in contract.items():
                _write(folder / CONTRACT / name, content)
            written = self._write_rows(folder)
            _write(folder / FILE, self._card(written).encode())
            write_manifest(folder, self._manifest(created))
            files = files_of(folder)
            is_new = put_in_place(folder, out, overwrite)
        return self._report(out, files, not is_new)

    def _refuse_nothing(self) -> None:
        if not self.gold:
            raise UsageError(
                "there is no final annotation to publish: run `curation adjudicate` first."
            )

    def _refuse_problems(self, found: Tables) -> None:
        counts = Counter(annotation.article for annotation in self.gold)
        several = [
            Problem(
                record=f"annotations, {name}",
                value=", ".join(a.author.name for a in self.gold if a.article == name),
                rule=f"the article has {count} final annotations",
                remedy="Keep one of them, or run `curation adjudicate`.",
            )
            for name, count in counts.items()
            if count > 1
        ]
        problems = [*validate_tables(found, self.ontology).problems, *several]
        if problems:
            raise DataError(problems)

    def _refuse_other_contract(self, contract: Mapping[str, bytes]) -> None:
        if ONTOLOGY not in contract or read_ontology(contract[ONTOLOGY]) != self.ontology:
            raise UsageError(
                f"the contract to freeze is not the one that was validated "
                f"({self.ontology.version}): give the files of the same ontology."
            )

    def _parts(self, found: Tables, known: Mapping[str, str]) -> dict[str, dict[str, pl.DataFrame]]:
        ids = {article.id for article in self.articles}
        by_event = event_groups(self.articles, self.gold, self.ontology)
        groups = merge_groups(by_event, {id_: known[id_] for id_ in ids & known.keys()})
        strata = {article.id: article.lang for article in self.articles}
        shares = self.config.release.splits
        splits = assign(strata, groups, shares, self.config.release.seed)
        return {
            config: dataset.by_split(frame, splits, shares)
            for config, frame in dataset.frames(found, groups).items()
        }

    def _write_rows(self, folder: Path) -> tuple[Written, ...]:
        features = dataset.features(self.ontology)
        written = []
        for config, parts in self.parts.items():
            for split, frame in parts.items():
                path = folder / dataset.shard(config, split)
                table = dataset.as_arrow(frame, features[config])
                dataset.write_parquet(table, path)
                size = path.stat().st_size
                written.append(Written(config, split, table.num_rows, size, table.nbytes))
        return tuple(written)

    def _card(self, written: tuple[Written, ...]) -> str:
        release = Release(
            name=self.config.project.name,
            version=self.config.release.version,
            description=self.config.release.description,
            license=self.config.release.license,
            seed=self.config.release.seed,
            shares=self.config.release.splits,
            figures=self.figures,
            written=written,
            left_out=self.left_out,
        )
        return card(release, self.ontology, dataset.features(self.ontology))

    def _manifest(self, created: str) -> dict[str, Any]:
        release = self.config.release
        return {
            "name": self.config.project.name,
            "version": release.version,
            "contract": self.ontology.version,
            "created": created,
            "license": release.license,
            "seed": release.seed,
            "shares": release.splits,
            "inputs": {"articles": _digest(self.articles), "gold": _digest(self.gold)},
            "written_with": {
                "curation": __version__,
                "datasets": datasets.__version__,
                "polars": pl.__version__,
                "pyarrow": pa.__version__,
            },
            "left_out": self.left_out,
            "counts": msgspec.to_builtins(self.figures),
        }

    def _report(self, out: Path, files: list[File], unchanged: bool) -> ReleaseReport:
        return ReleaseReport(
            path=str(out),
            version=self.config.release.version,
            unchanged=unchanged,
            articles=len(self.articles),
            left_out=self.left_out,
            groups=self.figures.groups,
            cuts=self.figures.cuts,
            rows=self.figures.rows,
            files=len(files),
            bytes=sum(file.bytes for file in files),
        )


def _digest(records: list[Any]) -> dict[str, Any]:
    """Describe records as JSON Lines in order of their articles: how many, the SHA-256."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(msgspec.json.encode(record) + b"\n")
    return {"records": len(records), "sha256": digest.hexdigest()}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
