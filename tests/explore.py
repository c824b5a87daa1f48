"""`make explore`: every property with new examples, round after round, until the time is over.

Each round has a seed of its own, one more than the round before. A failure is printed with the values that failed and
a line that replays it.
"""

import argparse
import json
import os
import secrets
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.hypothesis_profiles import EXPLORE_SEED

_UNTIL = "EXPLORE_UNTIL"
_REPORT = "EXPLORE_REPORT"
_PROPERTIES = "hypothesis or explored"


def main() -> int:
    """The number of failures found, as an exit code of 0 or 1."""
    parser = argparse.ArgumentParser(prog="make explore")
    parser.add_argument("--minutes", type=_or_empty(float))
    parser.add_argument("--seed", type=_or_empty(int))
    parser.add_argument("--test", default="")
    asked = parser.parse_args()
    if not asked.test and asked.minutes is None:
        parser.error("say for how long: make explore MINUTES=10")
    seed = secrets.randbelow(2**31) if asked.seed is None else asked.seed
    if asked.test:
        return _ended([_round(seed, [asked.test], until=None)])
    until = time.time() + 60 * asked.minutes
    rounds = []
    while time.time() < until:
        rounds.append(_round(seed + len(rounds), ["-m", _PROPERTIES, "tests"], until=until))
    return _ended(rounds)


def _or_empty(kind: type[float] | type[int]):
    """A number, or None for the empty value that make passes on for a variable that nobody set."""

    def read(given: str) -> float | int | None:
        return kind(given) if given else None

    read.__name__ = "number"
    return read


def _round(seed: int, which: list[str], *, until: float | None) -> dict[str, str]:
    """Run the properties once with the examples of a seed. Returns the outcome of each test by its name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        report.touch()
        environment = os.environ | {EXPLORE_SEED: str(seed), _REPORT: str(report)}
        if until is not None:
            environment[_UNTIL] = str(until)
        command = [sys.executable, "-m", "pytest", *which, f"--hypothesis-seed={seed}"]
        command += ["-n", "2", "--dist", "worksteal", "-p", "no:randomly", "-p", "tests.explore", "--quiet"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        outcomes = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    if done.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and until is None:
        sys.exit(f"make explore: pytest ended with {done.returncode}\n{done.stdout}{done.stderr}")
    for failed in (outcome for outcome in outcomes if outcome["outcome"] == "failed"):
        print(f"\nFAILED {failed['test']}\n{failed['why']}")
        print(f"replay: make explore SEED={seed} TEST={shlex.quote(failed['test'])}", flush=True)
    counts = {name: sum(found["outcome"] == name for found in outcomes) for name in ("passed", "failed")}
    print(f"seed {seed}: {counts['passed']} properties passed, {counts['failed']} failed", flush=True)
    return {outcome["test"]: outcome["outcome"] for outcome in outcomes}


def _ended(rounds: list[dict[str, str]]) -> int:
    failed = {test for outcomes in rounds for test, outcome in outcomes.items() if outcome == "failed"}
    runs = sum(len(outcomes) for outcomes in rounds)
    print(f"explored: {len(rounds)} rounds, {runs} runs of properties, {len(failed)} of them found a failure")
    for test in sorted(failed):
        print(f"  {test}")
    return 1 if failed or not runs else 0


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol() -> bool | None:
    """Run no test once the time is over."""
    until = os.environ.get(_UNTIL)
    return True if until and time.time() > float(until) else None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write the outcome of a test into the report, from the process that collects those of all workers."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    if report.failed or (report.when == "call" and report.passed):
        _write({"test": report.nodeid, "outcome": report.outcome, "why": _why(report)})


def _write(outcome: dict[str, str]) -> None:
    with Path(os.environ[_REPORT]).open("a", encoding="utf-8") as report:
        print(json.dumps(outcome), file=report)


def _why(report: pytest.TestReport) -> str:
    """The lines of a failure that say what was asserted and with which values."""
    lines = report.longreprtext.splitlines()
    return "\n".join(line for line in lines if line.startswith("E  ")) or "\n".join(lines[-20:])


if __name__ == "__main__":
    sys.exit(main())
