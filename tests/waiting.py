"""Time in tests: how long they wait for what happens elsewhere, and what they give to code that waits itself."""

import time
from collections.abc import Callable

import psutil

from voice_engine.settings import Settings

# Only what hangs takes as long, however busy the machine is; nothing is asserted about time.
PATIENCE_SECONDS = 300.0


def wait_until[T](condition: Callable[[], T]) -> T:
    """What `condition` gives as soon as it holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)
    return found


def longest(setting: str) -> str:
    """The most that a setting may be, as the environment says it."""
    (bound,) = (
        limit.le for limit in Settings.model_fields[setting.lower()].metadata if getattr(limit, "le", None) is not None
    )
    return str(bound)


# A busy machine is no outage.
LONGEST_TIMEOUTS = {name: longest(name) for name in ("MONGODB_TIMEOUT_SECONDS", "REDIS_TIMEOUT_SECONDS")}


def is_running(pid: int) -> bool:
    """Whether it has not ended. One that nobody has asked for its status has ended all the same."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
