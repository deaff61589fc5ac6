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
from curation.labelstudio.backend import Backend
from curation.labelstudio.client import Client
from curation.labelstudio.mend import send_back
from curation.labelstudio.pull import pull
from curation.labelstudio.push import PushReport, push
from curation.labelstudio.registration import Watch, register
from curation.labelstudio.serving import serving
from curation.labelstudio.tasks import task
from curation.ontology import handbook, load_ontology
from curation.prelabel import rules
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
        self._pull("right", self.page.evaluate(ENDS, words)[1])

    def pull_start(self, words: str) -> None:
        """Pull the left end of the selected mark to the beginning of these words."""
        self._pull("left", self.page.evaluate(ENDS, words)[0])

    def _pull(self, side: str, to: Sequence[float]) -> None:
        handle = self.page.locator(f"area.__resize_{side}").bounding_box()
        start = (handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
        self.mouse(start, to)

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

    def give_value(self, value: str) -> None:
        """Type into the empty field of the selected mark."""
        self.page.locator(".c-region:visible [data-testid=textarea-input]").click()
        self.page.keyboard.type(value)

    def change_value(self, value: str) -> None:
        """Press the pencil of the selected mark's field and type another value."""
        self.page.locator(".c-region:visible [data-testid=htx-textbox-edit-button]").click()
        self.press("Control+a")
        self.page.keyboard.type(value)

    def submit(self) -> None:
        with self.page.expect_response(
            lambda r: "/annotations" in r.url and r.request.method == "POST"
        ):
            self.page.get_by_role("button", name="Submit").first.click()

    def visit(self, studio: Client, project: int, task: int) -> None:
        """Open a task again from its address."""
        self.page.goto(studio.task_page(project, task))
        self.page.wait_for_selector(".htx-highlight")
        self.page.wait_for_timeout(1500)

    def update(self) -> None:
        """Press Update, which those who cannot see it are told is called submit."""
        with self.page.expect_response(
            lambda r: "/api/annotations/" in r.url and r.request.method == "PATCH"
        ):
            self.page.get_by_test_id("bottombar-update-button").click()


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

    (held,) = studio.find_tasks(report.project, [article.id])[article.id]
    page.goto(sent.urls[0])
    page.get_by_text("To mend", exact=True).first.wait_for()
    screen.visit(studio, report.project, held.id)
    note = page.locator(".c-mend")
    assert note.inner_text().strip() == held.data["mend"]
    assert "arrow RECEPTION 'tiếp' -PLACE-> ORG 'Huế'" in held.data["mend"]
    color, background = note.locator("h4").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    assert contrast(color, background) >= 4.5  # WCAG 2.2, 1.4.3
    red, green, blue = rgb(color)
    assert red > 1.5 * max(green, blue)
    keep(page, "to-mend", tmp_path)

    screen.click("Huế", "ORG")
    screen.press(ONTOLOGY.labels["PLACE"].hotkey)
    keep(page, "to-update", tmp_path)
    seen = screen.marks()
    screen.update()
    got = fetch(place, studio, [article])
    assert shown(got) == seen == shown(candidate)
    assert joined(got) == joined(candidate)
    assert list(read_jsonl(place.findings, Problem)) == []
    assert send_back(place, studio, [article], ONTOLOGY).cleared == 1
    screen.visit(studio, report.project, held.id)
    assert screen.marks() == seen
    assert not note.locator("h4").is_visible()
    keep(page, "mended", tmp_path)


def rgb(color: str) -> list[float]:
    return [float(part) for part in re.findall(r"[\d.]+", color)][:3]


def contrast(one: str, other: str) -> float:
    """How well one color is read on the other: WCAG 2.2, "contrast ratio"."""

    def luminance(color: str) -> float:
        parts = [c / 255 for c in rgb(color)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_borders_that_are_dragged_come_back_where_they_were_dropped(
    browser: Any, studio: Client, place: Workspace, tmp_path: Path
) -> None:
    article, candidate = stories.reception()
    report = send(place, studio, (article, candidate))
    page = browser.new_context(viewport=SIZE).new_page()
    screen = Screen(page, studio, report.project)
    screen.click("nghề cá", "TOPIC")
    screen.pull_start("về")  # beyond the mark
    screen.press("u")
    screen.click("Helga Jónsdóttir", "PERSON")
    screen.pull_start("Jónsdóttir")  # within the mark
    screen.press("u")
    screen.click("trao đổi", "TALKS")
    screen.pull_end("trao")
    screen.press("u")
    screen.click("Huế", "PLACE")
    screen.pull_start("tại")
    screen.press("u")
    screen.click("Sáng 12/3", "DATE")
    screen.pull_end(", Chủ")
    keep(page, "borders", tmp_path)
    seen, arrows = screen.marks(), screen.arrows()
    screen.submit()
    got = fetch(place, studio, [article])
    assert shown(got) == seen
    assert joined(got) == arrows == joined(candidate)
    moved = {"s9": "về nghề cá", "s7": "Jónsdóttir", "s8": "tại Huế", "s5": "Sáng 12/3, Chủ"}
    words = {span.id: span.text for span in candidate.spans} | moved
    assert {span.id: span.text for span in got.spans} == words
    assert [event.text for event in got.events] == ["tiếp", "tiếp", "trao"]


def test_values_that_are_typed_come_back_also_without_enter(
    browser: Any, studio: Client, place: Workspace, tmp_path: Path
) -> None:
    article, candidate = stories.reception()
    report = send(place, studio, (article, candidate))
    page = browser.new_context(viewport=SIZE).new_page()
    screen = Screen(page, studio, report.project)
    screen.press(ONTOLOGY.labels["DATE"].hotkey)
    screen.drag("Hai bên")
    screen.click("Hai bên", "DATE")
    keep(page, "value-empty", tmp_path)
    screen.give_value("2024-05")
    screen.press("Enter")
    screen.press("u")
    screen.click("Lê Văn Nam", "PERSON")
    screen.change_value("wikidata:Q1")
    screen.press("Enter")
    screen.press("u")
    screen.click("Helga Jónsdóttir", "PERSON")
    screen.give_value("the ambassador")  # no value of this attribute
    screen.click("Sáng 12/3", "DATE")  # and no Enter before the next mark is clicked
    assert page.locator(".c-region:visible").inner_text().split() == ["value", "2024-03-12"]
    screen.change_value("2024-03-11/2024-03-12")
    keep(page, "value-typed", tmp_path)
    screen.submit()  # nor before this
    got = fetch(place, studio, [article])
    values = {span.text: (span.value, span.kb) for span in got.spans if span.id != "s6"}
    assert values == {
        **{span.text: (span.value, span.kb) for span in candidate.spans if span.id != "s6"},
        "Hai bên": ("2024-05", None),
        "Lê Văn Nam": (None, "wikidata:Q1"),
        "Sáng 12/3": ("2024-03-11/2024-03-12", None),
    }
    assert "trao đổi" in {event.text for event in got.events}
    (finding,) = read_jsonl(place.findings, Problem)
    assert (finding.value, finding.rule.partition(":")[0]) == ("the ambassador", "is no valid kb")


def test_a_task_that_comes_without_candidates_shows_live_ones(
    browser: Any, studio: Client, place: Workspace, tmp_path: Path
) -> None:
    model = rules(ONTOLOGY)
    (first, _), (later, _) = stories.astral(), stories.reception()
    project = send(place, studio, (first, model(first))).project
    secret = secrets.token_hex(20)
    backend = Backend(model, ONTOLOGY, lambda _: "en", secret, lambda _: None)
    with serving(backend, "127.0.0.1", 0) as address:
        register(place, studio, address, backend.version, secret)
        studio.delete_tasks(
            project, [one.id for one in studio.find_tasks(project, [first.id])[first.id]]
        )
        studio.import_tasks(project, [task(later, None)])
        watch = Watch(studio, [project])
        assert (watch.look(), watch.look()) == (0, 1)
        page = browser.new_context(viewport=SIZE).new_page()
        screen = Screen(page, studio, project)
        made = model(later)
        assert screen.marks() == shown(made)
        assert screen.arrows() == joined(made)
        assert len(made.events) > 1
        keep(page, "live", tmp_path)
        screen.submit()
    got = fetch(place, studio, [later])
    assert got.spans == made.spans
    assert {one.id: set(one.arguments) for one in got.events} == {
        one.id: set(one.arguments) for one in made.events
    }
    assert set(got.relations) == set(made.relations)


def test_the_keys_of_the_screen_stand_in_the_guidelines() -> None:
    tables = (ONTOLOGY.labels, ONTOLOGY.event_types, ONTOLOGY.modalities)
    keys = {name: getattr(one, "hotkey") for table in tables for name, one in table.items()}  # noqa: B009
    rules = handbook()
    missing = [name for name, key in keys.items() if f"`{key}` {name}" not in rules]
    assert missing == []
