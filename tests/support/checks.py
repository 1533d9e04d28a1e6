"""What tests of ``cricksy check`` share."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import text
from tests.support.jobs import Bench

from cricksy.check.outcome import Outcome
from cricksy.check.run import Plan, run_checks

TOKENS: Final = {"JWT_SECRET": "s" * 32, "JWT_AUDIENCE": "cricksy", "JWT_ISSUER": "tests"}
NOBODY: Final = frozenset({"workers_running", "database_from_workers", "workers_poll"})
"""What fails where no worker runs."""


def log_lines(service: str, lines: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """As the service writes them, a minute ago."""
    stamp = datetime.fromtimestamp(time.time() - 60, UTC).isoformat()
    return [msgspec.json.encode({"timestamp": stamp, "service": service, **line}) for line in lines]


def write_logs(directory: Path, *lines: Mapping[str, Any]) -> None:
    """A log of each service with a line of a minute ago, and ``lines`` in both."""
    for service in ("api", "worker"):
        written = log_lines(service, [{"event": "line"}, *lines])
        (directory / f"{service}-1.log").write_bytes(b"not JSON\n" + b"\n".join(written) + b"\n")


async def outcomes_of(plan: Plan) -> dict[str, Outcome]:
    said: list[Outcome] = []
    outcomes = await run_checks(plan, said.append)
    assert said == outcomes
    assert all(outcome.todo for outcome in outcomes if outcome.status == "failed")
    assert not any(outcome.todo for outcome in outcomes if outcome.status != "failed")
    return {outcome.check: outcome for outcome in outcomes}


async def failures(plan: Plan) -> dict[str, Outcome]:
    return {name: outcome for name, outcome in (await outcomes_of(plan)).items() if outcome.status == "failed"}


async def complete_a_job(bench: Bench) -> None:
    """Without a worker."""
    await bench.submit("good")
    await bench.sqs.purge_queue(QueueUrl=bench.aws.queue_url)
    await execute(
        bench,
        "UPDATE jobs SET status = 'completed', stage = NULL, final = true, progress = 100, sent_at = NULL, "
        "completed_at = now(), results = '\\x7b7d' WHERE NOT final",
    )


async def execute(bench: Bench, statement: str, **values: object) -> None:
    async with bench.database.begin() as transaction:
        await transaction.execute(text(statement), values)
