"""A learner in a process that is killed at one of the commands that it sends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future

import pymongo
from redis import Redis

from tests.engine_fixtures import QueueKeys
from tests.faults.proxy import Moment, Proxy, Stop
from tests.hypothesis_profiles import either
from tests.template import ROOT
from voice_engine.bootstrap import Engine
from voice_engine.profile_key import ProfileId

# The kills of `make test-long` are spread over so many tests, so that they can run side by side.
SHARDS = either(1, 4)


def kill_points(
    commands: list[str], moments: Sequence[Moment], shard: int, *, shards: int = SHARDS
) -> list[tuple[int, Moment]]:
    """Where to kill a process that sends these commands: `make test` once at each kind of command and at every commit,
    `make test-long` at all of them."""
    numbered = list(enumerate(commands, start=1))
    first = {name: number for number, name in reversed(numbered)}
    chosen = {*first.values(), *(number for number, name in numbered if name == "commitTransaction")}
    reached = either(sorted(chosen), [number for number, _ in numbered])
    stops: list[tuple[int, Moment]] = [(number, moment) for number in reached for moment in moments]
    # After a command is before the next one, but for the last.
    stops += [] if "after" in moments else [(len(commands), "after")]
    return stops[shard::shards]


class LearnerProcess:
    """Runs the learner through `proxy` in a process that the proxy can kill."""

    def __init__(self) -> None:
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.learner_process"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, environment: dict[str, str], proxy: Proxy, stop: tuple[int, Moment] | None) -> int:
        """The wait status of one run of the learner; the signal that killed it, 0 for a run that ended well."""
        assert self._zygote.stdin
        assert self._zygote.stdout
        # The child may reach the command at which it is to die before its id has been read here.
        pid: Future[int] = Future()
        proxy.stop = Stop(*stop, kill=lambda: os.kill(pid.result(), signal.SIGKILL)) if stop else None
        self._zygote.stdin.write(json.dumps(environment) + "\n")
        self._zygote.stdin.flush()
        pid.set_result(self._read_number())
        return self._read_number()

    def _read_number(self) -> int:
        # A log line of the learner goes to the same stream.
        assert self._zygote.stdout
        while not (line := self._zygote.stdout.readline()).strip().isdigit():
            assert line, "the learner process is gone"
        return int(line)

    def end(self) -> None:
        with self._zygote:
            self._zygote.kill()


def through(proxy: Proxy, environment: dict[str, str]) -> dict[str, str]:
    return environment | {
        "REDIS_URL": f"redis://127.0.0.1:{proxy.redis_port}/0",
        "MONGODB_URI": f"mongodb://127.0.0.1:{proxy.mongodb_port}/?directConnection=true",
    }


def end_abandoned_transactions(mongodb_uri: str) -> None:
    """What MongoDB does by itself when a transaction has been idle for 60 s: nobody waits for that here."""
    with pymongo.MongoClient(mongodb_uri) as client:
        client.admin.command("killAllSessions", [])


def end_claims_and_leases(engine: Engine, environment: dict[str, str], *profiles: ProfileId) -> None:
    """What Redis does by itself some time after a learner died, and the pauses before a second try: nobody waits for
    that here."""
    for profile in profiles:
        engine.leases.drop(profile.key)
    with Redis.from_url(environment["REDIS_URL"]) as redis:
        queue = QueueKeys(redis, environment["QUEUE_PREFIX"])
        queue.end_claims()
        queue.release_delayed()
