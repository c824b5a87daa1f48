"""What has become of one saved edit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from voice_engine.clock import Clock
from voice_engine.errors import NotFound
from voice_engine.ids import is_id
from voice_engine.store.database import answering
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profiles
from voice_engine.windows import Windows


@dataclass(frozen=True, slots=True)
class Progress:
    """`queued`: due, waits for the learner. `delayed`: its window ends at `until`. `learned`: in profile `version`.

    `ignored` and `failed` come with their `reason`. `unlearning`: taken back, the profile waits for the learner.
    `unlearned`: no profile holds it, from `version` on where one did.
    """

    edit_id: str
    content_id: str
    saved_at: datetime
    status: Literal["queued", "delayed", "learned", "ignored", "failed", "unlearning", "unlearned"]
    until: datetime | None = None
    version: int | None = None
    reason: str | None = None


class LearningProgress:
    def __init__(self, edits: Edits, profiles: Profiles, windows: Windows, *, clock: Clock) -> None:
        self._edits = edits
        self._profiles = profiles
        self._windows = windows
        self._clock = clock

    @answering()
    def of(self, user_id: str, edit_id: str) -> Progress:
        """From MongoDB alone, so that it is right with Redis away. Raises NotFound, also for another person's edit."""
        edit = self._edits.find(user_id, edit_id) if is_id(edit_id) else None
        if edit is None:
            raise NotFound("edit", edit_id)
        if edit.status != "pending":
            return Progress(
                edit.id,
                edit.content_id,
                edit.saved_at,
                edit.status,
                version=edit.learned_version if edit.status == "learned" else edit.unlearned_version,
                reason=edit.reason,
            )
        oldest = self._edits.oldest_pending(edit.profile) or edit.saved_at
        learned_at = self._profiles.learned_at(edit.profile)
        now = self._clock()
        due = self._windows.due(learned_at=learned_at, oldest_saved_at=oldest, now=now)
        if due > now:
            return Progress(edit.id, edit.content_id, edit.saved_at, "delayed", until=due)
        return Progress(edit.id, edit.content_id, edit.saved_at, "queued")
