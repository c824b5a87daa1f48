"""Edit distance over time: each draft beside what its writer's earlier ones made one expect, and no claim too soon."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.writers import ident
from voice_engine.voice.delta import distance, measure
from voice_engine.voice.distance import READ, SHOWN, Distances, DraftDistance, distances
from voice_engine.voice.progress import LEAST_SIDE, band
from voice_engine.voice.traits import MILLION

SIZES = st.lists(st.integers(0, MILLION), max_size=READ + 60)
WORDS = st.lists(st.sampled_from(["one", "two", "three", "Four.", "five,", "\n\n"]), max_size=30).map(" ".join)


def told(sizes: list[int]) -> Distances:
    """What a store hands over of a writer with drafts of these sizes, oldest first."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    drafts = [DraftDistance(ident(n), ident(n), start + timedelta(hours=n), size) for n, size in enumerate(sizes)]
    return distances(drafts[:LEAST_SIDE], drafts[-READ:])


@given(SIZES)
def test_each_draft_stands_beside_the_band_of_all_that_came_before_it(sizes: list[int]) -> None:
    found = told(sizes).drafts
    assert [item.draft.distance for item in found] == sizes[-SHOWN:]
    for place, item in enumerate(found, len(sizes) - len(found)):
        assert item.expected == band(sizes[:place]), "neither itself nor a later one is in it"


@given(SIZES)
def test_the_first_drafts_are_held_against_the_newest_and_none_against_itself(sizes: list[int]) -> None:
    change = told(sizes).change
    before, after = sizes[:LEAST_SIDE], sizes[LEAST_SIDE:][-LEAST_SIDE:]
    assert change.before == (sum(before) // len(before) if before else None)
    assert change.after == (sum(after) // len(after) if after else None)
    assert change.missing == max(0, 2 * LEAST_SIDE - len(sizes))
    assert (change.direction == "too few edits") == (len(sizes) < 2 * LEAST_SIDE)


@given(st.integers(0, MILLION), st.integers(0, 200))
def test_a_writer_who_goes_on_as_ever_has_not_changed(size: int, count: int) -> None:
    assert told([size] * count).change.direction in {"too few edits", "no change beyond chance"}


@given(st.lists(WORDS, min_size=1, max_size=3), st.lists(WORDS, min_size=1, max_size=3))
def test_the_distance_is_the_share_that_a_delta_of_the_same_texts_has_changed(
    draft: list[str], text: list[str]
) -> None:
    assert distance(tuple(draft), tuple(text)) == measure(tuple(draft), tuple(text), "en").changed
