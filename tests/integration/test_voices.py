"""Several voices of one person: each is its own, and a new one starts as the default voice is."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.engine_fixtures import Api
from tests.faults.invariants import check_profile
from tests.integration.test_learning import LONG, SHORT
from voice_engine.bootstrap import Engine
from voice_engine.errors import LimitReached
from voice_engine.profile_key import MOST_VOICES, ProfileId
from voice_engine.store.schema import migrate

type Learn = Callable[[], dict[str, Any]]

# What a profile says of itself and not of the voice.
_OWN = {"lastUpdated", "learningIterations", "profileSource", "samplePosts"}


def start(api: Api, user: str, slug: str) -> dict[str, Any]:
    answer = api("POST", "/api/voices", {"slug": slug}, user=user)
    assert answer.status == 201, answer.text
    return answer.json


def shown(api: Api, user: str, voice: str) -> dict[str, Any]:
    answer = api("GET", f"/api/profile/style?voice={voice}", user=user)
    assert answer.status == 200, answer.text
    return {name: value for name, value in answer.json["profile"].items() if name not in _OWN}


def sentence_length(profile: dict[str, Any]) -> float:
    length: float = profile["writingTraits"]["avgSentenceLength"]
    return length


def save(api: Api, user: str, voice: str, pairs: list[tuple[str, str]]) -> None:
    for draft, edited in pairs:
        body = {"text": draft, "platform": "email"}
        content = api("POST", f"/api/content?voice={voice}", body, user=user).json
        assert api("POST", f"/api/content/{content['id']}/save-edits", {"editedText": edited}, user=user).status == 200


def shortened(count: int) -> list[tuple[str, str]]:
    return [(f"Day {number}. {LONG}", f"Day {number}. {SHORT}") for number in range(count)]


def lengthened(count: int) -> list[tuple[str, str]]:
    """Drafts as long in their sentences as the profile asks for, two of which become one."""
    drafts = [
        f"On day {number} we walked along the river until it was dark. The others came later with bread and pears. "
        "Nobody had brought a lamp, so we went home by the road. It took us an hour to find the house again."
        for number in range(count)
    ]
    return [
        (draft, draft.replace("dark. The", "dark, and the").replace("road. It", "road, and it")) for draft in drafts
    ]


@pytest.fixture
def settled(api: Api, learn: Learn, user: str) -> str:
    """A person whose default voice has learned, and holds something set by hand."""
    save(api, user, "default", shortened(4))
    learn()
    by_hand = {"tone": {"humor": 9}, "bannedPhrases": ["delve into"], "rules": ["No questions at the end."]}
    assert api("PUT", "/api/profile/style", by_hand, user=user).status == 200
    return user


def test_a_new_voice_starts_as_the_default_voice_is(api: Api, running: Engine, settled: str) -> None:
    made = start(api, settled, "mail")
    assert (made["slug"], made["version"]) == ("mail", 1)
    assert shown(api, settled, "mail") == shown(api, settled, "default")
    assert shown(api, settled, "mail")["writingTraits"]["avgSentenceLength"] < 15
    check_profile(running, settled, "mail")


def test_a_new_voice_drifts_on_its_own_evidence_alone(api: Api, learn: Learn, running: Engine, settled: str) -> None:
    start(api, settled, "mail")
    at_start = shown(api, settled, "mail")

    api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=settled)
    save(api, settled, "default", lengthened(20))
    learn()
    default = shown(api, settled, "default")
    assert sentence_length(default) > sentence_length(at_start) + 1
    assert shown(api, settled, "mail") == at_start, "what the default voice learns is its own"

    save(api, settled, "mail", lengthened(2))
    learn()
    assert shown(api, settled, "mail") == at_start, "two edits are no evidence"
    save(api, settled, "mail", lengthened(4))
    learn()
    mail = shown(api, settled, "mail")
    assert sentence_length(mail) > sentence_length(at_start) + 1
    assert mail["tone"]["humor"] == 9
    assert mail["bannedPhrases"] == at_start["bannedPhrases"]
    assert shown(api, settled, "default") == default
    for voice in ("default", "mail"):
        check_profile(running, settled, voice)


def test_what_is_set_or_deleted_in_one_voice_stays_there(api: Api, settled: str) -> None:
    start(api, settled, "mail")
    api("PUT", "/api/profile/style?voice=mail", {"tone": {"humor": 1}}, user=settled)
    api("DELETE", "/api/profile/phrases?voice=mail&phrase=delve%20into", user=settled)
    assert shown(api, settled, "mail")["tone"]["humor"] == 1
    assert shown(api, settled, "mail")["bannedPhrases"] == []
    assert shown(api, settled, "default")["tone"]["humor"] == 9
    assert shown(api, settled, "default")["bannedPhrases"] == ["delve into"]


def test_contents_are_of_one_voice(api: Api, user: str) -> None:
    start(api, user, "mail")
    body = {"text": "A text.", "platform": "email"}
    mine = api("POST", "/api/content?voice=mail", body, user=user).json["id"]
    other = api("POST", "/api/content", body, user=user).json["id"]
    for voice, expected in (("mail", mine), ("default", other)):
        listed = api("GET", f"/api/content?voice={voice}", user=user).json["items"]
        assert [item["id"] for item in listed] == [expected]
    assert api("GET", f"/api/content/{mine}", user=user).status == 200
    assert api("GET", f"/api/content/{mine}?voice=mail", user=user).status == 200
    assert api("GET", f"/api/content/{mine}?voice=default", user=user).status == 404
    save_to = f"/api/content/{mine}/save-edits?voice=default"
    assert api("POST", save_to, {"editedText": "Another text."}, user=user).status == 404


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/api/profile/style", None),
        ("PUT", "/api/profile/style", {"tone": {"humor": 1}}),
        ("GET", "/api/profile/explain", None),
        ("PUT", "/api/profile/learning", {"learning": False}),
        ("POST", "/api/profile/analyze-text", {"text": f"{LONG} {LONG}"}),
        ("GET", "/api/content", None),
        ("POST", "/api/content", {"text": "A text.", "platform": "x"}),
        ("POST", "/api/voice/check", {"text": "A text."}),
        ("POST", "/api/voice/apply", {"text": "A text."}),
    ],
)
def test_a_voice_that_was_never_made_is_not_found(
    api: Api, running: Engine, user: str, method: str, target: str, body: Any
) -> None:
    answer = api(method, f"{target}?voice=mail", body, user=user)
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert "voice" in answer.json["detail"]
    assert running.profiles.find(ProfileId(user, "mail").key) is None
    start(api, user, "mail")
    assert api(method, f"{target}?voice=mail", body, user=user).status in (200, 201), "also where the cache was asked"


def test_the_list_has_the_default_voice_first(api: Api, user: str) -> None:
    assert [voice["slug"] for voice in api("GET", "/api/voices", user=user).json["items"]] == ["default"]
    for slug in ("mail", "a-blog"):
        start(api, user, slug)
    assert [v["slug"] for v in api("GET", "/api/voices", user=user).json["items"]] == ["default", "a-blog", "mail"]
    assert [v["slug"] for v in api("GET", "/api/voices", user=f"{user}:mail").json["items"]] == ["default"]


@pytest.mark.parametrize("slug", ["", "Mail", "my mail", "-mail", "mail-", "mail:x", "m" * 41, "..", "straße"])
def test_a_slug_that_is_none_is_refused(api: Api, user: str, slug: str) -> None:
    answer = api("POST", "/api/voices", {"slug": slug}, user=user)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["slug"]


def test_a_taken_name_and_an_eleventh_voice_are_refused(api: Api, user: str) -> None:
    for number in range(MOST_VOICES - 1):
        start(api, user, f"voice-{number}")
    for slug, code in (("voice-3", "already_exists"), ("default", "already_exists"), ("one-more", "limit_reached")):
        answer = api("POST", "/api/voices", {"slug": slug}, user=user)
        assert (answer.status, answer.json["code"]) == (409, code)
    listed = api("GET", "/api/voices", user=user).json
    assert len(listed["items"]) == listed["most"] == MOST_VOICES


def test_as_many_voices_as_may_be_are_made_however_many_are_asked_for_at_once(running: Engine, user: str) -> None:
    for number in range(MOST_VOICES - 2):
        running.voices.start(ProfileId(user, f"voice-{number}"))
    gate = threading.Barrier(4)
    made: list[str] = []

    def ask(slug: str) -> None:
        gate.wait()
        with suppress(LimitReached):
            made.append(running.voices.start(ProfileId(user, slug)).slug)

    threads = [threading.Thread(target=ask, args=(f"last-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(running.voices.of(user)[1]) == MOST_VOICES - 1


def of_mail(api: Api, user: str, slug: str | None) -> dict[str, Any]:
    answer = api("POST", "/api/profile/apply-archetype?voice=mail", {"slug": slug}, user=user)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json["profile"]
    return found


def test_an_archetype_lies_over_what_a_voice_started_from_and_can_be_taken_off(
    api: Api, running: Engine, settled: str
) -> None:
    start(api, settled, "mail")
    at_start = shown(api, settled, "mail")
    profile = of_mail(api, settled, "academic-researcher")
    assert (profile["tone"]["humor"], profile["tone"]["formality"]) == (1, 9), "the archetype says so"
    assert profile["rules"] == ["No questions at the end."], "no archetype has any"
    assert profile["bannedPhrases"][-1] == "delve into", "one's own bans stand beside those of the archetype"
    assert "mind-blowing" in profile["bannedPhrases"]
    check_profile(running, settled, "mail")
    own = {"slug": "mine", "name": "Mine", "values": {"tone": {"formality": 2}}}
    assert api("POST", "/api/profile/archetypes", own, user=settled).status == 201
    profile = of_mail(api, settled, "mine")
    assert (profile["tone"]["humor"], profile["tone"]["formality"]) == (9, 2)
    assert profile["bannedPhrases"] == at_start["bannedPhrases"]
    again = of_mail(api, settled, "mine")
    assert again == profile, "applied again it is no new version"
    off = of_mail(api, settled, None)
    assert {name: off[name] for name in at_start} == at_start
    assert off["profileSource"] == "inherited"
    check_profile(running, settled, "mail")


def test_a_voice_that_was_started_over_has_nothing_of_another(api: Api, running: Engine, settled: str) -> None:
    start(api, settled, "mail")
    of_mail(api, settled, "meme-lord")
    assert api("POST", "/api/profile/reset?voice=mail", user=settled).status == 200
    assert of_mail(api, settled, "academic-researcher")["rules"] == []
    assert of_mail(api, settled, None)["profileSource"] == "neutral"
    check_profile(running, settled, "mail")


def test_voices_that_were_stored_before_keep_what_they_started_from(api: Api, running: Engine, settled: str) -> None:
    start(api, settled, "mail")
    at_start = shown(api, settled, "mail")
    for name in ("profiles", "versions"):
        running.database.collection(name).update_many({}, {"$unset": {"layers.inherited": ""}})
    migrate(running.database)
    check_profile(running, settled, "mail")
    of_mail(api, settled, "meme-lord")
    assert {name: value for name, value in of_mail(api, settled, None).items() if name in at_start} == at_start
    check_profile(running, settled, "mail")
