"""What a page says of its article: date, outlet, author, place."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from curation.ingest.cleaning.dates import iso_date, read_date_line
from curation.ingest.cleaning.front import author_of, is_author
from curation.ingest.cleaning.lines import key_of, word_count
from curation.ingest.cleaning.rules import Rules
from curation.ingest.cleaning.zones import Zone

DATE_SOURCES = ("line", "byline", "dateline", "prefix")
"""Where a date was found, the surer first: a line of its own, the author's line, the dateline
of the lead, the `date YYYY-MM-DD` that some collections put before the page."""


NEAR, CLOSE, DATE_LENGTH, DATE_WORDS = 24, 8, 100, 3
"""So many zones around the title are searched for a date with so many other words at most."""


class Published(NamedTuple):
    """An ISO date and where it was found."""

    date: str
    source: str


def published_of(page: str, zones: Sequence[Zone], language: str, rules: Rules) -> Published | None:
    """Return the date of publication that the page prints; None where it prints none."""
    title = next((at for at, zone in enumerate(zones) if zone.kind == "title"), 0)
    found = [
        *_dates(page, zones[title:], language, rules),
        *_dates(page, zones[:title], language, rules),
    ]
    best = min(found, key=lambda one: DATE_SOURCES.index(one.source), default=None)
    return best or _near(page, zones, title, language, rules)


def _near(
    page: str, zones: Sequence[Zone], title: int, language: str, rules: Rules
) -> Published | None:
    """Return the date of a short line that was cut away near the title, the nearest below first.

    A time far above the title is the clock of the site.
    """
    above = reversed(range(max(title - NEAR, 0), title))
    for at in (*range(title, min(title + NEAR, len(zones))), *above):
        zone = zones[at]
        text = page[zone.start : zone.end]
        if zone.kind in ("title", "body") or len(text) > DATE_LENGTH:
            continue
        line = read_date_line(text, rules.dates)
        iso = iso_date(line, language) if line else None
        clock = line is not None and line.timed and at < title - CLOSE
        if iso and line and word_count(line.rest) <= DATE_WORDS and not clock:
            return Published(iso, "line")
    return None


def _dates(page: str, zones: Sequence[Zone], language: str, rules: Rules) -> Iterator[Published]:
    later: list[Published] = []
    for zone in zones:
        source = _source(zone)
        line = read_date_line(page[zone.start : zone.end], rules.dates) if source else None
        iso = iso_date(line, language) if line else None
        if not (source and line and iso):
            continue
        if line.updated:
            later.append(Published(iso, source))
        else:
            yield Published(iso, source)
    yield from later[:1]
    yield from _dateline_dates(page, zones, language, rules)


def _source(zone: Zone) -> str | None:
    if zone.rule == "date-head":
        return "prefix"
    if zone.kind == "dateline":
        return "line"
    return "byline" if zone.kind == "byline" else None


def _dateline_dates(
    page: str, zones: Sequence[Zone], language: str, rules: Rules
) -> Iterator[Published]:
    """Yield a full date within the dateline of the lead: "HANOI, May 5, 2024 — "."""
    lead = next((zone for zone in zones if zone.kind == "body"), None)
    if lead is None:
        return
    head = page[lead.start : lead.start + 200].partition("\n")[0]
    for dateline in rules.datelines:
        found = dateline.pattern.match(head)
        line = read_date_line(found["city"], rules.dates) if found and not dateline.first else None
        if line and (iso := iso_date(line, language)):
            yield Published(iso, "dateline")
            return


def outlet_of(page: str, zones: Sequence[Zone], rules: Rules) -> str | None:
    """Return the outlet's name by its mark before the lead or after the end.

    A mark that is a domain names itself where the outlet is unknown.
    """
    for zone in zones:
        mark = _mark(page, zone, rules)
        if mark and (name := _known(mark, "prefix" if zone.kind == "body" else zone.kind, rules)):
            return name
        if mark and zone.rule == "prefix-domain":
            return mark
    return _by_line(page, zones, rules)


def outlet_of_host(url: str | None, rules: Rules) -> str | None:
    """Return the outlet whose domain an address is in, the longest domain first."""
    host = (urlsplit(url).hostname or "") if url else ""
    domains = sorted((one for one in rules.outlets if "." in one.mark), key=lambda o: -len(o.mark))
    for outlet in domains:
        domain = outlet.mark.casefold()
        if outlet.where == "prefix" and (host == domain or host.endswith("." + domain)):
            return outlet.outlet
    return None


def _mark(page: str, zone: Zone, rules: Rules) -> str | None:
    """Return the outlet's mark within a prefix or a sign-off."""
    pattern = rules.marks.get(zone.rule)
    if pattern is None or zone.kind not in ("prefix", "signoff", "body"):
        return None
    found = pattern.search(page, zone.start, zone.end)
    return found["mark"] if found else page[zone.start : zone.end].strip(" ().")


def _known(mark: str, where: str, rules: Rules) -> str | None:
    return next(
        (
            outlet.outlet
            for outlet in rules.outlets
            if outlet.where == where and outlet.mark.casefold() == mark.casefold()
        ),
        None,
    )


def _by_line(page: str, zones: Sequence[Zone], rules: Rules) -> str | None:
    """Return the outlet whose own words stand in what was cut away."""
    marks = [outlet for outlet in rules.outlets if outlet.where == "line"]
    for zone in zones:
        if zone.kind not in ("title", "body", "blank"):
            text = page[zone.start : zone.end]
            for outlet in marks:
                if outlet.mark in text:
                    return outlet.outlet
    return None


def byline_of(
    page: str, zones: Sequence[Zone], rules: Rules, outlet: str | None = None
) -> str | None:
    """Return the author as printed; None where the page names none but the outlet."""
    for zone in zones:
        if zone.kind != "byline" or zone.rule.endswith("-label"):
            continue
        text = page[zone.start : zone.end]
        line = read_date_line(text, rules.dates)
        name = _AFTER_NAME.sub("", author_of(line.rest if line else text, rules))
        if outlet and key_of(name) == key_of(outlet):
            continue
        if is_author(name, rules) or (zone.rule not in _LOOSE and 1 < len(name) <= 80):
            return name
    return None


_LOOSE = ("author-box", "html-byline")
_AFTER_NAME = re.compile(r"\s?/\s?[^\W\d_a-z][^/]{0,60}$")
"""The agency or place behind an author's name and a slash."""


def city_of(page: str, zones: Sequence[Zone], rules: Rules) -> str | None:
    """Return the place of the dateline, as printed; None where there is none."""
    for zone in zones:
        for rule in rules.datelines if zone.kind == "body" else ():
            found = (
                rule.pattern.match(page[zone.start : zone.end]) if rule.name == zone.rule else None
            )
            if found and "city" in rule.pattern.groupindex:
                return _DATE_BEHIND.sub("", found["city"]).strip(" ,")
    return None


_DATE_BEHIND = re.compile(r",\s*\w+\.?\s\d{1,2}(?:,\s\d{4})?$")
