"""Phrases within and across each other: which of them stands for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from voice_engine.voice import ngrams
from voice_engine.voice.phrase_evidence import PhraseEvidence


def maximal(found: list[PhraseEvidence]) -> list[PhraseEvidence]:
    """Of phrases within each other, the one that explains more removals, and of equals the longest: `tapestry` where
    it went without `vibrant` too, `circle back soon` where its parts never went alone."""
    held = [(f" {item.key} ", item) for item in found]
    return [item for key, item in held if not any(_explained(key, item, *other) for other in held)]


def _explained(key: str, item: PhraseEvidence, other_key: str, other: PhraseEvidence) -> bool:
    if key == other_key:
        return False
    if key in other_key:
        return item.removed_in <= other.removed_in
    return other_key in key and item.removed_in < other.removed_in


def separate(
    found: Iterable[PhraseEvidence], strength: Callable[[PhraseEvidence], int], limit: int
) -> tuple[PhraseEvidence, ...]:
    """The strongest phrases of which none overlaps another; of equally strong ones the longest."""
    ranked = sorted(
        found,
        key=lambda item: (-strength(item), -item.key.count(" "), -item.content_words, -item.odds, item.key),
    )
    chosen: list[PhraseEvidence] = []
    by_joint: dict[tuple[str, ...], list[str]] = {}
    for item in ranked:
        if len(chosen) == limit:
            break
        joints = _joints(item.key)
        if not any(overlap(item.key, other) for joint in joints for other in by_joint.get(joint, ())):
            chosen.append(item)
            for joint in joints:
                by_joint.setdefault(joint, []).append(item.key)
    return tuple(chosen)


def overlap(one: str, other: str) -> bool:
    """Whether one key holds the other, or its end is the other's beginning: by two words or more, or, of two pairs,
    by the word that carries meaning (`a mix`, `mix of`)."""
    if f" {one} " in f" {other} " or f" {other} " in f" {one} ":
        return True
    first, second = one.split(), other.split()
    if len(first) == len(second) == ngrams.PAIR:
        shared = {first[-1]} & {second[0]} | {second[-1]} & {first[0]}
        return bool(shared - ngrams.ENGLISH_FUNCTION_WORDS)
    return any(
        first[-size:] == second[:size] or second[-size:] == first[:size]
        for size in range(2, min(len(first), len(second)))
    )


def meets(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any of these phrases, as written, overlaps any of those."""
    keys = [ngrams.key(other) for other in others]
    return any(overlap(ngrams.key(one), key) for one in ones for key in keys)


def _joints(key: str) -> set[tuple[str, ...]]:
    """What a phrase shares with each that it overlaps: its words, and its pairs of neighbouring words."""
    words = key.split()
    return {*pairwise(words), *((word,) for word in words)}
