"""A database is brought up to date by whoever comes first, and one that is ahead is left there."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.integration.store.records import COLLECTIONS, edit, learned, moved, save
from tests.waiting import PATIENCE_SECONDS
from voice_engine.store.commits import Commits
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits
from voice_engine.store.schema import is_current, migrate


def test_a_new_database_is_behind_and_migrating_it_twice_at_once_makes_it_current(
    new_database_name: str, mongodb_uri: str
) -> None:
    database = Database(lambda: mongodb_uri, new_database_name, timeout_seconds=PATIENCE_SECONDS)
    assert not is_current(database)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: migrate(database), range(2)))
    migrate(database)
    assert is_current(database)
    indexes = {name: [dict(index["key"]) for index in database.collection(name).list_indexes()] for name in COLLECTIONS}
    assert {"contentId": 1, "rev": 1} in indexes["edits"]
    assert {"profile": 1, "savedAt": 1} in indexes["edits"]
    assert {"savedAt": 1} in indexes["edits"]
    assert {"userId": 1} in indexes["profiles"]
    assert {"profile": 1, "version": 1} in indexes["events"]
    assert {"profile": 1, "version": 1} in indexes["versions"]
    database.close()


def test_first_saves_learned_before_their_distance_was_kept_are_told_by_their_deltas(
    database: Database, commits: Commits, edits: Edits
) -> None:
    first, second = edit(), edit()
    second = replace(second, content_id=first.content_id, rev=2)
    save(database, edits, first, second)
    event = learned(first, second)
    commits.commit(moved(None, event), event)
    database.collection("edits").update_many({}, {"$unset": {"distance": ""}})
    assert edits.distances("ada", limit=9) == []
    for _ in range(2):
        migrate(database)
        (told,) = edits.distances("ada", limit=9)
        assert (told.edit_id, told.distance) == (first.id, event.edits[0].delta.changed)


def test_a_database_that_is_ahead_is_left_there(database: Database) -> None:
    database.collection("meta").update_one({"_id": "schema"}, {"$set": {"number": 99}})
    migrate(database)
    found = database.collection("meta").find_one({"_id": "schema"})
    assert found is not None
    assert found["number"] == 99
    assert is_current(database)
    database.collection("meta").update_one({"_id": "schema"}, {"$set": {"number": 0}})
    assert not is_current(database)
