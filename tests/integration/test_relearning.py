"""Profiles learned anew by the rules of today: nothing set by hand moves, and the log tells it all."""

import logging
from collections.abc import Callable
from logging.handlers import BufferingHandler
from typing import Any

import pytest

from tests.engine_fixtures import Api, LambdaContext
from tests.faults.invariants import check_profile
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.profile_key import profile_key
from voice_engine.pseudonym import pseudonym
from voice_engine.replay import replay
from voice_engine.voice.log import UnknownLearner

type Learn = Callable[[], dict[str, Any]]


def relearn(whose: str, milliseconds: int = 60_000) -> dict[str, Any]:
    from learner_handler import handler

    return handler({"source": "manual", "relearn": whose}, LambdaContext(milliseconds=milliseconds))


def taught(api: Api, learn: Learn, running: Engine, user: str) -> dict[str, Any]:
    """A profile with every kind of event behind it, then spoilt as if other rules had learned it."""
    api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=user)
    save_shortened(api, user, 4)
    learn()
    api("DELETE", "/api/profile/phrases?phrase=delve%20into", user=user)
    state = api.style(user)
    key = profile_key(user)
    running.database.collection("profiles").update_one(
        {"_id": key}, {"$set": {"layers.learned.iterations": 999, "layers.learned.acceptances": 77}}
    )
    return state


def test_a_profile_is_learned_anew_and_equals_its_log(api: Api, learn: Learn, running: Engine, user: str) -> None:
    before = taught(api, learn, running, user)
    report = relearn(user)
    assert (report["askedToRelearn"], report["relearned"]) == (1, 1)
    after = api.style(user)
    assert after["version"] == before["version"] + 1
    assert after["profile"] | {"lastUpdated": ""} == before["profile"] | {"lastUpdated": ""}
    check_profile(running, user)
    save_shortened(api, user, 1)
    learn()
    check_profile(running, user)


def test_a_log_that_names_unknown_rules_is_refused_by_name_and_can_be_told_by_those_of_today(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    before = taught(api, learn, running, user)
    events = running.database.collection("events")
    events.update_many({"profile": profile_key(user), "kind": "editsLearned"}, {"$set": {"learnerVersion": 99}})
    with pytest.raises(UnknownLearner, match="rules 99"):
        replay(running.events, profile_key(user))
    save_shortened(api, user, 1)
    learn()
    assert api.style(user)["version"] == before["version"] + 1, "the person goes on"
    assert relearn(user)["relearned"] == 1
    assert api.style(user)["profile"]["tone"]["humor"] == 9


def test_a_log_that_cannot_be_read_holds_nobody_else_up(api: Api, learn: Learn, running: Engine, user: str) -> None:
    people = [f"{user}-{number}" for number in range(3)]
    for person in people:
        taught(api, learn, running, person)
    bad = {"profile": profile_key(people[0]), "kind": "valuesSet"}
    running.database.collection("events").update_one(bad, {"$set": {"kind": "dreamt"}})
    told = BufferingHandler(100)
    logging.getLogger("voice_engine.retelling").addHandler(told)
    try:
        assert relearn("all")["relearned"] == 2
    finally:
        logging.getLogger("voice_engine.retelling").removeHandler(told)
    (line,) = map(vars, told.buffer)
    assert (line["profile"], line["error"]) == (pseudonym(profile_key(people[0])), "ValueError")
    assert people[0] not in str(line)
    for person in people[1:]:
        check_profile(running, person)
    save_shortened(api, people[0], 1)
    assert learn()["drained"]["done"] == 1
    running.database.collection("events").update_one(bad | {"kind": "dreamt"}, {"$set": {"kind": "valuesSet"}})
    assert learn()["relearned"] == 1, "the mark stayed"
    # What was learned onto the spoilt profile stands in its version as it was, so the profile alone equals the log.
    mended = running.profiles.find(profile_key(people[0]))
    assert mended is not None
    assert replay(running.events, mended.key) == mended.state


def test_everybody_is_relearned_in_as_many_runs_as_it_takes(api: Api, learn: Learn, running: Engine, user: str) -> None:
    people = [f"{user}-{number}" for number in range(3)]
    for person in people:
        taught(api, learn, running, person)
    assert relearn("all", milliseconds=1_000)["relearned"] == 0, "no time left"
    assert learn()["relearned"] == 3
    assert learn()["relearned"] == 0
    for person in people:
        check_profile(running, person)
