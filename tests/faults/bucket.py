"""What is left in the bucket and in the rows that refer to it, once the sweeps have had all the time they need."""

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from sqlalchemy import text
from tests.support.jobs import artifacts_of

from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.aws.objects import LAST_PUT_SECONDS, VideoStore
from cricksy.data.artifacts import Stored
from cricksy.data.engine import Database
from cricksy.vocabulary import ArtifactEncoding
from cricksy_worker.queue.objects import sweep_objects

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

_REFERRED_TO = """
    SELECT results_id FROM jobs UNION SELECT landmarks_id FROM jobs UNION SELECT stills_id FROM jobs
    UNION SELECT results_id FROM revisions
"""
_ARTIFACTS = f"""
    SELECT id, job_id, kind::text, s3_key, kept, id IN ({_REFERRED_TO}) AS is_referred_to, encoding::text, data
    FROM artifacts ORDER BY id
"""
_VIDEOS = "SELECT s3_key, final AND error_code IS DISTINCT FROM 'upload_expired' FROM jobs"

_AGE = text("""
    UPDATE deleted_objects SET deleted_at = deleted_at - make_interval(secs => :seconds),
        sweep_after = sweep_after - make_interval(secs => :seconds)
""")


class ArtifactRow(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact that the sweeps have left."""

    id: UUID
    job_id: UUID
    kind: str
    s3_key: str | None
    """``None``: in PostgreSQL."""
    kept: bool
    is_referred_to: bool
    body: bytes | None
    """As it was put; ``None`` where its object is gone."""


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    objects: set[str]
    """All keys of the bucket."""
    videos: dict[str, bool]
    """Key of each job's video, and whether it must be there: the job ended, and not because its upload expired."""
    artifacts: list[ArtifactRow]
    collected: int
    """Artifacts that nothing kept, which the last sweeps deleted."""


async def sweep_and_read(database: Database, s3: "S3Client", bucket: str) -> Storage:
    """Sweep as workers do, with no attempt at work any more, and look."""
    videos, objects = VideoStore(s3, s3, bucket), ArtifactObjects(s3, s3, bucket)
    artifacts = artifacts_of(database, objects)
    collected = 0
    while await artifacts.collect_orphan(-1):
        collected += 1
    for _ in range(2):
        async with database.begin() as transaction:
            # The jobs stay as they are: the audit sees every change of one.
            await transaction.execute(_AGE, {"seconds": LAST_PUT_SECONDS + 1})
        await sweep_objects(database, videos, LAST_PUT_SECONDS)
    keys = await _keys(s3, bucket)
    async with database.connect() as connection:
        found = [dict(row) for row in (await connection.execute(text(_ARTIFACTS))).mappings()]
        uploads = {row[0]: bool(row[1]) for row in await connection.execute(text(_VIDEOS))}
    for row in found:
        stored = Stored(
            id=None, encoding=ArtifactEncoding(row.pop("encoding")), data=row.pop("data"), s3_key=row["s3_key"]
        )
        is_there = row["s3_key"] is None or row["s3_key"] in keys
        row["body"] = await artifacts.get_plain(stored) if is_there else None
    rows = [ArtifactRow(**row) for row in found]
    return Storage(objects=keys, videos=uploads, artifacts=rows, collected=collected)


async def _keys(s3: "S3Client", bucket: str) -> set[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {item.get("Key", "") async for page in pages for item in page.get("Contents", [])}
