"""A few sentences that can only be about this clip: what comes first, what is good, and what was not judged."""

from collections.abc import Sequence

from cricksy.analysis.coaching import capture_quality, catalogue
from cricksy.analysis.coaching.about import Who
from cricksy.analysis.coaching.findings import LEAST_JUDGED, Pooled
from cricksy.analysis.coaching.numbers import METRIC_DIGITS, SUFFIXES, Number, most_telling, standing_out
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement
from cricksy.analysis.metrics import registry
from cricksy.analysis.suited import NO_TARGET
from cricksy.results.coaching import Evidence, Finding, Findings
from cricksy.results.measurements import Unit


def summarise(
    findings: Findings, judged: Sequence[Pooled], numbers: Sequence[Number], measurement: Measurement, who: Who
) -> str:
    """Two or three sentences, and a fourth where the video denies what the coach said of it."""
    problems = capture_quality.find_problems(measurement)
    discipline = measurement.discipline.value
    looked_for = discipline is None or bool(profile_of(discipline).events)
    if not looked_for and not judged and problems and not problems[0].advice:
        # What is looked for in no video is not missing from this one.
        return " ".join(problem.note for problem in problems if not problem.advice or problem.code is not None)
    if not measurement.evidence:
        advice = findings.findings[0].cues[1]
        doubted = [problem.note for problem in problems if not problem.advice][:1]
        lead = [] if measurement.events else ["Nothing could be measured in this video."]
        return " ".join([*lead, problems[0].note, *doubted, advice])
    faults = [finding for finding in findings.findings if finding.metric is not None]
    judgable = {one.spec.name for one in judged}
    numbers = [one for one in numbers if one.is_measure or one.name in judgable]
    sentences = [
        _first(faults, numbers, measurement),
        _good(findings, faults, judged, numbers),
        _not_judged(measurement, judged),
        *[problem.note for problem in problems if not problem.advice][:1],
    ]
    if len(judged) < LEAST_JUDGED:
        wishes = [problem.note for problem in problems if problem.advice]
        poor = catalogue.advice_for("POOR_CAPTURE", who)
        wishes += [] if poor is None else poor.cues["low"][:1]
        sentences.insert(2, f"For the next video: {_lower(wishes[0])}")
    return " ".join(sentence for sentence in sentences if sentence)


def _first(faults: Sequence[Finding], numbers: Sequence[Number], measurement: Measurement) -> str:
    """The priority with its number; without a fault what stands out, or else which number to look at."""
    if faults:
        fault = faults[0]
        return f"Work on one thing first: {_lower(fault.title)}{_seen(fault)} ({_measured(fault.evidence)})."
    if outside := standing_out(numbers):
        return f"What stands out: {outside[0].referred}."
    telling = most_telling(numbers, 1)
    if not telling:
        if measurement.discipline.value is None:
            return "Something quick was seen, but neither a delivery nor a stroke was recognised in it."
        return "The action was seen, but none of its numbers is sure enough."
    return f"{_own(telling[0])}."


def _good(findings: Findings, faults: Sequence[Finding], judged: Sequence[Pooled], numbers: Sequence[Number]) -> str:
    """What is good and by which number; beside a fault what stands out too, which the first sentence did not tell."""
    parts: list[str] = []
    outside = standing_out(numbers)
    if faults and outside:
        parts.append(f"What also stands out: {outside[0].referred}")
    if findings.strengths:
        good = [f"{_lower(one.title)} ({_value(one.evidence)})" for one in findings.strengths]
        parts.append(f"{'good' if parts else 'Good'}: {_joined(good)}")
    elif sound := [one for one in judged if not one.is_fault]:
        names = [f"{one.spec.noun} ({_number(one.metric.value, one.metric.error, one.metric.unit)})" for one in sound]
        if len(judged) >= LEAST_JUDGED:
            parts.append(f"{'no' if parts else 'No'} fault was found in {_joined(names)}")
        else:
            parts.append(f"{'too' if parts else 'Too'} little could be judged: only the {_joined(names)}")
    elif not judged:
        parts.append("Too little could be judged: no number is sure enough")
    elif faults and numbers and not parts:
        parts.append(_own(most_telling(numbers, 1)[0]))
    return f"{'; '.join(parts)}." if parts else ""


def _own(number: Number) -> str:
    """One number, as two would change places from one film of an action to the next."""
    lead = "A number to look at" if number.is_measure else "The clearest number"
    return f"{lead}: {number.referred}" + (f". That is {_lower(number.says.rstrip('.'))}" if number.says else "")


def _not_judged(measurement: Measurement, judged: Sequence[Pooled]) -> str:
    """What has no score, each reason once; nothing of what is never judged of such a player."""
    names: dict[str, list[str]] = {}
    told = {one.spec.name for one in judged}
    for spec in registry.METRICS:
        reason = measurement.metrics[spec.name].reason
        if spec.code is not None and spec.name not in told and reason is not None and reason != NO_TARGET:
            names.setdefault(_cause(reason), []).append(spec.noun)
    if not names:
        return ""
    return f"Not judged: {_joined([f'{_joined(nouns)} ({cause})' for cause, nouns in names.items()])}."


def _cause(reason: str) -> str:
    """A reason as part of a sentence, without what the sentence says already."""
    cause = reason.removeprefix("Measured, but too unsure to be judged: ").removeprefix("Measured, but not judged: ")
    return _lower(cause.partition(". ")[0].rstrip("."))


def _seen(fault: Finding) -> str:
    if fault.seen_in is None or fault.seen_of is None or fault.seen_of < 2:  # noqa: PLR2004 - one action is no count
        return ""
    return f", in {fault.seen_in} of {fault.seen_of} actions"


def _measured(evidence: Evidence) -> str:
    """The value and the fault line: “8.2 ± 1.1 % of body size; above 6.0 is a fault”."""
    if evidence.value is None or evidence.unit is None or evidence.threshold is None:
        return _value(evidence)
    side = "below" if evidence.value < evidence.threshold else "above"
    line = f"{evidence.threshold:.{METRIC_DIGITS[evidence.unit]}f}{SUFFIXES[evidence.unit].partition(' of ')[0]}"
    return f"{_value(evidence)}; {side} {line} is a fault"


def _value(evidence: Evidence) -> str:
    return _number(evidence.value, evidence.error, evidence.unit)


def _number(value: float | None, error: float | None, unit: Unit | None) -> str:
    if value is None or unit is None or error is None:
        return "no number"
    digits = METRIC_DIGITS[unit]
    return f"{value:z.{digits}f} ± {error:.{digits}f}{SUFFIXES[unit]}"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
