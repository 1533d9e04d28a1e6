"""Why a value that was measured is not judged, in words for the coach."""

from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.scoring import RawMeasurement


def why_unjudged(scene: Scene, raw: RawMeasurement, reliability: float) -> str:
    """Name what limits a metric's confidence most, or its error's ``reliability`` (0–1) where that is less."""
    if reliability < raw.confidence:
        cause = "the error is too large to tell players apart"
    elif scene.profile.key_event_name is None:
        # A better video of it would not be judged either.
        cause = "no delivery or stroke was recognised"
    else:
        cause = raw.tightest.cause
    return f"Measured, but too unsure to be judged: {cause}."
