"""The folder that holds all of a local service: its data, keys and logs. One service at a time works in it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import StartError

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT / ".local"

_DATA = ("valkey", "mongodb", "logs")


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Keep `directory` to ourselves. Raises StartError when another service works in it, or it cannot be written."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "lock").open("a+")
    except OSError as error:
        raise StartError(f"{directory} cannot be used ({error.strerror}): make it writable, or name another") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StartError(
                f"{directory} is in use by another make start (process {lock.read().strip()}): stop that one first"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def empty(directory: Path) -> None:
    """Forget all data. The keys stay, so that tokens in use stay good."""
    for name in _DATA:
        shutil.rmtree(directory / name, ignore_errors=True)
