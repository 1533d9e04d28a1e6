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
    shoulder, elbow, wrist = (
        motion.raw[k : k + 2, joint + arm] for joint in (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST)
    )
    length = np.linalg.norm(elbow - shoulder, axis=1) + np.linalg.norm(wrist - elbow, axis=1)
    straightness = float(np.max(np.linalg.norm(wrist - shoulder, axis=1) / length))
    above = float(np.max(motion.raw[k : k + 2, NOSE, 1] - wrist[:, 1])) / motion.scale
    bowls = (
        speed >= th.RELEASE_MIN_SPEED
        and sweep >= th.RELEASE_MIN_SWEEP
        and straightness >= th.RELEASE_STRAIGHTNESS
        and above >= th.RELEASE_WRIST_ABOVE
    )
    if not bowls:
        return 0.0
    seen = float(motion.visibility[k : k + 2, [Joint.ELBOW + arm, Joint.WRIST + arm]].min())
    step = speed / motion.rate
    return min(seen, th.CERTAIN, float(np.clip(1.3 - step / 100.0, 0.3, 1.0)))


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
    confidence = min(key.confidence, 0.8 if contact is None else max(0.8, contact.confidence), th.CERTAIN)
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


def find_overhead(motion: Motion, speed: FloatArray) -> Action | None:
    """A delivery that the coach says is there, where the arm does not go across the picture: from the front or behind.

    Release is read where the faster wrist is highest, near the moment of greatest wrist ``speed`` (n,). The front leg
    is the one opposite to the bowling arm. The feet come straight at the camera, so their contacts are not found.
    """
    if not np.isfinite(speed).any() or np.nanmax(speed) < th.ACTION_SPEED:
        return None
    near = np.abs(motion.t_s - motion.t_s[int(np.nanargmax(speed))]) <= th.OVERHEAD_S
    samples = np.flatnonzero(near)
    rise = motion.raw[near, NOSE, 1][:, None] - motion.raw[near, Joint.WRIST : Joint.WRIST + 2, 1]
    if not np.isfinite(rise).any() or np.nanmax(rise) < th.RELEASE_WRIST_ABOVE * motion.scale:
        return None
    place, side = np.unravel_index(int(np.nanargmax(rise)), rise.shape)
    arm, release = Side(int(side)), int(samples[place])
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
