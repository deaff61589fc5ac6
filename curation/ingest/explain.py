"""What ingest makes of a page, zone by zone, each with the rule that kept or cut it."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from curation.ingest.view import View
from curation.records import Article

KEPT = ("title", "body")
WIDTH = 16


class ShownZone(msgspec.Struct, frozen=True):
    """A part of the page; `raw` is where it stands in the decoded source, where that is known."""

    kind: str
    rule: str
    kept: bool
    text: str
    raw: tuple[int, int] | None


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A page explained; `refused` tells why it is no article."""

    file: str
    refused: str | None = None
    article: str | None = None
    lang: str | None = None
    published: str | None = None
    published_from: str | None = None
    outlet: str | None = None
    byline: str | None = None
    city: str | None = None
    url: str | None = None
    license: str | None = None
    zones: tuple[ShownZone, ...] = ()

    def text(self) -> str:
        """Return the page for reading: metadata, then a line for each zone."""
        return "\n".join((*self._head(), "", *map(_line, self.zones), "", *self._sums()))

    def _head(self) -> Iterator[str]:
        yield self.file
        if self.refused:
            yield f"  {'refused':<{WIDTH}}{self.refused}"
        dated = f"{self.published} ({self.published_from})" if self.published else None
        for name, value in (
            ("language", self.lang), ("published", dated), ("outlet", self.outlet),
            ("byline", self.byline), ("city", self.city), ("address", self.url),
            ("licence", self.license),
        ):  # fmt: skip
            yield f"  {name:<{WIDTH}}{value or 'none'}"

    def _sums(self) -> Iterator[str]:
        sizes: Counter[str] = Counter()
        for zone in self.zones:
            sizes["kept" if zone.kept else zone.kind] += sum(not c.isspace() for c in zone.text)
        parts = ", ".join(f"{name} {size}" for name, size in sizes.most_common())
        yield f"Characters without blanks: {parts or 'none'}."


def _line(zone: ShownZone) -> str:
    sign = "  " if zone.kept else "✂ "
    text = zone.text.replace("\n", "⏎")
    return f"{sign}{zone.kind:<10}{zone.rule:<24}| {text}"


def explained(name: str, view: View, article: Article | None, refused: str | None) -> Explained:
    """Explain a page; the article is None where it was refused."""
    zones = tuple(_shown(view))
    if article is None:
        return Explained(file=name, refused=refused, zones=zones)
    return Explained(
        file=name,
        article=article.id,
        lang=article.lang,
        published=article.published,
        published_from=article.published_from,
        outlet=article.outlet,
        byline=article.byline,
        city=article.dateline,
        url=article.url,
        license=article.license,
        zones=zones,
    )


def _shown(view: View) -> Iterator[ShownZone]:
    pieces = view.normal.pieces
    index = 0
    for zone in view.zones:
        if zone.kind == "blank":
            continue
        while index < len(pieces) and pieces[index][0] + pieces[index][2] <= zone.start:
            index += 1
        text = view.normal.text[zone.start : zone.end]
        yield ShownZone(zone.kind, zone.rule, zone.kind in KEPT, text, _raw(view, index, zone.end))


def _raw(view: View, index: int, end: int) -> tuple[int, int] | None:
    """Return the raw range of the pieces from `index` on that begin before `end`."""
    last = index
    pieces = view.normal.pieces
    while last < len(pieces) and pieces[last][0] < end:
        last += 1
    if last == index:
        return None
    first, final = pieces[index], pieces[last - 1]
    return first[1], final[1] + min(final[2], end - final[0])
