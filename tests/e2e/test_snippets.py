"""The programs of docs/snippets/ are those that docs/api.md shows, and each does what it says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from local.keys import sign_token, signing_key
from tests.e2e.losing_gateway import losing_gateway
from tests.e2e.pasting import host
from tests.e2e.test_api_page import blocks
from tests.optional import NODE
from tests.template import ROOT
from tests.waiting import PATIENCE_SECONDS

_FOLDER = ROOT / "docs" / "snippets"
_RUN = {".py": [sys.executable], ".mjs": ["node"], ".sh": ["sh"]}

each_snippet = pytest.mark.parametrize(
    "snippet",
    [
        pytest.param(file, id=file.name, marks=[NODE.mark] if file.suffix == ".mjs" else [])
        for file in sorted(_FOLDER.iterdir())
    ],
)


def run(snippet: Path, url: str, token: str) -> subprocess.CompletedProcess[str]:
    environment = host() | {"URL": url, "TOKEN": token}
    command = [*_RUN[snippet.suffix], str(snippet)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )


@pytest.fixture
def writer(learning_service: tuple[Path, str]) -> tuple[str, str]:
    """The address, and the token of somebody new."""
    checkout, url = learning_service
    return url, sign_token(signing_key(checkout / ".local"), user=f"snippets-{uuid4()}")


def contents(url: str, token: str) -> list[dict[str, Any]]:
    """The person's contents."""
    with urlopen(Request(f"{url}/api/content", headers={"Authorization": f"Bearer {token}"})) as answer:
        items: list[dict[str, Any]] = json.load(answer)["items"]
        return items


def test_the_page_shows_each_file_as_it_is() -> None:
    shown = {block.mark: block.text for block in blocks() if block.mark.startswith("docs/")}
    assert shown == {f"docs/snippets/{file.name}": file.read_text("utf-8") for file in _FOLDER.iterdir()}


@each_snippet
def test_a_snippet_does_what_it_says(snippet: Path, writer: tuple[str, str]) -> None:
    url, token = writer
    done = run(snippet, url, token)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("the edit is learned\nprofile version 1 score ")
    (content,) = contents(url, token)
    assert content["excerpt"] == "Our meeting has moved. It is on Tuesday now."
    assert content["rev"] == 1


@each_snippet
def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(snippet: Path, writer: tuple[str, str]) -> None:
    url, token = writer
    lost: list[str] = []
    with losing_gateway(url, lost) as gateway:
        done = run(snippet, gateway, token)
    assert done.returncode == 0, done.stderr
    assert len(lost) == 2, "that of the draft and that of the save"
    (content,) = contents(url, token)
    assert content["rev"] == 1


@each_snippet
def test_a_snippet_tells_the_problem_and_fails(snippet: Path, writer: tuple[str, str]) -> None:
    url, token = writer
    done = run(snippet, url, token + "x")
    assert done.returncode != 0
    assert "unauthorized" in done.stderr
    assert re.search(r"request(Id)?\W+[\w-]{8}", done.stderr)
