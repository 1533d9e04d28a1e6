"""From a track as the model wrote it to motion that may be measured: gated, repaired, filled and filtered."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cricksy.analysis import body, filters, swaps
from cricksy.analysis import thresholds as th
from cricksy.analysis.landmarks import ARM, COUNT, LEG, Joint, Side
from cricksy.analysis.track import BoolArray, FloatArray, IntArray, Track


@dataclass(frozen=True, slots=True)
class Motion:
    """Clean landmarks of one person on n evenly read frames. Pixels, y down; NaN where missing.

    ``t_s`` (n,): seconds. ``rate``: frames a second. ``raw`` (n, 33, 2): gated, repaired and filled, not smoothed, for
    events. ``smooth`` (n, 33, 2): the same after the low-pass filter, for angles. ``visibility`` (n, 33): 0–1 as the
    model gave it. ``inside`` (n, 33): whether the landmark lies in the picture; outside it is the model's guess.
    ``scale``: body scale H in pixels, one for the clip.
    """

    frame: IntArray
    t_s: FloatArray
    rate: float
    raw: FloatArray
    smooth: FloatArray
    visibility: FloatArray
    inside: BoolArray
    scale: float

    def side(self, joint: Joint, side: Side) -> FloatArray:
        """(n, 2) the smoothed landmark of one side."""
        return self.smooth[:, joint + side]

    def middle(self, joint: Joint) -> FloatArray:
        """(n, 2) the smoothed point half-way between the two landmarks of a pair."""
        return (self.smooth[:, joint] + self.smooth[:, joint + 1]) / 2


def clean(track: Track) -> Motion | None:
    """The motion in the most finely read part of ``track``; ``None`` where too few frames show a person."""
    part = finest_part(track)
    landmarks = track.landmarks[part]
    if np.count_nonzero(~np.isnan(landmarks[:, 0, 0])) < th.MIN_SAMPLES:
        return None
    t_s = track.t_ms[part] / 1000.0
    rate = (len(t_s) - 1) / float(t_s[-1] - t_s[0])
    xy, visibility = landmarks[..., :2], np.nan_to_num(landmarks[..., 3])
    inside = ((xy >= 0) & (xy < (track.width, track.height))).all(axis=-1)
    gated = np.where(visibility[..., None] >= th.MIN_VISIBILITY, xy, np.nan)
    scale = body.scale(gated)
    if scale is None:
        return None
    labels = _labels(gated, scale)
    xy = _without_outliers(np.take_along_axis(gated, labels[..., None], axis=1), rate, scale)
    xy = body.without_impossible_segments(xy, scale)
    raw = _each_coordinate(xy, lambda values: filters.fill_gaps(t_s, values, th.MAX_GAP_S))
    cutoff = min(th.CUTOFF_HZ, th.CUTOFF_OF_RATE * rate)
    return Motion(
        frame=track.frame[part],
        t_s=t_s,
        rate=rate,
        raw=raw,
        smooth=_each_coordinate(raw, lambda values: filters.low_pass(t_s, values, cutoff, th.FILTER_RATE_HZ)),
        visibility=np.take_along_axis(visibility, labels, axis=1),
        inside=np.take_along_axis(inside, labels, axis=1),
        scale=scale,
    )


def finest_part(track: Track) -> slice:
    """The longest stretch of frames read at the track's highest rate: the second pass where there was one."""
    n = len(track.t_ms)
    if n < th.MIN_SAMPLES:
        return slice(0, n)
    steps = np.diff(track.t_ms)
    width = th.LOCAL_STEPS
    local = np.array([steps[max(0, i - width) : i + width + 1].mean() for i in range(len(steps))])
    start, end = max(filters.runs(local <= th.SAME_RATE * local.min()), key=lambda run: run[1] - run[0])
    return slice(start, end + 1)


def _labels(xy: FloatArray, scale: float) -> IntArray:
    """(n, 33) index of the landmark that each landmark really is, once exchanged limbs are put right."""
    labels = np.tile(np.arange(COUNT), (len(xy), 1))
    for limb in (ARM, LEG):
        left, right = list(limb), [index + 1 for index in limb]
        wrong = swaps.swapped(xy[:, left], xy[:, right], th.SWAP_COST_H * scale, th.SWAP_CLIP_H * scale)
        frames = np.flatnonzero(wrong)[:, None]
        labels[frames, left], labels[frames, right] = right, left
    return labels


def _without_outliers(xy: FloatArray, rate: float, scale: float) -> FloatArray:
    half_window = max(2, round(th.HAMPEL_HALF_WINDOW_S * rate))
    kept = _each_coordinate(
        xy,
        lambda values: filters.hampel(values, half_window, th.HAMPEL_SIGMAS, th.HAMPEL_FLOOR_H * scale),
    )
    kept[np.isnan(kept).any(axis=-1)] = np.nan
    return kept


def _each_coordinate(xy: FloatArray, change: Callable[[FloatArray], FloatArray]) -> FloatArray:
    return np.apply_along_axis(change, 0, xy)
