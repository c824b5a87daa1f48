"""A cursor of the timeline leads back to where it was made, and nothing else is one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.timeline import cursor, version_of
from voice_engine.errors import Invalid


@given(st.integers(1, 10**15 - 1))
def test_a_cursor_names_its_place(version: int) -> None:
    assert version_of(cursor(version)) == version


def refused_fields(text: str) -> list[str]:
    """The fields that a text given as cursor is refused for; none where it is one."""
    try:
        version_of(text)
    except Invalid as refused:
        return [violation.field for violation in refused.violations]
    return []


@given(st.text(max_size=200).filter(lambda text: not text.startswith("d")))
def test_anything_else_is_refused_by_name(text: str) -> None:
    assert refused_fields(text) == ["cursor"]


@given(st.binary(max_size=30))
def test_no_bytes_lead_further_than_a_version_goes(raw: bytes) -> None:
    told = base64.urlsafe_b64encode(raw).decode()
    if refused_fields(told) != ["cursor"]:
        assert cursor(version_of(told)) == told


@pytest.mark.parametrize("told", ["v", "5", "v-5", "v5.0", "vv5", "v" + "9" * 16, "v٣"])
def test_what_looks_like_one_is_not(told: str) -> None:
    with pytest.raises(Invalid):
        version_of(base64.urlsafe_b64encode(told.encode()).decode())
