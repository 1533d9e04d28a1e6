"""Jobs as a worker sees them: claimed under a lease, and written only while the lease is its own and alive.

The lease is the fence: a token in the row and an end on the database's clock. Each write names both, so a worker that
was paused, cut off or replaced changes no row, learns it from the row count, and must stop: :class:`LeaseLost`.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Update, and_, case, func, literal, or_, select, update
from uuid_utils.compat import uuid4

from cricksy.data.artifacts import Stored, keep
from cricksy.data.clips import keep_clip
from cricksy.data.engine import Database, Transaction
from cricksy.data.jobs import seconds_from_now
from cricksy.data.models import Job, Session
from cricksy.results.clip import ClipFacts
from cricksy.vocabulary import ErrorCode, Given, JobStatus, Stage

MAX_ATTEMPTS = 3


class LeaseLost(Exception):  # noqa: N818 - what happened, not a defect
    """The job is no longer ours: write nothing, delete nothing."""


def failed_for_good(code: str, message: str) -> dict[str, Any]:
    """The columns of a job that failed and will not be tried again."""
    return {
        "status": JobStatus.FAILED,
        "stage": None,
        "final": True,
        "completed_at": func.now(),
        "error_code": code,
        "error_message": message,
        "sent_at": None,
        "send_expires_at": None,
        "lease_token": None,
        "lease_expires_at": None,
    }


# No worker came back from the last attempt, so none was left to say that it was the last.
ATTEMPTS_SPENT = failed_for_good(
    ErrorCode.ATTEMPTS_SPENT, f"Processing failed: no worker finished it in {MAX_ATTEMPTS} attempts"
)


class Lease(msgspec.Struct, frozen=True):
    job_id: UUID
    token: UUID = msgspec.field(default_factory=uuid4)
    """Made before the claim, so that one whose answer was lost may be asked for again."""

    def holds(self) -> ColumnElement[bool]:
        return and_(Job.id == self.job_id, Job.lease_token == self.token, Job.lease_expires_at > func.now())


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is ours until the lease ends."""

    lease: Lease
    session_id: UUID
    trace_id: str
    request_id: UUID
    attempts: int
    s3_key: str | None
    sample_fps: int
    include_frames: bool
    given: Given
    object_etag: str | None
    """Of the object that complete saw; ``None`` where the job was completed before this was recorded."""
    object_version: str | None
    unchecked_sha256: str | None
    """Declared for an upload in parts, of which S3 cannot check it."""


class Held(msgspec.Struct, frozen=True):
    """Another worker holds the lease for so many seconds more."""

    seconds: float


class AlreadyFinal(msgspec.Struct, frozen=True):
    """Nothing is left to do for this job."""

    status: JobStatus


class Unknown(msgspec.Struct, frozen=True):
    """There is no such job: it was deleted, or the message is not of this database."""


async def claim(
    database: Database, lease: Lease, sqs_message_id: str, lease_seconds: float
) -> Claim | Held | AlreadyFinal | Unknown:
    """Take the lease's job for ``lease_seconds`` and count an attempt, unless it is final or held by another worker.

    Asked again with the same lease, because the first answer did not come through, it counts no second attempt.
    A queued job is taken too: the message may outrun the commit that marks it sent.
    """
    is_ours = func.coalesce(Job.lease_token == lease.token, False)
    is_free = or_(Job.lease_expires_at.is_(None), Job.lease_expires_at <= func.now())
    is_free_to_try = and_(is_free, Job.attempts < MAX_ATTEMPTS)
    statement = (
        update(Job)
        .where(Job.id == lease.job_id, ~Job.final, or_(is_ours, is_free_to_try), Session.id == Job.session_id)
        .values(
            status=JobStatus.PROCESSING,
            stage=Stage.DOWNLOADING,
            progress=0,
            attempts=Job.attempts + case((is_ours, 0), else_=1),
            sqs_message_id=sqs_message_id,
            sent_at=None,
            send_expires_at=None,
            started_at=func.now(),
            completed_at=None,
            error_code=None,
            error_message=None,
            lease_token=lease.token,
            lease_expires_at=seconds_from_now(lease_seconds),
        )
        .returning(
            Job.session_id,
            Job.trace_id,
            Job.request_id,
            Job.attempts,
            Job.s3_key,
            Job.sample_fps,
            Job.include_frames,
            func.coalesce(Job.discipline, Session.discipline).label("discipline"),
            func.coalesce(Job.handedness, Session.handedness).label("handedness"),
            func.coalesce(Job.camera_view, Session.camera_view).label("camera_view"),
            Job.capture_fps,
            func.coalesce(Job.height_cm, Session.height_cm).label("height_cm"),
            func.coalesce(Job.age_group, Session.age_group).label("age_group"),
            func.coalesce(Job.bowling_style, Session.bowling_style).label("bowling_style"),
            Job.object_etag,
            Job.object_version,
            case((Job.multipart_upload_id.is_not(None), Job.checksum_sha256)).label("unchecked_sha256"),
        )
    )
    async with database.begin() as transaction:
        row = (await transaction.execute(statement)).mappings().one_or_none()
        if row is not None:
            columns = dict(row)
            given = Given(**{name: columns.pop(name) for name in Given.__struct_fields__})
            return Claim(lease=lease, given=given, **columns)
        return await _why_not_claimed(transaction, lease.job_id)


async def _why_not_claimed(transaction: Transaction, job_id: UUID) -> Held | AlreadyFinal | Unknown:
    remainder = func.extract("epoch", Job.lease_expires_at - func.now())
    columns = (Job.status, Job.final, Job.attempts, remainder.label("remainder"))
    statement = select(*columns).where(Job.id == job_id).with_for_update()
    row = (await transaction.execute(statement)).one_or_none()
    if row is None:
        return Unknown()
    if row.final:
        return AlreadyFinal(row.status)
    if row.remainder is not None and row.remainder > 0:
        return Held(float(row.remainder))
    if row.attempts < MAX_ATTEMPTS:
        # Given up by its holder between the two statements: it is free by now.
        return Held(0.0)
    await transaction.execute(update(Job).where(Job.id == job_id).values(**ATTEMPTS_SPENT))
    return AlreadyFinal(JobStatus.FAILED)


async def renew(database: Database, lease: Lease, lease_seconds: float) -> None:
    """Let the lease end ``lease_seconds`` from now. Raises :class:`LeaseLost`."""
    await _write(database, lease, update(Job).values(lease_expires_at=seconds_from_now(lease_seconds)))


async def record_progress(database: Database, lease: Lease, stage: Stage, progress: int) -> None:
    """Say what the job is doing and how far it is, 0–100. Raises :class:`LeaseLost`."""
    await _write(database, lease, update(Job).values(stage=stage, progress=progress))


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The artifacts of an attempt, put and not yet kept."""

    results: Stored
    landmarks: Stored
    stills: Stored | None
    summary: dict[str, Any] | None
    """Of the results, for lists."""
    clip: ClipFacts | None
    """What the results say of the clip; ``None`` where they cannot be read."""


async def commit_results(database: Database, lease: Lease, made: Made) -> None:
    """Complete the job with what the attempt made. Raises :class:`LeaseLost`.

    Raises :class:`cricksy.data.artifacts.ArtifactGone` where a sweeper has collected an artifact.
    """
    completed = update(Job).values(
        status=JobStatus.COMPLETED,
        stage=None,
        progress=100,
        final=True,
        completed_at=func.now(),
        lease_token=None,
        lease_expires_at=None,
        results_id=made.results.id,
        landmarks_id=made.landmarks.id,
        stills_id=None if made.stills is None else made.stills.id,
        summary=made.summary,
        numbers_of=Job.revision,
    )
    async with database.begin() as transaction:
        await _write_in(transaction, lease, completed)
        await keep(transaction, lease.job_id, [one for one in (made.results, made.landmarks, made.stills) if one])
        await keep_clip(transaction, lease.job_id, made.clip)


async def fail(  # noqa: PLR0913 - each says one thing of the failure
    database: Database, lease: Lease, *, code: str, message: str, final: bool, spend_attempt: bool
) -> bool:
    """End this attempt. Returns whether the job is final: asked for, or no attempt is left. Raises :class:`LeaseLost`.

    Without ``spend_attempt`` the attempt that the claim counted is given back: the fault was not the job's own.
    """
    attempts = Job.attempts if spend_attempt else Job.attempts - 1
    is_final = or_(literal(final), attempts >= MAX_ATTEMPTS)
    statement = update(Job).values(
        failed_for_good(code, message)
        | {
            "attempts": attempts,
            "final": is_final,
            "stage": case((is_final, None), else_=literal(Stage.WAITING, Job.stage.type)),
            "sent_at": case((is_final, None), else_=func.now()),
        }
    )
    async with database.begin() as transaction:
        row = (await transaction.execute(statement.where(lease.holds()).returning(Job.final))).one_or_none()
    if row is None:
        raise LeaseLost
    return row.final


async def release(database: Database, lease: Lease) -> None:
    """Give the job back untouched: no attempt is spent and it waits for the next worker. Raises :class:`LeaseLost`."""
    statement = update(Job).values(
        stage=Stage.WAITING,
        progress=0,
        attempts=Job.attempts - 1,
        sent_at=func.now(),
        lease_token=None,
        lease_expires_at=None,
    )
    await _write(database, lease, statement)


async def record_message(database: Database, job_id: UUID, sqs_message_id: str) -> None:
    """Note the message that stands for the job since it was handed back, unless a worker has claimed it by then."""
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.PROCESSING, Job.lease_token.is_(None))
        .values(sqs_message_id=sqs_message_id, sent_at=func.now())
    )
    async with database.begin() as transaction:
        await transaction.execute(statement)


async def _write(database: Database, lease: Lease, statement: Update) -> None:
    async with database.begin() as transaction:
        await _write_in(transaction, lease, statement)


async def _write_in(transaction: Transaction, lease: Lease, statement: Update) -> None:
    if (await transaction.execute(statement.where(lease.holds()))).rowcount != 1:
        raise LeaseLost
