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
        # Another machine's clock may be ahead. A time in the future must postpone for no longer than the window, also
        # when it is asked about again and again.
        saved_at = min(oldest_saved_at, now)
        if learned_at is None:
            return saved_at
        if learned_at > now:
            learned_at = saved_at
        if saved_at >= learned_at + self.rate:
            return saved_at
        return max(learned_at + self.rate, saved_at + self.batch)
