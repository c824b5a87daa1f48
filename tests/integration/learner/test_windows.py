"""When a profile is learned: at once, at the end of its window, or as often as there is more than a batch."""

from datetime import timedelta

from tests.faults.invariants import check_profile
from tests.integration.learner.bench import MINUTES, OPEN, Bench
from voice_engine.learner import BATCH, Learned
from voice_engine.profile_key import ProfileId
from voice_engine.queue import Done, Later


def test_a_second_learning_waits_for_its_window_and_takes_all_that_came_meanwhile(bench: Bench) -> None:
    bench.windows = OPEN
    first = bench.edit()
    assert bench.learn() == Done(), "the first edit of a person waits for nothing"
    learned_at = bench.now
    bench.now += timedelta(minutes=2)
    saved_at = bench.now
    second = bench.edit()
    assert bench.learn() == Later(saved_at + MINUTES)
    bench.now += timedelta(minutes=2)
    third = bench.edit()
    assert bench.learn() == Later(saved_at + MINUTES)
    assert bench.engine.profiles.learned_at(bench.key) == learned_at
    bench.now = saved_at + MINUTES
    assert bench.learn() == Done()
    assert [row["editIds"] for row in bench.log()] == [[first], [second, third]]


def test_a_value_set_by_hand_starts_no_window(bench: Bench) -> None:
    bench.windows = OPEN
    bench.engine.profile_desk.change(ProfileId(bench.user), {"tone.humor": 9})
    assert bench.engine.profiles.learned_at(bench.key) is None
    bench.edit()
    assert bench.learn() == Done()
    learned_at = bench.engine.profiles.learned_at(bench.key)
    bench.engine.profile_desk.change(ProfileId(bench.user), {"tone.humor": 2})
    assert bench.engine.profiles.learned_at(bench.key) == learned_at == bench.now


def test_an_edit_saved_while_others_are_learned_waits_for_its_window_too(bench: Bench) -> None:
    bench.windows = OPEN
    bench.edit()
    late: list[str] = []

    def save(_: Learned) -> None:
        if not late:
            late.append(bench.edit("It came late."))

    bench.after = save
    assert bench.learn() == Later(bench.now + MINUTES)
    assert len(bench.log()) == 1
    assert bench.stored(late[0])["status"] == "pending"


def test_more_than_a_batch_is_learned_in_one_go_whatever_the_window(bench: Bench) -> None:
    bench.windows = OPEN
    first = bench.edit()
    bench.learn()
    for number in range(BATCH + 3):
        bench.edit(f"Text number {number}.")
    assert bench.learn() == Done()
    assert [len(row["editIds"]) for row in bench.log()] == [1, BATCH, 3]
    assert bench.log()[0]["editIds"] == [first]
    check_profile(bench.engine, bench.user)


def test_exactly_a_batch_waits_for_its_window(bench: Bench) -> None:
    bench.windows, bench.batch = OPEN, 3
    bench.edit()
    bench.learn()
    for number in range(bench.batch):
        bench.edit(f"Text number {number}.")
    assert bench.learn() == Later(bench.now + MINUTES)


def test_when_time_is_out_the_job_comes_back_at_once_and_nothing_is_acknowledged_unlearned(bench: Bench) -> None:
    bench.batch = 5
    for number in range(bench.batch + 3):
        bench.edit(f"Text number {number}.")
    left = iter([1.0, 0.0])
    assert bench.learn(time_left=lambda: next(left)) == Later(bench.now)
    assert len(bench.engine.edits.pending(bench.key, limit=bench.batch)) == 3
    assert bench.learn() == Done()
    check_profile(bench.engine, bench.user)
