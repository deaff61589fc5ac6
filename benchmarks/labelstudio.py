"""Measure push and pull against a real Label Studio, beside the server's own ways.

    LABEL_STUDIO_URL=… LABEL_STUDIO_API_KEY=… python benchmarks/labelstudio.py --tasks 10000

The sides take turns, so that whatever else the machine does falls on all of them: after each
batch of `push` the same batch goes into two other projects, by the server's bulk import (its JSON
made before the clock starts) and by the SDK; each round of pulls has an export of the whole project
beside it. The articles are made up (3 KB, 30 entities, 10 events with an argument each). Projects
that are made are deleted. Prints a table in Markdown.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import httpx

from curation import workspace
from curation.labelstudio.client import Client
from curation.labelstudio.interface import interface
from curation.labelstudio.pull import pull
from curation.labelstudio.push import BATCH, push
from curation.labelstudio.tasks import result, task
from curation.ontology import load_ontology
from curation.records import (
    Annotation,
    Argument,
    Article,
    Author,
    Event,
    Source,
    Span,
    article_id,
    sha256_text,
)
from curation.workspace import Workspace

T = TypeVar("T")
Row = tuple[str, float, str]
ONTOLOGY = load_ontology()
WORD = 14  # code points of each of an article's 200 words
REST = 0.3  # seconds before each import, so that none begins while the server clears up another


def article(number: int) -> Article:
    """Make an article of about 3 KB."""
    text = " ".join(f"ngày{number:06}x{place:03}" for place in range(200))
    digest = sha256_text(text)
    return Article(
        article_id(digest), digest, text, None, "vi", "2024-10-28", "prefix", None, None,
        None, None, Source("made.txt", digest, "text/plain"), ((0, 0, len(text)),),
    )  # fmt: skip


def candidates_of(one: Article) -> Annotation:
    """Make candidates for an article: 30 entities, 10 events with an argument each."""
    kind, role, label = next(
        (kind, role.name, role.fillers[0])
        for kind in ONTOLOGY.event_types
        for role in ONTOLOGY.roles_of(kind)
    )
    modality = next(iter(ONTOLOGY.modalities))

    def words(place: int) -> tuple[int, int, str]:
        start = place * (WORD + 1)
        return start, start + WORD, one.text[start : start + WORD]

    spans, events = [], []
    for n in range(30):
        start, end, text = words(n)
        spans.append(Span(f"s{n}", start, end, label, text, score=0.5, by="made"))
    for n in range(10):
        start, end, text = words(40 + n)
        arguments = (Argument(role, f"s{n}"),)
        events.append(
            Event(f"e{n}", kind, start, end, text, modality, arguments, score=0.5, by="made")
        )
    author = Author("model", "made")
    return Annotation(
        one.id, one.sha256, author, None, ONTOLOGY.version, tuple(spans), tuple(events), ()
    )


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return how many seconds the work took, and what it returned."""
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made


def all_of(items: Sequence[T], _: str) -> Sequence[T]:
    """Show no progress."""
    return items


def access() -> tuple[Client, httpx.Client]:
    """Return the toolkit's client and a bare one."""
    url, key = os.environ["LABEL_STUDIO_URL"], os.environ["LABEL_STUDIO_API_KEY"]
    headers = {"Authorization": f"Token {key}"}
    bare = httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=900)
    return Client(url, key, url), bare


# --- push ------------------------------------------------------------------------------------


def pushes(
    client: Client,
    bare: httpx.Client,
    place: Workspace,
    articles: Sequence[Article],
) -> list[Row]:
    """Push articles batch by batch, and each batch by the server's import and the SDK beside it."""
    candidates = {one.id: candidates_of(one) for one in articles}
    size = len(json.dumps(result(candidates[articles[0].id])))
    settings = {"label_config": interface(ONTOLOGY)}
    by_bulk, by_sdk = (client.create_project(f"Benchmark {n}", settings) for n in ("bulk", "SDK"))
    took: dict[str, list[float]] = defaultdict(list)

    def bulk(_: list[dict[str, Any]], made: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        address = f"/api/projects/{by_bulk}/import"
        bare.post(address, content=made, headers=headers).raise_for_status()

    def sdk(rows: list[dict[str, Any]], _: bytes) -> None:
        client._sdk.projects.import_tasks(by_sdk, request=rows, request_options=client._once())

    def beside(batches: Sequence[list[Article]], _: str) -> Iterator[list[Article]]:
        for number, batch in enumerate(batches):
            begun = time.perf_counter()
            rows = [task(one, candidates[one.id]) for one in batch]
            made = json.dumps(rows, ensure_ascii=False).encode()
            sides = [("bulk", bulk), ("sdk", sdk)]
            for name, work in sides if number % 2 else reversed(sides):
                time.sleep(REST)
                took[name].append(timed(partial(work, rows, made))[0])
            time.sleep(REST)
            took["beside"].append(time.perf_counter() - begun)
            begun = time.perf_counter()
            yield batch
            took["push"].append(time.perf_counter() - begun)

    def run(progress: Any) -> None:
        push(place, client, articles, candidates, ONTOLOGY, "", progress)

    heard = watched(client)
    whole, _ = timed(lambda: run(beside))
    waited = [took for path, took in heard if path != f"/api/projects/{by_sdk}/import"]
    seconds = {"bulk": sum(took["bulk"]), "sdk": sum(took["sdk"])}
    seconds["push"] = whole - sum(took["beside"])  # with what it does before and after
    again, _ = timed(lambda: run(all_of))
    delete(bare, by_bulk, by_sdk)
    count = len(articles)

    def said(name: str) -> str:
        return f"{count / seconds[name]:.0f} tasks/s; a batch {median(took[name]):.2f} s (median)"

    share = seconds["bulk"] / seconds["push"]
    batch = median(took["bulk"]) / median(took["push"])
    beside_it = f"{share:.2f} of the bulk rate, by the medians of a batch {batch:.2f}"
    return [
        (f"the server's bulk import, {BATCH} a request, {size} bytes of result a task",
         seconds["bulk"], said("bulk")),
        (f"the SDK's import_tasks, {BATCH} a call", seconds["sdk"], said("sdk")),
        ("push", seconds["push"], f"{said('push')}; {_requests(waited)}; {beside_it}"),
        ("push again, nothing new", again, f"{count / again:.0f} tasks/s"),
    ]  # fmt: skip


# --- pull ------------------------------------------------------------------------------------


def pull_apart(root: Path, count: int, full: bool) -> tuple[float, str, int, int]:
    """Pull in a process of its own.

    Return the seconds, what was said, and the process's peak memory in MB before and after.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_pull_here, (root, count, full))


def _pull_here(root: Path, count: int, full: bool) -> tuple[float, str, int, int]:
    articles = [article(number) for number in range(count)]
    client, _ = access()
    place = workspace.load(root)
    waited = watched(client)
    client.whoami()
    waited.clear()
    before = _peak()
    seconds, report = timed(lambda: pull(place, client, articles, ONTOLOGY, all_of, full=full))
    said = f"{report.fetched} fetched, {report.answers} answers"
    return seconds, f"{said}; {_requests([took for _, took in waited])}", before, _peak()


def watched(client: Client) -> list[tuple[str, float]]:
    """Return a list that grows with every answer to the client: its path, its seconds."""
    waited: list[tuple[str, float]] = []

    def note(answer: httpx.Response) -> None:
        begun = time.perf_counter()
        answer.read()
        rest = time.perf_counter() - begun
        waited.append((answer.url.path, answer.elapsed.total_seconds() + rest))

    client._http.event_hooks["response"] = [note]
    return waited


def _requests(waited: Sequence[float]) -> str:
    return f"{len(waited)} requests took {sum(waited):.2f} s"


def _peak() -> int:
    """Return this program's peak memory in MB; getrusage would count the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def pulls(
    client: Client,
    bare: httpx.Client,
    place: Workspace,
    articles: Sequence[Article],
    options: argparse.Namespace,
) -> list[Row]:
    """Answer every task, then measure pulls beside exports of the whole project, in turns."""
    project = project_of(place)
    body = {"selectedItems": {"all": True, "excluded": []}}
    action = f"/api/dm/actions/?id=predictions_to_annotations&project={project}"
    bare.post(action, json=body).raise_for_status()
    time.sleep(options.settle)
    count = len(articles)
    first, first_said, before, peak = pull_apart(place.root, count, full=False)
    rows = [("first pull", first, f"{first_said}; peak memory {before} MB before, {peak} MB after")]
    took: dict[str, list[tuple[float, str]]] = defaultdict(list)

    def note(name: str, seconds: float, words: str) -> None:
        took[name].append((seconds, words))
        print(f"{name}: {seconds:.2f} s, {words}", flush=True)

    def export() -> str:
        asked = {"exportType": "JSON", "download_all_tasks": "true"}
        got = bare.get(f"/api/projects/{project}/export", params=asked).raise_for_status()
        return f"{len(got.content) / 1e6:.0f} MB, read and dropped"

    for number in range(options.rounds):
        note("export", *timed(export))
        start = number * options.changes
        chosen = [one.id for one in articles[start : start + options.changes]]
        for name, tasks in client.find_tasks(project, chosen).items():
            client.submit(tasks[0].id, result(candidates_of(_named(articles, name)))[:4])
        note("changed", *pull_apart(place.root, count, full=False)[:2])
        note("nothing", *pull_apart(place.root, count, full=False)[:2])
    full, full_said, before, peak = pull_apart(place.root, count, full=True)
    delete(bare, project)
    middle = {name: sorted(rounds)[len(rounds) // 2] for name, rounds in took.items()}
    pairs = zip(took["export"], took["changed"], strict=True)
    faster = [whole / part for (whole, _), (part, _) in pairs]
    ratio = f"{median(faster):.1f} times as fast as the export ({min(faster):.1f} at least)"
    (whole, whole_said), (some, some_said) = middle["export"], middle["changed"]
    none, none_said = middle["nothing"]
    return [
        *rows,
        (f"the server's export of the whole project, median of {options.rounds}",
         whole, whole_said),
        (f"pull, {options.changes} answers more, median", some, f"{some_said}; {ratio}"),
        ("pull, nothing changed, median", none, none_said),
        ("pull --full", full, f"{full_said}; peak memory {before} MB before, {peak} MB after"),
    ]  # fmt: skip


def project_of(place: Workspace) -> int:
    """Return the project that a push has made."""
    return int(json.loads(place.project.read_bytes())["project"])


def delete(bare: httpx.Client, *projects: int) -> None:
    """Delete projects."""
    for project in projects:
        bare.delete(f"/api/projects/{project}/").raise_for_status()


def _named(articles: Sequence[Article], name: str) -> Article:
    return next(one for one in articles if one.id == name)


def main() -> None:
    """Run all measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=40, help="answers between two pulls")
    parser.add_argument("--pushes", type=int, default=1, help="each into projects of its own")
    parser.add_argument("--rounds", type=int, default=3, help="of exports and pulls")
    parser.add_argument(
        "--settle", type=float, default=65, help="seconds between the mass answer and the pulls"
    )
    options = parser.parse_args()
    client, bare = access()
    articles = [article(number) for number in range(options.tasks)]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.pushes):
            place = workspace.create(Path(folder) / f"w{number}", "Benchmark")
            show(pushes(client, bare, place, articles))
            if number + 1 < options.pushes or not options.rounds:
                delete(bare, project_of(place))
        if options.rounds:
            show(pulls(client, bare, place, articles, options))


def show(rows: Sequence[Row]) -> None:
    """Print rows of a table, and how busy the machine is."""
    print(f"load of the last 1, 5 and 15 minutes: {os.getloadavg()}")
    print("| what | seconds | rate or size |\n| --- | ---: | --- |")
    for name, seconds, more in rows:
        print(f"| {name} | {seconds:.2f} | {more} |", flush=True)


if __name__ == "__main__":
    main()
