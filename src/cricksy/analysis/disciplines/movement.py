"""How a body moves whatever it does: the speed of its hands, and how far it goes across the image."""

import math
from typing import Final

import numpy as np

from cricksy.analysis import body, filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Action, time_at
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

FAST_S: Final = 0.15  # s; a wrist stays fast this long in a throw or a swing; an exchange of labels takes one frame
# H; provisional: feet apart across the image in a batting stance; half of STRIDE_AT_RELEASE
SIDE_BASE: Final = 0.25
WAY_S: Final = (1.2, 0.1)  # s; before the key event: from the run-up to before the trunk bends
# ratio; focal length over the image's longer side: 27 mm over 36 mm, a phone's main camera. One that zooms has more,
# by which the angle is underestimated.
FOCAL: Final = 0.75
# H/s; one who goes more slowly in space shows no direction
LEAST_WAY: Final = 0.5


def wrist_speed(motion: Motion) -> FloatArray:
    """(n,) speed of the faster wrist relative to the hips, in H/s; a body that only travels has none."""
    hips = motion.middle(Joint.HIP)
    speeds = [
        np.linalg.norm(filters.rate_of_change(motion.t_s, motion.side(Joint.WRIST, side) - hips), axis=1)
        for side in Side
    ]
    return np.fmax(speeds[0], speeds[1]) / motion.scale


def way_deg(motion: Motion, action: Action) -> float:
    """Angle between the image and the way that the player goes before the key event, 0–90°; NaN where unknown.

    What comes nearer grows: at the depth Z by a share of dZ / Z, while it crosses dX / Z of the focal length.
    """
    key_s = time_at(motion, action.key_event.index)
    before = (motion.t_s >= key_s - WAY_S[0]) & (motion.t_s <= key_s - WAY_S[1])
    hips, size = motion.middle(Joint.HIP)[:, 0], body.sizes(motion.smooth)
    seen = before & np.isfinite(hips) & (size > 0)
    if np.count_nonzero(seen) < th.MIN_SAMPLES:
        return math.nan
    across, _ = filters.line(motion.t_s[seen], hips[seen])
    nearer, _ = filters.line(motion.t_s[seen], np.log(size[seen]))
    along = nearer * FOCAL * motion.longer_side
    if math.hypot(along, across) < LEAST_WAY * motion.scale:
        return math.nan
    return math.degrees(math.atan2(abs(along), abs(across)))


def steady_speed(motion: Motion, side: Side) -> FloatArray:
    """(n,) speed in H/s that a wrist keeps, relative to the hips, for ``FAST_S``; NaN where too little is seen.

    The median velocity of the steps from frame to frame: a landmark that jumps is fast in a single step, and one that
    trembles goes nowhere. Steps to or from a frame on which the wrist was not read, or relabelled, do not count.
    """
    wrist = Joint.WRIST + side
    hips = (motion.unfiltered[:, Joint.HIP] + motion.unfiltered[:, Joint.HIP + 1]) / 2
    seen = (motion.visibility[:, [wrist, Joint.HIP, Joint.HIP + 1]] > 0).all(axis=1)
    seen &= motion.visibility[:, wrist] >= th.MIN_VISIBILITY
    place = np.where(seen[:, None], motion.unfiltered[:, wrist] - hips, np.nan) / motion.scale
    velocity = np.diff(place, axis=0, append=np.nan) / np.diff(motion.t_s, append=np.inf)[:, None]
    half = min(max(1, round(FAST_S * motion.rate / 2)), len(motion.t_s))
    return np.asarray(np.linalg.norm(filters.running_median(velocity, half), axis=1), dtype=np.float64)


def feet_across(motion: Motion, action: Action) -> float:
    """How far the feet are apart across the image at the key event, in ``SIDE_BASE``; NaN where one is hidden."""
    ankles = motion.unfiltered[round(action.key_event.index), Joint.ANKLE : Joint.ANKLE + 2, 0]
    return abs(float(ankles[1] - ankles[0])) / motion.scale / SIDE_BASE


def goes_across(motion: Motion, action: Action) -> float:
    """How far an action goes across the image, 1 being the least that counts: by the hips' way, and by the feet."""
    base = feet_across(motion, action)
    hips = motion.middle(Joint.HIP)[action.window, 0]
    hips = hips[np.isfinite(hips)]
    seconds = float(motion.t_s[action.end] - motion.t_s[action.start])
    travel = abs(float(hips[-1] - hips[0])) / motion.scale / seconds if len(hips) > 1 and seconds > 0 else 0.0
    return max(travel / th.SIDE_TRAVEL, base if np.isfinite(base) else 0.0)
