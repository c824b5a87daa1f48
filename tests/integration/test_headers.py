"""What each answer says in headers: that it is private, and which pages may read it."""

from collections.abc import Callable

import pytest

from tests.engine_fixtures import Answer, Api
from voice_engine.bootstrap import Engine
from voice_engine.settings import SettingsError, read_settings

_PAGE = "https://app.example.com"
_OTHER = "https://app.example.org"
_PRIVATE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

type WithEnvironment = Callable[[dict[str, str]], Engine]


def every_kind(api: Api, user: str) -> dict[str, Answer]:
    """An answer of each way through the function."""
    post = {"text": "A draft of some words.", "platform": "blog"}
    return {
        "good": api("GET", "/api/content", user=user),
        "made": api("POST", "/api/content", post, user=user),
        "with a key": api("POST", "/api/content", post, user=user, headers={"idempotency-key": "k"}),
        "replayed": api("POST", "/api/content", post, user=user, headers={"idempotency-key": "k"}),
        "not modified": api("GET", "/api/profile/style", user=user, headers={"if-none-match": '"none"'}),
        "public": api("GET", "/health"),
        "no token": api("GET", "/api/content"),
        "no JSON": api("POST", "/api/content", "{", user=user),
        "invalid": api("POST", "/api/content", {}, user=user),
        "not found": api("GET", "/api/content/0", user=user),
        "no route": api("GET", "/api/nothing", user=user),
        "another kind of body": api("POST", "/api/content", "x", user=user, headers={"content-type": "text/plain"}),
    }


def test_every_answer_is_private_and_cannot_be_framed_sniffed_or_run(api: Api, user: str) -> None:
    for kind, answer in every_kind(api, user).items():
        own = {"Cache-Control": answer.headers["Cache-Control"]} if kind == "not modified" else {}
        assert answer.headers | _PRIVATE | own == answer.headers, kind


def test_a_route_decides_by_itself_how_long_its_answer_is_kept(api: Api, user: str) -> None:
    assert api("GET", "/api/profile/style", user=user).headers["Cache-Control"] == "private, no-cache"
    assert api("GET", "/openapi.json").headers["Cache-Control"] == "public, max-age=300"


def test_the_page_of_the_contract_may_have_its_style_and_nothing_else(api: Api) -> None:
    answer = api("GET", "/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert answer.text.count("<style>") == 1
    assert " style=" not in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_contract_is_served_as_it_is_committed(api: Api) -> None:
    assert api("GET", "/openapi.json").json["openapi"] == "3.1.0"


def test_without_the_setting_no_page_of_another_origin_may_read_anything(api: Api, user: str) -> None:
    for kind, answer in every_kind(api, user).items():
        assert not [name for name in answer.headers if name.startswith("Access-Control")], kind
    asked = {"origin": _PAGE, "access-control-request-method": "PUT"}
    assert not [name for name in api("OPTIONS", "/api/content", headers=asked).headers if name.startswith("Access")]


def test_a_preflight_is_answered_for_the_configured_origins_alone(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    with_environment(environment | {"CORS_ALLOWED_ORIGINS": f"{_PAGE}, http://localhost:5173"})
    asked = {"access-control-request-method": "PUT", "access-control-request-headers": "authorization,if-match"}
    for origin in (_PAGE, "http://localhost:5173"):
        answer = api("OPTIONS", "/api/profile/style", headers=asked | {"origin": origin})
        assert (answer.status, answer.text) == (204, "")
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Vary"] == "Origin"
        assert {"GET", "POST", "PUT", "DELETE"} == set(answer.headers["Access-Control-Allow-Methods"].split(", "))
        allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
        wanted = {"authorization", "content-type", "if-match", "if-none-match", "idempotency-key"}
        assert set(allowed) == wanted
    for origin in (_OTHER, "null", f"{_PAGE}.evil.example", _PAGE.upper(), ""):
        answer = api("OPTIONS", "/api/profile/style", headers=asked | {"origin": origin})
        assert not [name for name in answer.headers if name.startswith("Access-Control")], origin
        assert answer.headers["Vary"] == "Origin"


def test_every_answer_names_the_origin_and_shows_its_headers_but_never_allows_credentials(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    with_environment(environment | {"CORS_ALLOWED_ORIGINS": _PAGE})
    token = {"authorization": f"Bearer {api.issuer.token(user)}"}
    for method, target, headers in [
        ("GET", "/api/profile/style", token),
        ("GET", "/api/profile/style", {}),
        ("GET", "/api/content/0", token),
        ("GET", "/health", {}),
    ]:
        answer = api(method, target, headers=headers | {"origin": _PAGE})
        assert answer.headers["Access-Control-Allow-Origin"] == _PAGE
        shown = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"ETag", "Location", "Retry-After", "RateLimit-Limit"} <= shown
        assert "Access-Control-Allow-Credentials" not in answer.headers
        stranger = api(method, target, headers=headers | {"origin": _OTHER})
        assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.parametrize("written", [str.lower, str.upper, str.title], ids=lambda written: written.__name__)
def test_every_header_of_a_request_is_read_in_any_case(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    written: Callable[[str], str],
) -> None:
    with_environment(environment | {"CORS_ALLOWED_ORIGINS": _PAGE})
    token = {written("authorization"): f"Bearer {api.issuer.token(user)}", written("origin"): _PAGE}

    def asks(method: str, target: str, body: object = None, **headers: str) -> Answer:
        given = {written(name.replace("_", "-")): value for name, value in headers.items()}
        return api(method, target, body, headers=token | given)

    draft = {"text": "A draft of some words.", "platform": "blog"}
    made, again = (
        asks("POST", "/api/content", draft, content_type="APPLICATION/JSON", idempotency_key="k") for _ in range(2)
    )
    assert (made.status, again.status, again.text) == (201, 201, made.text)
    assert asks("POST", "/api/content", draft, content_type="text/plain").status == 415
    tag = asks("PUT", "/api/profile/style", {"tone": {"humor": 2}}).headers["ETag"]
    assert asks("GET", "/api/profile/style", if_none_match=tag).status == 304
    assert asks("PUT", "/api/profile/style", {"tone": {"humor": 3}}, if_match='"another"').status == 412
    assert made.headers["Access-Control-Allow-Origin"] == _PAGE


@pytest.mark.parametrize(
    "wrong", ["*", "app.example.com", f"{_PAGE}/", f"{_PAGE},", "https://a.example;https://b.example"]
)
def test_what_is_no_origin_stops_the_start(environment: dict[str, str], wrong: str) -> None:
    with pytest.raises(SettingsError, match="CORS_ALLOWED_ORIGINS"):
        read_settings(environment | {"CORS_ALLOWED_ORIGINS": wrong})
