"""What an operator sees of the queue and asks of it, on the wire."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.cursor import cursor
from models.named import ID
from models.wire import Moment, Wire, Yes, exactly_one_of
from voice_engine.queue import QueueStats
from voice_engine.queue_desk import DeadLetter, QueueView, Retried

DEAD_LETTERS = 100


class JobsView(Wire):
    """Jobs by the set of the queue that they are in; for how long the one that is next has waited."""

    waiting: int
    active: int
    delayed: int
    failed: int
    completed: int
    oldest_waiting_seconds: float | None

    @classmethod
    def of(cls, jobs: QueueStats) -> Self:
        return cls(
            waiting=jobs.waiting,
            active=jobs.active,
            delayed=jobs.delayed,
            failed=jobs.failed,
            completed=jobs.completed,
            oldest_waiting_seconds=jobs.oldest_waiting_seconds,
        )


class DeadLetterView(Wire):
    """`profile` is a pseudonym: it is the same for edits of one voice, and does not tell whose that is."""

    edit_id: str
    profile: str
    attempts: int
    reason: str
    failed_at: Moment

    @classmethod
    def of(cls, letter: DeadLetter) -> Self:
        return cls(
            edit_id=letter.edit_id,
            profile=letter.profile,
            attempts=letter.attempts,
            reason=letter.reason,
            failed_at=letter.failed_at,
        )


class DeadLetterPage(Wire):
    """`nextCursor` leads to the next page; null on the last one."""

    items: list[DeadLetterView]
    next_cursor: str | None


class QueueAnswer(Wire):
    """`jobs` is null when Redis does not answer. Edits are counted in MongoDB, which knows of every one."""

    jobs: JobsView | None
    oldest_pending_edit_seconds: float
    failed_edits: int
    dead_letters: DeadLetterPage

    @classmethod
    def of(cls, view: QueueView, *, limit: int) -> Self:
        """`view` holds one dead letter more than `limit` where there is another page."""
        page = view.dead_letters[:limit]
        more = len(view.dead_letters) > limit
        return cls(
            jobs=None if view.jobs is None else JobsView.of(view.jobs),
            oldest_pending_edit_seconds=view.oldest_pending_seconds,
            failed_edits=view.failed_edits,
            dead_letters=DeadLetterPage(
                items=[DeadLetterView.of(letter) for letter in page],
                next_cursor=cursor(page[-1].failed_at, page[-1].edit_id) if more else None,
            ),
        )


class RetryFailed(Wire):
    """One failed edit, or all of them."""

    model_config = exactly_one_of("editId", "all")

    edit_id: Annotated[str, Field(pattern=ID)] | None = None
    all: Yes | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.edit_id is None) == (self.all is None):
            raise PydanticCustomError("one_of", "must have exactly one of editId and all")
        return self


class RetriedView(Wire):
    """How many edits are pending again, and how many failed jobs wait again; null when Redis does not answer."""

    edits: int
    jobs: int | None

    @classmethod
    def of(cls, retried: Retried) -> Self:
        return cls(edits=retried.edits, jobs=retried.jobs)
