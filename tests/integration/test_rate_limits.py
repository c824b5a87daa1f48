"""What a caller sees of the rate limits: how much is left, and when there is more."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Answer, Api
from tests.issuer import Issuer
from tests.ports import NOBODYS
from tests.post_requests import POSTS
from tests.template import handler_module, routes
from voice_engine.bootstrap import Engine

FIELDS = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"}
WRITES, DRAFTS = 3, 2
CHANGING = [(method, path) for method, path in routes() if method != "GET"]


@pytest.fixture
def limits(
    api: Api, environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine]
) -> dict[str, str]:
    limited = environment | {
        "RATE_LIMIT_WRITES_PER_MINUTE": str(WRITES),
        "RATE_LIMIT_DRAFTS_PER_MINUTE": str(DRAFTS),
    }
    with_environment(limited)
    return limited


def pause(api: Api, user: str) -> Answer:
    return api("PUT", "/api/profile/learning", {"learning": False}, user=user)


def analyze(api: Api, user: str) -> Answer:
    return POSTS["/api/profile/analyze-text"](api, user).send(api, user, None)


def fields(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in FIELDS}


def assert_refused(answer: Answer, limit: str) -> None:
    assert (answer.status, answer.json["code"]) == (429, "rate_limited")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert f"at most {limit} a minute" in answer.json["detail"]
    assert answer.json["requestId"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert answer.headers["RateLimit-Remaining"] == "0"


@pytest.mark.parametrize(
    ("operation", "limit", "name"), [(pause, WRITES, "writes"), (analyze, DRAFTS, "drafts")], ids=["writes", "drafts"]
)
def test_each_answer_says_what_is_left_and_the_last_when_there_is_more(
    api: Api, user: str, limits: dict[str, str], operation: Callable[[Api, str], Answer], limit: int, name: str
) -> None:
    for left in reversed(range(limit)):
        answer = operation(api, user)
        assert answer.status == 200
        assert fields(answer) == {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": answer.headers["RateLimit-Reset"],
            "RateLimit-Policy": f"{limit};w=60",
        }
        assert 1 <= int(answer.headers["RateLimit-Reset"]) <= 61
    before = api.style(user)
    assert_refused(operation(api, user), f"{limit} {name}")
    assert api.style(user) == before
    assert operation(api, f"{user}-2").status == 200, "another person"


def test_writes_and_drafts_are_counted_apart_and_reads_not_at_all(api: Api, user: str, limits: dict[str, str]) -> None:
    while pause(api, user).status == 200:
        pass
    assert analyze(api, user).status == 200
    answer = api("GET", "/api/content", user=user)
    assert (answer.status, fields(answer)) == (200, {})


@pytest.mark.parametrize(("method", "route"), CHANGING)
def test_every_route_that_does_more_than_read_is_limited(
    api: Api, user: str, limits: dict[str, str], method: str, route: str
) -> None:
    path = route.replace("{", "").replace("}", "")
    token = api.issuer.token(user, scope="admin")
    answer: Any = None
    # Refused for what it asks, too, a request counts.
    for _ in range(WRITES + 1):
        answer = api(method, path, {"no such": "field"}, headers={"authorization": f"Bearer {token}"})
    drafts = handler_module(method, path) == "drafts_handler"
    assert_refused(answer, f"{DRAFTS} drafts" if drafts else f"{WRITES} writes")


def test_a_refused_request_costs_nothing(api: Api, user: str, limits: dict[str, str]) -> None:
    forged = {"authorization": f"Bearer {Issuer().token(user)}"}
    for _ in range(WRITES + 1):
        assert api("PUT", "/api/profile/learning", {"learning": False}, headers=forged).status == 401
    assert pause(api, user).headers["RateLimit-Remaining"] == str(WRITES - 1)


def test_a_replay_is_neither_counted_nor_refused(api: Api, user: str, limits: dict[str, str]) -> None:
    post = POSTS["/api/content"](api, user)
    first = post.send(api, user, "one-key")
    for _ in range(WRITES + 1):
        assert post.send(api, user, "one-key").json == first.json
    assert pause(api, user).headers["RateLimit-Remaining"] == str(WRITES - 2)
    while pause(api, user).status == 200:
        pass
    assert post.send(api, user, "one-key").headers["Idempotent-Replayed"] == "true"
    assert_refused(post.send(api, user, "another-key"), f"{WRITES} writes")


def test_what_was_refused_may_be_sent_again_under_its_key(
    api: Api, user: str, limits: dict[str, str], with_environment: Callable[[dict[str, str]], Engine]
) -> None:
    while pause(api, user).status == 200:
        pass
    post = POSTS["/api/content"](api, user)
    assert_refused(post.send(api, user, "a-key"), f"{WRITES} writes")
    with_environment(limits | {"RATE_LIMIT_WRITES_PER_MINUTE": "100"})
    assert post.send(api, user, "a-key").status == 201


def test_what_a_refused_request_named_is_not_taken_for_the_next_one(
    api: Api, user: str, limits: dict[str, str], with_environment: Callable[[dict[str, str]], Engine]
) -> None:
    stranger = f"{user}-2"
    post = POSTS["/api/content"](api, user)
    while pause(api, user).status == 200:
        pass
    assert_refused(post.send(api, user, "a-key"), f"{WRITES} writes")
    theirs = post.send(api, stranger, None)
    assert theirs.status == 201
    with_environment(limits | {"RATE_LIMIT_WRITES_PER_MINUTE": "100"})
    mine = post.send(api, user, "a-key")
    assert "Idempotent-Replayed" not in mine.headers
    assert mine.json["id"] != theirs.json["id"]


def test_without_redis_nobody_is_refused(
    api: Api, user: str, limits: dict[str, str], with_environment: Callable[[dict[str, str]], Engine]
) -> None:
    with_environment(limits | {"REDIS_URL": f"redis://127.0.0.1:{NOBODYS}/0"})
    answers = [pause(api, user) for _ in range(WRITES + 1)]
    assert [(answer.status, fields(answer)) for answer in answers] == [(200, {})] * len(answers)
