"""Suggestions: each follows from the evidence that it names, and what it promises comes true."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, phrase_delta, prose
from voice_engine.voice.explain import evidence_summary
from voice_engine.voice.fields import Value
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.profile import ProfileState, learned_values, neutral
from voice_engine.voice.suggestions import BAN_DRAFTS, MOST, MOST_OF_A_KIND, Kind, Suggestion, suggestions

LENGTH = "writingTraits.avgSentenceLength"
# Edits that shorten sentences, lengthen them, or leave them and do something else.
EDITS = {
    "shorter": counted(prose(20), prose(12)),
    "longer": counted(prose(20), prose(28)),
    "else": counted(prose(20), prose(20, commas=60)),
}
HISTORIES = st.lists(st.sampled_from(list(EDITS)), max_size=14)


def after(history: list[str]) -> LearnedState:
    return learned(edit_of(number, EDITS[kind]) for number, kind in enumerate(history))


def of_kind(state: ProfileState, kind: Kind, path: str = "") -> list[Suggestion]:
    return [item for item in suggestions(state) if item.kind == kind and path in ("", item.path)]


@given(HISTORIES)
def test_one_more_edit_like_them_moves_the_field_as_promised(history: list[str]) -> None:
    state = ProfileState(learned=after(history))
    for promise in of_kind(state, "editAlike", LENGTH):
        assert LENGTH not in learned_values(state)
        leading = max(("shorter", "longer"), key=history[-10:].count)
        assert promise.found == history[-10:].count(leading)
        assert LENGTH in learned_values(ProfileState(learned=after([*history, leading])))


@given(HISTORIES)
def test_each_names_what_it_follows_from(history: list[str]) -> None:
    state = ProfileState(learned=after(history))
    evidence = {item.path: item for item in evidence_summary(state)}
    found = suggestions(state)
    assert len(found) <= MOST
    assert all([item.kind for item in found].count(kind) <= MOST_OF_A_KIND for kind in {item.kind for item in found})
    for item in found:
        assert 0 <= item.found <= item.of
        assert item.text
        if item.kind in {"editAlike", "decideByHand"}:
            assert item.edits == evidence[item.path].edits
            assert item.found == max(evidence[item.path].up, evidence[item.path].down)


def test_of_somebody_who_did_nothing_it_asks_for_texts_alone() -> None:
    assert {(item.kind, item.found) for item in suggestions(neutral())} == {("addTexts", 0), ("addSamples", 0)}


def test_votes_that_conflict_are_a_decision_to_make() -> None:
    state = ProfileState(learned=after(["shorter", "longer"] * 4))
    (found,) = of_kind(state, "decideByHand", LENGTH)
    assert (found.found, found.of, len(found.edits)) == (4, 8, 8)


def removing(phrase: str, removed: int, kept: int) -> LearnedState:
    deltas = [phrase_delta(removed=[phrase])] * removed + [phrase_delta(kept=[phrase])] * kept
    return learned(edit_of(number, delta) for number, delta in enumerate(deltas))


@pytest.mark.parametrize(
    ("removed", "kept", "asked"), [(4, 1, True), (BAN_DRAFTS, 0, True), (2, 0, False), (4, 2, False)]
)
def test_a_phrase_that_nearly_always_goes_is_one_to_ban_by_hand(removed: int, kept: int, asked: bool) -> None:
    state = ProfileState(learned=removing("quite frankly", removed, kept))
    found = of_kind(state, "banByHand")
    told = [(item.phrase, item.found, item.of) for item in found]
    assert told == [("quite frankly", removed, removed + kept)] * asked
    by_hand: dict[str, Value] = {"bannedPhrases": ("quite frankly",)}
    assert not of_kind(replace(state, overrides=by_hand), "banByHand"), "it is banned already"


@pytest.mark.parametrize("phrase", ["delve into", "testament to patience", "tapestry of", "thanks"])
def test_a_phrase_that_leaves_a_hole_is_none_to_ban_by_hand(phrase: str) -> None:
    assert not of_kind(ProfileState(learned=removing(phrase, 6, 0)), "banByHand")


@pytest.mark.parametrize("phrase", ["moreover", "seamlessly", "thrilled to share", "robust", "simplemente"])
def test_a_phrase_that_stands_loose_is(phrase: str) -> None:
    assert of_kind(ProfileState(learned=removing(phrase, 6, 0)), "banByHand")


def test_a_pause_is_named_first_and_nothing_is_promised_of_edits_meanwhile() -> None:
    state = ProfileState(learned=after(["shorter"] * 2), learning=False)
    assert suggestions(state)[0].kind == "resumeLearning"
    assert not of_kind(state, "editAlike")


def test_a_field_set_by_hand_that_edits_pull_away_from_is_one_to_unlock() -> None:
    state = ProfileState(learned=after(["shorter"] * 5), overrides={LENGTH: 30.0})
    (found,) = of_kind(state, "unlockField")
    assert (found.path, found.found, found.of) == (LENGTH, 5, 5)
    agreed = replace(state, overrides={LENGTH: learned_values(replace(state, overrides={}))[LENGTH]})
    assert not of_kind(agreed, "unlockField")
    assert not of_kind(ProfileState(learned=after(["longer"]), overrides={LENGTH: 30.0}), "unlockField")
