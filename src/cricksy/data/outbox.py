"""The outbox: sends a job's message once, however many callers complete the upload at the same time.

The row is the outbox. A caller reserves the send in it, sends, then marks the job sent:

    queued, free ──reserve_send──▶ queued, reserved ──mark_sent──▶ processing
         ▲                               │
         └──────release_send, or its time runs out

A caller that dies after the send leaves a queued job and a message. The worker's claim takes the job, or the next
caller sends a second message; of two messages, the lease lets one work.
"""

from uuid import UUID

from sqlalchemy import func, or_, update

from cricksy.data.engine import Database
from cricksy.data.jobs import seconds_from_now
from cricksy.data.models import Job
from cricksy.vocabulary import JobStatus, ObjectIdentity, Stage


async def reserve_send(  # noqa: PLR0913, PLR0917 - who sends it, and what
    database: Database,
    job_id: UUID,
    seconds: float,
    request_id: UUID,
    trace_id: str,
    seen: ObjectIdentity | None = None,
) -> bool:
    """Whether the caller, alone for ``seconds``, may send the message of this queued job.

    The job takes the ids of the request that sends it, so one id leads from the request to the worker. It takes the
    identity of the object that the request has ``seen``, which is the one that the worker will read.
    A row lock would need a pooled connection for as long as the call to SQS takes.
    """
    identity = {} if seen is None else {"object_etag": seen.etag, "object_version": seen.version}
    free = or_(Job.send_expires_at.is_(None), Job.send_expires_at < func.now())
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.QUEUED, free)
        .values(send_expires_at=seconds_from_now(seconds), request_id=request_id, trace_id=trace_id, **identity)
    )
    async with database.begin() as transaction:
        return (await transaction.execute(statement)).rowcount == 1


async def release_send(database: Database, job_id: UUID) -> None:
    """Give the reservation back after a send that failed: the job stays as it is."""
    statement = update(Job).where(Job.id == job_id).values(send_expires_at=None)
    async with database.begin() as transaction:
        await transaction.execute(statement)


async def mark_sent(database: Database, job_id: UUID, sqs_message_id: str) -> bool:
    """Turn a queued job into one that is processing; ``False`` where a worker claimed it first."""
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        .values(
            status=JobStatus.PROCESSING,
            stage=Stage.WAITING,
            sqs_message_id=sqs_message_id,
            sent_at=func.now(),
            started_at=func.now(),
            send_expires_at=None,
        )
    )
    async with database.begin() as transaction:
        return (await transaction.execute(statement)).rowcount == 1
