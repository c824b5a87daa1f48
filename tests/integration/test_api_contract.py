"""What the API promises about closed doors, bad input and other people's things."""

import base64
import gzip
import json
from typing import Any

import pytest

from tests.engine_fixtures import Api, LambdaContext
from tests.http_events import request_event

PLAIN = {"text": "Some words of a draft.", "platform": "blog"}


def errors(answer: Any) -> dict[str, dict[str, str]]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json
    assert problem["requestId"]
    assert problem["status"] == answer.status
    return {error["field"]: error for error in problem.get("errors", [])}


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"platform": "blog"}, "body", "exactly one of text and posts"),
        (PLAIN | {"posts": ["one"]}, "body", "exactly one of text and posts"),
        ({"text": "", "platform": "blog"}, "text", "at least 1"),
        ({"text": "  \n ", "platform": "blog"}, "text", "white space"),
        ({"text": "\u200b\u200e\ufeff\x00", "platform": "blog"}, "text", "visible"),
        ({"posts": ["fine", "\u2060"], "platform": "x"}, "posts.1", "visible"),
        ({"text": "x" * 50_001, "platform": "blog"}, "text", "at most 50000"),
        ({"posts": [], "platform": "x"}, "posts", "at least 1"),
        ({"posts": ["x"] * 101, "platform": "x"}, "posts", "at most 100"),
        ({"posts": ["y" * 30_000] * 2, "platform": "x"}, "body", "50000"),
        ({"posts": ["fine", 7], "platform": "x"}, "posts.1", "string"),
        ({"text": "words", "platform": "myspace"}, "platform", "linkedin"),
        ({"text": "words"}, "platform", "required"),
        (PLAIN | {"title": "?"}, "title", "no such field"),
        (PLAIN | {"format": "Not A Slug"}, "format", "pattern"),
        ({"text": "lone \ud800 half", "platform": "blog"}, "text", "string"),
        ([], "body", "valid dictionary"),
    ],
)
def test_bad_input_is_told_by_field_limit_and_what_was_given(
    api: Api, user: str, body: Any, field: str, told: str
) -> None:
    answer = api("POST", "/api/content", body, user=user)
    assert answer.status == 422
    found = errors(answer)
    assert field in found, found
    assert told in found[field]["limit"]
    assert found[field]["given"]
    assert "y" * 100 not in answer.text
    assert api("GET", "/api/content", user=user).json["items"] == [], "half-written"


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("PUT", "/api/profile/style", {"voiceStrength": 1}),
        ("POST", "/api/content", PLAIN),
        ("POST", "/api/voices", {"slug": "mail"}),
    ],
)
def test_a_list_of_bodies_is_none(api: Api, user: str, method: str, target: str, body: Any) -> None:
    for several in ([body], [body, body], [[body]]):
        answer = api(method, target, several, user=user)
        assert answer.status == 422
        assert "body" in errors(answer)
    assert api.style(user)["hasProfile"] is False
    assert api("GET", "/api/content", user=user).json["items"] == []


def test_a_body_that_is_not_json_and_one_of_another_type(api: Api, user: str) -> None:
    answer = api("POST", "/api/content", "{nonsense", user=user)
    assert (answer.status, answer.json["code"]) == (400, "invalid_json")
    answer = api("POST", "/api/content", "<x/>", user=user, headers={"content-type": "text/xml"})
    assert (answer.status, answer.json["code"]) == (415, "unsupported_media_type")
    answer = api("POST", "/api/content", {"text": "x" * 5_100_000, "platform": "blog"}, user=user)
    assert (answer.status, answer.json["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "body",
    ["[" * 20_000, '{"text": "words", "platform": "blog", "baseRev": ' + "9" * 5_000 + "}", "nul\x00", '"\\ud800"'],
    ids=["nested", "number", "control", "half a character"],
)
def test_a_body_beyond_reason_is_refused_and_breaks_nothing(api: Api, user: str, body: str) -> None:
    answer = api("POST", "/api/content", body, user=user)
    assert answer.status in (400, 422)
    assert answer.json["code"] in ("invalid_json", "invalid_request")


@pytest.mark.parametrize("target", ["/api/content", "/api/profile/analyze-text"])
@pytest.mark.parametrize(
    "body",
    ['{"text": "é"}'.encode("latin-1"), '{"text": "é"}'.encode("utf-16"), gzip.compress(b"{}"), b'{"text": "\xff"}'],
    ids=["latin-1", "utf-16", "gzip", "half a character"],
)
def test_bytes_that_are_no_text_are_no_json(api: Api, user: str, target: str, body: bytes) -> None:
    event = request_event("POST", target, body="{}", headers={"authorization": f"Bearer {api.issuer.token(user)}"})
    event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    result = api.handler(event, LambdaContext())
    assert (result["statusCode"], json.loads(result["body"])["code"]) == (400, "invalid_json")


def test_text_in_base64_is_read(api: Api, user: str) -> None:
    event = request_event(
        "POST", "/api/content", body="{}", headers={"authorization": f"Bearer {api.issuer.token(user)}"}
    )
    text = json.dumps({"text": "Grüße", "platform": "blog"}, ensure_ascii=False)
    event |= {"body": base64.b64encode(text.encode()).decode(), "isBase64Encoded": True}
    result = api.handler(event, LambdaContext())
    assert (result["statusCode"], json.loads(result["body"])["text"]) == (201, "Grüße")


def test_forms_are_refused_and_json_may_be_named_in_any_way(api: Api, user: str) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = api("POST", "/api/content", "text=words&platform=blog", user=user, headers=form)
    assert (answer.status, answer.json["code"]) == (415, "unsupported_media_type")
    for kind in ("application/json; charset=utf-8", "Application/JSON;charset=UTF-8", " application/json "):
        assert api("POST", "/api/content", PLAIN, user=user, headers={"content-type": kind}).status == 201, kind


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tone": {"formality": 11}}, "tone.formality"),
        ({"tone": {"formality": None}}, "tone.formality"),
        ({"tone": {"warmth": 3}}, "tone.warmth"),
        ({"writingTraits": {"avgSentenceLength": 4}}, "writingTraits.avgSentenceLength"),
        ({"writingTraits": {"usesEmojis": "often"}}, "writingTraits.usesEmojis"),
        ({"structurePreferences": {"introStyle": "bang"}}, "structurePreferences.introStyle"),
        ({"bannedPhrases": ["x"] * 101}, "bannedPhrases"),
        ({"bannedPhrases": [""]}, "bannedPhrases.0"),
        ({"rules": ["r"] * 21}, "rules"),
        ({"voiceStrength": 101}, "voiceStrength"),
        ({"learningIterations": 5}, "learningIterations"),
        ({"substitutions": [{"from": "utilize"}]}, "substitutions.0.to"),
    ],
)
def test_a_wrong_profile_field_is_named_and_nothing_is_set(api: Api, user: str, values: Any, field: str) -> None:
    answer = api("PUT", "/api/profile/style", {"voiceType": "playful"} | values, user=user)
    assert answer.status == 422
    assert field in errors(answer)
    assert api.style(user)["hasProfile"] is False


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_wrong_page_size_and_a_forged_cursor_are_refused(api: Api, user: str, limit: str) -> None:
    assert "limit" in errors(api("GET", f"/api/content?limit={limit}", user=user))
    assert "cursor" in errors(api("GET", "/api/content?cursor=Zm9v", user=user))


@pytest.mark.parametrize(("query", "named"), [("vioce=mail", "vioce"), ("voice=default&limit=2", "limit")])
def test_a_parameter_that_the_route_does_not_know_is_refused_and_nothing_is_set(
    api: Api, user: str, query: str, named: str
) -> None:
    answer = api("PUT", f"/api/profile/style?{query}", {"voiceType": "playful"}, user=user)
    assert answer.status == 422
    assert errors(answer)[named]["limit"] == "one of voice"
    assert api.style(user)["hasProfile"] is False
    assert api("GET", "/health?probe=1").status == 200


@pytest.mark.parametrize("content", ["0", "é" * 8, "AAAA=", "AA==AA=="])
def test_a_file_that_is_no_base64_is_refused(api: Api, user: str, content: str) -> None:
    answer = api("POST", "/api/profile/analyze-text", {"file": {"name": "own.txt", "content": content}}, user=user)
    assert answer.status == 422
    assert errors(answer)["file.content"]["limit"] == "must be base64"


def test_a_number_is_whole_however_it_is_written(api: Api, user: str) -> None:
    answer = api("PUT", "/api/profile/style", '{"tone": {"formality": 8.0}, "voiceStrength": 1e1}', user=user)
    assert answer.status == 200
    told = (answer.json["profile"]["tone"]["formality"], answer.json["profile"]["voiceStrength"])
    assert told == (8, 10)
    assert [type(number) for number in told] == [int, int]
    refused = api("PUT", "/api/profile/style", '{"tone": {"formality": 8.5}}', user=user)
    assert "tone.formality" in errors(refused)


def test_another_persons_things_do_not_exist(api: Api, user: str) -> None:
    stranger = f"{user}x"
    content = api.draft(user)
    edit = api.save(user, content["id"], "My own words.")["learning"]["editId"]
    for method, target, body in [
        ("GET", f"/api/content/{content['id']}", None),
        ("POST", f"/api/content/{content['id']}/save-edits", {"editedText": "mine now"}),
        ("GET", f"/api/learning/{edit}", None),
    ]:
        answer = api(method, target, body, user=stranger)
        assert (answer.status, answer.json["code"]) == (404, "not_found")
        assert content["id"] not in answer.text
    assert api("GET", "/api/content", user=stranger).json["items"] == []
    assert api.style(stranger)["hasProfile"] is False
    assert api("GET", f"/api/content/{content['id']}", user=user).json["text"] == "My own words."


@pytest.mark.parametrize("id_", ["0" * 24, "short", "G" * 24, "%00"])
def test_an_id_that_names_nothing_is_404(api: Api, user: str, id_: str) -> None:
    assert api("GET", f"/api/content/{id_}", user=user).status == 404
    assert api("GET", f"/api/learning/{id_}", user=user).status == 404
