"""Whatever happens in whatever order, and some of it at once: nothing is lost, doubled or read out of date."""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.engine_fixtures import QueueKeys
from tests.faults.invariants import check_profile
from tests.hypothesis_profiles import either
from tests.mongodb_fixtures import Databases
from voice_engine.bootstrap import Engine
from voice_engine.cache import Entry
from voice_engine.contents import Draft
from voice_engine.errors import Erasing, NotFound
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.profiles import cache_key
from voice_engine.queue import LearningJob
from voice_engine.settings import read_settings

TEXTS = st.sampled_from(
    [
        "We utilize tools — and we delve into them. It is good.",
        "We use tools. It is good!",
        "Short. Very short. Done.",
        "A rather long sentence that goes on, and on, and then on again until nobody knows how it began 🎉.",
        "- one\n- two\n- three",
    ]
)
WHO = st.integers(0, 1)


class Life(RuleBasedStateMachine):
    """Two people, one queue, one cache, and everything that may befall them."""

    environment: dict[str, str]
    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        token = secrets.token_hex(6)
        self.prefix = f"bull-{token}"
        self.database_name = self.databases.take()
        own = self.environment | {"MONGODB_DATABASE": self.database_name, "QUEUE_PREFIX": self.prefix}
        own |= {"ERASURE_GRACE_SECONDS": "0.05"}
        self.engine = Engine(read_settings(own))
        self.redis = redis.Redis.from_url(own["REDIS_URL"])
        self.people = [f"user-{token}-{number}" for number in range(2)]
        self.contents: list[list[str]] = [[], []]
        self.jobs: list[LearningJob] = []
        # Version that each person has been answered, and the one lock that makes "answered before read" mean something.
        self.answered: list[tuple[str, int]] = [("", 0), ("", 0)]
        self.lock = threading.Lock()

    # What people do

    @rule(who=WHO, draft=TEXTS, edited=TEXTS)
    def draft_and_save(self, who: int, draft: str, edited: str) -> None:
        try:
            content = self.engine.content_library.register(
                ProfileId(self.people[who]), Draft((draft,), False, "blog", None)
            )
        except Erasing:
            return
        self.contents[who].append(content.id)
        self.save(who, len(self.contents[who]) - 1, edited)

    @rule(who=WHO, which=st.integers(0, 9), text=TEXTS)
    def save(self, who: int, which: int, text: str) -> None:
        known = self.contents[who]
        if not known:
            return
        content_id = known[which % len(known)]
        try:
            saved = self.engine.content_library.save_edits(
                self.people[who], content_id, posts=(text,), thread=False, based_on=None
            )
        except (NotFound, Erasing):
            return  # erased at the same moment
        user = self.people[who]
        self.jobs.append(LearningJob(user, profile_key(user), content_id, saved.edit_id))

    @rule(who=WHO, formality=st.integers(1, 10))
    def set_by_hand(self, who: int, formality: int) -> None:
        try:
            entry = self.engine.profile_desk.change(
                ProfileId(self.people[who]), {"tone.formality": formality}, expected=None
            )
        except Erasing:
            return
        self.note_answer(who, entry)

    @rule(who=WHO)
    def read(self, who: int) -> None:
        with self.lock:
            incarnation, version = self.answered[who]
        entry = self.engine.profile_desk.style(ProfileId(self.people[who]))
        if entry.tag.startswith(f"{incarnation}.") and incarnation:
            assert int(entry.tag.partition(".")[2]) >= version, "a read went back behind an answered write"
        self.note_answer(who, entry)

    @rule(who=WHO)
    def erase(self, who: int) -> None:
        self.engine.eraser.erase_person(self.people[who])
        self.until(lambda: self.is_erased(who))
        with self.lock:
            self.contents[who].clear()
            self.answered[who] = ("", 0)

    @rule(which=st.integers(0, 99))
    def take_back(self, which: int) -> None:
        if not self.jobs:
            return
        job = self.jobs[which % len(self.jobs)]
        with suppress(NotFound, Erasing):
            self.engine.unlearning.ask(job.user_id, job.edit_id)

    # What the service does

    @rule()
    def learn(self) -> None:
        self.engine.learning_run(report=lambda _: None).run(lambda: 30.0)

    # What befalls Redis

    @rule(which=st.integers(0, 99))
    def a_job_comes_twice(self, which: int) -> None:
        if self.jobs:
            self.engine.queue.enqueue(self.jobs[which % len(self.jobs)])

    @rule()
    def jobs_come_in_another_order(self) -> None:
        self.redis.rpoplpush(f"{self.prefix}:learning:wait", f"{self.prefix}:learning:wait")

    @rule()
    def a_job_is_lost(self) -> None:
        if (job := self.redis.rpop(f"{self.prefix}:learning:wait")) is not None:
            self.redis.delete(f"{self.prefix}:learning:{job.decode()}")

    @rule()
    def redis_forgets_everything(self) -> None:
        keys = list(self.redis.scan_iter(f"{self.prefix}:*", count=1000))
        keys += [cache_key(profile_key(user)) for user in self.people]
        self.redis.delete(*keys)

    # Several of these at the same moment

    @rule(
        who=WHO,
        steps=st.lists(
            st.sampled_from(["learn", "learn", "read", "set", "save", "erase", "forget", "take back"]),
            min_size=2,
            max_size=4,
        ),
        text=TEXTS,
    )
    def at_once(self, who: int, steps: list[str], text: str) -> None:
        actions: dict[str, Callable[[], None]] = {
            "learn": self.learn,
            "read": lambda: self.read(who),
            "set": lambda: self.set_by_hand(who, 3),
            "save": lambda: self.draft_and_save(who, "A draft. It is long.", text),
            "erase": lambda: self.erase(who),
            "forget": self.redis_forgets_everything,
            "take back": lambda: self.take_back(len(self.jobs) - 1),
        }
        with ThreadPoolExecutor(len(steps)) as pool:
            for running in [pool.submit(actions[step]) for step in steps]:
                running.result()

    def note_answer(self, who: int, entry: Entry) -> None:
        incarnation, _, version = entry.tag.partition(".")
        with self.lock:
            known, newest = self.answered[who]
            if known == incarnation or not known:
                self.answered[who] = (incarnation, max(newest if known == incarnation else 0, int(version or 0)))

    def teardown(self) -> None:
        try:
            self.settle()
            for user in self.people:
                if self.engine.profiles.find(profile_key(user)) is not None:
                    check_profile(self.engine, user)
        finally:
            self.engine.database.close()
            self.redis.close()
            self.databases.give_back(self.database_name)

    def settle(self) -> None:
        edits = self.engine.edits
        self.until(lambda: not edits.all_pending(1) and not edits.profiles_to_unlearn())

    def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(50):
            # What waits for another attempt, or for the end of somebody else's lease.
            QueueKeys(self.redis, self.prefix).release_delayed()
            self.learn()
            if holds():
                return
        raise AssertionError("the learner does not come to an end")

    def is_erased(self, who: int) -> bool:
        erasure = self.engine.eraser.status(ProfileId(self.people[who]))
        return erasure is not None and erasure.state == "done"


@pytest.mark.draws
def test_any_interleaving_keeps_every_promise(environment: dict[str, str], databases: Databases) -> None:
    machine = type("LifeHere", (Life,), {"environment": environment, "databases": databases})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=either(24, 120),
            stateful_step_count=either(20, 50),
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
