"""Checks of the logs, in CloudWatch or in the files of an embedded stack."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from cricksy.aws.errors import AwsError
from cricksy.aws.probes import find_lines
from cricksy.check.outcome import CannotSee, Finding

if TYPE_CHECKING:
    from cricksy.settings import AwsSettings

LATELY_SECONDS: Final = 3600
LOG_GROUPS: Final[Mapping[str, str]] = {"api": "/cricksy-ai/api", "worker": "/cricksy-ai/worker"}
Wanted = Mapping[str, str]
"""Field → value, all of which a line has."""
FAILED_SENDS: Final[Sequence[Wanted]] = (
    {"event": "request_failed", "code": "queue_unavailable"},
    {"event": "not_ready", "check": "queue"},
)
"""Of the API: a message was not sent, or would not have been."""
FAILED_DATABASE_CALLS: Final[Sequence[Wanted]] = tuple(
    {"event": event}
    for event in (
        "claim_delayed",
        "heartbeat_delayed",
        "results_not_committed",
        "failure_not_recorded",
        "progress_not_recorded",
        "worker_not_announced",
        "sweep_failed",
    )
)
"""Of a worker: a call to the database that failed."""
MOST_LINES: Final = 1_000
"""Failed calls that are counted. One is enough to be told, so a longer list hides none."""
_SHOWN: Final = 3

Line = Mapping[str, Any]


class LogReader(Protocol):
    """Where the lines of both services are."""

    async def find(self, service: str, since: float, wanted: Sequence[Wanted], most: int) -> list[Line]:
        """Up to ``most`` lines of ``api`` or ``worker`` that are like any of ``wanted``; fewer where no more are there.

        ``since``: seconds since the epoch. Raises :class:`CannotSee`.
        """
        ...


class NoLogs:
    """Nobody said where the logs are."""

    async def find(self, service: str, since: float, wanted: Sequence[Wanted], most: int) -> list[Line]:  # noqa: ARG002 - the protocol's
        raise CannotSee("Say where the logs are: --log-groups in AWS, --data-dir for an embedded stack.")


class LogFiles:
    """The files of an embedded stack."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def find(self, service: str, since: float, wanted: Sequence[Wanted], most: int) -> list[Line]:
        files = sorted(self._directory.glob(f"{service}*.log"))
        if not files:
            raise CannotSee(f"{self._directory} has no log of the {service}.")
        texts = await asyncio.gather(*(asyncio.to_thread(file.read_text, errors="replace") for file in files))
        lines = _decoded(line for text in texts for line in text.splitlines())
        return [line for line in lines if _time(line) >= since and _is_like(line, wanted)][:most]


class LogGroups:
    """CloudWatch, where the task definitions send the lines."""

    def __init__(self, aws: "AwsSettings") -> None:
        self._aws = aws

    async def find(self, service: str, since: float, wanted: Sequence[Wanted], most: int) -> list[Line]:
        group = LOG_GROUPS[service]
        try:
            return _decoded(await find_lines(self._aws, group, since, filter_pattern(wanted), most))
        except AwsError as error:
            raise CannotSee(f"{group} cannot be read: {error}.") from error


def filter_pattern(wanted: Sequence[Wanted]) -> str:
    """``wanted`` in CloudWatch's language for lines that are JSON objects.

    Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax".
    """
    lines = (" && ".join(f'$.{field} = "{value}"' for field, value in fields.items()) for fields in wanted)
    return f"{{ {' || '.join(f'({line})' for line in lines)} }}"


async def logs_are_written(reader: LogReader) -> str:
    """Both services wrote a line lately: an idle one does each minute."""
    since = time.time() - LATELY_SECONDS
    # Of the program itself: what an operator's task prints, this check too, lands in the same group.
    silent = [service for service in LOG_GROUPS if not await reader.find(service, since, [{"service": service}], 1)]
    if silent:
        raise Finding(
            f"Nothing was logged in the last hour by the {' and the '.join(silent)}.",
            "Check that it runs, and the log driver of its task definition.",
        )
    return f"In the last hour lines were logged by the {' and the '.join(LOG_GROUPS)}."


async def sends_do_not_fail(reader: LogReader) -> str:
    """No send to the queue failed in the API."""
    failed = await reader.find("api", time.time() - LATELY_SECONDS, FAILED_SENDS, MOST_LINES)
    return _none_of(failed, "send to the queue", "the queue's policy, the role's sqs:SendMessage and AWS's health page")


async def database_calls_do_not_fail(reader: LogReader) -> str:
    """No call of a worker to the database failed."""
    failed = await reader.find("worker", time.time() - LATELY_SECONDS, FAILED_DATABASE_CALLS, MOST_LINES)
    return _none_of(failed, "call to the database", "the database's connections, its disk and its log")


def _none_of(failed: list[Line], what: str, where: str) -> str:
    if not failed:
        return f"No {what} failed in the last hour."
    named = sorted({str(line.get("error") or line.get("code") or line["event"]) for line in failed})
    shown = "; ".join(named[:_SHOWN])
    least = "At least " if len(failed) >= MOST_LINES else ""
    raise Finding(f"{least}{len(failed)} times in the last hour a {what} failed: {shown}.", f"Look at {where}.")


def _is_like(line: Line, wanted: Sequence[Wanted]) -> bool:
    return any(all(line.get(field) == value for field, value in fields.items()) for fields in wanted)


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
