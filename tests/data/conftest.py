from uuid import UUID

from sqlalchemy import text
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
