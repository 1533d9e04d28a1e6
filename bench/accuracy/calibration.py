"""Whether errors and confidences are true: players of kept-back seeds, filmed well and badly, from everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from bench.accuracy.seen import METRICS
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row
from bench.accuracy.trials import KEPT_BACK, Trial, trial
from bench.accuracy.videos import VideoSource
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.player import Doing

from cricksy.analysis.track import FloatArray
from cricksy.vocabulary import Discipline

SECTION: Final = "Errors and confidence"
VIDEOS: Final = 480
"""Three bowlers to one batter."""
COVERED: Final = (0.85, 0.95)
"""Share of the values that must lie within their error: it is the half-width of a 90 % interval."""
FEWEST: Final = 12
"""Videos in a bin, below which its mean error says nothing."""
BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one metric: how far it is from the truth, in units of what a constant is, and its confidence."""

    metric: str
    discipline: Discipline
    confidence: float
    off: float
    relative: float
    within: bool


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    trials = [_video(KEPT_BACK + 100 + i) for i in range(VIDEOS)]
    points = [point for metric in METRICS for point in _points(metric, trials)]
    found = [_coverage(metric, trials, [point for point in points if point.metric == metric]) for metric in METRICS]
    reliability = [_reliability(metric, [point for point in points if point.metric == metric]) for metric in METRICS]
    return [*found, *reliability, _reliability("all metrics", points)]


def _video(seed: int) -> Trial:
    """A video by seed: rate, size, view and faults are drawn, a clean side-on video being as likely as a poor one."""
    rng = np.random.default_rng([seed, 2])
    discipline: Doing = "batting" if seed % 4 == 0 else "bowling"
    poor = float(rng.random())
    yaw = float(rng.choice([0.0, 0.0, 90.0, 180.0, 270.0])) + float(rng.normal(0.0, 25.0 * poor))
    view = View(yaw_deg=yaw, rise_deg=float(rng.uniform(0.0, 10.0)), px_per_m=float(rng.uniform(90.0, 320.0)))
    faults = Faults(
        jitter=float(rng.uniform(0.5, 1.0 + 3.0 * poor)),
        drift=float(rng.uniform(0.02, 0.05 + 0.05 * poor)),
        dropout=float(rng.uniform(0.0, 0.2 * poor)),
        hidden=float(rng.uniform(0.0, 0.2 * poor)),
        swaps=float(rng.uniform(0.0, 0.2 * poor)),
    )
    return trial(seed, discipline, view=view, fps=float(rng.choice([30.0, 60.0, 120.0])), faults=faults)


def _points(metric: str, trials: Sequence[Trial]) -> list[Point]:
    """The values that were given where the discipline was recognised; errors over what a constant misses by."""
    constant = {discipline: _constant_error(metric, discipline, trials) for discipline in Discipline}
    points: list[Point] = []
    for one in trials:
        off, seen, discipline = one.off(metric), one.seen.metric(metric), one.filmed.truth.discipline
        if off is not None and discipline is not None and one.discipline_right:
            relative = abs(off) / constant[discipline]
            points.append(
                Point(metric, discipline, seen.confidence, abs(off), relative, abs(off) <= (seen.error or 0.0))
            )
    return points


def _constant_error(metric: str, discipline: Discipline, trials: Sequence[Trial]) -> float:
    """Mean error of the median over the players of one discipline."""
    values = [one.true_value(metric) for one in trials if one.filmed.truth.discipline is discipline]
    true: FloatArray = np.array([value for value in values if value is not None])
    return float(np.mean(np.abs(true - np.median(true)))) if len(true) else float("nan")


def _coverage(metric: str, trials: Sequence[Trial], points: Sequence[Point]) -> Row:
    low, high = COVERED
    required = f"{low:.0%}–{high:.0%}"
    what = f"{metric}: values within their own error"
    if not points:
        return Row(SECTION, what, f"none given of {len(trials)}")
    share = float(np.mean([point.within for point in points]))
    given = sum(one.seen.metric(metric).value is not None for one in trials if one.discipline_right)
    tested = f"{given} given" if given == len(points) else f"{len(points)} with a truth, {given} given"
    shown = f"{share:.0%} of {tested} of {len(trials)}; mean error {np.mean([p.off for p in points]):.3g}"
    kinds = [(kind, [p.within for p in points if p.discipline is kind]) for kind in Discipline]
    each = ", ".join(f"{kind} {np.mean(within):.0%} of {len(within)}" for kind, within in kinds if within)
    return Row(SECTION, what, f"{shown}; {each}", None, required, low <= share <= high)


def _reliability(metric: str, points: Sequence[Point]) -> Row:
    """Mean error by bins of confidence, over what a constant misses by; bins of few values join the bin below.

    A mean falls unless it lies above the one before by more than the standard error of their difference.
    """
    cells: list[str] = []
    bins: list[FloatArray] = []
    pending: list[Point] = []
    start = BINS[0]
    for low, high in pairwise(BINS):
        pending += [point for point in points if low <= point.confidence < high]
        if len(pending) >= FEWEST:
            bins.append(np.array([point.relative for point in pending]))
            cells.append(f"{start:.1f}–{high:.1f}: {bins[-1].mean():.2f} (n = {len(pending)})")
            pending, start = [], high
    falls = all(later.mean() - earlier.mean() <= _standard_error(earlier, later) for earlier, later in pairwise(bins))
    what = f"{metric}: mean error by confidence, 1 being a constant's"
    if not cells:
        return Row(SECTION, what, "none given" if not points else "too few values")
    return Row(SECTION, what, " · ".join(cells), "1", "falls, but for chance", falls and len(bins) > 1)


def _standard_error(first: FloatArray, second: FloatArray) -> float:
    """Of the difference of two means."""
    return float(np.hypot(first.std(ddof=1) / np.sqrt(len(first)), second.std(ddof=1) / np.sqrt(len(second))))
