"""A medium-pace delivery off a three-step run-up.

The world's origin is the middle stump at the bowler's end; the popping crease lies at x = 1.22 m (Law 7). The left-arm
bowler is the reflection of the right-arm one, over the same ground.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from tools.synthetic.body import Body, Side, opposite
from tools.synthetic.events import falls_below, touchdowns
from tools.synthetic.geometry import X_AXIS, Z_AXIS, Array, orientation, rotation, turned
from tools.synthetic.kinematics import FootTarget, PoseTarget, Reach, Swing, mirrored
from tools.synthetic.mesh import Mesh, sphere
from tools.synthetic.motion import bowling_keyframes as keys
from tools.synthetic.motion.footwork import Footwork, Stance
from tools.synthetic.motion.keyframes import Curve, s_curve
from tools.synthetic.motion.support import Hips, hip_height
from tools.synthetic.performance import Performance

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
DELAY_FROM, DELAY_TO = 1.05, 1.60
"""Seconds of the keyframes between which the arms fall behind the legs, or get ahead of them."""
CLOCKS_PART: Final = 0.2
"""Seconds before front-foot contact and after release within which the legs slow down and pick up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What differs from one bowler to the next; as it stands, the bowler of the sample clip.

    Attributes:
        tempo: speed of every movement.
        contact_to_release: seconds between front-foot contact and release, to about 5 ms; the geometry says exactly.
        stride: length of every step against that of the keyframes, for the same legs.
        knee: degrees of the front knee at contact, least, and at release; 180 is straight.
        pelvis_lead: seconds by which the pelvis opens before the thorax; the geometry says when each is fastest.
        twist: turn of pelvis and thorax against that of the keyframes.
        side_bend: lateral lean of the thorax against that of the keyframes.
        slot: degrees by which the bowling arm swings further out.
        elbow: degrees of flexion added to the bowling elbow.
        travel: seconds of the keyframes that the legs pass from front-foot contact to release at the most: more of them
            carry the hips further over the front foot.
        stoop: degrees of forward bend added to the trunk from front-foot contact on.
        descent: degrees below the horizontal at which the ball leaves. One of 30 m/s that leaves the hand 2.2 m up and
            pitches 14 m on flies 0.47 s; gravity takes it down 1.1 m, and 1.1 m over 14 m is left for the direction in
            which it leaves: 4.6°.
    """

    tempo: float = 1.0
    contact_to_release: float = keys.RELEASE - keys.FRONT_CONTACT
    stride: float = 1.0
    knee: tuple[float, float, float] = (166.0, 160.0, 169.0)
    pelvis_lead: float = 0.02
    twist: float = 1.0
    side_bend: float = 1.0
    slot: float = 0.0
    elbow: float = 0.0
    travel: float = 0.12
    stoop: float = 0.0
    descent: float = 5.0


class Bowling:
    """Right-arm or left-arm delivery. Inside, time is that of the keyframes."""

    name = "bowling"
    centre = np.array([-0.08, 1.25, keys.LANE])
    span = 6.25

    def __init__(self, body: Body, hand: Side = "r", delivery: Delivery | None = None) -> None:
        self.hand: Side = hand
        self.arm: Side = hand
        self.front: Side = opposite(hand)
        self.delivery = delivery or Delivery()
        gap = self.delivery.contact_to_release * self.delivery.tempo
        travelled = min(gap, self.delivery.travel)
        self._release = keys.FRONT_CONTACT + gap
        self._legs_release = keys.FRONT_CONTACT + travelled
        self._legs_clock = Curve(
            (0.0, 0.0),
            (keys.FRONT_CONTACT - CLOCKS_PART, keys.FRONT_CONTACT - CLOCKS_PART),
            (keys.FRONT_CONTACT, keys.FRONT_CONTACT),
            (self._release, self._legs_release),
            (self._release + CLOCKS_PART, self._legs_release + CLOCKS_PART),
            (keys.DURATION + gap - travelled, keys.DURATION),
        )
        self.duration = (keys.DURATION + gap - travelled) / self.delivery.tempo
        self._step = self.delivery.stride * body.leg_size
        self._feet: dict[Side, Footwork] = {
            "l": Footwork([self._placed(stance) for stance in keys.LEFT_FOOT], keys.LEFT_YAW),
            "r": Footwork([self._placed(stance) for stance in keys.RIGHT_FOOT], keys.RIGHT_YAW),
        }
        self._hips_y = Curve(*self._hip_heights(body))

    def target(self, t: ArrayLike) -> PoseTarget:
        legs, arms = self._clocks(np.asarray(t, dtype=np.float64) * self.delivery.tempo)
        flexion, lean = keys.THORAX_TILT(arms)
        flexion = flexion + self.delivery.stoop * s_curve(arms, keys.STOOPS_AT, keys.STOOPING)
        lean = lean * self.delivery.side_bend
        head_turn, head_flexion = keys.HEAD(arms)
        hips = np.stack([self._hips_x(legs), self._hips_y.value(legs), np.full_like(legs, keys.LANE)], axis=-1)
        head = orientation(head_turn, head_flexion, keys.HEAD_LEAN * lean)
        swings: dict[Side, Swing | Reach] = {
            "r": _arm("r", keys.BOWLING_ARM(arms), keys.ARM_PLANE(arms), self.delivery),
            "l": _arm("l", keys.FRONT_ARM(arms), keys.ARM_PLANE(arms), replace(self.delivery, slot=0.0, elbow=0.0)),
        }
        feet: dict[Side, FootTarget] = {side: foot(legs) for side, foot in self._feet.items()}
        thorax = orientation(self._thorax_turn(arms), flexion, lean)
        right = PoseTarget(hips, self._pelvis(legs, arms), thorax, head, swings, feet)
        return right if self.hand == "r" else mirrored(right, keys.LANE)

    def events(self, performance: Performance) -> Mapping[str, float]:
        """Back-foot contact, front-foot contact and ball release.

        The contacts are the last first touches of their feet before the release. The release is the instant at which
        the hand, above the head, moves in the ball's direction of flight: ``Delivery.descent`` below the horizontal.
        Let go earlier, the ball would sail; later, it would be dug in short.
        """
        start, tempo = keys.BOUND[0] / self.delivery.tempo, self.delivery.tempo
        descents = falls_below(
            -self.delivery.descent, partial(self._hand_direction, performance), start, (self._release + 0.2) / tempo
        )
        release = next(t for t in descents if self._hand_is_high(performance, t))
        front = touchdowns(performance, self.front, start, release)[-1]
        back = touchdowns(performance, self.hand, start, front)[-1]
        return {"back_foot_contact": back, "front_foot_contact": front, "ball_release": release}

    def props(self, performance: Performance, events: Mapping[str, float], t: float) -> Sequence[Mesh]:
        """The ball: in the hand until the release, then in free flight."""
        release = events["ball_release"]
        centre = self._palm(performance, min(t, release))
        if t > release:
            flown = t - release
            descent = np.radians(self.delivery.descent)
            velocity = BALL_SPEED * np.array([np.cos(descent), -np.sin(descent), 0.0])
            centre = centre + velocity * flown - np.array([0.0, GRAVITY / 2.0 * flown**2, 0.0])
        return [sphere(centre, BALL_RADIUS, BALL_COLOUR)]

    def _palm(self, performance: Performance, t: ArrayLike) -> Array:
        """World position (..., 3) of a ball in the bowling hand: just beyond the knuckles."""
        joints = performance.pose(t).joints
        wrist, knuckle = joints[f"hand_{self.hand}"], joints[f"knuckle_{self.hand}"]
        return wrist + PALM * (knuckle - wrist)

    def _hand_direction(self, performance: Performance, t: Array) -> Array:
        """Degrees (n,) above the horizontal at which the hand moves; 180 where it does not move forward."""
        x, y, _ = (self._palm(performance, t + HALF_STEP) - self._palm(performance, t - HALF_STEP)).T
        return np.where(x > 0.0, np.degrees(np.arctan2(y, x)), 180.0)

    def _hand_is_high(self, performance: Performance, t: float) -> bool:
        joints = performance.pose(t).joints
        return bool(joints[f"hand_{self.hand}"][1] > joints["headtop"][1])

    def _clocks(self, t: ArrayLike) -> tuple[Array, Array]:
        """Time of the legs' keyframes, and of the arms' and the trunk's.

        They part during the bound, so that the ball is let go earlier or later after front-foot contact. Where it is
        late, the braced front leg holds the legs' time back.
        """
        phase = np.clip((np.asarray(t) - DELAY_FROM) / (DELAY_TO - DELAY_FROM), 0.0, 1.0)
        delay = (self._release - keys.RELEASE) * phase * phase * (3.0 - 2.0 * phase)
        return self._legs_clock.value(t), np.asarray(t) - delay

    def _thorax_turn(self, arms: Array) -> Array:
        opened = keys.THORAX_OPENS * s_curve(arms, keys.THORAX_OPENS_AT, keys.THORAX_OPENING)
        return self.delivery.twist * (keys.THORAX_TURN.value(arms) - opened)

    def _pelvis(self, legs: ArrayLike, arms: ArrayLike) -> Array:
        opens_at = keys.THORAX_OPENS_AT - self.delivery.pelvis_lead * self.delivery.tempo
        turn = keys.PELVIS_TURN.value(arms) - keys.PELVIS_OPENS * s_curve(arms, opens_at, keys.PELVIS_OPENING)
        flexion, lean = keys.PELVIS_TILT(legs)
        return orientation(self.delivery.twist * turn, flexion, lean)

    def _placed(self, stance: Stance) -> Stance:
        """A stance with this bowler's steps; the front foot stays where it is."""
        across = keys.LANE + self._step * (stance.z - keys.LANE)
        return replace(stance, x=self._along(stance.x), z=across, swing_height=self._step * stance.swing_height)

    def _along(self, x: float | Array) -> float | Array:
        return keys.FRONT_FOOT_X + self._step * (x - keys.FRONT_FOOT_X)

    def _hips_x(self, legs: ArrayLike) -> Array:
        return np.asarray(self._along(keys.HIPS_X.value(legs)))

    def _hip_heights(self, body: Body) -> list[tuple[float, float]]:
        """Keyframes (seconds, metres): the supporting leg has its planned knee angle, the bound is free flight."""
        contact, release, (at_contact, least, at_release) = keys.FRONT_CONTACT, self._legs_release, self.delivery.knee
        front_leg: tuple[tuple[float, Side, float], ...] = (
            (contact, "l", at_contact),
            ((contact + release) / 2.0, "l", least),
            (release, "l", at_release),
            (release + 0.08, "l", min(at_release + 2.0, keys.STRAIGHTEST)),
            (keys.FRONT_LEG_UNTIL, "l", at_release - 4.0),
        )
        heights = {t: self._hip_height(body, t, side, knee) for t, side, knee in (*keys.SUPPORT, *front_leg)}
        take_off, landing = keys.BOUND
        duration = landing - take_off
        for share in (0.25, 0.5, 0.75):
            level = heights[take_off] + share * (heights[landing] - heights[take_off])
            fall = GRAVITY / 2.0 * (duration / self.delivery.tempo) ** 2
            heights[take_off + share * duration] = level + fall * share * (1.0 - share)
        return sorted(heights.items())

    def _hip_height(self, body: Body, legs: float, side: Side, knee: float) -> float:
        """Height in metres at which the supporting knee is bent to an angle at a time of the legs."""
        instants = np.linspace(0.0, keys.DURATION + 1.0, 4001)
        _, arms = self._clocks(np.interp(legs, self._legs_clock.value(instants), instants))
        hips = Hips(float(self._hips_x(legs)), keys.LANE, self._pelvis(legs, arms))
        return hip_height(body, side, self._feet[side](legs), hips, knee)


def _arm(side: Side, swing: Array, plane: Array, delivery: Delivery) -> Swing:
    """An arm from its keyframes (4, ...) and those of the plane (2, ...) in which both arms swing."""
    angle, outward, flexion, inward = swing
    turn, lean = plane
    to_side = 1.0 if side == "r" else -1.0
    tilted = orientation(turn, 0.0, delivery.side_bend * lean)
    down_and_out = turned(rotation(X_AXIS, -to_side * (outward + delivery.slot)), np.array([0.0, -1.0, 0.0]))
    upper = turned(tilted, turned(rotation(Z_AXIS, angle), down_and_out))
    hinge = turned(rotation(upper, -to_side * inward), turned(tilted, Z_AXIS))
    return Swing(upper, hinge, flexion + delivery.elbow)
