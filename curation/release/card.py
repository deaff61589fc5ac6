"""The dataset card: every figure in it is computed, its metadata is what `datasets` reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from datasets import DatasetInfo, Features, SplitInfo
from datasets.info import DatasetInfosDict
from datasets.splits import SplitDict
from huggingface_hub import DatasetCardData

from curation.ontology import Ontology, Words
from curation.release.dataset import COLUMNS, CONFIGS, pattern
from curation.release.figures import UNKNOWN, Counts, Figures

FILE = "README.md"

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


BREAK = "\n\n"


class Written(msgspec.Struct, frozen=True):
    """One Parquet file: its rows, its bytes on disk and in memory."""

    config: str
    split: str
    rows: int
    disk_bytes: int
    memory_bytes: int


class Release(msgspec.Struct, frozen=True):
    """What a card is written from; `left_out` counts articles that nobody has annotated."""

    name: str
    version: str
    description: str | None
    license: str
    seed: int
    shares: Mapping[str, float]
    figures: Figures
    written: tuple[Written, ...]
    left_out: int

    @property
    def configs(self) -> list[str]:
        """The configurations that have rows."""
        present = {written.config for written in self.written}
        return [config for config in CONFIGS if config in present]


def card(release: Release, ontology: Ontology, features: Mapping[str, Features]) -> str:
    """Return the text of the card: YAML metadata, then Markdown."""
    sections = [
        _head(release, ontology),
        _configurations(release),
        _loading(release),
        _columns(release, features),
        _articles(release.figures),
        _annotations(release.figures, ontology),
        _licenses(release),
        _splits(release),
        _limitations(release),
    ]
    return f"---\n{_metadata(release, features)}\n---\n\n" + "\n".join(sections)


def _metadata(release: Release, features: Mapping[str, Features]) -> DatasetCardData:
    shown = release.figures
    data = DatasetCardData(
        pretty_name=f"{release.name} {release.version}",
        language=list(shown.languages),
        multilinguality=["multilingual" if len(shown.languages) > 1 else "monolingual"],
        size_categories=[_size(shown.total("articles"))],
        task_categories=["token-classification"],
        tags=["event-extraction", "named-entity-recognition", "diplomacy", "news"],
        configs=[_data_files(config, release) for config in release.configs],
        **_license_fields(release),
    )
    infos = {config: _info(config, release, features[config]) for config in release.configs}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    return data


def _license_fields(release: Release) -> dict[str, Any]:
    """Name the license of the whole only where texts and annotations have the same one."""
    texts = {name.lower() for name in release.figures.licenses}
    if texts == {release.license.lower()}:
        return {"license": release.license}
    name = f"{release.license}-annotations-only"
    return {"license": "other", "license_name": name, "license_link": f"{FILE}#licenses"}


def _size(articles: int) -> str:
    return next((name for bound, name in _SIZES if articles < bound), "n>10M")


def _data_files(config: str, release: Release) -> dict[str, Any]:
    splits = [written.split for written in release.written if written.config == config]
    files = [{"split": split, "path": pattern(config, split)} for split in splits]
    default = {"default": True} if config == next(iter(CONFIGS)) else {}
    return {"config_name": config, "data_files": files, **default}


def _info(config: str, release: Release, features: Features) -> DatasetInfo:
    written = [each for each in release.written if each.config == config]
    splits = SplitDict()
    for each in written:
        splits.add(SplitInfo(each.split, num_bytes=each.memory_bytes, num_examples=each.rows))
    return DatasetInfo(
        features=features,
        splits=splits,
        download_size=sum(each.disk_bytes for each in written),
        dataset_size=sum(each.memory_bytes for each in written),
        config_name=config,
    )


def _head(release: Release, ontology: Ontology) -> str:
    shown = release.figures
    days = f", published {shown.published[0]} to {shown.published[1]}" if shown.published else ""
    return (
        f"# {release.name} {release.version}\n\n"
        f"{f'{release.description}{BREAK}' if release.description else ''}"
        f"{_number(shown.total('articles'), 'news article')} in "
        f"{_number(len(shown.languages), 'language')} ({', '.join(shown.languages)}){days}, "
        f"annotated with {_number(shown.total('entities'), 'entity span')}, "
        f"{_number(shown.total('events'), 'diplomatic event')} with "
        f"{_number(_sum(shown.roles), 'argument')}, and "
        f"{_number(shown.total('relations'), 'relation')} between spans.\n\n"
        f"The annotations keep the contract {ontology.version}, which is frozen in `contract/`. "
        "Offsets are Unicode code points into the article's `text`, start inclusive, end "
        "exclusive; `text[start:end]` of the article is the `text` of every span and "
        "trigger.\n"
    )


def _configurations(release: Release) -> str:
    splits = release.figures.splits
    rows = [
        [f"`{config}`", what, *(release.figures.rows[config][split] for split in splits)]
        for config, what in CONFIGS.items()
    ]
    lines = _table(["configuration", "holds", *splits], rows)
    absent = [
        f"`{config}` has none in {split}"
        for config in CONFIGS
        for split in splits
        if not release.figures.rows[config][split]
    ]
    note = f"\nA split without rows is not there to be loaded: {'; '.join(absent)}.\n"
    return f"## Configurations\n\nRows by split:\n\n{lines}" + (note if absent else "")


def _loading(release: Release) -> str:
    loads = "\n".join(f'{config} = load_dataset(folder, "{config}")' for config in release.configs)
    first = release.figures.splits[0]
    return (
        "## Loading\n\n"
        "Run beside this card; elsewhere, `folder` is the path of its folder or its name on the "
        "hub (a bare dot is not understood).\n\n"
        "```python\nfrom pathlib import Path\n\nfrom datasets import load_dataset\n\n"
        f"folder = str(Path.cwd())\n{loads}\n```\n\n"
        "Spans point into the texts by article and offsets:\n\n"
        "```python\n"
        f'texts = {{row["id"]: row["text"] for row in articles["{first}"]}}\n'
        f'for row in entities["{first}"]:\n'
        '    assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]\n'
        "```\n\n"
        "Labels, types, modalities, roles and tags are class numbers; their names are in the "
        "features:\n\n"
        "```python\n"
        f'label = entities["{first}"].features["label"]\n'
        f'print({{label.int2str(row["label"]) for row in entities["{first}"]}})\n'
        "```\n"
    )


def _columns(release: Release, features: Mapping[str, Features]) -> str:
    found: dict[str, list[str]] = {}
    for config in release.configs:
        for column in _names(features[config]):
            found.setdefault(column, []).append(config)
    rows = [[f"`{name}`", ", ".join(configs), COLUMNS[name]] for name, configs in found.items()]
    return f"## Columns\n\n{_table(['column', 'configurations', 'holds'], rows)}"


def _names(features: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of columns and of what is nested in them, except the pieces of kept."""
    for name, feature in features.items():
        yield name
        if name == "arguments":
            yield from (inner for inner in feature.feature if inner not in features)


def _articles(shown: Figures) -> str:
    return (
        "## Articles\n\n"
        f"By language:\n\n{_counted('language', shown.languages, shown)}\n"
        f"By outlet:\n\n{_counted('outlet', shown.outlets, shown)}"
    )


def _annotations(shown: Figures, ontology: Ontology) -> str:
    labels = {name: label.definition for name, label in ontology.labels.items()}
    types = {name: each.definition for name, each in ontology.event_types.items()}
    roles = {name: role.definition for name, role in ontology.roles.items()}
    kinds = {name: kind.definition for name, kind in ontology.relations.items()}
    return (
        "## Annotations\n\n"
        f"Articles by annotator:\n\n{_counted('annotator', shown.annotators, shown)}\n"
        f"Entity spans by label:\n\n{_defined('label', shown.labels, labels, shown)}\n"
        f"Events by type:\n\n{_defined('type', shown.event_types, types, shown)}\n"
        f"Events by modality:\n\n{_counted('modality', shown.modalities, shown)}\n"
        f"Arguments by role:\n\n{_defined('role', shown.roles, roles, shown)}\n"
        f"Relations by type:\n\n{_defined('type', shown.relations, kinds, shown)}\n"
        f"Tokens:\n\n{_counted('', shown.tokens, shown)}"
    )


def _licenses(release: Release) -> str:
    table = _counted("license of the text", release.figures.licenses, release.figures)
    return (
        "## Licenses\n\n"
        f"The annotations (spans, events, arguments, relations, tags) are under "
        f"`{release.license}`. The texts are their publishers' and keep their own licenses, as "
        f"recorded for each article in the column `license`; `{UNKNOWN}` (an empty column) means "
        f"that none was recorded, not that the text is free to use.\n\n{table}"
    )


def _splits(release: Release) -> str:
    shown = release.figures
    shares = ", ".join(f"{split} {share:g}" for split, share in release.shares.items())
    return (
        "## Splits\n\n"
        "Articles that seem to report one event (events of one PLOVER type on neighbouring days "
        "with two participants in common, in any language), or that are otherwise known to "
        "belong together, are one group (column `group`), and no group is in two splits. Here "
        f"{_number(shown.total('articles'), 'article')} make "
        f"{_number(shown.groups, 'group')}, {shown.joined} of them of more than one article, "
        f"the largest of {shown.largest_group}. Groups are put into splits by a hash of their "
        f"name and the seed {release.seed}, evened out over languages towards the shares asked "
        f"for: {shares}.\n"
    )


def _limitations(release: Release) -> str:
    shown = release.figures
    smallest = min(shown.splits, key=lambda split: shown.rows["articles"][split])
    unlicensed = sum(shown.licenses.get(UNKNOWN, {}).values())
    by_model = sum(
        sum(counts.values())
        for name, counts in shown.annotators.items()
        if name.startswith("model:")
    )
    of_all = f"of {_number(shown.total('articles'), 'article')}"
    counted = {
        f"Without a recorded license of the text: {unlicensed} {of_all}.": unlicensed,
        f"Without a known day of publication: {shown.undated} {of_all}.": shown.undated,
        f"Annotated by a model alone: {by_model} {of_all}.": by_model,
        f"Left out, as nobody's final annotation was there: {release.left_out} more.": (
            release.left_out
        ),
        f"Borders of spans within a token, where it is cut: {shown.cuts}.": shown.cuts,
    }
    lines = [
        f"The smallest split, {smallest}, has "
        f"{_number(shown.rows['articles'][smallest], 'article')}.",
        *_missing("split", [split for split in release.shares if split not in shown.splits]),
        *(line for line, count in counted.items() if count),
        "There is one annotation of each article; how far annotators agreed is not in this "
        "release.",
        "Groups are found by rule: reports that share fewer named participants, or no day, can "
        "stand in different splits.",
        *_missing("label", _unused(shown.labels)),
        *_missing("event type", _unused(shown.event_types)),
        *_missing("role", _unused(shown.roles)),
        *_missing("relation", _unused(shown.relations)),
    ]
    return "## Limitations\n\n" + "".join(f"- {line}\n" for line in lines)


def _missing(kind: str, names: Sequence[str]) -> list[str]:
    return [f"Without a single example, by {kind}: {', '.join(names)}."] if names else []


def _unused(counts: Counts) -> list[str]:
    return [name for name, by_split in counts.items() if not any(by_split.values())]


def _sum(counts: Counts) -> int:
    return sum(sum(by_split.values()) for by_split in counts.values())


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _counted(name: str, counts: Counts, shown: Figures) -> str:
    rows = [[key, *_by_split(by_split, shown)] for key, by_split in counts.items()]
    return _table([name, *shown.splits, "all"], rows)


def _defined(name: str, counts: Counts, words: Mapping[str, Words], shown: Figures) -> str:
    rows = [[key, words[key].en, *_by_split(found, shown)] for key, found in counts.items()]
    return _table([name, "means", *shown.splits, "all"], rows)


def _by_split(counts: Mapping[str, int], shown: Figures) -> list[int]:
    return [*(counts[split] for split in shown.splits), sum(counts.values())]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; columns of numbers are set to the right."""
    body = [list(row) for row in rows]
    right = [bool(body) and isinstance(body[0][column], int) for column in range(len(head))]
    rule = ["---:" if number else "---" for number in right]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in (head, rule, *body))


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
