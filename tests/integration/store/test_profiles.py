"""A profile comes back as it was given, and only the next version takes its place."""

from dataclasses import replace
from typing import Any

import pytest

from tests.integration.store.records import NOW, edit, in_transaction, learned, moved
from voice_engine.ids import new_id
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profiles
from voice_engine.voice.fields import Substitution
from voice_engine.voice.log import ValuesSet


def test_a_profile_comes_back_as_it_was_given(database: Database, profiles: Profiles, edits: Edits) -> None:
    saved = edit()
    values = ValuesSet({"tone.humor": 9, "substitutions": (Substitution("utilize", "use"),), "rules": ("Be brief.",)})
    first = moved(None, values)
    second = replace(moved(first, learned(saved)), learned_at=NOW)
    assert (first.version, second.version) == (1, 2)
    in_transaction(database, lambda session: profiles.insert(first, session=session))
    assert profiles.find("ada") == first
    assert profiles.learned_at("ada") is None
    assert in_transaction(database, lambda session: profiles.replace(second, session=session))
    assert profiles.find("ada") == second
    assert profiles.learned_at("ada") == NOW
    assert profiles.find("bob") is None
    assert profiles.learned_at("bob") is None


@pytest.mark.parametrize("change", [{"version": 3}, {"version": 1}, {"incarnation": new_id(), "version": 2}])
def test_a_profile_is_replaced_by_the_next_version_of_the_same_incarnation_only(
    database: Database, profiles: Profiles, change: dict[str, Any]
) -> None:
    first = moved(None, ValuesSet({"tone.humor": 9}))
    in_transaction(database, lambda session: profiles.insert(first, session=session))
    wrong = replace(moved(first, ValuesSet({"tone.humor": 2})), **change)
    assert not in_transaction(database, lambda session: profiles.replace(wrong, session=session))
    assert profiles.find("ada") == first


def test_the_mark_of_a_stale_cache_stays_until_the_version_that_set_it_is_cleaned(
    database: Database, profiles: Profiles
) -> None:
    first = moved(None, ValuesSet({}))
    second = moved(first, ValuesSet({"tone.humor": 9}))
    other = moved(None, ValuesSet({}), key="bob")
    for one in (first, other):
        in_transaction(database, lambda session, one=one: profiles.insert(one, session=session))
    assert set(profiles.dirty(9)) == {("ada", first.incarnation, 1), ("bob", other.incarnation, 1)}
    assert len(profiles.dirty(1)) == 1
    profiles.clean("bob", other.incarnation, 1)
    in_transaction(database, lambda session: profiles.replace(second, session=session))
    profiles.clean("ada", first.incarnation, 1)
    profiles.clean("ada", new_id(), 2)
    assert profiles.dirty(9) == [("ada", first.incarnation, 2)]
    profiles.clean("ada", second.incarnation, 2)
    assert profiles.dirty(9) == []
    assert profiles.find("ada") == second
