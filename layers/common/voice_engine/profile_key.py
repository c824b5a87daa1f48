"""The key that names one voice of one person, in MongoDB and in Redis alike."""

from urllib.parse import quote

DEFAULT_VOICE = "default"


def profile_key(user_id: str, voice: str = DEFAULT_VOICE) -> str:
    """`<userId>` for the default voice, `<userId>:<slug>` for another.

    The user id is percent-encoded first, ':' and '/' included, so no token's subject can name another person's key,
    and no brace can move a Redis key to another slot.
    """
    person = quote(user_id, safe="")
    return person if voice == DEFAULT_VOICE else f"{person}:{voice}"


def voice_of(key: str) -> str:
    """The slug of the voice that `key` names."""
    _, _, voice = key.partition(":")
    return voice or DEFAULT_VOICE
