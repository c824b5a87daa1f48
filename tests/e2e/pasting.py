"""A person's shell, in a folder with the whole repository, and what `make start` starts there."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.template import ROOT
from tests.waiting import PATIENCE_SECONDS

_NOT_COPIED = (".*", "node_modules")
FOLDERS = (".", "layers/common", "functions/api", "functions/learner")


def host() -> dict[str, str]:
    """Of this environment what finding programs takes."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def whole_repository(folder: Path) -> Path:
    """The repository without what is hidden, and with the packages of this environment as make would find them."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    # A folder of links, so that nothing here can change the environment that it stands for.
    environment = folder / ".venv"
    environment.mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != ".installed":
            (environment / part.name).symlink_to(part)
    # Newer than all that it depends on: everything is installed.
    (environment / ".installed").touch()
    return folder


@contextmanager
def started(checkout: Path, **settings: str) -> Iterator[str]:
    """Where the API answers that `make start` has started in the checkout."""
    service = subprocess.Popen(
        [".venv/bin/python", "-m", "local", "--any-port"],
        cwd=checkout,
        env=host() | {"PYTHONPATH": os.pathsep.join(FOLDERS)} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert service.stdout is not None
    # A start that hangs is ended, which ends its output and fails the test.
    watchdog = threading.Timer(PATIENCE_SECONDS, service.terminate)
    watchdog.start()
    printed = []
    for line in service.stdout:
        printed.append(line)
        if found := re.search(r"The API answers at (\S+)", line):
            break
    watchdog.cancel()
    # What it says from here on is about requests: a full pipe would stop it, and a failed test shows it.
    reader = threading.Thread(target=sys.stdout.writelines, args=[service.stdout])
    reader.start()
    try:
        assert found, "".join(printed)
        yield found[1]
    finally:
        service.send_signal(signal.SIGINT)
        service.wait(PATIENCE_SECONDS)
        reader.join()
        service.stdout.close()


class Shell:
    """One shell, as a person pastes into it."""

    _END = "the line has ended"

    def __init__(self, folder: Path, **variables: str) -> None:
        self._process = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env=host() | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # A failure inside of a pipe counts, too.
        self.paste("set -o pipefail")

    def paste(self, line: str) -> str:
        """What the line prints. Fails unless it exits with 0."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(line, f"printf '\\n{self._END} %s\\n' $?", sep="\n", file=self._process.stdin, flush=True)
        printed = ""
        for output in self._process.stdout:
            if output.startswith(self._END):
                assert output == f"{self._END} 0\n", (line, printed)
                return printed
            printed += output
        pytest.fail(f"the shell ended: {line}\n{printed}")

    def close(self) -> None:
        self._process.communicate()
