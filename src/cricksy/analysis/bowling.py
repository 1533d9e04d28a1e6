"""A bowling action side-on: ball release, then the feet backwards from it.

Events are read from unsmoothed landmarks, since a low-pass filter moves fast joints at the events.
"""

from dataclasses import dataclass

import numpy as np

from cricksy.analysis import body, feet, filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Action, Instant, first_sample, fractional_index, time_at
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
    """Every moment where an arm comes over as a bowling arm does, both arms and both directions tried.

    The ball leaves the hand about when the hand moves as the ball will fly, some 8° below the horizontal. With
    the hand at 20 m/s round a shoulder that itself moves at 4 m/s, that is asin((4/20 + 1) · sin 8°) ≈ 10° past the
    vertical: the angle at which the release is read.
    """
    return [release for arm in Side for towards in (1, -1) for release in _releases_of(motion, arm, towards)]


def _releases_of(motion: Motion, arm: Side, towards: int) -> list[Release]:
    angle = filters.unwrap(body.arm_angle(motion.raw, arm, towards))
    turns = np.floor((angle - th.RELEASE_ANGLE) / 360.0)
    crossings = np.flatnonzero(turns[1:] == turns[:-1] + 1)
    found: list[Release] = []
    for k in map(int, crossings):
        confidence = _release_confidence(motion, arm, angle, k)
        if confidence > 0:
            target = turns[k + 1] * 360.0 + th.RELEASE_ANGLE
            index = k + (target - angle[k]) / (angle[k + 1] - angle[k])
            found.append(Release(arm, towards, Instant(float(index), confidence)))
    return found


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
    seen = float(motion.visibility[k : k + 2, [Joint.ELBOW + arm, Joint.WRIST + arm]].min())
    sharpness = th.RELEASE_SHARP_STEP * motion.rate / speed
    return min(seen, th.CERTAIN, float(sharpness))


def _delivery(motion: Motion, release: Release) -> Action | None:
    towards, key = release.towards, release.instant
    at = round(key.index)
    ahead = [towards * motion.raw[at, Joint.ANKLE + side, 0] for side in Side]
    if not np.isfinite(ahead).all():
        return None
    front = Side(int(np.argmax(ahead)))
    stride = abs(ahead[0] - ahead[1]) / motion.scale
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
        first=first.index if first else fractional_index(motion, time_at(motion, key.index) - th.BACK_TO_FRONT_S[1]),
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
    key = Instant(float(release), th.OFF_VIEW_CONFIDENCE)
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=key.confidence,
        key=key,
        first=fractional_index(motion, float(motion.t_s[release]) - th.BACK_TO_FRONT_S[1]),
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
