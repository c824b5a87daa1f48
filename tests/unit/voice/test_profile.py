import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, phrase_delta, prose
from voice_engine.voice.explain import evidence_summary, phrase_summary
from voice_engine.voice.fields import BY_PATH, FIELDS, Field, FieldError, Substitution
from voice_engine.voice.learning import LearnedState
from voice_engine.voice.log import ValuesSet, apply
from voice_engine.voice.profile import ProfileState, effective, neutral, set_by_hand, values
from voice_engine.voice.score import evolution_score

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
    form = {path: as_given(value) for path, value in flat(effective(profile)).items() if BY_PATH[path].settable}
    assert set_by_hand(profile, form) == {}


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
    for summary in evidence_summary(state):
        assert summary.up + summary.down + summary.hold <= 10
        if summary.value is None:
            assert summary.reason not in {"moved", "settled"}
            assert (summary.needed == 0) == (summary.reason in {"votes conflict", "mostly left as it is"})
        else:
            assert len(summary.edits) >= 3
            if summary.path != "writingTraits.emojiFrequency":
                assert shown[summary.path] == summary.value


def test_phrases_answer_for_themselves() -> None:
    state = learned(edit_of(n, phrase_delta(removed=["deep dive"], added=["plain words"])) for n in range(3))
    assert [(item.path, item.phrase, item.removed_in, item.added_in) for item in phrase_summary(state)] == [
        ("bannedPhrases", "deep dive", 3, 0),
        ("commonPhrases", "plain words", 0, 3),
    ]
