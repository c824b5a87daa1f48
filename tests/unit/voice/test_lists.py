from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.test_substitutions import swap
from tests.unit.voice.writers import edit_of, learned, phrase_delta
from voice_engine.voice import lists
from voice_engine.voice.explain_phrases import phrase_summary, substitution_summary
from voice_engine.voice.fields import Values
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.lists import Lists
from voice_engine.voice.ngrams import key
from voice_engine.voice.profile import ProfileState, effective

PHRASES = ["deep dive", "plain words", "big plan", "utilize", "utilize more"]
CHOSEN = st.lists(st.sampled_from(PHRASES), max_size=2, unique=True).map(tuple)


def habits() -> LearnedState:
    """Utilize becomes use, a deep dive is removed, plain words are brought in."""
    swaps = [swap(n, "utilize", "use") for n in range(4)]
    cuts = [edit_of(10 + n, phrase_delta(removed=["deep dive"], added=["plain words"])) for n in range(3)]
    return learned([*swaps, *cuts])


def shown(state: ProfileState) -> Lists:
    return lists.shown(state.learned, state.overrides, state.tombstones)


def test_the_profile_shows_what_was_learned() -> None:
    profile = effective(ProfileState(learned=habits()))
    assert profile["substitutions"] == [{"from": "utilize", "to": "use"}]
    assert profile["bannedPhrases"] == ["deep dive"]
    assert "plain words" in str(profile["commonPhrases"])


@given(CHOSEN, CHOSEN, CHOSEN)
def test_what_was_said_by_hand_stands_above(
    deleted: tuple[str, ...], liked: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    by_hand: Values = {"commonPhrases": liked, "bannedPhrases": gone}
    state = ProfileState(learned=HABITS, overrides=by_hand, tombstones=deleted)
    found = shown(state)
    banned = {item.key for item in found.banned}
    replaced = {key(item.before) for item in found.substitutions}
    brought = {item.key for item in found.liked}
    assert not (banned & replaced) | (banned & brought) | (replaced & brought)
    assert not (banned | replaced | brought) & {key(phrase) for phrase in deleted}
    assert not (banned | replaced) & {key(phrase) for phrase in liked}
    assert not brought & {key(phrase) for phrase in gone}


HABITS = habits()


def test_a_list_of_substitutions_set_by_hand_is_left_alone() -> None:
    state = ProfileState(learned=HABITS, overrides={"substitutions": ()})
    assert effective(state)["substitutions"] == []
    assert {item.reason for item in substitution_summary(state)} == {"locked by hand"}


def test_phrases_answer_for_themselves() -> None:
    found = {item.phrase: item for item in phrase_summary(ProfileState(learned=HABITS))}
    assert (found["deep dive"].path, found["deep dive"].reason) == ("bannedPhrases", "learned")
    assert (found["deep dive"].removed_in, found["deep dive"].machine_phrase) == (3, True)
    assert len(found["deep dive"].edits) == 3
    assert 0.3 < (found["deep dive"].probability or 0) < 0.9
    assert (found["plain words"].path, found["plain words"].probability) == ("commonPhrases", None)


def test_a_phrase_on_its_way_says_what_is_missing() -> None:
    once = learned([edit_of(0, phrase_delta(removed=["tapestry"]))])
    (summary,) = phrase_summary(ProfileState(learned=once))
    assert (summary.reason, summary.needed) == ("too few drafts", 1)
    assert "1 of 2" in summary.why
    (paused,) = phrase_summary(ProfileState(learned=once, learning=False))
    assert paused.reason == "paused"
    assert phrase_summary(ProfileState(learned=once, tombstones=("Tapestry",))) == ()


def test_a_substitution_answers_for_itself() -> None:
    (summary,) = substitution_summary(ProfileState(learned=HABITS))
    assert (summary.before, summary.after, summary.replaced_in, summary.reason) == ("utilize", "use", 4, "learned")
    assert 0 < summary.probability < 1
    assert substitution_summary(ProfileState(learned=HABITS, tombstones=("utilize",))) == ()
