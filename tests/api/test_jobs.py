from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.api import Caller, Login
from tests.support.jobs import commit_results

from cricksy.data.engine import LOCK_SECONDS, STATEMENT_SECONDS, Database, connected
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

USUAL_SECONDS = {"STATEMENT_SECONDS": STATEMENT_SECONDS, "LOCK_SECONDS": LOCK_SECONDS}
RESULTS = b'{"schema": 2, "pose": {"frames":[]},  "as": "stored, spaces and all"}'


async def claimed(database: Database, job_id: str) -> Claim:
    outcome = await claim(database, Lease(UUID(job_id)), "message-1", 30)
    assert isinstance(outcome, Claim)
    return outcome


async def test_results_are_handed_through_byte_for_byte(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    lease = (await claimed(database, job_id)).lease
    await commit_results(database, lease, RESULTS, b"packed")
    response = await coach.call("GET", f"/analysis-jobs/{job_id}")
    assert response.headers["content-type"].startswith("application/json")
    assert response.content.endswith(b'"results":' + RESULTS + b"}")
    job = response.json()
    assert (job["status"], job["stage"], job["progress"], job["final"], job["attempts"], job["revision"]) == (
        "completed",
        None,
        100,
        True,
        1,
        1,
    )
    assert job["completed_at"] >= job["started_at"] >= job["created_at"]
    session = await coach.call("GET", f"/sessions/{job['session_id']}")
    assert session.json()["status"] == "ready"


async def test_a_failure_says_why_and_whether_it_is_the_end(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    lease = (await claimed(database, job_id)).lease
    await fail(database, lease, code="child_died", message="Processing failed: x", final=False, spend_attempt=True)
    job = await coach.job(job_id)
    assert (job["status"], job["stage"], job["final"], job["error_message"], job["results"]) == (
        "failed",
        "waiting",
        False,
        "Processing failed: x",
        None,
    )


async def test_an_etag_saves_reading_it_twice(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    path = f"/analysis-jobs/{job_id}"
    first = await coach.call("GET", path)
    again = await coach.call("GET", path, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    on_two_lines = [("If-None-Match", '"other"'), ("If-None-Match", first.headers["ETag"])]
    assert (await coach.call("GET", path, headers=on_two_lines)).status_code == 304
    await claimed(database, job_id)
    changed = await coach.call("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json()["status"]) == (200, "processing")


async def test_head_answers_like_get_without_the_body(coach: Caller) -> None:
    path = f"/analysis-jobs/{await coach.uploaded()}"
    get, head = await coach.call("GET", path), await coach.call("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert {head.headers[name] == get.headers[name] for name in ("etag", "content-length", "content-type")} == {True}


async def test_a_queued_job_is_deleted_with_its_video(coach: Caller) -> None:
    initiated = await coach.initiate()
    await coach.upload(initiated)
    path = f"/analysis-jobs/{initiated['job_id']}"
    response = await coach.call("DELETE", path)
    assert (response.status_code, response.content) == (204, b"")
    assert (await coach.call("GET", path)).status_code == 404
    assert (await coach.call("DELETE", path)).status_code == 404


async def test_a_job_in_processing_is_not_deleted(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    await claimed(database, job_id)
    response = await coach.call("DELETE", f"/analysis-jobs/{job_id}")
    assert (response.status_code, response.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
async def test_anothers_job_is_not_found(coach: Caller, login: Login, method: str) -> None:
    job_id = await coach.uploaded()
    assert (await login().call(method, f"/analysis-jobs/{job_id}")).status_code == 404
    assert (await coach.job(job_id))["job_id"] == job_id


async def test_a_slow_statement_ends_by_the_servers_clock(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, usual in USUAL_SECONDS.items():
        monkeypatch.setattr(f"cricksy.data.engine.{name}", usual)
    async with connected(database_url, application="tests") as database, database.connect() as connection:
        timeouts = (
            await connection.execute(
                text("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            )
        ).one()
    assert tuple(timeouts) == ("5s", "3s")


async def test_the_video_is_gone_with_the_job(coach: Caller, s3: "S3Client", aws_settings: AwsSettings) -> None:
    initiated = await coach.initiate()
    await coach.upload(initiated)
    assert (await s3.list_objects_v2(Bucket=aws_settings.bucket))["KeyCount"] == 1
    await coach.call("DELETE", f"/analysis-jobs/{initiated['job_id']}")
    assert (await s3.list_objects_v2(Bucket=aws_settings.bucket))["KeyCount"] == 0


async def test_a_job_is_read_without_its_frames(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    path, lease = f"/analysis-jobs/{job_id}", (await claimed(database, job_id)).lease
    stored = (
        b'{"schema": 2, "pose": {"pose_summary": {"a": [1.50]}, "frames":[{"t": 0}]}, "metrics": {"b": 1e2}, "x": 1}'
    )
    await commit_results(database, lease, stored, b"packed")
    whole = await coach.call("GET", path)
    light = await coach.call("GET", path, params={"frames": "false"})
    assert light.content.endswith(
        b'"results":{"schema":2,"pose":{"pose_summary":{"a": [1.50]},"frames":[]},"metrics":{"b": 1e2},"x":1}}'
    )
    expected = whole.json()
    expected["results"]["pose"]["frames"] = []
    assert light.json() == expected
    assert light.headers["ETag"] != whole.headers["ETag"]
    for params, own, other in (({"frames": "false"}, light, whole), ({}, whole, light)):
        known = await coach.call("GET", path, params=params, headers={"If-None-Match": own.headers["ETag"]})
        assert (known.status_code, known.headers["ETag"]) == (304, own.headers["ETag"])
        unknown = await coach.call("GET", path, params=params, headers={"If-None-Match": other.headers["ETag"]})
        assert unknown.status_code == 200


async def test_a_job_without_results_has_no_frames_to_leave_out(coach: Caller) -> None:
    path = f"/analysis-jobs/{await coach.uploaded()}"
    assert (await coach.call("GET", path, params={"frames": "false"})).json()["results"] is None
    refused = await coach.call("GET", path, params={"frames": "perhaps"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "frames")


async def test_a_code_of_another_release_stays_readable(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    lease = (await claimed(database, job_id)).lease
    await fail(database, lease, code="gremlins", message="Processing failed: x", final=True, spend_attempt=True)
    job = await coach.job(job_id)
    assert (job["error_code"], job["error_message"]) == ("internal_error", "Processing failed: x")
