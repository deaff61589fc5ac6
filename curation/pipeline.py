"""The stages run over a workspace: each reads its input files and replaces its output file.

Every function returns a summary of plain counts and names, in the order in which a person
wants to read it; the command line prints it and `curation demo` adds it up.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from curation.errors import DataError, Problem
from curation.ontology import handbook, load_ontology
from curation.records import Annotation, Article
from curation.workspace import Config, Workspace, write_jsonl

if TYPE_CHECKING:
    from curation.ingest import Explained, IngestOptions
    from curation.labelstudio.backend import Backend
    from curation.validation import Report

T = TypeVar("T")
Summary = dict[str, Any]
Progress = Callable[[Sequence[T], str], Iterable[T]]


def run_ingest(
    workspace: Workspace,
    paths: Sequence[Path],
    license_: str | None = None,
    given: "HowToRead | None" = None,
) -> Summary:
    """Read raw pages into `articles.jsonl`; what is refused goes to `quarantine.jsonl`."""
    from curation.ingest import add, read

    reading = read(paths, ingest_options(workspace.config, license_, given or HowToRead()))
    added = add(workspace, reading)
    refused = [f"{r.file}: {r.place}: {r.reason}. {r.remedy}" for r in added.shown_refused]
    links = {
        kind: [f"{link.file} = {link.of}" for link in added.shown_links if link.kind == kind]
        for kind in ("same", "near", "version")
    }
    return {
        "files": len(reading.files),
        "new articles": added.new,
        "known": added.known,
        "same text as another": _all(links["same"], added.same, workspace.duplicates),
        "nearly the same": _all(links["near"], added.near, workspace.duplicates),
        "later versions": _all(links["version"], added.versions, workspace.duplicates),
        "cleaned otherwise before": added.stale,
        "not read": reading.skipped,
        "refused": _all(refused, added.refused, workspace.quarantine),
        "languages": added.languages,
    }


def _all(shown: list[str], count: int, path: Path) -> list[str]:
    """Return the names that are shown, and how many more the file has."""
    more = count - len(shown)
    return [*shown, f"… and {more} more in {path.name}"] if more else shown


class HowToRead(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says of the files to ingest; it goes before curation.toml."""

    fields: Mapping[str, str] = {}
    kind: str | None = None
    charset: str | None = None


def run_explain(
    config: Config, paths: Sequence[Path], license_: str | None, given: HowToRead
) -> "Iterator[Explained]":
    """Yield what ingest would make of each page, zone by zone; nothing is written."""
    from curation.ingest import explain

    return explain(paths, ingest_options(config, license_, given))


def ingest_options(config: Config, license_: str | None, given: HowToRead) -> "IngestOptions":
    """Return how pages are read."""
    from curation.ingest import IngestOptions

    return IngestOptions(
        languages=config.project.languages,
        license=license_ or config.ingest.license,
        fields={**config.ingest.fields, **given.fields},
        kind=given.kind,
        charset=given.charset,
        most=config.ingest.most_mib << 20,
    )


def run_prelabel(
    workspace: Workspace, progress: Progress[Article], models: Sequence[str] = ("rules",)
) -> Summary:
    """Write `candidates.jsonl`: what the named models together propose for every article."""
    from curation.prelabel.models import coverages, load

    label = load(models)
    articles = workspace.read_articles()
    made = [label(article) for article in progress(articles, "prelabel")]
    write_jsonl(workspace.candidates, made)
    return {
        "articles": len(articles),
        "by": sorted({annotation.author.name for annotation in made}),
        **{f"read by {name}": words for name, words in coverages(label).items()},
        **counts(made),
    }


def live(
    workspace: Workspace, models: Sequence[str], secret: str, say: Callable[[str], None]
) -> "Backend":
    """Return the application that pre-labels tasks when Label Studio asks for it."""
    from curation.ingest.languages import language_of, other_language_of
    from curation.labelstudio.backend import Backend
    from curation.prelabel.models import load

    spoken = workspace.config.project.languages

    def language(text: str) -> str:
        return language_of(text, spoken) or other_language_of(text)

    return Backend(load(models), load_ontology(), language, secret, say)


def run_push(
    workspace: Workspace, progress: Progress[list[Article]], *, blind: float = 0.0
) -> Summary:
    """Send the articles with their candidates to Label Studio; only what is not there yet."""
    from curation.labelstudio.client import connect
    from curation.labelstudio.instructions import instructions
    from curation.labelstudio.push import push

    report = push(
        workspace,
        connect(workspace),
        workspace.read_articles(),
        _candidates(workspace),
        load_ontology(),
        instructions(handbook()),
        progress,
        blind=blind,
    )
    return msgspec.structs.asdict(report) | {"problems": [str(p) for p in report.problems]}


def run_push_file(workspace: Workspace, path: Path, *, blind: float = 0.0) -> Summary:
    """Write the tasks to a file that Label Studio's Import button takes."""
    from curation.labelstudio.files import push_file
    from curation.labelstudio.instructions import instructions

    report = push_file(
        path,
        workspace.read_articles(),
        _candidates(workspace),
        load_ontology(),
        instructions(handbook()),
        blind=blind,
    )
    return msgspec.structs.asdict(report) | {"problems": [str(p) for p in report.problems]}


def run_return(workspace: Workspace) -> Summary:
    """Send what the last pull found back to the annotators, to be mended."""
    from curation.labelstudio.client import connect
    from curation.labelstudio.mend import send_back

    report = send_back(workspace, connect(workspace), workspace.read_articles(), load_ontology())
    return msgspec.structs.asdict(report)


def run_pull(workspace: Workspace, progress: Progress[list[int]], *, full: bool = False) -> Summary:
    """Write `answers.jsonl` and `findings.jsonl` from what annotators handed in."""
    from curation.labelstudio.client import connect
    from curation.labelstudio.pull import pull

    articles = workspace.read_articles()
    candidates = _candidates(workspace) if workspace.candidates.is_file() else {}
    report = pull(
        workspace,
        connect(workspace),
        articles,
        load_ontology(),
        progress,
        candidates=candidates,
        full=full,
    )
    return msgspec.structs.asdict(report)


def run_pull_file(workspace: Workspace, path: Path) -> Summary:
    """Write `answers.jsonl` and `findings.jsonl` from a JSON export of Label Studio."""
    from curation.labelstudio.files import pull_file

    report = pull_file(workspace, path, workspace.read_articles(), load_ontology())
    return msgspec.structs.asdict(report)


def _candidates(workspace: Workspace) -> dict[str, Annotation]:
    made = workspace.read_annotations(workspace.candidates, "prelabel")
    return {annotation.article: annotation for annotation in made}


def run_adjudicate(workspace: Workspace, created: str) -> Summary:
    """Write `gold.jsonl` and `conflicts.jsonl` from the answers of all persons."""
    from curation.adjudication import adjudicate

    by_article: defaultdict[str, list[Annotation]] = defaultdict(list)
    for answer in workspace.read_annotations(workspace.answers, "pull"):
        by_article[answer.article].append(answer)
    articles = {article.id: article for article in workspace.read_articles()}
    _refuse_unknown(by_article, articles)
    merged = [
        adjudicate(articles[name], by_article[name], created)
        for name in articles
        if name in by_article
    ]
    write_jsonl(workspace.gold, (one.gold for one in merged))
    conflicts = [conflict for one in merged for conflict in one.conflicts]
    write_jsonl(workspace.conflicts, conflicts)
    return {
        "articles": len(merged),
        "answered once": sum(len(by_article[one.gold.article]) == 1 for one in merged),
        "answered by several": sum(len(by_article[one.gold.article]) > 1 for one in merged),
        "conflicts": len(conflicts),
        "open conflicts": sum(conflict.gold is None for conflict in conflicts),
        **counts(one.gold for one in merged),
    }


def _refuse_unknown(
    answers: Mapping[str, list[Annotation]], articles: Mapping[str, Article]
) -> None:
    unknown = [
        Problem(
            record=f"answers.jsonl {name} by {', '.join(a.author.name for a in answers[name])}",
            value=name,
            rule="is no article of this workspace",
            remedy="Run `curation ingest` on its file again, or `curation pull`.",
        )
        for name in answers
        if name not in articles
    ]
    if unknown:
        raise DataError(unknown)


def run_validate(workspace: Workspace) -> "Report":
    """Check the gold against the contract; the report tells whether it is kept."""
    from curation.validation import validate

    gold = workspace.read_annotations(workspace.gold, "adjudicate")
    return validate(workspace.read_articles(), gold, load_ontology())


def run_publish(
    workspace: Workspace, out: Path | None, created: str, *, overwrite: bool = False
) -> Summary:
    """Write the release of the workspace's gold; raises `DataError` where it is not sound."""
    from curation.release import publish

    report = publish(
        workspace.read_articles(),
        workspace.read_annotations(workspace.gold, "adjudicate"),
        load_ontology(),
        workspace.config,
        out or workspace.exports / workspace.config.release.version,
        created,
        overwrite=overwrite,
    )
    return msgspec.structs.asdict(report)


STAGES = (
    ("articles", "ingest"),
    ("candidates", "prelabel"),
    ("project", "push"),
    ("answers", "pull"),
    ("gold", "adjudicate"),
)


def status(workspace: Workspace) -> Summary:
    """Count the records of each file of the workspace and name the command that comes next."""
    summary: Summary = {"workspace": str(workspace.root)}
    pending = None
    for name, command in STAGES:
        path: Path = getattr(workspace, name)
        if path.is_file():
            summary[name] = _lines(path) if path.suffix == ".jsonl" else "pushed"
        elif pending is None:
            pending = command
    for name in ("quarantine", "duplicates", "findings", "conflicts"):
        path = getattr(workspace, name)
        summary[name] = _lines(path) if path.is_file() else 0
    releases = [path.name for path in sorted(workspace.exports.glob("*")) if path.is_dir()]
    return summary | {"releases": releases, "next": f"curation {pending or 'publish'}"}


def _lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def counts(annotations: Iterable[Annotation]) -> Summary:
    """Count what annotations hold, in all."""
    totals: Counter[str] = Counter(entities=0, events=0, arguments=0, relations=0)
    for annotation in annotations:
        totals["entities"] += len(annotation.spans)
        totals["events"] += len(annotation.events)
        totals["arguments"] += sum(len(event.arguments) for event in annotation.events)
        totals["relations"] += len(annotation.relations)
    return dict(totals)
