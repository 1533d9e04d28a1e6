"""One-dimensional filters over arrays with missing samples; the one place that speaks to SciPy, which has no types."""

import math
from functools import lru_cache
from typing import Any, cast

import numpy as np
from scipy import interpolate, signal  # pyright: ignore[reportMissingTypeStubs] - SciPy ships none

from cricksy.analysis.track import BoolArray, FloatArray

_interpolate = cast("Any", interpolate)
_signal = cast("Any", signal)


def runs(present: BoolArray) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each unbroken run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], present, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def fill_gaps(t_s: FloatArray, values: FloatArray, longest_s: float) -> FloatArray:
    """``values`` (n, …) with NaN gaps no longer than ``longest_s`` filled by a shape-preserving cubic (PCHIP).

    A gap is measured between the samples on its two sides; gaps at either end stay missing.
    """
    columns = values.reshape(len(values), -1)
    filled = columns.copy()
    for present, alike in _alike(columns):
        if present.all() or np.count_nonzero(present) < 2:  # noqa: PLR2004 - a curve needs two points
            continue
        curve = _interpolate.PchipInterpolator(t_s[present], columns[present][:, alike], extrapolate=False)
        for start, end in runs(~present):
            if start > 0 and end < len(values) and t_s[end] - t_s[start - 1] <= longest_s:
                filled[start:end, alike] = curve(t_s[start:end])
    return filled.reshape(values.shape)


def _alike(columns: FloatArray) -> list[tuple[BoolArray, BoolArray]]:
    """Each pattern (n,) of present samples in ``columns`` (n, k), and which columns (k,) have it.

    One curve or filter serves all columns of a pattern, and takes as long as for one of them.
    """
    patterns, which = np.unique(np.isfinite(columns), axis=1, return_inverse=True)
    return [(patterns[:, number], which.ravel() == number) for number in range(patterns.shape[1])]


def resample(t_s: FloatArray, values: FloatArray, at_s: FloatArray) -> FloatArray:
    """``values`` (n, …) without NaN, read at the times ``at_s`` inside ``t_s`` by PCHIP."""
    return np.asarray(_interpolate.PchipInterpolator(t_s, values)(at_s), dtype=np.float64)


def cubic_at(t_s: FloatArray, values: FloatArray, at_s: float, half_s: float) -> FloatArray:
    """``values`` (n, k) at the time ``at_s``, (k,), by the least-squares cubic through the samples about it.

    Those within ``half_s``, and four at least: local regression (Savitzky and Golay 1964), here of uneven samples too.
    It follows a fast turn that a low-pass filter rounds off. With three of them it is a parabola. NaN
    where fewer are seen, or all on one of the two sides.
    """
    away = t_s - at_s
    near = np.argsort(np.abs(away), kind="stable")[: max(4, np.count_nonzero(np.abs(away) <= half_s))]
    near = near[np.isfinite(values[near]).all(axis=1)]
    away = away[near]
    if len(near) < 3 or not away.min() <= 0.0 <= away.max():  # noqa: PLR2004 - a parabola has three coefficients
        return np.full_like(values[0], np.nan)
    degree = min(3, len(near) - 1)
    return np.asarray(np.polynomial.polynomial.polyfit(away / half_s, values[near], degree)[0], dtype=np.float64)


def crossing(t_s: FloatArray, values: FloatArray, level: float, near_s: float) -> float:
    """The time at which the PCHIP curve through ``values`` (n,) is at ``level``, the one nearest to ``near_s``.

    NaN where it never is; missing samples are left out.
    """
    present = np.isfinite(values)
    if np.count_nonzero(present) < 2:  # noqa: PLR2004 - a curve needs two points
        return float("nan")
    curve = _interpolate.PchipInterpolator(t_s[present], values[present])
    times = np.asarray(curve.solve(level, extrapolate=False), dtype=np.float64)
    times = times[np.isfinite(times)]
    return float(times[np.argmin(np.abs(times - near_s))]) if len(times) else float("nan")


def low_pass(t_s: FloatArray, values: FloatArray, cutoff_hz: float, rate_hz: float) -> FloatArray:
    """``values`` (n, …) through a zero-lag second-order Butterworth filter, run by run between missing samples.

    Each run is filtered on an even grid of at least ``rate_hz``, so uneven and coarse samples meet the same filter.
    Runs shorter than half a period of the cut-off stay as they are.
    """
    columns = values.reshape(len(values), -1)
    smooth = columns.copy()
    for (start, end), alike in _alike_runs(columns).items():
        times = t_s[start:end]
        seconds = float(times[-1] - times[0])
        if seconds < 0.5 / cutoff_hz:
            continue
        grid: FloatArray = np.linspace(float(times[0]), float(times[-1]), max(end - start, int(seconds * rate_hz) + 2))
        rate = (len(grid) - 1) / seconds
        padding = min(len(grid) - 1, int(rate / cutoff_hz))
        even = resample(times, columns[start:end, alike], grid)
        filtered = _signal.sosfiltfilt(_butterworth(cutoff_hz, rate), even, axis=0, padlen=padding)
        smooth[start:end, alike] = resample(grid, np.asarray(filtered, dtype=np.float64), times)
    return smooth.reshape(values.shape)


def _alike_runs(columns: FloatArray) -> dict[tuple[int, int], BoolArray]:
    """Each run of present samples in ``columns`` (n, k), and which columns (k,) have it."""
    which: dict[tuple[int, int], BoolArray] = {}
    for present, alike in _alike(columns):
        for run in runs(present):
            which[run] = which[run] | alike if run in which else alike
    return which


@lru_cache(maxsize=64)  # a film's few runs are filtered by every clock it may have, and again by each metric
def _butterworth(cutoff_hz: float, rate_hz: float) -> FloatArray:
    """(sections, 6) of the second-order low-pass filter: its design takes longer than to filter by it."""
    return np.asarray(_signal.butter(2, cutoff_hz, fs=rate_hz, output="sos"), dtype=np.float64)


def hampel(values: FloatArray, half_window: int, sigmas: float, floor: float) -> FloatArray:
    """``values`` (n, …) with outliers replaced by NaN.

    A sample is an outlier when it lies further from the median of its neighbourhood than ``sigmas`` scaled median
    absolute deviations (Hampel 1974; 1.4826 makes the MAD a standard deviation) and further than ``floor``.
    """
    windows = _neighbourhoods(values, half_window)
    centre = _median(windows)
    spread = 1.4826 * _median(np.abs(windows - centre[..., None]))
    outlier = np.abs(values - centre) > np.maximum(sigmas * spread, floor)
    return np.where(outlier, np.nan, values)


def running_median(values: FloatArray, half_window: int) -> FloatArray:
    """``values`` (n, …) each replaced by the median of its neighbourhood; NaN where half of that or more is missing."""
    return _median(_neighbourhoods(values, half_window))


def _neighbourhoods(values: FloatArray, half_window: int) -> FloatArray:
    """(n, …, 2 * half_window + 1) each of ``values`` (n, …) with its neighbours, NaN beyond the ends."""
    padded = np.pad(values, [(half_window, half_window), *[(0, 0)] * (values.ndim - 1)], constant_values=np.nan)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * half_window + 1, axis=0)


def _median(windows: FloatArray) -> FloatArray:
    """(n, …) median of each window (n, …, k); NaN where half of it or more is missing."""
    seen = np.count_nonzero(np.isfinite(windows), axis=-1)[..., None]
    # Missing ones are sorted to the end. NumPy's nanmedian takes its time over each small window.
    ordered = np.sort(windows, axis=-1)
    low, high = (np.take_along_axis(ordered, np.maximum(middle, 0), axis=-1) for middle in ((seen - 1) // 2, seen // 2))
    return np.where(2 * seen > windows.shape[-1], (low + high) / 2, np.nan)[..., 0]


def white_noise(values: FloatArray) -> float:
    """Standard deviation of the noise of ``values`` (n,) that is independent from sample to sample; NaN if too short.

    From the median of the fifth differences, in which a movement of 3 Hz at 30 samples a second keeps a hundredth of
    its extent, and independent noise is √252 of its standard deviation.
    """
    differences = np.diff(values, n=5)
    differences = np.abs(differences[np.isfinite(differences)])
    return 1.4826 * float(np.median(differences)) / math.sqrt(252.0) if len(differences) else float("nan")


def line(t_s: FloatArray, values: FloatArray) -> tuple[float, float]:
    """Slope, in units a second, and level at time 0 of the straight line that fits ``values`` (n,) best."""
    away = t_s - t_s.mean()
    slope = float((away * (values - values.mean())).sum() / (away**2).sum())
    return slope, float(values.mean()) - slope * float(t_s.mean())


def rate_of_change(t_s: FloatArray, values: FloatArray) -> FloatArray:
    """d(values)/dt (n, …) by central differences; NaN at and beside missing samples, and for fewer than two."""
    if len(t_s) < 2:  # noqa: PLR2004 - a difference needs two
        return np.full(values.shape, np.nan)
    slope: FloatArray = np.asarray(np.gradient(values, t_s, axis=0), dtype=np.float64)
    return np.where(np.isfinite(values), slope, np.nan)


def unwrap(angles_deg: FloatArray) -> FloatArray:
    """Angles (n,) in degrees made continuous across ±180, each run between missing samples by itself."""
    continuous = angles_deg.copy()
    for start, end in runs(np.isfinite(angles_deg)):
        continuous[start:end] = np.unwrap(angles_deg[start:end], period=360.0)
    return continuous
