"""``/health``: for the load balancer and for the operator."""

import asyncio
from collections.abc import Awaitable
from typing import Final, Literal

import msgspec
import structlog
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from cricksy.api.openapi import ApiOperation, problems
from cricksy.api.problems import DatabaseUnavailable, Overloaded, QueueUnavailable
from cricksy.api.services import Services
from cricksy.aws.errors import QueueError
from cricksy.data.engine import Database
from cricksy.data.jobs import oldest_waiting_seconds
from cricksy.data.schema import SchemaMismatchError, check_schema
from cricksy.data.workers import count_workers

CHECK_SECONDS: Final = 4
BACKLOG: Final = 10
CRITICAL: Final = 50
SLOW_SECONDS: Final = 600

log = structlog.stdlib.get_logger()


class Readiness:
    """Whether the API still takes requests. Set once, when it is asked to stop."""

    def __init__(self) -> None:
        self.draining = False


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["live"] = "live"
    """Always `live`."""


DatabaseState = Literal["ok", "failed", "schema_missing", "schema_too_old", "schema_too_new", "schema_unknown"]
"""``failed``: it does not answer. The others name what keeps this code from working with its schema."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the API can take requests, and what it depends on."""

    status: Literal["ready", "unready", "draining"]
    """`ready`, `unready` if a dependency failed, `draining` once the API is asked to stop."""
    database: DatabaseState
    """Whether the database answers, and whether this code can work with its schema."""
    queue: Literal["ok", "failed"]
    """Whether the queue answers."""
    bucket: Literal["ok", "failed"]
    """Whether the bucket answers."""


class QueueHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How much work waits, for how long, and how many workers there are."""

    visible: int
    """Messages that wait for a worker."""
    in_flight: int
    """Messages that workers hold."""
    dead: int
    """Messages in the dead-letter queue."""
    oldest_waiting_s: float
    """Seconds that the longest waiting job has waited, 0 if none waits."""
    depth: Literal["healthy", "backlog", "critical"]
    """`backlog` above 10 waiting messages, `critical` above 50."""
    age: Literal["healthy", "slow"]
    """`slow` if a job has waited for more than 600 s."""
    workers: int
    """Workers that reported within the last 30 s."""


class Health(Controller):
    path = "/health"
    tags = ("Health",)

    @get(
        "/live",
        operation_id="live",
        operation_class=ApiOperation,
        summary="Liveness",
        description="Answers 200 as long as the process runs. Asks no other service.",
        response_description="The process answers.",
    )
    async def live(self) -> Live:
        return Live()

    @get(
        "/ready",
        operation_id="ready",
        operation_class=ApiOperation,
        summary="Readiness",
        description="Asks the database, the queue and the bucket. Answers 503 if one fails and while the API drains.",
        response_description="The API takes requests.",
        responses={
            503: ResponseSpec(Ready, description="A dependency failed or the API drains.", generate_examples=False)
        },
    )
    async def ready(
        self, services: NamedDependency[Services], readiness: NamedDependency[Readiness]
    ) -> Response[Ready]:
        database, queue, bucket = await asyncio.gather(
            _check_database(services.database),
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
        operation_class=ApiOperation,
        summary="Queue depth, age and workers",
        description="Returns how many messages and jobs wait, for how long, and how many workers are alive.",
        response_description="The state of the queue.",
        responses=problems(QueueUnavailable, Overloaded, DatabaseUnavailable),
    )
    async def queue(self, services: NamedDependency[Services]) -> QueueHealth:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                depth = await services.queue.depth()
        except (QueueError, TimeoutError) as error:
            raise QueueUnavailable("The queue is not responding. Retry in a few seconds.") from error
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


async def _check_database(database: Database) -> DatabaseState:
    try:
        return await _check("database", check_schema(database))
    except SchemaMismatchError as error:
        log.warning("not_ready", check="database", state=error.mismatch.value, error=str(error))
        return error.mismatch.value


async def _check(name: str, check: Awaitable[object]) -> Literal["ok", "failed"]:
    try:
        await asyncio.wait_for(check, CHECK_SECONDS)
    except SchemaMismatchError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, the answer is that it is not ready
        log.warning("not_ready", check=name, error=repr(error))
        return "failed"
    return "ok"
