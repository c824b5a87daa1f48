"""`make demo` tells its story, and its exit code says whether it held."""

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from local import story
from tests.e2e.pasting import FOLDERS, host, started, whole_repository
from tests.template import ROOT


def tell(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As `make demo` calls it."""
    return subprocess.run(
        [str(ROOT / ".venv/bin/python"), "-m", "local.story"],
        cwd=folder,
        env=host() | {"PYTHONPATH": os.pathsep.join(FOLDERS)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def shares(output: str) -> list[tuple[int, int]]:
    """Of each draft, what was changed with the profile and without it, in percent."""
    return [(int(a), int(b)) for a, b in re.findall(r"draft +\d+ +(\d+)% .* (\d+)%$", output, flags=re.MULTILINE)]


def test_the_story_holds_and_can_be_read() -> None:
    done = tell(ROOT)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("\nThe story held.\n")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "simulated" in done.stdout
    # What was learned, why, and what is missing for more.
    assert re.search(r"writingTraits\.avgSentenceLength: [\d.]+ -> [\d.]+\n +The newest edit moved it\.", done.stdout)
    assert "“thrilled to share”" in done.stdout
    assert "Votes still missing: " in done.stdout
    found = shares(done.stdout)
    assert len(found) == 12
    assert found[0][0] == found[0][1], "before anything is learned there is no profile to follow"
    assert sum(a for a, _ in found[-4:]) < sum(b for _, b in found[-4:])


def test_a_story_that_does_not_hold_is_told_by_its_exit_code(
    learning_service: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A writer who leaves every draft as it is teaches nothing that could move."""
    checkout, url = learning_service
    monkeypatch.setenv("API", url)
    monkeypatch.setattr(story, "DEFAULT", checkout / ".local")
    monkeypatch.setattr(story, "PIECES", [replace(piece, edited=piece.draft) for piece in story.PIECES])
    assert story.main() == 1
    assert capsys.readouterr().out.endswith("The story did not hold: three edits that agree moved no trait.\n")


def test_a_service_that_learns_later_is_told_in_one_line(tmp_path: Path) -> None:
    checkout = whole_repository(tmp_path / "checkout")
    with started(checkout) as url:
        done = tell(checkout, API=url)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("make demo: edit ")
    assert line.endswith("LEARNING_RATE_LIMIT_MINUTES=0 and EDIT_BATCH_WINDOW_MINUTES=0?")


def test_without_a_service_at_the_address_it_says_so() -> None:
    done = tell(ROOT, API="http://127.0.0.1:9")
    assert done.returncode == 2
    assert "no answer" in done.stderr
    assert "Traceback" not in done.stderr
