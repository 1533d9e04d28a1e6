"""The services go away under the API: PostgreSQL killed under load, S3 and SQS stopped, S3 and SQS killed."""

import asyncio
import time

from tests.faults.api_process import BOUND_SECONDS, ApiProcess
from tests.faults.api_row import Answer, Row, row_of
from tests.faults.services import Services

_COMPLETE_SECONDS = 10.0
_SLACK_SECONDS = 3.0
"""How much later than its bound an answer may be seen on a machine that is busy."""
_LOAD = 16
_AWAY_SECONDS = 3.0
_CALM_SECONDS = 1.0


class Outages:
    def __init__(self, api: ApiProcess, services: Services) -> None:
        self._api = api
        self._services = services

    async def __call__(self) -> list[Row]:
        """Each outage, and what the API answers then and after it."""
        rows = [*await self._database_killed(), *await self._aws_stopped(), *await self._aws_killed()]
        count, busy = await self._api.connections()
        idle = Row(
            what="connections after all that",
            answers=f"{count}, {busy} not idle",
            slowest=0,
            wrong="" if count <= self._api.pool_size and not busy else "not as before",
        )
        return [*rows, idle]

    async def _database_killed(self) -> list[Row]:
        ends = asyncio.Event()
        loads = [asyncio.create_task(self._load(ends)) for _ in range(_LOAD)]
        await asyncio.sleep(_CALM_SECONDS)
        killed_at = time.monotonic()
        self._services.kill_postgres()
        await asyncio.sleep(_AWAY_SECONDS)
        await self._services.start_postgres()
        back_at = time.monotonic()
        while (await self._api.answer("GET", "/sessions")).status != 200:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(0.05)
        first = time.monotonic()
        await asyncio.sleep(_CALM_SECONDS)
        ends.set()
        answered = [moment for load in await asyncio.gather(*loads) for moment in load]
        during = [answer for at, answer in answered if killed_at <= at <= first]
        after = [answer for at, answer in answered if at > first + _CALM_SECONDS / 2]
        recovered = row_of(f"  first 200 {first - back_at:.2f} s after it is back, then", after, {200}, BOUND_SECONDS)
        return [
            row_of(
                f"PostgreSQL killed under {_LOAD} clients, {back_at - killed_at:.1f} s",
                during,
                {200, 503},
                BOUND_SECONDS,
            ),
            recovered,
        ]

    async def _load(self, ends: asyncio.Event) -> list[tuple[float, Answer]]:
        """Answers, and when each was asked for."""
        answers: list[tuple[float, Answer]] = []
        while not ends.is_set():
            asked_at = time.monotonic()
            answers.append((asked_at, await self._api.answer("GET", "/sessions")))
        return answers

    async def _aws_stopped(self) -> list[Row]:
        job_id, deleted = await self._api.coach.uploaded(), await self._api.coach.uploaded()
        self._services.pause_emulator()
        try:
            rows = await self._while_away("S3, SQS stopped", job_id, deleted)
        finally:
            self._services.unpause_emulator()
        return [*rows, *await self._back(job_id)]

    async def _aws_killed(self) -> list[Row]:
        job_id, deleted = await self._api.coach.uploaded(), await self._api.coach.uploaded()
        self._services.kill_emulator()
        rows = await self._while_away("S3, SQS gone", job_id, deleted)
        await self._services.start_emulator()
        return [*rows, *await self._back(job_id)]

    async def _while_away(self, what: str, job_id: str, deleted: str) -> list[Row]:
        api, bound = self._api, _COMPLETE_SECONDS + _SLACK_SECONDS
        session_id = (await api.coach.session())["session_id"]
        complete = asyncio.create_task(
            api.ask(f"{what}: complete", "POST", "/videos/upload/complete", {503}, bound=bound, json={"job_id": job_id})
        )
        rows = [
            await api.ask(
                "  initiate beside it", "POST", "/videos/upload/initiate", {201}, json={"session_id": session_id}
            ),
            await api.ask_all("  reads beside it", "GET", "/sessions", _LOAD, {200}),
            await api.ask("  live", "GET", "/health/live", {200}),
            await self._not_ready(),
            await api.ask("  delete", "DELETE", f"/analysis-jobs/{deleted}", {204}, bound=bound),
        ]
        return [await complete, *rows]

    async def _not_ready(self) -> Row:
        """A check is remembered for a second: the first that says so."""
        await self._until_ready(503)
        return await self._api.ask("  ready", "GET", "/health/ready", {503}, bound=5.0 + _SLACK_SECONDS)

    async def _until_ready(self, status: int) -> None:
        deadline = time.monotonic() + BOUND_SECONDS
        while time.monotonic() < deadline:
            if (await self._api.answer("GET", "/health/ready")).status == status:
                return
            await asyncio.sleep(0.1)

    async def _back(self, job_id: str) -> list[Row]:
        """The same process takes up where it was."""
        await self._until_ready(200)
        api = self._api
        return [
            await api.ask("  back: complete", "POST", "/videos/upload/complete", {202}, json={"job_id": job_id}),
            await api.ask("  back: ready", "GET", "/health/ready", {200}),
        ]
