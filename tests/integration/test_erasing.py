"""A person, or one voice, erased: nothing is left anywhere, nothing comes back, and a new life begins from nothing."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo import MongoClient

from tests.engine_fixtures import Api, QueueKeys
from tests.faults.invariants import check_profile
from tests.integration.test_learning import save_shortened
from tests.marks import Marks
from tests.time_left import looks
from tests.traces import traces
from tests.traffic import EVERYBODYS, USES
from tests.waiting import PATIENCE_SECONDS
from voice_engine.bootstrap import Engine
from voice_engine.contents import Draft
from voice_engine.errors import Erasing, NotFound
from voice_engine.profile_key import ProfileId
from voice_engine.queue import LearningJob
from voice_engine.store.database import Session
from voice_engine.store.personal_data import PERSONAL

type Learn = Callable[[], dict[str, Any]]
type WithEnvironment = Callable[[dict[str, str]], Engine]

# One run of the learner then begins an erasure and ends it, where no request is under way.
AT_ONCE = {"ERASURE_GRACE_SECONDS": "0"}
NEVER = {"ERASURE_GRACE_SECONDS": "86400"}


@pytest.fixture
def user() -> str:
    """An id that is written in another way in keys."""
    return f"auth0|{secrets.token_hex(6)}@example.org"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | AT_ONCE


def use_every_route(api: Api, learn: Learn, user: str, words: Marks) -> dict[str, str]:
    """All but what ends something, with every answer to a POST kept; the things that were made."""
    things = dict(EVERYBODYS)
    for use in USES:
        if use.ends:
            continue
        if use.after_learning:
            learn()
        target, body = use.request(words, things)
        headers = {"authorization": f"Bearer {api.issuer.token(user, scope=use.scope)}"}
        if use.method == "POST":
            headers["idempotency-key"] = use.path
        answer = api(use.method, target, body, headers=headers)
        assert answer.status == use.status, (use.route, answer.text)
        things |= use.made(answer.json) if use.makes else {}
    return things


def leave_a_log_half_told(running: Engine, user: str) -> None:
    assert running.relearning.ask(user) > 0
    assert running.relearning.run(looks(1)) == 0


def status(api: Api, user: str, query: str = "") -> str:
    answer = api("GET", f"/api/erasure{query}", user=user)
    assert answer.status == 200
    found: str = answer.json["status"]
    return found


def test_nothing_is_left_of_somebody_who_used_every_route(
    api: Api, learn: Learn, running: Engine, environment: dict[str, str], user: str
) -> None:
    words, other = Marks(), f"auth0|{secrets.token_hex(6)}"
    use_every_route(api, learn, user, words)
    use_every_route(api, learn, other, Marks())
    api("PUT", "/api/profile/style", {"rules": [words("a voice's rule")]}, user=user)
    leave_a_log_half_told(running, user)
    known = [user, *words.words]
    kept = traces(running, environment["REDIS_URL"], [f"{other}"])
    assert {kind.name for kind in PERSONAL} <= traces(running, environment["REDIS_URL"], known)

    assert status(api, user) == "none"
    answer = api("DELETE", "/api/profile", user=user)
    assert (answer.status, answer.json["status"], answer.headers["Location"]) == (202, "erasing", "/api/erasure")
    assert status(api, user) == "erasing"
    assert learn()["erased"] == 1
    assert status(api, user) == "done"
    assert traces(running, environment["REDIS_URL"], known) == set()
    left = traces(running, environment["REDIS_URL"], [other])
    assert {name for name in kept if not name.startswith("redis rate:")} <= left, "another person's things are gone"
    check_profile(running, other)


def test_every_collection_with_something_of_a_persons_is_known(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    words = Marks()
    use_every_route(api, learn, user, words)
    api("DELETE", "/api/voices/nobody", user=user)
    leave_a_log_half_told(running, user)
    database = running.database.collection("edits").database
    theirs = {
        name
        for name in database.list_collection_names()
        if any(word in repr(row) for row in database[name].find() for word in (user, *words.words))
    }
    assert theirs == {kind.name for kind in PERSONAL}
    for kind in PERSONAL:
        for row in database[kind.name].find({kind.owner: {"$ne": None}}):
            assert row[kind.owner] == user
            assert kind.voice is None or row[kind.voice] == running_key(row, user)


def running_key(row: dict[str, Any], user: str) -> str:
    profile: str = row.get("profile", row["_id"])
    return ProfileId(user, profile.partition(":")[2] or "default").key


def test_while_a_person_is_erased_every_write_is_refused_and_nothing_is_made(
    api: Api, learn: Learn, running: Engine, with_environment: WithEnvironment, environment: dict[str, str], user: str
) -> None:
    things = use_every_route(api, learn, user, Marks())
    assert api("DELETE", "/api/profile", user=user).status == 202
    database = running.database.collection("edits").database
    before = {kind.name: list(database[kind.name].find()) for kind in PERSONAL}
    refused = set()
    for use in USES:
        # Taking one's own archetype away, or an import that is not whole, makes nothing either.
        if use.scope or use.method == "GET" or use.path in ("/api/profile", "/api/profile/archetypes/{slug}"):
            continue
        if use.route == ("DELETE", "/api/profile/import"):
            continue
        target, body = use.request(Marks(), things)
        headers = {"authorization": f"Bearer {api.issuer.token(user)}"}
        keys = [{}, {"idempotency-key": f"again-{use.path}"}] if use.method == "POST" else [{}]
        answers = [api(use.method, target, body, headers=headers | key) for key in keys]
        if any(answer.status == 409 for answer in answers):
            assert {answer.json["code"] for answer in answers} == {"erasing"}, use.route
            refused.add(use.route)
    # The others change nothing: they only look, or ask for an erasure that is under way.
    assert refused == {
        ("POST", "/api/content"),
        ("POST", "/api/content/{id}/save-edits"),
        ("DELETE", "/api/content/{id}"),
        ("DELETE", "/api/edits/{editId}"),
        ("PUT", "/api/profile/style"),
        ("PUT", "/api/profile/learning"),
        ("PUT", "/api/profile/overrides/{path}"),
        ("DELETE", "/api/profile/overrides/{path}"),
        ("DELETE", "/api/profile/phrases"),
        ("POST", "/api/profile/apply-archetype"),
        ("POST", "/api/profile/analyze-text"),
        ("POST", "/api/profile/archetypes"),
        ("POST", "/api/profile/import"),
        ("POST", "/api/profile/reset"),
        ("POST", "/api/profile/rollback"),
        ("POST", "/api/voices"),
    }
    assert {kind.name: list(database[kind.name].find()) for kind in PERSONAL} == before


@pytest.mark.parametrize("gone", [False, True])
def test_a_change_of_nothing_is_refused_too_while_a_person_is_erased(
    api: Api, learn: Learn, with_environment: WithEnvironment, environment: dict[str, str], user: str, gone: bool
) -> None:
    """Whether there is no profile yet, or none any more."""
    with_environment(environment | NEVER)
    if gone:
        api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=user)
    api("DELETE", "/api/profile", user=user)
    learn()
    changes = {"/api/profile/reset": ("POST", None), "/api/profile/overrides/tone.humor": ("DELETE", None)}
    changes |= {"/api/profile/learning": ("PUT", {"learning": True})}
    for path, (method, body) in changes.items():
        refused = api(method, path, body, user=user)
        assert (refused.status, refused.json["code"]) == (409, "erasing"), path
    with_environment(environment)
    assert learn()["erased"] == 1
    assert api("POST", "/api/profile/reset", user=user).json["hasProfile"] is False


def test_an_erasure_asked_for_twice_is_one_and_a_new_life_begins_from_nothing(
    api: Api, learn: Learn, running: Engine, environment: dict[str, str], user: str
) -> None:
    api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=user)
    first_life = api("GET", "/api/profile/style", user=user).headers["ETag"]
    asked = [api("DELETE", "/api/profile", user=user).json["askedAt"] for _ in range(2)]
    assert asked[0] == asked[1]
    assert learn()["erased"] == 1
    assert learn()["erased"] == 0
    assert api.style(user)["hasProfile"] is False
    save_shortened(api, user, 1)
    learn()
    answer = api("GET", "/api/profile/style", user=user)
    assert answer.json["version"] == 1
    assert answer.headers["ETag"].partition(".")[0] != first_life.partition(".")[0]
    assert status(api, user) == "done"
    check_profile(running, user)
    assert api("DELETE", "/api/profile", user=user).json["status"] == "erasing"
    assert learn()["erased"] == 1
    assert traces(running, environment["REDIS_URL"], [user]) == set()


def test_somebody_who_never_was_there_can_be_erased(api: Api, learn: Learn, user: str) -> None:
    assert api("DELETE", "/api/profile", user=user).status == 202
    assert learn()["erased"] == 1
    assert status(api, user) == "done"


def test_jobs_are_gone_whatever_their_state_and_whoever_made_them(
    api: Api, learn: Learn, running: Engine, queue_keys: QueueKeys, environment: dict[str, str], user: str
) -> None:
    redis, base, other = queue_keys.redis, f"{queue_keys.prefix}:learning:", f"auth0|{secrets.token_hex(6)}"
    for number, (place, add) in enumerate(
        {
            "wait": redis.lpush,
            "paused": redis.lpush,
            "active": redis.lpush,
            "delayed": lambda key, id_: redis.zadd(key, {id_: 2**60}),
            "prioritized": lambda key, id_: redis.zadd(key, {id_: 1}),
            "completed": lambda key, id_: redis.zadd(key, {id_: 2**50}),
            "failed": lambda key, id_: redis.zadd(key, {id_: 2**50}),
        }.items()
    ):
        for person in (user, other):
            job = LearningJob(person, ProfileId(person).key, "0" * 24, "1" * 24)
            id_ = f"{number}-{person}-made-elsewhere"
            redis.hset(base + id_, mapping={"name": "process-edit", "data": job.as_json(), "failedReason": "x"})
            add(base + place, id_)
    assert running.queue.forget(user) == 7
    assert traces(running, environment["REDIS_URL"], [user]) == set()
    assert running.queue.forget(other, "no:such:voice") == 0
    assert running.queue.forget(other, ProfileId(other).key) == 7
    assert traces(running, environment["REDIS_URL"], [other]) == set()


def test_a_job_that_comes_after_the_end_leaves_nothing_behind(
    api: Api, learn: Learn, running: Engine, environment: dict[str, str], user: str
) -> None:
    """As an API function may add it that was held up between its commit and its push."""
    edit = save_shortened(api, user, 1)[0]
    api("DELETE", "/api/profile", user=user)
    assert learn()["erased"] == 1
    running.queue.enqueue(LearningJob(user, ProfileId(user).key, "0" * 24, edit))
    assert learn()["drained"]["gone"] == 1
    assert traces(running, environment["REDIS_URL"], [user]) == set()
    assert api.style(user)["hasProfile"] is False


@contextmanager
def held_up[Result](write: Callable[[Callable[[Result, Session], None]], object]) -> Iterator[Callable[[], None]]:
    """A write that has written all within its transaction and not committed yet; what is given lets it go on."""
    written, go_on = threading.Event(), threading.Event()
    failed: list[Exception] = []

    def keep(_: Result, __: Session) -> None:
        written.set()
        assert go_on.wait(PATIENCE_SECONDS)

    def run() -> None:
        try:
            write(keep)
        except (Erasing, NotFound):
            pass  # the database had it begin anew
        except Exception as error:  # noqa: BLE001 - told by the thread that can fail the test
            failed.append(error)
            written.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert written.wait(PATIENCE_SECONDS)

    def finish() -> None:
        go_on.set()
        thread.join(PATIENCE_SECONDS)

    yield finish
    finish()
    assert not failed, failed


@pytest.mark.parametrize("kind", ["content", "sample", "voice", "save"])
def test_what_was_being_written_when_the_erasure_began_does_not_outlive_it(
    api: Api,
    learn: Learn,
    with_environment: WithEnvironment,
    environment: dict[str, str],
    running: Engine,
    user: str,
    kind: str,
) -> None:
    engine, profile = with_environment(environment | NEVER), ProfileId(user)
    content = engine.content_library.register(profile, Draft(("A draft.",), False, "blog", None))
    writes: dict[str, Callable[[Any], object]] = {
        "content": lambda keep: engine.content_library.register(
            profile, Draft(("Late.",), False, "blog", None), keep=keep
        ),
        "sample": lambda keep: engine.profile_desk.add_sample(profile, "Some text. " * 40, "en", keep=keep),
        "voice": lambda keep: engine.voices.start(ProfileId(user, "mail"), keep=keep),
        "save": lambda keep: engine.content_library.save_edits(
            user, content.id, posts=("Late.",), thread=False, based_on=None, keep=keep
        ),
    }
    with held_up(writes[kind]) as finish:
        engine.eraser.erase_person(user)
        if kind != "save":  # which has the content in hand that is to be deleted, so that one waits for the other
            assert engine.eraser.run(lambda: 30.0) == 0
        finish()
    assert engine.eraser.run(lambda: 30.0) == 0, "the last pass waits for the grace"
    assert status(api, user) == "erasing"
    assert with_environment(environment).eraser.run(lambda: 30.0) == 1
    assert traces(running, environment["REDIS_URL"], [user]) == set()


def test_a_learner_that_has_edits_in_hand_brings_nothing_back(
    api: Api, running: Engine, environment: dict[str, str], user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_shortened(api, user, 2)
    commit = running.commits.commit

    def erase_first(*arguments: Any, **options: Any) -> None:
        monkeypatch.undo()
        running.eraser.erase_person(user)
        assert running.eraser.run(lambda: 30.0) == 1
        commit(*arguments, **options)

    monkeypatch.setattr(running.commits, "commit", erase_first)
    running.learning_run(report=lambda _: None).run(lambda: 30.0)
    running.learning_run(report=lambda _: None).run(lambda: 30.0)
    assert traces(running, environment["REDIS_URL"], [user]) == set()


def test_a_large_account_is_erased_over_as_many_runs_as_it_takes(
    api: Api, running: Engine, environment: dict[str, str], user: str
) -> None:
    content = api.draft(user)["id"]
    edit = api.save(user, content, "Mine.")["learning"]["editId"]
    edits = running.database.collection("edits")
    row = edits.find_one({"_id": edit})
    edits.insert_many([row | {"_id": f"{number:024x}", "rev": number + 2} for number in range(1200)])
    running.eraser.erase_person(user)
    lives = iter([30.0, 30.0, 30.0])
    assert running.eraser.run(lambda: next(lives, 0.0)) == 0
    assert 0 < edits.count_documents({"userId": user}) < 1201
    assert running.eraser.run(lambda: 30.0) == 1
    assert traces(running, environment["REDIS_URL"], [user]) == set()


# One voice


def test_a_voice_is_erased_with_all_that_is_its_own_and_nothing_else(
    api: Api, learn: Learn, running: Engine, environment: dict[str, str], user: str
) -> None:
    words = Marks()
    save_shortened(api, user, 3)
    assert api("POST", "/api/voices", {"slug": "mail"}, user=user, headers={"idempotency-key": "k"}).status == 201
    for number in range(3):
        body = {"text": f"The {words(f'draft {number}')} is long. It is.", "platform": "email"}
        content = api("POST", "/api/content?voice=mail", body, user=user, headers={"idempotency-key": f"k{number}"})
        api.save(user, content.json["id"], f"The {words(f'edit {number}')} is it.")
    learn()
    before = api.style(user)
    assert api("GET", "/api/profile/style?voice=mail", user=user).status == 200
    answer = api("DELETE", "/api/voices/mail", user=user)
    assert (answer.status, answer.headers["Location"]) == (202, "/api/erasure?voice=mail")
    assert api("DELETE", "/api/voices/mail", user=user).status == 202
    refused = api("PUT", "/api/profile/style?voice=mail", {"tone": {"humor": 2}}, user=user)
    assert (refused.status, refused.json["code"]) == (409, "erasing")
    assert api("POST", "/api/voices", {"slug": "mail"}, user=user).json["code"] in ("erasing", "already_exists")
    assert api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user).status == 200, "others go on"
    assert learn()["erased"] == 1
    assert status(api, user, "?voice=mail") == "done"
    assert status(api, user) == "none"
    assert traces(running, environment["REDIS_URL"], [f"{ProfileId(user, 'mail').key}", *words.words]) == set()
    assert api("DELETE", "/api/voices/mail", user=user).status == 404
    assert api.style(user)["profile"]["writingTraits"] == before["profile"]["writingTraits"]
    check_profile(running, user)
    assert api("POST", "/api/voices", {"slug": "mail"}, user=user).status == 201, "a new one of the same name"
    check_profile(running, user, "mail")


def test_the_default_voice_stays_and_another_persons_is_not_found(api: Api, learn: Learn, user: str) -> None:
    refused = api("DELETE", "/api/voices/default", user=user)
    assert (refused.status, refused.json["errors"][0]["field"]) == (409, "slug")
    api("POST", "/api/voices", {"slug": "mail"}, user=f"{user}x")
    assert api("DELETE", "/api/voices/mail", user=user).status == 404
    assert api("GET", "/api/profile/style?voice=mail", user=f"{user}x").status == 200


def test_a_voice_that_is_being_erased_goes_with_its_person(
    api: Api,
    learn: Learn,
    with_environment: WithEnvironment,
    running: Engine,
    environment: dict[str, str],
    user: str,
    mongodb_uri: str,
) -> None:
    api("POST", "/api/voices", {"slug": "mail"}, user=user)
    with_environment(environment | NEVER)
    api("DELETE", "/api/voices/mail", user=user)
    learn()
    with_environment(environment)
    asked = api("DELETE", "/api/profile", user=user).json["askedAt"]
    for voice in ("", "?voice=mail", "?voice=other"):
        told = api("GET", f"/api/erasure{voice}", user=user).json
        assert told["status"] == "erasing", voice
        assert told["askedAt"] >= asked, voice
    for _ in range(2):
        learn()
    assert {status(api, user, voice) for voice in ("", "?voice=mail", "?voice=other")} == {"done"}
    assert traces(running, environment["REDIS_URL"], [user]) == set()
    with MongoClient(mongodb_uri) as client:
        rows = list(client[environment["MONGODB_DATABASE"]]["erasures"].find())
    assert all(row.keys() == {"_id", "schema", "state", "askedAt", "doneAt"} for row in rows)
