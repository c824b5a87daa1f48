"""Bearer tokens: JWTs of one OIDC issuer, verified against its public keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.exceptions import InvalidSubjectError

from voice_engine.errors import Unavailable
from voice_engine.issuer_keys import KeyFor, KeysUnavailable, KeyUnknown

_ALGORITHMS = ("RS256", "ES256")
# Clocks of issuer and function may differ by this much.
_LEEWAY_SECONDS = 30
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
    """`key_for` finds the public key of the id that a token names."""

    def __init__(self, key_for: KeyFor, *, issuer: str, audience: str) -> None:
        self._key_for = key_for
        self._issuer = issuer
        self._audience = audience

    def verify(self, token: str) -> Identity:
        """Raises TokenRefused unless signature, algorithm, issuer, audience and times all hold.

        Raises Unavailable when the issuer's keys cannot be fetched: then nothing is known about the token.
        """
        try:
            claims = self._claims(token)
        except KeysUnavailable:
            raise Unavailable("the issuer's keys cannot be fetched") from None
        except KeyUnknown:
            raise TokenRefused("the token's key is not one of the issuer's") from None
        except (jwt.PyJWTError, UnicodeEncodeError) as error:
            raise TokenRefused(_reason(error)) from None
        if self._audience not in _audiences(claims):
            raise TokenRefused("the token is meant for another audience")
        return _identity(claims)

    def _claims(self, token: str) -> dict[str, Any]:
        key_id = jwt.get_unverified_header(token).get("kid")
        return jwt.decode(
            token,
            self._key_for(key_id),
            algorithms=list(_ALGORITHMS),
            issuer=self._issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "sub", "iss"], "verify_aud": False, "enforce_minimum_key_length": True},
        )


def _audiences(claims: dict[str, Any]) -> Sequence[object]:
    """Whom a token is meant for. Cognito's access tokens have no `aud`: they name the client that was given them."""
    audience = claims.get("aud")
    if audience is None and claims.get("token_use") == "access":
        audience = claims.get("client_id")
    if audience is None:
        raise TokenRefused(_LACKING)
    return audience if isinstance(audience, list) else [audience]


def _identity(claims: dict[str, Any]) -> Identity:
    subject = claims["sub"]
    if not subject or len(subject.encode("utf-8", "surrogatepass")) > _SUBJECT_BYTES or not _is_unicode(subject):
        raise TokenRefused(_BAD_SUBJECT)
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


_LACKING = "the token lacks exp, sub, iss or aud"
_BAD_SUBJECT = f"the token's subject must be a text of 1 to {_SUBJECT_BYTES} bytes of UTF-8"
_REASONS: dict[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidIssuerError: "the token is of another issuer",
    jwt.InvalidAlgorithmError: "the token's algorithm is not accepted",
    jwt.InvalidSignatureError: "the token's signature does not hold",
    InvalidSubjectError: _BAD_SUBJECT,
    jwt.MissingRequiredClaimError: _LACKING,
    jwt.InvalidKeyError: "the issuer's key is too weak",
}


def _reason(error: Exception) -> str:
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason
    return "the token cannot be read"
