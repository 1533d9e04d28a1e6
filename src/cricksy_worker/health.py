"""Whether the workers on this machine are well: each writes its state, and a probe reads it.

Times are CLOCK_MONOTONIC's, which all processes of a machine share and nobody sets back.
"""

import os
import time
from pathlib import Path
from typing import Literal

import msgspec

from cricksy.files import replace_file
from cricksy_worker.workdir import living_directories

STUCK_SECONDS = 10.0
_FILE = "state.json"

Dependency = Literal["database", "queue", "bucket"]


class Condition(msgspec.Struct, kw_only=True):
    """What a worker knows of all that it cannot work without. Its loop changes it."""

    unseen: set[Dependency] = msgspec.field(default_factory=lambda: {"database", "queue", "bucket"})
    """What has not answered since the start: a worker that never reached it proves nothing."""
    away: dict[Dependency, str] = msgspec.field(default_factory=dict[Dependency, str])
    """What did not answer when it was last asked, and how the call failed. No reason to replace the worker: the next
    would wait as well."""
    faults: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    """What stays wrong until somebody sets it right, each as a sentence's end, by what it is of."""

    def answered(self, dependency: Dependency) -> None:
        """It answered, and does what is asked of it."""
        self.unseen.discard(dependency)
        self.away.pop(dependency, None)
        self.faults.pop(dependency, None)

    def did_not_answer(self, dependency: Dependency, why: str) -> None:
        self.away[dependency] = why

    def refused(self, dependency: Dependency, why: str) -> None:
        """It answers, but not as the worker needs it."""
        self.away.pop(dependency, None)
        self.faults[dependency] = why


class State(msgspec.Struct, frozen=True, kw_only=True):
    pid: int
    ticked_at: float
    slots: int
    busy: int
    draining: bool
    condition: Condition


class WorkerHealth(msgspec.Struct, frozen=True):
    is_well: bool
    line: str


def write_state(directory: Path, condition: Condition, *, slots: int, busy: int, draining: bool) -> None:
    """For :func:`check_health`, in the worker's private ``directory``."""
    state = State(
        pid=os.getpid(), ticked_at=time.monotonic(), slots=slots, busy=busy, draining=draining, condition=condition
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
    if state.draining:
        return WorkerHealth(is_well=False, line=f"worker {state.pid} is draining")
    condition = state.condition
    if condition.faults:
        return WorkerHealth(is_well=False, line=f"worker {state.pid} is unwell: {'; '.join(condition.faults.values())}")
    if condition.unseen:
        waits = " and the ".join(sorted(condition.unseen))
        line = f"worker {state.pid} is starting: no answer of the {waits} yet"
        whys = "".join(
            f"; {why}" for dependency, why in sorted(condition.away.items()) if dependency in condition.unseen
        )
        return WorkerHealth(is_well=False, line=line + whys)
    line = f"worker {state.pid} is well: {state.busy} of {state.slots} slots busy"
    if condition.away:
        line += f"; waiting for the {' and the '.join(sorted(condition.away))} to answer"
    return WorkerHealth(is_well=True, line=line)
