"""From a raw value to a published metric: the rules that score it, the evidence for a finding, the worst moments."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.unjudged import why_unjudged
from cricksy.analysis.track import FloatArray
from cricksy.results.schema import Evidence, Metric, Moment, ScoredMoment, Series, Unit, Window

MOMENTS: Final = 3  # worst moments of a metric
MOMENT_SPACING_S: Final = 0.1  # between two of them

Limits = tuple[float, float]
"""The value that scores 1, and the value that scores 0."""

Band = tuple[float, float, float, float]
"""Score 0, score 1, score 1, score 0, in rising order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One value held against its target.

    ``threshold`` is where the score falls to ``th.FAULT_SCORE``, the fault line. ``reach``: how far from it the best
    value lies; between two fault lines, half of the way. ``sample``: where a value shows most that is not the metric's
    own; ``None`` of that one, whose moments are scored one by one.
    """

    value: float
    error: float
    unit: Unit
    score: float
    threshold: float
    reach: float
    sample: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A raw value with its error and confidence, and the rules that score it: the worst one decides.

    ``confidence`` is what the landmarks, the film and the events allow; the value's own error may allow less. The first
    rule is the value's own. ``series`` and ``scores`` (window,): the value over time and how each moment scores; NaN
    where missing.
    """

    value: float
    error: float
    confidence: float
    rules: tuple[Rule, ...]
    series: FloatArray
    scores: FloatArray


@dataclass(frozen=True, slots=True)
class Measured:
    """A published metric and, where it was measured, its score and the evidence that decided it.

    ``score``: 0–1, also where the metric publishes none because it is too unsure to be judged.
    """

    metric: Metric
    evidence: Evidence | None = None
    score: float | None = None


def falling(value: float, limits: Limits) -> float:
    """Score 1 at the best limit and beyond, 0 at the worst and beyond, linear between."""
    best, worst = limits
    return float(np.clip((worst - value) / (worst - best), 0.0, 1.0))


def within(value: float, band: Band) -> float:
    """Score 1 inside the middle of ``band``, 0 outside of it, linear between."""
    return min(falling(value, (band[1], band[0])), falling(value, (band[2], band[3])))


def limit_rule(value: float, error: float, unit: Unit, limits: Limits, sample: int | None = None) -> Rule:
    threshold = _threshold(limits)
    return Rule(value, error, unit, falling(value, limits), threshold, abs(threshold - limits[0]), sample)


def band_rule(value: float, error: float, unit: Unit, band: Band) -> Rule:
    """The threshold is that of the nearer side."""
    low, high = _threshold((band[1], band[0])), _threshold((band[2], band[3]))
    nearer = low if abs(value - low) < abs(value - high) else high
    return Rule(value, error, unit, within(value, band), nearer, (high - low) / 2)


def reliability(rule: Rule) -> float:
    """How far a value of this error tells players apart, 0–1: the share of its variance that is theirs.

    The reliability coefficient of test theory (Spearman 1904): players' variance over that plus the error's. Players
    are taken to fill the score nine times in ten, ``reach`` to both sides, so it is one half where the error reaches
    from the best value to the fault line.
    """
    return 1.0 / (1.0 + (rule.error / rule.reach) ** 2)


def _threshold(limits: Limits) -> float:
    best, worst = limits
    return worst + th.FAULT_SCORE * (best - worst)


def missing(unit: Unit, reason: str) -> Measured:
    """A metric that could not be measured, and why."""
    metric = Metric(
        score=None,
        value=None,
        unit=unit,
        error=None,
        confidence=0.0,
        reason=reason,
        window=None,
        worst=[],
        series=None,
    )
    return Measured(metric)


def measured(scene: Scene, window: slice, unit: Unit, reading: Reading) -> Measured:
    """Publish ``reading`` over ``window``, without score and worst moments where it is too unsure to be judged."""
    t_ms = [round(float(t) * 1000.0, 3) for t in scene.motion.t_s[window]]
    worst = _worst(scene, window, reading.scores)
    decisive = min(reading.rules, key=lambda rule: rule.score)
    score, least = round(decisive.score, 4), reliability(reading.rules[0])
    confidence = round(min(reading.confidence, least), 3)
    judged = confidence >= th.FINDING_CONFIDENCE
    metric = Metric(
        score=score if judged else None,
        value=round(reading.value, 3),
        unit=unit,
        error=round(reading.error, 3),
        confidence=confidence,
        reason=None if judged else why_unjudged(scene, reading.confidence, least),
        window=Window(start_ms=t_ms[0], end_ms=t_ms[-1]),
        worst=worst if judged else [],
        series=Series(t_ms=t_ms, value=[round(float(v), 3) if np.isfinite(v) else None for v in reading.series]),
    )
    evidence = Evidence(
        value=round(decisive.value, 3),
        error=round(decisive.error, 3),
        unit=decisive.unit,
        threshold=round(decisive.threshold, 3),
        moments=_moments(scene, decisive, worst),
    )
    return Measured(metric, evidence, score)


def _moments(scene: Scene, decisive: Rule, worst: list[ScoredMoment]) -> list[Moment]:
    """Where the value of the rule that decides is to be seen: at release or impact where no moment is worse."""
    if decisive.sample is None and worst:
        return [Moment(frame=moment.frame, t_ms=moment.t_ms) for moment in worst]
    index = round(scene.action.key.index) if decisive.sample is None else decisive.sample
    return [Moment(frame=int(scene.motion.frame[index]), t_ms=round(float(scene.motion.t_s[index]) * 1000.0, 3))]


def _worst(scene: Scene, window: slice, scores: FloatArray) -> list[ScoredMoment]:
    """The lowest scores at least ``MOMENT_SPACING_S`` apart, the lowest first."""
    t_s, frame = scene.motion.t_s[window], scene.motion.frame[window]
    chosen: list[int] = []
    for i in np.argsort(scores, kind="stable").tolist():
        apart = all(abs(t_s[i] - t_s[j]) >= MOMENT_SPACING_S for j in chosen)
        if np.isfinite(scores[i]) and scores[i] < 1.0 and apart and len(chosen) < MOMENTS:
            chosen.append(i)
    return [
        ScoredMoment(frame=int(frame[i]), t_ms=round(float(t_s[i]) * 1000.0, 3), score=round(float(scores[i]), 4))
        for i in chosen
    ]
