"""The programs that the embedded stack runs, each by itself for the tests, and what a test has of its own in them."""

import os
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from cricksy.aws.provision import create_bucket, create_queues
from cricksy.embedded.emulator import REGION, Emulator, emulator_program
from cricksy.embedded.postgres import answers, create_cluster, database_url, postgres_program
from cricksy.embedded.process import START_SECONDS, Child, Program, accepts, free_port
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

PASSWORD = "cricksy"
FORGETFUL = ("--fsync=off", "--synchronous_commit=off", "--full_page_writes=off")
"""For a server whose data end with the tests. A test that kills PostgreSQL to prove durability starts its own."""


@contextmanager
def running_postgres(directory: Path) -> Generator[str]:
    """A server with its data below ``directory``; yields its URL, stops it at the end."""
    data, port = directory / "postgres", free_port()
    create_cluster(data, PASSWORD, os.environ)
    program = postgres_program(data, port, directory / "logs" / "postgres.log", os.environ)
    program = msgspec.structs.replace(program, command=(*program.command, *FORGETFUL))
    with running_program(program, lambda: answers(port)):
        yield database_url(port, PASSWORD)


@contextmanager
def running_emulator(directory: Path) -> Generator[Emulator]:
    """An emulator with its data below ``directory``; stopped at the end."""
    emulator = Emulator(port=free_port(), access_key_id="cricksy", secret_access_key="cricksy-secret")
    program = emulator_program(directory / "aws", emulator, directory / "logs" / "aws.log", os.environ)
    with running_program(program, lambda: accepts(emulator.port)):
        yield emulator


@contextmanager
def running_program(program: Program, is_ready: Callable[[], bool]) -> Generator[None]:
    """The program from when it is ready; stopped at the end."""
    child = Child(program)
    child.start()
    try:
        wait_until(child, is_ready)
        yield
    finally:
        stop(child)


def wait_until(child: Child, is_ready: Callable[[], bool]) -> None:
    """Block until a started child is ready. Raises :class:`cricksy.embedded.process.StackError`."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        child.check_start(deadline)
        time.sleep(0.02)


def stop(child: Child) -> None:
    """Ask, wait, and kill where the wait was in vain."""
    child.ask_to_stop()
    deadline = time.monotonic() + child.program.stop_seconds
    while child.is_running() and time.monotonic() < deadline:
        time.sleep(0.02)
    child.kill()


def sqlalchemy_url(postgres: str, database: str) -> str:
    """The URL of a database, with SQLAlchemy's driver name, on the server of ``postgres``."""
    return f"{postgres.rpartition('/')[0]}/{database}".replace("postgresql://", "postgresql+asyncpg://")


async def execute(postgres: str, statement: str) -> None:
    """Run a statement in the server's maintenance database, outside of a transaction."""
    url = sqlalchemy_url(postgres, "postgres")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(statement))


@asynccontextmanager
async def copied_database(postgres: str, template: str) -> AsyncGenerator[str]:
    """SQLAlchemy's URL of a new copy of the database ``template``, which nobody may be connected to."""
    name = f"test_{uuid4().hex}"
    await execute(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield sqlalchemy_url(postgres, name)
    await execute(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


def settings_of(emulator: Emulator) -> AwsSettings:
    """The emulator, without a bucket or queues."""
    url = emulator.endpoint_url
    return AwsSettings(region=REGION, endpoint_url=url, public_endpoint_url=url, bucket="", queue_url="", dlq_url="")


async def provisioned(settings: AwsSettings, s3: "S3Client", sqs: "SQSClient") -> AwsSettings:
    """The settings with a new bucket and new queues."""
    name = f"test-{uuid4().hex}"
    await create_bucket(s3, name, settings.region)
    urls = await create_queues(sqs, name, f"{name}-dlq")
    return msgspec.structs.replace(settings, bucket=name, queue_url=urls.queue_url, dlq_url=urls.dlq_url)
