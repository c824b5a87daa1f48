"""Every route is closed but for the public list, and a token opens nothing unless all of it holds."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from tests.engine_fixtures import Api
from tests.issuer import AUDIENCE, ISSUER, Issuer
from tests.ports import NOBODYS
from tests.template import routes
from voice_engine.bootstrap import Engine


def public_routes() -> frozenset[tuple[str, str]]:
    from identity import PUBLIC  # its module starts the function, so the environment must stand first

    return PUBLIC


@pytest.mark.parametrize("route", routes(), ids=str)
def test_a_route_is_closed_unless_it_is_on_the_public_list(api: Api, route: tuple[str, str]) -> None:
    method, path = route
    target = path.replace("{id}", "0" * 24).replace("{editId}", "0" * 24)
    body = {} if method in ("POST", "PUT") else None
    for headers in ({}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer nonsense"}):
        answer = api(method, target, body, headers=headers)
        if route in public_routes():
            assert answer.status == 200
        else:
            assert (answer.status, answer.json["code"]) == (401, "unauthorized")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_public_list_names_only_routes_that_exist(api: Api) -> None:
    assert set(routes()) >= public_routes()


@pytest.mark.parametrize("sent", [None, "", "Basic YTpi", "Bearer", "Bearer "])
def test_who_sent_no_token_is_asked_for_one_and_told_of_no_error(api: Api, sent: str | None) -> None:
    answer = api("GET", "/api/profile/style", headers={} if sent is None else {"authorization": sent})
    assert (answer.status, answer.json["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="voice-engine"'


def test_who_sent_a_token_that_is_not_good_is_told_so(api: Api) -> None:
    answer = api("GET", "/api/profile/style", headers={"authorization": "Bearer nonsense"})
    assert (answer.status, answer.json["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="voice-engine", error="invalid_token"'


def test_the_scheme_and_the_header_are_read_without_case(api: Api, user: str) -> None:
    token = api.issuer.token(user)
    assert api("GET", "/api/profile/style", headers={"Authorization": f"bearer {token}"}).status == 200


REFUSED: dict[str, Callable[[Issuer, dict[str, Any]], str]] = {
    "expired": lambda issuer, claims: issuer.sign(claims | {"exp": int(time.time()) - 60}),
    "not valid yet": lambda issuer, claims: issuer.sign(claims | {"nbf": int(time.time()) + 600}),
    "audience": lambda issuer, claims: issuer.sign(claims | {"aud": "another-app"}),
    "issuer": lambda issuer, claims: issuer.sign(claims | {"iss": "https://evil.example/"}),
    "lacks": lambda issuer, claims: issuer.sign({k: v for k, v in claims.items() if k != "exp"}),
    "signature": lambda issuer, claims: Issuer(issuer.key_id).sign(claims),
    "key": lambda issuer, claims: Issuer("another", issuer.key).sign(claims),
    "subject": lambda issuer, claims: issuer.sign(claims | {"sub": "ü" * 128}),
    "algorithm": lambda issuer, claims: issuer.sign(claims, "HS256", "a secret of our own, thirty-two bytes"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_token_that_does_not_hold_is_refused_with_its_reason(api: Api, user: str, reason: str) -> None:
    now = int(time.time())
    claims = {"sub": user, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 600}
    token = REFUSED[reason](api.issuer, claims)
    answer = api("GET", "/api/profile/style", headers={"authorization": f"Bearer {token}"})
    assert answer.status == 401
    assert reason in answer.json["detail"]
    assert token not in answer.text


def signed_with_public_key(claims: dict[str, Any], public: bytes, key_id: str) -> str:
    """By hand, because PyJWT refuses to make such a token."""
    parts = [json.dumps({"alg": "HS256", "typ": "JWT", "kid": key_id}).encode(), json.dumps(claims).encode()]
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = urlsafe_b64encode(hmac.digest(public, signed, "sha256")).rstrip(b"=")
    return f"{signed.decode()}.{signature.decode()}"


def test_no_algorithm_and_the_public_key_as_a_secret_are_refused(api: Api, user: str) -> None:
    claims = {"sub": user, "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 600}
    public = api.issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for token in (
        jwt.encode(claims, None, algorithm="none", headers={"kid": api.issuer.key_id}),
        signed_with_public_key(claims, public, api.issuer.key_id),
    ):
        assert api("GET", "/api/profile/style", headers={"authorization": f"Bearer {token}"}).status == 401


def test_rsa_keys_serve_as_well(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], user: str
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "r1", "alg": "RS256", "use": "sig"}
    engine = with_environment(environment | {"OIDC_JWKS": json.dumps({"keys": [public]})})
    claims = {"sub": user, "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 600, "scope": "admin other"}
    identity = engine.tokens.verify(jwt.encode(claims, key, algorithm="RS256", headers={"kid": "r1"}))
    assert identity.user_id == user
    assert identity.scopes == {"admin", "other"}


def test_a_key_of_another_curve_does_not_verify(api: Api, user: str) -> None:
    claims = {"sub": user, "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 600}
    token = api.issuer.sign(claims, "ES384", ec.generate_private_key(ec.SECP384R1()))
    assert api("GET", "/api/profile/style", headers={"authorization": f"Bearer {token}"}).status == 401


def test_an_issuer_that_does_not_answer_is_no_fault_of_the_token(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], api: Api, user: str
) -> None:
    nowhere = f"http://127.0.0.1:{NOBODYS}/jwks.json"
    with_environment({**environment, "OIDC_JWKS": "", "OIDC_JWKS_URL": nowhere})
    answer = api("GET", "/api/profile/style", user=user)
    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
