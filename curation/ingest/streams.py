"""Bytes out of files, packed or not, never more than a set number of them at once."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, cast

from curation.errors import DataError
from curation.ingest.decoding import refused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
MOST_RATIO = 200
"""No text packs so much smaller; what does is made to fill memory or disk."""
UNCHECKED = 64 << 20
"""So many unpacked bytes are read before the ratio counts."""
_DAMAGE = (EOFError, OSError, zlib.error, zstd.ZstdError)
_WINDOW: Mapping[int, int] = {zstd.DecompressionParameter.window_log_max: 27}
"""A frame may ask for a window of 128 MiB at most."""
CHUNK = 1 << 16
MIB = 1 << 20


class _Counted(io.RawIOBase):
    """A stream that counts the bytes read from it."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        data = self._inner.read(len(memoryview(cast(bytes, buffer))))
        memoryview(cast(bytearray, buffer))[: len(data)] = data
        self.count += len(data)
        return len(data)


class _Unpacked(io.RawIOBase):
    """An unpacked stream that stops at damage and at what unpacks to too much."""

    def __init__(self, packed: _Counted, unpacking: BinaryIO, name: str, what: str) -> None:
        self._packed = packed
        self._inner = unpacking
        self._name = name
        self._what = what
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        try:
            data = self._inner.read(min(len(view), CHUNK))
        except _DAMAGE as error:
            raise self._refused(
                f"byte {self._count} unpacked",
                f"is damaged {self._what} data ({str(error).rstrip('.')})",
                "Pack the file again, or fetch it again.",
            ) from error
        view[: len(data)] = data
        self._count += len(data)
        if self._count > UNCHECKED and self._count > MOST_RATIO * self._packed.count:
            raise self._refused(
                f"byte {self._count} unpacked",
                f"unpacks to more than {MOST_RATIO} times its size: no text does",
                "Unpack it yourself if you trust it.",
            )
        return len(data)

    def _refused(self, place: str, reason: str, remedy: str) -> DataError:
        return refused(self._name, place, reason, remedy)


@contextmanager
def unpacked(stream: BinaryIO, name: str) -> Iterator[io.BufferedReader]:
    """Yield the bytes of a stream, unpacked where they are gzip or zstd data."""
    packed = _Counted(stream)
    head = io.BufferedReader(packed, CHUNK)
    begin = head.peek(4)[:4]
    if begin.startswith(GZIP):
        with gzip.GzipFile(fileobj=head) as inner:
            yield io.BufferedReader(_Unpacked(packed, cast(BinaryIO, inner), name, "gzip"), CHUNK)
    elif begin == ZSTD:
        with zstd.ZstdFile(head, options=_WINDOW) as inner:
            yield io.BufferedReader(_Unpacked(packed, cast(BinaryIO, inner), name, "zstd"), CHUNK)
    else:
        yield cast(io.BufferedReader, head)


def read_whole(stream: io.BufferedReader, most: int, name: str) -> bytes:
    """Return all bytes of a page; raises `DataError` where there are more than `most`."""
    data = stream.read(most + 1)
    if len(data) > most:
        raise too_large(name, "whole file", most)
    return data


def too_large(name: str, place: str, most: int) -> DataError:
    """Return the error for a page or record of more bytes than are read at once."""
    return refused(
        name,
        place,
        f"is larger than {most / MIB:g} MiB: no article is",
        "Split it, or raise `most_mib` in [ingest] of curation.toml.",
    )


def lines_of(stream: io.BufferedReader, most: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number from 1; None for one of more than `most` bytes."""
    number = 0
    while line := stream.readline(most + 1):
        number += 1
        if len(line) > most and not line.endswith(b"\n"):
            _skip_line(stream)
            yield number, None
        else:
            yield number, line


def _skip_line(stream: io.BufferedReader) -> None:
    while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
        pass
