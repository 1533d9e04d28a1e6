"""Which player is judged by which target: a number that means something else in this one has no score."""

from dataclasses import replace
from typing import Final

import msgspec

from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement
from cricksy.analysis.metrics.knee import METRIC as KNEE_METRIC
from cricksy.vocabulary import AgeGroup, BowlingStyle, Given

NO_TARGET: Final = "Measured, but not judged: no target fits this player."
UNKNOWN_WHOSE: Final = (
    "Measured, but not judged: a front knee has a target in adult pace bowlers only. Say the age group and the bowling"
    " style."
)


def suited(measurement: Measurement, given: Given) -> Measurement:
    """``measurement`` without the score of a front knee that no target fits.

    The targets are of adult pace bowlers (Portus 2004, Worthington 2013): no spinner braces the leg, and no junior is
    to be pushed to. Who is not said to be one is not judged as one.
    """
    adult_pace = given.age_group is AgeGroup.ADULT and given.bowling_style is BowlingStyle.PACE
    name = KNEE_METRIC.name
    metric = measurement.metrics[name]
    if not profile_of(measurement.discipline.value).arm_bowls or adult_pace or metric.score is None:
        return measurement
    known = given.bowling_style is BowlingStyle.SPIN or given.age_group not in {None, AgeGroup.ADULT}
    reason = NO_TARGET if known else UNKNOWN_WHOSE
    unjudged = msgspec.structs.replace(metric, score=None, reason=reason, worst=[], target=None)
    return replace(measurement, metrics=measurement.metrics | {name: unjudged})
