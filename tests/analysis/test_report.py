import re
from dataclasses import replace

import msgspec
import pytest
from tests.support.scored import NAMES, all_at, with_score

from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.disciplines.base import Judged
from cricksy.results.schema import Findings, Report
from cricksy.vocabulary import Handedness


def written(score: float | None, worst: float | None = None) -> tuple[Findings, Report]:
    measurement = all_at(score)
    if worst is not None:
        measurement = with_score(measurement, "front_knee_brace_score", worst)
    findings = find(measurement)
    return findings, write_report(findings, measurement)


@pytest.mark.parametrize(("score", "worst"), [(0.95, None), (0.6, None), (0.95, 0.1), (0.2, 0.05), (None, None)])
def test_the_shape_of_a_report(score: float | None, worst: float | None) -> None:
    findings, report = written(score, worst)
    names = {drill.name for drill in report.drills}
    assert [day.day for day in report.one_week_plan] == [1, 2, 3, 4, 5, 6, 7]
    assert {name for day in report.one_week_plan for name in day.drills} == names
    assert len(report.drills) == len(names)
    for day in report.one_week_plan:
        assert day.focus
        assert day.minutes == sum(drill.minutes for drill in report.drills if drill.name in day.drills)
        assert day.minutes <= 45
    assert 2 <= len(re.findall(r"[.!?](?: |$)", report.summary)) <= 5
    assert [issue.code for issue in report.top_issues] == [f.code for f in findings.findings[:3]]
    assert b"NaN" not in msgspec.json.encode(report)


def test_the_priority_stands_first() -> None:
    findings, report = written(0.95, 0.1)
    assert report.summary.startswith("Work on one thing first")
    assert findings.findings[0].title.lower() in report.summary.lower()
    assert report.top_issues[0].cue == findings.findings[0].cues[0]
    assert findings.findings[0].drills[0].name in report.one_week_plan[0].drills


def test_a_week_has_rest_and_ends_with_a_film() -> None:
    for score in (0.95, 0.2):
        plan = written(score)[1].one_week_plan
        assert sum(not day.minutes for day in plan) == 1
        assert len({tuple(day.drills) for day in plan}) >= 5
        assert "Film from the side" in plan[-1].drills


def test_without_faults_the_plan_keeps_what_is_good() -> None:
    _, report = written(0.95)
    assert report.top_issues == []
    assert "No fault" in report.summary
    assert "Keep what is good" in report.one_week_plan[0].focus


def test_when_nothing_is_clear_the_summary_says_so() -> None:
    assert "nothing in it was clear enough" in written(0.6)[1].summary


def test_where_nothing_could_be_judged_the_week_is_about_a_better_film() -> None:
    measurement = all_at(0.2)
    for name in NAMES:
        measurement = with_score(measurement, name, 0.2, confidence=0.1)
    report = write_report(find(measurement), measurement)
    assert "Prepare to film again" in report.one_week_plan[0].focus
    assert "Keep what is good" not in " ".join(day.focus for day in report.one_week_plan)


def test_what_the_coach_said_and_the_film_denies_is_told_but_is_no_advice() -> None:
    base = all_at(0.95)
    denied = replace(base, handedness=Judged(Handedness.LEFT, 0.05, "given"))
    summary = write_report(find(denied), denied).summary
    assert "You said left-handed, but the film looks right-handed" in summary
    assert "next time: You said" not in summary


def test_the_worst_fault_of_a_film_comes_before_what_would_merely_be_better() -> None:
    base = all_at(0.95)
    cut = replace(base, whole_body_share=0.2, film=replace(base.film, source_fps=30.0))
    assert "leave room around the player" in write_report(find(cut), cut).summary


def test_two_reports_share_no_list() -> None:
    _, one = written(0.2)
    one.drills[0].steps.append("changed")
    one.one_week_plan[0].drills.append("changed")
    assert written(0.2)[1] != one
