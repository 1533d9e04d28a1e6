"""A batting stroke: stance, top of the backlift, front-foot contact and impact, from the hands and the feet."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines import foot_contact
from cricksy.analysis.disciplines.batting_impact import IMPACT, ImpactParams, find_impact
from cricksy.analysis.disciplines.batting_side import front_arm, front_leg, towards_bowler
from cricksy.analysis.disciplines.batting_swing import SWING, TOLD, SwingParams, find_swing, hands_of, hip_speed
from cricksy.analysis.disciplines.landing import CONTACT, ContactParams
from cricksy.analysis.events import (
    Action,
    Instant,
    NoContact,
    certainty,
    first_sample,
    fractional_index,
    less_sure,
    parted,
    time_at,
)
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray
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
STEEP: Final = (0.2, 0.7)  # ratio; of the hands' rise: the part in which 1 % of H is less than a frame of 60 fps
STEEP_LEVELS: Final = 9  # count; of heights at which that part is timed
# ratio; of the hands' rise: a rise without errors begins by no more than this before and after the line through its
# steep part. Of synthetic hands with half of the model's errors, one stance in ten was then 0.043 s off, and not 0.064.
BENDS: Final = (0.03, 0.01)
STANCE_UNCERTAINTY_S: Final = 0.06  # s; nine in ten of the same synthetic hands
TOP_TREMBLE: Final = 0.01  # H; nine in ten of a gloved wrist's errors from frame to frame: the top lies among them
TOP_SAMPLES: Final = 5  # count; of a cubic that is not to bend by its errors
TOP_UNCERTAINTY_S: Final = 0.04  # s; the highest hands hardly move: they take 40 ms for 1 % of H
# s; 90 % half-width of the time of impact, beyond which it is not known: the frames of a whole downswing would do
IMPACT_KNOWN_S: Final = 0.08
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
    impact: ImpactParams = IMPACT
    impact_known_s: float = IMPACT_KNOWN_S
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
        return None if believed is None else less_sure(believed, TOLD_CONFIDENCE)
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
    top = top_of(motion, -hands[:, 1], highest)
    impact = find_impact(motion, hands, swing, top_hand=arm, towards=towards, params=params.impact)
    hit = fractional_index(motion, impact.t_s)
    key_sure = min(sure, certainty(impact.uncertainty_s), th.CERTAIN if hit > top else th.UNSEEN_CONFIDENCE)
    key = Instant(max(top, hit), key_sure, impact.uncertainty_s)
    top_s = TOP_UNCERTAINTY_S
    looked_for: dict[EventName, Instant | NoContact] = {
        "backlift_top": Instant(top, min(sure, certainty(top_s)), top_s),
    }
    if impact.uncertainty_s <= params.impact_known_s:
        looked_for["impact"] = key
    if waiting[1] >= params.backlift_rise:
        looked_for["stance"] = Instant(waiting[0], min(sure, certainty(STANCE_UNCERTAINTY_S)), STANCE_UNCERTAINTY_S)
    front = front_leg(motion, lowest, towards)
    looked_for["front_foot_contact"] = _front_contact(motion, front, towards, stance, key, params=params)
    instants, no_contact = parted(looked_for)
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
        no_contact=no_contact,
    )


def top_of(motion: Motion, height: FloatArray, k: int) -> float:
    """The index at which hands at ``height`` (n,) pixels, highest at the sample ``k``, are at the top.

    Of the cubic through what is as high but for ``TOP_TREMBLE``: of hands that hardly move any may seem the highest.
    """
    away = np.flatnonzero(~(height >= height[k] - TOP_TREMBLE * motion.scale))
    first = int(away[away < k][-1]) + 1 if (away < k).any() else 0
    end = int(away[away > k][0]) if (away > k).any() else len(height)
    if end - first < TOP_SAMPLES:
        return _turn(height, k)
    t_s = motion.t_s[first:end]
    curve = np.polynomial.Polynomial.fit(t_s, height[first:end], 3)
    turns = curve.deriv().roots()
    turns = turns[np.isreal(turns)].real
    tops = turns[(turns >= t_s[0]) & (turns <= t_s[-1]) & (curve.deriv(2)(turns) < 0.0)]
    return fractional_index(motion, float(tops[0])) if len(tops) else _turn(height, k)


def _turn(values: FloatArray, k: int) -> float:
    """The index of the top of the parabola through ``values`` (n,) at ``k`` and its neighbours."""
    if not 0 < k < len(values) - 1:
        return float(k)
    before, here, after = values[k - 1 : k + 2]
    bend = before - 2 * here + after
    return k + float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else float(k)


def _stance(motion: Motion, y: FloatArray, top: int, params: StrokeParams) -> tuple[float, float] | None:
    """Where the hands at ``y`` (n,) begin to rise to the top of the backlift, and by how much of H they rise.

    They leave their rest slowly, so that small errors move that instant much: it is no further than ``BENDS`` from
    where the line through the steep part of the rise begins.
    """
    first = first_sample(motion, top, params.stance_s)
    height = -y[first : top + 1]
    if np.count_nonzero(np.isfinite(height)) < 2 or np.isnan(height[-1]):  # noqa: PLR2004 - a rise has two ends
        return None
    lowest = float(np.nanmin(height))
    rise = float(height[-1]) - lowest
    # Slow errors make resting hands wander: they have not begun to rise before they leave most of where they rested.
    resting = float(np.percentile(height[height <= lowest + RESTING * rise], RESTING_PERCENTILE))
    begun = max(lowest + params.backlift_begun * rise, resting + ABOVE_RESTING * rise)
    t_s = motion.t_s[first : top + 1]
    begun_s = _last_crossing(t_s, height, begun)
    steep = _steep(t_s, height, lowest, rise)
    if steep is not None:
        slope, level = steep
        at = (begun - lowest) / rise
        begun_s = min(max(begun_s, level + slope * (at - BENDS[0])), level + slope * (at + BENDS[1]))
    return fractional_index(motion, begun_s), rise / motion.scale


def _last_crossing(t_s: FloatArray, height: FloatArray, level: float) -> float:
    """Seconds at which hands at ``height`` (m,) are last at ``level``; those of the last sample below where unknown."""
    below = float(t_s[len(height) - 1 - int(np.argmax((height <= level)[::-1]))])
    crossing_s = filters.crossing(t_s, height, level, below)
    return crossing_s if np.isfinite(crossing_s) else below


def _steep(t_s: FloatArray, height: FloatArray, lowest: float, rise: float) -> tuple[float, float] | None:
    """Seconds for each share of the ``rise`` above ``lowest``, and at none, of the line through its ``STEEP`` part.

    ``None`` where the hands do not rise.
    """
    if rise <= 0.0:
        return None
    levels: FloatArray = np.linspace(*STEEP, STEEP_LEVELS)
    passed_s = np.array([_last_crossing(t_s, height, lowest + level * rise) for level in levels])
    slope, level = filters.line(levels, passed_s)
    return (slope, level) if slope > 0.0 else None


def _front_contact(  # noqa: PLR0913 - whose foot, when, and how to look
    motion: Motion, front: Side | None, towards: int, stance: int, impact: Instant, *, params: StrokeParams
) -> Instant | NoContact:
    """When the front foot came down, where it took a step at all."""
    if front is None:
        return NoContact.HIDDEN
    ankle = motion.smooth[:, Joint.ANKLE + front]
    step = np.linalg.norm(ankle[round(impact.index)] - ankle[stance]) / motion.scale
    if not np.isfinite(step):
        return NoContact.HIDDEN
    if step < params.front_stride:
        return NoContact.STANDING
    since_stance_s = time_at(motion, impact.index) - float(motion.t_s[stance])
    return foot_contact.front_contact(motion, towards, impact, (0.0, since_stance_s), params.contact)
