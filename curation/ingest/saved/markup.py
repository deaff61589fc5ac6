"""A saved HTML page into lines of visible text, each code point with its place in the source.

The reader is a tokenizer and a light tree. It never fails: what is left open is closed where a
browser would close it, a tag without an end is passed over. It is our own because none of the
HTML parsers measured tells where in the source a text stands.

The text of a line maps to the source as in `curation.offsets`. Of several blanks the first
U+0020 stands for all; where there is none (a line end within a paragraph), the blank is put in.
A character reference such as `&amp;` is one piece: its raw piece is the whole reference.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5

import msgspec

from curation.offsets import is_boundary

MAX_DEPTH = 200
"""Elements that are nested deeper are read as if they stood beside each other."""

SLUG_DASHES = 4
"""An id with so many dashes is a sentence: that of the heading that it stands on."""

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attrs>(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?|[\"'])*+)>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s=/>\"']+)(?:\s*+=\s*+(?:\"(?P<a>[^\"]*+)\"|'(?P<b>[^']*+)'|(?P<c>[^\s>]++)))?"
)
REFERENCE = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,8}|#[0-9]{1,10}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_BLANKS = re.compile(r"[ \t\n\r\f\x0b\x1c-\x1f\x85\u2028\u2029]+")

_FOLDED = re.compile(r" {2}|[\t\n\r\f\x0b\x1c-\x1f\x85\u2028\u2029]")

_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr", "frame", "keygen",
))  # fmt: skip
_RAW = frozenset((
    "script", "style", "template", "textarea", "iframe", "noembed", "noframes", "noscript",
    "xmp", "svg", "math", "select",
))  # fmt: skip
_BLOCK = frozenset((
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html",
    "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary",
    "table", "tbody", "tfoot", "thead", "title", "tr", "ul", "amp-ad", "amp-img",
    "amp-accordion",
))  # fmt: skip
_CELLS = frozenset(("td", "th"))
_CLOSED_BY: dict[str, frozenset[str]] = {
    "p": _BLOCK - {"button", "caption", "option", "tr", "tbody", "thead", "tfoot", "body"},
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "td": frozenset(("td", "th", "tr", "tbody", "thead", "tfoot")),
    "th": frozenset(("td", "th", "tr", "tbody", "thead", "tfoot")),
    "tr": frozenset(("tr", "tbody", "thead", "tfoot")),
    "tbody": frozenset(("tbody", "tfoot")),
    "thead": frozenset(("tbody", "tfoot")),
    "option": frozenset(("option",)),
    "head": frozenset(("body",)),
}
_FENCES: dict[str, frozenset[str]] = {
    "li": frozenset(("ul", "ol", "menu", "dir")),
    "dt": frozenset(("dl",)),
    "dd": frozenset(("dl",)),
    "td": frozenset(("table",)),
    "th": frozenset(("table",)),
    "tr": frozenset(("table",)),
    "tbody": frozenset(("table",)),
    "thead": frozenset(("table",)),
}
"""Within which elements another one of the kind does not close the first."""

Piece = tuple[int, int, int]


class Element:
    """An element of the page; `words` are those of its class, id, role and type."""

    __slots__ = (
        "attributes", "depth", "hidden", "length", "linked", "links", "parent", "tag", "weight",
        "words",
    )  # fmt: skip

    def __init__(self, tag: str, parent: "Element | None", attributes: dict[str, str]) -> None:
        self.tag = tag
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.attributes = attributes
        self.words = _words_of(attributes)
        self.hidden: bool = (parent.hidden if parent else False) or is_hidden(attributes)
        self.weight = 0.0
        self.length = self.linked = self.links = 0

    def ancestors(self) -> Iterator["Element"]:
        """Yield the element itself and what it stands in, from the inside."""
        at: Element | None = self
        while at is not None:
            yield at
            at = at.parent


class TextLine:
    """A line of visible text; `element` is the innermost that holds all of it."""

    __slots__ = ("_chunks", "after_break", "element", "length", "linked", "pieces")

    def __init__(self, element: Element, after_break: bool) -> None:
        self.element = element
        self.after_break = after_break
        self.pieces: list[Piece] = []
        self.linked = 0
        self.length = 0
        self._chunks: list[str] = []

    @property
    def text(self) -> str:
        """Return the whole line."""
        if len(self._chunks) > 1:
            self._chunks = ["".join(self._chunks)]
        return self._chunks[0] if self._chunks else ""

    def add(self, text: str) -> None:
        """Add text at the end."""
        self._chunks.append(text)
        self.length += len(text)


class Script(msgspec.Struct, frozen=True):
    """The content of a script, its type, and where in the page it begins."""

    type: str
    text: str
    start: int = 0


class Markup(msgspec.Struct, frozen=True):
    """A page read: its lines, its `meta`, `link` and `time` elements, its title, its scripts.

    `alts` are the texts that stand for its pictures.
    """

    lines: list[TextLine]
    heads: list[Element]
    title: str
    scripts: list[Script]
    root: Element
    alts: list[str]


def read_markup(source: str) -> Markup:
    """Read a page; never fails."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._root = Element("#page", None, {})
        self._open = [self._root]
        self._lines: list[TextLine] = []
        self._line: TextLine | None = None
        self._breaks = 0
        self._blank: Piece | tuple[()] | None = None
        self._links = 0
        self._heads: list[Element] = []
        self._scripts: list[Script] = []
        self._alts: list[str] = []
        self._title = ""
        self._unclosed: set[str] = set()

    def read(self) -> Markup:
        source = self._source
        last = source.rfind(">")
        at = 0
        while (start := source.find("<", at)) >= 0:
            after = source[start + 1 : start + 2]
            if not (after.isascii() and after.isalpha()) and after not in ("/", "!", "?"):
                end = start + 1  # a mere less-than sign
                self._text(at, end)
                at = end
                continue
            self._text(at, start)
            at = self._markup(start) if start < last else len(source)
        self._text(at, len(source))
        self._flush()
        return Markup(self._lines, self._heads, self._title, self._scripts, self._root, self._alts)

    def _markup(self, start: int) -> int:
        """Read the tag or comment that begins here; return where it ends."""
        source = self._source
        found = _TAG.match(source, start)
        if found is None:
            return self._pass_comment(start)
        name = found["name"].lower()
        if found["close"]:
            self._end(name)
            return found.end()
        attributes = _attributes(found["attrs"]) if found["attrs"] else {}
        if name in _RAW or name == "title":
            return self._pass_raw(name, attributes, found.end(), found["attrs"].endswith("/"))
        self._start(name, attributes)
        return found.end()

    def _pass_comment(self, start: int) -> int:
        source = self._source
        if source.startswith("<!--", start):
            end = source.find("-->", start + 2)
            return len(source) if end < 0 else end + 3
        end = source.find(">", start)
        return len(source) if end < 0 else end + 1

    def _pass_raw(self, name: str, attributes: dict[str, str], at: int, closed: bool) -> int:
        """Pass over an element whose content is no text; keep titles and scripts."""
        if closed and name in ("svg", "math"):
            return at
        found = None if name in self._unclosed else _end_of(name).search(self._source, at)
        if found is None and name not in ("script", "style", "title", "textarea"):
            self._unclosed.add(name)
            return at  # left open: what follows is the page
        end = found.start() if found else len(self._source)
        if name == "title" and not self._title:
            self._title = _folded(html.unescape(self._source[at:end]))
        elif name == "script":
            self._scripts.append(
                Script(attributes.get("type", "").lower(), self._source[at:end], at)
            )
        return found.end() if found else end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._close_before(name)
        if name in _BLOCK:
            self._flush()
        elif name in _CELLS:
            self._space()
        elif name == "br":
            self._break()
        element = Element(name, self._open[-1], attributes)
        if name in ("meta", "link", "time", "base") or (name == "html" and attributes):
            self._heads.append(element)
        elif name == "img" and "alt" in attributes:
            self._alts.append(attributes["alt"])
        if name not in _VOID and len(self._open) < MAX_DEPTH:
            self._open.append(element)
            self._links += name == "a"

    def _close_before(self, name: str) -> None:
        """Close what a start tag ends, such as an open paragraph before a block."""
        for at in range(len(self._open) - 1, max(len(self._open) - 8, 0), -1):
            tag = self._open[at].tag
            if tag in _CLOSED_BY and name in _CLOSED_BY[tag]:
                self._pop(at)
                if tag not in ("td", "th", "tr"):
                    return
            elif name in _CLOSED_BY and tag in _FENCES.get(name, ()):
                return
            elif tag in _BLOCK or tag in _CELLS:
                if name not in ("li", "dt", "dd", "td", "th", "tr", "tbody", "tfoot"):
                    return
                if tag in ("table", "ul", "ol", "dl"):
                    return

    def _pop(self, at: int) -> None:
        if any(element.tag in _BLOCK for element in self._open[at:]):
            self._flush()
        self._links -= sum(element.tag == "a" for element in self._open[at:])
        del self._open[at:]

    def _end(self, name: str) -> None:
        if name == "br":
            self._break()
        if name == "p" and all(element.tag != "p" for element in self._open):
            self._flush()
        for at in range(len(self._open) - 1, 0, -1):
            tag = self._open[at].tag
            if tag == name:
                self._pop(at)
                return
            if tag == "table" and name not in ("div", "body", "html", "form", "article", "main"):
                return  # a stray end within a table closes nothing outside of it
            if name not in _BLOCK and name not in _CELLS and tag in _BLOCK:
                return  # an inline end tag closes no block

    def _text(self, start: int, end: int) -> None:
        if start >= end or (self._open[-1].hidden and not self._is_hidden_block()):
            return
        if self._open[-1].tag in ("head", "table", "tr", "tbody", "ul", "ol") and (
            self._source[start:end].isspace()
        ):
            self._space()
            return
        at = start
        source = self._source
        while (found := source.find("&", at, end)) >= 0:
            stands_for, length = _reference(source, found, end)
            self._words(at, found if length else found + 1)
            whole = length > 0 and source[found + length - 1] == ";"
            self._put_reference(stands_for, found, int(whole))
            at = found + max(length, 1)
        self._words(at, end)

    def _is_hidden_block(self) -> bool:
        """Tell whether the hidden text is a block: an inline one would tear its paragraph."""
        for element in self._open[-1].ancestors():
            if is_hidden(element.attributes):
                return element.tag in _BLOCK
        return False

    def _words(self, start: int, end: int) -> None:
        """Add text that stands as it is, its blanks made one."""
        source = self._source
        at = start
        if not _FOLDED.search(source, start, end):
            self._plain(source[start:end], start)
            return
        for blank in _BLANKS.finditer(source, start, end):
            self._put(source[at : blank.start()], at)
            self._space(source.find(" ", blank.start(), blank.end()))
            at = blank.end()
            if self._open[-1].tag == "pre" and "\n" in blank[0]:
                self._break()
        self._put(source[at:end], at)

    def _plain(self, text: str, start: int) -> None:
        """Add text whose blanks are single spaces."""
        inner = text.strip(" ")
        if text[:1] == " ":
            self._space(start)
        self._put(inner, start + (text[:1] == " "))
        if inner and text[-1] == " ":
            self._space(start + len(text) - 1)

    def _space(self, at: int = -1) -> None:
        if self._line is not None and self._blank is None:
            self._blank = (0, at, 1) if at >= 0 else ()

    def _put_reference(self, text: str, raw_start: int, mapped: int) -> None:
        """Add what a reference stands for; one without its semicolon is in no piece."""
        if text and _BLANKS.fullmatch(text):
            self._space()
        elif text:
            self._put(text, raw_start, mapped)

    def _put(self, text: str, raw_start: int, mapped: int | None = None) -> None:
        if not text:
            return
        line = self._begin_line()
        if self._blank is not None:
            if self._blank:
                _append(line.pieces, (line.length, self._blank[1], 1))
            line.add(" ")
            self._blank = None
        if text[0] >= "\u0300" and not is_boundary(text[0]):
            self._unmap_reference(line)
        if mapped is None:
            _append(line.pieces, (line.length, raw_start, len(text)))
        elif mapped:
            line.pieces.append((line.length, raw_start, mapped))
        line.add(text)
        line.linked += len(text) if self._links > 0 else 0

    def _unmap_reference(self, line: TextLine) -> None:
        """Take the reference before a combining mark out of the map: both become one."""
        start, raw_start, length = line.pieces[-1] if line.pieces else (0, 0, 0)
        if length == 1 and start + 1 == line.length and self._source[raw_start] == "&":
            line.pieces.pop()

    def _begin_line(self) -> TextLine:
        element = self._open[-1]
        if self._line is None:
            self._line = TextLine(element, self._breaks == 1)
            self._breaks = 0
        elif self._line.element is not element:
            self._line.element = _common(self._line.element, element)
        return self._line

    def _break(self) -> None:
        """End the line within its block; a second break makes an empty line."""
        breaks = self._breaks + 1 if self._line is None else 1
        self._flush()
        self._breaks = breaks

    def _flush(self) -> None:
        """End the line."""
        if self._line is not None:
            self._lines.append(self._line)
        self._line = None
        self._blank = None
        self._breaks = 0


def _append(pieces: list[Piece], piece: Piece) -> None:
    """Add a piece, joined to the last one where both texts touch in line and source."""
    if pieces:
        start, raw_start, length = pieces[-1]
        if start + length == piece[0] and raw_start + length == piece[1]:
            pieces[-1] = (start, raw_start, length + piece[2])
            return
    pieces.append(piece)


def _reference(source: str, start: int, end: int) -> tuple[str, int]:
    """Return what the character reference at `start` stands for, and its length; ("", 0) for none.

    A few old names count without their semicolon, even before other letters.
    """
    found = REFERENCE.match(source, start, end)
    if found is None:
        return "", 0
    written = found[0]
    if written[1] == "#":
        return html.unescape(written), len(written)
    for length in range(len(written), 2, -1):
        if written[1:length] in html5:
            return html5[written[1:length]], length
    return "", 0


def _common(first: Element, second: Element) -> Element:
    while first is not second:
        if first.depth >= second.depth and first.parent is not None:
            first = first.parent
        elif second.parent is not None:
            second = second.parent
    return first


@lru_cache(maxsize=64)
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}[^>]*+>", re.IGNORECASE)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(text):
        value = one["a"] or one["b"] or one["c"] or ""
        found.setdefault(one["name"].lower(), html.unescape(value))
    return found


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_MODIFIER = re.compile(r"(?<![^\s_-])(?:has|with|without|no|not|hide|show)[-_]\S+")
"""What a class says of an element's looks or of what else is there, not of what it is."""
_WORDY = (
    "class", "id", "role", "itemprop", "data-testid", "data-component", "data-type", "type",
)  # fmt: skip


def _words_of(attributes: dict[str, str]) -> str:
    """Return the words of class, id and role, one blank around each."""
    named = " ".join(
        attributes[name][:300]
        for name in _WORDY
        if name in attributes and (name != "id" or attributes[name].count("-") < SLUG_DASHES)
    )
    return _split(named) if named else ""


@lru_cache(maxsize=20_000)
def _split(named: str) -> str:
    words = _CAMEL.sub(" ", _MODIFIER.sub("", named)).lower()
    return f" {_NO_WORD.sub(' ', words).strip()} "


_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_hidden(attributes: dict[str, str]) -> bool:
    """Tell whether an element is not shown."""
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or ("style" in attributes and bool(_NOT_SHOWN.search(attributes["style"])))
    )


def _folded(text: str) -> str:
    return " ".join(text.split())
