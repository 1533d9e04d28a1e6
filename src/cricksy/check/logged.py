"""Checks of the logs, in CloudWatch or in the files of an embedded stack."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from cricksy.aws.errors import AwsError
from cricksy.aws.probes import newest_lines
from cricksy.check.outcome import CannotSee, Finding

if TYPE_CHECKING:
    from cricksy.settings import AwsSettings

LATELY_SECONDS: Final = 3600
LOG_GROUPS: Final[Mapping[str, str]] = {"api": "/cricksy-ai/api", "worker": "/cricksy-ai/worker"}
QUEUE_EVENTS: Final = frozenset({"request_failed", "not_ready"})
"""Of the API: those with ``code`` or ``check`` of the queue say that a message was not sent."""
DATABASE_EVENTS: Final = frozenset(
    {
        "claim_delayed",
        "heartbeat_delayed",
        "results_not_committed",
        "failure_not_recorded",
        "progress_not_recorded",
        "worker_not_announced",
        "sweep_failed",
    }
)
"""Of a worker: a call to the database that failed."""
_SHOWN: Final = 3

Line = Mapping[str, Any]


class LogReader(Protocol):
    """Where the lines of both services are."""

    async def lines(self, service: str, since: float) -> list[Line]:
        """Lines of ``api`` or ``worker`` since a time in seconds since the epoch. Raises :class:`CannotSee`."""
        ...


class NoLogs:
    """Nobody said where the logs are."""

    async def lines(self, service: str, since: float) -> list[Line]:  # noqa: ARG002 - the protocol's
        raise CannotSee("Say where the logs are: --log-groups in AWS, --data-dir for an embedded stack.")


class LogFiles:
    """The files of an embedded stack."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def lines(self, service: str, since: float) -> list[Line]:
        files = sorted(self._directory.glob(f"{service}*.log"))
        if not files:
            raise CannotSee(f"{self._directory} has no log of the {service}.")
        texts = await asyncio.gather(*(asyncio.to_thread(file.read_text, errors="replace") for file in files))
        lines = _decoded(line for text in texts for line in text.splitlines())
        return [line for line in lines if _time(line) >= since]


class LogGroups:
    """CloudWatch, where the task definitions send the lines."""

    def __init__(self, aws: "AwsSettings") -> None:
        self._aws = aws

    async def lines(self, service: str, since: float) -> list[Line]:
        try:
            return _decoded(await newest_lines(self._aws, LOG_GROUPS[service], since))
        except AwsError as error:
            raise CannotSee(f"{LOG_GROUPS[service]} cannot be read: {error}.") from error


async def logs_are_written(reader: LogReader) -> str:
    """Both services wrote a line lately: an idle one does each minute."""
    since = time.time() - LATELY_SECONDS
    counts = {service: len(await reader.lines(service, since)) for service in LOG_GROUPS}
    silent = [service for service, count in counts.items() if not count]
    if silent:
        raise Finding(
            f"Nothing was logged in the last hour by the {' and the '.join(silent)}.",
            "Check that it runs, and the log driver of its task definition.",
        )
    return "; ".join(f"{service}: {count} lines in the last hour" for service, count in counts.items()) + "."


async def sends_do_not_fail(reader: LogReader) -> str:
    """No send to the queue failed in the API."""
    lines = await reader.lines("api", time.time() - LATELY_SECONDS)
    failed = [line for line in lines if line.get("event") in QUEUE_EVENTS and _is_of_queue(line)]
    return _none_of(failed, "send to the queue", "the queue's policy, the role's sqs:SendMessage and AWS's health page")


async def database_calls_do_not_fail(reader: LogReader) -> str:
    """No call of a worker to the database failed."""
    lines = await reader.lines("worker", time.time() - LATELY_SECONDS)
    failed = [line for line in lines if line.get("event") in DATABASE_EVENTS]
    return _none_of(failed, "call to the database", "the database's connections, its disk and its log")


def _none_of(failed: list[Line], what: str, where: str) -> str:
    if not failed:
        return f"No {what} failed in the last hour."
    named = sorted({str(line.get("error") or line.get("code") or line["event"]) for line in failed})
    shown = "; ".join(named[:_SHOWN])
    raise Finding(f"{len(failed)} times in the last hour a {what} failed: {shown}.", f"Look at {where}.")


def _is_of_queue(line: Line) -> bool:
    return line.get("code") == "queue_unavailable" or line.get("check") == "queue"


def _decoded(lines: Iterable[str]) -> list[Line]:
    """The lines that are JSON objects; those of other programs in the same stream are none."""
    found: list[Line] = []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=dict[str, Any]))
        except msgspec.DecodeError:
            continue
    return found


def _time(line: Line) -> float:
    try:
        return datetime.fromisoformat(str(line.get("timestamp", ""))).timestamp()
    except ValueError:
        return 0.0
