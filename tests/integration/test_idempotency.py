"""Every POST honours Idempotency-Key: sent again it answers as it did at first, and its effect happens once."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from tests.engine_fixtures import Answer, Api, QueueKeys
from tests.ports import NOBODYS
from tests.post_requests import POSTS
from tests.template import routes
from voice_engine.bootstrap import Engine
from voice_engine.errors import Unavailable
from voice_engine.store.requests import Answer as KeptAnswer
from voice_engine.store.requests import Request, Requests

type State = dict[str, list[Any]]
type WithEnvironment = Callable[[dict[str, str]], Engine]

every_post = pytest.mark.parametrize("route", POSTS)


@pytest.fixture
def key() -> str:
    return secrets.token_hex(8)


@pytest.fixture
def state(environment: dict[str, str], running: Engine) -> Callable[[], State]:
    """All that the database holds."""

    def read() -> State:
        with MongoClient(environment["MONGODB_URI"]) as client:
            database = client[environment["MONGODB_DATABASE"]]
            return {name: list(database[name].find().sort("_id", 1)) for name in database.list_collection_names()}

    return read


def lasting(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.startswith(("Idempotent-", "RateLimit"))}


def assert_replay(answer: Answer, of: Answer) -> None:
    assert (answer.status, answer.text) == (of.status, of.text)
    assert lasting(answer.headers) == lasting(of.headers)
    assert answer.headers["Idempotent-Replayed"] == "true"


def assert_refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.json["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["requestId"]


def test_every_post_route_is_tried_here() -> None:
    assert {path for method, path in routes() if method == "POST"} == set(POSTS)


@every_post
def test_the_same_request_again_gets_the_first_answer_and_does_nothing(
    api: Api, user: str, key: str, route: str, state: Callable[[], State], queue_keys: QueueKeys
) -> None:
    post = POSTS[route](api, user)
    first = post.send(api, user, key)
    assert first.status < 300, first.text
    assert "Idempotent-Replayed" not in first.headers
    after, jobs = state(), queue_keys.redis.llen(f"{queue_keys.prefix}:learning:wait")
    assert_replay(post.send(api, user, key), first)
    assert state() == after
    assert queue_keys.redis.llen(f"{queue_keys.prefix}:learning:wait") == jobs


@every_post
def test_with_redis_lost_in_between_the_first_answer_is_there_all_the_same(
    api: Api, user: str, key: str, route: str, environment: dict[str, str], with_environment: WithEnvironment
) -> None:
    post = POSTS[route](api, user)
    first = post.send(api, user, key)
    with_environment(environment | {"REDIS_URL": f"redis://127.0.0.1:{NOBODYS}/0"})
    assert_replay(post.send(api, user, key), first)


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next request meets another with its key, which commits at the last moment at which it still can."""
    insert = Requests.insert

    def second(requests: Requests, request: Request, answer: KeptAnswer, at: datetime, *, session: Any = None) -> None:
        monkeypatch.setattr(Requests, "insert", insert)
        insert(requests, request, KeptAnswer(answer.status, answer.headers, '{"first": true}'), at)
        insert(requests, request, answer, at, session=session)

    monkeypatch.setattr(Requests, "insert", second)


def assert_only_the_answer_is_new(before: State, after: State) -> None:
    assert len(after["requests"]) == 1
    assert {**after, "requests": []} == {**before, "requests": []}


@every_post
def test_of_two_at_once_the_second_to_commit_leaves_no_trace_and_gets_the_firsts_answer(
    api: Api, user: str, key: str, route: str, state: Callable[[], State], overtaken: None
) -> None:
    post = POSTS[route](api, user)
    before = state()
    answer = post.send(api, user, key)
    assert answer.status < 300, answer.text
    assert answer.json == {"first": True}
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert_only_the_answer_is_new(before, state())


@every_post
def test_while_the_firsts_answer_cannot_be_read_the_second_is_told_to_ask_again(
    api: Api,
    user: str,
    key: str,
    route: str,
    state: Callable[[], State],
    overtaken: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = POSTS[route](api, user)
    before = state()
    with monkeypatch.context() as blind:
        blind.setattr(Requests, "find", lambda *_: None)
        answer = post.send(api, user, key)
    assert_refused(answer, 409, "idempotency_in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert_only_the_answer_is_new(before, state())
    assert post.send(api, user, key).json == {"first": True}


def test_one_that_is_refused_because_the_other_was_carried_out_gets_its_answer(
    api: Api, user: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = POSTS["/api/content/{id}/save-edits"](api, user)
    first = post.send(api, user, key)
    find = Requests.find

    def too_early(*_: Any) -> None:
        monkeypatch.setattr(Requests, "find", find)

    monkeypatch.setattr(Requests, "find", too_early)
    # By itself it would be stale: it names the rev that the first one was based on.
    assert_replay(post.send(api, user, key), first)


def test_what_comes_after_the_commit_costs_nobody_the_answer(
    api: Api, user: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise Unavailable("MongoDB does not answer")

    post = POSTS["/api/content/{id}/save-edits"](api, user)
    monkeypatch.setattr(Requests, "amend", away)
    first = post.send(api, user, key)
    assert (first.status, first.json["learning"]["status"]) == (200, "queued")
    again = post.send(api, user, key).json
    assert again["learning"] == first.json["learning"] | {"status": "delayed", "jobId": None}
    assert again["content"] == first.json["content"]


@every_post
def test_a_key_is_for_one_request(api: Api, user: str, key: str, route: str, state: Callable[[], State]) -> None:
    post = POSTS[route](api, user)
    first = post.send(api, user, key)
    after = state()
    elsewhere = "/api/voice/check" if route != "/api/voice/check" else "/api/voice/apply"
    for change in ({"body": post.other}, {"path": f"{post.path}?voice=mail"}, {"path": elsewhere}):
        assert_refused(post.send(api, user, key, **change), 422, "idempotency_key_reused")
    assert state() == after
    assert_replay(post.send(api, user, key), first)


def test_each_person_has_keys_of_their_own(api: Api, user: str, key: str) -> None:
    mine, theirs = (POSTS["/api/content"](api, somebody).send(api, somebody, key) for somebody in (user, f"{user}:x"))
    assert mine.json["id"] != theirs.json["id"]


def test_with_another_key_and_with_none_it_is_done_again(api: Api, user: str, key: str) -> None:
    post = POSTS["/api/content"](api, user)
    answers = [post.send(api, user, name) for name in (key, f"{key}x", None, None)]
    assert len({answer.json["id"] for answer in answers}) == len(answers)


def test_an_error_is_no_answer_to_be_kept(api: Api, user: str, key: str, state: Callable[[], State]) -> None:
    assert api("POST", "/api/content", {}, user=user, headers={"idempotency-key": key}).status == 422
    assert state().get("requests", []) == []
    assert POSTS["/api/content"](api, user).send(api, user, key).status == 201


def test_of_a_save_the_job_that_came_after_the_commit_is_told_too(api: Api, user: str, key: str) -> None:
    post = POSTS["/api/content/{id}/save-edits"](api, user)
    first = post.send(api, user, key).json["learning"]
    assert first["status"] == "queued"
    assert post.send(api, user, key).json["learning"] == first


def test_a_paused_person_gets_the_same_answer_again_too(api: Api, user: str, key: str) -> None:
    assert api("PUT", "/api/profile/learning", {"learning": False}, user=user).status == 200
    post = POSTS["/api/content/{id}/save-edits"](api, user)
    first = post.send(api, user, key)
    assert first.json["learning"]["reason"] == "paused"
    assert_replay(post.send(api, user, key), first)


@settings(max_examples=20)
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=255))
def test_any_visible_ascii_is_a_key(api: Api, user: str, name: str) -> None:
    post = POSTS["/api/content"](api, user)
    # Hypothesis may draw one key twice; then it was kept by the first.
    first = post.send(api, user, name)
    assert post.send(api, user, name).json["id"] == first.json["id"]


@settings(max_examples=20)
@given(
    st.just("")
    | st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=256, max_size=300)
    | st.text(min_size=1, max_size=20).filter(lambda text: not all("!" <= character <= "~" for character in text))
)
def test_any_other_key_is_refused_by_its_name_and_repeated_nowhere(api: Api, user: str, name: str) -> None:
    answer = POSTS["/api/content"](api, user).send(api, user, name)
    assert_refused(answer, 422, "invalid_request")
    (error,) = answer.json["errors"]
    assert (error["field"], error["given"]) == ("Idempotency-Key", f"{len(name)} characters")
    assert api("GET", "/api/content", user=user).json["items"] == []


def test_without_mongodb_it_is_not_carried_out(
    api: Api, user: str, key: str, environment: dict[str, str], with_environment: WithEnvironment
) -> None:
    uri = f"mongodb://127.0.0.1:{NOBODYS}/?directConnection=true"
    with_environment(environment | {"MONGODB_URI": uri, "MONGODB_TIMEOUT_SECONDS": "0.2"})
    assert_refused(POSTS["/api/content"](api, user).send(api, user, key), 503, "unavailable")


def test_an_answer_belongs_to_its_person_and_ends_after_a_day(
    api: Api, user: str, key: str, running: Engine, state: Callable[[], State]
) -> None:
    POSTS["/api/content"](api, user).send(api, user, key)
    (row,) = state()["requests"]
    assert row["userId"] == user
    assert json.loads(row["body"])["text"] == "A draft."
    indexes = running.database.collection("requests").index_information().values()
    assert [index["expireAfterSeconds"] for index in indexes if "expireAfterSeconds" in index] == [86_400]
    assert [("userId", 1)] in [index["key"] for index in indexes]
