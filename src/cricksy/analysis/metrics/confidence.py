"""What a metric is measured from, and how sure it may be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import DisciplineProfile, Judged
from cricksy.analysis.events import Action, fractional_index, samples_near, time_at, value_at
from cricksy.analysis.metrics.scoring import Limit
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.track import FloatArray
from cricksy.vocabulary import CameraView

# px; provisional: H of a figure that is large enough. A figure of 400 px had landmark errors of 7.4 % of the trunk, one
# of 230 px 8.5 %: they grow more slowly than the root of the size.
FULL_SIZE_PX: Final = 200.0
# H; of the trunk: nine times the floor, 20 px of jitter on a figure that fills 4K
HALF_SURE_JITTER: Final = 0.01
# ratio; measured but not judged: 10 of 25 such balances of synthetic batters were right
UNKNOWN_VIEW_CONFIDENCE: Final = 0.3

INEXACT: Final = "one camera does not show this exactly enough"
TOO_OBLIQUE: Final = "the camera stood too far from side-on"


@dataclass(frozen=True, slots=True)
class Scene:
    """One action of one player, filmed from somewhere; ``profile`` is that of the action's discipline."""

    motion: Motion
    action: Action
    view: Judged[CameraView]
    profile: DisciplineProfile

    @property
    def plane_cosine(self) -> float:
        """Least likely cosine of the angle between the image and the way to the target, 0–1."""
        return self.profile.plane_cosine(self.motion, self.action)


def base_confidence(scene: Scene, landmarks: Sequence[int], needed_rate: float, window: slice) -> float:
    """The least of :func:`base_limits`, 0–1."""
    return max(0.0, min(limit.most for limit in base_limits(scene, landmarks, needed_rate, window)))


def base_limits(scene: Scene, landmarks: Sequence[int], needed_rate: float, window: slice) -> tuple[Limit, ...]:
    """Visibility of ``landmarks``, frame rate, size in pixels, steadiness, and sureness of the action.

    The value's own uncertainty is the other half of its confidence, see :func:`.scoring.reliability`.
    Frames on which a landmark was not read, not believed or relabelled count less; see :class:`.cleaning.Motion`.
    """
    seen = scene.motion.visibility[window][:, list(landmarks)]
    inside = scene.motion.inside[window][:, list(landmarks)]
    moment = (scene.profile.key_event_name or "the fastest movement").removeprefix("ball_")
    limits = (
        Limit(float(seen.mean()) if seen.size else 0.0, "part of the body is hidden, or not read surely enough"),
        Limit(scene.motion.rate / needed_rate, "the video has too few frames a second"),
        Limit(math.sqrt(scene.motion.scale / FULL_SIZE_PX), "the player is too small in the picture"),
        Limit(1.0 / (1.0 + (scene.motion.jitter / HALF_SURE_JITTER) ** 2), "the player is read too unsteadily"),
        Limit(scene.action.key_event.confidence, f"the moment of {moment} is not certain"),
        Limit(scene.profile.most_sure, INEXACT),
    )
    if np.median(inside.all(axis=1)) < 1:
        return *limits, Limit(th.UNSEEN_CONFIDENCE, "part of the body is outside the picture")
    return limits


def key_moment(scene: Scene) -> slice:
    """The samples within ``th.EVENT_NEAR_S`` of the key event: those that decide how well it was seen."""
    key_s = time_at(scene.motion, scene.action.key_event.index)
    near = samples_near(scene.motion, key_s)
    return slice(int(near[0]), int(near[-1]) + 1)


def landmark_error(scene: Scene) -> float:
    """Standard deviation of a limb's landmark in H: what the model is off, and the clip's own jitter.

    All of the jitter: an unsteady model is unsteady in slow ways too, which no filter takes away.
    """
    return math.hypot(th.MODEL_ERROR_H, th.LIMB_JITTER * scene.motion.jitter)


def timing_share(scene: Scene, series: FloatArray) -> float:
    """What the key event's own uncertainty adds to that of a value read from ``series`` (n,) there."""
    key_s, uncertainty_s = time_at(scene.motion, scene.action.key_event.index), scene.action.key_event.uncertainty_s
    ends = [value_at(series, fractional_index(scene.motion, key_s + way * uncertainty_s)) for way in (-1.0, 1.0)]
    return abs(ends[1] - ends[0]) / 2 if np.isfinite(ends).all() else 0.0


def view_confidence(scene: Scene, fitting: Sequence[CameraView]) -> float:
    """How far the camera view allows a measurement that is at home in the ``fitting`` views, 0–1."""
    return view_limit(scene, fitting).most


def view_limit(scene: Scene, fitting: Sequence[CameraView]) -> Limit:
    """:func:`view_confidence` and what is wrong with the view."""
    view = scene.view
    if view.value is None:
        return Limit(UNKNOWN_VIEW_CONFIDENCE, "the video does not show where the camera stood")
    most = view.confidence if view.value in fitting else th.OFF_VIEW_CONFIDENCE
    if view.shown is not None:
        return Limit(most, "the camera seems to have stood elsewhere than you said")
    if CameraView.SIDE not in fitting:
        return Limit(most, INEXACT)
    return Limit(most, TOO_OBLIQUE if view.value is CameraView.SIDE else "this needs a video from the side")
