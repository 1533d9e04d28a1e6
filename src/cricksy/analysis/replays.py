"""Whether a film shows one action twice: live, and once more as a replay, at whatever speed and size, or backwards.

A player never moves twice alike: of two deliveries of one bowler limbs differ by several hundredths of H somewhere. In
a replay the same images are read again, so that most landmarks differ by the model's own error alone.
"""

from typing import Final, NamedTuple

import numpy as np

from cricksy.analysis.events import Action, time_at
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import FloatArray

# s; around the key event, which are compared: stride, arm and follow-through. What lies earlier may be the first frames
# of a part that is read finely, on which the model still looks for the limbs.
BEFORE, AFTER = 0.5, 0.3
LEAST_COMPARED: Final = 0.2  # s; of the action, that both parts must show
# H; the median over limbs and frames. Of 60 copies of ten real clips, at half size, cropped, without their first
# frames, at half speed or compressed to blocks, the worst was 0.0117; of ten real deliveries of several bowlers, four
# of them one bowler's from one place, the most alike were 0.0193 apart, and of six rendered ones of one bowler 0.0178.
LIKENESS: Final = 0.015
# ratio; how much slower one may be shown than the other: at the same speed, or from these on, up to 240 images a second
# shown as 30. In between lie the tempos of different deliveries, which would be fitted to each other.
SLOWER: Final = np.geomspace(1.4, 8.0, 17)
SPEEDS: Final = np.concatenate(([1.0], SLOWER, 1.0 / SLOWER))
SHIFT: Final = 0.1  # s; of the action, by which the key events of both may have been read apart
STEPS: Final = 13  # count; of shifts that are tried
FINER: Final = 3  # count; times that speed and shift are tried again, between the best one's neighbours
_LIMBS: Final = [
    joint + side
    for joint in (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST, Joint.HIP, Joint.KNEE, Joint.ANKLE)
    for side in (0, 1)
]


class Performance(NamedTuple):
    """An action, and the motion that shows it."""

    motion: Motion
    action: Action


def is_replay(one: Performance, other: Performance) -> bool:
    """Whether both show the same movement of the same body."""
    if one.action.discipline is not other.action.discipline:
        return False
    return min(unlikeness(one, other), unlikeness(other, one)) < LIKENESS


def unlikeness(one: Performance, other: Performance) -> float:
    """How far apart, in H, half the limbs are where ``other`` fits ``one`` best, by time, speed, place and size.

    Infinite where too little can be compared.
    """
    key_s, other_key_s = (time_at(each.motion, each.action.key_event.index) for each in (one, other))
    since = one.motion.t_s - key_s
    chosen = (since >= -BEFORE) & (since <= AFTER)
    if not chosen.any():
        return np.inf
    limbs, since = _limbs(one.motion)[chosen], since[chosen]
    others = _limbs(other.motion)

    def off(slower: float, shift: float) -> float:
        return _off(limbs, since, _at(other.motion.t_s, others, other_key_s + slower * (since + shift)))

    shifts = np.linspace(-SHIFT, SHIFT, STEPS).tolist()
    tried = [(off(slower, shift), slower, shift) for slower in (*SPEEDS, *-SPEEDS) for shift in shifts]
    best, slower, shift = min(tried)
    stretch, apart = float(SLOWER[1] / SLOWER[0]), 2 * SHIFT / (STEPS - 1)
    for _ in range(FINER if best < np.inf else 0):
        stretch, apart = stretch ** (1 / 3), apart / 3
        stretches = [1.0] if abs(slower) == 1.0 else [stretch**way for way in (-2, -1, 0, 1, 2)]
        near = [(slower * each, shift + apart * later) for each in stretches for later in (-2, -1, 0, 1, 2)]
        best, slower, shift = min((off(*one), *one) for one in near)
    return best


def _limbs(motion: Motion) -> FloatArray:
    """(n, 12, 2) in H."""
    return np.asarray(motion.unfiltered[:, _LIMBS] / motion.scale, dtype=np.float64)


def _at(t_s: FloatArray, limbs: FloatArray, wanted_s: FloatArray) -> FloatArray:
    """``limbs`` at other times; NaN beyond the first and the last."""
    place = np.interp(wanted_s, t_s, np.arange(len(t_s)), left=np.nan, right=np.nan)
    low = np.nan_to_num(np.floor(place)).astype(np.int64)
    share = (place - low)[:, None, None]
    return np.asarray((1 - share) * limbs[low] + share * limbs[np.minimum(low + 1, len(t_s) - 1)])


def _off(limbs: FloatArray, since: FloatArray, others: FloatArray) -> float:
    both = np.isfinite(limbs[..., 0]) & np.isfinite(others[..., 0])
    seen = both.sum(axis=1) >= len(_LIMBS) // 2
    if not seen.any() or np.ptp(since[seen]) < LEAST_COMPARED:
        return np.inf
    both &= seen[:, None]
    here, there = limbs[both], others[both]
    here, there = here - here.mean(axis=0), there - there.mean(axis=0)
    size = float((here * there).sum()) / max(float((there * there).sum()), 1e-9)
    # Not the mean: a model that once takes one leg for the other makes no other movement of it.
    return float(np.median(np.linalg.norm(here - size * there, axis=1)))
