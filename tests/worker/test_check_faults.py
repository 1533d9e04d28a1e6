"""``cricksy check`` where what it asks answers nonsense: a failed line each, and the checks after it run."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import product
from typing import Any, Final

import msgspec
import pytest
from click.testing import CliRunner
from tests.support.checks import NOBODY, failures, outcomes_of

from cricksy.check import logged, programs, queued, services, stored
from cricksy.check.run import Plan
from cricksy.cli_check import check
from cricksy.embedded.process import LOOPBACK
from cricksy.exits import EXIT_FAILED

CHECKS: Final = [
    "environment", "api_running", "workers_running", "bucket", "queue", "database", "database_from_workers",
    "object_calls", "message_calls", "presigned_urls", "video_keys", "messages_arrive", "workers_poll",
    "messages_deleted", "jobs_end", "logs_written", "sends", "database_calls",
]  # fmt: skip
BODIES: Final = [
    b"", b"<html><h1>Bad gateway</h1></html>", b"[]", b"{}", b"null", b'"ready"', b"503", b'{"status": 3}',
    b'{"status": ["ready"]}', b'{"status": "rea', b'{"message": "no"}', b'"\xff', b"\xff\xfe", b"[" * 10_000,
]  # fmt: skip
STATUSES: Final = [200, 301, 302, 400, 401, 404, 500, 502, 503, 504]

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def answering(answer: Answer) -> AsyncGenerator[str]:
    """Where a server is that answers each request so."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with suppress(ConnectionError):
            await answer(writer)
        writer.close()

    async with await asyncio.start_server(serve, LOOPBACK, 0) as server:
        yield f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"


def whole(status: int, body: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nLocation: /\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return answer


def raw(data: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return answer


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte now and then, for ever: no single read of the client waits for long."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


def alone(api_url: str, **changes: Any) -> Plan:
    """A plan that has no settings, so that the API alone is asked."""
    return Plan(role=None, environ={}, api_url=api_url, workers=1, logs=lambda _aws: logged.NoLogs(), **changes)


async def test_an_api_that_is_ready_is_well() -> None:
    body = msgspec.json.encode({"status": "ready", "database": "ok", "queue": "ok", "bucket": "ok"})
    async with answering(whole(200, body)) as url:
        assert set(await failures(alone(url))) == {"environment"}


@pytest.mark.parametrize("state", ["unready", "draining"])
async def test_an_api_that_is_not_ready_says_which_part(state: str) -> None:
    body = msgspec.json.encode({"status": state, "database": "schema_too_old", "queue": "ok", "bucket": "ok"})
    for status in (200, 503):
        async with answering(whole(status, body)) as url:
            found = (await failures(alone(url)))["api_running"].found
            assert found == f"The API answers {status}: status {state}, database schema_too_old."


async def test_whatever_answers_in_the_place_of_the_api_is_told() -> None:
    for status, body in product(STATUSES, BODIES):
        async with answering(whole(status, body)) as url:
            found = (await failures(alone(url)))["api_running"].found
            assert found == f"At {url} something answers {status} that is not the API.", body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_a_connection_that_breaks_is_told(data: bytes) -> None:
    async with answering(raw(data)) as url:
        assert "does not answer" in (await failures(alone(url)))["api_running"].found


@pytest.mark.parametrize("url", ["notaurl", "http://", "http://[", "http://host:port", "ftp://host", ""])
async def test_an_address_that_is_none_is_told(url: str) -> None:
    assert "api_running" in await failures(alone(url))


async def test_an_answer_that_does_not_end_is_told() -> None:
    async with answering(drip) as url:
        assert (await failures(alone(url, check_seconds=0.5)))["api_running"].found == "No answer in 0.5 s."


async def test_a_proxy_before_a_dead_api_costs_no_other_check(plan: Plan) -> None:
    async with answering(whole(502, b"")) as url:
        outcomes = await outcomes_of(replace(plan, api_url=url, poll_seconds=0.0))
    assert list(outcomes) == CHECKS
    failed = {name for name, outcome in outcomes.items() if outcome.status == "failed"}
    assert failed - NOBODY == {"api_running"}


async def test_each_check_that_ends_in_a_defect_says_so_and_the_next_one_runs(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def defect(*_: object, **__: object) -> str:
        raise KeyError("postgresql://cricksy:secret@db")

    functions = {
        programs: (
            "api_is_running", "workers_are_running", "database_is_ready", "workers_reach_the_database", "jobs_end",
        ),
        stored: ("bucket_is_ready", "object_calls_are_allowed", "presigned_urls_work", "videos_lie_under_their_keys"),
        queued: (
            "queue_is_ready", "message_calls_are_allowed", "messages_arrive", "workers_poll", "messages_are_deleted",
        ),
        logged: ("logs_are_written", "sends_do_not_fail", "database_calls_do_not_fail"),
    }  # fmt: skip
    for module, names in functions.items():
        for name in names:
            monkeypatch.setattr(module, name, defect)
    outcomes = await outcomes_of(plan)
    assert list(outcomes) == CHECKS
    assert {name for name, outcome in outcomes.items() if outcome.status == "failed"} == set(CHECKS) - {"environment"}
    for name in CHECKS[1:]:
        assert "KeyError at check/" in outcomes[name].found
        assert "secret" not in outcomes[name].found


@pytest.mark.parametrize(
    ("client", "checks"),
    [
        ("s3_client", {"bucket", "object_calls", "presigned_urls", "video_keys"}),
        ("presigning_client", {"presigned_urls", "video_keys"}),
        ("sqs_client", {"queue", "message_calls", "messages_arrive", "workers_poll", "messages_deleted"}),
        (
            "connected",
            {
                "workers_running", "database", "database_from_workers", "video_keys", "messages_arrive",
                "workers_poll", "messages_deleted", "jobs_end",
            },
        ),
    ],
)  # fmt: skip
async def test_a_service_that_cannot_be_connected_fails_the_checks_that_need_it(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, client: str, checks: set[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("Invalid endpoint: notaurl")

    monkeypatch.setattr(services, client, refuse)
    outcomes = await outcomes_of(replace(plan, poll_seconds=0.0))
    assert list(outcomes) == CHECKS
    failed = {name for name, outcome in outcomes.items() if outcome.status == "failed"}
    assert failed - NOBODY == checks - NOBODY
    assert all("ValueError" in outcomes[name].found for name in checks)


@pytest.mark.parametrize("role", [None, "api", "worker", "operator"])
async def test_no_role_is_well_with_settings_that_the_checks_cannot_read(plan: Plan, role: Any) -> None:
    environ = {**plan.environ, "JOB_DEADLINE_SECONDS": "soon"}
    found = await failures(replace(plan, role=role, environ=environ))
    assert "JOB_DEADLINE_SECONDS" in found["environment"].found


def test_the_last_line_for_people_counts_and_names_what_was_skipped() -> None:
    ran = CliRunner().invoke(check, env=dict.fromkeys(("SQS_QUEUE_URL", "S3_BUCKET", "JWT_SECRET"), ""))
    assert ran.exit_code == EXIT_FAILED
    assert [msgspec.json.decode(line)["check"] for line in ran.stdout.splitlines()] == ["environment", "api_running"]
    assert ran.stderr.splitlines()[-1] == "1 failed (environment), 1 skipped (api_running)."
    assert not CliRunner().invoke(check, ["--json"], env={"SQS_QUEUE_URL": ""}).stderr
