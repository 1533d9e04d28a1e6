"""An emulator that is killed forgets its queues: the worker and the API make them again, and no job is lost."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
import structlog
from tests.support import waiting
from tests.support.jobs import Bench
from tests.support.lifespan import running
from tests.support.services import provisioned, settings_of, stop, wait_until
from tests.support.settings import api_settings
from tests.support.waiting import PATIENCE_SECONDS, until
from tests.support.workers import CHILD_PROGRAM, QUICK, RunWorker

from cricksy.api.app import create_app
from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.forgotten import find_missing, remembered
from cricksy.embedded.emulator import Emulator, emulator_program
from cricksy.embedded.process import Child, accepts, free_port
from cricksy.settings import AwsSettings
from cricksy.vocabulary import JobStatus
from cricksy_worker.queue.sweeper import SweepSettings
from cricksy_worker.run import Tuning

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

OFTEN = 0.1


class Mortal:
    """An emulator of the test's own, which it may kill."""

    def __init__(self, directory: Path, alike: Emulator) -> None:
        self.directory = directory
        self.emulator = msgspec.structs.replace(alike, port=free_port())
        self._child = Child(emulator_program(directory, self.emulator, directory / "aws.log", os.environ))
        self.start()

    def start(self) -> None:
        self._child.start()
        wait_until(self._child, lambda: accepts(self.emulator.port))

    def kill(self) -> None:
        os.kill(self._child.pid, signal.SIGKILL)
        waiting.wait_until(lambda: not self._child.is_running())

    def stop(self) -> None:
        stop(self._child)


@pytest.fixture
def mortal(aws: Emulator, tmp_path: Path) -> Iterator[Mortal]:
    mortal = Mortal(tmp_path / "aws", aws)
    yield mortal
    mortal.stop()


@pytest.fixture
async def s3(mortal: Mortal) -> AsyncIterator["S3Client"]:
    async with s3_client(settings_of(mortal.emulator)) as client:
        yield client


@pytest.fixture
async def sqs(mortal: Mortal) -> AsyncIterator["SQSClient"]:
    async with sqs_client(settings_of(mortal.emulator)) as client:
        yield client


@pytest.fixture
async def aws_settings(mortal: Mortal, s3: "S3Client", sqs: "SQSClient") -> AwsSettings:
    settings = await provisioned(settings_of(mortal.emulator), s3, sqs)
    return msgspec.structs.replace(settings, provisions_missing=True)


async def until_nothing_is_missing(s3: "S3Client", sqs: "SQSClient", settings: AwsSettings) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await find_missing(s3, sqs, settings):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(OFTEN)


@pytest.mark.parametrize("is_empty", [False, True], ids=["its disk is kept", "its disk is lost"])
async def test_what_is_missing_is_made_again_and_said(
    mortal: Mortal, aws_settings: AwsSettings, s3: "S3Client", sqs: "SQSClient", *, is_empty: bool
) -> None:
    assert await find_missing(s3, sqs, aws_settings) == []
    await s3.put_object(Bucket=aws_settings.bucket, Key="key", Body=b"kept")
    with structlog.testing.capture_logs() as lines:
        # Several at once, as workers are.
        async with remembered(aws_settings, OFTEN), remembered(aws_settings, OFTEN):
            mortal.kill()
            if is_empty:
                shutil.rmtree(mortal.directory)
            mortal.start()
            await until_nothing_is_missing(s3, sqs, aws_settings)
            await until(lambda: any(line["event"] == "services_made_again" for line in lines))
    said = next(line for line in lines if line["event"] == "services_made_again")
    assert said["missing"] == (["bucket", "queues"] if is_empty else ["CORS", "lifecycle", "queues"])
    kept = (await s3.list_objects_v2(Bucket=aws_settings.bucket)).get("Contents", [])
    assert [item.get("Key") for item in kept] == ([] if is_empty else ["key"])
    async with httpx.AsyncClient() as client:
        preflight = await client.options(
            f"{aws_settings.endpoint_url}/{aws_settings.bucket}/key",
            headers={"Origin": "https://coach.example", "Access-Control-Request-Method": "PUT"},
        )
    assert preflight.status_code == 200


async def test_nobody_looks_where_the_setting_is_off(aws_settings: AwsSettings) -> None:
    before = asyncio.all_tasks()
    async with remembered(msgspec.structs.replace(aws_settings, provisions_missing=False), OFTEN):
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == before


async def test_an_error_of_ours_is_said_and_ends_the_looking_alone(
    aws_settings: AwsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> list[str]:
        raise LookupError("a bug")

    monkeypatch.setattr("cricksy.aws.forgotten.find_missing", fail)
    with structlog.testing.capture_logs() as lines:
        async with remembered(aws_settings, OFTEN):
            await until(lambda: any(line["event"] == "services_unwatched" for line in lines))
    (said,) = [line for line in lines if line["event"] == "services_unwatched"]
    assert (said["log_level"], str(said["exc_info"])) == ("error", "a bug")


async def test_a_job_whose_message_was_lost_with_the_queue_is_completed(
    mortal: Mortal, bench: Bench, run_worker: RunWorker
) -> None:
    job_id = await bench.submit("good")
    mortal.kill()
    mortal.start()
    sweep = SweepSettings(idle_seconds=1, backlog_idle_seconds=2, interval_seconds=0.3)
    tuning = Tuning(child_command=(sys.executable, str(CHILD_PROGRAM)), redelivery=QUICK, sweep=sweep)
    async with run_worker(tuning):
        job = await bench.until_ended(job_id)
    assert job.status is JobStatus.COMPLETED


async def test_the_api_is_ready_again(mortal: Mortal, database_url: str, aws_settings: AwsSettings) -> None:
    app: Any = create_app(api_settings(database_url, aws_settings))
    transport = httpx.ASGITransport(app)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        mortal.kill()
        mortal.start()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await client.get("/health/ready")).status_code != 200:  # noqa: ASYNC110 - as above
                await asyncio.sleep(OFTEN)
