"""Why a value that was measured is not judged, in words for the coach."""

import math
from typing import Final

from cricksy.analysis import thresholds as th
from cricksy.analysis.metrics.confidence import UNKNOWN_VIEW_CONFIDENCE, Scene
from cricksy.analysis.metrics.no_contact import no_front_contact
from cricksy.vocabulary import CameraView

_ANY: Final = "one camera does not show this exactly enough"


def why_unjudged(scene: Scene, confidence: float, reliability: float) -> str:
    """Name what limits a metric's ``confidence``, or its error's ``reliability`` (both 0–1) where that is less.

    A confidence is the least of several limits, so the one that equals it is the cause. One that is known to the
    metric alone is not named.
    """
    if reliability < confidence:
        return _sentence("the error is too large to tell players apart")
    return _sentence(next((cause for limit, cause in _limits(scene) if math.isclose(limit, confidence)), _ANY))


def _sentence(cause: str) -> str:
    return f"Measured, but too unsure to be judged: {cause}."


def _limits(scene: Scene) -> list[tuple[float, str]]:
    """What may limit a confidence in this scene; of equal limits the first is the cause."""
    key, view = scene.action.key_event, scene.view.value
    key_event = scene.profile.key_event_name
    if key_event is None:
        return [(th.GENERIC_CONFIDENCE, "no delivery or stroke was recognised")]
    limits = [(key.confidence, f"the moment of {key_event.removeprefix('ball_')} is not certain")]
    if view is None:
        limits.append((UNKNOWN_VIEW_CONFIDENCE, "the video does not show where the camera stood"))
    limits += [(scene.plane_cosine**power, "the camera stood too far from side-on") for power in (1, 2)]
    contact = scene.action.instants.get("front_foot_contact")
    # A discipline that bounds the time of the contact has no action without one.
    if contact is None and any("front_foot_contact" in interval for interval in scene.profile.intervals_s):
        limits.append((th.UNSEEN_CONFIDENCE, no_front_contact(scene)))
    elif contact is not None:
        limits.append((contact.confidence, "the landing of the front foot is not certain"))
    if view in (CameraView.FRONT, CameraView.BEHIND):
        limits.append((th.UNSEEN_CONFIDENCE, "this needs a video from the side"))
    return [*limits, (th.UNSEEN_CONFIDENCE, "part of the body is outside the picture")]
