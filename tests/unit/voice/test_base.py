"""The layer below the learned one: what it shows, and that learning goes on from it."""

from dataclasses import replace
from datetime import UTC, datetime

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.test_closed_loop import enthusiastic, formal
from tests.unit.voice.test_lists import habits
from tests.unit.voice.writers import counted, edit_of, learned, prose
from voice_engine.voice import lists
from voice_engine.voice.explain import evidence_summary
from voice_engine.voice.features import Features
from voice_engine.voice.fields import BY_PATH, FIELDS, Substitution, Value, Values
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import Edit, add_sample
from voice_engine.voice.ngrams import key
from voice_engine.voice.overlaps import meets
from voice_engine.voice.profile import ProfileState, effective, learned_values, neutral, values, with_base
from voice_engine.voice.samples import Sample
from voice_engine.voice.traits import LEVELS, MILLION, TONES, TRAITS, Graded, Level

PHRASES = st.lists(
    st.sampled_from(["deep dive", "plain words", "utilize", "use", "big plan", "at last"]), max_size=4, unique=True
).map(tuple)
PAIRS = st.lists(
    st.builds(Substitution, st.sampled_from(["utilize", "use", "at last"]), st.sampled_from(["use", "apply", "now"])),
    max_size=2,
    unique=True,
).map(tuple)
BASES: st.SearchStrategy[Values] = st.fixed_dictionaries(
    {},
    optional={
        "tone.formality": st.integers(1, 10),
        "tone.humor": st.integers(1, 10),
        "writingTraits.avgSentenceLength": st.floats(5, 50),
        "writingTraits.usesEmojis": st.booleans(),
        "writingTraits.emojiFrequency": st.floats(0, 10),
        "writingTraits.commasPer100Words": st.integers(0, 30),
        "structurePreferences.endingStyle": st.sampled_from(["cta", "question"]),
        "vocabularyLevel": st.sampled_from(["simple", "medium", "advanced"]),
        "bannedPhrases": PHRASES,
        "commonPhrases": PHRASES,
        "substitutions": PAIRS,
    },
)


def mixed(formality: float, words: float, commas: int, emoji: int) -> Features:
    return replace(formal(formality), sentences=max(1, round(400 / words)), commas=commas, emoji=emoji)


SIDES = st.tuples(st.floats(2, 9), st.floats(6, 40), st.integers(0, 30), st.integers(0, 4)).map(lambda row: mixed(*row))


def edits(pairs: list[tuple[Features, Features]], start: int = 0) -> list[Edit]:
    return [edit_of(start + n, counted(*pair)) for n, pair in enumerate(pairs)]


@settings(max_examples=60)
@given(BASES, st.sampled_from([None, "meme-lord"]))
def test_a_base_shows_where_nothing_was_learned(base: Values, archetype: str | None) -> None:
    state = with_base(neutral(), base, archetype)
    shown = values(state)
    plain = {path for path in base if path not in {"bannedPhrases", "commonPhrases", "substitutions"}}
    assert {path: shown[path] for path in plain} == {path: base[path] for path in plain}
    assert shown["archetypeBase"] == archetype
    stored = bson.decode(bson.encode(TypeAdapter(ProfileState).dump_python(state)))
    assert TypeAdapter(ProfileState).validate_python(stored) == state


@settings(max_examples=60)
@given(
    st.lists(st.tuples(SIDES, SIDES), max_size=8),
    st.lists(st.tuples(SIDES, SIDES), max_size=8),
    st.booleans(),
    BASES,
    BASES,
)
def test_a_base_that_comes_later_moves_nothing_that_was_learned(
    before: list[tuple[Features, Features]],
    after: list[tuple[Features, Features]],
    own_text: bool,
    first: Values,
    second: Values,
) -> None:
    old = with_base(neutral(), first, None)
    known = learned(edits(before), old.learned)
    if own_text:
        known = add_sample(known, Sample("a" * 24, datetime(2026, 1, 1, tzinfo=UTC), "en", formal(8), "My own."))
    old = replace(old, learned=known)
    new = with_base(old, second, "meme-lord")
    assert learned_values(new) == learned_values(old)
    further = edits(after, start=100)
    with_it, without = learned(further, new.learned), learned(further, old.learned)
    for trait, one, other in zip(known.traits, with_it.traits, without.traits, strict=True):
        if trait.value is not None:
            assert one == other
    assert (with_it.phrases, with_it.edits) == (without.phrases, without.edits)


@settings(max_examples=60)
@given(st.integers(3, 9), st.floats(-2, 2), st.sampled_from(["formality", "enthusiasm"]), st.sampled_from([-1.5, 1.5]))
def test_a_tone_moves_away_from_the_base_and_not_from_neutral(base: int, kind: float, name: str, way: float) -> None:
    made = {"formality": formal, "enthusiasm": enthusiastic}[name]
    measured = min(8.0, max(4.5, base + kind))  # drafts follow the base in their own way
    state = with_base(neutral(), {f"tone.{name}": base}, "meme-lord").learned
    state = learned(edits([(made(measured), made(measured + way))] * 4), state)
    value = (state.trait(name).value or 0) / MILLION
    assert 0 < (value - base) / way <= 1.1
    assert abs(value - base) <= 1.65


def test_drafts_from_before_and_after_a_base_each_count_from_what_they_aimed_at() -> None:
    early = edits([(formal(5), formal(3))] * 2)
    late = edits([(formal(8), formal(6))] * 2, start=10)
    state = with_base(ProfileState(learned=learned(early)), {"tone.formality": 8}, "academic-researcher")
    moved = learned(late, state.learned).trait("formality")
    assert moved.value is not None
    # Each draft measured what it was to be, so there is no way of its own to allow for: only their mean counts. Three
    # of them moved it; what all four say lies further from the texts.
    assert abs(moved.offset) <= 0.05 * MILLION
    assert abs(moved.value / MILLION - (6 - 2 * 3 / (3 + 7))) < 0.2


def test_a_level_stays_near_the_base_that_its_drafts_follow() -> None:
    pairs = [(prose(33), prose(31))] * 3
    value = learned(edits(pairs), with_base(neutral(), {"writingTraits.avgSentenceLength": 33.0}, None).learned)
    assert (value.trait("sentenceLength").value or 0) > 31.5 * MILLION


def test_one_own_text_does_not_throw_a_base_over() -> None:
    state = with_base(neutral(), {"tone.formality": 9}, "academic-researcher")
    sample = Sample("a" * 24, datetime(2026, 1, 1, tzinfo=UTC), "en", formal(9), "My own.")
    assert values(replace(state, learned=add_sample(state.learned, sample)))["tone.formality"] == 9


@given(BASES)
def test_a_base_taken_away_leaves_nothing_behind(base: Values) -> None:
    assert with_base(with_base(neutral(), base, "meme-lord"), {}, None) == neutral()


def test_values_that_are_worked_out_or_unknown_are_no_base() -> None:
    whole: dict[str, Value] = {path: value for path, value in values(neutral()).items() if value is not None}
    assert with_base(neutral(), {**whole, "no.such": 1}, None).base == {
        field.path: field.neutral for field in FIELDS if field.settable
    }


@pytest.mark.parametrize("trait", [trait for trait in (*LEVELS, *TONES) if trait.path], ids=lambda trait: trait.name)
@given(data=st.data())
def test_an_anchor_shows_as_the_value_that_it_came_from(trait: Level, data: st.DataObject) -> None:
    field = BY_PATH[trait.path]
    if isinstance(trait, Graded):
        value: Value = data.draw(st.sampled_from(field.choices))
    elif field.kind == "integer":
        value = data.draw(st.integers(field.low, field.high))
    else:
        value = round(data.draw(st.floats(field.low, field.high)), trait.digits)
    (learned_trait,) = (
        found for found in with_base(neutral(), {trait.path: value}, None).learned.traits if found.name == trait.name
    )
    assert learned_trait.anchor is not None
    assert trait.shown(learned_trait.anchor) == value


def test_who_turns_emoji_on_gets_as_many_as_the_base_has() -> None:
    state = learned(edits([(prose(15), prose(15, emoji=3))] * 3))
    state = replace(state, traits=tuple(replace(t, value=None) if t.name == "emoji" else t for t in state.traits))
    base: Values = {"writingTraits.usesEmojis": False, "writingTraits.emojiFrequency": 4}
    assert effective(ProfileState(base=base, learned=state))["writingTraits"]["emojiFrequency"] == 4  # type: ignore[index]


HABITS = habits()  # utilize becomes use, a deep dive is removed, plain words are brought in


@settings(max_examples=200)
@given(BASES, PHRASES, PHRASES, PHRASES)
def test_lists_of_a_base_stand_beside_the_learned_ones(
    base: Values, deleted: tuple[str, ...], liked: tuple[str, ...], banned: tuple[str, ...]
) -> None:
    by_hand: Values = {path: value for path, value in (("commonPhrases", liked), ("bannedPhrases", banned)) if value}
    own = ProfileState(learned=HABITS, overrides=by_hand, tombstones=deleted)
    state = with_base(own, base, None)
    shown, before = values(state), values(own)
    for path in ("commonPhrases", "bannedPhrases", "substitutions"):
        listed, learned_ones = shown[path], before[path]
        assert isinstance(listed, tuple)
        assert isinstance(learned_ones, tuple)
        assert listed[: len(learned_ones)] == learned_ones  # nothing learned or set by hand gives way to a base
        if path in by_hand:
            assert listed == by_hand[path]
    replaced = {key(item.before) for item in shown["substitutions"]}  # type: ignore[union-attr]
    lists = [{key(item) for item in shown[path]} for path in ("commonPhrases", "bannedPhrases")]  # type: ignore[union-attr]
    if not (set(liked) & set(banned)):  # what a person says twice by hand, they said
        assert not lists[0] & lists[1]
    assert not replaced & (lists[0] - {key(item) for item in liked})
    assert not replaced & (lists[1] - {key(item) for item in banned})
    unset = [path for path in ("commonPhrases", "bannedPhrases") if path not in by_hand]
    assert not [item for path in unset for item in shown[path] if meets((item,), deleted)]  # type: ignore[union-attr]


def test_own_evidence_against_a_phrase_of_the_base_wins() -> None:
    base: Values = {
        "commonPhrases": ("deep dive", "at last"),
        "bannedPhrases": ("plain words", "big plan"),
        "substitutions": (Substitution("use", "utilize"), Substitution("shall", "will")),
    }
    shown = values(with_base(ProfileState(learned=HABITS), base, None))
    assert shown["commonPhrases"] == (*(learned_values(ProfileState(learned=HABITS))["commonPhrases"]), "at last")  # type: ignore[misc]
    assert shown["bannedPhrases"] == ("deep dive", "big plan")
    assert shown["substitutions"] == (Substitution("utilize", "use"), Substitution("shall", "will"))


def test_lists_of_a_base_keep_within_the_bounds_of_their_fields() -> None:
    many = tuple(f"phrase{number} of{number} mine{number}" for number in range(100))
    state = with_base(ProfileState(learned=HABITS), {"bannedPhrases": many, "commonPhrases": many[:50]}, None)
    shown = values(state)
    for path in ("bannedPhrases", "commonPhrases"):
        BY_PATH[path].check(shown[path])
    assert shown["bannedPhrases"][0] == "deep dive"  # type: ignore[index]


def ended(kind: str | None) -> Features:
    return replace(prose(15), english_words=300, texts=1, **({f"ending_{kind}": 1} if kind else {}))


def test_an_ending_of_the_base_that_the_writer_takes_out_shows_no_more() -> None:
    path = "structurePreferences.endingStyle"
    state = with_base(neutral(), {path: "cta"}, "linkedin-thought-leader")
    cut = edits([(ended("cta"), ended(None))] * 3)
    two = replace(state, learned=learned(cut[:2], state.learned))
    assert values(two)[path] == "cta"
    three = replace(state, learned=learned(cut, state.learned))
    assert values(three)[path] == BY_PATH[path].neutral
    assert three.learned.iterations == two.learned.iterations + 1
    (summary,) = (item for item in evidence_summary(three) if item.path == path)
    assert (summary.learned, summary.reason) == (None, "taken out")
    later = learned(edits([(ended(None), ended(None))] * 30, start=50), three.learned)
    assert values(replace(three, learned=later))[path] == BY_PATH[path].neutral
    liked = learned(edits([(ended(None), ended("cta"))] * 6, start=90), later)
    assert values(replace(three, learned=liked))[path] == "cta"
    assert values(with_base(three, {path: "question"}, "meme-lord"))[path] == "question"
    assert values(with_base(three, {path: "cta"}, "linkedin-thought-leader"))[path] == BY_PATH[path].neutral


def test_an_ending_of_the_base_that_the_writer_leaves_as_often_stays() -> None:
    path = "structurePreferences.endingStyle"
    state = with_base(neutral(), {path: "cta"}, None)
    pairs = [(ended("cta"), ended(None)), (ended("cta"), ended("cta"))] * 5
    assert values(replace(state, learned=learned(edits(pairs), state.learned)))[path] == "cta"


def test_a_base_alone_teaches_nothing() -> None:
    state = with_base(neutral(), {"tone.formality": 9, "bannedPhrases": ("deep dive",)}, "meme-lord")
    assert learned_values(state) == {}
    assert values(state)["profileSource"] == "archetype"
    assert len(state.learned.traits) == len(TRAITS)
    assert replace(state.learned, traits=LearnedState().traits) == LearnedState()


@given(BASES, BASES)
def test_of_two_layers_the_upper_one_holds_and_the_lists_of_both_do(above: Values, below: Values) -> None:
    both = lists.stacked(above, below)
    assert both.keys() == {*above, *below}
    for path, value in both.items():
        assert BY_PATH[path].check(value) == value
        if path not in lists.PATHS:
            assert value == (above[path] if path in above else below[path])
        else:
            first, second = above.get(path, ()), below.get(path, ())
            assert value[: len(first)] == first
            assert set(value) <= {*first, *second}
            names = [
                {item.before if isinstance(item, Substitution) else item for item in many}
                for many in (value, first, second)
            ]
            assert names[0] == names[1] | names[2]
    assert lists.stacked(above, {}) == above
    assert lists.stacked({}, below) == below
    assert lists.stacked(above, above) == above
