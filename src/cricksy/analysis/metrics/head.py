"""Head stability: how far the head leaves its own steady path, in percent of body scale."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import MetricParams
from cricksy.analysis.events import Action, time_at
from cricksy.analysis.metrics.base import MetricSpec, by_params
from cricksy.analysis.metrics.confidence import Scene, base_limits, landmark_error
from cricksy.analysis.metrics.scoring import Limit, Limits, NotMeasured, RawMeasurement, Rule, falling, limit_rule
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import BoolArray, FloatArray
from cricksy.results.measurements import EventName
from cricksy.vocabulary import CameraView

# A target is the value that scores 1 and the value that scores 0; the fault line is half-way.

HEAD_BOWLING: Final = (2.0, 10.0)  # %_H; provisional: RMS about a bowler's steady path
HEAD_OTHER: Final = (6.0, 20.0)  # %_H; provisional: a drive carries the head a quarter of its stride, 8 % RMS
HEAD_TIMES: Final = 101  # count; even times at which the head is judged, whatever the frame rate
EYE_LINE_TILT: Final = (6.0, 30.0)  # deg; provisional: mean tilt of the line through the ears
# H; ears of synthetic players are 0.12 apart from the front, those of real ones from the side 0.03
EARS_APART: Final = 0.06
# ratio; the middle of two ears errs less than one, and part of a slow error is taken for the steady path
HEAD_ERROR_SHARE: Final = 0.55
# ratio; more of a slow error is, in the fraction of a second from back foot to release
HEAD_BOWLING_SHARE: Final = 0.2
HEAD_WINDOW: Final = 0.15  # ratio; of the value: a window that begins or ends two frames off
# ratio; of the value: the same where the window's beginning was not seen
HEAD_GUESSED_WINDOW: Final = 0.2
TILT_UNCERTAINTY: Final = 5.0  # deg; 1 % of H across a head of 0.1 H
FULL_RATE_SLOW: Final = 30.0  # fps; enough for what changes over the whole action
# ratio; the window's beginning was not seen: heads are then a fifth further off
GUESSED_WINDOW_CONFIDENCE: Final = 0.5

_LANDMARKS = (Joint.EAR, Joint.EAR + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadParams(MetricParams):
    """How the head of an action is read and scored.

    ``limits``: percent of H. ``over_feet``: relative to the middle of the ankles. ``path_degree``: of the steady path,
    0 for a place and 1 for a straight line at constant speed. ``error_share``: of a landmark's error. ``begins_with``:
    the event at the window's beginning, an estimate where it was not found. ``always_estimated``: there is no such
    event. ``eye_line``: degrees of tilt in a front view.
    """

    limits: Limits
    over_feet: bool
    path_degree: int
    error_share: float
    begins_with: EventName | None = None
    always_estimated: bool = False
    eye_line: Limits = EYE_LINE_TILT

    def lacks_beginning(self, action: Action) -> bool:
        """Whether the event at the window's beginning was looked for and not found."""
        return self.begins_with is not None and self.begins_with not in action.instants


def head_stability(scene: Scene, params: HeadParams) -> RawMeasurement | NotMeasured:
    """RMS displacement of the middle of the ears over the action from its steady path, percent of H.

    A bowler's path is the straight line and constant speed that fit the run-up best, back-foot contact to release; any
    other player's is the mean place relative to the middle of the ankles. In a front view the mean tilt of the eye line
    lowers the score.

    Uncertainty: of the landmarks, and a share of the value for a window that may begin or end too early or too late.
    """
    motion, window = scene.motion, scene.action.window
    if params.lacks_beginning(scene.action) and scene.action.first <= 0:
        return NotMeasured("The video starts too late: the head is measured from the landing of the back foot.")
    head = motion.middle(Joint.EAR)[window]
    place = head - motion.middle(Joint.ANKLE)[window] if params.over_feet else head
    present = np.isfinite(place.sum(axis=1))
    if np.count_nonzero(present) < th.MIN_SAMPLES:
        return NotMeasured("The head or the feet are hidden for too much of the action.")
    value, away = _unsteadiness(scene, place, present, params.path_degree)
    landmarks = th.Z90 * 100.0 * landmark_error(scene) * params.error_share
    uncertainty = math.hypot(landmarks, _window_error(scene, params) * value)
    coverage = int(np.count_nonzero(present)) / len(present)
    return RawMeasurement(
        window=window,
        value=value,
        uncertainty=uncertainty,
        limits=(
            *base_limits(scene, _LANDMARKS, FULL_RATE_SLOW, window),
            Limit(coverage, "the head or the feet are hidden for too much of the action"),
            Limit(_window_confidence(scene, params), "the moment at which the action begins is not certain"),
        ),
        rules=(limit_rule(value, uncertainty, params.limits), *_eye_line_rule(scene, params.eye_line)),
        series=away,
        scores=np.array([falling(float(distance), params.limits) for distance in away]),
        target=params.limits,
    )


def _window_error(scene: Scene, params: HeadParams) -> float:
    """Share of the value; more where the window's beginning is an estimate."""
    estimated = params.always_estimated or params.lacks_beginning(scene.action)
    return HEAD_GUESSED_WINDOW if estimated else HEAD_WINDOW


def _window_confidence(scene: Scene, params: HeadParams) -> float:
    """How sure the window's beginning is."""
    if params.always_estimated:
        return GUESSED_WINDOW_CONFIDENCE
    if params.begins_with is None:
        return 1.0
    beginning = scene.action.instants.get(params.begins_with)
    return GUESSED_WINDOW_CONFIDENCE if beginning is None else beginning.confidence


def _unsteadiness(scene: Scene, place: FloatArray, present: BoolArray, degree: int) -> tuple[float, FloatArray]:
    """RMS distance of ``place`` (window, 2) from its steady path, and the distance at each sample, percent of H.

    The path is fitted and the mean taken over even times from the window's first to its last instant, so that neither
    depends on where the frames happen to lie.
    """
    t_s, seen = scene.motion.t_s[scene.action.window], place[present]
    first = max(time_at(scene.motion, scene.action.first), float(t_s[present][0]))
    last = min(time_at(scene.motion, scene.action.last), float(t_s[present][-1]))
    even_s: FloatArray = np.linspace(first, last, HEAD_TIMES)
    curve = np.stack([filters.resample(t_s[present], seen[:, axis], even_s) for axis in (0, 1)], axis=1)
    fit = np.linalg.lstsq(np.vander(even_s - first, degree + 1), curve, rcond=None)[0]
    rest = curve - np.vander(even_s - first, degree + 1) @ fit
    away = np.linalg.norm(place - np.vander(t_s - first, degree + 1) @ fit, axis=1)
    # The window's outermost frames may lie before the action and after it.
    away[(t_s < first) | (t_s > last)] = np.nan
    percent = 100.0 / scene.motion.scale
    return float(np.sqrt((rest**2).sum(axis=1).mean())) * percent, away * percent


def _eye_line_rule(scene: Scene, limits: Limits) -> tuple[Rule, ...]:
    """The rule on the mean angle of the line through the ears against the horizontal, in a front view.

    Said to be one or not, a head that is seen from the side shows no line to speak of: its ears cover one another.
    """
    line = (scene.motion.smooth[:, Joint.EAR] - scene.motion.smooth[:, Joint.EAR + 1])[scene.action.window]
    if scene.view.value is not CameraView.FRONT or not np.isfinite(line).all(axis=1).any():
        return ()
    if np.nanmedian(np.linalg.norm(line, axis=1)) < EARS_APART * scene.motion.scale:
        return ()
    tilt = np.degrees(np.arctan2(np.abs(line[:, 1]), np.abs(line[:, 0])))
    most = scene.action.start + int(np.nanargmax(tilt))
    return (limit_rule(float(np.nanmean(tilt)), TILT_UNCERTAINTY, limits, most, unit="deg"),)


METRIC: Final = MetricSpec(
    name="head_stability_score",
    title="Head stability",
    noun="head",
    description=(
        "How far the head leaves its steady path during the action: a straight line at a constant speed for a bowler, a"
        " place over the feet for anybody else."
    ),
    unit="percent_H",
    measure=by_params(HeadParams, head_stability),
    code="HEAD_MOVEMENT",
    required=True,
    by_view=True,
)
