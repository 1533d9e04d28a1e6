"""How many frames a second a film has, and how many of them show a new image."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis.gaps import gaps
from cricksy.analysis.preprocessing.cleaning import MANY_REPEATS
from cricksy.analysis.track import BoolArray, FloatArray

# ratio; of the film's: rates closer than this are one, and the whole film's is the more exact
ANOTHER_RATE: Final = 0.1
USUAL: Final = 0.1  # ratio; of the median interval, within which others count as equal
# ratio; of the intervals between images that must be equal for their rate to be the film's, with now and then an image
# that is missing; of 24 images a second in 30 frames, every fourth is doubled
MOSTLY: Final = 0.8


@dataclass(frozen=True, slots=True)
class Rates:
    """``source_fps`` of the frames, ``image_fps`` of new images, in 1/s; ``gap_ms``: time without any frame."""

    source_fps: float
    image_fps: float
    gap_ms: float


def rates_of(t_ms: FloatArray, repeated: BoolArray, part_ms: tuple[float, float] | None = None) -> Rates:
    """Of frames at ``t_ms`` (n,), of which those ``repeated`` (n,) show the image before once more.

    ``part_ms``: start and end of the part that counts where the rate varies. A gap has no rate.
    """
    whole = _rates(t_ms, repeated)
    if part_ms is None:
        return whole
    inside = (t_ms >= part_ms[0]) & (t_ms <= part_ms[1])
    part = _rates(t_ms[inside], repeated[inside])
    if not part.source_fps or abs(part.source_fps - whole.source_fps) <= ANOTHER_RATE * whole.source_fps:
        return whole
    return Rates(part.source_fps, part.image_fps, whole.gap_ms)


def _rates(t_ms: FloatArray, repeated: BoolArray) -> Rates:
    steps = np.diff(t_ms)
    is_gap = gaps(t_ms)
    source_fps = _rate(steps[~is_gap])
    gap_ms = float(steps[is_gap].sum())
    if np.count_nonzero(repeated) <= MANY_REPEATS * len(repeated):
        return Rates(source_fps, source_fps, gap_ms)
    new_ms = t_ms[~repeated]
    between = np.diff(new_ms)[~gaps(new_ms)]
    if not len(between):
        return Rates(source_fps, source_fps, gap_ms)
    usual = between[np.abs(between - np.median(between)) <= USUAL * np.median(between)]
    return Rates(source_fps, _rate(usual if len(usual) >= MOSTLY * len(between) else between), gap_ms)


def _rate(steps_ms: FloatArray) -> float:
    total = float(steps_ms.sum())
    return len(steps_ms) * 1000 / total if total else 0.0
