from datetime import datetime
from uuid import UUID

import pytest
from tests.support.api import Caller, Login


async def test_a_session_is_read_back_as_it_was_made(coach: Caller) -> None:
    fields = {
        "title": "Front foot drives",
        "player_ids": ["p1", "p2"],
        "notes": "left nets",
        "discipline": "batting",
        "handedness": "left",
        "camera_view": "side",
    }
    made = await coach.session(**fields)
    assert UUID(made["session_id"]).version == 7
    assert datetime.fromisoformat(made["created_at"]).tzname() == "UTC"
    read = (await coach.call("GET", f"/sessions/{made['session_id']}")).json()
    assert read == made == made | fields | {"status": "pending"}


async def test_what_was_not_said_is_null(coach: Caller) -> None:
    made = await coach.session()
    assert {made[name] for name in ("notes", "discipline", "handedness", "camera_view")} == {None}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "NUL \x00 inside"}, "title"),
        ({"title": None}, "title"),
        ({"notes": "x" * 4001}, "notes"),
        ({"player_ids": ["p"] * 51}, "player_ids"),
        ({"player_ids": ["p" * 65]}, "player_ids"),
        ({"player_ids": [""]}, "player_ids"),
        ({"discipline": "chess"}, "discipline"),
        ({"camera_view": "above"}, "camera_view"),
        ({"player_ids": [1]}, "player_ids"),
    ],
)
async def test_names_the_field_that_is_wrong(coach: Caller, fields: dict[str, object], field: str) -> None:
    response = await coach.call("POST", "/sessions", json={"title": "x", "player_ids": []} | fields)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "invalid")
    assert [error["field"].partition(".")[0].partition("[")[0] for error in problem["errors"]] == [field]
    assert all(error["message"] for error in problem["errors"])


async def test_names_the_field_that_is_missing(coach: Caller) -> None:
    response = await coach.call("POST", "/sessions", json={"title": "x"})
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["player_ids"]


async def test_anothers_session_looks_like_none(coach: Caller, login: Login) -> None:
    made = await coach.session()
    foreign = (await login().call("GET", f"/sessions/{made['session_id']}")).json()
    absent = (await login().call("GET", "/sessions/01a20516-e673-76bb-bc80-57235ccb2882")).json()
    assert foreign.pop("request_id") != absent.pop("request_id")
    assert foreign == absent
    assert foreign["code"] == "not_found"
