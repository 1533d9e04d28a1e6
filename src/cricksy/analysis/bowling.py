"""A bowling action side-on: ball release, then the feet backwards from it.

Events are read from unsmoothed landmarks, since a low-pass filter moves fast joints at the events.
"""

import math
from dataclasses import dataclass

import numpy as np

from cricksy.analysis import body, feet, filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Action, Instant, certainty, first_sample, fractional_index, time_at
from cricksy.analysis.landmarks import NOSE, Joint, Side
from cricksy.analysis.signals import Motion
from cricksy.analysis.track import FloatArray
from cricksy.results import EventName
from cricksy.vocabulary import Discipline


@dataclass(frozen=True, slots=True)
class Release:
    """A candidate for ball release: the arm, the direction of the target along x, and when."""

    arm: Side
    towards: int
    instant: Instant


def find_delivery(motion: Motion) -> Action | None:
    """The delivery with the most convincing release; ``None`` where no arm bowls or no stride goes with it."""
    found = [_delivery(motion, release) for release in find_releases(motion)]
    deliveries = [action for action in found if action is not None]
    return max(deliveries, key=lambda action: action.discipline_confidence, default=None)


def find_releases(motion: Motion) -> list[Release]:
    """Every moment where an arm comes over as a bowling arm does, both arms and both directions tried."""
    return [release for arm in Side for towards in (1, -1) for release in _releases_of(motion, arm, towards)]


def _releases_of(motion: Motion, arm: Side, towards: int) -> list[Release]:
    angle = filters.unwrap(body.arm_angle(motion.raw, arm, towards))
    turns = np.floor((angle - th.RELEASE_ANGLE) / 360.0)
    crossings = np.flatnonzero(turns[1:] == turns[:-1] + 1)
    found: list[Release] = []
    for k in map(int, crossings):
        confidence = _release_confidence(motion, arm, angle, k)
        if confidence > 0:
            instant = _release_instant(motion, Release(arm, towards, Instant(float(k), confidence)))
            found.append(Release(arm, towards, instant))
    return found


def _release_instant(motion: Motion, rough: Release) -> Instant:
    """Where the hand moves as the ball will fly: ``th.BALL_DESCENT`` below the horizontal.

    The direction of the wrist's way from one sample to another is that half-way between them, exact on an arc.
    """
    k, step = round(rough.instant.index), max(1, round(motion.rate / th.DIRECTION_RATE_HZ))
    wrist = motion.raw[:, Joint.WRIST + rough.arm]
    way = wrist[step:] - wrist[:-step]
    half_s = (motion.t_s[step:] + motion.t_s[:-step]) / 2
    down = filters.unwrap(np.degrees(np.arctan2(way[:, 1], rough.towards * way[:, 0])))
    near = slice(max(0, k - 2 * step - 2), k + step + 3)
    middle = k if k < len(down) else len(down) - 1
    turn = 360.0 * round(float(down[middle]) / 360.0) if np.isfinite(down[middle]) else 0.0
    moment = filters.crossing(half_s[near], down[near], turn + th.BALL_DESCENT, float(half_s[middle]))
    length = float(np.linalg.norm(way[middle])) / motion.scale
    turning = abs(float(np.nanmedian(filters.rate_of_change(half_s[near], down[near]))))
    if not (abs(moment - motion.t_s[k]) <= th.EVENT_NEAR_S and turning > 0 and length > 0):
        return Instant(k + 0.5, min(rough.instant.confidence, certainty(th.EVENT_HALF_SURE_S)), th.EVENT_HALF_SURE_S)
    wobble = math.degrees(math.sqrt(2.0) * th.LIMB_JITTER * motion.jitter / length)
    error_s = math.hypot(th.RELEASE_SAMPLING / motion.rate, math.hypot(th.Z90 * wobble, th.RELEASE_SPREAD) / turning)
    index = fractional_index(motion, moment)
    return Instant(index, min(rough.instant.confidence, certainty(error_s)), error_s)


def _release_confidence(motion: Motion, arm: Side, angle: FloatArray, k: int) -> float:
    """0 where the arm between samples ``k`` and ``k + 1`` does not bowl, else how sure its release is."""
    t_s = motion.t_s
    speed = (angle[k + 1] - angle[k]) / (t_s[k + 1] - t_s[k])
    before = angle[first_sample(motion, k, th.RELEASE_SWEEP_S) : k + 1]
    sweep = angle[k + 1] - np.nanmin(before)
    straightness = max(_straightness(motion, arm, k), _straightness(motion, arm, k + 1))
    rise = motion.raw[k : k + 2, NOSE, 1] - motion.raw[k : k + 2, Joint.WRIST + arm, 1]
    bowls = (
        speed >= th.RELEASE_MIN_SPEED
        and sweep >= th.RELEASE_MIN_SWEEP
        and straightness >= th.RELEASE_STRAIGHTNESS
        and rise.max() >= th.RELEASE_WRIST_ABOVE * motion.scale
    )
    if not bowls:
        return 0.0
    near = np.abs(t_s - t_s[k]) <= th.EVENT_NEAR_S
    return min(float(motion.visibility[near][:, [Joint.ELBOW + arm, Joint.WRIST + arm]].mean()), th.CERTAIN)


def _delivery(motion: Motion, release: Release) -> Action | None:
    towards, key = release.towards, release.instant
    # The labels of the feet may be exchanged at release itself: where they mostly were just before it counts.
    last = round(key.index)
    before = slice(first_sample(motion, last, th.EVENT_NEAR_S), last + 1)
    feet_x = towards * motion.raw[before, Joint.ANKLE : Joint.ANKLE + 2, 0]
    if np.isnan(feet_x).all(axis=0).any():
        return None
    ahead = np.nanmedian(feet_x, axis=0)
    front = Side(int(np.argmax(ahead)))
    stride = abs(float(ahead[0] - ahead[1])) / motion.scale
    contact = feet.find_contact(motion, front, key, th.CONTACT_TO_RELEASE_S, feet.HEEL_FIRST)
    if contact is None and stride < th.DELIVERY_STRIDE:
        return None
    instants: dict[EventName, Instant] = {"ball_release": key}
    back = None
    if contact is not None:
        instants["front_foot_contact"] = contact
        back = feet.find_contact(motion, front.other, contact, th.BACK_TO_FRONT_S, feet.TOE_FIRST)
        if back is not None:
            instants["back_foot_contact"] = back
    first = back or contact
    confidence = min(key.confidence, max(th.DELIVERY_CONFIDENCE, contact.confidence if contact else 0.0))
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=confidence,
        key=key,
        first=first.index if first else fractional_index(motion, time_at(motion, key.index) - th.UNSEEN_DELIVERY_S),
        last=key.index,
        towards=towards,
        front=front,
        arm=release.arm,
        instants=instants,
    )


def find_overhead(motion: Motion, speed: FloatArray, *, told: bool) -> Action | None:
    """A delivery whose arm does not go across the picture: filmed from the front or from behind.

    Release is read where the faster wrist is highest, near the moment of greatest wrist ``speed`` (n,) in H/s. The
    front leg is the one opposite to the bowling arm. The feet come straight at the camera, so their contacts are not
    found. Unless the coach ``told`` that it is bowling, the arm must be straight and come over from low beside the
    trunk to below the shoulder, as it does in no throw or stroke.
    """
    if not np.isfinite(speed).any() or np.nanmax(speed) < th.ACTION_SPEED:
        return None
    near = np.abs(motion.t_s - motion.t_s[int(np.nanargmax(speed))]) <= th.OVERHEAD_S
    rise = motion.raw[:, NOSE, 1][:, None] - motion.raw[:, Joint.WRIST : Joint.WRIST + 2, 1]
    rise[~near] = np.nan
    if not np.isfinite(rise).any() or np.nanmax(rise) < th.RELEASE_WRIST_ABOVE * motion.scale:
        return None
    place, side = np.unravel_index(int(np.nanargmax(rise)), rise.shape)
    arm, release = Side(int(side)), int(place)
    if not told and not _comes_over(motion, arm, release):
        return None
    key = Instant(float(release), th.OFF_VIEW_CONFIDENCE, th.ROUGH_CONTACT_ERROR_S)
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=key.confidence,
        key=key,
        first=fractional_index(motion, float(motion.t_s[release]) - th.UNSEEN_DELIVERY_S),
        last=key.index,
        front=arm.other,
        arm=arm,
        instants={"ball_release": key},
    )


def _comes_over(motion: Motion, arm: Side, release: int) -> bool:
    """Whether the arm is straight at the top, and was low shortly before and is low shortly after."""
    wrist, shoulder = motion.raw[:, Joint.WRIST + arm, 1], motion.raw[:, Joint.SHOULDER + arm, 1]
    since = motion.t_s - motion.t_s[release]
    before = (since < 0) & (since >= -th.RELEASE_SWEEP_S)
    after = (since > 0) & (since <= th.OVERHEAD_DOWN_S)
    middle = (shoulder + motion.raw[:, Joint.HIP + arm, 1]) / 2
    rises = (wrist[before] > middle[before]).any()
    falls = (wrist[after] > shoulder[after]).any()
    return bool(rises and falls and _straightness(motion, arm, release) >= th.RELEASE_STRAIGHTNESS)


def _straightness(motion: Motion, arm: Side, k: int) -> float:
    """Shoulder to wrist over upper arm plus forearm at sample ``k``; NaN where hidden."""
    shoulder, elbow, wrist = (motion.raw[k, joint + arm] for joint in (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST))
    length = float(np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow))
    return float(np.linalg.norm(wrist - shoulder)) / length if length > 0 else float("nan")
