"""Why the profile is as it is, and what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from voice_engine.clock import Clock
from voice_engine.profile_key import ProfileId
from voice_engine.profiles import find_voice
from voice_engine.store.database import answering
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profiles
from voice_engine.voice.explain import TraitSummary, evidence_summary
from voice_engine.voice.explain_phrases import PhraseSummary, SubstitutionSummary, phrase_summary, substitution_summary
from voice_engine.voice.origins import Origin, origins
from voice_engine.voice.profile import neutral
from voice_engine.windows import Windows


@dataclass(frozen=True, slots=True)
class Explanation:
    """What each field holds and each learned value rests on. `saved_at`: when each edit behind one of them was saved.

    `window_ends_at`: when the edits that wait are learned; None where none waits, or they are due.
    """

    fields: tuple[Origin, ...]
    traits: tuple[TraitSummary, ...]
    phrases: tuple[PhraseSummary, ...]
    substitutions: tuple[SubstitutionSummary, ...]
    saved_at: Mapping[str, datetime]
    is_learning: bool
    window_ends_at: datetime | None


class Explainer:
    def __init__(self, profiles: Profiles, edits: Edits, windows: Windows, *, clock: Clock) -> None:
        self._profiles = profiles
        self._edits = edits
        self._windows = windows
        self._clock = clock

    @answering()
    def of(self, profile_id: ProfileId) -> Explanation:
        """Raises NotFound for a voice that was never made."""
        profile = find_voice(self._profiles, profile_id)
        state = profile.state if profile else neutral()
        traits, phrases, pairs = evidence_summary(state), phrase_summary(state), substitution_summary(state)
        ids = {id_ for group in (traits, phrases, pairs) for summary in group for id_ in summary.edits}
        return Explanation(
            fields=origins(state),
            traits=tuple(traits),
            phrases=tuple(phrases),
            substitutions=tuple(pairs),
            saved_at=self._edits.saved_at(sorted(ids)),
            is_learning=state.learning,
            window_ends_at=self._window_end(profile_id.key, profile.learned_at if profile else None),
        )

    def _window_end(self, key: str, learned_at: datetime | None) -> datetime | None:
        oldest = self._edits.oldest_pending(key)
        if oldest is None:
            return None
        now = self._clock()
        due = self._windows.due(learned_at=learned_at, oldest_saved_at=oldest, now=now)
        return due if due > now else None
