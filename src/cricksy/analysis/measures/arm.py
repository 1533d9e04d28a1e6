"""The bowling arm: how high the hand is at release, and how far the arm is behind as the front foot lands."""

import math
from typing import Final

import numpy as np

from cricksy.analysis import body, filters
from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.measures.stride import CONTACTS_DOUBT
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.skeleton import TRUNK, Joint, Side
from cricksy.analysis.track import FloatArray
from cricksy.vocabulary import BowlingStyle

# 1; of one landmark's error: a wrist and a shoe
WRIST_AND_SHOE: Final = 1.0
# 1; of one landmark's error: both ends of an upper arm, and of the trunk that it is held against
UPPER_ARM_ENDS: Final = 2.3
# s; a wrist on its arc is read by the cubic through the samples so near
WRIST_FIT_S: Final = 0.04
# deg; from half of a turn behind: an arm between 90 past the trunk and 270 before it
LEAST_DELAY: Final = -90.0
_ARM_UNKNOWN: Final = "The video does not show which arm bowls: keep both arms in the picture."


def release_height(reading: Reading) -> RawMeasure | NotMeasured:
    """Height in H of the bowling wrist above the lowest heel or toe at release."""
    release, arm = reading.event("ball_release"), reading.scene.action.arm
    if release is None or arm is None:
        return NotMeasured(_ARM_UNKNOWN)
    wrist, sole = Joint.WRIST + arm, reading.sole()
    points = reading.within(reading.motion.unfiltered[:, wrist], wrist)
    at_release = filters.cubic_at(reading.motion.t_s, points, reading.time_s(release), WRIST_FIT_S)
    heights = reading.height(points) - sole
    return RawMeasure(
        value=float(reading.height(at_release[None])[0]) - reading.at(sole, release),
        uncertainty=math.hypot(reading.landmarks(WRIST_AND_SHOE), reading.timing(heights, release)),
        confidence=reading.confidence([wrist, Joint.HEEL, Joint.HEEL + 1], 60.0, release),
        events=("ball_release",),
        series=heights,
    )


def arm_delay(reading: Reading) -> RawMeasure | NotMeasured:
    """Degrees that the upper arm has yet to swing, at front-foot contact, until it is in line with the trunk."""
    contact, arm = reading.event("front_foot_contact"), reading.scene.action.arm
    if contact is None:
        return reading.without("front_foot_contact")
    if arm is None:
        return NotMeasured(_ARM_UNKNOWN)
    delays = _delays(reading, arm)
    upper_arm = math.degrees(reading.landmarks(UPPER_ARM_ENDS) / body.UPPER_ARM_LENGTH)
    trunk = math.degrees(reading.landmarks(1.0) / body.TRUNK_LENGTH)
    return RawMeasure(
        value=reading.at(delays, contact),
        uncertainty=math.hypot(upper_arm, trunk, CONTACTS_DOUBT * reading.timing(delays, contact)),
        confidence=reading.confidence([*TRUNK, Joint.ELBOW + arm], 60.0, contact),
        events=("front_foot_contact",),
    )


def _delays(reading: Reading, arm: Side) -> FloatArray:
    """(n,) degrees, without jumps; about front-foot contact from ``LEAST_DELAY`` to a turn more."""
    motion, towards = reading.motion, reading.scene.action.towards
    upper_arm = motion.unfiltered[:, Joint.ELBOW + arm] - motion.unfiltered[:, Joint.SHOULDER + arm]
    trunk = reading.middle(Joint.SHOULDER) - reading.middle(Joint.HIP)
    turned = _angle(trunk, towards) - _angle(upper_arm, towards)
    delays = filters.unwrap((turned - LEAST_DELAY) % 360.0 + LEAST_DELAY)
    contact = reading.event("front_foot_contact")
    there = float("nan") if contact is None else reading.at(delays, contact)
    return delays if not np.isfinite(there) else delays - 360.0 * math.floor((there - LEAST_DELAY) / 360.0)


def _angle(lines: FloatArray, towards: int) -> FloatArray:
    """(n,) direction of lines (n, 2): 0 is up, 90 level towards the target."""
    return np.degrees(np.arctan2(towards * lines[:, 0], -lines[:, 1]))


MEASURES: Final = (
    MeasureSpec(
        name="arm_delay",
        title="Arm delay at landing",
        group="arm",
        says="How far the bowling upper arm has yet to swing, as the front foot lands, to be in line with the trunk.",
        kind="deg",
        action="delivery",
        view="side",
        rate=60.0,
        spread=35.0,
        usual=85.0,
        read=arm_delay,
        references=(
            ReferenceSpec(
                text="of elite fast bowlers, the fastest bring the arm later",
                source="Worthington 2013, 20 elite fast bowlers",
                style=BowlingStyle.PACE,
            ),
        ),
    ),
    MeasureSpec(
        name="release_height",
        title="Release height",
        group="arm",
        says="How high the bowling wrist is above the lower shoe at release.",
        kind="length",
        action="delivery",
        view="side",
        rate=60.0,
        spread=0.12,
        usual=1.38,
        read=release_height,
    ),
)
