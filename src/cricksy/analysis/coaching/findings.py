"""From measurements to findings: faults, strengths, and what the film itself lacks."""

from typing import Final

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching import capture_quality, catalogue
from cricksy.analysis.measure import Measurement
from cricksy.analysis.metrics import registry
from cricksy.analysis.metrics.knee import KneeAction, KneeClass
from cricksy.results.schema import Evidence, Finding, FindingCode, Findings, Level, Metric, MetricName

STRENGTH_SCORE: Final = 0.8  # ratio; provisional: from this score on a strength
MEDIUM_SCORE: Final = 0.35  # ratio; provisional: a lower score is a fault of medium severity
HIGH_SCORE: Final = 0.15  # ratio; provisional: a lower score is a fault of high severity
FAULT_WEIGHTS: Final[dict[Level, int]] = {"low": 1, "medium": 2, "high": 4}
MEDIUM_LEVEL: Final = 2  # count; provisional: weight of one medium fault, or of two slight ones
LOW_LEVEL: Final = 4  # count; provisional: weight of one serious fault, or of several of the others
FINDING_CONFIDENCE: Final = 0.35  # ratio; provisional: nothing is said with less
# ratio; provisional: with less a fault says "may", a strength "seems" or "looks"
PLAIN_WORDS_CONFIDENCE: Final = 0.65

_KNEES: Final[dict[KneeClass, str]] = {
    "brace": "after landing it held within 10° (a brace)",
    "flexor": "it gave way by 10° or more (a flexor)",
    "extender": "it straightened by 10° or more (an extender)",
    "flexor_extender": "it gave way and straightened again, each by 10° or more (a flexor–extender)",
}


def find(measurement: Measurement) -> Findings:
    """Faults and strengths that evidence and confidence support, worst first, then the film's own faults."""
    faults: list[Finding] = []
    strengths: list[Finding] = []
    sound = False
    for spec in registry.METRICS:
        if spec.code is None:
            continue
        name, metric = spec.name, measurement.metrics[spec.name]
        evidence = measurement.evidence.get(name)
        if metric.score is None or evidence is None or metric.confidence < FINDING_CONFIDENCE:
            continue
        if metric.score < th.FAULT_SCORE:
            faults.append(_fault(measurement, spec.code, name, metric, evidence))
            continue
        sound = True
        if metric.score >= STRENGTH_SCORE and not _doubtful(evidence):
            strengths.append(_strength(measurement, spec.code, name, metric, evidence))
    faults.sort(key=lambda fault: (-FAULT_WEIGHTS[fault.severity], -fault.confidence))
    return Findings(
        overall_level=overall_level([fault.severity for fault in faults], sound=sound),
        findings=faults + capture_quality.findings(measurement),
        strengths=strengths,
        capture_quality=capture_quality.quality(measurement),
    )


def overall_level(faults: list[Level], *, sound: bool) -> Level:
    """High is good; ``sound``: at least one measurement without fault supports it.

    Without any, as in a film of nobody, the level is medium: nothing speaks for the player and nothing against. Each
    fault only ever adds weight, so one more never improves the level. Faults of the film do not count.
    """
    weight = sum(FAULT_WEIGHTS[severity] for severity in faults)
    if weight >= LOW_LEVEL:
        return "low"
    return "high" if sound and weight < MEDIUM_LEVEL else "medium"


def _fault(
    measurement: Measurement, code: FindingCode, name: MetricName, metric: Metric, evidence: Evidence
) -> Finding:
    advice = catalogue.advice_for(code, measurement.discipline.value)
    severity = _severity(metric, evidence)
    sure = metric.confidence >= PLAIN_WORDS_CONFIDENCE and not _doubtful(evidence)
    return Finding(
        code=code,
        title=advice.title if sure else advice.tentative_title,
        severity=severity,
        metric=name,
        evidence=evidence,
        why_it_matters=advice.why_it_matters + _knee_phases(code, measurement.knee, metric.error),
        cues=list(advice.cues[severity]),
        drills=[catalogue.drill(drill_id) for drill_id in advice.drills[severity]],
        confidence=metric.confidence,
    )


def _knee_phases(code: FindingCode, knee: KneeAction | None, error: float | None) -> str:
    """What the front knee did from contact to release, where all of it was seen; nothing of another code."""
    if code != "KNEE_COLLAPSE" or knee is None or error is None:
        return ""
    if knee.contact is None or knee.least is None or knee.kind is None:
        return ""
    return (
        f" Measured, 180° being straight and each ± {error:.0f}°: {knee.contact:.0f}° at landing, {knee.least:.0f}° at"
        f" its most bent and {knee.release:.0f}° at release: {_KNEES[knee.kind]}."
    )


def _strength(
    measurement: Measurement, code: FindingCode, name: MetricName, metric: Metric, evidence: Evidence
) -> Finding:
    advice = catalogue.advice_for(code, measurement.discipline.value)
    sure = metric.confidence >= PLAIN_WORDS_CONFIDENCE
    return Finding(
        code=code,
        title=advice.strength_title if sure else advice.tentative_strength_title,
        severity="low",
        metric=name,
        evidence=evidence,
        why_it_matters=advice.strength_why + _knee_phases(code, measurement.knee, metric.error),
        cues=list(advice.cues["low"][:1]),
        drills=[],
        confidence=metric.confidence,
    )


def _severity(metric: Metric, evidence: Evidence) -> Level:
    """By the score; a value whose error reaches across the threshold supports no more than a slight fault."""
    score = metric.score or 0.0
    if _doubtful(evidence) or score >= MEDIUM_SCORE:
        return "low"
    return "medium" if score >= HIGH_SCORE else "high"


def _doubtful(evidence: Evidence) -> bool:
    """Whether the threshold lies within the error of the value."""
    if evidence.value is None or evidence.threshold is None or evidence.error is None:
        return True
    return abs(evidence.value - evidence.threshold) <= evidence.error
