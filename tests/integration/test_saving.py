"""A save is durable before it is answered, and compared with what the writer had before it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_fixtures import Api
from voice_engine.bootstrap import Engine
from voice_engine.clock import utc_now
from voice_engine.contents import ContentLibrary
from voice_engine.profile_key import profile_key

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(str.strip)


def edits_of(running: Engine, content_id: str) -> list[dict[str, Any]]:
    return list(running.database.collection("edits").find({"contentId": content_id}).sort("rev"))


@settings(max_examples=20)
@given(draft=WORDS, texts=st.lists(WORDS, min_size=1, max_size=4))
def test_each_save_has_the_text_of_the_one_before_it_as_its_base(
    api: Api, running: Engine, user: str, draft: str, texts: list[str]
) -> None:
    content = api.draft(user, draft)
    for rev, text in enumerate(texts, 1):
        saved = api.save(user, content["id"], text)
        assert (saved["content"]["text"], saved["content"]["rev"]) == (text, rev)
        assert saved["content"]["draft"]["text"] == draft
    stored = edits_of(running, content["id"])
    assert [edit["base"] for edit in stored] == [[text] for text in [draft, *texts[:-1]]]
    assert [edit["text"] for edit in stored] == [[text] for text in texts]
    moments = [edit["savedAt"] for edit in stored]
    assert moments == sorted(moments)
    assert api("GET", f"/api/content/{content['id']}", user=user).json["text"] == texts[-1]


def test_a_thread_is_saved_post_by_post_and_cannot_become_a_text(api: Api, running: Engine, user: str) -> None:
    posts = ["One thought.", "Another thought.", "The end."]
    content = api("POST", "/api/content", {"posts": posts, "platform": "x"}, user=user).json
    target = f"/api/content/{content['id']}/save-edits"
    edited = ["One thought.", "A second one.", "The end!"]
    answer = api("POST", target, {"posts": edited}, user=user)
    assert answer.json["content"]["posts"] == edited
    assert answer.json["content"]["draft"]["posts"] == posts
    assert [(edit["base"], edit["text"]) for edit in edits_of(running, content["id"])] == [(posts, edited)]
    refused = api("POST", target, {"editedText": "One text."}, user=user)
    assert (refused.status, refused.json["code"]) == (409, "wrong_form")
    assert refused.json["errors"][0]["field"] == "editedText"
    plain = api.draft(user)
    refused = api("POST", f"/api/content/{plain['id']}/save-edits", {"posts": ["a", "b"]}, user=user)
    assert refused.json["errors"][0]["field"] == "posts"


def test_a_save_based_on_an_older_text_is_refused_and_changes_nothing(api: Api, running: Engine, user: str) -> None:
    content = api.draft(user)
    target = f"/api/content/{content['id']}/save-edits"
    assert api("POST", target, {"editedText": "First.", "baseRev": 0}, user=user).status == 200
    answer = api("POST", target, {"editedText": "Second.", "baseRev": 0}, user=user)
    assert (answer.status, answer.json["code"]) == (409, "stale")
    assert len(edits_of(running, content["id"])) == 1
    assert api("POST", target, {"editedText": "Second.", "baseRev": 1}, user=user).status == 200


def test_saves_at_the_same_moment_form_one_chain(running: Engine, api: Api, user: str) -> None:
    content = api.draft(user, "start")
    library = running.content_library
    texts = [f"text {number}" for number in range(8)]

    def save(text: str) -> None:
        library.save_edits(user, content["id"], posts=(text,), thread=False, based_on=None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, texts))
    stored = edits_of(running, content["id"])
    assert [edit["rev"] for edit in stored] == list(range(1, 9))
    assert [edit["base"][0] for edit in stored] == ["start"] + [edit["text"][0] for edit in stored[:-1]]
    assert {edit["text"][0] for edit in stored} == set(texts)


@settings(max_examples=10)
@given(seconds=st.lists(st.integers(-90, 90), min_size=2, max_size=5))
def test_no_clock_puts_an_edit_before_the_previous_one_of_its_content(
    api: Api, running: Engine, user: str, seconds: list[int]
) -> None:
    """Each save may be answered by another machine, whose clock is early or late."""
    content = api.draft(user)
    for number, difference in enumerate(seconds):
        library = ContentLibrary(
            running.database,
            running.contents,
            running.edits,
            running.profiles,
            running.requests,
            announce=lambda _: True,
            clock=lambda difference=difference: utc_now() + timedelta(seconds=difference),
        )
        library.save_edits(user, content["id"], posts=(f"text {number}",), thread=False, based_on=None)
    ids = [edit["_id"] for edit in edits_of(running, content["id"])]
    pending = running.edits.pending(profile_key(user), limit=99)
    assert [edit.id for edit in pending if edit.content_id == content["id"]] == ids


@settings(max_examples=5)
@given(size=st.integers(1, 4))
def test_pages_show_every_content_once_newest_first_while_others_are_added(api: Api, user: str, size: int) -> None:
    reader = f"{user}-{size}"
    known = [api.draft(reader, f"draft {number}")["id"] for number in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page = api("GET", f"/api/content?limit={size}" + (f"&cursor={cursor}" if cursor else ""), user=reader).json
        seen += [item["id"] for item in page["items"]]
        api.draft(reader, "added meanwhile")
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert [id_ for id_ in seen if id_ in known] == known[::-1]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("user_id", ["ada:b", "ada|b", "ada/b", "ada%3Ab", "Ädä", "a" * 255, "{ada}", "ada b"])
def test_any_subject_has_contents_of_its_own(api: Api, user: str, user_id: str) -> None:
    somebody = (user + user_id)[-255:] if user_id != "a" * 255 else user_id
    content = api.draft(somebody)
    api.save(somebody, content["id"], "Edited by this very person.")
    assert content["id"] in [item["id"] for item in api("GET", "/api/content", user=somebody).json["items"]]
    assert api("GET", f"/api/content/{content['id']}", user="ada").status == 404
