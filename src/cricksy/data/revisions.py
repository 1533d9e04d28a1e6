"""Revisions of a job's results: the newest is in the job, and the earlier ones stay readable."""

from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import aliased

from cricksy.data.artifacts import Stored, keep
from cricksy.data.clips import keep_clip
from cricksy.data.engine import Database
from cricksy.data.jobs import RECORD, JobRecord, owned, record_of
from cricksy.data.models import Artifact, Job, Landmarks, Revision
from cricksy.data.results import stored_columns, stored_in
from cricksy.data.sessions import Owner
from cricksy.results.clip import ClipFacts
from cricksy.vocabulary import JobStatus

MAX_REVISIONS: Final = 20
"""Revisions of a job that can be read, the first and the newest among them."""


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A completed job's newest results, and the landmarks that they were scored from."""

    revision: int
    results: Stored
    landmarks: Stored | None
    """``None`` once their retention has ended."""
    video_key: str
    """Artifacts in S3 lie beside it."""


async def read_scored(database: Database, owner: Owner, job_id: UUID) -> Scored | JobStatus | None:
    """What a correction starts from; the status of a job that is not completed, ``None`` where there is no such job."""
    results, landmarks = aliased(Artifact), aliased(Artifact)
    statement = (
        select(
            Job.status,
            Job.revision,
            Job.s3_key,
            *stored_columns(results, "results_"),
            Job.results.label("results_inline"),
            *stored_columns(landmarks, "landmarks_"),
            Landmarks.data.label("landmarks_inline"),
        )
        .outerjoin(results, results.id == Job.results_id)
        .outerjoin(landmarks, landmarks.id == Job.landmarks_id)
        .outerjoin(Landmarks, Landmarks.job_id == Job.id)
        .where(owned(owner, job_id))
    )
    async with database.connect() as connection:
        row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        return None
    found_results = stored_in(row, "results_")
    if row["status"] is not JobStatus.COMPLETED or found_results is None:
        return row["status"]
    return Scored(
        revision=row["revision"],
        results=found_results,
        landmarks=stored_in(row, "landmarks_"),
        video_key=row["s3_key"] or "",
    )


async def replace_results(  # noqa: PLR0913, PLR0917 - which revision of whose job, and what replaces it
    database: Database,
    owner: Owner,
    job_id: UUID,
    revision: int,
    results: Stored,
    summary: dict[str, Any] | None,
    clip: ClipFacts | None,
) -> JobRecord | None:
    """Make the artifact ``results`` the revision after ``revision``, and keep both; of more than ``MAX_REVISIONS``, the
    oldest but the first goes.

    ``None`` where ``revision`` is no longer the newest, or the job is gone: what the results were made from is out of
    date. Raises :class:`cricksy.data.artifacts.ArtifactGone`.
    """
    newest = (
        select(Job.id, Job.revision, Job.results, Job.results_id)
        .where(owned(owner, job_id), Job.status == JobStatus.COMPLETED, Job.revision == revision)
        # A second correction waits here, and then finds another revision.
        .with_for_update(of=Job)
    )
    kept = insert(Revision).from_select(["job_id", "revision", "results", "results_id"], newest)
    replaced = (
        update(Job)
        .where(Job.id == job_id)
        .values(
            revision=Job.revision + 1,
            results=None,
            results_id=results.id,
            summary=summary,
            numbers_of=Job.revision + 1,
        )
        .returning(*RECORD)
    )
    # The first and the new one stay, and between them the newest.
    surplus = delete(Revision).where(
        Revision.job_id == job_id, Revision.revision > 1, Revision.revision <= revision + 2 - MAX_REVISIONS
    )
    async with database.begin() as transaction:
        if (await transaction.execute(kept)).rowcount != 1:
            return None
        await keep(transaction, job_id, [results])
        row = (await transaction.execute(replaced)).mappings().one()
        await transaction.execute(surplus)
        await keep_clip(transaction, job_id, clip)
    return record_of(dict(row))
