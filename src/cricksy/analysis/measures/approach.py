"""The way of the hips before and during an action, also where the first pass alone has read it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import BoolArray, FloatArray, Track

# s; a longer gap may hide a step, and with it how fast the hips went
LONGEST_GAP_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Approach:
    """``x`` (m,): pixels of the middle of the hips at the times ``t_s`` (m,) in the world, without gaps."""

    t_s: FloatArray
    x: FloatArray

    def at(self, t_s: float) -> float:
        """Pixels at a time; NaN before the first one and after the last one."""
        if not len(self.t_s):
            return float("nan")
        return float(np.interp(t_s, self.t_s, self.x, left=np.nan, right=np.nan))


def approach(track: Track, motion: Motion) -> Approach:
    """Clean positions where there are some, before them those that the first pass read of the same shot.

    The middle of the hips is the same whichever the model takes for the left one.
    """
    shot = track.shot[int(np.argmax(track.frame == motion.frame[0]))]
    hips = track.landmarks[:, [Joint.HIP, Joint.HIP + 1]]
    seen = (hips[..., 3] >= th.MIN_VISIBILITY).all(axis=1) & ~track.repeated & (track.shot == shot)
    earlier = seen & (track.frame < motion.frame[0])
    before = track.stabilised[earlier][:, [Joint.HIP, Joint.HIP + 1], 0].mean(axis=1)
    own = motion.middle(Joint.HIP)[:, 0]
    known = np.isfinite(own)
    t_s = np.concatenate([track.world_ms[earlier] / 1000.0, motion.t_s[known]])
    return _unbroken(Approach(t_s, np.concatenate([before, own[known]])), motion)


def _unbroken(whole: Approach, motion: Motion) -> Approach:
    """The stretch about the middle of ``motion`` that has no long gap."""
    if len(whole.t_s) < 2:  # noqa: PLR2004 - a gap lies between two
        return whole
    middle = (float(motion.t_s[0]) + float(motion.t_s[-1])) / 2
    broken: BoolArray = np.diff(whole.t_s) > LONGEST_GAP_S
    part = np.concatenate(([0], np.cumsum(broken)))
    mine = part == part[int(np.argmin(np.abs(whole.t_s - middle)))]
    return Approach(whole.t_s[mine], whole.x[mine])
