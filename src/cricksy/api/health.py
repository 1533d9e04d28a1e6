"""``/health``: for the load balancer and for the operator."""

import asyncio
from collections.abc import Awaitable
from typing import Final, Literal

import msgspec
import structlog
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from cricksy.api.openapi import problems
from cricksy.api.problems import DatabaseUnavailable, Overloaded, QueueUnavailable
from cricksy.api.services import Services
from cricksy.aws.errors import QueueError
from cricksy.data.jobs import oldest_waiting_seconds
from cricksy.data.schema import is_ready
from cricksy.data.workers import count_workers

CHECK_SECONDS: Final = 4
BACKLOG: Final = 10
CRITICAL: Final = 50
SLOW_SECONDS: Final = 600

log = structlog.stdlib.get_logger()


class Readiness:
    """Whether the API still wants requests; turned once, when it is told to stop."""

    def __init__(self) -> None:
        self.draining = False


class Live(msgspec.Struct, frozen=True):
    status: Literal["live"] = "live"


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ready", "unready", "draining"]
    database: Literal["ok", "failed"]
    queue: Literal["ok", "failed"]
    bucket: Literal["ok", "failed"]


class QueueHealth(msgspec.Struct, frozen=True, kw_only=True):
    visible: int
    in_flight: int
    dead: int
    oldest_waiting_s: float
    """How long the longest waiting job has waited; 0 where none waits."""
    depth: Literal["healthy", "backlog", "critical"]
    age: Literal["healthy", "slow"]
    workers: int


class Health(Controller):
    path = "/health"
    tags = ("Health",)

    @get("/live", operation_id="live", summary="The process answers")
    async def live(self) -> Live:
        return Live()

    @get(
        "/ready",
        operation_id="ready",
        summary="Database, queue and bucket answer",
        responses={503: ResponseSpec(Ready, description="One of them failed, or the API is draining")},
    )
    async def ready(
        self, services: NamedDependency[Services], readiness: NamedDependency[Readiness]
    ) -> Response[Ready]:
        database, queue, bucket = await asyncio.gather(
            _check("database", _database_is_ready(services)),
            _check("queue", services.queue.ping()),
            _check("bucket", services.videos.ping()),
        )
        all_ok = database == queue == bucket == "ok"
        status = "draining" if readiness.draining else "ready" if all_ok else "unready"
        body = Ready(status=status, database=database, queue=queue, bucket=bucket)
        return Response(body, status_code=200 if status == "ready" else 503)

    @get(
        "/queue",
        operation_id="queueHealth",
        summary="How much waits, for how long, and who works on it",
        responses=problems(QueueUnavailable, Overloaded, DatabaseUnavailable),
    )
    async def queue(self, services: NamedDependency[Services]) -> QueueHealth:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                depth = await services.queue.depth()
        except (QueueError, TimeoutError) as error:
            raise QueueUnavailable("The queue does not answer. Try again in a few seconds.") from error
        oldest = await oldest_waiting_seconds(services.database)
        return QueueHealth(
            visible=depth.visible,
            in_flight=depth.in_flight,
            dead=depth.dead,
            oldest_waiting_s=round(oldest, 1),
            depth="critical" if depth.visible > CRITICAL else "backlog" if depth.visible > BACKLOG else "healthy",
            age="slow" if oldest > SLOW_SECONDS else "healthy",
            workers=await count_workers(services.database),
        )


async def _database_is_ready(services: Services) -> None:
    if not await is_ready(services.database):
        raise LookupError("the schema is not loaded")


async def _check(name: str, check: Awaitable[None]) -> Literal["ok", "failed"]:
    try:
        await asyncio.wait_for(check, CHECK_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, the answer is that it is not ready
        log.warning("not_ready", check=name, error=repr(error))
        return "failed"
    return "ok"
