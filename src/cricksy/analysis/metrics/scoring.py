"""From a value to a score: the rules that hold it against its targets."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.track import FloatArray
from cricksy.results.measurements import Unit

Limits = tuple[float, float]
"""The value that scores 1, and the value that scores 0."""

Band = tuple[float, float, float, float]
"""Score 0, score 1, score 1, score 0, in rising order."""

Target = Limits | Band


@dataclass(frozen=True, slots=True)
class Rule:
    """One value held against its target.

    ``threshold`` is where the score falls to ``th.FAULT_SCORE``, the fault line. ``reach``: how far from it the best
    value lies; between two fault lines, half of the way. ``sample``: where a value shows most that is not the metric's
    own; ``None`` of that one, whose moments are scored one by one. ``unit``: ``None`` is the metric's own.
    """

    value: float
    uncertainty: float
    score: float
    threshold: float
    reach: float
    sample: int | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Why a metric has no value, as a sentence for the coach."""

    reason: str


class Limit(NamedTuple):
    """What a confidence is no more than, and why, as part of a sentence for the coach."""

    most: float
    cause: str


@dataclass(frozen=True, slots=True)
class RawMeasurement:
    """A value over ``window`` with its uncertainty and confidence, and the rules that score it: the worst one decides.

    ``uncertainty``: half-width of a 90 % interval. ``limits``: what landmarks, video and events allow, at least one;
    the value's own uncertainty may allow less. The first rule is the value's own. ``series`` and ``scores`` (window,):
    the value over time and how each moment scores; NaN where missing. All in the metric's own unit. ``target``: what
    the value is held against, if anything. ``at``: the sample nearest to the instant that the value is read at;
    ``None`` where it is of the whole window.
    """

    window: slice
    value: float
    uncertainty: float
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    series: FloatArray
    scores: FloatArray
    target: Target | None = None
    at: int | None = None

    @property
    def tightest(self) -> Limit:
        """Of equal limits the first."""
        return min(self.limits, key=lambda limit: limit.most)

    @property
    def confidence(self) -> float:
        """The least of the limits, 0–1."""
        return max(0.0, self.tightest.most)


def falling(value: float, limits: Limits) -> float:
    """Score 1 at the best limit and beyond, 0 at the worst and beyond, linear between."""
    best, worst = limits
    return float(np.clip((worst - value) / (worst - best), 0.0, 1.0))


def within(value: float, band: Band) -> float:
    """Score 1 inside the middle of ``band``, 0 outside of it, linear between."""
    return min(falling(value, (band[1], band[0])), falling(value, (band[2], band[3])))


def score(value: float, target: Target) -> float:
    """0–1, by limits or by a band."""
    match target:
        case (_, _):
            return falling(value, target)
        case (_, _, _, _):
            return within(value, target)


def rule(value: float, uncertainty: float, target: Target) -> Rule:
    """The metric's own value held against its target."""
    match target:
        case (_, _):
            return limit_rule(value, uncertainty, target)
        case (_, _, _, _):
            return band_rule(value, uncertainty, target)


def limit_rule(
    value: float, uncertainty: float, limits: Limits, sample: int | None = None, *, unit: Unit | None = None
) -> Rule:
    threshold = fault_line(limits)
    return Rule(value, uncertainty, falling(value, limits), threshold, abs(threshold - limits[0]), sample, unit)


def band_rule(value: float, uncertainty: float, band: Band) -> Rule:
    """The threshold is that of the nearer side."""
    low, high = fault_lines(band)
    nearer = low if abs(value - low) < abs(value - high) else high
    return Rule(value, uncertainty, within(value, band), nearer, (high - low) / 2)


def reliability(rule: Rule) -> float:
    """How well a value of this uncertainty separates players, 0–1: the share of its variance that is theirs.

    The reliability coefficient of test theory (Spearman 1904): the players' variance over the sum of theirs and the
    value's. Players are taken to spread by ``reach`` to both sides, nine in ten, so reliability is one half where the
    uncertainty reaches from the best value to the fault line.
    """
    return 1.0 / (1.0 + (rule.uncertainty / rule.reach) ** 2)


def fault_lines(band: Band) -> tuple[float, float]:
    """The values on either side at which the score falls to ``th.FAULT_SCORE``."""
    return fault_line((band[1], band[0])), fault_line((band[2], band[3]))


def fault_line(limits: Limits) -> float:
    """The value at which the score falls to ``th.FAULT_SCORE``."""
    best, worst = limits
    return worst + th.FAULT_SCORE * (best - worst)
