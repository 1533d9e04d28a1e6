"""``/players/{player_id}/export``: everything that is stored of a player, one JSON object a line, as it is read."""

import base64
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog
from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from cricksy.api.audit import audited, player_hash
from cricksy.api.export_bodies import (
    ExportedClip,
    ExportedLandmarks,
    ExportedPlayer,
    ExportEnd,
    ExportLine,
)
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.player_bodies import PlayerInPath
from cricksy.api.presigned import NO_STORE
from cricksy.api.problems import DatabaseUnavailable, Invalid, NotFound, StorageUnavailable
from cricksy.api.services import Services
from cricksy.api.storage import storage_problems
from cricksy.api.tokens import Coach
from cricksy.aws.errors import ObjectMissing
from cricksy.data.artifacts import ArtifactDamaged
from cricksy.data.errors import TransientDatabaseError
from cricksy.data.player_clips import has_player
from cricksy.data.player_export import ExportedSession, StoredJob, read_next_job, read_sessions
from cricksy.data.results import read_job_with_results
from cricksy.data.sessions import Owner
from cricksy.results.upgrade import UnreadableResults, view

log = structlog.stdlib.get_logger()

FORMAT: Final = 1
"""Of the lines: a reader refuses what it does not know."""
_PAGE: Final = 100
_ABANDONED: Final = "abandoned"
"""What the log says of an export that the client did not read to its end."""
_MEDIA_TYPE: Final = "application/x-ndjson"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="player.ndjson"',
    # A proxy that buffers would hold all of it.
    "X-Accel-Buffering": "no",
}


class PlayerExport(Controller):
    path = "/players/{player_id:str}/export"
    tags = ("Players",)

    @get(
        operation_class=CoachOperation,
        operation_id="exportPlayer",
        summary="Export everything of a player",
        description=(
            "Streams everything that is stored of the player, one `ExportLine` a line: the sessions that name the "
            "player, the player's clips, each revision of their results, their landmarks, and URLs of videos and "
            "images. Of a session with other players only the player's own clips are there, and neither its title nor "
            "its notes. The last line is `end`: without it, or where its `problem` is not null, call again. Encode the "
            "id as one segment of the path."
        ),
        responses={
            200: ResponseSpec(ExportLine, media_type=_MEDIA_TYPE, description="The lines.", generate_examples=False),
            **coach_problems(NotFound, Invalid),
        },
        response_headers=[NO_STORE],
    )
    async def export(
        self, request: Request[Coach, None, State], services: NamedDependency[Services], player_id: PlayerInPath
    ) -> Stream:
        if not await has_player(services.database, request.user.owner, player_id):
            raise NotFound
        return Stream(lines_of(services, request.user, player_id), media_type=_MEDIA_TYPE, headers=_HEADERS)


async def lines_of(services: Services, coach: Coach, player_id: str) -> AsyncGenerator[bytes]:
    """At most one clip's results at a time are in memory, and no connection to the database is held between lines."""
    sessions = jobs = 0
    problem: str | None = _ABANDONED
    try:
        yield _line(
            ExportLine(player=ExportedPlayer(player_id=player_id, exported_at=datetime.now(UTC), format=FORMAT))
        )
        async for session in _sessions(services, coach.owner, player_id):
            sessions += 1
            yield _line(ExportLine(session=session))
        after: UUID | None = None
        while stored := await read_next_job(services.database, coach.owner, player_id, after):
            after = stored.job.job_id
            jobs += 1
            async for line in _clip(services, coach.owner, stored):
                yield line
        problem = None
    except StorageUnavailable:
        problem = StorageUnavailable.code
    except TransientDatabaseError:
        problem = DatabaseUnavailable.code
    finally:
        # What was read was read, also by a client that hung up.
        counts = {"sessions": sessions, "jobs": jobs, "problem": problem}
        log.info("player_exported", player=player_hash(player_id), **audited(coach), **counts)
    yield _line(ExportLine(end=ExportEnd(sessions=sessions, jobs=jobs, problem=problem)))


async def _sessions(services: Services, owner: Owner, player_id: str) -> AsyncGenerator[ExportedSession]:
    after: UUID | None = None
    while page := await read_sessions(services.database, owner, player_id, after=after, limit=_PAGE):
        for session in page:
            yield session
        after = page[-1].session_id


async def _clip(services: Services, owner: Owner, stored: StoredJob) -> AsyncGenerator[bytes]:
    job_id = stored.job.job_id
    yield _line(
        ExportLine(
            job=ExportedClip(
                **msgspec.structs.asdict(stored.job),
                video_url=await _url(services, stored.video_key),
                stills_url=await _url(services, stored.stills_key),
            )
        )
    )
    for revision in stored.revisions:
        head = msgspec.json.encode({"job_id": job_id, "revision": revision})[:-1]
        results = await _results(services, owner, job_id, revision)
        yield b'{"results":%b,"results":%b}}\n' % (head, results)
    if stored.landmarks is not None:
        npz: str | None = None
        try:
            async with storage_problems():
                npz = base64.b64encode(await services.artifacts.get_plain(stored.landmarks)).decode()
        except (ArtifactDamaged, ObjectMissing) as error:
            log.warning("export_lacks", job_id=str(job_id), stored="landmarks", reason=str(error))
        yield _line(ExportLine(landmarks=ExportedLandmarks(job_id=job_id, npz=npz)))


async def _results(services: Services, owner: Owner, job_id: UUID, revision: int) -> bytes:
    """As JSON, ``null`` where they are gone or cannot be read."""
    found = await read_job_with_results(services.database, owner, job_id, revision)
    try:
        if found is None or found[1] is None:
            # Deleted since the clip's line, or corrected so often that the revision is gone.
            return b"null"
        async with storage_problems():
            return bytes(view(await services.artifacts.get_plain(found[1])))
    except (UnreadableResults, ArtifactDamaged, ObjectMissing) as error:
        log.warning("export_lacks", job_id=str(job_id), stored="results", revision=revision, reason=str(error))
        return b"null"


async def _url(services: Services, key: str | None) -> str | None:
    if key is None:
        return None
    async with storage_problems():
        return await services.objects.presign(key)


def _line(line: ExportLine) -> bytes:
    return msgspec.json.encode(line) + b"\n"
