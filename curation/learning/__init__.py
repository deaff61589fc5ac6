"""Learn from the gold of a workspace: a tagger beside the rules, and names for the registry.

Both are measured by cross-validation over the gold (`trial`), join only where they improve
what they had not seen (`verdict`), and are then learned from all of it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from curation import __version__
from curation.errors import DataError, Problem
from curation.learning.examples import Example, example, train_models
from curation.learning.keeping import Lesson, short, store, tables
from curation.learning.names import Answers, learn_names
from curation.learning.report import curve_rows
from curation.learning.trial import Progress, Trial, trial
from curation.learning.verdict import gains
from curation.ontology import Ontology
from curation.prelabel import rules
from curation.prelabel.features import VERSION
from curation.prelabel.learned import Kind, Lessons, ModelCard
from curation.prelabel.tagger import PARAMETERS
from curation.records import Annotation, Article

__all__ = ["Lesson", "learn", "short", "store", "tables"]

MEASURED = ("entity exact", "entity overlap", "trigger+type", "argument", "relation")


def learn(  # noqa: PLR0913
    articles: Mapping[str, Article],
    gold: Sequence[Annotation],
    answers: Answers,
    ontology: Ontology,
    groups: Mapping[str, str],
    created: str,
    progress: Progress,
    resamples: int = 1000,
) -> Lesson:
    """Learn from gold and say what it is worth; nothing is written.

    `answers` are those of persons by article, for the provenance of names; `groups` maps
    articles to what must not be parted (near duplicates, reports of one event). Raises
    `DataError` for gold of other texts and `UsageError` where there is too little.
    """
    _refuse_strangers(articles, gold)
    alone = rules(ontology)
    examples = [example(articles[one.article], one, alone) for one in gold]
    tried = trial(examples, groups, ontology, progress, resamples)
    languages = {one.article.id: one.lang for one in examples}
    found = gains(tried.plain, tried.joined, languages, MEASURED, resamples)
    lessons = Lessons(
        gold={one.article: _digest(one) for one in gold},
        rules=__version__,
        contract=ontology.version,
        features=VERSION,
        parameters=PARAMETERS,
    )
    figures: dict[str, Any] = {
        "verdicts": msgspec.to_builtins(tried.verdicts),
        "gains": msgspec.to_builtins(found),
        "names alone": msgspec.to_builtins(
            gains(tried.plain, tried.named, languages, MEASURED, resamples)
        ),
        "curve": curve_rows(tried, languages),
    }
    models = train_models(examples) if tried.modes else {}
    return Lesson(
        card=_card(lessons, tried, models, examples, created, figures),
        models=models,
        names=tuple(learn_names(examples, answers, created[:10])) if tried.names else None,
        figures=figures,
    )


def _card(  # noqa: PLR0913
    lessons: Lessons,
    tried: Trial,
    models: Mapping[Kind, bytes],
    examples: Sequence[Example],
    created: str,
    figures: dict[str, Any],
) -> ModelCard:
    return ModelCard(
        learned_from=lessons,
        created=created,
        counts={
            "articles": len(examples),
            "entities": sum(len(one.gold.spans) for one in examples),
            "triggers": sum(len(one.gold.events) for one in examples),
        },
        modes=tried.modes,
        files={kind: hashlib.sha256(content).hexdigest() for kind, content in models.items()},
        bins=tried.bins,
        figures=figures,
    )


def _digest(gold: Annotation) -> str:
    """Return the hash of what was marked, whenever that was."""
    marked = msgspec.structs.replace(gold, created=None)
    return hashlib.sha256(msgspec.json.encode(marked)).hexdigest()


def _refuse_strangers(articles: Mapping[str, Article], gold: Sequence[Annotation]) -> None:
    problems = []
    for one in gold:
        article = articles.get(one.article)
        if article is None or article.sha256 != one.text_sha256:
            rule = (
                "is no article of this workspace"
                if article is None
                else "has another text than its gold was made over"
            )
            remedy = "Run `curation ingest` on its file and `curation adjudicate` again."
            problems.append(Problem(f"gold.jsonl {one.article}", one.text_sha256, rule, remedy))
    if problems:
        raise DataError(problems)
