"""A service of one run's own, as `make start` starts it, but on free ports and with both windows at 0."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from local.errors import StartError
from local.guardian import Guardian


@contextmanager
def own_service(**chosen: str) -> Iterator[tuple[str, Path]]:
    """A service of this run alone, which learns at once; its address and its folder. `chosen`: settings that win."""
    with tempfile.TemporaryDirectory(prefix="voice-engine-") as folder:
        directory = Path(folder)
        settings = {
            "LEARNING_RATE_LIMIT_MINUTES": "0",
            "EDIT_BATCH_WINDOW_MINUTES": "0",
            # As fast as it goes: there is nobody else to be fair to.
            "RATE_LIMIT_WRITES_PER_MINUTE": "10000",
        }
        environment = os.environ | settings | chosen
        command = [sys.executable, "-m", "local", "--any-port", "--directory", folder]
        with (
            # Should this process be killed, the service ends all the same.
            Guardian() as guardian,
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as service,
        ):
            guardian.watch(service.pid)
            assert service.stdout is not None
            try:
                address = _address(service.stdout)
                # What it says from here on is about requests; a full pipe would stop it.
                threading.Thread(target=_drain, args=(service.stdout,), daemon=True).start()
                yield address, directory
            finally:
                service.terminate()
                service.wait()
                guardian.forget(service.pid)


def _address(printed: IO[str]) -> str:
    """Where the service that prints this answers, as soon as it does."""
    for line in printed:
        _, found, address = line.strip().partition("The API answers at ")
        if found:
            return address
    raise StartError("the service did not start; the line above says why")


def _drain(printed: IO[str]) -> None:
    for _ in printed:
        pass
