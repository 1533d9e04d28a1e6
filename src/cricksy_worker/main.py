"""``cricksy-worker``: the worker's command line."""

import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

import click

from cricksy.exits import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from cricksy.settings import SettingsError, worker_settings
from cricksy_worker.health import check_health


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Analyse the videos that the queue announces, with settings from the environment.

    SIGTERM or SIGINT: finish running jobs within DRAIN_SECONDS and hand back the rest. A second one hands back at once.

    Exit codes: 0 drained, 1 failure, 2 wrong settings, 7 the drain hung and was cut off.
    """
    if context.invoked_subcommand is not None:
        return
    # Imported late: the health probe below runs every few seconds and needs none of it.
    from cricksy.logs import configure, start_failed

    # What fails from here on is a line of the log, an import too.
    configure("worker")
    try:
        settings = worker_settings(os.environ)
    except SettingsError as error:
        start_failed("worker", error.problems, EXIT_USAGE)
        click.echo(f"cricksy-worker: {error}", err=True)
        sys.exit(EXIT_USAGE)
    # Nothing to drain until the loop handles signals.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _exit)
    from cricksy_worker.run import Tuning, run

    run(settings, os.environ, Tuning())


@main.command()
def health() -> None:
    """Check the workers on this machine: exit 0 if all are well, 1 if one is not or none runs. One line says why."""
    found = check_health(Path(tempfile.gettempdir()))
    click.echo(found.line)
    sys.exit(EXIT_OK if found.is_well else EXIT_FAILED)


def _exit(_number: int, _frame: FrameType | None) -> None:
    sys.exit(EXIT_OK)
