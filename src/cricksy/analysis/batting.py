"""A batting stroke: stance, top of the backlift, front-foot contact and impact, from the hands and the feet."""

import numpy as np

from cricksy.analysis import feet, filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Action, Instant, first_sample, index_at
from cricksy.analysis.landmarks import Joint, Side
from cricksy.analysis.signals import Motion
from cricksy.analysis.track import FloatArray
from cricksy.results import EventName
from cricksy.vocabulary import Discipline


def find_stroke(motion: Motion) -> Action | None:
    """The stroke of two hands on one bat with the fastest hands; ``None`` without a backlift or with the hands apart.

    Impact is read where the hands are lowest near their fastest moment: there an upright bat meets the ball, which
    itself is not seen.
    """
    hands = motion.middle(Joint.WRIST) - motion.middle(Joint.HIP)
    speed = np.linalg.norm(filters.rate_of_change(motion.t_s, hands), axis=1) / motion.scale
    if not np.isfinite(speed).any() or np.nanmax(speed) < th.BATTING_SPEED:
        return None
    fastest = int(np.nanargmax(speed))
    top = _highest(motion, hands, fastest)
    impact = _lowest(motion, hands, top, fastest)
    stance, rise = _stance(motion, hands, top)
    together = _hands_together(motion, slice(top, impact + 1))
    if together < th.HANDS_TOGETHER_SHARE or rise < th.BACKLIFT_RISE:
        return None
    seen = float(np.median(motion.visibility[stance : impact + 1, Joint.WRIST : Joint.WRIST + 2]))
    confidence = min(seen, together, th.STROKE_CONFIDENCE)
    key = Instant(float(impact), confidence)
    instants: dict[EventName, Instant] = {
        "stance": Instant(float(stance), confidence),
        "backlift_top": Instant(float(top), confidence),
        "impact": key,
    }
    towards = _towards(motion, stance, impact)
    front = _front_leg(motion, impact, towards)
    contact = _front_contact(motion, front, stance, key)
    if contact is not None:
        instants["front_foot_contact"] = contact
    return Action(
        discipline=Discipline.BATTING,
        discipline_confidence=confidence,
        key=key,
        first=float(stance),
        last=key.index,
        towards=towards,
        front=front,
        arm=_front_arm(motion, top, towards),
        instants=instants,
    )


def _highest(motion: Motion, hands: FloatArray, fastest: int) -> int:
    """Top of the backlift: the highest hands within ``th.DOWNSWING_S`` before their fastest moment."""
    first = first_sample(motion, fastest, th.DOWNSWING_S)
    return first + int(np.nanargmin(hands[first : fastest + 1, 1]))


def _lowest(motion: Motion, hands: FloatArray, top: int, fastest: int) -> int:
    first = max(top, first_sample(motion, fastest, th.IMPACT_NEAR_S))
    return first + int(np.nanargmax(hands[first : fastest + 1, 1]))


def _stance(motion: Motion, hands: FloatArray, top: int) -> tuple[int, float]:
    """Where the hands begin to rise to the top of the backlift, and by how much of H they rise."""
    first = first_sample(motion, top, th.STANCE_S)
    height = -hands[first : top + 1, 1]
    lowest = float(np.nanmin(height))
    rise = float(height[-1]) - lowest
    waiting = height <= lowest + th.BACKLIFT_BEGUN * rise
    return first + len(height) - 1 - int(np.argmax(waiting[::-1])), rise / motion.scale


def _hands_together(motion: Motion, window: slice) -> float:
    """Share of the frames on which the wrists are as near as on a bat's handle; frames without both do not count."""
    apart = np.linalg.norm(motion.raw[window, Joint.WRIST] - motion.raw[window, Joint.WRIST + 1], axis=1)
    seen = np.count_nonzero(np.isfinite(apart))
    return np.count_nonzero(apart <= th.HANDS_TOGETHER * motion.scale) / seen if seen else 0.0


def _towards(motion: Motion, stance: int, impact: int) -> int:
    """Direction of the bowler along x: where the hips go from stance to impact; 0 where they do not move across."""
    hips = motion.middle(Joint.HIP)[:, 0]
    travel = float(hips[impact] - hips[stance]) / motion.scale
    return int(np.sign(travel)) if np.isfinite(travel) and abs(travel) >= th.FRONT_STRIDE / 2 else 0


def _front_leg(motion: Motion, impact: int, towards: int) -> Side | None:
    ahead = [towards * motion.smooth[impact, Joint.ANKLE + side, 0] for side in Side]
    return Side(int(np.argmax(ahead))) if towards and np.isfinite(ahead).all() else None


def _front_arm(motion: Motion, top: int, towards: int) -> Side | None:
    ahead = [towards * motion.smooth[top, Joint.SHOULDER + side, 0] for side in Side]
    return Side(int(np.argmax(ahead))) if towards and np.isfinite(ahead).all() else None


def _front_contact(motion: Motion, front: Side | None, stance: int, impact: Instant) -> Instant | None:
    """When the front foot came down, where it took a step at all."""
    if front is None:
        return None
    ankle = motion.smooth[:, Joint.ANKLE + front]
    step = np.linalg.norm(ankle[round(impact.index)] - ankle[stance]) / motion.scale
    if not step >= th.FRONT_STRIDE:
        return None
    earliest_s = float(motion.t_s[round(impact.index)] - motion.t_s[stance])
    contact = feet.find_contact(motion, front, impact, (0.0, earliest_s), feet.HEEL_FIRST)
    return contact if contact is None or index_at(motion, motion.t_s[stance]) < contact.index else None
