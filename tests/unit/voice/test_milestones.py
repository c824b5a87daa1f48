"""Milestones are told from a state and its score, and once the numbers are there they are reached."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, prose
from voice_engine.voice.milestones import MILESTONES, reached
from voice_engine.voice.profile import ProfileState, neutral
from voice_engine.voice.score import Score, evolution_score


def names(edits: int, *, score: int = 0, change: float = 0) -> set[str]:
    state = learned(edit_of(n, counted(prose(20), prose(20 + change))) for n in range(edits))
    return set(reached(ProfileState(learned=state), Score(score, 0, 0, 0, 0)))


def test_a_neutral_profile_has_reached_nothing() -> None:
    assert reached(neutral(), evolution_score(neutral())) == ()


def test_a_name_stands_for_one_milestone() -> None:
    assert len({item.name for item in MILESTONES}) == len(MILESTONES)


@given(st.integers(0, 100))
def test_a_score_reaches_what_lies_at_or_below_it(score: int) -> None:
    assert names(0, score=score) == {f"score{least}" for least in (25, 50, 75) if score >= least}


def test_edits_are_counted_as_they_are_learned() -> None:
    assert names(1) == {"firstEditLearned"}
    assert names(9) == {"firstEditLearned"}
    assert names(10) == {"firstEditLearned", "editsLearned10"}
    assert names(100) == {"firstEditLearned", "editsLearned10", "editsLearned50", "editsLearned100"}


def test_a_trait_has_moved_once_enough_edits_agree() -> None:
    assert "firstTraitMoved" not in names(2, change=-8)
    assert "firstTraitMoved" in names(3, change=-8)
