"""Learn the weights of `curation/prelabel/weighed/data` from annotated articles, and measure them.

    python benchmarks/prelabel_weights.py SHARED [--extra FOLDER] [--lang LANG] [--write]

SHARED is the folder with the pages (`corpus`). FOLDER holds
more articles with their gold, as `LANG.jsonl` (see `gold/README.md`). The figures are out of
fold: each article is read with models that were learned from the others. With `--write` the
models of all articles are written into the package. Needs scikit-learn.
"""

import argparse
import gzip
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from curation import evaluation
from curation.evaluation import Marks
from curation.ingest import IngestOptions, ingest
from curation.ontology import load_ontology
from curation.prelabel import Rules
from curation.prelabel.arguments import find_arguments
from curation.prelabel.candidates import Candidate
from curation.prelabel.entities import propose
from curation.prelabel.events import is_domestic
from curation.prelabel.phrases import Phrase, find_chains, find_phrases
from curation.prelabel.registry import Registry
from curation.prelabel.scene import Scene
from curation.prelabel.text import Document, fold, lower
from curation.prelabel.triggers import Trigger, judged
from curation.prelabel.weighed import arguments as of_arguments
from curation.prelabel.weighed import triggers as of_triggers
from curation.prelabel.weighed.tables import Form, Models, Weights
from curation.prelabel.weighed.words import Lines
from curation.records import Annotation, Article

HERE = Path(__file__).parent
DATA = HERE.parent / "curation" / "prelabel" / "weighed" / "data"
LANGUAGES = ("vi", "en")
FOLDS = 5
PENALTY = {"triggers": 0.1, "arguments": 0.1}
"""Inverse strength of the L2 penalty, chosen out of fold."""
LEAST = 50
"""Weights nearer to 0 are left out of the tables, in thousandths of log-odds."""
CUTS = {"triggers": 0.22, "arguments": 0.24}
"""The least chance that is kept: lower than is best out of fold, as careful gold marks more."""
FLOORS = {"triggers": -3700, "arguments": -3700}
"""Below these thousandths of log-odds by its first features a candidate is not looked into."""
OFTEN = 0.05
"""Share of the places of some words where they must name an event to be taken over."""
LONGEST = 40
"""Code points in the longest words that are taken over as the form of a trigger."""
ONTOLOGY, REGISTRY = load_ontology(), Registry()


class Case(NamedTuple):
    """An article with its gold, and what the rules make of it before anything is weighed."""

    article: Article
    gold: Marks
    document: Document
    entities: list[Candidate]
    phrases: list[Phrase]
    listed: list[Trigger]
    domestic: bool

    @property
    def fold(self) -> int:
        """The fold that the article belongs to, by its text."""
        return int(self.article.sha256, 16) % FOLDS


class Example(NamedTuple):
    """The features of a candidate, and whether an annotator has it."""

    features: list[str]
    right: bool


# --- gold -------------------------------------------------------------------------------


def cases(shared: Path, extra: Path | None) -> Iterator[Case]:
    """Yield every article with gold.

    The parts `dev` are left out: the tests of the rules were fitted to them.
    """
    options = IngestOptions(languages=LANGUAGES)
    articles = ingest([shared / "corpus"], options).articles
    by_id = {article.id: article for article in articles}
    for path in sorted((HERE / "gold").glob("corpus-*.jsonl")):
        part = None if "more" in path.name else "held"
        for gold in evaluation.read_marks(path, articles, part):
            if gold.article:
                yield case(by_id[gold.article], gold)
    for path in sorted(extra.glob("*.jsonl")) if extra else ():
        for line in path.read_bytes().splitlines():
            article, annotation = msgspec.json.decode(line, type=tuple[Article, Any])
            record = msgspec.convert(annotation, Annotation)
            yield case(article, evaluation.marks_of(record, article))


def case(article: Article, gold: Marks) -> Case:
    """Return what the rules make of an article."""
    document = Document(article)
    found = [e for e in propose(document, REGISTRY).winners if e.label in ONTOLOGY.labels]
    if not document.sentences or is_domestic(document, found):
        return Case(article, gold, document, found, [], [], domestic=True)
    phrases = find_phrases(document, found, find_chains(document, found))
    listed = list(judged(document, found, phrases))
    return Case(article, gold, document, found, phrases, listed, domestic=False)


# --- learning ---------------------------------------------------------------------------


def learn(articles: Sequence[Case]) -> Models:
    """Return the models of some articles of one language; domestic ones are not learned from."""
    known = [one for one in articles if not one.domestic]
    forms = telling(known)
    triggers = fit([e for one in known for e in trigger_examples(one, forms)], "triggers")
    arguments = fit([e for one in known for e in argument_examples(one, forms)], "arguments")
    return Models(forms, triggers, arguments)


def telling(known: Sequence[Case]) -> tuple[Form, ...]:
    """Return the words of triggers that name an event often enough where they stand."""
    forms = tuple(sorted({form for one in known for form in forms_of(one)}))
    stand, name = Counter[Form](), Counter[Form]()
    for one in known:
        for key in of_triggers.candidates(one.document, one.listed, forms):
            form = Form(one.document.lower[key[0] : key[1]], key[2])
            stand[form] += 1
            name[form] += hit(one, key)
    return tuple(form for form in forms if name[form] >= OFTEN * stand[form])


def forms_of(known: Case) -> Iterator[Form]:
    """Yield the words of each trigger of the gold, as the matcher sees them."""
    for event in known.gold.events:
        words = lower(fold(known.article.text[event.start : event.end]))
        if len(words) < LONGEST and "\n" not in words and "\t" not in words:
            yield Form(words, event.name)


def trigger_examples(known: Case, forms: tuple[Form, ...]) -> Iterator[Example]:
    """Yield each candidate; it is right where the gold has an overlapping trigger of its type."""
    found = of_triggers.candidates(known.document, known.listed, forms)
    lines = Lines(known.document, known.entities)
    for key, row in of_triggers.features(lines, found):
        yield Example(row, hit(known, key))


def hit(known: Case, key: of_triggers.Key) -> bool:
    """Tell whether the gold has an event of that type there."""
    start, end, type_ = key
    return any(e.name == type_ and e.start < end and start < e.end for e in known.gold.events)


def argument_examples(known: Case, forms: tuple[Form, ...]) -> Iterator[Example]:
    """Yield each candidate of the events that the gold has too."""
    found = of_triggers.candidates(known.document, known.listed, forms)
    true = {key: float(not rows[0].refused) + 1 for key, rows in found.items() if hit(known, key)}
    kept = [
        found[key][0]._replace(refused="", form_start=key[0], form_end=key[1])
        for key in of_triggers.choose(true, 0)
    ]
    scene = Scene(known.document, known.entities, known.phrases, kept, ONTOLOGY)
    true_arguments = [
        (a.trigger.name, a.trigger.start, a.trigger.end, a.role, a.filler.start, a.filler.end)
        for a in known.gold.arguments
    ]
    lines, proposed = Lines(known.document, known.entities), find_arguments(scene)
    for (event, filler, role), row in of_arguments.features(scene, lines, proposed):
        trigger, entity = kept[event], known.entities[filler]
        right = any(
            trigger.type == type_
            and start < trigger.end
            and trigger.start < end
            and role == its
            and from_ < entity.end
            and entity.start < to
            for type_, start, end, its, from_, to in true_arguments
        )
        yield Example(row, right)


def fit(examples: Sequence[Example], kind: str) -> Weights:
    """Return a logistic model; features that were seen once, and small weights, are left out."""
    vectors = DictVectorizer()
    table = vectors.fit_transform(dict.fromkeys(one.features, 1) for one in examples)
    often = table.getnnz(axis=0) > 1
    model = LogisticRegression(C=PENALTY[kind], max_iter=500)
    model.fit(table[:, often], [one.right for one in examples])
    names = vectors.get_feature_names_out()[often]
    of = {
        str(name): round(1000 * float(weight))
        for name, weight in zip(names, model.coef_[0], strict=True)
        if abs(1000 * weight) >= LEAST
    }
    return Weights(CUTS[kind], round(1000 * float(model.intercept_[0])), of, FLOORS[kind])


# --- measuring --------------------------------------------------------------------------


def out_of_fold(known: Sequence[Case]) -> dict[str, Marks]:
    """Return what is made of each article, by id, with models learned from the others."""
    made = {}
    for fold_ in range(FOLDS):
        models = learn([one for one in known if one.fold != fold_])
        made |= {one.article.id: read(one, models) for one in known if one.fold == fold_}
    return made


def read(one: Case, models: Models) -> Marks:
    """Return what the pre-labeller makes of an article with some models."""
    rules = Rules(ONTOLOGY, REGISTRY, models={one.document.lang: models})
    return evaluation.marks_of(rules(one.article), one.article)


def report(known: Sequence[Case], made: Sequence[Marks]) -> Iterator[str]:
    """Yield the figures of a language, and the reliability of the scores of triggers."""
    gold = [one.gold for one in known]
    found = evaluation.evaluate(gold, made, ONTOLOGY).figures["all"]
    yield f"{len(known)} articles, {sum(len(one.events) for one in gold)} events"
    for name in ("trigger", "trigger+type", "argument"):
        one = found[name]
        yield f"{name:14} P {one.precision:.3f} R {one.recall:.3f} F1 {one.f1:.3f}"
    for name, one in found.items():
        if name.startswith("event "):
            yield f"  {name:22} F1 {one.f1:.3f}"
    bins = evaluation.reliability(gold, made)["triggers"]
    yield f"calibration error of triggers {evaluation.calibration_error(bins):.3f}"


def write(lang: str, models: Models) -> None:
    """Write the tables of a language into the package."""
    tables = {"forms": models.forms, "triggers": models.triggers, "arguments": models.arguments}
    for kind, table in tables.items():
        content = msgspec.json.encode(table, order="sorted")
        (DATA / f"{lang}-{kind}.json.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def main() -> None:
    """Learn and measure each language, and write the tables if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--extra", type=Path)
    parser.add_argument("--lang", choices=LANGUAGES, action="append")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    known = list(cases(asked.shared, asked.extra))
    for lang in asked.lang or LANGUAGES:
        of_lang = [one for one in known if one.document.lang == lang]
        made = out_of_fold(of_lang)
        for own, name in ((True, "corpus"), (False, "extra")):
            some = [o for o in of_lang if o.article.source.path.startswith("corpus/") == own]
            if some:
                lines = report(some, [made[one.article.id] for one in some])
                sys.stdout.write("\n".join([f"{lang}, {name}", *lines, ""]))
        if asked.write:
            write(lang, learn(of_lang))


if __name__ == "__main__":
    main()
