"""A batting stroke: stance, top of the backlift, front-foot contact and impact, from the hands and the feet."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines import foot_contact
from cricksy.analysis.disciplines.foot_contact import CONTACT, ContactParams
from cricksy.analysis.events import (
    Action,
    Instant,
    TimeEstimate,
    certainty,
    first_sample,
    fractional_index,
    time_at,
)
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline

# H/s; provisional: hands of a checked drive seen from the front; a full swing reaches 5
BATTING_SPEED: Final = 1.6
HANDS_TOGETHER_SHARE: Final = 0.7  # ratio; provisional: of the downswing's frames
BACKLIFT_RISE: Final = 0.12  # H; provisional: rise of the hands from stance to the top of the backlift
IMPACT_NEAR_S: Final = 0.1  # s; provisional: the hands are lowest this long before they are fastest
# H/s; a long stride forward averages 0.8, a run-up 3–5, half of that in slow motion
BATTING_HIP_SPEED: Final = 1.2
BEFORE_STANCE_S: Final = 0.3  # s; provisional: before a stance, in which a batter waits and a bowler runs
STANCE_S: Final = 1.2  # s; provisional: stance to top of the backlift
BACKLIFT_BEGUN: Final = 0.1  # ratio; provisional: of the hands' rise, at which the stance ends
# ratio; of the hands' rise, below which they rest: all that slow errors of 5 % of the trunk add
RESTING: Final = 0.3
# By BACKLIFT_BEGUN alone one stance in ten of synthetic hands with such errors was more than 0.19 s off; with the two
# numbers below, one in ten was more than 0.08 s off. They change nothing where the hands rest without errors.

# %; of the heights of resting hands, some of which have begun to rise
RESTING_PERCENTILE: Final = 67
ABOVE_RESTING: Final = 0.04  # ratio; of the hands' rise, chosen with RESTING_PERCENTILE
STANCE_UNCERTAINTY_S: Final = 0.06  # s; nine in ten of the same synthetic hands
TOP_UNCERTAINTY_S: Final = 0.04  # s; the highest hands hardly move: they take 40 ms for 1 % of H
LOWEST_HANDS_UNCERTAINTY_S: Final = 0.05  # s; provisional: the hands are lowest about when the bat is upright
WRISTS_AHEAD: Final = 2.0  # deg; the wrists lie off the handle, so their line leads the bat by this much
BAT_SPREAD: Final = 6.0  # deg; from upright within which a straight bat meets the ball, nine in ten
STROKE_CONFIDENCE: Final = 0.7  # ratio; provisional: the ball is not seen, and catching moves the hands alike
FRONT_STRIDE: Final = 0.08  # H; provisional: smallest step of the front foot towards the ball
BATTING_TRAVEL: Final = 0.04  # H; provisional: half of FRONT_STRIDE, as the hips lie between the feet


@dataclass(frozen=True, slots=True, kw_only=True)
class StrokeParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    hands_speed: float = BATTING_SPEED
    hands_together_share: float = HANDS_TOGETHER_SHARE
    backlift_rise: float = BACKLIFT_RISE
    hip_speed: float = BATTING_HIP_SPEED
    stance_s: float = STANCE_S
    backlift_begun: float = BACKLIFT_BEGUN
    wrists_ahead: float = WRISTS_AHEAD
    bat_spread: float = BAT_SPREAD
    front_stride: float = FRONT_STRIDE
    travel: float = BATTING_TRAVEL
    contact: ContactParams = CONTACT


STROKE: Final = StrokeParams()


def find_stroke(motion: Motion, params: StrokeParams = STROKE) -> Action | None:
    """The stroke of two hands on one bat with the fastest hands.

    ``None`` without a backlift, with hands apart or from a run: a bowler gathers both hands before the chest.
    """
    hands = _hands(motion)
    around = hands - motion.middle(Joint.HIP)
    speed = np.linalg.norm(filters.rate_of_change(motion.t_s, around), axis=1) / motion.scale
    if not np.isfinite(speed).any() or np.nanmax(speed) < params.hands_speed:
        return None
    fastest = int(np.nanargmax(speed))
    highest = _extreme(hands[:, 1], first_sample(motion, fastest, th.DOWNSWING_S), fastest, -1)
    lowest = _extreme(hands[:, 1], max(highest, first_sample(motion, fastest, IMPACT_NEAR_S)), fastest, 1)
    waiting = _stance(motion, hands[:, 1], highest, params)
    joined = _hands_together(motion, slice(highest, lowest + 1))
    if waiting is None or joined < params.hands_together_share or waiting[1] < params.backlift_rise:
        return None
    stance = round(waiting[0])
    if _hip_speed(motion, stance, lowest) > params.hip_speed:
        return None
    seen = float(motion.visibility[stance : lowest + 1, Joint.WRIST : Joint.WRIST + 2].mean())
    sure = min(seen, joined, STROKE_CONFIDENCE)
    towards = _towards(motion, stance, lowest, params.travel)
    front_arm = _front_arm(motion, highest, towards)
    top = _peak(-hands[:, 1], highest)
    impact = _impact(motion, lowest, front_arm, towards, params)
    hit = fractional_index(motion, impact.t_s)
    key_sure = min(sure, certainty(impact.uncertainty_s), th.CERTAIN if hit > top else th.UNSEEN_CONFIDENCE)
    key = Instant(max(top, hit), key_sure, impact.uncertainty_s)
    top_s = TOP_UNCERTAINTY_S
    instants: dict[EventName, Instant] = {
        "stance": Instant(waiting[0], min(sure, certainty(STANCE_UNCERTAINTY_S)), STANCE_UNCERTAINTY_S),
        "backlift_top": Instant(top, min(sure, certainty(top_s)), top_s),
        "impact": key,
    }
    front = _front_leg(motion, lowest, towards)
    contact = _front_contact(motion, front, towards, stance, key, params=params)
    if contact is not None:
        instants["front_foot_contact"] = contact
    return Action(
        discipline=Discipline.BATTING,
        discipline_confidence=sure,
        key_event=key,
        first=waiting[0],
        last=key.index,
        towards=towards,
        front=front,
        arm=front_arm,
        instants=instants,
    )


def _hands(motion: Motion) -> FloatArray:
    """(n, 2) the middle of the wrists.

    Two hands on a handle hide one another in turn, most of all near impact. Where one wrist is hidden the other
    decides, and half of the way between them as it was before and after.
    """
    left, right = (motion.side(Joint.WRIST, side) for side in Side)
    half = (right - left) / 2
    both = np.isfinite(half[:, 0])
    if not both.any():
        return left + half
    way = np.empty_like(half)
    for axis in (0, 1):
        way[:, axis] = np.interp(motion.t_s, motion.t_s[both], half[both, axis])
    return np.where(np.isfinite(left), left + way, right - way)


def _hip_speed(motion: Motion, stance: int, impact: int) -> float:
    """Mean speed of the hips across the image from shortly before the stance to impact, in H/s."""
    part = slice(first_sample(motion, stance, BEFORE_STANCE_S), impact + 1)
    hips, t_s = motion.middle(Joint.HIP)[part, 0], motion.t_s[part]
    seen = np.isfinite(hips)
    if np.count_nonzero(seen) < 2:  # noqa: PLR2004 - a speed takes two places
        return 0.0
    return abs(filters.line(t_s[seen], hips[seen])[0]) / motion.scale


def _extreme(y: FloatArray, first: int, last: int, way: int) -> int:
    """The sample from ``first`` to ``last`` at which ``y`` (n,) is least (``way`` -1) or greatest (1)."""
    part = way * y[first : last + 1]
    return first + int(np.nanargmax(part)) if np.isfinite(part).any() else last


def _peak(values: FloatArray, k: int) -> float:
    """The index of the top of the parabola through ``values`` (n,) at ``k`` and its neighbours."""
    if not 0 < k < len(values) - 1:
        return float(k)
    before, here, after = values[k - 1 : k + 2]
    bend = before - 2 * here + after
    return k + float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else float(k)


def _stance(motion: Motion, y: FloatArray, top: int, params: StrokeParams) -> tuple[float, float] | None:
    """Where the hands at ``y`` (n,) begin to rise to the top of the backlift, and by how much of H they rise."""
    first = first_sample(motion, top, params.stance_s)
    height = -y[first : top + 1]
    if np.count_nonzero(np.isfinite(height)) < 2 or np.isnan(height[-1]):  # noqa: PLR2004 - a rise has two ends
        return None
    lowest = float(np.nanmin(height))
    rise = float(height[-1]) - lowest
    # Slow errors make resting hands wander: they have not begun to rise before they leave most of where they rested.
    resting = float(np.percentile(height[height <= lowest + RESTING * rise], RESTING_PERCENTILE))
    begun = max(lowest + params.backlift_begun * rise, resting + ABOVE_RESTING * rise)
    last = first + len(height) - 1 - int(np.argmax((height <= begun)[::-1]))
    around = slice(first, top + 1)
    begun_s = filters.crossing(motion.t_s[around], height, begun, float(motion.t_s[last]))
    return (fractional_index(motion, begun_s) if np.isfinite(begun_s) else float(last)), rise / motion.scale


def _impact(motion: Motion, lowest: int, top_hand: Side | None, towards: int, params: StrokeParams) -> TimeEstimate:
    """When an upright bat meets the ball, which itself is not seen: the bat is the line from wrist to wrist.

    The hands are lowest about then, which counts where the wrists are too unsteady.
    """
    lowest_s = TimeEstimate(_lowest_hands_s(motion, lowest), LOWEST_HANDS_UNCERTAINTY_S)
    upright = None if top_hand is None else _upright_bat(motion, lowest, top_hand, towards, params)
    return min((lowest_s, upright or lowest_s), key=lambda timing: timing.uncertainty_s)


def _lowest_hands_s(motion: Motion, lowest: int) -> float:
    """When the hands are lowest: the vertex of the parabola that fits their way near the sample ``lowest`` best.

    They turn back so gently that a single sample a hundredth of H off would move the moment by frames.
    """
    here_s, height = float(motion.t_s[lowest]), -_hands(motion)[:, 1]
    near = np.flatnonzero((np.abs(motion.t_s - here_s) <= IMPACT_NEAR_S) & np.isfinite(height))
    if len(near) < 3:  # noqa: PLR2004 - a parabola takes three points
        return here_s
    bend, slope, _ = np.polyfit(motion.t_s[near] - here_s, height[near], 2).tolist()
    if bend <= 0:
        return here_s
    return here_s + float(np.clip(-slope / (2 * bend), -IMPACT_NEAR_S, IMPACT_NEAR_S))


def _upright_bat(
    motion: Motion, lowest: int, top_hand: Side, towards: int, params: StrokeParams
) -> TimeEstimate | None:
    """When the bat, a little behind the line from the top hand's wrist to the other, is upright near ``lowest``."""
    near = np.flatnonzero(np.abs(motion.t_s - motion.t_s[lowest]) <= IMPACT_NEAR_S)
    bat = motion.unfiltered[near, Joint.WRIST + top_hand.other] - motion.unfiltered[near, Joint.WRIST + top_hand]
    angle = filters.unwrap(np.degrees(np.arctan2(towards * bat[:, 0], bat[:, 1])))
    t_s = motion.t_s[near]
    upright_s = filters.crossing(t_s, angle, params.wrists_ahead, float(motion.t_s[lowest]))
    if not np.isfinite(upright_s):
        return None
    turns = filters.rate_of_change(t_s, angle)
    if not np.isfinite(turns).any():
        return None
    turning = abs(float(np.nanmedian(turns)))
    lengths = np.linalg.norm(bat, axis=1) / motion.scale
    length = float(np.nanmedian(lengths))
    if not (turning > 0 and length > 0):
        return None
    # Hands on a handle stay as far apart: as much as their distance varies, so does the end of the line across it. The
    # model's jitter counts even where it happens not to show in so few frames.
    wavers = max(float(np.nanstd(lengths)), math.sqrt(2.0) * th.LIMB_JITTER * motion.jitter) / length
    return TimeEstimate(upright_s, math.hypot(th.Z90 * math.degrees(wavers), params.bat_spread) / turning)


def _hands_together(motion: Motion, window: slice) -> float:
    """Share of the frames on which the wrists are as near as on a bat's handle; frames without both do not count."""
    apart = np.linalg.norm(motion.unfiltered[window, Joint.WRIST] - motion.unfiltered[window, Joint.WRIST + 1], axis=1)
    apart = apart[np.isfinite(apart)]
    return int(np.count_nonzero(apart <= th.HANDS_TOGETHER * motion.scale)) / len(apart) if len(apart) else 0.0


def _towards(motion: Motion, stance: int, impact: int, least: float) -> int:
    """Direction of the bowler along x: where the hips go from stance to impact; 0 where they do not move across."""
    hips = motion.middle(Joint.HIP)[:, 0]
    travel = float(hips[impact] - hips[stance]) / motion.scale
    return int(np.sign(travel)) if np.isfinite(travel) and abs(travel) >= least else 0


def _front_leg(motion: Motion, impact: int, towards: int) -> Side | None:
    ahead = [towards * motion.smooth[impact, Joint.ANKLE + side, 0] for side in Side]
    return Side(int(np.argmax(ahead))) if towards and np.isfinite(ahead).all() else None


def _front_arm(motion: Motion, top: int, towards: int) -> Side | None:
    ahead = [towards * motion.smooth[top, Joint.SHOULDER + side, 0] for side in Side]
    return Side(int(np.argmax(ahead))) if towards and np.isfinite(ahead).all() else None


def _front_contact(  # noqa: PLR0913 - whose foot, when, and how to look
    motion: Motion, front: Side | None, towards: int, stance: int, impact: Instant, *, params: StrokeParams
) -> Instant | None:
    """When the front foot came down, where it took a step at all."""
    if front is None:
        return None
    ankle = motion.smooth[:, Joint.ANKLE + front]
    step = np.linalg.norm(ankle[round(impact.index)] - ankle[stance]) / motion.scale
    if not step >= params.front_stride:
        return None
    since_stance_s = time_at(motion, impact.index) - float(motion.t_s[stance])
    return foot_contact.front_contact(motion, towards, impact, (0.0, since_stance_s), params.contact)
