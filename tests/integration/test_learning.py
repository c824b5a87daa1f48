"""The loop: a draft is edited and saved, the learner learns, the profile shows it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Api, LambdaContext, QueueKeys
from tests.faults.invariants import check_profile
from voice_engine.bootstrap import Engine
from voice_engine.profile_key import profile_key
from voice_engine.profiles import cache_key

type Learn = Callable[[], dict[str, Any]]

LONG = (
    "The weather was rather fine that day, so we went out to the lake, where the others had been waiting for an hour. "
    "Nobody had thought of bringing anything to eat, which turned out to be the one mistake that we would remember."
)
SHORT = (
    "The weather was fine that day. So we went out to the lake. The others had been waiting for an hour. "
    "Nobody had brought anything to eat. It was the one mistake. We would remember it."
)


def save_shortened(api: Api, user: str, count: int) -> list[str]:
    """Save `count` edits, each of another draft, that cut long sentences; their ids."""
    ids = []
    for number in range(count):
        content = api.draft(user, f"Day {number}. {LONG}")
        ids.append(api.save(user, content["id"], f"Day {number}. {SHORT}")["learning"]["editId"])
    return ids


def test_edits_by_somebody_without_a_profile_make_one_and_move_it(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    assert api.style(user) == {"profile": None, "evolutionScore": 0, "hasProfile": False, "version": 0}
    edits = save_shortened(api, user, 4)
    assert all(api.progress(user, edit)["status"] == "queued" for edit in edits)
    assert learn()["drained"]["done"] >= 1
    style = api.style(user)
    assert style["hasProfile"]
    assert style["version"] == 1, "a batch costs one update"
    assert style["profile"]["writingTraits"]["avgSentenceLength"] < 15
    assert style["evolutionScore"] > 0
    for edit in edits:
        progress = api.progress(user, edit)
        assert (progress["status"], progress["version"]) == ("learned", 1)
    check_profile(running, user)


def test_a_thread_is_learned_like_a_text(api: Api, learn: Learn, running: Engine, user: str) -> None:
    for number in range(3):
        posts = [f"Post {number}. {LONG}", LONG]
        content = api("POST", "/api/content", {"posts": posts, "platform": "x"}, user=user).json
        body = {"posts": [f"Post {number}. {SHORT}", SHORT]}
        assert api("POST", f"/api/content/{content['id']}/save-edits", body, user=user).status == 200
    learn()
    assert api.style(user)["profile"]["writingTraits"]["avgSentenceLength"] < 15
    check_profile(running, user)


def test_saves_without_a_change_are_learned_and_earn_nothing(api: Api, learn: Learn, user: str) -> None:
    for _ in range(10):
        content = api.draft(user, LONG)
        api.save(user, content["id"], LONG)
    learn()
    style = api.style(user)
    assert style["hasProfile"]
    assert style["profile"]["learningIterations"] == 0


def test_what_was_set_by_hand_is_not_moved_and_the_rest_still_learns(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    api("PUT", "/api/profile/style", {"writingTraits": {"avgSentenceLength": 31}}, user=user)
    save_shortened(api, user, 5)
    learn()
    traits = api.style(user)["profile"]["writingTraits"]
    assert traits["avgSentenceLength"] == 31
    check_profile(running, user)


def test_a_form_that_sends_every_field_freezes_nothing(api: Api, learn: Learn, user: str) -> None:
    api("PUT", "/api/profile/style", {"tone": {"formality": 4}}, user=user)
    whole = api.style(user)["profile"]
    answer = api("PUT", "/api/profile/style", whole | {"tone": whole["tone"] | {"humor": 9}}, user=user)
    assert answer.json["profile"]["tone"]["humor"] == 9
    save_shortened(api, user, 5)
    learn()
    style = api.style(user)
    assert style["profile"]["writingTraits"]["avgSentenceLength"] < 15
    assert {name: style["profile"]["tone"][name] for name in ("formality", "humor")} == {"formality": 4, "humor": 9}


def test_a_poisoned_edit_ends_failed_and_the_others_are_learned(
    api: Api, learn: Learn, running: Engine, queue_keys: QueueKeys, user: str
) -> None:
    edits = save_shortened(api, user, 3)
    running.database.collection("edits").update_one({"_id": edits[1]}, {"$set": {"text": [12345]}})
    for _ in range(20):
        learn()
        if api.progress(user, edits[1])["status"] == "failed":
            break
        # The job waits out its backoff in the sorted set of delayed ones; nobody has to wait for it here.
        queue_keys.release_delayed()
    failed = api.progress(user, edits[1])
    assert failed["status"] == "failed"
    assert failed["reason"] == "TypeError"
    assert running.database.collection("edits").find_one({"_id": edits[1]})["attempts"] == 3
    assert {api.progress(user, edit)["status"] for edit in (edits[0], edits[2])} == {"learned"}
    check_profile(running, user)
    later = save_shortened(api, user, 1)[0]
    learn()
    assert api.progress(user, later)["status"] == "learned", "a dead letter blocks the next edit"


def test_an_edit_that_killed_its_learner_three_times_is_set_aside(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    edits = save_shortened(api, user, 2)
    running.database.collection("edits").update_one({"_id": edits[0]}, {"$set": {"attempts": 3}})
    learn()
    assert api.progress(user, edits[0])["status"] == "failed"
    assert api.progress(user, edits[1])["status"] == "learned"


@pytest.mark.long
def test_more_than_a_batch_is_learned_at_once_in_more_than_one_transaction(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    content = api.draft(user, "start")
    for number in range(203):
        running.content_library.save_edits(
            user, content["id"], posts=(f"text number {number}",), thread=False, based_on=None
        )
    learn()
    assert api.style(user)["version"] == 2
    check_profile(running, user)


def test_edits_within_the_window_wait_and_are_learned_together(
    environment: dict[str, str],
    with_environment: Callable[[dict[str, str]], Engine],
    api: Api,
    learn: Learn,
    queue_keys: QueueKeys,
    user: str,
) -> None:
    save_shortened(api, user, 1)
    learn()
    running = with_environment(environment | {"LEARNING_RATE_LIMIT_MINUTES": "5", "EDIT_BATCH_WINDOW_MINUTES": "5"})
    edits = save_shortened(api, user, 2)
    learn()
    progress = [api.progress(user, edit) for edit in edits]
    assert {entry["status"] for entry in progress} == {"delayed"}
    assert progress[0]["until"] == progress[1]["until"]
    assert api("GET", "/api/profile/explain", user=user).json["windowEndsAt"] == progress[0]["until"]
    assert api.style(user)["version"] == 1
    key = profile_key(user)
    past = running.profiles.find(key).learned_at.replace(year=2020)
    running.database.collection("profiles").update_one({"_id": key}, {"$set": {"learnedAt": past}})
    queue_keys.release_delayed()
    learn()
    assert {api.progress(user, edit)["version"] for edit in edits} == {2}
    assert api("GET", "/api/profile/explain", user=user).json["windowEndsAt"] is None
    check_profile(running, user)


def test_a_job_that_redis_loses_is_put_back_by_the_sweep(
    api: Api, learn: Learn, running: Engine, queue_keys: QueueKeys, user: str
) -> None:
    edits = save_shortened(api, user, 3)
    queue_keys.lose_everything()
    assert learn()["swept"]["requeued"] == 1, "one job serves all edits of a profile"
    assert {api.progress(user, edit)["status"] for edit in edits} == {"learned"}
    check_profile(running, user)


def test_a_profile_changed_behind_a_dead_redis_is_dropped_from_the_cache_by_the_sweep(
    api: Api, learn: Learn, running: Engine, queue_keys: QueueKeys, user: str
) -> None:
    save_shortened(api, user, 1)
    learn()
    stale = api.style(user)
    key = cache_key(profile_key(user))
    cached = queue_keys.redis.get(key)
    assert cached is not None
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    # As if the deletion had never reached Redis.
    queue_keys.redis.set(key, cached)
    running.database.collection("profiles").update_one({"_id": profile_key(user)}, {"$set": {"cacheDirty": True}})
    assert api.style(user) == stale
    assert learn()["swept"]["cleaned"] == 1
    assert api.style(user)["profile"]["voiceType"] == "playful"
    check_profile(running, user)


def test_each_learned_value_names_the_edits_behind_it(api: Api, learn: Learn, user: str) -> None:
    edits = save_shortened(api, user, 4)
    learn()
    explained = api("GET", "/api/profile/explain", user=user).json
    (length,) = [trait for trait in explained["traits"] if trait["path"] == "writingTraits.avgSentenceLength"]
    assert length["value"] == api.style(user)["profile"]["writingTraits"]["avgSentenceLength"]
    assert length["votes"] == {"up": 0, "down": 4, "hold": 0}
    assert {edit["id"] for edit in length["edits"]} <= set(edits)
    saved = {edit: api.progress(user, edit)["savedAt"] for edit in edits}
    assert [edit["savedAt"] for edit in length["edits"]] == [saved[edit["id"]] for edit in length["edits"]]
    assert length["edits"]
    unmoved = [trait for trait in explained["traits"] if trait["learned"] is None]
    assert all(trait["reason"] for trait in unmoved)


def test_each_field_says_what_it_holds_and_where_that_comes_from(api: Api, learn: Learn, user: str) -> None:
    length = "writingTraits.avgSentenceLength"
    api("POST", "/api/profile/apply-archetype", {"slug": "meme-lord"}, user=user)
    save_shortened(api, user, 4)
    learn()
    api("PUT", "/api/profile/style", {"tone": {"formality": 9}, "rules": ["Be brief."]}, user=user)
    api("PUT", "/api/profile/overrides/bannedPhrases", user=user)
    shown, explained = api.style(user)["profile"], api("GET", "/api/profile/explain", user=user).json
    fields = {field["path"]: field for field in explained["fields"]}
    for path, field in fields.items():
        section, _, name = path.rpartition(".")
        assert field["value"] == (shown[section][name] if section else shown[name]), path
        assert field["why"]
    by_hand = {path for path, field in fields.items() if field["sources"] == ["manual"]}
    assert by_hand == {"tone.formality", "rules", "bannedPhrases"}
    assert fields[length]["sources"] == ["learned"]
    assert fields["tone.humor"]["sources"] == ["archetype"]
    assert fields["voiceStrength"]["sources"] == ["neutral"]
    traits = {trait["path"]: trait for trait in explained["traits"]}
    assert (traits["tone.formality"]["value"], traits["tone.formality"]["reason"]) == (9, "locked by hand")
    assert traits["tone.formality"]["learned"] != 9
    assert traits[length]["value"] == traits[length]["learned"] == shown["writingTraits"]["avgSentenceLength"]
    started = api("POST", "/api/voices", {"slug": "mail"}, user=user)
    assert started.status == 201, started.text
    copied = {f["path"]: f for f in api("GET", "/api/profile/explain?voice=mail", user=user).json["fields"]}
    assert (copied["tone.formality"]["value"], copied["tone.formality"]["sources"]) == (9, ["inherited"])


def test_a_trait_says_what_the_writer_is_expected_to_do_to_the_next_drafts(api: Api, learn: Learn, user: str) -> None:
    def told() -> dict[str, Any]:
        traits = api("GET", "/api/profile/explain", user=user).json["traits"]
        return {trait["trait"]: trait["prediction"] for trait in traits}

    assert set(told().values()) == {None}
    save_shortened(api, user, 4)
    learn()
    after = told()
    assert after["usesEmojis"] is None, "nobody knows yet what people do to it"
    shorter = after["sentenceLength"]
    assert shorter["drafts"] == 4
    assert shorter["change"] < -2.6, "this writer shortens more than people do"
    assert shorter["deviation"] > 0


def test_an_operator_sends_a_failed_edit_round_again(
    api: Api, learn: Learn, running: Engine, queue_keys: QueueKeys, user: str
) -> None:
    edits = save_shortened(api, user, 2)
    mended = running.database.collection("edits").find_one({"_id": edits[0]})["text"]
    failed = {"text": [12345], "attempts": 2}
    running.database.collection("edits").update_one({"_id": edits[0]}, {"$set": failed})
    learn()
    assert api.progress(user, edits[0])["status"] == "failed"
    running.database.collection("edits").update_one({"_id": edits[0]}, {"$set": {"text": mended}})
    from learner_handler import handler

    assert handler({"source": "manual", "retry": edits[1]}, LambdaContext())["retried"] == 0, "it had not failed"
    assert handler({"source": "manual", "retry": edits[0]}, LambdaContext())["retried"] == 1
    assert api.progress(user, edits[0])["status"] == "learned"
    check_profile(running, user)
