from dataclasses import replace
from datetime import UTC, datetime

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import counted, edit_of, ident, learned, prose, rewrite
from voice_engine.voice.evidence import REMEMBERED
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
    """Another number is another text, of a few words more."""
    counts = prose(sentence_length, sentences=round(words / sentence_length), **marks)
    return Sample(ident(number), NOW, "en", replace(counts, words=counts.words + number), post)


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
    text = "We mend bicycles on Saturdays. People wait outside with a coffee, and most of them come back."
    first, again, other = (sample(ident(number), NOW, text * (1 + number // 2), "en") for number in range(3))
    once = with_samples(first)
    assert once.samples == 1
    assert with_samples(again, state=once) == once
    assert with_samples(other, state=once).samples == 2


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


DRAFT = "We are thrilled to announce the grand opening of our brand new flagship store in town."
ANEW = [
    "So. The shop opens Monday. Come by, bring a friend, ask me anything!",
    "Doors open on Monday at nine, and whoever comes early gets soup.",
    "Monday it is. No speeches, no ribbon, just shoes that fit you well.",
]


def test_a_draft_rewritten_again_and_again_is_one_text_of_the_writers_own() -> None:
    texts = [DRAFT, *ANEW]
    state = learned(rewrite(n, texts[n], texts[n + 1], content=1) for n in range(len(ANEW)))
    assert (state.samples, state.edits) == (1, 3)
    assert effective(ProfileState(learned=state))["samplePosts"] == [ANEW[-1]]


def test_it_is_counted_once_even_when_it_is_rewritten_long_after() -> None:
    first = learned([rewrite(0, DRAFT, ANEW[0], content=0)])
    later = learned((rewrite(n, "One two three four.", "One two three five.") for n in range(1, REMEMBERED + 2)), first)
    assert learned([rewrite(99, ANEW[0], ANEW[1], content=0)], later).samples == 1


def test_drafts_that_became_one_text_are_one_text_of_the_writers_own() -> None:
    state = learned(rewrite(n, DRAFT + f" Number {n}.", ANEW[0]) for n in range(3))
    assert (state.samples, len(state.own_texts)) == (1, 1)
    given_too = with_samples(sample(ident(7), NOW, ANEW[0], "en"), state=state)
    assert given_too == state


@pytest.mark.parametrize("nothing", ["-", "ok", "🎉", "...", "Not this one, thanks.", "好的好的"])
def test_a_draft_put_away_is_an_edit_that_tells_nothing(nothing: str) -> None:
    before = learned([rewrite(0, DRAFT, ANEW[0])])
    after = learned((rewrite(1 + n, DRAFT + f" Number {n}.", nothing) for n in range(4)), before)
    assert after == replace(before, edits=before.edits + 4)


@pytest.mark.parametrize(
    ("draft", "text", "language"),
    [
        (DRAFT, "Doors open on Monday at nine. Bring soup.", "en"),
        ("我们很高兴地宣布商店开业。", "周一开门，早来的人有热汤喝，欢迎大家。", "zh"),
    ],
)
def test_a_short_text_is_a_text_in_every_script(draft: str, text: str, language: str) -> None:
    state = learned([rewrite(0, draft, text, language=language)])
    assert (state.samples, state.fingerprint.known) == (1, 1)


def test_a_short_correction_counts_as_ever() -> None:
    state = learned([rewrite(0, "Thanks a lot!", "Thanks a lot.")])
    assert (state.drafts, state.fingerprint.known) == (1, 1)
