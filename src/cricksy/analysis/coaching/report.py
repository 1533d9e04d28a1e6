"""The coaching report: a few sentences, what to work on first, the drills, and a week to do them in."""

from collections.abc import Iterable
from itertools import chain
from typing import Final

from cricksy.analysis.coaching import capture_quality, catalogue
from cricksy.analysis.coaching.catalogue import Practice
from cricksy.analysis.coaching.findings import LEAST_JUDGED, judged_metrics
from cricksy.analysis.measure import Measurement
from cricksy.analysis.metrics import registry
from cricksy.results.coaching import BowlingLoad, Drill, Finding, Findings, PlanDay, Report, TopIssue

_TOP: Final = 3  # count; of the issues that a report lists
_SENTENCES: Final = 4  # count; at most, of a summary, without what every report of the discipline says
_DAY_DRILLS: Final = 2  # count; of the drills a day to work on a fault
_VIDEO_CODES: Final = ("INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE")
_NUMBERS: Final = ("none", "one", "two", "three", "four", "five")

Day = tuple[str, tuple[str, ...]]
"""What a day is about, and the ids of its drills; none on a day of rest."""


def write_report(findings: Findings, measurement: Measurement) -> Report:
    """Write the report of one video. The plan works on the faults, keeps what is good, or is about filming again."""
    practice = catalogue.practice_for(measurement.discipline.value)
    faults = [finding for finding in findings.findings if finding.code not in _VIDEO_CODES]
    names = judged_metrics(measurement)
    judged = [spec.noun for spec in registry.METRICS if spec.name in names]
    if faults:
        week = _working_week(faults, practice)
    elif len(judged) >= LEAST_JUDGED:
        week = _keeping_week(practice)
    else:
        week = _video_again_week(practice)
    plan = [_plan_day(number, focus, ids) for number, (focus, ids) in enumerate(week, start=1)]
    issues = faults if measurement.evidence else findings.findings
    return Report(
        summary=" ".join(_summary(findings, faults, judged, measurement)),
        top_issues=[
            TopIssue(code=finding.code, title=finding.title, severity=finding.severity, cue=finding.cues[0])
            for finding in issues[:_TOP]
        ],
        drills=[catalogue.drill(drill_id) for drill_id in dict.fromkeys(chain.from_iterable(ids for _, ids in week))],
        one_week_plan=plan,
        load=_load(plan),
    )


def _working_week(faults: list[Finding], practice: Practice) -> list[Day]:
    """The first fault, then the next one, then the whole action on video.

    Balls are bowled on days 1, 4 and 6 alone, so that no two days of bowling meet, not even in a plan that is repeated.
    """
    first, second = faults[0], faults[1] if len(faults) > 1 else None
    easy = next((drill.id for drill in first.drills[1:] if not drill.balls and drill.people == 1), practice.easy[0])
    again, cue, drills = (second, second.cues[0], second.drills[:1]) if second else (first, first.cues[-1], [])
    return [
        (f"Start here: {_bare(first.cues[0])}", _fitting(practice.warm_up, first.drills[:1])),
        ("Recover", (practice.recover,)),
        ("An easy day, for control", tuple(dict.fromkeys([easy, practice.easy[1]]))),
        (
            f"{'Again' if again is first else 'Next'}: {_bare(cue)}",
            _fitting(practice.warm_up, [*drills, *first.drills[1:]]),
        ),
        ("Rest", ()),
        ("Put it together, and film it", (practice.warm_up, practice.together, practice.film)),
        ("Compare the new video with the old one", (practice.check,)),
    ]


def _keeping_week(practice: Practice) -> list[Day]:
    return [
        ("Keep what is good", (practice.warm_up, practice.keep[0])),
        ("Recover", (practice.recover,)),
        ("An easy day, for control", practice.easy),
        ("Keep what is good", (practice.warm_up, practice.keep[1])),
        ("Rest", ()),
        ("Put it together, and film it", (practice.warm_up, practice.together, practice.film)),
        ("Compare the new video with the old one", (practice.check,)),
    ]


def _video_again_week(practice: Practice) -> list[Day]:
    return [
        ("Find a good place to film", (practice.light,)),
        ("Film again", (practice.warm_up, practice.film)),
        ("Check the videos and upload the best one", (practice.check,)),
        ("Rest, or train as usual", ()),
        ("If the video is still not good enough, find another place", (practice.light,)),
        ("Film again", (practice.warm_up, practice.film)),
        ("Check the videos and upload the best one", (practice.check,)),
    ]


def _fitting(warm_up: str, wanted: Iterable[Drill]) -> tuple[str, ...]:
    """Ids of the warm-up and of up to two drills, in order, as far as a day has balls for them."""
    chosen: list[Drill] = []
    for drill in wanted:
        balls = drill.balls + sum(one.balls for one in chosen)
        if drill not in chosen and len(chosen) < _DAY_DRILLS and balls <= catalogue.CATALOGUE.load.balls_a_day:
            chosen.append(drill)
    return (warm_up, *(drill.id for drill in chosen))


def _plan_day(number: int, focus: str, ids: tuple[str, ...]) -> PlanDay:
    drills = [catalogue.drill(drill_id) for drill_id in ids]
    balls = sum(drill.balls for drill in drills)
    return PlanDay(
        day=number,
        focus=f"{focus}. {balls} balls, in place of net balls" if balls else focus,
        minutes=sum(drill.minutes for drill in drills),
        drills=[drill.name for drill in drills],
        drill_ids=[drill.id for drill in drills],
        balls=balls,
    )


def _load(plan: list[PlanDay]) -> BowlingLoad | None:
    balls, days = sum(day.balls for day in plan), sum(day.balls > 0 for day in plan)
    if not balls:
        return None
    load = catalogue.CATALOGUE.load
    counted = f"The plan has {balls} balls on {_NUMBERS[days]} days, with no bowling in between."
    return BowlingLoad(balls=balls, days=days, limit=load.balls_a_week, text=" ".join([counted, *load.rules]))


def _summary(findings: Findings, faults: list[Finding], judged: list[str], measurement: Measurement) -> list[str]:
    """The priority first, the video last, then what every report of the discipline says."""
    discipline = measurement.discipline.value
    note = catalogue.practice_for(discipline).note
    problems = capture_quality.find_problems(measurement)
    if not measurement.evidence:
        advice = findings.findings[0].cues[1]
        sentences = ["Nothing could be measured in this video.", problems[0].note, advice]
        return [*sentences, note] if note else sentences
    sentences = [_priority(faults, judged, measurement)]
    if findings.strengths:
        sentences.append(f"Strengths: {_listed(findings.strengths)}.")
    if len(faults) > 1:
        sentences.append(f"Leave for later: {_listed(faults[1:_TOP])}.")
    sentences += [problem.note for problem in problems if not problem.advice][:1]
    wishes = [problem.note for problem in problems if problem.advice]
    if len(judged) < LEAST_JUDGED and not wishes:
        wishes = list(catalogue.advice_for("POOR_CAPTURE", discipline).cues["low"][:1])
    if wishes:
        sentences.append(f"For the next video: {_lower(wishes[0])}")
    elif len(sentences) == 1:
        sentences.append("Film again in a week and compare the numbers.")
    return [*sentences[:_SENTENCES], note] if note else sentences[:_SENTENCES]


def _priority(faults: list[Finding], judged: list[str], measurement: Measurement) -> str:
    if faults:
        advice = catalogue.advice_for(faults[0].code, measurement.discipline.value, measurement.camera_view.value)
        opening = "One thing to look at, without hurry" if advice.last else "Work on one thing first"
        rest = " Nothing else could be judged." if len(judged) == 1 else ""
        return f"{opening}: {_lower(faults[0].title)}; try “{_bare(faults[0].cues[0])}”.{rest}"
    if len(judged) >= LEAST_JUDGED:
        return f"No fault was found in the {_NUMBERS[len(judged)]} things that could be judged: {_joined(judged)}."
    if judged:
        return f"Too little could be judged: only the {judged[0]}, and no fault was found there."
    return "Too little could be judged: the movement was measured, but no number is sure enough."


def _listed(findings: list[Finding]) -> str:
    return "; ".join(_lower(finding.title) for finding in findings)


def _joined(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _bare(cue: str) -> str:
    return cue.rstrip(".")


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
