"""Elbow drop: the height of the upper arm."""

import math
from typing import Final

import numpy as np

from cricksy.analysis import body
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import time_at, value_at
from cricksy.analysis.metrics.confidence import Scene, base_confidence, key_moment, timing_share
from cricksy.analysis.metrics.scoring import Measured, Reading, falling, limit_rule, measured, missing
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

STEADY_JITTER: Final = 0.0013  # H, of the trunk: the measured floor is 0.0011; more tells of slow errors as well
# Asin of the longest projection is 22° off on synthetic bowlers with slow errors, the angle in the picture 8°.
LENGTH_DOUBT: Final = 60.0  # times the jitter beyond it: what slow errors add to the longest of many projections
FALL_OF_JITTER: Final = 10.0  # times the same: how far a synthetic elbow that stays level seems to fall in a downswing
ELBOW_RELEASE: Final = (70.0, 20.0)  # degrees of humerus elevation, provisional
ELBOW_FALL: Final = (20.0, 70.0)  # degrees of fall, provisional
JITTER_RATE_HZ: Final = 60.0  # frames a second at which jitter tells of slow errors ``LIMB_JITTER`` times as large
ELBOW_PLANE_ERROR: Final = 10.0  # degrees by which an arm in the picture is steeper than in space, nine in ten
ELBOW_WORST_ERROR: Final = 30.0  # degrees: an interval of 60 holds all of the 50 from the best score to the worst
ELBOW_HALF_SURE: Final = 7.4  # degrees of error: a constant is so far off nine times in ten, arms differing by 4.5°

_HIDDEN: Final = "The arm is hidden at the decisive moment."


def elbow_drop(scene: Scene) -> Measured:
    """Bowling: elevation of the bowling humerus at release. Else: largest fall of the front one before the key moment.

    Degrees; elevation is asin(rise from shoulder to elbow / upper-arm length), so it holds from the side and the front.
    This says nothing about the legality of a bowling action: one camera cannot.

    Error: of the landmarks at both ends of a short segment, and of the release; a fall is the difference of two angles.
    """
    if scene.batting and scene.action.arm is None:
        return missing(
            "deg",
            "The video does not show which arm is in front: film from the side, or say which way the player bats.",
        )
    arm = scene.action.arm if scene.action.arm is not None else _busier_arm(scene)
    longest = body.upper_arm_length(scene.motion.t_s, scene.motion.raw)
    if not longest > 0:
        return missing("deg", _HIDDEN)
    return _at_release(scene, arm, longest) if scene.bowling else _fall(scene, arm, longest)


def _at_release(scene: Scene, arm: Side, longest: float) -> Measured:
    """Near the vertical a few percent of the arm's length are many degrees.

    So the arm counts as out of the picture's plane only as far as it looks shorter than the least length it may have:
    of unsteady landmarks, the angle in the picture counts.
    """
    motion, key = scene.motion, scene.action.key
    least = longest - LENGTH_DOUBT * _excess_jitter(scene) * motion.scale
    rise, projected = body.upper_arm_at(motion.t_s, motion.raw, arm, time_at(motion, key.index))
    if not (np.isfinite(rise) and projected > 0):
        return missing("deg", _HIDDEN)
    value = float(body.humerus_elevation(np.array(rise), np.array(projected), least))
    elevation = body.humerus_elevations(motion.smooth, arm, least)
    turn, timing = _landmark_error_deg(scene, max(projected, least)), timing_share(scene, elevation)
    in_picture = math.hypot(turn, ELBOW_PLANE_ERROR, timing)
    error = in_picture if projected >= least else math.hypot(_through_asin(value, turn), timing)
    series = elevation[scene.action.window]
    # The arm hangs low through most of the window, and nothing is wrong with that: release alone counts.
    scores = np.full(len(series), np.nan)
    scores[round(key.index) - scene.action.start] = falling(value, ELBOW_RELEASE)
    reading = Reading(
        value=value,
        error=error,
        confidence=_confidence(scene, arm, in_picture, key_moment(scene)),
        rules=(limit_rule(value, error, "deg", ELBOW_RELEASE),),
        series=series,
        scores=scores,
    )
    return _unless_unsteady(scene, scene.action.window, reading)


def _fall(scene: Scene, arm: Side, longest: float) -> Measured:
    """A largest difference is too large by what unsteady landmarks alone would fall."""
    elevation = body.humerus_elevations(scene.motion.smooth, arm, longest)
    alone = math.degrees(FALL_OF_JITTER * _excess_jitter(scene) * scene.motion.scale / longest)
    first, last = _downswing(scene)
    if last <= first:
        return missing("deg", "The downswing could not be separated from the backlift.")
    ends = [np.array([value_at(elevation, index)]) for index in (first, last)]
    between = elevation[math.ceil(first) : math.floor(last) + 1]
    value = _largest(_fallen(np.concatenate([ends[0], between, ends[1]]), alone))
    if not np.isfinite(value):
        return missing("deg", _HIDDEN)
    window = slice(math.floor(first), math.ceil(last) + 1)
    error = math.sqrt(2.0) * _landmark_error_deg(scene, longest)
    reading = Reading(
        value=value,
        error=error,
        confidence=_confidence(scene, arm, error, window),
        rules=(limit_rule(value, error, "deg", ELBOW_FALL),),
        series=elevation[window],
        scores=np.array([falling(float(angle), ELBOW_FALL) for angle in _fallen(elevation[window], alone)]),
    )
    return _unless_unsteady(scene, window, reading)


def _fallen(elevation: FloatArray, alone: float) -> FloatArray:
    """(n,) how far below its highest place so far the arm is, less ``alone``, never negative; NaN where missing."""
    return np.maximum(np.fmax.accumulate(elevation) - elevation - alone, 0.0)


def _through_asin(value: float, turn: float) -> float:
    """Degrees by which an elevation may lie lower whose landmarks are ``turn`` off: upwards asin ends at 90°."""
    lower = math.sin(math.radians(value)) - math.radians(turn)
    return value - math.degrees(math.asin(max(lower, -1.0)))


def _unless_unsteady(scene: Scene, window: slice, reading: Reading) -> Measured:
    if reading.error > ELBOW_WORST_ERROR:
        return missing("deg", "The arm is too small in the picture, or read too unsteadily, to measure.")
    return measured(scene, window, "deg", reading)


def _confidence(scene: Scene, arm: Side, error: float, moment: slice) -> float:
    """As sure as the landmarks of the arm at its ``moment``, and no surer than its own ``error`` allows."""
    joints = [Joint.SHOULDER + arm, Joint.ELBOW + arm]
    sharpness = 1.0 / (1.0 + (error / ELBOW_HALF_SURE) ** 2)
    return min(base_confidence(scene, joints, th.FULL_RATE_FAST, moment), sharpness)


def _excess_jitter(scene: Scene) -> float:
    """Jitter in H beyond the floor of a model that is sure: it tells of slow errors, which no filter takes away."""
    return max(0.0, scene.motion.jitter - STEADY_JITTER)


def _landmark_error_deg(scene: Scene, length: float) -> float:
    """By how much the landmarks at both ends turn an arm of ``length`` pixels in the picture, nine times in ten.

    A slow error changes from frame to frame by the root of the time between them: at a higher rate the same jitter
    tells of a larger one.
    """
    jitter = th.LIMB_JITTER * scene.motion.jitter * math.sqrt(scene.motion.rate / JITTER_RATE_HZ)
    ends = math.sqrt(2.0) * math.hypot(th.MODEL_ERROR_H, jitter)
    return th.Z90 * math.degrees(ends * scene.motion.scale / length)


def _largest(values: FloatArray) -> float:
    """NaN where all are missing."""
    return float(np.nanmax(values)) if np.isfinite(values).any() else float("nan")


def _downswing(scene: Scene) -> tuple[float, float]:
    """First and last sample index, between samples."""
    top = scene.action.instants.get("backlift_top")
    return scene.action.first if top is None else top.index, scene.action.key.index


def _busier_arm(scene: Scene) -> Side:
    """The arm whose wrist moves further in the window."""
    paths = [np.diff(scene.motion.side(Joint.WRIST, side)[scene.action.window], axis=0) for side in Side]
    lengths = [float(np.nansum(np.linalg.norm(path, axis=1))) for path in paths]
    return Side(int(np.argmax(lengths)))
