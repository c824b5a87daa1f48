"""What a run says at its end: the time of each tier, what it did not test, and what a reader installs to have it
tested."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePath

import pytest


def skipped_lines(reports: Iterable[pytest.TestReport | pytest.CollectReport]) -> Iterator[str]:
    """A line for each reason, with how many tests it concerns and where they are."""
    places: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        assert isinstance(report.longrepr, tuple), report.longrepr
        reason = report.longrepr[2].removeprefix("Skipped: ")
        places[reason].append(PurePath(report.nodeid.partition("::")[0]).name)
    for reason, files in sorted(places.items()):
        tests = "1 test" if len(files) == 1 else f"{len(files)} tests"
        yield f"skipped: {tests}, {reason}: {', '.join(sorted(set(files)))}"


def tier_lines(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """A line for each tier, with what its tests did and how many seconds all workers together spent on it."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: Counter[str] = Counter()
    for report in reports:
        folder, _, below = report.nodeid.partition("/")
        tier = below.partition("/")[0] if folder == "tests" else folder
        seconds[tier] += report.duration
        if report.when == "call" or not report.passed:
            outcomes[tier]["xfailed" if hasattr(report, "wasxfail") else report.outcome] += 1
    for tier, counts in sorted(outcomes.items()):
        found = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()))
        yield f"{tier}: {found} in {seconds[tier]:.0f} s of the workers"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats.values()
    reports = [report for group in stats for report in group if isinstance(report, pytest.TestReport)]
    for line in tier_lines(reports):
        terminalreporter.write_line(line)
    for line in skipped_lines(terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line, yellow=True)
