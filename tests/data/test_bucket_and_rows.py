"""Every order of uploads, deletions, PUTs that come late, outages of the bucket and sweeps.

At the end no object is left without a job, and no completed job without its object. Most orders run against a bucket in
memory, some against the emulator, all against PostgreSQL. ``ORDERS=1000`` runs more of them.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import booleans, sampled_from
from sqlalchemy import text
from tests.support.buckets import PART, AwayVideos, EmulatedBucket, MemoryBucket, UploadBucket
from tests.support.jobs import OWNER, commit_results, pass_time
from uuid_utils.compat import uuid7

from cricksy.aws.errors import StorageError
from cricksy.aws.objects import LAST_PUT_SECONDS, VideoStore
from cricksy.data.deletions import Busy, Deletion, delete_job, delete_player, delete_session
from cricksy.data.engine import Database, connect
from cricksy.data.jobs import NewJob, create_job, record_multipart
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.data.outbox import mark_sent, reserve_send
from cricksy.data.retention import end_results, end_session, end_videos
from cricksy.data.sessions import NewSession, create_session
from cricksy.data.sweeps import expire_upload
from cricksy.settings import AwsSettings
from cricksy.vocabulary import ContentType
from cricksy_worker.queue.objects import sweep_objects

ORDERS = int(os.environ.get("ORDERS", "30"))
# A large run takes as long as it takes.
pytestmark = pytest.mark.timeout(0 if "ORDERS" in os.environ else 600)
DAY = 24 * 3600
SLACK = 600
"""More than a run takes by the database's clock, which the model does not count."""
PLAYERS = ("p1", "p2")
T = TypeVar("T")
newest_first = sampled_from([0, 0, 0, 1, 2, 3])
"""Which job or upload a rule goes on with, counted from the newest."""

_RETRY = text("""
    INSERT INTO jobs (id, session_id, video_id, sample_fps, include_frames, content_type, s3_key, request_id, trace_id,
        retry_of)
    SELECT :new, session_id, video_id, sample_fps, include_frames, content_type, s3_key, request_id, trace_id, id
    FROM jobs
    WHERE id = :id AND final AND status = 'failed' AND error_code <> 'upload_expired' AND video_deleted_at IS NULL
""")
_STATES = text("""
    SELECT id, session_id, status, final, s3_key, multipart_upload_id, error_code, video_deleted_at
    FROM jobs ORDER BY id
""")
_BURIED_IN_USE = text("""
    SELECT count(*) FROM deleted_objects JOIN jobs ON key = s3_key
    WHERE error_code IS DISTINCT FROM 'upload_expired' AND video_deleted_at IS NULL
""")


class Until(IntEnum):
    """How far a job has come."""

    INITIATED = auto()
    PUT = auto()
    COMPLETED = auto()
    FAILED = auto()
    SUCCEEDED = auto()


class Step(Enum):
    """What becomes of a job, or of an upload."""

    PUT = auto()
    PUT_WHOLE = auto()
    COMPLETE = auto()
    SUCCEED = auto()
    FAIL = auto()
    RETRY = auto()


@dataclass
class Url:
    """Where a client may send a video, by a URL that it got at a time of the model."""

    key: str
    upload_id: str | None
    made_at: int


class BucketAndRows(RuleBasedStateMachine):
    def __init__(
        self, database_url: str, open_bucket: Callable[[AsyncExitStack], Coroutine[Any, Any, UploadBucket]]
    ) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.database: Database = connect(database_url, application="tests")
        self.bucket = self.run(open_bucket(self.stack))
        self.urls: list[Url] = []
        self.sessions: list[UUID] = []
        self.now = 0
        self.run(self._clear())

    async def _clear(self) -> None:
        async with self.database.begin() as transaction:
            await transaction.execute(text("DELETE FROM sessions"))
            await transaction.execute(text("DELETE FROM deleted_objects"))
        for key in await self.bucket.keys():
            await self.bucket.videos.delete(key)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    async def _jobs(self) -> list[Any]:
        async with self.database.connect() as connection:
            return list((await connection.execute(_STATES)).all())

    async def _job(self, job_id: UUID) -> Any:
        return next(job for job in await self._jobs() if job.id == job_id)

    @initialize(until=sampled_from(list(Until)), in_parts=booleans())
    def begin(self, until: Until, *, in_parts: bool) -> None:
        self.make(until, ["p1"], in_parts=in_parts)

    @rule(until=sampled_from(list(Until)), players=sampled_from([None, [], ["p1"], ["p1", "p2"]]), in_parts=booleans())
    def make(self, until: Until, players: list[str] | None, *, in_parts: bool) -> None:
        """A job that has come so far, in a session of its own with these players, or in the newest."""
        self.run(self._make(until, players, in_parts=in_parts))

    async def _make(self, until: Until, players: list[str] | None, *, in_parts: bool) -> None:
        if players is not None or not self.sessions:
            self.sessions.append(await self._open_session(players or []))
        job_id = await self._initiate(self.sessions[-1], in_parts=in_parts)
        if until > Until.INITIATED:
            await self._put(self.urls[-1], whole=False)
        if until > Until.PUT:
            await self._complete(await self._job(job_id))
        if until > Until.COMPLETED:
            await self._work(await self._job(job_id), succeeds=until is Until.SUCCEEDED)

    async def _open_session(self, players: list[str]) -> UUID:
        new = NewSession(title="t", player_ids=players, notes=None, discipline=None, handedness=None, camera_view=None)
        return (await create_session(self.database, OWNER, new)).session_id

    async def _initiate(self, session_id: UUID, *, in_parts: bool) -> UUID:
        new = NewJob(
            sample_fps=15,
            include_frames=True,
            content_type=ContentType.MP4,
            content_length=len(PART),
            checksum_sha256=None,
            request_id=uuid7(),
            trace_id="t",
            part_bytes=len(PART) if in_parts else None,
        )
        job = await create_job(self.database, OWNER, session_id, new)
        assert job is not None
        upload_id = await self.bucket.begin(job.s3_key) if in_parts else None
        if upload_id is not None:
            assert await record_multipart(self.database, job.job_id, upload_id)
        self.urls.append(Url(job.s3_key, upload_id, self.now))
        return job.job_id

    @rule(step=sampled_from([*Step, Step.PUT_WHOLE, Step.PUT_WHOLE]), which=newest_first)
    def go_on(self, step: Step, which: int) -> None:
        """One of the newest jobs, or uploads, takes a step, where its state allows it."""
        if step in {Step.PUT, Step.PUT_WHOLE}:
            self._put_late(self.urls[-1 - which % len(self.urls)], whole=step is Step.PUT_WHOLE)
            return
        jobs = self.run(self._jobs())[::-1]
        if not jobs:
            return
        job = jobs[which % len(jobs)]
        match step, job.status:
            case Step.COMPLETE, "queued":
                self.run(self._complete(job))
            case ((Step.SUCCEED | Step.FAIL), "processing"):
                self.run(self._work(job, succeeds=step is Step.SUCCEED))
            case Step.RETRY, "failed":
                self.run(self._retry(job))
            case _:
                pass

    def _put_late(self, url: Url, *, whole: bool) -> None:
        """A client sends a video, maybe long after its job was deleted; ``whole``: and its parts are put together."""
        if self.now - url.made_at < LAST_PUT_SECONDS - SLACK:
            self.run(self._put(url, whole=whole))

    async def _put(self, url: Url, *, whole: bool) -> None:
        if url.upload_id is None:
            await self.bucket.put(url.key)
            return
        await self.bucket.put_part(url.key, url.upload_id)
        if whole:
            await self.bucket.put_together(url.key, url.upload_id)

    async def _complete(self, job: Any) -> None:
        if job.multipart_upload_id is not None:
            await self.bucket.put_together(job.s3_key, job.multipart_upload_id)
        seen = await self.bucket.identity(job.s3_key)
        if seen is not None and await reserve_send(self.database, job.id, 60, uuid7(), "t", seen):
            await mark_sent(self.database, job.id, "message")

    async def _work(self, job: Any, *, succeeds: bool) -> None:
        claimed = await claim(self.database, Lease(job.id), "message", 60)
        assert isinstance(claimed, Claim)
        found = await self.bucket.identity(job.s3_key)
        # A job that is processing has the object that its complete saw, whatever was put and deleted meanwhile.
        assert found is not None
        assert found.etag == claimed.object_etag
        if succeeds:
            await commit_results(self.database, claimed.lease, b"{}", b"")
        else:
            await fail(self.database, claimed.lease, code="x", message="y", final=True, spend_attempt=True)

    async def _retry(self, job: Any) -> None:
        async with self.database.begin() as transaction:
            await transaction.execute(_RETRY, {"new": uuid7(), "id": job.id})

    @rule(what=sampled_from(["job", "job", "job", "session", "player"]), which=newest_first, away=booleans())
    def delete(self, what: str, which: int, *, away: bool) -> None:
        jobs = self.run(self._jobs())[::-1]
        match what:
            case "job" if jobs:
                job = jobs[which % len(jobs)]
                deleted = self.run(delete_job(self.database, OWNER, job.id))
                assert isinstance(deleted, Busy) == (job.status == "processing")
            case "session" if self.sessions:
                deleted = self.run(delete_session(self.database, OWNER, self.sessions[-1 - which % len(self.sessions)]))
            case _:
                deleted = self.run(delete_player(self.database, OWNER, PLAYERS[which % len(PLAYERS)]))
        self._empty(deleted, away=away)

    @rule(what=sampled_from([end_videos, end_videos, end_results]), days=sampled_from([0.1, 0.5, 1]))
    def retention_ends(self, what: Callable[[Database, float], Any], days: float) -> None:
        while self.run(what(self.database, days)):
            pass
        while self.run(end_session(self.database, days)):
            pass
        self.sessions = self.run(self._living_sessions())

    def _empty(self, deleted: Deletion | Busy | None, *, away: bool) -> None:
        if isinstance(deleted, Deletion):
            self.sessions = self.run(self._living_sessions())
            self.run(self._delete_objects(deleted, AwayVideos() if away else self.bucket.videos))

    async def _living_sessions(self) -> list[UUID]:
        async with self.database.connect() as connection:
            return list((await connection.execute(text("SELECT id FROM sessions ORDER BY id"))).scalars())

    async def _delete_objects(self, deleted: Deletion, videos: VideoStore) -> None:
        try:
            for buried in deleted.objects:
                await videos.delete(buried.key, buried.upload_id)
        except StorageError:
            return

    @rule(seconds=sampled_from([0, 60, 900, 3600, DAY // 2, DAY + 60]), sweeps=booleans(), away=booleans())
    def time_passes(self, seconds: int, *, sweeps: bool, away: bool) -> None:
        self.now += seconds
        self.run(pass_time(self.database, seconds))
        if sweeps:
            self.run(self._sweep(AwayVideos() if away else self.bucket.videos))

    async def _sweep(self, videos: VideoStore) -> None:
        while await expire_upload(self.database, DAY):
            pass
        await sweep_objects(self.database, videos, LAST_PUT_SECONDS)

    @invariant()
    def no_key_in_use_is_buried(self) -> None:
        assert self.run(self._number_of(_BURIED_IN_USE)) == 0

    async def _number_of(self, statement: Any) -> int:
        async with self.database.connect() as connection:
            return (await connection.execute(statement)).scalar_one()

    def teardown(self) -> None:
        try:
            self.run(self._final_sweep())
            self.run(self._compare())
        finally:
            self.run(self.stack.aclose())
            self.run(self.database.dispose())
            self.runner.close()

    async def _final_sweep(self) -> None:
        for _ in range(2):
            await pass_time(self.database, LAST_PUT_SECONDS + SLACK)
            await self._sweep(self.bucket.videos)

    async def _compare(self) -> None:
        jobs = await self._jobs()
        keys, uploads = await self.bucket.keys(), await self.bucket.uploads()
        with_object = {job.s3_key for job in jobs if job.error_code != "upload_expired" and not job.video_deleted_at}
        assert keys <= with_object
        used = [job for job in jobs if job.status in {"completed", "processing"} and not job.video_deleted_at]
        assert {job.s3_key for job in used} <= keys
        # All that were not completed have expired by now.
        assert not [job for job in jobs if job.status == "queued"]
        assert uploads == set()
        assert await self._number_of(text("SELECT count(*) FROM deleted_objects")) == 0


async def _memory(_: AsyncExitStack) -> UploadBucket:
    return MemoryBucket()


def test_in_any_order_no_object_stays_without_a_job_nor_a_job_without_its_object(database_url: str) -> None:
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] - the library gives it no types
        lambda: BucketAndRows(database_url, _memory),  # pyright: ignore[reportArgumentType] - it takes whatever makes one
        settings=settings(max_examples=ORDERS, stateful_step_count=20),
    )


def test_the_same_holds_for_the_emulators_bucket(database_url: str, aws_settings: AwsSettings) -> None:
    async def emulated(stack: AsyncExitStack) -> UploadBucket:
        return await EmulatedBucket.open(aws_settings, stack)

    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] - the library gives it no types
        lambda: BucketAndRows(database_url, emulated),  # pyright: ignore[reportArgumentType] - it takes whatever makes one
        settings=settings(max_examples=max(ORDERS // 20, 5), stateful_step_count=20),
    )
