"""What charset plain text is in that declares none and is no UTF-8.

A wrong guess would spoil every accent without a word. So a charset is taken only where the
text that it gives shows the signs of a language: its commonest words, and the letters that
only it has.
"""

import unicodedata
from collections.abc import Iterator

from curation.ingest.languages import signed_languages

CHARSETS = {"cp1258": "vi", "cp1252": None}
"""Tried before what the detector says, which takes a few accents for those of another language;
the first one only for the language whose letters it has."""
_WIDE = {"utf-16-le": 1, "utf-16-be": 0}
"""At which of two bytes the NULs of Latin text stand."""
WIDE_SHARE = 0.2
"""Of all pairs of bytes, so many hold a NUL at that place, and a tenth of it at the other."""
LEAST_WORDS = 8
SAMPLE = 16_384
"""So many bytes are looked at."""


def charset_of(data: bytes) -> str | None:
    """Return the codec whose text shows the signs of a language; None where none does."""
    return next((codec for codec in _candidates(data) if _reads(data, codec)), None)


def _candidates(data: bytes) -> Iterator[str]:
    sample = data[:SAMPLE]
    if b"\0" in data:
        yield from (codec for codec, at in _WIDE.items() if _is_wide(sample, at))
        return
    yield from CHARSETS
    from resiliparse.parse.encoding import detect_encoding

    yield str(detect_encoding(sample))


def _is_wide(sample: bytes, at: int) -> bool:
    nuls, others = sample[at::2].count(0), sample[1 - at :: 2].count(0)
    return 2 * nuls > WIDE_SHARE * len(sample) > 20 * others


def _reads(data: bytes, codec: str) -> bool:
    """Tell whether a codec gives text of a known language without a stray accent."""
    try:
        text = unicodedata.normalize("NFC", data.decode(codec))
    except (UnicodeDecodeError, LookupError):
        return False
    if len(text[:SAMPLE].split()) < LEAST_WORDS or any(map(unicodedata.combining, text)):
        return False
    signed = signed_languages(text)
    needed = CHARSETS.get(codec)
    return needed in signed if needed else bool(signed)
