"""Uploads in parts: sent, resumed, put together, abandoned."""

import asyncio
import os
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import text
from tests.support.api import Caller, Login, checksum, serving, without
from tests.support.bucket import Bucket
from tests.support.jobs import pass_time

from cricksy.api.health import Readiness
from cricksy.aws.multipart import part_bytes_of, sizes_of_parts
from cricksy.aws.objects import LAST_PUT_SECONDS, VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.engine import Database
from cricksy.data.sweeps import expire_upload
from cricksy.settings import ApiSettings, AwsSettings
from cricksy_worker.queue.objects import sweep_objects

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

PART = 100
BODY = os.urandom(2 * PART + 50)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cricksy.aws.multipart.PART_BYTES", PART)


@pytest.fixture
def bucket(s3: "S3Client", aws_settings: AwsSettings) -> Bucket:
    return Bucket(s3, aws_settings)


async def initiate(coach: Caller, **fields: object) -> dict[str, Any]:
    return await coach.initiate(**{"multipart": True, "content_length": len(BODY)} | fields)


def slice_of(number: int) -> bytes:
    return BODY[(number - 1) * PART : number * PART]


async def send(parts: list[dict[str, Any]], *numbers: int) -> list[dict[str, Any]]:
    """Send these parts, or all, and return what complete takes."""
    async with httpx.AsyncClient() as s3:
        answers = {
            part["number"]: await s3.put(part["url"], content=slice_of(part["number"]))
            for part in parts
            if not numbers or part["number"] in numbers
        }
    assert {answer.status_code for answer in answers.values()} == {200}
    return [{"number": number, "etag": answer.headers["ETag"]} for number, answer in answers.items()]


async def complete(coach: Caller, job_id: str, parts: object) -> httpx.Response:
    return await coach.call("POST", "/videos/upload/complete", json={"job_id": job_id, "parts": parts})


async def resume(coach: Caller, job_id: str, numbers: list[int]) -> httpx.Response:
    return await coach.call("POST", "/videos/upload/parts", json={"job_id": job_id, "numbers": numbers})


async def test_a_video_travels_in_parts(
    coach: Caller, bucket: Bucket, queue: AnalysisQueue, database: Database
) -> None:
    initiated = await initiate(coach, checksum_sha256=checksum(BODY))
    upload = initiated["upload"]
    assert (initiated["presigned_url"], initiated["required_headers"]) == (None, {})
    assert (upload["part_size"], [part["number"] for part in upload["parts"]]) == (PART, [1, 2, 3])
    parts = await send(upload["parts"])
    response = await complete(coach, initiated["job_id"], parts[::-1])
    assert (response.status_code, response.json()["status"]) == (202, "processing")
    stored = await bucket.s3.get_object(Bucket=bucket.name, Key=initiated["s3_key"])
    async with stored["Body"] as body:
        assert await body.read() == BODY
    assert stored["ContentType"] == "video/mp4"
    async with database.connect() as connection:
        row = (await connection.execute(text("SELECT object_etag FROM jobs"))).one()
    assert row.object_etag == stored["ETag"]
    again = await complete(coach, initiated["job_id"], parts)
    assert again.json() == response.json()
    assert (await queue.depth()).visible == 1


async def test_an_upload_is_resumed_without_its_urls(coach: Caller) -> None:
    initiated = await initiate(coach)
    (sent,) = await send(initiated["upload"]["parts"], 2)
    asked = await resume(coach, initiated["job_id"], [])
    assert asked.status_code == 200
    state = asked.json()
    assert (state["part_size"], state["parts"], state["expires_in"]) == (PART, [], 900)
    assert state["uploaded"] == [sent | {"size": PART}]
    renewed = (await resume(coach, initiated["job_id"], [3, 1, 3])).json()
    assert [part["number"] for part in renewed["parts"]] == [1, 3]
    await send(renewed["parts"])
    found = (await resume(coach, initiated["job_id"], [])).json()["uploaded"]
    listed = [{"number": part["number"], "etag": part["etag"]} for part in found]
    assert (await complete(coach, initiated["job_id"], listed)).status_code == 202


async def test_a_part_of_another_length_or_another_number_is_refused_by_the_store(coach: Caller) -> None:
    initiated = await initiate(coach)
    first, second, _ = initiated["upload"]["parts"]
    async with httpx.AsyncClient() as s3:
        assert (await s3.put(first["url"], content=BODY)).status_code == 403
        assert (
            await s3.put(second["url"].replace("partNumber=2", "partNumber=1"), content=slice_of(1))
        ).status_code == 403
    assert (await resume(coach, initiated["job_id"], [])).json()["uploaded"] == []


async def test_a_missing_part_is_named(coach: Caller) -> None:
    initiated = await initiate(coach)
    parts = await send(initiated["upload"]["parts"], 1, 3)
    response = await complete(coach, initiated["job_id"], [*parts, {"number": 2, "etag": "x"}])
    assert (response.status_code, response.json()["code"]) == (409, "upload_missing")
    assert "Upload part 2," in response.json()["detail"]
    parts += await send(initiated["upload"]["parts"], 2)
    assert (await complete(coach, initiated["job_id"], parts)).status_code == 202


async def test_a_part_that_differs_is_named(coach: Caller) -> None:
    initiated = await initiate(coach)
    one, two, three = await send(initiated["upload"]["parts"])
    response = await complete(coach, initiated["job_id"], [one, two | {"etag": one["etag"]}, three])
    assert (response.status_code, response.json()["code"]) == (409, "upload_rejected")
    assert "part 2 differs" in response.json()["detail"]
    assert (await coach.job(initiated["job_id"]))["status"] == "queued"
    assert (await complete(coach, initiated["job_id"], [one, two, three])).status_code == 202


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (None, "parts"),
        ([], "parts"),
        ([{"number": 1, "etag": "x"}], "parts"),
        ([{"number": 1, "etag": "x"}] * 3, "parts"),
        ([{"number": number, "etag": "x"} for number in range(1, 5)], "parts"),
        ([{"number": 0, "etag": "x"}], "parts[0].number"),
        ([{"number": 1, "etag": "\n"}], "parts[0].etag"),
        ([{"number": 1, "etag": "x", "size": 1}], "parts[0].size"),
    ],
)
async def test_a_list_that_is_not_of_the_parts_is_invalid(coach: Caller, parts: object, field: str) -> None:
    initiated = await initiate(coach)
    response = await complete(coach, initiated["job_id"], parts)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_parts_are_only_for_an_upload_in_parts(coach: Caller) -> None:
    job_id = await coach.uploaded()
    refused = await complete(coach, job_id, [{"number": 1, "etag": "x"}])
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "parts")
    asked = await resume(coach, job_id, [])
    assert (asked.status_code, asked.json()["code"]) == (409, "conflict")


async def test_only_a_queued_job_takes_parts(coach: Caller) -> None:
    initiated = await initiate(coach)
    await complete(coach, initiated["job_id"], await send(initiated["upload"]["parts"]))
    refused = await resume(coach, initiated["job_id"], [1])
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("numbers", [[4], [0], [1, 10_001], ["1"], 1])
async def test_a_part_that_is_not_there_has_no_url(coach: Caller, numbers: Any) -> None:
    initiated = await initiate(coach)
    response = await resume(coach, initiated["job_id"], numbers)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")


async def test_anothers_upload_is_not_found(coach: Caller, login: Login) -> None:
    initiated = await initiate(coach)
    thief = login()
    assert (await resume(thief, initiated["job_id"], [1])).status_code == 404
    parts = await send(initiated["upload"]["parts"])
    assert (await complete(thief, initiated["job_id"], parts)).status_code == 404


async def test_parts_need_the_length(coach: Caller, database: Database) -> None:
    session = await coach.session()
    body = {"session_id": session["session_id"], "multipart": True}
    response = await coach.call("POST", "/videos/upload/initiate", json=body)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "content_length")
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 0


async def test_a_large_video_goes_in_parts_unasked(coach: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cricksy.api.uploads.MULTIPART_FROM_BYTES", PART)
    initiated = await coach.initiate(content_length=PART + 1)
    assert [part["number"] for part in initiated["upload"]["parts"]] == [1, 2]
    assert (await coach.initiate(content_length=PART))["upload"] is None


async def test_many_callers_put_the_parts_together_once(coach: Caller, queue: AnalysisQueue) -> None:
    initiated = await initiate(coach)
    parts = await send(initiated["upload"]["parts"])
    answers = await asyncio.gather(*(complete(coach, initiated["job_id"], parts) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert (await queue.depth()).visible == 1


async def test_parts_put_together_before_the_queue_failed_are_found(coach: Caller, settings: ApiSettings) -> None:
    initiated = await initiate(coach)
    parts = await send(initiated["upload"]["parts"])
    async with serving(without(settings, "queue"), Readiness()) as client:
        response = await complete(Caller(client, coach.token), initiated["job_id"], parts)
    assert (response.status_code, response.json()["code"]) == (503, "queue_unavailable")
    refused = await resume(coach, initiated["job_id"], [])
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert (await complete(coach, initiated["job_id"], parts)).json()["status"] == "processing"


async def test_a_deleted_job_takes_no_more_parts(coach: Caller, bucket: Bucket, database: Database) -> None:
    initiated = await initiate(coach)
    await send(initiated["upload"]["parts"], 1)
    assert len(await bucket.uploads()) == 1
    assert (await coach.call("DELETE", f"/analysis-jobs/{initiated['job_id']}")).status_code == 204
    assert await bucket.uploads() == set()
    async with httpx.AsyncClient() as s3:
        late = await s3.put(initiated["upload"]["parts"][1]["url"], content=slice_of(2))
    assert late.status_code == 404
    await pass_time(database, LAST_PUT_SECONDS + 60)
    await sweep_objects(database, VideoStore(bucket.s3, bucket.s3, bucket.name), LAST_PUT_SECONDS)
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM deleted_objects"))).scalar_one() == 0


async def test_an_upload_that_nobody_completes_is_aborted(coach: Caller, bucket: Bucket, database: Database) -> None:
    initiated = await initiate(coach)
    await send(initiated["upload"]["parts"], 1)
    await pass_time(database, 25 * 3600)
    expired = await expire_upload(database, 24 * 3600)
    assert expired is not None
    assert expired.job_id == UUID(initiated["job_id"])
    await sweep_objects(database, VideoStore(bucket.s3, bucket.s3, bucket.name), LAST_PUT_SECONDS)
    assert await bucket.uploads() == set()
    refused = await resume(coach, initiated["job_id"], [1])
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


async def test_a_store_that_is_away_begins_nothing(coach: Caller, settings: ApiSettings) -> None:
    session = await coach.session()
    away = msgspec.structs.replace(settings.aws, endpoint_url="http://127.0.0.1:1")
    async with serving(msgspec.structs.replace(settings, aws=away), Readiness()) as client:
        body = {"session_id": session["session_id"], "multipart": True, "content_length": len(BODY)}
        response = await Caller(client, coach.token).call("POST", "/videos/upload/initiate", json=body)
    assert (response.status_code, response.json()["code"]) == (503, "storage_unavailable")


@pytest.mark.parametrize(
    ("length", "part_bytes", "count"),
    [(1, 16 << 20, 1), (16 << 20, 16 << 20, 1), ((16 << 20) + 1, 16 << 20, 2), (500_000_000, 16 << 20, 30)],
)
def test_parts_are_of_one_size(length: int, part_bytes: int, count: int) -> None:
    assert part_bytes_of(length, 16 << 20) == part_bytes
    sizes = sizes_of_parts(length, part_bytes)
    assert (len(sizes), sum(sizes), set(sizes[:-1])) == (count, length, {part_bytes} if count > 1 else set())


@pytest.mark.parametrize("length", [20 * 10**9, 5 * 10**12])
def test_parts_stay_few_and_large_enough(length: int) -> None:
    part_bytes = part_bytes_of(length, 16 << 20)
    assert part_bytes % (1 << 20) == 0
    assert len(sizes_of_parts(length, part_bytes)) <= 1000
