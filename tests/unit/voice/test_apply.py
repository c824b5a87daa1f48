"""What holds of every repair, whatever the text and the values."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.hypothesis_profiles import either
from voice_engine.voice import features, text
from voice_engine.voice.apply import Applied, Hints, apply
from voice_engine.voice.fields import Substitution, Values
from voice_engine.voice.ngrams import key
from voice_engine.voice.repair import wording
from voice_engine.voice.repair.rewriting import Rewriting

TRAITS = "writingTraits."
RATES = [f"{TRAITS}{name}Per100Words" for name in ("dashes", "exclamations", "semicolons", "ellipses")]
ALL_MARKS: Values = {
    **dict.fromkeys(RATES, 0),
    f"{TRAITS}usesEmojis": False,
    f"{TRAITS}usesBulletPoints": False,
}

WORDS = [
    "a", "an", "the", "and", "or", "great", "really", "apple", "utilize", "use", "it's", "don't",
    "do", "not", "I", "am", "you", "is", "It", "However", "very", "Delve", "into", "x", "10", "20",
    "总", "而", "ไ", "🎉", "✅", "1️⃣", "👨‍👩‍👧", "—", "–", "--", "-", ";", ":", ",", ".", "...", "…",
    "!", "?", "“", "”", '"', "'", "(", ")", "*", "_", "/", "&", "’", ">", "#", "1.", "a)", "`x`",
    ";)", "!=", "https://x.y/a", "@a", "#b", "a@b.example", "\n", "\n\n", "```\n", "“utilize it”",
    "let's",
]  # fmt: skip
pieces = st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", " ", "", "\n", "\n- "])).map("".join)
texts = st.lists(pieces, max_size=25).map("".join) | st.text(max_size=60)
phrases = st.lists(st.sampled_from(WORDS[:48]), min_size=1, max_size=3).map(" ".join)
pairs = st.builds(Substitution, phrases, phrases | st.just(""))


def some_of(values: Values) -> st.SearchStrategy[Values]:
    return st.sets(st.sampled_from(sorted(values))).map(lambda chosen: {path: values[path] for path in chosen})


by_hand = st.builds(
    lambda marks, bans, replaced, share: (
        marks | {"bannedPhrases": tuple(bans), "substitutions": tuple(replaced)} | share
    ),
    some_of(ALL_MARKS),
    st.lists(phrases, max_size=3),
    st.lists(pairs, max_size=4),
    st.sampled_from([{}, {f"{TRAITS}contractionShare": 0}, {f"{TRAITS}contractionShare": 1}]),
)
languages = st.sampled_from(["en", "en", "de", None])


@given(texts, by_hand, languages)
@example("a b a b", {"substitutions": (Substitution("a", "b"), Substitution("b", "a"))}, "en")
@example("great", {"substitutions": (Substitution("great", "really great"), Substitution("really", "truly"))}, "en")
@example("so great", {"substitutions": (Substitution("great", "really great"),), "bannedPhrases": ("so really",)}, "en")
@example("i", {"substitutions": (Substitution("i", "y! i"),), RATES[1]: 0}, "en")
@example("Step 1. one\nStep 1. two", {"bannedPhrases": ("step",), f"{TRAITS}usesBulletPoints": False}, "en")
def test_a_second_time_changes_nothing(sample: str, values: Values, language: str | None) -> None:
    once = apply(sample, values, language=language).text
    assert apply(once, values, language=language).text == once


@given(texts, by_hand, languages)
def test_the_changes_made_on_the_text_give_the_result(sample: str, values: Values, language: str | None) -> None:
    applied = apply(sample, values, language=language)
    position, parts = 0, list[str]()
    for change in applied.changes:
        assert change.offset >= position, "in order and apart"
        assert sample[change.offset : change.offset + change.length] == change.before != change.after
        assert change.rule in values
        assert change.why
        parts += [sample[position : change.offset], change.after]
        position = change.offset + change.length
    assert "".join(parts) + sample[position:] == applied.text


@given(st.text() | texts, languages)
def test_nothing_set_by_hand_changes_nothing(sample: str, language: str | None) -> None:
    idle: Values = {
        "tone.formality": 3,
        f"{TRAITS}usesQuestionsOften": False,
        f"{TRAITS}usesEmojis": True,
        f"{TRAITS}usesBulletPoints": True,
        f"{TRAITS}dashesPer100Words": 0.4,
        f"{TRAITS}contractionShare": 0.5,
        "bannedPhrases": (),
    }
    for values in ({}, idle):
        assert apply(sample, values, language=language) == Applied(sample)


@given(texts, by_hand)
def test_what_was_learned_is_suggested_and_changes_nothing(sample: str, learned: Values) -> None:
    named = [("bannedPhrases", key(item)) for item in learned["bannedPhrases"]]
    named += [("substitutions", key(item.before)) for item in learned["substitutions"]]
    hints = Hints(learned, dict.fromkeys([*((path, "") for path in learned), *named], 0.4))
    applied = apply(sample, {}, hints, language="en")
    assert (applied.text, applied.changes) == (sample, ())
    done = apply(sample, learned, language="en")
    assert [(hint.offset, hint.before, hint.after) for hint in applied.suggestions] == [
        (change.offset, change.before, change.after) for change in done.changes
    ]
    assert {hint.probability for hint in applied.suggestions} <= {0.4}


@given(texts, by_hand)
def test_what_was_decided_by_hand_is_not_suggested_again(sample: str, values: Values) -> None:
    hints = Hints(ALL_MARKS, dict.fromkeys([(path, "") for path in ALL_MARKS], 0.9))
    suggested = {hint.rule for hint in apply(sample, values, hints, language="en").suggestions}
    assert not suggested & values.keys()


def bare(sample: str) -> str:
    """A text without quotations, code and the like."""
    whole = Rewriting(sample, None)
    return "".join(" " if piece.kind == "kept" else piece.text for piece in reversed(whole.right))


@given(texts, by_hand)
@example("a a ", {"bannedPhrases": ("a",), "substitutions": (Substitution("a", ""),)})
@example("✅ ? ", {f"{TRAITS}usesEmojis": False, "bannedPhrases": ()})
def test_what_was_set_is_true_of_the_result(sample: str, values: Values) -> None:
    applied = apply(sample, values, language="en")
    done = bare(applied.text)
    named = {key(unmet.subject) for unmet in applied.unmet}
    counted = features.count(done, None)
    if f"{TRAITS}usesEmojis" in values:
        assert text.emoji(done) == []
    if f"{TRAITS}ellipsesPer100Words" in values and "[" not in done and "(" not in done:
        assert counted.ellipses == 0
    found = Rewriting(done, None).right[::-1]
    keys = [piece.key for piece in found if piece.kind != "space"]
    for ban in values["bannedPhrases"]:
        wanted = [piece.key for piece in Rewriting(f"x {ban}", None).right[-3::-1] if piece.key]
        stands = any(keys[at : at + len(wanted)] == wanted for at in range(len(keys)))
        assert not wanted or not stands or key(ban) in named


KEPT = [
    "“utilize the — great! thing; ...”", "„utilize — it“", "«utilize! it»", '"utilize — it"', "‘utilize; it’",
    "'utilize — it'", "`utilize — x;`", "https://utilize.example/utilize!", "utilize@utilize.example", "@utilize",
    "#utilize", "<b title='utilize — !'>", "「utilize！」", "&mdash;",
]  # fmt: skip


@pytest.mark.parametrize("kept", KEPT)
@given(st.data())
def test_quotations_code_links_addresses_handles_and_tags_stay(kept: str, data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(["", "We utilize ", "So — ", "Great! "]))
    after = data.draw(st.sampled_from(["", " and utilize it; too!", " 🎉 …", "\n\nMore — so."]))
    values = {**ALL_MARKS, "substitutions": (Substitution("utilize", "use"),), "bannedPhrases": ("great",)}
    assert kept in apply(f"{before}{kept}{after}", values, language="en").text


def test_a_block_of_code_and_an_answered_message_stay() -> None:
    sample = "> we utilize it!\n\n```\nutilize(x); // — 🎉\n- a\n- b\n```\n\nWe utilize it."
    values = {**ALL_MARKS, "substitutions": (Substitution("utilize", "use"),)}
    assert apply(sample, values, language="en").text == sample[: -len("utilize it.")] + "use it."


UNITS = [
    "a ", "a b ", "very ", "very, ", "(very) ", "- a\n", "- ", "1. ", "—", "— ", "a—", "!", "! ", ";", "; ", "a; ",
    "... ", "🎉", "🎉 ", "it's ", "great ", '"', "'", "“", "*", "*very*", "a", "\u0301", "very\n", "and very ", ",",
    ")", "总", "<a", "`", "](", "\n", " ", "🇩", "1️⃣", "the very. ", "in order to ",
]  # fmt: skip
HOSTILE: Values = {
    **ALL_MARKS,
    f"{TRAITS}contractionShare": 0,
    "bannedPhrases": ("a b", "very", "x x x x", "an e", "总总总"),
    "substitutions": (
        Substitution("great", "really great"),
        Substitution("in order to", "to"),
        Substitution("to in", "in"),
    ),
}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number: the steps that rewriting took so far."""
    taken = [0]

    def counting(step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            taken[0] += 1
            return step(*given)

        return counted

    for name in ("forward", "behind", "drop_left", "drop_right", "put_left", "put_right", "_step_back", "after"):
        monkeypatch.setattr(Rewriting, name, counting(getattr(Rewriting, name)))
    return taken


CHARACTERS = either(250, 1_000)


@pytest.mark.draws
@pytest.mark.parametrize("unit", UNITS)
def test_four_times_the_text_is_four_times_the_work(unit: str, steps: list[int]) -> None:
    def needed(samples: Iterable[str]) -> int:
        before = steps[0]
        for sample in samples:
            apply(sample, HOSTILE, language="en")
        return steps[0] - before

    size = CHARACTERS // len(unit)
    small, large = (needed([unit * count, f"{unit * count}very{')' * count} b"]) for count in (size, 4 * size))
    assert large <= 4.6 * small + CHARACTERS
    assert large <= 300 * 4 * CHARACTERS


@pytest.mark.parametrize("unit", ["x ", "x\n"])
def test_bans_within_each_other_take_hardly_more_work_than_a_few(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    removal = wording.removal
    monkeypatch.setattr(wording, "removal", lambda r, taken: (asked.append(taken), removal(r, taken))[1])

    def needed(bans: int) -> int:
        asked.clear()
        apply(
            unit * 400, {"bannedPhrases": tuple(" ".join(["x"] * count) for count in range(1, bans + 1))}, language="en"
        )
        return len(asked)

    assert 0 < needed(50) <= needed(3) + 400
