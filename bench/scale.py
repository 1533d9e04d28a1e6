"""How long clips wait and what they cost at 10,000, 100,000 and 1,000,000 a day: the tables of ``docs/scale.md``.

``python -m bench.scale`` rewrites them, in about five minutes; the simulation is :mod:`bench.fleet`.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.fleet import DAY_S, HOURS, Day, Fleet, Policy, shipped_policy

PAGE: Final = Path(__file__).parents[1] / "docs" / "scale.md"
BEGIN: Final = "<!-- {} begins: made by bench/scale.py -->\n"
END: Final = "<!-- {} ends -->\n"
SEED: Final = 1
CASES: Final = ((10_000, 20), (100_000, 20), (100_000, 80), (1_000_000, 700))
"""Clips a day, and WorkersMost."""

# List prices of us-east-1 in dollars, from memory: compare them with today's before you rely on a sum.
VCPU_HOUR, GB_HOUR = 0.04048, 0.004445
S3_GB_MONTH, DATABASE_GB_MONTH, LOG_GB, SQS_REQUEST = 0.023, 0.23, 0.50, 0.4e-6
FLOOR_MONTH: Final = {
    "database db.t4g.medium Multi-AZ": 95,
    "load balancer": 20,
    "10 endpoints": 73,
    "one API task": 18,
}

# Measured: a clip of 3.2 s, 720p60; docs/operations.md and the table of sizes there.
ROW_KB, WAL_KB, LOG_KB, UPDATES = 121, 134, 6, 11
VIDEO_MB: Final = 10
"""Five seconds of a phone's 1080p. An assumption."""
POLL_S: Final = 20
KB_PER_CONNECTION: Final = 9_531_392 / 1e3
"""RDS's default of max_connections: the memory of the class divided by this, 5,000 at most."""


def simulated(policy: Policy, clips: int, most: int) -> Day:
    return Fleet(replace(policy, most=most), clips, SEED).run()


def dollars(policy: Policy, clips: int, day: Day) -> tuple[float, float]:
    """Of 1,000 clips: what the workers cost, and what all costs with a month of storage."""
    compute = day.task_s / 3600 * (policy.vcpu * VCPU_HOUR + policy.gb * GB_HOUR)
    polls = day.task_s / POLL_S * policy.slots
    stored = clips * (VIDEO_MB / 1e3 * S3_GB_MONTH + ROW_KB / 1e6 * DATABASE_GB_MONTH)
    calls = (polls + 3 * clips) * SQS_REQUEST + clips * LOG_KB / 1e6 * LOG_GB
    floor = sum(FLOOR_MONTH.values()) / 30
    return compute / clips * 1000, (compute + stored + calls + floor) / clips * 1000


def waiting_row(policy: Policy, clips: int, most: int, day: Day) -> str:
    compute, total = dollars(policy, clips, day)
    busy = day.busy_s / (day.task_s * policy.slots)
    cells = (
        f"{clips:,}",
        str(most),
        *(duration(day.wait(percent)) for percent in (50, 99)),
        duration(max(day.waits_s)),
        f"{clips - len(day.waits_s):,}",
        f"{day.task_s / DAY_S:.1f}",
        str(day.most_tasks),
        f"{busy:.0%}",
        str(day.killed),
        f"${compute:.2f}",
        f"${total:.2f}",
    )
    return f"| {' | '.join(cells)} |\n"


def load_row(policy: Policy, clips: int, most: int, day: Day) -> str:
    peak = clips / DAY_S * max(HOURS) / (sum(HOURS) / 24)
    connections = day.most_tasks * (2 * policy.slots + 2)
    cells = (
        f"{clips:,}",
        str(most),
        f"{peak:.1f}",
        f"{connections:,}",
        f"{connections * KB_PER_CONNECTION / 1e6:.0f} GB",
        f"{peak * UPDATES:.0f}",
        f"{clips * ROW_KB / 1e6:.1f} GB",
        f"{clips * WAL_KB / 1e6:.1f} GB",
        f"{day.most_tasks * policy.slots:,}",
        f"{clips * VIDEO_MB / 1e6:.2f} TB",
    )
    return f"| {' | '.join(cells)} |\n"


def duration(seconds: float) -> str:
    if seconds < 1:
        return "< 1 s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - minutes read better


WAITING_HEAD: Final = (
    "| clips a day | `WorkersMost` | waits, p50 | p99 | longest | not done at midnight | workers, mean | most |"
    " slots busy | killed | workers, for 1,000 clips | all, for 1,000 clips |\n" + "|---" * 12 + "|\n"
)
LOAD_HEAD: Final = (
    "| clips a day | `WorkersMost` | clips a second at the peak | connections of workers | memory of the database for"
    " them | row updates a second | rows a day | WAL a day | messages in flight | videos a day |\n"
    + "|---" * 10
    + "|\n"
)


def rows(policy: Policy, clips: int, most: int) -> tuple[str, str]:
    day = simulated(policy, clips, most)
    return waiting_row(policy, clips, most, day), load_row(policy, clips, most, day)


def with_table(page: str, name: str, table: str) -> str:
    before, begin, rest = page.partition(BEGIN.format(name))
    _, end, after = rest.partition(END.format(name))
    if not (begin and end):
        raise ValueError(f"{PAGE} has no place for the table {name}")
    return f"{before}{begin}\n{table}\n{end}{after}"


def all_rows(policy: Policy) -> Iterator[tuple[str, str]]:
    for clips, most in CASES:
        made = rows(policy, clips, most)
        print(made[0], end="", flush=True)
        yield made


def main() -> int:
    waiting, load = zip(*all_rows(shipped_policy()), strict=True)
    page = with_table(PAGE.read_text(), "waiting", WAITING_HEAD + "".join(waiting))
    PAGE.write_text(with_table(page, "load", LOAD_HEAD + "".join(load)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
