"""Elbow drop: the height of the upper arm."""

import math

import numpy as np

from cricksy.analysis import body
from cricksy.analysis import thresholds as th
from cricksy.analysis.landmarks import Joint, Side
from cricksy.analysis.metrics.reading import Measured, Reading, falling, limit_rule, measured, missing
from cricksy.analysis.metrics.scene import Scene, base_confidence, key_moment, landmark_error, timing_share
from cricksy.analysis.track import FloatArray


def elbow_drop(scene: Scene) -> Measured:
    """Bowling: elevation of the bowling humerus at release. Else: largest fall of the front one before the key moment.

    Degrees; elevation is asin(rise from shoulder to elbow / upper-arm length), so it holds from the side and the front.
    This says nothing about the legality of a bowling action: one camera cannot.

    Error: of the landmarks at both ends of a short segment, and of the release; a fall is the difference of two angles.
    """
    motion, key = scene.motion, scene.action.key
    arm = scene.action.arm if scene.action.arm is not None else _busier_arm(scene)
    length = body.upper_arm_length(motion.smooth, motion.jitter * motion.scale)
    elevation = body.humerus_elevation(motion.smooth, arm, length)
    joints = [Joint.SHOULDER + arm, Joint.ELBOW + arm]
    if scene.bowling:
        value, window = body.humerus_elevation_at(motion.raw, arm, length, key.index), scene.action.window
        limits = th.ELBOW_RELEASE
    else:
        window, limits = _downswing(scene), th.ELBOW_FALL
        value = _largest_fall(elevation[window])
    if not (np.isfinite(value) and length > 0):
        return missing("deg", "The arm is hidden at the decisive moment.")
    error = (
        math.hypot(_error(scene, value, length), timing_share(scene, elevation))
        if scene.bowling
        else _error(scene, 0.0, length) * math.sqrt(2.0)
    )
    series = elevation[window]
    measure = series if scene.bowling else np.fmax.accumulate(series) - series
    scores = np.array([falling(float(angle), limits) for angle in measure])
    moment = key_moment(scene) if scene.bowling else window
    if scene.bowling:
        # The arm hangs low through most of the window, and nothing is wrong with that: release alone counts.
        release = round(key.index) - window.start
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


def _error(scene: Scene, elevation: float, length: float) -> float:
    """Degrees: landmark error at both ends of the arm of ``length`` pixels, itself uncertain, through asin."""
    steepness = 1.0 / max(math.cos(math.radians(elevation)), th.LEAST_ELEVATION_COSINE)
    ends = math.sqrt(2.0) * landmark_error(scene) * scene.motion.scale / length
    stretch = math.sin(math.radians(elevation)) * th.LENGTH_SPREAD
    return th.Z90 * math.degrees(math.hypot(ends, stretch)) * steepness


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
