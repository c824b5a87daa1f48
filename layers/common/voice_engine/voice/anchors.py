"""What learning starts from: the values of the layer below the learned one."""

from __future__ import annotations

from dataclasses import replace

from voice_engine.voice.fields import Values
from voice_engine.voice.learned import LearnedState, LearnedTrait
from voice_engine.voice.trait_kinds import Switch
from voice_engine.voice.traits import TRAITS


def anchored(state: LearnedState, base: Values) -> LearnedState:
    """The state that learns from now on relative to these values, by path. Traits of which edits or own texts taught
    something already keep what they had, so that a layer that comes later moves none of it."""
    return replace(state, traits=tuple(_anchored(state, position, base) for position in range(len(TRAITS))))


def _anchored(state: LearnedState, position: int, base: Values) -> LearnedTrait:
    trait, learned = TRAITS[position], state.traits[position]
    if isinstance(trait, Switch) or not trait.path or state.known(position) is not None:
        return learned
    anchor = trait.aimed(base.get(trait.path))
    return replace(learned, anchor=anchor, refused=learned.refused and anchor == learned.anchor)
