from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.voice.features import ENGLISH_ONLY, NAMES, OF_THE_WHOLE, count, of_posts, total

TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(list("ab .,;!?-—–…'\n#*1👍🇩🇪\u200d\ufe0f"))),
    max_size=200,
)


@given(TEXTS, TEXTS, st.sampled_from(["en", "zh", None]))
def test_lines_add_up(first: str, second: str, language: str | None) -> None:
    whole, parts = count(f"{first}\n\n{second}", language), total([count(first, language), count(second, language)])
    assert all(getattr(whole, name) == getattr(parts, name) for name in NAMES if name not in OF_THE_WHOLE)


@given(TEXTS)
def test_counts_fit_together(sample: str) -> None:
    features = count(sample, "en")
    assert all(value >= 0 for value in astuple(features))
    assert features.sentence_words <= features.words
    assert features.sentences <= features.sentence_words
    assert features.calls_to_action <= features.sentences
    assert features.paragraph_words <= features.words
    assert features.long_words <= features.plain_words <= min(features.words, features.letters)
    assert features.plain_words <= features.syllables
    assert features.questions <= sum(sample.count(mark) for mark in "?？؟")
    assert features.numbered_items <= features.list_items
    assert features.paragraphs + features.list_items + features.headings <= len(sample.split()) + 1
    assert features.texts == (1 if sample.strip() else 0)
    for part in ("opening_", "body_", "ending_", "hooks"):
        assert sum(getattr(features, name) for name in OF_THE_WHOLE if name.startswith(part)) <= features.texts


@given(TEXTS, st.sampled_from(["de", "zh", "he", None]))
def test_what_is_english_is_left_out_of_other_languages(sample: str, language: str | None) -> None:
    found = count(f"I think you should just try it! {sample}", language)
    assert all(getattr(found, name) == 0 for name in ENGLISH_ONLY)


@given(st.lists(TEXTS.filter(str.strip), min_size=2, max_size=4))
def test_a_thread_opens_with_its_first_post_and_ends_with_its_last(posts: list[str]) -> None:
    thread, sums = of_posts(tuple(posts), "en"), total(count(post, "en") for post in posts)
    assert thread.texts == 1
    assert all(getattr(thread, name) == getattr(sums, name) for name in NAMES if name not in OF_THE_WHOLE)


@pytest.mark.parametrize(
    ("sample", "name", "expected"),
    [
        ("One, two, and 1,000 or 2,5.", "commas", 2),
        ("你好，世界、再见", "commas", 2),
        ("It is — well – so -- here - there.", "dashes", 4),
        ("A well-known 10–20 range, e-mail me", "dashes", 0),
        ("- one item\n- another item", "dashes", 0),
        ("Wait... no… why. . . so", "ellipses", 3),
        ("Oh! Really?! Yes!!", "exclamations", 4),
        ("Really? Yes. 何ですか？ “Sure?”", "questions", 3),
        ("I don't know, it's fine, let’s go; she'll see", "contractions", 4),
        ("The dog's bone and the boss' car", "contractions", 0),
        ("I do not know, it is fine, they are here, cannot", "expandable", 4),
        ("# A heading\n**Bold one**\ntext", "headings", 2),
        ("One.\nTwo.\n\nThree.", "paragraphs", 3),
        ("1. one\n2) two\n- three\na) four", "numbered_items", 3),
        ("See https://x.y/a?b=c and [this](http://z.example) or www.q.example, not a.b", "links", 3),
        ("A e-mail of 3 people at https://x.y costs $5", "plain_words", 6),
        ("Wonderful coincidences happen", "long_words", 2),
        ("I told you it's mine, we said", "first_person", 3),
        ("You know yours", "second_person", 2),
        ("Maybe it could work, kind of", "hedges", 3),
        ("Let me know. Please sign up here. We came home. Try it!", "calls_to_action", 3),
        ("banana cake table made", "syllables", 7),
    ],
)
def test_marks(sample: str, name: str, expected: int) -> None:
    assert getattr(count(sample, "en"), name) == expected


def test_contractions_are_english_only() -> None:
    assert count("I don't know, I do not", None).contractions == 0
    assert count("I don't know, I do not", "nl").expandable == 0


def test_bullets_made_of_sentences_measure_as_short_sentences() -> None:
    draft = count("We open the file. We read all of it. We close it at the end.", "en")
    edited = count("- open the file\n- read it\n- close it\n- done", "en")
    assert (draft.sentences, draft.sentence_words) == (3, 15)
    assert (edited.sentences, edited.sentence_words, edited.list_items) == (4, 8, 4)
