"""Exit codes, and the line that explains a failure."""

import sys
from typing import NoReturn

import click

EXIT_FAILED = 1
EXIT_USAGE = 2
# 3 is a rejected video's.
EXIT_SCHEMA_MISSING = 4
EXIT_SCHEMA_TOO_OLD = 5
EXIT_SCHEMA_TOO_NEW = 6
EXIT_INTERRUPTED = 130


def fail(message: str, code: int = EXIT_FAILED) -> NoReturn:
    """Exit with one line that says why."""
    click.echo(f"cricksy: {message}", err=True)
    sys.exit(code)
