"""What is stated of an article outside of its text: in the head of a page, in a record's fields."""

from urllib.parse import urlsplit

import msgspec


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Metadata that came with an article; None where nothing was said.

    `titles`: the surest first; `published`: an ISO date; `published_from`: where it stood.
    """

    titles: tuple[str, ...] = ()
    published: str | None = None
    published_from: str | None = None
    outlet: str | None = None
    byline: str | None = None
    url: str | None = None
    license: str | None = None


NOTHING = Stated()


def is_url(text: str) -> bool:
    """Tell whether a text is the whole address of a page."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "." in parts.netloc
        and not any(map(str.isspace, text))
    )
