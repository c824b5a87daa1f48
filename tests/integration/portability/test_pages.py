"""Pages hold all of an account once, fit, and are taken in their order; nothing is made before the last."""

import json

import pytest

from tests.engine_fixtures import Api
from tests.integration.portability.account import (
    EXPORT,
    IMPORT,
    Learn,
    Page,
    Person,
    items,
    live,
    outcome,
    pages,
    take,
    told,
)
from voice_engine.bootstrap import Engine


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


def test_an_account_that_is_written_to_between_two_pages_is_told_how_to_go_on(
    api: Api, learn: Learn, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = f"copy-{user}"
    found = small(api, learn, user, monkeypatch)
    take(api, copy, found[:1])
    assert api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=copy).status == 200
    refused = api("POST", IMPORT, found[1], user=copy)
    assert (refused.status, refused.json["code"]) == (409, "not_empty")
    assert "DELETE /api/profile/import" in refused.json["detail"]
    told_of = api("GET", IMPORT, user=copy).json
    assert (told_of["status"], told_of["nextPage"]) == ("receiving", 2)
    assert api("DELETE", IMPORT, user=copy).status == 204
    assert api("GET", IMPORT, user=copy).status == 404
    refused = api("POST", IMPORT, found[0], user=copy)
    assert (refused.status, refused.json["code"]) == (409, "not_empty")
    assert "DELETE" not in refused.json["detail"], "nothing was taken that could be thrown away"
    assert api.style(copy)["profile"]["tone"]["humor"] == 9


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
