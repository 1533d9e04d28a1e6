"""Hip–shoulder separation timing: whether the pelvis turns before the trunk. One camera cannot tell."""

from typing import Final

from cricksy.analysis.metrics.base import MetricSpec
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.vocabulary import CameraView

_FROM_THE_SIDE = "The turn of hips and shoulders cannot be seen from the side, and no single camera can time it."
_UNSTEADY = "One camera cannot read hips and shoulders steadily enough to time their turn."


def separation_timing(scene: Scene) -> NotMeasured:
    """Lag in ms from the peak of the pelvis's turning speed to the trunk's; never given, with the reason.

    From the side shoulders and hips stand end-on, and their widths say nothing of their turn. From the front or from
    behind a model's slow errors of some 5 % of the trunk, across a pelvis of a third of it, move the moment of the
    fastest turn: even headings that are exact but for them miss the lag by more than a constant does (``make accuracy``
    prints both).
    """
    return NotMeasured(_FROM_THE_SIDE if scene.view.value is CameraView.SIDE else _UNSTEADY)


METRIC: Final = MetricSpec(
    name="hip_shoulder_separation_timing",
    title="Hip–shoulder timing",
    noun="hip–shoulder timing",
    description="How long the trunk rotates after the pelvis. Always null so far: one camera cannot show it.",
    unit="ms",
    measure=separation_timing,
    required=True,
)
