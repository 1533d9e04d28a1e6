"""Balance: where the centre of mass is between the feet."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import body
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import MetricParams
from cricksy.analysis.events import value_at
from cricksy.analysis.metrics.base import MetricSpec, by_params
from cricksy.analysis.metrics.confidence import (
    INEXACT,
    TOO_OBLIQUE,
    Scene,
    base_limits,
    key_moment,
    landmark_error,
    timing_share,
    view_limit,
)
from cricksy.analysis.metrics.scoring import Band, Limit, Limits, NotMeasured, RawMeasurement, Rule, limit_rule, rule
from cricksy.analysis.skeleton import BODY, Joint
from cricksy.analysis.track import FloatArray
from cricksy.results.measurements import EventName
from cricksy.vocabulary import CameraView

BALANCE_RELEASE: Final = (0.15, 0.5, 1.0, 1.35)  # ratio; provisional: over a braced front leg, not behind or past it
BALANCE_IMPACT: Final = (-0.1, 0.4, 1.0, 1.4)  # ratio; provisional: head and weight forward (Taliep 2007)
BALANCE_STANCE_SD: Final = (0.05, 0.3)  # ratio; provisional: weight still between the feet (Stretch 1998)
BALANCE_LATERAL: Final = (0.15, 0.6)  # ratio; provisional: front view, offset to either side over the base
MIN_BASE: Final = 0.15  # H; below it the ratio divides by landmark error
# H; of the centre of mass beside the line of the feet: an eighth of the hips' breadth
SIDEWAYS_H: Final = 0.03
GUESSED_ANKLE: Final = 2.0  # ratio; provisional: times as far off as an ankle inside the image
STANCE_SD_UNCERTAINTY: Final = 0.5  # ratio; provisional: of that at impact, as a steady error does not vary
CENTRE_SHARE: Final = 0.35  # ratio; the centre of mass is a mean of 17 landmarks: a third of the error of one
# ratio; provisional: balance in a front or rear view, which no truth has tested, is measured but not judged. A bowler
# stands over the front foot at release, so a good offset from the middle of the feet is half the base.
LATERAL_CONFIDENCE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceParams(MetricParams):
    """How the balance of an action is scored.

    ``along``: of the value along the feet at the key event; ``None`` where none is about that. ``lateral``:
    of the offset to the side. ``steady_until``: the event until which the weight stays still, and its standard
    deviation, with the limits ``stance_sd``, lowers the score.
    """

    along: Band | None
    lateral: Limits = BALANCE_LATERAL
    steady_until: EventName | None = None
    stance_sd: Limits = BALANCE_STANCE_SD


def balance_drift(scene: Scene, params: BalanceParams) -> RawMeasurement | NotMeasured:
    """Ratio ((CoM - back foot)·u) / ((front foot - back foot)·u): 0 over the back foot, 1 over the front one.

    Its value at release or impact; a batter's standard deviation before the backlift lowers the score. In a front or
    rear view, and for another action: the offset in the image of the centre of mass from the middle of the feet over
    the base's width. A view that the video does not deny decides which of them it is. Not measured where no view is
    known, or where one from the side does not show which foot is in front.

    Uncertainty: of both feet and of the centre of mass over the base, so it grows as the feet come together; of a
    centre of mass beside the feet, seen at an angle; and of the event.
    """
    motion, key = scene.motion, scene.action.key_event
    feet = motion.smooth[:, Joint.ANKLE : Joint.ANKLE + 2, 0]
    centre = body.centre_of_mass(motion.smooth)[:, 0]
    base = np.abs(feet[:, 1] - feet[:, 0])
    view = scene.view.value if scene.view.confidence > th.OFF_VIEW_CONFIDENCE else None
    is_offset = params.along is None or view in (CameraView.FRONT, CameraView.BEHIND)
    front = scene.action.front if scene.action.towards and not is_offset else None
    along = front is not None
    if not along and (scene.view.value is None or not is_offset):
        return NotMeasured("The video does not show which way the player faces: film from the side.")
    base[base < MIN_BASE * motion.scale] = np.nan
    if front is None:
        ratio = np.abs(centre - feet.mean(axis=1)) / base
    else:
        ratio = np.sign(feet[:, front] - feet[:, front.other]) * (centre - feet[:, front.other]) / base
    value = value_at(ratio, key.index)
    if not np.isfinite(value):
        return NotMeasured("The feet are hidden, or too close together, at the decisive moment.")
    window, moment = scene.action.window, key_moment(scene)
    width = value_at(base, key.index) / motion.scale
    ends = math.hypot(value, 1.0 - value, CENTRE_SHARE) if along else math.hypot(0.5, 0.5, CENTRE_SHARE)
    landmarks = th.Z90 * landmark_error(scene) * ends / width * _guessed(scene, moment)
    cosine = scene.plane_cosine if along else 1.0
    sideways = SIDEWAYS_H * math.sqrt(1.0 - cosine**2) / width
    uncertainty = math.hypot(landmarks, sideways, timing_share(scene, ratio))
    target = params.lateral if params.along is None or front is None else params.along
    own = rule(value, uncertainty, target)
    # The value's target is about release or impact alone: before it the player comes over the feet, and has to.
    scores = np.full(len(ratio), np.nan)
    scores[round(key.index)] = own.score
    lateral = INEXACT if params.along is None else "this needs a video from the side"
    fitting = (CameraView.SIDE,) if along else (CameraView.FRONT, CameraView.BEHIND)
    return RawMeasurement(
        window=window,
        value=value,
        uncertainty=uncertainty,
        limits=(
            *base_limits(scene, BODY, th.FULL_RATE_FAST, moment),
            view_limit(scene, fitting),
            Limit(cosine, TOO_OBLIQUE) if along else Limit(LATERAL_CONFIDENCE, lateral),
        ),
        rules=(own, *(_steady_stance(scene, params, ratio, uncertainty) if along else ())),
        series=ratio[window],
        scores=scores[window],
        target=target,
        at=round(key.index),
    )


def _steady_stance(scene: Scene, params: BalanceParams, ratio: FloatArray, uncertainty: float) -> tuple[Rule, ...]:
    """The rule on the standard deviation of b from the stance to the top of the backlift, where that is seen."""
    top = None if params.steady_until is None else scene.action.instants.get(params.steady_until)
    if top is None:
        return ()
    stance = ratio[scene.action.start : round(top.index) + 1]
    if np.count_nonzero(np.isfinite(stance)) < th.MIN_SAMPLES:
        return ()
    furthest = scene.action.start + int(np.nanargmax(np.abs(stance - np.nanmean(stance))))
    sd = float(np.nanstd(stance))
    return (limit_rule(sd, STANCE_SD_UNCERTAINTY * uncertainty, params.stance_sd, furthest),)


def _guessed(scene: Scene, moment: slice) -> float:
    """Factor of the uncertainty where an ankle lies outside the image and is the model's guess, else 1."""
    return 1.0 if scene.motion.inside[moment, Joint.ANKLE : Joint.ANKLE + 2].all() else GUESSED_ANKLE


METRIC: Final = MetricSpec(
    name="balance_drift_score",
    title="Balance",
    noun="balance",
    description="Where the centre of mass is over the base of support.",
    unit="ratio",
    measure=by_params(BalanceParams, balance_drift),
    code="BALANCE_DRIFT",
    required=True,
    by_view=True,
)
