"""Jobs under faults: ``python -m tests.faults.chaos --jobs N --seed S [--bug NAME]``.

Exit status 0 where no job was lost, ended twice, stuck or wronged and every phase was struck often enough; else 1.
"""

import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from tests.faults.bugs import BUGS
from tests.faults.plan import PHASES, Plan, full_plan, plan_of, quota
from tests.faults.run import RunOptions, run
from tests.faults.verdict import Evidence, judge
from tests.faults.videos import good_videos, videos

from cricksy.vocabulary import ArtifactKind, ArtifactStore

_EXAMPLES = 5
_SMALL = 100
"""A run of fewer jobs has two workers of two slots instead of four of three, and no room for every phase."""


@click.command()
@click.option("--jobs", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the videos and the faults.")
@click.option(
    "--store",
    type=click.Choice(["postgres", "s3", "mixed"]),
    default="mixed",
    show_default=True,
    help="Where results and landmarks go; mixed: every other worker uses S3.",
)
@click.option("--bug", type=click.Choice(list(BUGS)), help="Run workers with this bug; the run must then fail.")
@click.option("--harmless", is_flag=True, help="The faults of --bug without the bug; the run must succeed.")
@click.option("--seconds", type=click.FloatRange(min=1), default=600, show_default=True, help="The run's bound.")
@click.option("--keep", is_flag=True, help="Keep the directory with the logs.")
def main(  # noqa: PLR0913 - one for each option
    *, jobs: int, seed: int, store: str, bug: str | None, harmless: bool, seconds: float, keep: bool
) -> None:
    """Work off JOBS videos in real workers while they, their children, the services and the wires fail."""
    rng = random.Random(seed)  # noqa: S311 - not a secret
    plan = full_plan(jobs, rng) if bug is None else _plan_for(bug, jobs, rng)
    reel = videos(jobs, rng) if bug is None else good_videos(rng)
    workers, slots = (2, 2) if jobs < _SMALL else (4, 3)
    patience = 40.0 if bug is None else 11.0
    options = RunOptions(
        jobs=jobs,
        bug="" if harmless else bug or "",
        seconds=seconds,
        patience_seconds=patience,
        workers=workers,
        more=0 if jobs < _SMALL else jobs // 4,
        slots=slots,
        stores=tuple(ArtifactStore) if store == "mixed" else (ArtifactStore(store),),
    )
    directory = Path(tempfile.mkdtemp(prefix="cricksy-chaos-"))
    # PostgreSQL runs as another user where we are root.
    directory.chmod(0o755)
    begun_at = time.monotonic()
    try:
        evidence = asyncio.run(run(options, plan, reel, directory))
    finally:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)
    console = Console(width=150)
    console.print(f"Seed {seed}: {len(evidence.jobs)} jobs in {time.monotonic() - begun_at:.0f} s")
    missed = _print_faults(console, evidence, 0 if bug or jobs < _SMALL else quota(jobs))
    wrong = judge(evidence)
    _print_outcomes(console, evidence)
    _print_storage(console, evidence)
    _print_verdict(console, wrong)
    if keep:
        console.print(f"Logs: {directory}")
    sys.exit(1 if missed or any(wrong.values()) else 0)


def _plan_for(bug: str, jobs: int, rng: random.Random) -> Plan:
    shown = BUGS[bug]
    return Plan([]) if shown.kind is None else plan_of(shown.kind, shown.phase, shown.times, jobs, rng)


def _print_faults(console: Console, evidence: Evidence, wanted: int) -> bool:
    """Whether a phase was struck less often than wanted."""
    counts = Counter((struck.fault.phase, struck.fault.kind) for struck in evidence.struck)
    sums = Counter(struck.fault.phase for struck in evidence.struck)
    kinds = sorted({kind for _, kind in counts})
    table = Table("phase", *kinds, "all", title=f"Faults by phase, at least {wanted} in each")
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for phase in PHASES:
        table.add_row(phase, *(str(counts[phase, kind] or "") for kind in kinds), str(sums[phase]))
    console.print(table)
    return any(sums[phase] < wanted for phase in PHASES)


def _print_outcomes(console: Console, evidence: Evidence) -> None:
    table = Table("outcome", "attempts", "jobs", title="Jobs")
    counts = Counter((job.error_code or job.status, job.attempts) for job in evidence.jobs)
    for (outcome, attempts), count in sorted(counts.items()):
        table.add_row(outcome, str(attempts), str(count))
    table.add_row("dead letters", "", str(len(evidence.dead)))
    console.print(table)


def _print_storage(console: Console, evidence: Evidence) -> None:
    storage = evidence.storage
    table = Table("artifact", "in PostgreSQL", "in S3", title="Artifacts after the sweeps")
    counts = Counter((artifact.kind, artifact.s3_key is None) for artifact in storage.artifacts)
    for kind in ArtifactKind:
        table.add_row(kind, str(counts[kind, True]), str(counts[kind, False]))
    console.print(table)
    videos = len(storage.objects & storage.videos.keys())
    console.print(
        f"{len(storage.objects)} objects in the bucket, {videos} of them videos; "
        f"{storage.collected} artifacts that nothing kept were collected after the run"
    )


def _print_verdict(console: Console, wrong: dict[str, list[object]]) -> None:
    table = Table("must be 0", "count", title="Verdict")
    for name, found in wrong.items():
        table.add_row(name, str(len(found)), style="bold red" if found else "green")
    console.print(table)
    for name, found in wrong.items():
        for example in found[:_EXAMPLES]:
            console.print(f"{name}: {example}", markup=False, highlight=False)


if __name__ == "__main__":
    main()
