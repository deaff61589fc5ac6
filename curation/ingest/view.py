"""A page as the cleaning sees it: its normal form, its zones, and what is stated of it."""

import msgspec

from curation.ingest.cleaning.layout import Hint
from curation.ingest.cleaning.rules import load_rules
from curation.ingest.cleaning.zones import Zone, zones
from curation.ingest.normal import Normal, normalize
from curation.ingest.readers import HTML, Page
from curation.ingest.saved.page import read_saved
from curation.ingest.stated import Stated


class View(msgspec.Struct, frozen=True):
    """`normal` maps to the decoded page; for HTML it is the visible text alone."""

    normal: Normal
    zones: tuple[Zone, ...]
    stated: Stated


def view_of(page: Page) -> View:
    """Divide a page into its zones."""
    if page.media_type == HTML:
        saved = read_saved(page.text)
        found = zones(saved.normal.text, load_rules(), saved.hints)
        return View(saved.normal, tuple(found), saved.stated)
    normal = normalize(page.text)
    hints = [Hint("title", "field-title")] if page.stated.titles else []
    return View(normal, tuple(zones(normal.text, load_rules(), hints)), page.stated)
