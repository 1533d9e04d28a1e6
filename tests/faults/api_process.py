"""``cricksy serve`` as a process, and a client that notes what it answers and when."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from sqlalchemy import text
from tests.faults.api_row import Answer, Row, row_of
from tests.faults.services import Services
from tests.support.api import AUDIENCE, ISSUER, SECRET, Caller, make_token
from tests.support.services import stop

from cricksy.embedded.process import Child, Program, accepts, free_port

BOUND_SECONDS: Final = 30.0
"""For an answer that nothing is said of; only what hangs takes so long."""
_START_SECONDS = 60.0
_OUTAGES: Final = {"database_unavailable", "storage_unavailable"}
"""Codes of answers that a service's absence makes, and that are errors in the log."""
_CONNECTIONS = text("""
    SELECT count(*), count(*) FILTER (WHERE state <> 'idle') FROM pg_stat_activity
    WHERE application_name = 'cricksy-api'
""")


class ApiProcess:
    pool_size: Final = 10

    def __init__(self, services: Services, child: Child, port: int, client: httpx.AsyncClient) -> None:
        self.port = port
        self.coach = Caller(client, make_token())
        self._services = services
        self._child = child
        self._pid = child.pid

    async def ask(
        self, what: str, method: str, path: str, expected: set[int], bound: float = BOUND_SECONDS, **options: Any
    ) -> Row:
        return row_of(what, [await self.answer(method, path, **options)], expected, bound)

    async def ask_all(self, what: str, method: str, path: str, number: int, expected: set[int]) -> Row:
        """The same call ``number`` times at once."""
        answers = await asyncio.gather(*(self.answer(method, path) for _ in range(number)))
        return row_of(what, answers, expected, BOUND_SECONDS)

    async def answer(self, method: str, path: str, **options: Any) -> Answer:
        """Of a call of the contract, or of a health check where the path is one."""
        begun_at = time.monotonic()
        try:
            if path.startswith("/health"):
                response = await self.coach.client.request(method, path)
            else:
                response = await self.coach.call(method, path, **options)
        except httpx.TransportError as error:
            seconds = time.monotonic() - begun_at
            return Answer(status=0, code=type(error).__name__, seconds=seconds, can_be_retried=False)
        seconds = time.monotonic() - begun_at
        is_problem = response.headers.get("content-type") == "application/problem+json"
        return Answer(
            status=response.status_code,
            code=response.json()["code"] if is_problem else "",
            seconds=seconds,
            # A health check says that it is not ready, to a balancer that asks again anyway.
            can_be_retried="retry-after" in response.headers or path.startswith("/health"),
        )

    async def connections(self) -> tuple[int, int]:
        """Those that the process has to the database, and how many of them are not idle."""
        async with self._services.database.connect() as connection:
            count, busy = (await connection.execute(_CONNECTIONS)).one()
        return count, busy

    def log_row(self, what: str, *, outages: bool) -> Row:
        """No line is an error but of an outage, each is JSON, no request ended with a 500, the process still runs."""
        lines = self._child.program.log.read_bytes().splitlines()
        wrong: Counter[str] = Counter()
        requests: Counter[int] = Counter()
        for line in lines:
            try:
                record = msgspec.json.decode(line)
            except msgspec.DecodeError:
                wrong[f"not JSON: {line[:80]!r}"] += 1
                continue
            is_outage = outages and record["event"] == "request_failed" and record.get("code") in _OUTAGES
            if record["level"] in {"error", "critical"} and not is_outage:
                wrong[f"{record['level']} {record['event']}"] += 1
            if record["level"] == "warning" and not outages:
                wrong[f"warning {record['event']}"] += 1
            if record["event"] == "http_request":
                requests[record["status"]] += 1
        if requests[500]:
            wrong["500"] += requests[500]
        if not self._child.is_running() or self._child.pid != self._pid:
            wrong["the process has ended"] += 1
        return Row(
            what=what,
            answers=", ".join(f"{count} × {status}" for status, count in sorted(requests.items())),
            slowest=0,
            wrong="; ".join(f"{count} × {name}" for name, count in wrong.items()),
        )


@asynccontextmanager
async def running_api(services: Services, directory: Path) -> AsyncGenerator[ApiProcess]:
    port = free_port()
    child = Child(_program(services, directory, port))
    child.start()
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not accepts(port):
            child.check_start(deadline)
            await asyncio.sleep(0.05)
        limits = httpx.Limits(max_connections=None)
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, timeout=2 * BOUND_SECONDS, limits=limits) as client:
            yield ApiProcess(services, child, port, client)
    finally:
        await asyncio.to_thread(stop, child)


def _program(services: Services, directory: Path, port: int) -> Program:
    aws = services.aws_settings(services.emulator.port)
    most = "1000000"
    environment = {
        **services.emulator.environment(),
        "PATH": os.defpath,
        "DATABASE_URL": services.database_url(services.database_port),
        "S3_BUCKET": aws.bucket,
        "SQS_QUEUE_URL": aws.queue_url,
        "DLQ_URL": aws.dlq_url,
        "JWT_SECRET": SECRET,
        "JWT_AUDIENCE": AUDIENCE,
        "JWT_ISSUER": ISSUER,
        "RATE_LIMIT_PER_MINUTE": "0",
        "MAX_OPEN_UPLOADS": most,
        "MAX_JOBS_PER_DAY": most,
        "MAX_BYTES_PER_DAY": "1000000000000",
    }
    return Program(
        name="the API",
        command=(sys.executable, "-P", "-m", "cricksy", "serve", "--host=127.0.0.1", f"--port={port}"),
        environment=environment,
        log=directory / "logs" / "api.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
        stop_seconds=20,
    )
