"""A full swing, as of a golf club: two hands that go from below the hips to above the face before they come down."""

from typing import Final

import numpy as np

from cricksy.analysis.events import Action, value_at
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import NOSE, Joint
from cricksy.analysis.track import FloatArray

# H; from where the hands wait to the top: three captured golf swings do 0.48–0.54 from any side, 54 synthetic
# backlifts at most 0.29. A batter who holds his bat up lifts it less, however high.
FULL_RISE: Final = 0.4
# H; above the nose at the top: the same swings are 0.07–0.13 above it, the backlifts at least 0.11 below
ABOVE_FACE: Final = 0.0


def is_full_swing(motion: Motion, stroke: Action) -> bool:
    """Whether the hands of ``stroke`` rise as in a full swing rather than to a batter's shoulder.

    Heights are compared, which any level camera shows alike from all sides. A bat that waits raised has no stance to
    rise from.
    """
    if "stance" not in stroke.instants:
        return False
    stance, top = (stroke.instants[name].index for name in ("stance", "backlift_top"))
    hands = _hands_y(motion)
    at_top = value_at(hands, top)
    rise = value_at(hands, stance) - at_top
    above = value_at(motion.smooth[:, NOSE, 1], top) - at_top
    return bool(rise >= FULL_RISE * motion.scale and above >= ABOVE_FACE * motion.scale)


def _hands_y(motion: Motion) -> FloatArray:
    """(n,) height in the image of the middle of the wrists, or of the one that is seen."""
    left, right = motion.smooth[:, Joint.WRIST, 1], motion.smooth[:, Joint.WRIST + 1, 1]
    return (np.where(np.isfinite(left), left, right) + np.where(np.isfinite(right), right, left)) / 2
