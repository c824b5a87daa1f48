"""An interval is over people, holds the figure, and is the same each time."""

from hypothesis import given
from hypothesis import strategies as st

from bench.eval.bootstrap import interval, mean, share

VALUES = st.lists(st.floats(0, 100), min_size=2, max_size=30)


@given(VALUES)
def test_it_stays_within_the_values_and_repeats(values: list[float]) -> None:
    found = interval(values, mean)
    assert found is not None
    assert min(values) - 1e-9 <= found[0] <= found[1] <= max(values) + 1e-9
    assert interval(values, mean) == found


def test_people_who_are_alike_leave_no_doubt() -> None:
    assert interval([0.5] * 9, mean) == (0.5, 0.5)


def test_more_people_narrow_it() -> None:
    few = interval([0.0, 1.0] * 4, mean)
    many = interval([0.0, 1.0] * 64, mean)
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]


def test_one_person_says_nothing_of_others() -> None:
    assert interval([0.7], mean) is None


def test_a_share_weighs_people_by_what_they_add() -> None:
    assert share([(1, 1), (0, 3)]) == 0.25
    assert share([]) is None
