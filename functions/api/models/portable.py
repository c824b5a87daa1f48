"""An account in a file, page by page, as it is exported and taken in again."""

import json
from typing import Annotated, Any, Literal, Self

from bson import json_util
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from models.content import POSTS, TEXT_CHARACTERS, Platform
from models.named import ID
from models.voices import SLUG
from models.wire import SEEN, SEEN_SCHEMA, Wire
from voice_engine.clock import iso
from voice_engine.store.edits import Status
from voice_engine.store.portable import (
    Item,
    PortableArchetype,
    PortableContent,
    PortableEdit,
    PortableProfile,
    PortableRow,
)
from voice_engine.voice.delta import MILLION, Delta
from voice_engine.voice.score import Score

_COUNT = 1_000_000
_REASON_CHARACTERS = 200
_EXTENDED = json_util.JSONOptions(json_mode=json_util.JSONMode.RELAXED, tz_aware=True)


def _together(posts: tuple[str, ...]) -> tuple[str, ...]:
    if sum(map(len, posts)) > TEXT_CHARACTERS:
        limit = {"limit": TEXT_CHARACTERS}
        raise PydanticCustomError("posts_too_long", "must have at most {limit} characters together", limit)
    return posts


Id = Annotated[str, Field(pattern=ID)]
Slug = Annotated[str, Field(pattern=SLUG)]
Version = Annotated[int, Field(ge=1, le=_COUNT)]
Time = Annotated[AwareDatetime, PlainSerializer(iso, return_type=str)]
Post = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS)]
Texts = Annotated[tuple[Post, ...], Field(max_length=POSTS), AfterValidator(_together)]


class _Item(Wire):
    """Named as the wire names things, all the way down; bytes are base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(**{name: getattr(item, name) for name in cls.model_fields if name != "kind"})

    def parts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields if name != "kind"}


class ProfileItem(_Item):
    """A voice: its log has `version` rows, and all that a profile is follows from them."""

    kind: Literal["profile"] = "profile"
    voice: Slug
    version: Version
    updated_at: Time
    learned_at: Time | None

    def portable(self) -> PortableProfile:
        return PortableProfile(**self.parts())


class EditItem(_Item):
    """A save: the text that it began from, the text that it made, and what was measured of it when it was learned.

    Both texts are empty where they were deleted.
    """

    kind: Literal["edit"] = "edit"
    id: Id
    voice: Slug
    content_id: Id
    rev: Annotated[int, Field(ge=1, le=_COUNT)]
    base: Texts
    text: Texts
    saved_at: Time
    status: Status
    reason: Annotated[str, Field(max_length=_REASON_CHARACTERS)] | None
    attempts: Annotated[int, Field(ge=0, le=_COUNT)]
    learned_version: Version | None
    unlearned_version: Version | None
    failed_at: Time | None
    format: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")] | None = None
    delta: Delta | None
    distance: Annotated[int, Field(ge=0, le=MILLION)] | None = None

    def portable(self) -> PortableEdit:
        return PortableEdit(**self.parts())


class ContentItem(_Item):
    """A draft, and the text of its newest save; post by post where it is a thread."""

    kind: Literal["content"] = "content"
    id: Id
    voice: Slug
    platform: Platform
    format: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")] | None
    thread: bool
    draft: Texts
    current: Texts
    rev: Annotated[int, Field(ge=0, le=_COUNT)]
    created_at: Time
    updated_at: Time

    def portable(self) -> PortableContent:
        return PortableContent(**self.parts())


class ArchetypeItem(_Item):
    """An archetype of the person's own; `uses` counts how often it was applied."""

    kind: Literal["archetype"] = "archetype"
    slug: Slug
    name: Annotated[str, Field(min_length=1, max_length=60, json_schema_extra=SEEN_SCHEMA), SEEN]
    description: Annotated[str, Field(max_length=300)]
    values: Annotated[list[dict[str, Any]], Field(max_length=100)]
    uses: Annotated[int, Field(ge=0, le=_COUNT)]

    def portable(self) -> PortableArchetype:
        return PortableArchetype(**self.parts())


class EventItem(_Item):
    """A row of a voice's log; `event` is what happened, in MongoDB's Extended JSON (relaxed)."""

    kind: Literal["event"] = "event"
    voice: Slug
    version: Version
    at: Time
    score: Annotated[int, Field(ge=0, le=100)]
    components: Score | None
    milestones: Annotated[dict[str, Version | None], Field(max_length=100)]
    event: dict[str, Any]

    @classmethod
    def of(cls, item: Item) -> Self:
        assert isinstance(item, PortableRow)  # noqa: S101 - tells the type checker what the caller chose
        event = json.loads(json_util.dumps(item.event, json_options=_EXTENDED))
        return cls(
            **{name: getattr(item, name) for name in cls.model_fields if name not in ("kind", "event")}, event=event
        )

    def portable(self) -> PortableRow:
        """Raises whatever the library raises for what is no Extended JSON."""
        event = json_util.loads(json.dumps(self.event), json_options=_EXTENDED)
        return PortableRow(**(self.parts() | {"event": event}))


type AnyItem = Annotated[ProfileItem | EditItem | ContentItem | ArchetypeItem | EventItem, Field(discriminator="kind")]

_KINDS: dict[type[Item], type[_Item]] = {
    PortableProfile: ProfileItem,
    PortableEdit: EditItem,
    PortableContent: ContentItem,
    PortableArchetype: ArchetypeItem,
    PortableRow: EventItem,
}


def item_json(item: Item) -> str:
    return _KINDS[type(item)].of(item).model_dump_json(by_alias=True)
