"""A database as the first release left it: its tables, and a job in every state with all that belongs to it.

The rows are written in SQL, because the code of today need not know the tables of that time.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from tests.support.stored import MODELS, stored
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.migrations import Release, this_release
from cricksy.data.schema import init_schema

COMMIT = "d3970a1"
"""The last code that knew no versions."""

_SESSION = text("""
    INSERT INTO sessions (id, owner_type, owner_id, title, player_ids, notes, discipline, handedness, camera_view)
    VALUES (:id, 'coach', :owner_id, 'Nets', '{p1,p2}', 'windy', 'bowling', 'right', 'side')
""")
_LEASE = "lease_token = gen_random_uuid(), lease_expires_at = now() + interval '1 minute'"
_SENT = "sqs_message_id = 'message', started_at = now()"
_COMPLETED = f"status = 'completed', final = true, progress = 100, attempts = 1, {_SENT}, completed_at = now()"
_FAILED = f"status = 'failed', {_SENT}, completed_at = now(), error_code = 'child_died', error_message = 'It died'"
_STATES = {
    "queued": "content_length = 1000, checksum_sha256 = 'c2hh'",
    "sending": "send_expires_at = now() + interval '1 minute'",
    "waiting": f"status = 'processing', stage = 'waiting', sent_at = now(), {_SENT}",
    "working": f"status = 'processing', stage = 'extracting_pose', progress = 30, attempts = 1, {_SENT}, {_LEASE}",
    "completed": f"{_COMPLETED}, results = :results",
    "corrected": f"{_COMPLETED}, results = :corrected, revision = 2",
    "to be tried again": f"{_FAILED}, stage = 'waiting', sent_at = now(), attempts = 1",
    "failed": f"{_FAILED}, final = true, attempts = 3",
}
"""Of a job, each by what is set in its row."""
STATUSES = {
    "queued": "queued",
    "sending": "queued",
    "waiting": "processing",
    "working": "processing",
    "completed": "completed",
    "corrected": "completed",
    "to be tried again": "failed",
    "failed": "failed",
}

Rows = dict[str, list[tuple[Any, ...]]]


def first_release() -> Release:
    """The release whose tables these are."""
    first = this_release().migrations[0]
    return Release(schema_sql=first.sql, migrations=[first])


async def make_version_1(database: Database, owner_id: str) -> dict[str, UUID]:
    """Make the tables in an empty database and fill them for a coach. Returns the job of each state."""
    await init_schema(database, first_release())
    jobs = {state: uuid7() for state in _STATES}
    video = stored()
    results = {"results": video.results, "corrected": msgspec.json.format(video.results)}
    async with database.begin() as transaction:
        for state, job_id in jobs.items():
            session_id = uuid7()
            await transaction.execute(_SESSION, {"id": session_id, "owner_id": owner_id})
            made = {"id": job_id, "session_id": session_id, "video_id": uuid7(), "request_id": uuid7()}
            await transaction.execute(
                text("""
                    INSERT INTO jobs (id, session_id, video_id, sample_fps, include_frames, content_type, s3_key,
                        request_id, trace_id)
                    VALUES (:id, :session_id, :video_id, 15, true, 'video/mp4', 'key', :request_id, 'trace')
                """),
                made,
            )
            used = {name: value for name, value in results.items() if f":{name}" in _STATES[state]}
            await transaction.execute(text(f"UPDATE jobs SET {_STATES[state]} WHERE id = :id"), {"id": job_id, **used})
        for state in ("completed", "corrected"):
            seen = {"id": jobs[state], "data": video.landmarks, "models": msgspec.json.encode(MODELS).decode()}
            landmarks = "INSERT INTO landmarks (job_id, data, models) VALUES (:id, :data, CAST(:models AS jsonb))"
            await transaction.execute(text(landmarks), seen)
        revision = "INSERT INTO revisions (job_id, revision, results) VALUES (:id, 1, :results)"
        await transaction.execute(text(revision), {"id": jobs["corrected"], "results": video.results})
        await transaction.execute(text("INSERT INTO workers (id, slots, busy, draining) VALUES ('w', 2, 1, false)"))
    return jobs


async def read_rows(database: Database, like: Rows | None = None) -> Rows:
    """All rows of the tables of version 1 by table, each table's in one order; its first row names the columns.

    ``like``: with the columns of these rows alone, whatever the tables have gained since.
    """
    rows: Rows = {}
    async with database.connect() as connection:
        for table in ("sessions", "jobs", "landmarks", "revisions", "workers"):
            columns = ", ".join(like[table][0]) if like else "*"
            found = await connection.execute(text(f"SELECT {columns} FROM {table} AS found ORDER BY found.*::text"))
            rows[table] = [tuple(found.keys()), *(tuple(row) for row in found)]
    return rows
