"""How far the learning of one voice has come, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.profile_key import ProfileId
from voice_engine.profiles import evolution_key, find_voice, tag
from voice_engine.store.database import answering
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.voice import distance, lists
from voice_engine.voice.distance import Distances
from voice_engine.voice.fields import Value
from voice_engine.voice.profile import neutral, values
from voice_engine.voice.progress import LEAST_SIDE
from voice_engine.voice.score import Score, evolution_score
from voice_engine.voice.suggestions import Suggestion, suggestions

# Raise it whenever `Evolution` changes shape: what older code has cached is then a miss.
EVOLUTION_SCHEMA = 1

_TONE = "tone."


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """A learned phrase of the list that `path` names, and the distinct drafts that lost it, kept it, were given it, of
    about the newest `MEMORY`."""

    path: str
    phrase: str
    removed_in: int
    kept_in: int
    added_in: int


@dataclass(frozen=True, slots=True)
class SubstitutionUse:
    """Words and what the writer puts in their place; the counts are drafts, of about the newest `MEMORY`."""

    before: str
    after: str
    replaced_in: int
    kept_in: int
    reversed_in: int


@dataclass(frozen=True, slots=True)
class Evolution:
    """All that moves only when the profile does. `version` 0: there is none yet. The counts are the state's own."""

    version: int
    score: Score
    acceptances: int
    drafts: int
    samples: int
    iterations: int
    tone: dict[str, int]
    phrases: tuple[PhraseUse, ...]
    substitutions: tuple[SubstitutionUse, ...]
    suggestions: tuple[Suggestion, ...]
    distances: Distances


@dataclass(frozen=True, slots=True)
class Analytics:
    """`saved`: how many of the voice's edits are learned, pending, ignored, failed; a status without any is absent."""

    evolution: Evolution
    saved: Mapping[str, int]


_EVOLUTION = TypeAdapter(Evolution)


class Analyst:
    def __init__(self, profiles: Profiles, edits: Edits, cache: ReadThroughCache) -> None:
        """`cache` keeps what moves with the profile; who moves one drops it as they drop the profile itself."""
        self._profiles = profiles
        self._edits = edits
        self._cache = cache

    @answering()
    def of(self, profile: ProfileId) -> Analytics:
        """Raises NotFound for a voice that was never made."""
        entry, _ = self._cache.read(evolution_key(profile.key), lambda: self._entry(profile))
        return Analytics(_EVOLUTION.validate_json(entry.body), self._edits.count_by_status(profile.key))

    def _entry(self, profile_id: ProfileId) -> Entry:
        profile = find_voice(self._profiles, profile_id)
        body = _EVOLUTION.dump_json(_evolution(profile, self._distances(profile_id.key))).decode()
        return Entry(tag=tag(profile) if profile else "", body=body, absent=profile is None)

    def _distances(self, key: str) -> Distances:
        first = self._edits.distances(key, limit=LEAST_SIDE)
        newest = self._edits.distances(key, limit=distance.READ, newest=True)
        return distance.distances(first, newest)


def _evolution(profile: Profile | None, distances: Distances) -> Evolution:
    state = profile.state if profile else neutral()
    learned, shown = state.learned, lists.shown(state.learned, state.overrides, state.tombstones)
    by_path = [("bannedPhrases", item) for item in shown.banned] + [("commonPhrases", item) for item in shown.liked]
    return Evolution(
        version=profile.version if profile else 0,
        score=profile.score if profile else evolution_score(state),
        acceptances=learned.acceptances,
        drafts=learned.drafts,
        samples=learned.samples,
        iterations=learned.iterations,
        tone=_tone(values(state)),
        phrases=tuple(
            PhraseUse(path, item.surface, item.removed_in, item.kept_in, item.added_in) for path, item in by_path
        ),
        substitutions=tuple(
            SubstitutionUse(item.before, item.after, item.replaced_in, item.kept_in, item.reversed_in)
            for item in shown.substitutions
        ),
        suggestions=suggestions(state),
        distances=distances,
    )


def _tone(effective: Mapping[str, Value | None]) -> dict[str, int]:
    found = {path.removeprefix(_TONE): value for path, value in effective.items() if path.startswith(_TONE)}
    return {name: value for name, value in found.items() if isinstance(value, int)}
