"""The lean of the trunk, towards the target and to the side."""

import math
from typing import Final

import numpy as np

from cricksy.analysis import body
from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.skeleton import TRUNK, Joint, Side
from cricksy.analysis.track import FloatArray
from cricksy.results.measurements import EventName
from cricksy.vocabulary import BowlingStyle, CameraView

# deg; of a trunk to the side, of which a film at an angle shows a part as a lean towards the target
SIDEWAYS: Final = 10.0
# deg; what a trunk that bends forward shows of that beside its lean to the side, filmed up to 8° off the line
FORWARDS: Final = 3.0
# 1; of one landmark's error: the middles of two shoulders and of two hips
BETWEEN_MIDDLES: Final = 1.05
# ratio; of the error of a lean, at landing: the trunk is bent and turned less than at release. Nine in ten leans of 129
# drawn bowlers lie within 0.83 of it
LANDING_LEAN: Final = 0.9
_SIDE_LEAN: Final = ReferenceSpec(
    text="linked with back injury in elite male fast bowlers; no limit is known, so it is described only",
    source="Ranson 2008, 50 bowlers; Alway 2021, 50 bowlers",
    style=BowlingStyle.PACE,
)


def _lean(reading: Reading, name: EventName, doubt: float = 1.0) -> RawMeasure | NotMeasured:
    instant = reading.event(name)
    if instant is None:
        return reading.without("front_foot_contact")
    leans = _angles(reading, float(reading.scene.action.towards))
    aside = SIDEWAYS * reading.plane_sine
    return RawMeasure(
        value=reading.at(leans, instant),
        uncertainty=doubt * math.hypot(_landmarks_deg(reading), reading.timing(leans, instant), aside),
        confidence=reading.confidence(TRUNK, 30.0, instant),
        events=(name,),
        series=leans if name == "ball_release" else None,
    )


def trunk_lean_front_contact(reading: Reading) -> RawMeasure | NotMeasured:
    return _lean(reading, "front_foot_contact", LANDING_LEAN)


def trunk_lean_release(reading: Reading) -> RawMeasure | NotMeasured:
    return _lean(reading, "ball_release")


def _side_lean(reading: Reading, name: EventName) -> RawMeasure | NotMeasured:
    """Seen from the front the player's left is on the right of the picture."""
    instant, arm = reading.event(name), reading.scene.action.arm
    if instant is None:
        return reading.without("front_foot_contact")
    if arm is None:
        return NotMeasured("The video does not show which arm bowls: keep both arms in the picture.")
    lefts = 1.0 if reading.scene.view.value is CameraView.FRONT else -1.0
    leans = _angles(reading, lefts if arm is Side.RIGHT else -lefts)
    return RawMeasure(
        value=reading.at(leans, instant),
        uncertainty=math.hypot(_landmarks_deg(reading), reading.timing(leans, instant), FORWARDS),
        confidence=reading.confidence(TRUNK, 30.0, instant),
        events=(name,),
        series=leans if name == "ball_release" else None,
    )


def side_lean_front_contact(reading: Reading) -> RawMeasure | NotMeasured:
    return _side_lean(reading, "front_foot_contact")


def side_lean_release(reading: Reading) -> RawMeasure | NotMeasured:
    return _side_lean(reading, "ball_release")


def _angles(reading: Reading, way: float) -> FloatArray:
    """(n,) from the vertical to the line from the hips' middle to the shoulders', + where x has the sign of ``way``."""
    trunk = reading.middle(Joint.SHOULDER) - reading.middle(Joint.HIP)
    return np.degrees(np.arctan2(way * trunk[:, 0], -trunk[:, 1]))


def _landmarks_deg(reading: Reading) -> float:
    return math.degrees(reading.landmarks(BETWEEN_MIDDLES) / body.TRUNK_LENGTH)


MEASURES: Final = (
    MeasureSpec(
        name="trunk_lean_front_contact",
        title="Trunk lean at landing",
        group="trunk_head",
        says="How far the trunk leans towards the target as the front foot lands; a minus means away from it.",
        kind="deg",
        action="delivery",
        view="side",
        rate=30.0,
        spread=15.0,
        usual=7.0,
        signed=("Trunk lean towards the target at landing", "Trunk lean back at landing"),
        read=trunk_lean_front_contact,
    ),
    MeasureSpec(
        name="trunk_lean_release",
        title="Trunk lean at release",
        group="trunk_head",
        says="How far the trunk leans towards the target at release; a minus means away from it.",
        kind="deg",
        action="delivery",
        view="side",
        rate=30.0,
        spread=16.0,
        usual=25.0,
        references=(
            ReferenceSpec(
                text="of elite fast bowlers, the fastest bend the trunk further forward until release",
                source="Worthington 2013, 20 elite fast bowlers",
                style=BowlingStyle.PACE,
            ),
        ),
        signed=("Trunk lean towards the target at release", "Trunk lean back at release"),
        read=trunk_lean_release,
    ),
    MeasureSpec(
        name="side_lean_front_contact",
        title="Side lean at landing",
        group="trunk_head",
        says="How far the trunk leans away from the bowling arm as the front foot lands; a minus means towards it.",
        kind="deg",
        action="delivery",
        view="along",
        rate=30.0,
        spread=15.0,
        usual=8.0,
        signed=("Side lean away from the bowling arm at landing", "Side lean towards the bowling arm at landing"),
        read=side_lean_front_contact,
        references=(_SIDE_LEAN,),
    ),
    MeasureSpec(
        name="side_lean_release",
        title="Side lean at release",
        group="trunk_head",
        says="How far the trunk leans away from the bowling arm at release; a minus means towards it.",
        kind="deg",
        action="delivery",
        view="along",
        rate=30.0,
        spread=15.0,
        usual=20.0,
        signed=("Side lean away from the bowling arm at release", "Side lean towards the bowling arm at release"),
        read=side_lean_release,
        references=(_SIDE_LEAN,),
    ),
)
