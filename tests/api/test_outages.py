"""The database goes away under the API, and comes back."""

import asyncio

import msgspec
from tests.support.api import Caller, make_token, serving
from tests.support.wire import wire_to_database

from cricksy.api.health import Readiness
from cricksy.settings import ApiSettings

AT_ONCE = 16


async def test_calls_fail_clearly_while_the_database_is_away_and_none_after_it_is_back(
    settings: ApiSettings, database_url: str
) -> None:
    async with wire_to_database(database_url) as (wire, url):
        settings = msgspec.structs.replace(settings, database_url=f"{url}?connect_timeout=20")
        async with serving(settings, Readiness()) as client:
            caller = Caller(client, make_token())
            path = f"/sessions/{(await caller.session())['session_id']}"
            body: dict[str, object] = {"title": "Nets", "player_ids": []}

            async def statuses() -> list[int]:
                reads = [caller.call("GET", path) for _ in range(AT_ONCE)]
                writes = [caller.call("POST", "/sessions", json=body) for _ in range(AT_ONCE)]
                return [answer.status_code for answer in await asyncio.gather(*reads, *writes)]

            well = [200] * AT_ONCE + [201] * AT_ONCE
            assert await statuses() == well
            wire.cut()
            away = await caller.call("GET", path)
            assert (away.status_code, away.json()["code"]) == (503, "database_unavailable")
            assert int(away.headers["Retry-After"]) > 0
            assert set(await statuses()) == {503}
            await wire.restore()
            # Every connection that died is replaced before it is used.
            assert await statuses() == well
