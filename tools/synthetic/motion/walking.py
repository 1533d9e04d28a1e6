"""Somebody who walks by, or stands: no cricket action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from tools.synthetic.body import SIDES, Body, Side, opposite
from tools.synthetic.geometry import X_AXIS, Y_AXIS, Z_AXIS, Array, orientation, rotation, turned
from tools.synthetic.kinematics import FootTarget, PoseTarget, Swing
from tools.synthetic.mesh import Mesh
from tools.synthetic.motion.footwork import Footwork, Stance
from tools.synthetic.motion.keyframes import Curve
from tools.synthetic.motion.support import Hips, hip_height
from tools.synthetic.performance import Performance

STEP: Final = 0.62
"""Metres of the mesh's body from one foot to the other."""
OVERLAP: Final = 0.12
"""Share of a step's time for which the rear foot stays after the front one has landed."""
LANDING_PITCH: Final = -14.0
KNEE: Final = 172.0
"""Degrees, as the foot lands."""
ARM_SWING, TWIST, HANGING, ELBOW = 22.0, 5.0, 8.0, 20.0
"""Degrees: of each arm forward and back, of the trunk, of the arms away from the trunk, of the bent elbows."""
FEET_APART: Final = 0.20
"""Metres of the mesh's body, across."""
SWAY, SWAY_TIME = 0.01, 2.5
"""Metres to either side and seconds there and back, of somebody who stands."""
SWING_HEIGHT: Final = 0.08
LEVEL: Final = Curve((0.0, 0.0), (1.0, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gait:
    """How somebody walks.

    Attributes:
        step_time: seconds from one foot's landing to the other's; ``None`` for somebody who stands.
        start: metres x and z where the hips are at first.
        seconds: how long.
    """

    step_time: float | None = 0.55
    start: tuple[float, float] = (-2.0, 0.0)
    seconds: float = 3.5


class Walking:
    """A walk along +x, or standing still, facing +x."""

    span = 5.0

    def __init__(self, body: Body, hand: Side = "r", gait: Gait | None = None) -> None:
        self.gait = gait or Gait()
        self.name = "standing" if self.gait.step_time is None else "walking"
        self.hand: Side = hand
        self.arm: Side = hand
        self.front: Side = opposite(hand)
        self.duration = self.gait.seconds
        self.centre = np.array([0.0, 0.95 * body.leg_size, self.gait.start[1]])
        self._size = body.leg_size
        self._feet: dict[Side, Footwork] = {side: Footwork(self._stances(side), LEVEL) for side in SIDES}
        # The legs are straightest as a foot lands.
        landing = 0.0 if self.gait.step_time is None else self.gait.step_time
        hips = Hips(float(self._hips_x(landing)), self.gait.start[1], np.eye(3))
        self._height = hip_height(body, "r", self._feet["r"](landing), hips, KNEE)

    def target(self, t: ArrayLike) -> PoseTarget:
        t = np.asarray(t, dtype=np.float64)
        phase = np.zeros_like(t) if self.gait.step_time is None else np.cos(np.pi * t / self.gait.step_time)
        hips = np.stack([self._hips_x(t), np.full_like(t, self._height), np.full_like(t, self.gait.start[1])], axis=-1)
        feet: dict[Side, FootTarget] = {side: foot(t) for side, foot in self._feet.items()}
        return PoseTarget(
            hips=hips,
            pelvis=orientation(-TWIST * phase, 2.0, 0.0),
            thorax=orientation(TWIST * phase, 4.0, 0.0),
            head=orientation(0.0 * phase, 2.0, 0.0),
            arms={"r": _hang(1.0, ARM_SWING * phase), "l": _hang(-1.0, -ARM_SWING * phase)},
            feet=feet,
        )

    def events(self, performance: Performance) -> Mapping[str, float]:
        """None: this is no action."""
        del performance
        return {}

    def props(self, performance: Performance, events: Mapping[str, float], t: float) -> Sequence[Mesh]:
        """Nothing is held."""
        del performance, events, t
        return []

    def _hips_x(self, t: ArrayLike) -> Array:
        t = np.asarray(t, dtype=np.float64)
        if self.gait.step_time is None:
            return self.gait.start[0] + SWAY * np.sin(2.0 * np.pi * t / SWAY_TIME)
        return self.gait.start[0] + STEP * self._size * t / self.gait.step_time

    def _stances(self, side: Side) -> list[Stance]:
        """The right foot lands after an odd number of steps, the left one after an even number."""
        across = self.gait.start[1] + (0.5 if side == "r" else -0.5) * FEET_APART * self._size
        if self.gait.step_time is None:
            return [Stance(-1.0, self.gait.seconds + 1.0, self.gait.start[0], across)]
        first = -1 if side == "r" else -2
        steps = range(first, round(self.gait.seconds / self.gait.step_time) + 3, 2)
        return [
            Stance(
                start=self.gait.step_time * step,
                end=self.gait.step_time * (step + 1 + OVERLAP),
                x=float(self._hips_x(self.gait.step_time * (step + 0.5))),
                z=across,
                landing_pitch=LANDING_PITCH,
                swing_height=SWING_HEIGHT * self._size,
            )
            for step in steps
        ]


def _hang(to_side: float, swing: Array) -> Swing:
    """An arm that swings ``swing`` (...) degrees forward."""
    down_and_out = rotation(X_AXIS, -to_side * HANGING) @ -Y_AXIS
    upper = turned(rotation(Z_AXIS, swing), down_and_out)
    return Swing(upper, np.broadcast_to(Z_AXIS, upper.shape), np.full_like(swing, ELBOW))
