"""The report: what it says first, and weeks that a body can take."""

import re
from dataclasses import replace
from itertools import pairwise, product
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.scored import NAMES, all_at, with_score

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.measure import Measurement
from cricksy.results.coaching import Findings, Level, Report
from cricksy.results.measurements import MetricName
from cricksy.vocabulary import CameraView, Discipline, Handedness

LOAD = catalogue.CATALOGUE.load
SCORES: dict[Level, float] = {"low": 0.45, "medium": 0.25, "high": 0.05}
LEVELS: tuple[Level, ...] = get_args(Level)


def written(score: float | None, worst: float | None = None) -> tuple[Findings, Report]:
    measurement = all_at(score)
    if worst is not None:
        measurement = with_score(measurement, "front_knee_brace_score", worst)
    findings = find(measurement)
    return findings, write_report(findings, measurement)


def report_of(measurement: Measurement) -> Report:
    return write_report(find(measurement), measurement)


def only_judged(*names: MetricName, score: float = 0.95) -> Measurement:
    measurement = all_at(0.95)
    for name in NAMES:
        measurement = with_score(measurement, name, score, confidence=0.9 if name in names else 0.1)
    return measurement


def seen_as(measurement: Measurement, discipline: Discipline | None, view: CameraView | None = None) -> Measurement:
    return replace(
        measurement,
        discipline=Judged(discipline, 0.9, "inferred"),
        camera_view=Judged(view, 0.9, "inferred"),
    )


def check(report: Report, *, bowler: bool) -> None:
    """What holds of every report."""
    drills = {drill.name: drill for drill in report.drills}
    assert len(drills) == len(report.drills)
    assert [day.day for day in report.one_week_plan] == [1, 2, 3, 4, 5, 6, 7]
    assert {name for day in report.one_week_plan for name in day.drills} == set(drills)
    for day in report.one_week_plan:
        assert day.focus
        assert len(set(day.drills)) == len(day.drills)
        assert day.minutes == sum(drills[name].minutes for name in day.drills) <= 45
        assert day.balls == sum(drills[name].balls for name in day.drills) <= LOAD.balls_a_day
        if day.balls:
            assert f"{day.balls} balls, in place of net balls" in day.focus
    for drill in report.drills:
        assert drill.steps
        assert drill.minutes
        assert drill.sets
        assert drill.stop_rules or not drill.balls
    bowling = [day.day for day in report.one_week_plan if day.balls]
    assert len(bowling) <= LOAD.days
    # The same plan may be done again the week after.
    assert all(later - day > 1 for day, later in pairwise([*bowling, *(day + 7 for day in bowling[:1])]))
    balls = sum(day.balls for day in report.one_week_plan)
    assert balls <= LOAD.balls_a_plan < LOAD.balls_a_week
    assert len(report.top_issues) <= 3
    assert ("elbow was not judged" in report.summary) == bowler
    if not bowler:
        assert (balls, report.load) == (0, None)
        return
    assert report.load is not None
    assert (report.load.balls, report.load.days, report.load.limit) == (balls, len(bowling), LOAD.balls_a_week)
    assert f"{balls} balls" in report.load.text
    for said in ("replace net balls", "junior limits apply", "A match is one of the three days", "Stop if"):
        assert said in report.load.text


@pytest.mark.parametrize("discipline", [None, *Discipline])
def test_every_week_that_two_faults_can_lead_to_is_complete_and_light_enough(discipline: Discipline | None) -> None:
    """A week depends on the first two faults, on how bad they are, and on what is known of the video."""
    faults: list[tuple[MetricName, Level]] = [(name, level) for name in NAMES for level in LEVELS]
    for (first, bad), other in product(faults, [None, *faults]):
        measurement = with_score(seen_as(all_at(0.95), discipline), first, SCORES[bad])
        if other is not None and other[0] != first:
            measurement = with_score(measurement, other[0], SCORES[other[1]])
        check(report_of(measurement), bowler=discipline is Discipline.BOWLING)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from([None, 0.05, 0.25, 0.45, 0.6, 0.95]), st.sampled_from([0.2, 0.5, 0.9])),
        min_size=4,
        max_size=4,
    ),
    st.sampled_from([None, *Discipline]),
    st.sampled_from([None, *CameraView]),
    st.booleans(),
    st.sampled_from([15.0, 30.0, 60.0]),
)
def test_every_report_is_complete_and_the_same_twice(
    scores: list[tuple[float | None, float]],
    discipline: Discipline | None,
    view: CameraView | None,
    cut: bool,  # noqa: FBT001 - hypothesis passes by name
    fps: float,
) -> None:
    measurement = seen_as(all_at(0.95), discipline, view)
    for name, (score, confidence) in zip(NAMES, scores, strict=True):
        measurement = with_score(measurement, name, score, confidence)
    video = replace(measurement.video, truncated=cut, source_fps=fps)
    measurement = replace(measurement, video=video)
    findings = find(measurement)
    if not measurement.evidence and not findings.findings:
        return  # no video without evidence lacks a reason
    report = write_report(findings, measurement)
    check(report, bowler=discipline is Discipline.BOWLING)
    assert msgspec.json.encode(report) == msgspec.json.encode(report_of(measurement))
    assert b"NaN" not in msgspec.json.encode(report)
    assert 2 <= len(re.findall(r"[.!?](?: |$)", report.summary)) <= 8
    judged = [name for name in NAMES if measurement.metrics[name].score is not None]
    assert ("No fault was found in the" in report.summary) <= (len(judged) >= 2)


def test_the_priority_stands_first() -> None:
    measurement = with_score(all_at(0.95), "head_stability_score", 0.1)
    findings = find(measurement)
    report = write_report(findings, measurement)
    assert report.summary.startswith("Work on one thing first")
    assert findings.findings[0].title.lower() in report.summary.lower()
    assert report.top_issues[0].cue == findings.findings[0].cues[0]
    assert findings.findings[0].drills[0].name in report.one_week_plan[0].drills


def test_there_is_no_hurry_with_a_bowlers_front_knee() -> None:
    summary = written(0.95, 0.1)[1].summary
    assert summary.startswith("One thing to look at, without hurry: the front knee")


def test_the_next_fault_has_a_day_of_its_own() -> None:
    measurement = with_score(with_score(all_at(0.95), "elbow_drop_score", 0.1), "head_stability_score", 0.3)
    findings = find(measurement)
    fourth = write_report(findings, measurement).one_week_plan[3]
    assert fourth.focus.startswith(f"Next: {findings.findings[1].cues[0].rstrip('.')}")
    assert findings.findings[1].drills[0].name in fourth.drills


def test_a_week_has_rest_and_ends_with_a_video() -> None:
    for score in (0.95, 0.2):
        plan = written(score)[1].one_week_plan
        assert sum(not day.minutes for day in plan) == 1
        assert len({tuple(day.drills) for day in plan}) >= 5
        assert "Film five balls from the side" in plan[-2].drills
        assert "Check the video" in plan[-1].drills


def test_without_faults_the_plan_keeps_what_is_good() -> None:
    _, report = written(0.95)
    assert report.top_issues == []
    assert "No fault was found in the four things that could be judged" in report.summary
    assert "head, balance, front knee and height of the upper arm" in report.summary
    assert "Keep what is good" in report.one_week_plan[0].focus
    assert "balance" not in report.summary.partition("Strengths:")[2]


def test_one_number_without_fault_is_too_little_and_the_summary_says_what_to_video() -> None:
    report = report_of(only_judged("head_stability_score"))
    assert report.summary.startswith("Too little could be judged: only the head")
    assert "No fault was found in the" not in report.summary
    assert "For the next video: film level with the bowling crease" in report.summary
    assert "film" in report.one_week_plan[0].focus


def test_one_number_with_a_fault_is_said_to_be_the_only_one() -> None:
    report = report_of(only_judged("head_stability_score", score=0.1))
    assert "Nothing else could be judged." in report.summary


def test_where_nothing_could_be_judged_the_week_is_about_a_better_video() -> None:
    report = report_of(only_judged(score=0.2))
    assert report.summary.startswith("Too little could be judged: the movement was measured")
    assert "Keep what is good" not in " ".join(day.focus for day in report.one_week_plan)
    assert report.one_week_plan[1].focus.startswith("Film again")


def test_what_is_wrong_with_the_video_is_no_work_for_the_player() -> None:
    base = with_score(all_at(0.95), "head_stability_score", 0.1)
    cut = replace(base, video=replace(base.video, truncated=True))
    findings = find(cut)
    report = write_report(findings, cut)
    assert [finding.code for finding in findings.findings] == ["HEAD_MOVEMENT", "POOR_CAPTURE"]
    assert [issue.code for issue in report.top_issues] == ["HEAD_MOVEMENT"]
    assert "For the next video: upload the original again" in report.summary


def test_what_the_coach_said_and_the_video_denies_is_told_but_is_no_advice() -> None:
    base = all_at(0.95)
    denied = replace(base, handedness=Judged(Handedness.LEFT, 0.05, "given"))
    summary = report_of(denied).summary
    assert "You said left-handed, but the player looks right-handed" in summary
    assert "next video: you said" not in summary


def test_the_worst_fault_of_a_video_comes_before_what_would_merely_be_better() -> None:
    base = all_at(0.95)
    cut = replace(base, whole_body_share=0.2, video=replace(base.video, source_fps=30.0))
    assert "leave room around the player" in report_of(cut).summary


def test_two_reports_share_no_list() -> None:
    _, one = written(0.2)
    one.drills[0].steps.append("changed")
    one.drills[0].stop_rules.append("changed")
    one.one_week_plan[0].drills.append("changed")
    assert written(0.2)[1] != one
