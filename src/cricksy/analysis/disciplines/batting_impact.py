"""When the bat meets the ball, which itself is not seen: from the hands and from the line between them.

Hands that swing through the ball are lowest about then, and an upright bat meets it soon after. Soft hands, as of a
defence, do not turn back but stop: by then they are down, and brake hardest on their way to the bowler.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.batting_side import WRIST_ERROR, WRIST_ERROR_S, is_level
from cricksy.analysis.disciplines.batting_swing import Swing
from cricksy.analysis.events import TimeEstimate, together
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

LOWEST_HANDS_UNCERTAINTY_S: Final = 0.05  # s; provisional: the hands are lowest about when the bat is upright
# s; by which hands with an upright bat look lowest before it meets the ball: they go down more slowly than up again,
# which pulls filter and parabola to be early. The middle of synthetic drives with the model's errors, and of three
# rendered ones
LOWEST_LEADS_S: Final = 0.02
WRISTS_AHEAD: Final = 2.0  # deg; the wrists lie off the handle, so their line leads the bat by this much
BAT_SPREAD: Final = 6.0  # deg; from upright within which a straight bat meets the ball, nine in ten
IMPACT_NEAR_S: Final = 0.1  # s; provisional: around the ball, in which the bat comes upright
# s; around the lowest hands: over longer they go down more slowly than up again, which pulls a parabola to be early
LOWEST_NEAR_S: Final = 0.07
# s; after the lowest hands: by then a bat that swings through is well on its way up
SWUNG_THROUGH_S: Final = (0.15, 0.25)
# H; rise of the hands by then, below which they stopped at the ball: of synthetic drives and pulls one in fifty rises
# less, of defences one in a hundred more
SOFT_HANDS: Final = 0.075
# s; after the lowest hands, which still go towards the bowler: as long as slow errors of the model may hide the stop
STOPS_WITHIN_S: Final = 0.35
# s; of the movement that ends where soft hands stop, and the usual one; provisional: synthetic defences take 0.37–0.52
SOFT_S: Final = (0.25, 0.70)
USUAL_SOFT_S: Final = 0.42  # s; provisional: the middle of the same defences
SOFT_VARIES: Final = 0.15  # 1; provisional: standard deviation of the logarithm of that time, between players
SOFT_FASTEST_S: Final = 0.08  # s; provisional: least time from the top of the backlift to the ball
# ratio; of that movement's time, gone as soft hands meet the ball. A movement of least jerk brakes hardest at 0.79 of
# it (Flash and Hogan 1985); on synthetic defences with the model's errors 0.75 came nearest
BRAKING: Final = 0.75
DOWN: Final = 0.95  # ratio; of the same time, for the way down: the one that came nearest on the same defences
SOFT_SPREAD_S: Final = 0.035  # s; from then within which a defence meets the ball, nine in ten synthetic ones
GRID_S: Final = (0.01, 0.03)  # s; steps in which times of the ball and durations are tried: a third of the errors
THINNED_S: Final = 0.008  # s; frames nearer to one another share their slow error and tell nothing more
TREMBLE: Final = 0.006  # H; of filtered hands beside their slow error, 1.5 % of the trunk, on rendered batters
SOFT_SAMPLES: Final = 6  # count; a movement in time and two places takes six numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    wrists_ahead: float = WRISTS_AHEAD
    bat_spread: float = BAT_SPREAD
    lowest_leads_s: float = LOWEST_LEADS_S
    soft_hands: float = SOFT_HANDS


IMPACT: Final = ImpactParams()


def find_impact(  # noqa: PLR0913 - whose hands, which way, and how to look
    motion: Motion,
    hands: FloatArray,
    swing: Swing,
    *,
    top_hand: Side | None,
    towards: int,
    params: ImpactParams = IMPACT,
) -> TimeEstimate:
    """When ``hands`` (n, 2) in pixels bring the bat to the ball in ``swing``.

    Args:
        motion: of the player.
        hands: the middle of both wrists.
        swing: that of these hands.
        top_hand: side of the hand on top of the handle, which shows where the bat points.
        towards: direction of the bowler along x, 0 where the film hardly shows it.
        params: thresholds.
    """
    if _stop(motion, hands, swing.lowest, params):
        return _soft_impact(motion, hands, swing, towards)
    lowest_s = _lowest_hands_s(motion, hands, swing.lowest)
    if is_level(motion, hands, swing.lowest):
        return TimeEstimate(lowest_s, LOWEST_HANDS_UNCERTAINTY_S)
    lowest = TimeEstimate(lowest_s + params.lowest_leads_s, LOWEST_HANDS_UNCERTAINTY_S)
    if top_hand is None or not towards:
        return lowest
    upright = _upright_bat(motion, swing.lowest, top_hand, towards, params)
    if upright is None or upright.uncertainty_s > lowest.uncertainty_s:
        return lowest
    return together(lowest, upright)


def _stop(motion: Motion, hands: FloatArray, lowest: int, params: ImpactParams) -> bool:
    """Whether ``hands`` stay where they are lowest; where the film ends before that shows, they swing through."""
    height, since = -hands[:, 1] / motion.scale, motion.t_s - motion.t_s[lowest]
    seen = np.isfinite(height)
    later = height[(since >= SWUNG_THROUGH_S[0]) & (since <= SWUNG_THROUGH_S[1]) & seen]
    at_lowest = height[(np.abs(since) <= THINNED_S) & seen]
    return bool(len(later) and len(at_lowest) and later.mean() - at_lowest.mean() < params.soft_hands)


def _lowest_hands_s(motion: Motion, hands: FloatArray, lowest: int) -> float:
    """When the hands are lowest: the vertex of the parabola that fits their way near the lowest sample best.

    They turn back so gently that a single sample a hundredth of H off would move the moment by frames.
    """
    here_s, height = float(motion.t_s[lowest]), -hands[:, 1]
    near = np.flatnonzero((np.abs(motion.t_s - here_s) <= LOWEST_NEAR_S) & np.isfinite(height))
    if len(near) < 3:  # noqa: PLR2004 - a parabola takes three points
        return here_s
    bend, slope, _ = np.polyfit(motion.t_s[near] - here_s, height[near], 2).tolist()
    if bend <= 0:
        return here_s
    return here_s + float(np.clip(-slope / (2 * bend), -IMPACT_NEAR_S, IMPACT_NEAR_S))


def _soft_impact(motion: Motion, hands: FloatArray, swing: Swing, towards: int) -> TimeEstimate:
    """When soft ``hands`` meet the ball: the mean over all movements of least jerk, each weighed by its likelihood.

    The model's errors in the hands change slowly, so each movement is held against the covariance of such errors
    rather than against single places (generalised least squares). Each has any place and any way, in both directions.
    """
    top_s, lowest_s = float(motion.t_s[swing.top]), float(motion.t_s[swing.lowest])
    part = (motion.t_s >= top_s) & (motion.t_s <= lowest_s + STOPS_WITHIN_S) & np.isfinite(hands).all(axis=1)
    shown = np.flatnonzero(part)[:: max(1, int(motion.rate * THINNED_S))]
    if len(shown) < SOFT_SAMPLES:
        return TimeEstimate(lowest_s, LOWEST_HANDS_UNCERTAINTY_S)
    t_s, places = motion.t_s[shown], hands[shown] / motion.scale
    meets = np.arange(top_s + SOFT_FASTEST_S, lowest_s + STOPS_WITHIN_S, GRID_S[0])[:, None]
    lasts = np.arange(*SOFT_S, GRID_S[1])[None, :]
    slow = (WRIST_ERROR / 2.0) ** 2 * np.exp(-np.abs(t_s[:, None] - t_s) / WRIST_ERROR_S)
    errors = np.linalg.cholesky(slow + TREMBLE**2 * np.eye(len(t_s)))
    whiten = np.asarray(np.linalg.inv(errors), dtype=np.float64)
    unlikely = (np.log(lasts / USUAL_SOFT_S) / SOFT_VARIES) ** 2 + np.zeros_like(meets)
    for axis, gone in ((0, BRAKING if towards else DOWN), (1, DOWN)):
        movements = _least_jerk((t_s - (meets - gone * lasts)[..., None]) / lasts[..., None])
        unlikely = unlikely + _misfit(whiten, places[:, axis], movements)
    likely = np.exp(-0.5 * (unlikely - unlikely.min())).sum(axis=1)
    likely /= likely.sum()
    mean = float(likely @ meets[:, 0])
    spread = math.sqrt(float(likely @ (meets[:, 0] - mean) ** 2))
    return TimeEstimate(mean, math.hypot(th.Z90 * spread, SOFT_SPREAD_S))


def _least_jerk(gone: FloatArray) -> FloatArray:
    """Share of the way behind it of a movement of least jerk, ``gone`` of its time over (Flash and Hogan 1985)."""
    u = np.clip(gone, 0.0, 1.0)
    way: FloatArray = u**3 * (10.0 - 15.0 * u + 6.0 * u**2)
    return way


def _misfit(whiten: FloatArray, values: FloatArray, shapes: FloatArray) -> FloatArray:
    """Squares that are left of ``values`` (n,) in standard deviations, by each of ``shapes`` (..., n).

    Each has the offset and the size that suit it best. ``whiten`` (n, n) makes errors independent of one another.
    """
    constant = whiten.sum(axis=1)
    constant = constant / np.linalg.norm(constant)
    seen, shown = whiten @ values, shapes @ whiten.T
    seen = seen - (seen @ constant) * constant
    shown = shown - (shown @ constant)[..., None] * constant
    sizes = np.sum(shown**2, axis=-1)
    explained = np.divide((shown @ seen) ** 2, sizes, out=np.zeros_like(sizes), where=sizes > 0.0)
    left: FloatArray = seen @ seen - explained
    return left


def _upright_bat(
    motion: Motion, lowest: int, top_hand: Side, towards: int, params: ImpactParams
) -> TimeEstimate | None:
    """When the bat, a little behind the line from the top hand's wrist to the other, is upright near ``lowest``.

    ``None`` where a wrist is hidden meanwhile: the model guesses it, and it strays even where it comes out again.
    """
    near = np.flatnonzero(np.abs(motion.t_s - motion.t_s[lowest]) <= IMPACT_NEAR_S)
    bat = motion.unfiltered[near, Joint.WRIST + top_hand.other] - motion.unfiltered[near, Joint.WRIST + top_hand]
    if not np.isfinite(bat).all():
        return None
    angle = filters.unwrap(np.degrees(np.arctan2(towards * bat[:, 0], bat[:, 1])))
    t_s = motion.t_s[near]
    upright_s = filters.crossing(t_s, angle, params.wrists_ahead, float(motion.t_s[lowest]))
    if not np.isfinite(upright_s):
        return None
    turning = abs(float(np.median(filters.rate_of_change(t_s, angle))))
    lengths = np.linalg.norm(bat, axis=1) / motion.scale
    length = float(np.median(lengths))
    if not (turning > 0 and length > 0):
        return None
    # Hands on a handle stay as far apart: as much as their distance varies, so does the end of the line across it. The
    # model's jitter counts even where it happens not to show in so few frames.
    wavers = max(float(np.std(lengths)), math.sqrt(2.0) * th.LIMB_JITTER * motion.jitter) / length
    return TimeEstimate(upright_s, math.hypot(th.Z90 * math.degrees(wavers), params.bat_spread) / turning)
