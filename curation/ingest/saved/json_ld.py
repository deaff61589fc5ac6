"""The JSON-LD of a saved page: the item of its article, and the text that it gives for the body."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from curation.ingest.cleaning.lines import key_of
from curation.ingest.saved.markup import Script

MAX_JSON = 2_000_000
"""A longer script is not read."""
Item = dict[str, Any]
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Story)$|^(?:NewsArticle|WebPage)$")
_TAG = re.compile(r"<[^<>]{1,2000}>")
_STRING = re.compile(
    r'"(?P<name>@type|headline|datePublished|articleBody)"\s*:\s*(?P<value>"(?:[^"\\]|\\.)*+")'
)
_WRITTEN = r'"{}"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*+)"'
_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<char>.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": " "}


class Literal(msgspec.Struct, frozen=True):
    """A string of a script: its text, and where in the page each code point of it stands.

    `places` has -1 for what is written as an escape.
    """

    text: str
    places: tuple[int, ...]


def item_of(scripts: Sequence[Script], titles: Sequence[str]) -> Item:
    """Return the item of the article: that with the page's title, else the first; {} for none."""
    items = [item for script in scripts for item in items_of(script)]
    keys = {key_of(title) for title in titles}
    named = [
        item
        for item in items
        if any(key_of(one) in keys for one in (*strings(item, "headline"), *strings(item, "name")))
    ]
    with_date = [item for item in (*named, *items) if "datePublished" in item]
    return next(iter((*with_date, *named, *items)), {})


def items_of(script: Script) -> Iterator[Item]:
    """Yield the articles of a script."""
    if "ld+json" not in script.type or len(script.text) > MAX_JSON:
        return
    text = script.text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip()
    try:
        value = msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        value = _mended(text)
    yield from _articles(value, 0)


def _mended(text: str) -> Any:
    """Read JSON with line ends within its strings, which many pages have, or with other faults."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _salvaged(text)


def _salvaged(text: str) -> Item:
    """Return the first strings of each name in what is no JSON."""
    found: Item = {}
    for one in _STRING.finditer(text):
        try:
            found.setdefault(one["name"], json.loads(one["value"], strict=False))
        except ValueError:
            continue
    return found


def _articles(value: Any, depth: int) -> Iterator[Item]:
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


def strings(item: Item, name: str) -> list[str]:
    """Return the strings of a property, their blanks made one."""
    value = item.get(name)
    values = value if isinstance(value, list) else [value]
    return [" ".join(one.split()) for one in values if isinstance(one, str) and one.strip()]


def names(value: Any) -> list[str]:
    """Return the names of persons or organizations, given as strings or as items."""
    values = value if isinstance(value, list) else [value]
    found = []
    for one in values:
        name = one.get("name") if isinstance(one, dict) else one
        for part in name if isinstance(name, list) else [name]:
            if isinstance(part, str) and part.strip():
                found.append(" ".join(html.unescape(part).split()))
    return found


def body_of(item: Item) -> str:
    """Return the text of the body, without its markup; of a live blog that of all entries."""
    entries = item.get("liveBlogUpdate")
    entries = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    texts = (text for one in (item, *entries) for text in strings(one, "articleBody"))
    return "\n".join(html.unescape(_TAG.sub(" ", html.unescape(text))) for text in texts)


def literal_of(scripts: Sequence[Script], name: str) -> Literal | None:
    """Return the longest string of this name as it is written; None where there is none."""
    pattern = re.compile(_WRITTEN.format(name))
    written = [
        (found["value"], script.start + found.start("value"))
        for script in scripts
        if "ld+json" in script.type and len(script.text) <= MAX_JSON
        for found in pattern.finditer(script.text)
    ]
    return _decoded(*max(written, key=lambda one: len(one[0]))) if written else None


def _decoded(written: str, start: int) -> Literal:
    texts: list[str] = []
    places: list[int] = []
    at = 0
    for found in _ESCAPE.finditer(written):
        texts.append(written[at : found.start()])
        places.extend(range(start + at, start + found.start()))
        char = found["char"]
        text = chr(int(found["code"], 16)) if found["code"] else _ESCAPED.get(char, char)
        texts.append(text)
        places.extend([-1] * len(text))
        at = found.end()
    texts.append(written[at:])
    places.extend(range(start + at, start + len(written)))
    return Literal(*_paired("".join(texts), places))


def _paired(text: str, places: list[int]) -> tuple[str, tuple[int, ...]]:
    """Join the two halves that an escape writes a code point beyond U+FFFF in."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text, tuple(places)
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    at, kept = 0, []
    for char in joined:
        kept.append(places[at])
        at += 2 if char > "\uffff" and "\ud800" <= text[at] <= "\udbff" else 1
    return joined, tuple(kept)
