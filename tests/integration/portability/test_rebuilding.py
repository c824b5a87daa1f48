"""While the voices of an import are made the account waits; one that cannot be made leaves an empty account and why."""

from tests.engine_fixtures import Api
from tests.integration.portability.account import IMPORT, Learn, Person, items, live, outcome, pages, take
from voice_engine.bootstrap import Engine


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
