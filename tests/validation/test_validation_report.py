"""The report of a validation in its three forms."""

import json
from xml.etree import ElementTree

import pytest

from curation.errors import Problem
from curation.ontology import load_ontology
from curation.validation import Finding, Report, Rule, validate
from tests.release.corpus import make_corpus, with_span

ONTOLOGY = load_ontology()


@pytest.fixture(scope="module")
def sound() -> Report:
    return validate(*make_corpus(2), ONTOLOGY)


@pytest.fixture(scope="module")
def broken() -> Report:
    articles, annotations = make_corpus(2)
    bad = with_span(annotations[0], "s8", {"kb": "\x00<AD>"})
    return validate(articles, [with_span(bad, "s9", {"label": "FISH"}), annotations[1]], ONTOLOGY)


def test_a_sound_report_says_what_was_tried(sound: Report) -> None:
    assert sound.ok
    assert sound.text() == (
        "2 articles, 2 annotations, 21 entities, 7 events, 15 arguments, 2 relations: "
        f"{len(sound.rules)} rules of contract {ONTOLOGY.version}, no problem\n"
    )


def test_a_report_counts_and_lists_the_problems(broken: Report) -> None:
    head, *lines = broken.text().splitlines()
    assert head.endswith(f"{len(broken.rules)} rules of contract {ONTOLOGY.version}, 2 problems")
    assert lines == [str(problem) for problem in broken.problems]
    assert not broken.ok


def test_a_long_report_can_be_cut_and_says_so(broken: Report) -> None:
    assert broken.text(shown=1).splitlines()[1:] == [
        str(broken.problems[0]),
        "… and 1 more problem",
    ]
    assert broken.text(shown=0).splitlines()[1:] == ["… and 2 more problems"]


def test_the_json_report_names_table_rule_and_row(broken: Report) -> None:
    told = json.loads(broken.json())
    assert (told["ok"], told["contract"]) == (False, ONTOLOGY.version)
    assert told["counts"]["entities"] == 21
    assert told["rules"] == len(broken.rules)
    kb, label = told["problems"]
    assert (kb["table"], kb["name"], kb["row"]) == ("entities", "kb.str_matches", 7)
    assert kb["value"] == "\x00<AD>"
    assert label["name"] == "label.isin"
    assert {"record", "value", "rule", "remedy"} <= set(label)


def test_the_junit_report_has_a_case_for_every_rule(broken: Report) -> None:
    """A CI server sees what was tried, not only what failed; the XML is well-formed."""
    root = ElementTree.fromstring(broken.junit())
    assert (root.tag, root.get("tests"), root.get("failures")) == (
        "testsuites",
        str(len(broken.rules)),
        "2",
    )
    cases = [
        (suite.get("name"), case.get("name")) for suite in root for case in suite.iter("testcase")
    ]
    assert cases == [(rule.table, rule.name) for rule in broken.rules]
    failures = root.findall(".//failure")
    assert [failure.get("message") for failure in failures] == [
        "1 row: is no label of the ontology",
        "1 row: is no valid kb",
    ]
    assert failures[0].text == str(broken.problems[1])
    assert failures[1].text is not None
    assert "\ufffd<AD>" in failures[1].text


def test_counts_of_a_suite_are_its_own() -> None:
    rules = (Rule("a", "x.y", "is wrong", "Mend it."), Rule("b", "x.y", "is wrong", "Mend it."))
    found = tuple(Finding(rules[1], row, Problem(f"b{row}", "1", "is wrong", "")) for row in (0, 1))
    root = ElementTree.fromstring(Report("1.0.0", {"a": 1, "b": 2}, rules, found).junit())
    assert [(s.get("name"), s.get("tests"), s.get("failures")) for s in root] == [
        ("a", "1", "0"),
        ("b", "1", "1"),
    ]
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "2 rows: is wrong"
