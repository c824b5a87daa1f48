from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.voice.features import Features, count, total

TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(list("ab .,;!?-—–…'\n#*1👍🇩🇪\u200d\ufe0f"))),
    max_size=200,
)


@given(TEXTS, TEXTS, st.sampled_from(["en", "zh", None]))
def test_lines_add_up(first: str, second: str, language: str | None) -> None:
    assert count(f"{first}\n\n{second}", language) == total([count(first, language), count(second, language)])


@given(TEXTS)
def test_counts_fit_together(sample: str) -> None:
    features = count(sample, "en")
    assert all(value >= 0 for value in astuple(features))
    assert features.sentence_words <= features.words
    assert features.sentences <= features.sentence_words
    assert features.paragraph_words <= features.words
    assert features.questions <= sum(sample.count(mark) for mark in "?？؟")
    assert features.paragraphs + features.list_items + features.headings <= len(sample.split()) + 1


def test_no_texts_have_no_features() -> None:
    assert total([]) == Features()


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
