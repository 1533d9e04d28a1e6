"""The swing of two hands on one bat: where they are highest, fastest and lowest, and whether they are on a bat."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import first_sample
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

# H/s; provisional: soft hands of a forward defence seen from the front; a full swing reaches 5
HANDS_SPEED: Final = 0.7
HANDS_TOGETHER_SHARE: Final = 0.7  # ratio; provisional: of the downswing's frames that show both wrists
# H; provisional: hands above the hips at the top of the backlift, which those of a walker never are
TOP_ABOVE_HIPS: Final = 0.12
# H; provisional: of the hands from the top to the ball: a drive and a defence fall 0.3, less what the model has wrong
FALL: Final = 0.09
SWEEP_SPEED: Final = 1.8  # H/s; provisional: of hands together that sweep across, as in a pull
SWEEP_FALL: Final = 0.03  # H; provisional: a pull falls 0.05–0.25
# ratio; geometric mean of the mean visibility of the better seen wrist in ten rendered strokes, 0.82 at least, and in
# two films of people who move both arms, hidden by themselves, 0.60
HANDS_SEEN: Final = 0.7
# H; geometric mean of how high the shoulders are above the hips at the ball in the same strokes, 0.33, and of one who
# dives, 0.13
UPRIGHT: Final = 0.2
# H/s; geometric mean of a long stride forward, 0.8, and a bowler who walks in, 1.1; a run-up does 3–5, half of that in
# slow motion
HIP_SPEED: Final = 0.95
BEFORE_STANCE_S: Final = 0.3  # s; provisional: before a stance, in which a batter waits and a bowler runs
IMPACT_EARLIER_S: Final = 0.2  # s; provisional: the hands are lowest this long before they are fastest
# s; provisional: and this long after it, where soft hands stop at the ball
IMPACT_LATER_S: Final = 0.25
TRIES: Final = 6  # count; of fast moments: a wrist that jumps as it hides is as fast as a swing
APART_S: Final = 0.2  # s; provisional: from one such moment to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class SwingParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    hands_speed: float = HANDS_SPEED
    hands_together_share: float = HANDS_TOGETHER_SHARE
    top_above_hips: float = TOP_ABOVE_HIPS
    fall: float = FALL
    hands_seen: float = HANDS_SEEN
    upright: float = UPRIGHT
    hip_speed: float = HIP_SPEED


SWING: Final = SwingParams()
# Of a player who is said to bat less will do: gloves hide a backlift, and a block hardly falls.
TOLD: Final = SwingParams(
    hands_speed=0.6, hands_together_share=0.4, top_above_hips=0.0, fall=0.06, hands_seen=0.0, upright=0.0, hip_speed=2.0
)


@dataclass(frozen=True, slots=True)
class Swing:
    """Samples of the hands' highest and lowest place, and how they were seen.

    ``joined``: share of the downswing's frames with both wrists on which they are as near as on a handle; ``None``
    where no frame shows both.
    """

    top: int
    lowest: int
    joined: float | None


def hands_of(motion: Motion) -> FloatArray:
    """(n, 2) the middle of the wrists.

    Two hands on a handle hide one another in turn, most of all near impact. Where one wrist is hidden the other
    decides, and half of the way between them as it was before and after; where one is never seen, the other alone.
    """
    left, right = (motion.side(Joint.WRIST, side) for side in Side)
    half = (right - left) / 2
    both = np.isfinite(half[:, 0])
    if not both.any():
        return np.where(np.isfinite(left), left, right)
    way = np.empty_like(half)
    for axis in (0, 1):
        way[:, axis] = np.interp(motion.t_s, motion.t_s[both], half[both, axis])
    return np.where(np.isfinite(left), left + way, right - way)


def find_swing(motion: Motion, hands: FloatArray, params: SwingParams = SWING) -> Swing | None:
    """The fastest swing of ``hands`` (n, 2) from above the hips down to the ball; ``None`` where there is none."""
    around = hands - motion.middle(Joint.HIP)
    speed = np.linalg.norm(filters.rate_of_change(motion.t_s, around), axis=1) / motion.scale
    for _ in range(TRIES):
        if not np.isfinite(speed).any() or np.nanmax(speed) < params.hands_speed:
            return None
        fastest = int(np.nanargmax(speed))
        swing = _swing(motion, hands, speed, fastest, params)
        if swing is not None:
            return swing
        speed[np.abs(motion.t_s - motion.t_s[fastest]) <= APART_S] = np.nan
    return None


def hip_speed(motion: Motion, stance: int, impact: int) -> float:
    """Mean speed of the hips across the image from shortly before the stance to impact, in H/s."""
    part = slice(first_sample(motion, stance, BEFORE_STANCE_S), impact + 1)
    hips, t_s = motion.middle(Joint.HIP)[part, 0], motion.t_s[part]
    seen = np.isfinite(hips)
    if np.count_nonzero(seen) < 2:  # noqa: PLR2004 - a speed takes two places
        return 0.0
    return abs(filters.line(t_s[seen], hips[seen])[0]) / motion.scale


def _swing(motion: Motion, hands: FloatArray, speeds: FloatArray, fastest: int, params: SwingParams) -> Swing | None:
    """The swing that is fastest, or swings through, at the sample ``fastest``."""
    around = hands - motion.middle(Joint.HIP)
    y, speed = hands[:, 1], speeds[fastest]
    later = int(np.searchsorted(motion.t_s, float(motion.t_s[fastest]) + IMPACT_LATER_S, side="right")) - 1
    lowest = _extreme(y, first_sample(motion, fastest, IMPACT_EARLIER_S), max(fastest, later), 1)
    top = _extreme(y, first_sample(motion, lowest, th.DOWNSWING_S), lowest, -1)
    fall, above = (y[lowest] - y[top]) / motion.scale, -around[top, 1] / motion.scale
    if not (lowest > top and above >= params.top_above_hips):
        return None
    downswing = slice(top, lowest + 1)
    wrists = motion.visibility[downswing, Joint.WRIST : Joint.WRIST + 2]
    trunk = motion.middle(Joint.HIP)[lowest, 1] - motion.middle(Joint.SHOULDER)[lowest, 1]
    if wrists.max(axis=1).mean() < params.hands_seen or trunk < params.upright * motion.scale:
        return None
    joined = _joined(motion, downswing)
    least = SWEEP_FALL if joined is not None and speed >= SWEEP_SPEED else params.fall
    if not fall >= least or (joined is not None and joined < params.hands_together_share):
        return None
    return Swing(top, lowest, joined)


def _joined(motion: Motion, window: slice) -> float | None:
    """See :class:`Swing`: a hidden wrist is neither here nor there."""
    wrists = motion.unfiltered[window, Joint.WRIST : Joint.WRIST + 2]
    apart = np.linalg.norm(wrists[:, 0] - wrists[:, 1], axis=1)
    apart = apart[np.isfinite(apart)]
    return np.count_nonzero(apart <= th.HANDS_TOGETHER * motion.scale) / len(apart) if len(apart) else None


def _extreme(y: FloatArray, first: int, last: int, way: int) -> int:
    """The sample from ``first`` to ``last`` at which ``y`` (n,) is least (``way`` -1) or greatest (1)."""
    part = way * y[first : last + 1]
    return first + int(np.nanargmax(part)) if np.isfinite(part).any() else last
