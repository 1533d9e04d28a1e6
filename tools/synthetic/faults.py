"""What a pose model gets wrong, on purpose: jitter, slow drift, missed frames, hidden limbs, exchanged labels."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tools.synthetic import landmarks as lm
from tools.synthetic.geometry import Array

from cricksy.analysis.skeleton import BLAZEPOSE33, Side

HEAD_JITTER, ANKLE_JITTER = 0.002, 0.007
"""Of the trunk's length, standard deviation: the floor measured on a person who stands still."""
DRIFT_S: Final = 0.15
"""Seconds over which a slow error changes: BlazePose's depends on the posture, not on the frame."""
BURST: Final = 3
"""Frames on which labels stay exchanged or a person unseen, on average."""
GUESS: Final = 0.2
"""Of the trunk's length, standard deviation: how far off a guessed limb is."""
HANDS_BIAS, HANDS_DRIFT, HANDS_JITTER = 0.05, 0.08, 0.015
"""Of the trunk's length, standard deviations: a rendered batter's wrists lie so far off in the whole clip, stray so far
slowly, and tremble so much."""
SEEN, HIDDEN = 0.95, 0.2
"""Visibility of a landmark that is seen, and of one that is guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How much of each; none as it stands.

    Attributes:
        jitter: frame-to-frame noise in multiples of the measured floor: nose 0.2 %, ankle 0.7 % of the trunk.
        drift: slow error of each landmark, standard deviation as a share of the trunk; the model's is about 0.05.
        dropout: share of the frames without a person.
        hidden: share of the frames on which a limb is guessed: visibility 0.2, and off by a fifth of the trunk.
        swaps: share of the frames on which the legs' labels are exchanged, and independently the arms'.
        hands: errors of wrists in gloves on one handle, in multiples of those that the model made on rendered batters.
        bat_hidden: share of the frames on which the bottom hand's wrist is hidden by the other, in runs.
    """

    jitter: float = 0.0
    drift: float = 0.0
    dropout: float = 0.0
    hidden: float = 0.0
    swaps: float = 0.0
    hands: float = 0.0
    bat_hidden: float = 0.0


NONE: Final = Faults()
FLOOR: Final = Faults(jitter=1.0)

_JITTER: Final = np.interp(
    np.arange(BLAZEPOSE33.count),
    [10, 11, 22, 23, 27, 32],
    [HEAD_JITTER, 0.003, 0.005, 0.003, ANKLE_JITTER, ANKLE_JITTER],
)
_HAND: Final = (lm.WRIST, lm.WRIST + 2, lm.WRIST + 4, lm.WRIST + 6)
"""The left wrist and fingers."""
_LIMBS: Final = ([13, 15, 17, 19, 21], [14, 16, 18, 20, 22], [25, 27, 29, 31], [26, 28, 30, 32])


def spoil(  # noqa: PLR0913 - what is spoilt, how, and by which chance
    landmarks: Array,
    t: Array,
    trunk_px: float,
    faults: Faults,
    rng: np.random.Generator,
    *,
    bottom_hand: Side = Side.RIGHT,
) -> Array:
    """Landmarks (n, 33, 4) with ``faults``; NaN where the person is not found.

    Args:
        landmarks: x, y, z in pixels and visibility.
        t: seconds (n,).
        trunk_px: length of the trunk in the image.
        faults: what goes wrong, and how often.
        rng: the chance.
        bottom_hand: of a batter, which the other one hides on the handle.
    """
    n = len(t)
    spoilt = landmarks.copy()
    noise = rng.standard_normal((n, BLAZEPOSE33.count, 2)) * (faults.jitter * _JITTER[:, None])
    spoilt[..., :2] += trunk_px * (noise + faults.drift * _drift(t, rng))
    for limb in _LIMBS:
        guessed = _bursts(n, faults.hidden, rng)
        off = GUESS * trunk_px * rng.standard_normal((n, 1, 2))
        spoilt[:, limb, :2] += np.where(guessed[:, None, None], off, 0.0)
        spoilt[:, limb, 3] = np.where(guessed[:, None], HIDDEN, spoilt[:, limb, 3])
    if faults.hands:
        wrists = [lm.WRIST, lm.WRIST + 1]
        slow = HANDS_DRIFT * _drift(t, rng)[:, wrists] + HANDS_BIAS * rng.standard_normal((1, 2, 2))
        spoilt[:, wrists, :2] += faults.hands * trunk_px * (slow + HANDS_JITTER * rng.standard_normal((n, 2, 2)))
    if faults.bat_hidden:
        guessed = _bursts(n, faults.bat_hidden, rng) if faults.bat_hidden < 1.0 else np.ones(n, dtype=np.bool_)
        hand = [index + bottom_hand for index in _HAND]
        off = GUESS * trunk_px * rng.standard_normal((n, 1, 2))
        spoilt[:, hand, :2] += np.where(guessed[:, None, None], off, 0.0)
        spoilt[:, hand, 3] = np.where(guessed[:, None], HIDDEN, spoilt[:, hand, 3])
    for group in (lm.LEGS, lm.ARMS):
        swapped = _bursts(n, faults.swaps, rng)
        other = [index + 1 if index % 2 else index - 1 for index in group]
        spoilt[:, group] = np.where(swapped[:, None, None], spoilt[:, other], spoilt[:, group])
    spoilt[_bursts(n, faults.dropout, rng)] = np.nan
    return spoilt


def _drift(t: Array, rng: np.random.Generator) -> Array:
    """(n, 33, 2) of standard deviation 1, changing over ``DRIFT_S``: a first-order autoregression."""
    keep = np.exp(-np.diff(t, prepend=t[:1]) / DRIFT_S)
    fresh = rng.standard_normal((len(t), BLAZEPOSE33.count, 2))
    drift = np.zeros_like(fresh)
    drift[:1] = fresh[:1]
    for k in range(1, len(t)):
        drift[k] = keep[k] * drift[k - 1] + np.sqrt(1.0 - keep[k] ** 2) * fresh[k]
    return drift


def _bursts(n: int, share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(n,) true on about ``share`` of the frames, in runs of about ``BURST``."""
    starts = rng.random(n) < share / BURST
    lengths = rng.integers(1, 2 * BURST, n)
    hit = np.zeros(n, dtype=np.bool_)
    for start in np.flatnonzero(starts):
        hit[start : start + lengths[start]] = True
    return hit
