"""The lists that learning shows: phrases removed and brought in, and words replaced, after what was said by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_engine.voice import ngrams, overlaps, phrases, substitutions
from voice_engine.voice.fields import BY_PATH, Substitution, Value, Values
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.phrase_evidence import PhraseEvidence
from voice_engine.voice.substitutions import SubstitutionEvidence

PATHS = ("commonPhrases", "bannedPhrases", "substitutions")


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
    their place, by hand too, are neither banned nor liked as well."""
    liked_by_hand, banned_by_hand = _texts(overrides, "commonPhrases"), _texts(overrides, "bannedPhrases")
    pairs = tuple(
        item
        for item in substitutions.learned(learned.substitutions)
        if not overlaps.meets((item.before,), [*tombstones, *liked_by_hand])
        and not overlaps.meets((item.after,), [*tombstones, *banned_by_hand])
    )
    replaced = [*_replaced(overrides), *(item.before for item in pairs)]
    banned = tuple(_without(phrases.banned(learned.phrases), [*tombstones, *liked_by_hand, *replaced]))
    refused = [*tombstones, *banned_by_hand, *(item.surface for item in banned), *replaced]
    return Lists(banned, tuple(_without(phrases.liked(learned.phrases), refused)), pairs)


def layered(base: Values, learned: LearnedState, overrides: Values, tombstones: Sequence[str]) -> dict[str, Value]:
    """The lists that stand in `base`, the layer below the learned one, each behind what was learned for it.

    Own evidence wins: of the base's phrases those are left out that the writer treats otherwise, that a person deleted
    or said otherwise of by hand, or that a learned one stands for. No phrase is in two lists: words with something to
    put in their place are neither banned nor liked, and what is banned is not liked.
    """
    if not any(base.get(path) for path in PATHS):
        return {}
    own = shown(learned, overrides, tombstones)
    liked = [*_texts(overrides, "commonPhrases"), *(item.surface for item in learned.phrases.evidence if item.liked)]
    banned = [*_texts(overrides, "bannedPhrases"), *(item.surface for item in learned.phrases.evidence if item.banned)]
    learned_pairs = substitutions.learned(learned.substitutions)
    befores = [*_replaced(overrides), *(item.before for item in learned_pairs)]
    afters = [item.after for item in learned_pairs]
    pairs = _pairs(base)
    fitting = {*_apart((item.before for item in pairs), [*tombstones, *liked, *banned, *befores, *afters])}
    welcome = {*_apart((item.after for item in pairs), [*tombstones, *banned, *befores])}
    kept = tuple(item for item in pairs if item.before in fitting and item.after in welcome)
    refused = [*tombstones, *befores, *(item.before for item in kept)]
    shown_bans = [item.surface for item in own.banned]
    bans = _apart(_texts(base, "bannedPhrases"), [*refused, *liked, *_texts(overrides, "bannedPhrases"), *shown_bans])
    shown_likes = [item.surface for item in own.liked]
    likes = _apart(_texts(base, "commonPhrases"), [*refused, *banned, *bans, *shown_likes])
    below: Values = {"bannedPhrases": bans, "commonPhrases": likes, "substitutions": kept}
    return {path: _joined(path, own.values().get(path, ()), items) for path, items in below.items()}


def stacked(above: Values, below: Values) -> Values:
    """Two layers of values as one. Of a field that is in both, the value above holds; of these lists both do, that of
    the layer above first, for as long as there is room."""
    both = [path for path in PATHS if path in above and path in below]
    return {**below, **above, **{path: _joined(path, above[path], _others(path, above, below)) for path in both}}


def _others(path: str, above: Values, below: Values) -> Value:
    """What the list of the layer below has and that above has not."""
    if path == "substitutions":
        replaced = {ngrams.key(item) for item in _replaced(above)}
        return tuple(item for item in _pairs(below) if ngrams.key(item.before) not in replaced)
    named = {ngrams.key(item) for item in _texts(above, path)}
    return tuple(item for item in _texts(below, path) if ngrams.key(item) not in named)


def _joined(path: str, learned: Value, below: Value) -> Value:
    assert isinstance(learned, tuple)  # noqa: S101  as a list of the profile is
    assert isinstance(below, tuple)  # noqa: S101
    return (*learned, *below)[: BY_PATH[path].max_items]


def _without(found: Iterable[PhraseEvidence], refused: Sequence[str]) -> list[PhraseEvidence]:
    return [item for item in found if not overlaps.meets((item.surface,), refused)]


def _apart(found: Iterable[str], refused: Sequence[str]) -> tuple[str, ...]:
    keys = {ngrams.key(other) for other in refused}
    return tuple(item for item in found if not any(overlaps.overlap(ngrams.key(item), key) for key in keys))


def _replaced(values: Values) -> list[str]:
    return [item.before for item in _pairs(values)]


def _pairs(values: Values) -> list[Substitution]:
    value = values.get("substitutions")
    return [item for item in value if isinstance(item, Substitution)] if isinstance(value, tuple) else []


def _texts(values: Values, path: str) -> list[str]:
    value = values.get(path)
    return [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else []
