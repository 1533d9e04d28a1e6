"""The head: how far it falls from landing to release, and how far it is over the front foot."""

import math
from typing import Final

from cricksy.analysis.events import Instant
from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.measures.stride import NO_IMPACT
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.skeleton import Joint
from cricksy.results.measurements import EventName

EARS: Final = (Joint.EAR, Joint.EAR + 1)
# 1; of one landmark's error: the middle of two ears at two instants, which err alike in part
EARS_TWICE: Final = 0.9
# 1; of one landmark's error: the middle of two ears and one ankle
EARS_AND_ANKLE: Final = 1.2
# 1; the same of a batter, whose ankle stands still
EARS_AND_STANDING: Final = 1.3


def head_drop(reading: Reading) -> RawMeasure | NotMeasured:
    """By how much of H the ears' middle falls from front-foot contact to release."""
    contact, release = reading.event("front_foot_contact"), reading.event("ball_release")
    if contact is None or release is None:
        return reading.without("front_foot_contact")
    height = reading.height(reading.middle(Joint.EAR))
    fallen = reading.at(height, contact) - height
    late = math.hypot(reading.timing(height, contact), reading.timing(height, release))
    return RawMeasure(
        value=reading.at(fallen, release),
        uncertainty=math.hypot(reading.landmarks(EARS_TWICE), late),
        confidence=reading.confidence(EARS, 30.0, contact, release),
        events=("front_foot_contact", "ball_release"),
        series=fallen,
    )


def _over_front_foot(reading: Reading, name: EventName, ends: float) -> RawMeasure | NotMeasured:
    """By how much of H the ears' middle is ahead of the front ankle."""
    instant: Instant | None = reading.event(name)
    front = reading.scene.action.front
    if instant is None and name == "impact":
        return NO_IMPACT
    if instant is None or front is None:
        return NotMeasured("The video does not show which leg is in front: keep both feet in the picture.")
    ears = reading.ahead(reading.middle(Joint.EAR))
    ahead = ears - reading.ahead(reading.joint(Joint.ANKLE, front))
    value = reading.at(ahead, instant)
    return RawMeasure(
        value=value,
        uncertainty=math.hypot(reading.landmarks(ends), reading.timing(ahead, instant), reading.foreshortened(value)),
        confidence=reading.confidence([*EARS, Joint.ANKLE + front], 30.0, instant),
        events=(name,),
        series=ahead,
    )


def head_over_front_foot(reading: Reading) -> RawMeasure | NotMeasured:
    return _over_front_foot(reading, "ball_release", EARS_AND_ANKLE)


def head_over_front_foot_impact(reading: Reading) -> RawMeasure | NotMeasured:
    return _over_front_foot(reading, "impact", EARS_AND_STANDING)


DELIVERY: Final = (
    MeasureSpec(
        name="head_drop",
        title="Head drop",
        group="trunk_head",
        says="How far the head falls from front-foot landing to release; a minus means that it rises.",
        kind="length",
        action="delivery",
        view="side",
        rate=30.0,
        spread=0.14,
        usual=0.08,
        signed=("Head drop", "Head rise"),
        read=head_drop,
    ),
    MeasureSpec(
        name="head_over_front_foot",
        title="Head ahead of front foot",
        group="trunk_head",
        says="How far the head is ahead of the front ankle at release; a minus means behind it.",
        kind="length",
        action="delivery",
        view="side",
        rate=30.0,
        spread=0.2,
        usual=0.0,
        signed=("Head ahead of front foot", "Head behind front foot"),
        read=head_over_front_foot,
    ),
)
STROKE: Final = (
    MeasureSpec(
        name="head_over_front_foot_impact",
        title="Head ahead of front foot",
        group="trunk_head",
        says="How far the head is ahead of the front ankle at impact; a minus means behind it.",
        kind="length",
        action="stroke",
        view="side",
        rate=30.0,
        spread=0.2,
        usual=-0.07,
        signed=("Head ahead of front foot", "Head behind front foot"),
        read=head_over_front_foot_impact,
        references=(
            ReferenceSpec(text="skilled batters have the head further forward in the drive", source="Taliep 2007"),
        ),
    ),
)
