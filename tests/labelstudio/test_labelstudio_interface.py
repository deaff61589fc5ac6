"""The labelling interface says all that the ontology says, and Label Studio understands it."""

from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from curation.labelstudio.instructions import instructions
from curation.labelstudio.interface import interface
from curation.labelstudio.tasks import prediction, task
from curation.ontology import EventType, Label, load_ontology
from curation.records import Annotation, Article
from tests.labelstudio.annotation_strategy import annotated

ONTOLOGY = load_ontology()


@pytest.fixture(scope="module")
def screen() -> ET.Element:
    return ET.fromstring(interface(ONTOLOGY))


def test_the_same_ontology_gives_the_same_text() -> None:
    again = msgspec.structs.replace(ONTOLOGY)
    assert interface(again) == interface(ONTOLOGY)


def test_every_label_and_event_type_has_its_button_with_color_key_and_hint(
    screen: ET.Element,
) -> None:
    buttons = {
        one.get("value"): (one.get("background"), one.get("hotkey"), one.get("hint"))
        for one in screen.findall(".//Labels//Label")
    }
    named: list[Label | EventType] = [*ONTOLOGY.labels.values(), *ONTOLOGY.event_types.values()]
    assert buttons == {
        item.name: (item.color, item.hotkey, f"{item.definition.en} — {item.definition.vi}")
        for item in named
    }


def test_one_control_holds_all_labels_so_that_no_region_gets_two(screen: ET.Element) -> None:
    assert [one.get("name") for one in screen.iter("Labels")] == ["label"]


def test_arrows_can_have_every_role_and_relation(screen: ET.Element) -> None:
    values = [one.get("value") for one in screen.iter("Relation")]
    assert values == [*ONTOLOGY.roles, *ONTOLOGY.relations]


def test_inputs_of_a_region_show_for_the_labels_that_have_them(screen: ET.Element) -> None:
    shown = {
        control.get("name"): (view.get("whenLabelValue") or "").split(",")
        for view in screen.iter("View")
        if view.get("visibleWhen") == "region-selected"
        for control in (*view.iter("TextArea"), *view.iter("Choices"))
    }
    bearers = {
        name: [one.name for one in ONTOLOGY.labels.values() if name in one.attributes]
        for name in ONTOLOGY.attributes
    }
    assert shown == {**bearers, "modality": list(ONTOLOGY.event_types)}
    # on the control itself the condition would keep the value out of what is submitted
    controls = [*screen.iter("TextArea"), *screen.iter("Choices")]
    assert not any(one.get("whenLabelValue") for one in controls)


def test_no_two_keys_are_the_same_and_none_is_taken_by_label_studio(screen: ET.Element) -> None:
    keys = [one.get("hotkey") for one in screen.iter() if one.get("hotkey")]
    assert len(set(keys)) == len(keys)
    assert "u" not in keys  # unselects the region


@given(annotated())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_label_studios_own_checker_accepts_the_interface_and_what_is_pushed(
    drawn: tuple[Article, Annotation],
) -> None:
    from label_studio_sdk.label_interface import LabelInterface

    article, annotation = drawn
    checker = LabelInterface(interface(ONTOLOGY))
    assert checker.validate_prediction(prediction(annotation), return_errors=True) == []
    assert checker.validate_task({"data": task(article, None)["data"]}) is True


def test_the_handbook_is_shown_as_html_with_its_line_breaks_and_without_its_comments() -> None:
    shown = instructions(
        "# Rules\n\n<!-- generated: labels -->\n| a | b |\n| - | - |\n| *x* | y<br>z |\n"
        "<!-- end -->\n"
    )
    assert shown == (
        '<div class="c-guide">\n<h1>Rules</h1>\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n<td><em>x</em></td>\n<td>y<br>z</td>\n"
        "</tr>\n</tbody>\n</table>\n</div>\n"
    )
