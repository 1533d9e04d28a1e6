import asyncio
import time

import httpx
import msgspec
import pytest
from tests.support.api import Caller, serving, without

from cricksy.api.health import Readiness
from cricksy.api.health_checks import KEPT_SECONDS, OneFlight
from cricksy.data.engine import Database
from cricksy.data.workers import record_worker
from cricksy.settings import ApiSettings


async def test_live_asks_nobody(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "live"})


async def test_ready_when_all_three_answer(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get("/health/ready")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "database": "ok", "queue": "ok", "bucket": "ok"},
    )


async def test_unready_while_draining(anonymous: httpx.AsyncClient, readiness: Readiness) -> None:
    readiness.draining = True
    response = await anonymous.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (503, "draining")


@pytest.mark.parametrize("missing", ["database", "queue", "bucket"])
async def test_unready_says_what_failed(settings: ApiSettings, missing: str) -> None:
    async with serving(without(settings, missing), Readiness()) as client:
        response = await client.get("/health/ready")
    body = response.json()
    assert (response.status_code, body.pop("status"), body.pop(missing)) == (503, "unready", "failed")
    assert set(body.values()) == {"ok"}


async def test_the_queues_depth_age_and_workers(
    coach: Caller, anonymous: httpx.AsyncClient, database: Database
) -> None:
    assert (await anonymous.get("/health/queue")).json() == {
        "visible": 0,
        "in_flight": 0,
        "dead": 0,
        "oldest_waiting_s": 0,
        "depth": "healthy",
        "age": "healthy",
        "workers": 0,
    }
    await coach.complete(await coach.uploaded())
    await record_worker(database, "w1", slots=2, busy=1, draining=False)
    await asyncio.sleep(KEPT_SECONDS)
    health = (await anonymous.get("/health/queue")).json()
    assert (health["visible"], health["workers"]) == (1, 1)
    assert health["oldest_waiting_s"] >= 0


async def test_a_check_runs_once_for_all_who_ask_and_its_answer_is_kept() -> None:
    calls: list[int] = []

    async def load() -> int:
        calls.append(1)
        await asyncio.sleep(0.05)
        return len(calls)

    check = OneFlight(load, kept_seconds=60)
    assert await asyncio.gather(*(check.get() for _ in range(50))) == [1] * 50
    assert await check.get() == 1


async def test_an_answer_is_kept_no_longer_than_it_may_be() -> None:
    calls: list[int] = []

    async def load() -> int:
        calls.append(1)
        return len(calls)

    check = OneFlight(load, kept_seconds=0.05)
    assert await check.get() == 1
    await asyncio.sleep(0.1)
    assert await check.get() == 2


async def test_a_failed_check_is_kept_too() -> None:
    calls: list[int] = []

    async def load() -> int:
        calls.append(1)
        raise ConnectionError("away")

    check = OneFlight(load, kept_seconds=60)
    for _ in range(3):
        with pytest.raises(ConnectionError, match="away"):
            await check.get()
    assert len(calls) == 1


async def test_a_flood_of_checks_costs_one_connection_a_second(anonymous: httpx.AsyncClient, coach: Caller) -> None:
    flood = [anonymous.get(f"/health/{kind}") for kind in ("ready", "queue") for _ in range(50)]
    answers, session = await asyncio.gather(asyncio.gather(*flood), coach.session())
    assert {answer.status_code for answer in answers} == {200}
    assert session["status"] == "pending"


@pytest.mark.parametrize(("path", "code"), [("ready", None), ("queue", "database_unavailable")])
async def test_a_database_that_hangs_does_not_hold_a_check(settings: ApiSettings, path: str, code: str | None) -> None:
    silent = await asyncio.start_server(_say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    hanging = msgspec.structs.replace(settings, database_url=f"postgresql://nobody:x@127.0.0.1:{port}/d")
    async with serving(hanging, Readiness()) as client:
        started = time.monotonic()
        response = await client.get(f"/health/{path}")
        took = time.monotonic() - started
        assert response.status_code == 503
        assert response.json().get("code") == code
        assert took < 5
    silent.close()


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()
