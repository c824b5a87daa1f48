"""Old texts go by themselves; what was learned from them stays, is explained, and can be learned anew."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.engine_fixtures import Api, LambdaContext
from tests.faults.invariants import check_profile
from tests.integration.test_learning import LONG, SHORT, save_shortened
from tests.traces import traces
from voice_engine.bootstrap import Engine

type Learn = Callable[[], dict[str, Any]]

DAYS = 30
LONG_AGO = datetime.now(UTC) - timedelta(days=DAYS + 1)


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"TEXT_RETENTION_DAYS": str(DAYS)}


def age(running: Engine, at: datetime = LONG_AGO) -> None:
    """Everything so far was written at that time."""
    running.database.collection("edits").update_many({}, {"$set": {"savedAt": at}})
    running.database.collection("contents").update_many({}, {"$set": {"updatedAt": at}})


def test_old_texts_go_and_what_was_learned_from_them_stays(
    api: Api, learn: Learn, running: Engine, environment: dict[str, str], user: str
) -> None:
    word = f"zq{secrets.token_hex(6)}"
    edits = save_shortened(api, user, 4)
    kept = api.save(user, api.draft(user, f"{word} stays. {LONG}")["id"], f"{word} stays. {SHORT}")
    edits.append(kept["learning"]["editId"])
    learn()
    before = api.style(user)
    age(running)
    assert word in str(list(running.database.collection("edits").find()))
    assert learn()["expired"] == 10
    assert learn()["expired"] == 0
    assert traces(running, environment["REDIS_URL"], [word]) == set(), "a word that nothing was learned of"
    assert not any({"base", "text"} & row.keys() for row in running.database.collection("edits").find())
    assert api("GET", "/api/content", user=user).json["items"] == []
    assert api.style(user) == before
    explained = api("GET", "/api/profile/explain", user=user).text
    assert any(edit in explained for edit in edits)
    assert {api.progress(user, edit)["status"] for edit in edits} == {"learned"}
    check_profile(running, user)
    running.relearning.ask(user)
    assert learn()["relearned"] == 1
    assert api.style(user)["profile"] | {"lastUpdated": ""} == before["profile"] | {"lastUpdated": ""}
    api("DELETE", f"/api/edits/{edits[0]}", user=user)
    assert learn()["unlearned"] == 1
    check_profile(running, user)


def test_young_texts_and_those_that_wait_are_kept(api: Api, learn: Learn, running: Engine, user: str) -> None:
    edits = save_shortened(api, user, 2)
    learn()
    content = api("GET", "/api/content", user=user).json["items"][0]["id"]
    age(running, datetime.now(UTC) - timedelta(days=DAYS - 1))
    waiting = save_shortened(api, user, 1)[0]
    running.database.collection("edits").update_one({"_id": waiting}, {"$set": {"savedAt": LONG_AGO}})
    assert running.text_retention.run(lambda: 30.0) == 0
    assert api("GET", f"/api/content/{content}", user=user).status == 200
    learn()
    assert {api.progress(user, edit)["status"] for edit in (*edits, waiting)} == {"learned"}
    check_profile(running, user)


def test_an_edit_that_failed_is_a_dead_letter_no_more_when_its_text_is_gone(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    edit = save_shortened(api, user, 1)[0]
    running.edits.fail(edit, "ValueError", LONG_AGO)
    age(running)
    running.text_retention.run(lambda: 30.0)
    progress = api.progress(user, edit)
    assert (progress["status"], progress["reason"]) == ("ignored", "textExpired")
    from learner_handler import handler

    assert handler({"source": "manual", "retry": "all"}, LambdaContext())["retried"] == 0
    assert running.edits.failed_count() == 0


def test_many_go_over_as_many_runs_as_it_takes(api: Api, learn: Learn, running: Engine, user: str) -> None:
    edit = save_shortened(api, user, 1)[0]
    learn()
    edits = running.database.collection("edits")
    age(running)
    row = edits.find_one({"_id": edit})
    edits.insert_many([row | {"_id": f"{number:024x}", "rev": number + 2} for number in range(450)])
    lives = iter([30.0])
    assert running.text_retention.run(lambda: next(lives, 0.0)) == 200
    assert running.text_retention.run(lambda: 30.0) == 252
    assert edits.count_documents({"text": {"$exists": True}}) == 0
