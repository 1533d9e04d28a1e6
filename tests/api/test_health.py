import httpx
import pytest
from tests.support.api import Caller, serving, without

from cricksy.api.health import Readiness
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
    health = (await anonymous.get("/health/queue")).json()
    assert (health["visible"], health["workers"]) == (1, 1)
    assert health["oldest_waiting_s"] >= 0
