"""Of a commit all is written or nothing, and of two at a time one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.integration.store.records import edit, everything, learned, moved, save
from voice_engine.ids import new_id
from voice_engine.store.commits import Commits, EditsGone, Superseded
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.voice.log import ValuesSet


def test_a_commit_that_comes_second_is_superseded_and_writes_nothing(
    database: Database, commits: Commits, edits: Edits
) -> None:
    saved = edit()
    save(database, edits, saved)
    first = moved(None, ValuesSet({"tone.humor": 9}))
    commits.commit(first, ValuesSet({"tone.humor": 9}))
    before = everything(database)
    for event, base in ((learned(saved), None), (ValuesSet({"tone.humor": 1}), None), (learned(saved), "recreated")):
        held = None if base is None else replace(first, incarnation=new_id())
        with pytest.raises(Superseded):
            commits.commit(moved(held, event), event)
        assert everything(database) == before


def test_a_commit_whose_edit_is_gone_writes_nothing(database: Database, commits: Commits, edits: Edits) -> None:
    here, gone = edit(), edit()
    save(database, edits, here)
    for base in (None, moved(None, ValuesSet({}))):
        if base is not None:
            commits.commit(base, ValuesSet({}))
        before = everything(database)
        for event in (learned(here, gone), learned(gone)):
            with pytest.raises(EditsGone):
                commits.commit(moved(base, event), event)
            assert everything(database) == before


def test_a_commit_that_fails_at_its_last_step_leaves_nothing_of_the_others(
    database: Database, commits: Commits, edits: Edits
) -> None:
    saved = edit()
    save(database, edits, saved)
    after = moved(None, learned(saved))
    in_the_way = {"_id": f"{after.incarnation}.1", "profile": "ada", "version": 0}
    database.collection("versions").insert_one(in_the_way)
    before = everything(database)
    with pytest.raises(Superseded):
        commits.commit(after, learned(saved))
    assert everything(database) == before
    database.collection("versions").delete_one(in_the_way)
    commits.commit(after, learned(saved))


def test_of_commits_at_the_same_moment_one_is_made(database: Database, commits: Commits) -> None:
    profile = None
    for _ in range(3):
        rivals = [ValuesSet({"voiceStrength": number}) for number in range(6)]

        def attempt(event: ValuesSet, base: Profile | None = profile) -> Profile | None:
            after = moved(base, event)
            try:
                commits.commit(after, event)
            except Superseded:
                return None
            return after

        with ThreadPoolExecutor(6) as pool:
            (profile,) = [made for made in pool.map(attempt, rivals) if made is not None]
    assert Profiles(database).find("ada") == profile
    assert [row["version"] for row in database.collection("events").find().sort("version")] == [1, 2, 3]
