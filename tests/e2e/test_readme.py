"""The README's walk-through, line by line in one shell, against what it tells to start, in a folder of unlucky name."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.pasting import Shell, started, whole_repository
from tests.template import ROOT


def walk_through() -> list[str]:
    """Its lines as they are to be pasted."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"<!-- walk-through -->\n```sh\n(.*?)```", readme, flags=re.DOTALL)
    assert block, "the README has no walk-through"
    return block[1].splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return whole_repository(tmp_path / "voice engine (2)")


@pytest.fixture
def url(checkout: Path) -> Iterator[str]:
    with started(checkout) as url:
        yield url


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
    assert all(trait["learned"] is None and trait["reason"] for trait in explained["traits"])
    voted = [trait for trait in explained["traits"] if trait["votes"]["down"] or trait["votes"]["up"]]
    assert "writingTraits.avgSentenceLength" in {trait["path"] for trait in voted}
    assert all(trait["needed"] == 2 for trait in voted)
    assert set(checkout.iterdir()) == before, "the walk-through leaves files behind"
