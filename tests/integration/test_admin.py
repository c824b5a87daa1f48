"""The queue for an operator: what is dead is seen and sent round again, by nobody without the scope, never unseen."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Api, QueueKeys
from tests.ports import NOBODYS
from tests.template import routes
from voice_engine.bootstrap import Engine
from voice_engine.ids import new_id

type Learn = Callable[[], dict[str, Any]]

ADMINISTRATION = [route for route in routes() if route[1].startswith("/api/admin/")]


@pytest.fixture
def administrator(api: Api) -> dict[str, str]:
    return {"authorization": f"Bearer {api.issuer.token('operator@example.org', scope='admin')}"}


@pytest.fixture
def queue(api: Api, administrator: dict[str, str]) -> Callable[..., Any]:
    def look(query: str = "") -> Any:
        answer = api("GET", f"/api/admin/queue{query}", headers=administrator)
        assert answer.status == 200, answer.text
        return answer.json

    return look


def poison(engine: Engine, edit_id: str) -> None:
    """Make an edit such as no learner can read."""
    engine.database.collection("edits").update_one({"_id": edit_id}, {"$set": {"text": [{"no": "text"}]}})


def heal(engine: Engine, edit_id: str) -> None:
    engine.database.collection("edits").update_one({"_id": edit_id}, {"$set": {"text": ["Words of mine."]}})


def dead_edit(api: Api, engine: Engine, learn: Learn, queue_keys: QueueKeys, user: str) -> str:
    """An edit that has failed for good, by way of the learner."""
    edit: str = api.save(user, api.draft(user)["id"], "Words of mine.")["learning"]["editId"]
    poison(engine, edit)
    for _ in range(20):
        learn()
        queue_keys.release_delayed()
        if api.progress(user, edit)["status"] == "failed":
            return edit
    raise AssertionError("the edit never failed for good")


def test_an_empty_queue_is_told_as_empty(queue: Callable[..., Any]) -> None:
    assert queue() == {
        "jobs": {"waiting": 0, "active": 0, "delayed": 0, "failed": 0, "completed": 0, "oldestWaitingSeconds": None},
        "oldestPendingEditSeconds": 0,
        "failedEdits": 0,
        "deadLetters": {"items": [], "nextCursor": None},
    }


def test_a_dead_letter_is_seen_retried_and_learned(
    api: Api,
    running: Engine,
    learn: Learn,
    queue_keys: QueueKeys,
    queue: Callable[..., Any],
    administrator: dict[str, str],
    user: str,
) -> None:
    edit = dead_edit(api, running, learn, queue_keys, user)
    seen = queue()
    (letter,) = seen["deadLetters"]["items"]
    assert seen["failedEdits"] == 1
    assert (letter["editId"], letter["attempts"], letter["reason"]) == (edit, 3, api.progress(user, edit)["reason"])
    assert letter["failedAt"] > api.progress(user, edit)["savedAt"]
    assert user not in json.dumps(seen), "whose it is, nobody needs to know"
    heal(running, edit)
    answer = api("POST", "/api/admin/queue/retry", {"editId": edit}, headers=administrator)
    assert (answer.status, answer.json["edits"]) == (200, 1)
    assert queue()["deadLetters"]["items"] == []
    assert queue()["oldestPendingEditSeconds"] > 0
    learn()
    assert api.progress(user, edit)["status"] == "learned"
    again = api("POST", "/api/admin/queue/retry", {"editId": edit}, headers=administrator)
    assert (again.status, again.json["code"]) == (404, "not_found")


def test_all_of_them_are_retried_at_once_and_what_is_still_broken_fails_again(
    api: Api,
    running: Engine,
    learn: Learn,
    queue_keys: QueueKeys,
    queue: Callable[..., Any],
    administrator: dict[str, str],
    user: str,
) -> None:
    edits = [dead_edit(api, running, learn, queue_keys, f"{user}-{number}") for number in range(2)]
    heal(running, edits[0])
    answer = api("POST", "/api/admin/queue/retry", {"all": True}, headers=administrator)
    assert (answer.status, answer.json["edits"]) == (200, 2)
    for _ in range(20):
        learn()
        queue_keys.release_delayed()
    assert api.progress(f"{user}-0", edits[0])["status"] == "learned"
    assert [letter["editId"] for letter in queue()["deadLetters"]["items"]] == [edits[1]]


def test_a_failed_job_waits_again_and_an_edit_without_one_gets_one(
    api: Api,
    running: Engine,
    learn: Learn,
    queue_keys: QueueKeys,
    administrator: dict[str, str],
    user: str,
) -> None:
    edit = dead_edit(api, running, learn, queue_keys, user)
    queue_keys.lose_everything()
    stranger = new_id()
    base = f"{queue_keys.prefix}:learning"
    job = {"name": "somebody else's", "data": "{}", "opts": "{}", "timestamp": "0"}
    queue_keys.redis.hset(f"{base}:{stranger}", mapping=job)
    queue_keys.redis.zadd(f"{base}:failed", {stranger: 1})
    heal(running, edit)
    answer = api("POST", "/api/admin/queue/retry", {"all": True}, headers=administrator)
    assert answer.json == {"edits": 1, "jobs": 1}
    assert queue_keys.redis.lrange(f"{base}:wait", 0, -1) == [stranger.encode()]
    learn()
    assert api.progress(user, edit)["status"] == "learned"


@pytest.mark.parametrize("number", [0, 1, 7])
def test_pages_hold_each_dead_letter_once_the_newest_first(
    api: Api, running: Engine, queue: Callable[..., Any], user: str, number: int
) -> None:
    edits = [api.save(user, api.draft(user)["id"], "Mine.")["learning"]["editId"] for _ in range(number)]
    now = running.edits.all_pending(1)[0].saved_at if edits else None
    for edit in edits:
        # All at the same moment: the id decides.
        running.edits.fail(edit, "ValueError", now)
    listed, query = [], "?limit=3"
    while query:
        page = queue(query)["deadLetters"]
        listed += [letter["editId"] for letter in page["items"]]
        query = page["nextCursor"] and f"?limit=3&cursor={page['nextCursor']}"
    assert listed == sorted(edits, reverse=True)
    assert queue()["failedEdits"] == number


def test_the_letters_of_one_voice_carry_the_same_pseudonym_and_those_of_two_do_not(
    api: Api, running: Engine, queue: Callable[..., Any], user: str
) -> None:
    owners = [user, user, f"{user}-2"]
    edits = {api.save(one, api.draft(one)["id"], "Mine.")["learning"]["editId"]: one for one in owners}
    for edit in running.edits.all_pending(9):
        running.edits.fail(edit.id, "ValueError", edit.saved_at)
    seen = {letter["editId"]: letter["profile"] for letter in queue()["deadLetters"]["items"]}
    assert seen.keys() == edits.keys()
    assert len({(edits[edit], profile) for edit, profile in seen.items()}) == 2
    assert len(set(seen.values())) == 2


def test_with_redis_away_dead_letters_are_seen_and_retried(
    environment: dict[str, str],
    with_environment: Callable[[dict[str, str]], Engine],
    api: Api,
    running: Engine,
    learn: Learn,
    queue_keys: QueueKeys,
    queue: Callable[..., Any],
    administrator: dict[str, str],
    user: str,
) -> None:
    edit = dead_edit(api, running, learn, queue_keys, user)
    heal(running, edit)
    with_environment(environment | {"REDIS_URL": f"redis://127.0.0.1:{NOBODYS}/0"})
    assert queue()["jobs"] is None
    assert [letter["editId"] for letter in queue()["deadLetters"]["items"]] == [edit]
    answer = api("POST", "/api/admin/queue/retry", {"editId": edit}, headers=administrator)
    assert (answer.status, answer.json) == (200, {"edits": 1, "jobs": None})
    with_environment(environment)
    learn()
    assert api.progress(user, edit)["status"] == "learned"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"editId": "0" * 24, "all": True}, "body"),
        ({"all": False}, "all"),
        ({"editId": "nonsense"}, "editId"),
        ({"editId": 7}, "editId"),
        ({"edit": "0" * 24}, "edit"),
    ],
)
def test_a_retry_of_nothing_in_particular_is_refused(
    api: Api, administrator: dict[str, str], body: Any, field: str
) -> None:
    answer = api("POST", "/api/admin/queue/retry", body, headers=administrator)
    assert (answer.status, answer.json["code"]) == (422, "invalid_request")
    assert field in {error["field"] for error in answer.json["errors"]}


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=%F0%9F%98%80", "limit=0", "limit=101", "limit=x"])
def test_a_page_that_is_none_is_refused_by_its_field(api: Api, administrator: dict[str, str], query: str) -> None:
    answer = api("GET", f"/api/admin/queue?{query}", headers=administrator)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("route", ADMINISTRATION, ids=str)
@pytest.mark.parametrize(
    "claims",
    [{}, {"scope": "read write"}, {"scope": "administrator"}, {"scope": "Admin"}, {"scope": {"admin": True}}],
    ids=str,
)
def test_without_the_scope_no_route_of_administration_opens(
    api: Api, route: tuple[str, str], claims: dict[str, Any]
) -> None:
    token = api.issuer.token("ada", **claims)
    method, path = route
    body = None if method == "GET" else {"all": True}
    answer = api(method, path, body, headers={"authorization": f"Bearer {token}"})
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert "scope admin" in answer.json["detail"]
    challenge = 'Bearer realm="voice-engine", error="insufficient_scope", scope="admin"'
    assert answer.headers["WWW-Authenticate"] == challenge
    assert answer.json["requestId"]


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": "openid admin"},
        {"scope": ["openid", "admin"]},
        {"scp": "read admin"},
        {"scp": ["admin", 7, None]},
        {"permissions": ["read:drafts", "admin"]},
        {"scope": "read", "permissions": ["admin"]},
    ],
    ids=str,
)
def test_the_scope_is_read_where_issuers_write_it(api: Api, claims: dict[str, Any]) -> None:
    token = api.issuer.token("ada", **claims)
    assert api("GET", "/api/admin/queue", headers={"authorization": f"Bearer {token}"}).status == 200
