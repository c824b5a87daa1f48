"""Switches, structures, kind of voice and level of words are learned in every direction, and not from mixed votes."""

from dataclasses import replace
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, prose
from voice_engine.voice.features import Features
from voice_engine.voice.fields import BY_PATH
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import learn
from voice_engine.voice.profile import ProfileState, learned_values


def switched(state: LearnedState, name: str) -> bool | None:
    value = state.trait(name).value
    return None if value is None else bool(value)


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
