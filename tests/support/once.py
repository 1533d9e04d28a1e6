"""What one process of a test run makes and all of them read."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(name: str, run: str, directories: pytest.TempPathFactory, make: Callable[[Path], None]) -> Path:
    """The directory ``name`` of the test run ``run``, filled by ``make`` in the first process that asks.

    Every process that runs tests has session fixtures of its own, so an expensive one would be made in each.
    """
    own = directories.getbasetemp()
    # xdist gives each of its processes a directory below that of the run.
    shared = own.parent if own.name.startswith("popen-") else own
    directory = shared / f"{name}-{run}"
    directory.mkdir(exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "made").exists():
            make(directory)
            (directory / "made").touch()
    return directory
