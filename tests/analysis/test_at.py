"""A metric's value, its series and the moment that it names say the same."""

from functools import cache

import pytest
from tests.support.stored import Stored, store
from tools.synthetic.film import film
from tools.synthetic.player import Doing, standard

from cricksy.analysis.coaching.catalogue import CATALOGUE
from cricksy.results.measurements import Metric
from cricksy.results.schema import Results
from cricksy.vocabulary import AgeGroup, BowlingStyle, Given

DOINGS: list[Doing] = ["bowling", "batting"]


# Of such a bowler alone the front knee has a target.
ADULT_PACE = Given(age_group=AgeGroup.ADULT, bowling_style=BowlingStyle.PACE)


@cache
def stored(doing: Doing) -> Stored:
    return store(film(standard(doing)), ADULT_PACE)


def results(doing: Doing) -> Results:
    return stored(doing).read


def measured(doing: Doing) -> dict[str, Metric]:
    return {name: metric for name, metric in results(doing).metrics.items() if metric.value is not None}


@pytest.mark.parametrize("doing", DOINGS)
def test_the_series_is_the_value_at_the_moment_that_it_is_read_at(doing: Doing) -> None:
    frames = {frame.frame: frame.t_ms for frame in results(doing).pose.frames}
    with_moment = {name: metric for name, metric in measured(doing).items() if metric.at is not None}
    # The head's value is of the whole action.
    assert set(with_moment) == set(measured(doing)) - {"head_stability_score"}
    for metric in with_moment.values():
        assert metric.at is not None
        assert metric.series is not None
        assert metric.window is not None
        assert frames[metric.at.frame] == pytest.approx(metric.at.t_ms, abs=0.001)
        assert metric.window.start_ms <= metric.at.t_ms <= metric.window.end_ms
        assert metric.series.value[metric.series.t_ms.index(metric.at.t_ms)] == metric.value


def test_a_bowlers_elbow_is_read_at_release_and_its_series_leads_up_to_it() -> None:
    """Not through a low-pass filter, which rounds off an arm that turns by a thousand degrees a second."""
    metric = results("bowling").metrics["elbow_drop_score"]
    release = next(event for event in results("bowling").pose.pose_summary.events if event.name == "ball_release")
    assert metric.at is not None
    assert metric.series is not None
    assert metric.value is not None
    assert (metric.at.frame, metric.at.t_ms) == (release.frame, release.t_ms)
    place = metric.series.t_ms.index(metric.at.t_ms)
    before, after = metric.series.value[place - 1], metric.series.value[place + 1]
    assert before is not None
    assert after is not None
    # No further from its neighbours than a frame of a fast arm.
    assert min(abs(before - metric.value), abs(after - metric.value)) < 25.0


@pytest.mark.parametrize("doing", DOINGS)
def test_a_target_agrees_with_the_score(doing: Doing) -> None:
    for name, metric in measured(doing).items():
        assert metric.target is not None, name
        assert metric.target.provisional
        assert metric.value is not None
        (best_low, best_high), (low, high) = metric.target.best, metric.target.fault
        assert (best_low is None) == (low is None)
        assert (best_high is None) == (high is None)
        is_best = (best_low is None or metric.value >= best_low) and (best_high is None or metric.value <= best_high)
        is_fault = (low is not None and metric.value < low) or (high is not None and metric.value > high)
        assert not (is_best and is_fault)
        # Another rule may lower a score, so it shows no more than that.
        if metric.score is not None and is_fault:
            assert metric.score < 0.6, name


def test_the_leg_and_the_arm_of_a_right_handed_bowler() -> None:
    summary = results("bowling").pose.pose_summary
    assert (summary.handedness, summary.front_leg, summary.bowling_arm) == ("right", "left", "right")
    assert results("batting").pose.pose_summary.bowling_arm is None
    assert results("batting").pose.pose_summary.front_leg == "left"


@pytest.mark.parametrize("doing", DOINGS)
def test_findings_and_days_name_their_drills_by_id(doing: Doing) -> None:
    names = {drill.id: drill.name for drill in CATALOGUE.drills}
    report, findings = results(doing).report, results(doing).findings
    for finding in (*findings.findings, *findings.strengths):
        assert finding.drill_ids == [drill.id for drill in finding.drills]
    assert any(day.drill_ids for day in report.one_week_plan)
    for day in report.one_week_plan:
        assert [names[drill_id] for drill_id in day.drill_ids] == day.drills
