"""Scale-in protection: asks ECS to stop another task while this one has work in hand.

It saves time and guards nothing: a task that is stopped all the same hands its jobs back. So an agent that refuses or
does not answer costs a line in the log and nothing else.

Source: Amazon ECS Developer Guide, "Amazon ECS task scale-in protection endpoint".
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
import msgspec
import structlog

log = structlog.stdlib.get_logger()

_PATH = "/task-protection/v1/state"
_CALL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ProtectionTiming:
    expires_minutes: int = 10
    """A worker that hangs is protected no longer than this."""
    renew_seconds: float = 300
    retry_seconds: float = 30


class _Answer(msgspec.Struct):
    """The agent answers 200 also where ECS refused: only a ``protection`` says that it was granted."""

    protection: dict[str, object] | None = None
    failure: dict[str, object] | None = None


class TaskProtection:
    """Follows :meth:`set_busy` in a task of its own, so that no job waits for the agent."""

    def __init__(self, client: httpx.AsyncClient, agent_uri: str, timing: ProtectionTiming) -> None:
        self._client = client
        self._url = agent_uri + _PATH
        self._timing = timing
        self._is_busy = False
        self._has_changed = asyncio.Event()
        self._is_protected = False

    def set_busy(self, is_busy: bool) -> None:  # noqa: FBT001 - the state itself
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self._has_changed.set()

    async def run(self) -> None:
        """Report each change to the agent, and renew the protection before it expires, until cancelled."""
        while True:
            await self._until_due()
            self._has_changed.clear()
            if self._is_busy or self._is_protected:
                await self._tell(self._is_busy)

    async def end(self) -> None:
        """Take the protection back, whatever is in hand."""
        if self._is_protected:
            await self._tell(is_busy=False)

    async def _until_due(self) -> None:
        if self._is_busy == self._is_protected:
            seconds = self._timing.renew_seconds if self._is_busy else None
        else:
            seconds = self._timing.retry_seconds
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._has_changed.wait()

    async def _tell(self, is_busy: bool) -> None:  # noqa: FBT001 - the state itself
        body: dict[str, bool | int] = {"ProtectionEnabled": is_busy}
        if is_busy:
            body["ExpiresInMinutes"] = self._timing.expires_minutes
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                response = await self._client.put(self._url, json=body)
            response.raise_for_status()
            answer = msgspec.json.decode(response.content, type=_Answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, msgspec.DecodeError) as error:
            log.warning("task_protection_failed", protected=is_busy, error=str(error) or type(error).__name__)
            return
        if answer.protection is None:
            log.warning("task_protection_failed", protected=is_busy, error=str(answer.failure))
            return
        self._is_protected = is_busy
        log.info("task_protection_set", protected=is_busy)


@asynccontextmanager
async def task_protection(
    agent_uri: str | None, timing: ProtectionTiming | None = None
) -> AsyncGenerator[TaskProtection]:
    """The protection of this task, taken back at the end. Outside ECS, without ``agent_uri``, nothing is called."""
    # The agent answers on a link-local address, which no proxy reaches.
    async with httpx.AsyncClient(timeout=_CALL_SECONDS, trust_env=False) as client:
        protection = TaskProtection(client, agent_uri or "", timing or ProtectionTiming())
        if agent_uri is None:
            yield protection
            return
        running = asyncio.create_task(protection.run(), name="protection")
        try:
            yield protection
        finally:
            running.cancel()
            await asyncio.wait([running])
            await protection.end()
