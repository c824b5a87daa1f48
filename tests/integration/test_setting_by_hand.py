"""Every kind of value that a person may set by hand is stored, shown, logged, and left alone by learning."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.engine_fixtures import Answer, Api
from tests.faults.invariants import check_profile
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.clock import utc_now
from voice_engine.errors import Stale
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.profiles import ProfileDesk
from voice_engine.voice.profile import MOST_FORGOTTEN


@pytest.mark.parametrize(
    "values",
    [
        {"voiceType": "playful"},
        {"tone": {"humor": 9, "formality": 1}},
        {"voiceStrength": 0},
        {"writingTraits": {"usesEmojis": True, "avgSentenceLength": 17, "emojiFrequency": 2.5}},
        {"structurePreferences": {"endingStyle": "question"}},
        {"commonPhrases": ["let's go", "à propos"], "bannedPhrases": ["delve into"]},
        {"substitutions": [{"from": "utilize", "to": "use"}, {"from": "very", "to": ""}]},
        {"substitutions": []},
        {"rules": ["Never open with a question."], "samplePosts": ["A post of mine, in full."]},
        {"rules": []},
    ],
    ids=lambda values: "-".join(values),
)
def test_what_is_set_is_shown_logged_and_kept(
    api: Api, learn: Callable[[], dict[str, Any]], running: Engine, user: str, values: dict[str, Any]
) -> None:
    answer = api("PUT", "/api/profile/style", values, user=user)
    assert answer.status == 200, answer.text
    content = api.draft(user)
    edit = api.save(user, content["id"], "A text of some words — and it has one sentence.")["learning"]["editId"]
    learn()
    assert api.progress(user, edit)["version"] == 2
    shown = api.style(user)["profile"]
    for name, value in values.items():
        assert shown[name] == (shown[name] | value if isinstance(value, dict) else value)
    check_profile(running, user)


@pytest.mark.parametrize("archetype", [None, "academic-researcher"])
def test_a_profile_that_is_sent_back_as_it_was_read_sets_nothing(
    api: Api, learn: Callable[[], dict[str, Any]], running: Engine, user: str, archetype: str | None
) -> None:
    save_shortened(api, user, 4)
    learn()
    api("POST", "/api/profile/apply-archetype", {"slug": archetype}, user=user)
    api("PUT", "/api/profile/style", {"rules": ["Never open with a question."]}, user=user)
    before = api.style(user)
    answer = api("PUT", "/api/profile/style", before["profile"], user=user)
    assert (answer.status, answer.json) == (200, before)
    later = before["profile"] | {"lastUpdated": "2020-01-01T00:00:00Z"}
    assert api("PUT", "/api/profile/style", later, user=user).json == before, "of whichever time"
    check_profile(running, user)


@pytest.mark.parametrize(
    ("field", "value"), [("learningIterations", 999), ("profileSource", "inherited"), ("archetypeBase", "founder")]
)
@pytest.mark.parametrize("known", [False, True])
def test_what_is_worked_out_is_refused_by_name_where_it_differs(
    api: Api, user: str, field: str, value: object, known: bool
) -> None:
    if known:
        api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=user)
    before = api.style(user)
    answer = api("PUT", "/api/profile/style", {"voiceStrength": 7, field: value}, user=user)
    assert (answer.status, answer.json["code"]) == (422, "invalid_request")
    (error,) = answer.json["errors"]
    assert error["field"] == field
    assert "worked out, not set" in error["limit"]
    assert api.style(user) == before


def test_a_value_that_already_shows_becomes_a_rule_by_its_own_route_alone(
    api: Api, learn: Callable[[], dict[str, Any]], user: str
) -> None:
    api("PUT", "/api/profile/style", {"writingTraits": {"usesEmojis": False}}, user=user)
    assert api.style(user)["profile"]["profileSource"] == "neutral"
    assert api("PUT", "/api/profile/overrides/writingTraits.usesEmojis", user=user).status == 200
    assert api.style(user)["profile"]["profileSource"] == "manual"


def overtaken(running: Engine, user: str) -> ProfileDesk:
    """A desk whose first change is overtaken by another one, between its reading and its writing."""
    once = iter([None])

    def clock() -> datetime:
        for _ in once:
            running.profile_desk.change(ProfileId(user), {"tone.humor": 9})
        return utc_now()

    return ProfileDesk(running.profiles, running.commits, running.cache, clock=clock)


@pytest.mark.parametrize("known", [False, True])
def test_of_two_changes_at_the_same_moment_both_hold(running: Engine, user: str, known: bool) -> None:
    if known:
        running.profile_desk.change(ProfileId(user), {"voiceStrength": 7})
    answer = overtaken(running, user).change(ProfileId(user), {"tone.formality": 2})
    tone = json.loads(answer.body)["profile"]["tone"]
    assert (tone["humor"], tone["formality"]) == (9, 2)
    assert running.profile_desk.style(ProfileId(user)) == answer
    check_profile(running, user)


def test_a_change_that_names_its_version_is_refused_when_it_is_overtaken(running: Engine, user: str) -> None:
    seen = running.profile_desk.change(ProfileId(user), {"voiceStrength": 7})
    with pytest.raises(Stale):
        overtaken(running, user).change(ProfileId(user), {"tone.formality": 2}, expected=[seen.tag])
    profile = running.profiles.find(profile_key(user))
    assert profile is not None
    assert set(profile.state.overrides) == {"voiceStrength", "tone.humor"}


def forget(api: Api, user: str, phrase: str) -> Answer:
    return api("DELETE", f"/api/profile/phrases?{urlencode({'phrase': phrase})}", user=user)


def test_a_phrase_that_is_blank_is_none(api: Api, user: str) -> None:
    for blank in ("", " ", "\n\t", "\u3000"):
        answer = forget(api, user, blank)
        assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, ["phrase"]), repr(blank)
    assert not api.style(user)["hasProfile"]


def test_a_phrase_is_forgotten_once_however_it_is_written(api: Api, user: str) -> None:
    first = forget(api, user, "Let’s delve")
    for again in ("Let’s delve", "let's  DELVE"):
        assert forget(api, user, again).headers["ETag"] == first.headers["ETag"], again


def test_a_voice_forgets_so_many_phrases_and_says_when_it_is_full(api: Api, running: Engine, user: str) -> None:
    forget(api, user, "the first")
    full = [f"phrase {number}" for number in range(MOST_FORGOTTEN)]
    running.database.collection("profiles").update_one({"_id": user}, {"$set": {"layers.tombstones": full}})
    answer = forget(api, user, "one more")
    assert (answer.status, answer.json["code"]) == (409, "limit_reached")
    assert str(MOST_FORGOTTEN) in answer.json["detail"]
    assert forget(api, user, full[7]).status == 200, "it is forgotten already"
