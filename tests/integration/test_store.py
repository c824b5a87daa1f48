"""Each repository on a real server: what it stores it gives back, and what it guards it refuses."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.errors import DuplicateKeyError

from voice_engine.errors import Unavailable
from voice_engine.ids import new_id
from voice_engine.profiles import next_version
from voice_engine.replay import replay
from voice_engine.store.commits import Commits, EditsGone, Superseded
from voice_engine.store.contents import Content, Contents, Place
from voice_engine.store.database import Database, answering
from voice_engine.store.edits import Edits, SavedEdit
from voice_engine.store.events import Events
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.store.schema import is_current, migrate
from voice_engine.store.versions import Versions
from voice_engine.voice.delta import measure
from voice_engine.voice.fields import Substitution
from voice_engine.voice.learned import LEARNER_VERSION
from voice_engine.voice.learning import Edit as MeasuredEdit
from voice_engine.voice.log import RESTORABLE, EditsLearned, Event, ValuesSet, fold

NOW = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
COLLECTIONS = ("profiles", "edits", "contents", "events", "versions")

ONE_DATABASE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


@pytest.fixture
def contents(database: Database) -> Contents:
    return Contents(database)


@pytest.fixture
def edits(database: Database) -> Edits:
    return Edits(database)


@pytest.fixture
def profiles(database: Database) -> Profiles:
    return Profiles(database)


@pytest.fixture
def events(database: Database, edits: Edits) -> Events:
    return Events(database, edits)


@pytest.fixture
def commits(database: Database, profiles: Profiles, edits: Edits, events: Events) -> Commits:
    return Commits(database, profiles, edits, events, Versions(database))


def register(database: Database, contents: Contents, given: Content) -> None:
    database.transaction(lambda session: contents.insert(given, session=session))


def save(database: Database, edits: Edits, *saved: SavedEdit) -> None:
    for one in saved:
        in_transaction(database, lambda session, one=one: edits.insert(one, session=session))


def moved(before: Profile | None, event: Event, key: str = "ada") -> Profile:
    return next_version(before, key, "ada", event, lambda: NOW)


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {name: list(database.collection(name).find().sort("_id")) for name in COLLECTIONS}


# Contents


@ONE_DATABASE
@given(posts=POSTS, thread=st.booleans(), at=MOMENTS, form=st.none() | st.just("how-to"))
def test_a_content_comes_back_as_it_was_given_and_to_its_owner_alone(
    database: Database, contents: Contents, posts: tuple[str, ...], thread: bool, at: datetime, form: str | None
) -> None:
    given = content(draft=posts, current=posts, thread=thread, created_at=at, updated_at=at, format=form)
    register(database, contents, given)
    assert contents.find("ada", given.id) == given
    assert contents.find("bob", given.id) is None


def test_a_content_advances_from_its_newest_rev_only_and_keeps_its_draft(
    database: Database, contents: Contents
) -> None:
    first = content()
    register(database, contents, first)
    later = NOW + timedelta(seconds=3)

    def advance(held: Content, text: str) -> Content | None:
        return in_transaction(database, lambda session: contents.advance(held, (text,), later, session=session))

    second = advance(first, "Mine.")
    assert second == replace(first, current=("Mine.",), rev=1, updated_at=later) == contents.find("ada", first.id)
    assert advance(first, "Too late.") is None
    assert advance(replace(first, user_id="bob", rev=1), "Not yours.") is None
    assert contents.find("ada", first.id) == second


@ONE_DATABASE
@given(
    moments=st.lists(st.integers(0, 3), min_size=1, max_size=9),
    size=st.integers(1, 4),
)
def test_pages_hold_each_content_of_one_voice_once_in_order(
    database: Database, contents: Contents, moments: list[int], size: int
) -> None:
    user = secrets.token_hex(8)
    own = [content(user, created_at=NOW + timedelta(seconds=second)) for second in moments]
    for one in [*own, content(user, profile=f"{user}:mail"), content(f"{user}x", profile=user)]:
        register(database, contents, one)
    seen: list[Content] = []
    while page := contents.newest(
        user, user, after=Place(seen[-1].created_at, seen[-1].id) if seen else None, limit=size
    ):
        assert len(page) <= size
        seen += page
    assert seen == sorted(own, key=lambda one: (one.created_at, one.id), reverse=True)


# Edits


@ONE_DATABASE
@given(base=POSTS, text=POSTS, at=MOMENTS)
def test_an_edit_comes_back_as_it_was_given_and_to_its_owner_alone(
    database: Database, edits: Edits, base: tuple[str, ...], text: tuple[str, ...], at: datetime
) -> None:
    given = edit(base=base, text=text, saved_at=at)
    save(database, edits, given)
    assert edits.find("ada", given.id) == given
    assert edits.find("bob", given.id) is None
    assert edits.whole([given.id, new_id()]) == [given]


def test_a_content_has_one_edit_a_rev(database: Database, edits: Edits) -> None:
    first = edit()
    save(database, edits, first)
    with pytest.raises(DuplicateKeyError):
        save(database, edits, edit(content_id=first.content_id))
    save(database, edits, edit(content_id=first.content_id, rev=2))


def test_pending_edits_are_those_of_the_profile_oldest_first_without_learned_failed_and_ignored(
    database: Database, edits: Edits
) -> None:
    chain = new_id()
    oldest = edit(saved_at=NOW - timedelta(seconds=5))
    first, second = edit(content_id=chain), edit(content_id=chain, rev=2)
    done = [edit(status=status) for status in ("learned", "failed", "ignored")]
    save(database, edits, second, first, *done, oldest, edit(profile="bob"), edit(profile="ada:mail"))

    def ids(**given: Any) -> list[str]:
        return [one.id for one in edits.pending("ada", **given)]

    assert ids(limit=9) == [oldest.id, first.id, second.id]
    assert ids(limit=2) == [oldest.id, first.id]
    assert ids(limit=9, without=[oldest.id, second.id]) == [first.id]
    assert edits.oldest_pending("ada") == oldest.saved_at
    assert edits.oldest_pending("nobody") is None
    assert [one.id for one in edits.all_pending(1)] == [oldest.id]
    assert {one.profile for one in edits.all_pending(99)} == {"ada", "bob", "ada:mail"}
    assert len(edits.all_pending(99)) == 5


def test_attempts_are_counted_on_pending_edits_only(database: Database, edits: Edits) -> None:
    waiting, done = edit(), edit(status="learned")
    save(database, edits, waiting, done)
    edits.count_attempt([waiting.id, done.id, new_id()])
    edits.count_attempt([waiting.id, done.id])
    edits.count_attempt([waiting.id], by=-1)
    assert edits.whole([waiting.id, done.id]) == [replace(waiting, attempts=1), done]
    (pointer,) = edits.pending("ada", limit=9)
    assert (pointer.id, pointer.attempts, pointer.content_id) == (waiting.id, 1, waiting.content_id)


def test_only_a_pending_edit_can_fail(database: Database, edits: Edits) -> None:
    waiting, done = edit(), edit(status="learned", learned_version=3)
    save(database, edits, waiting, done)
    edits.fail(waiting.id, "ValueError", NOW)
    edits.fail(done.id, "ValueError", NOW)
    assert edits.whole([waiting.id, done.id]) == [replace(waiting, status="failed", reason="ValueError"), done]


@pytest.mark.parametrize("status", ["learned", "failed", "ignored"])
def test_an_edit_that_is_pending_no_more_cannot_be_marked_as_learned(
    database: Database, edits: Edits, status: str
) -> None:
    waiting, other = edit(), edit(status=status)
    save(database, edits, waiting, other)

    def mark(*given: SavedEdit) -> bool:
        return in_transaction(database, lambda session: edits.mark_learned(map(measured, given), 7, session=session))

    assert mark(waiting)
    assert not mark(waiting)
    assert not mark(other)
    assert not mark(edit())
    assert edits.whole([waiting.id, other.id]) == [replace(waiting, status="learned", learned_version=7), other]


def test_what_was_measured_comes_back_bit_for_bit_in_the_order_asked_for(database: Database, edits: Edits) -> None:
    saved = [edit(text=(f"Now {number} short ones — “quoted”, 🎉 and ﬁne.",)) for number in range(3)]
    save(database, edits, *saved)
    given = [measured(one) for one in saved]
    in_transaction(database, lambda session: edits.mark_learned(given, 1, session=session))
    assert edits.measured([saved[2].id, saved[0].id]) == [given[2], given[0]]
    with pytest.raises(KeyError):
        edits.measured([new_id()])


# Profiles


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


# The log and the snapshots


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


# Commits


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


# The database


def test_what_a_transaction_wrote_is_gone_when_its_work_raises(database: Database, contents: Contents) -> None:
    given = content()
    register(database, contents, given)

    def work(session: Any) -> None:
        assert contents.advance(given, ("Half.",), NOW, session=session) is not None
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        database.transaction(work)
    assert contents.find("ada", given.id) == given


def test_what_is_committed_and_read_stands_on_a_majority(database: Database) -> None:
    """A transaction takes both concerns from the client: those of a collection do not count in it."""
    concerns = database.transaction(lambda session: (session.client.write_concern, session.client.read_concern))
    assert concerns[0].document == {"w": "majority"}
    assert concerns[1].level == "majority"
    assert database.collection("edits").write_concern.document == {"w": "majority"}
    assert database.collection("edits").read_concern.level == "majority"


def test_times_come_back_as_utc(database: Database) -> None:
    database.collection("edits").insert_one({"_id": "1", "at": NOW.astimezone()})
    found = database.collection("edits").find_one({"_id": "1"})
    assert found is not None
    assert found["at"] == NOW
    assert found["at"].utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "error",
    [
        pymongo.errors.AutoReconnect("10.0.0.7:27017: hunter2"),
        pymongo.errors.NetworkTimeout("10.0.0.7:27017: hunter2"),
        pymongo.errors.NotPrimaryError("hunter2"),
        pymongo.errors.ServerSelectionTimeoutError("10.0.0.7:27017: hunter2"),
        pymongo.errors.WaitQueueTimeoutError("hunter2"),
        pymongo.errors.InvalidURI("hunter2"),
        pymongo.errors.ExecutionTimeout("hunter2", 50),
        pymongo.errors.WTimeoutError("hunter2", 64),
        pymongo.errors.OperationFailure("hunter2", 18),
        pymongo.errors.OperationFailure("hunter2", 20),
        pymongo.errors.OperationFailure("hunter2", 112, {"errorLabels": ["TransientTransactionError"]}),
        pymongo.errors.OperationFailure("hunter2", 91, {"errorLabels": ["UnknownTransactionCommitResult"]}),
        pymongo.errors.OperationFailure("hunter2", 91, {"errorLabels": ["RetryableWriteError"]}),
    ],
    ids=lambda error: f"{type(error).__name__} {getattr(error, 'code', None) or ''}".strip(),
)
def test_a_database_that_cannot_answer_is_unavailable_and_told_without_its_address(error: Exception) -> None:
    with pytest.raises(Unavailable) as told, answering():
        raise error
    assert "hunter2" not in str(told.value)
    assert "10.0.0.7" not in str(told.value)


def test_an_answer_that_tells_of_a_fault_of_ours_is_not_called_an_outage() -> None:
    with pytest.raises(DuplicateKeyError), answering():
        raise DuplicateKeyError("one")


@pytest.mark.parametrize("uri", ["mongodb://host:port/", "mongodb://", "mongodb://a:b:c@host/"])
def test_a_connection_string_that_cannot_be_read_is_told_without_repeating_it(uri: str) -> None:
    database = Database(lambda: uri, "somewhere", timeout_seconds=1)
    with pytest.raises(Unavailable, match="MONGODB_URI") as told, answering():
        database.collection("edits").find_one({})
    assert uri not in str(told.value)


# Schema


def test_a_new_database_is_behind_and_migrating_it_twice_at_once_makes_it_current(
    database_name: str, mongodb_uri: str
) -> None:
    database = Database(lambda: mongodb_uri, database_name, timeout_seconds=10)
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
