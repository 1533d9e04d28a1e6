"""What a coach deletes: a job, a session, a player. The rows go at once, what they leave in the bucket soon."""

import asyncio
from collections.abc import Sequence
from typing import Final, TypeVar

import structlog
from litestar import Controller, Request, delete
from litestar.datastructures import State
from litestar.di import NamedDependency

from cricksy.api.audit import audited, first_ids, player_hash
from cricksy.api.bodies import JobId, SessionId
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.player_bodies import DeletedPlayer, PlayerInPath
from cricksy.api.problems import Conflict, Invalid, NotFound
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.aws.errors import StorageError
from cricksy.data.deletions import BuriedObject, Busy, Deletion, delete_job, delete_player, delete_session

_STORAGE_SECONDS: Final = 3
"""How long a deletion waits for S3. A sweeper deletes what is left."""
_D = TypeVar("_D", bound=Deletion)
log = structlog.stdlib.get_logger()


class Deletions(Controller):
    path = "/"

    @delete(
        "/analysis-jobs/{job_id:uuid}",
        tags=["Analysis jobs"],
        operation_class=CoachOperation,
        operation_id="deleteAnalysisJob",
        summary="Delete a job",
        description=(
            "Deletes the job, its results and its video for good. A job that is processing cannot be deleted. The "
            "video stays as long as a retry of the job uses it. One that is still being uploaded goes once it is there."
        ),
        response_description="The job is deleted.",
        responses=coach_problems(NotFound, Conflict),
    )
    async def job(
        self, request: Request[Coach, None, State], job_id: JobId, services: NamedDependency[Services]
    ) -> None:
        deleted = _done(await delete_job(services.database, request.user.owner, job_id))
        log.info("job_deleted", job_id=str(job_id), **audited(request.user), objects=len(deleted.objects))
        await _delete_objects(services, deleted.objects)

    @delete(
        "/sessions/{session_id:uuid}",
        tags=["Sessions"],
        operation_class=CoachOperation,
        operation_id="deleteSession",
        summary="Delete a session",
        description=(
            "Deletes the session with its jobs, results and videos for good. Refused while one of its jobs is "
            "processing; nothing is deleted then."
        ),
        response_description="The session is deleted.",
        responses=coach_problems(NotFound, Conflict),
    )
    async def session(
        self, request: Request[Coach, None, State], session_id: SessionId, services: NamedDependency[Services]
    ) -> None:
        deleted = _done(await delete_session(services.database, request.user.owner, session_id))
        log.info("session_deleted", session_id=str(session_id), **audited(request.user), **_gone(deleted))
        await _delete_objects(services, deleted.objects)

    @delete(
        "/players/{player_id:str}",
        status_code=202,
        tags=["Players"],
        operation_class=CoachOperation,
        operation_id="deletePlayer",
        summary="Delete a player",
        description=(
            "Deletes every session that holds this player alone, with its jobs, results and videos. Deletes the "
            "player's own clips in all other sessions too, and takes the player out of them. Refused while one of "
            "these jobs is processing; nothing is deleted then. A repeat answers 404: the player is gone. "
            "Encode the id as one segment of the path."
        ),
        response_description="The player is deleted. The videos leave the storage within minutes.",
        responses=coach_problems(NotFound, Conflict, Invalid),
    )
    async def player(
        self, request: Request[Coach, None, State], player_id: PlayerInPath, services: NamedDependency[Services]
    ) -> DeletedPlayer:
        deleted = _done(await delete_player(services.database, request.user.owner, player_id))
        log.info(
            "player_deleted",
            player=player_hash(player_id),
            **audited(request.user),
            **_gone(deleted),
            sessions_shared=len(deleted.shared_sessions),
            session_ids_shared=first_ids(deleted.shared_sessions),
        )
        await _delete_objects(services, deleted.objects)
        return DeletedPlayer(
            player_id=player_id,
            sessions_deleted=len(deleted.sessions),
            sessions_shared=len(deleted.shared_sessions),
            jobs_deleted=len(deleted.jobs),
        )


def _gone(deleted: Deletion) -> dict[str, object]:
    return {
        "sessions": len(deleted.sessions),
        "session_ids": first_ids(deleted.sessions),
        "jobs": len(deleted.jobs),
        "job_ids": first_ids(deleted.jobs),
        "objects": len(deleted.objects),
    }


def _done(outcome: _D | Busy | None) -> _D:
    if outcome is None:
        raise NotFound
    if isinstance(outcome, Busy):
        raise Conflict(_busy(outcome.processing))
    return outcome


def _busy(processing: int) -> str:
    jobs = "A job is" if processing == 1 else f"{processing} jobs are"
    return f"{jobs} still processing. Nothing was deleted: try again when none is."


async def _delete_objects(services: Services, objects: Sequence[BuriedObject]) -> None:
    """Delete what can be deleted now. The keys are buried, so a sweeper deletes the rest."""
    left = list(objects)
    try:
        async with asyncio.timeout(_STORAGE_SECONDS):
            while left:
                await services.videos.delete(left[0].key, left[0].upload_id)
                del left[0]
    except (StorageError, TimeoutError) as error:
        log.warning("objects_left_to_the_sweeper", objects=len(left), error=str(error) or "no answer in time")
