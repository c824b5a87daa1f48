from datetime import UTC, datetime

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import counted, edit_of, ident, learned, prose, rewrite
from voice_engine.voice.fields import BY_PATH
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import add_sample
from voice_engine.voice.profile import ProfileState, effective, learned_values
from voice_engine.voice.samples import MAX_OWN, MAX_POST_BYTES, MAX_POSTS, Sample, excerpt, sample
from voice_engine.voice.traits import TRAITS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LENGTH = "writingTraits.avgSentenceLength"
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from(list("ab .?!\n。“"))), max_size=3_000
)


def own(number: int, sentence_length: float, *, post: str = "", words: int = 400, **marks: int) -> Sample:
    sentences = round(words / sentence_length)
    return Sample(ident(number), NOW, "en", prose(sentence_length, sentences=sentences, **marks), post)


def with_samples(*given_samples: Sample, state: LearnedState | None = None) -> LearnedState:
    state = state or LearnedState()
    for item in given_samples:
        state = add_sample(state, item)
    return state


def shown(state: LearnedState, path: str = LENGTH) -> object:
    return learned_values(ProfileState(learned=state)).get(path)


@given(TEXTS, st.sampled_from(["en", "zh", None]))
def test_an_excerpt_is_a_short_beginning(text: str, language: str | None) -> None:
    found = excerpt(text, language)
    assert len(found.encode("utf-8", "surrogatepass")) <= MAX_POST_BYTES
    assert text.strip().startswith(found)


def test_a_long_text_is_cut_between_sentences() -> None:
    sentences = [f"Sentence number {number} ends here." for number in range(100)]
    found = excerpt(" ".join(sentences), "en")
    assert found == " ".join(sentences[: len(found.split("here.")) - 1])
    assert len(found) > MAX_POST_BYTES - 100


@given(st.floats(6, 40))
def test_own_texts_show_where_edits_taught_nothing(length: float) -> None:
    one, many = (shown(with_samples(*(own(n, length) for n in range(count)))) for count in (1, MAX_OWN))
    neutral = BY_PATH[LENGTH].neutral
    assert isinstance(one, float)
    assert isinstance(many, float)
    assert isinstance(neutral, float)
    assert abs(many - length) <= abs(one - length) <= abs(neutral - length) + 0.1
    assert shown(LearnedState()) is None


def test_newer_texts_weigh_more() -> None:
    rising = shown(with_samples(*(own(n, 8 + 4 * n) for n in range(6))))
    falling = shown(with_samples(*(own(n, 28 - 4 * n) for n in range(6))))
    assert isinstance(rising, float)
    assert isinstance(falling, float)
    assert rising > falling


@given(st.floats(6, 14), st.floats(26, 40), st.integers(1, 12))
def test_own_texts_never_wipe_what_edits_taught(wish: float, written: float, count: int) -> None:
    taught = learned(edit_of(n, counted(prose(20), prose(wish))) for n in range(5))
    after = with_samples(*(own(100 + n, written) for n in range(count)), state=taught)
    assert shown(after) == shown(taught) is not None
    assert after.traits == taught.traits
    assert after.iterations == taught.iterations


def test_a_habit_that_is_on_or_off_takes_three_texts() -> None:
    path = "writingTraits.usesEmojis"
    assert [shown(with_samples(*(own(n, 15, emoji=2) for n in range(count))), path) for count in (2, 3)] == [None, True]
    mixed = with_samples(*(own(n, 15, emoji=n % 2) for n in range(8)))
    assert shown(with_samples(own(9, 15), own(10, 15), state=mixed), path) is False


def test_the_same_text_given_twice_is_one_text() -> None:
    once, twice = with_samples(own(1, 9)), with_samples(own(1, 9), own(1, 9))
    assert once.own_texts == twice.own_texts


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["", "One post.", "Another."])), max_size=20))
def test_few_posts_are_kept_and_each_once(given_texts: list[tuple[int, str]]) -> None:
    state = with_samples(*(own(number, 15, post=post) for number, post in given_texts))
    assert len(state.own_texts) <= MAX_OWN
    assert sum(bool(item.post) for item in state.own_texts) <= MAX_POSTS
    posts = learned_values(ProfileState(learned=state)).get("samplePosts", ())
    assert len(set(posts)) == len(posts)
    BY_PATH["samplePosts"].check(posts)


def test_the_newest_posts_stay() -> None:
    state = with_samples(*(own(n, 15, post=f"Post {n}.") for n in range(12)))
    assert effective(ProfileState(learned=state))["samplePosts"] == [f"Post {n}." for n in (11, 10, 9, 8, 7)]


def test_a_draft_written_anew_becomes_a_sample_post() -> None:
    draft = "We are thrilled to announce the grand opening of our brand new flagship store in town."
    text = "So. The shop opens Monday. Come by, bring a friend, ask me anything!"
    state = learned([rewrite(1, draft, text)])
    assert effective(ProfileState(learned=state))["samplePosts"] == [text]
    assert state.samples == 1
    assert "samplePosts" not in learned_values(
        ProfileState(learned=learned([rewrite(1, text, text.replace("!", "."))]))
    )


@pytest.mark.parametrize("text", ["", "\n", "家" * 3000, "a" * 100_000])
def test_any_text_can_be_a_sample(text: str) -> None:
    state = with_samples(sample(ident(1), NOW, text, None))
    assert len(state.own_texts) == 1
    adapter = TypeAdapter(LearnedState)
    assert adapter.validate_python(bson.decode(bson.encode(adapter.dump_python(state)))) == state


def test_own_texts_measure_every_trait() -> None:
    text = "I love this! What a day, my friend. You know me; I never stop. Please call me soon." * 3
    (found,) = with_samples(sample(ident(1), NOW, text, "en")).own_texts
    assert len(found.measures) == 4 * len(TRAITS)
