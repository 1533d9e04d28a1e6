"""The ``cricksy`` command line. Each command imports the libraries that it needs, so that ``--help`` is fast."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cricksy.cli_check import check
from cricksy.cli_dlq import dlq
from cricksy.cli_options import data_dir_option, player_options
from cricksy.exits import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_SCHEMA_MISSING,
    EXIT_SCHEMA_TOO_NEW,
    EXIT_SCHEMA_TOO_OLD,
    EXIT_USAGE,
    fail,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cricksy.aws.provision import QueueUrls
    from cricksy.data.engine import Database
    from cricksy.data.schema import SchemaMismatchError
    from cricksy.embedded.stack import StackFile
    from cricksy.settings import AwsSettings
    from cricksy.vocabulary import AgeGroup, BowlingStyle

DEFAULT_DATA_DIR = Path(".cricksy")

workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Number of worker processes."
)


def tell(line: str) -> None:
    # A closed terminal or pipe must not stop the stack.
    with contextlib.suppress(OSError):
        click.echo(line)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cricksy-coach-plus")
def main() -> None:
    """Film a cricketer, upload the clip, read what the body did, what to fix first and how to train it.

    Exit codes: 0 success, 1 failure, 2 wrong usage or settings, 130 interrupted. A command lists its own, if any.
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--listener", type=int, hidden=True, help="A listening socket that the parent process hands over.")
def serve(host: str, port: int, listener: int | None) -> None:
    """Run the API until SIGINT or SIGTERM, with settings from the environment.

    It stops once the requests in flight are answered, after 10 s at the latest.
    """
    from cricksy.logs import configure, start_failed
    from cricksy.settings import SettingsError, api_settings

    # What fails from here on is a line of the log, an import too.
    configure("api")
    try:
        settings = api_settings(os.environ)
    except SettingsError as error:
        start_failed("api", error.problems, EXIT_USAGE)
        fail(str(error), EXIT_USAGE)

    import socket

    from cricksy.api.serve import listen
    from cricksy.api.serve import serve as serve_api

    if listener is not None:
        sys.exit(serve_api(settings, socket.socket(fileno=listener)))
    try:
        bound = listen(host, port)
    except OSError as error:
        problem = f"cannot listen on {host}:{port}: {error.strerror}; choose another with --host and --port"
        start_failed("api", [problem], EXIT_FAILED)
        fail(problem)
    sys.exit(serve_api(settings, bound, processes=settings.processes))


@main.command()
@data_dir_option("Directory of the stack's data. It may exist and hold other files.", DEFAULT_DATA_DIR)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port of the API; 0 picks a free one.",
)
@workers_option
def up(data_dir: Path, port: int, workers: int) -> None:
    """Run the whole stack on this machine until Ctrl-C: PostgreSQL, S3 and SQS, the API and workers.

    On Ctrl-C the workers finish their jobs first. A second Ctrl-C stops at once. The data stay.
    """
    from cricksy.embedded.directory import DataDirectory
    from cricksy.embedded.process import StackError
    from cricksy.embedded.run import run_stack
    from cricksy.embedded.stack import Options

    directory = DataDirectory(data_dir.absolute())
    options = Options(directory=directory, port=port, workers=workers, environ=os.environ)
    tell(f"Starting the stack in {directory.path} …")
    try:
        asyncio.run(run_stack(options, tell, lambda stack: _until_stopped(stack, data_dir)))
    except StackError as error:
        fail(str(error))
    except asyncio.CancelledError:
        tell("Stopped.")


async def _until_stopped(stack: "StackFile", data_dir: Path) -> None:
    from cricksy.embedded.stack import page_url

    tell(f"""\
Page       {page_url(stack)}
API        {stack.api_url}
API pages  {stack.api_url}/docs
Token      cricksy token --sub coach --data-dir {data_dir}
Addresses  {data_dir / "stack.json"}
Logs       {data_dir / "logs"}
The page's address signs you in: share it with nobody.
Ready. Press Ctrl-C to stop; the data stay.""")
    await asyncio.Event().wait()


@main.command()
@click.option("--sub", required=True, help="Id of the coach.")
@click.option("--org", help="Id of the organisation that owns the coach's sessions. Default: the coach owns them.")
@click.option("--plan", default="coach_pro_plus", show_default=True, help="Plan of the coach.")
@data_dir_option(
    "Directory of the stack's data. Default: .cricksy, or without one JWT_SECRET, JWT_AUDIENCE and JWT_ISSUER."
)
def token(sub: str, org: str | None, plan: str, data_dir: Path | None) -> None:
    """Print a bearer token (JWT) for a local stack, valid for 30 days."""
    from cricksy.embedded.directory import DataDirectory
    from cricksy.embedded.process import StackError
    from cricksy.embedded.tokens import embedded_settings, make_token
    from cricksy.settings import SettingsError, token_settings

    if not sub:
        fail("--sub must not be empty", EXIT_USAGE)
    directory = DataDirectory(data_dir or DEFAULT_DATA_DIR)
    try:
        has_secret = any(os.environ.get(name) for name in ("JWT_SECRET", "JWT_SECRET_FILE"))
        if data_dir is None and not directory.identity_file.exists() and has_secret:
            settings = token_settings(os.environ)
        else:
            settings = embedded_settings(directory.read_identity().jwt_secret)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)
    except StackError as error:
        fail(str(error))
    click.echo(make_token(settings, sub=sub, org=org, plan=plan))


@main.command()
@click.argument("video", type=click.Path(path_type=Path), required=False)
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the whole job to this file.")
@click.option("--keep", is_flag=True, help="Keep the data directory, so that `cricksy up` can continue with it.")
@click.option("--open", "opens", is_flag=True, help="Open the result in a browser, and run until Ctrl-C.")
@data_dir_option("Directory of the stack's data, kept. Default: a temporary directory, deleted at the end.")
@workers_option
@player_options
def demo(  # noqa: PLR0913 - one for each option
    *,
    video: Path | None,
    out: Path | None,
    keep: bool,
    opens: bool,
    data_dir: Path | None,
    workers: int,
    height_cm: int | None,
    age_group: "AgeGroup | None",
    bowling_style: "BowlingStyle | None",
) -> None:
    """Analyse VIDEO, or the sample clip, with a whole stack of its own: upload, queue, worker, report.

    Exit codes: 0 analysed, 1 failure, 2 wrong usage, 3 video rejected, 130 interrupted.
    """
    from cricksy.embedded.demo import DemoOptions, run_demo
    from cricksy.embedded.process import StackError
    from cricksy.outfile import OutFileError
    from cricksy.results.player import PlayerFacts

    options = DemoOptions(
        video=video,
        out=out,
        keep=keep,
        opens=opens,
        data_dir=data_dir,
        workers=workers,
        player=PlayerFacts(height_cm=height_cm, age_group=age_group, bowling_style=bowling_style),
        environ=os.environ,
    )
    try:
        sys.exit(run_demo(options))
    except (StackError, OutFileError) as error:
        fail(str(error))
    except asyncio.CancelledError:
        fail("interrupted; nothing is left running", EXIT_INTERRUPTED)


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def analyze(arguments: tuple[str, ...]) -> None:
    """Analyse a video file on this machine, without services."""
    from importlib.util import find_spec

    if find_spec("mediapipe") is None:
        fail("the analysis is not installed: pip install 'cricksy-coach-plus[worker]'")
    os.execv(sys.executable, [sys.executable, "-P", "-m", "cricksy_worker.analyze", *arguments])  # noqa: S606 - a program of ours, no shell


@main.group()
def db() -> None:
    """Create the database schema."""


@db.command("init")
@click.option("--check", is_flag=True, help="Change nothing: say whether this code can work with the database.")
def init_database(check: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Create the schema in the database of DATABASE_URL, or upgrade it to this code's version.

    Exit codes: 0 up to date; 1 failed; 4 the database is empty (--check alone); 5 too old (--check alone);
    6 too new, which needs newer code.
    """
    from cricksy.settings import SettingsError, database_url

    try:
        url = database_url(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)
    click.echo(asyncio.run(_on_database(url, _check_database if check else _init_database)))


async def _on_database(url: str, work: "Callable[[Database], Awaitable[str]]") -> str:
    from cricksy.data.engine import connected
    from cricksy.data.errors import DatabaseError
    from cricksy.data.schema import MigrationError, SchemaMismatchError

    try:
        async with connected(url, application="cricksy-db-init", pool_size=2) as database:
            return await work(database)
    except SchemaMismatchError as error:
        fail(str(error), _exit_code(error))
    except MigrationError as error:
        fail(str(error))
    except DatabaseError as error:
        fail(f"the database of DATABASE_URL refused or does not answer: {error}")


async def _init_database(database: "Database") -> str:
    from cricksy.data.schema import init_schema

    return (await init_schema(database)).line


async def _check_database(database: "Database") -> str:
    from cricksy.data.schema import check_schema

    return f"Up to date: version {(await check_schema(database)).version}."


def _exit_code(error: "SchemaMismatchError") -> int:
    from cricksy.data.schema import Mismatch

    codes = {
        Mismatch.MISSING: EXIT_SCHEMA_MISSING,
        Mismatch.TOO_OLD: EXIT_SCHEMA_TOO_OLD,
        Mismatch.TOO_NEW: EXIT_SCHEMA_TOO_NEW,
    }
    return codes.get(error.mismatch, EXIT_FAILED)


@main.group()
def aws() -> None:
    """Create the bucket and the queues."""


@aws.command("init")
def init_aws() -> None:
    """Create the bucket with its CORS rules, the queue and its dead-letter queue, or correct their settings.

    Prints S3_BUCKET, SQS_QUEUE_URL and DLQ_URL.
    """
    from cricksy.settings import SettingsError, aws_settings

    try:
        settings = aws_settings(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)
    urls = asyncio.run(_provision(settings))
    click.echo(f"S3_BUCKET={settings.bucket}\nSQS_QUEUE_URL={urls.queue_url}\nDLQ_URL={urls.dlq_url}")


async def _provision(settings: "AwsSettings") -> "QueueUrls":
    from cricksy.aws.errors import AwsError
    from cricksy.aws.provision import provision

    try:
        return await provision(settings)
    except AwsError as error:
        fail(f"AWS refused the call or does not answer: {error}")


main.add_command(dlq)
main.add_command(check)
