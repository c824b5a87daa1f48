"""Two people, whatever their tokens call them: neither reads, guesses, changes or names what is the other's."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from redis import Redis

from tests.engine_fixtures import Answer, Api
from tests.hypothesis_profiles import either
from tests.marks import Marks
from tests.traffic import EVERYBODYS, USES, NamedThings, Things, Use
from tests.valkey_fixtures import StartValkey
from voice_engine.bootstrap import Engine
from voice_engine.ids import is_id, new_id
from voice_engine.store.schema import migrate

type Learn = Callable[[], dict[str, Any]]
ID = re.compile(r"[0-9a-f]{24}")

type Documents = dict[tuple[str, Any], Any]

# Keys that are nobody's: counters, the queue's sets, the wake, the presets.
_SHARED = {"cache:hits", "cache:misses", "learner:wake", "archetypes:list", "{archetypes:list}:fill"}

# These need no voice that is there: the values of an archetype come with the request unless it is made of a profile,
# and of an erasure a person asks when the voice is gone.
_WITHOUT_A_VOICE = {("POST", "/api/profile/archetypes"), ("GET", "/api/erasure")}

_LAST = "the last key of all"

PAIRS = {
    # Another's voice is written so in keys.
    "a voice's key": ("ada", "ada:VOICE"),
    "a voice's key, encoded": ("ada", "ada%3AVOICE"),
    "a colon that is encoded": ("ada:mail", "ada%3Amail"),
    "a slash that is encoded": ("auth0|1/2", "auth0|1%2F2"),
    "a prefix": ("auth0|1", "auth0|10"),
    "a folder above": ("..", "../ada"),
    "braces": ("{ada}", "ada"),
    "a byte of zero": ("ada", "ada\0"),
    "an operator of MongoDB": ("$ne", "ada"),
    "a pattern of Redis": ("ada*", "ada?"),
    "case": ("ada", "Ada"),
    "white space": ("ada", " ada"),
    "another normal form": ("zoe\u0308", "zo\u00eb"),
    "emoji": ("\U0001f469\u200d\U0001f467", "\U0001f469"),
    "right to left": ("\u202eada", "ada\u202e"),
    "the longest": ("x" * 255, "x" * 254),
}

# From pieces that mean something to a key, a path or a query; and from anything at all.
PIECES = st.lists(
    st.sampled_from(["ada", ":", "/", "%", "%3A", "%25", "..", "{", "}", "|", "mail", "\0", "é", "*", " "])
)
SUBJECTS = PIECES.map("".join) | st.text(st.characters(exclude_categories=("Cs",)))


@dataclass
class Person:
    """Somebody who uses the service. `told` is all that they were answered."""

    api: Api
    user_id: str
    words: Marks = field(default_factory=Marks)
    things: dict[str, str] = field(default_factory=lambda: dict(EVERYBODYS))
    things_of_voice: dict[str, str] = field(default_factory=dict)
    told: list[Answer] = field(default_factory=list)

    def ask(self, use: Use, things: Things, *, key: str | None = None, **query: str) -> Answer:
        target, body = use.request(self.words, things, **query)
        headers = {"authorization": f"Bearer {self.api.issuer.token(self.user_id, scope=use.scope)}"}
        if key is not None:
            headers["idempotency-key"] = key
        answer = self.api(use.method, target, body, headers=headers)
        self.told.append(answer)
        return answer

    def use_all(self, learn: Learn) -> None:
        """Use every route that ends nothing, and those of a voice for another voice, too.

        Both people use the same Idempotency-Keys.
        """
        lasting = [use for use in USES if not use.ends]
        self._use(lasting, self.things, learn)
        self.things_of_voice |= self.things | EVERYBODYS
        voice = self.things["voice"]
        self._use([use for use in lasting if use.takes_voice], self.things_of_voice, learn, voice=voice)
        learn()

    def end_all(self, learn: Learn) -> None:
        self._use([use for use in USES if use.ends], self.things, learn)
        learn()

    def _use(self, uses: Iterable[Use], things: dict[str, str], learn: Learn, **query: str) -> None:
        for use in uses:
            if use.after_learning:
                learn()
            key = f"{use.path}?{len(query)}" if use.method == "POST" else None
            answer = self.ask(use, things, key=key, **query)
            assert answer.status == use.status, (use.route, query, answer.text)
            things |= use.made(answer.json) if use.makes else {}


@pytest.fixture
def environment(environment: dict[str, str], start_valkey: StartValkey) -> dict[str, str]:
    """With a Valkey of this test's own."""
    return environment | {"REDIS_URL": start_valkey().url}


@pytest.fixture
def redis(environment: dict[str, str]) -> Iterator[Redis]:
    """Tells of every key that is touched."""
    with Redis.from_url(environment["REDIS_URL"]) as redis:
        redis.config_set("notify-keyspace-events", "KA")
        yield redis


@dataclass(frozen=True)
class Stores:
    """What lies in MongoDB and in Redis."""

    engine: Engine
    redis: Redis
    prefix: str

    def empty(self) -> None:
        for name in self._collections():
            self.engine.database.collection(name).delete_many({})
        self.redis.flushdb()
        migrate(self.engine.database)

    def documents(self) -> Documents:
        return {
            (name, document["_id"]): document
            for name in self._collections()
            for document in self.engine.database.collection(name).find()
        }

    def keys_touched_by(self, work: Callable[[], None]) -> set[str]:
        """The keys that `work` wrote or deleted, but for those that are nobody's."""
        with self.redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            pubsub.psubscribe("__keyspace@0__:*")
            work()
            self.redis.set(_LAST, "")
            messages = (message["channel"].decode().partition(":")[2] for message in pubsub.listen())
            return {key for key in takewhile(lambda key: key != _LAST, messages) if not self._is_nobodys(key)}

    def _is_nobodys(self, key: str) -> bool:
        queue = f"{self.prefix}:learning:"
        return key in _SHARED or (key.startswith(queue) and not is_id(key.removeprefix(queue)[:24]))

    def _collections(self) -> list[str]:
        return self.engine.database.collection("edits").database.list_collection_names()


@pytest.fixture
def stores(redis: Redis, running: Engine, environment: dict[str, str]) -> Stores:
    return Stores(running, redis, environment["QUEUE_PREFIX"])


def never_existed(things: Things) -> dict[str, str]:
    """As `things`, but for names that are nobody's."""

    def another(name: str) -> str:
        return ID.sub(lambda _: new_id(), name) if ID.search(name) else f"x{secrets.token_hex(8)}"

    return {kind: another(name) for kind, name in things.items()} | EVERYBODYS


def without_request_id(answer: Answer) -> tuple[int, Any]:
    body = answer.json
    body.pop("requestId", None)
    return answer.status, body


def check_that_ids_of_another_do_not_exist(asking: Person, other: Person) -> None:
    """`asking` is told of each thing of `other` what is told of one that never existed."""
    for use in USES:
        named = NamedThings(other.things)
        use.request(asking.words, named)
        if named.named - EVERYBODYS.keys():
            answer = asking.ask(use, other.things)
            assert answer.status == 404, (use.route, answer.text)
            nobodys = asking.ask(use, never_existed(other.things))
            assert without_request_id(answer) == without_request_id(nobodys), use.route


def check_that_voices_of_another_do_not_exist(asking: Person, other: Person) -> None:
    for use in USES:
        if use.takes_voice and use.route not in _WITHOUT_A_VOICE:
            answer = asking.ask(use, asking.things, voice=other.things["voice"])
            assert answer.status == 404, (use.route, answer.text)
            nobodys = asking.ask(use, asking.things, voice=never_existed(other.things)["voice"])
            assert without_request_id(answer) == without_request_id(nobodys), use.route


def check_apart(api: Api, learn: Learn, stores: Stores, one: str, another: str) -> None:
    stores.empty()
    nobodys = stores.documents()
    ada = Person(api, one)
    keys_of_ada = stores.keys_touched_by(lambda: ada.use_all(learn))
    bob = Person(api, another.replace("VOICE", ada.things["voice"]))
    owned = {place: document for place, document in stores.documents().items() if place not in nobodys}
    assert keys_of_ada
    assert owned

    check_that_ids_of_another_do_not_exist(bob, ada)
    keys_of_bob = stores.keys_touched_by(lambda: bob.use_all(learn))
    check_that_voices_of_another_do_not_exist(bob, ada)
    keys_of_bob |= stores.keys_touched_by(lambda: bob.end_all(learn))
    told = "\n".join(answer.text for answer in bob.told)
    assert not set(ada.words.found_in(told)) - ({"voice"} if "VOICE" in another else set())
    ids = {kind: ID.search(name) for kind, name in (ada.things | ada.things_of_voice).items()}
    assert not [kind for kind, id_ in ids.items() if id_ and id_[0] in told]
    assert not keys_of_ada & keys_of_bob

    now = stores.documents()
    assert {place: now.get(place) for place in owned} == owned, "changed by somebody else"
    for use in USES:
        if use.method == "GET" and not use.scope:
            answer = ada.ask(use, ada.things)
            assert answer.status == use.status
            assert not bob.words.found_in(answer.text)
    check_that_ids_of_another_do_not_exist(ada, bob)


def test_two_people_whose_names_look_alike_are_apart(
    api: Api, learn: Learn, stores: Stores, subtests: pytest.Subtests
) -> None:
    for likeness, pair in PAIRS.items():
        with subtests.test(likeness):
            check_apart(api, learn, stores, *pair)


# Each example uses every route: to look for a smaller one that fails takes minutes, and tells no more.
@pytest.mark.draws
@settings(
    max_examples=either(1, 5),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(SUBJECTS, SUBJECTS)
def test_any_two_people_are_apart(api: Api, learn: Learn, stores: Stores, one: str, another: str) -> None:
    assume(one != another)
    assume(all(1 <= len(subject.encode()) <= 255 for subject in (one, another)))
    check_apart(api, learn, stores, one, another)
