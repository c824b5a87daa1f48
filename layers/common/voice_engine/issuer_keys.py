"""The public keys of the issuer of tokens: given whole, or fetched, kept, and fetched again where they may be new."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from jwt import PyJWK, PyJWKClient, PyJWKSet, PyJWTError

logger = logging.getLogger(__name__)

type KeyFor = Callable[[str | None], PyJWK]

# After this the keys are fetched anew, so that one that the issuer withdrew is known no longer.
_FRESH_SECONDS = 300
# While the issuer does not answer, its last keys hold for so long.
_KEPT_SECONDS = 86_400
# Between two fetches. A key id that nobody knows may be a new key, or one of a flood of forged tokens.
_PAUSE_SECONDS = 30
_PAUSE_AFTER_FAILURE_SECONDS = 5
_FETCH_SECONDS = 3


class KeyUnknown(Exception):
    """The issuer has no such key."""


class KeysUnavailable(Exception):
    """The issuer does not answer, and the key is none of its last ones."""


class IssuerKeys:
    """Keys that `fetch` brings, which may raise PyJWTError, OSError or ValueError. Safe to share between threads."""

    def __init__(self, fetch: Callable[[], PyJWKSet], *, monotonic: Callable[[], float] | None = None) -> None:
        self._fetch = fetch
        self._monotonic = monotonic or (lambda: time.monotonic())
        self._lock = threading.Lock()
        self._keys: Sequence[PyJWK] = ()
        self._fetched_at = self._tried_at = float("-inf")
        self._answering = True

    def key_for(self, key_id: str | None) -> PyJWK:
        """The key that a token names. Raises KeyUnknown, or KeysUnavailable when nothing is known about it."""
        with self._lock:
            if self._monotonic() - self._fetched_at >= _FRESH_SECONDS:
                self._refresh()
            key = _chosen(self._keys, key_id)
            if key is None:
                self._refresh()
                key = _chosen(self._keys, key_id)
            if key is not None:
                return key
            raise KeyUnknown if self._answering else KeysUnavailable

    def _refresh(self) -> None:
        now = self._monotonic()
        if now - self._tried_at < (_PAUSE_SECONDS if self._answering else _PAUSE_AFTER_FAILURE_SECONDS):
            return
        self._tried_at = now
        try:
            self._keys = self._fetch().keys
        except (PyJWTError, OSError, ValueError) as error:
            self._answering = False
            logger.warning("the issuer's keys were not fetched", extra={"cause": type(error).__name__})
            if now - self._fetched_at >= _KEPT_SECONDS:
                self._keys = ()
        else:
            self._answering = True
            self._fetched_at = now


def keys_by_url(url: str) -> KeyFor:
    """The keys that the issuer publishes at `url`, fetched when a token first asks for them."""
    client = PyJWKClient(url, cache_jwk_set=False, timeout=_FETCH_SECONDS)
    return IssuerKeys(client.get_jwk_set).key_for


def keys_given(jwks: str) -> KeyFor:
    """The keys of a JSON Web Key Set."""
    keys = PyJWKSet.from_json(jwks).keys

    def key_for(key_id: str | None) -> PyJWK:
        key = _chosen(keys, key_id)
        if key is None:
            raise KeyUnknown
        return key

    return key_for


def _chosen(keys: Sequence[PyJWK], key_id: str | None) -> PyJWK | None:
    """The signing key of that id; the only one, where a token names none. Keys for encryption never sign."""
    signing = [key for key in keys if key.public_key_use in (None, "sig")]
    if key_id is None:
        return signing[0] if len(signing) == 1 else None
    return next((key for key in signing if key.key_id == key_id), None)
