"""The head of a saved page: which day, persons and outlet it names."""

import json

import pytest

from curation.ingest.article import article_of
from curation.ingest.readers import Page
from curation.ingest.saved.dates import day_of
from curation.records import Article, Source
from tests.ingest.pages import LEAD_EN, REST_EN, TITLE_EN

URL = "https://www.theexample.org/2024/05/06/minister"


def _article(head: str, above: str = "") -> Article:
    body = f"<article><h1>{TITLE_EN}</h1>{above}<p>{LEAD_EN}</p><p>{REST_EN}</p></article>"
    source = f"<html><head>{head}</head><body>{body}</body></html>"
    return article_of(Page(source, "text/html"), Source("a", "", "text/html"), ("vi", "en"), None)


def _ld(**item: object) -> str:
    text = json.dumps({"@type": "NewsArticle", "headline": TITLE_EN, **item}, ensure_ascii=False)
    return f"<script type='application/ld+json'>{text}</script>"


def _meta(name: str, content: str) -> str:
    return f"<meta property='{name}' content='{content}'>"


CANONICAL = f"<link rel=canonical href='{URL}'>"
LATE = "2024-05-05T17:20:00Z"


@pytest.mark.parametrize(
    ("head", "published", "source"),
    [
        (_ld(datePublished=LATE), "2024-05-05", "json-ld"),
        (_ld(datePublished=LATE) + CANONICAL, "2024-05-06", "url"),
        (
            _ld(datePublished=LATE)
            + _meta("article:published_time", "2024-05-06T00:20:00+07:00")
            + CANONICAL.replace("06", "04"),
            "2024-05-06",
            "json-ld",
        ),
        (_ld(datePublished="2024-05-03T17:20:00Z") + CANONICAL, "2024-05-03", "json-ld"),
        (_ld(datePublished="2024-05-05T17:20:00+02:00") + CANONICAL, "2024-05-05", "json-ld"),
        (CANONICAL, "2024-05-06", "url"),
        (CANONICAL.replace("/2024/05/06/", "/20240506-"), "2024-05-06", "url"),
        (CANONICAL.replace("/2024/05/06/", "/2024/13/06/"), None, None),
    ],
)
def test_the_day_is_that_of_the_pages_own_zone(
    head: str, published: str | None, source: str | None
) -> None:
    article = _article(head)
    assert (article.published, article.published_from) == (published, source)


def test_times_count_where_all_of_them_are_of_one_day() -> None:
    one = "<time datetime='2024-05-06T08:00'>today</time>"
    aside = "<aside><time datetime='2024-05-09T08:00'>later</time></aside>"
    other = "<time datetime='2024-05-07T08:00'>then</time>"
    assert _article("", one + one + aside).published == "2024-05-06"
    assert _article("", one + other).published is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024/05/06 10:00", "2024-05-06"),
        ("06-05-2024", "2024-05-06"),
        ("20240506T100000Z", "2024-05-06"),
        ("Mon, 06 May 2024 10:00:00 GMT", "2024-05-06"),
        ("6 May 2024", "2024-05-06"),
        ("99 May 2024", None),
        ("2024-05/06", None),
        ("20241306", None),
    ],
)
def test_a_day_is_read_in_the_forms_that_meta_tags_have(text: str, day: str | None) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("By Jane Smith", "Jane Smith"),
        ("Written by Jane Smith", "Jane Smith"),
        ("Theo Lan Anh", "Lan Anh"),
        ("Jane Smith and John Miller", "Jane Smith; John Miller"),
        ("Jane Smith, Ann Lee and John Miller", "Jane Smith; Ann Lee; John Miller"),
        ("Lan Anh và Hải Minh", "Lan Anh; Hải Minh"),
        ("Jane Smith, The Example", "Jane Smith"),
        ("Jane Smith The Example", "Jane Smith"),
        ("THEEXAMPLE.ORG", None),
        ("The Example", None),
        ("@example", None),
        ("admin", None),
    ],
)
def test_the_byline_names_persons(author: str, byline: str | None) -> None:
    head = _meta("og:site_name", "The Example") + _ld(author={"name": author})
    assert _article(head).byline == byline


def test_any_meta_tag_of_an_author_is_asked_after_the_known_ones() -> None:
    assert _article(_meta("dcsext.author", "Jane Smith")).byline == "Jane Smith"
    assert _article(_meta("author", "theexample.org") + _meta("x:author", "Jane Smith")).byline == (
        "Jane Smith"
    )


def test_a_printed_byline_is_not_the_outlet() -> None:
    line = "<div class=byline>The Example</div>"
    assert _article(_meta("og:site_name", "The Example"), line).byline is None
    assert _article(_meta("og:site_name", "Another"), line).byline == "The Example"


THE_EXAMPLE = {"name": "The Example"}
NAMED = f"<title>{TITLE_EN} - The Example</title>"


@pytest.mark.parametrize(
    ("head", "outlet"),
    [
        (_meta("og:site_name", "theexample.org") + _ld(publisher=THE_EXAMPLE), "The Example"),
        (_meta("og:site_name", "example") + CANONICAL + NAMED, "The Example"),
        (_meta("og:site_name", "https://www.theexample.org"), "theexample.org"),
        (_meta("og:site_name", "@TheExample") + _ld(publisher=THE_EXAMPLE), "The Example"),
        (_meta("og:site_name", "The Example | News of the day"), "The Example"),
        (CANONICAL + f"<title>{TITLE_EN} | The Éxample</title>", "The Éxample"),
        (CANONICAL + f"<title>{TITLE_EN} - World</title>", None),
    ],
)
def test_the_outlet_is_named_as_people_call_it(head: str, outlet: str | None) -> None:
    assert _article(head).outlet == outlet


def test_what_is_no_json_still_gives_its_strings() -> None:
    broken = _ld(datePublished="2024-05-06T10:00:00+07:00").replace('{"@type"', '{"a": {,} "@type"')
    article = _article(broken)
    assert (article.published, article.published_from) == ("2024-05-06", "json-ld")
