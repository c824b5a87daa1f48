"""The versions of a profile on the wire."""

from typing import Annotated, Self

from pydantic import Field

from models.wire import Moment, Wire
from voice_engine.store.versions import Version, version_id


class VersionView(Wire):
    """One version. `cause` is the kind of event that made it; `fields` and `edits` are what that was about: paths that
    were set or unlocked, and ids of edits learned. `archetype` was applied, null in all other cases;
    `restoredVersionId` was gone back to."""

    id: str
    version: int
    cause: str
    at: Moment
    evolution_score: int
    fields: list[str]
    edits: list[str]
    archetype: str | None
    restored_version_id: str | None

    @classmethod
    def of(cls, version: Version) -> Self:
        told = version.concern
        return cls(
            id=version.id,
            version=version.version,
            cause=version.cause,
            at=version.at,
            evolution_score=version.score,
            fields=list(told.fields),
            edits=list(told.edits),
            archetype=told.archetype,
            restored_version_id=None if told.restored is None else version_id(version.incarnation, told.restored),
        )


class VersionList(Wire):
    """The versions that can be gone back to, newest first; the first one is what holds now."""

    items: list[VersionView]


class RollBack(Wire):
    """`versionId` as the list of versions gives it."""

    version_id: Annotated[str, Field(min_length=1, max_length=64)]
