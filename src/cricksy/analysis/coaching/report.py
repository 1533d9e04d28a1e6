"""The coaching report: a few sentences, what to fix first, the drills, and a week to do them in."""

from typing import Final

from cricksy.analysis.coaching import capture_quality, catalogue
from cricksy.analysis.coaching.catalogue import Practice
from cricksy.analysis.measure import Measurement
from cricksy.results.schema import Drill, Finding, Findings, PlanDay, Report, TopIssue

_TOP: Final = 3  # count; of the issues that a report lists
_SENTENCES: Final = 4  # count; at most, of a summary
_FILM_CODES: Final = ("INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE")


def write_report(findings: Findings, measurement: Measurement) -> Report:
    """The report of one film. The plan works on the faults, keeps the strengths, or is about filming again."""
    practice = catalogue.practice_for(measurement.discipline.value)
    faults = [finding for finding in findings.findings if finding.code not in _FILM_CODES]
    if not measurement.evidence:
        plan = _film_again_week("nothing could be measured in this film")
    elif faults:
        plan = _working_week(faults, practice)
    elif findings.overall_level != "high":
        plan = _film_again_week("nothing in this film was clear enough to be judged")
    else:
        plan = _keeping_week(practice)
    return Report(
        summary=" ".join(_summary(findings, faults, measurement)),
        top_issues=[
            TopIssue(code=finding.code, title=finding.title, severity=finding.severity, cue=finding.cues[0])
            for finding in findings.findings[:_TOP]
        ],
        drills=_drills(plan),
        one_week_plan=[
            PlanDay(
                day=number,
                focus=focus,
                minutes=sum(catalogue.drill(drill_id).minutes for drill_id in ids),
                drills=[catalogue.drill(drill_id).name for drill_id in ids],
            )
            for number, (focus, ids) in enumerate(plan, start=1)
        ],
    )


Day = tuple[str, tuple[str, ...]]
"""What a day is about, and the ids of its drills; none on a day of rest."""


def _working_week(faults: list[Finding], practice: Practice) -> list[Day]:
    """The first fault on three days, the next one on one, rest between, then the whole action and a new film."""
    first, second = faults[0], faults[min(1, len(faults) - 1)]
    ids, others = [d.id for d in first.drills], [d.id for d in second.drills]
    cue = first.cues[0].rstrip(".")
    return [
        (f"First things first: {cue}", (ids[0],)),
        (f"Next: {second.cues[-1].rstrip('.')}", (others[-1], practice.keep[0])),
        ("Recover", (practice.recover,)),
        (f"Again, with care: {first.cues[-1].rstrip('.')}", tuple(ids[:2])),
        ("Rest", ()),
        ("Put it together", (ids[-1], practice.together)),
        ("Film again and compare", practice.film),
    ]


def _keeping_week(practice: Practice) -> list[Day]:
    one, two, three = practice.keep[:3]
    return [
        ("Keep what is good", (one,)),
        ("Put it together", (two, practice.together)),
        ("Recover", (practice.recover,)),
        ("Keep what is good", (three, one)),
        ("Rest", ()),
        ("Put it together", (two, practice.together)),
        ("Film again with the same effort, and compare", practice.film),
    ]


def _film_again_week(why: str) -> list[Day]:
    light, film, check = catalogue.CATALOGUE.film_again
    return [
        (f"Prepare to film again: {why}", (light,)),
        ("Film again", (film,)),
        ("Check and upload the best clip", (check,)),
        ("Rest, or train as usual", ()),
        ("If the clip still does not do: other light, another place", (light,)),
        ("Film again, nearer", (film,)),
        ("Check and upload the best clip", (check,)),
    ]


def _drills(plan: list[Day]) -> list[Drill]:
    """Each drill of the week once, in the order of the days."""
    return [catalogue.drill(drill_id) for drill_id in dict.fromkeys(drill_id for _, ids in plan for drill_id in ids)]


def _summary(findings: Findings, faults: list[Finding], measurement: Measurement) -> list[str]:
    """Two to four sentences, the priority first."""
    problems = capture_quality.find_problems(measurement)
    if not measurement.evidence:
        advice = findings.findings[0].cues[1:3]
        return ["Nothing could be measured in this film.", problems[0].note, f"To film again: {' '.join(advice)}"]
    sentences = [_priority(findings, faults)]
    if findings.strengths:
        sentences.append(f"Strengths: {_listed(findings.strengths)}.")
    if len(faults) > 1:
        sentences.append(f"Leave for later: {_listed(faults[1:_TOP])}.")
    sentences += [problem.note for problem in problems if not problem.advice][:1]
    wishes = [problem.note for problem in problems if problem.advice]
    if wishes:
        sentences.append(f"For better numbers next time: {wishes[0]}")
    elif len(sentences) == 1:
        sentences.append("Film again in a week and compare the numbers.")
    return sentences[:_SENTENCES]


def _priority(findings: Findings, faults: list[Finding]) -> str:
    if faults:
        return f"Work on one thing first: {_lower(faults[0].title)}; try “{faults[0].cues[0].rstrip('.')}”."
    if findings.strengths:
        return "No fault was found in what could be measured: keep it up."
    return "The movement was measured, but nothing in it was clear enough to be called a fault or a strength."


def _listed(findings: list[Finding]) -> str:
    return "; ".join(_lower(finding.title) for finding in findings)


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
