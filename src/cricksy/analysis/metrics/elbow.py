"""Elbow drop: the height of the upper arm."""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from cricksy.analysis import body
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import MetricParams
from cricksy.analysis.events import time_at, value_at
from cricksy.analysis.metrics.base import MetricSpec, by_params
from cricksy.analysis.metrics.confidence import Scene, base_limits, key_moment, timing_share
from cricksy.analysis.metrics.scoring import Limit, Limits, NotMeasured, RawMeasurement, falling, limit_rule
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray
from cricksy.results.measurements import EventName

# H; of the trunk: the measured floor is 0.0011, and more jitter reveals slow errors as well
STEADY_JITTER: Final = 0.0013
# ratio; times the jitter beyond STEADY_JITTER: what slow errors add to the longest of many projections. On synthetic
# bowlers with slow errors asin of the longest projection is 22° off, the angle in the image 8°.
LENGTH_DOUBT: Final = 60.0
# ratio; times the same: how far a synthetic elbow that stays level seems to fall in a downswing
FALL_OF_JITTER: Final = 10.0
ELBOW_RELEASE: Final = (70.0, 20.0)  # deg; provisional: humerus elevation at release
ELBOW_FALL: Final = (20.0, 70.0)  # deg; provisional: fall of the front upper arm
# fps; at this rate jitter implies slow errors ``LIMB_JITTER`` times as large
JITTER_RATE_HZ: Final = 60.0
# deg; by which an arm in the image is steeper than in space, nine in ten
ELBOW_PLANE_UNCERTAINTY: Final = 10.0
# deg; an interval of 60 holds all of the 50 from the best score to the worst
ELBOW_WORST_UNCERTAINTY: Final = 30.0
# deg; a constant is this far off nine times in ten, as arms differ by 4.5°
ELBOW_HALF_SURE: Final = 7.4

_HIDDEN: Final = "The arm is hidden at the decisive moment."


@dataclass(frozen=True, slots=True, kw_only=True)
class ElbowParams(MetricParams):
    """How the upper arm of an action is read and scored.

    ``reads``: its elevation at the key event, or its largest fall before that. ``limits``: degrees of that.
    ``begins_with``: the event from which on a fall counts; without it, from the window's beginning. ``needs_arm``: only
    the action's own arm counts; else the busier one does where the action names none.
    """

    reads: Literal["elevation", "fall"]
    limits: Limits
    begins_with: EventName | None = None
    needs_arm: bool = False


def elbow_drop(scene: Scene, params: ElbowParams) -> RawMeasurement | NotMeasured:
    """A bowler's elevation of the bowling humerus at release; any other's largest fall of the front one before that.

    Degrees; elevation is asin(rise from shoulder to elbow / upper-arm length), so it holds from the side and the front.
    This says nothing about the legality of a bowling action: one camera cannot.

    Uncertainty: of the landmarks at both ends of a short segment, and of the release; a fall is the difference of two
    angles.
    """
    if params.needs_arm and scene.action.arm is None:
        return NotMeasured(
            "The video does not show which arm is in front: film from the side, or say which way the player bats."
        )
    arm = scene.action.arm if scene.action.arm is not None else _busier_arm(scene)
    longest = body.upper_arm_length(scene.motion.t_s, scene.motion.unfiltered)
    if not longest > 0:
        return NotMeasured(_HIDDEN)
    match params.reads:
        case "elevation":
            return _at_key(scene, params, arm, longest)
        case "fall":
            return _fall(scene, params, arm, longest)


def _at_key(scene: Scene, params: ElbowParams, arm: Side, longest: float) -> RawMeasurement | NotMeasured:
    """Near the vertical a few percent of the arm's length are many degrees.

    So the arm counts as out of the image's plane only as far as it looks shorter than the least length it may have:
    of unsteady landmarks, the angle in the image counts.
    """
    motion, key = scene.motion, scene.action.key_event
    least = longest - LENGTH_DOUBT * _excess_jitter(scene) * motion.scale
    rise, projected = body.upper_arm_at(motion.t_s, motion.unfiltered, arm, time_at(motion, key.index))
    if not (np.isfinite(rise) and projected > 0):
        return NotMeasured(_HIDDEN)
    value = float(body.humerus_elevation(np.array(rise), np.array(projected), least))
    elevation = body.humerus_elevations(motion.smooth, arm, least)
    turn, timing = _landmark_error_deg(scene, max(projected, least)), timing_share(scene, elevation)
    in_image = math.hypot(turn, ELBOW_PLANE_UNCERTAINTY, timing)
    uncertainty = in_image if projected >= least else math.hypot(_through_asin(value, turn), timing)
    series = _read_elevations(scene, arm, least, elevation)[scene.action.window]
    # The arm hangs low through most of the window, and nothing is wrong with that: release alone counts.
    scores = np.full(len(series), np.nan)
    scores[round(key.index) - scene.action.start] = falling(value, params.limits)
    raw = RawMeasurement(
        window=scene.action.window,
        value=value,
        uncertainty=uncertainty,
        limits=_limits(scene, arm, in_image, key_moment(scene)),
        rules=(limit_rule(value, uncertainty, params.limits),),
        series=series,
        scores=scores,
        target=params.limits,
        at=round(key.index),
    )
    return _unless_unsteady(raw)


def _fall(scene: Scene, params: ElbowParams, arm: Side, longest: float) -> RawMeasurement | NotMeasured:
    """A largest difference is too large by what unsteady landmarks alone would fall."""
    elevation = body.humerus_elevations(scene.motion.smooth, arm, longest)
    alone = math.degrees(FALL_OF_JITTER * _excess_jitter(scene) * scene.motion.scale / longest)
    first, last = _downswing(scene, params)
    if last <= first:
        return NotMeasured("The downswing could not be separated from the backlift.")
    ends = [np.array([value_at(elevation, index)]) for index in (first, last)]
    between = elevation[math.ceil(first) : math.floor(last) + 1]
    value = _largest(_fallen(np.concatenate([ends[0], between, ends[1]]), alone))
    if not np.isfinite(value):
        return NotMeasured(_HIDDEN)
    window = slice(math.floor(first), math.ceil(last) + 1)
    uncertainty = math.sqrt(2.0) * _landmark_error_deg(scene, longest)
    fallen = _fallen(elevation[window], alone)
    raw = RawMeasurement(
        window=window,
        value=value,
        uncertainty=uncertainty,
        limits=_limits(scene, arm, uncertainty, window),
        rules=(limit_rule(value, uncertainty, params.limits),),
        series=fallen,
        scores=np.array([falling(float(angle), params.limits) for angle in fallen]),
        target=params.limits,
        at=window.start + int(np.nanargmax(fallen)) if np.isfinite(fallen).any() else None,
    )
    return _unless_unsteady(raw)


def _read_elevations(scene: Scene, arm: Side, length: float, elevation: FloatArray) -> FloatArray:
    """(n,) the upper arm's elevation in the window, read as the value is; at an end of the video, ``elevation``."""
    motion, window = scene.motion, scene.action.window
    rise, projected = body.upper_arm_over(motion.t_s, motion.unfiltered, arm, motion.t_s[window])
    read = elevation.copy()
    read[window] = body.humerus_elevation(rise, projected, length)
    return np.where(np.isfinite(read), read, elevation)


def _fallen(elevation: FloatArray, alone: float) -> FloatArray:
    """(n,) how far below its highest place so far the arm is, less ``alone``, never negative; NaN where missing."""
    return np.maximum(np.fmax.accumulate(elevation) - elevation - alone, 0.0)


def _through_asin(value: float, turn: float) -> float:
    """Degrees by which an elevation may lie lower whose landmarks are ``turn`` off: upwards asin ends at 90°."""
    lower = math.sin(math.radians(value)) - math.radians(turn)
    return value - math.degrees(math.asin(max(lower, -1.0)))


def _unless_unsteady(raw: RawMeasurement) -> RawMeasurement | NotMeasured:
    if raw.uncertainty > ELBOW_WORST_UNCERTAINTY:
        return NotMeasured("The arm is too small in the picture, or read too unsteadily, to measure.")
    return raw


def _limits(scene: Scene, arm: Side, uncertainty: float, moment: slice) -> tuple[Limit, ...]:
    """As sure as the landmarks of the arm at its ``moment``, and no surer than its own ``uncertainty`` allows."""
    joints = [Joint.SHOULDER + arm, Joint.ELBOW + arm]
    sharpness = 1.0 / (1.0 + (uncertainty / ELBOW_HALF_SURE) ** 2)
    if uncertainty > ELBOW_HALF_SURE:
        # A constant would be nearer.
        sharpness = min(sharpness, th.GENERIC_CONFIDENCE)
    base = base_limits(scene, joints, th.FULL_RATE_FAST, moment)
    return *base, Limit(sharpness, "the error of the upper arm's angle is too large")


def _excess_jitter(scene: Scene) -> float:
    """Jitter in H beyond the floor of a model that is sure: a sign of slow errors, which no filter removes."""
    return max(0.0, scene.motion.jitter - STEADY_JITTER)


def _landmark_error_deg(scene: Scene, length: float) -> float:
    """By how much the landmarks at both ends turn an arm of ``length`` pixels in the image, nine times in ten.

    A slow error changes from frame to frame by the root of the time between them: at a higher rate the same jitter
    shows a larger one.
    """
    jitter = th.LIMB_JITTER * scene.motion.jitter * math.sqrt(scene.motion.rate / JITTER_RATE_HZ)
    ends = math.sqrt(2.0) * math.hypot(th.MODEL_ERROR_H, jitter)
    return th.Z90 * math.degrees(ends * scene.motion.scale / length)


def _largest(values: FloatArray) -> float:
    """NaN where all are missing."""
    return float(np.nanmax(values)) if np.isfinite(values).any() else float("nan")


def _downswing(scene: Scene, params: ElbowParams) -> tuple[float, float]:
    """First and last sample index, between samples."""
    top = None if params.begins_with is None else scene.action.instants.get(params.begins_with)
    return scene.action.first if top is None else top.index, scene.action.key_event.index


def _busier_arm(scene: Scene) -> Side:
    """The arm whose wrist moves further in the window."""
    paths = [np.diff(scene.motion.side(Joint.WRIST, side)[scene.action.window], axis=0) for side in Side]
    lengths = [float(np.nansum(np.linalg.norm(path, axis=1))) for path in paths]
    return Side(int(np.argmax(lengths)))


METRIC: Final = MetricSpec(
    name="elbow_drop_score",
    title="Elbow height",
    noun="height of the upper arm",
    description="How high the upper arm is held.",
    unit="deg",
    measure=by_params(ElbowParams, elbow_drop),
    code="ELBOW_DROP",
    required=True,
)
