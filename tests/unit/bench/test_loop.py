"""The simulated loop: a drafter that obeys a profile, writers who know what they want, and learning that helps."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.eval import drafter, loop
from bench.eval.drafter import PLAIN, STOCK, Style, plan, render, resplit
from voice_engine.voice import features, ngrams
from voice_engine.voice.fields import Substitution
from voice_engine.voice.profile import neutral, values

SEEDS = st.integers(0, 10_000)
LENGTHS = st.sampled_from([12.0, 15.0, 20.0, 28.0])


def drafted(seed: int, style: Style) -> str:
    return render(plan(random.Random(seed), style), style)


@given(SEEDS)
def test_a_writer_who_wants_what_the_drafter_writes_changes_nothing(seed: int) -> None:
    style = Style(dashes=1.0, exclamations=1.0, emoji=1.0)
    text = plan(random.Random(seed), style)
    assert loop.distance(render(text, style), render(text, style)) == 0


@given(SEEDS, LENGTHS)
def test_a_writer_leaves_sentences_of_their_own_length(seed: int, length: float) -> None:
    text = resplit(plan(random.Random(seed), Style(sentence_length=length)), length)
    assert resplit(text, length) == text


def test_the_drafter_writes_sentences_of_the_length_that_it_is_asked_for() -> None:
    for length in (12.0, 15.0, 20.0, 28.0):
        counts = features.total(
            features.count(drafted(seed, Style(sentence_length=length)), "en") for seed in range(60)
        )
        assert abs(counts.sentence_words / counts.sentences - length) <= 0.12 * length


def test_the_drafter_obeys_what_a_profile_says() -> None:
    profile = values(
        replace(
            neutral(),
            overrides={
                "bannedPhrases": ("needless to say",),
                "substitutions": tuple(Substitution(word, short) for word, short in PLAIN.items()),
                "writingTraits.contractionShare": 0.0,
                "writingTraits.dashesPer100Words": 0.0,
                "writingTraits.exclamationsPer100Words": 2.0,
            },
        )
    )
    style = drafter.follow(profile)
    texts = [drafted(seed, style) for seed in range(20)]
    keys = " ".join(ngrams.key(text) for text in texts)
    assert "needless to say" not in keys
    assert not any(f" {word} " in keys for word in PLAIN)
    counts = features.total(features.count(text, "en") for text in texts)
    assert counts.dashes == counts.contractions == 0
    assert counts.exclamations > 0


def test_stock_phrases_stand_in_drafts_until_they_are_banned() -> None:
    keys = " ".join(ngrams.key(drafted(seed, Style())) for seed in range(40))
    assert all(ngrams.key(phrase.rstrip(":")) in keys for phrase in STOCK)


def test_learning_lowers_the_distance_and_without_it_nothing_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafter, "SENTENCES", 4)
    monkeypatch.setattr(loop, "DRAFTS", 20)
    people = [loop._writer(seed) for seed in range(3)]
    learned = loop._mean([loop._distances(writer, learning=True) for writer in people])
    unlearned = loop._mean([loop._distances(writer, learning=False) for writer in people])
    assert learned[0] == unlearned[0]
    assert sum(learned[-5:]) < 0.7 * sum(unlearned[-5:])
    assert sum(unlearned[-5:]) > 0.8 * sum(unlearned[:5])
