"""The services of the tests: PostgreSQL and an S3 and SQS emulator, one of each in a test process.

Every test that asks gets a database, a bucket and queues of its own, so tests run side by side and in any order.
"""

import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pytest
import pytest_asyncio
import pytest_socket
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.support.services import running_emulator, running_postgres

from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.provision import create_bucket, create_queues
from cricksy.data.engine import Database, connect
from cricksy.data.schema import init_schema
from cricksy.embedded.emulator import REGION, Emulator
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


SERVICES = {"postgres", "aws"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a service, for ``make test-quick`` to leave out."""
    for item in items:
        if isinstance(item, pytest.Function) and SERVICES.intersection(item.fixturenames):
            item.add_marker("services")


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


def _sqlalchemy_url(postgres: str, database: str) -> str:
    return f"{postgres.rpartition('/')[0]}/{database}".replace("postgresql://", "postgresql+asyncpg://")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def schema_template(postgres: str) -> str:
    """Name of a database that holds ``schema.sql`` and nothing else, to copy from."""
    await _execute(postgres, f'CREATE DATABASE "{TEMPLATE}"')
    database = connect(_sqlalchemy_url(postgres, TEMPLATE), application="tests")
    await init_schema(database)
    await database.dispose()
    return TEMPLATE


@pytest.fixture
async def database_url(postgres: str, schema_template: str) -> AsyncIterator[str]:
    """SQLAlchemy's URL of a fresh database with the schema."""
    name = f"test_{uuid4().hex}"
    await _execute(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{schema_template}"')
    yield _sqlalchemy_url(postgres, name)
    await _execute(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def empty_database_url(postgres: str) -> AsyncIterator[str]:
    """SQLAlchemy's URL of a fresh database that holds nothing."""
    name = f"empty_{uuid4().hex}"
    await _execute(postgres, f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield _sqlalchemy_url(postgres, name)
    await _execute(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


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
    return AwsSettings(
        region=REGION,
        endpoint_url=aws.endpoint_url,
        public_endpoint_url=aws.endpoint_url,
        bucket="",
        queue_url="",
        dlq_url="",
    )


@pytest.fixture
async def s3(aws_endpoint: AwsSettings) -> AsyncIterator["S3Client"]:
    async with s3_client(aws_endpoint) as client:
        yield client


@pytest.fixture
async def sqs(aws_endpoint: AwsSettings) -> AsyncIterator["SQSClient"]:
    async with sqs_client(aws_endpoint) as client:
        yield client


@pytest.fixture
async def aws_settings(aws_endpoint: AwsSettings, s3: "S3Client", sqs: "SQSClient") -> AwsSettings:
    """The emulator with a bucket and queues that are the test's own."""
    name = f"test-{uuid4().hex}"
    await create_bucket(s3, name, REGION)
    urls = await create_queues(sqs, name, f"{name}-dlq")
    return msgspec.structs.replace(aws_endpoint, bucket=name, queue_url=urls.queue_url, dlq_url=urls.dlq_url)


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


async def _execute(postgres: str, statement: str) -> None:
    # CREATE DATABASE takes neither a transaction nor a template that somebody is connected to.
    url = _sqlalchemy_url(postgres, "postgres")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(statement))
