"""How close a text lies to a person's: how far from other people's texts in the direction of theirs."""

from __future__ import annotations

from math import sqrt

from voice_engine.voice import prints
from voice_engine.voice.prints import Fingerprint, Scale
from voice_engine.voice.stylometry import LOG_UNIT, VIEWS
from voice_engine.voice.text_digest import ONE, TextDigest, habits, weighted
from voice_engine.voice.typical import TYPICAL, Typical

MOST_DRAFTS = 60  # that the spread of a habit is taken from
STYLE_PRIOR = 5  # drafts that the typical spread of a habit counts for
STYLE_SHARE = 0.2  # of a view's similarity: it varies five times as much between texts
_LEAST_SPREAD = 0.01 * LOG_UNIT * LOG_UNIT  # variance
_FARTHEST = 3.0  # deviations of one habit that count


def closeness(fingerprint: Fingerprint, text: TextDigest, typical: Typical = TYPICAL) -> float:
    """One number for how close a text lies; of two texts the closer one is likelier the person's."""
    *views, style = similarities(fingerprint, text, typical)
    return sum(views) + STYLE_SHARE * style


def similarities(fingerprint: Fingerprint, text: TextDigest, typical: Typical = TYPICAL) -> tuple[float, ...]:
    """How far a text lies from where other people's texts lie, in the direction in which this person's do: the cosine
    between mean known text − centre and text − centre, for each of VIEWS and for style; 0 where nothing is known."""
    views = [
        _view_similarity(fingerprint, text, Scale(fingerprint.drafts, fingerprint.weights[position], position, typical))
        for position in range(len(VIEWS))
    ]
    return (*views, style_similarity(fingerprint, text, typical))


def _view_similarity(fingerprint: Fingerprint, text: TextDigest, scale: Scale) -> float:
    """The cosine over the n-grams that the fingerprint keeps, each weighed by 1 / commonness; to the text's length
    also count those that it does not keep."""
    entries = prints.table(fingerprint, scale.position)
    weights = weighted(text, scale.position)
    product = known_length = text_length = 0.0
    for gram, known, centre, commonness in scale.weighed(entries):
        direction, offset = known - centre, weights.get(gram, 0) - centre
        rarity = 1 / commonness
        product += direction * offset * rarity
        known_length += direction * direction * rarity
        text_length += offset * offset * rarity
    others = {gram: (weight, 0) for gram, weight in weights.items() if gram not in entries}
    for _, weight, _, commonness in scale.weighed(others):
        text_length += weight * weight / commonness
    kept = sum(weight * weight for weight in weights.values())
    text_length += max(0, ONE * ONE - kept) / scale.floor
    return _cosine(product, known_length, text_length)


def style_similarity(fingerprint: Fingerprint, text: TextDigest, typical: Typical = TYPICAL) -> float:
    """The last of `similarities`, alone."""
    known, given, squares = prints.style_means(fingerprint)
    drafts = min(fingerprint.drafts, MOST_DRAFTS)
    product = known_length = text_length = 0.0
    for position, value in enumerate(habits(text)):
        mean = (drafts * given[position] + prints.CENTRE_PRIOR * typical.style_means[position]) / (
            drafts + prints.CENTRE_PRIOR
        )
        variance = (
            drafts * (squares[position] - given[position] ** 2) + STYLE_PRIOR * typical.style_variances[position]
        ) / (drafts + STYLE_PRIOR)
        spread = sqrt(max(0.0, variance) + _LEAST_SPREAD)
        centre = mean + typical.style_shifts[position]
        direction = (known[position] - centre) / spread
        offset = max(-_FARTHEST, min(_FARTHEST, (value - centre) / spread))
        product += direction * offset
        known_length += direction * direction
        text_length += offset * offset
    return _cosine(product, known_length, text_length)


def _cosine(product: float, one: float, other: float) -> float:
    return product / sqrt(one * other) if one > 0 and other > 0 else 0.0
