"""Bearer tokens: JWTs of one OIDC issuer, verified against its public keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWK, PyJWKClient, PyJWKSet

from voice_engine.errors import Unavailable

_ALGORITHMS = ("RS256", "ES256")
# Clocks of issuer and function may differ by this much.
_LEEWAY_SECONDS = 30
_KEYS_SECONDS = 300
_FETCH_SECONDS = 3
_SUBJECT_BYTES = 255
# Where issuers write what a token may do, as words in a text or as a list: RFC 9068; Okta and Entra; Auth0.
_SCOPE_CLAIMS = ("scope", "scp", "permissions")


class TokenRefused(Exception):
    """The token does not prove who asks. The message tells why and repeats nothing of the token."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: the token's subject and the scopes it was given."""

    user_id: str
    scopes: frozenset[str]


class TokenVerifier:
    """`key_for` finds the public key that a token names."""

    def __init__(self, key_for: Callable[[str], PyJWK], *, issuer: str, audience: str) -> None:
        self._key_for = key_for
        self._issuer = issuer
        self._audience = audience

    def verify(self, token: str) -> Identity:
        """Raises TokenRefused unless signature, algorithm, issuer, audience and times all hold.

        Raises Unavailable when the issuer's keys cannot be fetched: then nothing is known about the token.
        """
        try:
            claims = jwt.decode(
                token,
                self._key_for(token),
                algorithms=list(_ALGORITHMS),
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "sub", "iss", "aud"]},
            )
        except jwt.PyJWKClientConnectionError:
            raise Unavailable("the issuer's keys cannot be fetched") from None
        except jwt.PyJWTError as error:
            raise TokenRefused(_reason(error)) from None
        return _identity(claims)


def _identity(claims: dict[str, Any]) -> Identity:
    subject = claims["sub"]
    if not subject or len(subject.encode("utf-8", "surrogatepass")) > _SUBJECT_BYTES or not _is_unicode(subject):
        raise TokenRefused(f"the token's subject must be 1 to {_SUBJECT_BYTES} bytes of UTF-8")
    return Identity(user_id=subject, scopes=frozenset(_scopes(claims)))


def _scopes(claims: dict[str, Any]) -> Iterator[str]:
    for claim in _SCOPE_CLAIMS:
        match claims.get(claim):
            case str() as text:
                yield from text.split()
            case list() as entries:
                yield from (entry for entry in entries if isinstance(entry, str))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_REASONS: dict[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidAudienceError: "the token is meant for another audience",
    jwt.InvalidIssuerError: "the token is of another issuer",
    jwt.InvalidAlgorithmError: "the token's algorithm is not accepted",
    jwt.InvalidSignatureError: "the token's signature does not hold",
    jwt.MissingRequiredClaimError: "the token lacks exp, sub, iss or aud",
    jwt.PyJWKClientError: "the token's key is not one of the issuer's",
    jwt.PyJWKSetError: "the token's key is not one of the issuer's",
}


def _reason(error: jwt.PyJWTError) -> str:
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason
    return "the token cannot be read"


def keys_by_url(url: str) -> Callable[[str], PyJWK]:
    """The issuer's keys, fetched from `url`, kept for 5 minutes, and fetched again for a key id that is new."""
    client = PyJWKClient(url, lifespan=_KEYS_SECONDS, timeout=_FETCH_SECONDS)
    return client.get_signing_key_from_jwt


def keys_given(jwks: str) -> Callable[[str], PyJWK]:
    """The issuer's keys, given whole as a JSON Web Key Set."""
    keys = PyJWKSet.from_json(jwks)

    def key_for(token: str) -> PyJWK:
        key_id = jwt.get_unverified_header(token).get("kid")
        for key in keys.keys:
            if key.key_id == key_id:
                return key
        raise jwt.PyJWKSetError("no such key")

    return key_for
