from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.jobs import NewJob, create_job
from cricksy.data.sessions import NewSession, Owner, create_session
from cricksy.vocabulary import ContentType, Discipline, OwnerType

OWNER = Owner(OwnerType.COACH, "coach-1")


async def make_job(database: Database, discipline: Discipline | None = None) -> UUID:
    """A queued job in a session of its own."""
    session = NewSession(title="t", player_ids=[], notes=None, discipline=discipline, handedness=None, camera_view=None)
    made = await create_session(database, OWNER, session)
    new = NewJob(
        sample_fps=15,
        include_frames=True,
        content_type=ContentType.MP4,
        content_length=None,
        checksum_sha256=None,
        request_id=uuid7(),
        trace_id="t",
    )
    job = await create_job(database, OWNER, made.session_id, new)
    assert job is not None
    return job.job_id


async def pass_time(database: Database, seconds: float) -> None:
    """Move every moment that a sweeper looks at into the past."""
    moments = ("created_at", "sent_at", "lease_expires_at", "send_expires_at")
    earlier = ", ".join(f"{moment} = {moment} - make_interval(secs => :seconds)" for moment in moments)
    async with database.begin() as transaction:
        await transaction.execute(text(f"UPDATE jobs SET {earlier}"), {"seconds": seconds})


@pytest.fixture
async def empty_database_url(database_url: str) -> AsyncGenerator[str]:
    """A database without the schema, beside the test's own."""
    name = f"empty_{uuid4().hex}"
    autocommit = create_async_engine(database_url, isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    async with autocommit.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await autocommit.dispose()
