"""Analytics after real runs of the learner: one score with its parts, counts that are true, drafts that stay told."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Api, QueueKeys
from tests.faults.proxy import Proxy
from tests.integration.test_learning import LONG, SHORT, save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.contents import Draft
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.profiles import cache_key, evolution_key
from voice_engine.voice.delta import distance
from voice_engine.voice.progress import LEAST_SIDE, band

type Learn = Callable[[], dict[str, Any]]

MILLION = 1_000_000


def analytics(api: Api, user: str, voice: str | None = None) -> dict[str, Any]:
    answer = api("GET", "/api/profile/analytics" + (f"?voice={voice}" if voice else ""), user=user)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def change_share(engine: Engine, user: str, share: float, *, words: int = 40) -> None:
    """Save an edit of a draft of its own that puts another word in the place of about this share of them."""
    draft = [secrets.token_hex(4) for _ in range(words)]
    text = [secrets.token_hex(4) if place < share * words else word for place, word in enumerate(draft)]
    content = engine.content_library.register(ProfileId(user), Draft((" ".join(draft),), False, "blog", None))
    engine.content_library.save_edits(user, content.id, posts=(" ".join(text),), thread=False, based_on=None)


def test_before_the_first_edit_there_is_nothing_and_that_is_said(api: Api, user: str) -> None:
    found = analytics(api, user)
    assert (found["version"], found["evolutionScore"]) == (0, 0)
    assert set(found["scoreComponents"].values()) == {0}
    assert set(found["statistics"].values()) == {0}
    assert found["editDistance"]["drafts"] == []
    assert found["editDistance"]["change"] == {"direction": "not yet", "baseline": None, "after": None, "missing": 40}
    assert {item["kind"] for item in found["suggestions"]} == {"addTexts", "addSamples"}


def test_the_score_is_the_one_of_the_style_and_the_sum_of_its_parts(api: Api, learn: Learn, user: str) -> None:
    save_shortened(api, user, 4)
    learn()
    found, style = analytics(api, user), api.style(user)
    assert found["evolutionScore"] == style["evolutionScore"] == sum(found["scoreComponents"].values()) > 0
    assert found["version"] == style["version"]
    assert found["tone"] == style["profile"]["tone"]


def test_saves_are_counted_by_what_became_of_them(
    api: Api, learn: Learn, running: Engine, queue_keys: QueueKeys, user: str
) -> None:
    poisoned, *_ = save_shortened(api, user, 4)
    running.database.collection("edits").update_one({"_id": poisoned}, {"$set": {"text": [1], "attempts": 2}})
    accepted = api.draft(user, LONG)
    api.save(user, accepted["id"], LONG)
    learn()
    api("PUT", "/api/profile/learning", {"learning": False}, user=user)
    save_shortened(api, user, 2)
    api("PUT", "/api/profile/learning", {"learning": True}, user=user)
    learn()
    assert analytics(api, user)["statistics"]["pending"] == 0
    save_shortened(api, user, 1)
    found = analytics(api, user)["statistics"]
    counts = {name: found[name] for name in ("learned", "ignored", "failed", "pending", "acceptances", "drafts")}
    assert counts == {"learned": 4, "ignored": 2, "failed": 1, "pending": 1, "acceptances": 1, "drafts": 4}
    assert set(analytics(api, f"{user}-other")["statistics"].values()) == {0}


def test_a_draft_saved_twice_is_told_once_from_the_draft_as_it_was_given(api: Api, learn: Learn, user: str) -> None:
    twice, back = api.draft(user, LONG), api.draft(user, LONG)
    api.save(user, twice["id"], "Something else altogether, of few words.")
    learn()
    last = api.save(user, twice["id"], SHORT)["learning"]["editId"]
    api.save(user, back["id"], SHORT)
    learn()
    api.save(user, back["id"], LONG)
    learn()
    told = {item["contentId"]: item for item in analytics(api, user)["editDistance"]["drafts"]}
    assert told[twice["id"]]["changed"] == round(distance((LONG,), (SHORT,)) / MILLION, 4)
    assert told[twice["id"]]["editId"] == last
    assert told[back["id"]]["changed"] == 0, "it is again as it was given"


def test_saves_of_one_draft_learned_together_are_told_once(api: Api, learn: Learn, user: str) -> None:
    content = api.draft(user, LONG)
    for text in ("Something else.", f"{SHORT} And more.", SHORT):
        api.save(user, content["id"], text)
    learn()
    (told,) = analytics(api, user)["editDistance"]["drafts"]
    assert told["changed"] == round(distance((LONG,), (SHORT,)) / MILLION, 4)


def test_the_distances_need_no_text(api: Api, learn: Learn, running: Engine, queue_keys: QueueKeys, user: str) -> None:
    save_shortened(api, user, 3)
    learn()
    before = analytics(api, user)["editDistance"]
    assert len(before["drafts"]) == 3
    assert all(0 < item["changed"] < 1 for item in before["drafts"])
    running.database.collection("edits").update_many({}, {"$unset": {"base": "", "text": ""}})
    running.database.collection("contents").delete_many({})
    queue_keys.redis.delete(evolution_key(profile_key(user)))
    assert analytics(api, user)["editDistance"] == before


def test_each_draft_stands_beside_the_band_that_its_forerunners_give(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    for share in (0.1, 0.4, 0.2, 0.3, 0.1):
        change_share(running, user, share)
    learn()
    drafts = analytics(api, user)["editDistance"]["drafts"]
    assert [item["savedAt"] for item in drafts] == sorted(item["savedAt"] for item in drafts)
    edits = running.database.collection("edits")
    sizes = [edits.find_one({"_id": item["editId"]})["delta"]["changed"] for item in drafts]
    for place, item in enumerate(drafts):
        known = band(sizes[:place])
        expected = {"share": known.expected, "low": known.low, "high": known.high}
        assert item["expected"] == {name: round(size / MILLION, 4) for name, size in expected.items()} | {
            "drafts": place
        }


def test_a_change_is_claimed_only_with_enough_drafts_on_both_sides(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    def change() -> dict[str, Any]:
        learn()
        found: dict[str, Any] = analytics(api, user)["editDistance"]["change"]
        return found

    for number in range(LEAST_SIDE):
        change_share(running, user, 0.5 + 0.02 * (number % 3))
    for number in range(LEAST_SIDE - 1):
        change_share(running, user, 0.1 + 0.02 * (number % 3))
    told = change()
    assert (told["direction"], told["missing"]) == ("not yet", 1)
    change_share(running, user, 0.1)
    told = change()
    assert (told["direction"], told["missing"]) == ("smaller", 0)
    assert told["baseline"] > 0.4 > 0.2 > told["after"]


def test_phrases_are_told_with_the_drafts_that_lost_them(api: Api, learn: Learn, running: Engine, user: str) -> None:
    for number in range(4):
        content = api.draft(user, f"Day {number}. Moreover, it is seamless, frankly. {LONG}")
        api.save(user, content["id"], f"Day {number}. {LONG}" if number < 3 else content["text"])
    learn()
    found = analytics(api, user)
    style = api.style(user)["profile"]
    assert {item["phrase"] for item in found["phrases"]} == {*style["bannedPhrases"], *style["commonPhrases"]} != set()
    for item in found["phrases"]:
        assert (item["removedIn"], item["keptIn"]) == (3, 1)
    bans = [item for item in found["suggestions"] if item["kind"] == "banByHand"]
    assert bans
    assert all((item["evidence"]["found"], item["evidence"]["of"]) == (3, 4) for item in bans)
    first, *others = [item["phrase"] for item in bans]
    assert others
    api("PUT", "/api/profile/style", {"bannedPhrases": [first]}, user=user)
    left = [item["phrase"] for item in analytics(api, user)["suggestions"] if item["kind"] == "banByHand"]
    assert left == others


def test_what_is_suggested_comes_true(api: Api, learn: Learn, user: str) -> None:
    path = "writingTraits.avgSentenceLength"
    neutral = 20.0
    save_shortened(api, user, 2)
    learn()
    (promise,) = [item for item in analytics(api, user)["suggestions"] if item["path"] == path]
    assert (promise["kind"], promise["evidence"]["found"], promise["evidence"]["of"]) == ("editAlike", 2, 3)
    assert api.style(user)["profile"]["writingTraits"]["avgSentenceLength"] == neutral
    save_shortened(api, user, 1)
    learn()
    assert api.style(user)["profile"]["writingTraits"]["avgSentenceLength"] < neutral


def test_a_cached_answer_asks_mongodb_for_the_counts_alone(watched: Proxy, api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", {"tone": {"humor": 8}}, user=user)
    first = analytics(api, user)
    watched.commands.clear()
    assert analytics(api, user) == first
    assert watched.commands.count("aggregate") == 1
    assert "find" not in watched.commands


@pytest.mark.parametrize("by", ["hand", "learning"])
def test_whoever_moves_the_profile_drops_what_is_cached(
    api: Api, learn: Learn, queue_keys: QueueKeys, user: str, by: str
) -> None:
    analytics(api, user)
    assert queue_keys.redis.exists(evolution_key(profile_key(user)))
    if by == "hand":
        api("PUT", "/api/profile/style", {"tone": {"humor": 8}}, user=user)
    else:
        save_shortened(api, user, 3)
        learn()
    assert not queue_keys.redis.exists(evolution_key(profile_key(user)), cache_key(profile_key(user)))
    assert analytics(api, user)["version"] == api.style(user)["version"] == 1


def test_without_redis_the_answer_comes_from_mongodb(
    environment: dict[str, str],
    with_environment: Callable[[dict[str, str]], Engine],
    api: Api,
    learn: Learn,
    user: str,
) -> None:
    save_shortened(api, user, 3)
    learn()
    known = analytics(api, user)
    with_environment(environment | {"REDIS_URL": "redis://127.0.0.1:1/0"})
    assert analytics(api, user) == known


def test_a_voice_that_was_never_made_is_not_found(api: Api, user: str) -> None:
    for route in ("analytics", "evolution-timeline"):
        assert api("GET", f"/api/profile/{route}?voice=letters", user=user).status == 404
