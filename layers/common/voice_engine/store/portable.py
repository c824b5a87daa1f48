"""What of a person's documents travels, and what they are called outside: no keys, no incarnations, nothing of others.

Of a log row the event travels as the row holds it, so a new kind of event needs nothing here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from voice_engine.profile_key import profile_key, voice_of
from voice_engine.store import archetypes, contents, edits, events
from voice_engine.store.database import Document
from voice_engine.store.edits import DELTA, Status
from voice_engine.store.profiles import SCORE
from voice_engine.voice.delta import Delta
from voice_engine.voice.score import Score

_ROW = frozenset(
    ("_id", "schema", "profile", "userId", "incarnation", "version", "at", "score", "components", "milestones")
)

# A new id for an old one.
type Renamed = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PortableProfile:
    """One voice: its log has `version` rows, and leads to all else that a profile is."""

    voice: str
    version: int
    updated_at: datetime
    learned_at: datetime | None


@dataclass(frozen=True, slots=True)
class PortableContent:
    """A draft and its current text, post by post."""

    id: str
    voice: str
    platform: str
    format: str | None
    thread: bool
    draft: tuple[str, ...]
    current: tuple[str, ...]
    rev: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PortableEdit:
    """One save, and what was measured of it where it was learned. `distance`: in millionths (`delta.distance`)."""

    id: str
    voice: str
    content_id: str
    rev: int
    base: tuple[str, ...]
    text: tuple[str, ...]
    saved_at: datetime
    status: Status
    reason: str | None
    attempts: int
    learned_version: int | None
    unlearned_version: int | None
    failed_at: datetime | None
    format: str | None
    delta: Delta | None
    distance: int | None


@dataclass(frozen=True, slots=True)
class PortableRow:
    """One row of a voice's log: what held then (`events.LogRow`), and `event`, what happened (`event_forms`)."""

    voice: str
    version: int
    at: datetime
    score: int
    components: Score | None
    milestones: Mapping[str, int | None]
    event: Document


@dataclass(frozen=True, slots=True)
class PortableArchetype:
    """An archetype of the person's own: `values` as the document holds them, and how often it was applied."""

    slug: str
    name: str
    description: str
    values: Sequence[Document]
    uses: int


type Item = PortableProfile | PortableEdit | PortableContent | PortableArchetype | PortableRow

type Section = Literal["profile", "edit", "content", "archetype", "event"]

# In this order they travel: a row of a log comes after the edits that it names.
SECTIONS: tuple[Section, ...] = get_args(Section.__value__)


def content_of(document: Document) -> PortableContent:
    return PortableContent(
        id=document["_id"],
        voice=voice_of(document["profile"]),
        platform=document["platform"],
        format=document["format"],
        thread=document["thread"],
        draft=tuple(document["draft"]),
        current=tuple(document["current"]),
        rev=document["rev"],
        created_at=document["createdAt"],
        updated_at=document["updatedAt"],
    )


def content_document(item: PortableContent, user_id: str, renamed: Renamed) -> Document:
    return {
        "_id": renamed(item.id),
        "schema": contents.SCHEMA,
        "userId": user_id,
        "profile": profile_key(user_id, item.voice),
        "platform": item.platform,
        "format": item.format,
        "thread": item.thread,
        "draft": list(item.draft),
        "current": list(item.current),
        "rev": item.rev,
        "createdAt": item.created_at,
        "updatedAt": item.updated_at,
    }


def edit_of(document: Document) -> PortableEdit:
    delta = document.get("delta")
    return PortableEdit(
        id=document["_id"],
        voice=voice_of(document["profile"]),
        content_id=document["contentId"],
        rev=document["rev"],
        base=tuple(document.get("base", ())),
        text=tuple(document.get("text", ())),
        saved_at=document["savedAt"],
        status=document["status"],
        reason=document["reason"],
        attempts=document["attempts"],
        learned_version=document["learnedVersion"],
        unlearned_version=document.get("unlearnedVersion"),
        failed_at=document.get("failedAt"),
        format=document.get("format"),
        delta=None if delta is None else DELTA.validate_python(delta),
        distance=document.get("distance"),
    )


def edit_document(item: PortableEdit, user_id: str, renamed: Renamed) -> Document:
    document = {
        "_id": renamed(item.id),
        "schema": edits.SCHEMA,
        "profile": profile_key(user_id, item.voice),
        "userId": user_id,
        "contentId": renamed(item.content_id),
        "rev": item.rev,
        "savedAt": item.saved_at,
        "status": item.status,
        "reason": item.reason,
        "attempts": item.attempts,
        "learnedVersion": item.learned_version,
        "format": item.format,
    }
    if item.text:
        document |= {"base": list(item.base), "text": list(item.text)}
    if item.unlearned_version is not None:
        document["unlearnedVersion"] = item.unlearned_version
    if item.failed_at is not None:
        document["failedAt"] = item.failed_at
    if item.delta is not None:
        document |= {"delta": DELTA.dump_python(item.delta), "distance": item.distance}
    return document


def archetype_of(document: Document) -> PortableArchetype:
    return PortableArchetype(
        slug=document["slug"],
        name=document["name"],
        description=document["description"],
        values=document["values"],
        uses=document["usageCount"],
    )


def archetype_document(item: PortableArchetype, owner: str, place: int) -> Document:
    return {
        "_id": archetypes.own_id(owner, place),
        "schema": archetypes.SCHEMA,
        "owner": owner,
        "usageCount": item.uses,
        "slug": item.slug,
        "name": item.name,
        "description": item.description,
        "values": list(item.values),
    }


def row_of(document: Document) -> PortableRow:
    return PortableRow(
        voice=voice_of(document["profile"]),
        version=document["version"],
        at=document["at"],
        score=document["score"],
        components=None if document.get("components") is None else SCORE.validate_python(document["components"]),
        milestones=document.get("milestones", {}),
        event={name: value for name, value in document.items() if name not in _ROW},
    )


def row_document(item: PortableRow, user_id: str, id_: str, incarnation: str) -> Document:
    return {
        "_id": id_,
        "schema": events.SCHEMA,
        "profile": profile_key(user_id, item.voice),
        "userId": user_id,
        "incarnation": incarnation,
        "version": item.version,
        "at": item.at,
        "score": item.score,
        "components": None if item.components is None else SCORE.dump_python(item.components),
        "milestones": dict(item.milestones),
        **item.event,
    }
