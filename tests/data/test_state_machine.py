"""Every order of what API, workers and sweepers do to a job, against a model of it."""

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import booleans, integers, sampled_from
from sqlalchemy import text
from tests.support.jobs import commit_results, make_job, pass_time, results_of

from cricksy.data.engine import Database, connect
from cricksy.data.leases import (
    MAX_ATTEMPTS,
    AlreadyFinal,
    Claim,
    Held,
    Lease,
    LeaseLost,
    claim,
    fail,
    record_progress,
    release,
    renew,
)
from cricksy.data.outbox import mark_sent
from cricksy.data.sweeps import expire_upload, give_up_spent, record_resend, reserve_resend
from cricksy.vocabulary import JobStatus, Stage

# Not sums of the times that pass, which the test's own time would blur.
LEASE_SECONDS = 600
IDLE_SECONDS = 3_625
UPLOAD_SECONDS = 7_225
RESERVATION_SECONDS = 100
A_LONG_TIME = 10_000
"""Longer than each of them."""

T = TypeVar("T")


@dataclass
class Expected:
    """What a job must look like."""

    idle_since: int
    """On the model's clock; the end of the lease where there is one."""
    status: JobStatus = JobStatus.QUEUED
    final: bool = False
    attempts: int = 0
    token: UUID | None = None
    results: bytes | None = None

    def wait(self, now: int) -> None:
        self.token, self.idle_since = None, now

    def end(self, status: JobStatus) -> None:
        self.status, self.final, self.token = status, True, None


@dataclass(frozen=True)
class Work:
    """A worker's belief that the job is its own, which may be wrong by now."""

    lease: Lease
    results: bytes


belief = sampled_from([0, 0, 0, 1, 2])
"""Which work a rule goes on with, counted from the newest: most often the one that holds the lease, if any does."""


class JobLife(RuleBasedStateMachine):
    def __init__(self, database_url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database: Database = connect(database_url, application="tests")
        self.now = 0
        self.job = Expected(self.now)
        self.job_id = self.run(self._begin())
        # Nobody holds it under this token: a worker that believes so must be refused like any other.
        self.works = [Work(Lease(self.job_id, self.job_id), b'"never"')]

    async def _begin(self) -> UUID:
        async with self.database.begin() as transaction:
            # The job of the machine before this one.
            await transaction.execute(text("DELETE FROM sessions"))
        return await make_job(self.database)

    def teardown(self) -> None:
        self.run(self.database.dispose())
        self.runner.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    @rule()
    def complete(self) -> None:
        was_queued = self.job.status is JobStatus.QUEUED
        assert self.run(mark_sent(self.database, self.job_id, "sent")) == was_queued
        if was_queued:
            self.job.status = JobStatus.PROCESSING
            self.job.wait(self.now)

    @rule(workers=integers(1, 3))
    def receive(self, workers: int) -> None:
        """So many workers receive a message of the job at once; it may have outrun the commit of complete."""
        outcomes = self.run(self._claim(workers))
        claims = [outcome for outcome in outcomes if isinstance(outcome, Claim)]
        held = [outcome for outcome in outcomes if isinstance(outcome, Held)]
        if not self.job.final and self.job.attempts == MAX_ATTEMPTS and not self.is_held():
            self.job.end(JobStatus.FAILED)
        if self.job.final:
            assert outcomes == [AlreadyFinal(self.job.status)] * workers
        elif self.is_held():
            assert len(held) == workers
        else:
            assert (len(claims), len(held)) == (1, workers - 1)
            self._take(claims[0])

    def _take(self, claimed: Claim) -> None:
        self.job.status, self.job.attempts = JobStatus.PROCESSING, self.job.attempts + 1
        self.job.token, self.job.idle_since = claimed.lease.token, self.now + LEASE_SECONDS
        assert claimed.attempts == self.job.attempts
        self.works.append(Work(claimed.lease, f'"{claimed.lease.token}"'.encode()))

    async def _claim(self, workers: int) -> list[Any]:
        return await asyncio.gather(
            *(claim(self.database, Lease(self.job_id), "m", LEASE_SECONDS) for _ in range(workers))
        )

    def is_held(self) -> bool:
        return self.job.token is not None and self.job.idle_since > self.now

    @contextmanager
    def write(self, nth: int) -> Generator[tuple[Work, Expected]]:
        """A write that the database must refuse unless the lease is the job's own and alive."""
        work = self.works[-1 - min(nth, len(self.works) - 1)]
        if self.is_held() and self.job.token == work.lease.token:
            yield work, self.job
        else:
            with pytest.raises(LeaseLost):
                # What is expected of a refused write is thrown away.
                yield work, Expected(self.now)

    @rule(nth=belief)
    def beat(self, nth: int) -> None:
        with self.write(nth) as (work, job):
            self.run(renew(self.database, work.lease, LEASE_SECONDS))
            job.idle_since = self.now + LEASE_SECONDS

    @rule(nth=belief, progress=integers(0, 99))
    def progress(self, nth: int, progress: int) -> None:
        with self.write(nth) as (work, _):
            self.run(record_progress(self.database, work.lease, Stage.EXTRACTING_POSE, progress))

    @rule(nth=belief)
    def commit(self, nth: int) -> None:
        with self.write(nth) as (work, job):
            self.run(commit_results(self.database, work.lease, work.results, b"packed"))
            job.end(JobStatus.COMPLETED)
            job.results = work.results

    @rule(nth=belief, permanent=sampled_from([True, False, False, False]), spend=booleans())
    def fail(self, nth: int, *, permanent: bool, spend: bool) -> None:
        with self.write(nth) as (work, job):
            is_final = self.run(
                fail(self.database, work.lease, code="x", message="y", final=permanent, spend_attempt=spend)
            )
            job.attempts -= not spend
            assert is_final == (permanent or job.attempts == MAX_ATTEMPTS)
            job.status, job.final = JobStatus.FAILED, is_final
            job.wait(self.now)

    @rule(nth=belief)
    def hand_back(self, nth: int) -> None:
        with self.write(nth) as (work, job):
            self.run(release(self.database, work.lease))
            job.attempts -= 1
            job.wait(self.now)

    @rule(seconds=sampled_from([250, 650, A_LONG_TIME]))
    def nothing_happens(self, seconds: int) -> None:
        self.run(pass_time(self.database, seconds))
        self.now += seconds

    @rule(sweepers=integers(1, 3))
    def sweep(self, sweepers: int) -> None:
        sent = self.run(self._sweep(sweepers))
        idle = self.now - self.job.idle_since
        if self.job.final:
            assert sent == 0
        elif self.job.status is JobStatus.QUEUED:
            if idle > UPLOAD_SECONDS:
                self.job.end(JobStatus.FAILED)
        elif self.job.attempts == MAX_ATTEMPTS and not self.is_held():
            self.job.end(JobStatus.FAILED)
        elif idle > IDLE_SECONDS:
            assert sent == 1
            self.job.wait(self.now)
        else:
            assert sent == 0

    async def _sweep(self, sweepers: int) -> int:
        """How many messages so many sweepers at once sent."""
        return sum(await asyncio.gather(*(self._sweep_once() for _ in range(sweepers))))

    async def _sweep_once(self) -> int:
        await give_up_spent(self.database)
        await expire_upload(self.database, UPLOAD_SECONDS)
        if await reserve_resend(self.database, IDLE_SECONDS, RESERVATION_SECONDS) is None:
            return 0
        await record_resend(self.database, self.job_id, "sent again")
        return 1

    @rule(claims_first=booleans())
    def a_slow_sweeper_records(self, *, claims_first: bool) -> None:
        """Its message was received, or not, before it comes to say that it sent one."""
        if claims_first:
            self.receive(1)
        recorded = self.run(record_resend(self.database, self.job_id, "sent again"))
        assert recorded == (self.job.status is not JobStatus.QUEUED and not self.job.final and not self.is_held())
        if recorded:
            self.job.wait(self.now)

    @rule(sweeper_dies=booleans())
    def a_long_time_and_a_sweep(self, *, sweeper_dies: bool) -> None:
        """Whatever state the job was in, afterwards it is final, or it waits for a message that was just sent."""
        self.nothing_happens(A_LONG_TIME)
        if sweeper_dies:
            self.run(reserve_resend(self.database, IDLE_SECONDS, RESERVATION_SECONDS))
            self.nothing_happens(RESERVATION_SECONDS + 50)
        self.sweep(1)
        assert self.job.final or (self.job.idle_since == self.now and self.job.attempts < MAX_ATTEMPTS)

    @invariant()
    def the_row_is_what_is_expected(self) -> None:
        job = self.job
        expected = (job.status, job.final, job.attempts, job.token, self.is_held(), job.results)
        assert self.run(self._row()) == expected

    async def _row(self) -> tuple[Any, ...]:
        columns = "status, final, attempts, lease_token, coalesce(lease_expires_at > now(), false)"
        async with self.database.connect() as connection:
            row = await connection.execute(text(f"SELECT {columns} FROM jobs WHERE id = :id"), {"id": self.job_id})
            of_the_row = tuple(row.one())
        found = await results_of(self.database, self.job_id)
        return (*of_the_row, found and found[1])


def test_every_order_of_events_keeps_the_promises(database_url: str) -> None:
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] - the library gives it no types
        lambda: JobLife(database_url),  # pyright: ignore[reportArgumentType] - it takes whatever makes one
        settings=settings(max_examples=30, stateful_step_count=20),
    )
