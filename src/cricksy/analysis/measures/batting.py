"""A stroke: the backlift, the stride, the downswing and the hands."""

import math
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis.events import samples_between
from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.measures.stride import ANKLES, NO_IMPACT, interval
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

WRISTS: Final = (Joint.WRIST, Joint.WRIST + 1)
# 1; of one landmark's error: the middle of two wrists, and a shoe
HANDS_AND_SHOE: Final = 1.6
# 1; of one landmark's error: two ankles that stand still, over which the low-pass filter evens it out
BETWEEN_STANDING: Final = 1.15
# s; after impact until which the hands may be fastest
AFTER_IMPACT_S: Final = 0.05
# s; before and after an instant between which the hands' speed there is taken
HANDS_S: Final = 1 / 60
BETWEEN_WRISTS: Final = math.sqrt(0.5)  # 1; of one landmark's error: the middle of two
# ratio; of what the events say themselves, from a stroke's contact to its impact; by 132 drawn strokes
CONTACT_DOUBT: Final = 1.45
DOWNSWING_DOUBT: Final = 1.1  # ratio; the same from the top of the backlift
_NO_STROKE: Final = NotMeasured(
    "The backlift and the impact were not found: film the whole stroke, with both hands in the picture."
)
# ratio; of the hands' speed: hands that swing past the image, and the low-pass filter, which rounds off their peak
HANDS_ASIDE: Final = 0.08
_STRETCH: Final = "Stretch 1998, 14 provincial batters against medium pace"


def backlift_height(reading: Reading) -> RawMeasure | NotMeasured:
    """Height in H of the hands' middle above the lowest heel or toe at the top of the backlift."""
    top = reading.event("backlift_top")
    if top is None:
        return _NO_STROKE
    heights = reading.height(_hands(reading)) - reading.sole()
    return RawMeasure(
        value=reading.at(heights, top),
        uncertainty=math.hypot(reading.landmarks(HANDS_AND_SHOE), reading.timing(heights, top)),
        confidence=reading.confidence(WRISTS, 30.0, top),
        events=("backlift_top",),
        series=heights,
    )


def batting_stride(reading: Reading) -> RawMeasure | NotMeasured:
    """Ankle to ankle along the way to the bowler at impact, in H."""
    impact, front = reading.event("impact"), reading.scene.action.front
    if impact is None:
        return NO_IMPACT
    if front is None:
        return NotMeasured("The video does not show which leg is in front: keep both feet in the picture.")
    apart = reading.ahead(reading.joint(Joint.ANKLE, front) - reading.joint(Joint.ANKLE, front.other))
    value = reading.at(apart, impact)
    return RawMeasure(
        value=value,
        uncertainty=math.hypot(
            reading.landmarks(BETWEEN_STANDING), reading.timing(apart, impact), reading.foreshortened(value)
        ),
        confidence=reading.confidence(ANKLES, 30.0, impact),
        events=("impact",),
        series=apart,
    )


def downswing_time(reading: Reading) -> RawMeasure | NotMeasured:
    unseen = _NO_STROKE if reading.event("backlift_top") is None else NO_IMPACT
    return interval(reading, "backlift_top", "impact", unseen, doubt=DOWNSWING_DOUBT)


def front_contact_to_impact(reading: Reading) -> RawMeasure | NotMeasured:
    unseen = reading.without("front_foot_contact") if reading.event("front_foot_contact") is None else NO_IMPACT
    return interval(reading, "front_foot_contact", "impact", unseen, doubt=CONTACT_DOUBT)


def hand_speed(reading: Reading) -> RawMeasure | NotMeasured:
    """Greatest speed in H/s of the hands' middle from the top of the backlift to just after impact."""
    top, impact = reading.event("backlift_top"), reading.event("impact")
    if top is None or impact is None:
        return _NO_STROKE if top is None else NO_IMPACT
    motion = reading.motion
    speeds = _speeds(reading, _hands(reading))
    swing = samples_between(motion, reading.time_s(top), reading.time_s(impact) + AFTER_IMPACT_S)
    if not np.isfinite(speeds[swing]).any():
        return NotMeasured("The hands are hidden in the downswing.")
    fastest = int(swing[np.nanargmax(speeds[swing])])
    landmarks = reading.landmarks(BETWEEN_WRISTS) / (2.0 * HANDS_S)
    return RawMeasure(
        value=float(speeds[fastest]),
        uncertainty=math.hypot(landmarks, HANDS_ASIDE * float(speeds[fastest])),
        confidence=reading.confidence(WRISTS, 120.0, impact),
        at=fastest,
        series=speeds,
    )


def _speeds(reading: Reading, hands: FloatArray) -> FloatArray:
    """(n,) in H/s."""
    velocity = filters.rate_of_change(reading.motion.t_s, hands)
    return np.asarray(np.linalg.norm(velocity, axis=1), dtype=np.float64) / reading.motion.scale


def _hands(reading: Reading) -> FloatArray:
    """(n, 2) the middle of the wrists in pixels; one of them where the other is hidden, as both hold one handle."""
    left, right = (reading.joint(Joint.WRIST, side) for side in Side)
    left, right = np.where(np.isfinite(left), left, right), np.where(np.isfinite(right), right, left)
    return (left + right) / 2


MEASURES: Final = (
    MeasureSpec(
        name="backlift_height",
        title="Backlift height",
        group="backlift",
        says="How high the hands are above the lower shoe at the top of the backlift.",
        kind="length",
        action="stroke",
        view="side",
        rate=30.0,
        spread=0.2,
        usual=0.9,
        read=backlift_height,
        references=(ReferenceSpec(text="mean of skilled batters in the drive: 0.74 m", source=_STRETCH),),
    ),
    MeasureSpec(
        name="batting_stride",
        title="Stride",
        group="stride",
        says="From ankle to ankle at impact.",
        kind="length",
        action="stroke",
        view="side",
        rate=30.0,
        spread=0.25,
        usual=0.65,
        read=batting_stride,
        references=(ReferenceSpec(text="mean of skilled batters in the drive: 0.68 m", source=_STRETCH),),
    ),
    MeasureSpec(
        name="downswing_time",
        title="Downswing",
        group="downswing",
        says="The time from the top of the backlift to impact.",
        kind="ms",
        action="stroke",
        view="side",
        rate=60.0,
        spread=100.0,
        usual=510.0,
        read=downswing_time,
        references=(
            ReferenceSpec(
                text="means of skilled batters: 360 ms in the drive, 380 ms in defence off the front foot",
                source=_STRETCH,
            ),
        ),
    ),
    MeasureSpec(
        name="front_contact_to_impact",
        title="Front foot to impact",
        group="downswing",
        says="The time from the landing of the front foot to impact.",
        kind="ms",
        action="stroke",
        view="side",
        rate=60.0,
        spread=100.0,
        usual=220.0,
        read=front_contact_to_impact,
        references=(
            ReferenceSpec(
                text="means of skilled batters: 60 ms in the drive, 140 ms in defence off the front foot",
                source=_STRETCH,
            ),
        ),
    ),
    MeasureSpec(
        name="hand_speed",
        title="Hand speed",
        group="downswing",
        says="How fast the hands move at their fastest in the downswing.",
        kind="speed",
        action="stroke",
        view="side",
        rate=120.0,
        spread=1.5,
        usual=2.5,
        read=hand_speed,
        references=(
            ReferenceSpec(
                text="the speed of the hands is only a proxy for that of the bat",
                source="Peploe 2017, 20 batters",
            ),
        ),
    ),
)
