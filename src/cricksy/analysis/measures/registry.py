"""Every measure, in the order of an action. To add one: write it in the module of its family, and name that here."""

from collections.abc import Mapping
from typing import Final

from cricksy.analysis.measures import arm, batting, front_leg, head, run_up, stride, trunk
from cricksy.analysis.measures.approach import approach
from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.reading import Reading
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.track import Track
from cricksy.results.measures import Measure
from cricksy.results.player import PlayerFacts

MEASURES: Final[tuple[MeasureSpec, ...]] = (
    *run_up.MEASURES,
    *stride.MEASURES,
    *front_leg.MEASURES,
    *trunk.MEASURES,
    *head.DELIVERY,
    *arm.MEASURES,
    *batting.MEASURES,
    *head.STROKE,
)

BY_NAME: Final[Mapping[str, MeasureSpec]] = {spec.name: spec for spec in MEASURES}


def measures_of(track: Track, scene: Scene, player: PlayerFacts) -> list[Measure]:
    """All of them of one action in ``track``, in the registry's order."""
    reading = Reading(scene, approach(track, scene.motion))
    return [spec.of(reading, player) for spec in MEASURES]


def no_measures(reason: str, player: PlayerFacts) -> list[Measure]:
    """All of them without a value, for one reason."""
    return [spec.missing(reason, player) for spec in MEASURES]
