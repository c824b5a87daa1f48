"""Every setting does what docs/settings.md says of it: a test beside this one shows it from outside."""

import ast
from pathlib import Path

from voice_engine.settings import Settings


def shown(module: Path) -> set[str]:
    """The variables that the tests of a module name in `@effect_of(...)`."""
    tests = (node for node in ast.parse(module.read_text()).body if isinstance(node, ast.FunctionDef))
    calls = (one for test in tests for one in test.decorator_list if isinstance(one, ast.Call))
    named = (call.args for call in calls if isinstance(call.func, ast.Name) and call.func.id == "effect_of")
    return {ast.literal_eval(variable) for variables in named for variable in variables}


def test_every_setting_has_a_test_of_its_effect() -> None:
    beside = Path(__file__).parent.glob("test_*.py")
    assert {name.upper() for name in Settings.model_fields} == set().union(*map(shown, beside))
