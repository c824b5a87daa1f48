"""The guardian: a small process that ends what `make start` began if `make start` itself is killed.

It holds one end of a pipe. As long as the supervisor lives, the pipe is open; when it closes, the guardian ends every
process that it was told to watch and was not told to forget.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, Self

_GRACE_SECONDS = 10.0


class Guardian:
    """Started before anything else, closed after everything else."""

    def __init__(self) -> None:
        # -P keeps this folder off the child's import path: it holds a token.py, which is also a standard module.
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        self._lock = threading.Lock()

    def watch(self, pid: int, stop_signal: signal.Signals = signal.SIGTERM) -> None:
        self._tell(f"watch {pid} {stop_signal.value}")

    def forget(self, pid: int) -> None:
        """Call this once `pid` has ended: the number may belong to somebody else from then on."""
        self._tell(f"forget {pid} 0")

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        # Should somebody have ended the guardian, all else goes on: it is needed only when `make start` is killed.
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()


def _mourn(orders: IO[str]) -> None:
    watched: dict[int, int] = {}
    for line in orders:
        order, *numbers = line.split()
        pid, stop_signal = map(int, numbers)
        if order == "watch":
            watched[pid] = stop_signal
        else:
            watched.pop(pid, None)
    for pid, stop_signal in watched.items():
        _signal(pid, stop_signal)
    deadline = time.monotonic() + _GRACE_SECONDS
    while time.monotonic() < deadline and any(_signal(pid, 0) for pid in watched):
        time.sleep(0.05)
    for pid in watched:
        _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    _mourn(sys.stdin)
