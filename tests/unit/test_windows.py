"""When edits are due: at most one learning a rate window, nobody waits for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from voice_engine.windows import Windows

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 7200).map(lambda seconds: START + timedelta(seconds=seconds))
LENGTHS = st.integers(0, 1200).map(lambda seconds: timedelta(seconds=seconds))


@given(LENGTHS, LENGTHS, MOMENTS, MOMENTS)
def test_a_first_edit_is_due_at_once(rate: timedelta, batch: timedelta, saved: datetime, now: datetime) -> None:
    assert Windows(rate, batch).due(learned_at=None, oldest_saved_at=saved, now=now) <= saved


@given(LENGTHS, LENGTHS, MOMENTS, MOMENTS, MOMENTS)
def test_due_is_never_within_the_rate_and_never_later_than_both_windows(
    rate: timedelta, batch: timedelta, learned: datetime, saved: datetime, now: datetime
) -> None:
    due = Windows(rate, batch).due(learned_at=learned, oldest_saved_at=saved, now=now)
    believed = min(learned, now)
    assert due >= min(believed + rate, saved)
    assert due <= max(believed + rate, saved + batch)
    if due > now >= learned:
        assert due >= believed + rate, "a wait that the rate does not ask for"


@given(LENGTHS, LENGTHS, MOMENTS, st.integers(1, 10**6))
def test_a_learning_in_the_future_counts_as_now(rate: timedelta, batch: timedelta, now: datetime, ahead: int) -> None:
    windows = Windows(rate, batch)
    future = now + timedelta(seconds=ahead)
    due = windows.due(learned_at=future, oldest_saved_at=now, now=now)
    assert due == windows.due(learned_at=now, oldest_saved_at=now, now=now)


@given(LENGTHS, LENGTHS, MOMENTS, MOMENTS, MOMENTS)
def test_what_was_put_off_is_due_when_its_time_comes_whatever_other_clocks_say(
    rate: timedelta, batch: timedelta, learned: datetime, saved: datetime, now: datetime
) -> None:
    windows = Windows(rate, batch)
    saved = min(saved, now)
    # Put off a second time only where a learning that was in the future has come to pass meanwhile.
    for _ in range(2):
        now = max(now, windows.due(learned_at=learned, oldest_saved_at=saved, now=now))
    assert windows.due(learned_at=learned, oldest_saved_at=saved, now=now) <= now


@given(LENGTHS, LENGTHS, MOMENTS, MOMENTS, st.integers(1, 10**6))
def test_an_edit_saved_in_the_future_waits_for_no_longer_than_one_saved_now(
    rate: timedelta, batch: timedelta, learned: datetime, now: datetime, ahead: int
) -> None:
    windows = Windows(rate, batch)
    future = now + timedelta(seconds=ahead)
    for learned_at in (None, min(learned, now)):
        due = windows.due(learned_at=learned_at, oldest_saved_at=future, now=now)
        assert due == windows.due(learned_at=learned_at, oldest_saved_at=now, now=now)


def test_edits_inside_the_rate_window_are_learned_together_when_the_batch_window_ends() -> None:
    windows = Windows(rate=timedelta(minutes=5), batch=timedelta(minutes=5))
    saved = START + timedelta(minutes=2)
    due = windows.due(learned_at=START, oldest_saved_at=saved, now=saved)
    assert due == saved + timedelta(minutes=5)
