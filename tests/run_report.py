"""What a run says at its end: what it did not test, and what a reader installs to have it tested."""

from collections import defaultdict
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in skipped_lines(terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line, yellow=True)
