"""A batting stroke: stance, top of the backlift, front-foot contact and impact, from the hands and the feet."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines import foot_contact
from cricksy.analysis.disciplines.batting_side import front_arm, front_leg, is_level, towards_bowler
from cricksy.analysis.disciplines.batting_swing import SWING, TOLD, Swing, SwingParams, find_swing, hands_of, hip_speed
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
from cricksy.analysis.track import FloatArray, IntArray
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline

# H; provisional: rise of the hands from stance to the top of the backlift; with less the bat waited raised, and where
# the stance ends is not seen
BACKLIFT_RISE: Final = 0.12
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
IMPACT_NEAR_S: Final = 0.1  # s; provisional: around the ball, in which the bat comes upright, or soft hands stay
# s; around the lowest hands: over longer they go down more slowly than up again, which pulls a parabola to be early
LOWEST_NEAR_S: Final = 0.07
# H; provisional: rise of the hands in IMPACT_NEAR_S after the ball, below which they stopped there
SOFT_HANDS: Final = 0.04
# ratio; of soft hands' way to where they stop, gone as they meet the ball: on synthetic defences with the model's
# errors the one that came nearest
GONE: Final = 0.95
UNKNOWN_HANDS: Final = 0.5  # ratio; provisional: one wrist was never seen, so nobody knows whether both hold a bat
TOLD_CONFIDENCE: Final = 0.45  # ratio; provisional: a stroke seen only because the coach says that it is one
STROKE_CONFIDENCE: Final = 0.7  # ratio; provisional: the ball is not seen, and catching moves the hands alike
FRONT_STRIDE: Final = 0.08  # H; provisional: smallest step of the front foot towards the ball


@dataclass(frozen=True, slots=True, kw_only=True)
class StrokeParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    swing: SwingParams = SWING
    backlift_rise: float = BACKLIFT_RISE
    stance_s: float = STANCE_S
    backlift_begun: float = BACKLIFT_BEGUN
    wrists_ahead: float = WRISTS_AHEAD
    bat_spread: float = BAT_SPREAD
    front_stride: float = FRONT_STRIDE
    contact: ContactParams = CONTACT


STROKE: Final = StrokeParams()


def find_stroke(motion: Motion, params: StrokeParams = STROKE, *, told: bool = False) -> Action | None:
    """The stroke of two hands on one bat with the fastest hands.

    ``None`` without a swing down from above the hips, with hands apart or from a run: a bowler gathers both hands
    before the chest. ``told``: that it is one; then less will do, and is less sure.
    """
    found = _find(motion, params)
    if found is None and told:
        believed = _find(motion, replace(params, swing=TOLD))
        return None if believed is None else _less_sure(believed)
    return found


def _find(motion: Motion, params: StrokeParams) -> Action | None:
    hands = hands_of(motion)
    swing = find_swing(motion, hands, params.swing)
    waiting = None if swing is None else _stance(motion, hands[:, 1], swing.top, params)
    if swing is None or waiting is None:
        return None
    highest, lowest, stance = swing.top, swing.lowest, round(waiting[0])
    if hip_speed(motion, stance, lowest) > params.swing.hip_speed:
        return None
    wrists = motion.visibility[stance : lowest + 1, Joint.WRIST : Joint.WRIST + 2]
    joined = UNKNOWN_HANDS if swing.joined is None else swing.joined
    # One wrist is enough: the other is hidden by it or by the body in every stroke.
    sure = min(float(wrists.max(axis=1).mean()), joined, STROKE_CONFIDENCE)
    towards = towards_bowler(motion, hands, highest, lowest)
    arm = front_arm(motion, hands, stance=stance, top=highest, impact=lowest, towards=towards)
    top = _peak(-hands[:, 1], highest)
    impact = _impact(motion, hands, swing, top_hand=arm, towards=towards, params=params)
    hit = fractional_index(motion, impact.t_s)
    key_sure = min(sure, certainty(impact.uncertainty_s), th.CERTAIN if hit > top else th.UNSEEN_CONFIDENCE)
    key = Instant(max(top, hit), key_sure, impact.uncertainty_s)
    top_s = TOP_UNCERTAINTY_S
    instants: dict[EventName, Instant] = {
        "backlift_top": Instant(top, min(sure, certainty(top_s)), top_s),
        "impact": key,
    }
    if waiting[1] >= params.backlift_rise:
        instants["stance"] = Instant(waiting[0], min(sure, certainty(STANCE_UNCERTAINTY_S)), STANCE_UNCERTAINTY_S)
    front = front_leg(motion, lowest, towards)
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
        arm=arm,
        instants=instants,
    )


def _less_sure(stroke: Action) -> Action:
    """A stroke that was found only because the coach says that there is one."""
    instants = {
        name: replace(instant, confidence=min(instant.confidence, TOLD_CONFIDENCE))
        for name, instant in stroke.instants.items()
    }
    sure = min(stroke.discipline_confidence, TOLD_CONFIDENCE)
    return replace(stroke, discipline_confidence=sure, key_event=instants["impact"], instants=instants)


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


def _impact(  # noqa: PLR0913 - whose hands, which way, and how to look
    motion: Motion, hands: FloatArray, swing: Swing, *, top_hand: Side | None, towards: int, params: StrokeParams
) -> TimeEstimate:
    """When the bat meets the ball, which itself is not seen: upright, or level where the hands are high.

    The bat is the line from wrist to wrist. The hands are lowest about then, which counts where the wrists are too
    unsteady or the bat is not upright.
    """
    lowest_s = TimeEstimate(_lowest_hands_s(motion, hands, swing), LOWEST_HANDS_UNCERTAINTY_S)
    if top_hand is None or not towards or is_level(motion, hands, swing.lowest):
        return lowest_s
    upright = _upright_bat(motion, swing.lowest, top_hand, towards, params)
    return min((lowest_s, upright or lowest_s), key=lambda timing: timing.uncertainty_s)


def _lowest_hands_s(motion: Motion, hands: FloatArray, swing: Swing) -> float:
    """When the hands are lowest: the vertex of the parabola that fits their way near the lowest sample best.

    They turn back so gently that a single sample a hundredth of H off would move the moment by frames. Soft hands do
    not turn back but stop: they meet the ball where they have gone nearly all of the way down.
    """
    here_s, height = float(motion.t_s[swing.lowest]), -hands[:, 1]
    after = np.flatnonzero((motion.t_s >= here_s) & (motion.t_s <= here_s + IMPACT_NEAR_S) & np.isfinite(height))
    if height[after[-1]] - height[swing.lowest] < SOFT_HANDS * motion.scale:
        return _stopping_s(motion, hands, swing, after)
    near = np.flatnonzero((np.abs(motion.t_s - here_s) <= LOWEST_NEAR_S) & np.isfinite(height))
    if len(near) < 3:  # noqa: PLR2004 - a parabola takes three points
        return here_s
    bend, slope, _ = np.polyfit(motion.t_s[near] - here_s, height[near], 2).tolist()
    if bend <= 0:
        return here_s
    return here_s + float(np.clip(-slope / (2 * bend), -IMPACT_NEAR_S, IMPACT_NEAR_S))


def _stopping_s(motion: Motion, hands: FloatArray, swing: Swing, after: IntArray) -> float:
    """When ``hands`` (n, 2) have first gone ``GONE`` of their way from the top to where they stay on ``after``."""
    way = np.mean(hands[after], axis=0) - hands[swing.top]
    down = slice(swing.top, int(after[-1]) + 1)
    gone = (hands[down] - hands[swing.top]) @ way / float(way @ way)
    return float(motion.t_s[swing.top + int(np.argmax(gone >= GONE))])


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
