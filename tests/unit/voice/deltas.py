"""Deltas of any shape, as hypothesis draws them."""

from hypothesis import strategies as st

from voice_engine.voice.delta import Delta
from voice_engine.voice.features import NAMES, Features
from voice_engine.voice.ngrams import LENGTHS
from voice_engine.voice.traits import MILLION

FEATURES = st.builds(Features, **dict.fromkeys(NAMES, st.integers(0, 60_000)))
SMALL = st.builds(Features, **dict.fromkeys(NAMES, st.integers(0, 40)))
DELTAS = st.builds(
    Delta,
    language=st.sampled_from(["en", "de", None]),
    unchanged=st.booleans(),
    changed=st.integers(0, MILLION),
    draft=st.one_of(SMALL, FEATURES),
    edited=st.one_of(SMALL, FEATURES),
    removed=st.just(()),
    added=st.just(()),
    removal_rates=st.tuples(*[st.integers(0, MILLION)] * len(LENGTHS)),
    kept=st.binary(max_size=16).map(lambda value: value[: len(value) // 4 * 4]),
)
