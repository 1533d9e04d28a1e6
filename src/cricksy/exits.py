"""The exit codes of ``cricksy`` and ``cricksy-worker``.

    0    EXIT_OK              done; a worker that was told to stop has drained
    1    EXIT_FAILED          a fault of ours, of the machine or of a service; ``health``: a worker is not well
    2    EXIT_USAGE           wrong usage, or settings that are missing or wrong, each of them named
    3    EXIT_REJECTED        the video is rejected
    4    EXIT_SCHEMA_MISSING  ``cricksy db init --check``: the database is empty
    5    EXIT_SCHEMA_TOO_OLD  ``cricksy db init --check``: the schema is older than this code needs
    6    EXIT_SCHEMA_TOO_NEW  ``cricksy db init``: the schema is newer than this code can work with
    7    EXIT_DRAIN_CUT       a worker was told to stop, hung, and ended itself after DRAIN_SECONDS
    130  EXIT_INTERRUPTED     Ctrl-C, as a shell says it: 128 and the number of SIGINT

125 is of the embedded stack's guard alone, which runs without this package: the program could not be started.
"""

import sys
from typing import NoReturn

import click

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_REJECTED = 3
EXIT_SCHEMA_MISSING = 4
EXIT_SCHEMA_TOO_OLD = 5
EXIT_SCHEMA_TOO_NEW = 6
EXIT_DRAIN_CUT = 7
EXIT_INTERRUPTED = 130


def fail(message: str, code: int = EXIT_FAILED) -> NoReturn:
    """Exit with one line that says why."""
    click.echo(f"cricksy: {message}", err=True)
    sys.exit(code)
