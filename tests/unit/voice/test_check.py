from datetime import UTC, datetime
from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.manners import known_by, plain, terse, wordy
from tests.unit.voice.writers import learned, prose, rewrite
from voice_engine.voice import check
from voice_engine.voice.apply import Hints
from voice_engine.voice.check import findings, fit
from voice_engine.voice.fields import Substitution, Values
from voice_engine.voice.fingerprint import Fingerprint, digest, update
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import add_sample
from voice_engine.voice.samples import Sample

NO_HINTS = Hints()


def test_of_an_unknown_person_nothing_is_said() -> None:
    found = fit(Fingerprint(), "A text that is long enough to be judged.")
    assert (found.closeness, found.score, found.probability) == (None, None, None)
    assert found.abstention == "too few known texts"


@given(st.text(max_size=200), st.integers(0, 4))
def test_a_fit_either_states_a_probability_or_says_why_not(text: str, edits: int) -> None:
    found = fit(known_by(edits), text)
    assert (found.probability is None) == (found.abstention is not None)
    assert found.score is None or 0 <= found.score <= 100
    if found.probability is not None:
        low, high = check.UNDECIDED
        assert found.probability <= low or found.probability >= high
        assert check.LEAST_STATED <= found.probability <= check.MOST_STATED
    assert found.known == edits


def test_few_words_are_too_short() -> None:
    assert fit(known_by(6), "It's fine — go!").abstention == "too short"
    assert {fit(known_by(6), text).score for text in ("...", "\U0001f389", "Yes.", "It's fine — go!")} == {None}
    assert fit(known_by(6), "这是一段足够长的文字，可以判断。").abstention != "too short"


def test_a_persons_text_is_likelier_theirs_than_anothers() -> None:
    state, chance = known_by(12), Random(5)
    own, other = fit(state, terse(chance)), fit(state, wordy(chance))
    assert own.probability is not None
    assert own.probability > 0.61
    assert own.score is not None
    assert other.score is not None
    assert own.score > other.score


def test_the_score_orders_texts_as_their_closeness_does() -> None:
    state, chance = known_by(6), Random(6)
    fits = [fit(state, manner(chance, 2)) for _ in range(6) for manner in (plain, terse, wordy)]
    ordered = sorted(fits, key=lambda item: item.closeness or 0)
    scores = [item.score or 0 for item in ordered]
    assert scores == sorted(scores)


def test_in_a_format_that_is_hardly_known_nothing_is_said() -> None:
    chance, state = Random(7), Fingerprint()
    for _ in range(8):
        state = update(state, digest(plain(chance)), digest(terse(chance)), "email")
    text = terse(chance)
    assert fit(state, text, text_format="thread").abstention == "another format"
    assert fit(state, text, text_format="email").abstention is None
    assert fit(state, text).abstention is None
    for _ in range(check.LEAST_OF_FORMAT):
        state = update(state, digest(plain(chance)), digest(terse(chance)), "thread")
    assert fit(state, text, text_format="thread").abstention != "another format"


def test_between_the_persons_manner_and_anothers_nothing_is_decided() -> None:
    state, chance = known_by(6), Random(5)
    mixed = [fit(state, f"{terse(chance, own)} {wordy(chance, 24 - own)}") for own in range(25)]
    undecided = [own for own, found in enumerate(mixed) if found.abstention == "undecided"]
    assert undecided
    assert all((found.probability or 0) < 0.5 for found in mixed[: undecided[0]])
    assert all((found.probability or 0) > 0.5 for found in mixed[undecided[-1] + 1 :])


def written(draft: str, edited: str) -> LearnedState:
    return learned(rewrite(n, draft, edited) for n in range(4))


def test_of_a_light_editor_the_answer_says_so_until_own_texts_show_them() -> None:
    body = "We walk along the water and talk about the day with old friends. " * 6
    light = written(f"{body}It was late — we left.", f"{body}It was late, we left.")
    assert check.caution(light) == "light edits"
    assert check.caution(written(body, f"{body * 2} And then we walked home.")) is None
    assert check.caution(written(body, body)) is None, "an accepted draft is no known text"
    own = [Sample(f"{n:024x}", datetime(2026, 1, 1, tzinfo=UTC), "en", prose(9), f"{n}.") for n in range(100, 105)]
    assert check.caution(reduce(add_sample, own, light)) is None


def test_an_untouched_draft_scores_high_where_edits_are_light() -> None:
    chance, state = Random(8), Fingerprint()
    for _ in range(8):
        draft = plain(chance)
        state = update(state, digest(draft), digest(draft.replace(".", "!", 1)), None)
    scores = [fit(state, plain(chance)).score or 0 for _ in range(8)]
    clear = [fit(known_by(8), plain(chance)).score or 0 for _ in range(8)]
    assert sum(scores) > sum(clear)


HAND = {"bannedPhrases": ("touch base",), "substitutions": (Substitution("utilize", "use"),)}


def test_what_was_set_by_hand_is_found_where_it_stands() -> None:
    text = "We should Utilize this. Let's touch base soon."
    found = findings(text, HAND, NO_HINTS, language="en")
    assert {item.rule for item in found} == {"bannedPhrases", "substitutions"}
    assert all(item.probability is None for item in found)
    replaced = next(item for item in found if item.rule == "substitutions")
    assert text[replaced.offset : replaced.offset + replaced.length] == "Utilize"
    assert replaced.suggestion == "Use"
    banned = next(item for item in found if item.rule == "bannedPhrases")
    assert text[banned.offset : banned.offset + banned.length] == "touch base"
    assert banned.suggestion is None, "without it the sentence would not read on"


@pytest.mark.parametrize("by_hand", [{}, {"bannedPhrases": ()}])
def test_what_was_learned_is_a_hint_with_its_probability_unless_decided_by_hand(by_hand: Values) -> None:
    hints = Hints({"bannedPhrases": ("moving forward",)}, {("bannedPhrases", "moving forward"): 0.7})
    found = findings("We are moving forward with the plan.", by_hand, hints, language="en")
    assert [item.probability for item in found] == ([] if by_hand else [0.7])


def test_a_hint_on_what_was_set_by_hand_is_left_out() -> None:
    hints = Hints({"bannedPhrases": ("utilize this",)}, {("bannedPhrases", "utilize this"): 0.6})
    by_hand = {"substitutions": (Substitution("utilize", "use"),)}
    found = findings("We utilize this daily.", by_hand, hints, language="en")
    assert [item.rule for item in found] == ["substitutions"]


@given(st.text(alphabet="utilize touch base—!;. \n👍", max_size=120))
def test_findings_lie_within_the_text_in_its_order_and_what_is_fine_has_none(text: str) -> None:
    by_hand = {**HAND, "writingTraits.usesEmojis": False, "writingTraits.exclamationsPer100Words": 0}
    found = findings(text, by_hand, NO_HINTS, language="en")
    assert [item.offset for item in found] == sorted(item.offset for item in found)
    assert all(0 <= item.offset <= item.offset + item.length <= len(text) for item in found)
    assert findings(text, {}, NO_HINTS, language="en") == ()
