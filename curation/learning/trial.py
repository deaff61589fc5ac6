"""What learning would bring: cross-validation of the gold by groups of articles.

Each article is pre-labelled with what was learned from the other parts alone, once without and
once with each mode of each tagger. Which mode is best is asked for each part of the others, so
the figures of the chosen modes are of gold that had no say in the choice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from curation.learning.counting import FIGURE, Counts, by_language, counts, total
from curation.learning.examples import Example, train_models
from curation.learning.folds import FOLDS, first, folds
from curation.learning.names import learn_names
from curation.learning.verdict import Verdict, gains, verdict
from curation.ontology import Ontology
from curation.prelabel import rules
from curation.prelabel.learned import KINDS, Kind, Learned
from curation.prelabel.names import registry
from curation.prelabel.registry import Registry
from curation.prelabel.tagger import Bin, Mode, Tagger, bins
from curation.records import Annotation

Progress = Callable[[Sequence[Any], str], Iterable[Any]]
Modes = Mapping[Kind, Mode]
"""How the taggers of entities and of triggers join."""

TRIED: tuple[Mode, ...] = ("add", "revise")
SIZES = (10, 20, 40)
"""Numbers of articles learned from, of the learning curve."""


class Part(NamedTuple):
    """A part of the gold with the pre-labellers that never saw it."""

    tests: Sequence[Example]
    registry: Registry
    taggers: Mapping[Kind, Tagger]


class Point(NamedTuple):
    """A point of the learning curve: counts by article after learning from so many."""

    articles: int
    counts: Mapping[str, Counts]


class Trial(NamedTuple):
    """What was measured; counts are by article.

    `plain` are those of the rules, `named` with the names, `joined` with names and taggers as
    far as they join. `modes` says by language which mode joins; `bins` is about the unseen
    additions of each tagger; the curve is in the modes that join, in `add` where none does.
    """

    plain: Mapping[str, Counts]
    named: Mapping[str, Counts]
    joined: Mapping[str, Counts]
    names: bool
    verdicts: tuple[Verdict, ...]
    modes: dict[str, dict[Kind, Mode]]
    bins: dict[Kind, tuple[Bin, ...]]
    curve: tuple[Point, ...]


def trial(
    examples: Sequence[Example],
    groups: Mapping[str, str],
    ontology: Ontology,
    progress: Progress,
    resamples: int,
) -> Trial:
    """Measure what learning from the examples brings; `groups` maps articles to their group."""
    by_id = {one.article.id: one for one in examples}
    languages = {name: one.lang for name, one in by_id.items()}
    tests = folds(languages, groups)
    jobs = [(n, size) for size in _sizes(len(by_id), tests) for n in range(len(tests))]
    parts: dict[tuple[int, int], Part] = {}
    for n, size in progress(jobs, "learn"):
        rest = [name for m, part in enumerate(tests) if m != n for name in part]
        some = [by_id[name] for name in first(rest, languages, size)]
        parts[n, size] = _part([by_id[name] for name in tests[n]], some)
    most = jobs[-1][1]
    whole = [parts[n, most] for n in range(len(tests))]
    measured = _Measuring(examples, whole, ontology, resamples)
    curve = [
        Point(
            min(size, len(examples) - len(examples) // len(tests)),
            measured.curve([part for (_, of), part in parts.items() if of == size]),
        )
        for size in dict.fromkeys(size for _, size in jobs)
    ]
    return measured.result(curve)


def _sizes(articles: int, tests: Sequence[Sequence[str]]) -> list[int]:
    """Return the sizes of the curve that all parts leave, and the whole rest at the end."""
    rest = articles - max(len(part) for part in tests)
    return [*(size for size in SIZES if size < rest), articles]


def _part(tests: Sequence[Example], some: Sequence[Example]) -> Part:
    models = train_models(some)
    names = registry(learn_names(some, {}, ""))
    return Part(tests, names, {kind: Tagger(models[kind]) for kind in KINDS})


class _Measuring:
    """The parts of the gold pre-labelled in every way, and what follows from it."""

    def __init__(
        self,
        examples: Sequence[Example],
        parts: Sequence[Part],
        ontology: Ontology,
        resamples: int,
    ) -> None:
        self.parts, self.ontology = parts, ontology
        self.languages = {one.article.id: one.lang for one in examples}
        self.part_of = {one.article.id: n for n, part in enumerate(parts) for one in part.tests}
        alone = rules(ontology)
        self.plain = {one.article.id: counts(one, alone(one.article), ontology) for one in examples}
        self.names, self.base = True, self.plain
        self.named = self._run(parts, {})
        figure = FIGURE["entities"]
        self.names = total(self.named.values(), figure) >= total(self.plain.values(), figure)
        self.base = self.named if self.names else self.plain
        self.judged: dict[Kind, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
        self.tried = {
            (kind, mode): self._run(parts, self._everywhere({kind: mode}), judge=mode == "add")
            for kind in KINDS
            for mode in TRIED
        }
        self.verdicts = [
            self._verdict(kind, lang, resamples)
            for lang in sorted(set(self.languages.values()))
            for kind in KINDS
        ]

    def _everywhere(self, modes: Modes) -> dict[str, Modes]:
        return dict.fromkeys(self.languages.values(), modes)

    def _best(self, kind: Kind, lang: str, without: int | None = None) -> Mode:
        """Return the mode with the best figure on the articles of the other parts."""
        names = [
            name for name in by_language(self.languages)[lang] if self.part_of[name] != without
        ]
        options: dict[Mode, Mapping[str, Counts]] = {"off": self.base}
        options |= {mode: self.tried[kind, mode] for mode in TRIED}
        reached = {
            mode: total((found[name] for name in names), FIGURE[kind])
            for mode, found in options.items()
        }
        return max(reached, key=lambda mode: reached[mode])

    def _verdict(self, kind: Kind, lang: str, resamples: int) -> Verdict:
        """Judge a tagger in a language, each part in the mode that the others chose."""
        after, spoken_in = {}, by_language(self.languages)[lang]
        if len(spoken_in) < FOLDS:
            why = f"too few articles to judge by: {len(spoken_in)} of {FOLDS}"
            return Verdict(kind, lang, "off", False, why)
        for name in spoken_in:
            mode = self._best(kind, lang, self.part_of[name])
            after[name] = (self.base if mode == "off" else self.tried[kind, mode])[name]
        spoken = dict.fromkeys(after, lang)
        before = {name: self.base[name] for name in after}
        found = gains(before, after, spoken, tuple(FIGURE.values()), resamples)
        return verdict(kind, self._best(kind, lang), [one for one in found if one.lang == lang])

    def _joining(self, without: int | None = None) -> dict[str, Modes]:
        """Return the modes of what joins, chosen by the parts but one."""
        return {
            lang: {
                one.kind: self._best(one.kind, lang, without)
                for one in self.verdicts
                if one.joins and one.lang == lang
            }
            for lang in set(self.languages.values())
        }

    def _run(
        self, parts: Iterable[Part], modes: Mapping[str, Modes], judge: bool = False
    ) -> dict[str, Counts]:
        judged = self.judged if judge else None
        return _run(parts, self.ontology, modes, self.names, judged)

    def curve(self, parts: Iterable[Part]) -> dict[str, Counts]:
        """Return the counts after learning from less, in the modes that join, or `add`."""
        some = any(one.joins for one in self.verdicts)
        modes = self._joining() if some else self._everywhere(dict.fromkeys(KINDS, "add"))
        return self._run(parts, modes)

    def result(self, curve: Sequence[Point]) -> Trial:
        """Return all that was measured."""
        joined: dict[str, Counts] = {}
        for n, part in enumerate(self.parts):
            joined |= self._run([part], self._joining(n))
        return Trial(
            self.plain,
            self.named,
            joined,
            self.names,
            tuple(self.verdicts),
            {lang: dict(modes) for lang, modes in sorted(self._joining().items()) if modes},
            {kind: bins(self.judged[kind]) for kind in KINDS},
            tuple(curve),
        )


def _run(
    parts: Iterable[Part],
    ontology: Ontology,
    modes: Mapping[str, Modes],
    named: bool,
    judged: Mapping[Kind, list[tuple[float, bool]]] | None,
) -> dict[str, Counts]:
    """Pre-label the articles of each part with what was learned without it, and count."""
    found = {}
    for part in parts:
        learned = Learned("trial", part.taggers, modes, {})
        known = part.registry if named else Registry()
        label = rules(ontology, known, learned if modes else None)
        for one in part.tests:
            made = label(one.article)
            found[one.article.id] = counts(one, made, ontology)
            if judged is not None:
                _judge(one.gold, made, learned.by, judged)
    return found


def _judge(
    gold: Annotation,
    made: Annotation,
    by: str,
    judged: Mapping[Kind, list[tuple[float, bool]]],
) -> None:
    """Note of each addition how likely the tagger held it, and whether it is right."""
    spans = {(span.start, span.end, span.label) for span in gold.spans}
    for span in made.spans:
        if span.by == by and span.score is not None:
            right = (span.start, span.end, span.label) in spans
            judged["entities"].append((span.score, right))
    for event in made.events:
        if event.by == by and event.score is not None:
            right = any(
                one.type == event.type and one.start < event.end and event.start < one.end
                for one in gold.events
            )
            judged["triggers"].append((event.score, right))
