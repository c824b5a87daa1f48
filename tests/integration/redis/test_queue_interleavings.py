"""Any order of adding, claiming, crashing, expiring, acknowledging and retrying loses no job and doubles none."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from tests.hypothesis_profiles import either
from tests.integration.redis.conftest import Clock, Deployment, make_job
from voice_engine.breaker import CircuitBreaker
from voice_engine.ids import new_id
from voice_engine.queue import LearningQueue
from voice_engine.queue_claims import Claim, Claims, QueueScripts

ATTEMPTS = 3
EDITS = [new_id() for _ in range(3)]
LIVE = {"waiting", "active", "delayed"}


@dataclass(frozen=True)
class Owner:
    claim: Claim


class QueueUnderFaults(RuleBasedStateMachine):
    """The model: which edits must have a live job, and whose claim stands."""

    deployment: Deployment
    server: redis.Redis

    owners = Bundle("owners")

    def __init__(self) -> None:
        super().__init__()
        client, prefix = self.deployment.connect(), self.deployment.prefix()
        self.base = f"{prefix}:learning:"
        self.clock = Clock()
        self.queue = LearningQueue(client, prefix=prefix, clock=self.clock, attempts=ATTEMPTS)
        scripts = QueueScripts(client, CircuitBreaker(open_seconds=0), self.base)
        self.claims = Claims(
            scripts, claim_seconds=600, extend_seconds=200, attempts=ATTEMPTS, backoff_seconds=2, clock=self.clock
        )
        self.live: set[str] = set()
        self.failed: set[str] = set()
        self.standing: dict[str, str] = {}
        self.failures: dict[str, int] = dict.fromkeys(EDITS, 0)
        self.expiries: dict[str, int] = dict.fromkeys(EDITS, 0)

    @rule(edit=st.sampled_from(EDITS), seconds=st.sampled_from([0, 0, 3, 60]))
    def enqueue(self, edit: str, seconds: int) -> None:
        at = self.clock.now + timedelta(seconds=seconds) if seconds else None
        added = self.queue.enqueue(make_job(edit), at=at)
        assert added == (edit not in self.live)
        if added:
            self._begins(edit)

    @rule(target=owners)
    def claim(self) -> Owner | None:
        claim = self.claims.take().claim
        if claim is None:
            return None
        assert claim.job_id in self.live
        assert claim.job_id not in self.standing, "claimed twice at a time"
        self.standing[claim.job_id] = claim.token
        return Owner(claim)

    @rule(owner=consumes(owners))
    def complete(self, owner: Owner | None) -> None:
        if owner is None:
            return
        stands = self._stands(owner)
        assert self.claims.complete(owner.claim) == stands
        if stands:
            self._ends(owner.claim.job_id)

    @rule(owner=consumes(owners), seconds=st.sampled_from([-5, 0, 3, 60]))
    def postpone(self, owner: Owner | None, seconds: int) -> None:
        if owner is None:
            return
        stands = self._stands(owner)
        assert self.claims.postpone(owner.claim, self.clock.now + timedelta(seconds=seconds)) == stands
        if stands:
            del self.standing[owner.claim.job_id]
            self.expiries[owner.claim.job_id] = 0

    @rule(owner=consumes(owners))
    def fail(self, owner: Owner | None) -> None:
        if owner is None:
            return
        edit, stands = owner.claim.job_id, self._stands(owner)
        state = self.claims.fail(owner.claim, "RuntimeError")
        if not stands:
            assert state == "lost"
            return
        self.failures[edit] += 1
        assert state == ("failed" if self.failures[edit] == ATTEMPTS else "delayed")
        del self.standing[edit]
        if state == "failed":
            self._ends(edit)
            self.failed.add(edit)

    @rule(edit=st.sampled_from(EDITS))
    def claim_expires(self, edit: str) -> None:
        """Its owner died, or sleeps and will try to acknowledge later."""
        self.server.delete(f"{self.base}{edit}:lock")
        self.standing.pop(edit, None)

    @rule()
    def recover(self) -> None:
        orphans = {edit for edit in self.live if self._state(edit) == "active"} - set(self.standing)
        back = 0
        for edit in orphans:
            self.expiries[edit] += 1
            if self.expiries[edit] == ATTEMPTS:
                self._ends(edit)
                self.failed.add(edit)
            else:
                back += 1
        assert self.queue.recover() == back

    @rule(edit=st.one_of(st.none(), st.sampled_from(EDITS)))
    def retry(self, edit: str | None) -> None:
        chosen = self.failed if edit is None else self.failed & {edit}
        assert self.queue.retry(edit) == len(chosen)
        for again in set(chosen):
            self._begins(again)

    @rule(seconds=st.sampled_from([1, 2, 4, 60]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def every_job_is_in_exactly_one_place(self) -> None:
        places = [
            *self.server.lrange(f"{self.base}wait", 0, -1),
            *self.server.lrange(f"{self.base}active", 0, -1),
            *(
                item
                for name in ("delayed", "completed", "failed")
                for item in self.server.zrange(f"{self.base}{name}", 0, -1)
            ),
        ]
        assert len(places) == len(set(places)), places
        assert {edit for edit in EDITS if self._state(edit) in LIVE} == self.live
        assert self.queue.known(EDITS) == self.live
        assert {edit for edit in EDITS if self._state(edit) == "failed"} == self.failed

    def teardown(self) -> None:
        """Whatever happened: with claims expired and time gone by, every live job can still be handled, once."""
        for edit in EDITS:
            self.claim_expires(edit)
        self.expiries = dict.fromkeys(EDITS, -1)
        for edit in EDITS:
            self.server.hdel(f"{self.base}{edit}", "stc")
        self.queue.recover()
        self.clock.advance(3600)
        handled: list[str] = []
        while (claim := self.claims.take().claim) is not None:
            handled.append(claim.job_id)
            assert self.claims.complete(claim)
        assert sorted(handled) == sorted(self.live)

    def _state(self, edit: str) -> str:
        return self.queue.position(edit).state

    def _stands(self, owner: Owner) -> bool:
        return self.standing.get(owner.claim.job_id) == owner.claim.token

    def _begins(self, edit: str) -> None:
        self.live.add(edit)
        self.failed.discard(edit)
        self.failures[edit] = self.expiries[edit] = 0

    def _ends(self, edit: str) -> None:
        self.live.discard(edit)
        self.standing.pop(edit, None)


@pytest.mark.draws
def test_no_interleaving_loses_a_job_or_runs_it_twice_at_a_time(deployment: Deployment, server: redis.Redis) -> None:
    machine = type("Machine", (QueueUnderFaults,), {"deployment": deployment, "server": server})
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=either(20, 60), stateful_step_count=30, suppress_health_check=list(HealthCheck)),
    )
