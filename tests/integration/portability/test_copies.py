"""An account that is exported and taken in again is the account that it was, wherever it is taken in."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import get_args

import pymongo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_fixtures import Api
from tests.integration.portability.account import (
    ENOUGH,
    IMPORT,
    KINDS,
    Learn,
    Person,
    items,
    known,
    live,
    outcome,
    pages,
    take,
    told,
)
from tests.whole_numbers import pointed
from voice_engine.bootstrap import Engine
from voice_engine.ids import new_id
from voice_engine.profile_key import profile_key
from voice_engine.replay import replay
from voice_engine.store.event_forms import renamed, to_document
from voice_engine.store.schema import migrate
from voice_engine.voice.bounds import of_event
from voice_engine.voice.delta import measure
from voice_engine.voice.learning import Edit
from voice_engine.voice.log import (
    ArchetypeApplied,
    EditsLearned,
    EditsUnlearned,
    Event,
    LearningSwitched,
    OverrideRemoved,
    PhraseForgotten,
    ProfileReset,
    Relearned,
    RolledBack,
    SampleAdded,
    ValuesSet,
    VoiceStarted,
)
from voice_engine.voice.samples import sample


def fields_stored(running: Engine, user: str) -> dict[str, set[str]]:
    """What the documents of a person are made of, by collection."""
    owned = {"contents": "userId", "edits": "userId", "events": "userId", "archetypes": "owner"}
    return {
        name: {field for document in running.database.collection(name).find({key: user}) for field in document}
        for name, key in owned.items()
    }


STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(["default", "default", "mail"]), st.integers(0, 30)), max_size=8
)


@pytest.fixture
def elsewhere(environment: dict[str, str], mongodb_uri: str) -> Iterator[str]:
    """The name of another database."""
    name = environment["MONGODB_DATABASE"] + "_other"
    yield name
    with pymongo.MongoClient(mongodb_uri) as client:
        client.drop_database(name)


@settings(max_examples=8)
@given(steps=STEPS)
def test_a_copy_is_what_was_copied_and_a_copy_of_it_too(
    api: Api, learn: Learn, running: Engine, steps: list[tuple[str, str, int]]
) -> None:
    person = Person(api, learn, f"user-{new_id()}")
    live(person, steps)
    found, before = pages(api, person.user), told(api, person.user)
    copies = [f"copy-{new_id()}", f"copy-{new_id()}"]
    for copy in copies:
        take(api, copy, found)
        # Without the queue, so that nobody's pending edits are learned meanwhile.
        assert running.import_rebuild.run(lambda: 60) == 1
        assert outcome(api, copy) == ("done", None)
        assert told(api, copy) == before
        assert fields_stored(running, copy) == fields_stored(running, person.user)
        for voice in [item["voice"] for item in found[0]["items"] if item["kind"] == "profile"]:
            stored = running.profiles.find(profile_key(copy, voice))
            assert stored is not None
            assert replay(running.events, stored.key) == stored.state
        found = pages(api, copy)
    kinds = [(item["kind"], item.get("status")) for item in items(pages(api, person.user))]
    assert sorted(map(str, kinds)) == sorted(map(str, [(item["kind"], item.get("status")) for item in items(found)]))
    # No id, and nothing of whose it was, is as it was.
    ids = {item["id"] for item in items(pages(api, person.user)) if "id" in item}
    assert not [id_ for id_ in ids if id_ in json.dumps(found)]


def test_a_number_is_whole_however_a_client_writes_it(api: Api, learn: Learn, running: Engine, user: str) -> None:
    person = Person(api, learn, user)
    steps = [("edit", 1), ("thread", 2), ("failed", 3), ("unlearned", 4), ("archetype", 5), ("set", 6)]
    live(person, [(what, "default", number) for what, number in steps])
    found, before = pages(api, user), told(api, user)
    take(api, f"copy-{user}", pointed(found))
    assert running.import_rebuild.run(lambda: 60) == 1
    assert told(api, f"copy-{user}") == before


def test_it_may_be_taken_in_elsewhere(
    api: Api,
    learn: Learn,
    user: str,
    elsewhere: str,
    environment: dict[str, str],
    with_environment: Callable[[dict[str, str]], Engine],
) -> None:
    person = Person(api, learn, user)
    live(person, [("edit", "default", 1), ("voice", "mail", 1), ("edit", "mail", 2), ("set", "default", 3)])
    found, before = pages(api, user), told(api, user)
    other = with_environment(environment | {"MONGODB_DATABASE": elsewhere})
    migrate(other.database)
    other.redis.run("x", lambda node: [node.delete(key) for key in node.scan_iter("profile:*")])
    take(api, user, found)
    learn()
    assert told(api, user) == before


def test_what_was_pending_is_learned_afterwards_once(api: Api, learn: Learn, user: str) -> None:
    copy = f"copy-{user}"
    person = Person(api, learn, user)
    live(person, [("edit", "default", 1), ("pending", "default", 2), ("pending", "default", 3)])
    take(api, copy, pages(api, user))
    for _ in range(3):
        learn()
    assert api.style(copy)["version"] == 2
    assert known(api.style(copy)["profile"] | {"lastUpdated": ""}) == known(
        api.style(user)["profile"] | {"lastUpdated": ""}
    )
    edits = [item for item in items(pages(api, copy)) if item["kind"] == "edit"]
    assert [edit["status"] for edit in edits] == ["learned"] * 3
    assert sorted(edit["learnedVersion"] for edit in edits) == [1, 2, 2]


def test_nobody_elses_things_come_to_harm(api: Api, learn: Learn, user: str, running: Engine) -> None:
    """A file names another person's ids, keys and user id: they are names in a file, and nothing more."""
    mallory = f"mallory-{user}"
    live(Person(api, learn, user), [("edit", "default", 1), ("set", "default", 1)])
    found, before = pages(api, user), told(api, user)
    take(api, mallory, found)
    learn()
    own = {
        name: {document["_id"] for document in running.database.collection(name).find({"userId": user})}
        for name in ("contents", "edits", "events")
    }
    copied = {
        name: {document["_id"] for document in running.database.collection(name).find({"userId": mallory})}
        for name in own
    }
    assert all(own[name] and len(own[name]) == len(copied[name]) and not own[name] & copied[name] for name in own)
    for id_ in own["contents"]:
        assert api("GET", f"/api/content/{id_}", user=mallory).status == 404
    assert told(api, user) == before
    assert api("GET", IMPORT, user=user).status == 404


def test_every_kind_of_event_travels(api: Api, learn: Learn, user: str, running: Engine) -> None:
    """A kind that is new fails this until a person of the tests does it, or it is made here."""
    steps = [(what, "default", number) for number, what in enumerate(KINDS)]
    live(Person(api, learn, user), [("voice", "mail", 1), *steps, ("pause", "default", 0), ("pause", "default", 1)])
    learn_anew = running.learning_run(lambda _: None)
    learn_anew.relearn(user)
    learn()
    found = pages(api, user)
    kinds = {item["event"]["kind"] for item in items(found) if item["kind"] == "event"}
    names = {kind.__name__[0].lower() + kind.__name__[1:] for kind in get_args(Event)}
    assert names == kinds
    before, copy = told(api, user), f"copy-{user}"
    take(api, copy, found)
    running.import_rebuild.run(lambda: 60)
    assert told(api, copy) == before


@pytest.mark.parametrize("kind", get_args(Event))
def test_every_kind_of_event_has_another_id_for_each_and_bounds(kind: type[Event]) -> None:
    event = EVENTS[kind]
    row = to_document(event)
    assert list(of_event(event)) == []
    other = renamed(row, lambda old: old[::-1])
    assert (ID in repr(row)) == (ID[::-1] in repr(other))
    assert ID not in repr(other)


ID = "0123456789abcdef01234567"
EVENTS: dict[type[Event], Event] = {
    ValuesSet: ValuesSet({"tone.humor": 3}),
    EditsLearned: EditsLearned((Edit(ID, ID, datetime(2026, 1, 1, tzinfo=UTC), measure(("a",), ("b",), None)),), 1),
    PhraseForgotten: PhraseForgotten("a phrase"),
    OverrideRemoved: OverrideRemoved("tone.humor"),
    LearningSwitched: LearningSwitched(True),
    SampleAdded: SampleAdded(sample(ID, datetime(2026, 1, 1, tzinfo=UTC), ENOUGH, "en")),
    Relearned: Relearned(1),
    ArchetypeApplied: ArchetypeApplied("meme-lord", {"tone.humor": 9}),
    VoiceStarted: VoiceStarted({"tone.humor": 9}),
    RolledBack: RolledBack(1),
    ProfileReset: ProfileReset(),
    EditsUnlearned: EditsUnlearned((ID,)),
}
