"""Head stability: how far the head leaves its own steady path, in percent of body scale."""

import math

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import time_at
from cricksy.analysis.landmarks import Joint
from cricksy.analysis.metrics.reading import Measured, Reading, Rule, falling, limit_rule, measured, missing
from cricksy.analysis.metrics.scene import Scene, base_confidence, landmark_error
from cricksy.analysis.track import BoolArray, FloatArray
from cricksy.vocabulary import CameraView

_LANDMARKS = (Joint.EAR, Joint.EAR + 1)


def head_stability(scene: Scene) -> Measured:
    """RMS displacement of the middle of the ears over the action, percent of H.

    Bowling: from the straight line and steady speed that fit the run-up best, back-foot contact to release. Else:
    relative to the middle of the ankles, from its mean. In a front view the mean tilt of the eye line lowers the score.

    Error: of the landmarks, and a share of the value for a window that may begin or end too early or too late.
    """
    motion, window = scene.motion, scene.action.window
    if _is_guessed(scene) and scene.action.first <= 0:
        return missing("percent_H", "The film begins too late: the head is judged from the back foot's contact on.")
    head = motion.middle(Joint.EAR)[window]
    place = head if scene.bowling else head - motion.middle(Joint.ANKLE)[window]
    present = np.isfinite(place.sum(axis=1))
    if np.count_nonzero(present) < th.MIN_SAMPLES:
        return missing("percent_H", "The head or the feet are hidden for too much of the action.")
    value, away = _unsteadiness(scene, place, present)
    share = th.HEAD_BOWLING_SHARE if scene.bowling else th.HEAD_ERROR_SHARE
    error = math.hypot(th.Z90 * 100.0 * landmark_error(scene) * share, _window_error(scene) * value)
    limits = th.HEAD_BOWLING if scene.bowling else th.HEAD_OTHER
    coverage = int(np.count_nonzero(present)) / len(present)
    reading = Reading(
        value=value,
        error=error,
        confidence=min(
            base_confidence(scene, _LANDMARKS, th.FULL_RATE_SLOW, window), coverage, _window_confidence(scene)
        ),
        rules=(limit_rule(value, error, "percent_H", limits), *_eye_line_rule(scene)),
        series=away,
        scores=np.array([falling(float(distance), limits) for distance in away]),
    )
    return measured(scene, window, "percent_H", reading)


def _window_error(scene: Scene) -> float:
    """Share of the value; more where the window's beginning was not seen but reckoned from the release."""
    return th.HEAD_GUESSED_WINDOW if scene.generic or _is_guessed(scene) else th.HEAD_WINDOW


def _is_guessed(scene: Scene) -> bool:
    """Whether a delivery's beginning was not seen but reckoned from what was."""
    return scene.bowling and "back_foot_contact" not in scene.action.instants


def _window_confidence(scene: Scene) -> float:
    """How sure the window's beginning is: a delivery's is the back foot's contact."""
    if scene.generic:
        return th.GUESSED_WINDOW_CONFIDENCE
    if not scene.bowling:
        return 1.0
    contact = scene.action.instants.get("back_foot_contact")
    return th.GUESSED_WINDOW_CONFIDENCE if contact is None else contact.confidence


def _unsteadiness(scene: Scene, place: FloatArray, present: BoolArray) -> tuple[float, FloatArray]:
    """RMS distance of ``place`` (window, 2) from its steady path, and the distance at each sample, percent of H.

    The path is fitted and the mean taken over even times from the window's first to its last instant, so that neither
    depends on where the frames happen to lie.
    """
    t_s, seen = scene.motion.t_s[scene.action.window], place[present]
    first = max(time_at(scene.motion, scene.action.first), float(t_s[present][0]))
    last = min(time_at(scene.motion, scene.action.last), float(t_s[present][-1]))
    even_s: FloatArray = np.linspace(first, last, th.HEAD_TIMES)
    curve = np.stack([filters.resample(t_s[present], seen[:, axis], even_s) for axis in (0, 1)], axis=1)
    degree = 1 if scene.bowling else 0
    fit = np.linalg.lstsq(np.vander(even_s - first, degree + 1), curve, rcond=None)[0]
    rest = curve - np.vander(even_s - first, degree + 1) @ fit
    away = np.linalg.norm(place - np.vander(t_s - first, degree + 1) @ fit, axis=1)
    # The window's outermost frames may lie before the action and after it.
    away[(t_s < first) | (t_s > last)] = np.nan
    percent = 100.0 / scene.motion.scale
    return float(np.sqrt((rest**2).sum(axis=1).mean())) * percent, away * percent


def _eye_line_rule(scene: Scene) -> tuple[Rule, ...]:
    """The rule on the mean angle of the line through the ears against the horizontal, in a front view.

    Said to be one or not, a head that is seen from the side shows no line to speak of: its ears cover one another.
    """
    line = (scene.motion.smooth[:, Joint.EAR] - scene.motion.smooth[:, Joint.EAR + 1])[scene.action.window]
    if scene.view.value is not CameraView.FRONT or not np.isfinite(line).all(axis=1).any():
        return ()
    if np.nanmedian(np.linalg.norm(line, axis=1)) < th.EARS_APART * scene.motion.scale:
        return ()
    tilt = np.degrees(np.arctan2(np.abs(line[:, 1]), np.abs(line[:, 0])))
    most = scene.action.start + int(np.nanargmax(tilt))
    return (limit_rule(float(np.nanmean(tilt)), th.TILT_ERROR, "deg", th.EYE_LINE_TILT, most),)
