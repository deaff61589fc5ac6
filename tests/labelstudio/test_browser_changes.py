"""An answer of an earlier contract, opened and updated on the screen of the next one."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from curation.errors import Problem
from curation.labelstudio.client import Client
from curation.labelstudio.pull import pull
from curation.labelstudio.push import push
from curation.labelstudio.tasks import result
from curation.ontology import Ontology
from curation.records import Annotation
from curation.workspace import Workspace, read_jsonl
from tests import changed
from tests.labelstudio import stories
from tests.labelstudio.test_browser import SIZE, browser, keep  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.studio]

NEW = changed.changed(("TALKS", "MEETING"), ("HOST", "RECEIVER"), ("COUNTRY", "REALM"))
STEP = """\
from: 1.0.0
to: 1.1.0
labels: {rename: {COUNTRY: REALM}}
event_types: {rename: {TALKS: MEETING}}
roles: {rename: {HOST: RECEIVER}}
"""


def test_an_old_answer_is_shown_whole_and_an_update_keeps_its_retired_names(
    browser: Any,  # noqa: F811
    studio: Client,
    place: Workspace,
    tmp_path: Path,
) -> None:
    article, annotation = stories.reception()

    def send(ontology: Ontology) -> int:
        return push(place, studio, [article], {}, ontology, "", lambda x, _: x).project

    project = send(changed.OLD)
    (task,) = studio.find_tasks(project, [article.id])[article.id]
    email, password = f"ann-{secrets.token_hex(4)}@localhost", secrets.token_hex(12)
    studio.as_user(studio.sign_up(email, password)).submit(task.id, result(annotation))
    place.migrations.mkdir()
    (place.migrations / "1.1.0.yaml").write_text(STEP)
    send(NEW)

    page = browser.new_context(viewport=SIZE).new_page()
    page.goto(f"{studio.url}/user/login/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_url(f"{studio.url}/")
    page.goto(studio.task_page(project, task.id))
    page.wait_for_selector(".htx-highlight")
    page.wait_for_timeout(2000)
    shown = page.eval_on_selector_all(
        ".htx-highlight[data-label]", "all => all.map(e => e.dataset.label.split(':')[1])"
    )
    marks = [s.label for s in annotation.spans] + [e.type for e in annotation.events]
    assert sorted(shown) == sorted(marks)
    assert {"COUNTRY", "TALKS"} <= set(shown)
    assert page.locator(".c-retired").count() == 1
    assert not page.locator(".c-retired").is_visible()
    keys = [f"ctrl+alt+shift+{number}" for number in (1, 2)]
    hidden = page.locator(".c-retired").text_content()
    assert hidden == f"COUNTRY{keys[0]}TALKS{keys[1]}"  # and no plain key of theirs
    keep(page, "earlier-answer", tmp_path)
    page.locator(".htx-highlight[data-label$=':PLACE']").first.click()
    page.wait_for_timeout(300)
    page.keyboard.press(NEW.labels["ORG"].hotkey)
    page.wait_for_timeout(300)
    with page.expect_response(lambda r: "/annotations" in r.url and r.request.method == "PATCH"):
        page.locator("button:has-text('Update')").first.click()

    (exported,) = studio.export(project, [task.id])
    (held,) = exported["annotations"]
    roles = {name for item in held["result"] for name in item.get("labels", ())}
    assert "HOST" in roles
    pull(place, studio, [article], NEW, lambda x, _: x)
    (got,) = read_jsonl(place.answers, Annotation)
    assert {span.id: span.label for span in got.spans} == {
        span.id: {"s4": "REALM", "s8": "ORG"}.get(span.id, span.label) for span in annotation.spans
    }
    assert [event.type for event in got.events] == ["RECEPTION", "RECEPTION", "MEETING"]
    assert [a.role for a in got.events[0].arguments] == ["RECEIVER", "GUEST"]
    assert set(got.relations) == set(annotation.relations)
    assert {s.id: s.value for s in got.spans if s.value} == {"s5": "2024-03-12"}
    assert {s.id: s.kb for s in got.spans if s.kb} == {
        "s2": "registry:le-van-nam",
        "s4": "iso3166:IS",
    }
    (finding,) = read_jsonl(place.findings, Problem)  # the place of the reception is an ORG now
    assert "arrow RECEPTION 'tiếp' -PLACE-> ORG 'Huế'" in finding.record
