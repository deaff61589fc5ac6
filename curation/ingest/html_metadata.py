"""What the head of a saved page says of its article: JSON-LD, meta tags, links, times."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from curation.ingest.dates import FIRST_YEAR, LAST_YEAR
from curation.ingest.lines import key_of
from curation.ingest.markup import Element, Markup
from curation.ingest.stated import Stated, is_url

_ARTICLE = re.compile(r"(?:Article|Posting|Report|Story)$|^(?:NewsArticle|WebPage)$")
_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?![0-9])")
_DAY_FIRST = re.compile(r"\s*(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![0-9])")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate",
    "publishdate", "publish_date", "publish-date", "date.published", "published_time",
    "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.date", "dcterms.created", "sailthru.date", "parsely-pub-date", "article.published",
    "og:published_time", "date", "its_publication", "apub:time",
)  # fmt: skip
_AUTHOR = (
    "author", "article:author", "parsely-author", "dc.creator", "dcterms.creator",
    "sailthru.author", "byl", "cxenseparse:author",
)  # fmt: skip
_TITLE = ("og:title", "twitter:title", "headline", "title", "dc.title", "parsely-title")
_OUTLET = ("og:site_name", "application-name", "al:android:app_name", "dc.publisher")
_MAX_JSON = 400_000
_TITLE_PARTS = re.compile(r"\s+[|»«•·–—-]\s+|\s*\|\s*")


def read_head(markup: Markup) -> Stated:
    """Collect the metadata of a page; what is missing or no date, name or address is None."""
    metas = _metas(markup.heads)
    titles = _titles(markup, metas)
    item = _item(markup, titles)
    published, source = _published(item, metas, markup.heads)
    outlet = _outlet(item, metas)
    all_titles = dict.fromkeys([*_strings(item, "headline"), *titles])
    return Stated(
        titles=tuple(one for one in all_titles if key_of(one) != key_of(outlet or "")),
        published=published,
        published_from=source,
        outlet=outlet,
        byline=_byline(item, metas, outlet),
        url=_url(item, metas, markup.heads),
    )


def _metas(heads: Sequence[Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in heads:
        at = element.attributes
        name = at.get("property") or at.get("name") or at.get("itemprop") or ""
        value = " ".join(at.get("content", "").split())
        if element.tag == "meta" and name and value:
            found.setdefault(name.lower(), value)
    return found


def _titles(markup: Markup, metas: dict[str, str]) -> list[str]:
    titles = [metas[name] for name in _TITLE if name in metas] + [markup.title]
    parts = [part for title in titles for part in _TITLE_PARTS.split(title)]
    longest = sorted(parts, key=len, reverse=True)[:2]
    return [title for title in dict.fromkeys([*titles, *longest]) if len(title) > 5]


def _item(markup: Markup, titles: Sequence[str]) -> dict[str, Any]:
    """Return the JSON-LD item of the article: the one with the page's title, else the first."""
    items = [item for script in markup.scripts for item in _items(script.type, script.text)]
    keys = {key_of(title) for title in titles}
    named = [
        item
        for item in items
        if any(
            key_of(name) in keys for name in (*_strings(item, "headline"), *_strings(item, "name"))
        )
    ]
    with_date = [item for item in (*named, *items) if "datePublished" in item]
    return next(iter((*with_date, *named, *items)), {})


def _items(kind: str, text: str) -> Iterator[dict[str, Any]]:
    if "ld+json" not in kind or len(text) > _MAX_JSON:
        return
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip()
    try:
        value = msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        value = _mended(text)
    yield from _articles(value, 0)


def _mended(text: str) -> Any:
    """Read JSON with line ends within its strings, which many pages have."""
    import json

    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _articles(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the articles at the top, in a list or a graph; not those that a list points at."""
    if isinstance(value, list) and depth < 4:
        for one in value:
            yield from _articles(one, depth + 1)
    elif isinstance(value, dict):
        types = value.get("@type", "")
        types = types if isinstance(types, list) else [types]
        if any(isinstance(name, str) and _ARTICLE.search(name) for name in types):
            yield value
        yield from _articles(value.get("@graph"), depth + 1)
        if "mainEntity" in value and depth < 4:
            yield from _articles(value["mainEntity"], depth + 1)


def _strings(item: dict[str, Any], name: str) -> list[str]:
    value = item.get(name)
    values = value if isinstance(value, list) else [value]
    return [" ".join(one.split()) for one in values if isinstance(one, str) and one.strip()]


def _names(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    found = []
    for one in values:
        name = one.get("name") if isinstance(one, dict) else one
        for part in name if isinstance(name, list) else [name]:
            if isinstance(part, str) and part.strip():
                found.append(" ".join(part.split()))
    return found


def _published(
    item: dict[str, Any], metas: dict[str, str], heads: Sequence[Element]
) -> tuple[str | None, str | None]:
    for text in _strings(item, "datePublished"):
        if day := day_of(text):
            return day, "json-ld"
    for name in _PUBLISHED:
        if day := day_of(metas.get(name, "")):
            return day, "meta"
    for element in heads:
        named = element.attributes.get("itemprop", "").lower() == "datepublished"
        if named and (day := day_of(element.attributes.get("datetime", ""))):
            return day, "time"
    return None, None


def day_of(text: str) -> str | None:
    """Return the day of an ISO time as its zone has it, or of D/M/YYYY; None for anything else."""
    if found := _ISO.match(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.match(text):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _outlet(item: dict[str, Any], metas: dict[str, str]) -> str | None:
    named = [metas[name] for name in _OUTLET if name in metas]
    return next(iter((*named, *_names(item.get("publisher")))), None)


def _byline(item: dict[str, Any], metas: dict[str, str], outlet: str | None) -> str | None:
    """Return the authors, joined with "; "; never the outlet itself or an address."""
    given = [_names(item.get("author")), *([metas[name]] for name in _AUTHOR if name in metas)]
    for names in given:
        persons = [name for name in names if _is_name(name, outlet)]
        if persons:
            return "; ".join(dict.fromkeys(persons))
    return None


def _is_name(name: str, outlet: str | None) -> bool:
    key = key_of(name)
    return (
        any(map(str.isalpha, key))
        and len(name) <= 120
        and "://" not in name
        and not (outlet and (key in key_of(outlet) or key_of(outlet) in key))
    )


def _url(item: dict[str, Any], metas: dict[str, str], heads: Sequence[Element]) -> str | None:
    links = [
        one.attributes.get("href", "")
        for one in heads
        if one.tag == "link" and "canonical" in one.attributes.get("rel", "").lower().split()
    ]
    main = item.get("mainEntityOfPage")
    page = main.get("@id") if isinstance(main, dict) else main
    given = [*links, metas.get("og:url"), *_strings(item, "url"), page]
    return next((one.strip() for one in given if isinstance(one, str) and is_url(one)), None)
