"""What names one voice of one person, and its key in MongoDB and in Redis alike."""

from dataclasses import dataclass
from urllib.parse import quote

DEFAULT_VOICE = "default"
MOST_VOICES = 10  # of one person, the default one included


@dataclass(frozen=True, slots=True)
class ProfileId:
    """One voice of one person: their profile, and all that belongs to it. `voice` is its slug."""

    user_id: str
    voice: str = DEFAULT_VOICE

    @property
    def key(self) -> str:
        return profile_key(self.user_id, self.voice)

    @property
    def is_default(self) -> bool:
        """The default voice is there from the start; every other one is made first."""
        return self.voice == DEFAULT_VOICE


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
