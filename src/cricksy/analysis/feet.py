"""Foot contact: when a foot that stands came down."""

import math
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Instant, Timing, certainty, fractional_index, time_at, together
from cricksy.analysis.landmarks import Joint, Side
from cricksy.analysis.signals import Motion
from cricksy.analysis.track import FloatArray

HEEL_FIRST: Final = (Joint.ANKLE,)
"""Whose rest tells that a foot stands which lands on heel or sole."""

TOE_FIRST: Final = (Joint.ANKLE, Joint.TOE)
"""The same of a foot that may land on its ball, the heel following later."""


def find_contact(
    motion: Motion, side: Side, until: Instant, allowed_s: tuple[float, float], joints: tuple[Joint, ...]
) -> Instant | None:
    """When the foot that stands at ``until`` first touched the ground.

    Walking back from ``until``, the ``joints`` tell roughly when the foot came to rest: the ankle is the steadiest of a
    foot's landmarks, but it moves on while the foot rolls flat. Heel and toe come down at speed and stop; the line of
    their last fall, prolonged to the ground, tells the instant. Whichever lands first counts.

    ``None`` where the foot is out of the picture or hidden, or came down outside of ``allowed_s`` before ``until``.
    """
    last = int(np.floor(until.index))
    rests = [rest for joint in joints if (rest := _walk_back(motion, joint, side, last)) is not None]
    if not rests:
        return None
    at_rest = min(rests)
    rough_s = (motion.t_s[at_rest] + motion.t_s[max(0, at_rest - _pace(motion))]) / 2
    landing = Timing(float(rough_s), math.hypot(th.ROUGH_CONTACT_ERROR_S, 1.0 / motion.rate))
    touch = _first_touch(motion, side, at_rest, last)
    if touch is not None:
        landing = together(landing, touch)
    before_s = time_at(motion, until.index) - landing.t_s
    if not allowed_s[0] <= before_s <= allowed_s[1]:
        return None
    foot = [Joint.ANKLE + side, Joint.HEEL + side, Joint.TOE + side]
    near = np.abs(motion.t_s - landing.t_s) <= th.EVENT_NEAR_S
    seen = float(motion.visibility[near][:, foot].mean())
    error_s = math.hypot(landing.error_s, th.CONTACT_SAMPLING / motion.rate)
    confidence = min(seen, certainty(error_s), until.confidence, th.CERTAIN)
    return Instant(fractional_index(motion, landing.t_s), confidence, error_s)


def _walk_back(motion: Motion, joint: Joint, side: Side, last: int) -> int | None:
    """The first sample at which the landmark, under either label, is low and slow, going back from ``last``.

    Low: no higher above its place at ``last`` than a foot that pitches about its heel lifts its ankle. Slow: between
    a standing foot and a swinging one. ``None`` where the landmark is missing or was at rest from the first sample.
    """
    place = motion.raw[last, joint + side]
    ground = place[1]
    if not motion.inside[last, joint + side] or np.isnan(ground):
        return None
    pace = _pace(motion)
    noise = th.Z90 * th.LIMB_JITTER * motion.jitter
    for k in range(last, pace - 1, -1):
        here, before = _nearest(motion, joint, k, place), _nearest(motion, joint, k - pace, place)
        if here is None or before is None:
            return None
        step = float(np.linalg.norm(before - here)) / motion.scale
        height = float(ground - before[1]) / motion.scale
        fastest = th.PLANTED_SPEED * float(motion.t_s[k] - motion.t_s[k - pace])
        if height > th.GROUND_TOLERANCE + noise or step > fastest + math.sqrt(2.0) * noise:
            return k
        place = here
    return None


def _pace(motion: Motion) -> int:
    """Samples over which a foot's speed is taken: over fewer, at high frame rates, jitter alone would be fast."""
    return max(1, round(motion.rate / th.PACE_RATE_HZ))


def _nearest(motion: Motion, joint: Joint, k: int, place: FloatArray) -> FloatArray | None:
    """The landmark of either foot at sample ``k`` that is nearer to ``place``; ``None`` where both are missing."""
    feet = motion.raw[k, [joint, joint + 1]]
    away = np.linalg.norm(feet - place, axis=1)
    return None if np.isnan(away).all() else feet[int(np.nanargmin(away))]


def _first_touch(motion: Motion, side: Side, at_rest: int, last: int) -> Timing | None:
    """The earlier of the heel's and the toe's landing round the sample ``at_rest``."""
    landings = [
        landing
        for joint in (Joint.HEEL, Joint.TOE)
        if (landing := _landing(motion, joint, side, at_rest, last)) is not None
    ]
    return min(landings, key=lambda landing: landing.t_s, default=None)


def _landing(motion: Motion, joint: Joint, side: Side, at_rest: int, last: int) -> Timing | None:
    """Where the line through the landmark's last fall, of at most ``th.FALL_S``, meets the ground."""
    t_s = motion.t_s
    if np.isnan(motion.raw[at_rest : last + 1, joint + side, 1]).all():
        return None
    end = min(last, int(np.argmax(np.append(t_s, np.inf) >= t_s[at_rest] + th.ROLL_S)))
    y = motion.raw[:, joint + side, 1]
    # A standing foot may leave its heel again: where it stood is the lower part of its places.
    ground = float(np.nanpercentile(y[at_rest : last + 1], th.STANDING_PERCENTILE))
    height = (ground - y) / motion.scale
    noise = th.LIMB_JITTER * motion.jitter
    low = height <= th.TOUCH_HEIGHT + th.Z90 * noise
    first = int(np.argmax(t_s >= t_s[at_rest] - th.FALL_S))
    above = np.flatnonzero(~low[first : end + 1])
    if not len(above) or first + above[-1] == end:
        return None
    final = first + int(above[-1])
    falling = np.flatnonzero((t_s >= t_s[final] - th.FALL_S) & (t_s <= t_s[final]))
    falling = falling[np.isfinite(height[falling])]
    if len(falling) < 2:  # noqa: PLR2004 - a line needs two points
        falling = np.array([final - 1, final])
    if final < 1 or not np.isfinite(height[falling]).all():
        return None
    slope, level = filters.line(t_s[falling] - t_s[final], height[falling])
    if slope >= -th.LEAST_FALL_SPEED:
        return None
    touch = float(t_s[final] - level / slope)
    latest = float(t_s[final + 1]) + float(t_s[final + 1] - t_s[final])
    return Timing(min(max(touch, float(t_s[final])), latest), th.Z90 * (noise + th.GROUND_SPREAD) / -slope)
