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


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Analyse the videos that the queue names, until stopped.

    SIGTERM or SIGINT: finish what runs within DRAIN_SECONDS and hand back the rest. Once more: hand it back at once.
    """
    if context.invoked_subcommand is not None:
        return
    try:
        settings = worker_settings(os.environ)
    except SettingsError as error:
        click.echo(f"cricksy-worker: {error}", err=True)
        sys.exit(EXIT_USAGE)
    # Until the loop listens to signals there is nothing to drain.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _exit)
    # Imported here, because the probe below is run every few seconds and needs none of it.
    from cricksy_worker.run import Tuning, run

    run(settings, os.environ, Tuning())


@main.command()
def health() -> None:
    """Exit 0 while this machine's workers are well, 1 when one is stuck or draining, or none runs."""
    found = check_health(Path(tempfile.gettempdir()))
    click.echo(found.line)
    sys.exit(EXIT_OK if found.is_well else EXIT_FAILED)


def _exit(_number: int, _frame: FrameType | None) -> None:
    sys.exit(EXIT_OK)
