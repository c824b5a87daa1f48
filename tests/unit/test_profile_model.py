"""What the API accepts for a profile is what the domain's table of fields holds, field by field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.profile import ProfileChange
from voice_engine.voice.fields import FIELDS, Field, Substitution
from voice_engine.voice.visible import is_blank

SETTABLE = [field for field in FIELDS if field.settable]


def nested(path: str, value: Any) -> dict[str, Any]:
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def good_values(field: Field) -> st.SearchStrategy[Any]:
    text = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=min(20, field.max_length or 20))
    text = text.filter(lambda value: not is_blank(value))
    match field.kind:
        case "number":
            return st.floats(field.low, field.high)
        case "integer":
            return st.integers(field.low, field.high)
        case "flag":
            return st.booleans()
        case "choice":
            return st.sampled_from(field.choices)
        case "texts":
            return st.lists(text, max_size=min(5, field.max_items), unique_by=str.casefold)
        case "substitutions":
            return st.lists(
                st.fixed_dictionaries({"from": text, "to": st.just("") | text}),
                max_size=3,
            )
        case kind:
            raise AssertionError(f"a settable field of kind {kind}")


@pytest.mark.parametrize("field", SETTABLE, ids=lambda field: field.path)
@given(data=st.data())
def test_every_field_that_can_be_set_is_accepted_with_every_value_it_may_have(
    field: Field, data: st.DataObject
) -> None:
    value = data.draw(good_values(field))
    values = ProfileChange.model_validate(nested(field.path, value)).values()
    assert list(values) == [field.path]
    held = field.check(values[field.path])
    if field.kind == "substitutions":
        assert held == tuple(Substitution(pair["from"], pair["to"]) for pair in value)
    else:
        assert held == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize("field", SETTABLE, ids=lambda field: field.path)
def test_what_the_domain_would_refuse_the_api_refuses_first(field: Field) -> None:
    wrong: dict[str, list[Any]] = {
        "number": [field.low - 1, field.high + 1, "many", True],
        "integer": [field.low - 1, field.high + 1, field.low + 0.5, "many"],
        "flag": ["often", 7],
        "choice": ["none of these", 7],
        "texts": [["x"] * (field.max_items + 1), ["x" * (field.max_length + 1)], [""], ["  "], [7], "x"],
        "substitutions": [
            [{"from": "a", "to": "b"}] * (field.max_items + 1),
            [{"from": "  ", "to": "b"}],
            [{"from": "a", "to": " "}],
            [{"to": "b"}],
        ],
    }
    for value in wrong[field.kind]:
        with pytest.raises(ValidationError):
            ProfileChange.model_validate(nested(field.path, value))


def test_nothing_else_is_accepted_but_what_a_whole_profile_has() -> None:
    known = {field.path for field in FIELDS} | {"lastUpdated"}
    accepted = set(leaves(ProfileChange.model_json_schema(by_alias=True), "#", ""))
    assert accepted == known


@pytest.mark.parametrize(
    ("field", "good", "wrong"),
    [
        ("learningIterations", [0, 7, 7.0], [-1, 0.5, "7", True, None]),
        ("profileSource", ["neutral", "learned"], ["guessed", 7, None]),
        ("archetypeBase", [None, "founder"], [7, ["founder"]]),
        ("lastUpdated", ["2026-11-28T12:40:00Z", "2026-11-28T12:40:00.5+01:00"], ["yesterday", "2026-11-28", 7, None]),
    ],
)
def test_what_is_worked_out_is_accepted_by_its_type(field: str, good: list[Any], wrong: list[Any]) -> None:
    for value in good:
        ProfileChange.model_validate({field: value})
    for value in wrong:
        with pytest.raises(ValidationError):
            ProfileChange.model_validate({field: value})


def leaves(schema: dict[str, Any], pointer: str, prefix: str) -> list[str]:
    definition = schema if pointer == "#" else schema["$defs"][pointer.rpartition("/")[2]]
    found: list[str] = []
    for name, part in definition["properties"].items():
        options = part.get("anyOf", [part])
        inner = next((o["$ref"] for o in options if "$ref" in o and o["$ref"].endswith("Change")), None)
        found += leaves(schema, inner, f"{prefix}{name}.") if inner else [f"{prefix}{name}"]
    return found
