"""Hip–shoulder separation timing: whether the pelvis turns before the trunk."""

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import index_at, time_at
from cricksy.analysis.landmarks import Joint
from cricksy.analysis.metrics.reading import Measured, Reading, band_rule, measured, missing
from cricksy.analysis.metrics.scene import Scene, base_confidence
from cricksy.analysis.track import FloatArray
from cricksy.vocabulary import CameraView

_FROM_THE_SIDE = "The turn of hips and shoulders cannot be seen from the side: film from the front or from behind."
_UNKNOWN_VIEW = (
    "The turn of hips and shoulders is measured from the front or from behind only, and this view is neither."
)


def separation_timing(scene: Scene) -> Measured:
    """Lag in ms from the peak of the pelvis's turning speed to the trunk's; positive where the pelvis leads.

    ``None`` side-on, where shoulders and hips stand end-on and the widths say nothing of their rotation, below 50
    frames a second, and where the landmarks jitter. Front-on or from behind, turning is read from the change of the
    projected widths. Where a width is greatest it hides the turn, so peaks further apart than one turn of the body are
    not believed.

    Error: of synthetic deliveries seen from the front or from behind with a model's slow errors; see the threshold. It
    is wide: a body of a known turn is placed, not one bowler told from another.
    """
    if scene.view.value not in (CameraView.FRONT, CameraView.BEHIND):
        return missing("ms", _FROM_THE_SIDE if scene.view.value is CameraView.SIDE else _UNKNOWN_VIEW)
    if scene.motion.rate < th.SEPARATION_MIN_FPS:
        return missing("ms", "The film has too few frames a second for a timing of some 15 ms: film at 50 or more.")
    if scene.motion.jitter > th.TIMING_MAX_JITTER:
        return missing("ms", "Hips and shoulders are read too unsteadily for a timing of some 15 ms.")
    window = _window(scene)
    t_s = scene.motion.t_s[window]
    peaks = [_peak_s(t_s, _turning(scene, joint)[window]) for joint in (Joint.HIP, Joint.SHOULDER)]
    if not np.isfinite(peaks).all():
        return missing("ms", "Hips or shoulders are hidden, stay end-on, or do not turn fastest within the action.")
    value = (peaks[1] - peaks[0]) * 1000.0
    if abs(value) > th.BELIEVABLE_LAG_MS:
        return missing("ms", "The fastest turns that were seen lie too far apart to belong to one action.")
    speed = _turning(scene, Joint.SHOULDER)[window] - _turning(scene, Joint.HIP)[window]
    error = th.TIMING_ERROR_MS
    joints = [Joint.HIP, Joint.HIP + 1, Joint.SHOULDER, Joint.SHOULDER + 1]
    confidence = min(
        base_confidence(scene, joints, th.FULL_RATE_FAST, window), scene.view.confidence, th.OFF_VIEW_CONFIDENCE
    )
    rules = (band_rule(value, error, "ms", th.SEPARATION_LAG),)
    return measured(scene, window, "ms", Reading(value, error, confidence, rules, speed, np.full(len(t_s), np.nan)))


def _window(scene: Scene) -> slice:
    """The last turn before the key moment and a little after it; the turn away from the target comes earlier."""
    key_s = time_at(scene.motion, scene.action.key.index)
    start = max(scene.action.start, index_at(scene.motion, key_s - th.ROTATION_BEFORE_S))
    return slice(start, index_at(scene.motion, key_s + th.ROTATION_AFTER_S) + 1)


def _turning(scene: Scene, joint: Joint) -> FloatArray:
    """(n,) rate of change of the projected width as a share of its greatest one, 1/s; NaN where that stays end-on."""
    width = scene.motion.smooth[:, joint, 0] - scene.motion.smooth[:, joint + 1, 0]
    greatest = float(np.nanpercentile(np.abs(width), 95)) if np.isfinite(width).any() else 0.0
    if greatest < th.LEAST_WIDTH * scene.motion.scale:
        return np.full(len(width), np.nan)
    return np.abs(filters.rate_of_change(scene.motion.t_s, width)) / greatest


def _peak_s(t_s: FloatArray, speed: FloatArray) -> float:
    """Time of the highest sample, refined by the parabola through it and its neighbours; NaN at an edge."""
    if not np.isfinite(speed).any():
        return float("nan")
    k = int(np.nanargmax(speed))
    if k in (0, len(speed) - 1) or not np.isfinite(speed[k - 1 : k + 2]).all():
        return float("nan")
    before, here, after = speed[k - 1 : k + 2]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(t_s[k] + shift * (t_s[k + 1] - t_s[k]))
