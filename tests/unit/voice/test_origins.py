"""What a field holds can say where it comes from: without the layers that it names, it would not hold it."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.test_base import BASES, HABITS, PHRASES, SIDES, edits, ended
from tests.unit.voice.writers import learned, prose
from voice_engine.voice.features import Features
from voice_engine.voice.fields import BY_PATH, Values
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import add_sample
from voice_engine.voice.origins import origins
from voice_engine.voice.profile import EMOJI_FREQUENCY, ProfileState, neutral, started_from, values, with_archetype
from voice_engine.voice.samples import Sample

OWN_TEXT = Sample("a" * 24, datetime(2026, 1, 1, tzinfo=UTC), "en", prose(9), "Short. Like this.")


def lived(
    inherited: Values,
    archetype: Values,
    sides: list[tuple[Features, Features]],
    knows: str,
    by_hand: Values,
    deleted: tuple[str, ...],
) -> ProfileState:
    start = with_archetype(started_from(neutral(), inherited), archetype, "mine" if archetype else None)
    taught = learned(edits([pair for pair in sides for _ in range(4)]), start.learned)
    if knows == "texts":
        taught = add_sample(taught, OWN_TEXT)
    if knows == "phrases":
        taught = replace(taught, phrases=HABITS.phrases, substitutions=HABITS.substitutions)
    return replace(start, learned=taught, overrides=by_hand, tombstones=deleted)


STATES = st.builds(
    lived,
    BASES,
    BASES,
    st.lists(st.tuples(SIDES, SIDES), max_size=2),
    st.sampled_from(["edits", "texts", "phrases"]),
    st.just({}) | BASES,
    PHRASES,
)


@settings(max_examples=200)
@given(STATES)
def test_a_field_holds_what_its_sources_say_and_nothing_of_the_others(state: ProfileState) -> None:
    shown, unlearned = values(state), values(replace(state, learned=LearnedState()))
    bare = values(replace(state, base={}, inherited={}, archetype=None))
    without_texts = values(replace(state, learned=replace(state.learned, own_texts=())))
    found = {item.path: item for item in origins(state)}
    assert found.keys() == {path for path, field in BY_PATH.items() if field.settable}
    for path, item in found.items():
        assert item.value == shown[path]
        assert item.sources
        assert item.why
        assert ("manual" in item.sources) == (path in state.overrides) == (item.sources == ("manual",))
        if not {"learned", "ownTexts"} & set(item.sources):
            assert unlearned[path] == item.value
        if "ownTexts" not in item.sources and path != EMOJI_FREQUENCY:
            assert without_texts[path] == item.value
        # Where emoji are learned, how many there are may still be as the layer below says.
        if not {"archetype", "inherited"} & set(item.sources) and path != EMOJI_FREQUENCY:
            assert bare[path] == item.value
        if item.sources == ("neutral",):
            assert item.value == BY_PATH[path].neutral
        if "inherited" in item.sources:
            assert path in state.inherited
        if "archetype" in item.sources:
            assert state.archetype


def test_what_edits_take_out_of_a_base_is_said_by_edits() -> None:
    path = "structurePreferences.endingStyle"
    start = with_archetype(neutral(), {path: "cta", "commonPhrases": ("deep dive",)}, "mine")
    cut = learned(edits([(ended("cta"), ended(None))] * 3), start.learned)
    cut = replace(cut, phrases=HABITS.phrases)  # a deep dive is removed
    found = {item.path: item for item in origins(replace(start, learned=cut))}
    assert (found[path].value, found[path].sources) == (BY_PATH[path].neutral, ("learned",))
    assert found["commonPhrases"].sources == ("learned",)
