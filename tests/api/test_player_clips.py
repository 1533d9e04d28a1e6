"""``GET /players/{player_id}/progress`` and ``…/load``: whose clips count, and what they say over time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import text
from tests.api.test_corrections import claimed, correct
from tests.api.test_problems import assert_is_problem
from tests.support.api import Caller, Login
from tests.support.jobs import artifacts_of, commit_results
from tests.support.stored import stored

from cricksy.data.engine import Database
from cricksy.results.measures import Measure
from cricksy.vocabulary import Discipline
from cricksy_worker.queue.clips import count_clips

KNEE = "front_knee_brace_score"


def stride(value: float, uncertainty: float = 3.0, unit: str = "percent_height") -> Measure:
    return msgspec.convert(
        {
            "name": "stride_length",
            "title": "Stride length",
            "group": "stride",
            "says": "From ankle to ankle at front contact.",
            "value": value,
            "unit": unit,
            "uncertainty": uncertainty,
            "digits": 2 if unit == "m" else 0,
            "confidence": 0.8,
            "reason": None,
            "action": 0,
            "moments": [],
            "reference": {"low": 75.0, "high": 85.0, "text": "most", "source": "Spratford 2016"},
        },
        Measure,
    )


def results_with(measures: Sequence[Measure], height_cm: int | None = None) -> bytes:
    """Those of a delivery, with other measures."""
    raw = msgspec.json.decode(stored().results)
    raw["measures"] = msgspec.to_builtins(measures)
    raw["primary_action"] = 0
    raw["player"] = {"height_cm": height_cm}
    return msgspec.json.encode(raw)


class Coach:
    """Completes clips of a player, each a day after the one before."""

    def __init__(self, caller: Caller, database: Database) -> None:
        self.caller = caller
        self.database = database

    async def films(self, *measures: Measure, days_ago: float = 0, height_cm: int | None = None, **fields: Any) -> str:
        job_id = await self.caller.uploaded(**fields)
        lease = await claimed(self.database, job_id)
        async with self.database.begin() as transaction:
            made = "UPDATE jobs SET created_at = created_at - make_interval(secs => :seconds) WHERE id = :id"
            await transaction.execute(text(made), {"seconds": days_ago * 86400.0, "id": UUID(job_id)})
        await commit_results(self.database, lease, results_with(measures, height_cm), stored().landmarks)
        return job_id

    async def lines(self, player_id: str = "p1", **query: object) -> dict[str, dict[str, Any]]:
        response = await self.caller.call("GET", f"/players/{player_id}/progress", params=query)
        assert response.status_code == 200, response.text
        return {item["name"]: item for item in response.json()["items"]}

    async def load(self, player_id: str = "p1") -> dict[str, Any]:
        response = await self.caller.call("GET", f"/players/{player_id}/load")
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def films(coach: Caller, database: Database) -> Coach:
    return Coach(coach, database)


def fields_of(response: httpx.Response) -> list[str]:
    assert (response.status_code, response.json()["code"]) == (422, "invalid"), response.text
    return [error["field"] for error in response.json()["errors"]]


async def test_each_number_is_shown_over_time_with_what_changed(films: Coach) -> None:
    first = await films.films(stride(58, 3), days_ago=9)
    last = await films.films(stride(66, 4), days_ago=2)
    line = (await films.lines())["stride_length"]
    assert [(point["job_id"], point["value"], point["action"]) for point in line["points"]] == [
        (first, 58, 0),
        (last, 66, 0),
    ]
    assert (line["kind"], line["discipline"], line["title"], line["unit"]) == (
        "measure",
        "bowling",
        "Stride length",
        "percent_height",
    )
    assert (line["reference"]["low"], line["truncated"]) == (75, False)
    change = line["change"]
    assert (change["from"], change["to"], change["value"], change["uncertainty"]) == (58, 66, 8, 5)
    assert (change["is_beyond_error"], change["smallest_worthwhile"]) == (True, 4.95)
    assert change["text"] == "Up by 8 ± 5 % of height: more than the error."
    # The metrics of the same clips did not change.
    knee = (await films.lines(name=KNEE))[KNEE]
    assert (knee["kind"], knee["change"]["value"], knee["change"]["is_beyond_error"]) == ("metric", 0, False)


async def test_a_difference_within_both_errors_is_none(films: Coach) -> None:
    for value, days_ago in ((58, 9), (62, 2)):
        await films.films(stride(value, 4), days_ago=days_ago)
    change = (await films.lines())["stride_length"]["change"]
    assert (change["value"], change["is_beyond_error"]) == (4, False)
    assert change["text"].startswith("+4 ± 6 % of height: no more than")


async def test_a_line_is_in_one_unit_whether_or_not_the_height_was_given(films: Coach) -> None:
    await films.films(stride(1.2, 0.06, "m"), days_ago=9, height_cm=160)
    metres = (await films.lines())["stride_length"]
    assert (metres["unit"], metres["digits"], metres["points"][0]["value"]) == ("m", 2, 1.2)
    await films.films(stride(70, 4), days_ago=2)
    line = (await films.lines())["stride_length"]
    assert (line["unit"], line["digits"]) == ("percent_height", 0)
    assert [point["value"] for point in line["points"]] == [75, 70]
    assert line["points"][0]["uncertainty"] == 3.75


async def test_a_range_of_days_a_name_and_a_discipline_are_picked_out(films: Coach) -> None:
    for value, days_ago in ((50, 20), (55, 10), (60, 1)):
        await films.films(stride(value), days_ago=days_ago)
    now = datetime.now(UTC)
    first, last = ((now - timedelta(days=days)).date().isoformat() for days in (10, 1))
    query = {"from": first, "to": last}
    assert [point["value"] for point in (await films.lines(**query))["stride_length"]["points"]] == [55, 60]
    assert set(await films.lines(name="stride_length")) == {"stride_length"}
    assert await films.lines(name="unknown") == {}
    assert await films.lines(discipline=Discipline.BATTING) == {}
    assert "stride_length" in await films.lines(discipline=Discipline.BOWLING)
    assert await films.lines(to="0001-01-01") == {}
    assert await films.lines(**{"from": "9999-12-31", "to": "9999-12-31"}) == {}


async def test_the_oldest_points_are_left_out_and_it_says_so(films: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cricksy.api.players.POINTS", 2)
    for value, days_ago in ((50, 9), (55, 5), (60, 1)):
        await films.films(stride(value), days_ago=days_ago)
    line = (await films.lines())["stride_length"]
    assert ([point["value"] for point in line["points"]], line["truncated"]) == ([55, 60], True)


async def test_a_correction_replaces_the_numbers_and_a_deletion_takes_them(films: Coach, database: Database) -> None:
    job_id = await films.films()
    before = (await films.lines())[KNEE]["points"]
    assert (await correct(films.caller, job_id, {"ball_release": 1780})).status_code == 200
    after = (await films.lines())[KNEE]["points"]
    assert (len(before), len(after)) == (1, 1)
    job = await films.caller.job(job_id)
    assert after[0]["value"] == pytest.approx(job["results"]["metrics"][KNEE]["value"], abs=0.01)
    assert (await films.caller.call("DELETE", f"/analysis-jobs/{job_id}")).status_code == 204
    assert await films.lines() == {}
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM numbers"))).scalar_one() == 0


async def test_a_clip_is_the_players_whom_the_upload_names_or_the_only_one_of_the_session(films: Coach) -> None:
    several = (await films.caller.session(player_ids=["p1", "p2"]))["session_id"]
    named = await films.films(stride(60), session_id=several, player_id="p2")
    nobodys = await films.films(stride(70), session_id=several)
    assert await films.lines("p1") == {}
    assert [point["job_id"] for point in (await films.lines("p2"))["stride_length"]["points"]] == [named]
    assert (await films.caller.job(named))["player_id"] == "p2"
    assert (await films.caller.job(nobodys))["player_id"] is None


async def test_a_clip_follows_its_session(films: Coach) -> None:
    async def name(session_id: str, *players: str) -> None:
        body = {"player_ids": players}
        assert (await films.caller.call("PATCH", f"/sessions/{session_id}", json=body)).status_code == 200

    one = (await films.caller.session(player_ids=["typo"]))["session_id"]
    job_id = await films.films(stride(60), session_id=one)
    # A name is corrected; another player joins; the first one goes.
    for players, whose in ((("p1",), "p1"), (("p1", "p2"), "p1"), (("p2",), None)):
        await name(one, *players)
        assert (await films.caller.job(job_id))["player_id"] == whose
    assert await films.lines("p2") == {}

    nobodys = (await films.caller.session(player_ids=[]))["session_id"]
    job_id = await films.films(stride(60), session_id=nobodys)
    await name(nobodys, "p3")
    assert (await films.caller.job(job_id))["player_id"] == "p3"


async def test_another_player_than_the_sessions_is_refused_and_nothing_is_stored(
    films: Coach, database: Database
) -> None:
    session_id = (await films.caller.session(player_ids=["p1", "p2"]))["session_id"]
    for player_id in ("p3", "", "x" * 65, 7):
        body = {"session_id": session_id, "player_id": player_id}
        response = await films.caller.call("POST", "/videos/upload/initiate", json=body)
        assert fields_of(response) == ["player_id"]
    for wrong in ({"height_cm": 17}, {"age_group": "u12"}):
        body = {"session_id": session_id, **wrong}
        assert fields_of(await films.caller.call("POST", "/videos/upload/initiate", json=body)) == [*wrong]
        body = {"title": "Nets", "player_ids": ["p9"], **wrong}
        assert fields_of(await films.caller.call("POST", "/sessions", json=body)) == [*wrong]
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 0
        assert (await connection.execute(text("SELECT count(*) FROM sessions"))).scalar_one() == 1


@pytest.mark.parametrize("call", ["progress", "load"])
async def test_a_foreign_player_looks_like_none(coach: Caller, login: Login, call: str) -> None:
    await coach.session(player_ids=["theirs"])
    stranger = login()
    foreign = await stranger.call("GET", f"/players/theirs/{call}")
    unknown = await stranger.call("GET", f"/players/nobody/{call}")
    assert_is_problem(foreign, 404, "not_found")
    assert foreign.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
    assert (await coach.call("GET", f"/players/theirs/{call}")).status_code == 200


async def test_a_strangers_numbers_of_a_player_of_the_same_name_are_not_shown(
    films: Coach, login: Login, database: Database
) -> None:
    await films.films(stride(60))
    stranger = Coach(login(), database)
    await stranger.caller.session(player_ids=["p1"])
    assert await stranger.lines() == {}
    assert sum(week["balls"] for week in (await stranger.load())["weeks"]) == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-11-02", "to": "2026-11-01"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "20261101"}, "to"),
        ({"to": "2026-11-01T00:00:00Z"}, "to"),
        ({"discipline": "chess"}, "discipline"),
        ({"name": ""}, "name"),
        ({"first": "2026-11-01"}, "first"),
    ],
)
async def test_a_wrong_question_is_refused(coach: Caller, query: dict[str, str], field: str) -> None:
    await coach.session()
    assert fields_of(await coach.call("GET", "/players/p1/progress", params=query)) == [field]


async def test_the_load_counts_what_was_filmed_beside_the_limits_of_the_age_group(films: Coach) -> None:
    for days_ago in (0, 0, 1, 30):
        await films.films(days_ago=days_ago)
    await films.caller.session(player_ids=["p1"], age_group="u15")
    load = await films.load()
    today = datetime.now(UTC).date()
    assert {day["day"]: day["balls"] for day in load["days"]} == {
        (today - timedelta(days=30)).isoformat(): 1,
        (today - timedelta(days=1)).isoformat(): 1,
        today.isoformat(): 2,
    }
    weeks = load["weeks"]
    assert (len(weeks), sum(week["balls"] for week in weeks)) == (12, 4)
    assert (weeks[-1]["start"], weeks[-1]["in_a_row"]) == ((today - timedelta(days=today.weekday())).isoformat(), 2)
    assert (load["age_group"], load["limits"]["balls_a_week"]) == ("u15", 100)
    assert "100 a week on 3 days, never two days in a row, matches included." in load["text"]
    assert load["text"].startswith("Filmed in the last seven days: 3 balls on 2 days. That is too much already: days")
    assert "not counted" in load["counts"]


async def test_without_an_age_group_the_limits_of_juniors_hold(films: Coach) -> None:
    await films.caller.session()
    load = await films.load()
    assert (load["age_group"], load["limits"]["balls_a_day"], load["days"]) == (None, 48, [])
    assert "No age group was given." in load["text"]


async def test_clips_of_an_earlier_release_are_counted_later(films: Coach, database: Database) -> None:
    job_id = await films.films(stride(60))
    async with database.begin() as transaction:
        await transaction.execute(text("DELETE FROM clips"))
        await transaction.execute(text("UPDATE jobs SET player_id = NULL, numbers_of = NULL"))
    assert await films.lines() == {}
    await count_clips(database, artifacts_of(database), most=10)
    assert [point["job_id"] for point in (await films.lines())["stride_length"]["points"]] == [job_id]
    assert len((await films.load())["days"]) == 1
