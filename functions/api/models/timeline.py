"""A profile's timeline on the wire."""

from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Query

from models.analytics import ScoreComponents
from models.wire import Moment, Wire
from voice_engine.timeline import TimelineEntry, TimelinePage

PAGE = 100

# More versions than a profile can have, and still a number that MongoDB holds: whatever has this form is a place.
_VERSION_DIGITS = 12
_FORM = rf"^[0-9a-f]{{{_VERSION_DIGITS}}}$"

TimelineCursor = Annotated[
    str | None, Query(alias="cursor", pattern=_FORM, description="the `nextCursor` of the page before")
]


class TimelineEntryView(Wire):
    """One change of the profile. `kind` is the cause that `versions` names too. `evolutionScore` is what it left then,
    `scoreComponents` its parts, null of a row from before the log kept them. `editIds` are the edits that it learned,
    `fields` the paths that it set or unlocked, `milestones` what was reached with it."""

    version: int
    at: Moment
    kind: str
    evolution_score: int
    score_components: ScoreComponents | None
    score_change: int
    edit_ids: list[str]
    fields: list[str]
    milestones: list[str]

    @classmethod
    def of(cls, entry: TimelineEntry) -> Self:
        row = entry.row
        return cls(
            version=row.version,
            at=row.at,
            kind=row.kind,
            evolution_score=row.score,
            score_components=None if row.components is None else ScoreComponents.of(row.components),
            score_change=entry.score_change,
            edit_ids=list(row.edits),
            fields=list(row.fields),
            milestones=list(entry.milestones),
        )


class MilestoneView(Wire):
    name: str
    version: int
    at: Moment


class TimelineView(Wire):
    """`items`: newest first. `milestones`: all that were reached so far, oldest first. `nextCursor` leads to the next
    page; null on the last one."""

    items: list[TimelineEntryView]
    milestones: list[MilestoneView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: TimelinePage) -> Self:
        return cls(
            items=[TimelineEntryView.of(entry) for entry in page.entries],
            milestones=[MilestoneView(name=item.name, version=item.version, at=item.at) for item in page.milestones],
            next_cursor=None if page.next_before is None else cursor(page.next_before),
        )


def cursor(version: int) -> str:
    """An opaque name for the place after `version` in the timeline."""
    return f"{version:0{_VERSION_DIGITS}x}"


def version_of(cursor: str) -> int:
    """What `cursor` was made of."""
    return int(cursor, 16)
