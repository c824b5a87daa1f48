"""Profiles learned anew by the rules of today: nothing set by hand moves, and the log tells it all."""

from collections.abc import Callable
from typing import Any

from tests.engine_fixtures import Api, LambdaContext
from tests.faults.invariants import check_profile
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.profile_key import profile_key

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


def test_everybody_is_relearned_in_as_many_runs_as_it_takes(api: Api, learn: Learn, running: Engine, user: str) -> None:
    people = [f"{user}-{number}" for number in range(3)]
    for person in people:
        taught(api, learn, running, person)
    assert relearn("all", milliseconds=1_000)["relearned"] == 0, "no time left"
    assert learn()["relearned"] == 3
    assert learn()["relearned"] == 0
    for person in people:
        check_profile(running, person)
