"""Gaps in a film: it shows nothing there, so they say nothing of its rate."""

from typing import Final

import numpy as np

from cricksy.analysis.track import BoolArray, FloatArray

GAP_MS: Final = 250.0  # ms; without a frame: a delivery's front-foot contact to release fits into it
GAP_FRAMES: Final = 5.0  # ratio; and many times the usual interval: of one frame a second, none is a gap


def gaps(t_ms: FloatArray) -> BoolArray:
    """(n - 1,) which intervals between frames at ``t_ms`` (n,) are gaps."""
    steps = np.diff(t_ms)
    if not len(steps):
        return np.zeros(0, dtype=np.bool_)
    return steps > max(GAP_MS, GAP_FRAMES * float(np.median(steps)))
