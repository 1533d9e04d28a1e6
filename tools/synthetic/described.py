"""The true values of the analysis's measures, in space: metres, m/s, degrees, milliseconds and per cent."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from tools.synthetic import landmarks as lm
from tools.synthetic.geometry import Array
from tools.synthetic.measures import front_and_arm, joints_at, knee_angles
from tools.synthetic.performance import Performance

from cricksy.analysis.skeleton import Side

RUN_UP: Final = 0.4
"""Seconds before back-foot contact of which the mean speed is the run-up's."""
AROUND: Final = 0.1
"""Seconds before and after an instant between which the hips' speed there is taken."""
AFTER_IMPACT: Final = 0.05
"""Seconds until which the hands may be fastest."""
STEP: Final = 1e-3
"""Seconds between the instants at which the hands' speed is taken."""


def described(performance: Performance) -> Mapping[str, float]:
    """By the measure's name."""
    return _delivery(performance) if "ball_release" in performance.events() else _stroke(performance)


def _delivery(performance: Performance) -> Mapping[str, float]:
    events, (front, arm) = performance.events(), front_and_arm(performance)
    back_s, contact_s, release_s = (
        events[name] for name in ("back_foot_contact", "front_foot_contact", "ball_release")
    )
    contact, release = joints_at(performance, np.array([contact_s, release_s]))
    knees = knee_angles(np.stack([contact, release]))[:, front]
    speeds = [_hip_speed(performance, t - AROUND, t + AROUND) for t in (back_s, release_s)]
    # The non-bowling arm's side.
    aside = -1.0 if arm is Side.RIGHT else 1.0
    leans = {
        "front_contact": _trunk(contact),
        "release": _trunk(release),
    }
    return {
        "run_up_speed": _hip_speed(performance, back_s - RUN_UP, back_s),
        "run_up_kept": 100.0 * speeds[1] / speeds[0],
        "back_to_front_contact": 1000.0 * (contact_s - back_s),
        "front_contact_to_release": 1000.0 * (release_s - contact_s),
        "stride_length": float(contact[lm.ANKLE + front, 0] - contact[lm.ANKLE + front.other, 0]),
        "knee_front_contact": float(knees[0]),
        "knee_release": float(knees[1]),
        "knee_change": float(knees[1] - knees[0]),
        **{f"trunk_lean_{name}": _degrees(trunk[0], trunk[1]) for name, trunk in leans.items()},
        **{f"side_lean_{name}": _degrees(aside * trunk[2], trunk[1]) for name, trunk in leans.items()},
        "head_drop": float(_middle(contact, lm.EAR)[1] - _middle(release, lm.EAR)[1]),
        "head_over_front_foot": float(_middle(release, lm.EAR)[0] - release[lm.ANKLE + front, 0]),
        "release_height": float(release[lm.WRIST + arm, 1]) - _sole(release),
        "arm_delay": _delay(contact, arm),
    }


def _stroke(performance: Performance) -> Mapping[str, float]:
    events, (front, _) = performance.events(), front_and_arm(performance)
    top_s, contact_s, impact_s = (events[name] for name in ("backlift_top", "front_foot_contact", "impact"))
    top, impact = joints_at(performance, np.array([top_s, impact_s]))
    swing = joints_at(performance, np.arange(top_s, impact_s + AFTER_IMPACT, STEP))
    hands = (swing[:, lm.WRIST] + swing[:, lm.WRIST + 1]) / 2.0
    return {
        "backlift_height": float(_middle(top, lm.WRIST)[1]) - _sole(top),
        "batting_stride": float(impact[lm.ANKLE + front, 0] - impact[lm.ANKLE + front.other, 0]),
        "downswing_time": 1000.0 * (impact_s - top_s),
        "front_contact_to_impact": 1000.0 * (impact_s - contact_s),
        "hand_speed": float(np.linalg.norm(np.diff(hands, axis=0), axis=1).max()) / STEP,
        "head_over_front_foot_impact": float(_middle(impact, lm.EAR)[0] - impact[lm.ANKLE + front, 0]),
    }


def _hip_speed(performance: Performance, start: float, end: float) -> float:
    """Mean speed of the hips' middle towards the target."""
    first, last = joints_at(performance, np.array([start, end]))
    return float(_middle(last, lm.HIP)[0] - _middle(first, lm.HIP)[0]) / (end - start)


def _middle(joints: Array, joint: int) -> Array:
    """(3,) half-way between a pair of landmarks (33, 3)."""
    return (joints[joint] + joints[joint + 1]) / 2.0


def _trunk(joints: Array) -> Array:
    """(3,) from the hips' middle to the shoulders'."""
    return _middle(joints, lm.SHOULDER) - _middle(joints, lm.HIP)


def _sole(joints: Array) -> float:
    """Height of the lowest heel or toe."""
    return float(joints[lm.HEEL : lm.TOE + 2, 1].min())


def _degrees(across: float, up: float) -> float:
    return float(np.degrees(np.arctan2(across, up)))


def _delay(joints: Array, arm: Side) -> float:
    """Degrees, as seen from the side, from the upper arm forward to the trunk's line."""
    trunk, upper_arm = _trunk(joints), joints[lm.ELBOW + arm] - joints[lm.SHOULDER + arm]
    turned = _degrees(trunk[0], trunk[1]) - _degrees(upper_arm[0], upper_arm[1])
    return (turned + 90.0) % 360.0 - 90.0
