"""What has become of an edit, on the wire."""

from typing import Literal, Self

from models.wire import Moment, Wire
from voice_engine.learning_progress import Progress


class LearningView(Wire):
    edit_id: str
    content_id: str
    saved_at: Moment
    status: Literal["queued", "delayed", "learned", "ignored", "failed", "unlearning", "unlearned"]
    until: Moment | None = None
    version: int | None = None
    reason: str | None = None

    @classmethod
    def of(cls, progress: Progress) -> Self:
        return cls(
            edit_id=progress.edit_id,
            content_id=progress.content_id,
            saved_at=progress.saved_at,
            status=progress.status,
            until=progress.until,
            version=progress.version,
            reason=progress.reason,
        )
