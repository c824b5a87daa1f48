from collections.abc import Callable

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.work import steps
from voice_engine.voice import alignment, ngrams, replacements, spelling
from voice_engine.voice.delta import MAX_PHRASES, MILLION, Delta, StructureChange, measure
from voice_engine.voice.features import of_posts
from voice_engine.voice.fingerprint import digest

DELTAS = TypeAdapter(Delta)
WORDS = st.sampled_from(
    ["the", "big", "old", "house", "stands", "near", "our", "quiet", "river", "and", "we", "visit", "it"]
)
SENTENCES = st.lists(WORDS, min_size=3, max_size=9).map(lambda words: " ".join(words).capitalize() + ".")
TEXTS = st.lists(SENTENCES, min_size=1, max_size=8).map(" ".join)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


def keys(phrases: tuple) -> set[str]:
    return {ngrams.key(item.surface) for item in phrases}


@given(st.one_of(TEXTS, ANY))
def test_a_text_against_itself_is_unchanged(sample: str) -> None:
    delta = measure((sample,), (f"{sample}  ",), "en")
    assert (delta.unchanged, delta.changed, delta.removed, delta.added) == (True, 0, (), ())
    assert delta.draft == delta.edited
    assert set(delta.removal_rates) == {0}


def occurrences(sample: str, phrase: str) -> int:
    """How often a phrase stands in a text of plain words and full stops, counted the slow way."""
    wanted = phrase.split()
    runs = [sentence.casefold().split() for sentence in sample.split(".")]
    return sum(run[start : start + len(wanted)] == wanted for run in runs for start in range(len(run)))


@given(st.one_of(TEXTS, ANY), st.one_of(TEXTS, ANY))
def test_how_much_changed_is_the_same_both_ways(draft: str, edited: str) -> None:
    there, back = measure((draft,), (edited,), "en"), measure((edited,), (draft,), "en")
    assert there.changed == back.changed
    assert 0 <= there.changed <= MILLION
    assert there.moved == back.moved
    assert there.unchanged == (there.changed == there.moved == 0)


@given(TEXTS, TEXTS)
def test_phrases_are_counted_right(draft: str, edited: str) -> None:
    delta = measure((draft,), (edited,), "en")
    for found, more, fewer in ((delta.removed, draft, edited), (delta.added, edited, draft)):
        for item in found:
            key = ngrams.key(item.surface)
            assert item.count == occurrences(more, key) - occurrences(fewer, key)
            assert item.surface in more


@given(TEXTS, TEXTS)
def test_a_phrase_is_kept_or_removed_never_both(draft: str, edited: str) -> None:
    delta = measure((draft,), (edited,), "en")
    assert not delta.kept_digests() & {ngrams.digest(key) for key in keys(delta.removed)}
    assert not keys(delta.removed) & keys(delta.added)
    assert all(0 <= rate <= MILLION for rate in delta.removal_rates)


@given(st.lists(SENTENCES, min_size=2, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_moved_sentences_are_neither_removed_nor_added(sentences: list[str], random: object) -> None:
    moved = sentences.copy()
    random.shuffle(moved)  # type: ignore[attr-defined]
    delta = measure((" ".join(sentences),), (" ".join(moved),), "en")
    assert (delta.removed, delta.added, delta.changed) == ((), (), 0)
    assert (delta.moved > 0) == (moved != sentences) == (not delta.unchanged)


@given(st.lists(SENTENCES, min_size=2, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_moved_paragraphs_are_neither_removed_nor_added(paragraphs: list[str], random: object) -> None:
    moved = paragraphs.copy()
    random.shuffle(moved)  # type: ignore[attr-defined]
    delta = measure(("\n\n".join(paragraphs),), ("\n\n".join(moved),), "en")
    assert (delta.removed, delta.added, delta.replaced) == ((), (), ())
    assert delta.structure == StructureChange()


def test_what_moved_and_what_was_cut_are_told_apart() -> None:
    draft = "The old house stands near our river. We visit it on quiet days. Nobody else ever does."
    delta = measure((draft,), ("Nobody else ever does. The old house stands near our river.",), "en")
    assert "quiet days" in keys(delta.removed)
    assert not {"old house", "stands near"} & keys(delta.removed)
    assert not keys(delta.added)
    assert delta.moved == 4


@pytest.mark.parametrize(
    ("draft", "edited", "change"),
    [
        ("We came early, and the hall was cold.", "We came early. The hall was cold.", StructureChange(1, 0, 0, 0)),
        ("We came early. The hall was cold.", "We came early and the hall was cold.", StructureChange(0, 1, 0, 0)),
        ("We came early. The hall was cold.", "We came early.\n\nThe hall was cold.", StructureChange(0, 0, 1, 0)),
        ("We came early.\nThe hall was cold.", "We came early. The hall was cold.", StructureChange(0, 0, 0, 1)),
        ("We came early. It rained. The hall was cold.", "We came early. The hall was cold.", StructureChange()),
    ],
)
def test_split_and_joined(draft: str, edited: str, change: StructureChange) -> None:
    assert measure((draft,), (edited,), "en").structure == change


def test_words_in_the_place_of_others_are_pairs() -> None:
    draft = "Utilize the big hall in order to meet. They said that Ada will come at 9 and we wait outside."
    edited = "Use the big hall to meet. They said that Bea will come at 10 and we wait out in the yard."
    pairs = {(item.before, item.after) for item in measure((draft,), (edited,), "en").replaced}
    assert pairs == {("utilize", "use"), ("outside", "out in the yard")}


@pytest.mark.parametrize(
    ("draft", "edited", "only"),
    [
        ("We recieve it tommorow.", "We receive it tomorrow.", True),
        ("We recieve it tommorow.", "We receive it then.", False),
        ("We recieve it.", "We receive it!", False),
        ("A house by the sea.", "A horse by the sea.", True),  # no dictionary tells
        ("A house by the sea is a house.", "A horse by the sea is a house.", False),
        ("We receive it.", "We receive it.", False),
        ("Please organise the colour.", "Please organize the color.", False),
    ],
)
def test_only_misspellings_mended_is_told(draft: str, edited: str, only: bool) -> None:
    assert measure((draft,), (edited,), "en").spelling_only is only


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_a_thread_is_compared_post_by_post(posts: list[tuple[str, str]]) -> None:
    drafts, edits = tuple(draft for draft, _ in posts), tuple(edited for _, edited in posts)
    whole = measure(drafts, edits, "en")
    alone = [measure((draft,), (edited,), "en") for draft, edited in posts]
    assert whole.draft == of_posts(drafts, "en")
    assert whole.unchanged == all(delta.unchanged for delta in alone)
    assert min(delta.changed for delta in alone) <= whole.changed <= max(delta.changed for delta in alone)


def test_a_post_added_in_front_leaves_the_others_as_they_were() -> None:
    posts = ("We open at nine every day.", "Come and see the river.")
    delta = measure(posts, ("Good morning to all of you.", *posts), "en")
    assert not delta.unchanged
    assert delta.removed == ()
    assert "good morning" in keys(delta.added)


def test_line_breaks_and_marks_alone_are_a_change() -> None:
    assert measure(("One thing. Another thing.",), ("One thing.\n\nAnother thing.",), "en").changed > 0
    assert measure(("One thing; another.",), ("One thing, another.",), "en").changed > 0


def test_a_phrase_keeps_the_form_it_was_written_in() -> None:
    removed = measure(("Well. Let’s dive deeper now.",), ("Well.",), "en").removed
    assert "Let’s dive" in {item.surface for item in removed}
    assert "let's dive" in keys(removed)


def test_phrases_of_other_scripts_are_found() -> None:
    delta = measure(("Мы начинаем новое путешествие сегодня.",), ("Мы работаем.",), "ru")
    assert "новое путешествие" in keys(delta.removed)


def test_grammar_alone_and_names_are_no_phrases() -> None:
    delta = measure(("It was for them and that is what Ada Lovelace said of it.",), ("No.",), "en")
    assert not {"it was", "for them", "and that", "ada lovelace", "lovelace said"} & keys(delta.removed)


UNITS = [
    "word{} ",
    "a.",
    "'s",
    "e\u0301",
    "家",
    "('\"",
    ". ",
    "\n",
    "@a",
    "http://",
    "U.S. It ",
    "1. ",
    "👨‍👩‍👧",
    "a.b-c+",
    "?",
]
OFTEN = {"word{} ", "家", "1. "}


@pytest.mark.parametrize(
    "unit", [pytest.param(unit, marks=() if unit in OFTEN else pytest.mark.long) for unit in UNITS]
)
def test_a_hostile_text_gives_a_small_delta(unit: str) -> None:
    size = 50_000 // len(unit)
    draft = "".join(unit.format(number) for number in range(size))[:50_000]
    delta = measure((draft,), (draft[::-1],), "en")
    assert len(bson.encode(DELTAS.dump_python(delta))) < 150_000
    assert max(len(delta.removed), len(delta.added)) <= MAX_PHRASES


@settings(max_examples=5)
@given(st.integers(1, 400))
def test_what_a_cap_leaves_is_spread_over_the_text(offset: int) -> None:
    draft = " ".join(f"alpha{number} beta{number + offset}." for number in range(3000))
    delta = measure((draft,), ("Nothing.",), "en")
    assert len(delta.removed) == MAX_PHRASES
    places = [int(item.surface.split()[0][5:]) for item in delta.removed if item.surface.startswith("alpha")]
    assert len(places) // 4 < sum(place >= 1500 for place in places) < 3 * len(places) // 4


@given(TEXTS, TEXTS)
def test_a_delta_survives_the_database(draft: str, edited: str) -> None:
    delta = measure((draft,), (edited,), "en")
    stored = bson.decode(bson.encode(DELTAS.dump_python(delta)))
    assert DELTAS.validate_python(stored) == delta


def test_both_texts_are_digested_and_an_accepted_one_once() -> None:
    changed = measure(("We open at nine.",), ("We open late.",), "en")
    assert (changed.draft_digest, changed.edited_digest) == (digest("We open at nine."), digest("We open late."))
    assert measure(("We open at nine.",), ("We open at nine.",), "en").edited_digest is None


def sentences_of(words: list[str]) -> list[str]:
    return [" ".join(words[start : start + 10]) + "." for start in range(0, len(words), 10)]


# Of so many words, a draft and its edit.
PAIRS: dict[str, Callable[[int], tuple[str, str]]] = {
    "every third word replaced": lambda size: (
        " ".join(sentences_of([f"word{n % 700}" for n in range(size)])),
        " ".join(sentences_of([f"other{n}" if n % 3 == 0 else f"word{n % 700}" for n in range(size)])),
    ),
    "all sentences turned round": lambda size: (
        " ".join(sentences_of([f"word{n}" for n in range(size)])),
        " ".join(reversed(sentences_of([f"word{n}" for n in range(size)]))),
    ),
    "a misspelling mended at each second word": lambda size: ("recieve it " * (size // 2), "receive it " * (size // 2)),
    "one word": lambda size: ("word " * size, "word, " * size),
    "a sentence a word": lambda size: ("Go. " * size, "Go! We " * (size // 2)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_four_times_the_words_are_about_four_times_the_work(name: str) -> None:
    def needed(size: int) -> int:
        draft, edited = PAIRS[name](size)
        return steps(lambda: measure((draft,), (edited,), "en"), (alignment, replacements, spelling))

    small, large = needed(1_250), needed(5_000)
    assert 50 * 5_000 < large <= 4.2 * small
