"""A name for an id that may itself name a person, such as an email address used as a token's subject."""

import hashlib

_HEX_DIGITS = 16


def pseudonym(id_: str) -> str:
    """The first 16 hex digits of the id's SHA-256: who knows the id can find it again, and nobody can read it there."""
    return hashlib.sha256(id_.encode()).hexdigest()[:_HEX_DIGITS]
