"""Which faults a run injects, and at which pass of which boundary: drawn from the seed before the run begins."""

import random
from collections import Counter
from enum import StrEnum

import msgspec

from cricksy.failpoints import Failpoint


class Kind(StrEnum):
    KILL_WORKER = "worker killed"
    PAUSE_WORKER = "worker paused"
    """Past its lease, and continued."""
    KILL_CHILD = "child killed"
    DEPLOY = "deploy"
    """Two signals: hand back at once."""
    CUT_DATABASE = "database cut off"
    CUT_QUEUE = "S3, SQS cut off"
    SILENCE_DATABASE = "database silent"
    """Its connections half-closed."""
    DELAY = "wires slow"
    KILL_POSTGRES = "database killed"
    KILL_EMULATOR = "S3, SQS killed"
    """Every message is lost."""
    KILL_CALLER = "caller killed"
    """Of complete, before the send is recorded."""


class Fault(msgspec.Struct, frozen=True):
    phase: Failpoint
    kind: Kind
    passing: int
    """It strikes when the boundary is passed for the nth time, or as soon after that as it may."""
    seconds: float
    """How long what is cut, silent or dead stays so, 0.2–2."""


JOB_PHASES: tuple[Failpoint, ...] = (
    "message_received",
    "job_claimed",
    "video_downloaded",
    "stage_begun",
    "job_analysed",
    "artifacts_put",
    "results_committed",
)
"""Passed by nearly every job."""

_PASSES: dict[Failpoint, float] = {
    **dict.fromkeys(JOB_PHASES, 0.8),
    "message_sent": 0.9,
    "lease_renewed": 0.3,
    "failure_recorded": 0.12,
    "lease_released": 0.06,
    "message_resent": 0.05,
    "sweep_reserved": 0.06,
    "sweep_sent": 0.05,
}
"""How often, at the least, a boundary is passed for each job of a run."""

PHASES: tuple[Failpoint, ...] = tuple(_PASSES)

_WORK: tuple[tuple[set[Failpoint], Failpoint, Kind], ...] = (
    ({"lease_released", "message_resent"}, "stage_begun", Kind.DEPLOY),
    ({"sweep_reserved", "sweep_sent"}, "job_claimed", Kind.KILL_EMULATOR),
)
"""Which fault, where, makes the work in which the rarer phases are passed."""

_WORKER_KINDS = {
    Kind.KILL_WORKER: 6,
    Kind.PAUSE_WORKER: 3,
    Kind.CUT_DATABASE: 3,
    Kind.CUT_QUEUE: 3,
    Kind.SILENCE_DATABASE: 1,
    Kind.DELAY: 1,
}
_SHARE = 20 / 1000
"""Faults in each phase for each job."""


class Plan:
    """The faults of one run, handed out as the boundaries are passed."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self._waiting = sorted(faults, key=lambda fault: fault.passing, reverse=True)
        self._passes: Counter[Failpoint] = Counter()

    def due(self, phase: Failpoint) -> Fault | None:
        """Count a passing of ``phase``; the fault that is to strike it, if any."""
        self._passes[phase] += 1
        for index in range(len(self._waiting) - 1, -1, -1):
            fault = self._waiting[index]
            if fault.phase == phase and fault.passing <= self._passes[phase]:
                return self._waiting.pop(index)
        return None

    def postpone(self, fault: Fault) -> None:
        """Let it strike a later passing: this one could not bear it. Others that wait for the phase come first."""
        self._waiting.insert(0, fault)

    def wants(self) -> bool:
        """Whether a fault has not struck yet."""
        return bool(self._waiting)

    def make_work(self) -> None:
        """See to it that the phases of faults that wait come about: jobs to hand back, and jobs to sweep."""
        for phases, phase, kind in _WORK:
            waiting = {fault.phase for fault in self._waiting}
            if waiting & phases and not any(fault.kind == kind for fault in self._waiting):
                self._waiting.append(Fault(phase, kind, passing=0, seconds=0.2))


def quota(jobs: int) -> int:
    """How many faults must have struck each phase."""
    return int(jobs * _SHARE)


def full_plan(jobs: int, rng: random.Random) -> Plan:
    count = max(1, quota(jobs))
    # A few more than must strike, for those that find no pass to strike.
    wanted = count + max(1, count // 5)
    faults = [fault for phase in PHASES for fault in _struck(phase, _kinds(phase, wanted, rng), jobs, rng)]
    # These make the work of the rarer phases, jobs handed back and jobs to sweep: therefore in the first half.
    for kind, times in (
        (Kind.DEPLOY, count),
        (Kind.KILL_CHILD, count),
        (Kind.KILL_EMULATOR, max(1, count // 2)),
        (Kind.KILL_POSTGRES, max(1, count // 2)),
    ):
        for _ in range(times):
            phase: Failpoint = "stage_begun" if kind in {Kind.DEPLOY, Kind.KILL_CHILD} else rng.choice(JOB_PHASES)
            faults += _struck(phase, [kind], jobs // 2, rng)
    return Plan(faults)


def plan_of(kind: Kind, phase: Failpoint, times: int, jobs: int, rng: random.Random) -> Plan:
    """One kind of fault at one boundary alone."""
    return Plan(_struck(phase, [kind] * times, jobs, rng))


def _kinds(phase: Failpoint, count: int, rng: random.Random) -> list[Kind]:
    if phase == "message_sent":
        return [Kind.KILL_CALLER] * count
    return rng.choices(list(_WORKER_KINDS), list(_WORKER_KINDS.values()), k=count)


def _struck(phase: Failpoint, kinds: list[Kind], jobs: int, rng: random.Random) -> list[Fault]:
    passes = max(len(kinds), int(jobs * _PASSES[phase]))
    passings = sorted(rng.sample(range(1, passes + 1), len(kinds)))
    return [
        Fault(phase, kind, passing, round(rng.uniform(0.2, 2), 2))
        for passing, kind in zip(passings, kinds, strict=True)
    ]
