"""What earlier releases stored, over HTTP: read, corrected, and refused by a problem where it cannot be read."""

import io
from typing import Any, cast

import httpx
import msgspec
import numpy as np
import pytest
from tests.api.test_corrections import claimed, correct, events_of
from tests.api.test_problems import assert_is_problem
from tests.support import stored
from tests.support.api import Caller
from tests.support.jobs import commit_results
from tests.support.released import Released, all_released, released

from cricksy.api import jobs
from cricksy.data.engine import Database
from cricksy.results.upgrade import read
from cricksy.results.versions import SCHEMA

ALL = all_released()
EVENTS = {"ball_release": 815.0}


async def completed(coach: Caller, database: Database, results: bytes, landmarks: bytes) -> str:
    job_id = await coach.uploaded()
    await commit_results(database, await claimed(database, job_id), results, landmarks)
    return job_id


def results_of(response: httpx.Response) -> bytes:
    """Its results as they were sent."""
    assert response.status_code == 200, response.text
    return bytes(msgspec.json.decode(response.content, type=dict[str, msgspec.Raw])["results"])


@pytest.mark.parametrize("one", ALL, ids=str)
async def test_it_is_read_corrected_and_read_again(coach: Caller, database: Database, one: Released) -> None:
    job_id = await completed(coach, database, one.results, one.landmarks)
    path = f"/analysis-jobs/{job_id}"
    first = await coach.call("GET", path)
    assert stored.read(results_of(first)) == read(one.results)
    events = read(one.results).pose.pose_summary.events
    if not events:
        refused = await correct(coach, job_id, EVENTS)
        assert refused.status_code in {200, 422}, refused.text
        return
    name, t_ms = events[-1].name, events[-1].t_ms - 10.0
    response = await correct(coach, job_id, {name: t_ms})
    rescored = stored.read(results_of(response))
    assert (rescored.schema, response.json()["revision"]) == (SCHEMA, 2)
    assert events_of(response.json())[name]["t_ms"] == round(t_ms, 3)
    assert (await coach.call("GET", path)).content == response.content
    before = await coach.call("GET", path, params={"revision": 1})
    assert (before.content, before.headers["ETag"]) == (first.content, first.headers["ETag"])


async def test_results_of_today_are_sent_as_they_are_stored(coach: Caller, database: Database) -> None:
    one = released(SCHEMA, "delivery")
    job_id = await completed(coach, database, one.results, one.landmarks)
    assert results_of(await coach.call("GET", f"/analysis-jobs/{job_id}")) == one.results


async def test_an_etag_does_not_outlive_the_form_that_it_named(
    coach: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that shows the same stored results otherwise must not answer 304 to what its predecessor sent."""
    one = released(1, "without_frames")
    path = f"/analysis-jobs/{await completed(coach, database, one.results, one.landmarks)}"
    etag = (await coach.call("GET", path)).headers["ETag"]
    assert (await coach.call("GET", path, headers={"If-None-Match": etag})).status_code == 304
    monkeypatch.setattr(jobs, "SCHEMA", SCHEMA + 1)
    assert (await coach.call("GET", path, headers={"If-None-Match": etag})).status_code == 200


UNREADABLE = [
    b"\x00\xff not JSON",
    b"",
    b"[]",
    b'{"no": "results"}',
    b'{"schema": 2, "pose": {"frames": [',
    b'{"schema": 1000, "pose": {}}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("results", UNREADABLE, ids=lambda results: str(results[:12]))
async def test_what_cannot_be_read_is_a_problem(
    coach: Caller, database: Database, caplog: pytest.LogCaptureFixture, results: bytes
) -> None:
    one = released(1, "without_frames")
    job_id = await completed(coach, database, results, one.landmarks)
    for response in (await coach.call("GET", f"/analysis-jobs/{job_id}"), await correct(coach, job_id, EVENTS)):
        assert_is_problem(response, 500, "result_unreadable")
        assert response.json()["title"] == "Result unreadable"
        assert "Traceback" not in response.text
        assert "ETag" not in response.headers
    assert_logged(caplog, job_id, "results")


def with_parts(landmarks: bytes, **parts: Any) -> bytes:
    with np.load(io.BytesIO(landmarks)) as known:
        kept = dict(known)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **(kept | parts))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "landmarks",
    [
        b"",
        b"PK\x03\x04 garbage",
        with_parts(released(SCHEMA, "corrected").landmarks, skeleton="coco17"),
        with_parts(released(SCHEMA, "corrected").landmarks, packing=99),
    ],
    ids=["nothing", "garbage", "skeleton", "packing"],
)
async def test_landmarks_that_cannot_be_read_are_a_problem_of_the_correction_alone(
    coach: Caller, database: Database, caplog: pytest.LogCaptureFixture, landmarks: bytes
) -> None:
    one = released(SCHEMA, "corrected")
    job_id = await completed(coach, database, one.results, landmarks)
    assert results_of(await coach.call("GET", f"/analysis-jobs/{job_id}")) == one.results
    assert_is_problem(await correct(coach, job_id, EVENTS), 500, "result_unreadable")
    assert (await coach.job(job_id))["revision"] == 1
    assert_logged(caplog, job_id, "landmarks")


def assert_logged(caplog: pytest.LogCaptureFixture, job_id: str, what: str) -> None:
    lines = [cast("dict[str, Any]", record.msg) for record in caplog.records]
    named = [line for line in lines if "event" in line and line["event"] == "result_unreadable"]
    assert named
    for line in named:
        assert (line["level"], line["job_id"], line["stored"]) == ("error", job_id, what)
        assert line["reason"]
