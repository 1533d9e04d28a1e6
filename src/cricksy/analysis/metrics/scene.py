"""What a metric is measured from, and how sure it may be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.action import Judged
from cricksy.analysis.events import Action
from cricksy.analysis.signals import Motion
from cricksy.vocabulary import CameraView, Discipline


@dataclass(frozen=True, slots=True)
class Scene:
    """One action of one player, filmed from somewhere. ``discipline`` is the given or the inferred one."""

    motion: Motion
    action: Action
    discipline: Discipline | None
    view: Judged[CameraView]

    @property
    def bowling(self) -> bool:
        """Whether a delivery was found."""
        return self.action.discipline is Discipline.BOWLING

    @property
    def batting(self) -> bool:
        """Whether a stroke was found."""
        return self.action.discipline is Discipline.BATTING

    @property
    def generic(self) -> bool:
        """Whether only a window of motion was found."""
        return self.action.discipline is None


def base_confidence(scene: Scene, landmarks: Sequence[int], needed_rate: float, window: slice) -> float:
    """The smallest of: visibility of ``landmarks``, frame rate, size in pixels, and what is known of the action."""
    seen = scene.motion.visibility[window][:, list(landmarks)]
    inside = scene.motion.inside[window][:, list(landmarks)]
    limits = [
        float(np.median(seen.mean(axis=1))) if seen.size else 0.0,
        scene.motion.rate / needed_rate,
        scene.motion.scale / th.FULL_SIZE_PX,
        scene.action.key.confidence,
        th.CERTAIN,
    ]
    if np.median(inside.all(axis=1)) < 1:
        limits.append(th.UNSEEN_CONFIDENCE)
    if scene.generic:
        limits.append(th.GENERIC_CONFIDENCE if scene.discipline is None else th.GENERIC_GIVEN_CONFIDENCE)
    return max(0.0, min(limits))


def view_confidence(scene: Scene, fitting: Sequence[CameraView]) -> float:
    """How far the camera view allows a measurement that is at home in the ``fitting`` views."""
    if scene.view.value is None:
        return th.UNKNOWN_VIEW_CONFIDENCE
    return scene.view.confidence if scene.view.value in fitting else th.OFF_VIEW_CONFIDENCE
