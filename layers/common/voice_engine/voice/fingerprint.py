"""How a person's texts differ from the drafts they are given: a bounded sum of digests, one text after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from heapq import nsmallest

from voice_engine.voice.closeness import closeness
from voice_engine.voice.prints import (
    LEVEL_UNIT,
    Fingerprint,
    FormatPart,
    Level,
    Scale,
    pack_style,
    pack_table,
    style_means,
    table,
)
from voice_engine.voice.stylometry import HASH_BITS, HASH_MASK, VIEWS
from voice_engine.voice.text_digest import ONE, TextDigest, digest, habits, weight_of_one, weighted
from voice_engine.voice.typical import TYPICAL, Typical

__all__ = ["Fingerprint", "TextDigest", "add_sample", "digest", "format_name", "revise", "update"]

RECENT = 60  # texts after which a mean follows the newer ones
RECENT_LEVEL = 8  # the same for how close texts lie, which rises as more are known
KEPT = 680  # n-grams a view
KEPT_FREQUENT = 120  # of them, for how often they occur; the others for how much they tell
MOST_FORMATS = 6
_NONE = (0, 0)


def update(
    fingerprint: Fingerprint,
    draft: TextDigest | None,
    edited: TextDigest | None,
    text_format: str | None,
    typical: Typical = TYPICAL,
) -> Fingerprint:
    """The fingerprint after one more draft, and what the person made of it. A draft accepted as it was is given
    without an edited text: it says what drafts are like, and nothing of how the person writes."""
    views: list[bytes] = []
    weights: list[int] = []
    for position in range(len(VIEWS)):
        weight = fingerprint.weights[position]
        if draft is not None:
            weight = _mean(weight, weight_of_one(draft, position), fingerprint.drafts)
        merged = _merged(fingerprint, position, draft, edited)
        views.append(
            pack_table(_told(merged, Scale(fingerprint.drafts + (draft is not None), weight, position, typical)))
        )
        weights.append(weight)
    return replace(
        _counted(fingerprint, draft, edited, text_format, typical),
        views=tuple(views),
        weights=tuple(weights),
        style=_style_after(fingerprint, draft, edited),
    )


def add_sample(fingerprint: Fingerprint, sample: TextDigest, text_format: str | None) -> Fingerprint:
    """The fingerprint after a text that the person wrote without a draft."""
    return update(fingerprint, None, sample, text_format)


def revise(fingerprint: Fingerprint, before: TextDigest, after: TextDigest, typical: Typical = TYPICAL) -> Fingerprint:
    """The fingerprint after a known text that it holds was saved again: `after` takes the place of `before`.

    Each known text has its share of the means, so the difference of the two is added by that share: but for rounding,
    and for n-grams that found no room, as if the later text had come alone. A person of more than RECENT texts is
    moved by the share of their newest. How close the text lay stays as it was when it came in.
    """
    count = max(1, min(fingerprint.known, RECENT))
    views: list[bytes] = []
    for position in range(len(VIEWS)):
        entries, old, new = table(fingerprint, position), weighted(before, position), weighted(after, position)
        for gram in old.keys() | new.keys():
            known, given = entries.get(gram, (0, 0))
            change = new.get(gram, 0) - (old.get(gram, 0) if gram in entries else 0)
            entries[gram] = max(0, known + _share(change, count)), given
        scale = Scale(fingerprint.drafts, fingerprint.weights[position], position, typical)
        views.append(pack_table(_told({gram: entry for gram, entry in entries.items() if any(entry)}, scale)))
    known_style, given_style, squares = style_means(fingerprint)
    moved = zip(known_style, habits(before), habits(after), strict=True)
    return replace(
        fingerprint,
        known_words=max(0, fingerprint.known_words + after.words - before.words),
        views=tuple(views),
        style=pack_style((tuple(mean + _share(new - old, count) for mean, old, new in moved), given_style, squares)),
    )


def format_name(platform: str, text_format: str | None) -> str:
    """What a kind of text is called here: by its format where it has one, else by where it appears."""
    return text_format or platform


def _counted(
    fingerprint: Fingerprint,
    draft: TextDigest | None,
    edited: TextDigest | None,
    text_format: str | None,
    typical: Typical,
) -> Fingerprint:
    """The counts and levels after one more draft and edit. A level tells how close a text lies that the fingerprint
    has not seen, so it is measured before the text is added, and from the second known text on."""
    measured = fingerprint.known > 0
    own = round(LEVEL_UNIT * closeness(fingerprint, edited, typical)) if edited is not None and measured else None
    given = round(LEVEL_UNIT * closeness(fingerprint, draft, typical)) if draft is not None and measured else None
    part = fingerprint.format(text_format) or FormatPart(text_format or "")
    part = replace(
        part,
        known=part.known + (edited is not None),
        drafts=part.drafts + (draft is not None),
        own=_levelled(part.own, own),
        given=_levelled(part.given, given),
    )
    others = tuple(item for item in fingerprint.formats if item.name != text_format)
    return replace(
        fingerprint,
        known=fingerprint.known + (edited is not None),
        drafts=fingerprint.drafts + (draft is not None),
        known_words=fingerprint.known_words + (edited.words if edited is not None else 0),
        own=_levelled(fingerprint.own, own),
        given=_levelled(fingerprint.given, given),
        formats=fingerprint.formats if text_format is None else (*others, part)[-MOST_FORMATS:],
    )


def _levelled(level: Level, value: int | None) -> Level:
    return level if value is None else Level(_mean(level.mean, value, level.seen, RECENT_LEVEL), level.seen + 1)


def _share(change: int, count: int) -> int:
    return (2 * change + count) // (2 * count)


def _mean(mean: int, value: int, before: int, recent: int = RECENT) -> int:
    """A running mean after one more value, rounded to the nearest; over `recent` values it fades."""
    count = min(before, recent - 1) + 1
    return (2 * (mean * (count - 1) + value) + count) // (2 * count)


def _merged(
    fingerprint: Fingerprint, position: int, draft: TextDigest | None, edited: TextDigest | None
) -> dict[int, tuple[int, int]]:
    """One view after one more known text and draft. An n-gram that is new was in none of the texts before, or so
    seldom that it was not kept."""
    before = table(fingerprint, position)
    known = {} if edited is None else weighted(edited, position)
    given = {} if draft is None else weighted(draft, position)
    # As `_mean` has it, for all n-grams at once.
    texts, drafts = min(fingerprint.known, RECENT - 1) + 1, min(fingerprint.drafts, RECENT - 1) + 1
    kept_known, kept_given, all_known, all_given = 2 * texts - 2, 2 * drafts - 2, 2 * texts, 2 * drafts
    merged: dict[int, tuple[int, int]] = {}
    for gram in before.keys() | known.keys() | given.keys():
        old_known, old_given = before.get(gram, _NONE)
        merged[gram] = (
            old_known if edited is None else (old_known * kept_known + 2 * known.get(gram, 0) + texts) // all_known,
            old_given if draft is None else (old_given * kept_given + 2 * given.get(gram, 0) + drafts) // all_given,
        )
    return merged


def _told(entries: dict[int, tuple[int, int]], scale: Scale) -> dict[int, tuple[int, int]]:
    """The n-grams worth their room: some for being frequent, the others for telling known texts from drafts."""
    if len(entries) > KEPT:
        # One number for each, for numbers are sorted faster than pairs: the greater first, then the lower hash.
        weights = (gram - ((known + given) << HASH_BITS) for gram, (known, given) in entries.items())
        kept = {number & HASH_MASK for number in nsmallest(KEPT_FREQUENT, weights)}
        rest = {gram: entry for gram, entry in entries.items() if gram not in kept}
        apart = sorted(gram - (distance << HASH_BITS) for gram, distance in _apart(rest, scale))
        kept.update(number & HASH_MASK for number in apart[: KEPT - KEPT_FREQUENT])
        entries = {gram: entries[gram] for gram in kept}
    return {gram: (min(known, ONE - 1), min(given, ONE - 1)) for gram, (known, given) in entries.items()}


def _apart(entries: Mapping[int, tuple[int, int]], scale: Scale) -> Iterator[tuple[int, int]]:
    """How far apart each n-gram sets known texts and drafts."""
    for gram, known, centre, commonness in scale.weighed(entries):
        yield gram, (known - centre) * (known - centre) * ONE // commonness


def _style_after(fingerprint: Fingerprint, draft: TextDigest | None, edited: TextDigest | None) -> bytes:
    known, given, squares = style_means(fingerprint)
    if edited is not None:
        known = _means(known, habits(edited), fingerprint.known)
    if draft is not None:
        values = habits(draft)
        given = _means(given, values, fingerprint.drafts)
        squares = _means(squares, tuple(value * value for value in values), fingerprint.drafts)
    return pack_style((known, given, squares))


def _means(means: tuple[int, ...], values: tuple[int, ...], before: int) -> tuple[int, ...]:
    return tuple(_mean(mean, value, before) for mean, value in zip(means, values, strict=True))
