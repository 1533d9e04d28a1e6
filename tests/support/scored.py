"""A real measurement whose scores may be set, for what is said about them."""

from dataclasses import replace

from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis import thresholds as th
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics.registry import METRICS
from cricksy.results.coaching import Evidence
from cricksy.results.measurements import Metric, MetricName
from cricksy.vocabulary import Given

NAMES: tuple[MetricName, ...] = tuple(metric.name for metric in METRICS if metric.code is not None)
"""Those that are ever judged."""


def measurement() -> Measurement:
    t = stick.times(60, 1.5)
    track = stick.video_of(stick.bowl(stick.Bowler(), t), t, stick.Camera())
    return measure(track, container(track, 60.0), Given())


BASE = measurement()


def with_score(
    base: Measurement, name: MetricName, score: float | None, confidence: float = 0.9, distance: float = 50.0
) -> Measurement:
    """``base`` with another score of one metric; its value lies ``distance`` from the threshold, its error is 5.

    Below ``th.FINDING_CONFIDENCE`` it is measured, but has no score, as the analysis publishes it.
    """
    judged = confidence >= th.FINDING_CONFIDENCE
    metric = Metric(
        score=score if judged else None,
        value=None if score is None else 100.0 + distance,
        unit="deg",
        error=5.0,
        confidence=confidence,
        reason="hidden" if score is None else None if judged else "too unsure to be judged",
        window=None,
        worst=[],
        series=None,
    )
    evidence = Evidence(value=100.0 + distance, error=5.0, unit="deg", threshold=100.0, moments=[])
    kept = {key: value for key, value in base.evidence.items() if key != name}
    scores = {key: value for key, value in base.scores.items() if key != name}
    return replace(
        base,
        metrics=base.metrics | {name: metric},
        scores=scores if score is None else scores | {name: score},
        evidence=kept if score is None else kept | {name: evidence},
    )


def all_at(score: float | None) -> Measurement:
    result = BASE
    for name in NAMES:
        result = with_score(result, name, score)
    return result
