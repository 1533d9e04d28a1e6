"""Whether the workers on this machine are well: each writes its state, and a probe reads it.

Times are CLOCK_MONOTONIC's, which all processes of a machine share and nobody sets back.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from cricksy.files import replace_file
from cricksy_worker.workdir import living_directories

STUCK_SECONDS = 10.0
_FILE = "state.json"

Dependency = Literal["database", "queue"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    pid: int
    ticked_at: float
    slots: int
    busy: int
    draining: bool
    away: Sequence[Dependency] = ()
    """What did not answer when it was last asked. No reason to replace the worker: the next would wait as well."""
    misfit: str = ""
    """Why this code cannot work with the database's schema, for which it waits."""
    not_yet: Sequence[Dependency] = ()
    """What has not answered since the start: no key, no permission, no such queue, or it is away."""
    fault: str = ""
    """What this worker lacks that no waiting brings."""


class WorkerHealth(msgspec.Struct, frozen=True):
    is_well: bool
    line: str


def write_state(  # noqa: PLR0913 - what a probe reads
    directory: Path,
    *,
    slots: int,
    busy: int,
    draining: bool,
    away: Sequence[Dependency] = (),
    misfit: str = "",
    not_yet: Sequence[Dependency] = (),
    fault: str = "",
) -> None:
    state = State(
        pid=os.getpid(),
        ticked_at=time.monotonic(),
        slots=slots,
        busy=busy,
        draining=draining,
        away=away,
        misfit=misfit,
        not_yet=not_yet,
        fault=fault,
    )
    replace_file(directory / _FILE, msgspec.json.encode(state))


def check_health(root: Path) -> WorkerHealth:
    """Of all workers with a private directory in ``root``: the first that is not well speaks for them."""
    healths = [_health_of(directory) for directory in living_directories(root)]
    if not healths:
        return WorkerHealth(is_well=False, line="no worker is running")
    return min(healths, key=lambda health: health.is_well)


def _health_of(directory: Path) -> WorkerHealth:
    try:
        state = msgspec.json.decode((directory / _FILE).read_bytes(), type=State)
    except FileNotFoundError:
        return WorkerHealth(is_well=False, line="a worker is starting")
    age = time.monotonic() - state.ticked_at
    if age > STUCK_SECONDS:
        return WorkerHealth(is_well=False, line=f"worker {state.pid} is stuck: its loop last ticked {age:.0f} s ago")
    if problem := _problem_of(state):
        return WorkerHealth(is_well=False, line=f"worker {state.pid} {problem}")
    line = f"worker {state.pid} is well: {state.busy} of {state.slots} slots busy"
    if state.away:
        line += f"; waiting for {_listed(state.away)} to answer"
    return WorkerHealth(is_well=True, line=line)


def _problem_of(state: State) -> str | None:
    """Why a deploy must not count on this worker."""
    if state.draining:
        return "is draining"
    if state.fault:
        return f"can do nothing: {state.fault}"
    if state.misfit:
        return f"takes no jobs: {state.misfit}"
    if state.not_yet:
        return f"is starting: waiting for {_listed(state.not_yet)} to answer"
    return None


def _listed(dependencies: Sequence[Dependency]) -> str:
    return f"the {' and the '.join(dependencies)}"
