"""Who may call, with which token, from which page and how often, and what is logged of it."""

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine_fixtures import Api
from tests.function_process import FunctionProcess
from tests.http_events import request_event
from tests.integration.settings.effects import effect_of, nowhere, serving
from tests.issuer import AUDIENCE, ISSUER, Issuer
from tests.waiting import PATIENCE_SECONDS
from voice_engine.bootstrap import Engine

type WithEnvironment = Callable[[dict[str, str]], Engine]


def accepted(api: Api, token: str) -> bool:
    answer = api("GET", "/api/profile/style", headers={"authorization": f"Bearer {token}"})
    assert answer.status in (200, 401)
    return answer.status == 200


@effect_of("OIDC_ISSUER", "OIDC_AUDIENCE")
@pytest.mark.parametrize(
    ("variable", "claim", "usual"), [("OIDC_ISSUER", "iss", ISSUER), ("OIDC_AUDIENCE", "aud", AUDIENCE)]
)
def test_tokens_of_the_issuer_and_for_the_audience_that_are_set_are_accepted_alone(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    variable: str,
    claim: str,
    usual: str,
) -> None:
    other = f"{usual}-other"
    for set_to, refused in ((usual, other), (other, usual)):
        with_environment(environment | {variable: set_to})
        assert accepted(api, api.issuer.token(user, **{claim: set_to}))
        assert not accepted(api, api.issuer.token(user, **{claim: refused}))


@effect_of("OIDC_JWKS")
def test_tokens_by_the_keys_that_are_given_are_accepted_alone(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    issuers = (Issuer("k1"), Issuer("k2"))
    for mine, others in (issuers, issuers[::-1]):
        with_environment(environment | {"OIDC_JWKS": mine.jwks})
        assert accepted(api, mine.token(user))
        assert not accepted(api, others.token(user))


@effect_of("OIDC_JWKS_URL")
def test_keys_are_fetched_from_the_url_and_a_new_one_is_picked_up(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, strange = Issuer("2026-01"), Issuer("2026-02"), Issuer("2026-03")
    published = [first]
    fetched: list[str] = []

    def keys(request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        fetched.append(request.path)
        return 200, published[-1].jwks.encode()

    monkeypatch.setattr("voice_engine.issuer_keys._FETCH_SECONDS", PATIENCE_SECONDS)
    with serving(keys) as url:
        with_environment(environment | {"OIDC_JWKS": "", "OIDC_JWKS_URL": f"{url}/keys.json"})
        assert fetched == [], "nothing is fetched before a token asks for it"
        assert accepted(api, first.token(user))
        assert accepted(api, first.token(user))
        assert fetched == ["/keys.json"], "keys are kept"
        assert not accepted(api, second.token(user))
        published.append(second)
        # Asked again for an unknown key at most twice a minute, so that forged tokens cannot flood the issuer.
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + 60)
        monkeypatch.setattr("voice_engine.issuer_keys.time", later)
        assert accepted(api, second.token(user))
        assert not accepted(api, strange.token(user))


@effect_of("OIDC_ADMIN_SCOPE")
def test_the_scope_that_is_set_opens_administration_alone(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    scopes = ("admin", "voice-engine/admin")
    for set_to, other in (scopes, scopes[::-1]):
        with_environment(environment | {"OIDC_ADMIN_SCOPE": set_to})
        for scope, status in ((set_to, 200), (other, 403)):
            token = api.issuer.token(user, scope=scope)
            answer = api("GET", "/api/admin/queue", headers={"authorization": f"Bearer {token}"})
            assert answer.status == status
            assert status == 200 or answer.json["detail"].startswith(f"this needs the scope {set_to} ")


@effect_of("RATE_LIMIT_WRITES_PER_MINUTE", "RATE_LIMIT_DRAFTS_PER_MINUTE")
@pytest.mark.parametrize(("writes", "drafts"), [(1, 4), (4, 1)])
def test_a_person_writes_and_drafts_so_often_a_minute(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    writes: int,
    drafts: int,
) -> None:
    limits = {"RATE_LIMIT_WRITES_PER_MINUTE": str(writes), "RATE_LIMIT_DRAFTS_PER_MINUTE": str(drafts)}
    with_environment(environment | limits)
    for method, route, body, limit in [
        ("PUT", "/api/profile/learning", {"learning": True}, writes),
        ("POST", "/api/profile/analyze-text", {"text": "A text of my own. It is not a long one. " * 10}, drafts),
    ]:
        statuses = [api(method, route, body, user=user).status for _ in range(limit + 1)]
        assert statuses == [200] * limit + [429], route


@effect_of("CORS_ALLOWED_ORIGINS")
def test_the_origins_are_those_whose_pages_may_call(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api
) -> None:
    page = "https://app.example.com"
    for configured, allowed in [("", None), ("https://app.example.org", None), (f"https://x.example,{page}", page)]:
        with_environment(environment | {"CORS_ALLOWED_ORIGINS": configured})
        for method in ("OPTIONS", "GET"):
            answer = api(method, "/health", headers={"origin": page})
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed


@effect_of("LOG_LEVEL")
@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("DEBUG", {"INFO request", "WARNING redis is unavailable, the circuit opens", "ERROR unavailable"}),
        ("INFO", {"INFO request", "WARNING redis is unavailable, the circuit opens", "ERROR unavailable"}),
        ("WARNING", {"WARNING redis is unavailable, the circuit opens", "ERROR unavailable"}),
        ("ERROR", {"ERROR unavailable"}),
    ],
)
def test_what_is_below_the_level_is_not_logged(
    environment: dict[str, str], issuer: Issuer, user: str, tmp_path: Path, level: str, told: set[str]
) -> None:
    settings = environment | nowhere() | {"MONGODB_TIMEOUT_SECONDS": "0.1", "LOG_LEVEL": level}
    event = request_event("GET", "/api/profile/style", headers={"authorization": f"Bearer {issuer.token(user)}"})
    with FunctionProcess("api", "api_handler.handler", settings, tmp_path / "api.log") as function:
        assert function.invoke(event).result["statusCode"] == 503
    lines = map(json.loads, function.printed)
    assert {f"{line['level']} {line['message']}" for line in lines} == told
