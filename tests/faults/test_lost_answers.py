"""A server does what it is asked and the answer is lost on the way: nothing is done twice, and nobody gets a 500."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import pytest

from tests.engine_fixtures import Answer, Api, QueueKeys
from tests.faults.invariants import check_profile
from tests.faults.killed_learner import kill_points, through
from tests.faults.proxy import Proxy, Stop
from voice_engine.bootstrap import Engine, engine
from voice_engine.contents import Draft
from voice_engine.errors import Unavailable
from voice_engine.lease import lease_key
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.redis_connection import RedisUnavailable

# More commands than any action here sends, with its retries.
MOST_COMMANDS = 80

type Choice = Callable[[list[str]], Iterable[int]]
type Losing = Callable[..., None]


def every(commands: list[str]) -> Iterable[int]:
    return range(1, len(commands) + 1)


def kinds(commands: list[str]) -> Iterable[int]:
    """One of each kind in `make test`, every one in `make test-long`."""
    return [number for number, _ in kill_points(commands, ["after"], 0, shards=1)]


@pytest.fixture
def losing(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], api: Api, user: str
) -> Losing:
    """Has somebody else act for each command that the action sends, with the answer to this one lost; then checks."""
    ports = [urlsplit(environment[name].split("?")[0]).port or 0 for name in ("REDIS_URL", "MONGODB_URI")]

    def run(act: Callable[[str], None], check: Callable[[str], None], which: Choice = every) -> None:
        def lose(number: int) -> list[str]:
            proxy = Proxy(*ports)
            with_environment(through(proxy, environment))
            somebody = f"{user}-{number}"
            proxy.stop = Stop(number, "after", kill=lambda: None)
            act(somebody)
            proxy.close()
            with_environment(environment)
            check(somebody)
            return proxy.commands

        commands = lose(MOST_COMMANDS)
        assert 1 < len(commands) < MOST_COMMANDS, "the action sends more and more commands"
        for number in which(commands):
            lose(number)

    return run


def answered(answer: Answer, status: int) -> bool:
    """True when it was done; the only other answer is that nobody knows."""
    assert answer.status in (status, 503), answer.text
    return answer.status == status


def test_a_draft_is_registered_once(api: Api, losing: Losing) -> None:
    known: dict[str, bool] = {}

    def act(user: str) -> None:
        answer = api("POST", "/api/content", {"text": "A draft.", "platform": "blog"}, user=user)
        known[user] = answered(answer, 201)

    def check(user: str) -> None:
        items = api("GET", "/api/content", user=user).json["items"]
        assert len(items) == 1 if known[user] else len(items) <= 1

    losing(act, check)


def test_a_draft_is_registered_once_however_often_it_is_tried_under_one_key(api: Api, losing: Losing) -> None:
    def register(user: str) -> Answer:
        body = {"text": "A draft.", "platform": "blog"}
        return api("POST", "/api/content", body, user=user, headers={"idempotency-key": "one-draft"})

    told: dict[str, str] = {}

    def act(user: str) -> None:
        answer = register(user)
        if answered(answer, 201):
            told[user] = answer.text

    def check(user: str) -> None:
        again = register(user)
        assert again.status == 201
        assert again.text == told.get(user, again.text)
        (item,) = api("GET", "/api/content", user=user).json["items"]
        assert item["id"] == again.json["id"]

    losing(act, check)


def test_a_save_is_stored_once(api: Api, losing: Losing, running: Engine) -> None:
    known: dict[str, bool] = {}

    def act(user: str) -> None:
        # Registered by the side door, so that the answers that are lost are those to the save.
        content = running.content_library.register(ProfileId(user), Draft(("A draft.",), False, "blog", None))
        answer = api("POST", f"/api/content/{content.id}/save-edits", {"editedText": "Mine."}, user=user)
        known[user] = answered(answer, 200)

    def check(user: str) -> None:
        edits = list(running.database.collection("edits").find({"userId": user}))
        assert len(edits) == 1 if known[user] else len(edits) <= 1
        (item,) = api("GET", "/api/content", user=user).json["items"]
        assert (item["rev"], item["excerpt"]) == ((1, "Mine.") if edits else (0, "A draft."))

    losing(act, check)


def test_a_value_is_set_once_and_read_back(api: Api, losing: Losing, running: Engine) -> None:
    known: dict[str, bool] = {}

    def act(user: str) -> None:
        known[user] = answered(api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user), 200)

    def check(user: str) -> None:
        if running.profiles.find(profile_key(user)) is None:
            assert not known[user]
            return
        assert api.style(user)["profile"]["voiceType"] == "playful"
        assert api.style(user)["version"] == 1
        running.learning_run(report=lambda _: None).run(lambda: 30.0)
        check_profile(running, user)

    losing(act, check)


@pytest.mark.draws
def test_edits_are_learned_once_and_none_is_blamed(losing: Losing, running: Engine, queue_keys: QueueKeys) -> None:
    def act(user: str) -> None:
        content = running.content_library.register(
            ProfileId(user), Draft(("It is long. It is very long.",), False, "blog", None)
        )
        for text in ("It is short.", "Short."):
            running.content_library.save_edits(user, content.id, posts=(text,), thread=False, based_on=None)
        try:
            engine().learning_run(report=lambda _: None).run(lambda: 30.0)
        except (RedisUnavailable, Unavailable):
            return  # what it left undone is done below

    def check(user: str) -> None:
        # A claim, a lease and a pause before the next attempt end by themselves: nobody waits for that here.
        queue_keys.lose_everything()
        queue_keys.redis.delete(lease_key(profile_key(user)))
        running.learning_run(report=lambda _: None).run(lambda: 30.0)
        check_profile(running, user)
        edits = running.database.collection("edits").find({"userId": user})
        assert {edit["status"] for edit in edits} == {"learned"}

    losing(act, check, kinds)
