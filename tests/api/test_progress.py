import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import text
from tests.api.test_problems import assert_is_problem
from tests.support.api import Caller, make_token
from tests.support.jobs import commit_results
from tests.support.listening import Listening, listening
from tests.support.waiting import PATIENCE_SECONDS, until

from cricksy.api import job_progress, progress_feed
from cricksy.api.app import PREFIX
from cricksy.data.engine import Database
from cricksy.data.errors import DatabaseOutage
from cricksy.data.leases import Claim, Lease, claim, fail, record_progress, release
from cricksy.data.outbox import mark_sent
from cricksy.data.progress import read_progress
from cricksy.data.sessions import Owner
from cricksy.settings import ApiSettings
from cricksy.vocabulary import OwnerType, Stage

RESULTS = b'{"schema": 2, "pose": {"frames": []}}'


class Event(msgspec.Struct):
    id: int
    name: str
    data: dict[str, Any]

    @property
    def state(self) -> tuple[Any, ...]:
        return tuple(self.data[name] for name in ("status", "stage", "progress", "attempts", "final"))


@pytest.fixture
async def api(settings: ApiSettings) -> AsyncGenerator[Listening]:
    async with listening(settings) as api:
        yield api


@pytest.fixture
async def client(api: Listening) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=api.url, timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
def coach(client: httpx.AsyncClient) -> Caller:
    return Caller(client, make_token("coach-1"))


@pytest.fixture(autouse=True)
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_feed, "POLL_SECONDS", 0.05)


@asynccontextmanager
async def following(
    client: httpx.AsyncClient, coach: Caller, job_id: str, seen: object = None
) -> AsyncGenerator[AsyncIterator[Event | str]]:
    """Events, and comments as text."""
    headers = coach.headers | ({} if seen is None else {"Last-Event-ID": str(seen)})
    async with client.stream("GET", f"{PREFIX}/analysis-jobs/{job_id}/progress", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield parsed(response.aiter_lines())


async def parsed(lines: AsyncIterator[str]) -> AsyncIterator[Event | str]:
    block: list[str] = []
    async for line in lines:
        if line:
            block.append(line)
        elif block[0].startswith(":"):
            yield block.pop()
        else:
            fields = dict(entry.split(": ", 1) for entry in block)
            block = []
            yield Event(int(fields["id"]), fields["event"], msgspec.json.decode(fields["data"]))


async def event(events: AsyncIterator[Event | str]) -> Event:
    """The next event; comments may come before it."""
    found = await anext(events)
    while isinstance(found, str):
        found = await anext(events)
    assert (found.name, set(found.data)) == ("progress", {"status", "stage", "progress", "attempts", "final"})
    return found


async def rest(events: AsyncIterator[Event | str]) -> list[Event | str]:
    return [one async for one in events]


async def claimed(database: Database, job_id: str) -> Lease:
    outcome = await claim(database, Lease(UUID(job_id)), "message-1", 30)
    assert isinstance(outcome, Claim)
    return outcome.lease


async def test_a_job_is_followed_from_the_queue_to_its_results(
    api: Listening, client: httpx.AsyncClient, coach: Caller, database: Database
) -> None:
    job_id = (await coach.initiate())["job_id"]
    async with following(client, coach, job_id) as events:
        seen = [await event(events)]
        assert seen[0].state == ("queued", None, 0, 0, False)
        await mark_sent(database, UUID(job_id), "message-0")
        seen.append(await event(events))
        lease = await claimed(database, job_id)
        seen.append(await event(events))
        await record_progress(database, lease, Stage.EXTRACTING_POSE, 40)
        seen.append(await event(events))
        await release(database, lease)
        seen.append(await event(events))
        lease = await claimed(database, job_id)
        seen.append(await event(events))
        await fail(database, lease, code="child_died", message="m", final=False, spend_attempt=True)
        seen.append(await event(events))
        lease = await claimed(database, job_id)
        seen.append(await event(events))
        await commit_results(database, lease, RESULTS, b"packed")
        seen.append(await event(events))
        assert await rest(events) == []
    assert [one.state for one in seen[1:]] == [
        ("processing", "waiting", 0, 0, False),
        ("processing", "downloading", 0, 1, False),
        ("processing", "extracting_pose", 40, 1, False),
        ("processing", "waiting", 0, 0, False),
        ("processing", "downloading", 0, 1, False),
        ("failed", "waiting", 0, 1, False),
        ("processing", "downloading", 0, 2, False),
        ("completed", None, 100, 2, True),
    ]
    ids = [one.id for one in seen]
    assert ids == sorted(set(ids))
    assert all(number < 2**53 for number in ids)
    await until(lambda: api.feed.watched == 0)


async def test_a_client_that_comes_back_gets_what_it_missed(
    client: httpx.AsyncClient, coach: Caller, database: Database
) -> None:
    job_id = (await coach.initiate())["job_id"]
    async with following(client, coach, job_id) as events:
        queued = await event(events)
    async with following(client, coach, job_id, queued.id) as events:
        await mark_sent(database, UUID(job_id), "message-0")
        waiting = await event(events)
        assert waiting.state == ("processing", "waiting", 0, 0, False)
    lease = await claimed(database, job_id)
    async with following(client, coach, job_id, waiting.id) as events:
        downloading = await event(events)
        assert downloading.state == ("processing", "downloading", 0, 1, False)
    await fail(database, lease, code="video_rejected", message="m", final=True, spend_attempt=True)
    async with following(client, coach, job_id, downloading.id) as events:
        last = await event(events)
        assert last.state == ("failed", None, 0, 1, True)
        assert await rest(events) == []
    path = f"/analysis-jobs/{job_id}/progress"
    nothing_left = await coach.call("GET", path, headers={"Last-Event-ID": str(last.id)})
    assert (nothing_left.status_code, nothing_left.content) == (204, b"")
    for nonsense in ("x", "-1", "99999999999999999999", ""):
        again = await coach.call("GET", path, headers={"Last-Event-ID": nonsense})
        assert (again.status_code, again.text.count("event: progress")) == (200, 1)


async def test_the_number_of_a_reading_is_the_rows_alone(coach: Caller, database: Database) -> None:
    job_id = UUID((await coach.initiate())["job_id"])
    owner = Owner(OwnerType.COACH, "coach-1")
    first = await read_progress(database, owner, job_id)
    assert first == await read_progress(database, owner, job_id)
    assert await read_progress(database, Owner(OwnerType.COACH, "coach-2"), job_id) is None


async def test_a_silent_stream_sends_comments(
    client: httpx.AsyncClient, coach: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job_progress.COMMENT_SECONDS == 15
    monkeypatch.setattr(job_progress, "COMMENT_SECONDS", 0.1)
    job_id = (await coach.initiate())["job_id"]
    async with following(client, coach, job_id) as events:
        await event(events)
        for _ in range(3):
            assert str(await anext(events)).startswith(": ")


async def test_a_client_that_leaves_is_forgotten(api: Listening, client: httpx.AsyncClient, coach: Caller) -> None:
    job_id = (await coach.initiate())["job_id"]
    async with following(client, coach, job_id) as one, following(client, coach, job_id) as other:
        await event(one)
        await event(other)
        await until(lambda: api.feed.watched == 1)
    await until(lambda: api.feed.watched == 0)
    assert (await client.get("/health/live")).status_code == 200


async def test_the_stream_of_a_deleted_job_ends(client: httpx.AsyncClient, coach: Caller) -> None:
    job_id = (await coach.initiate())["job_id"]
    async with following(client, coach, job_id) as events:
        await event(events)
        assert (await coach.call("DELETE", f"/analysis-jobs/{job_id}")).status_code == 204
        assert await rest(events) == []


async def test_one_query_serves_all_streams(
    client: httpx.AsyncClient, coach: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[UUID]] = []
    read_progress_of = progress_feed.read_progress_of

    async def counted(database: Database, job_ids: list[UUID]) -> Any:
        asked.append(set(job_ids))
        return await read_progress_of(database, job_ids)

    monkeypatch.setattr(progress_feed, "read_progress_of", counted)
    session_id = (await coach.session())["session_id"]
    job_ids = [(await coach.initiate(session_id=session_id))["job_id"] for _ in range(20)]
    ended: list[Event] = []

    async def follow(job_id: str) -> None:
        async with following(client, coach, job_id) as events:
            await event(events)
            begun.release()
            ended.append(await event(events))

    begun = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as group:
        for job_id in job_ids:
            group.create_task(follow(job_id))
        for _ in job_ids:
            await begun.acquire()
        async with database.begin() as transaction:
            waiting = "status = 'processing', stage = 'waiting', sqs_message_id = 'm'"
            await transaction.execute(text(f"UPDATE jobs SET {waiting}, started_at = now(), sent_at = now()"))
    assert [one.state for one in ended] == [("processing", "waiting", 0, 0, False)] * 20
    assert {UUID(job_id) for job_id in job_ids} in asked


async def test_streams_end_when_the_server_drains(api: Listening, client: httpx.AsyncClient, coach: Caller) -> None:
    job_id = (await coach.initiate())["job_id"]
    async with following(client, coach, job_id) as events:
        await event(events)
        stopping = asyncio.create_task(api.stop())
        assert await rest(events) == []
    await stopping
    assert api.feed.watched == 0


async def test_streams_outlive_an_outage_of_the_database(
    client: httpx.AsyncClient, coach: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_progress_of = progress_feed.read_progress_of
    away = asyncio.Event()

    async def unreachable(_: Database, job_ids: list[UUID]) -> Any:
        if not away.is_set():
            away.set()
            raise DatabaseOutage("gone")
        return await read_progress_of(database, job_ids)

    monkeypatch.setattr(progress_feed, "read_progress_of", unreachable)
    job_id = (await coach.initiate())["job_id"]
    async with following(client, coach, job_id) as events:
        await event(events)
        await away.wait()
        await mark_sent(database, UUID(job_id), "message-0")
        assert (await event(events)).state == ("processing", "waiting", 0, 0, False)


async def test_no_stream_of_anothers_job_begins(client: httpx.AsyncClient, coach: Caller) -> None:
    job_id = (await coach.initiate())["job_id"]
    path = f"/analysis-jobs/{job_id}/progress"
    stranger = Caller(client, make_token("coach-2"))
    assert_is_problem(await stranger.call("GET", path), 404, "not_found")
    unknown = "/analysis-jobs/01a20516-e673-76bb-bc80-57235ccb2882/progress"
    assert_is_problem(await coach.call("GET", unknown), 404, "not_found")
    assert_is_problem(await client.get(PREFIX + path), 401, "unauthenticated")


async def test_head_does_not_wait_for_the_end(api: Listening, client: httpx.AsyncClient, coach: Caller) -> None:
    job_id = (await coach.initiate())["job_id"]
    head = await coach.call("HEAD", f"/analysis-jobs/{job_id}/progress")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")
    await until(lambda: api.feed.watched == 0)
    assert (await client.get("/health/live")).status_code == 200
