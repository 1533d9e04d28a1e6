"""``GET /analysis-jobs/{job_id}/progress``: server-sent events of a job until it ends."""

from collections.abc import AsyncGenerator
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from cricksy.api.bodies import JobId
from cricksy.api.openapi import ProgressOperation, coach_problems
from cricksy.api.problems import NotFound
from cricksy.api.progress_feed import ProgressFeed
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.progress import JobProgress, Reading, read_progress

COMMENT_SECONDS: Final = 15.0
"""A silent stream sends a comment this often, so that proxies keep it open."""

_MEDIA_TYPE: Final = "text/event-stream"
# A proxy that buffers would hold the events back.
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class JobProgressStreams(Controller):
    path = "/analysis-jobs/{job_id:uuid}/progress"
    tags = ("Analysis jobs",)

    @get(
        operation_class=ProgressOperation,
        operation_id="streamJobProgress",
        summary="Follow the progress of a job",
        description=(
            "Streams server-sent events named `progress`, the current state first, then each change. The data of each "
            "is a `JobProgress`. The stream ends after the event with `final: true`, and when the server restarts: "
            "connect again with the last `id` as `Last-Event-ID` to get only what you missed. A comment every 15 "
            "seconds keeps a silent stream open. Read it with `fetch`: a browser's `EventSource` cannot send the token."
        ),
        responses={
            200: ResponseSpec(JobProgress, media_type=_MEDIA_TYPE, description="The events.", generate_examples=False),
            204: ResponseSpec(
                None, description="`Last-Event-ID` names the final event: no event follows it.", generate_examples=False
            ),
            **coach_problems(NotFound),
        },
    )
    async def follow(
        self,
        request: Request[Coach, None, State],
        job_id: JobId,
        services: NamedDependency[Services],
        feed: NamedDependency[ProgressFeed],
    ) -> Response[Any]:
        reading = await read_progress(services.database, request.user.owner, job_id)
        if reading is None:
            raise NotFound
        seen = request.headers.get("last-event-id")
        if reading.progress.final and seen == str(reading.number):
            return Response(None, status_code=204)
        return Stream(_events(feed, job_id, reading, seen), media_type=_MEDIA_TYPE, headers=_HEADERS)


async def _events(feed: ProgressFeed, job_id: UUID, reading: Reading, seen: str | None) -> AsyncGenerator[bytes]:
    number, shown = reading.number, reading.progress
    if seen != str(number):
        yield _event(number, shown)
    with feed.watch(job_id) as watch:
        while not shown.final:
            try:
                changed = await watch.next(COMMENT_SECONDS)
            except TimeoutError:
                yield b": still there\n\n"
                continue
            if changed is None:
                return
            if changed.progress != shown:
                # A claim that waited for a lock began before what it follows.
                number, shown = max(changed.number, number + 1), changed.progress
                yield _event(number, shown)


def _event(number: int, progress: JobProgress) -> bytes:
    return b"event: progress\nid: %d\ndata: %b\n\n" % (number, msgspec.json.encode(progress))
