"""A day of clips through the deployed workers, as a discrete-event simulation.

The scaling policy, the size of a task and its slots are read from ``deploy/service.yaml``, the visibility from the
worker's settings; the rest is below, each with its source.
"""

import random
import statistics
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil, exp, log
from typing import Any, Final

import simpy
from tools.templates import container, properties, template

from cricksy.settings import worker_settings

DAY_S: Final = 86_400
# A club's day, weight of each hour: practice after school and work, four times the mean at its peak. An assumption.
HOURS: Final = (0, 0, 0, 0, 0, 0, 0.2, 0.4, 0.6, 0.6, 0.6, 0.6, 0.8, 0.6, 0.6, 1.2, 2.4, 3.2, 4, 4, 2.6, 1.2, 0.4, 0)
BURST_CLIPS: Final = 500
BURST_SHARE: Final = 0.05
"""Of the clips come as a club's whole evening at once. An assumption."""
# CPU seconds of one clip: 6.7 to 9.8 were measured for clips of 1.2 s of 4K and 3.2 s of 720p; 25 is a film of 8 s.
CPU_MEDIAN_S: Final = 10.0
CPU_P95_S: Final = 25.0
AROUND_S: Final = 2.0
"""Download, and the commit of the results: measured with S3 and PostgreSQL near."""
START_S: Final = (45.0, 120.0)
"""A task of Fargate, from the decision to the first receive: it pulls an image of 0.5 GB. An assumption."""
KILLED_EVERY_S: Final = 100 * 3600.0
"""Mean life of a task that nobody stops: replaced hosts and defects. An assumption."""
# Application Auto Scaling's target tracking: alarms over 3 min above, and 15 min below nine tenths of, the target.
MINUTES_ABOVE, MINUTES_BELOW, SLACK = 3, 15, 0.9
METRIC_LATE_S: Final = 60.0
"""SQS's figures reach CloudWatch a minute late."""


@dataclass(frozen=True)
class Policy:
    """What ``deploy/service.yaml`` says."""

    waiting_per_task: float
    out_cooldown_s: float
    in_cooldown_s: float
    least: int
    most: int
    slots: int
    vcpu: float
    gb: float
    visibility_s: float


def shipped_policy() -> Policy:
    tracking = properties("service", "WaitingPerWorker")["TargetTrackingScalingPolicyConfiguration"]
    task, parameters = properties("service", "WorkerTask"), template("service")["Parameters"]
    defaults = {name: str(one["Default"]) for name, one in parameters.items() if "Default" in one}
    variables = container("WorkerTask", defaults, {})["Environment"]
    environ = {variable["Name"]: variable["Value"] for variable in variables}
    given = {"AWS_REGION": "eu-west-1", "DATABASE_USER": "u", "DATABASE_PASSWORD": "p", "DATABASE_PARAMETERS": ""}
    settings = worker_settings(environ | given)
    return Policy(
        waiting_per_task=tracking["TargetValue"],
        out_cooldown_s=tracking["ScaleOutCooldown"],
        in_cooldown_s=tracking["ScaleInCooldown"],
        least=parameters["WorkersLeast"]["Default"],
        most=parameters["WorkersMost"]["Default"],
        slots=settings.concurrency,
        vcpu=int(task["Cpu"]) / 1024,
        gb=int(task["Memory"]) / 1024,
        visibility_s=settings.visibility_timeout_seconds,
    )


@dataclass
class Day:
    """What was seen."""

    waits_s: list[float] = field(default_factory=list[float])
    """Of each clip, from its message to the claim that led to its results."""
    task_s: float = 0.0
    busy_s: float = 0.0
    most_tasks: int = 0
    killed: int = 0

    def wait(self, percent: int) -> float:
        return statistics.quantiles(self.waits_s, n=100)[percent - 1]


class Task:
    """One task: it starts, its slots take clips, it is stopped when idle or killed at any moment."""

    def __init__(self, fleet: "Fleet") -> None:
        self.fleet = fleet
        self.is_up = False
        self.busy = 0
        self.life = fleet.env.process(self._live())
        self.slots: list[simpy.Process] = []

    def _live(self) -> Generator[Any, Any, None]:
        fleet, born = self.fleet, self.fleet.env.now
        # An interrupt: the scaling stops it.
        with suppress(simpy.Interrupt):
            yield fleet.env.timeout(fleet.chance.uniform(*START_S))
            self.is_up = True
            self.slots = [fleet.env.process(self._work()) for _ in range(fleet.policy.slots)]
            yield fleet.env.timeout(fleet.chance.expovariate(1 / KILLED_EVERY_S))
            fleet.day.killed += 1
        self.is_up = False
        for slot in self.slots:
            slot.interrupt()
        fleet.day.task_s += fleet.env.now - born
        fleet.tasks.remove(self)

    def _work(self) -> Generator[Any, Any, None]:
        fleet = self.fleet
        while True:
            asked = fleet.queue.get()
            try:
                sent_at = yield asked
            except simpy.Interrupt:
                if asked.triggered and asked.value is not None:
                    # A message that was on its way.
                    fleet.env.process(fleet.come_back(asked.value))
                asked.cancel()
                return
            self.busy += 1
            wait, took = fleet.env.now - sent_at, fleet.service_s()
            try:
                yield fleet.env.timeout(took)
            except simpy.Interrupt:
                fleet.env.process(fleet.come_back(sent_at))
                return
            self.busy -= 1
            fleet.day.waits_s.append(wait)
            fleet.day.busy_s += took


class Fleet:
    """The queue, the tasks and what scales them."""

    def __init__(self, policy: Policy, clips: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.policy = policy
        self.chance = random.Random(seed)  # noqa: S311 - the same day each time
        self.queue = simpy.Store(self.env)
        self.day = Day()
        self.desired = policy.least
        self.tasks: list[Task] = []
        self.env.process(self._arrive(clips))
        self.env.process(self._scale())

    def run(self) -> Day:
        # Tasks that run at the end count up to here.
        self.env.run(until=DAY_S)
        for task in list(self.tasks):
            task.life.interrupt()
        self.env.run(until=DAY_S + 1)
        return self.day

    def service_s(self) -> float:
        spread = log(CPU_P95_S / CPU_MEDIAN_S) / 1.645
        cpu_s = exp(self.chance.gauss(log(CPU_MEDIAN_S), spread))
        return cpu_s * max(1.0, self.policy.slots / self.policy.vcpu) + AROUND_S

    def come_back(self, sent_at: float) -> Generator[Any, Any, None]:
        """A killed worker's message, once its lease has ended."""
        yield self.env.timeout(self.policy.visibility_s)
        yield self.queue.put(sent_at)

    def _arrive(self, clips: int) -> Generator[Any, Any, None]:
        times: list[float] = []
        for _ in range(round(clips * BURST_SHARE / BURST_CLIPS)):
            times += [self._moment()] * BURST_CLIPS
        times += [self._moment() for _ in range(clips - len(times))]
        for moment in sorted(times):
            if moment > self.env.now:
                yield self.env.timeout(moment - self.env.now)
            yield self.queue.put(self.env.now)

    def _moment(self) -> float:
        (hour,) = self.chance.choices(range(24), HOURS)
        return (hour + self.chance.random()) * 3600

    def _scale(self) -> Generator[Any, Any, None]:
        """Once a minute: what the alarms see, what the policy decides, what the service does."""
        seen: list[float] = []
        changed_at = -DAY_S
        policy = self.policy
        while True:
            running = max(1, sum(task.is_up for task in self.tasks))
            seen.append(len(self.queue.items) / running)
            late = seen[: -round(METRIC_LATE_S / 60)]
            since = self.env.now - changed_at
            wanted = self.desired
            if self._is_above(late) and since >= policy.out_cooldown_s:
                wanted = max(self.desired, ceil(running * late[-1] / policy.waiting_per_task))
            elif self._is_below(late) and since >= policy.in_cooldown_s:
                wanted = min(self.desired, ceil(running * late[-1] / policy.waiting_per_task))
            wanted = min(policy.most, max(policy.least, wanted))
            if wanted != self.desired:
                self.desired, changed_at = wanted, self.env.now
            self._follow()
            yield self.env.timeout(60)

    def _is_above(self, seen: Sequence[float]) -> bool:
        return len(seen) >= MINUTES_ABOVE and min(seen[-MINUTES_ABOVE:]) > self.policy.waiting_per_task

    def _is_below(self, seen: Sequence[float]) -> bool:
        return len(seen) >= MINUTES_BELOW and max(seen[-MINUTES_BELOW:]) < SLACK * self.policy.waiting_per_task

    def _follow(self) -> None:
        # A busy task protects itself.
        idle = [task for task in self.tasks if task.is_up and not task.busy]
        for task in idle[: max(0, len(self.tasks) - self.desired)]:
            task.life.interrupt()
            task.is_up = False
        self.tasks += [Task(self) for _ in range(self.desired - len(self.tasks))]
        self.day.most_tasks = max(self.day.most_tasks, len(self.tasks))
