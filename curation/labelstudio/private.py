"""Files that no other user of the machine may read, and locks between processes."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curation.errors import ServiceError
from curation.workspace import write_text

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can enter, or make it so; return it."""
    try:
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        path.chmod(FOLDER_MODE)
    except OSError as error:
        raise ServiceError(f"{path}: cannot be made private: {error.strerror}.") from error
    return path


def secret(path: Path) -> str:
    """Return the secret in the file; make one of 160 random bits where there is none."""
    if not path.exists():
        write_text(path, secrets.token_hex(20), FILE_MODE)
    path.chmod(FILE_MODE)
    return path.read_text(encoding="utf-8").strip()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock, waiting for it; the system frees it with the process, however it ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
