"""Values that follow keyframes; the one place that calls SciPy's interpolation."""

# pyright: reportMissingTypeStubs=false
# SciPy ships no types; this module gives the one class used its own.

from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator
from tools.synthetic.geometry import Array


class Curve:
    """One or several values over time.

    Monotone cubic interpolation (PCHIP, Fritsch and Butland 1984) never swings past a keyframe, so an extreme that is
    written down is the extreme that is played. Before the first and after the last keyframe the value stands still.
    """

    def __init__(self, *keys: tuple[float, ...]) -> None:
        """Each key is (seconds, value, …), in rising order of time."""
        table = np.array(keys, dtype=np.float64)
        self._start, self._end = table[0, 0], table[-1, 0]
        self._curve = PchipInterpolator(table[:, 0], table[:, 1:], axis=0)

    def __call__(self, t: ArrayLike) -> Array:
        """The values (k, ...) at ``t`` (...) seconds."""
        return np.moveaxis(cast("Array", self._curve(np.clip(t, self._start, self._end))), -1, 0)

    def value(self, t: ArrayLike) -> Array:
        """The first, or only, value (...) at ``t`` (...) seconds."""
        return self(t)[0]


def s_curve(t: ArrayLike, middle: float, steepness: float) -> Array:
    """The logistic function (...) of seconds: 0 long before ``middle``, half and fastest there, 1 long after."""
    return 1.0 / (1.0 + np.exp(-(np.asarray(t, dtype=np.float64) - middle) / steepness))
