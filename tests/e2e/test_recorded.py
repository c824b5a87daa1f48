"""The recordings are what a run of today gives, but for what differs by nature."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.e2e.pasting import FOLDERS, host
from tests.template import ROOT


def unlike(old: Any, new: Any, place: str) -> Iterator[str]:
    """Where two bodies have another shape. Null is like anything: a field that may be null is so at times."""
    if old is None or new is None:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        if old.keys() != new.keys():
            yield f"{place} has the fields {sorted(new)}, recorded are {sorted(old)}"
        for name in old.keys() & new.keys():
            yield from unlike(old[name], new[name], f"{place}.{name}")
    elif isinstance(old, list) and isinstance(new, list):
        if bool(old) != bool(new):
            yield f"{place} has {len(new)} items, recorded are {len(old)}"
        for item in new:
            # Items may be of several kinds.
            if old and all(list(unlike(one, item, place)) for one in old):
                yield f"{place} has an item like none recorded: {item}"
    elif _kind(old) is not _kind(new):
        yield f"{place} is {new!r}, recorded is {old!r}"


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)


def parts(text: str) -> tuple[str, str, list[str], Any]:
    """The request, the answer's status, the names of its headers, and its body."""
    request, status, answer = re.split(r"^HTTP/1\.1 (\d{3})$", text, flags=re.MULTILINE)
    head, _, body = answer.strip().partition("\n\n")
    names = sorted(line.partition(":")[0] for line in head.splitlines())
    is_json = body.startswith(("{", "["))
    return request, status, names, json.loads(body) if is_json else body


def differences(old: str, new: str) -> list[str]:
    was, now = parts(old), parts(new)
    found = [f"{new!r}, recorded is {old!r}" for old, new in zip(was[:3], now[:3], strict=True) if old != new]
    return [*found, *unlike(was[3], now[3], "body")]


def test_a_new_run_gives_what_is_recorded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.record", "--to", str(tmp_path)],
        cwd=ROOT,
        env=host() | {"PYTHONPATH": os.pathsep.join(FOLDERS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    recorded = {file.name: file.read_text("utf-8") for file in (ROOT / "docs" / "recorded").iterdir()}
    new = {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()}
    assert recorded.keys() == new.keys()
    wrong = {name: found for name in new if (found := differences(recorded[name], new[name]))}
    assert wrong == {}, "run make record, and see whether the difference is meant"


def test_a_difference_would_be_seen() -> None:
    old = 'GET /a HTTP/1.1\n\nHTTP/1.1 200\nETag: "1"\n\n{"a": [{"b": 1}], "c": null}\n'
    assert differences(old, old) == []
    assert differences(old, old.replace('"b": 1', '"b": 2.5').replace("null", '"x"')) == []
    for changed in (
        old.replace("200", "201"),
        old.replace("ETag", "Location"),
        old.replace("/a", "/b"),
        old.replace('"b"', '"d"'),
        old.replace('"b": 1', '"b": "1"'),
        old.replace('[{"b": 1}]', "[]"),
        old.replace('"c"', '"e"'),
    ):
        assert differences(old, changed), changed
