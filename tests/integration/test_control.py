"""The writer's control over learning: unlock, forget, pause, and texts of their own."""

import base64
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from tests.engine_fixtures import Api
from tests.faults.invariants import check_profile
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.ids import new_id

type Learn = Callable[[], dict[str, Any]]

OWN = (
    "I mend bicycles. People bring them on Saturdays. Most of the time it is a flat tyre. Sometimes it is the chain. "
    "I don't charge much. They talk while I work. I know the whole street by now. It is a good way to spend a day. "
    "The shop is small and smells of oil. My father had it before me. He mended clocks."
)


def test_an_unlocked_field_shows_what_was_learned_meanwhile(api: Api, learn: Learn, running: Engine, user: str) -> None:
    api("PUT", "/api/profile/style", {"writingTraits": {"avgSentenceLength": 31}, "tone": {"humor": 9}}, user=user)
    save_shortened(api, user, 5)
    learn()
    answer = api("DELETE", "/api/profile/overrides/writingTraits.avgSentenceLength", user=user)
    assert answer.status == 200
    assert answer.json["profile"]["writingTraits"]["avgSentenceLength"] < 15
    assert api.style(user)["profile"]["tone"]["humor"] == 9
    version = api.style(user)["version"]
    again = api("DELETE", "/api/profile/overrides/writingTraits.avgSentenceLength", user=user)
    assert (again.status, again.json["version"]) == (200, version), "unlocking what is not locked changes nothing"
    assert api("DELETE", "/api/profile/overrides/tone.warmth", user=user).status == 404
    check_profile(running, user)


def test_a_learned_ban_is_locked_and_becomes_a_rule(api: Api, learn: Learn, running: Engine, user: str) -> None:
    for subject, rest in zip(SUBJECTS, ("rain fell.", "nobody came.", "trains were late."), strict=False):
        content = api.draft(user, f"{subject} Moreover {rest}")
        api.save(user, content["id"], f"{subject} {rest.capitalize()}")
    learn()
    learned = api.style(user)["profile"]["bannedPhrases"]
    (advice,) = [item for item in api("GET", "/api/profile/analytics", user=user).json["suggestions"] if item["phrase"]]
    assert (advice["kind"], advice["path"], [advice["phrase"]]) == ("banByHand", "bannedPhrases", learned)

    def kept() -> bool:
        answer = api("POST", "/api/voice/apply", {"text": "Moreover, nobody came today at all."}, user=user)
        return bool(answer.json["text"].startswith("Moreover"))

    api("PUT", "/api/profile/style", {"bannedPhrases": learned}, user=user)
    assert kept(), "a form that is sent back freezes nothing"
    locked = api("PUT", "/api/profile/overrides/bannedPhrases", user=user)
    assert (locked.status, locked.json["profile"]["bannedPhrases"]) == (200, learned)
    assert not kept()
    assert not [item for item in api("GET", "/api/profile/analytics", user=user).json["suggestions"] if item["phrase"]]
    again = api("PUT", "/api/profile/overrides/bannedPhrases", user=user)
    assert (again.status, again.json["version"]) == (200, locked.json["version"]), "it is locked already"
    api("DELETE", "/api/profile/overrides/bannedPhrases", user=user)
    assert kept()
    check_profile(running, user)


def test_a_locked_field_stays_where_it_was(api: Api, learn: Learn, running: Engine, user: str) -> None:
    path = "/api/profile/overrides/writingTraits.avgSentenceLength"
    before = api("PUT", path, user=user)
    assert (before.status, before.json["hasProfile"]) == (200, True), "who has no profile yet is given one"
    save_shortened(api, user, 5)
    learn()
    shown = [answer["profile"]["writingTraits"] for answer in (before.json, api.style(user))]
    assert shown[0]["avgSentenceLength"] == shown[1]["avgSentenceLength"]
    assert shown[0]["commasPer100Words"] != shown[1]["commasPer100Words"], "the others learn"
    stale = api("PUT", "/api/profile/overrides/tone.humor", user=user, headers={"if-match": before.headers["ETag"]})
    assert (stale.status, stale.json["code"]) == (412, "stale")
    for unknown in ("tone.warmth", "learningIterations"):
        assert api("PUT", f"/api/profile/overrides/{unknown}", user=user).status == 404
    check_profile(running, user)


SUBJECTS = [
    "The harbour was quiet when the first boats came in. Two men carried crates of fish to the market hall.",
    "My sister plants beans along the southern wall. By August they cover the kitchen window and keep it cool.",
    "Trains to the coast leave every hour from platform nine. On Sundays there is one more, late in the evening.",
    "The museum keeps its clocks in the cellar. A watchmaker winds them on Mondays before the doors are opened.",
    "Bread needs time more than flour. Leave the dough in a cold room and bake it after breakfast the next day.",
    "Our choir meets above the bicycle shop. Nobody can read music, which has never kept anyone from singing.",
    "The hill behind the school is steep enough for sledges. In good winters the children go there until dark.",
    "He repaired radios for forty years. Most of them came back, because people liked to talk to him about it.",
    "A new bridge crosses the canal beside the mill. Walkers use it to reach the woods without passing the road.",
]


def test_a_phrase_that_was_deleted_never_comes_back(api: Api, learn: Learn, running: Engine, user: str) -> None:
    def remove_phrase(subjects: list[str]) -> None:
        for subject in subjects:
            content = api.draft(user, f"{subject} Let us delve into what that means.")
            api.save(user, content["id"], f"{subject} That means something.")
        learn()

    remove_phrase(SUBJECTS[:5])
    banned = api.style(user)["profile"]["bannedPhrases"]
    assert banned, "removed from five drafts"
    for phrase in banned:
        answer = api("DELETE", f"/api/profile/phrases?phrase={quote(phrase)}", user=user)
        assert phrase not in answer.json["profile"]["bannedPhrases"]
    remove_phrase(SUBJECTS[5:])
    assert not set(banned) & set(api.style(user)["profile"]["bannedPhrases"])
    check_profile(running, user)


def test_what_is_saved_while_learning_is_paused_is_never_learned(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    assert api("PUT", "/api/profile/learning", {"learning": False}, user=user).status == 200
    paused = save_shortened(api, user, 5)
    learn()
    for edit in paused:
        progress = api.progress(user, edit)
        assert (progress["status"], progress["reason"]) == ("ignored", "paused")
    before = api.style(user)["profile"]
    api("PUT", "/api/profile/learning", {"learning": True}, user=user)
    learn()
    assert api.style(user)["profile"]["writingTraits"] == before["writingTraits"]
    later = save_shortened(api, user, 4)
    learn()
    assert {api.progress(user, edit)["status"] for edit in later} == {"learned"}
    assert api.progress(user, paused[0])["status"] == "ignored"
    assert api.style(user)["profile"]["writingTraits"]["avgSentenceLength"] < 15
    check_profile(running, user)


def test_a_save_while_paused_says_so(api: Api, user: str) -> None:
    api("PUT", "/api/profile/learning", {"learning": False}, user=user)
    content = api.draft(user)
    saved = api.save(user, content["id"], "Mine.")
    assert (saved["learning"]["status"], saved["learning"]["reason"]) == ("ignored", "paused")
    assert saved["content"]["text"] == "Mine."


def test_a_text_of_the_writers_own_is_learned_and_wipes_nothing(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    api("PUT", "/api/profile/style", {"tone": {"formality": 2}}, user=user)
    save_shortened(api, user, 4)
    learn()
    before = api.style(user)["profile"]
    answer = api("POST", "/api/profile/analyze-text", {"text": OWN}, user=user)
    assert answer.status == 200, answer.text
    after = answer.json["profile"]
    assert after["samplePosts"], "a sample is kept"
    assert after["tone"]["formality"] == 2
    assert abs(after["writingTraits"]["avgSentenceLength"] - before["writingTraits"]["avgSentenceLength"]) < 4
    check_profile(running, user)


def test_a_text_that_is_known_already_changes_nothing(api: Api, running: Engine, user: str) -> None:
    first = api("POST", "/api/profile/analyze-text", {"text": OWN}, user=user)
    again = api("POST", "/api/profile/analyze-text", {"text": OWN}, user=user)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert api("GET", "/api/profile/analytics", user=user).json["statistics"]["samples"] == 1
    other = api("POST", "/api/profile/analyze-text", {"text": OWN + " And so on."}, user=user)
    assert other.json["version"] == first.json["version"] + 1
    check_profile(running, user)


def test_a_lock_on_what_was_given_adds_nothing_to_the_score(api: Api, user: str) -> None:
    given = api("POST", "/api/profile/analyze-text", {"text": OWN}, user=user).json
    for path in ("samplePosts", "rules"):
        answer = api("PUT", f"/api/profile/overrides/{path}", user=user)
        assert answer.status == 200, answer.text
        assert answer.json["evolutionScore"] == given["evolutionScore"]


def pdf_without_text() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [("mine.txt", (OWN * 2).encode()), ("mine.MD", ("\ufeff# Title\n\n" + OWN * 2).encode())],
)
def test_a_text_file_is_read_by_its_name(api: Api, user: str, name: str, content: bytes) -> None:
    body = {"file": {"name": name, "content": base64.b64encode(content).decode()}}
    assert api("POST", "/api/profile/analyze-text", body, user=user).status == 200
    assert api.style(user)["hasProfile"]


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"text": "Too short."}, "text", "at least 300"),
        ({"text": " \n" * 400}, "text", "at least 300"),
        ({"text": "\u200b" * 400}, "text", "at least 300"),
        ({"text": "." * 400}, "text", "at least 8 words"),
        ({}, "body", "exactly one"),
        ({"file": {"name": "a.exe", "content": "AAAA"}}, "file", ".pdf"),
        ({"file": {"name": "a.txt", "content": "not base64!"}}, "file.content", "base64"),
        ({"file": {"name": "a.txt", "content": "//79"}}, "file", "UTF-8"),
        ({"file": {"name": "a.pdf", "content": "AAAA"}}, "file", "PDF"),
        ({"file": {"name": "a.txt", "content": base64.b64encode(OWN[:400].encode()).decode()}}, "file", "at least 500"),
        ({"file": {"name": "a.txt", "content": "A" * 5_400_000}}, "file.content", "4000000"),
        ({"file": {"name": "a.pdf", "content": base64.b64encode(pdf_without_text()).decode()}}, "file", "at least 500"),
    ],
)
def test_what_cannot_be_analysed_is_told_by_field_and_limit(
    api: Api, user: str, body: Any, field: str, told: str
) -> None:
    answer = api("POST", "/api/profile/analyze-text", body, user=user)
    assert answer.status == 422, answer.text
    found = {error["field"]: error["limit"] for error in answer.json["errors"]}
    assert told in found[field]
    assert not api.style(user)["hasProfile"]


@settings(max_examples=25)
@given(
    cut=st.integers(0, 600),
    noise=st.binary(max_size=40),
    place=st.integers(0, 600),
)
def test_a_broken_pdf_is_a_clear_refusal(api: Api, cut: int, noise: bytes, place: int) -> None:
    whole = pdf_without_text()
    broken = (whole[:place] + noise + whole[place:])[: len(whole) - cut]
    body = {"file": {"name": "a.pdf", "content": base64.b64encode(broken).decode()}}
    answer = api("POST", "/api/profile/analyze-text", body, user=new_id())  # one person may ask 20 times a minute
    assert answer.status == 422
    assert answer.json["code"] == "invalid_request"
