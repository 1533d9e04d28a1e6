"""ECS is told when the task is busy and when it is idle; nothing that its agent does or leaves undone hurts a job."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import structlog
from tests.support.jobs import Bench
from tests.support.waiting import until
from tests.support.workers import RunWorker

from cricksy.vocabulary import JobStatus
from cricksy_worker.queue.protection import ProtectionTiming, task_protection

GRANTED = b'{"protection": {"ProtectionEnabled": true, "TaskArn": "arn"}}'
REFUSED = b'{"failure": {"Arn": "arn", "Reason": "TASK_NOT_VALID"}}'


class Agent:
    """The agent's endpoint on the loopback, and what it was told."""

    def __init__(self) -> None:
        self.uri = ""
        self.status = "200 OK"
        self.body = GRANTED
        self.is_hanging = False
        self.calls: list[dict[str, object]] = []

    @property
    def states(self) -> list[object]:
        return [call["ProtectionEnabled"] for call in self.calls]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("put /task-protection/v1/state ")
        length = int(head.partition("content-length: ")[2].split()[0])
        self.calls.append(msgspec.json.decode(await reader.readexactly(length)))
        if self.is_hanging:
            # Until the caller gives up.
            await reader.read()
        else:
            header = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
            writer.write(header.encode() + self.body)
            await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    agent = Agent()
    async with await asyncio.start_server(agent.answer, "127.0.0.1", 0) as server:
        agent.uri = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield agent


async def test_a_task_is_protected_while_it_is_busy(agent: Agent) -> None:
    async with task_protection(agent.uri) as protection:
        protection.set_busy(True)
        protection.set_busy(True)
        await until(lambda: agent.states == [True])
        await asyncio.sleep(0.05)
        protection.set_busy(False)
        await until(lambda: agent.states == [True, False])
    first, *rest = agent.calls
    assert first == {"ProtectionEnabled": True, "ExpiresInMinutes": 10}
    # Said again where the end cut off the agent's answer.
    assert rest in ([{"ProtectionEnabled": False}], [{"ProtectionEnabled": False}] * 2)


async def test_protection_is_renewed_before_it_expires_and_taken_back_at_the_end(agent: Agent) -> None:
    async with task_protection(agent.uri, ProtectionTiming(renew_seconds=0.05)) as protection:
        protection.set_busy(True)
        await until(lambda: len(agent.calls) >= 3)
    assert agent.states == [*[True] * (len(agent.calls) - 1), False]


async def test_an_idle_task_says_nothing(agent: Agent) -> None:
    async with task_protection(agent.uri, ProtectionTiming(renew_seconds=0.01, retry_seconds=0.01)):
        await asyncio.sleep(0.1)
    assert agent.calls == []


@pytest.mark.parametrize(
    ("status", "body"),
    [("200 OK", REFUSED), ("500 Internal Server Error", b"{}"), ("200 OK", b"<html>"), ("200 OK", b"{}")],
)
async def test_a_refusal_is_one_line_and_tried_again(status: str, body: bytes, agent: Agent) -> None:
    agent.status, agent.body = status, body
    with structlog.testing.capture_logs() as lines:
        async with task_protection(agent.uri, ProtectionTiming(retry_seconds=0.05)) as protection:
            protection.set_busy(True)
            await until(lambda: bool(lines))
            assert [line["event"] for line in lines] == ["task_protection_failed"]
            agent.status, agent.body = "200 OK", GRANTED
            await until(lambda: lines[-1]["event"] == "task_protection_set")


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "not a URL"])
async def test_an_agent_that_is_away_or_misnamed_is_a_line_in_the_log(uri: str) -> None:
    with structlog.testing.capture_logs() as lines:
        async with task_protection(uri) as protection:
            protection.set_busy(True)
            await until(lambda: bool(lines))
    assert [line["event"] for line in lines] == ["task_protection_failed"]


async def test_a_worker_protects_its_task_from_the_first_job_to_the_last(
    agent: Agent, bench: Bench, run_worker: RunWorker
) -> None:
    job_ids = [await bench.submit("sleep 0.5") for _ in range(2)]
    async with run_worker(ecs_agent_uri=agent.uri, concurrency=2):
        for job_id in job_ids:
            await bench.until_status(job_id, JobStatus.COMPLETED)
        await until(lambda: agent.states[-1:] == [False])
    assert agent.states[0] is True


async def test_a_job_does_not_wait_for_an_agent_that_hangs(
    agent: Agent, bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It hangs until the test ends.
    monkeypatch.setattr("cricksy_worker.queue.protection._CALL_SECONDS", 600)
    agent.is_hanging = True
    job_id = await bench.submit("good")
    async with run_worker(ecs_agent_uri=agent.uri):
        await bench.until_status(job_id, JobStatus.COMPLETED)
        await until(lambda: agent.states == [True])
