"""The end of a run says how long each tier took, what was skipped and how to get it, on any number of workers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import optional
from tests.template import ROOT

_TESTS = """
import pytest
from tests.optional import Need

absent = Need("a program", "apt-get install it", programs=("not-a-program",))
met = Need("a shell", "every system has one", programs=("sh",))

@absent.mark
@pytest.mark.parametrize("number", range(3))
def test_marked(number): raise AssertionError

@pytest.fixture
def program(): absent.or_skip()

def test_by_fixture(program): raise AssertionError

@met.mark
def test_runs(): met.or_skip()
"""


@pytest.mark.parametrize("workers", [0, 2])
def test_each_reason_has_a_line_with_how_many_tests_and_where(tmp_path: Path, workers: int) -> None:
    (tmp_path / "test_one.py").write_text(_TESTS)
    (tmp_path / "test_two.py").write_text(_TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "xdist.plugin", "-p", "tests.run_report", "-n", str(workers)]
    # Without the plugins of this environment, which it needs none of.
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed, 8 skipped" in done.stdout
    lines = [line for line in done.stdout.splitlines() if line.startswith("skipped: ")]
    assert lines == ["skipped: 8 tests, a program is missing (apt-get install it): test_one.py, test_two.py"]


_SLOW = """
import time

def test_waits(): time.sleep(0.6)
def test_fails(): raise AssertionError
"""


@pytest.mark.parametrize("workers", [0, 2])
def test_each_tier_has_a_line_with_what_its_tests_did_and_their_time(tmp_path: Path, workers: int) -> None:
    for tier in ("one", "two"):
        (tmp_path / "tests" / tier).mkdir(parents=True)
        (tmp_path / "tests" / tier / f"test_{tier}.py").write_text(_SLOW)
    command = [sys.executable, "-m", "pytest", "-p", "xdist.plugin", "-p", "tests.run_report", "-n", str(workers)]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    lines = re.findall(r"^(\w+: 1 failed, 1 passed) in (\d+) s of the workers$", done.stdout, re.MULTILINE)
    assert [said for said, _ in lines] == [f"{tier}: 1 failed, 1 passed" for tier in ("one", "two")], done.stdout
    assert all(int(seconds) >= 1 for _, seconds in lines)


def test_a_reader_finds_what_is_optional_before_a_run() -> None:
    needs = [need for need in vars(optional).values() if isinstance(need, optional.Need) and need.programs]
    assert needs
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for need in needs:
        assert need.name in page
        assert need.how in page
