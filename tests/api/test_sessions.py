import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.api import Caller, Login
from tests.support.jobs import commit_results
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim, fail

FIELDS: dict[str, object] = {
    "title": "Front foot drives",
    "player_ids": ["p1", "p2"],
    "notes": "left nets",
    "discipline": "batting",
    "handedness": "left",
    "camera_view": "side",
    "height_cm": 164,
    "age_group": "u15",
    "bowling_style": "spin",
}
OPTIONAL = sorted(set(FIELDS) - {"title", "player_ids"})


async def update(coach: Caller, session_id: str, body: object, **headers: str) -> Any:
    return await coach.call("PATCH", f"/sessions/{session_id}", json=body, headers=headers)


async def listed(coach: Caller, **query: object) -> dict[str, Any]:
    response = await coach.call("GET", "/sessions", params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def ids_of(coach: Caller, **query: object) -> list[str]:
    return [item["session_id"] for item in (await listed(coach, **query))["items"]]


async def test_a_session_is_read_back_as_it_was_made(coach: Caller) -> None:
    made = await coach.session(**FIELDS)
    assert UUID(made["session_id"]).version == 7
    assert datetime.fromisoformat(made["created_at"]).tzname() == "UTC"
    read = (await coach.call("GET", f"/sessions/{made['session_id']}")).json()
    assert read == made == made | FIELDS | {"status": "pending"}


async def test_a_new_session_says_where_it_is(coach: Caller, anonymous: Any) -> None:
    response = await coach.call("POST", "/sessions", json={"title": "x", "player_ids": []})
    assert response.status_code == 201
    read = await anonymous.get(response.headers["Location"], headers=coach.headers)
    assert (read.status_code, read.json()) == (200, response.json())
    assert read.headers["ETag"] == response.headers["ETag"]


async def test_what_was_not_said_is_null(coach: Caller) -> None:
    made = await coach.session()
    assert {made[name] for name in OPTIONAL} == {None}


async def test_anothers_session_looks_like_none(coach: Caller, login: Login) -> None:
    made = await coach.session()
    stranger = login()
    for method, body in (("GET", None), ("PATCH", {"title": "mine"})):
        foreign = (await stranger.call(method, f"/sessions/{made['session_id']}", json=body)).json()
        absent = (await stranger.call(method, f"/sessions/{uuid7()}", json=body)).json()
        assert foreign.pop("request_id") != absent.pop("request_id")
        assert foreign == absent
        assert foreign["code"] == "not_found"
    assert (await coach.call("GET", f"/sessions/{made['session_id']}")).json() == made


async def test_an_etag_saves_reading_a_session_twice(coach: Caller) -> None:
    session = await coach.session()
    path = f"/sessions/{session['session_id']}"
    first = await coach.call("GET", path)
    known = {"If-None-Match": f'"other", W/{first.headers["ETag"]}'}
    again = await coach.call("GET", path, headers=known)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    await update(coach, session["session_id"], {"notes": "new"})
    changed = await coach.call("GET", path, headers=known)
    assert (changed.status_code, changed.json()["notes"]) == (200, "new")


@pytest.mark.parametrize("name", FIELDS)
async def test_each_field_is_changed_alone(coach: Caller, name: str) -> None:
    made = await coach.session(**{key: value for key, value in FIELDS.items() if key != name})
    response = await update(coach, made["session_id"], {name: FIELDS[name]})
    assert (response.status_code, response.json()) == (200, made | {name: FIELDS[name]})
    read = await coach.call("GET", f"/sessions/{made['session_id']}")
    assert (read.json(), read.headers["ETag"]) == (response.json(), response.headers["ETag"])


async def test_null_clears_what_may_be_absent(coach: Caller) -> None:
    made = await coach.session(**FIELDS)
    cleared = dict.fromkeys(OPTIONAL)
    assert (await update(coach, made["session_id"], cleared)).json() == made | cleared
    response = await update(coach, made["session_id"], {"title": None, "player_ids": None})
    assert [error["field"] for error in response.json()["errors"]] == ["title", "player_ids"]


async def test_a_change_to_what_it_is_changes_nothing(coach: Caller, database: Database) -> None:
    made = await coach.session(**FIELDS)
    before = await coach.call("GET", f"/sessions/{made['session_id']}")

    async def version() -> object:
        async with database.connect() as connection:
            return (await connection.execute(text("SELECT xmin::text FROM sessions"))).scalar_one()

    written = await version()
    response = await update(coach, made["session_id"], FIELDS)
    assert (response.status_code, response.json()) == (200, made)
    assert response.headers["ETag"] == before.headers["ETag"]
    assert await version() == written


async def test_a_change_of_an_old_version_is_refused(coach: Caller) -> None:
    made = await coach.session()
    path = f"/sessions/{made['session_id']}"
    etag = (await coach.call("GET", path)).headers["ETag"]
    for stale in ('"nonsense"', f"W/{etag}", "nonsense"):
        refused = await update(coach, made["session_id"], {"title": "no"}, **{"If-Match": stale})
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert (await coach.call("GET", path)).json() == made
    first = await update(coach, made["session_id"], {"title": "one"}, **{"If-Match": f'"other", {etag}'})
    assert first.status_code == 200
    second = await update(coach, made["session_id"], {"title": "two"}, **{"If-Match": etag})
    assert second.status_code == 412
    third = await update(coach, made["session_id"], {"title": "three"}, **{"If-Match": first.headers["ETag"]})
    assert third.json()["title"] == "three"
    assert (await update(coach, made["session_id"], {"title": "any"}, **{"If-Match": "*"})).status_code == 200
    assert (await update(coach, str(uuid7()), {"title": "any"}, **{"If-Match": "*"})).status_code == 404


async def test_of_changes_at_once_with_one_version_one_wins(coach: Caller) -> None:
    made = await coach.session()
    etag = (await coach.call("GET", f"/sessions/{made['session_id']}")).headers["ETag"]
    responses = await asyncio.gather(
        *(update(coach, made["session_id"], {"title": str(number)}, **{"If-Match": etag}) for number in range(8))
    )
    assert sorted(response.status_code for response in responses) == [200] + [412] * 7


async def test_changes_of_different_fields_at_once_lose_nothing(coach: Caller) -> None:
    made = await coach.session()
    await asyncio.gather(*(update(coach, made["session_id"], {name: value}) for name, value in FIELDS.items()))
    assert (await coach.call("GET", f"/sessions/{made['session_id']}")).json() == made | FIELDS


async def test_the_list_has_the_newest_first_with_its_newest_job(coach: Caller, database: Database) -> None:
    first, second = await coach.session(), await coach.session(**FIELDS)
    assert await listed(coach) == {
        "items": [session | {"job": None, "summary": None, "thumb": None} for session in (second, first)],
        "next_cursor": None,
    }
    session_id = first["session_id"]
    initiated = await start(coach, session_id)
    queued = {"job_id": initiated["job_id"], "status": "queued", "stage": None, "progress": 0}
    assert (await listed(coach))["items"][1] == first | {"job": queued, "summary": None, "thumb": None}
    newer = await start(coach, session_id)
    assert isinstance(await claim(database, Lease(UUID(newer["job_id"])), "message-1", 30), Claim)
    item = (await listed(coach))["items"][1]
    assert (item["status"], item["job"]["job_id"]) == ("processing", newer["job_id"])
    assert (item["job"]["status"], item["job"]["stage"]) == ("processing", "downloading")


async def start(coach: Caller, session_id: str) -> dict[str, Any]:
    response = await coach.call("POST", "/videos/upload/initiate", json={"session_id": session_id})
    assert response.status_code == 201, response.text
    return response.json()


async def in_state(coach: Caller, database: Database, state: str) -> str:
    """Id of a session in a state: ``new`` has no job."""
    if state == "new":
        return (await coach.session())["session_id"]
    initiated = await coach.initiate()
    if state != "queued":
        outcome = await claim(database, Lease(UUID(initiated["job_id"])), "message-1", 30)
        assert isinstance(outcome, Claim)
        if state == "ready":
            await commit_results(database, outcome.lease, b"{}", b"")
        elif state == "failed":
            await fail(database, outcome.lease, code="x", message="x", final=True, spend_attempt=True)
    return initiated["session_id"]


async def test_the_list_by_status(coach: Caller, database: Database) -> None:
    states = ("new", "queued", "processing", "ready", "failed")
    made = {state: await in_state(coach, database, state) for state in states}
    assert await ids_of(coach, status="pending") == [made["queued"], made["new"]]
    for state in ("processing", "ready", "failed"):
        assert await ids_of(coach, status=state) == [made[state]]
        assert {item["status"] for item in (await listed(coach, status=state))["items"]} == {state}
    # A new upload in a session that is ready makes it pending again.
    await start(coach, made["ready"])
    assert await ids_of(coach, status="ready") == []
    assert made["ready"] in await ids_of(coach, status="pending")


async def test_the_list_by_player(coach: Caller) -> None:
    both = (await coach.session(player_ids=["p1", "p2", "p1"]))["session_id"]
    one = (await coach.session(player_ids=["p1"]))["session_id"]
    await coach.session(player_ids=["p11", "P1", "%"])
    assert await ids_of(coach, player_id="p1") == [one, both]
    assert await ids_of(coach, player_id="p2") == [both]
    assert await ids_of(coach, player_id="nobody") == []
    await update(coach, both, {"player_ids": ["p3"]})
    assert await ids_of(coach, player_id="p1") == [one]
    assert await ids_of(coach, player_id="p3") == [both]
    assert await ids_of(coach, player_id="p3", status="pending") == [both]
    assert await ids_of(coach, player_id="p3", status="ready") == []


async def test_the_list_is_the_owners(coach: Caller, login: Login) -> None:
    mine = [(await coach.session(player_ids=["p1"]))["session_id"] for _ in range(3)]
    stranger = login()
    theirs = (await stranger.session(player_ids=["p1"]))["session_id"]
    assert await ids_of(coach, player_id="p1") == mine[::-1]
    assert await ids_of(stranger, player_id="p1") == await ids_of(stranger) == [theirs]
    cursor = (await listed(coach, limit=1))["next_cursor"]
    response = await stranger.call("GET", "/sessions", params={"cursor": cursor})
    assert (response.status_code, [error["field"] for error in response.json()["errors"]]) == (422, ["cursor"])


async def test_colleagues_of_an_organisation_share_a_list(login: Login) -> None:
    made = (await login(org="academy").session())["session_id"]
    assert await ids_of(login(org="academy")) == [made]


@pytest.mark.parametrize("query", [{"player_id": "p1"}, {"status": "pending"}, {"player_id": "p2", "limit": 2}])
async def test_a_cursor_belongs_to_its_filters(coach: Caller, query: dict[str, object]) -> None:
    for _ in range(3):
        await coach.session(player_ids=["p1", "p2"])
    cursor = (await listed(coach, limit=1))["next_cursor"]
    response = await coach.call("GET", "/sessions", params={"cursor": cursor} | query)
    assert (response.status_code, [error["field"] for error in response.json()["errors"]]) == (422, ["cursor"])
    assert len(await ids_of(coach, cursor=cursor, limit=2)) == 2


async def test_a_cursor_that_was_changed_is_refused(coach: Caller) -> None:
    for _ in range(2):
        await coach.session()
    cursor = (await listed(coach, limit=1))["next_cursor"]
    players = (await coach.call("GET", "/players", params={"limit": 1})).json()["next_cursor"]
    assert players is None
    for changed in (f"{cursor}=", f"{cursor} ", cursor[:-1], cursor[::-1], f"A{cursor}", cursor.swapcase(), "AAAA"):
        response = await coach.call("GET", "/sessions", params={"cursor": changed})
        assert (response.status_code, response.json()["code"]) == (422, "invalid"), changed
    response = await coach.call("GET", "/players", params={"cursor": cursor})
    assert response.status_code == 422


@pytest.mark.parametrize("query", [{}, {"player_id": "p1"}, {"status": "pending"}])
async def test_pages_have_no_gap_and_no_double_while_sessions_are_made(coach: Caller, query: dict[str, object]) -> None:
    before = [(await coach.session())["session_id"] for _ in range(250)]
    found: list[str] = []
    cursor: dict[str, object] = {}
    limits = [1, 20, 7, 100]
    while True:
        page = await listed(coach, limit=limits[len(found) % 4], **query, **cursor)
        found += [item["session_id"] for item in page["items"]]
        assert len(page["items"]) >= 1
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        await coach.session()
    assert found == before[::-1]


async def test_a_page_has_twenty_unless_told(coach: Caller) -> None:
    made = [(await coach.session())["session_id"] for _ in range(21)]
    page = await listed(coach)
    assert [item["session_id"] for item in page["items"]] == made[:0:-1]
    assert await ids_of(coach, cursor=page["next_cursor"]) == made[:1]
    assert (await listed(coach, limit=21))["next_cursor"] is None
