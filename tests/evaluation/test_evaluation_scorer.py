"""The figures are those of the scorer that the project is judged by, to the third digit."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.evaluation import Evaluation, evaluate, read_marks
from curation.ingest import IngestOptions, ingest
from curation.offsets import clean_to_raw
from curation.ontology import load_ontology
from curation.prelabel import rules
from curation.records import Annotation, Article
from curation.workspace import write_jsonl
from tests.conftest import ROOT

Score = Callable[..., dict[str, Any]]
ONTOLOGY = load_ontology()


@pytest.fixture(scope="session")
def score(shared: Path) -> Score:
    """The function `score(gold, candidates, lang)` of the scorer."""
    spec = importlib.util.spec_from_file_location("scorer", shared / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Score = module.score
    return found


def _raw(annotation: Annotation, article: Article, name: str, page: Path) -> dict[str, Any]:
    """The candidates as the scorer wants them: offsets into the raw file."""
    raw = page.read_bytes().decode()
    record: dict[str, Any] = json.loads(msgspec.json.encode(annotation))
    for item in (*record["spans"], *record["events"]):
        place = clean_to_raw(article.kept, raw, item["start"], item["end"])
        assert place is not None
        item["start"], item["end"] = place
    return {**record, "id": name}


def _compare(ours: Evaluation, language: str, theirs: dict[str, Any]) -> None:
    figures = ours.figures[language]
    for name, (precision, recall, f1, total) in theirs.items():
        if name.endswith("accuracy"):
            assert (figures[name].f1 if total else None) == f1, name
            assert (figures[name].right if total else 0) == precision, name
        else:
            one = figures[name]
            assert (one.precision, one.recall, one.f1, one.gold) == (
                precision,
                recall,
                f1,
                total,
            ), name
    assert set(figures) <= set(theirs)


def _measure(gold: Path, pages: dict[str, Path], work: Path, score: Score) -> None:
    articles = list(ingest(list(pages.values()), IngestOptions(languages=("vi", "en"))).articles)
    label = rules()
    made = {article.source.sha256: label(article) for article in articles}
    by_digest = {article.source.sha256: article for article in articles}
    write_jsonl(work / "candidates.jsonl", made.values())
    ours = evaluate(
        read_marks(gold, articles), read_marks(work / "candidates.jsonl", articles), ONTOLOGY, 0
    )
    records = {r["id"]: r for r in map(json.loads, gold.read_text(encoding="utf-8").splitlines())}
    theirs = {
        name: _raw(made[r["sha256"]], by_digest[r["sha256"]], name, pages[name])
        for name, r in records.items()
    }
    _compare(ours, "all", score(records, theirs))
    for lang in sorted({r["lang"] for r in records.values()}):
        _compare(ours, lang, score(records, theirs, lang))


def test_on_the_seeds_the_rules_get_the_scorers_figures(
    shared: Path, tmp_path: Path, score: Score
) -> None:
    gold = shared / "gold" / "seeds.jsonl"
    pages = {path.stem: path for path in sorted((shared / "seeds").glob("*.txt"))}
    _measure(gold, pages, tmp_path, score)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_on_gold_without_text_the_rules_get_the_scorers_figures(
    shared: Path, tmp_path: Path, score: Score, lang: str
) -> None:
    gold = ROOT / "benchmarks" / "gold" / f"corpus-{lang}.jsonl"
    names = [json.loads(line)["id"] for line in gold.read_text(encoding="utf-8").splitlines()]
    _measure(gold, {n: shared / "corpus" / f"{n}.txt" for n in names}, tmp_path, score)


RANGES = st.tuples(st.integers(0, 12), st.integers(1, 5)).map(lambda p: (p[0], p[0] + p[1]))


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """A record with a few spans, events, arguments and relations, some of them overlapping."""
    spans = [
        {"id": f"s{at}", "start": start, "end": end, "label": label, **attributes}
        for at, ((start, end), label, attributes) in enumerate(
            draw(st.lists(st.tuples(RANGES, LABELS, ATTRIBUTES), max_size=6))
        )
    ]
    names = st.sampled_from([span["id"] for span in spans] or ["s0"])
    arguments = st.lists(
        st.fixed_dictionaries({"role": st.sampled_from(["HOST", "GUEST"]), "span": names}),
        max_size=3 if spans else 0,
    )
    events = [
        {"id": f"e{at}", "start": start, "end": end, "type": kind, "arguments": filled}
        for at, ((start, end), kind, filled) in enumerate(
            draw(st.lists(st.tuples(RANGES, TYPES, arguments), max_size=4))
        )
    ]
    ends = st.fixed_dictionaries(
        {"type": st.sampled_from(["HOLDS", "OF"]), "from": names, "to": names}
    )
    relations = draw(st.lists(ends, max_size=3 if spans else 0))
    return {"id": "page", "lang": "vi", "spans": spans, "events": events, "relations": relations}


LABELS = st.sampled_from(["PERSON", "DATE", "COUNTRY"])
TYPES = st.sampled_from(["VISIT", "TALKS"])
ATTRIBUTES = st.fixed_dictionaries(
    {"value": st.sampled_from(["2024", None]), "kb": st.sampled_from(["iso3166:VN", None])}
)


@settings(max_examples=150, deadline=None)
@given(gold=records(), made=records())
def test_any_marks_get_the_scorers_figures(
    gold: dict[str, Any],
    made: dict[str, Any],
    score: Score,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from tests.builders import article

    page = msgspec.structs.replace(article("x" * 20, lang="vi"))
    named = msgspec.structs.replace(
        page, source=msgspec.structs.replace(page.source, path="page.txt")
    )
    work = tmp_path_factory.mktemp("marks")
    write_jsonl(work / "gold.jsonl", [gold])
    write_jsonl(work / "made.jsonl", [made])
    ours = evaluate(
        read_marks(work / "gold.jsonl", [named]),
        read_marks(work / "made.jsonl", [named]),
        ONTOLOGY,
        0,
    )
    _compare(ours, "all", score({"page": gold}, {"page": made}))
