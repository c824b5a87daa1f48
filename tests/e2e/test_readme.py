"""The README's walk-through, line by line in one shell, against what it tells to start, in a folder of unlucky name."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.template import ROOT

_PATIENCE_SECONDS = 90.0
_NOT_COPIED = (".*", "__pycache__", "node_modules")
_FOLDERS = (".", "layers/common", "functions/api", "functions/learner")


def walk_through() -> list[str]:
    """Its lines as they are to be pasted."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"<!-- walk-through -->\n```sh\n(.*?)```", readme, flags=re.DOTALL)
    assert block, "the README has no walk-through"
    return block[1].splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The repository without what is hidden, and with the packages of this environment as make would find them."""
    folder = tmp_path / "voice engine (2)"
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


@pytest.fixture
def url(checkout: Path) -> Iterator[str]:
    """Where the API answers that `make start` has started in the checkout."""
    host = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    service = subprocess.Popen(
        [".venv/bin/python", "-m", "local"],
        cwd=checkout,
        env=host | {"PYTHONPATH": os.pathsep.join(_FOLDERS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert service.stdout is not None
    # A start that hangs is ended, which ends its output and fails the test.
    watchdog = threading.Timer(_PATIENCE_SECONDS, service.terminate)
    watchdog.start()
    printed = []
    for line in service.stdout:
        printed.append(line)
        if found := re.search(r"The API answers at (\S+)", line):
            break
    watchdog.cancel()
    # What it says from here on is about requests; a full pipe would stop it.
    reader = threading.Thread(target=service.stdout.read)
    reader.start()
    try:
        assert found, "".join(printed)
        yield found[1]
    finally:
        service.send_signal(signal.SIGINT)
        service.wait(_PATIENCE_SECONDS)
        reader.join()
        service.stdout.close()


class Shell:
    """One shell, as a person pastes into it."""

    _END = "the line has ended"

    def __init__(self, folder: Path) -> None:
        host = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._process = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env=host,
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


@pytest.fixture
def shell(checkout: Path) -> Iterator[Shell]:
    shell = Shell(checkout)
    yield shell
    shell.close()


def paste_all(shell: Shell, url: str) -> Iterator[tuple[str, Any]]:
    """Each line that prints, with the JSON that it printed."""
    for line in walk_through():
        if re.fullmatch(r"sleep \d+", line):
            # On a busy machine it may take longer than a person is told to wait.
            shell.paste(f'until curl -s {url}/api/learning/$EDIT -H "$AUTH" | grep -q learned; do sleep 0.2; done')
            continue
        # Where the usual port is taken, another one was printed, and the README says so.
        printed = shell.paste(line.replace("http://127.0.0.1:3000", url)).strip()
        if printed:
            yield line, json.loads(printed)


def test_the_walk_through_works_as_it_is_written(shell: Shell, url: str, checkout: Path) -> None:
    before = set(checkout.iterdir())
    answers = list(paste_all(shell, url))
    said = [line.split("$URL")[1].split()[0] for line, _ in answers]
    assert said == [
        "/health",
        "/api/profile/style",
        "/api/content/$ID/save-edits",
        "/api/learning/$EDIT",
        "/api/profile/style",
        "/api/profile/explain",
        "/api/profile/style",
    ]
    health, nobody, saved, learning, style, explained, changed = (answer for _, answer in answers)
    assert health["status"] == "ok"
    assert nobody["hasProfile"] is False
    assert saved["content"]["text"] == "Our meeting has moved. It is on Tuesday now."
    assert saved["learning"]["status"] == "queued"
    assert (learning["status"], learning["version"]) == ("learned", 1)
    assert learning["editId"] == saved["learning"]["editId"]
    assert (style["hasProfile"], style["version"]) == (True, 1)
    assert changed["version"] == 2
    assert changed["profile"]["tone"]["formality"] == 3
    assert changed["profile"]["bannedPhrases"] == ["delve into"]
    # "One edit moves nothing yet … and `explain` says what is missing."
    assert explained["traits"]
    assert all(trait["value"] is None and trait["reason"] for trait in explained["traits"])
    voted = [trait for trait in explained["traits"] if trait["votes"]["down"] or trait["votes"]["up"]]
    assert "writingTraits.avgSentenceLength" in {trait["path"] for trait in voted}
    assert all(trait["needed"] == 2 for trait in voted)
    assert set(checkout.iterdir()) == before, "the walk-through leaves files behind"
