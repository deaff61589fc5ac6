"""From bytes to text: by byte order mark, by declared charset, by what the bytes look like.

Plain text is UTF-8 or what its byte order mark or `--charset` says; else it is what
`detection` is sure of. A saved page declares its charset, and may lie.
"""

import codecs
import re
from functools import cache
from unicodedata import combining

from curation.errors import DataError, Problem
from curation.ingest.detection import charset_of

_BOMS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_XML_CHARSET = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.I)
CHARSET_WITHIN = 16_384
"""So many bytes of a page are searched for its charset (browsers search 1,024)."""
_BY_BROWSERS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "iso8859-9": "cp1254",
    "tis-620": "cp874",
}  # fmt: skip
"""What browsers read a declared charset as (WHATWG Encoding)."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
CONTROL_SHARE = 0.01
"""A text with a greater share of control characters is taken for a binary file."""
MOST_MARKS = 30
"""No writing stacks more combining marks (the limit of Stream-Safe Text, UAX 15); bringing
longer runs into order takes time that grows with their square."""


def refused(name: str, place: str, reason: str, remedy: str) -> DataError:
    """Return the error for a file that is not taken in."""
    return DataError([Problem(record=name, value=place, rule=reason, remedy=remedy)])


def codec_of(charset: str) -> str | None:
    """Return the codec that reads a charset as browsers do; None for an unknown one."""
    try:
        name = codecs.lookup(charset.strip()).name
    except LookupError:
        return None
    return _BY_BROWSERS.get(name, name)


def decode_text(data: bytes, name: str, charset: str | None = None) -> tuple[str, str]:
    """Decode plain text; return the codec with it, raise `DataError` at the place of the fault."""
    encoding = _marked(data, name) or (codec_of(charset) if charset else None)
    if encoding is None and (b"\0" in data or _tried(data, "utf-8") is None):
        encoding = charset_of(data)
    encoding = encoding or "utf-8"
    _refuse_nul(data, encoding, name)
    return _sound(_decoded(data, encoding, name), name), encoding


def decode_html(data: bytes, name: str, charset: str | None = None) -> str:
    """Decode a saved page; `charset` is what it was sent or given with.

    A byte order mark wins; then UTF-8, where the bytes are UTF-8 and not merely ASCII, whatever
    is declared; then what is declared, if the bytes are that; then what they look like.
    """
    marked = _marked(data, name)
    if marked:
        return _sound(_decoded(data, marked, name), name)
    declared = codec_of(charset) if charset else None
    declared = declared or _declared(data)
    if declared in ("utf-16", "utf-16-le", "utf-16-be") and b"<" in data[:400].replace(b"<\0", b""):
        declared = "utf-8"  # a page whose declaration can be read is no UTF-16
    _refuse_nul(data, declared or "utf-8", name)
    for encoding in dict.fromkeys(("utf-8", declared, _detected(data, declared))):
        if encoding and (text := _tried(data, encoding)) is not None:
            return _sound(text, name)
    return _sound(_decoded(data, declared or "utf-8", name), name)


def _marked(data: bytes, name: str) -> str | None:
    encoding = next((codec for bom, codec in _BOMS.items() if data.startswith(bom)), None)
    if encoding == "utf-32":
        raise refused(name, "byte 0", "is UTF-32", "Save the file as UTF-8.")
    return encoding


def _declared(data: bytes) -> str | None:
    head = data[:CHARSET_WITHIN]
    found = _XML_CHARSET.search(head[:200]) or _CHARSET.search(head)
    return codec_of(found[1].decode("ascii")) if found else None


def _tried(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _detected(data: bytes, declared: str | None) -> str | None:
    """Return what the bytes look like, asked only where nothing readable is declared."""
    if declared and _tried(data, declared) is not None:
        return None
    from resiliparse.parse.encoding import detect_encoding

    return codec_of(str(detect_encoding(data, max_len=CHARSET_WITHIN * 8)))


def _refuse_nul(data: bytes, encoding: str, name: str) -> None:
    at = -1 if encoding.startswith("utf-16") else data.find(b"\0")
    if at >= 0:
        raise refused(
            name,
            f"byte {at}",
            "is a NUL byte: the file is binary, or UTF-16 without a byte order mark",
            "Save its text as a UTF-8 .txt file.",
        )


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused(
            name,
            f"byte {error.start} ({data[error.start]:#04x})",
            f"is no {encoding.upper()} ({error.reason})",
            "Find out the encoding of the file, and give it with --charset or save it as UTF-8.",
        ) from error


def _sound(text: str, name: str) -> str:
    check_text(text, name)
    return text


def check_text(text: str, name: str) -> None:
    """Raise `DataError` for text that is none: surrogates, control characters, piles of marks."""
    if (at := text.find("\0")) >= 0:
        raise refused(name, f"code point {at} (U+0000)", "is a NUL", "Take it out of the text.")
    _refuse_surrogates(text, name)
    _refuse_control(text, name)
    found = None if text.isascii() else _many_marks(_is_beyond(text)).search(text)
    if found:
        raise refused(
            name,
            f"code point {found.start()} (U+{ord(found[0][0]):04X})",
            f"begins a run of more than {MOST_MARKS} combining marks: this is no text",
            "Take the marks out, or take the file out of the input.",
        )


def _is_beyond(text: str) -> bool:
    """Tell whether a code point lies beyond U+FFFF: it takes two code units."""
    return len(text.encode("utf-16-le")) > 2 * len(text)


_SURROGATES = re.compile("[\ud800-\udfff]")


def _refuse_surrogates(text: str, name: str) -> None:
    if found := _SURROGATES.search(text):
        raise refused(
            name,
            f"code point {found.start()} (U+{ord(found[0]):04X})",
            "is a lone surrogate: half of a character",
            "Write the text again as UTF-8.",
        )


@cache
def _many_marks(beyond: bool) -> re.Pattern[str]:
    end = 0x1E960 if beyond else 0x10000
    marks = "".join(chr(code) for code in range(0x300, end) if combining(chr(code)))
    return re.compile(f"[{marks}]{{{MOST_MARKS + 1}}}")


def _refuse_control(text: str, name: str) -> None:
    first = _CONTROL.search(text)
    if first is None:
        return
    count = sum(1 for _ in _CONTROL.finditer(text))
    if count > CONTROL_SHARE * len(text):
        raise refused(
            name,
            f"code point {first.start()} (U+{ord(first[0]):04X})",
            f"is one of {count} control characters in {len(text)}: the file is binary",
            "Save its text as a UTF-8 .txt file.",
        )
