"""From measurements to findings: faults, strengths, and what the video itself lacks."""

from dataclasses import dataclass
from statistics import median
from typing import Final

import msgspec

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching import capture_quality, catalogue
from cricksy.analysis.coaching.about import NOTHING_MORE, About, DrillsBefore, Who
from cricksy.analysis.coaching.catalogue import Advice, Strength
from cricksy.analysis.measure import Measurement
from cricksy.analysis.metrics import registry
from cricksy.analysis.metrics.base import MetricSpec
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


@dataclass(frozen=True, slots=True)
class Pooled:
    """One metric over the film's actions in which it is judged.

    ``score``: their median, 0–1. ``shown``: the action that the finding shows, which is the film's own where that one
    says the same. ``faulty``: in how many of ``count`` the score is a fault's.
    """

    spec: MetricSpec
    advice: Advice
    score: float
    shown: Measurement
    faulty: int
    count: int

    @property
    def metric(self) -> Metric:
        return self.shown.metrics[self.spec.name]

    @property
    def is_fault(self) -> bool:
        return self.score < th.FAULT_SCORE


def find(measurement: Measurement, about: About = NOTHING_MORE) -> Findings:
    """Faults and strengths that evidence and confidence support, worst first, then the video's own faults.

    Worst is the lowest score, and among equals what the registry has first: how sure a fault is says nothing of how bad
    it is. The faults that the catalogue puts last follow the others, however bad they are.
    """
    who = about.who(measurement)
    judged = pooled(measurement, about)
    faults = [one for one in judged if one.is_fault]
    faults.sort(key=lambda one: (one.advice.last, one.score))
    found = [_fault(one, who, about.drills_before) for one in faults]
    return Findings(
        overall_level=overall_level(
            [fault.severity for fault in found], sound=len(judged) - len(faults) >= LEAST_JUDGED
        ),
        findings=[*found, *capture_quality.findings(measurement, who)],
        strengths=[_strength(one, praise) for one in judged if (praise := _praise(one)) is not None],
        capture_quality=capture_quality.quality(measurement),
    )


def pooled(measurement: Measurement, about: About = NOTHING_MORE) -> list[Pooled]:
    """The metrics that are judged in one action or more, in the order of the report.

    Only those of which something may be said to this player.
    """
    who, view = about.who(measurement), measurement.camera_view.value
    result: list[Pooled] = []
    for spec in registry.METRICS:
        advice = None if spec.code is None else catalogue.advice_for(spec.code, who, view)
        actions = [one for one in (measurement, *about.others) if one.metrics[spec.name].score is not None]
        if advice is None or not actions:
            continue
        scores = [one.metrics[spec.name].score or 0.0 for one in actions]
        middle = median(scores)
        # The film's own action is the first: of several as near it is the one that is shown.
        faulty = [score < th.FAULT_SCORE for score in scores]
        shown = actions[faulty.index(middle < th.FAULT_SCORE)]
        result.append(Pooled(spec, advice, middle, shown, sum(faulty), len(scores)))
    return result


def overall_level(faults: list[Level], *, sound: bool) -> Level:
    """High is good. ``sound``: enough was judged that has no fault.

    Else the level is at most medium, as for a video of nobody: too little speaks for the player. A fault adds weight
    and makes nothing sound, so one more never improves the level. Faults of the video do not count.
    """
    weight = sum(FAULT_WEIGHTS[severity] for severity in faults)
    if weight >= LOW_LEVEL:
        return "low"
    return "high" if sound and weight < MEDIUM_LEVEL else "medium"


def severity_of(score: float) -> Level:
    """How far the value lies beyond the fault line, which is all that a score of a fault says.

    How sure the value is governs the words alone.
    """
    if score >= MEDIUM_SCORE:
        return "low"
    return "medium" if score >= HIGH_SCORE else "high"


def _fault(one: Pooled, who: Who, before: DrillsBefore) -> Finding:
    advice, metric, severity = one.advice, one.metric, severity_of(one.score)
    ids = catalogue.fitting(advice.drills[severity], who, before)
    return Finding(
        code=advice.code,
        title=advice.title if _is_sure(one) else advice.tentative_title,
        severity=severity,
        metric=one.spec.name,
        evidence=_named(one),
        why_it_matters=advice.why_it_matters + _knee_phases(advice.code, one.shown.knee, metric.error),
        cues=list(advice.cues[severity]),
        drills=[catalogue.drill(drill_id, harder=drill_id in before) for drill_id in ids],
        drill_ids=ids,
        confidence=metric.confidence,
        headline=advice.headline,
        reference=advice.reference,
        source=advice.source,
        seen_in=one.faulty,
        seen_of=one.count,
    )


def _strength(one: Pooled, strength: Strength) -> Finding:
    advice = one.advice
    return Finding(
        code=advice.code,
        title=strength.title if _is_sure(one) else strength.tentative_title,
        severity="low",
        metric=one.spec.name,
        evidence=_named(one),
        why_it_matters=strength.why + _knee_phases(advice.code, one.shown.knee, one.metric.error),
        cues=list(advice.cues["low"][:1]),
        drills=[],
        confidence=one.metric.confidence,
        reference=advice.reference,
        source=advice.source,
        seen_in=one.count - one.faulty,
        seen_of=one.count,
    )


def _praise(one: Pooled) -> Strength | None:
    known = _is_known(one.spec.name, one.shown.knee)
    return one.advice.strength if one.score >= STRENGTH_SCORE and known else None


def _is_sure(one: Pooled) -> bool:
    return one.metric.confidence >= PLAIN_WORDS_CONFIDENCE and not _doubtful(one.shown.evidence[one.spec.name])


def _named(one: Pooled) -> Evidence:
    """The evidence with the name of its number, which is the metric's own or that of its other rule."""
    evidence, metric = one.shown.evidence[one.spec.name], one.metric
    own = evidence.value == metric.value and evidence.unit == metric.unit
    return msgspec.structs.replace(evidence, what=one.advice.number if own else one.advice.second_number)


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


def _is_known(name: MetricName, knee: KneeAction | None) -> bool:
    """Whether all that a strength says is known: a front leg that holds from landing to release has a class."""
    return name != KNEE_METRIC.name or knee is None or knee.kind is not None


def _doubtful(evidence: Evidence) -> bool:
    """Whether the threshold lies within the error of the value."""
    if evidence.value is None or evidence.threshold is None or evidence.error is None:
        return True
    return abs(evidence.value - evidence.threshold) <= evidence.error
