"""The front knee of a delivery, as it lands and as the ball goes."""

import math
from typing import Final

from cricksy.analysis import body
from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.metrics.knee import KneeParams, front_knee, knee_action
from cricksy.analysis.metrics.scoring import NotMeasured, RawMeasurement
from cricksy.analysis.skeleton import Joint
from cricksy.vocabulary import BowlingStyle

# ratio; of the metric's error, which covers batters and poorer films too
RELEASE_SHARE: Final = 0.97
# ratio; of a knee's error: at contact it turns fast, and is read from few samples
LANDING_SHARE: Final = 1.08
# ratio; of a knee's error: both ends of a change share a part of it
CHANGE_SHARE: Final = 1.1
_KNEE: Final = ReferenceSpec(
    text="in studies of fast bowlers, a straighter front knee goes with a faster ball",
    source="Worthington 2013, 20 elite fast bowlers; Portus 2004, 42 bowlers",
    style=BowlingStyle.PACE,
)


def knee_release(reading: Reading) -> RawMeasure | NotMeasured:
    """Inner angle of the front knee at release, 180 straight; as the metric has it."""
    knee, front = _at_release(reading), reading.scene.action.front
    if isinstance(knee, NotMeasured):
        return knee
    series = None if front is None else body.knee_angle(reading.motion.smooth, front)
    return RawMeasure(knee.value, RELEASE_SHARE * knee.uncertainty, knee.confidence, ("ball_release",), series=series)


def knee_front_contact(reading: Reading) -> RawMeasure | NotMeasured:
    """Inner angle of the front knee at front-foot contact, 180 straight."""
    knee, contact = _at_release(reading), reading.event("front_foot_contact")
    phases, front = knee_action(reading.scene), reading.scene.action.front
    if isinstance(knee, NotMeasured):
        return knee
    if contact is None:
        return reading.without("front_foot_contact")
    if front is None or phases is None or phases.contact is None:
        return NotMeasured("The front leg is hidden as its foot lands: keep the whole body in the picture.")
    late = reading.timing(body.knee_angle(reading.motion.smooth, front), contact)
    joints = [Joint.HIP + front, Joint.KNEE + front, Joint.ANKLE + front]
    return RawMeasure(
        value=phases.contact,
        uncertainty=LANDING_SHARE * math.hypot(knee.uncertainty, late),
        confidence=min(knee.confidence, reading.confidence(joints, 60.0, contact)),
        events=("front_foot_contact",),
    )


def knee_change(reading: Reading) -> RawMeasure | NotMeasured:
    """Degrees that the front knee straightens from contact to release, negative where it bends."""
    landed, released = knee_front_contact(reading), knee_release(reading)
    if isinstance(landed, NotMeasured):
        return landed
    if isinstance(released, NotMeasured):
        return released
    return RawMeasure(
        value=released.value - landed.value,
        uncertainty=CHANGE_SHARE * landed.uncertainty,
        confidence=min(landed.confidence, released.confidence),
        events=("front_foot_contact", "ball_release"),
    )


def _at_release(reading: Reading) -> RawMeasurement | NotMeasured:
    params = reading.scene.profile.params(KneeParams)
    if params is None or reading.scene.action.front is None:
        return NotMeasured("The video does not show which leg is in front: keep both feet in the picture.")
    return front_knee(reading.scene, params)


MEASURES: Final = (
    MeasureSpec(
        name="knee_front_contact",
        title="Front knee at landing",
        group="front_leg",
        says="The angle of the front knee as its foot lands; 180° is straight.",
        kind="deg",
        action="delivery",
        view="side",
        rate=60.0,
        spread=15.0,
        usual=168.0,
        read=knee_front_contact,
        references=(_KNEE,),
    ),
    MeasureSpec(
        name="knee_release",
        title="Front knee at release",
        group="front_leg",
        says="The angle of the front knee at release; 180° is straight.",
        kind="deg",
        action="delivery",
        view="side",
        rate=60.0,
        spread=25.0,
        usual=165.0,
        read=knee_release,
        references=(_KNEE,),
    ),
    MeasureSpec(
        name="knee_change",
        title="Front knee, landing to release",
        group="front_leg",
        says="By how much the front knee straightens from landing to release; a minus means that it bends.",
        kind="deg",
        action="delivery",
        view="side",
        rate=60.0,
        spread=25.0,
        usual=0.0,
        signed=("Front knee straightening, landing to release", "Front knee bending, landing to release"),
        read=knee_change,
        references=(_KNEE,),
    ),
)
