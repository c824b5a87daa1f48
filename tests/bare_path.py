"""While tests run, PATH has what the README names, what every system has and what some tests may need: nothing else.

So whatever starts another program, be it a test, a command of the product or a script of theirs, fails on every machine
as it would on a bare one.
"""

import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests import optional
from tests.template import ROOT

# Of Debian's essential packages and of macOS, as far as a shell line of ours uses it.
OF_EVERY_SYSTEM = {"sh", "bash", "cat", "cp", "env", "find", "grep", "mktemp", "rm", "sed", "seq", "sleep", "tee", "tr"}
_NO_PROGRAMS = {"python3-venv"}


def named_packages() -> list[str]:
    """What the README has a reader install on Debian."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (line,) = re.findall(r"`apt-get install ([^`]+)`", readme)
    return line.split()


def allowed() -> set[str]:
    needs = [need for need in vars(optional).values() if isinstance(need, optional.Need)]
    return OF_EVERY_SYSTEM | {*named_packages()} - _NO_PROGRAMS | {name for need in needs for name in need.programs}


def _link(folder: Path) -> None:
    for name in allowed():
        # The one below this environment: what a version manager puts in its place starts programs of its own.
        found = sys._base_executable if name == "python3" else shutil.which(name)
        if found:
            (folder / name).symlink_to(found)


def pytest_configure(config: pytest.Config) -> None:
    folder = Path(mkdtemp(prefix="voice-engine-path-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    _link(folder)
    found = os.environ["PATH"]
    config.add_cleanup(lambda: os.environ.update(PATH=found))
    os.environ["PATH"] = str(folder)
