"""``cricksy dlq``: lists, redrives and purges dead letters."""

import asyncio
import os
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from cricksy.cli_options import data_dir_option
from cricksy.exits import EXIT_INTERRUPTED, EXIT_USAGE, fail

if TYPE_CHECKING:
    from cricksy.aws.dlq import DeadLetter, DeadLetterQueue, Tally
    from cricksy.data.engine import Database
    from cricksy.settings import AwsSettings

_WIDTH = 132

stack_option = data_dir_option("Directory of a running embedded stack. Default: the services of the environment.")
job_option = click.option("--job", "job_ids", type=click.UUID, multiple=True, help="Only this job. May be repeated.")
limit_option = click.option(
    "--limit", type=click.IntRange(1), default=1000, show_default=True, help="Look at this many messages at most."
)


@click.group()
def dlq() -> None:
    """Work on the dead-letter queue: messages that were received three times and never deleted."""


@dlq.command("list")
@stack_option
@limit_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def list_letters(data_dir: Path | None, limit: int, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List the dead letters. All of them stay in the queue."""
    letters: list[DeadLetter] = []
    _run(_read(_aws_settings(data_dir), limit, letters), "nothing was changed")
    if as_json:
        _print_lines(letters)
    else:
        _print_table(letters)


@dlq.command()
@stack_option
@limit_option
@job_option
def redrive(data_dir: Path | None, limit: int, job_ids: tuple[UUID, ...]) -> None:
    """Send dead letters back to the main queue. Their failed jobs get all three attempts back.

    Safe to interrupt and to run again: no message is lost, and a doubled one does no harm.
    """
    from cricksy.aws.dlq import Tally

    settings, url = _aws_settings(data_dir), _database_url()
    tally = Tally()
    try:
        _run(_redrive(settings, url, frozenset(job_ids) or None, limit, tally), "run it again to continue")
    finally:
        _tell_counts(tally, "sent to the main queue")


@dlq.command()
@stack_option
@limit_option
@job_option
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def purge(data_dir: Path | None, limit: int, job_ids: tuple[UUID, ...], yes: bool) -> None:  # noqa: FBT001 - as above
    """Delete dead letters for good. Their jobs stay as they are.

    Exit code 1 if you do not confirm.
    """
    from cricksy.aws.dlq import Tally
    from cricksy.aws.provision import queue_name

    settings = _aws_settings(data_dir)
    if not yes:
        which = f"the dead letters of {len(job_ids)} jobs" if job_ids else "all dead letters"
        click.confirm(f"Delete {which} in {queue_name(settings.dlq_url)} for good?", abort=True)
    tally = Tally()
    try:
        _run(_purge(settings, frozenset(job_ids) or None, limit, tally), "run it again to continue")
    finally:
        _tell_counts(tally, "deleted")


def _aws_settings(data_dir: Path | None) -> "AwsSettings":
    from cricksy.settings import SettingsError, aws_settings

    if data_dir is not None:
        from cricksy.embedded.access import service_environment
        from cricksy.embedded.directory import DataDirectory
        from cricksy.embedded.process import StackError

        try:
            # Into this process's environment: botocore looks for credentials nowhere else.
            os.environ.update(service_environment(DataDirectory(data_dir), os.environ))
        except StackError as error:
            fail(str(error))
    try:
        return aws_settings(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)


def _database_url() -> str:
    from cricksy.settings import SettingsError, database_url

    try:
        return database_url(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)


def _run(command: Coroutine[Any, Any, None], if_interrupted: str) -> None:
    """Run ``command``. If AWS fails or the user presses Ctrl-C, end with one line."""
    from cricksy.aws.errors import AwsError

    try:
        asyncio.run(command)
    except KeyboardInterrupt:
        fail(f"interrupted; {if_interrupted}", EXIT_INTERRUPTED)
    except AwsError as error:
        fail(f"AWS refused the call or does not answer: {error}")


@asynccontextmanager
async def _opened(settings: "AwsSettings") -> AsyncGenerator["DeadLetterQueue"]:
    from cricksy.aws.clients import sqs_client
    from cricksy.aws.dlq import DeadLetterQueue

    async with sqs_client(settings) as client:
        yield DeadLetterQueue(client, settings.queue_url, settings.dlq_url)


async def _read(settings: "AwsSettings", limit: int, letters: "list[DeadLetter]") -> None:
    async with _opened(settings) as queue:
        letters += await queue.read(limit)


async def _redrive(
    settings: "AwsSettings", database_url: str, jobs: frozenset[UUID] | None, limit: int, tally: "Tally"
) -> None:
    from cricksy.data.engine import connect

    database = connect(database_url, application="cricksy-dlq", pool_size=1)
    try:
        async with _opened(settings) as queue:
            await queue.redrive(jobs, limit, partial(_reopen, database), tally)
    finally:
        await database.dispose()


async def _reopen(database: "Database", job_id: UUID) -> None:
    from cricksy.data.errors import DatabaseError
    from cricksy.data.redrive import reopen_job

    try:
        await reopen_job(database, job_id)
    except DatabaseError as error:
        fail(f"the database of DATABASE_URL refused or does not answer: {error}")


async def _purge(settings: "AwsSettings", jobs: frozenset[UUID] | None, limit: int, tally: "Tally") -> None:
    async with _opened(settings) as queue:
        await queue.purge(jobs, limit, tally)


def _tell_counts(tally: "Tally", done: str) -> None:
    click.echo(f"{tally.done} {done}, {tally.seen - tally.done} left, of {tally.seen} looked at")


def _print_lines(letters: "list[DeadLetter]") -> None:
    import msgspec

    for letter in letters:
        line = {
            "job_id": letter.job_id,
            "session_id": letter.session_id,
            "message_id": letter.message_id,
            "sent_at": letter.sent_at,
            "first_received_at": letter.first_received_at,
            "receive_count": letter.receive_count,
        }
        click.echo(msgspec.json.encode(line).decode())


def _print_table(letters: "list[DeadLetter]") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE, caption=f"{len(letters)} dead letters; times are UTC")
    for title in ("Job", "Session", "Sent", "First received", "Receives"):
        table.add_column(title, no_wrap=True)
    for letter in letters:
        table.add_row(
            str(letter.job_id or "unknown body"),
            str(letter.session_id or ""),
            f"{letter.sent_at:%Y-%m-%d %H:%M}",
            f"{letter.first_received_at:%Y-%m-%d %H:%M}",
            str(letter.receive_count),
        )
    # Ids must not be cut: --job needs them whole.
    Console(width=max(Console().width, _WIDTH)).print(table)
