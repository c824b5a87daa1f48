"""The lists that learning shows: phrases removed and brought in, and words replaced, after what was said by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_engine.voice import overlaps, phrases, substitutions
from voice_engine.voice.fields import Substitution, Value, Values
from voice_engine.voice.learning import LearnedState
from voice_engine.voice.phrase_evidence import PhraseEvidence
from voice_engine.voice.substitutions import SubstitutionEvidence


@dataclass(frozen=True, slots=True)
class Lists:
    """Learned phrases that are banned and liked, and substitutions, surest first. No phrase is in two of them."""

    banned: tuple[PhraseEvidence, ...]
    liked: tuple[PhraseEvidence, ...]
    substitutions: tuple[SubstitutionEvidence, ...]

    def values(self) -> dict[str, Value]:
        """As the fields of a profile hold them. An empty list is absent."""
        found: dict[str, Value] = {
            "bannedPhrases": tuple(item.surface for item in self.banned),
            "commonPhrases": tuple(item.surface for item in self.liked),
            "substitutions": tuple(Substitution(item.before, item.after) for item in self.substitutions),
        }
        return {path: value for path, value in found.items() if value}


def shown(learned: LearnedState, overrides: Values, tombstones: Sequence[str]) -> Lists:
    """The lists without what a person deleted (`tombstones`), or said otherwise by hand: what they like is not banned
    or replaced, what they banned is not liked and is put in no other word's place. Words with something to put in
    their place are not banned as well."""
    liked_by_hand, banned_by_hand = _texts(overrides, "commonPhrases"), _texts(overrides, "bannedPhrases")
    pairs = tuple(
        item
        for item in substitutions.learned(learned.substitutions)
        if not overlaps.meets((item.before,), [*tombstones, *liked_by_hand])
        and not overlaps.meets((item.after,), [*tombstones, *banned_by_hand])
    )
    replaced = [item.before for item in pairs]
    banned = tuple(_without(phrases.banned(learned.phrases), [*tombstones, *liked_by_hand, *replaced]))
    refused = [*tombstones, *banned_by_hand, *(item.surface for item in banned), *replaced]
    return Lists(banned, tuple(_without(phrases.liked(learned.phrases), refused)), pairs)


def _without(found: Iterable[PhraseEvidence], refused: Sequence[str]) -> list[PhraseEvidence]:
    return [item for item in found if not overlaps.meets((item.surface,), refused)]


def _texts(values: Values, path: str) -> list[str]:
    value = values.get(path)
    return [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else []
