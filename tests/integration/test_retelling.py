"""A log that is too long for one run of the learner is told again over several, whatever happens between them."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine_fixtures import Api
from tests.faults.invariants import check_profile
from tests.hypothesis_profiles import examples
from tests.integration.test_learning import save_shortened
from tests.time_left import looks, plenty
from voice_engine.bootstrap import Engine
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.voice.log import EditsLearned

type Learn = Callable[[], dict[str, Any]]

MOST_RUNS = 100


def long_log(api: Api, learn: Learn, user: str, rows: int) -> list[str]:
    """The edits of a log with one of them in each of its `rows`."""
    edits = []
    for _ in range(rows):
        edits += save_shortened(api, user, 1)
        learn()
    return edits


def told_so_far(running: Engine, user: str) -> int:
    row = running.database.collection("retellings").find_one({"profile": profile_key(user)})
    return 0 if row is None else row["telling"]["as_written"]["version"]


def drain(running: Engine) -> None:
    """Not the whole learner, which would end what is under way."""
    learner = running.learner(lambda _: None)
    running.queue.drain(lambda job: learner.learn(job, plenty), concurrency=1, time_left=plenty)


def end(running: Engine) -> None:
    """What is asked for comes to its end, in runs that each have time for one row of a log."""
    for _ in range(MOST_RUNS):
        unlearned = running.unlearning.run(looks(1))
        relearned = running.relearning.run(looks(1))
        nothing_is_asked = not running.edits.profiles_to_unlearn() and not running.profiles.to_rebuild(1)
        if nothing_is_asked and not unlearned and not relearned:
            return
    raise AssertionError("it never ends")


def test_each_run_goes_on_where_the_last_one_stopped(api: Api, learn: Learn, running: Engine, user: str) -> None:
    long_log(api, learn, user, 5)
    running.relearning.ask(user)
    for told in range(1, 6):
        assert running.relearning.run(looks(1)) == 0
        assert told_so_far(running, user) == told
    before = api.style(user)["version"]
    assert running.relearning.run(looks(1)) == 1
    assert api.style(user)["version"] == before + 1
    check_profile(running, user)


def test_what_is_learned_between_two_runs_is_told_too(api: Api, learn: Learn, running: Engine, user: str) -> None:
    edits = long_log(api, learn, user, 4)
    assert api("DELETE", f"/api/edits/{edits[1]}", user=user).status == 202
    assert running.unlearning.run(looks(2)) == 0
    (late,) = save_shortened(api, user, 1)
    drain(running)
    assert api.progress(user, late)["status"] == "learned", "it does not wait"
    assert told_so_far(running, user) == 2
    end(running)
    check_profile(running, user)


def test_more_edits_taken_back_do_not_make_it_begin_anew(api: Api, learn: Learn, running: Engine, user: str) -> None:
    edits = long_log(api, learn, user, 4)
    api("DELETE", f"/api/edits/{edits[0]}", user=user)
    assert running.unlearning.run(looks(3)) == 0
    told = told_so_far(running, user)
    api("DELETE", f"/api/edits/{edits[3]}", user=user)
    assert running.unlearning.run(looks(1)) == 0
    assert told_so_far(running, user) == told + 1
    end(running)
    check_profile(running, user)
    assert [api.progress(user, edit)["status"] for edit in edits] == ["unlearned", "learned", "learned", "unlearned"]


def test_a_learner_whose_lease_ran_out_does_not_keep_what_was_unlearned_meanwhile(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    edits = long_log(api, learn, user, 4)
    running.relearning.ask(user)
    left = looks(1)

    def time_left() -> float:
        """Once this learner has told the edit, its lease runs out, and another learner unlearns it."""
        if seconds := left():
            return seconds
        running.leases.drop(profile_key(user))
        assert api("DELETE", f"/api/edits/{edits[0]}", user=user).status == 202
        assert running.unlearning.run(plenty) == 1
        return 0.0

    assert running.relearning.run(time_left) == 0
    assert told_so_far(running, user) == 0
    end(running)
    check_profile(running, user)


def test_nothing_is_kept_of_somebody_who_is_erased_meanwhile(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    long_log(api, learn, user, 3)
    running.relearning.ask(user)
    left = looks(1)

    def time_left() -> float:
        if seconds := left():
            return seconds
        running.database.collection("profiles").delete_one({"_id": profile_key(user)})
        return 0.0

    assert running.relearning.run(time_left) == 0
    assert running.database.collection("retellings").find_one({}) is None


@pytest.mark.parametrize("whose", ["learnerVersion", "incarnation"])
def test_what_other_rules_began_or_what_was_another_life_is_begun_anew(
    api: Api, learn: Learn, running: Engine, user: str, whose: str
) -> None:
    long_log(api, learn, user, 3)
    running.relearning.ask(user)
    assert running.relearning.run(looks(2)) == 0
    stale = {whose: 99, "telling.as_written.states.1.learned.iterations": 999}
    running.database.collection("retellings").update_one({"profile": profile_key(user)}, {"$set": stale})
    end(running)
    check_profile(running, user)


STEPS = st.one_of(
    st.tuples(st.just("edit"), st.booleans()),
    st.tuples(st.just("take back"), st.integers(0, 5)),
    st.tuples(st.just("relearn"), st.none()),
    st.tuples(st.just("set"), st.integers(1, 10)),
    st.tuples(st.just("roll back"), st.integers(0, 9)),
    st.tuples(st.just("reset"), st.none()),
    st.tuples(st.just("unlearner"), st.integers(1, 3)),
    st.tuples(st.just("relearner"), st.integers(1, 3)),
)


@examples(12, long=40)
@given(steps=st.lists(STEPS, max_size=14))
def test_the_profile_is_its_log_whatever_happens_between_the_runs(
    api: Api, learn: Learn, running: Engine, steps: list[tuple[str, Any]]
) -> None:
    user = f"writer-{secrets.token_hex(6)}"
    profile = ProfileId(user)
    edits = long_log(api, learn, user, 2)

    def edit(learned: bool) -> None:
        edits.extend(save_shortened(api, user, 1))
        if learned:
            drain(running)

    def roll_back(by: int) -> None:
        versions = running.versions.newest(profile.key)
        running.version_history.roll_back(profile, versions[by % len(versions)].id)

    do: dict[str, Callable[[Any], object]] = {
        "edit": edit,
        "take back": lambda number: running.unlearning.ask(user, edits[number % len(edits)]),
        "relearn": lambda _: running.relearning.ask(user),
        "set": lambda value: running.profile_desk.change(profile, {"tone.formality": value}),
        "roll back": roll_back,
        "reset": lambda _: running.version_history.reset(profile),
        "unlearner": lambda rows: running.unlearning.run(looks(rows)),
        "relearner": lambda rows: running.relearning.run(looks(rows)),
    }
    for step, value in steps:
        do[step](value)
    end(running)
    learn()
    check_profile(running, user)


def test_one_look_is_one_row(api: Api, learn: Learn, running: Engine, user: str) -> None:
    """What the runs above count on."""
    long_log(api, learn, user, 2)
    assert [len(event.edits) for event in running.events.of(profile_key(user)) if isinstance(event, EditsLearned)] == [
        1,
        1,
    ]
