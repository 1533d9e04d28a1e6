"""Landing: when a foot that stands touched the ground first, as one reading of its landmarks has it."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import NoContact, TimeEstimate, together
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import FloatArray

# H; in STILL_S: by which a foot that stands may move. A foot in the air does six times as much; of the landings that an
# eye read in eight real deliveries, in four copies of each, the first frame that keeps to it is off by 1 at most.
STILL: Final = 0.05
STILL_S: Final = 1 / 15  # s; two frames of 30 fps, as any video shows them
UNEVEN_SHARE: Final = 0.5  # ratio; provisional: of the time that a foot's way still takes at its last speed
LONGEST_END_S: Final = 1 / 30  # s; provisional: of that time: a foot that takes longer creeps, and does not fall
FOOT_GAP_S: Final = 0.15  # s; a foot that is hidden for longer may have come down and gone again
# ratio; of a foot's swing: geometric mean of a rolling foot's 1 and a swinging one's 6 H/s
PLANTED_SHARE: Final = 0.4
PLANTED_SPEED: Final = (1.2, 2.4)  # H/s; that share at half the speed, and at full speed
SWING_S: Final = 0.6  # s; before it stands, in which a foot swings, in slow motion too
SWING_PERCENTILE: Final = 90  # %; of a foot's speeds: its swing, but no glitch
# Hz; a foot's speed is taken over 1/30 s: ten times the jitter, a third of a roll from heel to toe
PACE_RATE_HZ: Final = 30.0
# H; an ankle lies 0.050 above and 0.049 before the heel (Drillis and Contini 1966), so a foot pitched up by 30° at heel
# strike lifts it by 0.018. Jitter of 0.7 % of the trunk between two frames adds 0.006.
GROUND_TOLERANCE: Final = 0.024
# H; of a heel or toe above its standing height: what a sole and the model's idea of it give
TOUCH_HEIGHT: Final = 0.01
# %; of the heights of a foot that stands: the heel may rise again before the end
STANDING_PERCENTILE: Final = 80
FALL_S: Final = 0.045  # s; the last fall of a foot: a longer path bends, and at 60 fps two samples fit into it
FALL_FRAMES: Final = 1.5  # frames; at low rates: the least that holds two samples
ROLL_S: Final = 0.1  # s; from first touch to flat foot
# H/s; slower than any foot that is put down, faster than a landmark that sinks
LEAST_FALL_SPEED: Final = 0.3
# H; standard deviation of where the first touch leaves heel and toe: 8 mm
GROUND_SPREAD: Final = 0.006
# frames; error of the line between two samples of a falling foot, nine in ten
CONTACT_SAMPLING: Final = 0.4
ROUGH_CONTACT_UNCERTAINTY_S: Final = 0.04  # s; a foot takes this long to roll flat, where heel and toe show no touch
# count; even: readings of which a contact is the mean. With half of them one contact more of the copies of real
# deliveries lies elsewhere.
READINGS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    still: float = STILL
    planted_share: float = PLANTED_SHARE
    planted_speed: tuple[float, float] = PLANTED_SPEED
    ground_tolerance: float = GROUND_TOLERANCE
    touch_height: float = TOUCH_HEIGHT
    fall_s: float = FALL_S
    roll_s: float = ROLL_S
    least_fall_speed: float = LEAST_FALL_SPEED
    rough_uncertainty_s: float = ROUGH_CONTACT_UNCERTAINTY_S
    readings: int = READINGS


CONTACT: Final = ContactParams()
ONE_READING: Final = ContactParams(readings=1)
"""Where a contact only has to be about right: it takes a thirtieth of the time."""

FOOT: Final = (Joint.ANKLE, Joint.HEEL, Joint.TOE)
"""The landmarks of a foot, in the order of its paths (3, m, 2)."""

HEEL_FIRST: Final = (Joint.ANKLE,)
"""The landmarks whose rest shows that a foot stands, whether it landed on heel or sole."""

TOE_FIRST: Final = (Joint.ANKLE, Joint.TOE)
"""The same of a foot that may land on its ball, the heel following later."""


def find_landing(
    motion: Motion, foot: FloatArray, joints: tuple[Joint, ...], params: ContactParams
) -> TimeEstimate | NoContact:
    """When a foot at the pixels ``foot`` (3, m, 2) first touched the ground, which stands at the last sample.

    Walking back from there, the ``joints`` tell roughly when the foot came to rest: the ankle is the steadiest of a
    foot's landmarks, but it moves on while the foot rolls flat. Heel and toe come down at speed and stop; the line of
    their last fall, extended to the ground, gives the instant. Whichever lands first counts. A foot that slides on has
    not landed yet: contact is no earlier than from when it is still and stays so.
    """
    walks = [_walk_back(motion, path, params) for path, joint in zip(foot, FOOT, strict=True) if joint in joints]
    rests = [walk for walk in walks if not isinstance(walk, NoContact)]
    if not rests:
        return NoContact.STANDING if NoContact.STANDING in walks else NoContact.HIDDEN
    swinging, at_rest = min(rests, key=lambda rest: rest[1])
    apart_s = float(motion.t_s[at_rest] - motion.t_s[swinging])
    landing = TimeEstimate(float(motion.t_s[at_rest]) - apart_s / 2, math.hypot(params.rough_uncertainty_s, apart_s))
    touch = _first_touch(motion, foot, swinging, at_rest, params)
    if touch is not None:
        landing = together(landing, touch)
    stop = _stop(motion, foot, joints, params)
    if stop is None:
        return NoContact.MOVING
    if stop.end is not None and stop.end.uncertainty_s < landing.uncertainty_s:
        landing = together(landing, stop.end)
    return TimeEstimate(max(landing.t_s, stop.still_s), landing.uncertainty_s)


@dataclass(frozen=True, slots=True)
class _Stop:
    """A foot comes to rest. ``still_s``: from when on it is still. ``end``: of its way, if it is seen to move."""

    still_s: float
    end: TimeEstimate | None


def _stop(motion: Motion, foot: FloatArray, joints: tuple[Joint, ...], params: ContactParams) -> _Stop | None:
    """When the foot stops for good: heel, ankle or toe moves by less than ``still`` in ``STILL_S``.

    Of a foot that ends its way at an even speed, what is left of it falls in a line to nothing at the contact. A foot
    that may be leaving (``TOE_FIRST``) may move again in the last ``th.EVENT_NEAR_S``. ``None`` where it is never
    still.
    """
    t_s = motion.t_s[: foot.shape[1]]
    # A landmark that strays for a single frame does not move the foot.
    half_window = max(1, _pace(motion) // 2)
    paths = filters.running_median(foot.swapaxes(0, 1) / motion.scale, half_window)
    least = _least_movement(t_s, paths)
    noise = math.sqrt(2.0) * th.Z90 * th.LIMB_JITTER * motion.jitter
    limit = math.hypot(params.still, noise)
    seen = np.flatnonzero(np.isfinite(least))
    still = least[seen] <= limit
    end = len(seen)
    if joints == TOE_FIRST:
        while end > 0 and not still[end - 1] and t_s[-1] - t_s[seen[end - 1]] <= th.EVENT_NEAR_S:
            end -= 1
    begins = end
    while begins > 0 and still[begins - 1]:
        begins -= 1
    if begins == end:
        return None
    first = seen[begins]
    # At the end a median is that of earlier places, so that a foot which slides on seems to stop.
    if not (_least_movement(t_s, paths, without=half_window)[seen[begins:end]] <= limit).any():
        return None
    if begins == 0:
        return _Stop(float(t_s[first]), None)
    before = seen[begins - 1]
    share = (least[before] - limit) / (least[before] - least[first])
    still_s = float(t_s[before] + share * (t_s[first] - t_s[before]))
    # A foot that rolls flat, or that a model follows late, slows the end of the fall.
    last = seen[max(0, begins - 2) : begins + 1]
    speeds: list[float] = (-np.diff(least[last]) / np.diff(t_s[last])).tolist()
    if max(speeds) < params.least_fall_speed:
        return _Stop(still_s, None)
    left = [float(least[before]) / max(speed, params.least_fall_speed) for speed in (min(speeds), max(speeds))]
    middle_s, half_s = sum(left) / 2, (left[0] - left[1]) / 2
    left_s = min(middle_s, LONGEST_END_S)
    unsure_s = (
        noise / max(sum(speeds) / len(speeds), params.least_fall_speed),
        half_s + middle_s - left_s,
        UNEVEN_SHARE * left_s,
        CONTACT_SAMPLING / motion.rate,
    )
    return _Stop(still_s, TimeEstimate(float(t_s[before]) + left_s, math.hypot(*unsure_s)))


def _least_movement(t_s: FloatArray, paths: FloatArray, without: int = 0) -> FloatArray:
    """(m,) the least :func:`_movement` of the landmarks on ``paths`` (m, 3, 2); infinite where all are hidden."""
    moves = [_movement(t_s, paths[:, number], without) for number in range(paths.shape[1])]
    return np.asarray(np.min(np.where(np.isnan(moves), np.inf, moves), axis=0), dtype=np.float64)


def _movement(t_s: FloatArray, places: FloatArray, without: int) -> FloatArray:
    """(m,) how far a landmark at ``places`` (m, 2) moves in the ``STILL_S`` from each sample; NaN where it is hidden.

    At the end, where less time is left, in proportion. ``without``: how many of the last places do not count.
    """
    moved = np.full(len(t_s), np.nan)
    seen = np.flatnonzero(np.isfinite(places[:, 0]))
    seen = seen[: max(0, len(seen) - without)]
    if len(seen) < 2:  # noqa: PLR2004 - a way has two ends
        return moved
    t_s, places = t_s[seen], places[seen]
    later_s = np.minimum(t_s[:-1] + STILL_S, t_s[-1])
    later = np.stack([np.interp(later_s, t_s, places[:, axis]) for axis in (0, 1)], axis=1)
    moved[seen[:-1]] = np.linalg.norm(later - places[:-1], axis=1) * STILL_S / (later_s - t_s[:-1])
    return moved


def _walk_back(motion: Motion, places: FloatArray, params: ContactParams) -> tuple[int, int] | NoContact:
    """The last sample at which the landmark at ``places`` (m, 2) swings, and the first at which it is at rest.

    At rest: low and slow, going back from the end, where it may be leaving already. Low: no higher above its last place
    than a foot that pitches about its heel lifts its ankle. Slow: between a standing foot and a swinging one.
    """
    t_s = motion.t_s[: len(places)]
    # A landmark that strays for a single frame within a pace is no swing.
    places = filters.running_median(places, _pace(motion) // 2)
    seen = np.flatnonzero(np.isfinite(places[:, 0]))
    pace_s, longest_s = (_pace(motion) - 0.5) / motion.rate, FOOT_GAP_S + 1.0 / motion.rate
    noise = th.Z90 * th.LIMB_JITTER * motion.jitter
    if not len(seen):
        return NoContact.HIDDEN
    planted = _planted_speed(t_s[seen], places[seen] / motion.scale, params)
    ground, rests_from_s = float("nan"), math.inf
    for k in seen[::-1]:
        ago_s = t_s[k] - t_s[seen]
        before = seen[(ago_s >= pace_s) & (ago_s <= longest_s)]
        if not len(before):
            break
        step = float(np.linalg.norm(places[before[-1]] - places[k])) / motion.scale
        moves = step > planted * float(t_s[k] - t_s[before[-1]]) + math.sqrt(2.0) * noise
        if math.isnan(ground):
            if moves and t_s[-1] - t_s[k] <= th.EVENT_NEAR_S:
                continue
            ground = float(np.median(places[seen[seen <= k][-3:], 1]))
        if moves or (ground - places[before[-1], 1]) / motion.scale > params.ground_tolerance + noise:
            return int(before[-1]), int(k)
        rests_from_s = t_s[k]
    return NoContact.STANDING if rests_from_s - t_s[0] <= longest_s else NoContact.HIDDEN


def _planted_speed(t_s: FloatArray, places: FloatArray, params: ContactParams) -> float:
    """H/s that part a standing foot from a swinging one, at ``places`` (m, 2) in H: a slowed video swings slowly."""
    recent = t_s >= t_s[-1] - SWING_S
    if np.count_nonzero(recent) < 2:  # noqa: PLR2004 - a step has two ends
        return params.planted_speed[1]
    speeds = np.linalg.norm(np.diff(places[recent], axis=0), axis=1) / np.diff(t_s[recent])
    return float(np.clip(params.planted_share * np.percentile(speeds, SWING_PERCENTILE), *params.planted_speed))


def _pace(motion: Motion) -> int:
    """Samples over which a foot's speed is taken: over fewer, at high frame rates, jitter alone would be fast."""
    return max(1, round(motion.rate / PACE_RATE_HZ))


def _first_touch(
    motion: Motion, foot: FloatArray, swinging: int, at_rest: int, params: ContactParams
) -> TimeEstimate | None:
    """The earlier of the heel's and the toe's landing round the samples ``swinging`` and ``at_rest``."""
    touches = [
        touch
        for path, joint in zip(foot, FOOT, strict=True)
        if joint != Joint.ANKLE and (touch := _touch(motion, path[:, 1], swinging, at_rest, params)) is not None
    ]
    return min(touches, key=lambda touch: touch.t_s, default=None)


def _touch(motion: Motion, y: FloatArray, swinging: int, at_rest: int, params: ContactParams) -> TimeEstimate | None:
    """Where the line through the last fall, of at most ``fall_s``, of a landmark at ``y`` (m,) meets the ground."""
    seen = np.flatnonzero(np.isfinite(y))
    if not (seen >= at_rest).any():
        return None
    t_s, y = motion.t_s[seen], y[seen]
    stands = t_s >= motion.t_s[at_rest]
    # A standing foot may leave its heel again: where it stood is the lower part of its places.
    ground = float(np.percentile(y[stands], STANDING_PERCENTILE))
    height = (ground - y) / motion.scale
    noise = th.LIMB_JITTER * motion.jitter
    fall_s, roll_s = (max(seconds, FALL_FRAMES / motion.rate) for seconds in (params.fall_s, params.roll_s))
    near = (t_s >= min(motion.t_s[at_rest] - fall_s, motion.t_s[swinging])) & (t_s <= motion.t_s[at_rest] + roll_s)
    above = np.flatnonzero(near & (height > params.touch_height + th.Z90 * noise))
    if not len(above) or above[-1] == len(t_s) - 1 or not near[above[-1] + 1]:
        return None
    final = int(above[-1])
    falling = np.flatnonzero((t_s >= t_s[final] - fall_s) & (t_s <= t_s[final]))
    if len(falling) < 2:  # noqa: PLR2004 - a line needs two points
        falling = np.array([final - 1, final])
    if final < 1 or t_s[final] - t_s[falling[0]] > FOOT_GAP_S:
        return None
    slope, level = filters.line(t_s[falling] - t_s[final], height[falling])
    if slope >= -params.least_fall_speed:
        return None
    touch = float(t_s[final] - level / slope)
    latest = float(t_s[final + 1]) + 1.0 / motion.rate
    return TimeEstimate(min(max(touch, float(t_s[final])), latest), th.Z90 * (noise + GROUND_SPREAD) / -slope)
