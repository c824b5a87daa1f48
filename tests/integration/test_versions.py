"""The ways back: versions by ids that never name anything else, rollback, reset, and a log that tells it all."""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.engine_fixtures import Api, LambdaContext
from tests.faults.invariants import check_profile
from tests.hypothesis_profiles import either
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.clock import utc_now
from voice_engine.errors import NotFound
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.replay import replay
from voice_engine.voice.archetypes import PRESETS
from voice_engine.voice.log import RESTORABLE
from voice_engine.voice.profile import ProfileState, neutral

type Learn = Callable[[], dict[str, Any]]

OWN = "I mend bicycles. People bring them on Saturdays. Mostly it is a flat tyre. Sometimes it is the chain. " * 4


def versions(api: Api, user: str) -> list[dict[str, Any]]:
    answer = api("GET", "/api/profile/versions", user=user)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def roll_back(api: Api, user: str, version_id: str, status: int = 200) -> dict[str, Any]:
    answer = api("POST", "/api/profile/rollback", {"versionId": version_id}, user=user)
    assert answer.status == status, answer.text
    body: dict[str, Any] = answer.json
    return body


def state(running: Engine, user: str) -> ProfileState:
    profile = running.profiles.find(profile_key(user))
    assert profile is not None
    return profile.state


def without_time(style: dict[str, Any]) -> dict[str, Any]:
    return style["profile"] | {"lastUpdated": ""}


def test_versions_are_listed_newest_first_with_what_each_was_about(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    assert versions(api, user) == []
    api("PUT", "/api/profile/style", {"tone": {"humor": 9}, "rules": ["No jargon."]}, user=user)
    edits = save_shortened(api, user, 2)
    learn()
    api("DELETE", "/api/profile/overrides/rules", user=user)
    listed = versions(api, user)
    assert [(one["version"], one["cause"]) for one in listed] == [
        (3, "overrideRemoved"),
        (2, "editsLearned"),
        (1, "valuesSet"),
    ]
    assert [sorted(one["fields"]) for one in listed] == [["rules"], [], ["rules", "tone.humor"]]
    assert sorted(listed[1]["edits"]) == sorted(edits)
    style = api("GET", "/api/profile/style", user=user)
    assert listed[0]["id"] == style.headers["ETag"].strip('"')
    assert listed[0]["evolutionScore"] == style.json["evolutionScore"]
    assert listed[0]["at"] == style.json["profile"]["lastUpdated"]
    assert "jargon" not in json.dumps(listed)


def test_ten_versions_are_kept_and_the_eleventh_is_gone(api: Api, running: Engine, user: str) -> None:
    for humor in range(RESTORABLE):
        api("PUT", "/api/profile/style", {"voiceStrength": humor}, user=user)
    oldest = versions(api, user)[-1]["id"]
    api("PUT", "/api/profile/style", {"voiceStrength": 50}, user=user)
    kept = versions(api, user)
    assert [one["version"] for one in kept] == list(range(RESTORABLE + 1, 1, -1))
    assert roll_back(api, user, oldest, status=404)["code"] == "not_found"
    assert roll_back(api, user, kept[-1]["id"])["profile"]["voiceStrength"] == 1
    assert len(versions(api, user)) == RESTORABLE
    check_profile(running, user)


def test_a_rollback_is_a_version_of_its_own_and_brings_all_back(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    by_hand = {"tone": {"humor": 9}, "voiceStrength": 30, "rules": ["Never open with a question."]}
    api("PUT", "/api/profile/style", by_hand, user=user)
    save_shortened(api, user, 5)
    learn()
    api("DELETE", "/api/profile/phrases?phrase=delve%20into", user=user)
    then, kept = api.style(user), state(running, user)
    wanted = versions(api, user)[0]["id"]
    api("PUT", "/api/profile/style", {"tone": {"humor": 1}, "rules": [], "voiceStrength": 90}, user=user)
    api("POST", "/api/profile/analyze-text", {"text": OWN}, user=user)
    save_shortened(api, user, 2)
    learn()
    before = versions(api, user)[0]
    style = roll_back(api, user, wanted)
    assert style["version"] == before["version"] + 1
    assert without_time(style) == without_time(then)
    assert style["evolutionScore"] == then["evolutionScore"]
    assert state(running, user) == kept
    newest = versions(api, user)[0]
    assert (newest["cause"], newest["restoredVersionId"]) == ("rolledBack", wanted)
    check_profile(running, user)
    # And back again: what was undone is a version, too.
    roll_back(api, user, before["id"])
    assert api.style(user)["profile"]["tone"]["humor"] == 1
    check_profile(running, user)


def test_a_rollback_that_changes_nothing_writes_nothing(api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", {"voiceStrength": 3}, user=user)
    (only,) = versions(api, user)
    assert roll_back(api, user, only["id"])["version"] == 1
    assert versions(api, user) == [only]


def test_the_pause_is_a_consent_and_neither_rollback_nor_reset_touch_it(api: Api, running: Engine, user: str) -> None:
    api("PUT", "/api/profile/style", {"voiceStrength": 3}, user=user)
    learning = versions(api, user)[0]["id"]
    api("PUT", "/api/profile/learning", {"learning": False}, user=user)
    api("PUT", "/api/profile/style", {"voiceStrength": 4}, user=user)
    assert roll_back(api, user, learning)["profile"]["voiceStrength"] == 3
    assert not state(running, user).learning
    api("POST", "/api/profile/reset", user=user)
    assert not state(running, user).learning
    saved = api.save(user, api.draft(user)["id"], "Mine.")
    assert saved["learning"]["status"] == "ignored"
    check_profile(running, user)


def test_only_ones_own_versions_of_this_voice_can_be_gone_back_to(api: Api, running: Engine, user: str) -> None:
    api("PUT", "/api/profile/style", {"voiceStrength": 3}, user=user)
    other = f"{user}-other"
    api("PUT", "/api/profile/style", {"voiceStrength": 4}, user=other)
    (theirs,) = versions(api, other)
    refused = roll_back(api, user, theirs["id"], status=404)
    never = roll_back(api, user, f"{'0' * 24}.1", status=404)
    assert refused | {"requestId": ""} == never | {"requestId": ""}
    assert api.style(user)["profile"]["voiceStrength"] == 3
    answer = api("POST", "/api/profile/rollback?voice=mail", {"versionId": theirs["id"]}, user=other)
    assert answer.status == 404
    assert api("GET", "/api/profile/versions?voice=mail", user=user).status == 404
    with pytest.raises(NotFound):
        running.version_history.roll_back(ProfileId(f"{user}-nobody"), theirs["id"])


@pytest.mark.parametrize(
    "body", [{}, {"versionId": None}, {"versionId": 7}, {"versionId": ""}, {"versionId": "x" * 65}]
)
def test_a_version_is_named_by_a_short_text(api: Api, user: str, body: dict[str, Any]) -> None:
    answer = api("POST", "/api/profile/rollback", body, user=user)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["versionId"]


def test_a_version_of_an_earlier_life_is_not_gone_back_to(api: Api, running: Engine, user: str) -> None:
    api("PUT", "/api/profile/style", {"voiceStrength": 3}, user=user)
    (earlier,) = versions(api, user)
    database = running.database
    database.collection("profiles").delete_one({"_id": profile_key(user)})
    database.collection("events").delete_many({"profile": profile_key(user)})
    database.collection("versions").update_one({"_id": earlier["id"]}, {"$set": {"version": 0}})
    running.cache.invalidate(f"profile:{profile_key(user)}")
    api("PUT", "/api/profile/style", {"voiceStrength": 4}, user=user)
    roll_back(api, user, earlier["id"], status=404)
    assert api.style(user)["profile"]["voiceStrength"] == 4


def test_learning_in_between_does_not_change_what_is_restored(
    api: Api, learn: Learn, running: Engine, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api("PUT", "/api/profile/style", {"voiceStrength": 3}, user=user)
    wanted, kept = versions(api, user)[0]["id"], state(running, user)
    api("PUT", "/api/profile/style", {"voiceStrength": 4}, user=user)
    save_shortened(api, user, 4)
    find, learned = running.versions.find, []

    def find_late(profile: str, id_: str) -> Any:
        found = find(profile, id_)
        if not learned:  # between the look at the snapshot and the write, once
            learned.append(learn())
        return found

    monkeypatch.setattr(running.versions, "find", find_late)
    roll_back(api, user, wanted)
    assert learned[0]["drained"]["done"] == 4
    assert state(running, user) == kept
    assert [one["cause"] for one in versions(api, user)] == ["rolledBack", "editsLearned", "valuesSet", "valuesSet"]
    check_profile(running, user)


def test_rollbacks_and_changes_at_the_same_moment_all_leave_a_log_that_tells_the_profile(
    api: Api, running: Engine, user: str
) -> None:
    for strength in range(3):
        api("PUT", "/api/profile/style", {"voiceStrength": strength}, user=user)
    ids = [one["id"] for one in versions(api, user)]
    person = ProfileId(user)

    def go_back() -> None:
        for id_ in ids:
            running.version_history.roll_back(person, id_)

    def change() -> None:
        for humor in range(1, 4):
            running.profile_desk.change(person, {"tone.humor": humor})

    workers = [threading.Thread(target=work) for work in (go_back, change, go_back)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    check_profile(running, user)


def test_a_reset_starts_over_and_a_rollback_undoes_it(api: Api, learn: Learn, running: Engine, user: str) -> None:
    api("PUT", "/api/profile/style", {"tone": {"humor": 9}, "rules": ["No jargon."]}, user=user)
    save_shortened(api, user, 5)
    learn()
    then, kept = api.style(user), state(running, user)
    waiting = save_shortened(api, user, 2)
    answer = api("POST", "/api/profile/reset", user=user)
    assert answer.status == 200, answer.text
    assert state(running, user) == neutral()
    assert (answer.json["evolutionScore"], answer.json["profile"]["profileSource"]) == (0, "neutral")
    assert answer.json["profile"]["rules"] == []
    learn()
    assert state(running, user) == neutral(), "what waited belongs to what was before"
    for edit in waiting:
        progress = api.progress(user, edit)
        assert (progress["status"], progress["reason"]) == ("ignored", "reset")
    check_profile(running, user)
    reset, before = versions(api, user)[:2]
    assert reset["cause"] == "profileReset"
    assert without_time(roll_back(api, user, before["id"])) == without_time(then)
    assert state(running, user) == kept
    later = save_shortened(api, user, 1)
    learn()
    assert api.progress(user, later[0])["status"] == "learned"
    check_profile(running, user)


def test_an_edit_that_failed_before_a_reset_is_not_learned_by_a_retry_after_it(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    from learner_handler import handler

    api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=user)
    (edit,) = save_shortened(api, user, 1)
    running.edits.fail(edit, "ValueError", at=utc_now())
    api("POST", "/api/profile/reset", user=user)
    assert handler({"source": "manual", "retry": "all"}, LambdaContext())["retried"] == 0
    assert api.progress(user, edit)["reason"] == "reset"
    assert state(running, user) == neutral()


def test_edits_that_are_being_learned_at_a_reset_are_not_learned(
    api: Api, learn: Learn, running: Engine, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=user)
    edits = save_shortened(api, user, 3)
    whole = running.edits.whole

    def whole_and_reset(ids: Any) -> Any:
        monkeypatch.setattr(running.edits, "whole", whole)
        found = whole(ids)
        assert api("POST", "/api/profile/reset", user=user).status == 200
        return found

    monkeypatch.setattr(running.edits, "whole", whole_and_reset)
    learn()
    assert state(running, user) == neutral()
    assert {api.progress(user, edit)["reason"] for edit in edits} == {"reset"}
    check_profile(running, user)


def test_a_reset_of_nothing_writes_nothing(api: Api, user: str) -> None:
    answer = api("POST", "/api/profile/reset", user=user)
    assert (answer.status, answer.json["hasProfile"]) == (200, False)
    assert versions(api, user) == []


def test_a_reset_before_anything_was_learned_takes_what_waits(api: Api, learn: Learn, user: str) -> None:
    edits = save_shortened(api, user, 3)
    assert api("POST", "/api/profile/reset", user=user).json["version"] == 1
    learn()
    assert {api.progress(user, edit)["reason"] for edit in edits} == {"reset"}
    assert api("POST", "/api/profile/reset", user=user).json["version"] == 1


def test_a_reset_leaves_other_peoples_edits_alone(api: Api, learn: Learn, user: str) -> None:
    other = f"{user}-other"
    (edit,) = save_shortened(api, other, 1)
    save_shortened(api, user, 1)
    api("POST", "/api/profile/reset", user=user)
    learn()
    assert api.progress(other, edit)["status"] == "learned"


def test_unlearning_takes_the_versions_that_knew_the_edit_and_no_other(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    def set_humor(humor: int) -> None:
        api("PUT", "/api/profile/style", {"tone": {"humor": humor}}, user=user)

    set_humor(2)
    save_shortened(api, user, 3)
    learn()
    wanted = versions(api, user)[0]["id"]
    (edit,) = save_shortened(api, user, 1)
    learn()
    knew = versions(api, user)[0]["id"]
    api("POST", "/api/profile/reset", user=user)
    set_humor(3)
    roll_back(api, user, knew)
    roll_back(api, user, wanted)
    assert api("DELETE", f"/api/edits/{edit}", user=user).status == 202
    learn()
    # Learned in the third, and brought back by the sixth: those alone are gone.
    assert [one["version"] for one in versions(api, user)] == [8, 7, 5, 4, 2, 1]
    check_profile(running, user)
    assert roll_back(api, user, wanted)["profile"]["tone"]["humor"] == 2, "the reset can be undone"
    roll_back(api, user, knew, status=404)


class Lives(RuleBasedStateMachine):
    """Whatever a person and the learner do to a profile, in any order: its log tells it, and each version that is
    kept can be gone back to."""

    running: Engine
    api: Api
    learner: Learn

    def __init__(self) -> None:
        super().__init__()
        self.user = f"user-{secrets.token_hex(6)}"
        self.seen: dict[str, ProfileState] = {}
        self.edits: list[str] = []
        api, user = self.api, self.user
        assert api("PUT", "/api/profile/style", {"voiceStrength": 50}, user=user).status == 200

    def state(self) -> ProfileState:
        return state(self.running, self.user)

    @rule(humor=st.integers(1, 10), rules=st.sampled_from([[], ["No jargon."], ["Short.", "Plain."]]))
    def set_by_hand(self, humor: int, rules: list[str]) -> None:
        self.api("PUT", "/api/profile/style", {"tone": {"humor": humor}, "rules": rules}, user=self.user)

    @rule(count=st.integers(1, 4))
    def save(self, count: int) -> None:
        self.edits += save_shortened(self.api, self.user, count)

    @rule()
    def learn(self) -> None:
        self.learner()

    @precondition(lambda self: self.edits)
    @rule(which=st.integers(0, 99))
    def unlearn(self, which: int) -> None:
        edit = self.edits.pop(which % len(self.edits))
        assert self.api("DELETE", f"/api/edits/{edit}", user=self.user).status == 202
        self.learner()
        check_profile(self.running, self.user)

    @rule(phrase=st.sampled_from(["delve%20into", "at%20last"]))
    def forget(self, phrase: str) -> None:
        self.api("DELETE", f"/api/profile/phrases?phrase={phrase}", user=self.user)

    @rule()
    def unlock(self) -> None:
        self.api("DELETE", "/api/profile/overrides/tone.humor", user=self.user)

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        self.api("PUT", "/api/profile/learning", {"learning": on}, user=self.user)

    @rule()
    def give_sample(self) -> None:
        assert self.api("POST", "/api/profile/analyze-text", {"text": OWN}, user=self.user).status == 200

    @rule(slug=st.sampled_from([*(preset.slug for preset in PRESETS), None]))
    def apply_archetype(self, slug: str | None) -> None:
        before = self.state()
        assert self.api("POST", "/api/profile/apply-archetype", {"slug": slug}, user=self.user).status == 200
        after = self.state()
        assert after.archetype == slug
        assert (after.overrides, after.tombstones) == (before.overrides, before.tombstones)
        assert [one.value for one in after.learned.traits] == [one.value for one in before.learned.traits]

    @rule()
    def reset(self) -> None:
        before = self.state()
        assert self.api("POST", "/api/profile/reset", user=self.user).status == 200
        assert self.state() == replace(neutral(), learning=before.learning)

    @rule()
    def relearn(self) -> None:
        self.running.learning_run(lambda _: None).relearn(self.user)
        self.learner()

    @rule(back=st.integers(0, RESTORABLE - 1))
    def roll_back(self, back: int) -> None:
        listed = versions(self.api, self.user)
        target = listed[min(back, len(listed) - 1)]["id"]
        before = self.state()
        roll_back(self.api, self.user, target)
        assert self.state() == replace(self.seen[target], learning=before.learning)

    @invariant()
    def each_version_is_kept_as_it_was(self) -> None:
        profile = self.running.profiles.find(profile_key(self.user))
        assert profile is not None
        assert replay(self.running.events, profile.key) == profile.state
        listed = versions(self.api, self.user)
        assert listed[0]["version"] == profile.version
        for one in listed:
            snapshot = self.running.versions.find(profile.key, one["id"])
            assert snapshot is not None
            assert self.seen.setdefault(one["id"], snapshot.state) == snapshot.state
        assert self.seen[listed[0]["id"]] == profile.state


@pytest.mark.draws
def test_the_log_tells_the_profile_whatever_was_done_in_whatever_order(api: Api, learn: Learn, running: Engine) -> None:
    class Machine(Lives):
        pass

    Machine.api, Machine.running, Machine.learner = api, running, staticmethod(learn)  # type: ignore[assignment]
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Machine, settings=settings(max_examples=either(5, 12), stateful_step_count=14, suppress_health_check=checks)
    )
