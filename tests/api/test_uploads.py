import asyncio
import hashlib
import socket
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text
from tests.support.api import MAX_VIDEO_BYTES, VIDEO, Caller, Login, checksum, serving, without

from cricksy.api.health import Readiness
from cricksy.api.services import QUEUE_SECONDS, STORAGE_SECONDS
from cricksy.api.uploads import COMPLETE_SECONDS, WAIT_SECONDS
from cricksy.aws.clients import s3_client
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.engine import Database
from cricksy.settings import ApiSettings, AwsSettings


async def test_a_video_travels_from_the_url_to_the_queue(
    coach: Caller, queue: AnalysisQueue, database: Database
) -> None:
    initiated = await coach.initiate(sample_fps=12, include_frames=False)
    owner = (await coach.job(initiated["job_id"]))["session_id"]
    assert initiated["expires_in"] == 900
    assert initiated["required_headers"] == {"Content-Type": "video/mp4", "If-None-Match": "*"}
    assert initiated["upload"] is None
    prefix, owner_type, _, session_id, video_id, name = initiated["s3_key"].split("/")
    assert (prefix, owner_type, name) == ("coach_plus", "coach", "original.mp4")
    assert session_id == initiated["session_id"] == owner
    assert UUID(video_id).version == 7

    assert (await coach.upload(initiated)).status_code == 200
    response = await coach.complete(initiated["job_id"])
    assert response.status_code == 202
    completed = response.json()
    assert completed["status"] == "processing"

    (message,) = await queue.receive(1, 30)
    assert message.message_id == completed["sqs_message_id"]
    body = message.decode()
    assert (str(body.job_id), str(body.session_id)) == (initiated["job_id"], initiated["session_id"])
    assert (body.sample_fps, body.include_frames) == (12, False)
    async with database.connect() as connection:
        row = (await connection.execute(text("SELECT request_id, trace_id FROM jobs"))).one()
    assert message.trace_id == row.trace_id
    assert str(row.request_id) == response.headers["X-Request-Id"]

    job = await coach.job(initiated["job_id"])
    assert (job["status"], job["stage"], job["attempts"], job["results"]) == ("processing", "waiting", 0, None)
    session = (await coach.call("GET", f"/sessions/{initiated['session_id']}")).json()
    assert session["status"] == "processing"


async def test_the_traceparent_of_the_caller_goes_on(coach: Caller, queue: AnalysisQueue) -> None:
    job_id = await coach.uploaded()
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    await coach.call(
        "POST",
        "/videos/upload/complete",
        json={"job_id": job_id},
        headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"},
    )
    (message,) = await queue.receive(1, 30)
    assert message.trace_id == trace_id


async def test_the_declared_length_type_and_checksum_are_signed(coach: Caller) -> None:
    fields = {"content_length": len(VIDEO), "checksum_sha256": checksum(VIDEO), "content_type": "video/webm"}
    initiated = await coach.initiate(**fields)
    headers = initiated["required_headers"]
    assert headers == {
        "Content-Type": "video/webm",
        "If-None-Match": "*",
        "Content-Length": str(len(VIDEO)),
        "x-amz-checksum-sha256": checksum(VIDEO),
    }
    other = initiated | {"required_headers": headers | {"Content-Type": "video/mp4"}}
    assert (await coach.upload(other)).status_code == 403
    assert (await coach.upload(initiated, VIDEO[::-1])).status_code == 400
    assert (await coach.upload(initiated)).status_code == 200
    assert (await coach.complete(initiated["job_id"])).json()["status"] == "processing"


async def test_complete_without_an_upload_leaves_the_job_queued(coach: Caller) -> None:
    initiated = await coach.initiate()
    response = await coach.complete(initiated["job_id"])
    assert (response.status_code, response.json()["code"]) == (409, "upload_missing")
    assert (await coach.job(initiated["job_id"]))["status"] == "queued"


@pytest.mark.parametrize(
    ("declared", "stored", "words"),
    [
        ({}, b"x" * (MAX_VIDEO_BYTES + 1), "the limit is 4096"),
        ({}, b"", "empty"),
        ({"content_length": 7}, VIDEO, "7 were declared"),
        ({"checksum_sha256": checksum(b"another")}, VIDEO, "SHA-256"),
        ({"content_type": "video/quicktime"}, VIDEO, "declared video/quicktime"),
    ],
)
async def test_an_object_that_is_not_what_was_declared_is_rejected(
    coach: Caller, aws_settings: AwsSettings, declared: dict[str, object], stored: bytes, words: str
) -> None:
    initiated = await coach.initiate(**declared)
    # As somebody would who got round the signed headers.
    async with s3_client(aws_settings) as s3:
        await s3.put_object(Bucket=aws_settings.bucket, Key=initiated["s3_key"], Body=stored, ContentType="video/mp4")
    problem = (await coach.complete(initiated["job_id"])).json()
    assert (problem["status"], problem["code"]) == (409, "upload_rejected")
    assert words in problem["detail"]
    assert (await coach.job(initiated["job_id"]))["status"] == "queued"


async def test_fifty_callers_send_one_message(coach: Caller, queue: AnalysisQueue) -> None:
    job_id = await coach.uploaded()
    responses = await asyncio.gather(*(coach.complete(job_id) for _ in range(50)))
    assert {response.status_code for response in responses} == {202}
    assert len({response.json()["sqs_message_id"] for response in responses}) == 1
    assert (await queue.depth()).visible == 1


async def test_a_queue_that_is_away_leaves_the_job_queued(coach: Caller, settings: ApiSettings) -> None:
    job_id = await coach.uploaded()
    async with serving(without(settings, "queue"), Readiness()) as client:
        response = await Caller(client, coach.token).complete(job_id)
    assert (response.status_code, response.json()["code"]) == (503, "queue_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert (await coach.job(job_id))["status"] == "queued"
    assert (await coach.complete(job_id)).json()["status"] == "processing"


async def test_a_store_that_does_not_answer_leaves_the_job_queued(
    coach: Caller, settings: ApiSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cricksy.api.services.STORAGE_SECONDS", 0.2)
    job_id = await coach.uploaded()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        aws = msgspec.structs.replace(settings.aws, endpoint_url=endpoint)
        async with serving(msgspec.structs.replace(settings, aws=aws), Readiness()) as client:
            response = await Caller(client, coach.token).complete(job_id)
    assert (response.status_code, response.json()["code"]) == (503, "storage_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert (await coach.job(job_id))["status"] == "queued"


async def test_a_job_without_a_key_is_the_servers_fault(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    async with database.begin() as transaction:
        await transaction.execute(text("UPDATE jobs SET s3_key = NULL"))
    problem = (await coach.complete(job_id)).json()
    assert (problem["status"], problem["code"], problem["detail"]) == (
        500,
        "job_missing_s3_key",
        "Job missing S3 key",
    )
    assert (await coach.job(job_id))["status"] == "queued"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"sample_fps": 0}, "sample_fps"),
        ({"sample_fps": 61}, "sample_fps"),
        ({"sample_fps": "15"}, "sample_fps"),
        ({"include_frames": "false"}, "include_frames"),
        ({"content_type": "image/png"}, "content_type"),
        ({"content_length": 0}, "content_length"),
        ({"content_length": MAX_VIDEO_BYTES + 1}, "content_length"),
        ({"checksum_sha256": "abc"}, "checksum_sha256"),
        ({"checksum_sha256": "A" * 43 + "=\n"}, "checksum_sha256"),
        ({"session_id": "7"}, "session_id"),
    ],
)
async def test_initiate_names_the_field_that_is_wrong(coach: Caller, fields: dict[str, object], field: str) -> None:
    session = await coach.session()
    body = {"session_id": session["session_id"]} | fields
    response = await coach.call("POST", "/videos/upload/initiate", json=body)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_anothers_session_or_job_is_not_found(coach: Caller, login: Login) -> None:
    session = await coach.session()
    job_id = await coach.uploaded()
    thief = login()
    body = {"session_id": session["session_id"]}
    assert (await thief.call("POST", "/videos/upload/initiate", json=body)).status_code == 404
    assert (await thief.complete(job_id)).status_code == 404


async def _hang(*_: object) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("hangs", "limit", "code"),
    [
        ("cricksy.aws.objects.VideoStore.stat", "services.STORAGE_SECONDS", "storage_unavailable"),
        ("cricksy.aws.queue.AnalysisQueue.send", "uploads.QUEUE_SECONDS", "queue_unavailable"),
        ("cricksy.api.uploads.read_upload", "uploads.COMPLETE_SECONDS", "database_unavailable"),
        ("cricksy.api.uploads.reserve_send", "uploads.COMPLETE_SECONDS", "database_unavailable"),
    ],
)
async def test_complete_answers_in_time_whatever_hangs_and_can_be_repeated(
    coach: Caller, monkeypatch: pytest.MonkeyPatch, hangs: str, limit: str, code: str
) -> None:
    job_id = await coach.uploaded()
    with monkeypatch.context() as patch:
        patch.setattr(hangs, _hang)
        patch.setattr(f"cricksy.api.{limit}", 0.5)
        response = await coach.complete(job_id)
    assert (response.status_code, response.json()["code"]) == (503, code)
    assert int(response.headers["Retry-After"]) > 0
    assert (await coach.job(job_id))["status"] == "queued"
    assert (await coach.complete(job_id)).json()["status"] == "processing"


def test_the_limits_of_complete_leave_time_to_answer() -> None:
    assert STORAGE_SECONDS + QUEUE_SECONDS < COMPLETE_SECONDS
    # The driver takes 2 s to give up a connection that hangs.
    assert COMPLETE_SECONDS + 2 < 10
    assert WAIT_SECONDS < COMPLETE_SECONDS


async def test_a_url_fills_its_place_once(coach: Caller, database: Database) -> None:
    initiated = await coach.initiate()
    assert (await coach.upload(initiated)).status_code == 200
    assert (await coach.upload(initiated, VIDEO[::-1])).status_code == 412
    without_condition = {"required_headers": {"Content-Type": "video/mp4"}}
    assert (await coach.upload(initiated | without_condition, VIDEO[::-1])).status_code == 403
    assert (await coach.complete(initiated["job_id"])).status_code == 202
    assert (await coach.upload(initiated, VIDEO[::-1])).status_code == 412
    async with database.connect() as connection:
        row = (await connection.execute(text("SELECT object_etag, object_version FROM jobs"))).one()
    assert tuple(row) == (f'"{hashlib.md5(VIDEO, usedforsecurity=False).hexdigest()}"', None)
