"""What a metric is, and how its measurement is published: one value, its evidence and its worst moments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import MetricParams
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.scoring import (
    NotMeasured,
    RawMeasurement,
    Rule,
    Target,
    fault_line,
    fault_lines,
    reliability,
)
from cricksy.analysis.metrics.unjudged import why_unjudged
from cricksy.analysis.track import FloatArray
from cricksy.results.coaching import Evidence, FindingCode
from cricksy.results.measurements import Metric, MetricName, MetricTarget, Moment, ScoredMoment, Series, Unit, Window

P = TypeVar("P", bound=MetricParams)

MOMENTS: Final = 3  # count; of a metric's worst moments, as many as a coach looks at
MOMENT_SPACING_S: Final = 0.1  # s; between two worst moments, so that they are not neighbouring frames


def by_params(
    kind: type[P], measure: Callable[[Scene, P], RawMeasurement | NotMeasured]
) -> Callable[[Scene], RawMeasurement | NotMeasured]:
    """``measure`` with the parameters that the action's discipline has for it; without any, it is not measured."""

    def measured(scene: Scene) -> RawMeasurement | NotMeasured:
        params = scene.profile.params(kind)
        return NotMeasured(scene.profile.unmeasured) if params is None else measure(scene, params)

    return measured


@dataclass(frozen=True, slots=True)
class Measured:
    """A published metric and, where it was measured, its score and the evidence that decided it.

    ``score``: 0–1, also where the metric publishes none because it is too unsure to be judged.
    """

    metric: Metric
    evidence: Evidence | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSpec:
    """One metric: all that the rest of the program knows of it.

    ``title``: for a table, ``noun``: for a sentence. ``description``: one sentence for the OpenAPI document. ``code``:
    of the fault that a low score is; ``None``: never judged. ``required``: every stored result has it, so clients may
    count on it. ``by_view``: it is what lies in the image's plane, and so another thing in another camera view.
    """

    name: MetricName
    title: str
    noun: str
    description: str
    unit: Unit
    measure: Callable[[Scene], RawMeasurement | NotMeasured]
    code: FindingCode | None = None
    required: bool = False
    by_view: bool = False

    def of(self, scene: Scene) -> Measured:
        """The metric of one action, as it is published."""
        match self.measure(scene):
            case NotMeasured(reason):
                return self.missing(reason)
            case RawMeasurement() as raw:
                return self._published(scene, raw)

    def missing(self, reason: str) -> Measured:
        """The metric without a value, and why."""
        metric = Metric(
            score=None,
            value=None,
            unit=self.unit,
            error=None,
            confidence=0.0,
            reason=reason,
            window=None,
            worst=[],
            series=None,
        )
        return Measured(metric)

    def _published(self, scene: Scene, raw: RawMeasurement) -> Measured:
        """Without score and worst moments where it is too unsure to be judged."""
        t_ms = [round(float(t), 3) for t in scene.motion.film_ms[raw.window]]
        worst = _worst(scene, raw.window, raw.scores)
        decisive = min(raw.rules, key=lambda rule: rule.score)
        score, least = round(decisive.score, 4), reliability(raw.rules[0])
        confidence = round(min(raw.confidence, least), 3)
        judged = confidence >= th.FINDING_CONFIDENCE
        metric = Metric(
            score=score if judged else None,
            value=round(raw.value, 3),
            unit=self.unit,
            error=round(raw.uncertainty, 3),
            confidence=confidence,
            reason=None if judged else why_unjudged(scene, raw, least),
            window=Window(start_ms=t_ms[0], end_ms=t_ms[-1]),
            worst=worst if judged else [],
            series=Series(t_ms=t_ms, value=[round(float(v), 3) if np.isfinite(v) else None for v in _series(raw)]),
            at=None if raw.at is None else _moment(scene, raw.at),
            target=None if raw.target is None else _target(raw.target),
        )
        evidence = Evidence(
            value=round(decisive.value, 3),
            error=round(decisive.uncertainty, 3),
            unit=decisive.unit or self.unit,
            threshold=round(decisive.threshold, 3),
            moments=_moments(scene, decisive, worst),
        )
        return Measured(metric, evidence, score)


def _moments(scene: Scene, decisive: Rule, worst: list[ScoredMoment]) -> list[Moment]:
    """Where the value of the rule that decides is to be seen: at release or impact where no moment is worse."""
    if decisive.sample is None and worst:
        return [Moment(frame=moment.frame, t_ms=moment.t_ms) for moment in worst]
    index = round(scene.action.key_event.index) if decisive.sample is None else decisive.sample
    return [_moment(scene, index)]


def _moment(scene: Scene, sample: int) -> Moment:
    return Moment(frame=int(scene.motion.frame[sample]), t_ms=round(float(scene.motion.film_ms[sample]), 3))


def _series(raw: RawMeasurement) -> FloatArray:
    """The series with the value itself at the sample nearest to where it was read, which may lie between samples."""
    series = raw.series.copy()
    if raw.at is not None:
        series[raw.at - raw.window.start] = raw.value
    return series


def _target(target: Target) -> MetricTarget:
    """The values that score 1, and between the fault lines those that are no fault; ``None``: no end on that side."""
    # No target of a metric's own value has been tested on players yet.
    match target:
        case (best, worst):
            line = fault_line(target)
            low_is_best = best < worst
            return MetricTarget(
                best=(None, best) if low_is_best else (best, None),
                fault=(None, line) if low_is_best else (line, None),
                provisional=True,
            )
        case (_, low, high, _):
            lines = fault_lines(target)
            return MetricTarget(best=(low, high), fault=lines, provisional=True)


def _worst(scene: Scene, window: slice, scores: FloatArray) -> list[ScoredMoment]:
    """The lowest scores at least ``MOMENT_SPACING_S`` apart, the lowest first."""
    t_s, film_ms, frame = (each[window] for each in (scene.motion.t_s, scene.motion.film_ms, scene.motion.frame))
    chosen: list[int] = []
    for i in np.argsort(scores, kind="stable").tolist():
        apart = all(abs(t_s[i] - t_s[j]) >= MOMENT_SPACING_S for j in chosen)
        if np.isfinite(scores[i]) and scores[i] < 1.0 and apart and len(chosen) < MOMENTS:
            chosen.append(i)
    return [
        ScoredMoment(frame=int(frame[i]), t_ms=round(float(film_ms[i]), 3), score=round(float(scores[i]), 4))
        for i in chosen
    ]
