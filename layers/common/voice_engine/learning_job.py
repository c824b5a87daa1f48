"""What the learning queue carries and tells: jobs of ids, outcomes, positions, counts."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

NAME = "process-edit"

_FIELDS = ("userId", "profile", "contentId", "editId")


class MalformedJob(Exception):
    """An entry of the queue that is no learning job. Names what is wrong, never what was given."""


@dataclass(frozen=True, slots=True)
class LearningJob:
    """A hint that the profile has pending edits, with the edit that gave rise to it. Ids only, never text."""

    user_id: str
    profile: str
    content_id: str
    edit_id: str

    def as_json(self) -> str:
        values = (self.user_id, self.profile, self.content_id, self.edit_id)
        return json.dumps(dict(zip(_FIELDS, values, strict=True)))


def read_job(name: str, data: str) -> LearningJob:
    """The job that any producer added. Raises MalformedJob."""
    if name != NAME:
        raise MalformedJob(f"the name is not {NAME}")
    try:
        fields = json.loads(data)
    except ValueError:
        raise MalformedJob("the data is no JSON") from None
    if not isinstance(fields, dict):
        raise MalformedJob("the data is no JSON object")
    for field in _FIELDS:
        if not isinstance(fields.get(field), str) or not fields[field]:
            raise MalformedJob(f"{field} is missing or no text")
    return LearningJob(*(fields[field] for field in _FIELDS))


def is_of(data: str | None, user_id: str, profile: str | None) -> bool:
    """Whether the data of a job, of whichever producer, names this person, and this voice of theirs where given."""
    try:
        fields = json.loads(data or "")
    except ValueError:
        return False
    if not isinstance(fields, dict) or fields.get("userId") != user_id:
        return False
    return profile is None or fields.get("profile") == profile


@dataclass(frozen=True, slots=True)
class Done:
    """The job's work is done."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What the job is about is no more, so nothing of the job is kept either."""


@dataclass(frozen=True, slots=True)
class Later:
    """The job's work may be done from `at` on; this costs no attempt."""

    at: datetime


type Outcome = Done | Gone | Later

type State = Literal["waiting", "active", "delayed", "completed", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class JobState:
    """`delayed_until` (UTC) is set for a delayed job only."""

    state: State
    delayed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueStats:
    """Numbers of jobs, and for how long the one that is claimed next has been ready. None where none waits."""

    waiting: int
    active: int
    delayed: int
    failed: int
    completed: int
    oldest_waiting_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class DrainReport:
    """What one drain did, in jobs.

    done, gone, later: as handled. retried: failed, to be tried again. failed: for good. lost: handled, but the claim
    had passed to another meanwhile. recovered: expired claims put back. dropped: entries of the list whose job was
    gone.
    """

    done: int = 0
    gone: int = 0
    later: int = 0
    retried: int = 0
    failed: int = 0
    lost: int = 0
    recovered: int = 0
    dropped: int = 0
