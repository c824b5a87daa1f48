"""The learned state: it survives the database and another shape, stays small, and costs the same after any history."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random

import bson
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.deltas import DELTAS
from tests.unit.voice.manners import plain, terse
from tests.unit.voice.work import steps
from tests.unit.voice.writers import counted, edit_of, ident, learned, phrase_delta, prose, rewrite
from voice_engine.voice import (
    evidence,
    fingerprint,
    learning,
    overlaps,
    packing,
    phrase_evidence,
    phrases,
    prints,
    substitutions,
)
from voice_engine.voice.delta import Delta
from voice_engine.voice.evidence import REMEMBERED, Past
from voice_engine.voice.explain import evidence_summary
from voice_engine.voice.features import NAMES, Features
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import POINTERS, SAVES, add_sample, learn
from voice_engine.voice.profile import ProfileState, effective, neutral
from voice_engine.voice.samples import MAX_OWN, Sample
from voice_engine.voice.trait_kinds import Relative
from voice_engine.voice.traits import TRAITS

STATES = TypeAdapter(LearnedState)


@settings(max_examples=40)
@given(st.lists(st.tuples(DELTAS, st.integers(0, 5)), max_size=30))
def test_learning_is_total_and_its_state_survives_the_database(given_edits: list[tuple[Delta, int]]) -> None:
    state = learned(edit_of(number, delta, content=content) for number, (delta, content) in enumerate(given_edits))
    assert state.edits == len(given_edits)
    assert state.iterations <= sum(not delta.unchanged for delta, _ in given_edits)
    stored = bson.decode(bson.encode(STATES.dump_python(state)))
    assert STATES.validate_python(stored) == state


def as_before(state: LearnedState, traits_known: int) -> dict:
    """The state as it was stored when the table of traits was shorter, before fields with a default were added."""
    plain_state = STATES.dump_python(state)
    plain_state["traits"] = [
        {name: value for name, value in trait.items() if name not in {"anchor", "refused"}}
        for trait in plain_state["traits"][:traits_known]
    ]
    for item in (*plain_state["observations"], *plain_state["own_texts"]):
        for name in {"draft", "edited", "measures"} & set(item):
            item[name] = item[name][: 4 * traits_known]
        for name in {"aims", "printed"} & set(item):
            del item[name]
    for name in ("fingerprint", "substitutions"):
        del plain_state[name]
    return bson.decode(bson.encode(plain_state))


@settings(max_examples=30)
@given(
    st.lists(DELTAS, min_size=1, max_size=6),
    st.lists(DELTAS, min_size=1, max_size=6),
    st.integers(1, len(TRAITS) - 1),
)
def test_a_state_of_an_older_shape_is_read_and_goes_on_learning(
    before: list[Delta], after: list[Delta], traits_known: int
) -> None:
    sample = Sample("a" * 24, datetime(2026, 1, 1, tzinfo=UTC), "en", prose(9), "Short. Like this.")
    whole = add_sample(learned(edit_of(n, delta) for n, delta in enumerate(before)), sample)
    old = STATES.validate_python(as_before(whole, traits_known))
    assert [trait.name for trait in old.traits] == [trait.name for trait in TRAITS]
    assert effective(ProfileState(learned=old)).keys() == effective(neutral()).keys()
    evidence_summary(ProfileState(learned=old))
    further = [edit_of(100 + n, delta) for n, delta in enumerate(after)]
    one, other = learned(further, old), learned(further, whole)
    for position, trait in enumerate(TRAITS[:traits_known]):
        if not isinstance(trait, Relative):  # those lack what their older drafts were aiming at
            assert one.traits[position] == other.traits[position]
    assert STATES.validate_python(bson.decode(bson.encode(STATES.dump_python(one)))) == one


def test_a_trait_that_is_new_to_a_state_is_learned_from_the_next_edits() -> None:
    shorter = counted(prose(20), prose(12))
    length = next(n for n, trait in enumerate(TRAITS) if trait.name == "length")
    old = STATES.validate_python(as_before(learned(edit_of(n, shorter) for n in range(5)), length))
    assert old.trait("sentenceLength").value is not None
    assert old.trait("length").value is None
    new = learned((edit_of(10 + n, counted(prose(20), prose(12))) for n in range(3)), old)
    assert new.trait("length").value is not None


def test_a_state_of_a_newer_shape_is_read_as_far_as_it_is_known() -> None:
    state = learned(edit_of(n, counted(prose(20), prose(12))) for n in range(5))
    newer = STATES.dump_python(state)
    newer["traits"] = (*newer["traits"], newer["traits"][0] | {"name": "yetUnknown"})
    assert STATES.validate_python(newer | {"yet_unknown": 1}) == state


def test_the_state_stays_small_whatever_the_history() -> None:
    state = LearnedState()
    for number in range(2 * REMEMBERED):
        # Every phrase comes twice, in drafts that follow each other: the most that can be remembered of it.
        names = [f"{'long' * 10} phrase{number // 2}x{item} {'tail' * 10}" for item in range(300)]
        delta = phrase_delta(removed=names, added=[f"new {name[:60]}" for name in names], rate=1000)
        wide = Features(**{name: 200 + number + place for place, name in enumerate(NAMES)})
        delta = replace(delta, draft=wide, edited=replace(wide, words=400, emoji=0), changed=100_000)
        state = learn(state, edit_of(number, delta, content=number // 3))
    for number in range(MAX_OWN):
        post = f"{number}{'家' * 332}"
        state = add_sample(state, Sample(ident(number), datetime(2026, 1, 1, tzinfo=UTC), "zh", wide, post))
    state = replace(
        state,
        observations=tuple(replace(item, edit_ids=(ident(1),) * SAVES) for item in state.observations * 3)[:REMEMBERED],
        traits=tuple(
            replace(trait, value=10**9, since=10**6, edits=(ident(1),) * POINTERS, past=Past(*[10**15] * 4))
            for trait in state.traits
        ),
    )
    plain = STATES.dump_python(state)
    assert len(state.observations) == REMEMBERED
    assert len(bson.encode({"observations": plain["observations"]})) < 16_000
    # The fingerprint, empty here, may have the rest of 64 KB.
    assert len(bson.encode(plain)) < 48_000


def test_an_edit_costs_as_much_after_two_hundred_as_after_one_hundred() -> None:
    chance, state, cost = Random(31), LearnedState(), []
    edits = [rewrite(n, plain(chance), terse(chance)) for n in range(20)]
    parts = (learning, evidence, phrases, phrase_evidence, overlaps, substitutions, packing, fingerprint, prints)
    for number in range(200):
        edit = replace(edits[number % 20], id=ident(number), content_id=ident(number))
        if number in {100, 199}:
            cost.append(steps(partial(learn, state, edit), parts))
        state = learn(state, edit)
    assert 0 < cost[1] <= 1.1 * cost[0]
