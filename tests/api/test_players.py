from typing import Any

import pytest
from tests.support.api import Caller, Login


async def listed(coach: Caller, **query: object) -> dict[str, Any]:
    response = await coach.call("GET", "/players", params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def ids_of(coach: Caller, **query: object) -> list[str]:
    return [item["player_id"] for item in (await listed(coach, **query))["items"]]


async def test_players_are_whom_the_sessions_name(coach: Caller) -> None:
    assert await listed(coach) == {"items": [], "next_cursor": None}
    await coach.session(player_ids=["b", "a"])
    await coach.session(player_ids=[])
    last = await coach.session(player_ids=["b", "b"])
    first, second = (await listed(coach))["items"]
    assert (first["player_id"], first["sessions"]) == ("a", 1)
    assert second == {"player_id": "b", "sessions": 2, "last_session_at": last["created_at"]}
    assert first["last_session_at"] < second["last_session_at"]


async def test_players_follow_the_sessions(coach: Caller) -> None:
    made = await coach.session(player_ids=["a", "b"])
    await coach.call("PATCH", f"/sessions/{made['session_id']}", json={"player_ids": ["b", "c"]})
    assert await ids_of(coach) == ["b", "c"]


async def test_players_are_the_owners(coach: Caller, login: Login) -> None:
    await coach.session(player_ids=["a", "b", "c"])
    stranger = login()
    await stranger.session(player_ids=["b"])
    (theirs,) = (await listed(stranger))["items"]
    assert (theirs["player_id"], theirs["sessions"]) == ("b", 1)
    cursor = (await listed(coach, limit=1))["next_cursor"]
    response = await stranger.call("GET", "/players", params={"cursor": cursor})
    assert (response.status_code, [error["field"] for error in response.json()["errors"]]) == (422, ["cursor"])


@pytest.mark.parametrize("limit", [1, 7, 50])
async def test_pages_have_no_gap_and_no_double_while_players_come(coach: Caller, limit: int) -> None:
    longest = "🏏" * 64
    players = [*(f"player-{number:03}" for number in range(99)), longest, "'; --", "Ünal", "ünal"]
    for start in range(0, len(players), 50):
        await coach.session(player_ids=players[start : start + 50])
    found: list[str] = []
    cursor: dict[str, object] = {}
    while True:
        page = await listed(coach, limit=limit, **cursor)
        found += [item["player_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        # A player who comes before the cursor's, and one more session of a player who was shown.
        await coach.session(player_ids=[found[0]])
    assert sorted(found) == sorted(players)
    assert len(set(found)) == len(found)
