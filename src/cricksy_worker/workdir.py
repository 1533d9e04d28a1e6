"""The worker's private directory: its videos, its children's temporary files, its state. A lock says that it lives.

The kernel drops the lock when the worker ends, whatever ends it, so what a killed worker left behind is known for
what it is and the next one removes it.
"""

import fcntl
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

_PREFIX = "cricksy-worker-"
_LOCK = "lock"


@contextmanager
def private_directory(root: Path) -> Generator[Path]:
    """A new directory in ``root``, closed to other users, removed at the end. First removes those of dead workers."""
    for directory in _directories(root):
        if not _is_locked(directory):
            shutil.rmtree(directory, ignore_errors=True)
    new = Path(mkdtemp(prefix=f".{_PREFIX}", dir=root))
    with (new / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only now under the name that others look for: unlocked it would pass for a dead worker's.
        directory = new.rename(root / new.name.removeprefix("."))
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def living_directories(root: Path) -> list[Path]:
    """The private directories of this user's workers that are running."""
    return [directory for directory in _directories(root) if _is_locked(directory)]


def _directories(root: Path) -> Iterator[Path]:
    for directory in sorted(root.glob(f"{_PREFIX}*")):
        try:
            is_ours = directory.lstat().st_uid == os.geteuid()
        except FileNotFoundError:
            continue
        if is_ours and directory.is_dir():
            yield directory


def _is_locked(directory: Path) -> bool:
    try:
        with (directory / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
