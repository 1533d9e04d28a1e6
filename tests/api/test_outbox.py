"""A message and the commit that says it was sent, in every order in which one of them can fail."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
import pytest
from tests.support.api import Caller, serving
from tests.support.jobs import commit_results, pass_time
from tests.support.waiting import PATIENCE_SECONDS
from tests.support.wire import Wire, wire_to_database

from cricksy import failpoints
from cricksy.api.health import Readiness
from cricksy.aws.errors import QueueError
from cricksy.aws.queue import SEND_SECONDS, AnalysisQueue, ReceivedMessage
from cricksy.data.engine import Database
from cricksy.data.leases import AlreadyFinal, Claim, Lease, claim
from cricksy.settings import ApiSettings
from cricksy.vocabulary import JobStatus

Action = Callable[[], Awaitable[None]]
StepIn = Callable[[Action], None]


async def nothing() -> None:
    return


@pytest.fixture
def at_message_sent() -> Iterator[StepIn]:
    """Has something happen once the message is in the queue, before the job is marked sent."""
    action: Action = nothing

    def step_in(do: Action) -> None:
        nonlocal action
        action = do

    async def hook(reached: failpoints.Failpoint) -> None:
        if reached == "message_sent":
            await action()

    with failpoints.installed(hook):
        yield step_in


@asynccontextmanager
async def through_a_wire(settings: ApiSettings, token: str) -> AsyncGenerator[tuple[Wire, Caller]]:
    """The API on the far side of a connection to the database that can be cut."""
    async with (
        wire_to_database(settings.database_url) as (wire, database_url),
        serving(msgspec.structs.replace(settings, database_url=database_url), Readiness()) as client,
    ):
        yield wire, Caller(client, token)


async def received(queue: AnalysisQueue, count: int) -> list[ReceivedMessage]:
    messages: list[ReceivedMessage] = []
    while len(messages) < count:
        messages += await queue.receive(count, 30)
    return messages


async def test_a_commit_that_fails_after_the_send_is_made_good_by_the_claim(
    coach: Caller, settings: ApiSettings, queue: AnalysisQueue, database: Database, at_message_sent: StepIn
) -> None:
    job_id = await coach.uploaded()
    async with through_a_wire(settings, coach.token) as (wire, caller):

        async def cut() -> None:
            wire.cut()

        at_message_sent(cut)
        response = await caller.complete(job_id)
        await wire.restore()
    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
    assert (await coach.job(job_id))["status"] == "queued"

    (message,) = await received(queue, 1)
    claimed = await claim(database, Lease(UUID(job_id)), message.message_id, 30)
    assert isinstance(claimed, Claim)
    again = (await coach.complete(job_id)).json()
    assert (again["status"], again["sqs_message_id"]) == ("processing", message.message_id)
    assert (await queue.depth()).visible == 0


async def test_a_commit_that_fails_after_the_send_is_made_good_by_another_complete(
    coach: Caller, settings: ApiSettings, queue: AnalysisQueue, database: Database, at_message_sent: StepIn
) -> None:
    job_id = await coach.uploaded()
    async with through_a_wire(settings, coach.token) as (wire, caller):

        async def cut() -> None:
            wire.cut()

        at_message_sent(cut)
        await caller.complete(job_id)
        await wire.restore()
    at_message_sent(nothing)
    # The first message is lost in the queue; only the reservation prevents a second.
    await received(queue, 1)
    await pass_time(database, SEND_SECONDS + 1)
    completed = (await coach.complete(job_id)).json()
    assert completed["status"] == "processing"
    (second,) = await received(queue, 1)
    assert second.message_id == completed["sqs_message_id"]


async def test_an_api_that_dies_after_the_send_costs_a_second_message_and_one_completion(
    coach: Caller, queue: AnalysisQueue, database: Database, at_message_sent: StepIn
) -> None:
    job_id = await coach.uploaded()
    never = asyncio.Event()
    sent = asyncio.Event()

    async def hang() -> None:
        sent.set()
        await never.wait()

    at_message_sent(hang)
    dying = asyncio.create_task(coach.complete(job_id))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await sent.wait()
    dying.cancel()
    assert (await coach.job(job_id))["status"] == "queued"

    at_message_sent(nothing)
    await pass_time(database, SEND_SECONDS + 1)
    assert (await coach.complete(job_id)).json()["status"] == "processing"

    first, second = await received(queue, 2)
    claimed = await claim(database, Lease(UUID(job_id)), first.message_id, 30)
    assert isinstance(claimed, Claim)
    await commit_results(database, claimed.lease, b"{}", b"")
    assert await claim(database, Lease(UUID(job_id)), second.message_id, 30) == AlreadyFinal(JobStatus.COMPLETED)
    assert (await coach.complete(job_id)).json()["status"] == "completed"
    assert (await queue.depth()).visible == 0


async def test_a_send_that_fails_with_the_database_away_leaves_the_job_queued(
    coach: Caller, settings: ApiSettings, queue: AnalysisQueue, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await coach.uploaded()
    async with through_a_wire(settings, coach.token) as (wire, caller):

        async def cut_and_refuse(*_: object) -> str:
            wire.cut()
            raise QueueError("refused")

        with monkeypatch.context() as patch:
            patch.setattr(AnalysisQueue, "send", cut_and_refuse)
            response = await caller.complete(job_id)
        await wire.restore()
    assert response.status_code == 503
    assert (await coach.job(job_id))["status"] == "queued"
    # The reservation could not be given back: it runs out.
    await pass_time(database, SEND_SECONDS + 1)
    assert (await coach.complete(job_id)).json()["status"] == "processing"
    assert (await queue.depth()).visible == 1


async def test_a_worker_quicker_than_the_commit_keeps_the_job(
    coach: Caller, queue: AnalysisQueue, database: Database, at_message_sent: StepIn
) -> None:
    job_id = await coach.uploaded()

    async def work() -> None:
        (message,) = await received(queue, 1)
        claimed = await claim(database, Lease(UUID(job_id)), message.message_id, 30)
        assert isinstance(claimed, Claim)
        await commit_results(database, claimed.lease, b"{}", b"")

    at_message_sent(work)
    assert (await coach.complete(job_id)).json()["status"] == "completed"
