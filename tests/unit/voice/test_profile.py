import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, phrase_delta, prose
from voice_engine.voice.explain import TraitSummary, evidence_summary
from voice_engine.voice.fields import BY_PATH, FIELDS, Field, FieldError, Substitution
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.log import SampleAdded, ValuesSet, apply
from voice_engine.voice.prediction import predicted
from voice_engine.voice.profile import ProfileState, as_it_holds, effective, neutral, set_by_hand, values
from voice_engine.voice.samples import Sample
from voice_engine.voice.score import evolution_score
from voice_engine.voice.traits import MILLION, TRAITS, Level

SETTABLE = [field for field in FIELDS if field.settable]
WORDS = st.text("abcdef gh", min_size=1, max_size=20).filter(str.strip)


def allowed(field: Field) -> st.SearchStrategy:
    match field.kind:
        case "number":
            return st.floats(field.low, field.high)
        case "integer":
            return st.integers(field.low, field.high)
        case "flag":
            return st.booleans()
        case "choice":
            return st.sampled_from(field.choices)
        case "substitutions":
            return st.lists(st.builds(Substitution, WORDS, WORDS), max_size=3)
    return st.lists(WORDS, max_size=3)


GIVEN = st.fixed_dictionaries({}, optional={field.path: allowed(field) for field in SETTABLE})
HISTORIES = st.lists(
    st.tuples(st.floats(6, 40), st.floats(6, 40), st.integers(0, 5), st.integers(0, 5)), max_size=12
).map(
    lambda rows: learned(
        edit_of(n, counted(prose(a, emoji=x, commas=9 * x), prose(b, emoji=y, list_items=y, commas=9 * y)))
        for n, (a, b, x, y) in enumerate(rows)
    )
)


def as_given(value: object) -> object:
    """A value as a form sends it: what the profile showed, through JSON."""
    return json.loads(json.dumps(value))


def flat(profile: dict[str, object]) -> dict[str, object]:
    paths: dict[str, object] = {}
    for name, value in profile.items():
        if isinstance(value, dict):
            paths.update({f"{name}.{inner}": item for inner, item in value.items()})
        else:
            paths[name] = value
    return paths


@given(HISTORIES, GIVEN)
def test_a_profile_has_every_field_within_its_bounds(state: LearnedState, given_values: dict[str, object]) -> None:
    profile = ProfileState(learned=state)
    profile = apply(profile, ValuesSet(set_by_hand(profile, given_values)))
    shown = flat(effective(profile))
    assert shown.keys() == BY_PATH.keys()
    for field in SETTABLE:
        field.check(as_given(shown[field.path]))


@given(HISTORIES, GIVEN)
def test_a_form_sent_back_as_it_was_freezes_nothing(state: LearnedState, given_values: dict[str, object]) -> None:
    profile = ProfileState(learned=state)
    profile = apply(profile, ValuesSet(set_by_hand(profile, given_values)))
    form = {path: as_given(value) for path, value in flat(effective(profile)).items()}
    assert set_by_hand(profile, form) == {}


@given(HISTORIES, st.sampled_from([field for field in FIELDS if not field.settable]))
def test_what_is_worked_out_cannot_be_set(state: LearnedState, field: Field) -> None:
    with pytest.raises(FieldError) as refused:
        set_by_hand(ProfileState(learned=state), {field.path: "something else"})
    assert refused.value.path == field.path


@given(HISTORIES, HISTORIES, st.sampled_from(SETTABLE))
def test_a_locked_field_keeps_what_it_held(state: LearnedState, later: LearnedState, field: Field) -> None:
    before = ProfileState(learned=state)
    locked = apply(before, ValuesSet(as_it_holds(before, field.path)))
    assert set(locked.overrides) == {field.path}
    assert values(replace(locked, learned=later))[field.path] == values(before)[field.path]
    assert as_it_holds(locked, field.path) == {}


@given(HISTORIES, st.sampled_from(SETTABLE), st.data())
def test_one_value_set_by_hand_locks_that_one_only(state: LearnedState, field: Field, data: st.DataObject) -> None:
    value = data.draw(allowed(field))
    before = ProfileState(learned=state)
    after = apply(before, ValuesSet(set_by_hand(before, {field.path: value})))
    assert set(after.overrides) <= {field.path}
    old, new = values(before), values(after)
    assert new[field.path] == field.check(value)
    changed = {path for path in old if old[path] != new[path]} - {field.path, "profileSource"}
    assert changed <= {"commonPhrases"}


@settings(max_examples=30)
@given(GIVEN, HISTORIES)
def test_learning_never_touches_what_was_set_by_hand(given_values: dict[str, object], state: LearnedState) -> None:
    fresh = neutral()
    locked = apply(fresh, ValuesSet(set_by_hand(fresh, given_values)))
    shown = values(ProfileState(learned=state, overrides=locked.overrides))
    assert {path: shown[path] for path in locked.overrides} == locked.overrides


def test_what_was_deleted_never_comes_back() -> None:
    state = learned(edit_of(n, phrase_delta(removed=["deep dive now"], added=["plain words"])) for n in range(4))
    assert effective(ProfileState(learned=state))["bannedPhrases"] == ["deep dive now"]
    deleted = effective(ProfileState(learned=state, tombstones=("Deep dive", "plain words")))
    assert (deleted["bannedPhrases"], deleted["commonPhrases"]) == ([], [])


def test_a_list_set_by_hand_is_the_list() -> None:
    state = learned(edit_of(n, phrase_delta(removed=["deep dive"], added=["plain words"])) for n in range(4))
    by_hand = effective(ProfileState(learned=state, overrides={"bannedPhrases": ("plain words",)}))
    assert (by_hand["bannedPhrases"], by_hand["commonPhrases"]) == (["plain words"], [])


def test_who_takes_emoji_out_gets_none() -> None:
    state = learned(edit_of(n, counted(prose(15, emoji=6), prose(15))) for n in range(4))
    traits = effective(ProfileState(learned=state, base={"writingTraits.emojiFrequency": 4.0}))["writingTraits"]
    assert (traits["usesEmojis"], traits["emojiFrequency"]) == (False, 0.0)


def test_layers_stand_in_order() -> None:
    path = "writingTraits.avgSentenceLength"
    state = learned(edit_of(n, counted(prose(20), prose(10))) for n in range(5))
    base = {path: 33.0, "tone.humor": 9}
    assert values(ProfileState(base=base))[path] == 33.0
    assert values(ProfileState(base=base, learned=state))[path] < 20
    assert values(ProfileState(base=base, learned=state, overrides={path: 41.0}))[path] == 41.0
    assert values(ProfileState(base=base, learned=state))["tone.humor"] == 9


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("tone.formality", 11),
        ("tone.formality", True),
        ("tone.formality", 5.5),
        ("writingTraits.usesEmojis", "private words"),
        ("writingTraits.avgSentenceLength", float("nan")),
        ("voiceType", "private words"),
        ("rules", ["private words"] * 21),
        ("rules", "private words"),
        ("bannedPhrases", [" "]),
        ("substitutions", [{"from": "private words"}]),
        ("substitutions", [{"from": "", "to": "private words"}]),
        ("learningIterations", 3),
        ("no.such", "private words"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_and_without_text(path: str, value: object) -> None:
    with pytest.raises(FieldError) as refused:
        set_by_hand(neutral(), {path: value})
    assert refused.value.path == path
    assert path in str(refused.value)
    assert "private words" not in str(refused.value)


def test_substitutions_are_taken_as_the_api_names_them() -> None:
    changed = set_by_hand(neutral(), {"substitutions": [{"from": "utilize", "to": "use"}]})
    assert changed == {"substitutions": (Substitution("utilize", "use"),)}
    assert effective(ProfileState(overrides=changed))["substitutions"] == [{"from": "utilize", "to": "use"}]


@given(HISTORIES, GIVEN)
def test_a_score_is_the_sum_of_its_bounded_parts(state: LearnedState, given_values: dict[str, object]) -> None:
    score = evolution_score(ProfileState(learned=state, overrides=set_by_hand(neutral(), given_values)))
    parts = (score.samples, score.iterations, score.completeness, score.consistency)
    assert score.total == sum(parts)
    assert all(0 <= part <= most for part, most in zip(parts, (20, 40, 20, 20), strict=True))


def test_a_new_profile_scores_nothing_and_empty_saves_add_nothing() -> None:
    assert evolution_score(neutral()).total == 0
    saved = learned(edit_of(n, counted(prose(20), prose(20))) for n in range(10))
    assert evolution_score(ProfileState(learned=saved)).total == 0


@given(HISTORIES)
def test_every_trait_answers_for_itself(state: LearnedState) -> None:
    shown = values(ProfileState(learned=state))
    for summary in evidence_summary(ProfileState(learned=state)):
        assert summary.up + summary.down + summary.hold <= 10
        assert 0 <= summary.confidence < 1
        assert (summary.certainty == "none") == (summary.confidence == 0) == (summary.learned is None)
        assert summary.why
        if summary.learned is None:
            assert summary.reason not in {"moved", "settled"}
            assert (summary.needed == 0) == (summary.reason in {"votes conflict", "mostly left as it is"})
        else:
            assert len(summary.edits) >= 3
            if summary.path not in {"", "writingTraits.emojiFrequency"}:
                assert shown[summary.path] == summary.learned


def explained(state: ProfileState, trait: str) -> TraitSummary:
    (found,) = (summary for summary in evidence_summary(state) if summary.trait == trait)
    return found


def test_what_has_not_moved_says_exactly_why() -> None:
    path = "writingTraits.avgSentenceLength"
    shorter, longer = counted(prose(20), prose(12)), counted(prose(20), prose(28))
    still = counted(prose(20, commas=9), prose(20, commas=30))
    two = ProfileState(learned=learned(edit_of(n, shorter) for n in range(2)))
    assert explained(neutral(), "sentenceLength").reason == "unmeasured"
    assert (explained(two, "sentenceLength").reason, explained(two, "sentenceLength").needed) == ("too few votes", 1)
    assert explained(two, "sentenceLength").why == "2 of 3 edits needed agree so far."
    assert explained(replace(two, learning=False), "sentenceLength").reason == "paused"
    assert explained(replace(two, overrides={path: 11.0}), "sentenceLength").reason == "locked by hand"
    mixed = learned(edit_of(n, longer if n % 2 else shorter) for n in range(8))
    assert explained(ProfileState(learned=mixed), "sentenceLength").reason == "votes conflict"
    seldom = learned(edit_of(n, shorter if n in {2, 5, 8} else still) for n in range(9))
    assert explained(ProfileState(learned=seldom), "sentenceLength").reason == "mostly left as it is"
    assert explained(two, "voiceType").needed == 5


def test_confidence_grows_with_what_a_value_rests_on() -> None:
    seen: list[TraitSummary] = []
    for count in (3, 6, 12, 24):
        state = learned(edit_of(n, counted(prose(20), prose(14))) for n in range(count))
        seen.append(explained(ProfileState(learned=state), "sentenceLength"))
    assert [item.confidence for item in seen] == sorted({item.confidence for item in seen})
    assert [item.deviation for item in seen] == sorted({item.deviation for item in seen}, reverse=True)
    assert (seen[0].certainty, seen[-1].certainty) == ("medium", "high")


@given(HISTORIES)
def test_what_is_expected_of_a_trait_is_what_is_predicted_in_its_unit(state: LearnedState) -> None:
    for trait, summary in zip(TRAITS, evidence_summary(ProfileState(learned=state)), strict=True):
        told = predicted(state, trait.name)
        if told is None or not told.drafts:
            assert summary.expected is None
            continue
        assert summary.expected is not None
        assert isinstance(trait, Level)
        half = 0.5 * 10**-trait.digits + 1e-9
        assert summary.expected.drafts == told.drafts <= len(state.observations)
        assert abs(summary.expected.change - told.change / MILLION) <= half
        assert abs(summary.expected.deviation - told.deviation / MILLION) <= half
        assert abs(summary.expected.level - trait.bounded(told.level) / MILLION) <= half


def test_nothing_is_expected_of_somebody_who_saved_nothing() -> None:
    assert all(summary.expected is None for summary in evidence_summary(neutral()))


def test_what_own_texts_tell_names_them() -> None:
    post = Sample("a" * 24, datetime(2026, 1, 1, tzinfo=UTC), "en", prose(9), "Short. Like this.")
    found = explained(apply(neutral(), SampleAdded(post)), "sentenceLength")
    assert (found.reason, found.samples, found.edits) == ("told by own texts", ("a" * 24,), ())
    assert found.certainty == "low"
