"""What the service tells and does while a part of it is away, refuses, or has stopped doing its work."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import pytest
from moto import mock_aws
from redis import Redis

from tests.engine_fixtures import Api
from tests.waiting import PATIENCE_SECONDS
from voice_engine.bootstrap import Engine
from voice_engine.breaker import CircuitBreaker
from voice_engine.cache import ReadThroughCache
from voice_engine.clock import utc_now
from voice_engine.errors import Unavailable
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.queue import Outcome
from voice_engine.redis_connection import connect
from voice_engine.sweep import Sweep

type WithEnvironment = Callable[[dict[str, str]], Engine]


def test_edits_that_nobody_learns_are_told_by_health(api: Api, running: Engine, user: str) -> None:
    edit = api.save(user, api.draft(user)["id"], "Nobody learns it.")["learning"]["editId"]
    saved_at = datetime.now(UTC) - timedelta(hours=1)
    running.database.collection("edits").update_one({"_id": edit}, {"$set": {"savedAt": saved_at}})
    health = api("GET", "/health").json
    assert (health["status"], health["services"]["queue"]) == ("degraded", "stalled")
    assert health["metrics"]["oldestPendingEditSeconds"] >= 3600
    assert health["metrics"]["queueLength"] == 1


def test_a_secret_that_cannot_be_read_is_an_outage_and_no_fault_of_the_request(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone-AbCdEf"
    with mock_aws():
        with_environment(environment | {"MONGODB_URI": "", "MONGODB_URI_SECRET": arn})
        health = api("GET", "/health")
        assert (health.status, health.json["services"]["mongodb"]) == (503, "disconnected")
        answer = api("GET", "/api/content", user=user)
        assert (answer.status, answer.json["code"]) == (503, "unavailable")


@pytest.fixture
def refusing_redis(environment: dict[str, str], with_environment: WithEnvironment, api: Api) -> Iterator[Engine]:
    """A Redis that is up and refuses every script and every deletion, as an access list may make it."""
    name = f"user-{token_hex(4)}"
    url = environment["REDIS_URL"]
    with Redis.from_url(url) as redis:
        redis.acl_setuser(name, enabled=True, passwords=["+pw"], keys=["*"], commands=["+@all", "-@scripting", "-DEL"])
        place = urlsplit(url)
        theirs = place._replace(netloc=f"{name}:pw@{place.hostname}:{place.port}").geturl()
        yield with_environment(environment | {"REDIS_URL": theirs})
        redis.acl_deluser(name)


def test_a_redis_that_refuses_costs_no_answer_and_loses_no_edit(
    refusing_redis: Engine, environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    content = api.draft(user)
    saved = api.save(user, content["id"], "Saved all the same.")
    assert saved["learning"]["status"] == "delayed"
    assert api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=user).status == 200
    assert refusing_redis.profiles.dirty(9), "the deletion was refused, so it has to be repeated"
    assert api("GET", "/health").json["status"] == "degraded"
    running = with_environment(environment)
    running.learning_run(report=lambda _: None).run(lambda: 30.0)
    assert api.progress(user, saved["learning"]["editId"])["status"] == "learned"
    assert running.profiles.dirty(9) == []
    assert api.style(user)["profile"]["tone"]["humor"] == 9


@pytest.fixture
def hanging_up() -> Iterator[tuple[int, list[int]]]:
    """A port where every connection is ended at once, and the numbers of those that came."""
    came: list[int] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            came.append(len(came))
            connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield listener.getsockname()[1], came
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_a_sweep_stops_at_the_first_deletion_that_redis_does_not_take(
    running: Engine, user: str, hanging_up: tuple[int, list[int]]
) -> None:
    """Each one may cost a timeout, and after an outage there are many."""
    port, came = hanging_up
    dead = connect(f"redis://127.0.0.1:{port}", cluster=False, timeout_seconds=PATIENCE_SECONDS)
    cache = ReadThroughCache(dead, CircuitBreaker(open_seconds=0), schema=1, ttl_seconds=60)
    for number in range(5):
        running.profile_desk.change(ProfileId(f"{user}{number}"), {"tone.humor": 9})
    running.database.collection("profiles").update_many({}, {"$set": {"cacheDirty": True}})
    swept = Sweep(running.queue, running.edits, running.profiles, cache).run()
    assert swept.cleaned == 0
    # The driver may connect twice for one command.
    assert 1 <= len(came) <= 2
    assert len(running.profiles.dirty(9)) == 5, "the next sweep does it"
    assert Sweep(running.queue, running.edits, running.profiles, running.cache).run().cleaned == 5


def fail_all_jobs(running: Engine) -> None:
    """As in an outage of MongoDB that outlasts the attempts: the jobs end as failed, and the edits stay pending."""

    def away(_: object) -> Outcome:
        raise Unavailable("MongoDB")

    with Redis.from_url(running._settings.redis_url) as redis:
        for _ in range(3):
            running.queue.drain(away, concurrency=1, time_left=lambda: 30.0)
            delayed = f"{running._settings.queue_prefix}:learning:delayed"
            for member in redis.zrange(delayed, 0, -1):
                redis.zadd(delayed, {member: 0})


def test_jobs_that_failed_in_an_outage_end_when_their_edits_are_learned(
    running: Engine, api: Api, learn: Callable[[], dict[str, Any]], user: str
) -> None:
    edits = [api.save(user, api.draft(user)["id"], "A text.")["learning"]["editId"] for _ in range(3)]
    fail_all_jobs(running)
    assert running.queue.stats().failed == 3
    learn()
    assert [api.progress(user, edit)["status"] for edit in edits] == ["learned"] * 3
    learn()
    assert running.queue.stats().failed == 0
    assert "failed" not in {running.queue.position(edit).state for edit in edits}


def test_jobs_that_failed_stay_while_their_edits_wait_or_nothing_is_known_of_them(
    running: Engine, api: Api, user: str
) -> None:
    waits, failed, gone = (
        api.save(f"{user}-{number}", api.draft(f"{user}-{number}")["id"], "A text.")["learning"]["editId"]
        for number in range(3)
    )
    fail_all_jobs(running)
    edits = running.database.collection("edits")
    edits.update_one({"_id": failed}, {"$set": {"status": "failed", "reason": "x", "failedAt": utc_now()}})
    edits.delete_one({"_id": gone})
    sweep = Sweep(running.queue, running.edits, running.profiles, running.cache)
    swept = sweep.run()
    assert (swept.requeued, swept.settled) == (1, 0)
    assert running.queue.known([waits, failed, gone]) == {waits}
    assert {edit for edit in (failed, gone) if running.queue.position(edit).state == "failed"} == {failed, gone}


def test_the_sweep_gives_a_job_to_profiles_that_have_none_and_to_no_other(running: Engine, api: Api, user: str) -> None:
    def save(person: str) -> str:
        edit: str = api.save(person, api.draft(person)["id"], "A text.")["learning"]["editId"]
        return edit

    sweep = Sweep(running.queue, running.edits, running.profiles, running.cache)
    lost, kept = f"{user}-lost", f"{user}-kept"
    first, _, covered = save(lost), save(lost), save(kept)
    with Redis.from_url(running._settings.redis_url) as redis:
        redis.delete(*redis.scan_iter(f"{running._settings.queue_prefix}:*"))
    served = save(kept)
    assert sweep.run().requeued == 1
    assert sweep.run().requeued == 0
    assert running.queue.known([first, covered, served]) == {first, served}, "one job takes all edits of a profile"
    assert running.queue.stats().waiting == 2
    assert {edit.profile for edit in running.edits.all_pending(9)} == {profile_key(lost), profile_key(kept)}
