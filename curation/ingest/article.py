"""From a decoded page to its article."""

from collections.abc import Iterator, Sequence

from curation.ingest.cleaning.rules import Rules, load_rules
from curation.ingest.cleaning.zones import Zone
from curation.ingest.decoding import refused
from curation.ingest.languages import (
    MIN_LETTERS,
    count_letters,
    language_of,
    other_language_of,
)
from curation.ingest.metadata import byline_of, city_of, outlet_of, outlet_of_host, published_of
from curation.ingest.normal import Normal, Part, compose
from curation.ingest.readers import Page
from curation.ingest.stated import Stated
from curation.ingest.view import View, view_of
from curation.records import Article, Source, article_id, sha256_text


def article_of(
    page: Page,
    source: Source,
    languages: Sequence[str],
    license: str | None,  # noqa: A002
) -> Article:
    """Clean a page; raises `DataError` where it holds no article in one of the languages."""
    rules = load_rules()
    view = view_of(page)
    normal, found = view.normal, view.zones
    text, kept = compose(normal, list(_parts(normal, found)))
    body = "".join(_texts(normal, found, "body"))
    if not body:
        raise refused(
            source.path,
            "whole file",
            "has no article text left after cleaning",
            "Check that the page holds an article, or take the file out of the input.",
        )
    language = _language(text, source.path, languages)
    stated = _told(view, page.stated, language, rules)
    title = sum(map(len, _texts(normal, found, "title")))
    digest = sha256_text(text)
    return Article(
        id=article_id(digest),
        sha256=digest,
        text=text,
        title=(0, title) if title else None,
        lang=language,
        published=stated.published,
        published_from=stated.published_from,
        outlet=stated.outlet,
        byline=stated.byline,
        url=stated.url,
        license=stated.license or license,
        source=source,
        kept=kept,
        dateline=city_of(normal.text, found, rules),
    )


def _told(view: View, given: Stated, language: str, rules: Rules) -> Stated:
    """Return the metadata: those given with the page, else its head's, else those in its text."""
    page, found, head = view.normal.text, view.zones, view.stated
    url = given.url or head.url
    printed = published_of(page, found, language, rules)
    dated = next((one for one in (given, head) if one.published), None)
    source = dated.published_from if dated else printed.source if printed else None
    outlet = given.outlet or outlet_of_host(url, rules) or head.outlet
    outlet = outlet or outlet_of(page, found, rules)
    return Stated(
        published=dated.published if dated else printed.date if printed else None,
        published_from=source,
        outlet=outlet,
        byline=given.byline or head.byline or byline_of(page, found, rules, outlet),
        url=url,
        license=given.license,
    )


def _language(text: str, name: str, languages: Sequence[str]) -> str:
    letters = count_letters(text)
    if letters < MIN_LETTERS:
        raise refused(
            name,
            f"{letters} letters of text",
            f"are too few to tell their language ({MIN_LETTERS} are needed)",
            "Check that the page holds an article, or take the file out of the input.",
        )
    language = language_of(text, languages)
    if language:
        return language
    raise refused(
        name,
        f"text in {other_language_of(text)!r}",
        f"is in none of the languages {', '.join(languages)}",
        "Add the language to [project] languages in curation.toml, or take the file out.",
    )


def _texts(normal: Normal, found: Sequence[Zone], kind: str) -> Iterator[str]:
    for zone in found:
        if zone.kind == kind:
            yield normal.text[zone.start : zone.end]


def _parts(normal: Normal, found: Sequence[Zone]) -> Iterator[Part]:
    """Yield title and body with what stands between: as on the page, or put in after a cut."""
    held: Zone | None = None
    cut = False
    for zone in found:
        if zone.kind not in ("title", "body"):
            cut = cut or zone.kind != "blank"
            continue
        if held is not None:
            yield from _between(normal.text, held, zone, cut)
        yield zone.start, zone.end
        held, cut = zone, False


def _between(page: str, first: Zone, second: Zone, cut: bool) -> Iterator[Part]:
    """Yield the line ends between two kept zones: two where a blank line stood, else one."""
    places = [at for at in range(first.end, second.start) if page[at] == "\n"]
    if not places and first.kind == second.kind:
        return  # something was cut within a line
    wanted = 2 if first.kind == "title" or _has_blank_line(page[first.end : second.start]) else 1
    if cut or len(places) < wanted:
        yield "\n" * wanted
        return
    for at in places[:wanted]:
        yield at, at + 1


def _has_blank_line(gap: str) -> bool:
    lines = gap.split("\n")
    return any(not line.strip() for line in lines[1:-1])
