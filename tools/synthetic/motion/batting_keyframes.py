"""Strokes in numbers, for a right-hander: seconds, metres of the mesh's body, degrees.

The batter stands at the origin's side of x = 1 with the bowler towards +x and the chest towards +z.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from tools.synthetic.motion.keyframes import Curve

DURATION: Final = 2.6
LANE: Final = 0.0
FEET_X: Final = (0.80, 1.22)
"""Of the back and the front ankle in the stance."""
FEET_Z: Final = 0.05
STEP_Z: Final = 0.09
"""How far the front foot steps across."""
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

PELVIS_TURN: Final = Curve((0.0, 84.0), (0.90, 90.0))
PELVIS_OPENS, PELVIS_OPENING = 48.0, 0.060
THORAX_TURN: Final = Curve((0.0, 82.0), (0.90, 95.0))
THORAX_OPENS, THORAX_OPENING = 56.0, 0.052
THORAX_OPENS_AT: Final = 1.45
"""Degrees by which each turns to the bowler, the steepness of that turn in seconds, and when it is fastest."""
PELVIS_FOLLOWS: Final = (0.5, 0.25)
"""Shares of the thorax's flexion and lean that the pelvis follows."""
# Columns: turn, flexion, lean.
HEAD: Final = Curve(
    (0.0, 18.0, 12.0, 0.0), (1.20, 22.0, 16.0, 6.0), (1.48, 26.0, 28.0, 10.0), (1.80, 14.0, 4.0, 2.0),
    (2.60, 10.0, 2.0, 0.0),
)  # fmt: skip

STANCE_HANDS: Final = np.array([0.07, 0.03, 0.35])
LIFT_FROM, LIFTED = 0.50, 0.98
"""When a bat that waits on the ground is raised, and when it is up."""
BACKLIFT: Final = Curve((0.50, 0.0), (0.98, 1.0), (1.16, 1.0), (1.40, 0.0))
"""How far the hands' place is the batter's own height of backlift."""
DOWNSWING: Final = 1.25
"""By then every bat is on its way down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What differs from one shot to the next.

    Attributes:
        name: a coach's.
        step: metres of the front foot's step to the pitch of the ball.
        travel: metres that the hips go with it, negative away from the bowler.
        opens: how far trunk and pelvis turn to the bowler, against the drive.
        tilt: forward flexion of the thorax and its lean to the left.
        hands: the middle of both hands against the middle of the hips.
        bat: from the hands to the toe of the bat.
        upright: whether the bat comes down to the ball, or level across the pitch.
        meets: degrees by which its toe is behind the hands as it meets the ball.
    """

    name: str
    step: float
    travel: float
    opens: float
    tilt: Curve
    hands: Curve
    bat: Curve
    upright: bool = True
    meets: float = 0.0


DRIVE: Final = Shot(
    name="drive",
    step=0.58,
    travel=0.42,
    opens=1.0,
    tilt=Curve(
        (0.0, 14.0, 2.0), (0.90, 12.0, 6.0), (1.20, 12.0, 16.0), (1.48, 12.0, 26.0), (1.80, 8.0, 18.0),
        (2.6, 6.0, 10.0),
    ),
    hands=Curve(
        (0.00, 0.07, 0.02, 0.35), (0.50, 0.07, 0.03, 0.35), (0.98, -0.22, 0.45, 0.28), (1.16, -0.29, 0.40, 0.28),
        (1.32, -0.16, 0.22, 0.38), (1.48, 0.13, 0.10, 0.42), (1.60, 0.40, 0.32, 0.36), (1.80, 0.44, 0.62, 0.25),
        (1.95, 0.38, 0.72, 0.16),
    ),
    bat=Curve(
        (0.00, -0.25, -1.00, 0.05), (0.50, -0.25, -1.00, 0.05), (0.98, -0.75, 0.62, 0.10), (1.16, -0.80, 0.50, 0.10),
        (1.32, -0.75, -0.66, 0.10), (1.48, 0.02, -1.00, 0.12), (1.60, 0.85, -0.35, 0.10), (1.80, 0.55, 0.80, -0.10),
        (1.95, -0.25, 0.95, -0.25),
    ),
)  # fmt: skip
DEFENCE: Final = Shot(
    name="defence",
    step=0.48,
    travel=0.34,
    opens=0.3,
    tilt=Curve((0.0, 14.0, 2.0), (0.90, 12.0, 6.0), (1.20, 14.0, 14.0), (1.48, 16.0, 22.0), (2.6, 16.0, 22.0)),
    hands=Curve(
        (0.00, 0.07, 0.02, 0.35), (0.50, 0.07, 0.03, 0.35), (0.98, -0.18, 0.40, 0.28), (1.18, -0.22, 0.36, 0.28),
        (1.34, -0.06, 0.18, 0.37), (1.48, 0.12, 0.10, 0.40), (1.62, 0.15, 0.09, 0.40), (2.60, 0.15, 0.10, 0.40),
    ),
    bat=Curve(
        (0.00, -0.25, -1.00, 0.05), (0.50, -0.25, -1.00, 0.05), (0.98, -0.75, 0.62, 0.10), (1.18, -0.80, 0.50, 0.10),
        (1.34, -0.75, -0.66, 0.10), (1.48, -0.22, -1.00, 0.12), (1.62, -0.08, -1.00, 0.12),
    ),
    meets=13.0,
)  # fmt: skip
"""With soft hands: the bat stops where it meets the ball."""
PULL: Final = Shot(
    name="pull",
    step=0.04,
    travel=-0.10,
    opens=1.3,
    tilt=Curve((0.0, 14.0, 2.0), (0.90, 10.0, 4.0), (1.20, 8.0, 2.0), (1.48, 8.0, 0.0), (2.6, 4.0, 0.0)),
    hands=Curve(
        (0.00, 0.07, 0.02, 0.35), (0.50, 0.07, 0.03, 0.35), (0.98, -0.22, 0.46, 0.26), (1.18, -0.29, 0.46, 0.24),
        (1.36, -0.16, 0.40, 0.36), (1.48, 0.20, 0.27, 0.48), (1.58, 0.42, 0.36, 0.28), (1.80, 0.30, 0.60, 0.02),
        (1.95, 0.20, 0.66, -0.08),
    ),
    bat=Curve(
        (0.00, -0.25, -1.00, 0.05), (0.50, -0.25, -1.00, 0.05), (0.98, -0.75, 0.62, 0.10), (1.18, -0.82, 0.45, 0.10),
        (1.36, -0.85, -0.05, 0.50), (1.48, 0.02, -0.15, 1.00), (1.58, 0.85, 0.05, 0.40), (1.80, 0.30, 0.60, -0.70),
    ),
    upright=False,
)  # fmt: skip
"""Of a short ball, from the back foot."""
SHOTS: Final = (DRIVE, DEFENCE, PULL)
