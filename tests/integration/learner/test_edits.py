"""Which edits a learner takes, how it counts its attempts at them, and in which order it folds them."""

from datetime import timedelta

import pytest

from tests.faults.invariants import check_profile
from tests.integration.learner.bench import Bench, do_nothing
from voice_engine.ids import new_id
from voice_engine.learner import EditFailed
from voice_engine.lease import lease_key
from voice_engine.profile_key import ProfileId
from voice_engine.queue import Done, Gone, LearningJob


def test_attempts_are_counted_before_the_work_so_that_an_edit_that_kills_its_learner_is_counted(bench: Bench) -> None:
    edit = bench.edit()
    seen = []
    bench.during = lambda _: seen.append(bench.stored(edit)["attempts"])
    bench.learn()
    assert seen == [1]
    assert bench.stored(edit)["status"] == "learned"


def test_an_edit_that_failed_waits_for_its_next_attempt_and_holds_up_no_other(bench: Bench) -> None:
    good, bad = bench.edit("It is good."), bench.edit("It is poison.")

    def refuse(text: str) -> None:
        if "poison" in text:
            raise ValueError(text)

    bench.during = refuse
    with pytest.raises(EditFailed) as failure:
        bench.learn()
    assert "poison" not in str(failure.value), "text in a message"
    assert bench.stored(good)["status"] == "learned"
    # Once with the others and once alone; the third attempt is for another time.
    assert (bench.stored(bad)["status"], bench.stored(bad)["attempts"]) == ("pending", 2)
    assert bench.learn() == Done()
    failed = bench.stored(bad)
    assert (failed["status"], failed["reason"], failed["attempts"]) == ("failed", "ValueError", 3)
    check_profile(bench.engine, bench.user)


def test_edits_that_a_killed_learner_had_in_hand_are_learned_one_by_one(bench: Bench) -> None:
    """One of them may have killed it: together they would all die of that."""
    edits = [bench.edit(f"Text {number}.", bench.now + timedelta(seconds=number), attempts=1) for number in range(3)]
    bench.now += timedelta(seconds=9)
    fresh = [bench.edit("Fresh."), bench.edit("Fresh too.")]
    bench.learn()
    assert [row["editIds"] for row in bench.log()[:3]] == [[edit] for edit in edits]
    assert sorted(bench.log()[3]["editIds"]) == sorted(fresh)
    check_profile(bench.engine, bench.user)


def test_an_edit_whose_text_cannot_be_read_holds_up_no_other(bench: Bench) -> None:
    bad, good = bench.edit(), bench.edit()
    bench.engine.database.collection("edits").update_one({"_id": bad}, {"$set": {"text": None}})
    with pytest.raises(EditFailed):
        bench.learn()
    assert bench.learn() == Done()
    assert bench.stored(bad)["status"] == "failed"
    assert bench.stored(good)["status"] == "learned"


def test_an_edit_that_is_erased_while_it_is_learned_leaves_nothing_and_costs_the_others_nothing(bench: Bench) -> None:
    erased, other = bench.edit("Erase me."), bench.edit("Keep me.")
    edits = bench.engine.database.collection("edits")
    bench.during = lambda _: edits.delete_one({"_id": erased})
    assert bench.learn() == Done()
    assert [row["editIds"] for row in bench.log()] == [[other]]
    assert bench.stored(other)["attempts"] == 1, "blamed for what happened to another"
    check_profile(bench.engine, bench.user)


def test_an_edit_that_is_erased_before_its_text_is_read_is_nobodys_failure(bench: Bench) -> None:
    erased = bench.edit()

    def time_left() -> float:
        bench.engine.database.collection("edits").delete_one({"_id": erased})
        return 30.0

    assert bench.learn(time_left=time_left) == Done()
    assert bench.log() == []
    assert bench.engine.profiles.find(bench.key) is None


def test_an_edit_that_somebody_else_learned_meanwhile_is_learned_once(bench: Bench) -> None:
    edit = bench.edit()
    rival = Bench(bench.engine, bench.user)

    def overtake(_: str) -> None:
        bench.during = do_nothing
        bench.engine.redis.run("x", lambda node: node.delete(lease_key(bench.key)))
        rival.learn()

    bench.during = overtake
    bench.learn()
    assert [row["editIds"] for row in bench.log()] == [[edit]]
    assert bench.stored(edit)["learnedVersion"] == 1
    check_profile(bench.engine, bench.user)


def test_what_was_set_by_hand_while_learning_is_kept(bench: Bench) -> None:
    bench.edit()

    def set_by_hand(_: str) -> None:
        bench.engine.profile_desk.change(ProfileId(bench.user), {"tone.humor": 9})

    bench.during = set_by_hand
    bench.learn()
    profile = bench.engine.profiles.find(bench.key)
    assert profile is not None
    assert (profile.version, profile.state.overrides["tone.humor"], profile.state.learned.edits) == (2, 9, 1)
    check_profile(bench.engine, bench.user)


def test_edits_are_folded_in_the_order_in_which_they_were_saved(bench: Bench) -> None:
    early = bench.now - timedelta(seconds=9)
    content_ids = sorted(new_id() for _ in range(2))
    expected = [
        ("a", early, content_ids[1], 1),
        ("b", bench.now, content_ids[0], 1),
        ("c", bench.now, content_ids[0], 3),
        ("d", bench.now, content_ids[1], 2),
    ]
    ids = {
        name: bench.edit(f"Text {name}.", at, content_id=content_id, rev=rev)
        for name, at, content_id, rev in reversed(expected)
    }
    bench.learn()
    assert [row["editIds"] for row in bench.log()] == [[ids[name] for name in "abcd"]]
    check_profile(bench.engine, bench.user)


def test_whose_profile_it_is_is_told_by_the_edits_and_not_by_the_job(bench: Bench) -> None:
    bench.edit()
    assert bench.learn(LearningJob("somebody-else", bench.key, new_id(), new_id())) == Done()
    profile = bench.engine.profiles.find(bench.key)
    assert profile is not None
    assert profile.user_id == bench.user
    assert {row["userId"] for row in bench.log()} == {bench.user}


def test_a_job_for_a_profile_with_nothing_pending_does_nothing(bench: Bench) -> None:
    assert bench.learn(LearningJob("ghost", "ghost:of:nobody{}", new_id(), new_id())) == Gone()
    assert bench.engine.profiles.find("ghost:of:nobody{}") is None
