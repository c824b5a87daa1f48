"""Archetypes through the API: presets, one's own, and one of them below all that was learned or set by hand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis

from tests.engine_fixtures import Api
from tests.faults.invariants import check_profile
from tests.integration.test_learning import save_shortened
from tests.valkey_fixtures import StartValkey
from voice_engine.bootstrap import Engine
from voice_engine.errors import NotFound
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.store import archetypes as store
from voice_engine.store.schema import is_current, migrate
from voice_engine.voice.archetypes import MOST_OWN, PRESETS, Archetype

type Learn = Callable[[], dict[str, Any]]
type WithEnvironment = Callable[[dict[str, str]], Engine]


@pytest.fixture
def environment(environment: dict[str, str], start_valkey: StartValkey) -> dict[str, str]:
    """With a Valkey of this test's own: the list of presets is everybody's."""
    return environment | {"REDIS_URL": start_valkey().url}


MINE = {"slug": "mine", "name": "Mine", "values": {"tone": {"humor": 9}, "commonPhrases": ["at last"]}}


def listed(api: Api, user: str) -> dict[str, dict[str, Any]]:
    answer = api("GET", "/api/profile/archetypes", user=user)
    assert answer.status == 200, answer.text
    return {item["slug"]: item for item in answer.json["items"]}


def create(api: Api, user: str, body: dict[str, Any], status: int = 201, voice: str = "") -> dict[str, Any]:
    answer = api("POST", f"/api/profile/archetypes{voice}", body, user=user)
    assert answer.status == status, answer.text
    found: dict[str, Any] = answer.json
    return found


def applied(api: Api, user: str, slug: str | None, status: int = 200) -> dict[str, Any]:
    answer = api("POST", "/api/profile/apply-archetype", {"slug": slug}, user=user)
    assert answer.status == status, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_the_presets_are_listed_with_their_values_and_nothing_else(api: Api, user: str) -> None:
    found = listed(api, user)
    assert list(found) == [preset.slug for preset in PRESETS]
    meme = found["meme-lord"]
    assert (meme["own"], meme["usageCount"], meme["values"]["tone"]["humor"]) == (False, 0, 10)
    assert "rules" not in meme["values"]
    assert "substitutions" not in meme["values"]


def test_a_preset_lies_below_what_was_learned_and_set_by_hand(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    api("PUT", "/api/profile/style", {"tone": {"formality": 2}, "rules": ["No jargon."]}, user=user)
    save_shortened(api, user, 5)
    learn()
    before = api.style(user)["profile"]
    shown = applied(api, user, "academic-researcher")["profile"]
    assert shown["archetypeBase"] == "academic-researcher"
    tone = shown["tone"]
    assert (tone["formality"], tone["humor"], tone["emotionality"]) == (2, 1, 2), "by hand, and from the preset"
    assert shown["writingTraits"]["avgSentenceLength"] == before["writingTraits"]["avgSentenceLength"] < 15
    assert shown["vocabularyLevel"] == "advanced"
    assert shown["rules"] == ["No jargon."]
    check_profile(running, user)
    off = applied(api, user, None)["profile"]
    assert off | {"lastUpdated": ""} == before | {"lastUpdated": ""}
    check_profile(running, user)


def test_one_archetype_takes_the_place_of_another(api: Api, running: Engine, user: str) -> None:
    create(api, user, MINE)
    applied(api, user, "academic-researcher")
    shown = applied(api, user, "mine")["profile"]
    assert (shown["archetypeBase"], shown["tone"]["humor"], shown["tone"]["formality"]) == ("mine", 9, 5)
    assert shown["profileSource"] == "archetype"
    assert shown["commonPhrases"] == ["at last"]
    check_profile(running, user)


def test_uses_are_counted_with_the_use_and_never_from_a_cache(api: Api, user: str) -> None:
    other = f"{user}-other"
    assert listed(api, user)["meme-lord"]["usageCount"] == 0
    applied(api, user, "meme-lord")
    applied(api, user, "meme-lord")  # it is there already
    applied(api, other, "meme-lord")
    applied(api, user, "academic-researcher")
    for person in (user, other):
        uses = {slug: item["usageCount"] for slug, item in listed(api, person).items()}
        assert (uses["meme-lord"], uses["academic-researcher"], uses["linkedin-thought-leader"]) == (2, 1, 0)


def test_a_use_that_is_not_stored_is_not_counted(
    api: Api, running: Engine, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(running.versions, "keep", broken)
        answer = api("POST", "/api/profile/apply-archetype", {"slug": "meme-lord"}, user=user)
        assert answer.status == 500
    assert listed(api, user)["meme-lord"]["usageCount"] == 0
    assert not api.style(user)["hasProfile"]


def test_an_archetype_that_is_removed_meanwhile_is_not_applied(
    api: Api, running: Engine, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(api, user, MINE)
    find = store.Archetypes.find

    def find_and_lose(archetypes: store.Archetypes, owner: str, slug: str) -> Any:
        found = find(archetypes, owner, slug)
        archetypes.remove(owner, slug)
        return found

    monkeypatch.setattr(store.Archetypes, "find", find_and_lose)
    with pytest.raises(NotFound):
        running.archetype_library.apply(ProfileId(user), "mine")
    assert running.profiles.find(profile_key(user)) is None


def test_ones_own_is_made_listed_applied_and_removed(api: Api, running: Engine, user: str) -> None:
    made = create(api, user, MINE | {"description": "How I am."})
    assert made == MINE | {"description": "How I am.", "own": True, "usageCount": 0}
    assert listed(api, user)["mine"] == made
    assert "mine" not in listed(api, f"{user}-other")
    applied(api, user, "mine")
    assert listed(api, user)["mine"]["usageCount"] == 1
    assert api("DELETE", "/api/profile/archetypes/mine", user=user).status == 204
    assert "mine" not in listed(api, user)
    assert api("DELETE", "/api/profile/archetypes/mine", user=user).status == 404
    # The voice keeps what it was given, and its log needs no archetype to tell it.
    shown = api.style(user)["profile"]
    assert (shown["archetypeBase"], shown["tone"]["humor"]) == ("mine", 9)
    check_profile(running, user)
    applied(api, user, "mine", status=404)


def test_another_persons_archetype_is_none(api: Api, user: str) -> None:
    other = f"{user}-other"
    create(api, user, MINE)
    applied(api, other, "mine", status=404)
    assert api("DELETE", "/api/profile/archetypes/mine", user=other).status == 404
    assert create(api, other, MINE)["slug"] == "mine"
    assert "mine" in listed(api, user)


def test_a_profile_can_be_made_an_archetype(api: Api, user: str) -> None:
    by_hand = {"tone": {"humor": 9}, "rules": ["No jargon."], "voiceStrength": 3, "bannedPhrases": ["delve into"]}
    api("PUT", "/api/profile/style", by_hand, user=user)
    made = create(api, user, {"slug": "me", "name": "Me", "fromProfile": True})
    assert made["values"] == {"tone": {"humor": 9}, "bannedPhrases": ["delve into"]}
    api("POST", "/api/profile/reset", user=user)
    shown = applied(api, user, "me")["profile"]
    assert (shown["tone"]["humor"], shown["bannedPhrases"], shown["rules"]) == (9, ["delve into"], [])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": None}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"description": "x" * 301}, "description"),
        ({"values": {"tone": {"humor": 11}}}, "values.tone.humor"),
        ({"values": {"rules": ["No jargon."]}}, "values.rules"),
        ({"values": {"voiceStrength": 3}}, "values.voiceStrength"),
        ({"values": None}, "body"),
        ({"fromProfile": True}, "body"),
        ({"fromProfile": False}, "fromProfile"),
    ],
)
def test_what_cannot_be_made_an_archetype_is_told_by_field(
    api: Api, user: str, change: dict[str, Any], field: str
) -> None:
    body = {name: value for name, value in (MINE | change).items() if value is not None}
    refused = create(api, user, body, status=422)
    assert [error["field"] for error in refused["errors"]] == [field]
    assert list(listed(api, user)) == [preset.slug for preset in PRESETS]


def test_without_a_profile_there_is_nothing_to_take_from(api: Api, user: str) -> None:
    for voice in ("", "?voice=mail"):
        refused = create(api, user, {"slug": "me", "name": "Me", "fromProfile": True}, status=404, voice=voice)
        assert refused["code"] == "not_found"
    assert "me" not in listed(api, user)


def test_archetypes_are_a_persons_and_the_same_for_every_voice(api: Api, user: str) -> None:
    create(api, user, MINE)
    assert api("GET", "/api/profile/archetypes?voice=mail", user=user).status == 404
    assert api("DELETE", "/api/profile/archetypes/mine?voice=mail", user=user).status == 404
    assert api("POST", "/api/voices", {"slug": "mail"}, user=user).status == 201
    assert api("GET", "/api/profile/archetypes?voice=mail", user=user).json["items"] == list(listed(api, user).values())
    answer = api("POST", "/api/profile/apply-archetype?voice=mail", {"slug": "mine"}, user=user)
    assert answer.json["profile"]["tone"]["humor"] == 9
    assert not api.style(user)["hasProfile"], "the default voice is another one"
    made = create(api, user, {"slug": "of-mail", "name": "Of mail", "fromProfile": True}, voice="?voice=mail")
    assert made["values"]["tone"] == {"humor": 9}
    assert api("DELETE", "/api/profile/archetypes/mine?voice=mail", user=user).status == 204


def test_a_slug_is_taken_once_and_a_presets_never(api: Api, user: str) -> None:
    create(api, user, MINE)
    assert create(api, user, MINE | {"name": "Another"}, status=409)["code"] == "already_exists"
    assert create(api, user, MINE | {"slug": "meme-lord"}, status=409)["code"] == "already_exists"
    assert listed(api, user)["mine"]["name"] == "Mine"
    assert api("DELETE", "/api/profile/archetypes/meme-lord", user=user).status == 404


def test_a_person_may_have_twenty_and_no_more_even_at_once(api: Api, running: Engine, user: str) -> None:
    for number in range(MOST_OWN - 3):
        create(api, user, MINE | {"slug": f"mine-{number}"})

    def make(number: int) -> None:
        running.archetype_library.create(ProfileId(user), f"late-{number}", "Late", "", {"tone.humor": 3})

    with ThreadPoolExecutor() as pool:
        errors = [future.exception() for future in [pool.submit(make, number) for number in range(6)]]
    assert sorted(type(error).__name__ for error in errors) == ["LimitReached"] * 3 + ["NoneType"] * 3
    assert sum(item["own"] for item in listed(api, user).values()) == MOST_OWN
    refused = create(api, user, MINE, status=409)
    assert (refused["code"], "20" in refused["detail"]) == ("limit_reached", True)
    api("DELETE", "/api/profile/archetypes/mine-0", user=user)
    create(api, user, MINE)


def test_an_unknown_archetype_is_not_found_and_makes_no_profile(api: Api, user: str) -> None:
    assert applied(api, user, "no-such", status=404)["code"] == "not_found"
    assert applied(api, user, None)["hasProfile"] is False
    assert not api.style(user)["hasProfile"]


def test_the_list_of_presets_is_cached_without_counters_and_without_ones_own(
    api: Api, environment: dict[str, str], user: str, running: Engine
) -> None:
    create(api, user, MINE)
    applied(api, user, "meme-lord")
    with Redis.from_url(environment["REDIS_URL"], decode_responses=True) as redis:
        first = listed(api, user)
        kept = redis.get("archetypes:list")
        ttl = redis.ttl("archetypes:list")
    assert "meme-lord" in kept
    assert "mine" not in kept
    assert "usage" not in kept
    assert user not in kept
    assert 0.85 * 86_400 < ttl <= 86_400
    running.database.collection("archetypes").update_one({"slug": "meme-lord"}, {"$set": {"name": "Changed"}})
    assert listed(api, user) == first, "from the cache"


def test_without_redis_the_list_comes_from_mongodb(
    api: Api, user: str, environment: dict[str, str], with_environment: WithEnvironment
) -> None:
    before = listed(api, user)
    with_environment(environment | {"REDIS_URL": "redis://127.0.0.1:9/0"})
    assert listed(api, user) == before


# The seeding of the presets


def test_to_migrate_again_or_to_list_resets_no_count(api: Api, running: Engine, user: str) -> None:
    applied(api, user, "meme-lord")
    for _ in range(2):
        migrate(running.database)
        assert listed(api, user)["meme-lord"]["usageCount"] == 1
    assert running.database.collection("archetypes").count_documents({"owner": None}) == len(PRESETS)


def test_presets_of_newer_code_take_the_place_of_older_ones_and_keep_their_counts(
    api: Api, running: Engine, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(api, user, MINE)
    applied(api, user, PRESETS[0].slug)
    newer = (
        Archetype(PRESETS[0].slug, "Renamed", "Anew.", {"tone.humor": 2}),
        Archetype("brand-new", "New", "New.", {"tone.humor": 3}),
    )
    assert is_current(running.database)
    monkeypatch.setattr(store, "PRESETS", newer)
    monkeypatch.setattr(store, "EDITION", store.EDITION + 1)
    assert not is_current(running.database)
    migrate(running.database)
    assert is_current(running.database)
    assert store.Archetypes(running.database).presets() == newer
    assert store.Archetypes(running.database).preset_uses() == {PRESETS[0].slug: 1, "brand-new": 0}
    assert [own.archetype.slug for own in store.Archetypes(running.database).own(user)] == ["mine"]


def test_learners_that_migrate_at_once_make_each_preset_once(running: Engine) -> None:
    running.database.collection("archetypes").delete_many({})
    with ThreadPoolExecutor() as pool:
        for migration in [pool.submit(migrate, running.database) for _ in range(4)]:
            migration.result()
    assert store.Archetypes(running.database).presets() == PRESETS


def test_a_list_read_before_the_database_is_ready_is_soon_forgotten(
    api: Api, running: Engine, environment: dict[str, str], user: str
) -> None:
    running.database.collection("archetypes").delete_many({})
    with Redis.from_url(environment["REDIS_URL"]) as redis:
        assert listed(api, user) == {}
        assert redis.ttl("archetypes:list") <= 60
