"""What learning would repair, and how sure it is: from the edits alone."""

from functools import reduce

from tests.unit.voice.writers import learned, rewrite
from voice_engine.voice.apply import apply
from voice_engine.voice.fields import Substitution
from voice_engine.voice.hints import hints
from voice_engine.voice.log import PhraseForgotten, ValuesSet
from voice_engine.voice.log import apply as logged
from voice_engine.voice.profile import ProfileState

SUBJECTS = "harbour kitchen library garden station bridge market museum theatre forest river tower".split()  # noqa: SIM905  a list


def drafted(subject: str) -> str:
    return f"We delve into the {subject} today 🎉. The {subject} was quiet, and nobody came to see the {subject}."


def taught() -> ProfileState:
    """A writer who took the phrase and the emoji out of every draft."""
    edits = [
        rewrite(number, drafted(subject), drafted(subject).replace("delve into", "see").replace(" 🎉", ""))
        for number, subject in enumerate(SUBJECTS)
    ]
    return ProfileState(learned=learned(edits))


def test_a_learned_repair_is_suggested_with_its_probability_and_not_made() -> None:
    draft = drafted("castle")
    applied = apply(draft, {}, hints(taught()), language="en")
    assert applied.text == draft
    assert applied.changes == ()
    assert {hint.rule for hint in applied.suggestions} & {"bannedPhrases", "substitutions"}
    assert "writingTraits.usesEmojis" in {hint.rule for hint in applied.suggestions}
    for hint in applied.suggestions:
        assert draft[hint.offset : hint.offset + hint.length] == hint.before != hint.after
        assert 0 < hint.probability < 1


def test_a_writer_of_whom_nothing_is_known_gets_no_suggestion() -> None:
    assert apply(drafted("castle"), {}, hints(ProfileState()), language="en").suggestions == ()


def test_what_was_deleted_or_decided_by_hand_is_not_suggested() -> None:
    state = taught()
    phrases = [item.rule for item in apply(drafted("castle"), {}, hints(state), language="en").suggestions]
    assert phrases
    shown = hints(state).values
    forgotten = [PhraseForgotten(text) for text in shown.get("bannedPhrases", ()) if isinstance(text, str)]
    forgotten += [
        PhraseForgotten(pair.before) for pair in shown.get("substitutions", ()) if isinstance(pair, Substitution)
    ]
    state = reduce(logged, [*forgotten, ValuesSet({"writingTraits.usesEmojis": True})], state)
    left = apply(drafted("castle"), state.overrides, hints(state), language="en").suggestions
    assert not {hint.rule for hint in left} & {"bannedPhrases", "substitutions", "writingTraits.usesEmojis"}
