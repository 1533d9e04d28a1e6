"""Files that others read while we write them."""

import os
import secrets
from pathlib import Path


def replace_file(target: Path, content: bytes, *, mode: int = 0o666, durable: bool = False) -> None:
    """Replace ``target`` by ``content``: a reader sees the old file or the new one, whole. Raises :class:`OSError`.

    ``mode``, less the process's umask, is that of the new file. ``durable``: it outlives a crash of the machine. An
    error leaves the old file and nothing else behind.
    """
    # Two processes, or two containers with the same process id, may write at once.
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
