"""A medium-pace delivery off a three-step run-up.

The world's origin is the middle stump at the bowler's end; the popping crease lies at x = 1.22 m (Law 7). The left-arm
bowler is the reflection of the right-arm one, over the same ground.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np

from synthetic.body import Body, Side, opposite
from synthetic.events import falls_below, touchdowns
from synthetic.geometry import X_AXIS, Z_AXIS, Array, orientation, rotation
from synthetic.kinematics import ArmTarget, FootTarget, PoseTarget, mirrored, place_foot
from synthetic.mesh import Mesh, sphere
from synthetic.motion import bowling_keyframes as keys
from synthetic.motion.footwork import Footwork
from synthetic.motion.keyframes import Track
from synthetic.performance import Performance

GRAVITY: Final = 9.81
BALL_SPEED: Final = 30.0
"""Metres a second."""
BALL_RADIUS: Final = 0.036
"""Metres: a circumference of 22.4 to 22.9 cm (Law 4)."""
BALL_COLOUR: Final = np.array([0.45, 0.04, 0.05])
PALM: Final = 1.35
"""How far from the wrist the ball lies, in lengths from wrist to knuckles."""
HALF_STEP: Final = 1e-3
"""Seconds before and after an instant between which the hand's velocity is taken."""
DESCENT_AT_RELEASE: Final = 5.0
"""Degrees below the horizontal. A ball of 30 m/s that leaves the hand 2.2 m up and pitches 14 m on flies 0.47 s;
gravity takes it down 1.1 m, and 1.1 m over 14 m is left for the direction in which it leaves: 4.6°."""


class Bowling:
    """Right-arm or left-arm delivery."""

    name = "bowling"
    duration = keys.DURATION
    centre = np.array([-0.08, 1.25, keys.LANE])
    span = 6.25

    def __init__(self, body: Body, arm: Side = "r") -> None:
        self.arm: Side = arm
        self.front: Side = opposite(arm)
        self._feet: dict[Side, Footwork] = {
            "l": Footwork(keys.LEFT_FOOT, keys.LEFT_YAW),
            "r": Footwork(keys.RIGHT_FOOT, keys.RIGHT_YAW),
        }
        self._hips_y = Track(*self._hip_heights(body))

    def target(self, t: float) -> PoseTarget:
        turn, flexion, lean = keys.THORAX(t)
        head_turn, head_flexion = keys.HEAD(t)
        hips = np.array([keys.HIPS_X.value(t), self._hips_y.value(t), keys.LANE])
        head = orientation(head_turn, head_flexion, keys.HEAD_LEAN * lean)
        arms: dict[Side, ArmTarget] = {"r": _arm("r", keys.BOWLING_ARM, t), "l": _arm("l", keys.FRONT_ARM, t)}
        feet: dict[Side, FootTarget] = {side: foot(t) for side, foot in self._feet.items()}
        right = PoseTarget(hips, _pelvis(t), orientation(turn, flexion, lean), head, arms, feet)
        return right if self.arm == "r" else mirrored(right, keys.LANE)

    def events(self, performance: Performance) -> Mapping[str, float]:
        """Back-foot contact, front-foot contact and ball release.

        The contacts are the last first touches of their feet before the release. The release is the instant at which
        the hand, above the head, moves in the ball's direction of flight: ``DESCENT_AT_RELEASE`` below the horizontal.
        Let go earlier, the ball would sail; later, it would be dug in short.
        """
        release = self._release(performance)
        front = max(t for t in touchdowns(performance, self.front) if t < release)
        back = max(t for t in touchdowns(performance, self.arm) if t < front)
        return {"back_foot_contact": back, "front_foot_contact": front, "ball_release": release}

    def props(self, performance: Performance, events: Mapping[str, float], t: float) -> Sequence[Mesh]:
        """The ball: in the hand until the release, then in free flight."""
        release = events["ball_release"]
        centre = self._palm(performance, min(t, release))
        if t > release:
            flown = t - release
            descent = np.radians(DESCENT_AT_RELEASE)
            velocity = BALL_SPEED * np.array([np.cos(descent), -np.sin(descent), 0.0])
            centre = centre + velocity * flown - np.array([0.0, GRAVITY / 2.0 * flown**2, 0.0])
        return [sphere(centre, BALL_RADIUS, BALL_COLOUR)]

    def _palm(self, performance: Performance, t: float) -> Array:
        """World position (3,) of a ball in the bowling hand: just beyond the knuckles."""
        joints = performance.pose(t).joints
        wrist, knuckle = joints[f"hand_{self.arm}"], joints[f"knuckle_{self.arm}"]
        return wrist + PALM * (knuckle - wrist)

    def _release(self, performance: Performance) -> float:
        descents = falls_below(-DESCENT_AT_RELEASE, partial(self._hand_direction, performance), self.duration)
        return next(t for t in descents if self._hand_is_high(performance, t))

    def _hand_direction(self, performance: Performance, t: float) -> float:
        """Degrees above the horizontal at which the hand moves; 180 where it does not move forward."""
        x, y, _ = self._palm(performance, t + HALF_STEP) - self._palm(performance, t - HALF_STEP)
        return float(np.degrees(np.arctan2(y, x))) if x > 0.0 else 180.0

    def _hand_is_high(self, performance: Performance, t: float) -> bool:
        joints = performance.pose(t).joints
        return bool(joints[f"hand_{self.arm}"][1] > joints["headtop"][1])

    def _hip_heights(self, body: Body) -> list[tuple[float, float]]:
        """Keyframes (seconds, metres): the supporting leg has its planned knee angle, the bound is free flight."""
        heights = {t: self._hip_height(body, t, side, knee) for t, side, knee in keys.SUPPORT}
        take_off, landing = keys.BOUND
        duration = landing - take_off
        for share in (0.25, 0.5, 0.75):
            level = heights[take_off] + share * (heights[landing] - heights[take_off])
            heights[take_off + share * duration] = level + GRAVITY / 2.0 * duration**2 * share * (1.0 - share)
        return sorted(heights.items())

    def _hip_height(self, body: Body, t: float, side: Side, knee: float) -> float:
        """Height in metres at which the supporting knee is bent to an angle, by the law of cosines.

        Raises:
            ValueError: the foot is further away than the bent leg is long.
        """
        thigh, shank = body.length(f"thigh_{side}", f"calf_{side}"), body.length(f"calf_{side}", f"foot_{side}")
        leg_squared = thigh**2 + shank**2 - 2.0 * thigh * shank * np.cos(np.radians(knee))
        ankle, _, _ = place_foot(body, side, self._feet[side](t))
        hip = _pelvis(t) @ (body.joints[f"thigh_{side}"] - body.middle_of_hips)
        across = ankle - hip - np.array([keys.HIPS_X.value(t), 0.0, keys.LANE])
        below_squared = leg_squared - across[0] ** 2 - across[2] ** 2
        if below_squared <= 0.0:
            raise ValueError(f"at {t} s a knee of {knee}° does not reach the {side} foot")
        return float(ankle[1] - hip[1] + np.sqrt(below_squared))


def _pelvis(t: float) -> Array:
    flexion, lean = keys.PELVIS_TILT(t)
    return orientation(keys.PELVIS_TURN.value(t), flexion, lean)


def _arm(side: Side, track: Track, t: float) -> ArmTarget:
    swing, outward, flexion, inward = track(t)
    turn, lean = keys.ARM_PLANE(t)
    to_side = 1.0 if side == "r" else -1.0
    plane = orientation(turn, 0.0, lean)
    down_and_out = rotation(X_AXIS, -to_side * outward) @ np.array([0.0, -1.0, 0.0])
    upper = plane @ rotation(Z_AXIS, swing) @ down_and_out
    hinge = rotation(upper, -to_side * inward) @ plane @ Z_AXIS
    return ArmTarget(upper, hinge, flexion)
