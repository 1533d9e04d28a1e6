"""The children of an embedded stack: started in order, supervised, stopped in order."""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import httpx
import msgspec

from cricksy.data.engine import connect
from cricksy.data.errors import DatabaseError, TransientDatabaseError
from cricksy.data.schema import MigrationError, SchemaMismatchError, init_schema
from cricksy.data.workers import count_workers, forget_all_workers
from cricksy.embedded.directory import DataDirectory, Identity, write_private
from cricksy.embedded.emulator import Emulator, emulator_program, queue_url
from cricksy.embedded.postgres import answers, create_cluster, database_url, postgres_program
from cricksy.embedded.process import LOOPBACK, START_SECONDS, Child, StackError, accepts, free_port
from cricksy.embedded.programs import BUCKET, DLQ, QUEUE, OurPrograms, child_environment
from cricksy.embedded.tokens import embedded_settings, make_token
from cricksy.settings import SettingsError, api_settings, worker_settings

POLL_SECONDS = 0.05
FIRST_BACKOFF_SECONDS = 0.25
MAX_BACKOFF_SECONDS = 30.0
HAND_BACK_SECONDS = 5.0
STEADY_SECONDS = 60.0
"""A child that ran this long did not fail at its start, so the backoff is reset."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    directory: DataDirectory
    port: int
    """Port of the API; 0 picks a free one."""
    workers: int
    environ: Mapping[str, str]
    drains: bool = True
    """Whether workers finish their jobs at the end. Otherwise they are killed and their jobs taken over later."""


class Pids(msgspec.Struct, frozen=True, kw_only=True):
    postgres: int
    aws: int
    api: int
    workers: list[int]


class StackFile(msgspec.Struct, frozen=True, kw_only=True):
    """``stack.json``: addresses and process ids of the running stack."""

    api_url: str
    database_url: str
    aws_endpoint_url: str
    s3_bucket: str
    sqs_queue_url: str
    dlq_url: str
    token: str
    pids: Pids


def page_url(stack: StackFile, view: str = "/clips") -> str:
    """Address of a view of the coach's page. Its fragment, which no browser sends, signs the coach in."""
    return f"{stack.api_url}/#token={stack.token}&view={view}"


Say = Callable[[str], None]
"""Prints one line for the user."""


class Stack:
    """One run of all children."""

    def __init__(self, options: Options, identity: Identity, lock: int, say: Say) -> None:
        directory = options.directory
        emulator = Emulator(
            port=identity.aws_port,
            access_key_id=identity.aws_access_key_id,
            secret_access_key=identity.aws_secret_access_key,
        )
        url = database_url(identity.database_port, identity.database_password)
        tokens = embedded_settings(identity.jwt_secret)
        environment = child_environment(options.environ, emulator, url, tokens)
        try:
            api_settings(environment)
            settings = worker_settings(environment)
        except SettingsError as error:
            raise StackError(str(error)) from error
        self._programs = OurPrograms(environment=environment, logs=directory.logs, kept_fds=(lock,))
        self._options = options
        self._identity = identity
        self._emulator = emulator
        self._database_url = url
        self._token = make_token(tokens, sub="coach")
        self._database = connect(settings.database_url, application="cricksy-up", pool_size=2)
        self._port = options.port or free_port()
        self._say = say
        self._hurry = not options.drains
        self.is_stopping = False
        environ = options.environ
        self._postgres = Child(
            postgres_program(
                directory.postgres, identity.database_port, directory.logs / "postgres.log", environ, kept_fds=(lock,)
            )
        )
        self._aws = Child(
            emulator_program(directory.aws, emulator, directory.logs / "aws.log", environ, kept_fds=(lock,))
        )
        self._api = Child(self._programs.api(self._port))
        self._workers = [Child(self._programs.worker(number, settings)) for number in range(1, options.workers + 1)]

    async def start(self) -> StackFile:
        """Start everything. Raises :class:`StackError`."""
        directory = self._options.directory
        # A killed stack leaves its file behind.
        directory.stack_file.unlink(missing_ok=True)
        self._aws.start()
        create_cluster(directory.postgres, self._identity.database_password, self._options.environ)
        self._postgres.start()
        await _until_ready([self._postgres], self._database_answers)
        await self._prepare_database()
        await self._finish_start(self._aws)
        ours = [self._api, *self._workers]
        for child in ours:
            child.start()
        await _until_ready(ours, self._ours_are_ready)
        return self._write_file()

    async def supervise(self) -> None:
        """Restart children that exit, for as long as this runs."""
        async with asyncio.TaskGroup() as tasks:
            for child in [self._postgres, self._aws, self._api, *self._workers]:
                tasks.create_task(self._keep_running(child))

    async def stop(self) -> None:
        """Stop the workers first: handing back a job needs the queue and the database."""
        self.is_stopping = True
        self._options.directory.stack_file.unlink(missing_ok=True)
        if not self._hurry:
            self._say("Stopping: workers finish their jobs first. Press Ctrl-C again to stop at once.")
        await self._end(self._workers, drain=True)
        await self._end([self._api], drain=True)
        await self._database.dispose()
        await self._end([self._aws, self._postgres], drain=False)

    def hurry(self) -> None:
        """Stop waiting for running jobs."""
        self._hurry = True

    async def _keep_running(self, child: Child) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            started = time.monotonic()
            await _wait(child.is_running)
            if time.monotonic() - started > STEADY_SECONDS:
                backoff = FIRST_BACKOFF_SECONDS
            self._say(f"{child.program.name} {child.how_it_ended()}; restarting it in {backoff:g} s")
            await asyncio.sleep(backoff)
            backoff = min(2 * backoff, MAX_BACKOFF_SECONDS)
            try:
                child.start()
                self._write_file()
                await self._finish_start(child)
            except (StackError, OSError) as error:
                self._say(str(error))
                child.kill()

    async def _prepare_database(self) -> None:
        directory = self._options.directory.postgres
        try:
            # No older code runs beside this one, which may not know what newer code stored.
            change = await init_schema(self._database, accept_newer=False)
            # Nobody else holds the directory's lock, so these are rows of workers that were killed.
            await forget_all_workers(self._database)
        except (SchemaMismatchError, MigrationError) as error:
            raise StackError(f"cannot use the database in {directory}: {error}") from error
        except DatabaseError as error:
            raise StackError(f"the database in {directory} failed: {error}") from error
        if change.steps:
            self._say(f"The database in {directory}: {change.line}")

    async def _finish_start(self, child: Child) -> None:
        if child is self._aws:
            await _until_ready([child], self._aws_answers)
            # A killed emulator has lost its queues.
            await self._make_bucket_and_queues()

    async def _make_bucket_and_queues(self) -> None:
        command = Child(self._programs.aws_init())
        command.start()
        try:
            await _wait(command.is_running, START_SECONDS)
            if command.exit_code() != 0:
                raise command.failure()
        finally:
            command.kill()

    async def _end(self, children: list[Child], *, drain: bool) -> None:
        for child in children:
            child.ask_to_stop()
        longest = max(child.program.stop_seconds for child in children)
        await _wait(lambda: _any_runs(children) and not (drain and self._hurry), longest)
        if self._options.drains and drain and self._hurry:
            # On a second request workers hand back their jobs, which then spend no attempt.
            for child in children:
                child.ask_to_stop()
            await _wait(lambda: _any_runs(children), HAND_BACK_SECONDS)
        for child in children:
            child.kill()

    async def _database_answers(self) -> bool:
        return answers(self._identity.database_port)

    async def _aws_answers(self) -> bool:
        return accepts(self._identity.aws_port)

    async def _ours_are_ready(self) -> bool:
        with contextlib.suppress(httpx.HTTPError, TransientDatabaseError):
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"{self._api_url}/health/ready")
            return answer.status_code == HTTPStatus.OK and await count_workers(self._database) >= len(self._workers)
        return False

    @property
    def _api_url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    def _write_file(self) -> StackFile:
        pids = Pids(
            postgres=self._postgres.pid,
            aws=self._aws.pid,
            api=self._api.pid,
            workers=[worker.pid for worker in self._workers],
        )
        content = StackFile(
            api_url=self._api_url,
            database_url=self._database_url,
            aws_endpoint_url=self._emulator.endpoint_url,
            s3_bucket=BUCKET,
            sqs_queue_url=queue_url(self._emulator, QUEUE),
            dlq_url=queue_url(self._emulator, DLQ),
            token=self._token,
            pids=pids,
        )
        write_private(self._options.directory.stack_file, content)
        return content


def _any_runs(children: list[Child]) -> bool:
    return any(child.is_running() for child in children)


async def _wait(goes_on: Callable[[], bool], seconds: float = math.inf) -> None:
    deadline = time.monotonic() + seconds
    while goes_on() and time.monotonic() < deadline:  # noqa: ASYNC110 - a process's end sets no event
        await asyncio.sleep(POLL_SECONDS)


async def _until_ready(children: list[Child], is_ready: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not await is_ready():
        for child in children:
            child.check_start(deadline)
        await asyncio.sleep(POLL_SECONDS)
