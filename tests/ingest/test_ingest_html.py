"""Saved pages: what their elements and their head say of the article, whatever is broken."""

import json
from pathlib import Path
from typing import Any

import pytest

from curation.ingest.article import article_of
from curation.ingest.readers import Page, read_page
from curation.ingest.saved.dates import day_of
from curation.ingest.saved.markup import read_markup
from curation.ingest.view import view_of
from curation.offsets import clean_to_raw, raw_to_clean
from curation.records import Article, Source
from tests.ingest.pages import LAST, LEAD, LEAD_EN, REST, REST_EN, TITLE, TITLE_EN

BENCH = Path(__file__).parents[2] / "benchmarks" / "ingest" / "html"


def _article(source: str) -> Article:
    return article_of(Page(source, "text/html"), Source("a", "", "text/html"), ("vi", "en"), None)


def _page(*blocks: str, head: str = "") -> str:
    inner = "\n".join(blocks)
    return f"<html><head>{head}</head><body><div id=page>{inner}</div></body></html>"


def _p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


def _cut(source: str) -> list[tuple[str, str]]:
    view = view_of(Page(source, "text/html"))
    return [
        (zone.rule, view.normal.text[zone.start : zone.end])
        for zone in view.zones
        if zone.kind not in ("title", "body", "blank")
    ]


def test_title_and_paragraphs_are_kept_and_what_is_around_them_is_cut() -> None:
    source = _page(
        "<nav><a href=/>Trang chủ</a></nav>",
        f"<h1>{TITLE}</h1>",
        "<div class='author-info'>Văn An</div>",
        f"<div class='content-detail'>{_p(LEAD)}"
        "<figure><img src=a.jpg><figcaption>Đại sứ tại buổi tiếp</figcaption></figure>"
        f"{_p(REST, LAST)}</div>",
        "<div class='boxTinLienQuan'><a href=/1>Khai mạc hội chợ sách mùa xuân</a></div>",
        "<footer><p>Giấy phép số 1</p></footer>",
    )
    article = _article(source)
    assert article.text == f"{TITLE}\n\n{LEAD}\n\n{REST}\n\n{LAST}"
    assert article.title == (0, len(TITLE))
    assert article.byline == "Văn An"
    assert _cut(source) == [
        ("html-menu", "Trang chủ"),
        ("html-byline", "Văn An"),
        ("html-caption", "Đại sứ tại buổi tiếp"),
        ("html-related", "Khai mạc hội chợ sách mùa xuân"),
        ("html-footer", "Giấy phép số 1"),
    ]


def test_a_name_that_fits_the_wrapper_of_the_page_cuts_nothing() -> None:
    source = _page(
        f"<div class='related-sidebar widget has-comments'><h1>{TITLE}</h1>{_p(LEAD, REST)}</div>"
    )
    assert _article(source).text == f"{TITLE}\n\n{LEAD}\n\n{REST}"


def test_a_paragraph_under_a_weak_name_stays_and_a_short_line_goes() -> None:
    long = f"{REST} {LAST}"
    source = _page(
        f"<article><h1>{TITLE}</h1>{_p(LEAD, REST, LAST)}<div class=gallery>{_p(long, 'Ảnh')}</div>"
        f"{_p('Hai bên sẽ gặp lại nhau tại thủ đô nước bạn vào mùa thu năm nay.')}</article>"
    )
    assert long in _article(source).text
    assert ("html-caption", "Ảnh") in _cut(source)


def test_table_rows_and_list_items_of_the_body_are_lines_of_their_own() -> None:
    source = _page(
        f"<article><h1>{TITLE}</h1>{_p(LEAD, REST + ':')}<ul><li>một<li>hai</ul>"
        "<table><tr><th>Năm<th>Nước<tr><td>1995<td>Việt Nam</table>"
        f"{_p(LAST)}</article>"
    )
    lines = _article(source).text.split("\n\n")[2:]
    assert lines == [f"{REST}:", "một", "hai", "Năm Nước", "1995 Việt Nam", LAST]


@pytest.mark.parametrize(
    "source",
    [
        f"<h1>{TITLE_EN}<p>{LEAD_EN}<p>{REST_EN}",
        f"<html><body><b><h1>{TITLE_EN}</b></h1><div><p>{LEAD_EN}<div>{REST_EN}</p></div></i>",
        f"<!-- x --><article><h1>{TITLE_EN}</h1>{LEAD_EN}<br><br>{REST_EN}<p <!-- never closed",
        f"<h1>{TITLE_EN}</h1><table><tr><td><p>{LEAD_EN}</td></div><td><p>{REST_EN}</table>",
        f"<select><option>One<h1>{TITLE_EN}</h1><p>{LEAD_EN}</p><p>{REST_EN}</p>",
    ],
)
def test_broken_markup_is_read_as_a_browser_would(source: str) -> None:
    assert _article(source).text == f"{TITLE_EN}\n\n{LEAD_EN}\n\n{REST_EN}"


def test_a_character_reference_is_one_piece_with_its_whole_source() -> None:
    body = REST_EN.replace("trade", "trade &amp; aid,&nbsp;and&#7879;")
    source = f"<h1>{TITLE_EN}</h1><p>{LEAD_EN}</p><p>{body}</p>"
    article = _article(source)
    for clean, raw in (("&", "&amp;"), ("\xa0", "&nbsp;"), ("ệ", "&#7879;")):
        at = article.text.index(clean)
        place = clean_to_raw(article.kept, source, at, at + 1)
        assert place is not None
        assert source[slice(*place)] == raw
        assert raw_to_clean(article.kept, *place) == (at, at + 1)
    first = article.text.index("Both")
    place = clean_to_raw(article.kept, source, first, len(article.text))
    assert place is not None
    assert source[slice(*place)] == body


def test_a_reference_that_a_combining_mark_follows_in_another_element_is_in_no_piece() -> None:
    source = f"<h1>{TITLE_EN}</h1><p>{LEAD_EN}</p><p>{REST_EN} Vi&ecirc;<a href=x>\u0323</a>t"
    article = _article(source)
    at = article.text.index("ệ")
    assert clean_to_raw(article.kept, source, at, at + 1) is None


def test_a_line_end_within_a_paragraph_is_a_blank_that_was_put_in() -> None:
    source = f"<h1>{TITLE_EN}</h1><p>{LEAD_EN}</p><p>{REST_EN.replace(' trade', chr(10) + 'trade')}"
    article = _article(source)
    assert article.text.endswith(REST_EN)
    at = article.text.index(" trade", article.text.index("Both"))
    assert clean_to_raw(article.kept, source, at, at + 1) is None


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (f"<meta charset=windows-1252><p>{LEAD_EN} “é”".encode("cp1252"), None),
        (f"<meta charset=iso-8859-1><p>{LEAD_EN} “é”".encode(), None),
        (f"<p>{LEAD_EN} “é”".encode("cp1252"), "windows-1252"),
        (f"\ufeff<meta charset=utf-8><p>{LEAD_EN} “é”".encode("utf-16-le"), None),
        (f"<!-- {'x' * 3000} --><meta charset=cp1252><p>{LEAD_EN} “é”".encode("cp1252"), None),
        (f"<meta charset=utf-16><p>{LEAD_EN} “é”".encode(), None),
    ],
)
def test_a_page_is_decoded_as_declared_but_for_open_lies(data: bytes, charset: str | None) -> None:
    assert "“é”" in read_page(data, "a.html", charset, html=True).text


LD: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": TITLE_EN,
    "datePublished": "2024-05-06T00:20:00+07:00",
    "author": [{"@type": "Person", "name": "A. Writer"}],
    "publisher": {"name": "The Daily"},
    "mainEntityOfPage": "https://a.example/ld",
}
BODY = f"<article><h1>{TITLE_EN}</h1><p>{LEAD_EN}</p><p>{REST_EN}</p></article>"


def _ld(*items: object) -> str:
    return "".join(
        f"<script type='application/ld+json'>{json.dumps(item)}</script>" for item in items
    )


@pytest.mark.parametrize(
    ("head", "published", "outlet", "byline", "url"),
    [
        (_ld(LD), "2024-05-06", "The Daily", "A. Writer", "https://a.example/ld"),
        (
            _ld({"@type": "ItemList", "itemListElement": [LD | {"datePublished": "2001-01-01"}]}),
            *(None, None, None, None),
        ),
        (_ld({"@graph": [{"@type": "WebSite"}, LD]}), "2024-05-06", "The Daily", "A. Writer", "https://a.example/ld"),
        (
            "<meta property='article:published_time' content='2024-05-06T01:00Z'>"
            "<meta property='og:site_name' content='Daily'><meta name=author content='Daily'>"
            "<link rel=canonical href='https://a.example/c'>",
            "2024-05-06", "Daily", None, "https://a.example/c",
        ),
        ("<script type='application/ld+json'>{broken</script>", None, None, None, None),
        ("<link rel=canonical href='/relative'>", None, None, None, None),
        ("<link rel=canonical href='https://vietnamplus.vn/x'>", None, "VietnamPlus", None, "https://vietnamplus.vn/x"),
    ],
)  # fmt: skip
def test_metadata_comes_from_json_ld_and_meta_tags(
    head: str, published: str | None, outlet: str | None, byline: str | None, url: str | None
) -> None:
    article = _article(f"<html><head>{head}</head><body>{BODY}")
    told = (article.published, article.outlet, article.byline, article.url)
    assert told == (published, outlet, byline, url)
    assert article.license is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-06T23:59:00Z", "2024-05-06"),
        ("06/05/2024", "2024-05-06"),
        ("2024-13-01", None),
        ("May 6", None),
        ("", None),
    ],
)
def test_a_day_is_read_from_an_iso_time_or_not_at_all(text: str, day: str | None) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize("size", [20_000])
@pytest.mark.parametrize(
    "part", ["<div>", "<a ='", "&", "<p ", "<!--", "</p>", "<td>", "<svg>", "<b>x"]
)
def test_reading_takes_time_in_proportion_to_the_page(part: str, size: int) -> None:
    assert read_markup(part * size + ">").root.weight == 0.0


@pytest.mark.parametrize(
    "gold",
    [json.loads(line) for line in (BENCH / "gold.jsonl").read_text(encoding="utf-8").splitlines()],
    ids=lambda gold: str(gold["shape"]),
)
def test_each_page_of_the_benchmark_keeps_its_paragraphs_and_nothing_else(
    gold: dict[str, Any],
) -> None:
    page = read_page((BENCH / gold["file"]).read_bytes(), gold["file"], html=True)
    article = _article(page.text)
    assert article.title is not None
    body = article.text[article.title[1] :]
    assert article.text[: article.title[1]] == gold["title"]
    assert " ".join(body.split()) == " ".join(" ".join(gold["paragraphs"]).split())
    assert article.published == gold["published"]
    assert (article.lang, article.url) == (gold["lang"], gold["canonical"])
