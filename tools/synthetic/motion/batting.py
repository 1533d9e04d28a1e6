"""A drive, a forward defence and a pull.

The left-hander is the reflection of the right-hander; the bowler is towards +x for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from tools.synthetic.body import MESH_STATURE, Body, Side, opposite
from tools.synthetic.events import falls_below, highest, touchdowns
from tools.synthetic.geometry import Array, orientation, unit
from tools.synthetic.kinematics import FootTarget, PoseTarget, Reach, mirrored
from tools.synthetic.mesh import Mesh, cylinder, slab, sphere
from tools.synthetic.motion import batting_keyframes as keys
from tools.synthetic.motion.footwork import Footwork, Stance
from tools.synthetic.motion.keyframes import Curve, s_curve
from tools.synthetic.motion.support import Hips, hip_height
from tools.synthetic.performance import Performance

BEGUN: Final = 0.1
"""Share of the hands' rise at which the stance is over."""
BALL_SPEED: Final = 30.0
HIT_SPEED: Final = 25.0
"""Metres a second, towards and from the bat."""
BALL_RADIUS: Final = 0.036
BALL_COLOUR: Final = np.array([0.45, 0.04, 0.05])
WILLOW: Final = np.array([0.80, 0.66, 0.42])
RUBBER: Final = np.array([0.10, 0.12, 0.30])
TOP_HAND, BOTTOM_HAND = -0.09, 0.03
"""Metres along the bat from the middle of the hands to each wrist."""
RAISED_MOST: Final = 0.65
"""Of a bat that waits raised, so that something is left to lift: the stance ends as that begins."""
PARTS_FROM, PARTS_TO = 0.20, 0.70
"""Seconds of the keyframes between which the feet fall behind the hands, or get ahead of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """What differs from one batter to the next.

    Attributes:
        tempo: speed of every movement.
        contact_to_impact: seconds from the front foot's landing to impact, to about 5 ms; the geometry says exactly.
        step: length of the front foot's step against that of the keyframes.
        advance: how far the hips go with it, against the keyframes.
        knee: degrees of the front knee at impact, 180 is straight.
        backlift: height of the backlift against the keyframes.
        pelvis_lead: seconds by which the pelvis turns fastest before the thorax does.
        lean: lean of the trunk to the ball against the keyframes.
        bat_angle: degrees by which the bat's toe is ahead of where ``shot`` has it as it meets the ball.
        shot: what is played.
        raised: how far up the bat already is in the stance, 0 with its toe on the ground to ``RAISED_MOST``, by the
            time of the backlift.
    """

    tempo: float = 1.0
    contact_to_impact: float = keys.IMPACT - keys.CONTACT
    step: float = 1.0
    advance: float = 1.0
    knee: float = 135.0
    backlift: float = 1.0
    pelvis_lead: float = 0.03
    lean: float = 1.0
    bat_angle: float = 0.0
    shot: keys.Shot = keys.DRIVE
    raised: float = 0.0


class Batting:
    """Right-handed or left-handed stroke. Inside, time is that of the keyframes."""

    name = "batting"
    span = 5.0

    def __init__(self, body: Body, hand: Side = "r", stroke: Stroke | None = None) -> None:
        self.hand: Side = hand
        self.front: Side = opposite(hand)
        self.arm: Side = self.front
        self.stroke = stroke or Stroke()
        self._shot = self.stroke.shot
        self._lift_from = keys.LIFT_FROM + min(self.stroke.raised, RAISED_MOST) * (keys.LIFTED - keys.LIFT_FROM)
        self.duration = keys.DURATION / self.stroke.tempo
        self._size = body.leg_size
        self._reach = body.stature / MESH_STATURE
        self.centre = np.array([1.25 * self._size, 0.90 * self._size, keys.LANE])
        self._late = keys.IMPACT - self.stroke.contact_to_impact * self.stroke.tempo - keys.CONTACT
        self._front = self._front_foot()
        self._hips_y = self._hip_heights(body)

    def target(self, t: ArrayLike) -> PoseTarget:
        hands = np.asarray(t, dtype=np.float64) * self.stroke.tempo
        legs = self._legs_time(hands)
        hips = np.stack([self._hips_x(legs), self._hips_y.value(legs), np.full_like(legs, keys.LANE)], axis=-1)
        flexion, lean = self._shot.tilt(hands)
        thorax = orientation(self._thorax_turn(hands), flexion, self.stroke.lean * lean)
        right = PoseTarget(
            hips=hips,
            pelvis=self._pelvis(hands),
            thorax=thorax,
            head=orientation(*keys.HEAD(hands)),
            arms=self._arms(hips, hands),
            feet={"l": self._front(legs), "r": self._back(legs)},
        )
        return right if self.hand == "r" else mirrored(right, keys.LANE)

    def events(self, performance: Performance) -> Mapping[str, float]:
        """Stance, top of the backlift, front-foot contact and impact.

        Impact is the instant at which the bat swings through where the shot meets the ball, ``Stroke.bat_angle`` past
        it: upright in a drive, a little before that in a defence, and level across the pitch in a pull. The backlift's
        top is where the hands are highest before it; the stance ends where they have begun to rise, by ``BEGUN`` of the
        way.
        """
        tempo = self.stroke.tempo
        hands_height = partial(self._hands_height, performance)
        behind = partial(self._bat_behind, performance)
        impact = falls_below(self._shot.meets - self.stroke.bat_angle, behind, keys.DOWNSWING / tempo, self.duration)[0]
        top = highest(hands_height, 0.5 / tempo, impact)
        low, high = hands_height(np.array([0.0, top]))
        stance = falls_below(-(low + BEGUN * (high - low)), lambda t: -hands_height(t), 0.0, top)[-1]
        contact = touchdowns(performance, self.front, stance, impact)[-1]
        found = {"stance": stance, "backlift_top": top, "front_foot_contact": contact, "impact": impact}
        return dict(sorted(found.items(), key=lambda event: event[1]))

    def props(self, performance: Performance, events: Mapping[str, float], t: float) -> Sequence[Mesh]:
        """The bat, and the ball that comes to meet it."""
        flown = t - events["impact"]
        speed = HIT_SPEED if flown > 0.0 else -BALL_SPEED
        hands, along = self._bat(performance, t)
        at_impact, blade = self._bat(performance, events["impact"])
        ball = at_impact + 0.55 * blade + np.array([BALL_RADIUS + 0.03 + speed * flown, 0.0, 0.0])
        face = unit(np.array([1.0, 0.0, 0.0]) - along * along[0])
        return [
            cylinder(hands - 0.16 * along, hands + 0.16 * along, 0.017, RUBBER),
            slab(hands + 0.14 * along, hands + 0.70 * along, np.cross(along, face), (0.108, 0.035), WILLOW),
            sphere(ball, BALL_RADIUS, BALL_COLOUR),
        ]

    def _bat(self, performance: Performance, t: ArrayLike) -> tuple[Array, Array]:
        """Middle (..., 3) of the palms and direction (..., 3) of the bat that is held in them."""
        joints = performance.pose(t).joints
        palms = (joints[f"knuckle_{self.front}"] + joints[f"knuckle_{self.hand}"]) / 2.0
        return palms, unit(joints[f"hand_{self.hand}"] - joints[f"hand_{self.front}"])

    def _bat_behind(self, performance: Performance, t: Array) -> Array:
        """Degrees (n,) by which the bat's toe is behind the hands, in the plane of the swing."""
        x, y, z = self._bat(performance, t)[1].T
        out = -y if self._shot.upright else z if self.hand == "r" else -z
        return -np.degrees(np.arctan2(x, out))

    def _hands_height(self, performance: Performance, t: Array) -> Array:
        joints = performance.pose(t).joints
        return (joints["hand_l"][:, 1] + joints["hand_r"][:, 1]) / 2.0

    def _legs_time(self, hands: Array) -> Array:
        phase = np.clip((hands - PARTS_FROM) / (PARTS_TO - PARTS_FROM), 0.0, 1.0)
        return hands - self._late * phase * phase * (3.0 - 2.0 * phase)

    def _hips_x(self, legs: ArrayLike) -> Array:
        travel = self._shot.travel * self.stroke.step * self.stroke.advance
        return self._size * (keys.HIPS_X + travel * keys.HIPS_ADVANCE.value(legs))

    def _thorax_turn(self, hands: ArrayLike) -> Array:
        opened = s_curve(hands, keys.THORAX_OPENS_AT, keys.THORAX_OPENING)
        return keys.THORAX_TURN.value(hands) - self._shot.opens * keys.THORAX_OPENS * opened

    def _pelvis(self, hands: ArrayLike) -> Array:
        opens_at = keys.THORAX_OPENS_AT - self.stroke.pelvis_lead * self.stroke.tempo
        opened = s_curve(hands, opens_at, keys.PELVIS_OPENING)
        turn = keys.PELVIS_TURN.value(hands) - self._shot.opens * keys.PELVIS_OPENS * opened
        flexion, lean = self._shot.tilt(hands)
        return orientation(turn, keys.PELVIS_FOLLOWS[0] * flexion, keys.PELVIS_FOLLOWS[1] * self.stroke.lean * lean)

    def _arms(self, hips: Array, hands: Array) -> Mapping[Side, Reach]:
        hands = np.maximum(hands, self._lift_from)
        relative = np.moveaxis(self._shot.hands(hands), 0, -1)
        lift = (1.0 + (self.stroke.backlift - 1.0) * keys.BACKLIFT.value(hands))[..., None]
        middle = hips + self._reach * (keys.STANCE_HANDS + lift * (relative - keys.STANCE_HANDS))
        bat = unit(np.moveaxis(self._shot.bat(hands), 0, -1))
        inward = self._reach * np.array([0.0, 0.0, -0.02])
        return {
            "l": Reach(
                wrist=middle + self._reach * TOP_HAND * bat + inward,
                pole=np.broadcast_to([0.65, 0.1, 0.35], bat.shape),
                palm=unit(np.array([0.0, -0.4, 0.6]) + 0.3 * bat),
            ),
            "r": Reach(
                wrist=middle + self._reach * BOTTOM_HAND * bat + inward,
                pole=np.broadcast_to([-0.5, -0.7, 0.1], bat.shape),
                palm=unit(np.array([0.3, -0.3, 0.6]) + 0.3 * bat),
            ),
        }

    def _front_foot(self) -> Footwork:
        start, landed = self._size * keys.FEET_X[1], self._size * (keys.FEET_X[1] + self._shot.step * self.stroke.step)
        across = self._size * keys.FEET_Z
        return Footwork(
            (
                Stance(-0.5, keys.STEP_FROM, start, across),
                Stance(
                    keys.CONTACT,
                    9.0,
                    landed,
                    across + self._size * keys.STEP_Z,
                    landing_pitch=-14.0,
                    swing_height=self._size * keys.SWING_HEIGHT,
                    swing_pitch=15.0,
                ),
            ),
            keys.FRONT_YAW,
        )

    def _back(self, legs: ArrayLike) -> FootTarget:
        here = np.zeros_like(np.asarray(legs, dtype=np.float64))
        x, z = here + self._size * keys.FEET_X[0], here + self._size * keys.FEET_Z
        return FootTarget(x, z, here, keys.BACK_HEEL.value(legs), keys.BACK_YAW.value(legs))

    def _hip_heights(self, body: Body) -> Curve:
        """Heights of the hips over the legs' time: the front knee bends from its stance to its angle at impact."""
        impact = keys.CONTACT + self.stroke.contact_to_impact * self.stroke.tempo
        # As the foot lands the knee has bent half of the way.
        landing = (keys.STANCE_KNEE + self.stroke.knee) / 2.0
        heights: list[tuple[float, float]] = []
        for legs, knee in ((0.0, keys.STANCE_KNEE), (keys.CONTACT, landing), (impact, self.stroke.knee)):
            hands = legs + self._late if legs >= PARTS_TO else legs
            hips = Hips(float(self._hips_x(legs)), keys.LANE, self._pelvis(hands))
            heights.append((legs, hip_height(body, "l", self._front(legs), hips, knee)))
        waiting, *striding = heights
        return Curve(waiting, (keys.STEP_FROM, waiting[1]), *striding, (impact + 0.3, heights[-1][1] + 0.03))
