"""What a release holds, counted from its rows."""

from collections import Counter
from collections.abc import Mapping

import msgspec
import polars as pl

from curation.ontology import Ontology

Parts = Mapping[str, pl.DataFrame]
"""Rows by split."""

UNKNOWN = "unknown"
"""How the card names what nobody recorded."""

Counts = dict[str, dict[str, int]]
"""Counts by name, then by split; each name has every split."""


class Figures(msgspec.Struct, frozen=True):
    """The figures of a release; `rows` counts by configuration, the rest by name.

    `published` is the first and the last known day; `cuts` counts tokens cut at borders of
    spans; `largest_group` and `joined` are about the groups that splits do not part:
    articles in the largest one, and groups of more than one article.
    """

    splits: tuple[str, ...]
    rows: Counts
    languages: Counts
    outlets: Counts
    licenses: Counts
    annotators: Counts
    labels: Counts
    event_types: Counts
    modalities: Counts
    roles: Counts
    relations: Counts
    tokens: Counts
    cuts: int
    groups: int
    joined: int
    largest_group: int
    undated: int
    published: tuple[str, str] | None

    def total(self, config: str) -> int:
        """Return the number of rows of a configuration in all splits."""
        return sum(self.rows[config].values())


def figures(parts: Mapping[str, Parts], ontology: Ontology) -> Figures:
    """Count the rows of a release, given by configuration and split.

    Names of the ontology that do not occur are counted 0; others come by falling number.
    """
    articles = parts["articles"]
    splits = tuple(articles)
    events = {split: frame.explode("arguments") for split, frame in parts["events"].items()}
    roles = {split: _roles(frame) for split, frame in events.items()}
    tokens = {
        split: frame.select(pl.col("tokens").explode().is_not_null().sum()).item()
        for split, frame in parts["tokens"].items()
    }
    whole = pl.concat(articles.values())
    sizes = Counter(whole.get_column("group")).values()
    days = whole.get_column("published").drop_nulls()
    return Figures(
        splits=splits,
        rows={config: _heights(of_config, splits) for config, of_config in parts.items()},
        languages=_occurring("lang", articles, splits),
        outlets=_occurring("outlet", articles, splits),
        licenses=_occurring("license", articles, splits),
        annotators=_occurring("annotator", articles, splits),
        labels=_known(ontology.labels, "label", parts["entities"], splits),
        event_types=_known(ontology.event_types, "type", parts["events"], splits),
        modalities=_known(ontology.modalities, "modality", parts["events"], splits),
        roles=_known(ontology.roles, "role", roles, splits),
        relations=_known(ontology.relations, "type", parts["relations"], splits),
        tokens={"tokens": {split: tokens.get(split, 0) for split in splits}},
        cuts=sum(sum(frame.get_column("cuts")) for frame in parts["tokens"].values()),
        groups=len(sizes),
        joined=sum(size > 1 for size in sizes),
        largest_group=max(sizes),
        undated=whole.height - len(days),
        published=(str(days.min()), str(days.max())) if len(days) else None,
    )


def _roles(exploded: pl.DataFrame) -> pl.DataFrame:
    arguments = exploded.get_column("arguments").drop_nulls()
    return arguments.struct.unnest().select("role")


def _heights(parts: Parts, splits: tuple[str, ...]) -> dict[str, int]:
    return {split: parts[split].height if split in parts else 0 for split in splits}


def _count(column: str, parts: Parts) -> dict[str, dict[str, int]]:
    """Count the values of a column by split."""
    filled = {split: frame.get_column(column).fill_null(UNKNOWN) for split, frame in parts.items()}
    return {split: dict(Counter(values.to_list())) for split, values in filled.items()}


def _known(
    names: Mapping[str, object], column: str, parts: Parts, splits: tuple[str, ...]
) -> Counts:
    counted = _count(column, parts)
    return {
        name: {split: counted.get(split, {}).get(name, 0) for split in splits} for name in names
    }


def _occurring(column: str, parts: Parts, splits: tuple[str, ...]) -> Counts:
    counted = _count(column, parts)
    names = sorted({name for found in counted.values() for name in found})
    table = {name: {split: counted[split].get(name, 0) for split in splits} for name in names}
    return dict(sorted(table.items(), key=lambda item: -sum(item[1].values())))
