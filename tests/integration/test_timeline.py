"""The timeline is the log and nothing else: dates, scores and milestones are those of the moment, and stay so."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.engine_fixtures import Api
from tests.integration.test_control import OWN
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.clock import iso
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.voice.log import fold
from voice_engine.voice.milestones import reached
from voice_engine.voice.score import Score, evolution_score

type Learn = Callable[[], dict[str, Any]]


def timeline(api: Api, user: str, query: str = "limit=100") -> dict[str, Any]:
    answer = api("GET", f"/api/profile/evolution-timeline?{query}", user=user)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def live(api: Api, learn: Learn, user: str) -> list[str]:
    """A life of ten versions, of every kind that a writer causes by now; the ids of the edits, in order."""
    edits: list[str] = []
    for number in (1, 2, 8):
        edits += save_shortened(api, user, number)
        learn()
    api("PUT", "/api/profile/style", {"tone": {"humor": 8, "formality": 2}, "rules": ["zqrule"]}, user=user)
    api("DELETE", "/api/profile/overrides/tone.humor", user=user)
    api("DELETE", "/api/profile/phrases?phrase=zqphrase", user=user)
    api("POST", "/api/profile/analyze-text", {"text": OWN}, user=user)
    for on in (False, True):
        api("PUT", "/api/profile/learning", {"learning": on}, user=user)
    edits += save_shortened(api, user, 1)
    learn()
    return edits


def test_dates_scores_and_milestones_are_those_that_the_log_gives_when_told_again(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    edits = live(api, learn, user)
    told = timeline(api, user)
    key = profile_key(user)
    events = list(running.events.of(key))
    snapshots = {row["version"]: row for row in running.database.collection("versions").find({"profile": key})}
    items = list(reversed(told["items"]))
    assert [item["version"] for item in items] == list(range(1, len(events) + 1)) == sorted(snapshots)
    before = 0
    first: dict[str, int] = {}
    for version, item in enumerate(items, 1):
        state = fold(events[:version])
        score = evolution_score(state)
        parts = item["scoreComponents"]
        assert Score(item["evolutionScore"], **parts) == score
        assert sum(parts.values()) == score.total
        assert item["scoreChange"] == score.total - before
        assert item["at"] == iso(snapshots[version]["at"])
        assert item["kind"] == snapshots[version]["cause"]
        new = [name for name in reached(state, score) if name not in first]
        assert item["milestones"] == new
        first |= dict.fromkeys(new, version)
        before = score.total
    assert before == api.style(user)["evolutionScore"]
    dates = {item["version"]: item["at"] for item in items}
    assert {item["name"]: (item["version"], item["at"]) for item in told["milestones"]} == {
        name: (version, dates[version]) for name, version in first.items()
    }
    assert {"firstEditLearned", "firstTraitMoved", "editsLearned10", "score25"} <= set(first)
    assert [edit for item in items for edit in item["editIds"]] == edits
    assert {item["version"]: set(item["fields"]) for item in items if item["fields"]} == {
        4: {"tone.humor", "tone.formality", "rules"},
        5: {"tone.humor"},
    }


def test_what_was_told_is_told_the_same_for_ever(api: Api, learn: Learn, running: Engine, user: str) -> None:
    live(api, learn, user)
    before = timeline(api, user)
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    save_shortened(api, user, 3)
    learn()
    running.learning_run(lambda _: None).relearn(user)
    learn()
    after = timeline(api, user)
    assert after["items"][-len(before["items"]) :] == before["items"]
    assert [item for item in after["milestones"] if item in before["milestones"]] == before["milestones"]


def test_nothing_that_a_person_wrote_is_in_it(api: Api, learn: Learn, user: str) -> None:
    live(api, learn, user)
    answer = api("GET", "/api/profile/evolution-timeline?limit=100", user=user).text
    for word in ("zqrule", "zqphrase", "bicycles", "weather"):
        assert word not in answer


# Nothing is made smaller: each example takes as long as a person's requests do.
@settings(max_examples=12, phases=[Phase.generate])
@given(
    versions=st.integers(1, 12),
    limits=st.lists(st.integers(1, 5), min_size=12, max_size=12),
    inserts=st.lists(st.integers(0, 2), min_size=12, max_size=12),
)
def test_pages_hold_each_row_once_whatever_is_added_meanwhile(
    running: Engine, api: Api, versions: int, limits: list[int], inserts: list[int]
) -> None:
    user = f"user-{secrets.token_hex(6)}"
    moved = count()

    def move() -> None:
        running.profile_desk.change(ProfileId(user), {"tone.humor": 1 + next(moved) % 2})

    for _ in range(versions):
        move()
    whole = timeline(api, user)["items"]
    read: list[dict[str, Any]] = []
    cursor = ""
    for limit, more in zip(limits, inserts, strict=True):
        page = timeline(api, user, f"limit={limit}{cursor}")
        assert len(page["items"]) == min(limit, len(whole) - len(read))
        read += page["items"]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
        for _ in range(more):
            move()
    assert read == whole


def test_of_a_log_that_kept_no_milestones_none_is_dated_afterwards(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    save_shortened(api, user, 4)
    learn()
    older = {"$unset": {"milestones": "", "components": ""}}
    running.database.collection("events").update_many({"profile": profile_key(user)}, older)
    save_shortened(api, user, 6)
    learn()
    found = timeline(api, user)
    assert [item["name"] for item in found["milestones"]] == [], "ten were learned, but not when is known"
    assert found["items"][-1]["scoreComponents"] is None
    assert found["items"][0]["scoreChange"] == found["items"][0]["evolutionScore"] - found["items"][1]["evolutionScore"]


def test_a_milestone_is_reached_once_though_the_score_falls_and_rises(api: Api, running: Engine, user: str) -> None:
    names = ["tone.humor", "tone.formality", "tone.directness", "tone.enthusiasm", "tone.emotionality"]
    values = dict.fromkeys(names, 9)
    posts = tuple(f"A sample of my own, number {number}." for number in range(4))
    for _ in range(2):
        running.profile_desk.change(ProfileId(user), values | {"samplePosts": posts})
        assert api.style(user)["evolutionScore"] >= 23
        running.profile_desk.change(ProfileId(user), {"voiceType": "playful", "vocabularyLevel": "simple"})
        for path in (*names, "samplePosts", "voiceType", "vocabularyLevel"):
            running.profile_desk.unlock(ProfileId(user), path)
        assert api.style(user)["evolutionScore"] == 0
    found = timeline(api, user)
    (score25,) = [item for item in found["milestones"] if item["name"] == "score25"]
    assert score25["version"] == 2
    assert sum("score25" in item["milestones"] for item in found["items"]) == 1


def test_a_timeline_is_its_own_persons(api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    assert timeline(api, f"{user}-other") == {"items": [], "milestones": [], "nextCursor": None}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=" + "a" * 13, "cursor=00000000000G"]
)
def test_a_page_that_cannot_be_is_refused_by_field(api: Api, user: str, query: str) -> None:
    answer = api("GET", f"/api/profile/evolution-timeline?{query}", user=user)
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == query.partition("=")[0]


def test_times_are_those_of_the_commit(api: Api, running: Engine, user: str) -> None:
    start = datetime.now(UTC)
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    (item,) = timeline(api, user)["items"]
    assert iso(start) <= item["at"] <= iso(datetime.now(UTC))
    assert item["at"] == api.style(user)["profile"]["lastUpdated"]
