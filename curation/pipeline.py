"""The stages run over a workspace: each reads its input files and replaces its output file.

Every function returns a summary of plain counts and names, in the order in which a person
wants to read it; the command line prints it and `curation demo` adds it up.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from curation.assignment import Assignment
from curation.errors import DataError, Problem, UsageError
from curation.ontology import handbook, load_ontology
from curation.records import Annotation, Article
from curation.workspace import Config, Workspace, read_jsonl, write_jsonl

if TYPE_CHECKING:
    from curation.evaluation import Agreement
    from curation.ingest import Explained, IngestOptions
    from curation.labelstudio.backend import Backend
    from curation.labelstudio.changes import Change
    from curation.prelabel import Prelabeller
    from curation.prelabel.explain import Explained as ExplainedLabels
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
    from curation.prelabel.models import coverages

    label = _load(workspace, models)
    articles = workspace.read_articles()
    made = [label(article) for article in progress(articles, "prelabel")]
    write_jsonl(workspace.candidates, made)
    return {
        "articles": len(articles),
        "by": sorted({annotation.author.name for annotation in made}),
        **{f"read by {name}": words for name, words in coverages(label).items()},
        **counts(made),
    }


def _load(workspace: Workspace, models: Sequence[str]) -> "Prelabeller":
    """Return the models; `rules` are those of the package with what the workspace has learned."""
    from curation.prelabel import learned, names, rules
    from curation.prelabel.models import load

    def own() -> "Prelabeller":
        ontology = load_ontology()
        known = names.registry(names.read(workspace.names, ontology))
        return rules(ontology, known, learned.load(workspace.models))

    return load(models, own)


def run_learn(
    workspace: Workspace, progress: Progress[Any], created: str, resamples: int = 1000
) -> Summary:
    """Learn a tagger and names from `gold.jsonl`; keep what improves the pre-labels.

    Writes `models/report.json`, the tagger where it joins, and `names.tsv` where the names do
    not lower the figures.
    """
    from curation.learning import learn, store

    articles = {article.id: article for article in workspace.read_articles()}
    gold = _annotations(workspace, workspace.gold, "adjudicate")
    answers: defaultdict[str, list[Annotation]] = defaultdict(list)
    if workspace.answers.is_file():
        for answer in _annotations(workspace, workspace.answers, "pull"):
            answers[answer.article].append(answer)
    ontology = load_ontology()
    groups = _kin(workspace, [articles[g.article] for g in gold if g.article in articles], gold)
    lesson = learn(articles, gold, answers, ontology, groups, created, progress, resamples)
    return store(workspace, lesson, ontology)


def _kin(
    workspace: Workspace, articles: Sequence[Article], gold: Sequence[Annotation]
) -> dict[str, str]:
    """Return the groups of articles that must not be parted: of one event, or nearly the same."""
    from curation.clusters import event_groups, merge_groups

    by_event = event_groups(articles, gold, load_ontology())
    if not workspace.duplicates.is_file():
        return by_event
    known = {article.id for article in articles}
    links = [
        {link["article"]: link["of"], link["of"]: link["of"]}
        for link in read_jsonl(workspace.duplicates, dict)
        if {link.get("article"), link.get("of")} <= known
    ]
    return merge_groups(by_event, *links)


def run_prelabel_explain(
    workspace: Workspace, name: str, models: Sequence[str] = ("rules",)
) -> "ExplainedLabels":
    """Explain what the models propose for the article that `name` names; nothing is written."""
    from curation.prelabel.explain import explain

    return explain(workspace.find_article(name), _load(workspace, models), load_ontology())


def live(
    workspace: Workspace, models: Sequence[str], secret: str, say: Callable[[str], None]
) -> "Backend":
    """Return the application that pre-labels tasks when Label Studio asks for it."""
    from curation.ingest.languages import language_of, other_language_of
    from curation.labelstudio.backend import Backend

    spoken = workspace.config.project.languages

    def language(text: str) -> str:
        return language_of(text, spoken) or other_language_of(text)

    return Backend(_load(workspace, models), load_ontology(), language, secret, say)


def run_assign(  # noqa: PLR0913
    workspace: Workspace,
    names: Sequence[str],
    given: Mapping[str, Any],
    *,
    reads: Mapping[str, tuple[str, ...]],
    without: Sequence[str],
    dry_run: bool = False,
) -> Summary:
    """Plan who answers which article, and write it to `assignments.jsonl` unless `dry_run`.

    `names` are those who get articles, by pseudonym or address; all whom the workspace knows
    where it is empty. `given`, `reads` and `without` go before the table [assign].
    """
    from curation.assignment import missing, plan, summary
    from curation.labelstudio.accounts import made_here, named
    from curation.labelstudio.client import connect
    from curation.labelstudio.private import locked, private_folder

    def known(some: Iterable[str]) -> list[str]:
        return named(workspace, list(some), lambda: connect(workspace))

    base = workspace.config.assign
    spoken = {**base.reads, **reads}
    readers = dict(zip(known(spoken), spoken.values(), strict=True))
    gone = tuple(known([*base.without, *without]))
    terms = msgspec.structs.replace(base, **given, reads=readers, without=gone)
    articles, answered = workspace.read_articles(), _answered(workspace)
    with locked(private_folder(workspace.private) / "assign.lock"):
        held = workspace.read_assignments()
        people = known(names) or {*made_here(workspace), *(one.annotator for one in held)}
        if not people:
            raise UsageError(_NOBODY)
        made = plan(articles, people, held, terms, answered)
        if not dry_run:
            write_jsonl(workspace.assignments, made)
    problems = missing(articles, made, terms, answered)
    return {
        **summary(articles, made, held, answered),
        "file": str(workspace.assignments),
        "dry_run": dry_run,
        "problems": [str(problem) for problem in problems],
    }


_NOBODY = (
    "nobody can be given articles: run `curation annotators add ADDRESS…` first, or name "
    "annotators who have an account (--to ADDRESS)."
)


def _answered(workspace: Workspace) -> dict[tuple[str, str], bool]:
    if not workspace.answers.is_file():
        return {}
    answers = workspace.read_annotations(workspace.answers, "pull")
    return {(one.article, one.author.name): one.blind for one in answers}


def run_push(
    workspace: Workspace, progress: Progress[list[Article]], *, blind: float = 0.0
) -> Summary:
    """Send the articles with their candidates to Label Studio; only what is not there yet.

    Where there is a plan, each annotator's go to a project of their own.
    """
    from curation.labelstudio.changes import check
    from curation.labelstudio.client import connect
    from curation.labelstudio.instructions import instructions
    from curation.labelstudio.push import PushReport, push, read_projects
    from curation.labelstudio.spread import spread
    from curation.migration import read_migrations

    articles, plan = workspace.read_articles(), _plan(workspace, blind)
    workspace.need(workspace.candidates, "prelabel")
    told, client, ontology = instructions(handbook()), connect(workspace), load_ontology()
    projects = [one.project for one in read_projects(workspace, client)]
    check(client, projects, ontology, read_migrations(workspace.migrations))
    candidates = _candidates(workspace)

    def send(
        some: Sequence[Article], annotator: str | None, hidden: float | frozenset[str]
    ) -> PushReport:
        return push(
            workspace,
            client,
            some,
            candidates,
            ontology,
            told,
            progress,
            answers_per_task=1 if annotator else _TOGETHER,
            blind=hidden,
            annotator=annotator,
        )

    report = spread(plan, articles, send) if plan else send(articles, None, blind)
    summary: Summary = msgspec.to_builtins(report)
    return summary | {"problems": [str(problem) for problem in report.problems]}


def run_push_file(workspace: Workspace, path: Path, *, blind: float = 0.0) -> Summary:
    """Write the tasks to a file that Label Studio's Import button takes.

    Where there is a plan, a file an annotator: the annotator's name goes before the suffix.
    """
    from curation.labelstudio.files import push_file
    from curation.labelstudio.instructions import instructions

    articles, plan = workspace.read_articles(), _plan(workspace, blind)
    workspace.need(workspace.candidates, "prelabel")
    names = sorted({one.annotator for one in plan})
    paths = {name: path.with_stem(f"{path.stem}-{name}") for name in names}
    changes = {name: _file_change(workspace, to) for name, to in (paths or {"": path}).items()}
    candidates, ontology = _candidates(workspace), load_ontology()
    told = instructions(handbook())
    if not plan:
        change = changes[""]
        report = push_file(path, articles, candidates, ontology, told, blind=blind, change=change)
        return msgspec.structs.asdict(report) | {"problems": [str(p) for p in report.problems]}
    hidden = {one.article for one in plan if one.blind}
    files = {}
    for name, to in paths.items():
        own = {one.article for one in plan if one.annotator == name}
        some = [article for article in articles if article.id in own]
        change = changes[name]
        files[name] = push_file(to, some, candidates, ontology, told, blind=hidden, change=change)
    problems = dict.fromkeys(str(one) for report in files.values() for one in report.problems)
    return {"files": msgspec.to_builtins(files), "problems": list(problems)}


def _file_change(workspace: Workspace, path: Path) -> "Change":
    """Return the interface that goes with a file of tasks, in place of the one beside it."""
    from curation.labelstudio.changes import settle_file
    from curation.migration import read_migrations

    given = path.with_suffix(".xml")
    was = given.read_text(encoding="utf-8") if given.is_file() else None
    answers = (
        workspace.read_annotations(workspace.answers, "pull") if workspace.answers.is_file() else []
    )
    return settle_file(was, answers, load_ontology(), read_migrations(workspace.migrations))


_TOGETHER = 2  # answers an article in a project that all annotators share


def _plan(workspace: Workspace, blind: float) -> list[Assignment]:
    plan = workspace.read_assignments()
    if plan and blind:
        raise UsageError(
            "the plan says which articles are blind: give --blind to `curation assign`, or remove "
            "assignments.jsonl to push without a plan."
        )
    return plan


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
    measured = workspace.candidates.is_file()
    candidates = _candidates(workspace, lenient=True) if measured else {}
    report = pull(
        workspace,
        connect(workspace),
        articles,
        load_ontology(),
        progress,
        candidates=candidates,
        plan=workspace.read_assignments(),
        full=full,
    )
    return msgspec.structs.asdict(report)


def run_pull_file(workspace: Workspace, paths: Sequence[Path]) -> Summary:
    """Write `answers.jsonl` and `findings.jsonl` from JSON exports of Label Studio."""
    from curation.labelstudio.files import pull_file

    report = pull_file(workspace, paths, workspace.read_articles(), load_ontology())
    return msgspec.structs.asdict(report)


def _candidates(workspace: Workspace, *, lenient: bool = False) -> dict[str, Annotation]:
    made = _annotations(workspace, workspace.candidates, "prelabel", lenient=lenient)
    return {annotation.article: annotation for annotation in made}


def run_agree(
    workspace: Workspace,
    candidates: Path | None,
    resamples: int,
    seed: int,
    *,
    each: bool,
) -> "Agreement":
    """Measure the answers against each other and against the pre-labels, shown and blind."""
    from curation.evaluation import agree

    articles = {article.id: article for article in workspace.read_articles()}
    answers = _annotations(workspace, workspace.answers, "pull")
    made = candidates or workspace.candidates
    there = made.is_file() or candidates
    proposed = _annotations(workspace, made, "prelabel", lenient=True) if there else []
    by_article: defaultdict[str, list[Annotation]] = defaultdict(list)
    for answer in answers:
        by_article[answer.article].append(answer)
    _refuse_unknown(by_article, articles)
    by_id = {one.article: one for one in proposed}
    return agree(articles, answers, by_id, load_ontology(), resamples, seed, each=each)


def _annotations(
    workspace: Workspace, path: Path, made_by: str, *, lenient: bool = False
) -> list[Annotation]:
    """Read annotations of a stage, those of an earlier contract brought into the present one.

    Raises `DataError` for what has no place in it; with `lenient` that is left out. Of a
    model's candidates, what the migration leaves to a person is left out: there is one at the
    screen.
    """
    from curation.migration import migrate_along, read_line

    read = workspace.read_annotations(path, made_by)
    ontology = load_ontology()
    if all(one.contract == ontology.version for one in read):
        return read
    line = read_line(workspace.migrations, ontology)
    moved = [migrate_along(one, line, ontology) for one in read]
    problems = [
        msgspec.structs.replace(
            orphan.problem, remedy=f"Run `curation {made_by}` again, or: {orphan.problem.remedy}"
        )
        for was, one in zip(read, moved, strict=True)
        for orphan in one.orphans
        if not lenient and not (orphan.asked and was.author.kind == "model")
    ]
    if problems:
        raise DataError(problems)
    return [one.annotation for one in moved]


def run_adjudicate(workspace: Workspace, created: str) -> Summary:
    """Write `gold.jsonl` and `conflicts.jsonl` from the answers of all persons."""
    from curation.adjudication import adjudicate

    by_article: defaultdict[str, list[Annotation]] = defaultdict(list)
    for answer in _annotations(workspace, workspace.answers, "pull"):
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

    gold = _annotations(workspace, workspace.gold, "adjudicate")
    return validate(workspace.read_articles(), gold, load_ontology())


def run_publish(
    workspace: Workspace, out: Path | None, created: str, *, overwrite: bool = False
) -> Summary:
    """Write the release of the workspace's gold; raises `DataError` where it is not sound."""
    from curation.release import publish

    report = publish(
        workspace.read_articles(),
        _annotations(workspace, workspace.gold, "adjudicate"),
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
    if plan := workspace.read_assignments():
        done = _answered(workspace).keys()
        left = Counter({one.annotator: 0 for one in plan})
        left.update(one.annotator for one in plan if (one.article, one.annotator) not in done)
        summary["left to answer"] = dict(sorted(left.items()))
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
