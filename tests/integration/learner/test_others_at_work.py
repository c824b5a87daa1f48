"""A learner beside others: another lease, a lost one, and a transaction that holds the profile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.engine_fixtures import Api
from tests.faults.invariants import check_profile
from tests.integration.learner.bench import Bench
from tests.waiting import wait_until
from voice_engine.bootstrap import Engine
from voice_engine.errors import Unavailable
from voice_engine.learner import Learned
from voice_engine.lease import Leases, lease_key
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.queue import Done, Later


def test_a_profile_that_somebody_else_learns_is_put_off(bench: Bench) -> None:
    edit = bench.edit()
    with Leases(bench.engine.redis).hold(bench.key) as lease:
        assert lease is not None
        outcome = bench.learn()
    assert isinstance(outcome, Later)
    assert outcome.at > bench.now
    assert (bench.stored(edit)["status"], bench.stored(edit)["attempts"]) == ("pending", 0)


def test_a_learner_that_lost_its_lease_stops_before_the_next_transaction(bench: Bench) -> None:
    bench.batch = 3
    for number in range(bench.batch + 1):
        bench.edit(f"Text number {number}.")

    def take_over(_: Learned) -> None:
        bench.engine.redis.run("x", lambda node: node.set(lease_key(bench.key), "another owner", px=60_000))
        wait_until(lambda: not is_looked_after(bench.key))

    bench.after = take_over
    assert bench.learn() == Later(bench.now)
    assert len(bench.log()) == 1


def is_looked_after(profile: str) -> bool:
    """Whether a thread extends the lease; it ends when it finds that somebody else has it."""
    return f"lease of {lease_key(profile)}" in {thread.name for thread in threading.enumerate()}


@contextmanager
def held_back(engine: Engine, key: str) -> Iterator[None]:
    """Somebody's transaction has written the profile and neither commits nor ends, as a killed process leaves it."""
    collection = engine.database.collection("profiles")
    with collection.database.client.start_session() as session:
        session.start_transaction()
        collection.update_one({"_id": key}, {"$set": {"touched": True}}, session=session)
        yield
        session.abort_transaction()


@pytest.fixture
def impatient(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], running: Engine
) -> Engine:
    """For what cannot be done in any time."""
    return with_environment(environment | {"MONGODB_TIMEOUT_SECONDS": "0.5"})


def test_a_commit_that_the_database_cannot_make_is_not_the_edits_failure(bench: Bench, impatient: Engine) -> None:
    bench.engine.profile_desk.change(ProfileId(bench.user), {"tone.humor": 9})
    edit = bench.edit()
    bench.commits = impatient.commits
    for _ in range(4):
        with held_back(bench.engine, bench.key), pytest.raises(Unavailable):
            bench.learn()
        assert (bench.stored(edit)["status"], bench.stored(edit)["attempts"]) == ("pending", 0)
    bench.commits = None
    assert bench.learn() == Done()
    check_profile(bench.engine, bench.user)


def test_a_transaction_left_behind_by_a_dead_process_costs_an_answer_and_not_the_function(
    running: Engine,
    environment: dict[str, str],
    with_environment: Callable[[dict[str, str]], Engine],
    api: Api,
    impatient: Engine,
    user: str,
) -> None:
    running.profile_desk.change(ProfileId(user), {"tone.humor": 9})
    with held_back(running, profile_key(user)):
        answer = api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=user)
        assert (answer.status, answer.json["code"]) == (503, "unavailable")
    with_environment(environment)
    assert api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=user).status == 200
