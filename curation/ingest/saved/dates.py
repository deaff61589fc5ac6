"""The day of first publication by the head of a saved page: JSON-LD, meta tags, times, address."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from curation.ingest.cleaning.dates import FIRST_YEAR, LAST_YEAR
from curation.ingest.saved.json_ld import Item, strings
from curation.ingest.saved.markup import Element

_ISO = re.compile(r"\s*(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![0-9])")
_DAY_FIRST = re.compile(r"\s*(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?![0-9])")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?\s*$")
_WORDED = re.compile(
    r"\s*(?:[A-Z][a-z]{2,8},\s*)?(\d{1,2}\s[A-Z][a-z]{2}\s\d{4})(?:\s[\d:]{4,8}.*)?$"
)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})[/-]?(\d{2})(?=[/-]|\.|$)")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate",
    "publishdate", "publish_date", "publish-date", "date.published", "published_time",
    "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.date", "dcterms.created", "sailthru.date", "parsely-pub-date", "article.published",
    "og:published_time", "date", "its_publication", "apub:time", "article:published",
    "publication_date", "publicationdate", "release_date", "og:pubdate", "dc.date.created",
)  # fmt: skip
_ASIDE = frozenset(("aside", "nav", "footer", "li"))


class Stamp(NamedTuple):
    """A day as it is written, where it stands, and the moment where a zone is given."""

    day: str
    source: str
    moment: datetime | None


def published_in(
    item: Item, metas: Mapping[str, str], heads: Sequence[Element], url: str | None
) -> tuple[str | None, str | None]:
    """Return the day of first publication in the page's own zone, and where it stood.

    A time in UTC is of the next day or the one before in the zone of the page, where another
    stamp of the same moment or the address says so.
    """
    stamps = list(_stamps(item, metas, heads))
    in_address = _of_address(url)
    if not stamps:
        return (in_address, "url") if in_address else (None, None)
    first = stamps[0]
    if first.moment is None or first.moment.utcoffset():
        return first.day, first.source
    for other in stamps:
        if other.moment == first.moment and other.moment and other.moment.utcoffset():
            return other.day, first.source
    if in_address and abs(date.fromisoformat(in_address) - date.fromisoformat(first.day)) == _DAY:
        return in_address, "url"
    return first.day, first.source


_DAY = timedelta(days=1)


def _stamps(item: Item, metas: Mapping[str, str], heads: Sequence[Element]) -> Iterator[Stamp]:
    """Yield the stamps, the surest first."""
    for text in strings(item, "datePublished"):
        yield from _stamp(text, "json-ld")
    for name in _PUBLISHED:
        yield from _stamp(metas.get(name, ""), "meta")
    times = [element for element in heads if element.tag == "time"]
    for element in heads:
        if element.attributes.get("itemprop", "").lower() == "datepublished":
            yield from _stamp(element.attributes.get("datetime", ""), "time")
    plain = [
        stamp
        for element in times
        if not any(one.tag in _ASIDE for one in element.ancestors())
        for stamp in _stamp(element.attributes.get("datetime", ""), "time")
    ]
    if len({stamp.day for stamp in plain}) == 1:
        yield plain[0]


def _stamp(text: str, source: str) -> Iterator[Stamp]:
    if day := day_of(text):
        yield Stamp(day, source, _moment(text))


def _moment(text: str) -> datetime | None:
    """Return the moment of an ISO time with a zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def day_of(text: str) -> str | None:
    """Return the day of an ISO time as its zone has it, of D/M/YYYY, or of a worded date.

    None for anything else.
    """
    if found := _ISO.match(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _DAY_FIRST.match(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
    elif found := _COMPACT.match(text):
        year, month, day = map(int, found.groups())
    elif found := _WORDED.match(text):
        return _worded(found[1])
    else:
        return None
    return _iso(year, month, day)


def _worded(text: str) -> str | None:
    try:
        found = parsedate_to_datetime(f"{text} 00:00")
    except ValueError:
        return None
    return _iso(found.year, found.month, found.day)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _of_address(url: str | None) -> str | None:
    """Return the day in the path of an address: /2024/05/06/, /20240506-."""
    found = _IN_ADDRESS.search(url) if url else None
    return _iso(*map(int, found.groups())) if found else None
