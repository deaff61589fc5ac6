"""Shapes of saved pages that names and links mislead: what is kept of them and what is cut."""

import json

import pytest

from curation.ingest.article import article_of
from curation.ingest.readers import Page
from curation.ingest.view import view_of
from curation.offsets import clean_to_raw
from curation.records import Article, Source

TITLE = "Ministers of the two countries open talks on a border crossing"
FIRST = (
    "The foreign ministers of the two countries met in the capital on Monday and opened talks "
    "on a new border crossing."
)
SECOND = (
    "The crossing would cut the way between the two nearest towns from six hours to one, the "
    "host said after the meeting."
)
THIRD = (
    "Both sides named a working group of twelve officials that will report to their "
    "governments before the end of the year."
)
FOURTH = (
    "The guest, who stayed for two days, also visited the university and spoke with students "
    "about scholarships for engineers."
)
BODY = (FIRST, SECOND, THIRD, FOURTH)


def _article(source: str) -> Article:
    return article_of(Page(source, "text/html"), Source("a", "", "text/html"), ("vi", "en"), None)


def _page(inner: str, head: str = "") -> str:
    return (
        f"<html><head><title>{TITLE} - The Example</title>{head}</head>"
        f"<body><main><h1>{TITLE}</h1>{inner}</main></body></html>"
    )


def _paragraphs(source: str) -> list[str]:
    article = _article(source)
    assert article.title is not None
    return [line for line in article.text[article.title[1] :].split("\n") if line]


def _p(*texts: str, of: str = "") -> str:
    return "".join(f"<p class='{of}'>{text}</p>" for text in texts)


def _cut(source: str) -> dict[str, str]:
    """What was cut, each text with its rule."""
    view = view_of(Page(source, "text/html"))
    return {
        view.normal.text[zone.start : zone.end]: zone.rule
        for zone in view.zones
        if zone.kind not in ("title", "body", "blank")
    }


@pytest.mark.parametrize("name", ["paywall", "post-sidebar", "related-text", "comment", "caption"])
def test_a_name_that_each_paragraph_bears_cuts_none_of_them(name: str) -> None:
    assert _paragraphs(_page(f"<div>{_p(*BODY, of=name)}</div>")) == list(BODY)


def test_blocks_of_one_misleading_name_that_adverts_divide_are_kept() -> None:
    blocks = "".join(
        f"<div class='sidebar-grid__content'>{_p(text)}</div><div class='ad-slot'>Advertising</div>"
        for text in BODY
    )
    assert _paragraphs(_page(blocks)) == list(BODY)


def test_slides_keep_their_headings_and_lose_their_captions() -> None:
    slides = "".join(
        f"<div class=slide><h2>{number}. A step</h2><figure><figcaption>A view of it</figcaption>"
        f"</figure>{_p(text)}</div>"
        for number, text in enumerate(BODY[1:], 1)
    )
    kept = _paragraphs(_page(f"{_p(FIRST)}<div class=slideshow>{slides}</div>"))
    steps = [one for n, text in enumerate(BODY[1:], 1) for one in (f"{n}. A step", text)]
    assert kept == [FIRST, *steps]


@pytest.mark.parametrize(
    "name", ["has-drop-cap has-normal-font-size", "column--with-sidebar", "no-comments", "with-ads"]
)
def test_what_a_class_says_of_looks_or_of_neighbors_is_no_name(name: str) -> None:
    source = _page(f"<div><p class='{name}'>{FIRST}</p>{_p(SECOND, THIRD, FOURTH)}</div>")
    assert _paragraphs(source) == list(BODY)


@pytest.mark.parametrize("name", ["visually-hidden", "sr-only", "screen-reader-text"])
def test_what_is_written_for_screen_readers_alone_is_cut(name: str) -> None:
    blocks = "".join(f"<section><h2 class='{name}'>Text</h2>{_p(text)}</section>" for text in BODY)
    assert _paragraphs(_page(blocks)) == list(BODY)


def test_lists_of_links_and_a_link_for_a_paragraph_are_cut() -> None:
    source = _page(
        f"{_p(FIRST)}<p><a href=/1><b>A SECOND ARTICLE ABOUT THE SAME TALKS</b></a></p>{_p(SECOND)}"
        "<div><ul><li><a href=/2>An older article on the crossing</a> 5h</li>"
        f"<li><a href=/3>What the towns say of it</a></li></ul></div>{_p(THIRD, FOURTH)}"
    )
    assert _paragraphs(source) == list(BODY)
    assert set(_cut(source).values()) == {"html-link", "html-links"}


def test_links_that_are_headings_or_a_list_announced_by_a_sentence_are_kept() -> None:
    told = "The two governments have so far put their names to these papers:"
    papers = ["Treaty on the shared river and its water", "Agreement on visas for drivers"]
    linked = "".join(f"<li><a href=/{len(one)}>{one}</a></li>" for one in papers)
    heading = "How the crossing came about"
    source = _page(
        f"{_p(FIRST)}<h2><a href=#h>{heading}</a></h2>{_p(SECOND, THIRD, told)}<ul>{linked}</ul>"
        f"{_p(FOURTH)}"
    )
    assert _paragraphs(source) == [FIRST, heading, SECOND, THIRD, told, *papers, FOURTH]


def test_a_post_that_the_article_quotes_is_kept_in_a_social_box() -> None:
    post = "We had good talks today and will open the crossing soon"
    source = _page(
        f"{_p(FIRST, SECOND)}<div class='social-media-embed'><blockquote class='twitter-tweet'>"
        f"<p>{post}</p></blockquote></div><div class='social-share'>Share this page</div>"
        f"{_p(THIRD, FOURTH)}"
    )
    assert _paragraphs(source) == [FIRST, SECOND, post, THIRD, FOURTH]
    assert _cut(source) == {"Share this page": "html-share"}


@pytest.mark.parametrize(
    "box",
    [
        "<form><p>{}</p></form>",
        "<div class='author-box'><p>{}</p></div>",
        "<div class='newsletter-signup'><p>{}</p></div>",
    ],
)
def test_a_box_is_cut_with_the_running_text_in_it(box: str) -> None:
    note = "She has covered the region for ten years and writes a letter to readers on Fridays."
    assert _paragraphs(_page(_p(*BODY[:3]) + box.format(note) + _p(FOURTH))) == list(BODY)


def test_a_headline_of_a_box_after_the_text_is_not_where_the_article_begins() -> None:
    source = (
        "<html><head><title>Talks on a border crossing | Example</title></head><body><article>"
        f"<h1>What the ministers of the two countries said</h1>{_p(*BODY)}"
        f"<div><h2>Talks on a border crossing</h2>{_p('Twelve officials.')}</div></article>"
    )
    text = _article(source).text
    assert all(paragraph in text for paragraph in BODY)


def test_a_line_that_says_the_text_of_a_picture_is_its_caption() -> None:
    alt = "The two ministers shake hands before the talks"
    picture = f"<div class=x1f><img alt='{alt}'><div class=y2>{alt}. Photo: A. Lee</div></div>"
    source = _page(f"{_p(FIRST, SECOND)}{picture}{_p(THIRD, FOURTH)}")
    assert _paragraphs(source) == list(BODY)
    assert _cut(source) == {f"{alt}. Photo: A. Lee": "html-alt"}
    long = f"<img alt='{FIRST[:60]}'>"
    assert _paragraphs(_page(long + _p(*BODY))) == list(BODY)


def test_an_article_that_is_hidden_until_scripts_run_is_kept() -> None:
    hidden = f"<div style='display:none'>{_p(*BODY)}<p hidden>{FIRST[:80]}</p></div>"
    assert _paragraphs(_page(hidden)) == list(BODY)
    assert _paragraphs(_page(_p(*BODY) + f"<div hidden>{_p(SECOND[:90])}</div>")) == list(BODY)


def test_a_body_in_two_elements_of_one_name_is_kept_whole() -> None:
    parts = "".join(
        f"<div><div class='article-body'>{_p(*texts)}</div></div>" for texts in (BODY[:3], BODY[3:])
    )
    assert _paragraphs(_page(parts)) == list(BODY)


def test_a_card_of_another_article_goes_with_its_lead() -> None:
    lead = (
        "The towns on both sides of the river have waited for a bridge for more than twenty "
        "years, and many of those who asked for it have moved away since then."
    )
    link = "<a href=/1>How the towns along the river have waited for their bridge</a>"
    card = f"<div class='teaser'><h3>{link}</h3>{_p(lead)}</div>"
    longer = [f"{text} It was the {n}th such meeting since the war." for n, text in enumerate(BODY)]
    assert _paragraphs(_page(_p(*longer) + _p(*BODY) + card)) == [*longer, *BODY]


def test_a_heading_named_after_its_time_is_kept() -> None:
    heading = "11:04 The ministers arrive at the government guest house"
    source = _page(_p(FIRST, SECOND) + f"<h3 class=time>{heading}</h3>" + _p(THIRD, FOURTH))
    assert _paragraphs(source) == [FIRST, SECOND, heading, THIRD, FOURTH]


@pytest.mark.parametrize(("kind", "kept"), [("content", True), ("RelatedOneNews", False)])
def test_the_type_of_a_box_tells_what_it_is(kind: str, kept: bool) -> None:
    box = f"<div class='VCSortableInPreviewMode' type='{kind}'>{_p(SECOND)}</div>"
    assert (SECOND in _paragraphs(_page(_p(FIRST) + box + _p(THIRD, FOURTH)))) is kept


def _ld(**item: str) -> str:
    text = json.dumps({"@type": "NewsArticle", "headline": TITLE, **item}, ensure_ascii=False)
    return f"<script type='application/ld+json'>{text}</script>"


def test_running_text_that_the_json_ld_holds_is_kept_whatever_its_element_is_called() -> None:
    more = "The road to the crossing is to be paid for by both, and built within three years."
    inner = _p(FIRST) + f"<div class=promo><p>{SECOND}</p></div>" + _p(THIRD, FOURTH, more)
    assert _paragraphs(_page(inner)) == [FIRST, THIRD, FOURTH, more]
    assert _paragraphs(_page(inner, _ld(articleBody=" ".join(BODY)))) == [*BODY, more]


def test_a_page_that_scripts_draw_is_read_from_its_json_ld() -> None:
    quoted = FOURTH.replace("The guest", 'The "guest"')
    head = _ld(articleBody="\n\n".join((FIRST, SECOND, THIRD, quoted)))
    source = (
        f"<html><head>{head}</head><body><div>Turn on scripts to read this.</div></body></html>"
    )
    article = _article(source)
    assert article.text == "\n\n".join((TITLE, FIRST, SECOND, THIRD, quoted))
    for text in (FIRST, THIRD):
        at = article.text.index(text)
        place = clean_to_raw(article.kept, source, at, at + len(text))
        assert place is not None
        assert source[slice(*place)] == text
    mark = article.text.index('"')
    assert clean_to_raw(article.kept, source, mark, mark + 1) is None
    assert _cut(source) == {"Turn on scripts to read this.": "html-script"}


def test_json_ld_with_markup_and_escapes_gives_its_paragraphs() -> None:
    body = "".join(f"<p>{text.replace(' and ', ' &amp; ')} — 💬</p>" for text in BODY)
    item = json.dumps({"@type": "Article", "headline": TITLE, "articleBody": body})
    source = f"<script type='application/ld+json'>{item}</script><div id=root></div>"
    kept = _paragraphs(f"<html><body>{source}</body></html>")
    assert kept == [f"{text.replace(' and ', ' & ')} — 💬" for text in BODY]


def test_a_page_that_shows_other_text_than_its_json_ld_is_read_as_shown() -> None:
    told = " ".join(
        f"Sentence {number} of a text on something else altogether." for number in range(12)
    )
    assert _paragraphs(_page(_p(*BODY), _ld(articleBody=told))) == list(BODY)
