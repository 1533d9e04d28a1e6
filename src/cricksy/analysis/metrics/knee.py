"""Front-knee brace: what the front leg does from contact to release, or at impact."""

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import numpy as np

from cricksy.analysis import body, filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import MetricParams
from cricksy.analysis.events import Instant, fractional_index, time_at, value_at
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
from cricksy.analysis.metrics.no_contact import no_front_contact
from cricksy.analysis.metrics.scoring import (
    Limit,
    Limits,
    NotMeasured,
    RawMeasurement,
    Rule,
    Target,
    limit_rule,
    rule,
    score,
)
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray
from cricksy.vocabulary import CameraView

# s; two frames of 60 fps to either side: a movement of 6 Hz loses 1 %, one of 12 Hz a sixth
LEG_FIT_S: Final = 0.034
# s; before contact: the middle of the last interval of 30 fps, which any video shows
LANDING_S: Final = 1 / 60
# deg; by which a synthetic knee extends in LANDING_S: more, and the foot lands later
LANDING_RISE: Final = 7.0
# frames; after contact until which a frame counts as before it: contact is known no better
LANDING_LATE: Final = 0.25
# deg; provisional: straighter is faster (Portus 2004, Worthington 2013). The fault line, 133, lies two errors of 16
# below the best: at 145 the copies of one film fell on either side of it in four of eight real deliveries.
KNEE_RELEASE: Final = (165.0, 101.0)
# deg; flexion after contact: 10 is the flexor rule of Portus 2004; the fault line, 36, lies as far from it
KNEE_COLLAPSE: Final = (10.0, 62.0)
KNEE_CLASS: Final = 10.0  # deg; the rule that separates brace, flexor and extender (Portus 2004)
# fps; a knee turns by 300°/s after contact: from one image to the next by less than a third of the rule's 10°
CLASS_RATE: Final = 100.0
KNEE_IMPACT_FLEXION: Final = (5.0, 20.0, 65.0, 95.0)  # deg; provisional: a front knee bent under the head
KNEE_UNCERTAINTY_UNSEEN: Final = 16.0  # deg; provisional: a leg outside the image is a guess
KNEE_WORST_UNCERTAINTY: Final = 60.0  # deg; an interval of 120 holds every knee from straight to fully bent
# ratio; a batter's front knee points half-way between bowler and camera: of its bend synthetic ones show 0.69 in the
# middle. With this value 17 in 20 lie within their error, and none is judged: they hardly beat a constant.
BATTING_KNEE_COSINE: Final = 0.5
OUT_OF_PLANE_UNCERTAINTY: Final = 20.0  # deg; where the view is not side-on: foreshortening costs 6–29

_KNEE_GAIN: Final = math.sqrt(1 / body.THIGH**2 + 1 / body.SHANK**2 + (1 / body.THIGH + 1 / body.SHANK) ** 2)
"""Radians of a straight knee by which hip, ankle and knee turn it when each lies 1 H off, at random."""

FloatOrArray = TypeVar("FloatOrArray", float, FloatArray)

KneeClass = Literal["brace", "flexor", "extender", "flexor_extender"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KneeParams(MetricParams):
    """How the front knee of an action is read and scored.

    ``flexion``: the value is how far the knee is bent, 0 straight, instead of its angle, 180 straight. ``target``: of
    the value, degrees. ``collapse``: of the flexion since the front foot's contact; without, nothing hangs on that
    contact. ``cosine``: of the angle between the image and the plane in which the knee bends; ``None``: that of the
    way to the target.
    """

    flexion: bool
    target: Target
    collapse: Limits | None = None
    cosine: float | None = None

    def of(self, angle: FloatOrArray) -> FloatOrArray:
        """The value of a knee with this angle, 180 straight."""
        return 180.0 - angle if self.flexion else angle


@dataclass(frozen=True, slots=True)
class KneeAction:
    """The front knee of a delivery in degrees, 180 straight; ``None`` where contact was not found.

    ``kind``: ``None`` also where contact is not known to the frame, or those are fewer a second than
    ``CLASS_RATE``. ``most_bent``: the sample between contact and release on which it is.
    """

    contact: float | None
    least: float | None
    release: float
    kind: KneeClass | None
    most_bent: int | None

    @property
    def flexion(self) -> float | None:
        """Degrees that the knee gave way after contact."""
        return None if self.contact is None or self.least is None else self.contact - self.least


def front_knee(scene: Scene, params: KneeParams) -> RawMeasurement | NotMeasured:
    """Bowling: knee angle at release, 180 straight. Batting: flexion at impact, 0 straight. Degrees in the image.

    A delivery's score is the worse of the angle at release and the flexion since contact. For another action the angle
    of the more bent leg counts.

    Uncertainty: see :func:`_uncertainty`; about ± 8° side-on. Confidence is at most the square of the leg's cosine to
    the image: by the cosine itself, synthetic deliveries filmed at 60° were sure of wrong knees.
    """
    leg = _front_leg(scene, params)
    if isinstance(leg, NotMeasured):
        return leg
    window, moment, at = _window(scene), key_moment(scene), round(scene.action.key_event.index)
    series = params.of(_read_angles(scene, leg, window))
    series[at] = params.of(leg.at_key)
    limits = (
        *base_limits(scene, leg.landmarks, th.FULL_RATE_FAST, moment),
        view_limit(scene, (CameraView.SIDE,)),
        Limit(_leg_cosine(scene, params) ** 2, TOO_OBLIQUE if params.cosine is None else INEXACT),
        *_contact_limits(scene, params),
    )
    return RawMeasurement(
        window=window,
        value=params.of(leg.at_key),
        uncertainty=leg.uncertainty,
        limits=limits,
        rules=_rules(scene, params, leg),
        series=series[window],
        scores=_scores(scene, params, series)[window],
        target=params.target,
        at=at,
    )


def knee_action(scene: Scene) -> KneeAction | None:
    """The phases of a delivery's front knee; ``None`` of another action, or where the knee was not measured."""
    params = scene.profile.params(KneeParams)
    if params is None or params.collapse is None:
        return None
    leg = _front_leg(scene, params)
    return _phases(scene, leg) if isinstance(leg, _Leg) else None


@dataclass(frozen=True, slots=True)
class _Leg:
    """The front leg: its knee over time, (n,), and at release, impact or the fastest moment; degrees, 180 straight."""

    side: Side
    angle: FloatArray
    at_key: float
    uncertainty: float

    @property
    def landmarks(self) -> list[int]:
        return _landmarks(self.side)


def _front_leg(scene: Scene, params: KneeParams) -> _Leg | NotMeasured:
    front = scene.action.front if scene.action.front is not None else _more_bent_leg(scene)
    if front is None:
        return NotMeasured("The legs are hidden at the decisive moment.")
    at_key = _angle_at(scene, front, time_at(scene.motion, scene.action.key_event.index))
    if not np.isfinite(at_key):
        return NotMeasured("The front leg is hidden at the decisive moment.")
    angle = body.knee_angle(scene.motion.smooth, front)
    uncertainty = _uncertainty(scene, _leg_cosine(scene, params), _landmarks(front), angle, at_key)
    if uncertainty > KNEE_WORST_UNCERTAINTY:
        return NotMeasured("The knee is seen at too steep an angle, or read too unsteadily, to measure.")
    return _Leg(front, angle, at_key, uncertainty)


def _landmarks(side: Side) -> list[int]:
    return [Joint.HIP + side, Joint.KNEE + side, Joint.ANKLE + side]


def _rules(scene: Scene, params: KneeParams, leg: _Leg) -> tuple[Rule, ...]:
    own = rule(params.of(leg.at_key), leg.uncertainty, params.target)
    if params.collapse is None:
        return (own,)
    phases = _phases(scene, leg)
    if phases.flexion is None:
        return (own,)
    # Both ends of a change share much of their error, so a change is no less certain than either.
    return own, limit_rule(phases.flexion, leg.uncertainty, params.collapse, phases.most_bent)


def _scores(scene: Scene, params: KneeParams, values: FloatArray) -> FloatArray:
    """(n,) how each of ``values`` (n,) scores; NaN where the front foot may be in the air: no target is about that."""
    contact, key = scene.action.instants.get("front_foot_contact"), scene.action.key_event.index
    unknown = scene.action.first if params.collapse is None else key
    down = unknown if contact is None else contact.index
    scores = np.full(len(values), np.nan)
    for i in range(min(math.ceil(down), round(key)), round(key) + 1):
        scores[i] = score(float(values[i]), params.target)
    return scores


def _phases(scene: Scene, leg: _Leg) -> KneeAction:
    """Angle at contact, the least from then until release, and the class by the ±10° rule (Portus 2004)."""
    angle, release = leg.angle, leg.at_key
    contact = scene.action.instants.get("front_foot_contact")
    if contact is None:
        return KneeAction(None, None, release, None, None)
    at_contact, stands = _landing(scene, leg.side, contact)
    standing = slice(stands, int(np.floor(scene.action.key_event.index)) + 1)
    if not np.isfinite(angle[standing]).any() or not np.isfinite(at_contact):
        return KneeAction(None, None, release, None, None)
    most_bent = stands + int(np.nanargmin(angle[standing]))
    least = min(at_contact, float(angle[most_bent]), release)
    # A contact that the coach has set is known to a frame on either side.
    is_exact = scene.motion.rate >= CLASS_RATE and round(contact.uncertainty_s * scene.motion.rate, 6) <= 1.0
    kind = classify(at_contact - least, release - least) if is_exact else None
    return KneeAction(at_contact, least, release, kind, most_bent)


def _landing(scene: Scene, front: Side, contact: Instant) -> tuple[float, int]:
    """Degrees of a knee as its foot lands, NaN where hidden, and the first sample on which the leg carries the player.

    The knee extends until contact and gives way at once. That peak falls between the frames of a video of 30 a second,
    and a low-pass filter rounds it off by 3–6°; what leads up to it shows at any rate. So it is read from unsmoothed
    landmarks a little before contact. Where the knee extends on after it, by more than that, the foot landed later:
    contact is uncertain.
    """
    motion, contact_s = scene.motion, time_at(scene.motion, contact.index)
    angle = body.knee_angle(motion.unfiltered, front)
    last = int(np.searchsorted(motion.t_s, contact_s + LANDING_LATE / motion.rate, side="right")) - 1
    before = value_at(angle, min(fractional_index(motion, contact_s - LANDING_S), last))
    stands, key = int(np.ceil(contact.index)), int(np.floor(scene.action.key_event.index))
    latest = int(np.searchsorted(motion.t_s, contact_s + contact.uncertainty_s, side="right"))
    after = angle[stands : min(latest, key + 1)]
    if np.isfinite(after).any() and np.nanmax(after) >= before + LANDING_RISE:
        return float(np.nanmax(after)), stands + int(np.nanargmax(after))
    return before, stands


def _angle_at(scene: Scene, front: Side, at_s: float) -> float:
    """Degrees of a knee between two frames, from unsmoothed landmarks: a low-pass filter costs it 1° at the events.

    An action that is not recognised has no event. Its moment asks for no sharp turn, so nothing is worth their jitter:
    a thigh that points at the camera looks so short that it turns the knee by 8°.
    """
    if not scene.profile.events:
        smooth = body.knee_angle(scene.motion.smooth, front)
        return value_at(smooth, fractional_index(scene.motion, at_s))
    places = scene.motion.unfiltered[:, _landmarks(front)].reshape(-1, 6)
    hip, knee, ankle = filters.cubic_at(scene.motion.t_s, places, at_s, LEG_FIT_S).reshape(3, 2)
    return float(body.joint_angle(hip, knee, ankle))


def _read_angles(scene: Scene, leg: _Leg, window: slice) -> FloatArray:
    """(n,) degrees of the knee in the window, read as the value is; at an end of the video, and outside, smoothed."""
    read = leg.angle.copy()
    for sample in range(window.start, min(window.stop, len(read))):
        angle = _angle_at(scene, leg.side, float(scene.motion.t_s[sample]))
        read[sample] = angle if np.isfinite(angle) else read[sample]
    return read


def classify(flexion: float, extension: float) -> KneeClass:
    """By how far the knee bent after contact and straightened again before release, in degrees."""
    bends, straightens = flexion >= KNEE_CLASS, extension >= KNEE_CLASS
    if bends:
        return "flexor_extender" if straightens else "flexor"
    return "extender" if straightens else "brace"


def _more_bent_leg(scene: Scene) -> Side | None:
    key_s = time_at(scene.motion, scene.action.key_event.index)
    at_key = [_angle_at(scene, side, key_s) for side in Side]
    return Side(int(np.nanargmin(at_key))) if np.isfinite(at_key).any() else None


def _window(scene: Scene) -> slice:
    contact = scene.action.instants.get("front_foot_contact")
    start = scene.action.start if contact is None else int(np.floor(contact.index))
    return slice(min(start, round(scene.action.key_event.index)), scene.action.end + 1)


def _contact_limits(scene: Scene, params: KneeParams) -> tuple[Limit, ...]:
    if params.collapse is None:
        return ()
    contact = scene.action.instants.get("front_foot_contact")
    if contact is None:
        return (Limit(th.UNSEEN_CONFIDENCE, no_front_contact(scene)),)
    return (Limit(contact.confidence, "the landing of the front foot is not certain"),)


def _leg_cosine(scene: Scene, params: KneeParams) -> float:
    """Least likely cosine of the angle between the image and the plane in which the front knee bends."""
    return scene.plane_cosine if params.cosine is None else params.cosine


def _uncertainty(scene: Scene, cosine: float, leg: list[int], angle: FloatArray, at_key: float) -> float:
    """In quadrature: landmarks, a leg out of the image's plane, a guessed ankle and the event's own uncertainty.

    A knee bent by b that is filmed at an angle of cosine c shows no more than about b · c of it.
    """
    landmarks = th.Z90 * math.degrees(landmark_error(scene) * _KNEE_GAIN)
    bend = 180.0 - at_key
    plane = bend * (1.0 / cosine - 1.0)
    # A view that the coach named and the video denies counts as the video shows it.
    side_on = scene.view.value is CameraView.SIDE and scene.view.confidence > th.OFF_VIEW_CONFIDENCE
    aside = 0.0 if side_on else OUT_OF_PLANE_UNCERTAINTY
    seen = scene.motion.inside[round(scene.action.key_event.index), leg].all()
    guessed = 0.0 if seen else KNEE_UNCERTAINTY_UNSEEN
    return math.hypot(landmarks, plane, aside, guessed, timing_share(scene, angle))


METRIC: Final = MetricSpec(
    name="front_knee_brace_score",
    title="Front knee",
    noun="front knee",
    description="How the front knee bends: from front-foot contact to release, or at impact.",
    unit="deg",
    measure=by_params(KneeParams, front_knee),
    code="KNEE_COLLAPSE",
    required=True,
)
