"""A content deleted: its texts go, what waits is never learned, what was learned stays and is explained."""

import secrets
from collections.abc import Callable
from typing import Any

from tests.engine_fixtures import Api, LambdaContext
from tests.faults.invariants import check_profile
from tests.integration.test_learning import LONG, SHORT, save_shortened
from tests.integration.test_unlearning import places_of
from voice_engine.bootstrap import Engine

type Learn = Callable[[], dict[str, Any]]


def delete(api: Api, user: str, content_id: str) -> int:
    return api("DELETE", f"/api/content/{content_id}", user=user).status


def test_a_deleted_content_is_gone_and_what_was_learned_from_it_stays(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    edits = save_shortened(api, user, 4)
    learn()
    before = api.style(user)
    contents = [item["id"] for item in api("GET", "/api/content", user=user).json["items"]]
    for content in contents:
        answer = api("DELETE", f"/api/content/{content}", user=user)
        assert (answer.status, answer.text) == (204, "")
        assert api("GET", f"/api/content/{content}", user=user).status == 404
        assert delete(api, user, content) == 404
    assert api("GET", "/api/content", user=user).json["items"] == []
    learn()
    assert api.style(user) == before
    explained = api("GET", "/api/profile/explain", user=user).text
    assert any(edit in explained for edit in edits)
    assert {api.progress(user, edit)["status"] for edit in edits} == {"learned"}
    assert not any({"base", "text"} & row.keys() for row in running.database.collection("edits").find({}))
    running.relearning.ask(user)
    assert learn()["relearned"] == 1
    assert api.style(user)["profile"] | {"lastUpdated": ""} == before["profile"] | {"lastUpdated": ""}
    check_profile(running, user)


def test_edits_of_a_deleted_content_that_wait_are_never_learned(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    word = f"zq{secrets.token_hex(6)}"
    content = api.draft(user, f"The {word} of it. {LONG}")
    waiting = api.save(user, content["id"], f"{word}. {SHORT}")["learning"]["editId"]
    failed = api.save(user, content["id"], f"{word}! {SHORT}")["learning"]["editId"]
    running.database.collection("edits").update_one({"_id": failed}, {"$set": {"status": "failed", "reason": "x"}})
    other = save_shortened(api, user, 1)[0]
    assert delete(api, user, content["id"]) == 204
    assert places_of(running, word) == set()
    from learner_handler import handler

    assert handler({"source": "manual", "retry": "all"}, LambdaContext())["retried"] == 0, "nothing is left to learn"
    learn()
    for edit in (waiting, failed):
        progress = api.progress(user, edit)
        assert (progress["status"], progress["reason"]) == ("ignored", "contentDeleted")
    assert api.progress(user, other)["status"] == "learned"
    stats = running.queue.stats()
    assert (stats.waiting, stats.active, stats.delayed, stats.failed) == (0, 0, 0, 0), "their jobs are harmless"
    check_profile(running, user)


def test_a_content_that_is_not_there_or_somebody_elses_is_not_found(api: Api, running: Engine, user: str) -> None:
    theirs = api.draft(f"{user}-other")["id"]
    api.save(f"{user}-other", theirs, "Mine.")
    assert [delete(api, user, content) for content in (theirs, "0" * 24, "nonsense")] == [404, 404, 404]
    kept = running.database.collection("edits").find_one({"contentId": theirs})
    assert kept["text"] == ["Mine."]
    assert api("GET", f"/api/content/{theirs}", user=f"{user}-other").status == 200
