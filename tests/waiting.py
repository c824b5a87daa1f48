"""Waiting for what happens elsewhere."""

import time
from collections.abc import Callable

import psutil

# Long enough for a slow machine; nothing is asserted about time.
PATIENCE_SECONDS = 90.0


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether it has not ended. One that nobody has asked for its status has ended all the same."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
