"""The log gives back what was learned, in order; beside it stand the newest snapshots."""

import pytest

from tests.integration.store.records import NOW, edit, learned, moved, save
from voice_engine.replay import replay
from voice_engine.store.commits import Commits
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits
from voice_engine.store.events import Events
from voice_engine.store.profiles import Profiles
from voice_engine.voice.fields import Substitution
from voice_engine.voice.log import RESTORABLE, Event, ValuesSet, fold


def test_the_log_comes_back_in_order_with_what_each_edit_measured(
    database: Database, commits: Commits, edits: Edits, events: Events, profiles: Profiles
) -> None:
    saved = [edit(), edit()]
    save(database, edits, *saved)
    given: list[Event] = [
        ValuesSet({"tone.humor": 9, "commonPhrases": ("let's go",), "substitutions": (Substitution("a.b", "c"),)}),
        learned(saved[1], saved[0]),
        ValuesSet({"tone.humor": 2}),
    ]
    profile = None
    for event in given:
        profile = moved(profile, event)
        commits.commit(profile, event)
    assert list(events.of("ada")) == given
    assert profile == profiles.find("ada")
    assert replay(events, "ada") == fold(given) == profile.state
    assert list(events.of("bob")) == []
    rows = list(database.collection("events").find().sort("version"))
    assert [row["version"] for row in rows] == [1, 2, 3]
    assert rows[1]["editIds"] == [saved[1].id, saved[0].id]
    assert all(row["at"] == NOW and row["userId"] == "ada" for row in rows)
    assert rows[1]["score"] == moved(moved(None, given[0]), given[1]).score.total


def test_a_log_whose_edit_is_gone_without_having_been_unlearned_is_refused(
    database: Database, commits: Commits, edits: Edits, events: Events
) -> None:
    saved = [edit(), edit()]
    save(database, edits, *saved)
    commits.commit(moved(None, learned(*saved)), learned(*saved))
    database.collection("edits").delete_one({"_id": saved[1].id})
    with pytest.raises(KeyError, match=saved[1].id):
        list(events.of("ada"))


def test_a_row_of_an_unknown_kind_is_refused_by_name(database: Database, events: Events) -> None:
    database.collection("events").insert_one({"_id": "1", "profile": "ada", "version": 1, "kind": "dreamt"})
    with pytest.raises(ValueError, match="dreamt"):
        replay(events, "ada")


def test_the_newest_snapshots_are_kept_and_each_is_the_profile_of_its_version(
    database: Database, commits: Commits
) -> None:
    commits.commit(moved(None, ValuesSet({}), key="bob"), ValuesSet({}))
    states = {}
    profile = None
    for number in range(RESTORABLE + 4):
        event = ValuesSet({"voiceStrength": number})
        profile = moved(profile, event)
        commits.commit(profile, event)
        states[profile.version] = number
    snapshots = list(database.collection("versions").find({"profile": "ada"}).sort("version"))
    assert [snapshot["version"] for snapshot in snapshots] == list(range(5, RESTORABLE + 5))
    assert all(one["layers"]["overrides"] == {"voiceStrength": states[one["version"]]} for one in snapshots)
    assert {one["_id"] for one in snapshots} == {f"{profile.incarnation}.{one['version']}" for one in snapshots}
    assert database.collection("versions").count_documents({"profile": "bob"}) == 1
