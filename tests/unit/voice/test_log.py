from dataclasses import replace
from datetime import UTC, datetime
from functools import partial, reduce
from itertools import dropwhile

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import rewrite
from voice_engine.voice import lists
from voice_engine.voice.fields import Substitution
from voice_engine.voice.learned import LEARNER_VERSION, LearnedState
from voice_engine.voice.learning import Edit, learn
from voice_engine.voice.log import (
    RESTORABLE,
    ArchetypeApplied,
    EditsLearned,
    EditsUnlearned,
    Event,
    Learn,
    LearningSwitched,
    NotRestorable,
    OverrideRemoved,
    PhraseForgotten,
    ProfileReset,
    Relearned,
    RolledBack,
    SampleAdded,
    Telling,
    UnknownLearner,
    ValuesSet,
    VoiceStarted,
    apply,
    fold,
    knew,
    tell_anew,
    without,
)
from voice_engine.voice.profile import ProfileState, effective, learned_values, neutral, values
from voice_engine.voice.samples import sample
from voice_engine.voice.score import evolution_score

PIECES = st.sampled_from(
    [
        "We share news today.",
        "It costs $5.50 a.m. now!",
        "Is it so?",
        "- an item",
        "Let’s go — fast; now.",
        "👍 $where a.b",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=6).map("\n".join)
EDITS = st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 4)), max_size=8).map(
    lambda rows: [rewrite(n, draft, edited, content=content) for n, (draft, edited, content) in enumerate(rows)]
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "tone.formality": st.integers(1, 10),
        "writingTraits.usesEmojis": st.booleans(),
        "writingTraits.avgSentenceLength": st.floats(5, 50),
        "bannedPhrases": st.lists(st.sampled_from(["a.b", "$set", "x"]), max_size=3).map(tuple),
        "substitutions": st.just((Substitution("a.b", "$c"),)),
    },
)


BY_HAND = st.one_of(
    st.builds(ValuesSet, VALUES),
    st.builds(PhraseForgotten, st.sampled_from(["a.b", "x", "share news", "We Share"])),
    st.builds(OverrideRemoved, st.sampled_from(["tone.formality", "bannedPhrases", "no.such"])),
    st.builds(LearningSwitched, st.booleans()),
    st.builds(ArchetypeApplied, st.sampled_from(["meme-lord", "mine"]), VALUES),
    st.just(ArchetypeApplied(None, {})),
    st.builds(VoiceStarted, VALUES),
    st.just(ProfileReset()),
)
SAMPLES = st.builds(
    SampleAdded,
    st.builds(
        sample,
        st.sampled_from(["a" * 24, "b" * 24]),
        st.just(datetime(2026, 1, 1, tzinfo=UTC)),
        TEXTS,
        st.sampled_from(["en", None]),
    ),
)
# How far a rollback goes back, in place of its version: what it is depends on where it stands.
ROLLBACKS = st.integers(0, RESTORABLE - 1).map(lambda back: RolledBack(-back))
RELEARNED = st.just(Relearned(LEARNER_VERSION))


def placed(log: list[Event]) -> list[Event]:
    """The log with each rollback going to a version that there is."""
    rest = list(dropwhile(lambda event: isinstance(event, RolledBack), log))
    return [
        RolledBack(max(1, number + event.version)) if isinstance(event, RolledBack) else event
        for number, event in enumerate(rest)
    ]


LOGS = EDITS.flatmap(
    lambda edits: st.lists(st.one_of(BY_HAND, SAMPLES, ROLLBACKS, RELEARNED), max_size=12).flatmap(
        lambda others: st.permutations([*others, *(EditsLearned((edit,), LEARNER_VERSION) for edit in edits)])
    )
).map(placed)


def stored(adapter: TypeAdapter, value: object) -> object:
    return adapter.validate_python(bson.decode(bson.encode(adapter.dump_python(value))))


@settings(max_examples=40)
@given(EDITS, VALUES, st.lists(st.integers(1, 4), min_size=8, max_size=8))
def test_batches_of_any_size_give_the_same_profile(edits: list[Edit], given_values: dict, sizes: list[int]) -> None:
    events: list[Event] = [ValuesSet(given_values)]
    rest = edits
    for size in sizes:
        batch, rest = rest[:size], rest[size:]
        events.append(EditsLearned(tuple(batch), LEARNER_VERSION))
    one_by_one = fold([ValuesSet(given_values), *(EditsLearned((edit,), LEARNER_VERSION) for edit in edits)])
    batched = fold(events)
    assert batched == one_by_one
    assert effective(batched) == effective(one_by_one)
    assert evolution_score(batched) == evolution_score(one_by_one)


@settings(max_examples=40)
@given(EDITS, VALUES)
def test_a_profile_replayed_from_stored_deltas_is_equal_bit_for_bit(edits: list[Edit], given_values: dict) -> None:
    adapter = TypeAdapter(ProfileState)
    state = fold([EditsLearned(tuple(edits), LEARNER_VERSION), ValuesSet(given_values)])
    replay = neutral()
    for edit in edits:
        replay = stored(adapter, apply(replay, EditsLearned((stored(TypeAdapter(Edit), edit),), LEARNER_VERSION)))
    replay = apply(replay, stored(TypeAdapter(ValuesSet), ValuesSet(given_values)))
    assert replay == state
    assert bson.encode(adapter.dump_python(replay)) == bson.encode(adapter.dump_python(state))


@settings(max_examples=40)
@given(LOGS)
def test_a_log_of_all_kinds_survives_the_database(log: list[Event]) -> None:
    kept = [stored(TypeAdapter(type(event)), event) for event in log]
    state = fold(kept)
    assert state == fold(log)
    assert stored(TypeAdapter(ProfileState), state) == state


def test_an_empty_log_is_the_neutral_profile() -> None:
    assert fold([]) == neutral()


@settings(max_examples=20)
@given(LOGS)
def test_edits_learned_by_rules_that_were_never_published_are_told_by_those_of_today(log: list[Event]) -> None:
    before = [replace(event, learner_version=1) if isinstance(event, EditsLearned) else event for event in log]
    assert fold(before) == fold(log) == refold(before)
    assert fold([*before, Relearned(LEARNER_VERSION)]) == fold(log)


def test_edits_learned_by_other_rules_are_not_replayed_by_these() -> None:
    with pytest.raises(UnknownLearner, match=str(LEARNER_VERSION + 1)):
        apply(neutral(), EditsLearned((), LEARNER_VERSION + 1))


def refold(events: list[Event], learn: Learn = learn) -> ProfileState:
    return reduce(partial(tell_anew, learn=learn), events, Telling()).state


def quiet(state: LearnedState, edit: Edit) -> LearnedState:
    """Other rules: edits are counted and teach nothing."""
    return replace(state, edits=state.edits + 1)


@settings(max_examples=40)
@given(LOGS)
def test_a_log_refolded_by_other_rules_keeps_what_was_done_by_hand(log: list[Event]) -> None:
    before, after = fold(log), refold(log, quiet)
    assert replace(after, learned=LearnedState()) == replace(before, learned=LearnedState())
    assert after.learned.edits == before.learned.edits
    assert {trait.value for trait in after.learned.traits} == {None}
    assert refold(log, learn) == before


def test_edits_of_unknown_rules_can_be_refolded_by_known_ones() -> None:
    edits = tuple(rewrite(n, "One, two, three, four, five, six, seven, eight.", "No. " * 12) for n in range(3))
    assert refold([EditsLearned(edits, LEARNER_VERSION + 1)]) == fold([EditsLearned(edits, LEARNER_VERSION)])


def edit_ids(log: list[Event]) -> list[str]:
    return [edit.id for event in log if isinstance(event, EditsLearned) for edit in event.edits]


@settings(max_examples=40)
@given(LOGS, st.data())
def test_a_log_without_some_edits_is_that_of_one_who_never_made_them(log: list[Event], data: st.DataObject) -> None:
    taken_back = data.draw(st.lists(st.sampled_from(edit_ids(log) or ["none"]), unique=True))
    log = [*log, EditsUnlearned(tuple(taken_back))]
    # Something else has to stand in its place, since rollbacks count the rows.
    never_made = [
        ValuesSet({}) if isinstance(event, EditsLearned) and event.edits[0].id in taken_back else event for event in log
    ]
    rest = list(without(log, taken_back))
    assert fold(rest) == fold(never_made)
    assert refold(rest, quiet) == refold(never_made, quiet)
    assert not set(edit_ids(rest)) & set(taken_back)


@given(VALUES, st.sampled_from(["tone.formality", "writingTraits.usesEmojis", "bannedPhrases"]))
def test_unlocking_one_field_shows_what_lies_below_and_leaves_the_rest(given_values: dict, path: str) -> None:
    locked = fold([ValuesSet({**given_values, path: {"tone.formality": 9}.get(path, ())})])
    free = apply(locked, OverrideRemoved(path))
    assert values(free)[path] == values(neutral())[path]
    assert free.overrides == {item: value for item, value in locked.overrides.items() if item != path}


def test_a_phrase_forgotten_leaves_every_list_and_stays_away() -> None:
    given_values = {
        "bannedPhrases": ("Deep dive", "at last"),
        "commonPhrases": ("deep  DIVE",),
        "substitutions": (Substitution("deep dive", "look"), Substitution("utilize", "use")),
        "rules": ("deep dive",),
    }
    state = fold([ValuesSet(given_values), PhraseForgotten("deep dive"), PhraseForgotten("Deep Dive")])
    assert state.tombstones == ("deep dive",)
    assert state.overrides == {
        "bannedPhrases": ("at last",),
        "commonPhrases": (),
        "substitutions": (Substitution("utilize", "use"),),
        "rules": ("deep dive",),
    }
    draft = "We take a deep dive into it. The town paid for the roof of the hall."
    edits = tuple(rewrite(n, draft, draft.replace(" deep dive into", " look at")) for n in range(6))
    taught = EditsLearned(edits, LEARNER_VERSION)
    assert "deep dive" in str(effective(fold([taught]))).casefold()
    assert "deep dive" not in str(effective(apply(replace(state, overrides={}), taught))).casefold()


def test_pausing_changes_nothing_but_the_switch() -> None:
    state = fold([ValuesSet({"tone.formality": 9}), LearningSwitched(False)])
    assert not state.learning
    assert apply(state, LearningSwitched(True)) == fold([ValuesSet({"tone.formality": 9})])


def steps(log: list[Event]) -> list[ProfileState]:
    """The state at each version, from 1 on, told event by event with all states at hand."""
    states: list[ProfileState] = []
    for event in log:
        state = states[-1] if states else neutral()
        if isinstance(event, RolledBack):
            states.append(replace(states[event.version - 1], learning=state.learning))
        else:
            states.append(apply(state, event))
    return states


@settings(max_examples=40)
@given(LOGS)
def test_a_rollback_gives_all_that_held_at_its_version_but_for_the_pause(log: list[Event]) -> None:
    # With one set of rules, learning anew gives what there is: a plain telling knows every state.
    assert fold(log) == [neutral(), *steps(log)][-1]


@settings(max_examples=40)
@given(LOGS, st.data())
def test_a_rollback_undoes_whatever_came_between(log: list[Event], data: st.DataObject) -> None:
    log = log or [ProfileReset()]
    version = data.draw(st.integers(max(1, len(log) - RESTORABLE + 1), len(log)))
    then, now = fold(log[:version]), fold(log)
    back = fold([*log, RolledBack(version)])
    assert back == replace(then, learning=now.learning)


@pytest.mark.parametrize("version", [0, 1, 13, -1])
def test_a_version_that_was_not_kept_cannot_be_gone_back_to(version: int) -> None:
    log: list[Event] = [ValuesSet({"voiceStrength": number}) for number in range(RESTORABLE + 2)]
    assert fold([*log, RolledBack(3)]).overrides == {"voiceStrength": 2}
    with pytest.raises(NotRestorable):
        fold([*log, RolledBack(version)])
    with pytest.raises(NotRestorable):
        refold([*log, RolledBack(version)])


def test_what_was_relearned_by_other_rules_can_be_gone_back_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learned by rules 1, learned anew by rules 2: a rollback shows the former, and learning anew again the latter."""
    monkeypatch.setattr("voice_engine.voice.log.LEARNERS", {1: learn, 2: quiet})
    taught = EditsLearned(tuple(rewrite(n, "One, two, three, four.", "No. " * 12) for n in range(4)), 1)
    by_hand = ValuesSet({"tone.humor": 9})
    log: list[Event] = [taught, by_hand, Relearned(2)]
    loud, silent = fold(log[:2]), fold(log)
    assert loud.learned.traits != silent.learned.traits
    assert fold([*log, RolledBack(2)]) == loud
    assert fold([*log, RolledBack(1)]) == fold([taught])
    assert fold([*log, RolledBack(2), Relearned(2)]) == silent
    assert fold([*log, RolledBack(2), Relearned(1)]) == loud


@settings(max_examples=40)
@given(LOGS)
def test_a_reset_leaves_nothing_but_the_pause(log: list[Event]) -> None:
    assert fold([*log, ProfileReset()]) == replace(neutral(), learning=fold(log).learning)


@settings(max_examples=40)
@given(LOGS, VALUES)
def test_an_archetype_lies_below_all_that_was_learned_and_set_by_hand(log: list[Event], given_values: dict) -> None:
    before = fold(log)
    after = apply(before, ArchetypeApplied("meme-lord", given_values))
    off = apply(after, ArchetypeApplied(None, {}))
    for state in (after, off):
        assert (state.overrides, state.tombstones) == (before.overrides, before.tombstones)
        assert [trait.value for trait in state.learned.traits] == [trait.value for trait in before.learned.traits]
        assert (state.learned.phrases, state.learned.own_texts) == (before.learned.phrases, before.learned.own_texts)
    known = {**learned_values(before), **before.overrides}
    shown = {path: value for path, value in given_values.items() if path not in known and path not in lists.PATHS}
    assert {path: values(after)[path] for path in shown} == shown
    assert (values(after)["archetypeBase"], values(off)["archetypeBase"]) == ("meme-lord", None)
    assert off.base == before.inherited


# Kinds of rows that tell which edits a state knows: one learns the edit in hand, one resets, one goes back.
@given(st.lists(st.sampled_from(["other", "reset"]) | st.integers(1, RESTORABLE), max_size=30), st.integers(0, 8))
def test_which_versions_knew_an_edit_is_told_by_what_went_back(rows: list[str | int], before: int) -> None:
    known, returns = [False] * (before + 1) + [True], {}
    for row in rows:
        version = len(known)
        if row == "reset":
            returns[version] = 0
            known.append(False)
        elif isinstance(row, int):
            returns[version] = max(0, version - row)
            known.append(known[returns[version]])
        else:
            known.append(known[-1])
    assert [knew(version, [before + 1], returns) for version in range(len(known))] == known
    never = [len(known), len(known) + 1]
    assert [knew(version, [*never, before + 1], returns) for version in range(len(known))] == known
    assert not any(knew(version, never, returns) for version in range(len(known)))


def test_a_log_that_went_back_many_thousand_times_tells_what_a_version_knew() -> None:
    returns = {version: version - 2 for version in range(7, 100_007, 2)}
    assert knew(100_005, [3], returns)
    assert not knew(100_005, [*range(8, 100_005, 2)], returns)
