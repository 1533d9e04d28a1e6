"""A player's id in a path, of whatever characters, through a real server."""

from collections.abc import AsyncGenerator
from urllib.parse import quote

import httpx
import pytest
from tests.api.test_problems import assert_is_problem
from tests.support.api import Caller, make_token
from tests.support.listening import listening

from cricksy.settings import ApiSettings

IDS = ["a/b", "/", "//", "a//b/", "..", "a/../b", "progress/load", "a%2Fb", "%/%2F", "a b?#", "Ünï/7", "€" * 64]
CALLS = [("GET", "/progress"), ("GET", "/load"), ("HEAD", "/load"), ("DELETE", "")]


def path(player_id: str, *, lower: bool = False) -> str:
    """As a client encodes one segment; dots too, which a client takes for a step up otherwise."""
    encoded = quote(player_id, safe="").replace(".", "%2E")
    return "/players/" + (encoded.replace("%2F", "%2f") if lower else encoded)


@pytest.fixture
async def served(settings: ApiSettings) -> AsyncGenerator[Caller]:
    async with listening(settings) as api, httpx.AsyncClient(base_url=api.url) as client:
        yield Caller(client, make_token("coach-1"))


@pytest.mark.parametrize("player_id", IDS)
async def test_every_call_of_a_player_takes_an_id_as_one_encoded_segment(served: Caller, player_id: str) -> None:
    await served.session(player_ids=[player_id, "another"])
    for method, call in CALLS[:-1]:
        for lower in (False, True):
            answer = await served.call(method, path(player_id, lower=lower) + call)
            assert answer.status_code == 200, (method, call, answer.text)
            assert method == "HEAD" or answer.json()["player_id"] == player_id
    deleted = await served.call("DELETE", path(player_id))
    assert (deleted.status_code, deleted.json()["player_id"]) == (202, player_id)
    assert (await served.call("GET", path("another") + "/load")).json()["player_id"] == "another"


@pytest.mark.parametrize(("method", "call"), CALLS[:2])
async def test_a_plain_slash_separates_segments_as_before(served: Caller, method: str, call: str) -> None:
    await served.session(player_ids=["a/b", "a"])
    for wrong in ("/players/a/b", "/players//a", "/players/a%2Fc", "/players/a%252Fb"):
        assert_is_problem(await served.call(method, wrong + call), 404, "not_found")
    assert (await served.call(method, "/players/a" + call)).json()["player_id"] == "a"


async def test_an_encoded_slash_elsewhere_finds_nothing(served: Caller) -> None:
    session_id = (await served.session())["session_id"]
    assert_is_problem(await served.call("GET", f"%2Fsessions/{session_id}"), 404, "not_found")
    assert_is_problem(await served.call("GET", f"/sessions%2F{session_id}"), 404, "not_found")
    assert_is_problem(await served.call("GET", f"/sessions/{session_id}%2F"), 404, "not_found")


async def test_an_id_is_limited_by_its_own_characters_not_by_its_encoding(served: Caller) -> None:
    await served.session(player_ids=["/" * 64])
    assert (await served.call("GET", path("/" * 64) + "/load")).status_code == 200
    assert (await served.call("GET", path("/" * 65) + "/load")).status_code in {404, 422}
