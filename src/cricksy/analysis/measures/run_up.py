"""The run-up: how fast the hips come in, and how much of that is left at release."""

import math
from typing import Final

import numpy as np

from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import FloatArray
from cricksy.vocabulary import BowlingStyle

# s; before back-foot contact, of which the mean speed is taken: the last steps and the bound
LAST_S: Final = 0.4
# s; at least so much of it must be seen: less is the bound alone
LEAST_S: Final = 0.25
# s; before and after an instant between which the hips' speed there is taken
AROUND_S: Final = 0.1
HIPS: Final = (Joint.HIP, Joint.HIP + 1)
# 1; of one landmark's error: the middle of two at two instants, which err alike in part
MIDDLE_TWICE: Final = 0.75
# 1; the same of two instants that lie nearer together
MIDDLE_SOON: Final = 0.9


def run_up_speed(reading: Reading) -> RawMeasure | NotMeasured:
    """Mean speed of the middle of the hips in the ``LAST_S`` before back-foot contact."""
    back = reading.event("back_foot_contact")
    if back is None:
        return reading.without("back_foot_contact")
    end_s = reading.time_s(back)
    known = reading.approach.t_s
    start_s = max(end_s - LAST_S, float(known[0])) if len(known) else end_s
    if end_s - start_s < LEAST_S:
        return NotMeasured("The video shows too little of the run-up: start filming earlier.")
    speeds = _mean_speed(reading, reading.motion.t_s, end_s - start_s)
    value = float(_mean_speed(reading, np.array([end_s]), end_s - start_s)[0])
    landmarks = reading.landmarks(MIDDLE_TWICE) / (end_s - start_s)
    return RawMeasure(
        value=value,
        uncertainty=math.hypot(landmarks, reading.timing(speeds, back), reading.foreshortened(value)),
        confidence=reading.confidence(HIPS, 30.0, back),
        events=("back_foot_contact",),
        series=speeds,
    )


def run_up_kept(reading: Reading) -> RawMeasure | NotMeasured:
    """Speed of the hips at release as a percentage of that at back-foot contact."""
    back, release = reading.event("back_foot_contact"), reading.event("ball_release")
    if back is None or release is None:
        return reading.without("back_foot_contact")
    times: FloatArray = np.array([reading.time_s(back), reading.time_s(release)]) + AROUND_S
    before, after = _mean_speed(reading, times, 2 * AROUND_S).tolist()
    if not before > 0:
        return NotMeasured("The video shows too little of the run-up: start filming earlier.")
    value = 100.0 * after / before
    speeds = _mean_speed(reading, reading.motion.t_s + AROUND_S, 2 * AROUND_S)
    each = reading.landmarks(MIDDLE_SOON) / (2 * AROUND_S)
    late = math.hypot(each, reading.timing(speeds, release))
    early = math.hypot(each, reading.timing(speeds, back)) * value / 100.0
    return RawMeasure(
        value=value,
        uncertainty=100.0 * math.hypot(late, early) / before,
        confidence=reading.confidence(HIPS, 30.0, back, release),
        events=("back_foot_contact", "ball_release"),
    )


def _mean_speed(reading: Reading, ends_s: FloatArray, seconds: float) -> FloatArray:
    """(m,) speed in H/s towards the target in the ``seconds`` before each of the times ``ends_s`` (m,)."""
    here = np.array([reading.approach.at(float(t)) for t in ends_s])
    earlier = np.array([reading.approach.at(float(t) - seconds) for t in ends_s])
    return reading.scene.action.towards * (here - earlier) / reading.motion.scale / seconds


MEASURES: Final = (
    MeasureSpec(
        name="run_up_speed",
        title="Run-up speed",
        group="run_up",
        says="How fast your hips move towards the target, on average over the last 0.4 s before the back foot lands.",
        kind="speed",
        action="delivery",
        view="side",
        rate=30.0,
        spread=1.2,
        usual=2.1,
        read=run_up_speed,
        references=(
            ReferenceSpec(
                text="over many studies of fast bowlers, a faster run-up went with a faster ball (r = 0.50)",
                source="Ramachandran 2021, meta-analysis",
                style=BowlingStyle.PACE,
            ),
        ),
    ),
    MeasureSpec(
        name="run_up_kept",
        title="Run-up speed kept",
        group="run_up",
        says="How much of the hips' speed at back-foot landing is left at release.",
        kind="percent",
        action="delivery",
        view="side",
        rate=30.0,
        spread=25.0,
        usual=70.0,
        read=run_up_kept,
    ),
)
