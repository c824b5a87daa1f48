"""What the tests of the repositories store: contents, edits and profiles with something in every field."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from voice_engine.ids import new_id
from voice_engine.profiles import next_version
from voice_engine.store.contents import Content, Contents
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits, SavedEdit
from voice_engine.store.profiles import Profile
from voice_engine.voice.delta import measure
from voice_engine.voice.learned import LEARNER_VERSION
from voice_engine.voice.learning import Edit as MeasuredEdit
from voice_engine.voice.log import EditsLearned, Event

NOW = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
COLLECTIONS = ("profiles", "edits", "contents", "events", "versions")

ONE_DATABASE = settings(max_examples=25)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
POSTS = st.lists(TEXT, min_size=1, max_size=4).map(tuple)
MOMENTS = st.integers(0, 10**9).map(lambda number: NOW + timedelta(milliseconds=number))


def in_transaction[T](database: Database, work: Callable[[Any], T]) -> T:
    return database.transaction(work)


def content(user: str = "ada", **fields: Any) -> Content:
    given = {
        "id": new_id(),
        "user_id": user,
        "profile": user,
        "platform": "blog",
        "format": None,
        "thread": False,
        "draft": ("A draft.",),
        "current": ("A draft.",),
        "rev": 0,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Content(**given | fields)


def edit(profile: str = "ada", **fields: Any) -> SavedEdit:
    given = {
        "id": new_id(),
        "profile": profile,
        "user_id": "ada",
        "content_id": new_id(),
        "rev": 1,
        "base": ("It is long. It is very long.",),
        "text": ("It is short.",),
        "saved_at": NOW,
    }
    return SavedEdit(**given | fields)


def measured(edit: SavedEdit) -> MeasuredEdit:
    return MeasuredEdit(edit.id, edit.content_id, edit.saved_at, measure(edit.base, edit.text, "en"))


def learned(*edits: SavedEdit) -> EditsLearned:
    return EditsLearned(tuple(map(measured, edits)), LEARNER_VERSION)


def register(database: Database, contents: Contents, given: Content) -> None:
    database.transaction(lambda session: contents.insert(given, session=session))


def save(database: Database, edits: Edits, *saved: SavedEdit) -> None:
    for one in saved:
        in_transaction(database, lambda session, one=one: edits.insert(one, session=session))


def moved(before: Profile | None, event: Event, key: str = "ada") -> Profile:
    return next_version(before, key, "ada", event, lambda: NOW)


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {name: list(database.collection(name).find().sort("_id")) for name in COLLECTIONS}
