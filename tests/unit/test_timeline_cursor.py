"""A cursor of the timeline leads back to where it was made, and each that is let in is one that can be looked for."""

from hypothesis import given
from hypothesis import strategies as st

from models.timeline import cursor, version_of

VERSIONS = st.integers(1, 16**12 - 1)


@given(VERSIONS)
def test_a_cursor_names_its_place(version: int) -> None:
    assert version_of(cursor(version)) == version


@given(VERSIONS, VERSIONS)
def test_cursors_are_in_the_order_of_their_places(one: int, other: int) -> None:
    assert (cursor(one) < cursor(other)) == (one < other)


@given(st.from_regex(r"[0-9a-f]{12}", fullmatch=True))
def test_whatever_has_the_form_is_a_place(text: str) -> None:
    assert 0 <= version_of(text) < 2**63
    assert cursor(version_of(text)) == text
