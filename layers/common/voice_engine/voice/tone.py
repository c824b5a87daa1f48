"""Tone without a model: weighed marks and words of a text, on scales from 1 to 10 where 5 is a typical machine draft.

A count of words cannot hear irony. It serves because it is paired: what stays in a text weighs the same before and
after an edit, and only what the writer took out or put in speaks. What the scale itself says of a text is rough, so
edits are learned relative to the drafts (`trait_kinds.Relative`). English only, for the lists of words are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from voice_engine.voice.features import Features
from voice_engine.voice.trait_kinds import MILLION, Gauge

MIDDLE = 5 * MILLION
LEAST_WORDS = 10  # of a text that tells a tone


@dataclass(frozen=True, slots=True)
class Scale:
    """weights: by feature. typical: the weighed sum per 100 words of a typical machine draft. point: how much of it
    is one point."""

    weights: Mapping[str, int]
    typical: int
    point: int

    def weighed(self, features: Features) -> int:
        return sum(weight * int(getattr(features, name)) for name, weight in self.weights.items())

    def gauge(self, features: Features) -> int | None:
        """The tone of one text in millionths of a point, not bounded, or None where it cannot tell."""
        if features.english_words < LEAST_WORDS:
            return None
        per_hundred = 100 * MILLION * self.weighed(features) // features.english_words
        return MIDDLE + (per_hundred - self.typical * MILLION) // self.point


# `typical` lies midway between machine drafts of prose (630, LAMP) and of messages (196, Post-edit), which differ more
# than writers do: formality 59 and 9, enthusiasm 3 and 22, directness -4 and 35, humor 1 and 2, emotionality 15 and
# 50. A point is chosen so that people's own texts (blogs, tweets, letters) spread over the scale.
SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "formality": Scale(
            {
                "formal": 20,
                "informal": -20,
                "contractions": -10,
                "exclamations": -10,
                "emoji": -10,
                "long_words": 3,
                "first_person": -2,
                "second_person": -2,
            },
            typical=34,
            point=25,
        ),
        "enthusiasm": Scale({"enthusiastic": 10, "exclamations": 10, "emoji": 10}, typical=12, point=10),
        "directness": Scale(
            {"assertive": 10, "calls_to_action": 20, "hedges": -10, "second_person": 3}, typical=16, point=8
        ),
        "humor": Scale({"humorous": 10, "emoji": 3}, typical=1, point=3),
        "emotionality": Scale({"emotional": 10, "exclamations": 5, "emoji": 5}, typical=32, point=10),
    }
)

VOICE_TYPES = ("balanced", "conversational", "authoritative", "playful", "analytical")
# In 100 words, in millionths: reasoning from which a text is analytical; contractions, informal words and persons
# (I, you) from which it can be conversational.
_REASONING = 1_800_000
_TALKING = 6 * MILLION


def voice_type(features: Features) -> int | None:
    """Which of VOICE_TYPES a text speaks in, as its place among them: the one whose mark it passes by most, or
    balanced. None where it cannot tell."""
    tones = {name: scale.gauge(features) for name, scale in SCALES.items()}
    formality, directness, humor = tones["formality"], tones["directness"], tones["humor"]
    if formality is None or directness is None or humor is None:
        return None
    talking = features.first_person + features.second_person + features.contractions + features.informal
    beyond = {
        "conversational": min(4 * MILLION - formality, _in_hundred(talking, features) - _TALKING),
        "authoritative": min(directness - 6 * MILLION, formality - 5 * MILLION),
        "playful": humor - 6 * MILLION,
        "analytical": _in_hundred(features.reasoning, features) - _REASONING,
    }
    kind = max(beyond, key=lambda name: beyond[name])
    return VOICE_TYPES.index(kind if beyond[kind] > 0 else "balanced")


def _in_hundred(count: int, features: Features) -> int:
    return 100 * MILLION * count // features.english_words


def gauge(name: str) -> Gauge:
    return SCALES[name].gauge
