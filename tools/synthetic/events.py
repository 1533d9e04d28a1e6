"""Instants read off the geometry of a performance: not the times of its keyframes, but what the body does."""

from collections.abc import Callable
from functools import partial

import numpy as np

from synthetic.body import Side
from synthetic.performance import Performance

TOUCH = 0.003
"""Metres above the ground at which a shoe touches: less than its sole gives."""
STEP = 1.0 / 30.0
"""Seconds between the samples among which a crossing is looked for: a foot or a hand stays longer on either side."""
PRECISION = 1e-6
"""Seconds to which it is then narrowed down."""


def falls_below(level: float, value: Callable[[float], float], duration: float) -> list[float]:
    """Every time from 0 to ``duration`` seconds at which ``value`` comes down through ``level``."""
    times = np.linspace(0.0, duration, round(duration / STEP) + 1)
    above = np.array([value(float(t)) > level for t in times])
    before = np.flatnonzero(above[:-1] & ~above[1:])
    return [_bisect(level, value, float(times[index]), float(times[index + 1])) for index in before]


def _bisect(level: float, value: Callable[[float], float], above: float, below: float) -> float:
    """The crossing between two times, to ``PRECISION``."""
    while below - above > PRECISION:
        middle = (above + below) / 2.0
        if value(middle) > level:
            above = middle
        else:
            below = middle
    return below


def touchdowns(performance: Performance, side: Side) -> list[float]:
    """Seconds of each first touch of a shoe with the ground: its lowest point comes within ``TOUCH`` of y = 0."""
    return falls_below(TOUCH, partial(performance.sole_height, side), performance.action.duration)
