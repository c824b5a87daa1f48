"""Whatever somebody does to a file, it is refused by the place at fault, or harmless."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_fixtures import Api
from tests.integration.portability.account import EXPORT, IMPORT, KINDS, READ, Learn, Page, Person, live, outcome, pages
from voice_engine.bootstrap import Engine
from voice_engine.ids import new_id
from voice_engine.profile_key import profile_key
from voice_engine.replay import replay


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
    st.sampled_from([-1, 0, 1, 2**31, 2**63, 10**30, 8.0, 1e300, 1.5, float("nan"), float("inf")]),
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


@settings(max_examples=80)
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
