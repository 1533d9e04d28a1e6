"""How accurate the analysis is: ``python -m bench.accuracy`` prints the table and writes it to docs/accuracy.md.

The first run reads every film, a quarter of an hour on two cores; landmarks are kept in the cache, so that the next
one takes a minute or two. A bound that is missed is marked and listed; the exit status is 0 all the same.
"""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import click
from bench.accuracy import (
    calibration,
    controls,
    invariance,
    kinematic,
    people,
    perturbation,
    real,
    reference,
    rendered,
)
from bench.accuracy.document import document
from bench.accuracy.films import FilmSource
from bench.accuracy.poses import PoseStore
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row

from cricksy import logs
from cricksy.settings import analysis_settings
from cricksy_worker.vision.models import PoseModels

ROOT: Final = Path(__file__).parents[2]


class Section(Protocol):
    """One part of the table: the films it needs, and its rows."""

    def sources(self, setting: Setting, /) -> Sequence[FilmSource]: ...

    def rows(self, setting: Setting, /) -> list[Row]: ...


SECTIONS: Final[Mapping[str, Section]] = {
    "kinematic": kinematic,
    "invariance": invariance,
    "perturbation": perturbation,
    "rendered": rendered,
    "real": real,
    "reference": reference,
    "controls": controls,
    "people": people,
    "calibration": calibration,
}


@click.command(help=__doc__)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), default=ROOT / ".cache" / "accuracy")
@click.option("--stale", is_flag=True, help="Landmarks that older code has read will do.")
@click.option("--only", "names", type=click.Choice(SECTIONS), multiple=True, help="A section; nothing is written then.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="Films read at once.")
def main(cache: Path, names: tuple[str, ...], processes: int, *, stale: bool) -> None:
    logs.configure("worker", "WARNING")
    started = time.monotonic()
    clips = os.environ.get("CRICKSY_CLIPS")
    setting = Setting(PoseStore(cache, stale), Path(clips) if clips else None)
    sections = {name: SECTIONS[name] for name in names or SECTIONS}
    films = [film for section in sections.values() for film in section.sources(setting)]
    setting.store.read_all(films, processes)
    rows: list[Row] = []
    for name, section in sections.items():
        rows += section.rows(setting)
        print(f"{name}: done after {time.monotonic() - started:.0f} s", flush=True)
    page = document(rows, PoseModels.of(analysis_settings(os.environ)).sha256())
    print(page)
    if not names:
        (ROOT / "docs" / "accuracy.md").write_text(page)


if __name__ == "__main__":
    main()
