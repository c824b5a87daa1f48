"""The voice put to use on a text, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Api
from tests.faults.invariants import check_profile
from voice_engine.bootstrap import Engine

type Learn = Callable[[], dict[str, Any]]

BY_HAND = {
    "bannedPhrases": ["delve into", "of course"],
    "substitutions": [{"from": "utilize", "to": "use"}],
    "writingTraits": {"dashesPer100Words": 0},
}
DRAFT = "Of course, we utilize an old boat — which leaks — and the quiet harbour. 👋 Nobody comes to see it now."


def applied(api: Api, user: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api("POST", "/api/voice/apply", body, user=user)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_what_was_set_by_hand_is_made_true_and_every_change_is_told(api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", BY_HAND, user=user)
    answer = applied(api, user, {"text": DRAFT})
    assert answer["text"] == "We use an old boat, which leaks, and the quiet harbour. 👋 Nobody comes to see it now."
    assert (answer["language"], answer["profileVersion"]) == ("en", api.style(user)["version"])
    text = DRAFT
    for change in reversed(answer["changes"]):
        end = change["offset"] + change["length"]
        assert text[change["offset"] : end] == change["before"]
        text = text[: change["offset"]] + change["after"] + text[end:]
    assert text == answer["text"]
    assert {change["rule"] for change in answer["changes"]} == {
        "bannedPhrases",
        "substitutions",
        "writingTraits.dashesPer100Words",
    }
    assert answer["suggestions"] == []


def test_it_stores_nothing_and_changes_no_profile(api: Api, user: str) -> None:
    nothing = {"changes": [], "suggestions": [], "unmet": []}
    assert applied(api, user, {"text": DRAFT}) == nothing | {"text": DRAFT, "language": "en", "profileVersion": 0}
    assert api.style(user)["hasProfile"] is False
    assert api("GET", "/api/content", user=user).json["items"] == []


def test_what_was_learned_is_suggested_and_not_done(api: Api, learn: Learn, user: str) -> None:
    for number in range(6):
        text = f"We delve into matter number {number}. The {number}th harbour was quiet, and nobody came to see it."
        content = api.draft(user, text)
        api.save(user, content["id"], text.replace("We delve into", "We describe"))
    learn()
    draft = "We delve into matter number nine. It rained all day, and nobody came."
    answer = applied(api, user, {"text": draft})
    assert (answer["text"], answer["changes"]) == (draft, [])
    assert answer["suggestions"]
    for hint in answer["suggestions"]:
        assert draft[hint["offset"] : hint["offset"] + hint["length"]] == hint["before"]
        assert 0 < hint["probability"] < 1


def test_a_value_that_cannot_be_met_is_told(api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", {"writingTraits": {"contractionShare": 0}}, user=user)
    answer = applied(api, user, {"text": "Geht's gut?", "language": "de"})
    assert [unmet["rule"] for unmet in answer["unmet"]] == ["writingTraits.contractionShare"]
    assert applied(api, user, {"text": "I don't.", "language": "en"})["text"] == "I do not."


def test_one_persons_rules_never_reach_another(api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", BY_HAND, user=user)
    assert applied(api, f"{user}x", {"text": DRAFT})["text"] == DRAFT


def checked(api: Api, user: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api("POST", "/api/voice/check", body, user=user)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_check_says_nothing_of_a_person_it_does_not_know(api: Api, user: str) -> None:
    answer = checked(api, user, {"text": DRAFT})
    assert (answer["score"], answer["probability"], answer["abstention"]) == (None, None, "too few known texts")
    assert (answer["knownTexts"], answer["caution"], answer["findings"]) == (0, None, [])


def test_a_check_finds_what_goes_against_the_profile_and_nothing_around_it(api: Api, user: str) -> None:
    api("PUT", "/api/profile/style", BY_HAND, user=user)
    text = f"{DRAFT} We delve into it."
    found = checked(api, user, {"text": text})["findings"]
    spans = [(text[item["offset"] : item["offset"] + item["length"]], item["suggestion"]) for item in found]
    assert spans == [("Of course", ""), ("utilize", "use"), ("—", ","), ("—", ","), ("delve into", None)]
    assert {item["probability"] for item in found} == {None}
    unmet = applied(api, user, {"text": text})["unmet"]
    assert [(item["rule"], item["subject"]) for item in unmet] == [("bannedPhrases", "delve into")]


def draft(number: int) -> str:
    return (
        f"I hope this message finds you well, and I would like to inform you that matter number {number} has been "
        "addressed; furthermore, we remain at your disposal, should any further questions arise."
    )


def own(number: int) -> str:
    return f"Hi! Matter {number} is done. It wasn't hard, don't worry. Any more questions? Just ask! Bye, A."


def test_a_check_says_nothing_of_a_format_that_is_hardly_known(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    kinds: list[dict[str, Any]] = [{"platform": "email"}] * 5 + [{"platform": "x", "format": "thread"}]
    for number, kind in enumerate(kinds):
        content = api("POST", "/api/content", {"text": draft(number), **kind}, user=user).json
        api.save(user, content["id"], own(number))
    learn()
    text = own(99)
    other = [{"platform": "x", "format": "thread"}, {"format": "thread"}, {"platform": "blog"}, {"format": "letter"}]
    for kind in other:
        assert checked(api, user, {"text": text, **kind})["abstention"] == "another format", kind
        assert checked(api, user, {"text": text, **kind})["probability"] is None
    for kind in ({}, {"platform": "email"}, {"format": "email"}):
        answer = checked(api, user, {"text": text, **kind})
        assert answer["abstention"] != "another format", kind
        assert answer["knownTexts"] == 6
    check_profile(running, user)  # the format is stored with the edit: the log tells the same
    thread = api("POST", "/api/content", {"text": draft(7), "platform": "x", "format": "thread"}, user=user).json
    api.save(user, thread["id"], own(7))
    learn()
    assert checked(api, user, {"text": text, "format": "thread"})["abstention"] != "another format"


def test_a_draft_saved_twenty_times_is_one_known_text_and_the_last_one(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    content = api.draft(user, draft(0))
    for number in range(20):
        api.save(user, content["id"], draft(0) if number < 19 else own(0))
        if number % 8 == 0:
            learn()
    learn()
    answer = checked(api, user, {"text": own(1)})
    assert answer["knownTexts"] == 1
    assert answer["score"] > checked(api, user, {"text": draft(1)})["score"]
    check_profile(running, user)


def test_a_check_knows_the_persons_texts_from_the_drafts(api: Api, learn: Learn, user: str) -> None:
    for number in range(8):
        content = api.draft(user, draft(number))
        api.save(user, content["id"], own(number))
    learn()
    mine, drafted = (checked(api, user, {"text": write(99)}) for write in (own, draft))
    assert mine["score"] > 50 > drafted["score"]
    assert mine["knownTexts"] == 8
    for answer in (mine, drafted):
        assert answer["caution"] is None
        assert (answer["probability"] is None) == (answer["abstention"] is not None)


def test_a_check_says_when_it_knows_drafts_hardly_changed_alone(api: Api, learn: Learn, user: str) -> None:
    for number in range(4):
        content = api.draft(user, draft(number))
        api.save(user, content["id"], draft(number).replace(";", "."))
    learn()
    assert checked(api, user, {"text": draft(99)})["caution"] == "light edits"


@pytest.mark.parametrize("route", ["apply", "check"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 50_001}, "text"),
        ({"text": "words", "language": "English"}, "language"),
        ({"text": "words", "strength": 3}, "strength"),
    ],
)
def test_bad_input_is_told_by_field(api: Api, user: str, route: str, body: dict[str, Any], field: str) -> None:
    answer = api("POST", f"/api/voice/{route}", body, user=user)
    assert answer.status == 422
    assert field in [error["field"] for error in answer.json["errors"]]
    assert api("POST", f"/api/voice/{route}", {"text": "words"}).status == 401
