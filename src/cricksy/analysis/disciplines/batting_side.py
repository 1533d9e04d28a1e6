"""Which way a batter faces the ball and which hand he bats with, from what does not depend on the shot.

Hips drift with the shot: forward in a drive, back in a pull. The hands are behind the body at the top of the backlift
and before it at the ball whatever is played. The hand on top of the handle is the front arm's.
"""

import math
from typing import Final

import numpy as np

from cricksy.analysis.events import first_sample
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

# H; provisional: of the hands across the image from the top to the ball, half of a drive's seen from the side. From the
# front they go up to 0.15 to the off side, which says nothing of the bowler
HANDS_ACROSS: Final = 0.15
SHOULDERS_ACROSS: Final = 0.10  # H; provisional: half of their width side-on; less may be the model's error
FEET_ACROSS: Final = 0.15  # H; provisional: feet of a stance stand 0.3 apart
WRIST_ERROR: Final = 0.045  # H; slow error of the way from wrist to wrist, on rendered batters
WRIST_ERROR_S: Final = 0.15  # s; in which it changes
SURE_WAY: Final = 2.6  # 1; standard deviations: one in 200 is wrong, before the shoulders have their say
NEAR_TOP_S: Final = 0.12  # s; provisional: before and after the top the bat points up
NEAR_IMPACT_S: Final = 0.05  # s; provisional: before and after the ball the bat points down
WAITING_S: Final = 0.4  # s; provisional: of the stance in which the bat rests
LOW_HANDS: Final = 0.12  # H; provisional: above the hips, below which hands hold a bat that points down
LEVEL_HANDS: Final = 0.14  # H; provisional: above the hips, from which a bat meets the ball level


def towards_bowler(motion: Motion, hands: FloatArray, top: int, impact: int) -> int:
    """Direction of the bowler along x: where ``hands`` (n, 2) go from the top to the ball; 0 where hardly across."""
    way = float(hands[impact, 0] - hands[top, 0]) / motion.scale
    return int(np.sign(way)) if np.isfinite(way) and abs(way) >= HANDS_ACROSS else 0


def front_leg(motion: Motion, impact: int, towards: int) -> Side | None:
    """The leg nearer to the bowler; ``None`` where that is not seen."""
    return _nearer(motion, Joint.ANKLE, impact, towards, 0.0)


def front_arm(  # noqa: PLR0913 - whose hands, which way, and when
    motion: Motion, hands: FloatArray, *, stance: int, top: int, impact: int, towards: int
) -> Side | None:
    """The side of the front arm, where shoulders, feet and hands do not contradict one another."""
    told = {
        _nearer(motion, Joint.SHOULDER, top, towards, SHOULDERS_ACROSS),
        _nearer(motion, Joint.ANKLE, impact, towards, FEET_ACROSS),
        _top_hand(motion, hands, stance, top, impact),
    } - {None}
    return told.pop() if len(told) == 1 else None


def is_level(motion: Motion, hands: FloatArray, impact: int) -> bool:
    """Whether the hands are so high at the ball that the bat meets it level."""
    return bool(_above_hips(motion, hands)[impact] >= LEVEL_HANDS)


def _nearer(motion: Motion, joint: Joint, sample: int, towards: int, least: float) -> Side | None:
    """The side whose ``joint`` is nearer to the bowler, by at least ``least`` of H."""
    left, right = (towards * motion.smooth[sample, joint + side, 0] for side in Side)
    way = float(left - right) / motion.scale
    if not towards or not np.isfinite(way) or abs(way) < least:
        return None
    return Side.LEFT if way > 0 else Side.RIGHT


def _top_hand(motion: Motion, hands: FloatArray, stance: int, top: int, impact: int) -> Side | None:
    """The hand on top of the handle, seen from anywhere.

    It is the higher one while the bat points down, the lower one while it points up. The change from one to the other
    cancels what the model has wrong all along.
    """
    below = (motion.unfiltered[:, Joint.WRIST + 1, 1] - motion.unfiltered[:, Joint.WRIST, 1]) / motion.scale
    above = _above_hips(motion, hands)
    waits = slice(first_sample(motion, stance, WAITING_S), stance + 1)
    near_top = np.abs(motion.t_s - motion.t_s[top]) <= NEAR_TOP_S
    near_impact = (np.abs(motion.t_s - motion.t_s[impact]) <= NEAR_IMPACT_S) & (above < LEVEL_HANDS)
    waiting = np.zeros(len(above), dtype=np.bool_)
    waiting[waits] = True
    down = (waiting & (above < LOW_HANDS)) | near_impact
    up = near_top & ~down
    low, high = below[down & np.isfinite(below)], below[up & np.isfinite(below)]
    if not len(low) or not len(high):
        return None
    seconds = WRIST_ERROR_S * motion.rate
    error = WRIST_ERROR * math.hypot(*((1.0 + len(part) / seconds) ** -0.5 for part in (low, high)))
    turned = float(low.mean() - high.mean())
    if abs(turned) < SURE_WAY * error:
        return None
    return Side.LEFT if turned > 0 else Side.RIGHT


def _above_hips(motion: Motion, hands: FloatArray) -> FloatArray:
    """(n,) how far the hands are above the hips, in H."""
    above: FloatArray = (motion.middle(Joint.HIP)[:, 1] - hands[:, 1]) / motion.scale
    return above
