"""Print what learning brings on the project's gold of corpus articles.

    python benchmarks/learning.py SHARED [held|more]

SHARED is the folder with the pages (`corpus`). Without `held`: cross-validation over the part
"dev", as `curation learn` does it. With `held`: the figures of the other part, with the tagger
that was trained on all of "dev", in each mode; nothing is chosen by them. With `more`:
cross-validation over 60 articles of the part "more" beside the rules with nothing weighed, since
the shipped weights were learned from that part.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from curation.clusters import event_groups
from curation.learning import learn
from curation.learning.counting import Counts, counts
from curation.learning.examples import Example, example, train_models
from curation.learning.names import learn_names
from curation.learning.report import report
from curation.learning.verdict import gains
from curation.ontology import load_ontology
from curation.prelabel import events, rules
from curation.prelabel.learned import Kind, Learned
from curation.prelabel.names import registry
from curation.prelabel.registry import Registry
from curation.prelabel.tagger import Mode, Tagger
from curation.records import Annotation, Article
from tests.prelabel.made_articles import RULES_ALONE, gold_articles

GOLD = Path(__file__).parent / "gold"
LANGUAGES = ("vi", "en")
FIGURES = ("entity exact", "trigger+type", "argument", "relation")
TRIED: tuple[tuple[str, bool, Mode, Mode], ...] = (
    ("names", True, "off", "off"),
    ("entities: add", False, "add", "off"),
    ("triggers: add", False, "off", "add"),
    ("triggers: revise", False, "off", "revise"),
    ("names, both add", True, "add", "add"),
    ("both revise", False, "revise", "revise"),
)


def read(shared: Path, part: str) -> list[tuple[Article, Annotation]]:
    """Return the articles of a part beside their gold."""
    return [
        pair
        for lang in LANGUAGES
        for pair in gold_articles(GOLD / f"corpus-{lang}.jsonl", shared / "corpus", part)
    ]


def cross_validated(pairs: Sequence[tuple[Article, Annotation]]) -> str:
    """Return the report of learning from these articles."""
    ontology, articles = load_ontology(), {article.id: article for article, _ in pairs}
    gold = [annotation for _, annotation in pairs]
    groups = event_groups(articles.values(), gold, ontology)
    lesson = learn(articles, gold, {}, ontology, groups, "", lambda items, _: items)
    verdicts = (
        f"{one['kind']}, {one['lang']}: {'joins' if one['joins'] else 'no'}: {one['why']}"
        for one in lesson.figures["verdicts"]
    )
    return "\n".join([report(lesson.figures), *verdicts, ""])


def held(dev: Sequence[Example], unseen: Sequence[Example]) -> list[str]:
    """Return a Markdown table: a row a way to join and a language, a column a figure."""
    taggers = {kind: Tagger(content) for kind, content in train_models(dev).items()}
    names = registry(learn_names(dev, {}, ""))
    languages = {one.article.id: one.lang for one in unseen}
    before = _run(unseen, Registry(), taggers, {})
    rows = [f"| joined | | {' | '.join(FIGURES)} |", "| --- |" + " --- |" * (len(FIGURES) + 1)]
    for title, named, entities, triggers in TRIED:
        modes: dict[Kind, Mode] = {"entities": entities, "triggers": triggers}
        after = _run(unseen, names if named else Registry(), taggers, modes)
        found = gains(before, after, languages, FIGURES)
        for lang in ("all", *LANGUAGES):
            cells = (
                f"{one.before:.3f} -> {one.after:.3f} ({one.sure:.0%})"
                for one in found
                if one.lang == lang
            )
            rows.append(f"| {title} | {lang} | {' | '.join(cells)} |")
    return rows


def _run(
    examples: Sequence[Example],
    known: Registry,
    taggers: Mapping[Kind, Tagger],
    modes: Mapping[Kind, Mode],
) -> dict[str, Counts]:
    ontology = load_ontology()
    learned = Learned("benchmark", taggers, dict.fromkeys(LANGUAGES, modes), {})
    label = rules(ontology, known, learned if modes else None)
    return {one.article.id: counts(one, label(one.article), ontology) for one in examples}


def more(shared: Path) -> list[tuple[Article, Annotation]]:
    """Return 30 articles a language of the part "more", drawn by chance, beside their gold."""
    drawn = []
    for lang in LANGUAGES:
        pairs = gold_articles(GOLD / f"corpus-more-{lang}.jsonl", shared / "corpus")
        drawn += Random(20261122).sample(pairs, 30)
    return drawn


def main(shared: Path, asked: str) -> None:
    """Print the figures of one part."""
    if asked == "more":
        events.shipped = lambda lang: RULES_ALONE.models[lang]
        sys.stdout.write(cross_validated(more(shared)))
        return
    dev = read(shared, "dev")
    if asked != "held":
        sys.stdout.write(cross_validated(dev))
        return
    alone = rules()
    parts = ([example(*pair, alone) for pair in some] for some in (dev, read(shared, "held")))
    sys.stdout.write("\n".join(held(*parts)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "".join(sys.argv[2:]))
