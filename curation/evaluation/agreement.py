"""How far persons agree with one another, and how far pre-labels pull them.

The pull is what an answer agrees more with the pre-labels where they were on the screen than
where the article was answered blind: blind articles are drawn at random, so that nothing else
tells the two groups apart. Figures and matching are those of `evaluate`; both sides are alike,
so that F1 is what counts (Hripcsak and Rothschild, JAMIA 12:296, 2005).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

import msgspec

from curation.evaluation.figures import ALL, Difference, Figure, differences, measure
from curation.evaluation.marks import Marks, marks_of
from curation.evaluation.matching import Count, count, match, meet_alike
from curation.ontology import Ontology
from curation.records import Annotation, Article

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Counts = Mapping[str, Count]
MODALITY = "modality accuracy"
MAIN = (
    "entity exact",
    "entity overlap",
    "trigger",
    "trigger+type",
    MODALITY,
    "argument",
    "relation",
)


class Compared(msgspec.Struct, frozen=True):
    """What `comparisons` of answers over so many articles gave.

    Of answers compared with pre-labels, a figure's precision is the share of the answers that
    was proposed, its recall the share of what was proposed that stands in the answers.
    """

    articles: int
    comparisons: int
    figures: dict[str, Figure]


class Contrast(msgspec.Struct, frozen=True):
    """Articles that were `shown` with pre-labels beside those answered `blind`.

    None where there is nothing to compare; `pull` is the F1 of the first less that of the
    other, and is empty unless there are both.
    """

    shown: Compared | None
    blind: Compared | None
    pull: dict[str, Difference]


class Language(msgspec.Struct, frozen=True):
    """The agreement over the articles of one language.

    `prelabels` compares answers with the pre-labels, `people` the answers of two persons.
    """

    prelabels: Contrast
    people: Contrast


class Agreement(msgspec.Struct, frozen=True):
    """The agreement by language and by pair of annotators.

    `by` names who made the pre-labels. `mixed` counts pairs of answers of which one was given
    blind: they are compared by pair of annotators alone.
    """

    by: tuple[str, ...]
    annotators: dict[str, int]
    languages: dict[str, Language]
    pairs: dict[str, Compared]
    mixed: int
    resamples: int
    seed: int


class _Comparison(msgspec.Struct, frozen=True):
    """One comparison of two sides over an article; `blind` is None where only one was blind."""

    article: str
    lang: str
    blind: bool | None
    who: str
    counts: Counts


def agree(  # noqa: PLR0913
    articles: Mapping[str, Article],
    answers: Sequence[Annotation],
    candidates: Mapping[str, Annotation],
    ontology: Ontology,
    resamples: int = 1000,
    seed: int = 0,
    *,
    each: bool = False,
) -> Agreement:
    """Measure answers of persons against each other and against the pre-labels.

    `articles` and `candidates` are keyed by article id; `articles` holds that of every answer,
    and candidates of another text are not compared. `seed` fixes the bootstrap over articles.
    With `each` there are figures of each label and type, which take their time.
    """
    known = {
        name: marks_of(one, articles[name])
        for name, one in candidates.items()
        if name in articles and one.text_sha256 == articles[name].sha256
    }
    told = [(one, marks_of(one, articles[one.article])) for one in answers]
    proposed = [
        _Comparison(one.article, marks.lang, one.blind, one.author.name, found)
        for one, marks in told
        if one.article in known
        and (found := _counts(known[one.article], marks, ontology, each=each))
    ]
    between = list(_between(told, ontology, each=each))
    langs = sorted({marks.lang for _, marks in told})
    groups = {lang: (lang,) for lang in langs} if len(langs) == 1 else {ALL: tuple(langs)}
    groups |= {lang: (lang,) for lang in langs}
    by_pair = _grouped(between, lambda one: one.who)
    return Agreement(
        by=tuple(sorted({candidates[name].author.name for name in known})),
        annotators=_tally(one.author.name for one in answers),
        languages={
            name: Language(
                _contrast(proposed, some, resamples, seed),
                _contrast(between, some, resamples, seed),
            )
            for name, some in groups.items()
        },
        pairs={
            who: compared
            for who, found in sorted(by_pair.items())
            if (compared := _compared(found, resamples, seed))
        },
        mixed=sum(one.blind is None for one in between),
        resamples=resamples,
        seed=seed,
    )


def _between(
    told: Iterable[tuple[Annotation, Marks]], ontology: Ontology, *, each: bool
) -> Iterator[_Comparison]:
    by_article = _grouped(told, lambda pair: pair[0].article)
    for article, given in by_article.items():
        ordered = sorted(given, key=lambda pair: pair[0].author.name)
        for (one, marks), (other, others) in combinations(ordered, 2):
            blind = one.blind if one.blind == other.blind else None
            who = f"{one.author.name} {other.author.name}"
            yield _Comparison(
                article, marks.lang, blind, who, _counts(marks, others, ontology, each=each)
            )


def _counts(one: Marks, other: Marks, ontology: Ontology, *, each: bool) -> Counts:
    pairs = match(one.events, other.events, meet_alike)
    same = sum(one.events[a].attributes == other.events[b].attributes for a, b in pairs)
    found = count(one, other, ontology) | {MODALITY: Count(same, len(pairs), len(pairs))}
    return found if each else {name: found[name] for name in MAIN}


def _contrast(
    found: Iterable[_Comparison], langs: Sequence[str], resamples: int, seed: int
) -> Contrast:
    some = [one for one in found if one.lang in langs]
    shown = [one for one in some if one.blind is False]
    blind = [one for one in some if one.blind]
    return Contrast(
        _compared(shown, resamples, seed),
        _compared(blind, resamples, seed + 1),
        differences(_documents(shown), _documents(blind), resamples, seed),
    )


def _compared(found: Sequence[_Comparison], resamples: int, seed: int) -> Compared | None:
    documents = _documents(found)
    if not documents:
        return None
    return Compared(len(documents), len(found), measure(documents, resamples, seed))


def _documents(found: Iterable[_Comparison]) -> list[Counts]:
    """Add up the comparisons over each article: articles are what is drawn again."""
    return [_added(one.counts for one in some) for some in _grouped(found, _article).values()]


def _article(one: _Comparison) -> str:
    return one.article


def _added(counts: Iterable[Counts]) -> Counts:
    total: dict[str, Count] = {}
    for one in counts:
        for name, more in one.items():
            so_far = total.get(name, Count())
            total[name] = Count(*(a + b for a, b in zip(so_far, more, strict=True)))
    return total


def _grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)


def _tally(names: Iterable[str]) -> dict[str, int]:
    return {name: len(some) for name, some in sorted(_grouped(names, str).items())}


# for reading


def agreement_text(found: Agreement) -> str:
    """Return the figures as tables of plain text."""
    return "\n".join([*_lines(found), *_pairs(found), *_notes(found)]) + "\n"


def _lines(found: Agreement) -> Iterator[str]:
    for name, language in found.languages.items():
        yield f"{name}: F1"
        yield from _table("answers and pre-labels", language.prelabels)
        yield from _table("annotators among themselves", language.people)
        yield ""


def _table(title: str, contrast: Contrast) -> Iterator[str]:
    sides = (contrast.shown, contrast.blind)
    names = {name: None for side in sides if side for name in side.figures}
    if not names:
        yield f"  {title}: nothing to compare"
        return
    heads = [f"{what}{_size(side)}" for what, side in zip(("shown", "blind"), sides, strict=True)]
    yield f"  {title:34}{heads[0]:>28}{heads[1]:>28}{'shown - blind':>28}"
    for name in (*MAIN, *sorted(set(names) - set(MAIN))):
        cells = [_cell(side.figures.get(name) if side else None) for side in sides]
        yield f"    {name:32}" + "".join(
            f"{cell:>28}" for cell in (*cells, _signed(contrast.pull.get(name)))
        )


def _size(side: Compared | None) -> str:
    return f" ({side.articles} articles, {side.comparisons})" if side else ""


def _cell(figure: Figure | None) -> str:
    if figure is None or not (figure.made or figure.gold):
        return "none"
    return f"{figure.f1:.3f} ({figure.low:.3f}-{figure.high:.3f})"


def _signed(one: Difference | None) -> str:
    return f"{one.f1:+.3f} ({one.low:+.3f} to {one.high:+.3f})" if one else "not known"


def _pairs(found: Agreement) -> Iterator[str]:
    if not found.pairs:
        return
    names = ("entity exact", "trigger+type", "argument")
    yield f"{'pairs of annotators':36}{'articles':>10}" + "".join(f"{one:>28}" for one in names)
    for who, compared in found.pairs.items():
        cells = "".join(f"{_cell(compared.figures[name]):>28}" for name in names)
        yield f"  {who:34}{compared.articles:>10}{cells}"
    yield ""


def _notes(found: Agreement) -> Iterator[str]:
    yield (
        f"Answers: {', '.join(f'{name} {n}' for name, n in found.annotators.items())}; "
        f"pre-labels by {', '.join(found.by) or 'nobody'}."
    )
    yield (
        f"Intervals (95 %): bootstrap over articles, {found.resamples} resamples, seed "
        f"{found.seed}. In brackets beside the articles: comparisons."
    )
    if not any(one.prelabels.pull for one in found.languages.values()):
        yield (
            "The pull of the pre-labels is not known: it needs answers to articles that were shown "
            "with pre-labels and to such that were blind (`curation assign --blind 0.1`)."
        )
    if found.mixed:
        yield f"Pairs of answers of which one was blind: {found.mixed}; under pairs only."
