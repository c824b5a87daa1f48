"""The environment is whole, in whatever order its packages are installed: no two of them write one file."""

import csv
import os
from collections import defaultdict
from importlib.metadata import Distribution, distributions


def files_of(distribution: Distribution) -> set[str]:
    """What its record names, there or not."""
    record = distribution.read_text("RECORD")
    assert record, f"{distribution.name} has no record of its files"
    return {os.path.normpath(str(distribution.locate_file(row[0]))) for row in csv.reader(record.splitlines())}


def owners() -> dict[str, list[str]]:
    """Every file of the environment, and which distributions write it."""
    found: dict[str, list[str]] = defaultdict(list)
    for distribution in distributions():
        name = distribution.name
        for file in files_of(distribution):
            found[file].append(name)
    assert {name for names in found.values() for name in names} >= {"mypy", "pytest"}
    return found


def test_no_file_belongs_to_two_distributions() -> None:
    assert {file: names for file, names in owners().items() if len(names) > 1} == {}


def test_no_file_is_missing() -> None:
    assert [file for file in owners() if not os.path.lexists(file)] == [], "run make clean, then make install"
