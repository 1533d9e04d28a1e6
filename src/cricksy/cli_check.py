"""``cricksy check``: whether all that the system needs is there and works, and what to do where it does not."""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cricksy.cli_options import data_dir_option
from cricksy.exits import EXIT_FAILED, EXIT_OK, fail

if TYPE_CHECKING:
    from cricksy.check.outcome import Outcome, Role

ROLES: "tuple[Role, ...]" = ("api", "worker", "operator")


@click.command()
@click.option("--role", type=click.Choice(ROLES), help="Whose settings and permissions. Default: both programs'.")
@data_dir_option("Directory of a running embedded stack. Default: the services of the environment.")
@click.option("--api-url", help="Where the API answers, such as http://localhost:8000.")
@click.option(
    "--workers", type=click.IntRange(0), default=1, show_default=True, help="Number of workers that should run."
)
@click.option("--log-groups", is_flag=True, help="Read the log groups of CloudWatch too.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON lines alone.")
def check(  # noqa: PLR0913 - one for each option
    *, role: "Role | None", data_dir: Path | None, api_url: str | None, workers: int, log_groups: bool, as_json: bool
) -> None:
    """Go through the operator's list: services, permissions, settings, queue, jobs and logs.

    Standard output has one JSON object a line, standard error the same for people, and last how many are ok, failed and
    skipped. A probe object is put and deleted, and a probe message sent, which a worker deletes; the operator's role
    does neither.

    Exit codes: 0 all is well, 1 something is not, 2 wrong usage.
    """
    import msgspec

    from cricksy.check.logged import LogFiles, LogGroups, NoLogs
    from cricksy.check.outcome import summary
    from cricksy.check.run import Plan, run_checks

    if data_dir is not None:
        api_url = _use_stack(data_dir) if api_url is None else api_url
    plan = Plan(
        role=role,
        environ=os.environ,
        api_url=None if api_url is None else api_url.rstrip("/"),
        workers=workers,
        logs=lambda aws: (
            LogGroups(aws) if log_groups else NoLogs() if data_dir is None else LogFiles(data_dir / "logs")
        ),
    )

    def say(outcome: "Outcome") -> None:
        click.echo(msgspec.json.encode(outcome))
        if not as_json:
            click.echo(outcome.line, err=True)

    outcomes = asyncio.run(run_checks(plan, say))
    if not as_json:
        click.echo(summary(outcomes), err=True)
    sys.exit(EXIT_FAILED if any(outcome.status == "failed" for outcome in outcomes) else EXIT_OK)


def _use_stack(data_dir: Path) -> str:
    """Put the addresses and keys of a stack into the environment; where its API answers."""
    import msgspec

    from cricksy.embedded.access import service_environment
    from cricksy.embedded.directory import DataDirectory
    from cricksy.embedded.process import StackError
    from cricksy.embedded.stack import StackFile

    directory = DataDirectory(data_dir)
    try:
        # Into this process's environment: botocore looks for credentials nowhere else.
        os.environ.update(service_environment(directory, os.environ))
        return msgspec.json.decode(directory.stack_file.read_bytes(), type=StackFile).api_url
    except StackError as error:
        fail(str(error))
