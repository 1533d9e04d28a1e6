"""Repair of left and right labels: the model sometimes gives a player's right leg to the left one for a few frames."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.track import BoolArray, FloatArray

_KEEP_SWAP: Final = (0, 1)


def swapped(left: FloatArray, right: FloatArray, change_cost: float, frame_cost: float, clip: float) -> BoolArray:
    """(n,) whether the labels of a limb pair are exchanged, from ``left`` and ``right`` (n, joints, 2).

    The labelling with the smoothest motion wins: second-order Viterbi over the labels of the previous and the present
    frame, where three frames cost the joints' mean distance from constant velocity (each at most ``clip``), a change
    of labels costs ``change_cost``, and each exchanged frame ``frame_cost``: where nothing else tells, as after missing
    frames, the model's own labels stay. As smoothness cannot tell left from right, so do those of the majority.
    """
    n = len(left)
    if n < 3:  # noqa: PLR2004 - constant velocity needs three frames
        return np.zeros(n, dtype=np.bool_)
    cost = _accelerations(left, right, clip)
    frame = np.array([0.0, frame_cost])
    best = np.array([[0.0, change_cost], [change_cost, 0.0]]) + frame[:, None] + frame
    came_from = np.zeros((n, 2, 2), dtype=np.int64)
    change = np.array([[0.0, change_cost], [change_cost, 0.0]])
    for i in range(2, n):
        total = best[:, :, None] + cost[i - 2] + change + frame
        came_from[i] = np.argmin(total, axis=0)
        best = np.min(total, axis=0)
    labels = _trace(came_from, best)
    return ~labels if np.count_nonzero(labels) * 2 > n else labels


def _accelerations(left: FloatArray, right: FloatArray, clip: float) -> FloatArray:
    """(n - 2, 2, 2, 2): cost of three frames by the labels before, at and after; missing joints cost nothing."""
    pairs = np.stack((np.stack((left, right)), np.stack((right, left))))
    cost = np.zeros((len(left) - 2, 2, 2, 2))
    for a in _KEEP_SWAP:
        for b in _KEEP_SWAP:
            for c in _KEEP_SWAP:
                bend = pairs[a][:, :-2] - 2 * pairs[b][:, 1:-1] + pairs[c][:, 2:]
                distance = np.minimum(np.linalg.norm(bend, axis=-1), clip)
                cost[:, a, b, c] = np.nan_to_num(distance).mean(axis=(0, 2))
    return cost


def _trace(came_from: NDArray[np.int64], best: FloatArray) -> BoolArray:
    labels = np.zeros(len(came_from), dtype=np.int64)
    labels[-2], labels[-1] = np.unravel_index(int(np.argmin(best)), best.shape)
    for i in range(len(labels) - 1, 1, -1):
        labels[i - 2] = came_from[i, labels[i - 1], labels[i]]
    return labels == 1
