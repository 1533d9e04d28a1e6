"""A job whose dead letter an operator resends."""

from uuid import UUID

from sqlalchemy import func, update

from cricksy.data.engine import Database
from cricksy.data.models import Job
from cricksy.vocabulary import JobStatus, Stage


async def reopen_job(database: Database, job_id: UUID) -> bool:
    """Give a job that failed for good all its attempts again; ``False`` where it had not failed for good.

    Without this a worker would find the job final and drop the message.
    """
    statement = (
        update(Job)
        .where(
            Job.id == job_id,
            Job.status == JobStatus.FAILED,
            Job.final,
            Job.sqs_message_id.is_not(None),
            Job.video_deleted_at.is_(None),
        )
        .values(
            status=JobStatus.PROCESSING,
            stage=Stage.WAITING,
            progress=0,
            attempts=0,
            final=False,
            sent_at=func.now(),
            send_expires_at=None,
            started_at=func.now(),
            completed_at=None,
            error_code=None,
            error_message=None,
        )
    )
    async with database.begin() as transaction:
        return (await transaction.execute(statement)).rowcount == 1
