"""What is true of a performance, computed in space from the definitions and never from an image.

Angles are degrees, times seconds of the performance. ``_at`` functions take times (n,).
"""

import math
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np
from tools.synthetic import landmarks as lm
from tools.synthetic.body import SIDES
from tools.synthetic.events import highest
from tools.synthetic.geometry import Array, angle_at
from tools.synthetic.performance import Performance

from cricksy.analysis.skeleton import Side

# Mass as a share of the body's, and the place of its centre from the first point to the second: de Leva (1996), mean of
# men and women. Hands and feet move with forearm and shank.
_LIMBS: Final = (
    (lm.SHOULDER, lm.ELBOW, 0.026, 0.576),
    (lm.ELBOW, lm.WRIST, 0.0208, 0.564),
    (lm.HIP, lm.KNEE, 0.1447, 0.385),
    (lm.KNEE, lm.ANKLE, 0.0590, 0.478),
)
_TRUNK_MASS, _TRUNK_CENTRE = 0.4302, 0.396
_HEAD_MASS: Final = 0.0681
HALF_STEP: Final = 1e-3
"""Seconds before and after an instant between which a speed is taken."""
SAMPLES: Final = 200
"""Even times over which a window is judged."""
PERFORMANCES: Final = 64
"""Whose measures are kept: a performance is filmed many times, and a body of its own takes 0.3 MB."""
ROTATION_AFTER: Final = 0.1
"""Seconds after the key event until which the fastest turn is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The values that the five metrics are after. ``None`` where the performance is no cricket action.

    Attributes:
        knee_at_contact: degrees of the front knee at front-foot contact, 180 is straight.
        knee_least: the least of them from contact to release or impact.
        knee_at_key: the same at release or impact.
        balance: place of the centre of mass along the way to the target at release or impact: 0 over the back ankle, 1
            over the front one.
        balance_stance_sd: standard deviation of that from stance to backlift top; batting only.
        head_pct: RMS distance in space of the ears' middle from its steady path, percent of H. Bowling: from the
            straight line and steady speed that fit best, back-foot contact to release. Batting: relative to the
            ankles' middle, from its mean, stance to impact.
        lag_ms: from the greatest turning speed of the hips about the vertical to that of the shoulders.
        elbow_deg: bowling: elevation of the bowling humerus at release; batting: largest fall of the front humerus from
            backlift top to impact.
        scale_m: H in metres, thigh + shank + trunk.
    """

    knee_at_contact: float
    knee_least: float
    knee_at_key: float
    balance: float
    balance_stance_sd: float | None
    head_pct: float
    lag_ms: float
    elbow_deg: float
    scale_m: float


def joints_at(performance: Performance, t: Array) -> Array:
    """World positions (n, 33, 3) of the landmarks."""
    return lm.locate(performance.body, performance.pose(t))


def front_and_arm(performance: Performance) -> tuple[Side, Side]:
    """The front leg, and the bowling arm or the batter's front one."""
    front, arm = (Side(SIDES.index(side)) for side in (performance.action.front, performance.action.arm))
    return front, arm


def _start_and_key(performance: Performance) -> tuple[float, float]:
    """Seconds of back-foot contact and release, or of stance and impact."""
    events = performance.events()
    if "ball_release" in events:
        return events["back_foot_contact"], events["ball_release"]
    return events["stance"], events["impact"]


@lru_cache(maxsize=PERFORMANCES)
def action_joints(performance: Performance) -> Array:
    """Landmarks (``SAMPLES``, 33, 3) in space, evenly timed from the first event to the key event; read-only."""
    joints = joints_at(performance, np.linspace(*_start_and_key(performance), SAMPLES))
    joints.flags.writeable = False
    return joints


def knee_angles(points: Array) -> Array:
    """(n, 2) angles of the left and the right knee of landmarks (n, 33, 2 or 3)."""
    return np.stack([angle_at(*(points[:, joint + side] for joint in (lm.KNEE, lm.HIP, lm.ANKLE))) for side in Side], 1)


def upper_arms(joints: Array) -> Array:
    """(n, 2, 3) from the left and the right shoulder to the elbow."""
    return joints[:, lm.ELBOW : lm.ELBOW + 2] - joints[:, lm.SHOULDER : lm.SHOULDER + 2]


@lru_cache(maxsize=PERFORMANCES)
def upper_arm_lengths(performance: Performance) -> Array:
    """(2,) metres of the left and the right upper arm; read-only.

    The elbow's centre is that of its cross-section, which comes up to 6 % nearer to the shoulder as the arm bends. A
    humerus has one length: that of the straightest arm.
    """
    joints = joints_at(performance, np.linspace(0.0, performance.action.duration, SAMPLES))
    lengths = np.linalg.norm(upper_arms(joints), axis=-1).max(axis=0)
    lengths.flags.writeable = False
    return lengths


def humerus_elevations(joints: Array, lengths: Array) -> Array:
    """(n, 2) elevation of the left and the right upper arm, of ``lengths`` (2,), above the horizontal."""
    return np.degrees(np.arcsin(np.clip(upper_arms(joints)[..., 1] / lengths, -1.0, 1.0)))


def centre_of_mass(joints: Array) -> Array:
    """(n, 3) segmental centre of mass of landmarks (n, 33, 3)."""
    shoulders, hips, ears = (_middle(joints, joint) for joint in (lm.SHOULDER, lm.HIP, lm.EAR))
    total = _TRUNK_MASS * (shoulders + _TRUNK_CENTRE * (hips - shoulders)) + _HEAD_MASS * ears
    mass = _TRUNK_MASS + _HEAD_MASS
    for near, far, share, place in _LIMBS:
        total = total + 2.0 * share * (_middle(joints, near) + place * (_middle(joints, far) - _middle(joints, near)))
        mass += 2.0 * share
    return total / mass


def balance(joints: Array, front: Side) -> Array:
    """(n,) where the centre of mass is between the ankles, along x: 0 over the back one, 1 over the front one."""
    foremost, back = joints[:, lm.ANKLE + front, 0], joints[:, lm.ANKLE + front.other, 0]
    return (centre_of_mass(joints)[:, 0] - back) / (foremost - back)


def scale(joints: Array) -> float:
    """H in metres: thigh, shank and the median trunk."""
    ends = [joints[0, joint] for joint in (lm.HIP, lm.KNEE, lm.ANKLE)]
    trunk = np.linalg.norm(_middle(joints, lm.SHOULDER) - _middle(joints, lm.HIP), axis=-1)
    return float(np.linalg.norm(ends[0] - ends[1]) + np.linalg.norm(ends[1] - ends[2]) + np.median(trunk))


@lru_cache(maxsize=PERFORMANCES)
def measure(performance: Performance) -> Measures:
    """The true values of a delivery or a stroke."""
    events, action = performance.events(), action_joints(performance)
    front, arm = front_and_arm(performance)
    bowling = "ball_release" in events
    start, key = _start_and_key(performance)
    contact = events["front_foot_contact"]
    braced = knee_angles(joints_at(performance, np.linspace(contact, key, SAMPLES)))[:, front]
    top = None if bowling else events["backlift_top"]
    swing = joints_at(performance, np.linspace(start if top is None else top, key, SAMPLES))
    elevation = humerus_elevations(swing, upper_arm_lengths(performance))[:, arm]
    scale_m = scale(action)
    steady = None if top is None else balance(joints_at(performance, np.linspace(start, top, SAMPLES)), front)
    return Measures(
        knee_at_contact=float(braced[0]),
        knee_least=float(braced.min()),
        knee_at_key=float(braced[-1]),
        balance=float(balance(action[-1:], front)[0]),
        balance_stance_sd=None if steady is None else float(steady.std()),
        head_pct=unsteadiness(action, straight=bowling) / scale_m * 100.0,
        lag_ms=_lag_ms(performance, start if top is None else top, key + ROTATION_AFTER),
        elbow_deg=float(elevation[-1]) if bowling else float(np.max(np.maximum.accumulate(elevation) - elevation)),
        scale_m=scale_m,
    )


def unsteadiness(joints: Array, *, straight: bool) -> float:
    """RMS distance of the ears' middle from its steady path over evenly timed landmarks (n, 33, 2 or 3), in their unit.

    Args:
        joints: the landmarks.
        straight: the path is a straight line at a steady speed; else the mean place relative to the ankles' middle.
    """
    head = _middle(joints, lm.EAR) if straight else _middle(joints, lm.EAR) - _middle(joints, lm.ANKLE)
    times = np.linspace(-1.0, 1.0, len(head))
    basis = np.stack([np.ones_like(times), times] if straight else [np.ones_like(times)], axis=1)
    path = np.asarray(np.linalg.lstsq(basis, head, rcond=None)[0], dtype=np.float64)
    return float(np.linalg.norm(head - basis @ path)) / math.sqrt(len(head))


def _lag_ms(performance: Performance, start: float, end: float) -> float:
    hips, shoulders = (highest(partial(_turning, performance, joint), start, end) for joint in (lm.HIP, lm.SHOULDER))
    return 1000.0 * (shoulders - hips)


def _turning(performance: Performance, joint: int, t: Array) -> Array:
    """Speed (n,) in °/s at which the line through a pair of landmarks turns about the vertical."""
    later, earlier = (_heading(performance, joint, t + step) for step in (HALF_STEP, -HALF_STEP))
    change = (later - earlier + np.pi) % (2.0 * np.pi) - np.pi
    return np.abs(np.degrees(change)) / (2.0 * HALF_STEP)


def _heading(performance: Performance, joint: int, t: Array) -> Array:
    joints = joints_at(performance, t)
    line = joints[:, joint + 1] - joints[:, joint]
    return np.arctan2(line[:, 0], line[:, 2])


def _middle(joints: Array, joint: int) -> Array:
    return (joints[:, joint] + joints[:, joint + 1]) / 2.0
