"""Taking an account in, on the wire."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError

from models.export import ITEMS
from models.portable import AnyItem, ArchetypeItem, ContentItem, EditItem, EventItem, ProfileItem
from models.wire import WHOLE, Moment, One, Wire, wholes
from voice_engine.errors import Invalid, Violation
from voice_engine.importing import PAGES, Page
from voice_engine.store.imports import Import
from voice_engine.store.portable import Item

type _Item = ProfileItem | EditItem | ContentItem | ArchetypeItem | EventItem

_ITEM: TypeAdapter[_Item] = TypeAdapter(AnyItem)
_CURSOR_CHARACTERS = 4_000
_TOLD = 10


class ImportPage(Wire):
    """One page of an export, as `GET /api/profile/export` gave it. `nextCursor` null: it is the last one."""

    format: Literal["voice-engine-export"]
    schema_: Annotated[One, Field(alias="schema")]
    page: Annotated[int, Field(ge=1, le=PAGES), WHOLE]
    items: Annotated[
        list[dict[str, Any]], Field(max_length=ITEMS, description="The items of the export's page, unchanged.")
    ]
    next_cursor: Annotated[str, Field(max_length=_CURSOR_CHARACTERS)] | None

    def read(self) -> Page:
        """Raises Invalid, naming the item and the field."""
        told = json.dumps([self.page, self.items, self.next_cursor is None])
        return Page(
            number=self.page,
            digest=sha256(told.encode()).hexdigest(),
            items=[_item(place, given) for place, given in enumerate(self.items)],
            is_last=self.next_cursor is None,
        )


class ImportView(Wire):
    """How far an import has come.

    `receiving`: `nextPage` is to be sent, and is taken as long as the account holds nothing. `rebuilding`: the learner
    makes the voices of it; other writes are refused until they are there. `done`: they are. `failed`: nothing of it is
    kept, for `reason`.
    """

    status: Literal["receiving", "rebuilding", "done", "failed"]
    pages: int
    items: int
    next_page: int | None
    reason: str | None
    started_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, found: Import) -> Self:
        return cls(
            status=found.status,
            pages=len(found.pages),
            items=found.items,
            next_page=len(found.pages) + 1 if found.status == "receiving" else None,
            reason=found.reason,
            started_at=found.started_at,
            updated_at=found.updated_at,
        )


def _item(place: int, given: dict[str, Any]) -> Item:
    try:
        # As JSON, because a list is a tuple and a text a time there. Escaped, because half a character is none.
        return _ITEM.validate_json(json.dumps(wholes(given))).portable()
    except ValidationError as error:
        raise Invalid(*(_violation(place, detail) for detail in error.errors(include_input=False)[:_TOLD])) from None
    except Exception as error:  # noqa: BLE001 - whatever the library raises for what is no Extended JSON
        limit = "MongoDB's Extended JSON, as it was exported"
        raise Invalid(Violation(f"items.{place}.event", limit, f"what is none ({type(error).__name__})")) from None


def _violation(place: int, detail: Any) -> Violation:
    if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return Violation(f"items.{place}.kind", "profile, edit, content, archetype or event", "another kind")
    # The name of the kind comes first.
    path: Sequence[str | int] = detail["loc"][1:]
    field = ".".join(str(part) for part in ("items", place, *path))
    limit = "no such field" if detail["type"] in ("extra_forbidden", "unexpected_keyword_argument") else detail["msg"]
    return Violation(field, limit, "nothing" if detail["type"] == "missing" else "something else")
