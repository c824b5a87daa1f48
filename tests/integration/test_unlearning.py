"""Single edits taken back: the profile is what it would be without them, and nothing of them is left."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine_fixtures import Api, LambdaContext
from tests.faults.invariants import check_profile
from tests.hypothesis_profiles import examples
from tests.integration.test_control import SUBJECTS
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine
from voice_engine.profile_key import profile_key

type Learn = Callable[[], dict[str, Any]]


def unlearn(api: Api, user: str, edit: str) -> dict[str, Any]:
    answer = api("DELETE", f"/api/edits/{edit}", user=user)
    assert answer.status == 202, answer.text
    assert answer.headers["Location"] == f"/api/learning/{edit}"
    assert answer.json == api.progress(user, edit)
    return answer.json


def places_of(running: Engine, word: str) -> set[str]:
    """The collections that hold `word` anywhere."""
    database = running.database.collection("edits").database
    return {name for name in database.list_collection_names() if any(word in str(row) for row in database[name].find())}


def shown(api: Api, user: str) -> dict[str, Any]:
    return api.style(user)["profile"] | {"lastUpdated": ""}


def test_an_edit_is_unlearned_by_the_learner_and_its_texts_are_gone_at_once(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    word, edits = f"zq{secrets.token_hex(6)}", []
    for subject in SUBJECTS[:5]:
        content = api.draft(user, f"{subject} Let us look at {word} and see.")
        edits.append(api.save(user, content["id"], f"{subject} Let us see.")["learning"]["editId"])
        learn()
        assert api("DELETE", f"/api/content/{content['id']}", user=user).status == 204
    save_shortened(api, user, 2)
    learn()
    assert {"edits", "profiles", "versions"} <= places_of(running, word), "words that were learned are kept"
    for edit in edits:
        assert unlearn(api, user, edit)["status"] == "unlearning"
        assert not {"base", "text"} & running.database.collection("edits").find_one({"_id": edit}).keys()
    assert learn()["unlearned"] == 1, "several at once cost one rebuild"
    version = api.style(user)["version"]
    assert (api.progress(user, edit)["status"], api.progress(user, edit)["version"]) == ("unlearned", version)
    assert places_of(running, word) == set()
    check_profile(running, user)
    assert learn()["unlearned"] == 0
    assert unlearn(api, user, edit)["status"] == "unlearned", "asked again, nothing changes"
    assert learn()["unlearned"] == 0
    assert api.style(user)["version"] == version


def test_an_edit_that_was_never_learned_is_taken_back_without_a_rebuild(
    api: Api, learn: Learn, running: Engine, user: str
) -> None:
    waiting, poisoned = save_shortened(api, user, 2)
    running.database.collection("edits").update_one({"_id": poisoned}, {"$set": {"status": "failed", "reason": "x"}})
    api("PUT", "/api/profile/learning", {"learning": False}, user=user)
    ignored = save_shortened(api, user, 1)[0]
    for edit in (waiting, poisoned, ignored):
        progress = unlearn(api, user, edit)
        assert (progress["status"], progress.get("version"), progress.get("reason")) == ("unlearned", None, None)
    before = api.style(user)
    assert learn()["unlearned"] == 0
    from learner_handler import handler

    assert handler({"source": "manual", "retry": "all"}, LambdaContext())["retried"] == 0
    assert api.style(user) == before
    check_profile(running, user)


@pytest.mark.parametrize("edit", ["0" * 24, "nonsense"])
def test_an_edit_that_is_not_there_or_somebody_elses_is_not_found(
    api: Api, learn: Learn, running: Engine, user: str, edit: str
) -> None:
    theirs = save_shortened(api, f"{user}-other", 1)[0]
    learn()
    missing = api("DELETE", f"/api/edits/{edit}", user=user)
    other = api("DELETE", f"/api/edits/{theirs}", user=user)
    assert (missing.status, other.status) == (404, 404)
    assert missing.json | {"requestId": ""} == other.json | {"requestId": ""}
    assert api.progress(f"{user}-other", theirs)["status"] == "learned"


DRAFTS = [
    "We utilize tools — and we delve into them. It is good.",
    "A rather long sentence that goes on, and on, and then on again until nobody knows how it began 🎉.",
    "Is it so? We think that it is. - one\n- two",
]
TEXTS = ["We use tools. It is good!", "Short. Very short. Done.", "- one\n- two\n- three", "Same but different — so."]


@examples(5, long=12)
@given(
    edits=st.lists(
        st.tuples(st.sampled_from(DRAFTS), st.sampled_from(TEXTS), st.booleans(), st.booleans()),
        min_size=1,
        max_size=7,
    ),
    formality=st.integers(1, 10),
    relearn=st.booleans(),
)
def test_the_profile_is_that_of_somebody_who_never_made_the_edits(
    api: Api, learn: Learn, running: Engine, edits: list[tuple[str, str, bool, bool]], formality: int, relearn: bool
) -> None:
    """Each edit: its draft, its text, whether it is taken back later, whether it is learned before the next one."""
    token = secrets.token_hex(6)
    writer, twin = f"writer-{token}", f"twin-{token}"
    taken_back = []
    for number, (draft, text, unlearned, learned_now) in enumerate(edits):
        for person in (writer, twin) if not unlearned else (writer,):
            content = api.draft(person, draft)
            saved = api.save(person, content["id"], text)["learning"]["editId"]
        if unlearned:
            taken_back.append(saved)
        if learned_now:
            learn()
        if number == 0:
            for person in (writer, twin):
                api("PUT", "/api/profile/style", {"tone": {"formality": formality}}, user=person)
    if relearn:
        running.relearning.ask(writer)
    learn()
    for edit in taken_back:
        unlearn(api, writer, edit)
    learn()
    assert shown(api, writer) == shown(api, twin)
    assert api.style(writer)["evolutionScore"] == api.style(twin)["evolutionScore"]
    check_profile(running, writer)
    for person in (writer, twin):
        content = api.draft(person, DRAFTS[0])
        api.save(person, content["id"], TEXTS[0])
    learn()
    assert shown(api, writer) == shown(api, twin)
    check_profile(running, writer)


def meanwhile(running: Engine, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """While the next event is committed by a learner that holds the profile, something `happens`."""
    commit = running.commits.commit
    once = iter([happens])

    def committing(*given: Any, **named: Any) -> Any:
        for work in once:
            work()
        return commit(*given, **named)

    monkeypatch.setattr(running.commits, "commit", committing)


@pytest.mark.parametrize("busy_with", ["unlearning", "relearning"])
def test_what_is_taken_back_while_a_learner_holds_the_profile_is_unlearned_before_it_ends(
    api: Api, learn: Learn, running: Engine, monkeypatch: pytest.MonkeyPatch, user: str, busy_with: str
) -> None:
    first, *others = save_shortened(api, user, 4)
    learn()
    woken: list[int] = []

    def take_back_the_others() -> None:
        for edit in others:
            unlearn(api, user, edit)
            woken.append(learn()["unlearned"])

    if busy_with == "unlearning":
        unlearn(api, user, first)
    else:
        running.relearning.ask(user)
    meanwhile(running, monkeypatch, take_back_the_others)
    learn()
    assert woken == [0, 0, 0], "the profile is held"
    assert [api.progress(user, edit)["status"] for edit in others] == ["unlearned"] * 3
    check_profile(running, user)


STEPS = ["save and learn", "save and learn", "set", "reset", "go back", "unlearn"]


@examples(6, long=15)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), min_size=3, max_size=14))
def test_a_version_that_is_kept_knows_no_unlearned_edit_and_one_that_is_not_knew_one(
    api: Api, learn: Learn, running: Engine, steps: list[tuple[str, int]]
) -> None:
    """`check_profile` says it, by the log that is told up to each version."""
    user, edits = f"user-{secrets.token_hex(6)}", []
    for number, (step, which) in enumerate([*steps, ("unlearn", 0)]):
        listed = api("GET", "/api/profile/versions", user=user).json["items"]
        if step == "save and learn":
            edits += save_shortened(api, user, 1)
            learn()
        elif step == "set":
            api("PUT", "/api/profile/style", {"voiceStrength": number}, user=user)
        elif step == "reset":
            api("POST", "/api/profile/reset", user=user)
        elif step == "go back" and listed:
            target = {"versionId": listed[which % len(listed)]["id"]}
            assert api("POST", "/api/profile/rollback", target, user=user).status == 200
        elif step == "unlearn" and edits:
            unlearn(api, user, edits.pop(which % len(edits)))
            learn()
        if running.profiles.exists(profile_key(user)):
            check_profile(running, user)


def test_a_profile_that_cannot_be_rebuilt_holds_up_nobody_else(
    api: Api, learn: Learn, running: Engine, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    people = [f"{user}-{number}" for number in range(2)]
    edits = {person: save_shortened(api, person, 1)[0] for person in people}
    learn()
    running.database.collection("events").update_many(
        {"profile": profile_key(people[0])}, {"$set": {"learnerVersion": 99}}
    )
    for person in people:
        unlearn(api, person, edits[person])
    assert learn()["unlearned"] == 1
    assert api.progress(people[0], edits[people[0]])["status"] == "unlearning"
    assert api.progress(people[1], edits[people[1]])["status"] == "unlearned"


def test_a_log_that_cannot_be_told_holds_nobody_else_up(api: Api, learn: Learn, running: Engine, user: str) -> None:
    people = [f"{user}-{number}" for number in range(2)]
    edits = {person: save_shortened(api, person, 2) for person in people}
    api("PUT", "/api/profile/style", {"tone": {"humor": 9}}, user=people[0])
    learn()
    bad = {"profile": profile_key(people[0]), "kind": "valuesSet"}
    running.database.collection("events").update_one(bad, {"$set": {"kind": "dreamt"}})
    for person in people:
        unlearn(api, person, edits[person][0])
    late = save_shortened(api, user, 1)[0]
    report = learn()
    assert (report["unlearned"], report["drained"]["done"]) == (1, 1)
    assert api.progress(user, late)["status"] == "learned"
    assert api.progress(people[0], edits[people[0]][0])["status"] == "unlearning"
    running.database.collection("events").update_one(bad | {"kind": "dreamt"}, {"$set": {"kind": "valuesSet"}})
    assert learn()["unlearned"] == 1
    for person in people:
        check_profile(running, person)
