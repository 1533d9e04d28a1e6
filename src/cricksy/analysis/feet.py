"""Foot contact: when a foot that stands came down."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Instant, time_at
from cricksy.analysis.landmarks import Joint, Side
from cricksy.analysis.signals import Motion
from cricksy.analysis.track import FloatArray

HEEL_FIRST: Final = (Joint.ANKLE,)
"""A foot that lands on heel or sole: the ankle is then as low as it will be, while heel and toe still turn about it."""

TOE_FIRST: Final = (Joint.ANKLE, Joint.TOE)
"""A foot that may land on its ball, the heel following later: whichever comes to rest first tells."""


@dataclass(frozen=True, slots=True)
class _Landing:
    """When a foot came to rest, as an index between samples, and how clearly it moved before, 0.5–1."""

    index: float
    clarity: float


def find_contact(
    motion: Motion, side: Side, until: Instant, allowed_s: tuple[float, float], joints: tuple[Joint, ...]
) -> Instant | None:
    """When the foot that stands at ``until`` came down, between the last sample on its way and the first at rest.

    ``None`` where the foot is out of the picture or hidden, or came down outside of ``allowed_s`` before ``until``.
    """
    last = int(np.floor(until.index))
    landings = [landing for joint in joints if (landing := _walk_back(motion, joint, side, last)) is not None]
    if not landings:
        return None
    first = min(landings, key=lambda landing: landing.index)
    before_s = time_at(motion, until.index) - time_at(motion, first.index)
    if not allowed_s[0] <= before_s <= allowed_s[1]:
        return None
    foot = [Joint.ANKLE + side, Joint.HEEL + side, Joint.TOE + side]
    seen = float(motion.visibility[int(np.ceil(first.index)), foot].mean())
    return Instant(first.index, min(seen, first.clarity, until.confidence, th.CERTAIN))


def _walk_back(motion: Motion, joint: Joint, side: Side, last: int) -> _Landing | None:
    """Back from sample ``last`` while the landmark, under either label, is low and slow.

    Low: no higher above its place at ``last`` than a foot that pitches about its heel lifts its ankle. Slow: between
    a standing foot and a swinging one. ``None`` where the landmark is missing or was at rest from the first sample.
    """
    place = motion.raw[last, joint + side]
    ground = place[1]
    if not motion.inside[last, joint + side] or np.isnan(ground):
        return None
    for k in range(last, 0, -1):
        before = _nearest(motion, joint, k - 1, place)
        if before is None:
            return None
        step = float(np.linalg.norm(before - place)) / motion.scale
        height = float(ground - before[1]) / motion.scale
        speed = step / float(motion.t_s[k] - motion.t_s[k - 1])
        excess = max(height / th.GROUND_TOLERANCE, speed / th.PLANTED_SPEED)
        if excess > 1.0:
            moving = _moving_share(motion, joint, k, before, step)
            return _Landing(k - 1 + moving, float(np.clip(0.5 * excess, 0.5, 1.0)))
        place = before
    return None


def _nearest(motion: Motion, joint: Joint, k: int, place: FloatArray) -> FloatArray | None:
    """The landmark of either foot at sample ``k`` that is nearer to ``place``; ``None`` where both are missing."""
    feet = motion.raw[k, [joint, joint + 1]]
    away = np.linalg.norm(feet - place, axis=1)
    return None if np.isnan(away).all() else feet[int(np.nanargmin(away))]


def _moving_share(motion: Motion, joint: Joint, k: int, before: FloatArray, step: float) -> float:
    """Share of the interval before sample ``k`` that the foot still moved, at the speed of the interval before it."""
    earlier = _nearest(motion, joint, k - 2, before) if k >= 2 else None  # noqa: PLR2004 - two samples back
    if earlier is None:
        return 1.0
    stride = float(np.linalg.norm(before - earlier)) / motion.scale
    return 1.0 if stride <= step else float(np.clip(step / stride, th.LEAST_MOVING_SHARE, 1.0))
