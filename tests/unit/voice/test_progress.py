"""The band of the next edit's size holds what comes, and progress is claimed only where chance would not make it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, prose
from voice_engine.voice.progress import LEAST_SIDE, PRIOR, band, change, sizes
from voice_engine.voice.traits import MILLION

SIZES = st.lists(st.integers(0, MILLION), max_size=60)


def drawn(chance: random.Random, centre: float, spread: float, count: int) -> list[int]:
    return [round(MILLION * min(1.0, max(0.0, chance.gauss(centre, spread)) ** 2)) for _ in range(count)]


@given(SIZES)
def test_a_band_is_one(earlier: list[int]) -> None:
    found = band(earlier)
    assert 0 <= found.low <= found.expected <= found.high <= MILLION


def test_it_holds_four_in_five_of_writers_like_those_it_was_fitted_on() -> None:
    chance = random.Random(4)
    inside = asked = 0
    for _ in range(400):
        centre, spread = max(0.1, chance.gauss(PRIOR.mean, PRIOR.between)), PRIOR.within
        found = drawn(chance, centre, spread, 13)
        told = band(found[:-1])
        inside += told.low <= found[-1] <= told.high
        asked += 1
    assert 0.75 <= inside / asked <= 0.85


@given(st.integers(20_000, 600_000), st.integers(1, 23))
def test_a_steady_writer_is_expected_to_stay_so(size: int, count: int) -> None:
    fewer, more = band([size] * count), band([size] * (count + 1))
    assert abs(more.expected - size) <= abs(fewer.expected - size) + 1
    assert more.high - more.low <= fewer.high - fewer.low + 1


@given(SIZES, SIZES)
def test_nothing_is_claimed_before_enough_edits_on_each_side(before: list[int], after: list[int]) -> None:
    found = change(before, after)
    few = min(len(before), len(after)) < LEAST_SIDE
    assert (found.direction == "too few edits") == few == (found.missing > 0)


@given(st.lists(st.integers(0, MILLION), min_size=LEAST_SIDE, max_size=60))
def test_the_same_edits_are_no_change(some: list[int]) -> None:
    assert change(some, some).direction == "no change beyond chance"


@pytest.mark.parametrize(
    ("centre", "direction"), [(0.3, "smaller"), (0.8, "larger"), (0.55, "no change beyond chance")]
)
def test_a_change_that_is_there_is_claimed(centre: float, direction: str) -> None:
    chance = random.Random(7)
    assert change(drawn(chance, 0.55, 0.1, 30), drawn(chance, centre, 0.1, 30)).direction == direction


def test_sizes_are_those_of_the_newest_drafts() -> None:
    edits = [edit_of(n, counted(prose(20), prose(15), changed=1_000 * n)) for n in range(1, 31)]
    found = sizes(learned(edits))
    assert found == tuple(1_000 * n for n in range(7, 31))


def test_two_saves_of_one_draft_are_one_edit_of_both_sizes() -> None:
    edits = [edit_of(n, counted(prose(20), prose(15), changed=100_000), content=1) for n in (1, 2)]
    assert sizes(learned(edits)) == (200_000,)
