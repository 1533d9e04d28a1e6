"""Instants read off the geometry of a performance: not the times of its keyframes, but what the body does."""

from collections.abc import Callable
from functools import partial

import numpy as np
from tools.synthetic.body import Side
from tools.synthetic.geometry import Array
from tools.synthetic.performance import Performance

TOUCH = 0.003
"""Metres above the ground at which a shoe touches: less than its sole gives."""
STEP = 1.0 / 60.0
"""Seconds between the samples among which a crossing is looked for: a foot or a hand stays longer on either side."""
PRECISION = 1e-5
"""Seconds to which it is then narrowed down."""
PARTS = 42
"""Into which each narrowing parts the time."""


def falls_below(level: float, value: Callable[[Array], Array], start: float, end: float) -> list[float]:
    """Every time from ``start`` to ``end`` seconds at which ``value``, of times (n,), comes down through ``level``."""
    times = np.linspace(start, end, round((end - start) / STEP) + 1)
    above = value(times) > level
    before = np.flatnonzero(above[:-1] & ~above[1:])
    return [_narrow(level, value, times[index], times[index + 1]) for index in before]


def highest(value: Callable[[Array], Array], start: float, end: float) -> float:
    """The time between two at which ``value``, of times (n,), is greatest, to ``PRECISION``."""
    step = STEP
    while step > PRECISION:
        times = np.linspace(start, end, max(PARTS, round((end - start) / step) + 1))
        step = times[1] - times[0]
        best = times[int(np.argmax(value(times)))]
        start, end = max(start, best - step), min(end, best + step)
    return float((start + end) / 2.0)


def _narrow(level: float, value: Callable[[Array], Array], above: float, below: float) -> float:
    """The crossing between two times, to ``PRECISION``."""
    while below - above > PRECISION:
        times = np.linspace(above, below, PARTS)
        first_below = max(1, int(np.argmax(value(times) <= level)))
        above, below = times[first_below - 1], times[first_below]
    return float(below)


def touchdowns(performance: Performance, side: Side, start: float, end: float) -> list[float]:
    """Seconds of each first touch of a shoe with the ground: its lowest point comes within ``TOUCH`` of y = 0."""
    return falls_below(TOUCH, partial(performance.sole_height, side), start, end)
