"""From measurements to findings: faults, strengths, and what the video itself lacks."""

from typing import Final

import msgspec

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching import capture_quality, catalogue
from cricksy.analysis.coaching.catalogue import Advice, Strength
from cricksy.analysis.measure import Measurement
from cricksy.analysis.metrics import registry
from cricksy.analysis.metrics.knee import METRIC as KNEE_METRIC
from cricksy.analysis.metrics.knee import KneeAction, KneeClass
from cricksy.results.coaching import Evidence, Finding, FindingCode, Findings, Level
from cricksy.results.measurements import Metric, MetricName

STRENGTH_SCORE: Final = 0.85  # ratio; provisional: from this score on a strength
MEDIUM_SCORE: Final = 0.35  # ratio; provisional: a lower score is a fault of medium severity
HIGH_SCORE: Final = 0.15  # ratio; provisional: a lower score is a fault of high severity
FAULT_WEIGHTS: Final[dict[Level, int]] = {"low": 1, "medium": 2, "high": 4}
MEDIUM_LEVEL: Final = 2  # count; provisional: weight of one medium fault, or of two slight ones
LOW_LEVEL: Final = 4  # count; provisional: weight of one serious fault, or of several of the others
# count; provisional: judged metrics, from fewer of which nothing good is said of the whole player
LEAST_JUDGED: Final = 2
# ratio; provisional: with less a fault says "may", a strength "seems" or "looks"
PLAIN_WORDS_CONFIDENCE: Final = 0.65

_KNEES: Final[dict[KneeClass, str]] = {
    "brace": "It held within 10° after landing",
    "flexor": "It bent by 10° or more after landing",
    "extender": "It straightened by 10° or more after landing",
    "flexor_extender": "It bent and then straightened again, each by 10° or more",
}


def find(measurement: Measurement) -> Findings:
    """Faults and strengths that evidence and confidence support, worst first, then the video's own faults.

    The faults that the catalogue puts last follow the others, however bad they are.
    """
    faults: list[tuple[Advice, Finding]] = []
    strengths: list[Finding] = []
    judged = judged_metrics(measurement)
    for spec in registry.METRICS:
        name = spec.name
        if spec.code is None or name not in judged:
            continue
        metric = measurement.metrics[name]
        advice = catalogue.advice_for(spec.code, measurement.discipline.value, measurement.camera_view.value)
        if (metric.score or 0.0) < th.FAULT_SCORE:
            faults.append((advice, _fault(measurement, name, metric, advice)))
        elif advice.strength and (metric.score or 0.0) >= STRENGTH_SCORE and _is_known(name, measurement.knee):
            strengths.append(_strength(measurement, name, metric, advice, advice.strength))
    faults.sort(key=lambda found: (found[0].last, -FAULT_WEIGHTS[found[1].severity], -found[1].confidence))
    return Findings(
        overall_level=overall_level(
            [fault.severity for _, fault in faults], sound=len(judged) >= LEAST_JUDGED and len(faults) < len(judged)
        ),
        findings=[*(fault for _, fault in faults), *capture_quality.findings(measurement)],
        strengths=strengths,
        capture_quality=capture_quality.quality(measurement),
    )


def judged_metrics(measurement: Measurement) -> list[MetricName]:
    """The metrics that are sure enough to have a score, in the order of the report."""
    return [
        spec.name
        for spec in registry.METRICS
        if spec.code is not None and measurement.metrics[spec.name].score is not None
    ]


def overall_level(faults: list[Level], *, sound: bool) -> Level:
    """High is good. ``sound``: enough was judged to say so, and some of it has no fault.

    Else the level is at most medium, as for a video of nobody: nothing speaks for the player and nothing against. Each
    fault only adds weight, so one more never improves the level. Faults of the video do not count.
    """
    weight = sum(FAULT_WEIGHTS[severity] for severity in faults)
    if weight >= LOW_LEVEL:
        return "low"
    return "high" if sound and weight < MEDIUM_LEVEL else "medium"


def _fault(measurement: Measurement, name: MetricName, metric: Metric, advice: Advice) -> Finding:
    evidence = measurement.evidence[name]
    severity = _severity(metric)
    sure = metric.confidence >= PLAIN_WORDS_CONFIDENCE and not _doubtful(evidence)
    return Finding(
        code=advice.code,
        title=advice.title if sure else advice.tentative_title,
        severity=severity,
        metric=name,
        evidence=_named(evidence, metric, advice),
        why_it_matters=advice.why_it_matters + _knee_phases(advice.code, measurement.knee, metric.error),
        cues=list(advice.cues[severity]),
        drills=[catalogue.drill(drill_id) for drill_id in advice.drills[severity]],
        drill_ids=list(advice.drills[severity]),
        confidence=metric.confidence,
    )


def _named(evidence: Evidence, metric: Metric, advice: Advice) -> Evidence:
    """``evidence`` with the name of its number, which is the metric's own or that of its other rule."""
    own = evidence.value == metric.value and evidence.unit == metric.unit
    return msgspec.structs.replace(evidence, what=advice.number if own else advice.second_number)


def _knee_phases(code: FindingCode, knee: KneeAction | None, error: float | None) -> str:
    """What the front knee did from contact to release, where all of it was seen; nothing of another code."""
    if code != "KNEE_COLLAPSE" or knee is None or error is None:
        return ""
    if knee.contact is None or knee.least is None:
        return ""
    told = "" if knee.kind is None else f" {_KNEES[knee.kind]}."
    return (
        f" Here the knee was at {knee.contact:.0f}° at landing, {knee.least:.0f}° at its most bent and"
        f" {knee.release:.0f}° at release, each ± {error:.0f}°; 180° is straight.{told}"
    )


def _strength(
    measurement: Measurement, name: MetricName, metric: Metric, advice: Advice, strength: Strength
) -> Finding:
    evidence = measurement.evidence[name]
    sure = metric.confidence >= PLAIN_WORDS_CONFIDENCE and not _doubtful(evidence)
    return Finding(
        code=advice.code,
        title=strength.title if sure else strength.tentative_title,
        severity="low",
        metric=name,
        evidence=_named(evidence, metric, advice),
        why_it_matters=strength.why + _knee_phases(advice.code, measurement.knee, metric.error),
        cues=list(advice.cues["low"][:1]),
        drills=[],
        confidence=metric.confidence,
    )


def _severity(metric: Metric) -> Level:
    """By the score alone: how sure the value is governs the words."""
    score = metric.score or 0.0
    if score >= MEDIUM_SCORE:
        return "low"
    return "medium" if score >= HIGH_SCORE else "high"


def _is_known(name: MetricName, knee: KneeAction | None) -> bool:
    """Whether all that a strength says is known: a front leg that holds from landing to release has a class."""
    return name != KNEE_METRIC.name or knee is None or knee.kind is not None


def _doubtful(evidence: Evidence) -> bool:
    """Whether the threshold lies within the error of the value."""
    if evidence.value is None or evidence.threshold is None or evidence.error is None:
        return True
    return abs(evidence.value - evidence.threshold) <= evidence.error
