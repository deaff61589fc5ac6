"""A dataset made of articles and their final annotations: Parquet, card, manifest, contract."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from curation.ontology import Ontology
from curation.records import Annotation, Article
from curation.workspace import Config

__all__ = ["ReleaseReport", "publish"]


class ReleaseReport(msgspec.Struct, frozen=True):
    """What was published.

    `rows` counts by configuration and split; `groups` counts the groups of articles that splits
    do not part, `left_out` the articles without a final annotation, `cuts` the tokens cut at
    borders of spans. `unchanged` tells that the same release was there already.
    """

    path: str
    version: str
    unchanged: bool
    articles: int
    left_out: int
    groups: int
    cuts: int
    rows: dict[str, dict[str, int]]
    files: int
    bytes: int


def publish(  # noqa: PLR0913 (what goes in, where it goes, what may be overwritten)
    articles: Iterable[Article],
    gold: Iterable[Annotation],
    ontology: Ontology,
    config: Config,
    out: Path,
    created: str,
    *,
    groups: Mapping[str, str] | None = None,
    contract: Mapping[str, bytes] | None = None,
    overwrite: bool = False,
) -> ReleaseReport:
    """Write the annotated articles as a dataset into the folder `out`, whole or not at all.

    `created` (ISO 8601) stands in the manifest and nowhere else: all other bytes follow from
    the records. `groups` maps articles that belong together (near duplicates, translations) to
    a name; reports of one event are found here and joined with them. `contract` holds the files
    to freeze, by path (default: those that ship with the toolkit).

    Raises `DataError` where the records break the contract, and `UsageError` where there is
    nothing to publish or `out` holds something else and may not be overwritten.
    """
    from curation.release.folder import contract_files
    from curation.release.publication import Publication

    frozen = contract_files() if contract is None else contract
    made = Publication(articles, gold, ontology, config, groups or {})
    return made.write(out, created, frozen, overwrite)
