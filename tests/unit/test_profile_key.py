"""No subject of a token may name another person's keys."""

from hypothesis import given
from hypothesis import strategies as st

from voice_engine.profile_key import DEFAULT_VOICE, profile_key, voice_of

SUBJECTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60) | st.text(":|/%{} a", min_size=1)
VOICES = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)


@given(SUBJECTS, SUBJECTS, VOICES, VOICES)
def test_two_voices_share_a_key_only_if_they_are_one(one: str, other: str, voice: str, second: str) -> None:
    same = (one, voice) == (other, second)
    assert (profile_key(one, voice) == profile_key(other, second)) is same


@given(SUBJECTS, VOICES)
def test_a_key_tells_its_voice_and_holds_nothing_that_moves_a_redis_slot(subject: str, voice: str) -> None:
    key = profile_key(subject, voice)
    assert voice_of(key) == voice
    assert not set("{} ") & set(key)
    assert voice_of(profile_key(subject)) == DEFAULT_VOICE
