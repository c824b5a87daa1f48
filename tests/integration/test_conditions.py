"""If-Match: what changes a profile looks at it, and whatever does not look at it is not carried out."""

import json
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.engine_fixtures import Answer, Api
from tests.faults.invariants import check_profile
from tests.marks import Marks
from tests.openapi_document import operations
from tests.traffic import EVERYBODYS, USES, Use
from voice_engine.bootstrap import Engine
from voice_engine.errors import Stale
from voice_engine.ids import new_id
from voice_engine.profile_key import ProfileId

TEXT = "A text of somebody's own. It has short sentences. They don't say much, and nobody minds. " * 5


@dataclass(frozen=True)
class Change:
    """A request that changes a profile; a rollback is given the id of its first version."""

    target: str
    body: dict[str, Any] | None = None

    def send(self, api: Api, method: str, user: str, first: str, **headers: str) -> Answer:
        body = {"versionId": first} if self.target.endswith("rollback") else self.body
        return api(method, self.target, body, user=user, headers=headers)


CHANGES = {
    ("PUT", "/api/profile/style"): Change("/api/profile/style", {"tone": {"humor": 2}}),
    ("PUT", "/api/profile/learning"): Change("/api/profile/learning", {"learning": False}),
    ("PUT", "/api/profile/overrides/{path}"): Change("/api/profile/overrides/tone.formality"),
    ("DELETE", "/api/profile/overrides/{path}"): Change("/api/profile/overrides/tone.humor"),
    ("DELETE", "/api/profile/phrases"): Change("/api/profile/phrases?phrase=at%20last"),
    ("POST", "/api/profile/rollback"): Change("/api/profile/rollback"),
    ("POST", "/api/profile/reset"): Change("/api/profile/reset"),
    ("POST", "/api/profile/apply-archetype"): Change("/api/profile/apply-archetype", {"slug": "meme-lord"}),
    ("POST", "/api/profile/analyze-text"): Change("/api/profile/analyze-text", {"text": TEXT}),
}
DECLARED = {
    (method, path)
    for method, path, operation in operations()
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", []))
}
OTHER_WRITES = [use for use in USES if use.method != "GET" and use.route not in DECLARED]

each_change = pytest.mark.parametrize("route", CHANGES, ids=" ".join)


def two_versions(api: Api, user: str) -> tuple[str, str]:
    """The entity tags of both."""
    first, second = (
        api("PUT", "/api/profile/style", {"tone": {"humor": humor}}, user=user).headers["ETag"] for humor in (7, 8)
    )
    return first, second


def test_every_route_with_a_condition_is_tried_here() -> None:
    assert set(CHANGES) == DECLARED


@each_change
def test_a_change_whose_condition_does_not_hold_is_not_made(api: Api, user: str, route: tuple[str, str]) -> None:
    method, change = route[0], CHANGES[route]
    first, second = two_versions(api, user)
    before = api("GET", "/api/profile/versions", user=user).json
    for condition in (first, f"W/{first}", f'{first}, "another"', '"', '""', ",", "nonsense", "x" * 5_000):
        stale = change.send(api, method, user, first.strip('"'), **{"if-match": condition})
        assert (stale.status, stale.json["code"]) == (412, "stale"), condition
    assert api("GET", "/api/profile/versions", user=user).json == before, "nothing was changed"
    for condition in (second, f"{first}, W/{second}", "*"):
        person = f"{user}-{secrets.token_hex(2)}"
        tags = two_versions(api, person)
        condition = condition.replace(second, tags[1])
        changed = change.send(api, method, person, tags[0].strip('"'), **{"if-match": condition})
        assert (changed.status, changed.json["version"]) == (200, 3), condition
        assert changed.headers["ETag"] == api("GET", "/api/profile/style", user=person).headers["ETag"]


@each_change
def test_no_condition_holds_of_a_profile_that_is_not_there(api: Api, user: str, route: tuple[str, str]) -> None:
    for condition in ("*", '""', '"0"'):
        stale = CHANGES[route].send(api, route[0], user, f"{new_id()}.1", **{"if-match": condition})
        assert (stale.status, stale.json["code"]) == (412, "stale"), condition
    assert not api.style(user)["hasProfile"]


@pytest.mark.parametrize("route", [route for route in CHANGES if route[0] == "POST"], ids=" ".join)
def test_a_change_that_was_made_is_answered_again_though_its_condition_holds_no_more(
    api: Api, user: str, route: tuple[str, str]
) -> None:
    first, second = two_versions(api, user)
    headers = {"if-match": second, "idempotency-key": "once"}
    answers = [CHANGES[route].send(api, route[0], user, first.strip('"'), **headers) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].text == answers[1].text
    assert api.style(user)["version"] == 3


@pytest.mark.parametrize("use", OTHER_WRITES, ids=lambda use: f"{use.method} {use.path}")
def test_a_write_that_looks_at_no_condition_is_refused_with_one(api: Api, running: Engine, user: str, use: Use) -> None:
    two_versions(api, user)
    things = dict(EVERYBODYS) | {
        "content": api.draft(user)["id"],
        "archetype": "mine",
        "edit": new_id(),
        "version": "1",
        "voice": "mail",
    }
    before = everything(running)
    for condition in ("If-Match", "If-None-Match"):
        target, body = use.request(Marks(), things)
        token = api.issuer.token(user, scope=use.scope)
        headers = {"authorization": f"Bearer {token}", condition.lower(): '"nope"'}
        refused = api(use.method, target, body, headers=headers)
        assert (refused.status, refused.json["code"]) == (422, "invalid_request")
        assert [error["field"] for error in refused.json["errors"]] == [condition]
    assert everything(running) == before


def everything(running: Engine) -> dict[str, list[Any]]:
    database = running.database.collection("edits").database
    return {name: list(database[name].find().sort("_id", 1)) for name in database.list_collection_names()}


def test_of_many_changes_of_one_state_at_once_one_is_made(running: Engine, user: str) -> None:
    person, desk, history = ProfileId(user), running.profile_desk, running.version_history
    first = desk.change(person, {"tone.humor": 7}).tag
    seen = [desk.change(person, {"tone.humor": 8}).tag]
    changes: list[Callable[[], object]] = [
        lambda: desk.change(person, {"tone.humor": 2}, expected=seen),
        lambda: desk.lock(person, "tone.formality", expected=seen),
        lambda: desk.unlock(person, "tone.humor", expected=seen),
        lambda: desk.forget_phrase(person, "at last", expected=seen),
        lambda: desk.switch_learning(person, on=False, expected=seen),
        lambda: history.roll_back(person, first, expected=seen),
        lambda: history.reset(person, expected=seen),
        lambda: running.archetype_library.apply(person, "meme-lord", expected=seen),
        lambda: running.analysis.of_text(person, TEXT, expected=seen),
    ]

    def made(change: Callable[[], object]) -> bool:
        try:
            change()
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(len(changes)) as pool:
        assert sum(pool.map(made, changes)) == 1
    profile = running.profiles.find(person.key)
    assert profile is not None
    assert profile.version == 3
    check_profile(running, user)


@pytest.mark.parametrize("body", [{"a": 1}, {"versionId": "x"}, [1], 7, "reset"])
def test_a_body_that_nobody_reads_is_refused(api: Api, user: str, body: Any) -> None:
    two_versions(api, user)
    refused = api("POST", "/api/profile/reset", body, user=user)
    assert (refused.status, refused.json["code"]) == (422, "invalid_request")
    assert [error["field"] for error in refused.json["errors"]] == (list(body) if isinstance(body, dict) else ["body"])
    assert api.style(user)["version"] == 2
    assert api("POST", "/api/profile/reset", {}, user=user).json["version"] == 3


@pytest.mark.parametrize("route", ["/api/profile/reset", "/api/content"])
def test_whatever_fields_a_body_has_the_answer_can_be_sent(api: Api, user: str, route: str) -> None:
    for body in ('{"\\ud800": 1}', json.dumps({f"field{number}": 1 for number in range(20_000)})):
        refused = api("POST", route, body, user=user)
        assert refused.status == 422
        assert 0 < len(refused.text.encode()) < 100_000
        assert refused.json["errors"]
