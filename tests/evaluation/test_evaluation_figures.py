"""Figures, intervals, misses, the picture and the command, on made-up articles."""

import json
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from typer.testing import CliRunner

from curation import evaluation, workspace
from curation.cli import app
from curation.errors import DataError
from curation.evaluation.marks import Marks
from curation.evaluation.picture import picture
from curation.ontology import load_ontology
from curation.records import Annotation, Article
from curation.workspace import write_jsonl
from tests.builders import annotation, article, event, span

ONTOLOGY = load_ontology()
TEXT = "Ann Lee met Bo Ray in Huế on Tuesday."
ARTICLE = article(TEXT, lang="en")
OTHER = article("Cy Poe visited Oslo.", lang="vi")


def _gold() -> Annotation:
    spans = [
        span(TEXT, "Ann Lee", "PERSON", "s1"),
        span(TEXT, "Bo Ray", "PERSON", "s2"),
        span(TEXT, "Huế", "PLACE", "s3"),
        span(TEXT, "Tuesday", "DATE", "s4", value="2024-10-22"),
    ]
    met = event(TEXT, "met", "TALKS", "e1", [("PARTICIPANT", "s1"), ("PLACE", "s3")])
    return annotation(ARTICLE, spans, [met])


def _made() -> Annotation:
    spans = [
        span(TEXT, "Ann Lee", "PERSON", "s1"),
        span(TEXT, "Ray", "PERSON", "s2"),
        span(TEXT, "Huế", "ORG", "s3"),
        span(TEXT, "Tuesday", "DATE", "s4", value="2024-10-29", by="dates"),
    ]
    met = event(TEXT, "met", "VISIT", "e1", [("VISITOR", "s1")])
    return annotation(ARTICLE, spans, [met], author="rules", kind="model")


def _read(path: Path, *records: Annotation) -> list[Marks]:
    write_jsonl(path, records)
    return evaluation.read_marks(path, [ARTICLE, OTHER])


def test_each_figure_counts_what_it_says(tmp_path: Path) -> None:
    gold, made = _read(tmp_path / "g", _gold()), _read(tmp_path / "m", _made())
    figures = evaluation.evaluate(gold, made, ONTOLOGY, 0).figures["en"]
    counted = {name: (f.right, f.made, f.gold) for name, f in figures.items()}
    assert counted["entity exact"] == (2, 4, 4)
    assert counted["entity overlap"] == (3, 4, 4)
    assert counted["entity exact PERSON"] == (1, 2, 2)
    assert counted["trigger"] == (1, 1, 1)
    assert counted["trigger+type"] == (0, 1, 1)
    assert counted["argument"] == (0, 1, 2)
    assert counted["DATE value accuracy"] == (0, 1, 1)
    assert figures["entity exact"].f1 == 0.5


def test_every_difference_is_listed_once_with_what_made_it(tmp_path: Path) -> None:
    gold, made = _read(tmp_path / "g", _gold()), _read(tmp_path / "m", _made())
    listed = [str(miss).removeprefix(f"{ARTICLE.id}: ") for miss in evaluation.misses(gold, made)]
    assert listed == [
        "entity boundary: PERSON 'Bo Ray' [12, 18) -> PERSON 'Ray' [15, 18)",
        "entity label: PLACE 'Huế' [22, 25) -> ORG 'Huế' [22, 25)",
        "value wrong: DATE 'Tuesday' [29, 36) 2024-10-22 -> 2024-10-29 (by dates)",
        "event type: TALKS 'met' [8, 11) -> VISIT 'met' [8, 11)",
        "argument missed: TALKS 'met' PARTICIPANT PERSON 'Ann Lee' [0, 7) -> nothing",
        "argument missed: TALKS 'met' PLACE PLACE 'Huế' [22, 25) -> nothing",
        "argument spurious: nothing -> VISIT 'met' VISITOR PERSON 'Ann Lee' [0, 7)",
    ]


def test_gold_without_candidates_counts_as_missed_and_is_named(tmp_path: Path) -> None:
    gold = _read(tmp_path / "g", _gold(), annotation(OTHER))
    made = _read(tmp_path / "m", annotation(OTHER))
    found = evaluation.evaluate(gold, made, ONTOLOGY, 10)
    assert found.silent == (ARTICLE.id,)
    assert found.figures["en"]["entity exact"].recall == 0.0
    assert f"Without candidates, counted as missed: {ARTICLE.id}" in evaluation.text(found)


def test_gold_of_a_page_that_is_not_in_the_workspace_counts_as_missed(tmp_path: Path) -> None:
    spans = [{"id": "s1", "start": 0, "end": 3, "label": "ORG"}]
    record = {"id": "far", "lang": "en", "sha256": "0" * 64, "spans": spans, "events": []}
    write_jsonl(tmp_path / "g", [record])
    gold = evaluation.read_marks(tmp_path / "g", [ARTICLE])
    found = evaluation.evaluate(gold, [], ONTOLOGY, 0)
    assert found.absent == ("far",)
    assert found.figures["en"]["entity exact"].gold == 1


def test_gold_that_cleaning_cut_away_or_into_is_never_hit(tmp_path: Path) -> None:
    raw = "Caption. " + TEXT
    page = Article(
        **{name: getattr(ARTICLE, name) for name in ARTICLE.__struct_fields__ if name != "kept"},
        kept=((0, 9, len(TEXT)),),
    )
    assert raw[9:] == TEXT
    spans = [
        {"id": "s1", "start": 0, "end": 7, "label": "ORG"},
        {"id": "s2", "start": 7, "end": 16, "label": "PERSON"},
    ]
    digest = page.source.sha256
    record = {"id": "page", "lang": "en", "sha256": digest, "spans": spans, "events": []}
    write_jsonl(tmp_path / "g", [record])
    gold = evaluation.read_marks(tmp_path / "g", [page])
    found = evaluation.evaluate(gold, _read(tmp_path / "m", _gold()), ONTOLOGY, 0)
    assert (found.cut, found.clipped) == (1, 1)
    assert found.figures["en"]["entity exact"].right == 0
    assert found.figures["en"]["entity overlap"].right == 1


def test_intervals_hold_the_figure_and_repeat_with_the_seed(tmp_path: Path) -> None:
    gold = _read(
        tmp_path / "g", _gold(), annotation(OTHER, [span(OTHER.text, "Oslo", "PLACE", "s1")])
    )
    made = _read(
        tmp_path / "m", _made(), annotation(OTHER, [span(OTHER.text, "Oslo", "PLACE", "s1")])
    )
    first = evaluation.evaluate(gold, made, ONTOLOGY, 200, 7)
    assert first == evaluation.evaluate(gold, made, ONTOLOGY, 200, 7)
    exact = first.figures["all"]["entity exact"]
    assert (exact.low, exact.f1, exact.high) == (0.5, 0.6, 1.0)


def test_resamples_without_the_label_do_not_pull_its_interval_down(tmp_path: Path) -> None:
    oslo = annotation(OTHER, [span(OTHER.text, "Oslo", "PLACE", "s1")])
    gold, made = _read(tmp_path / "g", annotation(ARTICLE), oslo), _read(tmp_path / "m", oslo)
    place = evaluation.evaluate(gold, made, ONTOLOGY, 200).figures["all"]["entity exact PLACE"]
    assert (place.low, place.high) == (1.0, 1.0)


def test_candidates_of_another_text_are_refused(tmp_path: Path) -> None:
    made = _made()
    other = Annotation(made.article, "f" * 64, made.author, None, made.contract, made.spans, (), ())
    with pytest.raises(DataError) as caught:
        _read(tmp_path / "m", other)
    assert str(caught.value) == (
        f"{tmp_path / 'm'} {ARTICLE.id} by rules: {'f' * 64}: is not the text of the workspace's "
        f"article ({ARTICLE.sha256}). Run `curation prelabel` again, or use the gold of this text."
    )


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "g").write_text("")
    with pytest.raises(DataError, match="0 records: holds no record"):
        evaluation.read_marks(tmp_path / "g", [])


def test_the_confusion_pairs_by_range_first_and_counts_what_stays_alone(tmp_path: Path) -> None:
    gold, made = _read(tmp_path / "g", _gold()), _read(tmp_path / "m", _made())
    assert evaluation.confusion(gold, made) == {
        ("PERSON", "PERSON"): 2,
        ("PLACE", "ORG"): 1,
        ("DATE", "DATE"): 1,
    }
    assert evaluation.confusion(gold, [])["PERSON", evaluation.NONE] == 2


def test_the_picture_is_svg_with_every_count_and_escaped_words() -> None:
    drawn = picture({("ORG", "ORG"): 7, ("ORG", evaluation.NONE): 3}, ["ORG"], "a < b")
    words = [e.text for e in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert words[0] == "a < b"
    assert [w for w in words if w and w.isdigit()] == ["7", "3", "10", "0"]


def test_the_command_prints_a_table_or_json_and_writes_the_picture(tmp_path: Path) -> None:
    opened = workspace.create(tmp_path / "work", "work")
    write_jsonl(opened.articles, [ARTICLE, OTHER])
    write_jsonl(opened.candidates, [_made()])
    write_jsonl(tmp_path / "gold.jsonl", [_gold()])
    command = ["evaluate", str(tmp_path / "gold.jsonl"), "--workspace", str(opened.root)]
    shown = CliRunner().invoke(app, [*command, "--misses", "--picture", str(tmp_path / "c.svg")])
    assert shown.exit_code == 0, shown.output
    assert "  entity exact                        0.500  0.500  0.500" in shown.stdout
    assert "7 misses" in shown.stdout
    assert ElementTree.parse(tmp_path / "c.svg").getroot().tag.endswith("svg")
    told = json.loads(CliRunner().invoke(app, [*command, "--json", "--misses"]).stdout)
    assert told["figures"]["en"]["entity overlap"]["f1"] == 0.75
    assert len(told["misses"]) == 7


def test_only_the_named_part_is_measured(tmp_path: Path) -> None:
    record = {"id": "a", "lang": "en", "spans": [], "events": []}
    write_jsonl(tmp_path / "g", [record | {"part": "dev"}, record | {"id": "b", "part": "held"}])
    assert [m.name for m in evaluation.read_marks(tmp_path / "g", [], "held")] == ["b"]
    with pytest.raises(DataError, match="holds no record of the part 'test'"):
        evaluation.read_marks(tmp_path / "g", [], "test")


def test_reliability_sets_the_scores_beside_what_was_right(tmp_path: Path) -> None:
    gold = _read(tmp_path / "g", _gold())
    scored = [
        msgspec.structs.replace(one, score=score)
        for one, score in zip(_made().spans, (0.92, 0.62, 0.94, None), strict=True)
    ]
    made = _read(tmp_path / "m", msgspec.structs.replace(_made(), spans=tuple(scored)))
    bins = evaluation.reliability(gold, made)
    assert bins["entities"] == (
        evaluation.Bin(0.6, 0.7, 1, 0.62, 0.0),
        evaluation.Bin(0.9, 0.95, 2, 0.93, 0.5),
    )
    assert bins["triggers"] == ()
    assert evaluation.calibration_error(bins["entities"]) == pytest.approx(0.4933, abs=1e-4)
