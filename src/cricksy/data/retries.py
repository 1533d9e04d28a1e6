"""A new job for the video of one that failed for good."""

from uuid import UUID

from sqlalchemy import and_, insert, literal, select

from cricksy.data.engine import Database
from cricksy.data.jobs import owned, session_lock
from cricksy.data.models import Job
from cricksy.data.sessions import Owner
from cricksy.data.usage import Charge, charge
from cricksy.vocabulary import JobStatus

_CARRIED_OVER = (
    Job.session_id,
    Job.video_id,
    Job.s3_key,
    Job.sample_fps,
    Job.include_frames,
    Job.content_type,
    Job.content_length,
    Job.checksum_sha256,
    Job.multipart_upload_id,
    Job.part_bytes,
    Job.discipline,
    Job.handedness,
    Job.camera_view,
    Job.height_cm,
    Job.age_group,
    Job.bowling_style,
    Job.capture_fps,
    Job.player_id,
)


async def create_retry(  # noqa: PLR0913, PLR0917 - whose, of what, and for which request
    database: Database, owner: Owner, job_id: UUID, retry_id: UUID, request_id: UUID, trace_id: str, cost: Charge
) -> UUID | None:
    """Make a queued job ``retry_id`` for the same video and return its id; ``None`` unless the job has failed for good
    and its video is kept.

    While such a job is still queued, because its message could not be sent, that one's id is returned again.

    Raises:
        QuotaReached: it is one job too many.
    """
    columns = (*_CARRIED_OVER, literal(retry_id), literal(request_id), literal(trace_id), Job.id)
    names = [*(column.key for column in _CARRIED_OVER), "id", "request_id", "trace_id", "retry_of"]
    has_failed = (owned(owner, job_id), Job.status == JobStatus.FAILED, Job.final, Job.video_deleted_at.is_(None))
    is_queued_retry = and_(Job.retry_of == job_id, Job.status == JobStatus.QUEUED)
    queued = select(Job.id).where(is_queued_retry).order_by(Job.id.desc()).limit(1)
    async with database.begin() as transaction:
        session_id = (await transaction.execute(session_lock(owner, job_id))).scalar_one_or_none()
        if session_id is None:
            return None
        waiting = (await transaction.execute(queued.where(Job.session_id == session_id))).scalar_one_or_none()
        if waiting is not None:
            return waiting
        if (await transaction.execute(select(Job.id).where(*has_failed))).one_or_none() is None:
            return None
        await charge(transaction, owner, cost)
        await transaction.execute(insert(Job).from_select(names, select(*columns).where(*has_failed)))
    return retry_id
