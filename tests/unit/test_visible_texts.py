"""A text that nobody can see is none, wherever one is taken in; and the schemas say so as the code does."""

import re
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from models.archetypes import CreateArchetype
from models.content import RegisterContent, SaveEdits
from models.profile import ProfileChange
from models.voice import ApplyVoice, CheckVoice
from voice_engine.voice import visible
from voice_engine.voice.fields import BY_PATH, FieldError

UNSEEN = "\t\n\r \x00\x1b\x7f\x85\xa0\u00ad\u180e\u200b\u200d\u200e\u2028\u202e\u2060\u2064\u3000\ufe0f\ufeff"
TEXTS = st.text(st.one_of(st.sampled_from(UNSEEN), st.characters(exclude_categories=("Cs",))), min_size=1, max_size=6)
BLANK = st.text(st.sampled_from(UNSEEN), min_size=1, max_size=20)

# Where a person gives a text that must hold something: a model, and a body with the text in its place.
PLACES: dict[str, tuple[type[BaseModel], Any]] = {
    "draft": (RegisterContent, lambda text: {"platform": "x", "text": text}),
    "posts": (RegisterContent, lambda text: {"platform": "x", "posts": ["fine", text]}),
    "edit": (SaveEdits, lambda text: {"editedText": text}),
    "apply": (ApplyVoice, lambda text: {"text": text}),
    "check": (CheckVoice, lambda text: {"text": text}),
    "ban": (ProfileChange, lambda text: {"bannedPhrases": [text]}),
    "liked": (ProfileChange, lambda text: {"commonPhrases": [text]}),
    "rule": (ProfileChange, lambda text: {"rules": [text]}),
    "sample": (ProfileChange, lambda text: {"samplePosts": [text]}),
    "from": (ProfileChange, lambda text: {"substitutions": [{"from": text, "to": "use"}]}),
    "to": (ProfileChange, lambda text: {"substitutions": [{"from": "utilize", "to": text}]}),
    "archetype": (CreateArchetype, lambda text: {"slug": "mine", "name": text, "fromProfile": True}),
}


def accepted(model: type[BaseModel], body: Any) -> bool:
    try:
        model.model_validate(body)
    except ValidationError:
        return False
    return True


def patterns(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {found for part in schema for found in patterns(part)}
    if not isinstance(schema, dict):
        return set()
    own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
    return own | {found for part in schema.values() for found in patterns(part)}


@pytest.mark.parametrize("place", PLACES)
@given(text=TEXTS)
def test_a_text_is_taken_where_something_of_it_can_be_seen(place: str, text: str) -> None:
    model, body = PLACES[place]
    assert accepted(model, body(text)) == (not visible.is_blank(text))


@pytest.mark.parametrize("place", PLACES)
def test_the_schema_names_the_very_pattern(place: str) -> None:
    model, _ = PLACES[place]
    found = patterns(model.model_json_schema())
    assert visible.PATTERN in found
    assert not [pattern for pattern in found if pattern.endswith("\\S")]


@given(BLANK)
def test_no_field_of_the_profile_holds_what_nobody_sees(text: str) -> None:
    for path in ("rules", "bannedPhrases", "samplePosts"):
        with pytest.raises(FieldError):
            BY_PATH[path].check([text])


@given(TEXTS)
def test_a_text_is_blank_when_it_has_no_visible_character(text: str) -> None:
    assert visible.is_blank(text) == (visible.count(text) == 0) == (re.search(visible.PATTERN, text) is None)
    assert not visible.is_blank(text + "x")
    assert visible.count(text + "xy") == visible.count(text) + 2


def test_letters_digits_marks_and_emoji_can_be_seen_and_spaces_and_controls_cannot() -> None:
    by_category = {chr(code): unicodedata.category(chr(code)) for code in range(0x10000) if not 0xD800 <= code < 0xE000}
    seen = {character for character in by_category if not visible.is_blank(character)}
    assert not [character for character in seen if by_category[character] in {"Cc", "Zs", "Zl", "Zp"}]
    hidden = {character for character in by_category if character not in seen and by_category[character][0] in "LNPS"}
    assert hidden == set("\u115f\u1160\u3164\uffa0\u2800"), (
        "letters of Hangul and a pattern of Braille that show nothing"
    )
    assert all(not visible.is_blank(chr(code)) for code in (0x1F389, 0x20000, sys.maxunicode - 2))
