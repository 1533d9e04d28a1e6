"""A backup, taken while the database is in use, is a whole database again after a restore."""

import subprocess
from uuid import UUID

from tests.support.jobs import OWNER, commit_results, make_job, results_of
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.data.deletions import Deletion, delete_job
from cricksy.data.engine import Database, connected
from cricksy.data.leases import Claim, Lease, claim
from cricksy.data.outbox import mark_sent
from cricksy.data.schema import check_schema
from cricksy.embedded.postgres import tool


def run(program: str, *arguments: str) -> bytes:
    done = subprocess.run([tool(program), *arguments], check=True, capture_output=True, timeout=PATIENCE_SECONDS)
    return done.stdout


async def completed(database: Database) -> UUID:
    job_id = await make_job(database)
    assert await mark_sent(database, job_id, "message")
    lease = Lease(job_id)
    assert isinstance(await claim(database, lease, "message", 600), Claim)
    await commit_results(database, lease, b'{"a": 1}', b"packed")
    return job_id


async def test_what_was_backed_up_is_read_and_goes_on(
    database: Database, database_url: str, empty_database_url: str, tmp_path: object
) -> None:
    job_id, waiting = await completed(database), await make_job(database)
    assert await mark_sent(database, waiting, "message")
    backup = f"{tmp_path}/backup"
    run("pg_dump", "-Fc", "-f", backup, database_url.replace("+asyncpg", ""))
    await completed(database)
    run("pg_restore", "--no-owner", "--exit-on-error", "-d", empty_database_url.replace("+asyncpg", ""), backup)
    async with connected(empty_database_url, application="tests") as restored:
        await check_schema(restored)
        found = await results_of(restored, job_id)
        assert found is not None
        assert found[1] == b'{"a": 1}'
        assert isinstance(await claim(restored, Lease(waiting), "message", 600), Claim)
        # The triggers came with it: a deletion still buries its video.
        deleted = await delete_job(restored, OWNER, job_id)
        assert isinstance(deleted, Deletion)
        assert len(deleted.objects) == 1
