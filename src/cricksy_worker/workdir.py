"""The worker's private folder: its videos, its children's temporary files, its state. A lock says that it lives.

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
def private_folder(root: Path) -> Generator[Path]:
    """A new folder in ``root``, closed to other users and removed at the end; first removes those of dead workers."""
    for folder in _folders(root):
        if not _is_locked(folder):
            shutil.rmtree(folder, ignore_errors=True)
    new = Path(mkdtemp(prefix=f".{_PREFIX}", dir=root))
    with (new / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only now under the name that others look for: unlocked it would pass for a dead worker's.
        folder = new.rename(root / new.name.removeprefix("."))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def living_folders(root: Path) -> list[Path]:
    """The private folders of this user's workers that are running."""
    return [folder for folder in _folders(root) if _is_locked(folder)]


def _folders(root: Path) -> Iterator[Path]:
    for folder in sorted(root.glob(f"{_PREFIX}*")):
        try:
            is_ours = folder.lstat().st_uid == os.geteuid()
        except FileNotFoundError:
            continue
        if is_ours and folder.is_dir():
            yield folder


def _is_locked(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
