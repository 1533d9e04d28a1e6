"""How accurate the analysis is: ``python -m bench.accuracy`` prints the table and writes it to docs/accuracy.md.

The first run renders and reads every video, an hour or more on two cores; films and landmarks are kept in the cache, so
that the next one takes half an hour. It exits 1 where a bound is missed that bench/accuracy/baseline.json says was
kept; what is worse, better, new or gone is printed.
"""

import os
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import click
from bench.accuracy import (
    calibration,
    contacts,
    controls,
    cost,
    films,
    invariance,
    kinematic,
    made_films,
    measures,
    mocap,
    over,
    people,
    perturbation,
    real,
    reference,
    rendered,
    reports,
    same_delivery,
    slow_motion,
    strokes,
    views,
)
from bench.accuracy.baseline import compare, read_baseline, write_baseline
from bench.accuracy.document import document
from bench.accuracy.poses import PoseStore
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row
from bench.accuracy.videos import VideoSource

from cricksy import logs
from cricksy.settings import analysis_settings
from cricksy_worker.vision.models import PoseModels

ROOT: Final = Path(__file__).parents[2]


class Section(Protocol):
    """One part of the table: the videos it needs, and its rows."""

    def sources(self, setting: Setting, /) -> Sequence[VideoSource]: ...

    def rows(self, setting: Setting, /) -> list[Row]: ...


SECTIONS: Final[Mapping[str, Section]] = {
    "kinematic": kinematic,
    "contacts": contacts,
    "invariance": invariance,
    "perturbation": perturbation,
    "rendered": rendered,
    "views": views,
    "strokes": strokes,
    "films": films,
    "made": made_films,
    "real": real,
    "same": same_delivery,
    "reference": reference,
    "controls": controls,
    "mocap": mocap,
    "people": people,
    "over": over,
    "slow_motion": slow_motion,
    "calibration": calibration,
    "measures": measures,
    "reports": reports,
    "cost": cost,
}


@click.command(help=__doc__)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), default=ROOT / ".cache" / "accuracy")
@click.option("--stale", is_flag=True, help="Landmarks that older code has read will do.")
@click.option("--only", "names", type=click.Choice(SECTIONS), multiple=True, help="A section; nothing is written then.")
@click.option("--rewrite-baseline", is_flag=True, help="Take this run as the baseline of later ones.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="Films read at once.")
def main(cache: Path, names: tuple[str, ...], processes: int, *, stale: bool, rewrite_baseline: bool) -> None:
    if names and rewrite_baseline:
        raise click.UsageError("a baseline holds every section: leave out --only")
    logs.configure("worker", "WARNING")
    clips = os.environ.get("CRICKSY_CLIPS")
    setting = Setting(PoseStore(cache, stale), Path(clips) if clips else None)
    sections = {name: SECTIONS[name] for name in names or SECTIONS}
    videos = [video for section in sections.values() for video in section.sources(setting)]
    with _timed("landmarks"):
        setting.store.read_all(videos, processes)
    rows: list[Row] = []
    for name, section in sections.items():
        with _timed(name):
            rows += section.rows(setting)
    page = document(rows, PoseModels.of(analysis_settings(os.environ)).sha256())
    print(page)
    missing = [row.what for row in rows if row.measured is None]
    if missing and not names:
        raise click.ClickException(f"not written, for some of it could not be measured: {'; '.join(missing)}")
    if not names:
        (ROOT / "docs" / "accuracy.md").write_text(page)
    if rewrite_baseline:
        write_baseline(rows)
        return
    comparison = compare(read_baseline(), rows)
    for line in comparison.lines():
        print(line)
    if comparison.lost:
        sys.exit(1)


@contextmanager
def _timed(name: str) -> Generator[None]:
    """Print the seconds that a part takes, on the clock and of this process."""
    wall, cpu = time.monotonic(), time.process_time()
    yield
    print(f"{name:<13}{time.monotonic() - wall:7.1f} s {time.process_time() - cpu:8.1f} s of CPU", flush=True)


if __name__ == "__main__":
    main()
