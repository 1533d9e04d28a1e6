"""Corrections of one of several actions, through the API."""

from pathlib import Path
from typing import Any

import pytest
from tests.api.test_corrections import completed, correct, fields_of
from tests.support.api import Caller
from tests.support.overs import stored_over
from tests.support.stored import Stored

from cricksy.data.engine import Database

BALLS = 2


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    return stored_over(BALLS, BALLS, Path(tmp_path_factory.mktemp("over")) / "a.mp4")


def release(job: dict[str, Any], action: int) -> dict[str, Any]:
    events = job["results"]["actions"][action]["events"]
    return next(event for event in events if event["name"] == "ball_release")


async def test_the_events_of_each_action_are_corrected_by_its_index(
    coach: Caller, database: Database, film: Stored
) -> None:
    job_id = await completed(coach, database, film)
    job = (await coach.call("GET", f"/analysis-jobs/{job_id}")).json()
    primary = job["results"]["primary_action"]
    times = [round(release(job, action)["t_ms"] + 16.0, 3) for action in range(BALLS)]
    for action, t_ms in enumerate(times):
        response = await correct(coach, job_id, {"ball_release": t_ms}, params={"action": action})
        assert response.status_code == 200, response.text
        job = response.json()
        assert (release(job, action)["t_ms"], release(job, action)["source"]) == (t_ms, "given")
        assert job["results"]["primary_action"] == primary
        again = await correct(coach, job_id, {"ball_release": t_ms}, params={"action": action})
        assert again.json()["revision"] == job["revision"] == action + 2
    assert [release(job, action)["source"] for action in range(BALLS)] == ["given"] * BALLS
    assert job["results"]["pose"]["pose_summary"]["events"] == job["results"]["actions"][primary]["events"]


@pytest.mark.parametrize("action", [BALLS, 9_999, 10_000, -1, "first", "", 1.5])
async def test_an_action_that_the_film_has_not_is_a_wrong_parameter(
    coach: Caller, database: Database, film: Stored, action: object
) -> None:
    job_id = await completed(coach, database, film)
    response = await correct(coach, job_id, {"ball_release": 1820}, params={"action": action})
    assert fields_of(response) == {"action"}
    assert (await coach.call("GET", f"/analysis-jobs/{job_id}")).json()["revision"] == 1
