"""Values that follow keyframes; the one place that calls SciPy's interpolation."""

# pyright: reportMissingTypeStubs=false
# SciPy ships no types; this module gives the one class used its own.

from typing import cast

import numpy as np
from scipy.interpolate import PchipInterpolator

from synthetic.geometry import Array


class Track:
    """One or several values over time.

    Monotone cubic interpolation (PCHIP, Fritsch and Butland 1984) never swings past a keyframe, so an extreme that is
    written down is the extreme that is played. Before the first and after the last keyframe the value stands still.
    """

    def __init__(self, *keys: tuple[float, ...]) -> None:
        """Each key is (seconds, value, …), in rising order of time."""
        table = np.array(keys, dtype=np.float64)
        self._start, self._end = table[0, 0], table[-1, 0]
        self._curve = PchipInterpolator(table[:, 0], table[:, 1:], axis=0)

    def __call__(self, t: float) -> Array:
        """The values (k,) at ``t`` seconds."""
        return cast("Array", self._curve(min(max(t, self._start), self._end)))

    def value(self, t: float) -> float:
        """The first, or only, value at ``t`` seconds."""
        return float(self(t)[0])
