"""What an annotator does in a real browser is what comes back."""

import os
import re
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from curation.errors import Problem
from curation.labelstudio.client import Client
from curation.labelstudio.mend import send_back
from curation.labelstudio.pull import pull
from curation.labelstudio.push import PushReport, push
from curation.ontology import handbook, load_ontology
from curation.records import Annotation, Article
from curation.workspace import Workspace, read_jsonl
from tests.labelstudio import stories

pytestmark = [pytest.mark.browser, pytest.mark.studio]

ONTOLOGY = load_ontology()
SIZE = {"width": 1440, "height": 900}
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; skipped where there is none, unless CURATION_REQUIRE_BROWSER is 1."""
    program = os.environ.get("CURATION_CHROMIUM") or shutil.which("chromium")
    if program is None:
        missing = "Chromium is not here: install it, or name it in CURATION_CHROMIUM"
        if os.environ.get("CURATION_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=program, args=OPTIONS)
        yield running
        running.close()


class Screen:
    """A signed-in annotator before the first task of a project."""

    def __init__(self, page: Any, studio: Client, project: int) -> None:
        self.page = page
        email, password = f"ann-{secrets.token_hex(4)}@localhost", secrets.token_hex(12)
        studio.sign_up(email, password)
        page.goto(f"{studio.url}/user/login/")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_url(f"{studio.url}/")
        # the label stream: a link to the task itself now and then comes up without predictions
        page.goto(f"{studio.url}/projects/{project}/data?labeling=1")
        page.wait_for_selector(".htx-highlight")
        page.wait_for_timeout(1000)

    def marks(self) -> dict[str, tuple[int, int, str]]:
        """What is highlighted, by region id: start, end and label as the page has them."""
        found: dict[str, tuple[int, int, str]] = {}
        pieces = self.page.eval_on_selector_all(
            ".htx-highlight[data-label]",
            "all => all.map(e => [e.className, e.dataset.start, e.dataset.end, e.dataset.label])",
        )
        for classes, start, end, label in pieces:
            name = re.search(r"htx-highlight-(\S+)-\d+", classes)
            assert name is not None
            before = found.get(name[1], (int(start), int(end), ""))
            first, last = min(before[0], int(start)), max(before[1], int(end))
            found[name[1]] = (first, last, label.partition(":")[2])
        return found

    def arrows(self) -> Counter[str]:
        """How often each role or relation is written on an arrow."""
        texts = self.page.locator(".relations-overlay g g text").all_text_contents()
        return Counter(name for text in texts for name in text.split(", "))

    def click(self, words: str, label: str) -> None:
        """Select the first mark of these words."""
        found = self.page.locator(f".htx-highlight[data-label$=':{label}']").filter(has_text=words)
        found.first.click()
        self.page.wait_for_timeout(300)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(300)

    def drag(self, words: str) -> None:
        """Drag the mouse over the last place of these words."""
        first, last = self.page.evaluate(ENDS, words)
        self.mouse(first, last)

    def pull_end(self, words: str) -> None:
        """Pull the right end of the selected mark to the end of these words."""
        handle = self.page.locator("area.__resize_right").bounding_box()
        start = (handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
        self.mouse(start, self.page.evaluate(ENDS, words)[1])

    def mouse(self, start: Sequence[float], end: Sequence[float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()
        self.page.wait_for_timeout(500)

    def name_last_arrow(self, role: str) -> None:
        """Give the newest arrow a role in the panel Relations."""
        tabs = self.page.locator(".lsf-panel-tabs__tab:visible").filter(has_text="Relations")
        tabs.first.click()
        last = self.page.locator(".lsf-relations__item").last
        last.scroll_into_view_if_needed()
        last.hover()
        last.get_by_label("Show Relation Labels").click()
        self.page.locator(
            ".lsf-relation-meta [data-testid^=select], .lsf-relation-meta button"
        ).last.click()
        self.page.get_by_role("option", name=role, exact=True).click()
        self.press("Escape")

    def submit(self) -> None:
        with self.page.expect_response(
            lambda r: "/annotations" in r.url and r.request.method == "POST"
        ):
            self.page.get_by_role("button", name="Submit").first.click()


# where the first and the last letter of the words stand on the screen, words in one text node
ENDS = """words => {
  const walker = document.createTreeWalker(
    document.querySelector('.lsf-richtext__container'), NodeFilter.SHOW_TEXT);
  let found = null;
  while (walker.nextNode()) {
    const at = walker.currentNode.data.lastIndexOf(words);
    if (at >= 0) found = [walker.currentNode, at];
  }
  const box = (from, to) => {
    const range = document.createRange();
    range.setStart(found[0], from);
    range.setEnd(found[0], to);
    return range.getBoundingClientRect();
  };
  const first = box(found[1], found[1] + 1);
  const last = box(found[1] + words.length - 1, found[1] + words.length);
  return [[first.left + 1, first.top + first.height / 2],
          [last.right - 1, last.top + last.height / 2]];
}"""


def shown(annotation: Annotation) -> dict[str, tuple[int, int, str]]:
    spans = {s.id: (s.start, s.end, s.label) for s in annotation.spans}
    return spans | {e.id: (e.start, e.end, e.type) for e in annotation.events}


def joined(annotation: Annotation) -> Counter[str]:
    roles = Counter(a.role for event in annotation.events for a in event.arguments)
    return roles + Counter(relation.type for relation in annotation.relations)


def send(place: Workspace, studio: Client, story: tuple[Article, Annotation]) -> PushReport:
    article, candidate = story
    candidates = {article.id: candidate}
    return push(place, studio, [article], candidates, ONTOLOGY, "", lambda x, _: x)


def fetch(place: Workspace, studio: Client, articles: Sequence[Article]) -> Annotation:
    pull(place, studio, articles, ONTOLOGY, lambda x, _: x)
    (got,) = read_jsonl(place.answers, Annotation)
    return got


def keep(page: Any, name: str, tmp_path: Path) -> None:
    """Save a picture, in CURATION_SCREENSHOTS if that is set."""
    folder = Path(os.environ.get("CURATION_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


def test_an_annotator_sees_the_candidates_corrects_them_and_the_record_says_the_same(
    browser: Any, studio: Client, place: Workspace, tmp_path: Path
) -> None:
    article, candidate = stories.reception()
    report = send(place, studio, (article, candidate))
    page = browser.new_context(viewport=SIZE).new_page()
    screen = Screen(page, studio, report.project)
    assert screen.marks() == shown(candidate)
    assert screen.arrows() == joined(candidate)
    keep(page, "candidates", tmp_path)

    screen.click("Huế", "PLACE")  # relabel
    screen.press(ONTOLOGY.labels["ORG"].hotkey)
    screen.press("u")
    screen.click("Helga Jónsdóttir", "PERSON")  # shorten
    screen.pull_end("Helga")
    screen.press("u")
    screen.click("địa nhiệt", "TOPIC")  # delete
    screen.press("Backspace")
    screen.press(ONTOLOGY.labels["TOPIC"].hotkey)  # add
    screen.drag("Hai bên")
    screen.click("trao đổi", "TALKS")  # change the modality, draw an arrow
    screen.press(ONTOLOGY.modalities["cancelled"].hotkey)
    screen.press("Alt+r")
    screen.click("Hai bên", "TOPIC")
    screen.name_last_arrow("TOPIC")
    keep(page, "corrected", tmp_path)

    seen, arrows = screen.marks(), screen.arrows()
    screen.submit()
    got = fetch(place, studio, [article])
    assert shown(got) == seen
    # the event's PLACE became an ORG, which cannot be one: on the screen, not in the record
    assert joined(got) + Counter(["PLACE"]) == arrows
    (finding,) = read_jsonl(place.findings, Problem)
    assert "arrow RECEPTION 'tiếp' -PLACE-> ORG 'Huế'" in finding.record
    by_id = {span.id: span for span in got.spans}
    assert by_id["s8"].label == "ORG"
    assert by_id["s7"].text == "Helga"
    assert "s10" not in by_id
    added = (by_id.keys() - {span.id for span in candidate.spans}).pop()
    assert (by_id[added].text, by_id[added].label) == ("Hai bên", "TOPIC")
    talks = next(event for event in got.events if event.id == "e3")
    assert talks.modality == "cancelled"
    assert {(a.role, a.span) for a in talks.arguments} == {("TOPIC", "s9"), ("TOPIC", added)}
    untouched = {"s1", "s2", "s3", "s4", "s5", "s6", "s9"}
    assert {s for s in got.spans if s.id in untouched} == {
        s for s in candidate.spans if s.id in untouched
    }


@pytest.mark.parametrize("story", [stories.adjacent, stories.astral, stories.markup])
def test_what_nobody_touches_is_shown_and_comes_back_equal(
    browser: Any, studio: Client, place: Workspace, tmp_path: Path, story: Any
) -> None:
    article, candidate = story()
    report = send(place, studio, (article, candidate))
    page = browser.new_context(viewport=SIZE).new_page()
    screen = Screen(page, studio, report.project)
    assert screen.marks() == shown(candidate)
    assert screen.arrows() == joined(candidate)
    text = page.locator(".lsf-richtext__container").evaluate("e => e.innerText")
    assert "".join(text.split()) == "".join(article.text.split())
    keep(page, story.__name__, tmp_path)
    screen.submit()
    got = fetch(place, studio, [article])
    assert (got.spans, got.events) == (candidate.spans, candidate.events)
    assert set(got.relations) == set(candidate.relations)


def test_what_is_to_be_mended_stands_above_the_text_of_the_task_that_the_tab_lists(
    browser: Any, studio: Client, place: Workspace, tmp_path: Path
) -> None:
    article, candidate = stories.reception()
    report = send(place, studio, (article, candidate))
    page = browser.new_context(viewport=SIZE).new_page()
    screen = Screen(page, studio, report.project)
    assert page.locator(".c-mend h4").all_text_contents() in ([], [""])
    screen.click("Huế", "PLACE")
    screen.press(ONTOLOGY.labels["ORG"].hotkey)
    screen.submit()
    fetch(place, studio, [article])
    sent = send_back(place, studio, [article], ONTOLOGY)
    assert (sent.tasks, sent.findings) == (1, 1)

    (task,) = studio.find_tasks(report.project, [article.id])[article.id]
    page.goto(sent.url)
    page.get_by_text("To mend", exact=True).first.wait_for()
    page.goto(studio.task_page(report.project, task.id))
    page.wait_for_selector(".htx-highlight")
    page.wait_for_timeout(1500)
    note = page.locator(".c-mend").inner_text()
    assert note == task.data["mend"]
    assert "arrow RECEPTION 'tiếp' -PLACE-> ORG 'Huế'" in note
    keep(page, "to-mend", tmp_path)


def test_the_keys_of_the_screen_stand_in_the_guidelines() -> None:
    tables = (ONTOLOGY.labels, ONTOLOGY.event_types, ONTOLOGY.modalities)
    keys = {name: getattr(one, "hotkey") for table in tables for name, one in table.items()}  # noqa: B009
    rules = handbook()
    missing = [name for name, key in keys.items() if f"`{key}` {name}" not in rules]
    assert missing == []
