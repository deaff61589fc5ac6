"""A release: what is loaded from the folder is what the records say, and nothing else."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import datasets
import pytest
from huggingface_hub import DatasetCard

from curation.errors import DataError, UsageError
from curation.ontology import load_ontology, schemas_root
from curation.records import Annotation, Article, Author
from curation.release import ReleaseReport, dataset, publish
from curation.release.tokens import Paragraph, spans_of
from curation.workspace import Config, ProjectConfig, ReleaseConfig
from tests import builders
from tests.release.corpus import annotate, change, make_article, make_corpus, with_span

ONTOLOGY = load_ontology()
ARTICLES, GOLD = make_corpus(12)
UNANNOTATED = make_article(None, "Nobody has annotated this.")
CREATED = "2024-06-01T12:00:00Z"
CONTRACT = {
    "ontology.yaml": (schemas_root() / "ontology.yaml").read_bytes(),
    "tables/made-up.yaml": b"of: the contract\n",
}
TEXT_OF = {article.id: article.text for article in ARTICLES}

Rows = list[dict[str, Any]]


def config(**fields: Any) -> Config:
    return Config(project=ProjectConfig(name="fjord"), release=ReleaseConfig(**fields))


def release(
    out: Path,
    articles: list[Article] = ARTICLES,
    gold: list[Annotation] = GOLD,
    created: str = CREATED,
    overwrite: bool = False,
    groups: Mapping[str, str] | None = None,
    **fields: Any,
) -> ReleaseReport:
    return publish(
        articles,
        gold,
        ONTOLOGY,
        config(**fields),
        out,
        created,
        groups=groups,
        contract=CONTRACT,
        overwrite=overwrite,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published corpus."""
    out = tmp_path_factory.mktemp("exports") / "0.1.0"
    release(out, [*ARTICLES, UNANNOTATED])
    return out


@pytest.fixture(scope="module")
def loaded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every configuration as `datasets` loads it from the folder."""
    cache = tmp_path_factory.mktemp("cache")
    return {name: load(folder, name, cache) for name in dataset.CONFIGS}


def load(folder: Path, name: str, cache: Path) -> Any:
    return datasets.load_dataset(str(folder), name, cache_dir=str(cache))


def rows(parts: Any) -> Rows:
    """Return the rows of all splits, class numbers made names."""
    return [_named(row, part.features) for part in parts.values() for row in part]


def _named(value: Any, feature: Any) -> Any:
    if isinstance(feature, datasets.ClassLabel):
        return feature.int2str(value)
    if isinstance(feature, datasets.List):
        return [_named(item, feature.feature) for item in value]
    if isinstance(feature, dict):
        return {name: _named(value[name], inner) for name, inner in feature.items()}
    return value


def in_order(found: Rows) -> Rows:
    return sorted(found, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def test_every_configuration_has_its_features_exactly(loaded: dict[str, Any]) -> None:
    features = dataset.features(ONTOLOGY)
    for name, parts in loaded.items():
        assert list(parts) == ["train", "validation", "test"]
        for part in parts.values():
            assert part.features == features[name]


def test_articles_are_loaded_as_they_were_recorded(loaded: dict[str, Any]) -> None:
    """All but those that nobody annotated."""
    expected = [
        {
            "id": article.id,
            "sha256": article.sha256,
            "lang": article.lang,
            "title": article.text.partition("\n")[0],
            "text": article.text,
            "title_start": 0,
            "title_end": len(article.text.partition("\n")[0]),
            "published": article.published,
            "published_from": "prefix",
            "outlet": article.outlet,
            "byline": None,
            "dateline": None,
            "url": None,
            "license": None,
            "annotator": "adjudication:gold",
            "annotated": "2024-05-01T08:00:00Z",
            "contract": ONTOLOGY.version,
            "source_sha256": article.source.sha256,
            "source_media_type": "text/plain",
            "kept": [{"start": 0, "raw_start": 0, "length": len(article.text)}],
        }
        for article in ARTICLES
    ]
    found = rows(loaded["articles"])
    groups = {row["id"]: row.pop("group") for row in found}
    assert in_order([{**row, "published": str(row["published"])} for row in found]) == in_order(
        expected
    )
    pairs = zip(ARTICLES[::2], ARTICLES[1::2], strict=True)
    assert all(groups[en.id] == groups[vi.id] == min(en.id, vi.id) for en, vi in pairs)


def test_entities_are_loaded_as_they_were_marked(loaded: dict[str, Any]) -> None:
    lang = {article.id: article.lang for article in ARTICLES}
    expected = [
        {
            "article_id": annotation.article,
            "id": span.id,
            "lang": lang[annotation.article],
            "label": span.label,
            "start": span.start,
            "end": span.end,
            "text": span.text,
            "value": span.value,
            "kb": span.kb,
            "score": None,
            "by": None,
        }
        for annotation in GOLD
        for span in annotation.spans
    ]
    assert in_order(rows(loaded["entities"])) == in_order(expected)


def test_events_are_loaded_with_their_arguments(loaded: dict[str, Any]) -> None:
    found = {(row["article_id"], row["id"]): row for row in rows(loaded["events"])}
    assert len(found) == sum(len(annotation.events) for annotation in GOLD)
    for annotation in GOLD:
        spans = {span.id: span for span in annotation.spans}
        for event in annotation.events:
            row = found[annotation.article, event.id]
            assert (row["type"], row["modality"]) == (event.type, event.modality)
            assert (row["start"], row["end"], row["text"]) == (event.start, event.end, event.text)
            filled = [(spans[argument.span], argument.role) for argument in event.arguments]
            assert row["arguments"] == [
                {
                    "role": role,
                    "span_id": span.id,
                    "label": span.label,
                    "start": span.start,
                    "end": span.end,
                    "text": span.text,
                    "value": span.value,
                    "kb": span.kb,
                }
                for span, role in sorted(filled, key=lambda pair: pair[0].start)
            ]


def test_relations_are_loaded_with_both_their_ends(loaded: dict[str, Any]) -> None:
    found = rows(loaded["relations"])
    assert len(found) == 12
    for annotation in GOLD:
        spans = {span.id: span for span in annotation.spans}
        (relation,) = annotation.relations
        (row,) = (row for row in found if row["article_id"] == annotation.article)
        assert row["type"] == relation.type
        for side, span in (("from", spans[relation.from_]), ("to", spans[relation.to])):
            assert (row[f"{side}_id"], row[f"{side}_label"]) == (span.id, span.label)
            assert (row[f"{side}_start"], row[f"{side}_end"]) == (span.start, span.end)
            assert row[f"{side}_text"] == span.text


def test_the_tags_of_the_tokens_are_the_entities(loaded: dict[str, Any]) -> None:
    spans: dict[str, list[tuple[int, int, str]]] = {article.id: [] for article in ARTICLES}
    for row in rows(loaded["tokens"]):
        tokens, starts, ends, tags = (
            tuple(row[name]) for name in ("tokens", "starts", "ends", "tags")
        )
        spans[row["article_id"]] += spans_of(Paragraph(tokens, starts, ends, tags, 0))
    for annotation in GOLD:
        expected = sorted((span.start, span.end, span.label) for span in annotation.spans)
        assert spans[annotation.article] == expected


def test_all_rows_of_an_article_are_in_one_split(loaded: dict[str, Any]) -> None:
    """And so are all articles of a group."""
    split_of: dict[str, str] = {}
    for parts in loaded.values():
        for split, part in parts.items():
            for row in part:
                article = row["article_id"] if "article_id" in row else row["id"]
                assert split_of.setdefault(article, split) == split
    groups = {row["id"]: row["group"] for part in loaded["articles"].values() for row in part}
    assert len({(groups[article], split) for article, split in split_of.items()}) == 6


def without_manifest(folder: Path) -> dict[str, bytes]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in found.items() if name != "manifest.json"}


def test_the_same_records_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """In whatever order they come and whenever it is."""
    release(
        tmp_path / "again",
        [UNANNOTATED, *reversed(ARTICLES)],
        list(reversed(GOLD)),
        created="2031-01-01T00:00:00Z",
    )
    assert without_manifest(tmp_path / "again") == without_manifest(folder)
    made = json.loads((tmp_path / "again" / "manifest.json").read_bytes())
    before = json.loads((folder / "manifest.json").read_bytes())
    assert made.pop("created") != before.pop("created")
    assert made == before


ANEW = """\
from pathlib import Path
import sys
from tests.release.test_release_publish import ARTICLES, UNANNOTATED, release
release(Path(sys.argv[1]), [*ARTICLES, UNANNOTATED])
"""


def test_another_process_makes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """With other hashes of strings and another number of threads."""
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "POLARS_MAX_THREADS": "1"}
    subprocess.run(
        [sys.executable, "-c", ANEW, str(tmp_path / "anew")],
        cwd=Path(__file__).parent.parent.parent,
        env=environment,
        check=True,
    )
    assert without_manifest(tmp_path / "anew") == without_manifest(folder)


def test_the_manifest_describes_every_file(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    files = without_manifest(folder)
    assert manifest["files"] == [
        {"path": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in files.items()
    ]
    assert (manifest["name"], manifest["version"]) == ("fjord", "0.1.0")
    assert (manifest["contract"], manifest["created"]) == (ONTOLOGY.version, CREATED)
    assert manifest["inputs"]["articles"]["records"] == 12
    assert manifest["inputs"]["gold"]["records"] == 12
    assert manifest["left_out"] == 1
    assert manifest["counts"]["rows"]["articles"] == {"train": 8, "validation": 2, "test": 2}


def test_the_hash_of_the_inputs_is_that_of_their_json_lines(folder: Path) -> None:
    import msgspec

    manifest = json.loads((folder / "manifest.json").read_bytes())
    ordered = sorted(GOLD, key=lambda annotation: annotation.article)
    lines = b"".join(msgspec.json.encode(annotation) + b"\n" for annotation in ordered)
    assert manifest["inputs"]["gold"]["sha256"] == hashlib.sha256(lines).hexdigest()


def test_the_contract_is_frozen_beside_the_data(folder: Path) -> None:
    frozen = {
        name.removeprefix("contract/"): content
        for name, content in without_manifest(folder).items()
        if name.startswith("contract/")
    }
    assert frozen == CONTRACT


def test_without_other_files_the_contract_of_the_toolkit_is_frozen(tmp_path: Path) -> None:
    publish(ARTICLES[:2], GOLD[:2], ONTOLOGY, config(), tmp_path / "r", CREATED)
    frozen = tmp_path / "r" / "contract" / "ontology.yaml"
    assert frozen.read_bytes() == CONTRACT["ontology.yaml"]
    names = {path.name for path in (tmp_path / "r" / "contract").rglob("*")}
    assert names == {entry.name for entry in _entries(schemas_root())}


def _entries(folder: Any) -> Iterator[Any]:
    for entry in folder.iterdir():
        yield entry
        if entry.is_dir():
            yield from _entries(entry)


def card_tables(folder: Path) -> dict[str, dict[str, list[int]]]:
    """Read the card's tables: by the line before each, the numbers of its rows by name."""
    found: dict[str, dict[str, list[int]]] = {}
    title = ""
    body = (folder / "README.md").read_text(encoding="utf-8").split("\n---\n", 1)[1]
    for line in body.splitlines():
        if not line.startswith("|"):
            title = line or title
        elif not line.startswith("| ---"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            numbers = [int(cell) for cell in cells if cell.isdigit()]
            if numbers:
                found.setdefault(title, {})[cells[0].strip("`")] = numbers
    return found


def counted(values: Mapping[str, Counter[str]], names: Any) -> dict[str, list[int]]:
    return {
        name: [*(values[split][name] for split in values), sum(v[name] for v in values.values())]
        for name in names
    }


def test_the_figures_of_the_card_are_those_of_the_data(
    folder: Path, loaded: dict[str, Any]
) -> None:
    """Counted anew from what `datasets` loads."""

    def by_split(name: str, column: str) -> dict[str, Counter[str]]:
        return {
            split: Counter(
                "unknown" if row[column] is None else row[column] for row in rows({0: part})
            )
            for split, part in loaded[name].items()
        }

    roles = {
        split: Counter(a["role"] for row in rows({0: part}) for a in row["arguments"])
        for split, part in loaded["events"].items()
    }
    tokens = {
        split: Counter({"tokens": sum(len(row["tokens"]) for row in part)})
        for split, part in loaded["tokens"].items()
    }
    tables = card_tables(folder)
    assert tables["Rows by split:"] == {
        name: [part.num_rows for part in parts.values()] for name, parts in loaded.items()
    }
    expected = {
        "By language:": counted(by_split("articles", "lang"), ["vi", "en"]),
        "By outlet:": counted(by_split("articles", "outlet"), ["Fjord Post", "Báo Vịnh"]),
        "Articles by annotator:": counted(by_split("articles", "annotator"), ["adjudication:gold"]),
        "Entity spans by label:": counted(by_split("entities", "label"), ONTOLOGY.labels),
        "Events by type:": counted(by_split("events", "type"), ONTOLOGY.event_types),
        "Events by modality:": counted(by_split("events", "modality"), ONTOLOGY.modalities),
        "Arguments by role:": counted(roles, ONTOLOGY.roles),
        "Relations by type:": counted(by_split("relations", "type"), ONTOLOGY.relations),
        "Tokens:": counted(tokens, ["tokens"]),
    }
    assert {title: tables[title] for title in expected} == expected
    licenses = next(table for table in tables.values() if "unknown" in table)
    assert licenses == counted(by_split("articles", "license"), ["unknown"])


def test_the_words_of_the_card_are_computed(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    spans = sum(len(annotation.spans) for annotation in GOLD)
    events = [event for annotation in GOLD for event in annotation.events]
    arguments = sum(len(event.arguments) for event in events)
    assert (
        "# fjord 0.1.0\n\n12 news articles in 2 languages (en, vi), published 2024-03-01 to "
        f"2024-03-21, annotated with {spans} entity spans, {len(events)} diplomatic events with "
        f"{arguments} arguments, and 12 relations between spans.\n"
    ) in text
    assert (
        "Here 12 articles make 6 groups, 6 of them of more than one article, the largest of 2."
    ) in text
    assert "- Without a recorded license of the text: 12 of 12 articles.\n" in text
    assert "- Left out, as nobody's final annotation was there: 1 more.\n" in text
    assert "day of publication: " not in text
    assert "- Without a single example, by relation: OF.\n" in text


def test_every_column_is_explained_in_the_card(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Columns\n")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^\| `(\w+)` \| [a-z, ]+ \|", table, re.MULTILINE))
    names = {name for features in dataset.features(ONTOLOGY).values() for name in features}
    assert names | {"role", "span_id"} == explained == set(dataset.COLUMNS)


def test_the_code_of_the_card_runs(folder: Path, tmp_path: Path) -> None:
    """As a reader would run it: in the folder, offline, with a cache of its own."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 3
    shown = "\nprint([articles.num_rows, tokens.num_rows, events.num_rows])"
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(tmp_path / "home"),
        "HF_DATASETS_CACHE": str(tmp_path / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks) + shown],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    labels, counts = done.stdout.splitlines()
    assert "'PERSON'" in labels
    assert counts.startswith("[{'train': 8, 'validation': 2, 'test': 2}, {'train': 24,")


def test_the_metadata_of_the_card_are_what_the_hub_reads(folder: Path) -> None:
    data = DatasetCard.load(folder / "README.md").data
    assert data.language == ["en", "vi"]
    assert (data.license, data.license_name) == ("other", "cc-by-4.0-annotations-only")
    assert data.license_link == "README.md#licenses"
    assert data.size_categories == ["n<1K"]
    assert [each["config_name"] for each in data.configs] == list(dataset.CONFIGS)
    assert [each.get("default") for each in data.configs] == [True, None, None, None, None]
    info = datasets.load_dataset_builder(str(folder), "events").info
    sizes = {path.name: path.stat().st_size for path in (folder / "data" / "events").iterdir()}
    assert info.download_size == sum(sizes.values())
    assert {name: split.num_examples for name, split in info.splits.items()} == {
        "train": 28,
        "validation": 7,
        "test": 7,
    }


def test_one_license_for_texts_and_annotations_is_the_license(tmp_path: Path) -> None:
    licensed = [change(article, license="CC-BY-4.0") for article in ARTICLES[:2]]
    release(tmp_path / "r", licensed, GOLD[:2])
    assert DatasetCard.load(tmp_path / "r" / "README.md").data.license == "cc-by-4.0"


def test_broken_records_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    tampered = with_span(GOLD[0], "s9", {"text": "forestry"})
    span = next(span for span in GOLD[0].spans if span.id == "s9")
    with pytest.raises(DataError) as caught:
        release(tmp_path / "exports" / "0.1.0", ARTICLES, [tampered, *GOLD[1:]])
    assert str(caught.value) == (
        f"entities, {GOLD[0].article} by adjudication:gold, s9: 'forestry', where "
        f"[{span.start}, {span.end}) is 'fisheries': is not the article's text at its offsets. "
        "Cut it from the article by them."
    )
    assert list(tmp_path.rglob("*")) == []


def test_an_article_with_another_text_than_was_annotated_is_refused(tmp_path: Path) -> None:
    edited = change(ARTICLES[0], text=ARTICLES[0].text.replace("fisheries", "forestry!"))
    with pytest.raises(DataError, match="is not the SHA-256 of the text"):
        release(tmp_path / "r", [edited, *ARTICLES[1:]])


def test_two_final_annotations_of_an_article_are_refused(tmp_path: Path) -> None:
    second = change(GOLD[0], author=Author("person", "p1"))
    with pytest.raises(DataError) as caught:
        release(tmp_path / "r", ARTICLES, [*GOLD, second])
    assert str(caught.value) == (
        f"annotations, {GOLD[0].article}: gold, p1: the article has 2 final annotations. "
        "Keep one of them, or run `curation adjudicate`."
    )


def test_an_annotation_without_its_article_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"{GOLD[0].article}: there is no such article"):
        release(tmp_path / "r", ARTICLES[1:], GOLD)


def test_nothing_to_publish_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        release(tmp_path / "r", ARTICLES, [])
    assert str(caught.value) == (
        "there is no final annotation to publish: run `curation adjudicate` first."
    )


def test_the_contract_must_be_the_one_that_was_validated(tmp_path: Path) -> None:
    other = CONTRACT["ontology.yaml"].replace(b"version: 1.0.0", b"version: 1.0.1")
    for contract in ({"ontology.yaml": other}, {}):
        with pytest.raises(UsageError) as caught:
            publish(ARTICLES, GOLD, ONTOLOGY, config(), tmp_path / "r", CREATED, contract=contract)
        assert str(caught.value) == (
            f"the contract to freeze is not the one that was validated ({ONTOLOGY.version}): "
            "give the files of the same ontology."
        )
    assert list(tmp_path.iterdir()) == []


def test_the_same_release_again_changes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "0.1.0"
    first = release(out)
    manifest = (out / "manifest.json").read_bytes()
    again = release(out, created="2031-01-01T00:00:00Z")
    assert (first.unchanged, again.unchanged) == (False, True)
    assert change(again, unchanged=False) == first
    assert (out / "manifest.json").read_bytes() == manifest
    assert [path.name for path in tmp_path.iterdir()] == ["0.1.0"]


def test_a_release_of_other_content_is_kept_unless_it_may_be_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "0.1.0"
    release(out)
    before = without_manifest(out)
    with pytest.raises(UsageError) as caught:
        release(out, ARTICLES[:4], GOLD[:4])
    assert str(caught.value) == (
        f"{out} holds a release 0.1.0 of other content: raise release.version in curation.toml, "
        "or give --overwrite."
    )
    assert without_manifest(out) == before
    report = release(out, ARTICLES[:4], GOLD[:4], overwrite=True)
    assert (report.articles, report.unchanged) == (4, False)
    assert json.loads((out / "manifest.json").read_bytes())["counts"]["groups"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["0.1.0"]


def test_a_release_that_somebody_has_changed_is_of_other_content(tmp_path: Path) -> None:
    out = tmp_path / "0.1.0"
    release(out, ARTICLES[:2], GOLD[:2])
    (out / "README.md").write_text("Mine now.\n", encoding="utf-8")
    with pytest.raises(UsageError, match="of other content"):
        release(out, ARTICLES[:2], GOLD[:2])


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_that_is_no_release_is_never_replaced(tmp_path: Path, overwrite: bool) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter-1.txt").write_text("Years of work.", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        release(out, overwrite=overwrite)
    assert str(caught.value) == (
        f"{out} is no release, as its manifest.json cannot be read: "
        "give another folder, or remove it yourself."
    )
    assert [path.name for path in tmp_path.rglob("*")] == ["thesis", "chapter-1.txt"]


def test_an_interrupted_release_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def interrupted(table: Any, path: Path) -> None:
        written.append(path)
        if len(written) == 5:
            raise KeyboardInterrupt
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")

    monkeypatch.setattr(dataset, "write_parquet", interrupted)
    with pytest.raises(KeyboardInterrupt):
        release(tmp_path / "0.1.0")
    assert len(written) == 5
    assert list(tmp_path.iterdir()) == []


def test_articles_known_to_belong_together_are_not_parted(tmp_path: Path) -> None:
    """Near duplicates, found elsewhere, are joined with the reports of one event."""
    groups = {ARTICLES[0].id: "copy", ARTICLES[2].id: "copy", "a-elsewhere": "copy"}
    report = release(tmp_path / "r", groups=groups)
    assert report.groups == 5
    parts = load(tmp_path / "r", "articles", tmp_path / "cache")
    found = {row["id"]: (row["group"], split) for split, part in parts.items() for row in part}
    assert len({found[article.id] for article in ARTICLES[:4]}) == 1


def test_splits_have_the_names_and_shares_of_the_configuration(tmp_path: Path) -> None:
    report = release(tmp_path / "r", splits={"dev": 0.5, "held_out": 0.5}, version="2.0.0")
    assert report.rows["articles"] == {"dev": 6, "held_out": 6}
    assert report.version == "2.0.0"
    parts = load(tmp_path / "r", "entities", tmp_path / "cache")
    assert list(parts) == ["dev", "held_out"]


def test_what_a_small_release_lacks_is_said_and_the_rest_can_be_loaded(tmp_path: Path) -> None:
    """`datasets` cannot load a split without rows: no file is written for one."""
    article = make_article(None, "Chi-lê im lặng.", lang="vi", outlet=None, published=None)
    other = make_article(None, "Nothing at all.", published=None)
    span = builders.span(article.text, "Chi-lê", "COUNTRY", "s1")
    release(tmp_path / "r", [article, other], [annotate(article, [span]), annotate(other)])
    text = (tmp_path / "r" / "README.md").read_text(encoding="utf-8")
    names = [
        each["config_name"] for each in DatasetCard.load(tmp_path / "r" / "README.md").data.configs
    ]
    assert names == ["articles", "entities", "tokens"]
    found = {name: load(tmp_path / "r", name, tmp_path / "cache") for name in names}
    assert {name: sum(parts.num_rows.values()) for name, parts in found.items()} == {
        "articles": 2,
        "entities": 1,
        "tokens": 2,
    }
    assert "`events` has none in train" in text
    assert "- Without a single example, by split: test.\n" in text
    assert "- Without a known day of publication: 2 of 2 articles.\n" in text
    assert "2 news articles in 2 languages (en, vi), annotated with 1 entity span, 0 " in text


def test_a_release_can_be_made_of_the_hand_annotations_of_real_articles(
    shared: Path, tmp_path: Path
) -> None:
    """Their text is read here, never shipped; two report one visit in two languages."""
    from curation.rawgold import read_raw_gold, to_clean

    articles, gold = [], []
    for raw in read_raw_gold(shared / "gold" / "seeds.jsonl"):
        path = next((shared / "seeds").glob(f"{raw.id}*"))
        made = builders.article(path.read_bytes().decode("utf-8"), raw.title, raw.lang)
        article = change(made, published=raw.published, title=None)
        annotation, lost = to_clean(raw, article, Author("adjudication", "gold"), ONTOLOGY.version)
        assert lost == []
        articles.append(article)
        gold.append(annotation)
    report = release(tmp_path / "r", articles, gold)
    assert (report.groups, report.cuts) == (4, 0)
    entities = load(tmp_path / "r", "entities", tmp_path / "cache")
    assert sum(entities.num_rows.values()) == sum(len(each.spans) for each in gold)
    texts = {article.id: article.text for article in articles}
    for row in rows(entities):
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]


def test_the_release_is_imported_without_its_libraries() -> None:
    """`curation --help` stays instant."""
    heavy = "{'polars', 'pandera', 'datasets', 'pyarrow', 'huggingface_hub'}"
    code = f"import sys, curation.release; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
