"""Measure push and pull against a real Label Studio, beside the server's own ways.

    LABEL_STUDIO_URL=… LABEL_STUDIO_API_KEY=… python benchmarks/labelstudio.py --tasks 10000

Of otherwise idle machines only: everything runs one after the other on one server. The
articles are made up (3 KB, 30 entities, 10 events with an argument each). Projects that are
made are deleted. Prints a table in Markdown.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import httpx

from curation import workspace
from curation.labelstudio.client import Client, chunks
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

T = TypeVar("T")
ONTOLOGY = load_ontology()


def corpus(count: int) -> tuple[list[Article], dict[str, Annotation]]:
    """Make articles of about 3 KB with candidates: 30 entities, 10 events, 10 arguments."""
    articles, candidates = [], {}
    kind, role, label = next(
        (kind, role.name, role.fillers[0])
        for kind in ONTOLOGY.event_types
        for role in ONTOLOGY.roles_of(kind)
    )
    modality = next(iter(ONTOLOGY.modalities))
    for number in range(count):
        words = [f"ngày{number:06}x{place:03}" for place in range(200)]
        text = " ".join(words)
        starts = [place * 15 for place in range(200)]
        spans = tuple(
            Span(f"s{n}", starts[n], starts[n] + 14, label, words[n], score=0.5, by="made")
            for n in range(30)
        )
        events = tuple(
            Event(
                f"e{n}", kind, starts[40 + n], starts[40 + n] + 14, words[40 + n], modality,
                (Argument(role, f"s{n}"),), score=0.5, by="made",
            )
            for n in range(10)
        )  # fmt: skip
        digest = sha256_text(text)
        article = Article(
            article_id(digest), digest, text, None, "vi", "2024-10-28", "prefix", None, None,
            None, None, Source("made.txt", digest, "text/plain"), ((0, 0, len(text)),),
        )  # fmt: skip
        author = Author("model", "made")
        articles.append(article)
        candidates[article.id] = Annotation(
            article.id, digest, author, None, ONTOLOGY.version, spans, events, ()
        )
    return articles, candidates


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return how many seconds the work took, and what it returned."""
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made


def all_of(items: Sequence[T], _: str) -> Iterable[T]:
    """Show no progress."""
    return items


def main() -> None:
    """Run all measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--settle", type=float, default=65, help="seconds before later pulls")
    options = parser.parse_args()
    url, key = os.environ["LABEL_STUDIO_URL"], os.environ["LABEL_STUDIO_API_KEY"]
    client = Client(url, key, url)
    http = httpx.Client(
        base_url=url, headers={"Authorization": f"Token {key}"}, trust_env=False, timeout=900
    )
    articles, candidates = corpus(options.tasks)
    rows: list[tuple[str, float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        place = workspace.create(Path(folder) / "w", "Benchmark")
        rows += pushes(client, http, place, articles, candidates)
        rows += pulls(client, http, place, articles, candidates, options.changes, options.settle)
    print("| what | seconds | rate or size |\n| --- | ---: | --- |")
    for name, seconds, more in rows:
        print(f"| {name} | {seconds:.2f} | {more} |")


def pushes(
    client: Client,
    http: httpx.Client,
    place: workspace.Workspace,
    articles: Sequence[Article],
    candidates: dict[str, Annotation],
) -> list[tuple[str, float, str]]:
    """Measure the server's bulk import, the SDK's, and `push`, in this order."""
    count = len(articles)
    rows = [task(article, candidates[article.id]) for article in articles]
    size = len(json.dumps(rows[0]["predictions"][0]["result"]))
    settings = {"label_config": interface(ONTOLOGY)}

    def bulk() -> None:
        for part in chunks(rows, BATCH):
            http.post(f"/api/projects/{raw}/import", json=part).raise_for_status()

    def by_sdk() -> None:
        client._sdk.projects.import_tasks(sdk, request=rows, request_options=client._once())

    def by_push() -> None:
        push(place, client, articles, candidates, ONTOLOGY, "", all_of)

    raw = client.create_project("Benchmark bulk", settings)
    bulk_seconds, _ = timed(bulk)
    http.delete(f"/api/projects/{raw}/").raise_for_status()
    sdk = client.create_project("Benchmark SDK", settings)
    sdk_seconds, _ = timed(by_sdk)
    http.delete(f"/api/projects/{sdk}/").raise_for_status()
    push_seconds, _ = timed(by_push)
    again, _ = timed(by_push)
    share = bulk_seconds / push_seconds
    return [
        (f"the server's bulk import, {BATCH} a request", bulk_seconds,
         f"{count / bulk_seconds:.0f} tasks/s, {size} bytes of result each"),
        ("the SDK's import_tasks, one call", sdk_seconds, f"{count / sdk_seconds:.0f} tasks/s"),
        ("push", push_seconds, f"{count / push_seconds:.0f} tasks/s, {share:.2f} of the bulk rate"),
        ("push again, nothing new", again, f"{count / again:.0f} tasks/s"),
    ]  # fmt: skip


def pulls(
    client: Client,
    http: httpx.Client,
    place: workspace.Workspace,
    articles: Sequence[Article],
    candidates: dict[str, Annotation],
    changes: int,
    settle: float,
) -> list[tuple[str, float, str]]:
    """Answer every task, then measure pulls beside the export of the whole project."""
    project = json.loads(place.project.read_bytes())["project"]
    body = {"selectedItems": {"all": True, "excluded": []}}
    http.post(
        f"/api/dm/actions/?id=predictions_to_annotations&project={project}", json=body
    ).raise_for_status()

    def run(*, full: bool = False) -> str:
        report = pull(place, client, articles, ONTOLOGY, all_of, full=full)
        return f"{report.fetched} fetched, {report.answers} answers"

    def export() -> str:
        options = {"exportType": "JSON", "download_all_tasks": "true"}
        got = http.get(f"/api/projects/{project}/export", params=options).raise_for_status()
        return f"{len(got.content) / 1e6:.0f} MB"

    first, first_said = timed(run)
    whole, size = timed(export)
    time.sleep(settle)  # a pull also looks at the minute before the last change it has seen
    none, none_said = timed(run)
    found = client.find_tasks(project, [article.id for article in articles[:changes]])
    for name, tasks in found.items():
        client.submit(tasks[0].id, result(candidates[name])[:4])
    some, some_said = timed(run)
    full, full_said = timed(lambda: run(full=True))
    http.delete(f"/api/projects/{project}/").raise_for_status()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        ("first pull", first, first_said),
        ("the server's export of the whole project (JSON, read and dropped)", whole, size),
        ("pull, nothing changed", none, none_said),
        (f"pull, {changes} answers more", some, f"{some_said}; {whole / some:.1f} times as fast"),
        ("pull --full", full, f"{full_said}; peak memory of all that ran here {peak} MB"),
    ]


if __name__ == "__main__":
    main()
