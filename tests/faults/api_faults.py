"""The API under faults: ``python -m tests.faults.api_faults --aborts 200``.

Clients hang up at random points of twelve calls, PostgreSQL is killed under load, S3 and SQS stop and go away.
Exit status 0 where every answer was one that the contract allows, in its time, and the process came back by itself.
"""

import asyncio
import random
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from tests.faults import api_outages
from tests.faults.api_process import ApiProcess, running_api
from tests.faults.api_row import Row
from tests.faults.hang_ups import Request, hang_up
from tests.faults.services import running_services
from tests.support.api import Caller

from cricksy.api.app import PREFIX

_AT_ONCE = 16
_JOBS = 8


@click.command()
@click.option("--aborts", type=click.IntRange(1), default=200, show_default=True, help="Of each of the twelve calls.")
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the points at which clients hang up.")
@click.option("--outages/--no-outages", default=True, show_default=True, help="Kill and stop the services as well.")
@click.option("--keep", is_flag=True, help="Keep the directory with the logs.")
def main(*, aborts: int, seed: int, outages: bool, keep: bool) -> None:
    """Hang up on the API, take its services away, and print what it answered."""
    directory = Path(tempfile.mkdtemp(prefix="cricksy-api-faults-"))
    # PostgreSQL runs as another user where we are root.
    directory.chmod(0o755)
    try:
        rows = asyncio.run(_run(directory, aborts, random.Random(seed), outages=outages))  # noqa: S311 - not a secret
    finally:
        if keep:
            click.echo(f"Logs: {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    table = Table("what", "answers", "slowest s", "wrong", title=f"The API under faults, seed {seed}")
    for row in rows:
        table.add_row(
            row.what, row.answers, f"{row.slowest:.2f}", row.wrong, style="bold red" if row.wrong else "green"
        )
    Console(width=150).print(table)
    raise SystemExit(1 if any(row.wrong for row in rows) else 0)


async def _run(directory: Path, aborts: int, rng: random.Random, *, outages: bool) -> list[Row]:
    async with _serving(directory) as (api, services_rows):
        rows = [await _hang_up_on(api, request, aborts, rng) for request in await _requests(api.coach)]
        rows.append(await _after_hanging_up(api))
        if outages:
            rows += await services_rows()
        rows.append(api.log_row("the log of the run", outages=outages))
        return rows


@asynccontextmanager
async def _serving(directory: Path) -> AsyncGenerator[tuple[ApiProcess, api_outages.Outages]]:
    async with running_services(directory) as services, running_api(services, directory) as api:
        yield api, api_outages.Outages(api, services)


async def _requests(coach: Caller) -> list[Request]:
    session_id = (await coach.session())["session_id"]
    job_id = await coach.uploaded(session_id=session_id)
    session, job = f"{PREFIX}/sessions/{session_id}", f"{PREFIX}/analysis-jobs/{job_id}"
    upload = f"{PREFIX}/videos/upload"
    new_session = {"title": "Nets", "player_ids": ["p1"]}
    # Complete comes last: before it the job is queued, and its progress never ends.
    return [
        Request(name="list sessions", method="GET", path=f"{PREFIX}/sessions"),
        Request(name="create a session", method="POST", path=f"{PREFIX}/sessions", body=new_session),
        Request(name="read a session", method="GET", path=session),
        Request(name="change a session", method="PATCH", path=session, body={"notes": "n"}),
        Request(name="initiate", method="POST", path=f"{upload}/initiate", body={"session_id": session_id}),
        Request(name="list jobs", method="GET", path=f"{PREFIX}/analysis-jobs"),
        Request(name="read a job", method="GET", path=job),
        Request(name="progress of a job", method="GET", path=f"{job}/progress"),
        Request(name="the video's URL", method="GET", path=f"{job}/video-url"),
        Request(name="limits", method="GET", path=f"{PREFIX}/limits"),
        Request(name="readiness", method="GET", path="/health/ready"),
        Request(name="complete", method="POST", path=f"{upload}/complete", body={"job_id": job_id}),
    ]


async def _hang_up_on(api: ApiProcess, request: Request, aborts: int, rng: random.Random) -> Row:
    """Some clients at once hang up on the call until ``aborts`` did; the API then answers the call, or its like."""
    encoded = request.encoded(api.coach.token)
    for first in range(0, aborts, _AT_ONCE):
        number = min(_AT_ONCE, aborts - first)
        await asyncio.gather(*(hang_up(api.port, encoded, rng) for _ in range(number)))
    return await api.ask_all(f"{aborts} hang up on: {request.name}", "GET", "/sessions", _AT_ONCE, {200})


async def _after_hanging_up(api: ApiProcess) -> Row:
    """Every connection of the pool answers, none is in a transaction, and uploads complete."""
    rows = [await api.ask_all("", "GET", "/sessions", 4 * _AT_ONCE, {200})]
    for _ in range(_JOBS):
        job_id = await api.coach.uploaded()
        rows.append(await api.ask("", "POST", "/videos/upload/complete", {202}, json={"job_id": job_id}))
    count, busy = await api.connections()
    wrong = [row.wrong for row in rows if row.wrong]
    if not 1 <= count <= api.pool_size or busy:
        wrong.append(f"{busy} of {count} connections are not idle")
    return Row(
        what=f"then {4 * _AT_ONCE} reads at once, {_JOBS} uploads",
        answers=f"{count} connections, {busy} not idle",
        slowest=max(row.slowest for row in rows),
        wrong="; ".join(wrong),
    )


if __name__ == "__main__":
    main()
