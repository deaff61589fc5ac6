"""Groups of articles that report one real-world event."""

import json
import random
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.clusters import event_groups, event_reports, fold, merge_groups
from curation.ontology import load_ontology
from curation.rawgold import read_raw_gold
from curation.records import Annotation, Article
from tests.release.corpus import annotate, make_article, make_corpus, make_event, make_span

ONTOLOGY = load_ontology()

Pair = tuple[Article, Annotation]


def report(
    type_: str = "TALKS",
    people: tuple[str, ...] = ("Iver Lund", "Mira Kostić"),
    day: str | None = "2024-03-05",
    told: str | None = None,
    lang: str = "en",
) -> Pair:
    """Make a note of an event; `told` is the EDTF value of a date in the text."""
    body = f"{lang} {type_} {day} {told}: {', '.join(people)}."
    article = make_article(None, body, published=day, lang=lang)
    spans = [make_span(article, f"s{n}", "PERSON", name) for n, name in enumerate(people)]
    role = next(r.name for r in ONTOLOGY.roles_of(type_) if "PERSON" in r.fillers)
    arguments = [(role, span.id) for span in spans]
    if told is not None:
        spans.append(
            make_span(article, "d", "DATE", told, -1 + article.text.count(told), value=told)
        )
        arguments.append(("TIME", "d"))
    return article, annotate(article, spans, [make_event(article, "e", type_, type_, arguments)])


def joined(*pairs: Pair) -> bool:
    groups = event_groups([a for a, _ in pairs], [n for _, n in pairs], ONTOLOGY)
    return len(set(groups.values())) == 1


def test_reports_of_one_event_in_two_languages_are_one_group() -> None:
    articles, annotations = make_corpus(12)
    groups = event_groups(articles, annotations, ONTOLOGY)
    pairs = [
        {groups[en.id], groups[vi.id]} for en, vi in zip(articles[::2], articles[1::2], strict=True)
    ]
    assert [len(pair) for pair in pairs] == [1] * 6
    assert len({frozenset(pair) for pair in pairs}) == 6
    assert all(name in groups for name in groups.values())


def test_the_name_of_a_group_is_its_least_article() -> None:
    one, other = report(), report(lang="vi")
    groups = event_groups([one[0], other[0]], [one[1], other[1]], ONTOLOGY)
    assert set(groups.values()) == {min(one[0].id, other[0].id)}


def test_types_of_one_plover_type_may_be_one_event() -> None:
    """One paper's reception is another's talks; a pledge is something else."""
    assert joined(report("TALKS"), report("RECEPTION"))
    assert not joined(report("TALKS"), report("PLEDGE"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2024-03-05", "2024-03-06", True),
        ("2024-03-05", "2024-03-07", False),
        ("2024-02-29", "2024-03-01", True),
        ("2024-03-05", None, False),
    ],
)
def test_days_of_publication_may_be_neighbours(one: str, other: str | None, same: bool) -> None:
    assert joined(report(day=one), report(day=other, lang="vi")) is same


def test_a_date_in_the_text_goes_before_the_day_of_publication() -> None:
    late = report(day="2024-05-01", told="2024-03-05")
    assert joined(report(day="2024-03-05"), late)
    assert not joined(report(day="2024-05-01"), late)


def test_a_month_may_hold_the_day_and_a_year_is_too_vague() -> None:
    """What happened some day of 2024 is not what happened on the day of publication."""
    assert joined(report(day="2024-03-05"), report(day="2024-06-01", told="2024-03"))
    assert not joined(report(day="2024-03-05"), report(day="2024-06-01", told="2024"))
    assert not joined(report(day="2024-06-01"), report(day="2024-06-01", told="2024"))


def test_one_common_participant_is_not_enough() -> None:
    """A head of state receives several guests a day."""
    assert not joined(report(), report(people=("Iver Lund", "Seda Aydın")))
    assert not joined(report(people=("Iver Lund",)), report(people=("Iver Lund",), lang="vi"))


def test_names_are_found_again_without_marks_and_by_their_last_part() -> None:
    assert joined(report(), report(people=("IVER LUND", "Mira Kostic"), lang="vi"))
    article = make_article(
        None, "Iver Lund was there. Lund met Mira Kostić.", published="2024-03-05"
    )
    spans = [
        make_span(article, "s1", "PERSON", "Iver Lund"),
        make_span(article, "s2", "PERSON", "Lund", 1),
        make_span(article, "s3", "PERSON", "Mira Kostić"),
    ]
    event = make_event(article, "e", "TALKS", "met", [("PARTICIPANT", "s2"), ("PARTICIPANT", "s3")])
    assert joined(report(), (article, annotate(article, spans, [event])))


def test_an_identifier_goes_before_the_name() -> None:
    """Viet Nam and Việt Nam, Laos and Lào are found by their codes."""

    def countries(lang: str, *names: tuple[str, str]) -> Pair:
        article = make_article(None, f"{names[0][0]} and {names[1][0]} held talks.", lang=lang)
        spans = [
            make_span(article, code, "COUNTRY", name, kb=f"iso3166:{code}") for name, code in names
        ]
        arguments = [("PARTICIPANT", span.id) for span in spans]
        event = make_event(article, "e", "TALKS", "talks", arguments)
        return article, annotate(article, spans, [event])

    english = countries("en", ("Laos", "LA"), ("Türkiye", "TR"))
    assert joined(english, countries("vi", ("Lào", "LA"), ("Thổ Nhĩ Kỳ", "TR")))
    assert not joined(english, countries("vi", ("Lào", "LA"), ("Chi-lê", "CL")))


def test_groups_are_closed_over_chains() -> None:
    days = [report(day=f"2024-03-0{day}") for day in range(1, 8)]
    assert joined(*days)
    assert not joined(days[0], days[2])


def test_an_article_without_annotation_is_a_group_of_its_own() -> None:
    article, annotation = report()
    lonely = make_article(None, "Nothing happened.")
    groups = event_groups([article, lonely], [annotation], ONTOLOGY)
    assert groups == {article.id: article.id, lonely.id: lonely.id}
    assert event_groups([], [annotation], ONTOLOGY) == {}


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_groups_are_those_of_comparing_every_pair_in_any_order(data: st.DataObject) -> None:
    """The sweep over days finds each pair that a comparison of all pairs finds."""
    people = ("Iver Lund", "Mira Kostić", "Ola Berg", "Kari Holm")
    notes = {
        pair[0].id: pair
        for pair in (
            report(
                data.draw(st.sampled_from(["TALKS", "CALL", "AID"])),
                tuple(data.draw(st.lists(st.sampled_from(people), min_size=1, unique=True))),
                data.draw(st.sampled_from(["2024-03-01", "2024-03-02", "2024-03-03", None])),
                data.draw(st.sampled_from([None, "2024-03", "2024-03-01/2024-03-04"])),
                data.draw(st.sampled_from(["en", "vi"])),
            )
            for _ in range(data.draw(st.integers(0, 7)))
        )
    }
    pairs = list(notes.values())
    random.Random(0).shuffle(pairs)
    groups = event_groups([a for a, _ in pairs], [n for _, n in pairs], ONTOLOGY)
    direct = {id_: {id_} for id_ in notes}
    for (one, first), (other, second) in combinations(pairs, 2):
        if any(
            a.kind == b.kind
            and len(a.participants & b.participants) >= 2
            and a.first <= b.last + 1
            and b.first <= a.last + 1
            for a in event_reports(first, one.published, ONTOLOGY)
            for b in event_reports(second, other.published, ONTOLOGY)
        ):
            together = direct[one.id] | direct[other.id]
            direct.update(dict.fromkeys(together, together))
    assert groups == {id_: min(together) for id_, together in direct.items()}


def test_groupings_are_merged_without_regard_to_the_names_of_groups() -> None:
    assert merge_groups({"a": "x", "b": "x", "c": "c"}, {"c": "y", "d": "y", "e": "x"}) == {
        "a": "a",
        "b": "a",
        "c": "c",
        "d": "c",
        "e": "e",
    }
    assert merge_groups({"a": "x", "b": "x"}, {"b": "1", "c": "1"}) == dict.fromkeys("abc", "a")
    assert merge_groups() == {}


groupings = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("123"))


@given(groupings, groupings)
def test_merged_groups_hold_each_grouping_together(
    one: dict[str, str], two: dict[str, str]
) -> None:
    merged = merge_groups(one, two)
    assert merged == merge_groups(two, one)
    assert set(merged) == set(one) | set(two)
    for grouping in (one, two):
        for first, second in combinations(grouping, 2):
            if grouping[first] == grouping[second]:
                assert merged[first] == merged[second]
    assert all(merged[name] == name and name <= member for member, name in merged.items())


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Tô Lâm", "to lam"),
        ("Đỗ Mười", "do muoi"),
        ("O'Neill-Smith", "o neill smith"),
        ("IŞIK", "isik"),
    ],
)
def test_folding_leaves_letters_and_digits(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_the_pairs_of_the_sample_are_found_and_no_others(sample_dir: Path) -> None:
    """Against the clusters that annotators drew; the sample has reports in two languages."""
    articles, annotations, drawn = [], [], {}
    for path in sorted(sample_dir.glob("gold-*.jsonl")):
        for line, raw in zip(path.read_bytes().splitlines(), read_raw_gold(path), strict=True):
            text = (sample_dir / "articles" / f"{raw.id}.txt").read_bytes().decode("utf-8")
            article = make_article(None, text, published=raw.published, lang=raw.lang)
            annotations.append(annotate(article, raw.spans, raw.events))
            articles.append(article)
            clusters = json.loads(line)["clusters"]
            together = {event.partition(":")[0] for each in clusters for event in each["events"]}
            drawn[raw.id] = together | {raw.id}
    names = {article.id: name for article, name in zip(articles, drawn, strict=True)}
    found: dict[str, set[str]] = {}
    for id_, group in event_groups(articles, annotations, ONTOLOGY).items():
        found.setdefault(group, set()).add(names[id_])
    assert sorted(map(sorted, found.values())) == sorted(
        map(sorted, {frozenset(together) for together in drawn.values()})
    )
    assert sum(len(together) > 1 for together in found.values()) >= 5
