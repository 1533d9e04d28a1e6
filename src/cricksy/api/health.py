"""``/health``: for the load balancer and for the operator."""

import asyncio
from typing import Final, Literal

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from cricksy.api.health_checks import DatabaseState, HealthChecks
from cricksy.api.openapi import ApiOperation, problems
from cricksy.api.problems import DatabaseUnavailable, Overloaded, QueueUnavailable
from cricksy.aws.errors import QueueError

BACKLOG: Final = 10
CRITICAL: Final = 50
SLOW_SECONDS: Final = 600


class Readiness:
    """Whether the API still takes requests. Set once, when it is asked to stop."""

    def __init__(self) -> None:
        self.draining = False


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["live"] = "live"
    """Always `live`."""


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
        description=(
            "Asks the database, the queue and the bucket, at most once a second. Answers within 4 s: 503 if one fails "
            "and while the API drains."
        ),
        response_description="The API takes requests.",
        responses={
            503: ResponseSpec(Ready, description="A dependency failed or the API drains.", generate_examples=False)
        },
    )
    async def ready(
        self, checks: NamedDependency[HealthChecks], readiness: NamedDependency[Readiness]
    ) -> Response[Ready]:
        database, queue, bucket = await asyncio.gather(checks.database(), checks.queue(), checks.bucket())
        all_ok = database == queue == bucket == "ok"
        status = "draining" if readiness.draining else "ready" if all_ok else "unready"
        body = Ready(status=status, database=database, queue=queue, bucket=bucket)
        return Response(body, status_code=200 if status == "ready" else 503)

    @get(
        "/queue",
        operation_id="queueHealth",
        operation_class=ApiOperation,
        summary="Queue depth, age and workers",
        description=(
            "Returns how many messages and jobs wait, for how long, and how many workers are alive. Read at most once "
            "a second."
        ),
        response_description="The state of the queue.",
        responses=problems(QueueUnavailable, Overloaded, DatabaseUnavailable),
    )
    async def queue(self, checks: NamedDependency[HealthChecks]) -> QueueHealth:
        depth, backlog = await asyncio.gather(checks.depth(), checks.backlog(), return_exceptions=True)
        if isinstance(depth, QueueError | TimeoutError):
            raise QueueUnavailable("The queue is not responding. Retry in a few seconds.") from depth
        if isinstance(backlog, TimeoutError):
            raise DatabaseUnavailable from backlog
        if isinstance(depth, BaseException):
            raise depth
        if isinstance(backlog, BaseException):
            raise backlog
        oldest = backlog.oldest_waiting_seconds
        return QueueHealth(
            visible=depth.visible,
            in_flight=depth.in_flight,
            dead=depth.dead,
            oldest_waiting_s=round(oldest, 1),
            depth="critical" if depth.visible > CRITICAL else "backlog" if depth.visible > BACKLOG else "healthy",
            age="slow" if oldest > SLOW_SECONDS else "healthy",
            workers=backlog.workers,
        )
