from hypothesis import given
from hypothesis import strategies as st

from voice_engine.voice import ngrams
from voice_engine.voice.machine_phrases import MACHINE_PHRASES, MACHINE_WORDS, holds_one, is_one

ENTRIES = sorted(MACHINE_WORDS | MACHINE_PHRASES)


def test_each_entry_is_a_phrase_that_a_text_can_hold() -> None:
    for entry in ENTRIES:
        found = {phrase.key for phrase in ngrams.ngrams(ngrams.tokens(f"Well. {entry}."), "en")}
        assert entry in found, entry


def test_no_entry_repeats_another() -> None:
    for entry in MACHINE_PHRASES:
        assert MACHINE_WORDS.isdisjoint(entry.split()), entry
        assert not [other for other in MACHINE_PHRASES if f" {other} " in f" {entry} " and other != entry], entry


@given(st.sampled_from(ENTRIES), st.lists(st.sampled_from(["zig", "zag"]), max_size=3))
def test_a_phrase_that_holds_an_entry_is_found_in_english_only(entry: str, around: list[str]) -> None:
    held = " ".join([*around, entry, *around])
    assert holds_one(held, "en")
    assert is_one(held, "en") == (not around)
    assert not holds_one(held, "de")
    assert not holds_one(entry.replace(" ", "x") + "x", "en")
