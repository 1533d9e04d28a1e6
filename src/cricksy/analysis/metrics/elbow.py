"""Elbow drop: the height of the upper arm."""

import math

import numpy as np

from cricksy.analysis import body
from cricksy.analysis import thresholds as th
from cricksy.analysis.landmarks import Joint, Side
from cricksy.analysis.metrics.reading import Measured, Reading, falling, limit_rule, measured, missing
from cricksy.analysis.metrics.scene import Scene, base_confidence
from cricksy.analysis.track import FloatArray


def elbow_drop(scene: Scene) -> Measured:
    """Bowling: elevation of the bowling humerus at release. Else: largest fall of the front one before the key moment.

    Degrees; elevation is asin(rise from shoulder to elbow / upper-arm length), so it holds from the side and the front.
    This says nothing about the legality of a bowling action: one camera cannot.

    Error: 8° for landmark error across a short segment; a fall is the difference of two such angles.
    """
    motion, key = scene.motion, scene.action.key
    arm = scene.action.arm if scene.action.arm is not None else _busier_arm(scene)
    elevation = body.humerus_elevation(motion.smooth, arm)
    joints = [Joint.SHOULDER + arm, Joint.ELBOW + arm]
    if scene.bowling:
        value, error, window = (
            body.humerus_elevation_at(motion.raw, arm, key.index),
            th.ELEVATION_ERROR,
            scene.action.window,
        )
        limits = th.ELBOW_RELEASE
    else:
        window = _downswing(scene)
        value, error = _largest_fall(elevation[window]), th.ELEVATION_ERROR * math.sqrt(2.0)
        limits = th.ELBOW_FALL
    if not np.isfinite(value):
        return missing("deg", "The arm is hidden at the decisive moment.")
    series = elevation[window]
    measure = series if scene.bowling else np.fmax.accumulate(series) - series
    scores = np.array([falling(float(angle), limits) for angle in measure])
    moment = slice(round(key.index), round(key.index) + 1) if scene.bowling else window
    if scene.bowling:
        # The arm hangs low through most of the window, and nothing is wrong with that: release alone counts.
        release = moment.start - window.start
        scores = np.array([score if at == release else np.nan for at, score in enumerate(scores)])
    reading = Reading(
        value=value,
        error=error,
        confidence=base_confidence(scene, joints, th.FULL_RATE_FAST, moment),
        rules=(limit_rule(value, error, "deg", limits),),
        series=series,
        scores=scores,
    )
    return measured(scene, window, "deg", reading)


def _downswing(scene: Scene) -> slice:
    top = scene.action.instants.get("backlift_top")
    start = scene.action.start if top is None else round(top.index)
    return slice(start, round(scene.action.key.index) + 1)


def _largest_fall(elevation: FloatArray) -> float:
    """Largest drop from any earlier sample; NaN where nothing is seen."""
    if not np.isfinite(elevation).any():
        return float("nan")
    return float(np.nanmax(np.fmax.accumulate(elevation) - elevation))


def _busier_arm(scene: Scene) -> Side:
    """The arm whose wrist moves further in the window."""
    paths = [np.diff(scene.motion.side(Joint.WRIST, side)[scene.action.window], axis=0) for side in Side]
    lengths = [float(np.nansum(np.linalg.norm(path, axis=1))) for path in paths]
    return Side(int(np.argmax(lengths)))
