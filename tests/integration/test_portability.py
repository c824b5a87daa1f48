"""An account that is exported and taken in again is the account that it was, wherever it is taken in."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import pymongo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine_fixtures import Answer, Api
from voice_engine.bootstrap import Engine, engine
from voice_engine.clock import utc_now
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

type Learn = Callable[[], dict[str, Any]]
type Page = dict[str, Any]

EXPORT = "/api/profile/export"
IMPORT = "/api/profile/import"
KEPT_DIGITS = 12
TEXT = "We are thrilled to share it, and we delve into it. It is a long text, very long, and it does not end."
ENOUGH = "A text of somebody's own. It has short sentences. They don't say much, and nobody minds. " * 5
# Apart from the ids themselves, an account and a copy of it answer the same.
READ = (
    "/api/profile/style",
    "/api/profile/explain",
    "/api/profile/evolution-timeline",
    "/api/profile/analytics",
    "/api/profile/archetypes",
    "/api/content",
)


def pages(api: Api, user: str) -> list[Page]:
    found: list[Page] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = api("GET", EXPORT + (f"?cursor={cursor}" if cursor else ""), user=user)
        assert answer.status == 200, answer.text
        assert len(answer.text.encode()) < 5_000_000
        found.append(answer.json)
        assert found[-1]["page"] == len(found)
        cursor = found[-1]["nextCursor"]
    return found


def take(api: Api, user: str, found: list[Page]) -> None:
    for page in found:
        answer = api("POST", IMPORT, page, user=user)
        assert answer.status == 202, answer.text


def outcome(api: Api, user: str) -> tuple[str, str | None]:
    answer = api("GET", IMPORT, user=user)
    return answer.json["status"], answer.json["reason"]


def known(answer: Any) -> Any:
    """An answer without what is another's in a copy: the ends of ids, and incarnations."""

    def cut(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: cut(part) for name, part in value.items() if not (name == "id" and "." in str(part))}
        if isinstance(value, list):
            return [cut(part) for part in value]
        is_id = isinstance(value, str) and len(value) == 24 and set(value) <= set("0123456789abcdef")
        return value[:KEPT_DIGITS] if is_id else value

    return cut(answer)


def told(api: Api, user: str) -> Any:
    """All that an account says of itself, over all of its voices."""
    voices = [voice["slug"] for voice in api("GET", "/api/voices", user=user).json["items"]]
    return known(
        {f"{path} {voice}": api("GET", f"{path}?voice={voice}", user=user).json for path in READ for voice in voices}
    )


def fields_stored(running: Engine, user: str) -> dict[str, set[str]]:
    """What the documents of a person are made of, by collection."""
    owned = {"contents": "userId", "edits": "userId", "events": "userId", "archetypes": "owner"}
    return {
        name: {field for document in running.database.collection(name).find({key: user}) for field in document}
        for name, key in owned.items()
    }


def items(found: list[Page]) -> list[dict[str, Any]]:
    return [item for page in found for item in page["items"]]


@dataclass
class Person:
    """Somebody who does as they please with the service."""

    api: Api
    learn: Learn
    user: str

    def asks(self, method: str, path: str, body: Any = None) -> Answer:
        answer = self.api(method, path, body, user=self.user)
        assert answer.status < 500, answer.text
        return answer

    def does(self, what: str, voice: str, number: int) -> None:
        """One of KINDS; `number` makes it another each time."""
        if what in WRITES:
            self.writes(what, voice, number)
        elif what == "rollback":
            versions = self.asks("GET", f"/api/profile/versions?voice={voice}").json["items"]
            if versions:
                chosen = {"versionId": versions[number % len(versions)]["id"]}
                self.asks("POST", f"/api/profile/rollback?voice={voice}", chosen)
        else:
            method, path, body = CALLS[what]
            named = "" if what == "voice" else f"{'&' if '?' in path else '?'}voice={voice}"
            self.asks(method, path + named, body and body(number))

    def writes(self, what: str, voice: str, number: int) -> None:
        draft: dict[str, Any] = {"text": f"{TEXT} Number {number}."}
        edited: dict[str, Any] = {"editedText": f"It is number {number}, and I share it. \U0001f600"}
        if what == "thread":
            draft, edited = {"posts": [TEXT, "Two."]}, {"posts": ["One.", f"{number}", "Three."]}
        content = self.asks("POST", f"/api/content?voice={voice}", draft | {"platform": "x"}).json["id"]
        edit = self.asks("POST", f"/api/content/{content}/save-edits", edited).json["learning"]["editId"]
        if what == "failed":
            engine().edits.fail(edit, "ValueError", utc_now())
        elif what != "pending":
            self.learn()
        if what == "unlearned":
            self.asks("DELETE", f"/api/edits/{edit}")
            self.learn()
        if what == "deleted":
            self.asks("DELETE", f"/api/content/{content}")


def values_of(number: int) -> dict[str, Any]:
    lists = {"bannedPhrases": ["delve into", f"n{number}"], "rules": ["never say never"]}
    return lists | {"tone": {"humor": 1 + number % 10}, "writingTraits": {"avgSentenceLength": 8.5}}


def archetype_of(number: int) -> dict[str, Any]:
    return {"slug": f"own-{number}", "name": "Own", "values": {"tone": {"humor": 9}, "bannedPhrases": ["a"]}}


CALLS: dict[str, tuple[str, str, Callable[[int], Any] | None]] = {
    "set": ("PUT", "/api/profile/style", values_of),
    "forget": ("DELETE", "/api/profile/phrases?phrase=thrilled%20to%20share", None),
    "unlock": ("DELETE", "/api/profile/overrides/tone.humor", None),
    "pause": ("PUT", "/api/profile/learning", lambda number: {"learning": bool(number % 2)}),
    "sample": ("POST", "/api/profile/analyze-text", lambda _: {"text": ENOUGH}),
    "reset": ("POST", "/api/profile/reset", None),
    "voice": ("POST", "/api/voices", lambda _: {"slug": "mail"}),
    "archetype": ("POST", "/api/profile/archetypes", lambda number: archetype_of(number)),
    "apply": ("POST", "/api/profile/apply-archetype", lambda _: {"slug": "meme-lord"}),
}
WRITES = ("edit", "thread", "pending", "failed", "unlearned", "deleted")
KINDS = [*WRITES, *CALLS, "rollback"]
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(["default", "default", "mail"]), st.integers(0, 30)), max_size=8
)


def live(person: Person, steps: list[tuple[str, str, int]]) -> None:
    for what, voice, number in steps:
        if voice == "mail" and "mail" not in person.api("GET", "/api/voices", user=person.user).text:
            person.does("voice", voice, number)
        person.does(what, voice, number)


@pytest.fixture
def elsewhere(environment: dict[str, str], mongodb_uri: str) -> Iterator[str]:
    """The name of another database."""
    name = environment["MONGODB_DATABASE"] + "_other"
    yield name
    with pymongo.MongoClient(mongodb_uri) as client:
        client.drop_database(name)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_pages_hold_all_of_the_start_once_whatever_is_written_meanwhile(
    api: Api, learn: Learn, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = f"copy-{user}"
    monkeypatch.setattr("models.export.PAGE_BYTES", 3_000)
    person = Person(api, learn, user)
    live(person, [("edit", "default", n) for n in range(4)] + [("pending", "default", 9), ("set", "default", 1)])
    at_start = {(item["kind"], item.get("id"), item.get("version")): item for item in items(pages(api, user))}
    found: list[Page] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api("GET", EXPORT + (f"?cursor={cursor}" if cursor else ""), user=user).json
        found.append(page)
        cursor = page["nextCursor"]
        live(person, [("edit", "default", 20 + len(found)), ("set", "default", len(found))])
    names = [(item["kind"], item.get("id"), item.get("version")) for item in items(found)]
    assert len(found) > 4
    assert len(set(names)) == len(names)
    assert at_start.keys() <= set(names)
    for name, item in zip(names, items(found), strict=True):
        if name in at_start and name[0] != "content":
            # That learning it was tried since is all that shows of what came later.
            assert item | {"attempts": 0} == at_start[name] | {"attempts": 0}
    take(api, copy, found)
    learn()
    assert outcome(api, copy) == ("done", None)


def test_the_largest_items_fit(api: Api, learn: Learn, user: str) -> None:
    copy = f"copy-{user}"
    largest = "\U0001f600" * 49_999 + "."
    for number in range(3):
        content = api.draft(user, largest)["id"]
        api.save(user, content, f"{number}{largest[1:]}")
    found = pages(api, user)
    assert len(found) > 1
    assert all(len(json.dumps(page).encode()) < 5_000_000 for page in found), "escaped by a client, it passes again"
    take(api, copy, found)
    learn()
    assert outcome(api, copy) == ("done", None)


def test_an_export_that_outlives_its_voice_says_so(
    api: Api, learn: Learn, user: str, running: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.export.PAGE_BYTES", 10)
    live(Person(api, learn, user), [("edit", "default", 1)])
    first = api("GET", EXPORT, user=user).json
    running.database.collection("profiles").delete_one({"_id": user})
    answer = api("GET", f"{EXPORT}?cursor={first['nextCursor']}", user=user)
    assert (answer.status, answer.json["code"]) == (409, "stale")


def test_while_the_voices_are_made_the_account_waits(api: Api, learn: Learn, user: str) -> None:
    copy = f"copy-{user}"
    person = Person(api, learn, user)
    live(person, [("edit", "default", 1)])
    take(api, copy, pages(api, user))
    writer = Person(api, learn, copy)
    for method, path, body in (
        ("PUT", "/api/profile/style", {"tone": {"humor": 2}}),
        ("POST", "/api/content", {"text": "No.", "platform": "x"}),
        ("POST", "/api/profile/reset", None),
        ("POST", "/api/voices", {"slug": "mail"}),
        ("DELETE", IMPORT, None),
    ):
        answer = writer.asks(method, path, body)
        assert (answer.status, answer.json["code"]) == (409, "importing"), path
    assert api.style(copy)["hasProfile"] is False
    learn()
    assert writer.asks("PUT", "/api/profile/style", {"tone": {"humor": 2}}).status == 200
    assert api.style(copy)["version"] == 2


def test_an_account_that_holds_something_takes_nothing_in(api: Api, learn: Learn, user: str) -> None:
    copy = f"copy-{user}"
    live(Person(api, learn, user), [("edit", "default", 1)])
    found = pages(api, user)
    api.draft(copy)
    answer = api("POST", IMPORT, found[0], user=copy)
    assert (answer.status, answer.json["code"]) == (409, "not_empty")


def small(api: Api, learn: Learn, user: str, monkeypatch: pytest.MonkeyPatch) -> list[Page]:
    """An account on several pages."""
    monkeypatch.setattr("models.export.PAGE_BYTES", 4_000)
    live(Person(api, learn, user), [("edit", "default", 1), ("set", "default", 2), ("edit", "default", 3)])
    found = pages(api, user)
    assert len(found) > 3
    return found


def test_pages_may_be_sent_again_and_only_in_their_order(
    api: Api, learn: Learn, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = f"copy-{user}"
    found = small(api, learn, user, monkeypatch)
    for number, page in enumerate(found):
        if number + 2 < len(found):
            answer = api("POST", IMPORT, found[number + 1 + (number > 0)], user=copy)
            assert (answer.status, answer.json["code"]) == (409, "out_of_order")
        for again in found[: number + 1]:
            if again is page or number:
                assert api("POST", IMPORT, again, user=copy).status == 202
    learn()
    assert told(api, copy) == told(api, user)
    assert api("POST", IMPORT, found[-1], user=copy).json["status"] == "done"


def test_an_import_that_nobody_goes_on_with_changes_nothing_and_gives_way(
    api: Api, learn: Learn, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = f"copy-{user}"
    found = small(api, learn, user, monkeypatch)
    take(api, copy, found[:2])
    learn()
    assert api.style(copy)["hasProfile"] is False
    assert api("GET", "/api/content", user=copy).json["items"] == []
    assert api("DELETE", IMPORT, user=copy).status == 204
    assert api("GET", IMPORT, user=copy).status == 404
    take(api, copy, [found[0] | {"items": []}])
    take(api, copy, found)
    learn()
    assert told(api, copy) == told(api, user)


def test_a_log_that_cannot_be_told_leaves_an_empty_account_and_why(
    api: Api, learn: Learn, user: str, running: Engine
) -> None:
    copy = f"copy-{user}"
    live(Person(api, learn, user), [("edit", "default", 1), ("pending", "default", 2)])
    found = pages(api, user)
    for item in items(found):
        if item["kind"] == "event":
            item["event"]["learnerVersion"] = 999
    take(api, copy, found)
    learn()
    assert outcome(api, copy) == ("failed", "unknownLearner")
    for name in ("profiles", "contents", "edits", "events", "versions", "imported"):
        assert running.database.collection(name).find_one({"userId": copy}) is None, name
    live(Person(api, learn, user), [("set", "default", 2)])
    take(api, copy, pages(api, user))
    learn()
    assert outcome(api, copy) == ("done", None)


def test_nothing_expires_while_the_voices_are_made(api: Api, learn: Learn, user: str, running: Engine) -> None:
    copy = f"copy-{user}"
    live(Person(api, learn, user), [("edit", "default", 1), ("pending", "default", 2)])
    take(api, copy, pages(api, user))
    times = iter([60.0])
    assert running.import_rebuild.run(lambda: next(times, 0.0)) == 0
    for name in ("imports", "imported"):
        rows = list(running.database.collection(name).find({"userId": copy}))
        assert rows
        assert not [row for row in rows if "expiresAt" in row], name
    learn()
    assert outcome(api, copy) == ("done", None)
    row = running.database.collection("imports").find_one({"userId": copy})
    assert row is not None
    assert "expiresAt" in row


def test_an_import_that_fails_takes_back_what_it_copied_and_no_more(
    api: Api, learn: Learn, user: str, running: Engine
) -> None:
    copy = f"copy-{user}"
    live(Person(api, learn, user), [("archetype", "default", 1), ("edit", "default", 2)])
    take(api, copy, pages(api, user))
    staged = running.database.collection("imported").find_one({"userId": copy, "lot": "archetype"})
    assert staged is not None
    # As one that the person made at the very moment of the last page.
    archetypes = running.database.collection("archetypes")
    archetypes.insert_one(staged["document"] | {"slug": "my-own"})
    learn()
    assert outcome(api, copy) == ("failed", "conflict")
    assert [row["slug"] for row in archetypes.find({"owner": copy})] == ["my-own"]
    for name in ("profiles", "contents", "edits", "events", "versions", "imported"):
        assert running.database.collection(name).find_one({"userId": copy}) is None, name


def test_an_import_that_is_begun_anew_leaves_nothing_of_the_one_before(
    api: Api, learn: Learn, user: str, running: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = f"copy-{user}"
    found = small(api, learn, user, monkeypatch)
    take(api, copy, found[:2])
    assert running.database.collection("imported").find_one({"userId": copy}) is not None
    [profile, *others] = found[0]["items"]
    take(api, copy, [{**found[0], "items": [profile | {"learnedAt": None}, *others]}])
    began = running.database.collection("imports").find_one({"userId": copy})
    assert began is not None
    assert running.database.collection("imported").distinct("importId", {"userId": copy}) in ([], [began["importId"]])


def test_no_made_up_reason_comes_before_an_operator(api: Api, learn: Learn, user: str) -> None:
    live(Person(api, learn, user), [("failed", "default", 1)])
    [page] = pages(api, user)
    place, edit = next((place, item) for place, item in enumerate(page["items"]) if item["kind"] == "edit")
    for name, value in (("reason", "call this number"), ("attempts", 1_000_000), ("text", [])):
        page["items"][place] = edit | {name: value}
        answer = api("POST", IMPORT, page, user=f"copy-{user}")
        assert answer.status == 422
        assert f"items.{place}.{name}" in {error["field"] for error in answer.json["errors"]}


def test_a_page_that_names_more_edits_than_an_account_may_hold_is_refused(api: Api, learn: Learn, user: str) -> None:
    live(Person(api, learn, user), [("edit", "default", 1)])
    [page] = pages(api, user)
    row = next(item for item in page["items"] if item["kind"] == "event")
    row["event"] = {"kind": "editsUnlearned", "editIds": [f"{number:024x}" for number in range(150_000)]}
    answer = api("POST", IMPORT, page, user=f"copy-{user}")
    assert answer.status == 422
    assert "20000" in answer.json["errors"][0]["limit"]


# What somebody may do to a file: each is a value for a place in it.
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2**31, 2**63, 10**30, 1.5, float("nan"), float("inf")]),
    st.sampled_from(["", "x", "0" * 24, "\ud800", "$where", "a" * 300, "mail", "2026-01-01T00:00:00Z", "learned"]),
    st.sampled_from(
        [[], {}, [[]], {"$oid": "0" * 24}, {"$date": "x"}, {"$binary": {"base64": "AA==", "subType": "00"}}]
    ),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, (*at, name))


def changed(value: Any, place: tuple[Any, ...], how: str, put: Any) -> Any:
    value = json.loads(json.dumps(value))
    inner = value
    for part in place[:-1]:
        inner = inner[part]
    last = place[-1]
    if how == "removed":
        del inner[last]
    elif how == "doubled" and isinstance(inner, list):
        inner.insert(last, inner[last])
    elif how == "added" and isinstance(inner, dict):
        inner["surprise"] = put
    else:
        inner[last] = put
    return value


@pytest.fixture
def rich(api: Api, learn: Learn, user: str) -> Page:
    steps = [(kind, "default", number) for number, kind in enumerate(KINDS) if kind not in ("voice", "rollback")]
    live(Person(api, learn, user), [("voice", "mail", 0), *steps, ("edit", "mail", 1), ("rollback", "mail", 1)])
    [page] = pages(api, user)
    return page


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_that_was_tampered_with_is_refused_or_harmless(
    api: Api, rich: Page, running: Engine, data: st.DataObject
) -> None:
    every = sorted(places(rich), key=lambda place: (len(place), str(place)))
    where = data.draw(st.sampled_from(every))
    page = changed(rich, where, data.draw(st.sampled_from(["put", "removed", "doubled", "added"])), data.draw(VALUES))
    victim = f"victim-{new_id()}"
    answer = api("POST", IMPORT, page, user=victim)
    assert answer.status == 202 or 400 <= answer.status < 500, answer.text
    if answer.status == 422:
        assert all(error["field"] for error in answer.json["errors"])
    if answer.status != 202 or answer.json["status"] != "rebuilding":
        return
    running.import_rebuild.run(lambda: 60)
    status, reason = outcome(api, victim)
    assert status in ("done", "failed"), reason
    for path in READ:
        assert api("GET", path, user=victim).status == 200
    assert api("GET", EXPORT, user=victim).status == 200
    stored = running.profiles.find(profile_key(victim))
    if status == "done" and stored is not None:
        assert replay(running.events, stored.key) == stored.state
        assert api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=victim).status == 200
    if status == "failed":
        assert stored is None


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
