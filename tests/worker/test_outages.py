"""The database or the queue away for a while, a message at its twelve hours' end, a worker that stops in a failure."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
import structlog
from tests.support.jobs import Bench
from tests.support.lifespan import running
from tests.support.services import stop, wait_until
from tests.support.waiting import PATIENCE_SECONDS, until
from tests.support.workers import RunWorker

from cricksy import failpoints
from cricksy.api.app import create_app
from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.provision import create_bucket, create_queues
from cricksy.aws.queue import AnalysisQueue, ReceivedMessage
from cricksy.data.engine import connect
from cricksy.data.leases import Claim, Held, Lease, claim
from cricksy.data.schema import init_schema
from cricksy.embedded.emulator import REGION, Emulator, emulator_program
from cricksy.embedded.postgres import answers, create_cluster, database_url, postgres_program
from cricksy.embedded.process import Child, accepts, free_port
from cricksy.settings import ApiSettings, AwsSettings, TokenSettings
from cricksy.vocabulary import JobStatus, Stage
from cricksy_worker.health import check_health
from cricksy_worker.queue.heartbeat import Heartbeat

AWAY_SECONDS = 6
"""At least: a service is away until the worker has noticed in each of its ways."""
LEASE_SECONDS = 3
MOST_LINES_PER_SECOND = 7
"""Of each kind in an outage: a loop that does not wait writes thousands."""


class Services:
    """PostgreSQL and an emulator that a test may stop and start, apart from those that other tests share."""

    def __init__(self, directory: Path) -> None:
        (directory / "logs").mkdir(parents=True)
        create_cluster(directory / "postgres", "cricksy", os.environ)
        self.database_port = free_port()
        self.emulator = Emulator(port=free_port(), access_key_id="cricksy", secret_access_key="cricksy-secret")
        log = directory / "logs" / "all.log"
        self.database = Child(postgres_program(directory / "postgres", self.database_port, log, os.environ))
        self.queue = Child(emulator_program(directory / "aws", self.emulator, log, os.environ))

    def start_database(self) -> None:
        self.database.start()
        wait_until(self.database, lambda: answers(self.database_port))

    def start_queue(self) -> None:
        self.queue.start()
        wait_until(self.queue, lambda: accepts(self.emulator.port))

    @property
    def database_url(self) -> str:
        return database_url(self.database_port, "cricksy").replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture
def services(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    services = Services(tmp_path_factory.mktemp("services") / "own")
    for name, value in services.emulator.environment().items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    services.start_database()
    services.start_queue()
    yield services
    stop(services.database)
    stop(services.queue)


@pytest.fixture
async def own(services: Services) -> AsyncIterator[Bench]:
    """The bench on services of the test's own."""
    endpoint_url = services.emulator.endpoint_url
    anywhere = AwsSettings(
        region=REGION,
        endpoint_url=endpoint_url,
        public_endpoint_url=endpoint_url,
        bucket="videos",
        queue_url="",
        dlq_url="",
    )
    database = connect(services.database_url, application="tests")
    await init_schema(database)
    async with s3_client(anywhere) as s3, sqs_client(anywhere) as sqs:
        await create_bucket(s3, "videos", REGION)
        urls = await create_queues(sqs, "analysis", "analysis-dlq")
        aws = msgspec.structs.replace(anywhere, queue_url=urls.queue_url, dlq_url=urls.dlq_url)
        yield Bench(database, s3, sqs, aws)
    await database.dispose()


async def readiness(bench: Bench, url: str) -> tuple[int, dict[str, str]]:
    """What ``/health/ready`` says."""
    tokens = TokenSettings(secret="s" * 32, audience="a", issuer="i")
    settings = ApiSettings(
        database_url=url, aws=bench.aws, tokens=tokens, max_video_bytes=1_000_000, log_level="WARNING"
    )
    app: Any = create_app(settings)
    transport = httpx.ASGITransport(app=app)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        response = await client.get("/health/ready")
    return response.status_code, response.json()


async def received(bench: Bench) -> ReceivedMessage:
    """The next message, whenever it comes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if messages := await bench.queue.receive(1, 30):
                return messages[0]


def count(lines: list[structlog.typing.EventDict], *events: str) -> int:
    return sum(line["event"] in events for line in lines)


async def noticed(holds: Callable[[], bool]) -> float:
    """Wait for an outage of AWAY_SECONDS at least to show in this way; the seconds that it took."""
    began = time.monotonic()
    await asyncio.sleep(AWAY_SECONDS)
    await until(holds)
    return time.monotonic() - began


@pytest.fixture
def often_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cricksy_worker.queue.worker.ANNOUNCE_SECONDS", 1.0)


@pytest.mark.usefixtures("often_announced")
async def test_a_database_that_is_away_loses_no_job(
    own: Bench, services: Services, run_worker: RunWorker, temporary_directory: Path
) -> None:
    messages = [await own.make("good") for _ in range(2)]
    worked_on = await own.submit("sleep 3")
    with structlog.testing.capture_logs() as lines:
        async with run_worker(
            database_url=services.database_url, aws=own.aws, concurrency=2, visibility_timeout_seconds=30
        ):
            await own.until(worked_on, lambda job: job.stage == Stage.EXTRACTING_POSE)
            await asyncio.to_thread(stop, services.database)
            for message in messages:
                await own.queue.send(message, own.trace_ids[message.job_id])
            writes = ("failure_not_recorded", "heartbeat_delayed", "progress_not_recorded")
            seconds = await noticed(
                lambda: (
                    check_health(temporary_directory).line.endswith("waiting for the database to answer")
                    and count(lines, "claim_delayed") > 0
                    and count(lines, *writes) > 0
                )
            )
            assert check_health(temporary_directory).is_well
            assert count(lines, "claim_delayed") <= MOST_LINES_PER_SECOND * seconds
            assert count(lines, *writes) <= MOST_LINES_PER_SECOND * seconds
            code, ready = await readiness(own, services.database_url)
            assert (code, ready["database"], ready["queue"]) == (503, "failed", "ok")
            await asyncio.to_thread(services.start_database)
            for job_id in (worked_on, *(message.job_id for message in messages)):
                await own.until_status(job_id, JobStatus.COMPLETED)
            await until(lambda: "waiting" not in check_health(temporary_directory).line)
            await own.until_depth(waiting=0, dead=0)


@pytest.mark.usefixtures("often_announced")
async def test_a_queue_that_is_away_loses_no_job(
    own: Bench, services: Services, run_worker: RunWorker, temporary_directory: Path
) -> None:
    job_ids = [await own.submit("sleep 3") for _ in range(3)]
    with structlog.testing.capture_logs() as lines:
        async with run_worker(
            database_url=services.database_url, aws=own.aws, concurrency=2, visibility_timeout_seconds=30
        ):
            await own.until(job_ids[0], lambda job: job.stage == Stage.EXTRACTING_POSE)
            await asyncio.to_thread(stop, services.queue)
            seconds = await noticed(
                lambda: (
                    check_health(temporary_directory).line.endswith("the queue to answer")
                    and count(lines, "receive_failed") > 0
                    and count(lines, "message_not_deleted") > 0
                )
            )
            assert check_health(temporary_directory).is_well
            assert count(lines, "receive_failed") <= MOST_LINES_PER_SECOND * seconds
            # What was in hand is committed all the same.
            statuses = [(await own.job(job_id)).status for job_id in job_ids]
            assert JobStatus.COMPLETED in statuses
            code, ready = await readiness(own, services.database_url)
            assert (code, ready["database"], ready["queue"]) == (503, "ok", "failed")
            await asyncio.to_thread(services.start_queue)
            for job_id in job_ids:
                await own.until_status(job_id, JobStatus.COMPLETED)
            await until(lambda: "waiting" not in check_health(temporary_directory).line)
            await own.until_depth(waiting=0, dead=0)
    assert [(await own.job(job_id)).attempts for job_id in job_ids] == [1, 1, 1]


async def test_at_its_twelve_hours_end_a_message_is_no_longer_hidden_but_the_lease_goes_on(bench: Bench) -> None:
    job_id = await bench.submit("good")
    queue = AnalysisQueue(bench.sqs, bench.aws.queue_url, bench.aws.dlq_url, max_invisible_seconds=4)
    message = (await queue.receive(1, LEASE_SECONDS))[0]
    claimed_at = asyncio.get_running_loop().time()
    claimed = await claim(bench.database, Lease(job_id), message.message_id, LEASE_SECONDS)
    assert isinstance(claimed, Claim)
    with structlog.testing.capture_logs() as lines:
        beating = asyncio.create_task(
            Heartbeat(bench.database, queue, claimed.lease, message, LEASE_SECONDS, claimed_at).run(), name="heartbeat"
        )
        again = await received(bench)
        assert again.message_id == message.message_id
        # Longer than the lease without a heartbeat.
        await asyncio.sleep(LEASE_SECONDS)
        assert isinstance(await claim(bench.database, Lease(job_id), message.message_id, LEASE_SECONDS), Held)
        beating.cancel()
        await asyncio.wait([beating])
    # The API sweeps beside it, when its turn comes.
    assert [line["event"] for line in lines if line["event"] != "swept"] == ["visibility_spent"]


class Parking:
    """Lets a worker of this test hang at a boundary, as one that was killed there."""

    def __init__(self, failpoint: failpoints.Failpoint) -> None:
        self._failpoint = failpoint
        self.is_reached = asyncio.Event()

    async def __call__(self, failpoint: failpoints.Failpoint) -> None:
        if failpoint == self._failpoint:
            self.is_reached.set()
            await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("failpoint", "status"), [("failure_recorded", JobStatus.FAILED), ("return_set", JobStatus.PROCESSING)]
)
async def test_a_worker_that_stops_in_a_failure_leaves_a_message_that_is_due(
    failpoint: failpoints.Failpoint,
    status: JobStatus,
    bench: Bench,
    run_worker: RunWorker,
) -> None:
    parking = Parking(failpoint)
    job_id: UUID = await bench.submit("crash on purpose")
    with failpoints.installed(parking):
        async with run_worker(visibility_timeout_seconds=600):
            await asyncio.wait_for(parking.is_reached.wait(), PATIENCE_SECONDS)
            # After the backoff of at most a second: the visibility ends long after the test.
            message = await received(bench)
            assert message.decode().job_id == job_id
            assert (await bench.job(job_id)).status == status
            answer = await claim(bench.database, Lease(job_id), message.message_id, 30)
            assert isinstance(answer, Claim if status == JobStatus.FAILED else Held)
