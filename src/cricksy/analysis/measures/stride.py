"""The delivery stride: how long it is, and how long its phases take."""

import math
from typing import Final

from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.skeleton import Joint
from cricksy.results.measurements import EventName
from cricksy.vocabulary import BowlingStyle

ANKLES: Final = (Joint.ANKLE, Joint.ANKLE + 1)
# ratio; two contacts are less sure than they say, as a foot that comes down slowly is taken for one that stands
CONTACTS_DOUBT: Final = 1.2
_TIMES: Final = ReferenceSpec(
    text="from ball to ball, the times of a fast bowler vary more than the speed of the ball",
    source="Andrews 2024, 92 bowlers",
    style=BowlingStyle.PACE,
)
BETWEEN_TWO: Final = math.sqrt(2.0)  # 1; of one landmark's error, two that err alike


def stride_length(reading: Reading) -> RawMeasure | NotMeasured:
    """Ankle to ankle along the way to the target at front-foot contact, in H."""
    contact, front = reading.event("front_foot_contact"), reading.scene.action.front
    if contact is None:
        return reading.without("front_foot_contact")
    if front is None:
        return NotMeasured("The video does not show which leg is in front: keep both feet in the picture.")
    ahead = reading.ahead(reading.joint(Joint.ANKLE, front))
    behind = reading.ahead(reading.joint(Joint.ANKLE, front.other))
    value = reading.planted(ahead, contact) - reading.at(behind, contact)
    late = reading.timing(ahead - behind, contact)
    return RawMeasure(
        value=value,
        uncertainty=math.hypot(reading.landmarks(BETWEEN_TWO), late, reading.foreshortened(value)),
        confidence=reading.confidence(ANKLES, 30.0, contact),
        events=("front_foot_contact",),
    )


NO_IMPACT: Final = NotMeasured(
    "The moment at which the bat meets the ball does not show: film from the side, with both hands in the picture."
)


def interval(
    reading: Reading, first: EventName, last: EventName, unseen: NotMeasured, *, doubt: float = 1.0
) -> RawMeasure | NotMeasured:
    """Milliseconds of the world from one event to another; ``doubt``: of what the events say of their uncertainty."""
    before, after = reading.event(first), reading.event(last)
    if before is None or after is None:
        return unseen
    frame_s = 1.0 / reading.motion.rate
    return RawMeasure(
        value=1000.0 * (reading.time_s(after) - reading.time_s(before)),
        uncertainty=1000.0 * max(doubt * math.hypot(before.uncertainty_s, after.uncertainty_s), frame_s),
        confidence=min(before.confidence, after.confidence, reading.scene.action.key_event.confidence),
        events=(first, last),
    )


def back_to_front_contact(reading: Reading) -> RawMeasure | NotMeasured:
    missing = "back_foot_contact" if reading.event("back_foot_contact") is None else "front_foot_contact"
    unseen = reading.without(missing)
    return interval(reading, "back_foot_contact", "front_foot_contact", unseen, doubt=CONTACTS_DOUBT)


def front_contact_to_release(reading: Reading) -> RawMeasure | NotMeasured:
    return interval(reading, "front_foot_contact", "ball_release", reading.without("front_foot_contact"))


MEASURES: Final = (
    MeasureSpec(
        name="back_to_front_contact",
        title="Back foot to front foot",
        group="stride",
        says="The time from the landing of the back foot to that of the front foot.",
        kind="ms",
        action="delivery",
        view="side",
        rate=30.0,
        spread=150.0,
        usual=210.0,
        read=back_to_front_contact,
        references=(_TIMES,),
    ),
    MeasureSpec(
        name="stride_length",
        title="Stride length",
        group="stride",
        says="From ankle to ankle as the front foot lands.",
        kind="length",
        action="delivery",
        view="side",
        rate=30.0,
        spread=0.18,
        usual=0.8,
        read=stride_length,
        references=(
            ReferenceSpec(
                low=75.0,
                high=85.0,
                text="usual advice for fast bowlers, who gain nothing by a longer one",
                source="Spratford 2016, elite fast bowlers",
                style=BowlingStyle.PACE,
            ),
        ),
    ),
    MeasureSpec(
        name="front_contact_to_release",
        title="Front foot to release",
        group="stride",
        says="The time from the landing of the front foot to release.",
        kind="ms",
        action="delivery",
        view="side",
        rate=30.0,
        spread=100.0,
        usual=130.0,
        read=front_contact_to_release,
        references=(_TIMES,),
    ),
)
