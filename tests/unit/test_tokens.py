"""Tokens of real keys: what is accepted, what is refused and why, and when the issuer is asked for its keys."""

import hmac
import json
import time
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt import PyJWKSet
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.issuer import AUDIENCE, ISSUER, Issuer
from voice_engine.errors import Unavailable
from voice_engine.issuer_keys import IssuerKeys, keys_given
from voice_engine.tokens import TokenRefused, TokenVerifier

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def public(key: Any, key_id: str | None, **more: Any) -> dict[str, Any]:
    """The JSON Web Key of a private key's public half."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    named = {} if key_id is None else {"kid": key_id}
    return json.loads(algorithm.to_jwk(key.public_key())) | named | more


def verifier(*keys: dict[str, Any], audience: str = AUDIENCE, issuer: str = ISSUER) -> TokenVerifier:
    return TokenVerifier(keys_given(json.dumps({"keys": keys})), issuer=issuer, audience=audience)


def claims(**changed: Any) -> dict[str, Any]:
    """Good claims, but for those `changed`; None leaves one out."""
    now = int(time.time())
    whole = {"sub": "ada", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 600} | changed
    return {name: value for name, value in whole.items() if value is not None}


def signed(given: dict[str, Any], key: Any = EC_KEY, algorithm: str = "ES256", key_id: str | None = "k") -> str:
    """By hand, because PyJWT refuses to sign what is malformed."""
    header = {"alg": algorithm, "typ": "JWT"} | ({} if key_id is None else {"kid": key_id})
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, given)]
    with warnings.catch_warnings(category=jwt.InsecureKeyLengthWarning):
        warnings.simplefilter("ignore")
        signer = jwt.get_algorithm_by_name(algorithm)
        signature = signer.sign(b".".join(parts), signer.prepare_key(key))
    return b".".join([*parts, urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def refusal(one: TokenVerifier, token: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        one.verify(token)
    return str(refused.value)


@pytest.mark.parametrize(
    ("key", "algorithm", "more"),
    [
        (EC_KEY, "ES256", {"alg": "ES256", "use": "sig"}),
        (EC_KEY, "ES256", {}),
        (RSA_KEY, "RS256", {"alg": "RS256", "use": "sig"}),
        (RSA_KEY, "RS256", {}),
    ],
)
@pytest.mark.parametrize("key_id", ["k", None])
def test_both_kinds_of_keys_serve_with_and_without_a_name(
    key: Any, algorithm: str, more: dict[str, str], key_id: str | None
) -> None:
    one = verifier(public(key, "k", **more))
    assert one.verify(signed(claims(), key, algorithm, key_id)).user_id == "ada"


# A day away, since the tests of a slow run come long after this line.
SOON, PAST = int(time.time()) + 86_400, int(time.time()) - 86_400
BAD_CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"exp": PAST}, "has expired"),
    "not valid yet": ({"nbf": SOON}, "not valid yet"),
    "issued in the future": ({"iat": SOON}, "not valid yet"),
    "no end": ({"exp": None}, "lacks"),
    "an end that is no time": ({"exp": "tomorrow"}, "cannot be read"),
    "an end beyond all times": ({"exp": float("inf")}, "cannot be read"),
    "no issuer": ({"iss": None}, "lacks"),
    "another issuer": ({"iss": "https://evil.example/"}, "another issuer"),
    "the issuer without its slash": ({"iss": ISSUER.rstrip("/")}, "another issuer"),
    "the issuer in capitals": ({"iss": ISSUER.upper()}, "another issuer"),
    "a list of issuers": ({"iss": [ISSUER]}, "issuer"),
    "no audience": ({"aud": None}, "lacks"),
    "another audience": ({"aud": "another"}, "another audience"),
    "a part of the audience": ({"aud": AUDIENCE[:-1]}, "another audience"),
    "other audiences": ({"aud": ["another", "account"]}, "another audience"),
    "no audiences": ({"aud": []}, "another audience"),
    "an audience that is no text": ({"aud": {AUDIENCE: True}}, "another audience"),
    "no subject": ({"sub": None}, "lacks"),
    "an empty subject": ({"sub": ""}, "subject"),
    "a subject that is a number": ({"sub": 7}, "subject"),
    "a subject that is a list": ({"sub": ["ada"]}, "subject"),
    "a subject of 256 bytes": ({"sub": "ü" * 128}, "subject"),
    "a subject that is no Unicode": ({"sub": "\ud800"}, "subject"),
    "a client's own token": ({"aud": None, "client_id": AUDIENCE}, "lacks"),
    "Cognito's token of another client": ({"aud": None, "client_id": "x", "token_use": "access"}, "another audience"),
    "Keycloak's token that only this client asked for": ({"aud": "account", "azp": AUDIENCE}, "another audience"),
}


@pytest.mark.parametrize("case", BAD_CLAIMS)
def test_a_claim_that_does_not_hold_is_refused_with_its_reason(case: str) -> None:
    changed, reason = BAD_CLAIMS[case]
    assert reason in refusal(verifier(public(EC_KEY, "k")), signed(claims(**changed)))


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": [AUDIENCE, "https://tenant.auth0.com/userinfo"], "azp": "an app"},  # Auth0
        {"aud": ["account", AUDIENCE], "azp": "an app"},  # Keycloak with an audience mapper
        {"aud": None, "client_id": AUDIENCE, "token_use": "access"},  # Cognito's access token
        {"aud": AUDIENCE, "token_use": "id"},  # Cognito's id token
        {"sub": "ü" * 127 + "x"},
        {"sub": "google-oauth2|10:2/3%20\0"},
        {"iat": None},
    ],
    ids=str,
)
def test_tokens_as_issuers_make_them_are_accepted(changed: dict[str, Any]) -> None:
    given = claims(**changed)
    assert verifier(public(EC_KEY, "k")).verify(signed(given)).user_id == given["sub"]


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({"exp": -29}, True),
        ({"exp": -30}, False),
        ({"nbf": 30}, True),
        ({"nbf": 31}, False),
        ({"iat": 30}, True),
        ({"iat": 31}, False),
    ],
)
def test_clocks_may_differ_by_half_a_minute(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, int], holds: bool
) -> None:
    one, now = verifier(public(EC_KEY, "k")), int(time.time())
    monkeypatch.setattr("jwt.api_jwt.datetime", SimpleNamespace(now=lambda tz: datetime.fromtimestamp(now, tz)))
    token = signed(claims(**{name: now + seconds for name, seconds in changed.items()}))
    assert (one.verify(token).user_id == "ada") if holds else refusal(one, token)


def test_the_public_key_as_a_secret_and_no_algorithm_open_nothing() -> None:
    for key, algorithm in ((RSA_KEY, "RS256"), (EC_KEY, "ES256")):
        one = verifier(public(key, "k", alg=algorithm))
        for encoding in (Encoding.PEM, Encoding.DER):
            secret = key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
            parts = signed(claims(), key, algorithm).split(".")[:2]
            parts[0] = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"k"}').rstrip(b"=").decode()
            signature = hmac.digest(secret, ".".join(parts).encode(), "sha256")
            forged = ".".join([*parts, urlsafe_b64encode(signature).rstrip(b"=").decode()])
            assert "algorithm" in refusal(one, forged)
        assert refusal(one, jwt.encode(claims(), None, algorithm="none", headers={"kid": "k"}))


def test_a_key_verifies_by_its_own_algorithm_alone() -> None:
    ec_only, rsa_only = verifier(public(EC_KEY, "k")), verifier(public(RSA_KEY, "k"))
    assert "algorithm" in refusal(ec_only, signed(claims(), RSA_KEY, "RS256"))
    assert "algorithm" in refusal(rsa_only, signed(claims(), EC_KEY, "ES256"))
    assert "algorithm" in refusal(rsa_only, signed(claims(), RSA_KEY, "PS256"))
    assert "algorithm" in refusal(rsa_only, signed(claims(), RSA_KEY, "RS512"))
    curve = ec.generate_private_key(ec.SECP384R1())
    assert "algorithm" in refusal(verifier(public(curve, "k")), signed(claims(), curve, "ES384"))


def test_a_key_for_encryption_and_a_weak_one_verify_nothing() -> None:
    assert "not one of the issuer's" in refusal(verifier(public(EC_KEY, "k", use="enc")), signed(claims()))
    assert "not one of the issuer's" in refusal(verifier(public(EC_KEY, "k", use="enc")), signed(claims(), key_id=None))
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    assert "too weak" in refusal(verifier(public(weak, "k")), signed(claims(), weak, "RS256"))


def test_a_token_without_a_key_id_needs_an_issuer_with_one_key() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    several = verifier(public(EC_KEY, "k"), public(other, "l"))
    assert "not one of the issuer's" in refusal(several, signed(claims(), key_id=None))
    beside = verifier(public(EC_KEY, "k"), public(RSA_KEY, "e", use="enc"))
    assert beside.verify(signed(claims(), key_id=None)).user_id == "ada"
    nameless = verifier(public(EC_KEY, None), public(other, "l"))
    assert "not one of the issuer's" in refusal(nameless, signed(claims(), key_id=None))


def test_anothers_key_under_the_same_name_and_an_unknown_name_are_refused() -> None:
    one = verifier(public(EC_KEY, "k"))
    other = ec.generate_private_key(ec.SECP256R1())
    assert "signature" in refusal(one, signed(claims(), other))
    assert "not one of the issuer's" in refusal(one, signed(claims(), key_id="l"))


PARTS = st.one_of(
    st.text(max_size=40),
    st.binary(max_size=60).map(lambda data: urlsafe_b64encode(data).decode()),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["alg", "kid", "b64", "x"]), inner),
        max_leaves=6,
    ).map(lambda value: urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()),
)


@given(st.lists(PARTS, max_size=5).map(".".join) | st.text() | st.text(st.characters(categories=("Cs",))))
def test_whatever_is_sent_as_a_token_is_refused(token: str) -> None:
    assert refusal(verifier(public(EC_KEY, "k")), token)


def test_a_header_that_is_nested_without_end_is_refused() -> None:
    header = urlsafe_b64encode(b"[" * 200_000).decode()
    assert "cannot be read" in refusal(verifier(public(EC_KEY, "k")), f"{header}.e30.e30")


@dataclass
class Published:
    """An issuer's key set as it is published now, on a clock of the test's."""

    issuers: list[Issuer]
    now: float = 1000.0
    fetched: int = 0
    failure: Exception | None = None
    verifier: TokenVerifier = field(init=False)

    def __post_init__(self) -> None:
        keys = IssuerKeys(self._fetch, monotonic=lambda: self.now)
        self.verifier = TokenVerifier(keys.key_for, issuer=ISSUER, audience=AUDIENCE)

    def _fetch(self) -> PyJWKSet:
        self.fetched += 1
        if self.failure is not None:
            raise self.failure
        keys = [key for issuer in self.issuers for key in json.loads(issuer.jwks)["keys"]]
        return PyJWKSet.from_dict({"keys": keys})

    def accepts(self, issuer: Issuer) -> bool:
        return self.verifier.verify(issuer.token("ada")).user_id == "ada"

    def refuses(self, issuer: Issuer) -> bool:
        return "not one of the issuer's" in refusal(self.verifier, issuer.token("ada"))

    def knows_nothing_of(self, issuer: Issuer) -> bool:
        with pytest.raises(Unavailable):
            self.verifier.verify(issuer.token("ada"))
        return True


FIRST, SECOND, STRANGE = Issuer("first"), Issuer("second"), Issuer("strange")
FAILURES: list[Callable[[], Exception]] = [
    lambda: jwt.PyJWKClientConnectionError("no way"),
    lambda: jwt.PyJWKSetError("no keys"),
    lambda: json.JSONDecodeError("no JSON", "<html>", 0),
    lambda: ConnectionResetError(),
]


def test_many_tokens_cost_one_fetch_in_five_minutes() -> None:
    published = Published([FIRST])
    assert published.fetched == 0, "nothing is fetched before a token asks for it"
    for _ in range(20):
        assert published.accepts(FIRST)
        published.now += 14
    assert published.fetched == 1
    published.now += 30
    assert published.accepts(FIRST)
    assert published.fetched == 2


def test_a_new_key_is_picked_up_and_a_withdrawn_one_dropped() -> None:
    published = Published([FIRST])
    assert published.accepts(FIRST)
    published.issuers = [SECOND]
    assert published.accepts(FIRST), "known for some minutes yet"
    published.now += 30
    assert published.accepts(SECOND)
    assert published.fetched == 2
    assert published.refuses(FIRST)


def test_a_flood_of_unknown_keys_costs_two_fetches_a_minute() -> None:
    published = Published([FIRST])
    for number in range(600):
        assert published.refuses(Issuer(f"forged {number}", STRANGE.key))
        published.now += 0.2
    assert published.fetched == 4
    assert published.accepts(FIRST)


@pytest.mark.parametrize("failure", FAILURES)
def test_an_issuer_that_is_down_stops_nobody_whose_key_is_known(failure: Callable[[], Exception]) -> None:
    published = Published([FIRST])
    assert published.accepts(FIRST)
    published.failure = failure()
    for _ in range(23):
        published.now += 3600
        assert published.accepts(FIRST)
    assert published.knows_nothing_of(SECOND), "it may be a new key"
    published.now += 2 * 3600
    assert published.knows_nothing_of(FIRST), "a day is enough"
    published.failure = None
    published.now += 5
    assert published.accepts(FIRST)
    assert published.refuses(STRANGE)


@pytest.mark.parametrize("failure", FAILURES)
def test_an_issuer_that_was_never_reached_is_asked_again_after_seconds(failure: Callable[[], Exception]) -> None:
    published = Published([FIRST], failure=failure())
    for _ in range(100):
        assert published.knows_nothing_of(FIRST)
        published.now += 0.1
    assert published.fetched == 2, "and in between not for every token"
    published.failure = None
    published.now += 5
    assert published.accepts(FIRST)
