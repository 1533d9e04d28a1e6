"""Artifacts and their objects in every order of events: after a sweep no object without a row, no row without one."""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import booleans, sampled_from
from sqlalchemy import text
from tests.support.jobs import OWNER, artifacts_of, commit_results, make_job, pass_time, put_made
from tests.support.stored import stored

from cricksy.aws.errors import StorageError
from cricksy.data import leases
from cricksy.data.artifacts import ArtifactGone, Stored
from cricksy.data.deletions import Deletion, delete_job
from cricksy.data.engine import Database, connect
from cricksy.data.leases import Claim, Lease, LeaseLost, Made, claim
from cricksy.data.revisions import Scored, read_scored, replace_results
from cricksy.results.summary import summarise
from cricksy.vocabulary import ArtifactKind, ArtifactStore

ORDERS = int(os.environ.get("ORDERS", "30"))
# A large run takes as long as it takes.
pytestmark = pytest.mark.timeout(0 if "ORDERS" in os.environ else 600)
T = TypeVar("T")


class Died(Exception):  # noqa: N818 - what happens to a worker
    """The process ended here."""


class Bucket:
    """Objects in memory. A test may take it away, or let the next writer die before the object or after it."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.is_away = False
        self.dies: str | None = None

    async def put(self, key: str, body: bytes) -> None:
        dies, self.dies = self.dies, None
        if dies == "before":
            raise Died
        if self.is_away:
            raise StorageError("no answer")
        self.objects[key] = body
        if dies == "after":
            raise Died

    async def get(self, key: str) -> bytes:
        return self.objects[key]

    async def delete(self, key: str) -> None:
        if self.is_away:
            raise StorageError("no answer")
        self.objects.pop(key, None)


class Life(RuleBasedStateMachine):
    """One job at a time, its attempts, its corrections and its end, with everything in S3."""

    def __init__(self, database_url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = self.run(_connect(database_url))
        self.bucket = Bucket()
        in_s3 = {"results": ArtifactStore.S3, "landmarks": ArtifactStore.S3}
        self.artifacts = artifacts_of(self.database, self.bucket, **in_s3)
        self.job_id: UUID
        self.lease: Lease | None = None
        self.made: tuple[Lease, Made] | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.sweep()
        self.run(self.database.dispose())
        self.runner.close()

    @initialize()
    def begin(self) -> None:
        self.run(self._empty())
        self.make()

    @rule()
    def make(self) -> None:
        self.job_id = self.run(make_job(self.database))
        self.lease = self.made = None

    @rule()
    def take(self) -> None:
        taken = self.run(claim(self.database, Lease(self.job_id), "m", 60))
        if isinstance(taken, Claim):
            self.lease = taken.lease

    @rule()
    def lose_the_lease(self) -> None:
        self.run(pass_time(self.database, 61))

    @rule(dies=sampled_from([None, None, None, "before", "after"]))
    def put(self, dies: str | None) -> None:
        if self.lease is None:
            return
        self.bucket.dies = dies
        try:
            made = self.run(put_made(self.artifacts, self.job_id, b"{}", b"packed", f"d/{self.job_id}/v.mp4"))
        except (Died, StorageError):
            return
        self.made = self.lease, made

    @rule()
    def commit(self) -> None:
        if self.made is not None:
            with suppress(LeaseLost, ArtifactGone):
                self.run(leases.commit_results(self.database, *self.made))

    @rule(overtaken=booleans())
    def correct(self, *, overtaken: bool) -> None:
        scored = self.run(read_scored(self.database, OWNER, self.job_id))
        if not isinstance(scored, Scored):
            return
        try:
            results = self.run(self.artifacts.put(self.job_id, "d/v.mp4", ArtifactKind.RESULTS, b'{"corrected": 1}'))
        except StorageError:
            return
        revision = scored.revision + overtaken
        replaced = self.run(replace_results(self.database, OWNER, self.job_id, revision, results, None, None))
        assert (replaced is None) is overtaken

    @rule(away=booleans())
    def take_the_bucket_away(self, *, away: bool) -> None:
        self.bucket.is_away = away

    @rule()
    def delete(self) -> None:
        if isinstance(self.run(delete_job(self.database, OWNER, self.job_id)), Deletion):
            self.made = None
            self.make()

    @rule()
    def sweep(self) -> None:
        """As sweepers do once nothing goes on any more, with the bucket back."""
        self.bucket.is_away = False
        self.run(self._sweep())
        kept, referred_to, keys = self.run(self._rows())
        assert kept == referred_to
        assert keys == set(self.bucket.objects)

    @invariant()
    def what_is_referred_to_is_there(self) -> None:
        kept, referred_to, _ = self.run(self._rows())
        assert referred_to <= kept
        assert set(self.run(self._keys("kept"))) <= set(self.bucket.objects)

    async def _empty(self) -> None:
        """Without the jobs of the machine before this one."""
        async with self.database.begin() as transaction:
            await transaction.execute(text("DELETE FROM sessions"))
            await transaction.execute(text("DELETE FROM deleted_objects"))

    async def _sweep(self) -> None:
        # The age of what an attempt may still keep is tested beside the worker.
        while await self.artifacts.collect_orphan(-1):
            pass
        async with self.database.begin() as transaction:
            buried = await transaction.execute(text("DELETE FROM deleted_objects RETURNING key"))
            for key in buried.scalars().all():
                await self.bucket.delete(key)

    async def _keys(self, which: str) -> list[str]:
        async with self.database.connect() as connection:
            found = await connection.execute(text(f"SELECT s3_key FROM artifacts WHERE {which}"))
            return list(found.scalars())

    async def _rows(self) -> tuple[set[UUID], set[UUID], set[str]]:
        """Ids that are kept, ids that a job or a revision refers to, and the keys of all rows."""
        refer = """
            SELECT results_id FROM jobs UNION SELECT landmarks_id FROM jobs UNION SELECT stills_id FROM jobs
            UNION SELECT results_id FROM revisions
        """
        async with self.database.connect() as connection:
            kept = set((await connection.execute(text("SELECT id FROM artifacts WHERE kept"))).scalars())
            referred_to = set((await connection.execute(text(refer))).scalars()) - {None}
        return kept, referred_to, set(await self._keys("true"))


async def _connect(database_url: str) -> Database:
    return connect(database_url, application="tests")


def test_every_order_of_events_leaves_no_object_without_a_row(database_url: str) -> None:
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] - the library gives it no types
        lambda: Life(database_url),  # pyright: ignore[reportArgumentType] - it takes whatever makes one
        settings=settings(max_examples=ORDERS, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow]),
    )


async def test_a_sweep_and_a_commit_at_once_agree(database: Database) -> None:
    bucket = Bucket()
    artifacts = artifacts_of(database, bucket, results=ArtifactStore.S3, landmarks=ArtifactStore.S3)
    for _ in range(10):
        job_id = await make_job(database)
        taken = await claim(database, Lease(job_id), "m", 60)
        assert isinstance(taken, Claim)
        made = await put_made(artifacts, job_id, b"{}", b"packed", f"d/{job_id}/v.mp4")
        committed, *_ = await asyncio.gather(
            leases.commit_results(database, taken.lease, made),
            artifacts.collect_orphan(-1),
            artifacts.collect_orphan(-1),
            return_exceptions=True,
        )
        assert committed is None or isinstance(committed, ArtifactGone)
        scored = artifacts.get_plain(made.results)
        if committed is None:
            # Both are there, or the transaction was rolled back with the job still its holder's.
            assert await scored == b"{}"
            assert await artifacts.get_plain(made.landmarks) == b"packed"
        else:
            scored.close()


async def test_another_jobs_artifacts_are_not_kept(database: Database) -> None:
    artifacts = artifacts_of(database)
    mine, other = await make_job(database), await make_job(database)
    taken = await claim(database, Lease(mine), "m", 60)
    assert isinstance(taken, Claim)
    made = await put_made(artifacts, mine, b"{}", b"packed")
    theirs: Stored = await artifacts.put(other, "d/v.mp4", ArtifactKind.RESULTS, b"{}")
    with pytest.raises(ArtifactGone):
        await leases.commit_results(database, taken.lease, msgspec.structs.replace(made, results=theirs))


async def test_the_summary_of_a_list_is_written_with_the_results(database: Database) -> None:
    job_id = await make_job(database)
    taken = await claim(database, Lease(job_id), "m", 60)
    assert isinstance(taken, Claim)
    await commit_results(database, taken.lease, stored().results, stored().landmarks)
    async with database.connect() as connection:
        summary = (await connection.execute(text("SELECT summary FROM jobs"))).scalar_one()
    results = stored().read
    issues = results.report.top_issues
    assert summary == summarise(stored().results)
    assert summary["overall_level"] == results.findings.overall_level
    assert summary["top_issue"] == (msgspec.to_builtins(issues[0]) if issues else None)
    assert summary["metrics"] == {
        name: {
            "score": metric.score,
            "value": metric.value,
            "error": metric.error,
            "unit": metric.unit,
            "confidence": metric.confidence,
        }
        for name, metric in results.metrics.items()
    }
