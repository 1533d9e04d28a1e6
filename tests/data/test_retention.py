"""What is older than it is kept ends, each kind by itself, once, and with every row and key that belongs to it."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from tests.support.jobs import OWNER, commit_results, make_job, pass_time
from tests.support.stored import stored
from uuid_utils.compat import uuid7

from cricksy.data.deletions import Deletion, delete_job
from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.data.outbox import mark_sent
from cricksy.data.redrive import reopen_job
from cricksy.data.retention import end_landmarks, end_results, end_session, end_stills, end_videos
from cricksy.data.retries import create_retry
from cricksy.data.revisions import Scored, read_scored
from cricksy.data.usage import Charge, Quotas

DAY = 24 * 3600


async def claimed(database: Database, job_id: UUID | None = None) -> Lease:
    job_id = job_id or await make_job(database)
    assert await mark_sent(database, job_id, "message")
    lease = Lease(job_id)
    assert isinstance(await claim(database, lease, "message", 600), Claim)
    return lease


async def completed(database: Database) -> UUID:
    lease = await claimed(database)
    await commit_results(database, lease, stored().results, stored().landmarks)
    return lease.job_id


async def failed(database: Database, job_id: UUID | None = None) -> UUID:
    lease = await claimed(database, job_id)
    await fail(database, lease, code="child_died", message="m", final=True, spend_attempt=True)
    return lease.job_id


async def retry(database: Database, job_id: UUID) -> UUID | None:
    quotas = Quotas(open_uploads=1000, jobs_per_day=1000, bytes_per_day=1000)
    return await create_retry(database, OWNER, job_id, uuid7(), uuid7(), "t", Charge(quotas=quotas, bytes=0))


async def number(database: Database, statement: str, **values: Any) -> int:
    async with database.connect() as connection:
        return (await connection.execute(text(statement), values)).scalar_one()


async def in_s3(database: Database, job_id: UUID, kind: str) -> str:
    """A kept artifact of the job in S3; the key of its object."""
    key = f"made/{uuid4()}"
    async with database.begin() as transaction:
        await transaction.execute(
            text(
                "INSERT INTO artifacts (id, job_id, kind, store, s3_key, encoding, bytes, kept)"
                f" VALUES (:id, :job_id, '{kind}', 's3', :key, 'identity', 1, true)"
            ),
            {"id": (artifact_id := uuid7()), "job_id": job_id, "key": key},
        )
        column = {"stills": "stills_id", "landmarks": "landmarks_id"}[kind]
        await transaction.execute(
            text(f"UPDATE jobs SET {column} = :artifact WHERE id = :id"), {"artifact": artifact_id, "id": job_id}
        )
    return key


BURIED = "SELECT count(*) FROM deleted_objects WHERE key = :key"
KEY = "SELECT count(*) FROM deleted_objects JOIN jobs ON key = s3_key WHERE id = :id"


async def test_what_is_young_or_not_final_stays(database: Database) -> None:
    waiting, running = await make_job(database), (await claimed(database)).job_id
    await pass_time(database, 20 * DAY)
    young = await completed(database)
    await in_s3(database, young, "stills")
    for end in (end_videos, end_results):
        assert await end(database, 10) is None
    for end in (end_stills, end_landmarks):
        assert await end(database, 10) == []
    assert await end_session(database, 10) is None
    assert await number(database, "SELECT count(*) FROM jobs WHERE video_deleted_at IS NULL") == 3
    assert {waiting, running, young}


async def test_a_video_ends_before_its_results(database: Database) -> None:
    job_id = await completed(database)
    await pass_time(database, 11 * DAY)
    (ended,) = await end_videos(database, 10) or []
    assert (ended.job_id, ended.owner_id) == (job_id, OWNER.id)
    assert await number(database, KEY, id=job_id) == 1
    assert await end_videos(database, 10) is None
    assert isinstance(await read_scored(database, OWNER, job_id), Scored)


async def test_a_shared_video_goes_with_the_last_job_that_has_it(database: Database) -> None:
    first = await failed(database)
    await pass_time(database, 6 * DAY)
    second = await retry(database, first)
    assert second is not None
    await failed(database, second)
    await pass_time(database, 6 * DAY)
    assert [one.job_id for one in await end_videos(database, 10) or []] == [first]
    assert await number(database, KEY, id=second) == 0
    await pass_time(database, 6 * DAY)
    assert [one.job_id for one in await end_videos(database, 10) or []] == [second]
    assert await number(database, KEY, id=second) == 1


async def test_a_failed_job_without_its_video_is_not_tried_again(database: Database) -> None:
    job_id = await failed(database)
    await pass_time(database, 11 * DAY)
    assert await end_videos(database, 10)
    assert await retry(database, job_id) is None
    assert not await reopen_job(database, job_id)


@pytest.mark.parametrize(("kind", "end"), [("stills", end_stills), ("landmarks", end_landmarks)])
async def test_an_artifact_ends_with_its_object(database: Database, kind: str, end: Any) -> None:
    job_id = await completed(database)
    key = await in_s3(database, job_id, kind)
    await pass_time(database, 11 * DAY)
    ended = await end(database, 10)
    assert {one.job_id for one in ended} == {job_id}
    assert await end(database, 10) == []
    assert await number(database, BURIED, key=key) == 1
    assert await number(database, f"SELECT count(*) FROM jobs WHERE {kind}_id IS NOT NULL") == 0
    assert await number(database, f"SELECT count(*) FROM artifacts WHERE kind = '{kind}'") == 0
    assert await number(database, "SELECT count(*) FROM jobs WHERE results_id IS NOT NULL") == 1


async def test_landmarks_of_earlier_releases_end_too(database: Database) -> None:
    job_id = await completed(database)
    async with database.begin() as transaction:
        await transaction.execute(text("UPDATE jobs SET landmarks_id = NULL"))
        await transaction.execute(text("DELETE FROM artifacts WHERE kind = 'landmarks'"))
        await transaction.execute(
            text("INSERT INTO landmarks (job_id, data, models) VALUES (:id, '', '{}')"), {"id": job_id}
        )
    await pass_time(database, 11 * DAY)
    assert [one.job_id for one in await end_landmarks(database, 10)] == [job_id]
    assert await end_landmarks(database, 10) == []
    scored = await read_scored(database, OWNER, job_id)
    assert isinstance(scored, Scored)
    assert scored.landmarks is None


async def test_results_take_everything_with_them(database: Database) -> None:
    job_id = await completed(database)
    key = await in_s3(database, job_id, "stills")
    await pass_time(database, 11 * DAY)
    assert await end_session(database, 10) is None
    assert [one.job_id for one in await end_results(database, 10) or []] == [job_id]
    for table in ("jobs", "artifacts", "clips", "numbers", "landmarks", "revisions"):
        assert await number(database, f"SELECT count(*) FROM {table}") == 0
    assert await number(database, BURIED, key=key) == 1
    session = await end_session(database, 10)
    assert session is not None
    assert session.job_id is None
    assert await end_session(database, 10) is None
    assert await number(database, "SELECT count(*) FROM sessions") == 0


async def test_many_sweepers_end_each_job_once_while_a_coach_deletes(database: Database) -> None:
    job_ids = [await completed(database) for _ in range(12)]
    await pass_time(database, 11 * DAY)

    async def sweep() -> list[UUID | None]:
        ended: list[UUID | None] = []
        for end in (end_videos, end_stills, end_landmarks, end_results):
            while found := await end(database, 10):
                ended += [one.job_id for one in found] if end is end_results else []
        return ended

    deleting = asyncio.create_task(delete_job(database, OWNER, job_ids[5]))
    swept = await asyncio.gather(*(sweep() for _ in range(4)))
    deleted = await deleting
    ended = [job_id for one in swept for job_id in one]
    while found := await end_results(database, 10):
        ended += [one.job_id for one in found]
    assert len(set(ended)) == len(ended)
    assert set(ended) | ({job_ids[5]} if isinstance(deleted, Deletion) else set()) == set(job_ids)
    assert await number(database, "SELECT count(*) FROM deleted_objects") == len(job_ids)


async def test_each_kind_is_found_by_its_index(database: Database) -> None:
    wanted = {
        "jobs_oldest": "SELECT FROM jobs WHERE final AND completed_at < now() ORDER BY completed_at LIMIT 1",
        "jobs_oldest_video": "SELECT FROM jobs WHERE final AND completed_at < now() AND s3_key IS NOT NULL"
        " AND video_deleted_at IS NULL ORDER BY completed_at LIMIT 1",
        "artifacts_oldest": "SELECT FROM artifacts WHERE kind = 'stills' AND kept AND created_at < now()"
        " ORDER BY created_at LIMIT 1",
        "sessions_oldest": "SELECT FROM sessions WHERE created_at < now() ORDER BY created_at LIMIT 1",
    }
    async with database.connect() as connection:
        # There are no rows, which no index makes quicker to find.
        await connection.execute(text("SET enable_seqscan = off"))
        for index, statement in wanted.items():
            plan = (await connection.execute(text(f"EXPLAIN {statement}"))).scalars().all()
            assert any(f"using {index} " in line for line in plan), plan
