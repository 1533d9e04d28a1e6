"""A bowling action side-on: ball release, then the feet backwards from it.

Events are read from unsmoothed landmarks, since a low-pass filter moves fast joints at the events.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines import foot_contact
from cricksy.analysis.disciplines.bowling_arm import (
    ARC,
    Arc,
    ArcParams,
    both_hands_high,
    find_arcs,
    least_cosine,
    straightness,
)
from cricksy.analysis.disciplines.landing import CONTACT, ContactParams
from cricksy.analysis.events import (
    Action,
    Instant,
    NoContact,
    TimeEstimate,
    certainty,
    fractional_index,
    parted,
    samples_between,
    samples_near,
    time_at,
)
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import NOSE, Joint, Side
from cricksy.analysis.track import BoolArray, FloatArray
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline

# deg; below the horizontal: the ball's first direction, and the hand's. A ball of 30 m/s that leaves a hand 2.2 m up
# and pitches 14 m on drops 1.1 m by gravity, which leaves 1.1 m over 14 m.
BALL_DESCENT: Final = 5.0
# Hz; the hand's direction is that of its path in 1/60 s: 0.15 H, forty times the jitter
DIRECTION_RATE_HZ: Final = 60.0
RELEASE_SAMPLING: Final = 0.25  # frames; error of the curve between two samples of a fast arm, nine in ten
# deg; of arm: half of what separates a full ball of 28 m/s from a short one of 36 m/s
RELEASE_SPREAD: Final = 3.0
# s; provisional: around the moment the arm passes RELEASE_ANGLE, in which the hand's direction is followed
RELEASE_NEAR_S: Final = 0.2
# ratio; provisional: of an arm that bowls over a delivery stride; a contact that is found adds to it
DELIVERY_CONFIDENCE: Final = 0.8
FACING_S: Final = 0.2  # s; provisional: before release, in which face and feet point to where the ball goes
OVERHEAD_S: Final = 0.15  # s; provisional: from the fastest wrist to the highest one, front-on
# s; a bowling arm takes 0.3 from beside the trunk to the top, twice that in slow motion
OVERHEAD_UP_S: Final = 0.6
OVERHEAD_TOP_S: Final = 0.05  # s; provisional: a fast arm is not as high for longer
OVERHEAD_UNCERTAINTY_S: Final = 0.04  # s; provisional: a bowling arm takes as long over the last 40° to the top
# s; before the top, in which the arm is straight: a bowling one takes as long from the level to the top
OVERHEAD_STRAIGHT_S: Final = 0.12
OVERHEAD_DOWN_S: Final = 0.3  # s; provisional: from release until the hand is below the shoulder
# H; provisional: foot to foot at release; 75–85 % of height is usual (Spratford 2016)
DELIVERY_STRIDE: Final = 0.3
# H/s; of the hips towards the target before release: real deliveries do 1.1–3.4, half of that in slow motion
DELIVERY_RUN_UP: Final = 0.5
RUN_UP_S: Final = 0.4  # s; before release: the delivery stride and the last of the run
UNSEEN_STRIDE_S: Final = 0.2  # s; usual from back-foot to front-foot contact, where the first was not seen
# s; usual from back-foot contact to release, where neither contact was seen: 0.2 and 0.13
UNSEEN_DELIVERY_S: Final = 0.33


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    ball_descent: float = BALL_DESCENT
    release_spread: float = RELEASE_SPREAD
    stride: float = DELIVERY_STRIDE
    run_up: float = DELIVERY_RUN_UP
    confidence: float = DELIVERY_CONFIDENCE
    arc: ArcParams = ARC
    contact: ContactParams = CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class OverheadParams:
    """The same of a delivery that comes at the camera or goes away from it."""

    near_s: float = OVERHEAD_S
    up_s: float = OVERHEAD_UP_S
    down_s: float = OVERHEAD_DOWN_S
    straight_s: float = OVERHEAD_STRAIGHT_S
    uncertainty_s: float = OVERHEAD_UNCERTAINTY_S


DELIVERY: Final = DeliveryParams()
TOLD_DELIVERY: Final = DeliveryParams(arc=ArcParams(straightness=th.TOLD_STRAIGHTNESS))
"""Of one who is said to bowl."""
OVERHEAD: Final = OverheadParams()


@dataclass(frozen=True, slots=True)
class BallRelease:
    """A candidate for ball release: the arm, the direction of the target along x, and when.

    ``plane_cosine``: see :func:`.bowling_arm.least_cosine`. ``run_up``: speed of the hips towards the target before it,
    in H/s; NaN where they are hidden.
    """

    arm: Side
    towards: int
    plane_cosine: float
    run_up: float
    instant: Instant


def find_delivery(motion: Motion, params: DeliveryParams = DELIVERY) -> Action | None:
    """The delivery with the most convincing release; ``None`` where no arm bowls or no stride goes with it.

    Where a foot is out of the image, the run-up stands for the stride, and the delivery is less sure.
    """
    found = [_delivery(motion, release, params) for release in find_releases(motion, params)]
    deliveries = [action for action in found if action is not None]
    return max(deliveries, key=lambda action: action.discipline_confidence, default=None)


def beginning(motion: Motion, instants: Mapping[EventName, Instant]) -> float:
    """The index, between samples, at which a delivery's back foot comes down; where that was not found, about then.

    The motion's first one where it begins later.
    """
    back, contact = instants.get("back_foot_contact"), instants.get("front_foot_contact")
    if back is not None:
        return back.index
    known, before_s = (contact, UNSEEN_STRIDE_S) if contact else (instants["ball_release"], UNSEEN_DELIVERY_S)
    return fractional_index(motion, time_at(motion, known.index) - before_s)


def find_releases(motion: Motion, params: DeliveryParams = DELIVERY) -> list[BallRelease]:
    """Every moment where an arm comes over as a bowling arm does, across the image in either direction."""
    found = [
        _release(motion, arc, towards, params) for towards in (1, -1) for arc in find_arcs(motion, towards, params.arc)
    ]
    return [release for release in found if not release.plane_cosine < th.LEAST_COSINE]


def _release(motion: Motion, arc: Arc, towards: int, params: DeliveryParams) -> BallRelease:
    """Where the hand moves as the ball will fly: ``ball_descent`` below the horizontal."""
    t_s, top = motion.t_s[arc.samples], slice(arc.top, arc.top + 2)
    over_s = float(np.interp(th.RELEASE_ANGLE, arc.angle[top], t_s[top]))
    hand = _hand_descends(motion, arc, towards, over_s, params)
    timing = hand or TimeEstimate(over_s, th.EVENT_HALF_SURE_S)
    near = np.abs(t_s - timing.t_s) <= th.EVENT_NEAR_S
    seen = (arc.of(motion.visibility, Joint.ELBOW) + arc.of(motion.visibility, Joint.WRIST))[near] / 2
    frames = len(samples_near(motion, timing.t_s))
    votes = [float(seen[arc.sides[near] == side].sum()) for side in Side]
    confidence = min(sum(votes) / frames, certainty(timing.uncertainty_s), th.CERTAIN)
    instant = Instant(fractional_index(motion, timing.t_s), confidence, timing.uncertainty_s)
    arm, run_up = Side(int(np.argmax(votes))), _run_up(motion, timing.t_s, towards)
    return BallRelease(arm, towards, least_cosine(motion, arc), run_up, instant)


def _run_up(motion: Motion, release_s: float, towards: int) -> float:
    before = samples_between(motion, release_s - RUN_UP_S, release_s)
    hips = motion.middle(Joint.HIP)[before, 0]
    seen = np.isfinite(hips)
    if np.count_nonzero(seen) < 2:  # noqa: PLR2004 - a speed takes two places
        return math.nan
    speed, _ = filters.line(motion.t_s[before][seen], hips[seen])
    return towards * speed / motion.scale


def _hand_descends(
    motion: Motion, arc: Arc, towards: int, over_s: float, params: DeliveryParams
) -> TimeEstimate | None:
    """When the wrist's way points at ``ball_descent`` below the horizontal, near ``over_s``.

    The direction of its way from one sample to another is that half-way between them, exact on an arc.
    """
    t_s, wrist = motion.t_s[arc.samples], arc.of(motion.unfiltered, Joint.WRIST)
    later = np.searchsorted(t_s, t_s + 1.0 / DIRECTION_RATE_HZ - 0.5 / motion.rate)
    later = np.maximum(later, np.arange(len(t_s)) + 1)
    first = np.flatnonzero((later < len(t_s)) & (np.abs(t_s - over_s) <= RELEASE_NEAR_S))
    if len(first) < 2:  # noqa: PLR2004 - a crossing lies between two
        return None
    way, took_s = wrist[later[first]] - wrist[first], t_s[later[first]] - t_s[first]
    half_s = t_s[first] + took_s / 2
    down = filters.unwrap(np.degrees(np.arctan2(way[:, 1], towards * way[:, 0])))
    middle = int(np.argmin(np.abs(half_s - over_s)))
    down -= 360.0 * round(float(down[middle]) / 360.0)
    moment = filters.crossing(half_s, down, params.ball_descent, over_s)
    length = float(np.linalg.norm(way[middle])) / motion.scale
    turning = abs(float(np.median(filters.rate_of_change(half_s, down))))
    if not (abs(moment - over_s) <= th.EVENT_NEAR_S and turning > 0 and length > 0):
        return None
    wobble = math.degrees(math.sqrt(2.0) * th.LIMB_JITTER * motion.jitter / length)
    sampling_s = RELEASE_SAMPLING * float(took_s[middle])
    return TimeEstimate(moment, math.hypot(sampling_s, math.hypot(th.Z90 * wobble, params.release_spread) / turning))


def _delivery(motion: Motion, release: BallRelease, params: DeliveryParams) -> Action | None:
    towards, key = release.towards, release.instant
    release_s, near_s = time_at(motion, key.index), th.EVENT_NEAR_S
    # Half a sweep may be that of an arm which goes past the camera.
    if _looks_away(motion, release) or (math.isnan(release.plane_cosine) and not release.run_up >= params.run_up):
        return None
    before = samples_between(motion, release_s - near_s, release_s)
    feet_x = towards * motion.unfiltered[before, Joint.ANKLE : Joint.ANKLE + 2, 0]
    if np.isnan(feet_x).all(axis=0).any():
        return _footless_delivery(motion, release, params)
    ahead = np.nanmedian(feet_x, axis=0)
    front = Side(int(np.argmax(ahead)))
    stride = abs(float(ahead[0] - ahead[1])) / motion.scale
    contact = foot_contact.front_contact(motion, towards, key, params=params.contact)
    if isinstance(contact, NoContact) and stride < params.stride:
        return None
    looked_for: dict[EventName, Instant | NoContact] = {"ball_release": key, "front_foot_contact": contact}
    sure = params.confidence
    if isinstance(contact, Instant):
        looked_for["back_foot_contact"] = foot_contact.back_contact(motion, towards, contact, params.contact)
        sure = max(sure, contact.confidence)
    instants, no_contact = parted(looked_for)
    confidence = min(key.confidence, sure)
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=confidence,
        key_event=key,
        first=beginning(motion, instants),
        last=key.index,
        towards=towards,
        plane_cosine=None if math.isnan(release.plane_cosine) else release.plane_cosine,
        front=front,
        arm=release.arm,
        instants=instants,
        no_contact=no_contact,
    )


def _footless_delivery(motion: Motion, release: BallRelease, params: DeliveryParams) -> Action | None:
    """The delivery of a bowler who runs towards his target; its front leg is the one opposite to the bowling arm."""
    if not release.run_up >= params.run_up:
        return None
    instants: dict[EventName, Instant] = {"ball_release": release.instant}
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=min(release.instant.confidence, th.OFF_VIEW_CONFIDENCE),
        key_event=release.instant,
        first=beginning(motion, instants),
        last=release.instant.index,
        towards=release.towards,
        plane_cosine=None if math.isnan(release.plane_cosine) else release.plane_cosine,
        front=release.arm.other,
        arm=release.arm,
        instants=instants,
        no_contact={"back_foot_contact": NoContact.HIDDEN, "front_foot_contact": NoContact.HIDDEN},
    )


def _looks_away(motion: Motion, release: BallRelease) -> bool:
    """Whether face and feet point away from where the ball would go: the arm circles backwards.

    So do the arms of one who warms up, and every arm of a video that runs backwards.
    """
    release_s = time_at(motion, release.instant.index)
    before = samples_between(motion, release_s - FACING_S, release_s)
    x = release.towards * motion.unfiltered[before, :, 0]
    face = x[:, NOSE] - (x[:, Joint.EAR] + x[:, Joint.EAR + 1]) / 2
    feet = x[:, Joint.TOE : Joint.TOE + 2] - x[:, Joint.HEEL : Joint.HEEL + 2]
    ahead = [float(np.nanmedian(part)) for part in (face, feet) if np.isfinite(part).any()]
    return bool(ahead) and max(ahead) < 0.0


def find_overhead(motion: Motion, speed: FloatArray, params: OverheadParams = OVERHEAD, *, told: bool) -> Action | None:
    """A delivery whose arm does not go across the image: filmed from the front or from behind.

    Release is read where the faster wrist is highest, near the moment of greatest wrist ``speed`` (n,) in H/s. The
    front leg is the one opposite to the bowling arm. The feet come straight at the camera, so their contacts are not
    found. One who runs across the image is no such bowler: his release was hidden. Unless the coach ``told`` that it
    is bowling, the arm must be straight and come over from low beside the trunk to below the shoulder, as it does in no
    throw or stroke, and alone, unlike in a jumping jack.
    """
    if not np.isfinite(speed).any() or np.nanmax(speed) < th.ACTION_SPEED:
        return None
    near = np.abs(motion.t_s - motion.t_s[int(np.nanargmax(speed))]) <= params.near_s
    rise = motion.unfiltered[:, NOSE, 1][:, None] - motion.unfiltered[:, Joint.WRIST : Joint.WRIST + 2, 1]
    rise[~near] = np.nan
    if not np.isfinite(rise).any() or np.nanmax(rise) < th.RELEASE_WRIST_ABOVE * motion.scale:
        return None
    place, side = np.unravel_index(int(np.nanargmax(rise)), rise.shape)
    arm, release = Side(int(side)), int(place)
    if _runs_across(motion, near) or not (told or _comes_over(motion, arm, release, params)):
        return None
    key = Instant(float(release), th.OFF_VIEW_CONFIDENCE, params.uncertainty_s)
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=key.confidence,
        key_event=key,
        first=beginning(motion, {"ball_release": key}),
        last=key.index,
        front=arm.other,
        arm=arm,
        instants={"ball_release": key},
    )


def _runs_across(motion: Motion, near: BoolArray) -> bool:
    """Whether the hips go across the image on the samples ``near`` (n,) as a bowler's do who is filmed side-on."""
    seen = near & np.isfinite(motion.middle(Joint.HIP)[:, 0])
    if np.count_nonzero(seen) < th.MIN_SAMPLES:
        return False
    travel = np.ptp(motion.middle(Joint.HIP)[seen, 0]) / motion.scale
    return bool(travel / np.ptp(motion.t_s[seen]) >= th.SIDE_TRAVEL)


def _comes_over(motion: Motion, arm: Side, release: int, params: OverheadParams) -> bool:
    """Whether the arm is straight and alone at the top of an upright body, low shortly before and shortly after."""
    wrist, shoulder = motion.unfiltered[:, Joint.WRIST + arm, 1], motion.unfiltered[:, Joint.SHOULDER + arm, 1]
    since = motion.t_s - motion.t_s[release]
    before = (since < 0) & (since >= -params.up_s)
    after = (since > 0) & (since <= params.down_s)
    hip = motion.unfiltered[:, Joint.HIP + arm, 1]
    rises = (wrist[before] > (shoulder + hip)[before] / 2).any()
    somersault = (hip[before] < shoulder[before]).any()
    falls = (wrist[after] > shoulder[after]).any()
    lifted = (since <= 0) & (since >= -params.straight_s)
    straight = straightness(motion, np.flatnonzero(lifted), np.full(np.count_nonzero(lifted), int(arm)))
    straight = straight[np.isfinite(straight)]
    release_s = float(motion.t_s[release])
    at_top = samples_between(motion, release_s - OVERHEAD_TOP_S, release_s + OVERHEAD_TOP_S)
    alone = not both_hands_high(motion, at_top)
    is_straight = len(straight) > 0 and np.median(straight) >= th.RELEASE_STRAIGHTNESS
    return bool(rises and falls and alone and not somersault and is_straight)
