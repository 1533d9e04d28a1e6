"""The command line ``cricksy``. Libraries are imported by the command that needs them, so that ``--help`` is quick."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cricksy.cli_dlq import dlq
from cricksy.exits import EXIT_INTERRUPTED, EXIT_USAGE, fail

if TYPE_CHECKING:
    from cricksy.aws.provision import QueueUrls
    from cricksy.embedded.stack import StackFile
    from cricksy.settings import AwsSettings

DEFAULT_DATA_DIR = Path(".cricksy")

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_DATA_DIR,
    show_default=True,
    help="Folder of the embedded stack's data.",
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Worker processes."
)


def tell(line: str) -> None:
    # A terminal or pipe that was closed is no reason to end a stack.
    with contextlib.suppress(OSError):
        click.echo(line)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cricksy-coach-plus")
def main() -> None:
    """Film a cricketer, upload the clip, read what the body did, what to fix first and how to train it."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Run the API; its settings come from the environment."""
    from cricksy.settings import SettingsError, api_settings

    try:
        settings = api_settings(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)

    from cricksy.api.serve import listen
    from cricksy.api.serve import serve as serve_api

    try:
        listener = listen(host, port)
    except OSError as error:
        fail(f"cannot listen on {host}:{port}: {error.strerror}; give another with --host and --port")
    serve_api(settings, listener)


@main.command()
@data_dir_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The API's port; 0 is any free one."
)
@workers_option
def up(data_dir: Path, port: int, workers: int) -> None:
    """Run the whole stack on this machine until Ctrl-C: PostgreSQL, S3 and SQS, the API and workers."""
    from cricksy.embedded.folder import DataFolder
    from cricksy.embedded.process import StackError
    from cricksy.embedded.run import run_stack
    from cricksy.embedded.stack import Options

    folder = DataFolder(data_dir.absolute())
    options = Options(folder=folder, port=port, workers=workers, environ=os.environ)
    tell(f"Starting the stack in {folder.path} …")
    try:
        asyncio.run(run_stack(options, tell, lambda stack: _until_stopped(stack, data_dir)))
    except StackError as error:
        fail(str(error))
    except asyncio.CancelledError:
        tell("Stopped.")


async def _until_stopped(stack: "StackFile", data_dir: Path) -> None:
    tell(f"""\
API        {stack.api_url}
API pages  {stack.api_url}/docs
Token      cricksy token --sub coach --data-dir {data_dir}
Addresses  {data_dir / "stack.json"}
Logs       {data_dir / "logs"}
Ready. Ctrl-C stops it; the data stay.""")
    await asyncio.Event().wait()


@main.command()
@click.option("--sub", required=True, help="The coach.")
@click.option("--org", help="The organisation that owns what the coach makes.")
@click.option("--plan", default="coach_pro_plus", show_default=True, help="The entitlement.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the embedded stack's data. Default: .cricksy; where there is none, the token is made with "
    "JWT_SECRET, JWT_AUDIENCE and JWT_ISSUER.",
)
def token(sub: str, org: str | None, plan: str, data_dir: Path | None) -> None:
    """Print a JSON Web Token for a local stack, good for thirty days."""
    from cricksy.embedded.folder import DataFolder
    from cricksy.embedded.process import StackError
    from cricksy.embedded.tokens import embedded_settings, make_token
    from cricksy.settings import SettingsError, token_settings

    if not sub:
        fail("--sub must name the coach", EXIT_USAGE)
    folder = DataFolder(data_dir or DEFAULT_DATA_DIR)
    try:
        if data_dir is None and not folder.identity_file.exists() and "JWT_SECRET" in os.environ:
            settings = token_settings(os.environ)
        else:
            settings = embedded_settings(folder.read_identity().jwt_secret)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)
    except StackError as error:
        fail(str(error))
    click.echo(make_token(settings, sub=sub, org=org, plan=plan))


@main.command()
@click.argument("video", type=click.Path(path_type=Path), required=False)
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the whole job to this file.")
@click.option("--keep", is_flag=True, help="Keep the data folder, for `cricksy up` to go on with.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Default: a temporary folder.")
@workers_option
def demo(video: Path | None, out: Path | None, keep: bool, data_dir: Path | None, workers: int) -> None:  # noqa: FBT001 - click passes flags so
    """Analyse VIDEO, or the sample clip, by the whole stack: upload, queue, worker, report."""
    from cricksy.embedded.demo import DemoOptions, run_demo
    from cricksy.embedded.process import StackError
    from cricksy.outfile import OutFileError

    options = DemoOptions(video=video, out=out, keep=keep, data_dir=data_dir, workers=workers, environ=os.environ)
    try:
        sys.exit(run_demo(options))
    except (StackError, OutFileError) as error:
        fail(str(error))
    except asyncio.CancelledError:
        fail("interrupted; nothing is left running", EXIT_INTERRUPTED)


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def analyze(arguments: tuple[str, ...]) -> None:
    """Analyse a video file here, without any service."""
    from importlib.util import find_spec

    if find_spec("mediapipe") is None:
        fail("the analysis is not installed: pip install 'cricksy-coach-plus[worker]'")
    os.execv(sys.executable, [sys.executable, "-P", "-m", "cricksy_worker.analyze", *arguments])  # noqa: S606 - a program of ours, no shell


@main.group()
def db() -> None:
    """The database."""


@db.command("init")
def init_database() -> None:
    """Create the schema in the database of DATABASE_URL."""
    from cricksy.settings import SettingsError, database_url

    try:
        url = database_url(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)
    is_new = asyncio.run(_load_schema(url))
    click.echo("The schema was created." if is_new else "The schema is there already.")


async def _load_schema(url: str) -> bool:
    from cricksy.data.engine import connected
    from cricksy.data.errors import DatabaseError
    from cricksy.data.schema import load_schema, schema_sql

    try:
        async with connected(url, application="cricksy-db-init", pool_size=1) as database:
            return await load_schema(database, schema_sql())
    except DatabaseError as error:
        fail(f"the database of DATABASE_URL refused or does not answer: {error}")


@main.group()
def aws() -> None:
    """The bucket and the queues."""


@aws.command("init")
def init_aws() -> None:
    """Create the bucket with its CORS rules, the queue and its dead-letter queue; or set them right."""
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
        fail(f"AWS refused or does not answer: {error}")


main.add_command(dlq)
