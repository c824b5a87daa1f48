"""Archetypes: what they may hold, what one takes over from a profile, and the presets."""

import json
import re

import pytest
from hypothesis import given, settings

from models.profile import VoiceValues
from models.voices import SLUG
from tests.unit.test_profile_model import leaves
from tests.unit.voice.test_log import LOGS
from voice_engine.voice.archetypes import PATHS, PRESETS, Archetype, archetype_values, values_of
from voice_engine.voice.fields import BY_PATH, FieldError
from voice_engine.voice.log import ArchetypeApplied, Event, apply, fold
from voice_engine.voice.profile import effective, nested, neutral, values

each_preset = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)


def test_the_presets_are_those_that_were_promised() -> None:
    assert [preset.slug for preset in PRESETS] == [
        "tech-twitter-influencer",
        "linkedin-thought-leader",
        "meme-lord",
        "academic-researcher",
    ]


@each_preset
def test_a_preset_speaks_of_tone_traits_structure_and_words(preset: Archetype) -> None:
    assert {path for path in PATHS if path != "substitutions"} == set(preset.values)
    assert preset.name
    assert preset.description
    assert VoiceValues.model_validate(nested(preset.values)).values() == preset.values
    traits = preset.values
    assert traits["writingTraits.usesEmojis"] is (traits["writingTraits.emojiFrequency"] != 0)
    assert not {*map(str.casefold, traits["commonPhrases"])} & {*map(str.casefold, traits["bannedPhrases"])}


def test_presets_differ_from_each_other_and_from_a_neutral_profile() -> None:
    told = [json.dumps(nested(preset.values)) for preset in PRESETS]
    assert len(set(told)) == len(PRESETS)
    for preset in PRESETS:
        changed = [path for path, value in preset.values.items() if value != BY_PATH[path].neutral]
        assert len(changed) > len(preset.values) // 2


@each_preset
def test_an_applied_preset_is_what_a_new_profile_shows(preset: Archetype) -> None:
    state = apply(neutral(), ArchetypeApplied(preset.slug, preset.values))
    shown = values(state)
    assert {path: shown[path] for path in preset.values} == preset.values
    assert (shown["profileSource"], shown["archetypeBase"]) == ("archetype", preset.slug)
    assert effective(apply(state, ArchetypeApplied(None, {}))) == effective(neutral())


@settings(max_examples=40)
@given(LOGS)
def test_an_archetype_made_of_a_profile_shows_the_same_on_a_new_one(log: list[Event]) -> None:
    state = fold(log)
    taken = values_of(state)
    assert archetype_values(taken) == taken
    shown, fresh = values(state), values(apply(neutral(), ArchetypeApplied("mine", taken)))
    lists = {"commonPhrases", "bannedPhrases", "substitutions"}
    assert {path: fresh[path] for path in PATHS if path not in lists} == {
        path: shown[path] for path in PATHS if path not in lists
    }


def test_the_api_takes_for_an_archetype_what_it_can_hold() -> None:
    assert set(leaves(VoiceValues.model_json_schema(by_alias=True), "#", "")) == set(PATHS)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("rules", ("private words",)),
        ("samplePosts", ("private words",)),
        ("voiceStrength", 3),
        ("learningIterations", 3),
        ("no.such", "private words"),
        ("tone.humor", 11),
        ("voiceType", "private words"),
    ],
)
def test_what_an_archetype_cannot_hold_is_refused_by_name_and_without_text(path: str, value: object) -> None:
    with pytest.raises(FieldError) as refused:
        archetype_values({path: value})
    assert refused.value.path == path
    assert "private words" not in str(refused.value)


def test_a_presets_slug_is_one_that_the_api_takes() -> None:
    assert all(re.fullmatch(SLUG, preset.slug) for preset in PRESETS)
