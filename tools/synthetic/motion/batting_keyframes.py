"""The front-foot drive in numbers, for a right-hander: seconds, metres of the mesh's body, degrees.

The batter stands at the origin's side of x = 1 with the bowler towards +x and the chest towards +z.
"""

from typing import Final

import numpy as np
from tools.synthetic.motion.keyframes import Curve

DURATION: Final = 2.6
LANE: Final = 0.0
FEET_X: Final = (0.80, 1.22)
"""Of the back and the front ankle in the stance."""
FEET_Z: Final = 0.05
STEP: Final = 0.58
STEP_Z: Final = 0.09
"""How far the front foot steps to the pitch of the ball, and across."""
STEP_FROM, CONTACT, IMPACT = 0.85, 1.20, 1.48
SWING_HEIGHT: Final = 0.10
FRONT_YAW: Final = Curve((0.0, 75.0), (0.85, 75.0), (1.20, 42.0))
BACK_YAW: Final = Curve((0.0, 84.0), (1.20, 80.0), (1.80, 60.0))
BACK_HEEL: Final = Curve((1.20, 0.0), (1.48, 34.0), (1.80, 48.0))
"""Pitch of the back foot, whose heel rises as the weight goes forward."""
STANCE_KNEE: Final = 146.0
"""Of the front leg."""
# Share of the way from the stance to where the hips are at impact.
HIPS_ADVANCE: Final = Curve((0.0, 0.0), (0.80, -0.05), (1.20, 0.68), (1.48, 1.0), (1.70, 1.04))
HIPS_X: Final = 1.00
HIPS_TRAVEL: Final = 0.42
"""At the keyframes' step."""

PELVIS_TURN: Final = Curve((0.0, 84.0), (0.90, 90.0))
PELVIS_OPENS, PELVIS_OPENING = 48.0, 0.060
THORAX_TURN: Final = Curve((0.0, 82.0), (0.90, 95.0))
THORAX_OPENS, THORAX_OPENING = 56.0, 0.052
THORAX_OPENS_AT: Final = 1.45
"""Degrees by which each turns to the bowler, the steepness of that turn in seconds, and when it is fastest."""
# Columns: forward flexion, lean to the left.
THORAX_TILT: Final = Curve(
    (0.0, 14.0, 2.0), (0.90, 12.0, 6.0), (1.20, 12.0, 16.0), (1.48, 12.0, 26.0), (1.80, 8.0, 18.0), (2.6, 6.0, 10.0)
)
PELVIS_FOLLOWS: Final = (0.5, 0.25)
"""Shares of the thorax's flexion and lean that the pelvis follows."""
# Columns: turn, flexion, lean.
HEAD: Final = Curve(
    (0.0, 18.0, 12.0, 0.0), (1.20, 22.0, 16.0, 6.0), (1.48, 26.0, 28.0, 10.0), (1.80, 14.0, 4.0, 2.0),
    (2.60, 10.0, 2.0, 0.0),
)  # fmt: skip

# The middle of both hands against the middle of the hips.
HANDS: Final = Curve(
    (0.00, 0.07, 0.02, 0.35), (0.50, 0.07, 0.03, 0.35), (0.98, -0.22, 0.45, 0.28), (1.16, -0.29, 0.40, 0.28),
    (1.32, -0.16, 0.22, 0.38), (1.48, 0.13, 0.10, 0.42), (1.60, 0.40, 0.32, 0.36), (1.80, 0.44, 0.62, 0.25),
    (1.95, 0.38, 0.72, 0.16),
)  # fmt: skip
STANCE_HANDS: Final = np.array([0.07, 0.03, 0.35])
BACKLIFT: Final = Curve((0.50, 0.0), (0.98, 1.0), (1.16, 1.0), (1.40, 0.0))
"""How far the hands' place is the batter's own height of backlift."""
DOWNSWING: Final = 1.25
"""By then every bat is on its way down."""
# From the hands to the toe of the bat.
BAT: Final = Curve(
    (0.00, -0.25, -1.00, 0.05), (0.50, -0.25, -1.00, 0.05), (0.98, -0.75, 0.62, 0.10), (1.16, -0.80, 0.50, 0.10),
    (1.32, -0.75, -0.66, 0.10), (1.48, 0.02, -1.00, 0.12), (1.60, 0.85, -0.35, 0.10), (1.80, 0.55, 0.80, -0.10),
    (1.95, -0.25, 0.95, -0.25),
)  # fmt: skip
