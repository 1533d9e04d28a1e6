import asyncio
import threading
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from tests.support.api import Caller, Login
from tests.support.jobs import commit_results, pass_time
from tests.support.stored import Stored, stored

from cricksy.analysis.rescore import rescore
from cricksy.api import jobs
from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.data.retention import end_landmarks


async def claimed(database: Database, job_id: str) -> Lease:
    outcome = await claim(database, Lease(UUID(job_id)), "message-1", 30)
    assert isinstance(outcome, Claim)
    return outcome.lease


async def completed(coach: Caller, database: Database, video: Stored, **fields: object) -> str:
    job_id = await coach.uploaded(**fields)
    lease = await claimed(database, job_id)
    await commit_results(database, lease, video.results, video.landmarks)
    return job_id


async def correct(coach: Caller, job_id: str, events: object, **options: Any) -> httpx.Response:
    return await coach.call("PATCH", f"/analysis-jobs/{job_id}/events", json=events, **options)


def events_of(job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {event["name"]: event for event in job["results"]["pose"]["pose_summary"]["events"]}


def fields_of(response: httpx.Response) -> set[str]:
    assert (response.status_code, response.json()["code"]) == (422, "invalid"), response.text
    assert all(error["message"] for error in response.json()["errors"])
    return {error["field"] for error in response.json()["errors"]}


async def revisions_kept(database: Database) -> int:
    async with database.connect() as connection:
        return (await connection.execute(text("SELECT count(*) FROM revisions"))).scalar_one()


async def test_a_correction_answers_with_the_whole_job_scored_anew(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    before = await coach.call("GET", f"/analysis-jobs/{job_id}")
    response = await correct(coach, job_id, {"ball_release": 1820})
    assert response.status_code == 200, response.text
    job = response.json()
    assert (job["status"], job["final"], job["revision"]) == ("completed", True, 2)
    release = events_of(job)["ball_release"]
    assert (release["t_ms"], release["confidence"], release["source"]) == (1820.0, 1.0, "given")
    assert {name for name in job if job[name] != before.json()[name]} == {"revision", "results"}
    after = await coach.call("GET", f"/analysis-jobs/{job_id}")
    assert after.content == response.content
    assert after.headers["ETag"] == response.headers["ETag"] != before.headers["ETag"]


async def test_both_versions_stay_readable(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    path = f"/analysis-jobs/{job_id}"
    first = await coach.call("GET", path)
    await correct(coach, job_id, {"ball_release": 1820})
    second = await correct(coach, job_id, {"front_foot_contact": 1730})
    assert second.json()["revision"] == 3
    for revision, expected in ((1, first), (3, second)):
        shown = await coach.call("GET", path, params={"revision": revision})
        assert shown.content == expected.content
        assert shown.headers["ETag"] == expected.headers["ETag"]
    between = (await coach.call("GET", path, params={"revision": 2})).json()
    assert between["revision"] == 2
    assert events_of(between)["front_foot_contact"]["source"] == "inferred"
    unchanged = await coach.call("GET", path, params={"revision": 1}, headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    stale = await coach.call("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert stale.status_code == 200


@pytest.mark.parametrize(
    ("revision", "status"), [(1, 200), (2, 404), (2**31 - 1, 404), (2**31, 422), (0, 422), ("x", 422)]
)
async def test_only_revisions_that_are_there_are_shown(
    coach: Caller, database: Database, revision: object, status: int
) -> None:
    job_id = await completed(coach, database, stored())
    response = await coach.call("GET", f"/analysis-jobs/{job_id}", params={"revision": revision})
    assert response.status_code == status, response.text
    if status == 422:
        assert fields_of(response) == {"revision"}


async def test_the_revision_of_a_job_without_results_is_its_first(coach: Caller) -> None:
    path = f"/analysis-jobs/{await coach.uploaded()}"
    assert (await coach.call("GET", path, params={"revision": 1})).json()["results"] is None
    assert (await coach.call("GET", path, params={"revision": 2})).status_code == 404


async def test_corrections_add_up_until_they_are_taken_back(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    await correct(coach, job_id, {"ball_release": 1820})
    both = events_of((await correct(coach, job_id, {"front_foot_contact": 1730})).json())
    assert {name for name in both if both[name]["source"] == "given"} == {"ball_release", "front_foot_contact"}
    one = events_of((await correct(coach, job_id, {"ball_release": None})).json())
    assert {name for name in one if one[name]["source"] == "given"} == {"front_foot_contact"}


async def test_corrections_at_once_lose_nothing(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored("batting"))
    times = {"stance": 560, "backlift_top": 950, "front_foot_contact": 1190, "impact": 1470}
    responses = await asyncio.gather(*(correct(coach, job_id, {name: t_ms}) for name, t_ms in times.items()))
    assert [response.status_code for response in responses] == [200] * 4
    assert sorted(response.json()["revision"] for response in responses) == [2, 3, 4, 5]
    events = events_of(await coach.job(job_id))
    assert {name: (event["t_ms"], event["source"]) for name, event in events.items()} == {
        name: (t_ms, "given") for name, t_ms in times.items()
    }
    assert await revisions_kept(database) == 4


@pytest.mark.parametrize("include_frames", [True, False])
async def test_frames_are_there_if_they_were_asked_for(
    coach: Caller,
    database: Database,
    include_frames: bool,  # noqa: FBT001 - pytest's way
) -> None:
    video = stored(include_frames=include_frames)
    job_id = await completed(coach, database, video, include_frames=include_frames)
    job = (await correct(coach, job_id, {"ball_release": 1820})).json()
    assert len(job["results"]["pose"]["frames"]) == (len(video.filmed.track.frame) if include_frames else 0)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {""}),
        ([], {""}),
        ({"run_up": 1000}, {"run_up"}),
        ({"ball_release": "1000"}, {"ball_release"}),
        ({"ball_release": True}, {"ball_release"}),
        ({"ball_release": None}, {"ball_release"}),
        ({"ball_release": -1}, {"ball_release"}),
        ({"ball_release": 60_000}, {"ball_release"}),
        ({"impact": 1000}, {"impact"}),
        ({"front_foot_contact": 1830, "ball_release": 1820}, {"front_foot_contact", "ball_release"}),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    coach: Caller, database: Database, body: object, fields: set[str]
) -> None:
    job_id = await completed(coach, database, stored())
    assert fields_of(await correct(coach, job_id, body)) == fields
    assert (await coach.job(job_id))["revision"] == 1
    assert await revisions_kept(database) == 0


@pytest.mark.parametrize("body", [b"", b"{", b'{"ball_release": NaN}', b'{"ball_release": 1e999}', b"\xff"])
async def test_a_body_that_is_not_json_is_refused(coach: Caller, database: Database, body: bytes) -> None:
    job_id = await completed(coach, database, stored())
    path, headers = f"/analysis-jobs/{job_id}/events", {"Content-Type": "application/json"}
    fields_of(await coach.call("PATCH", path, content=body, headers=headers))
    plain = await coach.call("PATCH", path, content=b"{}", headers={"Content-Type": "text/plain"})
    assert (plain.status_code, plain.json()["code"]) == (415, "unsupported_media_type")


async def test_a_body_has_a_limit(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    response = await correct(coach, job_id, {"ball_release": 1.0, "x": "y" * 1_100_000})
    assert (response.status_code, response.json()["code"]) == (413, "payload_too_large")


async def test_only_a_completed_job_can_be_corrected(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    assert (await correct(coach, job_id, {"ball_release": 1820})).json()["code"] == "conflict"
    lease = await claimed(database, job_id)
    assert (await correct(coach, job_id, {"ball_release": 1820})).json()["code"] == "conflict"
    await fail(database, lease, code="x", message="Processing failed: x", final=True, spend_attempt=True)
    response = await correct(coach, job_id, {"ball_release": 1820})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")


async def test_anothers_job_is_not_found(coach: Caller, login: Login, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    await correct(coach, job_id, {"ball_release": 1820})
    stranger = login()
    anothers = await correct(stranger, job_id, {"ball_release": 1830})
    unknown = await correct(stranger, "01a20516-e673-76bb-bc80-57235ccb2882", {"ball_release": 1830})
    assert {anothers.status_code, unknown.status_code} == {404}
    assert anothers.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
    earlier = await stranger.call("GET", f"/analysis-jobs/{job_id}", params={"revision": 1})
    assert earlier.status_code == 404
    assert (await coach.job(job_id))["revision"] == 2


async def test_the_revisions_go_with_the_job(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    await correct(coach, job_id, {"ball_release": 1820})
    assert (await coach.call("DELETE", f"/analysis-jobs/{job_id}")).status_code == 204
    assert await revisions_kept(database) == 0


async def test_other_requests_are_answered_while_it_is_scored(
    coach: Caller, anonymous: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, answered = threading.Event(), threading.Event()

    def rescore_once_answered(*arguments: Any) -> bytes:
        begun.set()
        assert answered.wait(10)
        return rescore(*arguments)

    monkeypatch.setattr(jobs, "rescore", rescore_once_answered)
    job_id = await completed(coach, database, stored())
    correction = asyncio.create_task(correct(coach, job_id, {"ball_release": 1820}))
    assert await asyncio.to_thread(begun.wait, 10)
    assert (await anonymous.get("/health/live")).status_code == 200
    answered.set()
    assert (await correction).status_code == 200


async def test_a_correction_of_another_version_is_refused(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    path = f"/analysis-jobs/{job_id}"
    first = (await coach.call("GET", path)).headers["ETag"]
    light = (await coach.call("GET", path, params={"frames": "false"})).headers["ETag"]
    accepted = await correct(coach, job_id, {"ball_release": 1820}, headers={"If-Match": f'"other", {first}'})
    assert accepted.status_code == 200
    for stale in (first, light, '"other"', f"W/{accepted.headers['ETag']}", "nonsense"):
        refused = await correct(coach, job_id, {"ball_release": 1830}, headers={"If-Match": stale})
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert (await coach.job(job_id))["revision"] == 2
    light = (await coach.call("GET", path, params={"frames": "false"})).headers["ETag"]
    assert (await correct(coach, job_id, {"ball_release": 1830}, headers={"If-Match": light})).status_code == 200
    assert (await correct(coach, job_id, {"ball_release": 1840}, headers={"If-Match": "*"})).json()["revision"] == 4


async def test_of_two_corrections_of_one_version_one_is_refused(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    headers = {"If-Match": (await coach.call("GET", f"/analysis-jobs/{job_id}")).headers["ETag"]}
    responses = await asyncio.gather(
        *(correct(coach, job_id, {"ball_release": t_ms}, headers=headers) for t_ms in (1820, 1830, 1840))
    )
    assert sorted(response.status_code for response in responses) == [200, 412, 412]
    assert (await coach.job(job_id))["revision"] == 2


async def test_a_condition_reveals_nothing_of_anothers_job(coach: Caller, login: Login, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    refused = await correct(login(), job_id, {"ball_release": 1820}, headers={"If-Match": '"other"'})
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    queued = await correct(coach, await coach.uploaded(), {"ball_release": 1820}, headers={"If-Match": '"other"'})
    assert (queued.status_code, queued.json()["code"]) == (409, "conflict")


async def test_a_correction_that_changes_nothing_makes_no_revision(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    first = await correct(coach, job_id, {"ball_release": 1820, "front_foot_contact": 1730})
    for again in ({"ball_release": 1820.0004}, {"front_foot_contact": 1730, "ball_release": 1820}):
        response = await correct(coach, job_id, again)
        assert (response.status_code, response.content) == (200, first.content)
        assert response.headers["ETag"] == first.headers["ETag"]
    assert await revisions_kept(database) == 1
    assert (await correct(coach, job_id, {"ball_release": 1820, "front_foot_contact": 1740})).json()["revision"] == 3


async def test_without_its_landmarks_a_job_is_read_and_not_corrected(coach: Caller, database: Database) -> None:
    job_id = await completed(coach, database, stored())
    await pass_time(database, 11 * 86400)
    assert await end_landmarks(database, 10)
    response = await correct(coach, job_id, {"ball_release": 1820})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert "no longer stored" in response.json()["detail"]
    assert (await coach.job(job_id))["revision"] == 1
