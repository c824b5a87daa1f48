"""Answers kept for an Idempotency-Key repeat what a person wrote: they are deleted with what they repeat."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Answer, Api
from tests.integration.test_control import SUBJECTS
from tests.integration.test_learning import save_shortened
from tests.integration.test_unlearning import places_of
from voice_engine.bootstrap import Engine

type Learn = Callable[[], dict[str, Any]]


@pytest.fixture
def word() -> str:
    return f"zq{secrets.token_hex(6)}"


def post(api: Api, user: str, path: str, body: Any, key: str) -> Answer:
    return api("POST", path, body, user=user, headers={"idempotency-key": key})


def assert_deleted(answer: Answer, word: str) -> None:
    assert (answer.status, answer.json["code"]) == (404, "not_found"), answer.text
    assert "deleted" in answer.json["detail"]
    assert word not in str(answer)


def test_with_a_content_go_the_answers_to_all_that_was_done_to_it(
    api: Api, running: Engine, user: str, word: str
) -> None:
    draft = {"text": f"A {word} of a draft.", "platform": "blog"}
    content = post(api, user, "/api/content", draft, "draft").json["id"]
    saves = f"/api/content/{content}/save-edits"
    for number in (1, 2):
        edited = {"editedText": f"{number} {word}.", "baseRev": number - 1}
        assert post(api, user, saves, edited, f"save-{number}").status == 200
    other = post(api, user, "/api/content", draft | {"text": "Another."}, "other")
    assert "requests" in places_of(running, word)
    assert api("DELETE", f"/api/content/{content}", user=user).status == 204
    assert places_of(running, word) == set()
    assert_deleted(post(api, user, "/api/content", draft, "draft"), word)
    assert_deleted(post(api, user, saves, edited, "save-2"), word)
    assert [item["id"] for item in api("GET", "/api/content", user=user).json["items"]] == [other.json["id"]]
    assert post(api, user, "/api/content", draft | {"text": "Another."}, "other").json == other.json
    reused = post(api, user, "/api/content", draft | {"text": "Another."}, "draft")
    assert reused.json["code"] == "idempotency_key_reused", "the key stays in use"


def test_nobody_elses_answer_goes(api: Api, user: str) -> None:
    draft = {"text": "A draft.", "platform": "blog"}
    theirs = post(api, f"{user}-other", "/api/content", draft, "key")
    assert api("DELETE", f"/api/content/{theirs.json['id']}", user=user).status == 404
    assert api("DELETE", f"/api/edits/{theirs.json['id']}", user=user).status == 404
    assert post(api, f"{user}-other", "/api/content", draft, "key").json == theirs.json


@pytest.mark.parametrize("learned", [True, False])
def test_with_an_edit_goes_the_answer_to_its_save(
    api: Api, learn: Learn, running: Engine, user: str, word: str, learned: bool
) -> None:
    content = api.draft(user)["id"]
    path = f"/api/content/{content}/save-edits"
    edited = {"editedText": f"Mine, {word}."}
    edit = post(api, user, path, edited, "first").json["learning"]["editId"]
    second = post(api, user, path, {"editedText": "Something else."}, "second")
    if learned:
        learn()
    assert api("DELETE", f"/api/edits/{edit}", user=user).status == 202
    assert "requests" not in places_of(running, word)
    assert_deleted(post(api, user, path, edited, "first"), word)
    assert api("GET", f"/api/content/{content}", user=user).json["rev"] == 2, "nothing is saved again"
    assert post(api, user, path, {"editedText": "Something else."}, "second").text == second.text


def test_a_body_that_was_deleted_is_not_put_back_by_what_came_after_its_commit(
    api: Api, running: Engine, user: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save's answer is amended once its job is queued: the content may be deleted in between."""
    content = api.draft(user)["id"]
    announce = running.content_library._announce

    def deleted_meanwhile(job: Any) -> bool:
        assert api("DELETE", f"/api/content/{content}", user=user).status == 204
        return announce(job)

    monkeypatch.setattr(running.content_library, "_announce", deleted_meanwhile)
    saved = post(api, user, f"/api/content/{content}/save-edits", {"editedText": f"Mine, {word}."}, "save")
    assert (saved.status, saved.json["learning"]["status"]) == (200, "queued")
    assert places_of(running, word) == set()


def test_what_an_unlearned_edit_taught_stands_in_no_kept_answer(
    api: Api, learn: Learn, running: Engine, user: str, word: str
) -> None:
    edits = []
    for subject in SUBJECTS[:5]:
        content = api.draft(user, f"{subject} Let us look at {word} and see.")
        edits.append(api.save(user, content["id"], f"{subject} Let us see.")["learning"]["editId"])
        learn()
        assert api("DELETE", f"/api/content/{content['id']}", user=user).status == 204
    save_shortened(api, user, 2)
    learn()
    version = api("GET", "/api/profile/versions", user=user).json["items"][0]["id"]
    asked = [
        # Two of these change nothing: they are answered, and kept, all the same.
        ("/api/profile/rollback", {"versionId": version}),
        ("/api/profile/apply-archetype", {"slug": "meme-lord"}),
        ("/api/profile/apply-archetype", {"slug": "meme-lord"}),
        ("/api/profile/analyze-text", {"text": "A text of my own, in short sentences. I like it so. " * 12}),
    ]
    for number, (path, body) in enumerate(asked):
        assert post(api, user, path, body, f"key-{number}").status == 200
    assert "requests" in places_of(running, word)
    for edit in edits:
        assert api("DELETE", f"/api/edits/{edit}", user=user).status == 202
    learn()
    assert places_of(running, word) == set()
    for number, (path, body) in enumerate(asked):
        assert_deleted(post(api, user, path, body, f"key-{number}"), word)
    assert api.style(user)["profile"]["archetypeBase"] == "meme-lord"


def test_with_an_archetype_goes_the_answer_to_its_making(api: Api, running: Engine, user: str, word: str) -> None:
    archetypes = "/api/profile/archetypes"
    bodies = {
        slug: {"slug": slug, "name": f"{slug} {word}", "values": {"tone": {"humor": 9}}} for slug in ("one", "two")
    }
    answers = {slug: post(api, user, archetypes, body, f"make-{slug}") for slug, body in bodies.items()}
    assert [answer.status for answer in answers.values()] == [201, 201]
    assert api("DELETE", f"{archetypes}/one", user=user).status == 204
    assert_deleted(post(api, user, archetypes, bodies["one"], "make-one"), word)
    assert post(api, user, archetypes, bodies["two"], "make-two").json == answers["two"].json
    assert api("DELETE", f"{archetypes}/two", user=user).status == 204
    assert places_of(running, word) == set()
    assert post(api, user, archetypes, bodies["one"], "make-again").status == 201
