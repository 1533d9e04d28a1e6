"""What ``cricksy check`` finds in the log groups of a busy system: the wanted lines, wherever they are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import pytest
from tests.support.checks import log_lines
from tests.support.log_groups import LogGroupsServer, log_groups_server

from cricksy.check.logged import (
    FAILED_DATABASE_CALLS,
    FAILED_SENDS,
    LOG_GROUPS,
    MOST_LINES,
    LogGroups,
    LogReader,
    database_calls_do_not_fail,
    logs_are_written,
    sends_do_not_fail,
)
from cricksy.check.outcome import CannotSee, Finding
from cricksy.settings import AwsSettings

MANY: Final = 10_050
IDLE: Final = [{"event": "http_request", "status": 200}]
OTHERS: Final = [
    # Of the API, and none of the queue's.
    {"event": "request_failed", "code": "database_unavailable"},
    {"event": "not_ready", "check": "bucket"},
    {"event": "job_updated", "code": "queue_unavailable"},
]
CASES: Final = [
    *(("api", dict(wanted), sends_do_not_fail) for wanted in FAILED_SENDS),
    *(("worker", dict(wanted), database_calls_do_not_fail) for wanted in FAILED_DATABASE_CALLS),
]

Call = Callable[[LogReader], Awaitable[str]]


@pytest.fixture
async def groups(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LogGroupsServer]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "key")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with log_groups_server() as server:
        yield server


@pytest.fixture
def reader(groups: LogGroupsServer) -> LogReader:
    aws = AwsSettings(
        region="us-east-1", endpoint_url=groups.url, public_endpoint_url=None, bucket="b", queue_url="q", dlq_url="d"
    )
    return LogGroups(aws)


@pytest.mark.parametrize("position", [0, MANY // 2, MANY])
@pytest.mark.parametrize("case", CASES)
async def test_a_failed_call_is_seen_wherever_it_is(
    groups: LogGroupsServer, reader: LogReader, case: tuple[str, dict[str, Any], Call], position: int
) -> None:
    service, line, call = case
    lines = log_lines(service, IDLE) * MANY
    lines[position:position] = log_lines(service, [{**line, "error": "throttled"}])
    groups.lines[LOG_GROUPS[service]] = lines
    with pytest.raises(Finding, match=r"^1 times .*: throttled") as found:
        await call(reader)
    assert found.value.todo
    assert groups.answered == 1


@pytest.mark.parametrize(("service", "call"), [("api", sends_do_not_fail), ("worker", database_calls_do_not_fail)])
async def test_other_lines_are_none_of_them(
    groups: LogGroupsServer, reader: LogReader, service: str, call: Call
) -> None:
    groups.lines[LOG_GROUPS[service]] = [*log_lines(service, [*IDLE, *OTHERS]) * 5_000, b"not JSON", b"[]"]
    assert (await call(reader)).endswith("failed in the last hour.")
    assert groups.answered == 0


async def test_more_failed_calls_than_are_counted_are_told_as_such(groups: LogGroupsServer, reader: LogReader) -> None:
    failed = [{**dict(FAILED_SENDS[0]), "error": "throttled"}]
    groups.lines[LOG_GROUPS["api"]] = log_lines("api", failed) * MANY
    with pytest.raises(Finding, match=f"^At least {MOST_LINES} times"):
        await sends_do_not_fail(reader)
    assert groups.answered == MOST_LINES


async def test_one_line_of_each_program_is_enough(groups: LogGroupsServer, reader: LogReader) -> None:
    for service, group in LOG_GROUPS.items():
        groups.lines[group] = log_lines(service, IDLE) * MANY
    await logs_are_written(reader)
    assert (groups.calls, groups.answered) == (2, 2)


async def test_what_an_operator_prints_is_no_line_of_the_program(groups: LogGroupsServer, reader: LogReader) -> None:
    printed = [b'{"check": "environment", "status": "ok", "found": "", "todo": ""}', b"schema is at version 9"]
    groups.lines = {LOG_GROUPS["api"]: printed * MANY, LOG_GROUPS["worker"]: log_lines("worker", IDLE)}
    with pytest.raises(Finding, match="by the api"):
        await logs_are_written(reader)


async def test_groups_that_cannot_be_read_are_not_judged(groups: LogGroupsServer, reader: LogReader) -> None:
    groups.lines.clear()
    for call in (logs_are_written, sends_do_not_fail, database_calls_do_not_fail):
        with pytest.raises(CannotSee, match="ResourceNotFound"):
            await call(reader)
