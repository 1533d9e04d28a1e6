"""What ``cricksy check`` says of jobs: a video that went as it may is not missed, a wrong upload is no fault."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from tests.support.checks import NOBODY, complete_a_job, execute, failures, outcomes_of
from tests.support.jobs import OWNER, Bench, pass_time

from cricksy.aws.objects import StoredObject, VideoStore
from cricksy.check.run import Plan
from cricksy.check.stored import videos_lie_under_their_keys
from cricksy.data.checks import newest_videos
from cricksy.data.deletions import Deletion, PlayerDeletion, delete_job, delete_player, delete_session
from cricksy.data.engine import Database
from cricksy.data.retention import end_results, end_session, end_videos
from cricksy.vocabulary import UPLOADER_CODES, ErrorCode
from cricksy_worker.faults import Fault

DAY = 24 * 3600

Go = Callable[[Database, UUID, UUID], Awaitable[None]]


async def by_its_retention(database: Database, _job: UUID, _session: UUID) -> None:
    await pass_time(database, 2 * DAY)
    assert await end_videos(database, 1)


async def by_the_results_retention(database: Database, _job: UUID, _session: UUID) -> None:
    await pass_time(database, 2 * DAY)
    assert await end_results(database, 1)


async def by_the_sessions_retention(database: Database, job: UUID, session: UUID) -> None:
    await by_the_results_retention(database, job, session)
    assert await end_session(database, 1)


async def with_its_job(database: Database, job: UUID, _session: UUID) -> None:
    assert isinstance(await delete_job(database, OWNER, job), Deletion)


async def with_its_session(database: Database, _job: UUID, session: UUID) -> None:
    assert isinstance(await delete_session(database, OWNER, session), Deletion)


async def with_its_player(database: Database, _job: UUID, _session: UUID) -> None:
    assert isinstance(await delete_player(database, OWNER, "p1"), PlayerDeletion)


WAYS = pytest.mark.parametrize(
    "go",
    [
        by_its_retention, by_the_results_retention, by_the_sessions_retention, with_its_job, with_its_session,
        with_its_player,
    ],
)  # fmt: skip


async def complete(bench: Bench) -> tuple[UUID, UUID, str]:
    """Ids of a completed job and its session, of one player; and the key."""
    await complete_a_job(bench)
    (video,) = await newest_videos(bench.database, 10)
    await execute(bench, "UPDATE sessions SET player_ids = '{p1}' WHERE id = :id", id=video.session_id)
    assert video.s3_key is not None
    return video.job_id, video.session_id, video.s3_key


@WAYS
async def test_a_video_that_went_as_it_may_is_not_missed(bench: Bench, plan: Plan, go: Go) -> None:
    job_id, session_id, key = await complete(bench)
    await go(bench.database, job_id, session_id)
    # What a sweeper does with the key that was buried.
    await bench.s3.delete_object(Bucket=bench.aws.bucket, Key=key)
    assert set(await failures(replace(plan, poll_seconds=0.0))) - NOBODY == set()


@WAYS
async def test_a_video_that_goes_while_it_is_looked_for_is_not_missed(bench: Bench, go: Go) -> None:
    job_id, session_id, _ = await complete(bench)

    class Bucket(VideoStore):
        async def stat(self, key: str) -> StoredObject | None:
            await go(bench.database, job_id, session_id)
            await bench.s3.delete_object(Bucket=bench.aws.bucket, Key=key)
            return await super().stat(key)

    await videos_lie_under_their_keys(bench.database, Bucket(bench.s3, bench.s3, bench.aws.bucket))


async def fail_the_job(bench: Bench, code: ErrorCode) -> None:
    await complete_a_job(bench)
    await execute(
        bench,
        "UPDATE jobs SET status = 'failed', progress = 0, error_code = :code, error_message = 'm', results = NULL "
        "WHERE status = 'completed'",
        code=code,
    )


@pytest.mark.parametrize("code", ErrorCode)
async def test_a_job_that_failed_in_a_quiet_hour_is_a_fault_unless_its_upload_was(
    bench: Bench, plan: Plan, code: ErrorCode
) -> None:
    await fail_the_job(bench, code)
    outcome = (await outcomes_of(replace(plan, role="operator")))["jobs_end"]
    if code in UPLOADER_CODES:
        assert outcome.status == "ok"
        assert outcome.found.endswith("none is stuck. 1 more failed by their upload, which the coach can correct.")
    else:
        assert outcome.found == "In the last hour 1 jobs failed and 0 were completed."


async def test_wrong_uploads_do_not_hide_what_the_system_did(bench: Bench, plan: Plan) -> None:
    for code in (*UPLOADER_CODES, ErrorCode.CHILD_DIED):
        await fail_the_job(bench, code)
    assert "1 jobs failed" in (await failures(replace(plan, role="operator")))["jobs_end"].found


def test_what_the_uploader_can_correct_is_what_the_page_for_operators_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    (row,) = [line for line in page.splitlines() if "| the coach's |" in line]
    assert set(re.findall(r"`(\w+)`", row)) == UPLOADER_CODES


def test_a_fault_that_ends_a_job_at_once_is_its_uploads() -> None:
    permanent = {fault.code for fault in Fault.__subclasses__() if fault.is_permanent}
    assert permanent == UPLOADER_CODES - {ErrorCode.UPLOAD_EXPIRED}
