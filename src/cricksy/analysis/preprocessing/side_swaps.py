"""Repair of left and right labels: the model sometimes gives a player's right leg to the left one for a few frames.

As it changes its mind it may show both limbs half-way between, or one of them twice; such frames tell nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.track import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Costs:
    """What speaks against a labelling, in pixels a sample.

    ``change``: each change of labels. ``frame``: each exchanged frame. ``clip``: a joint's turn or excess of speed
    costs no more. ``fastest``: speed from which on a joint's speed costs anything.
    """

    change: float
    frame: float
    clip: float
    fastest: float


def swapped(samples: FloatArray, left: FloatArray, right: FloatArray, costs: Costs) -> BoolArray:
    """(n,) whether the labels of a limb pair are exchanged, from ``left`` and ``right`` (n, joints, 2) at ``samples``.

    ``samples`` (n,) counts from frame to frame in time. The labelling with the smoothest motion wins: second-order
    Viterbi over the labels of the previous and the present frame, where three frames cost the joints' mean change of
    velocity and two their mean excess of speed, beside what each change and each exchanged frame costs: where nothing
    else decides, as after many missing frames, the model's own labels stay. Smoothness cannot tell left from right, so
    the majority's labels stay too. A frame on which a joint is missing is skipped.
    """
    told = _told(left, right)
    wrong = np.zeros(len(left), dtype=np.bool_)
    if np.count_nonzero(told) >= 3:  # noqa: PLR2004 - a change of velocity needs three frames
        wrong[told] = _cheapest(_velocities(samples[told], left[told], right[told]), costs)
    return ~wrong & told if np.count_nonzero(wrong) * 2 > np.count_nonzero(told) else wrong


def blended(samples: FloatArray, left: FloatArray, right: FloatArray, fastest: float) -> BoolArray:
    """(n,) frames that show neither limb of a pair (n, joints, 2), but something between both, or one of them twice.

    There the way from limb to limb is another than on the frames before and after, by more than two limbs part or meet
    in that time, ``fastest`` pixels a sample in the mean of their joints; between those two it is not. Whichever of the
    limbs is called the left one does not matter.
    """
    told = _told(left, right)
    found = np.zeros(len(left), dtype=np.bool_)
    if np.count_nonzero(told) >= 3:  # noqa: PLR2004 - a frame between two others
        apart, at = (left - right)[told], samples[told]
        leaps = _parting(apart[:-1], apart[1:], np.diff(at)) > fastest
        found[np.flatnonzero(told)[1:-1]] = (
            leaps[:-1] & leaps[1:] & (_parting(apart[:-2], apart[2:], at[2:] - at[:-2]) <= fastest)
        )
    return found


def _parting(before: FloatArray, after: FloatArray, samples: FloatArray) -> FloatArray:
    """(n,) pixels a sample by which the ways (n, joints, 2) from limb to limb differ, with or without an exchange."""
    ways = [np.linalg.norm(after - sign * before, axis=-1).mean(axis=-1) for sign in (1.0, -1.0)]
    return np.minimum(*ways) / samples


def _told(left: FloatArray, right: FloatArray) -> BoolArray:
    """(n,) whether every joint of both limbs is there."""
    return np.asarray(np.isfinite(left).all(axis=(1, 2)) & np.isfinite(right).all(axis=(1, 2)))


def _velocities(samples: FloatArray, left: FloatArray, right: FloatArray) -> FloatArray:
    """(2, 2, 2, n - 1, joints, 2) by the labels before and at, and by the side: pixels a sample."""
    pairs = np.stack((np.stack((left, right)), np.stack((right, left))))
    return (pairs[None, :, :, 1:] - pairs[:, None, :, :-1]) / np.diff(samples)[:, None, None]


def _cheapest(velocities: FloatArray, costs: Costs) -> BoolArray:
    """(n,) the labels that cost least; true is exchanged."""
    turns = np.linalg.norm(velocities[None, :, :, :, 1:] - velocities[:, :, None, :, :-1], axis=-1)
    turned = np.minimum(turns, costs.clip).mean(axis=(3, 5))
    too_fast = np.clip(np.linalg.norm(velocities, axis=-1) - costs.fastest, 0.0, costs.clip).mean(axis=(2, 4))
    change = np.array([[0.0, costs.change], [costs.change, 0.0]])
    frame = np.array([0.0, costs.frame])
    best = frame[:, None] + change + frame + too_fast[..., 0]
    came_from = np.zeros((turned.shape[-1], 2, 2), dtype=np.int64)
    for i in range(len(came_from)):
        total = best[:, :, None] + turned[..., i] + change + frame + too_fast[..., i + 1]
        came_from[i] = np.argmin(total, axis=0)
        best = np.min(total, axis=0)
    return _trace(came_from, best)


def _trace(came_from: NDArray[np.int64], best: FloatArray) -> BoolArray:
    labels = np.zeros(len(came_from) + 2, dtype=np.int64)
    labels[-2], labels[-1] = np.unravel_index(int(np.argmin(best)), best.shape)
    for i in range(len(came_from) - 1, -1, -1):
        labels[i] = came_from[i, labels[i + 1], labels[i + 2]]
    return labels == 1
