"""From a decoded page to its article."""

from collections.abc import Iterator, Sequence

from curation.ingest.languages import (
    MIN_LETTERS,
    count_letters,
    language_of,
    other_language_of,
)
from curation.ingest.metadata import byline_of, outlet_of, published_of
from curation.ingest.normal import Normal, Part, compose, normalize
from curation.ingest.readers import Page, refused
from curation.ingest.rules import load_rules
from curation.ingest.zones import Zone, zones
from curation.records import Article, Source, article_id, sha256_text

BETWEEN = "\n\n"
"""What stands between title and body."""


def article_of(
    page: Page,
    source: Source,
    languages: Sequence[str],
    license: str | None,  # noqa: A002
) -> Article:
    """Clean a page; raises `DataError` where it holds no article in one of the languages."""
    rules = load_rules()
    normal = normalize(page.text)
    found = zones(normal.text, rules)
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
    published = published_of(normal.text, found, language, rules)
    title = sum(map(len, _texts(normal, found, "title")))
    digest = sha256_text(text)
    return Article(
        id=article_id(digest),
        sha256=digest,
        text=text,
        title=(0, title) if title else None,
        lang=language,
        published=published.date if published else None,
        published_from=published.source if published else None,
        outlet=outlet_of(normal.text, found, rules),
        byline=byline_of(normal.text, found, rules),
        url=None,
        license=license,
        source=source,
        kept=kept,
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
