from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from tests.api.test_problems import assert_is_problem
from tests.support.api import Caller, Login, make_token, serving, without
from tests.support.jobs import pass_time

from cricksy.api.health import Readiness
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.data.sweeps import expire_upload
from cricksy.data.tombstones import take_tombstone
from cricksy.settings import ApiSettings, AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

UNKNOWN = "01a20516-e673-76bb-bc80-57235ccb2882"


async def failed(coach: Caller, database: Database, *, final: bool = True, **fields: object) -> str:
    job_id = await coach.uploaded(**fields)
    outcome = await claim(database, Lease(UUID(job_id)), "message-1", 30)
    assert isinstance(outcome, Claim)
    await fail(database, outcome.lease, code="child_died", message="m", final=final, spend_attempt=True)
    return job_id


async def retry(coach: Caller, job_id: str) -> httpx.Response:
    return await coach.call("POST", f"/analysis-jobs/{job_id}/retry")


async def rows(database: Database, job_id: str) -> dict[str, Any]:
    async with database.connect() as connection:
        found = await connection.execute(text("SELECT * FROM jobs WHERE id = :id"), {"id": UUID(job_id)})
        return dict(found.mappings().one())


async def videos(s3: "S3Client", aws_settings: AwsSettings) -> int:
    return (await s3.list_objects_v2(Bucket=aws_settings.bucket))["KeyCount"]


async def test_a_retry_is_a_new_job_for_the_same_video(coach: Caller, database: Database, queue: AnalysisQueue) -> None:
    said: dict[str, Any] = {
        "sample_fps": 12,
        "include_frames": False,
        "discipline": "bowling",
        "handedness": "left",
        "camera_view": "front",
        "height_cm": 170,
        "age_group": "u15",
        "bowling_style": "spin",
        "capture_fps": 240.5,
    }
    job_id = await failed(coach, database, **said)
    before = await coach.job(job_id)
    response = await retry(coach, job_id)
    assert response.status_code == 202, response.text
    retried = response.json()
    assert response.headers["Location"] == f"/api/coaches/plus/analysis-jobs/{retried['job_id']}"
    assert retried["job_id"] != job_id
    assert {name: retried[name] for name in ("status", "stage", "attempts", "final", "retry_of", "results")} == {
        "status": "processing",
        "stage": "waiting",
        "attempts": 0,
        "final": False,
        "retry_of": job_id,
        "results": None,
    }
    assert await coach.job(retried["job_id"]) == retried
    assert await coach.job(job_id) == before
    (message,) = await queue.receive(1, 30)
    assert (message.message_id, str(message.decode().job_id)) == (retried["sqs_message_id"], retried["job_id"])
    old, new = await rows(database, job_id), await rows(database, retried["job_id"])
    carried = {"session_id", "video_id", "s3_key", "content_type", "owner_type", "owner_id", *said}
    assert {name: new[name] for name in carried} == {name: old[name] for name in carried}
    assert str(new["request_id"]) == response.headers["X-Request-Id"]
    session = (await coach.call("GET", f"/sessions/{retried['session_id']}")).json()
    assert session["status"] == "processing"


async def test_only_a_job_that_failed_for_good_is_retried(coach: Caller, database: Database) -> None:
    queued = await coach.uploaded()
    assert_is_problem(await retry(coach, queued), 409, "conflict")
    await coach.complete(queued)
    assert_is_problem(await retry(coach, queued), 409, "conflict")
    assert_is_problem(await retry(coach, await failed(coach, database, final=False)), 409, "conflict")
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM jobs WHERE retry_of IS NOT NULL"))).scalar() == 0


async def test_nothing_is_retried_without_its_video(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    job_id = await failed(coach, database)
    key = (await rows(database, job_id))["s3_key"]
    await s3.delete_object(Bucket=aws_settings.bucket, Key=key)
    response = await retry(coach, job_id)
    assert_is_problem(response, 409, "conflict")
    assert "no longer stored" in response.json()["detail"]
    async with database.begin() as transaction:
        await transaction.execute(text("UPDATE jobs SET s3_key = NULL"))
    assert_is_problem(await retry(coach, job_id), 409, "conflict")


async def test_anothers_job_is_not_retried(coach: Caller, login: Login, database: Database) -> None:
    job_id = await failed(coach, database)
    for caller, wanted in ((login(), job_id), (coach, UNKNOWN)):
        assert_is_problem(await retry(caller, wanted), 404, "not_found")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_video_goes_with_the_last_job_that_has_it(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings, order: tuple[int, int]
) -> None:
    job_id = await failed(coach, database)
    retried = (await retry(coach, job_id)).json()["job_id"]
    outcome = await claim(database, Lease(UUID(retried)), "message-2", 30)
    assert isinstance(outcome, Claim)
    await fail(database, outcome.lease, code="child_died", message="m", final=True, spend_attempt=True)
    jobs = (job_id, retried)
    for left, number in ((1, order[0]), (0, order[1])):
        assert (await coach.call("DELETE", f"/analysis-jobs/{jobs[number]}")).status_code == 204
        assert await videos(s3, aws_settings) == left


async def test_without_a_queue_the_same_new_job_is_sent_later(
    settings: ApiSettings, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    token = make_token("coach-1")
    async with serving(without(settings, "queue"), Readiness()) as away:
        coach = Caller(away, token)
        job_id = await failed(coach, database)
        for _ in range(2):
            assert_is_problem(await retry(coach, job_id), 503, "queue_unavailable")
    async with serving(settings, Readiness()) as back:
        coach = Caller(back, token)
        listed = (await coach.call("GET", "/analysis-jobs", params={"status": "queued"})).json()["items"]
        (queued,) = [job["job_id"] for job in listed]
        url = await coach.call("POST", f"/analysis-jobs/{queued}/upload-url")
        assert_is_problem(url, 409, "conflict")
        assert (await retry(coach, job_id)).json()["job_id"] == queued
        assert (await retry(coach, job_id)).json()["job_id"] != queued
    assert await videos(s3, aws_settings) == 1


async def test_a_retry_that_expires_leaves_the_video_of_the_first_job(
    settings: ApiSettings, database: Database
) -> None:
    async with serving(without(settings, "queue"), Readiness()) as away:
        coach = Caller(away, make_token("coach-1"))
        job_id = await failed(coach, database)
        assert (await retry(coach, job_id)).status_code == 503
        await pass_time(database, 25 * 3600)
        assert await expire_upload(database, 24 * 3600) is not None
    assert await take_tombstone(database, 0, 1) is None
