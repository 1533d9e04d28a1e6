"""No look into a process that holds keys: by a core file, or by another process of its user."""

import ctypes
import os
import sys
from typing import Final

import structlog

# linux/prctl.h
_PR_SET_DUMPABLE: Final = 4

log = structlog.stdlib.get_logger()


def forbid_dumps() -> None:
    """No core file of this process, and no process of its user reads its memory, its environment or its files.

    Where the kernel refuses, a line of the log says so. Programs that this one starts are not concerned.
    """
    if sys.platform != "linux":
        return
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        log.warning("dumps_allowed", error=os.strerror(ctypes.get_errno()))
