"""A property draws the same examples for everybody, and shows the values that failed."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.template import ROOT

# Draws from each kind of strategy that a constant of some module could get into, and prints what it drew.
_DRAW = """
import sys
sys.path[:0] = [{folders}]
{imports}
from tests import hypothesis_profiles
hypothesis_profiles.load()
from hypothesis import given, strategies as st
drawn = []
@given(st.lists(st.one_of(st.integers(), st.floats(), st.text(), st.binary())))
def draw(found):
    drawn.append(repr(found))
draw()
print(__import__("json").dumps(drawn))
"""
_FOLDERS = ", ".join(repr(str(ROOT / folder)) for folder in (".", "layers/common"))
_IMPORTS = "from voice_engine.voice import lexicon, machine_phrases, traits; from voice_engine import learner"


def _drawn(imports: str, hash_seed: str, **variables: str) -> list[str]:
    program = _DRAW.format(folders=_FOLDERS, imports=imports)
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "EXPLORE_SEED")}
    environment |= {"PYTHONHASHSEED": hash_seed} | variables
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    drawn: list[str] = json.loads(done.stdout)
    return drawn


def test_examples_depend_on_the_property_alone() -> None:
    alone = _drawn("", hash_seed="1")
    assert len(alone) == 60
    assert alone == _drawn(_IMPORTS, hash_seed="2", CI="true")


def test_exploring_draws_other_examples() -> None:
    assert _drawn("", hash_seed="1") != _drawn("", hash_seed="1", EXPLORE_SEED="1")


_FAILING = """
import schemathesis.generation.hypothesis.builder
from hypothesis import given, strategies as st
@given(st.integers(0, 1), st.text(max_size=3))
def test_fails(number, wish):
    assert False
"""


def test_a_failing_property_shows_its_values(tmp_path: Path) -> None:
    test = tmp_path / "test_failing.py"
    test.write_text(_FAILING)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml")]
    command += ["-p", "tests.hypothesis_profiles", str(test)]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "number=0" in printed
    assert "wish=''" in printed
