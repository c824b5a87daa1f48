"""What learning would repair in a text, and how likely the writer is to agree."""

from __future__ import annotations

from voice_engine.voice import lists, ngrams
from voice_engine.voice.apply import Hints
from voice_engine.voice.delta import MILLION
from voice_engine.voice.explain import TraitSummary, evidence_summary
from voice_engine.voice.profile import ProfileState, learned_values
from voice_engine.voice.traits import TRAITS, Level


def hints(state: ProfileState) -> Hints:
    """The learned values of a profile with their probabilities, for `apply`.

    A phrase's and a substitution's is its own (`explain`). A trait's is by the rule of succession (Laplace) over the
    newest drafts: (those in which the writer moved it that way + 1) / (all + 2). What no edit taught has none.
    """
    shown = lists.shown(state.learned, state.overrides, state.tombstones)
    memory = state.learned.phrases
    probabilities = {
        ("bannedPhrases", ngrams.key(item.surface)): memory.probability(item) / MILLION for item in shown.banned
    }
    probabilities |= {
        ("substitutions", ngrams.key(item.before)): item.probability / MILLION for item in shown.substitutions
    }
    levels = {trait.name for trait in TRAITS if isinstance(trait, Level)}
    for summary in evidence_summary(state):
        if summary.path and summary.reason in {"moved", "settled"}:
            probabilities[summary.path, ""] = _probability(summary, level=summary.trait in levels)
    return Hints(learned_values(state), {key: round(value, 2) for key, value in probabilities.items()})


def _probability(summary: TraitSummary, *, level: bool) -> float:
    """Of a level at its top the drafts that raised it count, else those that lowered it or turned it off."""
    agreeing = summary.up if level and summary.learned == 1 else summary.down
    return (agreeing + 1) / (summary.up + summary.down + summary.hold + 2)
