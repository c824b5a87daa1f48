from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, pairwise
from random import Random

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.manners import plain, terse, wordy
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
    traits,
)
from voice_engine.voice.closeness import closeness
from voice_engine.voice.delta import Delta
from voice_engine.voice.evidence import REMEMBERED, Past
from voice_engine.voice.explain import evidence_summary
from voice_engine.voice.features import NAMES, Features
from voice_engine.voice.fields import BY_PATH, FIELDS
from voice_engine.voice.fingerprint import digest
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import POINTERS, SAVES, add_sample, learn
from voice_engine.voice.ngrams import LENGTHS
from voice_engine.voice.observations import Measure
from voice_engine.voice.profile import ProfileState, effective, learned_values, neutral
from voice_engine.voice.samples import MAX_OWN, Sample
from voice_engine.voice.trait_kinds import Relative
from voice_engine.voice.traits import MILLION, TRAITS, Level

STATES = TypeAdapter(LearnedState)
FEATURES = st.builds(Features, **dict.fromkeys(NAMES, st.integers(0, 60_000)))
SMALL = st.builds(Features, **dict.fromkeys(NAMES, st.integers(0, 40)))
PHRASES = st.lists(st.text("abc $.", min_size=3, max_size=12).map(lambda end: f"word {end or 'x'}"), max_size=4)
DELTAS = st.builds(
    Delta,
    language=st.sampled_from(["en", "de", None]),
    unchanged=st.booleans(),
    changed=st.integers(0, MILLION),
    draft=st.one_of(SMALL, FEATURES),
    edited=st.one_of(SMALL, FEATURES),
    removed=st.just(()),
    added=st.just(()),
    removal_rates=st.tuples(*[st.integers(0, MILLION)] * len(LENGTHS)),
    kept=st.binary(max_size=16).map(lambda value: value[: len(value) // 4 * 4]),
)


def level(state: LearnedState, name: str = "sentenceLength") -> float | None:
    value = state.trait(name).value
    return None if value is None else value / MILLION


def switched(state: LearnedState, name: str) -> bool | None:
    value = state.trait(name).value
    return None if value is None else bool(value)


@settings(max_examples=40)
@given(st.lists(st.tuples(DELTAS, st.integers(0, 5)), max_size=30))
def test_learning_is_total_and_its_state_survives_the_database(given_edits: list[tuple[Delta, int]]) -> None:
    state = learned(edit_of(number, delta, content=content) for number, (delta, content) in enumerate(given_edits))
    assert state.edits == len(given_edits)
    assert state.iterations <= sum(not delta.unchanged for delta, _ in given_edits)
    stored = bson.decode(bson.encode(STATES.dump_python(state)))
    assert STATES.validate_python(stored) == state


@given(st.integers(1, 40), st.lists(st.tuples(st.floats(6, 40), st.floats(6, 40)), max_size=8))
def test_saves_without_a_change_move_nothing(saves: int, before: list[tuple[float, float]]) -> None:
    start = learned(edit_of(n, counted(prose(a), prose(b))) for n, (a, b) in enumerate(before))
    accepted = learned((edit_of(100 + n, counted(prose(30), prose(30))) for n in range(saves)), start)
    assert [trait.value for trait in accepted.traits] == [trait.value for trait in start.traits]
    assert accepted.iterations == start.iterations
    assert accepted.acceptances == start.acceptances + saves


@given(st.floats(8, 45), st.floats(-30, -5), st.integers(2, 8))
def test_one_loud_edit_is_no_habit(draft: float, change: float, quiet: int) -> None:
    loud = counted(prose(draft), prose(max(1, draft + change)))
    still = counted(prose(draft), prose(draft))
    assert level(learned(edit_of(n, loud if n == 0 else still) for n in range(quiet + 1))) is None


@given(st.lists(st.sampled_from([-1, 1]), min_size=6, max_size=20))
def test_opposite_votes_veto(ways: list[int]) -> None:
    balanced = [way for pair in zip(ways, [-way for way in ways], strict=True) for way in pair]
    state = learned(edit_of(n, counted(prose(20), prose(20 + 6 * way))) for n, way in enumerate(balanced))
    assert level(state) is None


@given(st.lists(st.tuples(st.floats(5, 45), st.floats(5, 45), st.integers(100_000, 790_000)), min_size=1, max_size=40))
def test_a_level_never_leaves_what_was_drafted_and_written(edits: list[tuple[float, float, int]]) -> None:
    state = LearnedState()
    seen: list[float] = []
    for number, (draft, edited, changed) in enumerate(edits):
        pair = prose(draft), prose(edited)
        seen += [item.sentence_words / item.sentences for item in pair]
        state = learn(state, edit_of(number, counted(*pair, changed=changed)))
        value = level(state)
        assert value is None or min(seen) - 0.01 <= value <= max(seen) + 0.01


def test_edits_to_drafts_from_before_the_first_was_learned_are_not_added_up() -> None:
    state = learned(edit_of(n, counted(prose(20), prose(10))) for n in range(3))
    value = level(state)
    assert value is not None
    assert 10 <= value < 20
    later = learned((edit_of(n, counted(prose(20), prose(10))) for n in range(3, 60)), state)
    assert 10 <= (level(later) or 0) <= value


def test_ten_like_edits_and_one_edit_are_not_the_same() -> None:
    delta = counted(prose(20), prose(14))
    once, ten = learned([edit_of(1, delta)]), learned(edit_of(n, delta) for n in range(10))
    assert level(once) is None
    assert level(ten) is not None
    assert ten.trait("sentenceLength").edits


def test_small_edits_count_by_what_they_touch() -> None:
    body = "We walk along the water and talk about the day with old friends. " * 12
    edits = [rewrite(n, f"{body}It was late — we left.", f"{body}It was late, we left.") for n in range(3)]
    assert all(edit.delta.changed < 20_000 for edit in edits)
    state = learned(edits)
    assert (level(state, "dashes") or 1) < 0.3 + 0.5
    assert state.trait("dashes").edits == tuple(edit.id for edit in edits)
    assert level(state) is None


def test_saves_of_one_draft_are_one_vote() -> None:
    steps = [26.0, 23.0, 20.0, 17.0, 14.0]
    state = LearnedState()
    for number, (draft, edited) in enumerate(pairwise(steps)):
        state = learn(state, edit_of(number, counted(prose(draft), prose(edited)), content=1))
    assert level(state) is None
    (observation,) = state.observations
    assert observation.measure(0) == Measure(26 * MILLION, 14 * MILLION, touched=True)
    assert observation.edit_ids == (ident(1), ident(2), ident(3))


def test_of_several_saves_of_one_draft_the_last_text_stands_in_the_fingerprint() -> None:
    chance = Random(21)
    draft, first, last = plain(chance), wordy(chance), terse(chance)
    others = [rewrite(n, plain(chance), terse(chance)) for n in range(3)]
    state = learned([*others, rewrite(10, draft, first, content=10), rewrite(11, first, last, content=10)])
    alone = learned([*others, rewrite(10, draft, last, content=10)])
    assert (state.fingerprint.known, state.fingerprint.drafts) == (4, 4)
    assert state.fingerprint.known_words == alone.fingerprint.known_words
    text = digest(terse(chance))
    near = [closeness(item.fingerprint, text) for item in (state, alone, learned([*others, rewrite(10, draft, first)]))]
    assert abs(near[0] - near[1]) < 0.01 < near[1] - near[2]


def test_a_draft_accepted_first_and_edited_later_is_known_by_its_edit() -> None:
    chance = Random(22)
    draft, edited = plain(chance), terse(chance)
    state = learned([rewrite(1, draft, draft, content=1), rewrite(2, draft, edited, content=1)])
    assert (state.fingerprint.known, state.fingerprint.drafts) == (1, 1)
    again = learned([rewrite(3, edited, edited, content=1)], state)
    assert again.fingerprint == state.fingerprint


def test_the_fingerprint_counts_a_text_under_its_format() -> None:
    chance = Random(23)
    edits = [rewrite(n, plain(chance), terse(chance)) for n in range(6)]
    kinds = ["email", "email", "thread", "email", None, "thread"]
    state = learned(replace(edit, format=kind) for edit, kind in zip(edits, kinds, strict=True))
    parts = {part.name: part.known for part in state.fingerprint.formats}
    assert parts == {"email": 3, "thread": 2}
    assert state.fingerprint.known == 6


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


def test_a_draft_written_anew_is_a_sample_and_no_vote() -> None:
    anew = counted(prose(25), prose(9), changed=900_000)
    state = learned(edit_of(n, anew) for n in range(12))
    assert state.samples == 12
    assert level(state) is None


SWITCHES = {
    "usesEmojis": (prose(15, emoji=2), prose(15)),
    "usesBulletPoints": (prose(15, list_items=4), prose(15)),
    "asksQuestions": (prose(15, questions=4), prose(15)),
    "usesHooks": (prose(15, texts=1, hooks=1), prose(15, texts=1)),
    "shortParagraphs": (
        Features(words=300, sentences=20, sentence_words=300, paragraphs=12, paragraph_words=300),
        Features(words=300, sentences=20, sentence_words=300, paragraphs=3, paragraph_words=300),
    ),
}


@pytest.mark.parametrize("name", SWITCHES)
@given(flips=st.integers(1, 5))
@settings(max_examples=5)
def test_a_switch_flips_as_often_as_the_writer_does(name: str, flips: int) -> None:
    state = LearnedState()
    number = 0
    for flip in range(flips):
        with_it, without = SWITCHES[name]
        draft, edited = (without, with_it) if flip % 2 == 0 else (with_it, without)
        for vote in range(3):
            assert switched(state, name) is not (flip % 2 == 0) or (vote == 0 and flip == 0)
            state = learn(state, edit_of(number, counted(draft, edited)))
            number += 1
        assert switched(state, name) is (flip % 2 == 0)


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_does_not_flip_on_mixed_votes(name: str) -> None:
    with_it, without = SWITCHES[name]
    pairs = [(without, with_it), (with_it, without)] * 8
    state = learned(edit_of(n, counted(*pair)) for n, pair in enumerate(pairs))
    assert switched(state, name) is None


def test_texts_without_spaces_have_no_rate_per_word() -> None:
    state = learned(rewrite(n, "我們今天去，看看。", "我們今天去看看！！" * 4, language="zh") for n in range(5))
    assert {trait.name for trait in state.traits if trait.value is not None} == set()


def test_a_measure_that_a_text_cannot_give_is_no_vote() -> None:
    state = learned(edit_of(n, counted(Features(words=5, emoji=1), Features(words=5))) for n in range(6))
    assert level(state, "emoji") is None
    assert switched(state, "usesEmojis") is False


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


def test_what_only_mends_misspellings_moves_nothing() -> None:
    mended = replace(counted(prose(20, commas=30), prose(12, commas=0)), spelling_only=True)
    state = learned(edit_of(n, mended) for n in range(8))
    assert state.edits == 8
    assert state.observations == ()
    assert [trait.value for trait in state.traits] == [None] * len(TRAITS)


KINDS = {
    "intro": ("opening", 3, "structurePreferences.introStyle"),
    "body": ("body", 3, "structurePreferences.bodyStyle"),
    "ending": ("ending", 3, "structurePreferences.endingStyle"),
}


def shaped(part: str, kind: str | None) -> Features:
    return replace(prose(15), english_words=300, texts=1, **({f"{part}_{kind}": 1} if kind else {}))


@pytest.mark.parametrize("name", KINDS)
@given(st.data())
@settings(max_examples=10)
def test_a_structure_is_learned_from_any_kind_to_any_other(name: str, data: st.DataObject) -> None:
    part, votes, path = KINDS[name]
    choices = BY_PATH[path].choices
    kinds = [kind for kind, _ in groupby(data.draw(st.lists(st.sampled_from(choices), min_size=2, max_size=8)))]
    state, number = LearnedState(), 0
    for old, new in pairwise(kinds):
        before = learned_values(ProfileState(learned=state)).get(path)
        for vote in range(votes):
            assert learned_values(ProfileState(learned=state)).get(path) == before, vote
            state = learn(state, edit_of(number, counted(shaped(part, old), shaped(part, new))))
            number += 1
        assert learned_values(ProfileState(learned=state))[path] == new


def test_an_ending_that_the_writer_takes_out_is_no_preference() -> None:
    path = "structurePreferences.endingStyle"
    liked = learned(edit_of(n, counted(shaped("ending", None), shaped("ending", "cta"))) for n in range(3))
    assert learned_values(ProfileState(learned=liked))[path] == "cta"
    back = [edit_of(9 + n, counted(shaped("ending", "cta"), shaped("ending", None))) for n in range(3)]
    assert path not in learned_values(ProfileState(learned=learned(back, liked)))


@pytest.mark.parametrize("kind", ["story", "hook"])
def test_a_structure_is_not_learned_from_mixed_votes(kind: str) -> None:
    pairs = [("statement", kind), (kind, "statement"), ("statement", "problem")] * 4
    state = learned(
        edit_of(n, counted(shaped("opening", old), shaped("opening", new))) for n, (old, new) in enumerate(pairs)
    )
    assert state.trait("intro").value is None


def test_what_says_more_about_a_writer_takes_five_edits() -> None:
    formal = replace(prose(15), english_words=300, plain_words=300, long_words=100, assertive=20)
    plain = replace(formal, long_words=30, first_person=20, second_person=20, informal=20, assertive=0)
    paths = {"voiceType": "conversational", "vocabularyLevel": "medium"}
    for count_, known in ((4, False), (5, True)):
        state = learned(edit_of(n, counted(formal, plain)) for n in range(count_))
        shown = learned_values(ProfileState(learned=state))
        assert {path: shown.get(path) for path in paths} == (paths if known else dict.fromkeys(paths))


@pytest.mark.parametrize(("start", "end", "grade"), [(24, 8, "simple"), (16, 40, "advanced")])
def test_vocabulary_is_learned_in_both_directions(start: int, end: int, grade: str) -> None:
    draft = replace(prose(15), english_words=300, plain_words=300, long_words=3 * start)
    state = learned(edit_of(n, counted(draft, replace(draft, long_words=3 * end))) for n in range(24))
    assert learned_values(ProfileState(learned=state))["vocabularyLevel"] == grade


def test_every_field_is_learned_or_said_to_be_set_by_hand_only() -> None:
    learned_elsewhere = {"commonPhrases", "bannedPhrases", "substitutions", "samplePosts"}
    by_hand = {path for path in BY_PATH if f"`{path}`" in (traits.__doc__ or "")}
    assert by_hand == {"rules", "voiceStrength"}
    shown = {trait.path for trait in TRAITS if trait.path}
    assert shown | learned_elsewhere | by_hand == {field.path for field in FIELDS if field.settable}


def test_the_table_of_traits_is_sound() -> None:
    shown = [trait for trait in TRAITS if trait.path]
    assert len({trait.name for trait in TRAITS}) == len(TRAITS)
    assert len({trait.path for trait in shown}) == len(shown)
    levels = [trait for trait in TRAITS if isinstance(trait, Level)]
    assert all(trait.bounded(trait.neutral) == trait.neutral for trait in levels)
    for trait in shown:
        value = trait.shown(trait.neutral if isinstance(trait, Level) else 0)
        assert BY_PATH[trait.path].check(value) == value
