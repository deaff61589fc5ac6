"""From the bytes of one page to the decoded page: plain text or HTML, as it looks."""

import re

import msgspec

from curation.ingest.decoding import decode_html, decode_text, refused
from curation.ingest.stated import NOTHING, Stated

_MAGIC = {
    b"%PDF-": ("a PDF document", "Save its text as a UTF-8 .txt file."),
    b"PK\x03\x04": (
        "a ZIP archive or an office document",
        "Unpack it and give the folder, or save its text as a UTF-8 .txt file.",
    ),
    b"\x1f\x8b": ("gzip data within gzip data", "Unpack it once."),
    b"\x28\xb5\x2f\xfd": ("zstd data within packed data", "Unpack it once."),
    b"BZh": ("bzip2 data", "Unpack it, or pack it with gzip or zstd."),
    b"\xfd7zXZ": ("xz data", "Unpack it, or pack it with gzip or zstd."),
    b"\x89PNG": ("a PNG picture", "Save its text as a UTF-8 .txt file."),
    b"\xff\xd8\xff": ("a JPEG picture", "Save its text as a UTF-8 .txt file."),
    b"GIF8": ("a GIF picture", "Save its text as a UTF-8 .txt file."),
    b"{\\rtf": ("an RTF document", "Save its text as a UTF-8 .txt file."),
    b"\xd0\xcf\x11\xe0": ("an old office document", "Save its text as a UTF-8 .txt file."),
}
_MARKUP = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|meta|article|main)\b",
    re.IGNORECASE | re.DOTALL,
)
HTML, TEXT = "text/html", "text/plain"
_SNIFFED = 2_048


class Page(msgspec.Struct, frozen=True):
    """A decoded page. A byte order mark stays in `text`, as its code point 0.

    `media_type` names the charset of plain text that is no UTF-8.
    """

    text: str
    media_type: str
    stated: Stated = NOTHING


def read_page(data: bytes, name: str, charset: str | None = None, html: bool = False) -> Page:
    """Decode a page; `html` says that it is HTML even where it does not look like it.

    Raises `DataError` with the place of the fault for what is no text.
    """
    _refuse_binary(data, name)
    if html or looks_like_html(data):
        text = decode_html(data, name, charset)
        media_type = HTML
    else:
        text, codec = decode_text(data, name, charset)
        charset = codec.replace("cp12", "windows-12")
        media_type = TEXT if codec == "utf-8" else f"{TEXT}; charset={charset}"
    if not text.strip("\ufeff \t\r\n\u00a0\u3000"):
        raise refused(name, "whole file", "holds no text", "Remove the file, or save it again.")
    return Page(text, media_type)


def looks_like_html(data: bytes) -> bool:
    """Tell whether bytes begin as the source of a page does."""
    head = data[:_SNIFFED]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return bool(_MARKUP.match(head.decode("utf-16", "ignore").lstrip("\ufeff")))
    return bool(_MARKUP.match(head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")))


def _refuse_binary(data: bytes, name: str) -> None:
    for magic, (what, remedy) in _MAGIC.items():
        if data.startswith(magic):
            raise refused(name, "whole file", f"is {what}", remedy)
