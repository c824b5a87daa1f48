import pytest

from tests.unit.voice.writers import learned, rewrite
from voice_engine.voice.features import count
from voice_engine.voice.profile import ProfileState, values
from voice_engine.voice.tone import SCALES, VOICE_TYPES, gauge, voice_type
from voice_engine.voice.trait_kinds import Gauge
from voice_engine.voice.traits import MILLION, TRAITS

PLAIN = "The hall stands near the river and the town paid for the roof in the spring. " * 4
# What an edit puts in to raise a tone, and what lowers it.
MARKS = {
    "formality": (" Furthermore, we require sufficient assistance.", " Yeah, cool stuff, guys."),
    "enthusiasm": (" Amazing! Wonderful! So exciting!", ""),
    "directness": (" You must never do that. Stop it now.", " Perhaps it might possibly seem so, I guess."),
    "humor": (" Haha, just kidding, lol.", ""),
    "emotionality": (" I feel sad and I miss the joy and the love.", ""),
}


def measured(name: str, text: str) -> int:
    (trait,) = (trait for trait in TRAITS if trait.name == name)
    found = trait.measure(count(text, "en"))
    assert found is not None
    return found


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("raising", [True, False])
def test_a_tone_is_learned_in_both_directions(name: str, raising: bool) -> None:
    more, less = MARKS[name]
    draft, edited = (PLAIN + less, PLAIN + more) if raising else (PLAIN + more, PLAIN + less)
    was, wished = (measured(name, text) for text in (draft, edited))
    assert (wished > was) is raising
    state = learned(rewrite(n, draft, edited) for n in range(12))
    value = state.trait(name).value
    assert value is not None
    # Whatever the drafts measure, they aimed at the middle of the scale.
    assert (value - 5 * MILLION) / (wished - was) >= 0.25


@pytest.mark.parametrize("name", SCALES)
def test_one_tone_set_by_hand_leaves_the_others_free(name: str) -> None:
    more, less = MARKS[name]
    state = learned(rewrite(n, PLAIN + less, PLAIN + more) for n in range(4))
    locked = ProfileState(learned=state, overrides={f"tone.{name}": 1})
    free = {f"tone.{other}" for other in SCALES if other != name}
    assert values(locked)[f"tone.{name}"] == 1
    assert {path: values(locked)[path] for path in free} == {
        path: values(ProfileState(learned=state))[path] for path in free
    }


@pytest.mark.parametrize("read", [*(gauge(name) for name in SCALES), voice_type])
def test_no_tone_is_guessed_in_another_language(read: Gauge) -> None:
    assert read(count("Das ist wunderbar! Ich liebe es so sehr, mein Freund, und du auch. " * 3, "de")) is None
    assert read(count("Too short to tell.", "en")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAIN, "balanced"),
        (
            "Hey guys, I'm into this stuff and you know I can't wait. It's pretty cool and we're gonna love it, yeah?",
            "conversational",
        ),
        (
            "You must act now. Stop the requests. You should never require additional assistance. Ensure it.",
            "authoritative",
        ),
        (
            "Haha, my funny nerd joke was ridiculous, lol. The silly meme made the whole hall laugh at the pun.",
            "playful",
        ),
        (
            "The data suggest an effect because the average depends on one factor. However, the results need analysis.",
            "analytical",
        ),
    ],
)
def test_voice_types(text: str, expected: str) -> None:
    found = voice_type(count(text, "en"))
    assert found is not None
    assert VOICE_TYPES[found] == expected
