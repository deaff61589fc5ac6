"""The stages run over a workspace: each reads its input files and replaces its output file.

Every function returns a summary of plain counts and names, in the order in which a person
wants to read it; the command line prints it and `curation demo` adds it up.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from curation.errors import DataError, Problem
from curation.records import Annotation, Article
from curation.workspace import Workspace, write_jsonl

if TYPE_CHECKING:
    pass

T = TypeVar("T")
Summary = dict[str, Any]
Progress = Callable[[Sequence[T], str], Iterable[T]]


def run_prelabel(workspace: Workspace, progress: Progress[Article]) -> Summary:
    """Write `candidates.jsonl`: what the rules propose for every article."""
    from curation.prelabel import rules

    label = rules()
    articles = workspace.read_articles()
    made = [label(article) for article in progress(articles, "prelabel")]
    write_jsonl(workspace.candidates, made)
    return {
        "articles": len(articles),
        "by": sorted({annotation.author.name for annotation in made}),
        **counts(made),
    }


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


def counts(annotations: Iterable[Annotation]) -> Summary:
    """Count what annotations hold, in all."""
    totals: Counter[str] = Counter(entities=0, events=0, arguments=0, relations=0)
    for annotation in annotations:
        totals["entities"] += len(annotation.spans)
        totals["events"] += len(annotation.events)
        totals["arguments"] += sum(len(event.arguments) for event in annotation.events)
        totals["relations"] += len(annotation.relations)
    return dict(totals)
