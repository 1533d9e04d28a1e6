"""The delivery in numbers: where the feet go, what carries the hips, how the trunk and the arms turn.

For the right arm. Times are seconds from the clip's first frame, places metres from the middle stump, angles degrees.
"""

from typing import Final

from tools.synthetic.body import Side
from tools.synthetic.motion.footwork import Stance
from tools.synthetic.motion.keyframes import Curve

DURATION: Final = 3.2
FRONT_FOOT_X: Final = 1.08
"""Of the front foot in the delivery stride; the other places follow from the length of the steps."""
LANE: Final = 0.75
"""From the middle stump to the line that the bowler runs along: round the wicket, on the camera's side."""

LEFT_FOOT: Final = (
    Stance(-0.5, 0.62, -2.80, LANE - 0.10),
    Stance(1.02, 1.24, -1.38, LANE - 0.10, swing_height=0.16),
    Stance(1.74, 2.20, FRONT_FOOT_X, LANE - 0.06, swing_height=0.26, swing_pitch=40.0),
    Stance(2.54, 9.00, 2.38, LANE - 0.10, swing_height=0.22),
)
RIGHT_FOOT: Final = (
    Stance(-0.5, 0.34, -2.86, LANE + 0.10),
    Stance(0.70, 0.98, -2.20, LANE + 0.10, swing_height=0.12),
    Stance(1.54, 1.77, -0.02, LANE + 0.06, landing_pitch=10.0, leaving_pitch=60.0, swing_height=0.34, swing_pitch=50.0),
    Stance(2.22, 2.58, 1.88, LANE + 0.10, swing_height=0.30),
    Stance(2.90, 9.00, 2.44, LANE + 0.10, swing_height=0.12, swing_pitch=40.0),
)
LEFT_YAW: Final = Curve((0.0, -4.0), (1.6, -4.0), (1.74, 6.0), (2.2, 0.0))
# The back foot lands across the pitch, along the bowling crease: a side-on action.
RIGHT_YAW: Final = Curve((0.0, 4.0), (1.24, 4.0), (1.50, 58.0), (1.76, 58.0), (2.0, 10.0))

HIPS_X: Final = Curve(
    (0.00, -2.83), (0.30, -2.80), (0.70, -2.42), (1.02, -1.63), (1.24, -1.03), (1.54, -0.10), (1.74, 0.50),
    (1.85, 0.78), (2.00, 1.08), (2.22, 1.50), (2.54, 2.06), (2.90, 2.38), (3.20, 2.43),
)  # fmt: skip
SUPPORT: Final[tuple[tuple[float, Side, float], ...]] = (
    (0.00, "l", 168.0), (0.30, "l", 165.0), (0.50, "l", 162.0), (0.70, "r", 160.0), (0.86, "r", 152.0),
    (1.02, "l", 154.0), (1.12, "l", 142.0), (1.24, "l", 164.0), (1.54, "r", 154.0), (1.62, "r", 142.0),
    (2.22, "r", 152.0), (2.36, "r", 148.0), (2.54, "l", 156.0), (2.70, "l", 150.0), (2.90, "l", 164.0),
    (3.20, "l", 170.0),
)  # fmt: skip
"""(time, supporting leg, its knee angle in degrees): what carries the hips. From 1.24 to 1.54 s nothing does, and from
front-foot contact to the follow-through the front leg, as the delivery says."""
FRONT_CONTACT: Final = 1.74
RELEASE: Final = 1.842
"""Where the ball is let go if the arms are not delayed."""
FRONT_LEG_UNTIL: Final = 2.05
STRAIGHTEST: Final = 172.0
STOOPS_AT, STOOPING = 1.76, 0.03
"""Seconds at which, and over which, a trunk bends that bends more than the keyframes say."""
BOUND: Final = (1.24, 1.54)
"""Seconds of take-off and back-foot contact; between them the hips fly a parabola."""

# The turn away from the target, and the slow return after the follow-through; between them the trunk opens.
PELVIS_TURN: Final = Curve(
    (0.0, 8.0), (0.30, 6.0), (0.70, -6.0), (1.02, 6.0), (1.24, 10.0), (1.51, 52.0), (1.60, 53.0), (2.31, 54.0),
    (2.80, 76.0),
)  # fmt: skip
PELVIS_OPENS: Final = 76.0
"""Degrees by which the pelvis turns to the target."""
PELVIS_OPENING: Final = 0.046
"""Seconds: steepness of that turn; its greatest speed is the angle over four times this."""
# Columns: forward flexion, lean to the left.
PELVIS_TILT: Final = Curve((0.0, 6.0, 0.0), (1.24, 6.0, 0.0), (1.54, -4.0, 2.0), (1.74, -4.0, 4.0), (1.85, 8.0, 6.0),
                           (2.01, 20.0, 5.0), (2.31, 18.0, 0.0), (2.90, 6.0, 0.0))  # fmt: skip
THORAX_TURN: Final = Curve(
    (0.0, 6.0), (0.30, 4.0), (0.70, 10.0), (1.02, -8.0), (1.24, 12.0), (1.40, 46.0), (1.54, 72.0), (1.62, 74.0),
    (2.16, 76.0), (2.51, 108.0), (2.90, 128.0),
)  # fmt: skip
THORAX_OPENS: Final = 128.0
THORAX_OPENING: Final = 0.055
THORAX_OPENS_AT: Final = 1.83
"""Seconds at which the thorax turns fastest."""
# Columns: forward flexion, lean to the left.
THORAX_TILT: Final = Curve(
    (0.0, 6.0, 0.0), (0.30, 10.0, 0.0), (0.70, 11.0, 0.0), (1.02, 9.0, 0.0), (1.24, 6.0, 0.0), (1.40, -4.0, 0.0),
    (1.54, -12.0, 6.0), (1.69, -10.0, 8.0), (1.74, -8.0, 12.0), (1.81, 8.0, 22.0), (1.85, 16.0, 24.0),
    (1.96, 40.0, 18.0), (2.16, 46.0, 8.0), (2.51, 26.0, 0.0), (2.90, 8.0, 0.0),
)  # fmt: skip
# Columns: turn, flexion. The eyes stay on the target.
HEAD: Final = Curve((0.0, 0.0, 6.0), (1.24, 4.0, 4.0), (1.54, 22.0, 0.0), (1.74, 15.0, 2.0), (1.85, 0.0, 10.0),
                    (2.11, -12.0, 16.0), (2.51, -5.0, 8.0), (3.20, 0.0, 3.0))  # fmt: skip
HEAD_LEAN: Final = 0.35
"""Share of the thorax's lean that the head follows."""

# Columns: swing (0 down, positive forward and up), outward, elbow flexion, inward twist of the forearm; degrees.
BOWLING_ARM: Final = Curve(
    (0.00, 24.0, 8.0, 96.0, 38.0), (0.30, 20.0, 8.0, 94.0, 36.0), (0.70, -8.0, 10.0, 84.0, 22.0),
    (1.02, 30.0, 9.0, 86.0, 20.0), (1.20, 30.0, 8.0, 92.0, 24.0), (1.34, 72.0, 10.0, 112.0, 12.0),
    (1.44, 56.0, 12.0, 96.0, 0.0), (1.54, 5.0, 18.0, 35.0, 0.0), (1.66, -62.0, 22.0, 18.0, 0.0),
    (1.74, -110.0, 20.0, 14.0, 0.0), (1.81, -168.0, 14.0, 12.0, 0.0), (1.85, -200.0, 10.0, 10.0, 0.0),
    (1.91, -258.0, 0.0, 14.0, 0.0), (1.99, -318.0, -22.0, 22.0, 0.0), (2.11, -350.0, -28.0, 35.0, 0.0),
    (2.31, -345.0, -12.0, 45.0, 0.0), (2.56, -335.0, 8.0, 58.0, 10.0), (2.90, -355.0, 9.0, 40.0, 10.0),
    (3.20, -352.0, 9.0, 30.0, 8.0),
)  # fmt: skip
FRONT_ARM: Final = Curve(
    (0.00, 22.0, 8.0, 96.0, 38.0), (0.30, 20.0, 8.0, 94.0, 36.0), (0.70, 30.0, 9.0, 86.0, 20.0),
    (1.02, -16.0, 10.0, 84.0, 16.0), (1.20, 20.0, 8.0, 90.0, 20.0), (1.34, 100.0, 10.0, 88.0, 0.0),
    (1.46, 150.0, 12.0, 45.0, 0.0), (1.54, 160.0, 12.0, 25.0, 0.0), (1.66, 140.0, 12.0, 15.0, 0.0),
    (1.74, 105.0, 14.0, 20.0, 0.0), (1.81, 50.0, 14.0, 60.0, 0.0), (1.85, 15.0, 14.0, 85.0, 0.0),
    (1.96, -40.0, 18.0, 80.0, 0.0), (2.16, -60.0, 25.0, 50.0, 0.0), (2.46, -20.0, 18.0, 50.0, 0.0),
    (2.75, 12.0, 9.0, 55.0, 10.0), (3.20, 4.0, 9.0, 32.0, 8.0),
)  # fmt: skip
# Columns: turn to the right and lean to the left of the plane in which both arms swing; it follows the thorax in part.
ARM_PLANE: Final = Curve((1.20, 0.0, 0.0), (1.54, 32.0, 0.0), (1.74, 26.0, 8.0), (1.81, 4.0, 20.0), (1.85, 0.0, 21.0),
                         (1.96, 0.0, 16.0), (2.16, 0.0, 7.0), (2.50, 0.0, 0.0))  # fmt: skip
