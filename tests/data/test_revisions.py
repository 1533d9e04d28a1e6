import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support import jobs
from tests.support.jobs import OWNER, artifacts_of, commit_results, make_job

from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.data.engine import Database
from cricksy.data.jobs import JobRecord, read_job
from cricksy.data.leases import Claim, Lease, claim
from cricksy.data.outbox import mark_sent
from cricksy.data.results import read_job_with_results
from cricksy.data.revisions import MAX_REVISIONS, Scored, read_scored, replace_results
from cricksy.data.sessions import Owner
from cricksy.results.clip import clip_facts
from cricksy.vocabulary import ArtifactKind, JobStatus, OwnerType

STRANGER = Owner(OwnerType.COACH, "coach-2")


@pytest.fixture
async def job_id(database: Database) -> UUID:
    """A completed job with the results ``one``."""
    job_id = await make_job(database)
    await mark_sent(database, job_id, "message-0")
    claimed = await claim(database, Lease(job_id), "message-1", 30)
    assert isinstance(claimed, Claim)
    await commit_results(database, claimed.lease, b"one", b"packed")
    return job_id


async def results_of(database: Database, job_id: UUID, revision: int | None = None) -> tuple[int, bytes | None] | None:
    found = await jobs.results_of(database, job_id, revision=revision)
    return None if found is None else (found[0].revision, found[1])


async def replace(
    database: Database, job_id: UUID, revision: int, results: bytes, owner: Owner = OWNER
) -> JobRecord | None:
    """Replace a revision as a correction does."""
    stored = await artifacts_of(database).put(job_id, "d/v.mp4", ArtifactKind.RESULTS, results)
    return await replace_results(database, owner, job_id, revision, stored, None, clip_facts(results, BY_VIEW))


async def as_released_first(database: Database, job_id: UUID) -> None:
    """Store the job's results and landmarks in the rows themselves, as releases before artifacts did."""
    async with database.begin() as transaction:
        for statement in (
            "UPDATE jobs SET results = 'one', results_id = NULL, landmarks_id = NULL, summary = NULL WHERE id = :id",
            "INSERT INTO landmarks (job_id, data, models) VALUES (:id, 'packed', '{}')",
            "DELETE FROM artifacts WHERE job_id = :id",
        ):
            await transaction.execute(text(statement), {"id": job_id})


async def kept(database: Database) -> list[bool]:
    async with database.connect() as connection:
        return sorted((await connection.execute(text("SELECT kept FROM artifacts"))).scalars())


async def test_what_is_replaced_is_kept(database: Database, job_id: UUID) -> None:
    scored = await read_scored(database, OWNER, job_id)
    assert isinstance(scored, Scored)
    assert scored.landmarks is not None
    read = artifacts_of(database).get_plain
    assert (scored.revision, await read(scored.results), await read(scored.landmarks)) == (1, b"one", b"packed")
    replaced = await replace(database, job_id, 1, b"two")
    assert replaced == await read_job(database, OWNER, job_id)
    assert [await results_of(database, job_id, revision) for revision in (1, 2, 3, None)] == [
        (1, b"one"),
        (2, b"two"),
        None,
        (2, b"two"),
    ]


async def test_what_an_earlier_release_stored_is_read_and_replaced(database: Database, job_id: UUID) -> None:
    await as_released_first(database, job_id)
    scored = await read_scored(database, OWNER, job_id)
    assert isinstance(scored, Scored)
    assert scored.landmarks is not None
    assert (scored.results.data, scored.landmarks.data) == (b"one", b"packed")
    assert await replace(database, job_id, 1, b"two")
    assert [await results_of(database, job_id, revision) for revision in (1, 2)] == [(1, b"one"), (2, b"two")]


async def test_a_revision_that_goes_takes_its_results_with_it(database: Database, job_id: UUID) -> None:
    assert await replace(database, job_id, 1, b"two")
    assert await replace(database, job_id, 2, b"three")
    async with database.begin() as transaction:
        await transaction.execute(text("DELETE FROM revisions WHERE revision = 2"))
    # The landmarks, and the results of the first revision and the last.
    assert await kept(database) == [True] * 3
    assert await results_of(database, job_id, 3) == (3, b"three")


async def test_a_revision_that_is_not_the_newest_is_not_replaced(database: Database, job_id: UUID) -> None:
    assert await replace(database, job_id, 1, b"two")
    assert await replace(database, job_id, 1, b"late") is None
    assert await replace(database, job_id, 3, b"early") is None
    assert await results_of(database, job_id) == (2, b"two")


async def test_of_many_that_replace_the_same_revision_one_does(database: Database, job_id: UUID) -> None:
    outcomes = await asyncio.gather(*(replace(database, job_id, 1, f"by {n}".encode()) for n in range(8)))
    winners = [n for n, outcome in enumerate(outcomes) if outcome is not None]
    assert len(winners) == 1
    assert await results_of(database, job_id) == (2, f"by {winners[0]}".encode())
    assert await results_of(database, job_id, 1) == (1, b"one")


async def test_a_stranger_reads_and_replaces_nothing(database: Database, job_id: UUID) -> None:
    assert await read_scored(database, STRANGER, job_id) is None
    assert await replace(database, job_id, 1, b"two", STRANGER) is None
    assert await read_job_with_results(database, STRANGER, job_id, 1) is None
    assert await results_of(database, job_id) == (1, b"one")


async def test_a_job_that_is_not_completed_has_nothing_to_correct(database: Database) -> None:
    job_id = await make_job(database)
    assert await read_scored(database, OWNER, job_id) is JobStatus.QUEUED
    assert await replace(database, job_id, 1, b"two") is None


async def test_twenty_revisions_stay_the_first_and_the_newest(database: Database, job_id: UUID) -> None:
    for revision in range(1, 25):
        assert await replace(database, job_id, revision, f"of {revision + 1}".encode())
    readable = [revision for revision in range(1, 27) if await results_of(database, job_id, revision) is not None]
    assert readable == [1, *range(7, 26)]
    assert len(readable) == MAX_REVISIONS
    assert await results_of(database, job_id, 1) == (1, b"one")
    assert await results_of(database, job_id, 7) == (7, b"of 7")
    assert await read_job(database, OWNER, job_id, 6) is None
    assert await results_of(database, job_id) == (25, b"of 25")
    # The landmarks, and the results of each revision that can be read.
    assert await kept(database) == [True] * (1 + MAX_REVISIONS)
