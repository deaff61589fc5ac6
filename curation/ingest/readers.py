"""From the bytes of a file to the decoded page."""

import re
from functools import cache
from unicodedata import combining

import msgspec

from curation.errors import DataError, Problem

_BOMS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_MAGIC = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x1f\x8b": "gzip data",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"{\\rtf": "an RTF document",
    b"\xd0\xcf\x11\xe0": "an old office document",
}
_MARKUP = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.I
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
CONTROL_SHARE = 0.01
"""A text with a greater share of control characters is taken for a binary file."""
MOST_MARKS = 30
"""No writing stacks more combining marks (the limit of Stream-Safe Text, UAX 15); bringing
longer runs into order takes time that grows with their square."""


class Page(msgspec.Struct, frozen=True):
    """A decoded page. A byte order mark stays in `text`, as its code point 0."""

    text: str
    media_type: str


def read_text(data: bytes, name: str) -> Page:
    """Decode a plain text file: UTF-8, or UTF-16 with a byte order mark.

    Raises `DataError` with the place of the fault for anything else.
    """
    _refuse_binary(data, name)
    text = _decode(data, name)
    if not text.strip("\ufeff \t\r\n\u00a0\u3000"):
        raise refused(name, "whole file", "holds no text", "Remove the file, or save it again.")
    if _MARKUP.match(text):
        raise refused(
            name, "whole file", "is an HTML page, not plain text", "Save the page as plain text."
        )
    return Page(text, "text/plain")


def refused(name: str, place: str, reason: str, remedy: str) -> DataError:
    """Return the error for a file that is not taken in."""
    return DataError([Problem(record=name, value=place, rule=reason, remedy=remedy)])


def _refuse_binary(data: bytes, name: str) -> None:
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise refused(name, "whole file", f"is {what}", "Save its text as a UTF-8 .txt file.")


def _decode(data: bytes, name: str) -> str:
    encoding = next((codec for bom, codec in _BOMS.items() if data.startswith(bom)), "utf-8")
    if encoding == "utf-32":
        raise refused(name, "byte 0", "is UTF-32", "Save the file as UTF-8.")
    if encoding == "utf-8" and (at := data.find(b"\0")) >= 0:
        raise refused(
            name,
            f"byte {at}",
            "is a NUL byte: the file is binary, or UTF-16 without a byte order mark",
            "Save its text as a UTF-8 .txt file.",
        )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused(
            name,
            f"byte {error.start} ({data[error.start]:#04x})",
            f"is no {encoding.upper()} ({error.reason})",
            "Find out the encoding of the file and save it as UTF-8.",
        ) from error
    _refuse_control(text, name)
    _refuse_marks(text, name)
    return text


def _refuse_marks(text: str, name: str) -> None:
    found = None if text.isascii() else _many_marks().search(text)
    if found:
        raise refused(
            name,
            f"code point {found.start()} (U+{ord(found[0][0]):04X})",
            f"begins a run of more than {MOST_MARKS} combining marks: this is no text",
            "Take the marks out, or take the file out of the input.",
        )


@cache
def _many_marks() -> re.Pattern[str]:
    marks = "".join(chr(code) for code in range(0x300, 0x1E960) if combining(chr(code)))
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
