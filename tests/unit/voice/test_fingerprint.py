from collections.abc import Sequence
from dataclasses import asdict
from functools import reduce
from itertools import pairwise
from math import log2
from random import Random
from zlib import crc32

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.manners import WORDS, folded, known_by, plain, terse, wordy
from voice_engine.voice import closeness, fingerprint, stylometry, text_digest
from voice_engine.voice.closeness import similarities
from voice_engine.voice.fingerprint import Fingerprint, TextDigest, add_sample, digest, revise, update
from voice_engine.voice.prints import style_means, table
from voice_engine.voice.stylometry import LOG_UNIT, STYLE, VIEWS

texts = st.text(max_size=400)


def size(state: Fingerprint | TextDigest) -> int:
    return len(bson.encode(asdict(state)))


@given(st.lists(st.tuples(texts, texts), max_size=4))
def test_a_fold_of_any_texts_ends_in_whole_numbers_and_bytes_and_gives_a_closeness(
    pairs: list[tuple[str, str]],
) -> None:
    state = folded(pairs)
    assert state == folded(pairs)
    assert state.known == state.drafts == len(pairs)
    for item in (*state.weights, state.own.mean, state.given.mean):
        assert type(item) is int
    near = similarities(state, digest("anything at all"))
    assert all(-1.001 <= value <= 1.001 for value in near)


def test_the_state_stays_under_16_kilobytes_whatever_the_history() -> None:
    chance = Random(3)
    letters = "abcdefghijklmnopqrstuvwxyzäöüßñçéАБВГДабвгд中文字符漢字 ,.;:!?—-'’\"()\n"
    state = Fingerprint()
    for number in range(30):
        draft, edited = ("".join(chance.choices(letters, k=6_000)) for _ in range(2))
        state = update(state, digest(draft), digest(edited), f"format-of-a-long-name-{number:018}")
    assert size(state) <= 16 * 1024
    assert all(len(table(state, position)) == fingerprint.KEPT for position in range(len(VIEWS)))


def test_the_digests_of_one_edit_take_at_most_25_kilobytes() -> None:
    chance = Random(4)
    long = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz .,", k=60_000))
    assert size(digest(long)) <= 12.5 * 1024
    for view, most in zip(digest(long).views, text_digest.MOST_FEATURES, strict=True):
        assert len(view) == 4 * most


def test_a_fold_gives_the_same_bits_on_every_machine() -> None:
    """The number is what this fold gives; with any change of the rules LEARNER_VERSION rises and it is taken anew."""
    state = known_by(5)
    assert crc32(repr(asdict(state)).encode()) == 3663839509


@given(st.integers(1, 10**12))
def test_the_logarithm_in_whole_numbers_is_the_logarithm_rounded_down(number: int) -> None:
    assert 0 <= log2(number) * LOG_UNIT - stylometry.log2(number) < 1.001


def test_there_is_no_logarithm_of_nothing() -> None:
    with pytest.raises(ValueError, match="at least 1; 0 was given"):
        stylometry.log2(0)


@given(texts)
def test_style_has_one_number_a_habit(text: str) -> None:
    assert len(text_digest.habits(digest(text))) == len(STYLE)


@given(texts, texts)
def test_an_accepted_draft_says_nothing_of_how_the_person_writes(draft: str, edited: str) -> None:
    before = folded([(draft, edited)])
    after = folded([(draft, None)], before)
    assert (after.known, after.known_words, after.own) == (before.known, before.known_words, before.own)
    assert after.drafts == before.drafts + 1
    for position in range(len(VIEWS)):
        known = {gram: entry[0] for gram, entry in table(after, position).items()}
        assert all(table(before, position).get(gram, (0, 0))[0] == weight for gram, weight in known.items())


@given(texts)
def test_an_edit_that_changes_nothing_tells_no_one_apart(text: str) -> None:
    """Draft and text alike have the same means: what is left is where people on the whole go from a draft."""
    state = folded([(text, text)] * 3)
    for position in range(len(VIEWS)):
        assert all(known == given_ for known, given_ in table(state, position).values())


@pytest.mark.parametrize("edits", [1, 3, 10])
def test_a_persons_next_text_lies_closer_than_anothers_and_than_a_draft(edits: int) -> None:
    state, chance = known_by(edits), Random(99)
    own = [closeness.closeness(state, digest(terse(chance))) for _ in range(5)]
    other = [closeness.closeness(state, digest(wordy(chance))) for _ in range(5)]
    drafted = [closeness.closeness(state, digest(plain(chance))) for _ in range(5)]
    assert min(own) > max(*other, *drafted)


def test_the_subject_of_a_text_does_not_make_it_the_persons() -> None:
    """Drafts and edits share their subject: words of the subject cancel out, and the manner stays."""
    chance = Random(7)

    def about(subject: str, manner: str) -> str:
        return manner.replace(chance.choice(WORDS), subject)

    state = folded((f"The heron is here. {plain(chance)}", f"It's the heron! {terse(chance)}") for _ in range(6))
    theirs = closeness.closeness(state, digest(terse(chance)))
    with_subject = closeness.closeness(state, digest(f"The heron is here. {about('heron', plain(chance))}"))
    assert theirs > with_subject


def test_a_person_who_changes_is_followed() -> None:
    chance = Random(8)
    state = folded((plain(chance, 3), terse(chance, 3)) for _ in range(20))
    state = folded(((plain(chance, 3), wordy(chance, 3)) for _ in range(120)), state)
    assert closeness.closeness(state, digest(wordy(chance))) > closeness.closeness(state, digest(terse(chance)))


def test_own_texts_alone_make_a_fingerprint() -> None:
    chance = Random(9)
    state = reduce(lambda before, _: add_sample(before, digest(terse(chance)), None), range(3), Fingerprint())
    assert (state.known, state.drafts) == (3, 0)
    assert closeness.closeness(state, digest(terse(chance))) > closeness.closeness(state, digest(wordy(chance)))


def test_formats_are_counted_apart_and_the_oldest_are_forgotten() -> None:
    state, text = Fingerprint(), digest("A short text of seven words here.")
    for number in range(fingerprint.MOST_FORMATS + 2):
        state = update(state, text, text, f"format-{number}")
    state = update(state, text, None, "format-5")
    assert len(state.formats) == fingerprint.MOST_FORMATS
    assert state.format("format-0") is None
    part = state.format("format-5")
    assert part is not None
    assert (part.known, part.drafts) == (1, 2)


@given(st.lists(st.tuples(texts, texts), max_size=3), texts, st.lists(texts, min_size=1, max_size=4))
def test_a_text_saved_again_takes_the_place_of_what_it_was(
    before: list[tuple[str, str]], draft: str, saves: list[str]
) -> None:
    """But for rounding: below the caps nothing is forgotten."""
    state = folded([*before, (draft, saves[0])])
    for old, new in pairwise(saves):
        state = revise(state, digest(old), digest(new))
    alone = folded([*before, (draft, saves[-1])])
    assert (state.known, state.drafts, state.known_words) == (alone.known, alone.drafts, alone.known_words)
    for position in range(len(VIEWS)):
        one, other = table(state, position), table(alone, position)
        for gram in one.keys() | other.keys():
            pairs = zip(one.get(gram, (0, 0)), other.get(gram, (0, 0)), strict=True)
            assert all(abs(mean - expected) <= len(saves) for mean, expected in pairs)
    for one, other in zip(style_means(state), style_means(alone), strict=True):
        assert all(abs(mean - expected) <= len(saves) for mean, expected in zip(one, other, strict=True))


def test_a_text_saved_again_and_again_keeps_the_state_small() -> None:
    chance, state = Random(11), Fingerprint()
    before = "".join(chance.choices("abcdefghijklmnopqrstuvwxyzäöü ,.", k=6_000))
    state = update(state, digest(before), digest(before), "email")
    for _ in range(20):
        after = "".join(chance.choices("abcdefghijklmnopqrstuvwxyzäöü ,.", k=6_000))
        state, before = revise(state, digest(before), digest(after)), after
    assert size(state) <= 16 * 1024
    assert state.known == 1
    assert closeness.closeness(state, digest(before)) > 0.9


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "((" * 50_000,
        "e\u0301" * 50_000,
        "!? " * 33_000,
        "中" * 100_000,
        "\n" * 100_000,
        "\ud800" * 1_000,
    ],
    ids=["letters", "brackets", "combining", "marks", "unspaced", "lines", "surrogates"],
)
def test_hostile_texts_are_digested_in_work_that_grows_with_their_length(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = 0
    hash_one = stylometry._hash

    def counted(gram: str) -> int:
        nonlocal hashed
        hashed += 1
        assert len(gram) <= 3 * 44
        return hash_one(gram)

    monkeypatch.setattr(stylometry, "_hash", counted)
    found = digest(text)
    assert hashed <= 9 * len(text) + 30
    assert size(found) <= 12.5 * 1024


@settings(max_examples=50)
@given(st.lists(texts, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_mean_does_not_depend_on_the_order_while_all_is_kept(samples: Sequence[str], chance: Random) -> None:
    """But for rounding: below the caps nothing is forgotten."""
    shuffled = list(samples)
    chance.shuffle(shuffled)
    one, other = (folded((None, text) for text in order) for order in (samples, shuffled))
    for position in range(len(VIEWS)):
        first, second = table(one, position), table(other, position)
        for gram in first.keys() & second.keys():
            assert abs(first[gram][0] - second[gram][0]) <= len(samples)
