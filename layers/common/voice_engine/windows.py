"""When a profile's pending edits are due: at most one learning in each rate window, later edits together."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Windows:
    rate: timedelta
    batch: timedelta

    def due(self, *, learned_at: datetime | None, oldest_saved_at: datetime, now: datetime) -> datetime:
        """The moment from which the pending edits may be learned; it may have passed.

        A profile that was never learned, or not within `rate` before its oldest pending edit was saved, is due at once;
        else when both the rate has passed since the last learning and `batch` since that edit.
        """
        if learned_at is None:
            return oldest_saved_at
        # A time in the future, from another machine's clock, must not postpone for longer than the window.
        learned_at = min(learned_at, now)
        if oldest_saved_at >= learned_at + self.rate:
            return oldest_saved_at
        return max(learned_at + self.rate, oldest_saved_at + self.batch)
