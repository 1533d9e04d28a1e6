"""PostgreSQL and the S3 and SQS emulator of a run: killed without warning, and started again on the same ports."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.services import stop

from cricksy.aws.provision import provision
from cricksy.data.engine import Database, connect
from cricksy.data.schema import init_schema
from cricksy.embedded.emulator import REGION, Emulator, emulator_program, queue_url
from cricksy.embedded.postgres import answers, create_cluster, database_url, postgres_program
from cricksy.embedded.process import Child, accepts, free_port
from cricksy.settings import AwsSettings

_PASSWORD = "chaos"
_BUCKET = "chaos"
_QUEUE, _DLQ = "chaos", "chaos-dlq"
_START_SECONDS = 30.0


class Services:
    """Use it as :func:`running_services` gives it."""

    def __init__(self, directory: Path) -> None:
        self.emulator = Emulator(port=free_port(), access_key_id="chaos", secret_access_key="chaos-secret")
        self.database_port = free_port()
        self._cluster = directory / "postgres"
        logs = directory / "logs"
        self._postgres = Child(postgres_program(self._cluster, self.database_port, logs / "postgres.log", os.environ))
        self._aws = Child(emulator_program(directory / "aws", self.emulator, logs / "aws.log", os.environ))
        self.database: Database = connect(self.database_url(self.database_port), application="chaos", pool_size=5)

    def database_url(self, port: int) -> str:
        """SQLAlchemy's URL of the database through ``port``."""
        return database_url(port, _PASSWORD).replace("postgresql://", "postgresql+asyncpg://")

    def aws_settings(self, port: int) -> AwsSettings:
        """S3 and SQS through ``port``."""
        through = Emulator(
            port=port,
            access_key_id=self.emulator.access_key_id,
            secret_access_key=self.emulator.secret_access_key,
        )
        return AwsSettings(
            region=REGION,
            endpoint_url=through.endpoint_url,
            public_endpoint_url=through.endpoint_url,
            bucket=_BUCKET,
            queue_url=queue_url(through, _QUEUE),
            dlq_url=queue_url(through, _DLQ),
        )

    async def start(self) -> None:
        create_cluster(self._cluster, _PASSWORD, os.environ)
        await asyncio.gather(self.start_emulator(), self.start_postgres())
        await init_schema(self.database)

    async def start_postgres(self) -> None:
        """Start until it answers: the orphans of a killed server may hold its memory for a moment."""
        deadline = time.monotonic() + _START_SECONDS
        while not answers(self.database_port):
            if not self._postgres.is_running():
                self._postgres.start()
            if time.monotonic() > deadline:
                raise self._postgres.failure()
            await asyncio.sleep(0.1)

    async def start_emulator(self) -> None:
        self._aws.start()
        deadline = time.monotonic() + _START_SECONDS
        while not accepts(self.emulator.port):
            self._aws.check_start(deadline)
            await asyncio.sleep(0.05)
        # A killed emulator forgets its queues.
        await provision(self.aws_settings(self.emulator.port))

    def kill_postgres(self) -> None:
        self._postgres.kill()

    def kill_emulator(self) -> None:
        self._aws.kill()

    def pause_emulator(self) -> None:
        """It keeps its connections and takes new ones, and answers none."""
        os.kill(self._aws.pid, signal.SIGSTOP)

    def unpause_emulator(self) -> None:
        os.kill(self._aws.pid, signal.SIGCONT)

    async def stop(self) -> None:
        await self.database.dispose()
        for child in (self._aws, self._postgres):
            if child.is_running():
                await asyncio.to_thread(stop, child)


@asynccontextmanager
async def running_services(directory: Path) -> AsyncGenerator[Services]:
    """Both services with the schema, bucket and queues, their data below ``directory``."""
    services = Services(directory)
    # The clients of this process read the one key pair from the environment, as any client of AWS does.
    os.environ |= {name: value for name, value in services.emulator.environment().items() if name.startswith("AWS_")}
    try:
        await services.start()
        yield services
    finally:
        await services.stop()
