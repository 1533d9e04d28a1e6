"""Keeps what encoders do to the scheduling of a process from lasting."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def own_scheduling() -> Generator[None]:
    """Give the thread back the scheduling policy that it has now.

    SVT-AV1, opened by root, makes the thread that opens it real-time at the highest priority, and whatever that starts
    inherits it: one test then starves the machine until its process ends.
    """
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)
