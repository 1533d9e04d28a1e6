"""From a track as the model wrote it to motion that may be measured: gated, repaired, filled and filtered."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cricksy.analysis import body, filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.gaps import gaps
from cricksy.analysis.preprocessing import anatomy, side_swaps
from cricksy.analysis.skeleton import ARM, COUNT, LEG, TRUNK, WHOLE_BODY, Joint, Side
from cricksy.analysis.track import BoolArray, FloatArray, IntArray, Track

# s; a tenth, and two missing frames of 29.97 fps as well as of 30. A longer gap can hold a whole front-foot contact to
# release, so nothing may be invented there.
MAX_GAP_S: Final = 0.101
# ratio; of the frames: doubled frames are a half, and of 24 a second that are shown at 30 a fifth
MANY_REPEATS: Final = 0.15
# frames; intervals on each side whose mean is the local one: alternating intervals count as one rate
LOCAL_STEPS: Final = 3
# ms; of the film, between frames so far apart that both passes read each: there they make one part, or it holds too few
SLOW_MS: Final = 50.0
SAME_RATE: Final = 1.5  # ratio; an interval longer than this many of its pass's own belongs partly to a coarser one
CHANGED_RATE: Final = 2.5  # ratio; of the intervals of one pass: a phone that needs light doubles them
HAMPEL_HALF_WINDOW_S: Final = 0.1  # s; no limb reverses twice within 0.2
HAMPEL_SIGMAS: Final = 3.0  # 1; the usual three standard deviations (Hampel 1974)
HAMPEL_FLOOR_H: Final = 0.1  # H; provisional: smaller deviations are left to the filter
# Hz; of the usual 12–15 the one that 30 fps allow as well; 8 costs 1–1.5° of knee angle at the events
CUTOFF_HZ: Final = 12.0
CUTOFF_OF_RATE: Final = 0.4  # ratio; of the frame rate; the filter needs less than half of it
SWAP_COST_H: Final = 0.15  # H; provisional: acceleration per sample that one change of labels must save
# H; acceleration per sample that each second of exchanged labels must save, so that the model's labels stay where
# motion does not decide, as beside missing frames. On synthetic players with a tenth of the frames exchanged and as
# many missing, a tenth was wrong without this cost and one in 150 with it.
SWAPPED_COST_H: Final = 0.5
# H; provisional: beyond this a landmark is merely wrong, and more distance is no more evidence
SWAP_CLIP_H: Final = 0.5
# ratio; provisional: of the visibility of a landmark whose label, left or right, may be wrong
RELABELLED: Final = 0.5
ARM_SPEED: Final = 18.0  # H/s; of a wrist 0.43 H from the shoulder at 2400°/s; labels that need more are wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    max_gap_s: float = MAX_GAP_S
    hampel_half_window_s: float = HAMPEL_HALF_WINDOW_S
    hampel_sigmas: float = HAMPEL_SIGMAS
    hampel_floor_h: float = HAMPEL_FLOOR_H
    cutoff_hz: float = CUTOFF_HZ
    swap_cost_h: float = SWAP_COST_H
    swapped_cost_h: float = SWAPPED_COST_H
    swap_clip_h: float = SWAP_CLIP_H


CLEANING: Final = CleaningParams()

_MEASURED: Final = np.isin(np.arange(COUNT), WHOLE_BODY)
_PAIRS: Final = tuple(
    (list(limb), [index + 1 for index in limb], fastest) for limb, fastest in ((ARM, ARM_SPEED), (LEG, th.SWING_SPEED))
)
"""Landmarks of the left and of the right limb of each pair, and the greatest speed in H/s of any of them."""


@dataclass(frozen=True, slots=True)
class Motion:
    """Clean landmarks of one person on n evenly read frames. Pixels, y down; NaN where missing.

    All beyond ``WHOLE_BODY`` are missing: nothing is measured from fingers or the parts of a face.

    ``t_s`` (n,): seconds in the world. ``film_ms`` (n,): milliseconds on the film's clock, which runs on more slowly
    where the film is slowed. ``rate``: frames a second of the world. ``unfiltered`` (n, 33, 2): after visibility
    gating, rejection of impossible poses, repair of side swaps and outliers, and gap filling, before the low-pass
    filter; for events and for limbs at them. ``smooth`` (n, 33, 2): after that filter, for curves. ``visibility``
    (n, 33): 0–1 as the model gave it, multiplied by ``RELABELLED`` where the left or right label was corrected, 0 where
    the landmark was not read or was rejected. ``inside`` (n, 33): whether the landmark lies in the image; the model
    guesses those outside.
    ``scale``: body scale H in pixels, one for the clip. ``jitter``: standard deviation of the landmarks from frame to
    frame, in H. ``longer_side``: of the image, in pixels.
    """

    frame: IntArray
    t_s: FloatArray
    film_ms: FloatArray
    rate: float
    unfiltered: FloatArray
    smooth: FloatArray
    visibility: FloatArray
    inside: BoolArray
    scale: float
    jitter: float
    longer_side: int

    def side(self, joint: Joint, side: Side) -> FloatArray:
        """(n, 2) the smoothed landmark of one side."""
        return self.smooth[:, joint + side]

    def middle(self, joint: Joint) -> FloatArray:
        """(n, 2) the smoothed point half-way between the two landmarks of a pair."""
        return (self.smooth[:, joint] + self.smooth[:, joint + 1]) / 2

    def cut(self, part: slice) -> "Motion":
        """The samples of ``part`` alone, cleaned as they are."""
        return replace(
            self,
            frame=self.frame[part],
            t_s=self.t_s[part],
            film_ms=self.film_ms[part],
            unfiltered=self.unfiltered[part],
            smooth=self.smooth[part],
            visibility=self.visibility[part],
            inside=self.inside[part],
        )


def clean(track: Track, params: CleaningParams = CLEANING) -> Motion | None:
    """The motion in the most finely read part of ``track``; ``None`` where too few frames show a person."""
    part = finest_part(track)
    repeated = track.take(np.arange(len(track.frame))[part]).repeated
    if np.count_nonzero(repeated) > MANY_REPEATS * len(repeated):
        # Where they are the rule the video's true rate is lower, and so is how exactly anything is read.
        return clean(track.take(np.flatnonzero(~track.repeated)), params)
    landmarks = track.landmarks[part]
    if np.count_nonzero(~np.isnan(landmarks[:, 0, 0])) < th.MIN_SAMPLES:
        return None
    t_s = track.world_ms[part] / 1000.0
    rate = (len(t_s) - 1) / float(t_s[-1] - t_s[0])
    xy, visibility = track.stabilised[part][..., :2], np.nan_to_num(landmarks[..., 3])
    inside = ((landmarks[..., :2] >= 0) & (landmarks[..., :2] < (track.width, track.height))).all(axis=-1)
    seen = (visibility >= th.MIN_VISIBILITY) & ~repeated[:, None] & _MEASURED
    gated = np.where(seen[..., None], xy, np.nan)
    scale = body.scale(gated)
    if scale is None:
        return None
    wrong = anatomy.impossible(xy, t_s, scale)
    if np.count_nonzero(~wrong & np.isfinite(xy[:, 0, 0])) < th.MIN_SAMPLES:
        return None
    xy, visibility = np.where(wrong[:, None, None], np.nan, xy), np.where(wrong[:, None], 0.0, visibility)
    # A landmark that the model only guesses still shows whose limb it is; without it exchanges would go unseen.
    known = _without_blends(t_s, np.where(repeated[:, None, None], np.nan, xy), rate, scale)
    labels = _labels(t_s, known, rate, scale, params)
    exchanged = labels != np.arange(COUNT)
    # Where the model exchanges limbs it is in two minds: what either label hides may be hidden.
    visibility = np.minimum(visibility, np.take_along_axis(visibility, labels, axis=1))
    seen = (visibility >= th.MIN_VISIBILITY) & np.isfinite(known[..., 0]) & _MEASURED
    relabelled = np.where(seen[..., None], np.take_along_axis(xy, labels[..., None], axis=1), np.nan)
    xy = anatomy.without_impossible_limbs(_without_outliers(relabelled, rate, scale, params), t_s, scale)
    believed = np.where(np.isfinite(xy[..., 0]), visibility, 0.0)
    believed[exchanged] *= RELABELLED
    unfiltered = filters.fill_gaps(t_s, xy, params.max_gap_s)
    cutoff = min(params.cutoff_hz, CUTOFF_OF_RATE * rate)
    return Motion(
        frame=track.frame[part],
        t_s=t_s,
        film_ms=track.t_ms[part],
        rate=rate,
        unfiltered=unfiltered,
        smooth=filters.low_pass(t_s, unfiltered, cutoff, th.FILTER_RATE_HZ),
        visibility=believed,
        inside=np.take_along_axis(inside, labels, axis=1),
        scale=scale,
        jitter=_jitter(relabelled) / scale,
        longer_side=max(track.width, track.height),
    )


def finest_part(track: Track) -> slice:
    """The longest stretch of one shot that the second pass read; without one, of those at the track's highest rate.

    What the first pass read beside it depends on how much it was asked to read, so that is no part of it, however dense
    it is. A phone that needs light halves its rate: that alone does not end a stretch.
    """
    n = len(track.t_ms)
    if n < th.MIN_SAMPLES:
        return slice(0, n)
    steps, read = np.diff(track.world_ms), ~gaps(track.world_ms)
    local = _local(steps, read)
    fine = track.model == track.model.max()
    if np.count_nonzero(fine) >= th.MIN_SAMPLES and _local(np.diff(track.t_ms), read).min() < SLOW_MS:
        read &= fine[:-1] & fine[1:]
    own = _local(steps, read)
    # Where the other pass is near, the mean of both is longer than its own: there landmarks are partly the other's.
    part = read & (local <= SAME_RATE * own) & (own <= CHANGED_RATE * own.min()) & (np.diff(track.shot) == 0)
    start, end = max(filters.runs(part), key=lambda run: run[1] - run[0], default=(0, 0))
    return slice(start, end + 1)


def _local(steps: FloatArray, counted: BoolArray) -> FloatArray:
    """(n,) the mean of those of ``steps`` around each that are ``counted``; infinite where the step itself is not."""
    place = np.arange(len(steps))
    before, after = np.maximum(place - LOCAL_STEPS, 0), np.minimum(place + LOCAL_STEPS + 1, len(steps))
    total, count = (np.concatenate(([0.0], np.cumsum(each))) for each in (np.where(counted, steps, 0.0), counted))
    mean = (total[after] - total[before]) / np.maximum(count[after] - count[before], 1.0)
    return np.where(counted, mean, np.inf)


def _without_blends(t_s: FloatArray, xy: FloatArray, rate: float, scale: float) -> FloatArray:
    """``xy`` (n, 33, 2) where a pair of limbs is missing on frames that show them neither here nor there."""
    known = xy.copy()
    for left, right, fastest in _PAIRS:
        neither = side_swaps.blended(t_s * rate, xy[:, left], xy[:, right], fastest * scale / rate)
        known[np.flatnonzero(neither)[:, None], left + right] = np.nan
    return known


def _labels(t_s: FloatArray, xy: FloatArray, rate: float, scale: float, params: CleaningParams) -> IntArray:
    """(n, 33) index of the landmark that each landmark really is, once exchanged limbs are corrected."""
    labels = np.tile(np.arange(COUNT), (len(xy), 1))
    for left, right, fastest in _PAIRS:
        costs = np.array([params.swap_cost_h, params.swapped_cost_h / rate, params.swap_clip_h, fastest / rate]) * scale
        wrong = side_swaps.swapped(t_s * rate, xy[:, left], xy[:, right], side_swaps.Costs(*costs))
        frames = np.flatnonzero(wrong)[:, None]
        labels[frames, left], labels[frames, right] = right, left
    return labels


def _without_outliers(xy: FloatArray, rate: float, scale: float, params: CleaningParams) -> FloatArray:
    # A badly written clock may say a million frames a second: no window is longer than the track.
    half_window = min(max(2, round(params.hampel_half_window_s * rate)), len(xy))
    kept = filters.hampel(xy, half_window, params.hampel_sigmas, params.hampel_floor_h * scale)
    kept[np.isnan(kept).any(axis=-1)] = np.nan
    return kept


def _jitter(xy: FloatArray) -> float:
    """Median standard deviation in pixels over both coordinates of the trunk, whose own movement is the slowest."""
    trunk = xy[:, TRUNK].reshape(len(xy), -1)
    noise = [filters.white_noise(values) for values in trunk.T]
    return float(np.nanmedian(noise)) if np.isfinite(noise).any() else 0.0
