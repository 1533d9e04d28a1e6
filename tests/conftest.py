"""The services of the tests: PostgreSQL and an S3 and SQS emulator, one of each in a test process.

Every test that asks gets a database, a bucket and queues of its own, so tests run side by side and in any order.
"""

import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
import pytest_socket
import structlog
from hypothesis import HealthCheck, settings
from tests.support.services import (
    copied_database,
    execute,
    provisioned,
    running_emulator,
    running_postgres,
    settings_of,
    sqlalchemy_url,
)
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.aws.clients import s3_client, sqs_client
from cricksy.data.engine import Database, connect
from cricksy.data.schema import init_schema
from cricksy.embedded.emulator import Emulator
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

# A shell that starts the tests in the background lets them, and all that they start, ignore an interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline, and no complaint about slow examples: how fast they run says what else the machine does. In CI the same
# examples come each time.
settings.register_profile(
    "tests",
    settings.get_profile("ci" if os.environ.get("CI") else "default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", settings.get_profile("tests"), max_examples=5)
settings.load_profile("tests")

TEMPLATE = "schema_template"
WAITS = (
    "cricksy.data.engine.STATEMENT_SECONDS",
    "cricksy.data.engine.LOCK_SECONDS",
    "cricksy.data.engine.IDLE_SECONDS",
    "cricksy.api.services.DATABASE_WAIT_SECONDS",
    "cricksy.api.services.STORAGE_SECONDS",
    "cricksy.api.storage.STORAGE_SECONDS",
    "cricksy.api.job_videos.STORAGE_SECONDS",
    "cricksy.api.deletions._STORAGE_SECONDS",
    "cricksy.api.uploads.QUEUE_SECONDS",
    "cricksy.api.uploads.WAIT_SECONDS",
    "cricksy.api.uploads.COMPLETE_SECONDS",
)


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Database, S3 and SQS may take as long as a busy machine does. A test of one of these limits sets it itself."""
    with pytest.MonkeyPatch.context() as patch:
        for wait in WAITS:
            patch.setattr(wait, PATIENCE_SECONDS)
        yield


SERVICES = {"postgres", "aws"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a service, for ``make test-quick`` to leave out, and let the slow ones begin."""
    for item in items:
        if isinstance(item, pytest.Function) and SERVICES.intersection(item.fixturenames):
            item.add_marker("services")
    items[:] = slow_ones_early(items)


DEALT_UNEVENLY = 4


def slow_ones_early(items: list[pytest.Item]) -> list[pytest.Item]:
    """Each test of the page takes seconds, and each process that has one starts a browser and the whole system.

    xdist deals out equal parts in order, and who has no more takes from the end of the longest: so one process begins
    with the page's views, another one with the rest of the page, and neither is what a run waits for in the end.
    """
    page = [item for item in items if item.path.parent.name == "page"]
    others = [item for item in items if item.path.parent.name != "page"]
    views = [item for item in page if item.path.name == "test_views.py"]
    rest = [item for item in page if item not in views]
    middle = max(0, len(items) // 2 - len(rest) + DEALT_UNEVENLY)
    return [*rest, *others[:middle], *views, *others[middle:]]


def pytest_runtest_setup() -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def log_settings() -> Iterator[None]:
    """What a program under test sets for its own logs ends with the test."""
    root = logging.getLogger()
    settings, handlers, level, excepthook = structlog.get_config(), root.handlers[:], root.level, sys.excepthook
    yield
    structlog.configure(**settings)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = excepthook


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the server's maintenance database, without SQLAlchemy's driver name."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The emulator; its key pair is in the environment, where botocore looks for it."""
    with running_emulator(tmp_path_factory.mktemp("aws")) as emulator, pytest.MonkeyPatch.context() as patch:
        for name, value in emulator.environment().items():
            if name.startswith("AWS_"):
                patch.setenv(name, value)
        yield emulator


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def schema_template(postgres: str) -> str:
    """Name of a database that holds ``schema.sql`` and nothing else, to copy from."""
    await execute(postgres, f'CREATE DATABASE "{TEMPLATE}"')
    database = connect(sqlalchemy_url(postgres, TEMPLATE), application="tests")
    await init_schema(database)
    await database.dispose()
    return TEMPLATE


@pytest.fixture
async def own_database_url(postgres: str, schema_template: str) -> AsyncIterator[str]:
    """SQLAlchemy's URL of a fresh database with the schema."""
    async with copied_database(postgres, schema_template) as url:
        yield url


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """The database of the test, which a directory of tests may share."""
    return own_database_url


@pytest.fixture
async def empty_database_url(postgres: str) -> AsyncIterator[str]:
    """SQLAlchemy's URL of a fresh database that holds nothing."""
    async with copied_database(postgres, "template0") as url:
        yield url


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    """A pool on a fresh database that holds nothing."""
    database = connect(empty_database_url, application="tests")
    yield database
    await database.dispose()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on the test's own database."""
    database = connect(database_url, application="tests")
    yield database
    await database.dispose()


@pytest.fixture
def aws_endpoint(aws: Emulator) -> AwsSettings:
    """The emulator, without a bucket or queues."""
    return settings_of(aws)


@pytest.fixture
async def s3(aws_endpoint: AwsSettings) -> AsyncIterator["S3Client"]:
    async with s3_client(aws_endpoint) as client:
        yield client


@pytest.fixture
async def sqs(aws_endpoint: AwsSettings) -> AsyncIterator["SQSClient"]:
    async with sqs_client(aws_endpoint) as client:
        yield client


@pytest.fixture
async def own_aws_settings(aws_endpoint: AwsSettings, s3: "S3Client", sqs: "SQSClient") -> AwsSettings:
    """The emulator with a bucket and queues that are the test's own."""
    return await provisioned(aws_endpoint, s3, sqs)


@pytest.fixture
def aws_settings(own_aws_settings: AwsSettings) -> AwsSettings:
    """The bucket and the queues of the test, which a directory of tests may share."""
    return own_aws_settings


@pytest.fixture
def service_environment(database_url: str, aws_settings: AwsSettings, aws: Emulator) -> dict[str, str]:
    """The settings that a program of ours reads to reach the test's services, with the keys that AWS's client reads."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV") if name in os.environ},
        **aws.environment(),
        "DATABASE_URL": database_url,
        "S3_BUCKET": aws_settings.bucket,
        "SQS_QUEUE_URL": aws_settings.queue_url,
        "DLQ_URL": aws_settings.dlq_url,
    }
