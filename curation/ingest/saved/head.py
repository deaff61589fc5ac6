"""What the head of a saved page says of its article: JSON-LD, meta tags, links, times."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from curation.ingest.cleaning.lines import key_of
from curation.ingest.saved.dates import published_in
from curation.ingest.saved.json_ld import Item, body_of, item_of, names, strings
from curation.ingest.saved.markup import Element, Markup
from curation.ingest.stated import Stated, is_url

_AUTHOR = (
    "author", "article:author", "parsely-author", "dc.creator", "dcterms.creator",
    "sailthru.author", "byl", "cxenseparse:author",
)  # fmt: skip
_AUTHOR_LIKE = re.compile(r"[.:_-](?:authors?|byline)$")
_TITLE = ("og:title", "twitter:title", "headline", "title", "dc.title", "parsely-title")
_OUTLET = ("og:site_name", "application-name", "al:android:app_name", "dc.publisher")
_TITLE_PARTS = re.compile(r"\s+[|»«•·–—-]\s+|\s*\|\s*")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?(?P<host>[\w-]+(?:\.[\w-]+)+)/?$", re.IGNORECASE)
_BY = re.compile(
    r"(?:(?:written|story|reported)\s+)?by:?\s+|(?:theo|bài|tác\sgiả|thực\shiện)\s*:?\s+", re.I
)
_AND = re.compile(r",?\s+(?:and|và|&)\s+|\s*;\s*")
_ACCOUNTS = frozenset(("admin", "administrator", "webmaster", "editor", "user", "guest", "root"))
"""Names of accounts, not of persons."""


class Head(msgspec.Struct, frozen=True):
    """What the head of a page says: metadata, and the text of the body, "" where it has none."""

    stated: Stated
    body: str


def read_head(markup: Markup) -> Head:
    """Collect the metadata of a page; what is missing or no date, name or address is None."""
    metas = _metas(markup.heads)
    titles = _titles(markup, metas)
    item = item_of(markup.scripts, titles)
    url = _url(item, metas, markup.heads)
    published, source = published_in(item, metas, markup.heads, url)
    outlet = _outlet(item, metas, markup.title, url)
    all_titles = dict.fromkeys([*strings(item, "headline"), *titles])
    stated = Stated(
        titles=tuple(one for one in all_titles if key_of(one) != key_of(outlet or "")),
        published=published,
        published_from=source,
        outlet=outlet,
        byline=_byline(item, metas, outlet),
        url=url,
    )
    return Head(stated, body_of(item))


def _metas(heads: Sequence[Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in heads:
        at = element.attributes
        name = at.get("property") or at.get("name") or at.get("itemprop") or ""
        value = " ".join(at.get("content", "").split())
        if element.tag == "meta" and name and value:
            found.setdefault(name.lower(), value)
    return found


def _titles(markup: Markup, metas: Mapping[str, str]) -> list[str]:
    titles = [metas[name] for name in _TITLE if name in metas] + [markup.title]
    parts = [part for title in titles for part in _TITLE_PARTS.split(title)]
    longest = sorted(parts, key=len, reverse=True)[:2]
    return [title for title in dict.fromkeys([*titles, *longest]) if len(title) > 5]


def _outlet(item: Item, metas: Mapping[str, str], title: str, url: str | None) -> str | None:
    """Return the outlet by its name, rather than by its domain or its account elsewhere."""
    named = [metas[name] for name in _OUTLET if name in metas]
    given = [*named, *names(item.get("publisher")), *_tail(title, url)]
    given = [one.partition(" | ")[0] for one in given if not one.startswith("@")]
    best = next((one for one in given if not _is_bare(one, url)), next(iter(given), None))
    host = _HOST.match(best) if best else None
    return host["host"] if host and "://" in host[0] else best


def _is_bare(name: str, url: str | None) -> bool:
    """Tell whether a name is a domain, or the domain's first part."""
    in_small = name.islower() and " " not in name
    return bool(_HOST.match(name)) or (in_small and _squashed(name) in _host(url))


def _tail(title: str, url: str | None) -> Iterator[str]:
    """Yield the last part of the page's title where the domain is made of it."""
    parts = _TITLE_PARTS.split(title)
    if len(parts) > 1 and len(_squashed(parts[-1])) > 2 and _squashed(parts[-1]) in _host(url):
        yield parts[-1].strip()


def _host(url: str | None) -> str:
    return _squashed(urlsplit(url).hostname or "") if url else ""


def _squashed(text: str) -> str:
    """Return the letters and digits alone, in small letters and without accents."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(char for char in plain if char.isalnum())


def _byline(item: Item, metas: Mapping[str, str], outlet: str | None) -> str | None:
    """Return the authors, joined with "; "; never the outlet itself or an address."""
    given = [names(item.get("author")), *([metas[name]] for name in _AUTHOR if name in metas)]
    given += [[value] for name, value in metas.items() if _AUTHOR_LIKE.search(name)]
    for written in given:
        cleaned = (person for name in written for person in _persons(name, outlet))
        persons = [name for name in cleaned if is_person(name, outlet)]
        if persons:
            return "; ".join(dict.fromkeys(persons))
    return None


def _persons(name: str, outlet: str | None) -> Iterator[str]:
    """Yield the names in one text: without "By", without the outlet behind, cut at "and"."""
    name = _BY.sub("", name, count=1) if _BY.match(name) else name
    parts = _AND.split(name)
    if len(parts) > 1:
        parts = [one for part in parts for one in part.split(", ")]
    elif ", " in name and not is_person(name.rpartition(", ")[2], outlet):
        parts = [name.rpartition(", ")[0]]
    for part in parts:
        yield _without_outlet(part.strip(" ,"), outlet)


def _without_outlet(name: str, outlet: str | None) -> str:
    """Take the outlet from behind a name."""
    words = name.split()
    for at in range(2, len(words)):
        if outlet and _squashed("".join(words[at:])) == _squashed(outlet):
            return " ".join(words[:at])
    return name


def is_person(name: str, outlet: str | None) -> bool:
    """Tell whether a name may be an author's: no address, no account, not the outlet."""
    key = key_of(name)
    return (
        any(map(str.isalpha, key))
        and len(name) <= 120
        and "://" not in name
        and not name.startswith("@")
        and not _HOST.match(name)
        and key not in _ACCOUNTS
        and not (outlet and (key in key_of(outlet) or key_of(outlet) in key))
    )


def _url(item: Item, metas: Mapping[str, str], heads: Sequence[Element]) -> str | None:
    links = [
        one.attributes.get("href", "")
        for one in heads
        if one.tag == "link" and "canonical" in one.attributes.get("rel", "").lower().split()
    ]
    main = item.get("mainEntityOfPage")
    page = main.get("@id") if isinstance(main, dict) else main
    given = [*links, metas.get("og:url"), *strings(item, "url"), page]
    return next((one.strip() for one in given if isinstance(one, str) and is_url(one)), None)
