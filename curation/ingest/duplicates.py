"""Which articles say the same: the same text, nearly the same, another version of a page.

Nearly the same is found by shingles: of all runs of five words, those whose hash is a multiple
of 8 are kept, 64 at most, the smallest hashes first. So two texts keep the same runs where they
share them. Texts of fewer than some thirty words keep too few to be compared.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit
from zlib import crc32

import msgspec

SHINGLE = 5
EVERY = 8
MOST = 64
LEAST_SHARED = 3
NEAR = 0.6
"""Two texts are nearly the same where they share this of the smaller one's kept shingles."""
COMMON = 64
"""No more than so many texts are looked up for one shingle."""
_WORD = re.compile(r"[^\W_]+")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|cmpid|ref|ref_src|source|ns_\w+|at_\w+")


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the article of a file is to an earlier one.

    `same`: its text is that of `of`, and it was not taken in; `near`: a re-print, a wire copy;
    `version`: it was found later at the same address. `share`: of the smaller text's shingles.
    """

    kind: str
    file: str
    article: str
    of: str
    share: float | None = None


def sketch_of(text: str) -> tuple[int, ...]:
    """Return the hashes that stand for a text, in order; few for a short one."""
    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    hashes = {crc32(run.encode()) for run in runs}
    return tuple(sorted(one for one in hashes if one % EVERY == 0)[:MOST])


class Sketches:
    """An index of sketches on disk, so that memory does not grow with the number of texts."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a private file, gone when closed
        self._db.execute("PRAGMA cache_size = -16384")
        self._db.execute("CREATE TABLE text (number INTEGER PRIMARY KEY, id TEXT, size INTEGER)")
        self._db.execute(
            "CREATE TABLE shingle (hash INTEGER, text INTEGER, PRIMARY KEY (hash, text)) "
            "WITHOUT ROWID"
        )

    def add(self, article: str, sketch: Sequence[int]) -> None:
        """Put a text into the index."""
        size = len(sketch)
        row = self._db.execute("INSERT INTO text (id, size) VALUES (?, ?)", (article, size))
        pairs = ((one, row.lastrowid) for one in sketch)
        self._db.executemany("INSERT OR IGNORE INTO shingle VALUES (?, ?)", pairs)

    def nearest(self, sketch: Sequence[int]) -> tuple[str, float] | None:
        """Return the text that shares most, and the share; None where none is near."""
        shared: Counter[int] = Counter()
        for one in sketch:
            shared.update(self._holding(one))
        best: tuple[str, float] | None = None
        for number, count in shared.most_common(COMMON):
            if count < LEAST_SHARED:
                break
            name, size = self._db.execute(
                "SELECT id, size FROM text WHERE number = ?", (number,)
            ).fetchone()
            share = count / min(size, len(sketch))
            if share >= NEAR and (best is None or share > best[1]):
                best = name, share
        return best

    def _holding(self, one: int) -> Iterator[int]:
        rows = self._db.execute("SELECT text FROM shingle WHERE hash = ? LIMIT ?", (one, COMMON))
        return (number for (number,) in rows)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()


def address_key(url: str) -> str:
    """Return what two addresses of one page share: no scheme, `www.`, fragment or tracking."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    query = urlencode(
        sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0].lower()))
    )
    return f"{host}{parts.path.rstrip('/')}?{query}".rstrip("?")
