from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import text
from tests.api.test_problems import assert_is_problem
from tests.support.api import VIDEO, Caller, Login, checksum, make_token, serving

from cricksy.api.health import Readiness
from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.settings import ApiSettings, AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client


async def renew(coach: Caller, job_id: str) -> httpx.Response:
    return await coach.call("POST", f"/analysis-jobs/{job_id}/upload-url")


async def video_url(coach: Caller, job_id: str) -> httpx.Response:
    return await coach.call("GET", f"/analysis-jobs/{job_id}/video-url")


async def test_a_new_url_uploads_the_same_video(coach: Caller) -> None:
    declared = {"content_length": len(VIDEO), "checksum_sha256": checksum(VIDEO), "content_type": "video/webm"}
    first = await coach.initiate(**declared)
    response = await renew(coach, first["job_id"])
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    second = response.json()
    assert second.keys() == first.keys()
    same = first.keys() - {"presigned_url"}
    assert {name: second[name] for name in same} == {name: first[name] for name in same}
    assert (await coach.upload(second)).status_code == 200
    assert (await coach.complete(first["job_id"])).status_code == 202
    assert_is_problem(await renew(coach, first["job_id"]), 409, "conflict")


async def test_a_job_that_has_no_place_for_its_video_gets_no_url(coach: Caller, database: Database) -> None:
    job_id = (await coach.initiate())["job_id"]
    async with database.begin() as transaction:
        await transaction.execute(text("UPDATE jobs SET s3_key = NULL"))
    assert_is_problem(await renew(coach, job_id), 500, "job_missing_s3_key")


async def test_the_video_is_played_from_its_url(coach: Caller) -> None:
    job_id = await coach.uploaded()
    response = await video_url(coach, job_id)
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["expires_in"] == 900
    async with httpx.AsyncClient() as s3:
        url = response.json()["url"]
        whole = await s3.get(url)
        assert (whole.content, whole.headers["content-type"]) == (VIDEO, "video/mp4")
        part = await s3.get(url, headers={"Range": "bytes=4-7"})
        assert (part.status_code, part.content) == (206, VIDEO[4:8])
        assert (await s3.put(url, content=b"other")).status_code == 403


async def test_without_a_video_there_is_no_url(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    initiated = await coach.initiate()
    job_id = initiated["job_id"]
    assert_is_problem(await video_url(coach, job_id), 409, "upload_missing")
    await coach.upload(initiated)
    outcome = await claim(database, Lease(UUID(job_id)), "message-1", 30)
    assert isinstance(outcome, Claim)
    await fail(database, outcome.lease, code="child_died", message="m", final=True, spend_attempt=True)
    assert (await video_url(coach, job_id)).status_code == 200
    await s3.delete_object(Bucket=aws_settings.bucket, Key=initiated["s3_key"])
    assert_is_problem(await video_url(coach, job_id), 404, "not_found")


async def test_storage_that_is_away_is_named(coach: Caller, settings: ApiSettings) -> None:
    job_id = await coach.uploaded()
    nowhere = msgspec.structs.replace(settings.aws, endpoint_url="http://127.0.0.1:1")
    async with serving(msgspec.structs.replace(settings, aws=nowhere), Readiness()) as away:
        assert_is_problem(await video_url(Caller(away, coach.token), job_id), 503, "storage_unavailable")


@pytest.mark.parametrize(("method", "path"), [("POST", "upload-url"), ("GET", "video-url"), ("HEAD", "video-url")])
async def test_anothers_video_is_not_found(coach: Caller, login: Login, method: str, path: str) -> None:
    job_id = await coach.uploaded()
    for caller, wanted in ((login(), job_id), (coach, "01a20516-e673-76bb-bc80-57235ccb2882")):
        response = await caller.call(method, f"/analysis-jobs/{wanted}/{path}")
        assert response.status_code == 404
        assert "presigned" not in response.text


async def test_what_is_said_of_a_video_goes_before_what_is_said_of_its_session(
    coach: Caller, database: Database
) -> None:
    session = await coach.session(discipline="batting", handedness="left")
    said = {
        "discipline": "bowling",
        "camera_view": "side",
        "height_cm": 80,
        "age_group": "adult",
        "bowling_style": "pace",
        "capture_fps": 1000,
    }
    response = await coach.call("POST", "/videos/upload/initiate", json={"session_id": session["session_id"], **said})
    assert response.status_code == 201, response.text
    job_id = response.json()["job_id"]
    assert response.headers["Location"] == f"/api/coaches/plus/analysis-jobs/{job_id}"
    assert response.headers["Cache-Control"] == "no-store"
    async with database.connect() as connection:
        row = (await connection.execute(text(f"SELECT {', '.join(said)} FROM jobs"))).mappings().one()
    assert dict(row) == said
    outcome = await claim(database, Lease(UUID(job_id)), "message-1", 30)
    assert isinstance(outcome, Claim)
    given = outcome.given
    assert (given.discipline, given.handedness, given.camera_view) == ("bowling", "left", "side")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("discipline", "golf"),
        ("handedness", "both"),
        ("camera_view", ""),
        ("height_cm", 79),
        ("height_cm", 231),
        ("height_cm", 170.5),
        ("height_cm", "170"),
        ("age_group", "u12"),
        ("bowling_style", "swing"),
        ("capture_fps", 0.9),
        ("capture_fps", 1000.5),
        ("capture_fps", "240"),
        ("capture_fps", True),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_made(
    coach: Caller, database: Database, field: str, value: object
) -> None:
    session_id = (await coach.session())["session_id"]
    response = await coach.call("POST", "/videos/upload/initiate", json={"session_id": session_id, field: value})
    assert_is_problem(response, 422, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == [field]
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM jobs"))).scalar() == 0


async def test_the_token_of_another_plan_gets_nothing(settings: ApiSettings, coach: Caller) -> None:
    job_id = await coach.uploaded()
    async with serving(settings, Readiness()) as client:
        basic = Caller(client, make_token("coach-9", changes={"plan": "basic"}))
        for method, path in (("POST", "upload-url"), ("GET", "video-url"), ("POST", "retry"), ("GET", "progress")):
            response = await basic.call(method, f"/analysis-jobs/{job_id}/{path}")
            assert_is_problem(response, 403, "not_entitled")
