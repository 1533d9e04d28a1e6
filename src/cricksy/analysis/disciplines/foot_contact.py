"""Foot contact: when a foot that stands came down. Feet are told apart by where they are, not by the model's labels."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.landing import (
    CONTACT,
    CONTACT_SAMPLING,
    FOOT,
    FOOT_GAP_S,
    HEEL_FIRST,
    TOE_FIRST,
    ContactParams,
    find_landing,
)
from cricksy.analysis.events import (
    Instant,
    NoContact,
    TimeEstimate,
    certainty,
    fractional_index,
    samples_between,
    samples_near,
    time_at,
)
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import FloatArray, IntArray

SAME_SPOT: Final = 0.05  # H; provisional: around the spot where a foot stands, a landmark is that foot's again
# s; provisional: before and after release or impact, in which the front foot stands
FRONT_STANDS_S: Final = (0.05, 0.1)
# s; provisional: before and after the front foot's contact, in which the back foot still stands
BACK_STANDS_S: Final = (0.05, 0.025)
# ratio; of a foot's jitter: by as much readings differ. With all of it synthetic contacts at 120 fps come up to 1.1
# frames late, and the same feet are no steadier.
DRAWN_JITTER: Final = 0.7
# ratio; of the error of a single reading, that of their mean: within it lie nine in ten times between the landings and
# the release of 130 drawn bowlers, and within a single one's 95 of 100
MEAN_ERROR: Final = 0.85

JUMP: Final = 0.025  # H; provisional: from frame to frame; drawn ankles lean over a standing foot by 0.01

_HIDDEN: Final = -1  # 1; no label: the foot is hidden


def find_contact(  # noqa: PLR0913 - where, when and how to look
    motion: Motion,
    spot: FloatArray,
    until: Instant,
    *,
    towards: int,
    allowed_s: tuple[float, float],
    joints: tuple[Joint, ...],
    params: ContactParams = CONTACT,
) -> Instant | NoContact:
    """When the foot whose ankle stands on ``spot`` (2,), in pixels, at ``until`` first touched the ground.

    See :func:`.landing.find_landing`, whose rules jump where a limit is only just met: two readings of one foot, which
    differ by no more than their jitter, may lie frames apart. The mean over readings that jitter moves with them
    smoothly (bagging: Breiman 1996). ``towards``: ±1, the direction of the target along x. ``allowed_s``: before
    ``until``, when it may have come down.
    """
    last = int(np.floor(until.index))
    labels = _without_excursions(motion, spot, _follow(motion, spot, last))
    seen = np.flatnonzero(labels != _HIDDEN)
    if not len(seen) or not motion.inside[seen[-1], Joint.ANKLE + labels[seen[-1]]]:
        return NoContact.HIDDEN
    foot = np.stack([_of(motion.unfiltered, labels, joint) for joint in FOOT])
    found = [find_landing(motion, drawn, joints, params) for drawn in _draws(motion, foot, towards, params.readings)]
    landings = [landing for landing in found if not isinstance(landing, NoContact)]
    if 2 * len(landings) < len(found):
        return Counter(cause for cause in found if isinstance(cause, NoContact)).most_common(1)[0][0]
    landing = _mean(landings)
    before_s = time_at(motion, until.index) - landing.t_s
    if not allowed_s[0] <= before_s <= allowed_s[1]:
        return NoContact.MOVING if before_s < allowed_s[0] else NoContact.MISPLACED
    near = samples_near(motion, landing.t_s)
    near = near[near <= last]
    visible = np.stack([_of(motion.visibility, labels, joint)[near] for joint in FOOT])
    uncertainty_s = math.hypot(landing.uncertainty_s, CONTACT_SAMPLING / motion.rate)
    seen_share = float(np.nan_to_num(visible).mean()) if len(near) else 0.0
    confidence = min(seen_share, certainty(uncertainty_s), until.confidence, th.CERTAIN)
    return Instant(fractional_index(motion, landing.t_s), confidence, uncertainty_s)


def _draws(motion: Motion, foot: FloatArray, towards: int, readings: int) -> list[FloatArray]:
    """``foot`` (3, m, 2) as so many other ``readings`` of it might have it, off by ``DRAWN_JITTER``; of one, itself.

    Counted back from the last sample and towards the target, so a film that begins earlier or is mirrored has the same.
    """
    if readings == 1:
        return [foot]
    noise = np.random.default_rng(0).standard_normal((foot.shape[1], readings // 2, 3, 2))[::-1]
    noise *= DRAWN_JITTER * th.LIMB_JITTER * motion.jitter * motion.scale * np.array([towards, 1.0])
    return [foot + sign * noise[:, draw].swapaxes(0, 1) for draw in range(readings // 2) for sign in (1.0, -1.0)]


def _mean(landings: Sequence[TimeEstimate]) -> TimeEstimate:
    """Of readings of one foot, weighted by precision; hardly surer than one of them, as they are of one film."""
    t_s = np.array([landing.t_s for landing in landings])
    precisions = np.array([landing.uncertainty_s for landing in landings]) ** -2
    surer = MEAN_ERROR if len(landings) > 1 else 1.0
    return TimeEstimate(float(np.average(t_s, weights=precisions)), surer * float(precisions.mean()) ** -0.5)


def front_contact(
    motion: Motion,
    towards: int,
    key: Instant,
    allowed_s: tuple[float, float] = th.CONTACT_TO_RELEASE_S,
    params: ContactParams = CONTACT,
) -> Instant | NoContact:
    """When the foot came down that is nearer to the target, ``towards`` (±1 along x), at release or impact, ``key``."""
    key_s = time_at(motion, key.index)
    spot = _foremost_ankle(motion, towards, key_s - FRONT_STANDS_S[0], key_s + FRONT_STANDS_S[1])
    return find_contact(motion, spot, key, towards=towards, allowed_s=allowed_s, joints=HEEL_FIRST, params=params)


def back_contact(motion: Motion, towards: int, front: Instant, params: ContactParams = CONTACT) -> Instant | NoContact:
    """When the other foot came down, which stands or just leaves at the ``front`` one's contact."""
    front_s = time_at(motion, front.index)
    spot = _foremost_ankle(motion, -towards, front_s - BACK_STANDS_S[0], front_s + BACK_STANDS_S[1])
    return find_contact(
        motion, spot, front, towards=towards, allowed_s=th.BACK_TO_FRONT_S, joints=TOE_FIRST, params=params
    )


def _foremost_ankle(motion: Motion, towards: int, start_s: float, end_s: float) -> FloatArray:
    """(2,) median place in pixels of the ankle that is further ``towards``; NaN where both are never seen at once."""
    part = samples_between(motion, start_s, end_s)
    ankles = motion.unfiltered[part, Joint.ANKLE : Joint.ANKLE + 2]
    # Where the two are at one spot, the model has taken one foot for both.
    apart = np.linalg.norm(ankles[:, 0] - ankles[:, 1], axis=1) > SAME_SPOT * motion.scale
    ankles = ankles[apart & (motion.visibility[part, Joint.ANKLE : Joint.ANKLE + 2] > 0).all(axis=1)]
    if not len(ankles):
        return np.full(2, np.nan)
    foremost = np.argmax(towards * ankles[:, :, 0], axis=1)
    return np.median(ankles[np.arange(len(ankles)), foremost], axis=0)


def _follow(motion: Motion, spot: FloatArray, last: int) -> IntArray:
    """(last + 1,) label under which the model has the foot, back from ``spot``; ``_HIDDEN`` where it has it nowhere."""
    labels = np.full(last + 1, _HIDDEN)
    noise = SAME_SPOT + math.sqrt(2.0) * th.Z90 * th.LIMB_JITTER * motion.jitter
    place, place_s = spot, float(motion.t_s[last])
    for k in range(last, -1, -1):
        gone_s = place_s - float(motion.t_s[k])
        if gone_s > FOOT_GAP_S + 1.0 / motion.rate:
            break
        ankles = motion.unfiltered[k, Joint.ANKLE : Joint.ANKLE + 2]
        away = np.linalg.norm(ankles - place, axis=1) / motion.scale
        away[motion.visibility[k, Joint.ANKLE : Joint.ANKLE + 2] == 0] = np.inf
        if away.min() <= noise + th.SWING_SPEED * gone_s:
            labels[k] = int(np.argmin(away))
            place, place_s = ankles[labels[k]], float(motion.t_s[k])
    return labels


def _without_excursions(motion: Motion, spot: FloatArray, labels: IntArray) -> IntArray:
    """``labels`` (m,) without those of samples on which a foot that stands on ``spot`` is read elsewhere for a moment.

    No foot leaves a spot and lands on it again within ``FOOT_GAP_S``: the model took the other one for it. An ankle
    that only leans over a standing foot goes from the spot and back without a ``JUMP``.
    """
    seen = np.flatnonzero(labels != _HIDDEN)
    ankles: FloatArray = motion.unfiltered[seen, Joint.ANKLE + labels[seen]]
    noise = SAME_SPOT + math.sqrt(2.0) * th.Z90 * th.LIMB_JITTER * motion.jitter
    there = np.flatnonzero(np.linalg.norm(ankles - spot, axis=1) <= noise * motion.scale)
    jumps = np.linalg.norm(np.diff(ankles, axis=0), axis=1) > JUMP * motion.scale
    kept = labels.copy()
    for left, back in pairwise(there.tolist()):
        jumped = left + np.flatnonzero(jumps[left:back])
        if len(jumped) and motion.t_s[seen[back]] - motion.t_s[seen[left]] <= FOOT_GAP_S + 1.0 / motion.rate:
            kept[seen[jumped[0] + 1 : jumped[-1] + 1]] = _HIDDEN
    return kept


def _of(values: FloatArray, labels: IntArray, joint: Joint) -> FloatArray:
    """(m, …) what ``values`` (n, 33, …) hold of the foot's ``joint`` where it is ``labels`` (m,); NaN where hidden."""
    found: FloatArray = values[np.arange(len(labels)), joint + np.maximum(labels, 0)].copy()
    found[labels == _HIDDEN] = np.nan
    return found
