"""What one delivery costs: CPU time of the analysis against a bare loop of the pose model over the same frames."""

import os
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from statistics import median
from typing import Final

from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, at_most
from bench.accuracy.videos import VideoSource

from bench import cpu
from cricksy.settings import analysis_settings

SECTION: Final = "CPU time"


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(setting: Setting) -> list[Row]:
    settings = analysis_settings(os.environ)
    with as_file(files("cricksy.sample") / "bowling.mp4") as sample:
        videos = [sample, *(_clips(setting.clips) if setting.clips else [])]
        cpu.analyse(sample, settings)  # imports and the first use of every library
        compared = {video.stem: cpu.compare(video, settings) for video in videos}
    return _rows(compared)


def _rows(compared: Mapping[str, cpu.Compared]) -> list[Row]:
    """The middle one is bounded: a single ratio differs by some hundredths from run to run."""
    each = [
        Row(
            SECTION,
            f"{name}: CPU time of the bare loop's",
            f"{one.ratio:.2f}; {one.analysis_s:.1f} s, {one.coarse} + {one.fine} frames",
        )
        for name, one in compared.items()
    ]
    middle = median(one.ratio for one in compared.values())
    return [*each, at_most(SECTION, "the middle one", middle, bound=cpu.MOST, unit="", detail=f" of {len(compared)}")]


def _clips(directory: Path) -> list[Path]:
    return sorted((directory / "bowling").glob("*.mp4"))
