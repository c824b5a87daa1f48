"""A cached read costs Redis one round trip and MongoDB nothing; a missing Redis costs no answer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local.servers import valkey
from tests.engine_fixtures import Api
from tests.faults.proxy import Proxy
from tests.ports import NOBODYS, started
from voice_engine.bootstrap import Engine


def test_a_hit_is_one_round_trip_to_redis_and_no_call_to_mongodb(watched: Proxy, api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    first = api("GET", "/api/profile/style", user=user)
    assert "find" in watched.commands
    for _ in range(3):
        watched.commands.clear()
        watched.round_trips.clear()
        answer = api("GET", "/api/profile/style", user=user)
        assert (answer.text, answer.headers["ETag"]) == (first.text, first.headers["ETag"])
        assert watched.commands[0] == "GET"
        assert set(watched.commands[1:]) <= {"INCRBY"}, "only the counters ride along"
        assert len(watched.round_trips) == 1


def test_absence_is_cached_too_and_ends_with_the_first_change(watched: Proxy, api: Api, user: str) -> None:
    assert not api.style(user)["hasProfile"]
    watched.commands.clear()
    assert not api.style(user)["hasProfile"]
    assert "find" not in watched.commands
    api("PUT", "/api/profile/style", {"tone": {"humor": 8}}, user=user)
    assert api.style(user)["profile"]["tone"]["humor"] == 8


def test_an_etag_saves_the_body_and_guards_a_change(api: Api, user: str) -> None:
    tag = api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user).headers["ETag"]
    assert api("GET", "/api/profile/style", user=user, headers={"if-none-match": tag}).status == 304
    changed = api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=user, headers={"if-match": tag})
    assert changed.status == 200
    for condition in (tag, f"W/{tag}", f'{tag}, "another"'):
        stale = api("PUT", "/api/profile/style", {"tone": {"humor": 3}}, user=user, headers={"if-match": condition})
        assert (stale.status, stale.json["code"]) == (412, "stale")
    assert api.style(user)["profile"]["tone"]["humor"] == 2
    newest = changed.headers["ETag"]
    for condition in (newest, f"W/{newest}", f"{tag}, {newest}", "*"):
        assert api("GET", "/api/profile/style", user=user, headers={"if-none-match": condition}).status == 304
    assert api("GET", "/api/profile/style", user=user, headers={"if-none-match": tag}).status == 200


def test_what_has_not_changed_is_said_with_the_headers_of_the_whole_answer(api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    whole = api("GET", "/api/profile/style", user=user)
    unchanged = api("GET", "/api/profile/style", user=user, headers={"if-none-match": whole.headers["ETag"]})
    assert (unchanged.status, unchanged.text) == (304, "")
    for name in ("Cache-Control", "ETag"):
        assert unchanged.headers[name] == whole.headers[name]


def test_any_state_is_asked_for_with_a_star(api: Api, user: str) -> None:
    star = {"if-match": "*"}
    assert api("PUT", "/api/profile/style", {"tone": {"humor": 3}}, user=user, headers=star).status == 412
    assert not api.style(user)["hasProfile"]
    api("PUT", "/api/profile/style", {"tone": {"humor": 3}}, user=user)
    assert api("PUT", "/api/profile/style", {"tone": {"humor": 4}}, user=user, headers=star).status == 200


@pytest.fixture
def dead_redis(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], tmp_path: Path, api: Api
) -> Callable[[], None]:
    """A Valkey of this test alone, with which the API has worked; calling the fixture kills it."""
    server = started(valkey.start, directory=tmp_path / "valkey")
    with_environment(environment | {"REDIS_URL": server.url})

    def kill() -> None:
        server.process.kill()
        server.process.wait()

    return kill


def test_with_redis_killed_the_api_answers_and_a_save_says_delayed(
    dead_redis: Callable[[], None], api: Api, user: str
) -> None:
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    content = api.draft(user)
    before = api.style(user)
    dead_redis()
    assert api.style(user) == before
    saved = api.save(user, content["id"], "Saved while Redis was away.")
    assert saved["learning"] == {
        "status": "delayed",
        "editId": saved["learning"]["editId"],
        "jobId": None,
        "reason": None,
    }
    assert api.progress(user, saved["learning"]["editId"])["status"] == "queued"
    changed = api("PUT", "/api/profile/style", {"voiceType": "analytical"}, user=user)
    assert changed.status == 200
    assert api.style(user)["profile"]["voiceType"] == "analytical"
    health = api("GET", "/health")
    assert (health.status, health.json["status"], health.json["services"]["redis"]) == (200, "degraded", "disconnected")
    assert health.json["services"]["mongodb"] == "connected"


def test_with_mongodb_away_health_is_503_and_other_answers_say_so(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], api: Api, user: str
) -> None:
    nowhere = f"mongodb://ada:hunter2@127.0.0.1:{NOBODYS}/?directConnection=true"
    with_environment(environment | {"MONGODB_URI": nowhere, "MONGODB_TIMEOUT_SECONDS": "0.3"})
    health = api("GET", "/health")
    assert (health.status, health.json["status"], health.json["services"]["mongodb"]) == (503, "down", "disconnected")
    for answer in (
        api("GET", "/api/profile/style", user=user),
        api("POST", "/api/content", {"text": "words", "platform": "blog"}, user=user),
        api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=user),
        api("GET", f"/api/learning/{'0' * 24}", user=user),
        api("GET", "/api/content", user=user),
    ):
        assert (answer.status, answer.json["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"]
        assert "hunter2" not in answer.text


def test_health_has_the_promised_shape(api: Api) -> None:
    health = api("GET", "/health")
    assert health.status == 200
    assert health.json["status"] == "ok"
    assert health.json["services"] == {
        "mongodb": "connected",
        "redis": "connected",
        "gemini": "offline",
        "queue": "healthy",
    }
    assert set(health.json["metrics"]) == {
        "queueLength",
        "activeJobs",
        "cacheHitRate",
        "oldestPendingEditSeconds",
    }
    assert "mongodb://" not in json.dumps(health.json)
