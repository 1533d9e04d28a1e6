"""Lists among 100,000 jobs of many owners: each page by index."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import dialect
from tests.support.jobs import OWNER
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.data.engine import Database, connected
from cricksy.data.job_lists import JobFilter, list_jobs, listing
from cricksy.data.sessions import Owner
from cricksy.vocabulary import JobStatus, OwnerType

JOBS = 100_000
CLUB = Owner(OwnerType.ORG, "club")
_FILL = """
INSERT INTO sessions (id, owner_type, owner_id, title, player_ids)
    SELECT lpad(to_hex(n), 32, '0')::uuid,
        (CASE WHEN n % 2 = 0 THEN 'org' ELSE 'coach' END)::owner_type,
        CASE WHEN n % 2 = 0 THEN 'club' ELSE 'coach-' || n % 200 END,
        't', '{}'
    FROM generate_series(1, 20000) AS n;
INSERT INTO jobs (id, session_id, video_id, sample_fps, include_frames, content_type, request_id, trace_id)
    SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(1 + n % 20000), 32, '0')::uuid, gen_random_uuid(),
        15, true, 'video/mp4', gen_random_uuid(), 't'
    FROM generate_series(1, 100000) AS n;
ANALYZE sessions, jobs;
"""


@pytest.fixture
async def filled(database_url: str) -> AsyncIterator[Database]:
    """Half of all jobs are one organisation's, the others a hundred coaches'."""
    async with connected(database_url, application="tests", statement_seconds=PATIENCE_SECONDS) as database:
        async with database.begin() as transaction:
            for statement in filter(str.strip, _FILL.split(";")):
                await transaction.execute(text(statement))
        yield database


async def plan_of(database: Database, statement: Any) -> dict[str, Any]:
    sql = str(statement.compile(dialect=dialect(), compile_kwargs={"literal_binds": True}))
    async with database.connect() as connection:
        rows = await connection.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"))
        return rows.scalar_one()[0]["Plan"]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


async def test_every_page_is_read_by_an_index(filled: Database) -> None:
    coach = OWNER
    newest = await list_jobs(filled, CLUB, JobFilter(), before=None, limit=1)
    (own,) = await list_jobs(filled, coach, JobFilter(), before=None, limit=1)
    middle = (await list_jobs(filled, CLUB, JobFilter(), before=None, limit=100))[-1].job_id
    for owner, wanted, before in (
        (CLUB, JobFilter(), None),
        (CLUB, JobFilter(), middle),
        (CLUB, JobFilter(status=JobStatus.QUEUED), middle),
        (CLUB, JobFilter(session_id=newest[0].session_id), None),
        (coach, JobFilter(), None),
        (coach, JobFilter(session_id=own.session_id), own.job_id),
        (Owner(OwnerType.COACH, "nobody"), JobFilter(), None),
    ):
        statement, values = listing(owner, wanted, before=before, limit=21)
        found = nodes(await plan_of(filled, statement.params(values)))
        (scan,) = [node for node in found if node.get("Relation Name") == "jobs"]
        assert scan["Node Type"] != "Seq Scan", scan
        if owner is not CLUB or wanted.session_id is not None:
            # Of an owner of half of all jobs, any index that rises with time finds the newest at once.
            used = {node["Index Name"] for node in found if "Index Name" in node}
            assert used <= {"jobs_owner_newest", "jobs_session_newest"}
        assert scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0) <= 100, scan
    jobs = await list_jobs(filled, CLUB, JobFilter(), before=None, limit=21)
    ids = [job.job_id.int for job in jobs]
    # The sessions of even number are the organisation's, and so the jobs of odd number.
    assert ids == [JOBS - 1 - 2 * n for n in range(21)]
