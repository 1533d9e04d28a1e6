"""Checks of the programs and the database: running, reachable, finishing jobs."""

from http import HTTPStatus
from typing import Final

import httpx
import msgspec

from cricksy.check.outcome import CannotSee, Finding
from cricksy.data.checks import count_jobs, living_workers
from cricksy.data.engine import Database
from cricksy.data.leases import MAX_ATTEMPTS
from cricksy.data.schema import SchemaMismatchError, check_schema

LATELY_SECONDS: Final = 3600
"""Jobs that ended within this time are counted."""
FAILED_SHARE: Final = 0.5
"""Of these, more failed ones are a fault of the system rather than of the clips."""


async def api_is_running(api_url: str | None) -> str:
    """``/health/ready`` of the API."""
    if api_url is None:
        raise CannotSee("No --api-url was given.")
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(f"{api_url}/health/ready")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Finding(
            f"The API does not answer at {api_url}: {type(error).__name__}.",
            "Start it, or read the last lines of its log: it names each setting that is missing.",
        ) from error
    states = _states(answer.content)
    if "status" not in states:
        raise Finding(
            f"At {api_url} something answers {answer.status_code} that is not the API.",
            "Check --api-url, that the API runs, and that the proxy in front of it reaches it.",
        )
    if answer.status_code != HTTPStatus.OK or states["status"] != "ready":
        why = ", ".join(f"{name} {state}" for name, state in states.items() if state not in {"ok", "ready"})
        raise Finding(f"The API answers {answer.status_code}: {why}.", "The lines not_ready in its log say why.")
    return f"The API at {api_url} is ready."


def _states(body: bytes) -> dict[str, str]:
    """What ``/health/ready`` says of each part; empty where the body is somebody else's, such as a proxy's page."""
    try:
        return msgspec.json.decode(body, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


async def workers_are_running(database: Database, wanted: int) -> str:
    """Enough workers wrote their row lately."""
    workers = await living_workers(database)
    at_work = [worker for worker in workers if not worker.draining]
    if len(at_work) < wanted:
        raise Finding(
            f"{len(at_work)} workers run, {wanted} should.",
            "Start more; `cricksy-worker health` beside one says what it waits for.",
        )
    busy, slots = sum(worker.busy for worker in at_work), sum(worker.slots for worker in at_work)
    return f"{len(at_work)} workers run; {busy} of {slots} slots are busy."


async def database_is_ready(database: Database) -> str:
    """It answers, and this code can work with its schema."""
    try:
        installed = await check_schema(database)
    except SchemaMismatchError as error:
        raise Finding(
            f"The database answers, but {error}.", "Upgrade what is older before it takes traffic."
        ) from error
    return f"The database answers; its schema is at version {installed.version}."


async def workers_reach_the_database(database: Database) -> str:
    """A worker's row is the proof that it reaches the database."""
    workers = await living_workers(database)
    if not workers:
        raise Finding(
            "No worker has written to the database in the last 30 s.",
            "Check the workers' DATABASE_URL and security group; their log has worker_not_announced.",
        )
    return f"{len(workers)} workers have written to it in the last 30 s."


async def jobs_end(database: Database, *, deadline_seconds: float) -> str:
    """None is stuck in processing, held by a lease or not, and most of those that end are completed.

    What failed by its upload says nothing of the system.
    """
    longest = MAX_ATTEMPTS * deadline_seconds + LATELY_SECONDS
    jobs = await count_jobs(database, longest_seconds=longest, lately_seconds=LATELY_SECONDS)
    if jobs.stuck:
        raise Finding(
            f"{jobs.stuck} jobs have been processing for more than {longest / 3600:.1f} h.",
            "Search the logs for their job_id; the sweeper fails those that nothing will finish.",
        )
    if jobs.failed > FAILED_SHARE * (jobs.failed + jobs.completed):
        raise Finding(
            f"In the last hour {jobs.failed} jobs failed and {jobs.completed} were completed.",
            "Count job_updated by error_code in the workers' log.",
        )
    returned = f" {jobs.returned} more failed by their upload, which the coach can correct." if jobs.returned else ""
    return f"In the last hour {jobs.completed} jobs were completed and {jobs.failed} failed; none is stuck.{returned}"
