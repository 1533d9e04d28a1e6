"""The report: what it says first, what changed, and weeks that a body of any age can take."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, combinations, pairwise, product
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import at_most
from tests.support.scored import NAMES, all_at, with_score
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import NOTHING_MORE, About
from cricksy.analysis.coaching.catalogue import DRILLS
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.load import limits_for, plan_load
from cricksy.analysis.coaching.numbers import most_different, numbers_of
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.measure import Measurement
from cricksy.analysis.measure import measure as film_measure
from cricksy.analysis.measures.registry import MEASURES
from cricksy.analysis.measures.units import unit_of
from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.results.coaching import Findings, Level, Report
from cricksy.results.measurements import DOUBTED_VIEW, MetricName
from cricksy.results.measures import Measure, MeasureGroup, Reference
from cricksy.results.player import EarlierClip, EarlierNumber, Filmed, History, PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle, CameraView, Discipline, Given, Handedness

SCORES: dict[Level, float] = {"low": 0.45, "medium": 0.25, "high": 0.05}
LEVELS: tuple[Level, ...] = get_args(Level)
ADULT_PACE = About(player=PlayerFacts(age_group=AgeGroup.ADULT, bowling_style=BowlingStyle.PACE))
GROUPS: tuple[MeasureGroup, ...] = ("run_up", "stride", "front_leg", "trunk_head", "arm")
FAST = Reference(low=75.0, high=85.0, text="most fast bowlers", source="Spratford 2016")


def report_of(measurement: Measurement, about: About = NOTHING_MORE, measures: tuple[Measure, ...] = ()) -> Report:
    return write_report(find(measurement, about), measurement, about, measures)


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


def measure(name: str, value: float | None, uncertainty: float = 4.0, **more: Any) -> Measure:
    said: dict[str, Any] = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "group": "stride",
        "says": "How long it is.",
        "value": value,
        "unit": "percent_height",
        "uncertainty": None if value is None else uncertainty,
        "digits": 0,
        "confidence": 0.9,
        "reason": None if value is not None else "hidden",
        "action": None,
        "moments": [],
        "reference": None,
    }
    return Measure(**said | more)


def after(
    *numbers: EarlierNumber,
    drills: Sequence[str] = (),
    plans_before: Sequence[list[str]] = (),
    filmed: Filmed | None = None,
    height_cm: int | None = None,
) -> About:
    """A player with a clip before this one."""
    earlier = EarlierClip(
        job_id="before",
        filmed_at=datetime(2026, 1, 1, tzinfo=UTC),
        discipline=Discipline.BOWLING,
        numbers=list(numbers),
        drill_ids=list(drills),
        plans_before=list(plans_before),
        height_cm=height_cm,
    )
    return About(history=History(earlier=earlier, filmed=filmed))


def before(name: str, value: float, uncertainty: float = 3.0, unit: str = "percent_height") -> EarlierNumber:
    return EarlierNumber(name=name, value=value, uncertainty=uncertainty, unit=unit)


def check(report: Report, about: About, *, bowler: bool) -> None:
    """What holds of every report."""
    drills = {drill.name: drill for drill in report.drills}
    assert len(drills) == len(report.drills)
    assert [day.day for day in report.one_week_plan] == [1, 2, 3, 4, 5, 6, 7]
    assert {name for day in report.one_week_plan for name in day.drills} == set(drills)
    limits = limits_for(about.player.age_group, about.player.bowling_style if bowler else None)
    load = plan_load(about.player.age_group)
    for day in report.one_week_plan:
        assert day.focus
        assert len(set(day.drills)) == len(day.drills)
        assert day.minutes == sum(drills[name].minutes for name in day.drills) <= 60
        assert day.balls == sum(drills[name].balls for name in day.drills) <= min(load.balls_a_day, limits.balls_a_day)
        if day.balls:
            assert f"{day.balls} balls, in place of net balls" in day.focus
    for drill in report.drills:
        assert drill.steps
        assert drill.minutes
        assert drill.sets
        assert drill.stop_rules or not drill.balls
    bowling = [day.day for day in report.one_week_plan if day.balls]
    assert len(bowling) <= min(3, limits.days_a_week)
    days_before = about.history.filmed.days - about.history.filmed.own_day if about.history.filmed else 0
    assert len(bowling) + days_before <= max(limits.days_a_week, days_before)
    # The same plan may be done again the week after.
    assert all(later - day > 1 for day, later in pairwise([*bowling, *(day + 7 for day in bowling[:1])]))
    balls = sum(day.balls for day in report.one_week_plan)
    filmed = about.deliveries + (about.history.filmed.balls if about.history.filmed else 0)
    assert balls <= load.balls
    assert balls + filmed <= max(limits.balls_a_week, filmed)
    assert balls + load.match_balls <= limits.balls_a_week
    assert len(report.top_issues) <= 3
    codes = [note.code for note in report.notes]
    assert ("ELBOW_NOT_JUDGED" in codes, "MATCH_DAYS" in codes) == (bowler, bowler)
    if not bowler:
        assert (balls, report.load) == (0, None)
        return
    assert report.load is not None
    assert (report.load.balls, report.load.days, report.load.limit) == (balls, len(bowling), limits.balls_a_week)
    planned = (f"{balls} balls", "in place of net balls", "day 1 is the day after tomorrow")
    enough = ("The plan has no bowling", "were filmed", "for a week: rest from bowling")
    for said in (
        *(planned if balls else enough),
        f"{limits.balls_a_week} balls on {limits.days_a_week} days",
        "counts what was filmed",
    ):
        assert said in report.load.text
    assert ("no age was given" in report.load.text) == (about.player.age_group is None)


@pytest.mark.parametrize("age", [None, AgeGroup.U11, AgeGroup.U15, AgeGroup.ADULT])
@pytest.mark.parametrize("discipline", [None, *Discipline])
def test_every_week_that_two_faults_can_lead_to_is_complete_and_light_enough(
    discipline: Discipline | None, age: AgeGroup | None
) -> None:
    """A week depends on the first two faults, on how bad they are, and on who the player is."""
    faults: list[tuple[MetricName, Level]] = [(name, level) for name in NAMES for level in LEVELS]
    about = About(player=PlayerFacts(age_group=age, bowling_style=BowlingStyle.PACE))
    for (first, bad), other in product(faults, [None, *faults[::2]]):
        measurement = with_score(seen_as(all_at(0.95), discipline), first, SCORES[bad])
        if other is not None and other[0] != first:
            measurement = with_score(measurement, other[0], SCORES[other[1]])
        check(report_of(measurement, about), about, bowler=discipline is Discipline.BOWLING)


earlier_clips = st.builds(
    EarlierClip,
    job_id=st.just("before"),
    filmed_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    numbers=st.lists(
        st.builds(
            EarlierNumber,
            name=st.sampled_from([*NAMES, "stride_length", "gone"]),
            value=st.floats(-500.0, 500.0),
            uncertainty=st.floats(0.0, 50.0),
            unit=st.sampled_from(["deg", "percent_height", "m"]),
        ),
        max_size=4,
    ),
    drill_ids=st.lists(st.sampled_from([*DRILLS, "no-such-drill"]), max_size=12),
    plans_before=st.lists(st.lists(st.sampled_from([*DRILLS, "no-such-drill"]), max_size=12), max_size=7),
    height_cm=st.one_of(st.none(), st.integers(80, 230)),
)
abouts = st.builds(
    About,
    player=st.builds(
        PlayerFacts,
        height_cm=st.one_of(st.none(), st.integers(80, 230)),
        age_group=st.sampled_from([None, *AgeGroup]),
        bowling_style=st.sampled_from([None, *BowlingStyle]),
    ),
    history=st.builds(
        History,
        earlier=st.one_of(st.none(), earlier_clips),
        filmed=st.one_of(st.none(), st.builds(Filmed, balls=st.integers(0, 300), days=st.integers(0, 7))),
    ),
    deliveries=st.integers(0, 12),
)
scored = st.lists(
    st.tuples(st.sampled_from([None, 0.05, 0.25, 0.45, 0.6, 0.95]), st.sampled_from([0.2, 0.5, 0.9])),
    min_size=4,
    max_size=4,
)
measured = st.lists(
    st.builds(
        measure,
        st.sampled_from(["stride_length", "run_up_speed", "release_height"]),
        st.one_of(st.none(), st.floats(0.0, 200.0)),
        st.floats(0.0, 20.0),
        reference=st.sampled_from([None, FAST, Reference(low=None, high=60.0, text="some", source="one")]),
        action=st.sampled_from([None, 0, 1]),
    ),
    max_size=6,
).map(tuple)


def scored_so(
    scores: list[tuple[float | None, float]], discipline: Discipline | None, view: CameraView | None
) -> Measurement:
    measurement = seen_as(all_at(0.95), discipline, view)
    for name, (score, confidence) in zip(NAMES, scores, strict=True):
        measurement = with_score(measurement, name, score, confidence)
    return measurement


@at_most(200)
@given(
    scored,
    st.sampled_from([None, *Discipline]),
    st.sampled_from([None, *CameraView]),
    st.sampled_from([15.0, 30.0, 60.0]),
    abouts,
    measured,
)
def test_no_plan_breaks_the_rules_of_load_and_every_report_is_the_same_twice(  # noqa: PLR0913, PLR0917
    scores: list[tuple[float | None, float]],
    discipline: Discipline | None,
    view: CameraView | None,
    fps: float,
    about: About,
    measures: tuple[Measure, ...],
) -> None:
    measurement = scored_so(scores, discipline, view)
    measurement = replace(measurement, video=replace(measurement.video, source_fps=fps))
    findings = find(measurement, about)
    if not measurement.evidence and not findings.findings:
        return  # no video without evidence lacks a reason
    report = write_report(findings, measurement, about, measures)
    check(report, about, bowler=discipline is Discipline.BOWLING)
    assert msgspec.json.encode(report) == msgspec.json.encode(report_of(measurement, about, measures))
    assert b"NaN" not in msgspec.json.encode(report)
    assert b"Infinity" not in msgspec.json.encode(report)
    assert re.match(r"[A-Z]", report.summary)
    assert report.summary.endswith((".", "?"))


@at_most(60)
@given(scored, st.sampled_from([None, *Discipline]), abouts)
def test_a_spinner_a_junior_and_a_batter_never_get_a_pace_bowlers_line(
    scores: list[tuple[float | None, float]], discipline: Discipline | None, about: About
) -> None:
    measurement = scored_so(scores, discipline, CameraView.SIDE)
    findings = find(measurement, about)
    if not measurement.evidence and not findings.findings:
        return
    said = msgspec.json.encode([findings, write_report(findings, measurement, about)]).decode()
    # A number that changed is named by its metric, whatever the player: no line of advice.
    said = said.replace('"name":"front_knee_brace_score"', "")
    player = about.player
    if discipline is Discipline.BOWLING:
        if (player.age_group, player.bowling_style) != (AgeGroup.ADULT, BowlingStyle.PACE):
            assert "KNEE_COLLAPSE" not in said
            assert not re.search(r"brac|bowl-step-tall|bowl-over-the-rope|bowl-walk-through|front leg", said)
        if player.bowling_style is not BowlingStyle.SPIN:
            assert "spin-" not in said
        if player.bowling_style is not BowlingStyle.PACE:
            assert "bowl-short-ball" not in said
    else:
        assert not re.search(r'"id":"(?:bowl|spin|film-bowling)', said)


# The summary


def test_the_priority_stands_first_with_its_number() -> None:
    measurement = with_score(all_at(0.95), "head_stability_score", 0.1)
    findings = find(measurement)
    report = write_report(findings, measurement)
    assert report.summary.startswith(
        "Work on one thing first: the head does not travel evenly into release (150 ± 5°; above 100° is a fault)."
    )
    assert report.top_issues[0].cue == findings.findings[0].cues[0]
    assert findings.findings[0].drills[0].name in report.one_week_plan[0].drills


def test_a_number_that_stands_out_is_told_with_its_reference() -> None:
    stride = measure("stride_length", 52.0, reference=FAST)
    said = "stride length 52 ± 4 % of height (most fast bowlers: 75–85 %)"
    assert report_of(all_at(0.95), measures=(stride,)).summary.startswith(f"What stands out: {said}.")
    with_fault = with_score(all_at(0.95), "head_stability_score", 0.1)
    assert f"What also stands out: {said}; good: " in report_of(with_fault, measures=(stride,)).summary


@pytest.mark.parametrize("value", [72.0, 80.0, 88.0])
def test_what_lies_within_its_error_of_the_reference_does_not_stand_out(value: float) -> None:
    stride = measure("stride_length", value, reference=FAST)
    assert "stands out" not in report_of(all_at(0.95), measures=(stride,)).summary


def test_where_nothing_stands_out_the_players_own_number_leads_and_no_two_players_read_the_same() -> None:
    reports = [
        report_of(
            all_at(0.95),
            measures=(measure("stride_length", stride), measure("run_up_speed", speed, 0.3, group="run_up")),
        )
        for stride, speed in product((60.0, 61.0, 75.0), (4.0, 5.0))
    ]
    assert len({report.notes[0].text for report in reports}) == 6
    lead = "A number to look at: run up speed "
    assert all(report.summary.startswith((f"{lead}4 ± 0", f"{lead}5 ± 0")) for report in reports)


def test_no_two_of_several_players_who_differ_read_the_same() -> None:
    """And for each two of them the number is known in which they differ most for their error."""
    bowlers = [stick.Bowler(give_way=fall, speed=speed) for fall, speed in product((0.0, 0.06, 0.12), (2.5, 3.5))]
    t = stick.times(60, 1.5)
    tracks = [stick.video_of(stick.bowl(bowler, t), t, stick.Camera()) for bowler in bowlers]
    films = [film_measure(track, container(track, 60.0), Given()) for track in tracks]
    assert len({report_of(one).summary for one in films}) == len(films)
    for one, other in combinations(films, 2):
        change = most_different(*(numbers_of(each.metrics, []) for each in (one, other)))
        assert change is not None
        assert change.before != change.now


def test_without_measures_the_metrics_own_numbers_lead() -> None:
    assert report_of(all_at(0.95)).summary.startswith("The clearest number: ")


def test_what_is_good_is_said_with_its_number_and_balance_is_no_praise() -> None:
    good = report_of(all_at(0.95)).summary.partition("Good: ")[2]
    assert "the head travels evenly into release (150 ± 5°)" in good
    assert "balance" not in good


def test_without_strengths_it_says_in_what_no_fault_was_found() -> None:
    summary = report_of(all_at(0.6)).summary
    assert (
        "No fault was found in head (150 ± 5°), balance (150 ± 5°) and height of the upper arm (150 ± 5°)." in summary
    )


def test_what_was_not_judged_is_said_with_each_reason_once() -> None:
    summary = report_of(only_judged("head_stability_score", "elbow_drop_score")).summary
    assert "Not judged: balance and front knee (too unsure to be judged)." in summary


def test_one_number_without_fault_is_too_little_and_the_summary_says_what_to_video() -> None:
    report = report_of(only_judged("head_stability_score", score=0.6))
    assert "Too little could be judged: only the head (150 ± 5°)." in report.summary
    assert "o fault was found" not in report.summary
    assert "For the next video: film level with the bowling crease" in report.summary
    assert "film" in report.one_week_plan[0].focus


def test_where_nothing_could_be_judged_the_week_is_about_a_better_video() -> None:
    report = report_of(only_judged(score=0.2))
    assert "Too little could be judged: no number is sure enough" in report.summary
    assert "Keep what is good" not in " ".join(day.focus for day in report.one_week_plan)
    assert report.one_week_plan[1].focus.startswith("Film again")


def test_what_the_coach_said_and_the_video_denies_is_told() -> None:
    denied = replace(all_at(0.95), handedness=Judged(Handedness.LEFT, 0.05, "given", Handedness.RIGHT))
    assert "You said left-handed, but the player looks right-handed" in report_of(denied).summary


def test_what_is_wrong_with_the_video_is_no_work_for_the_player() -> None:
    base = with_score(all_at(0.95), "head_stability_score", 0.1)
    cut = replace(base, video=replace(base.video, truncated=True))
    findings = find(cut)
    report = write_report(findings, cut)
    assert [finding.code for finding in findings.findings] == ["HEAD_MOVEMENT", "POOR_CAPTURE"]
    assert [issue.code for issue in report.top_issues] == ["HEAD_MOVEMENT"]
    assert "pload the original" not in report.summary
    assert any("Upload the original again" in note for note in findings.capture_quality.notes)


def test_a_mirrored_film_makes_the_same_report() -> None:
    """Left-handers' drills are given to those that the coach says are, not to who looks it."""
    base = with_score(all_at(0.95), "head_stability_score", 0.1)
    left = replace(base, handedness=Judged(Handedness.LEFT, 0.9, "inferred"))
    assert report_of(left) == report_of(base)
    said = replace(base, handedness=Judged(Handedness.LEFT, 1.0, "given"))
    assert "bowl-left-arm-line" in [drill.id for drill in report_of(said).drills]


@pytest.mark.parametrize("score", [0.1, 0.95])
@pytest.mark.parametrize("hand", Handedness)
def test_a_spinner_ends_the_week_with_overs_of_spin_with_either_hand(hand: Handedness, score: float) -> None:
    base = with_score(all_at(0.95), "head_stability_score", score)
    said = replace(base, handedness=Judged(hand, 1.0, "given"))
    report = report_of(said, About(player=PlayerFacts(age_group=AgeGroup.U15, bowling_style=BowlingStyle.SPIN)))
    assert "spin-two-overs" in report.one_week_plan[5].drill_ids


# The week


def test_an_adult_pace_bowlers_front_knee_never_comes_before_another_fault() -> None:
    both = with_score(with_score(all_at(0.95), "front_knee_brace_score", 0.05), "elbow_drop_score", 0.45)
    assert [issue.code for issue in report_of(both, ADULT_PACE).top_issues] == ["ELBOW_DROP", "KNEE_COLLAPSE"]
    assert [issue.code for issue in report_of(both).top_issues] == ["ELBOW_DROP"]


def test_the_next_fault_has_a_day_of_its_own() -> None:
    measurement = with_score(with_score(all_at(0.95), "elbow_drop_score", 0.1), "head_stability_score", 0.3)
    findings = find(measurement)
    fourth = write_report(findings, measurement).one_week_plan[3]
    assert fourth.focus.startswith(f"Next: {findings.findings[1].cues[0].rstrip('.')}")
    assert findings.findings[1].drills[0].name in fourth.drills


def test_a_week_without_faults_begins_with_what_the_clearest_number_is_of() -> None:
    weeks = {
        group: report_of(all_at(0.95), measures=(measure("number", 60.0, group=group),)).one_week_plan[0].drill_ids[-1]
        for group in GROUPS
    }
    assert len(set(weeks.values())) == len(weeks)
    assert weeks["run_up"] == "bowl-one-beat"


def test_a_week_has_rest_and_ends_with_a_video() -> None:
    for score in (0.95, 0.2):
        plan = report_of(all_at(score)).one_week_plan
        assert sum(not day.minutes for day in plan) == 1
        assert len({tuple(day.drills) for day in plan}) >= 5
        assert "Film five balls from the side" in plan[-2].drills
        assert "Check the video" in plan[-1].drills


@pytest.mark.parametrize("discipline", [None, *Discipline])
@pytest.mark.parametrize("score", [0.95, 0.2])
def test_no_week_gives_again_what_the_last_one_gave(discipline: Discipline | None, score: float) -> None:
    """What comes again comes a step harder, and what has not been given comes first."""
    measurement = seen_as(with_score(all_at(0.95), "head_stability_score", score), discipline)
    practice = catalogue.practice_for(NOTHING_MORE.who(measurement))
    drills: tuple[str, ...] = ()
    for _ in range(4):
        report = report_of(measurement, after(drills=drills))
        given_now = {drill.id: drill for drill in report.drills if drill.id not in practice.fixed}
        for drill in given_now.values():
            assert (drill.harder is None) == (drill.id in drills)
        assert set(given_now) - set(drills) or all(drill.harder is None for drill in given_now.values())
        first = next(one for one in report.one_week_plan[0].drill_ids if one not in practice.fixed)
        known = [one for finding in find(measurement).findings for one in finding.drill_ids] or practice.skills
        assert first not in drills or set(catalogue.fitting(known, NOTHING_MORE.who(measurement))) <= set(drills)
        drills = tuple(drill.id for drill in report.drills)


def test_an_age_without_room_for_more_balls_has_an_easy_day_and_bowls_what_it_needs_on_the_videos() -> None:
    u11 = About(player=PlayerFacts(age_group=AgeGroup.U11))
    measurement = with_score(all_at(0.95), "balance_drift_score", 0.1)
    plan = report_of(measurement, u11).one_week_plan
    assert [day.day for day in plan if day.balls] == [6]
    assert all(day.minutes for day in plan if day.day in {1, 4})
    assert find(measurement, u11).findings[0].drill_ids[0] in plan[5].drill_ids


def test_a_junior_of_whom_too_little_was_judged_films_on_one_day() -> None:
    about = About(player=PlayerFacts(age_group=AgeGroup.U11))
    report = report_of(only_judged(score=0.2), about)
    check(report, about, bowler=True)
    assert [day.day for day in report.one_week_plan if day.balls] == [2]
    assert report.one_week_plan[5].focus == "No bowling: one day of it is enough this week"
    assert len(report.one_week_plan[5].drills) > 1


def most_in_seven(days: set[int]) -> int:
    return max((sum(day - 6 <= other <= day for other in days) for day in days), default=0)


def longest_row(days: set[int]) -> int:
    return max((next(n for n in range(1, 99) if day + n not in days) for day in days), default=0)


WEEKS = {
    "no fault": all_at(0.95),
    "a fault": with_score(all_at(0.95), "balance_drift_score", 0.1),
    "two faults": with_score(with_score(all_at(0.95), "elbow_drop_score", 0.1), "head_stability_score", 0.3),
    "too little judged": only_judged(score=0.2),
}


@pytest.mark.parametrize("measurement", WEEKS.values(), ids=WEEKS)
@pytest.mark.parametrize("age", [None, *AgeGroup])
def test_no_match_makes_a_plan_break_the_limits_of_its_age(age: AgeGroup | None, measurement: Measurement) -> None:
    """A match on each day, beside the plan done three times; as the note says, with no bowling around it."""
    limits = limits_for(age)
    for style in (None, *BowlingStyle):
        about = About(player=PlayerFacts(age_group=age, bowling_style=style), deliveries=6)
        report = report_of(measurement, about)
        check(report, about, bowler=True)
        own = {day.day + 7 * week for day in report.one_week_plan if day.balls for week in range(3)}
        for day in range(1, 8):
            matches = {day + 7 * week for week in range(3)}
            bowled = {one for one in own if all(abs(one - match) > 1 for match in matches)} | matches
            assert most_in_seven(bowled) <= limits.days_a_week, day
            assert longest_row(bowled) == 1, day
            beside = [one.balls for one in report.one_week_plan if one.balls and abs(one.day - day) > 1]
            assert sum(beside) + plan_load(age).match_balls <= limits.balls_a_week


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("age", [None, *AgeGroup])
def test_with_what_was_filmed_no_seven_days_hold_more_bowling_than_the_age_allows(
    age: AgeGroup | None, week: str
) -> None:
    """Day 0 is this clip's; the plan begins after a day without bowling, so its day 1 is the second day after."""
    limits = limits_for(age)
    subsets = chain.from_iterable(combinations(range(-6, 0), count) for count in range(7))
    for days, own_day in product(subsets, (False, True)):
        filmed = Filmed(balls=len(days) + own_day, days=len(days) + own_day, own_day=own_day)
        about = replace(after(filmed=filmed), player=PlayerFacts(age_group=age), deliveries=4)
        report = report_of(WEEKS[week], about)
        check(report, about, bowler=True)
        planned = {day.day + 1 for day in report.one_week_plan if day.balls}
        bowled = {*days, 0, *planned}
        for day in planned:
            assert sum(day - 6 <= other <= day for other in bowled) <= limits.days_a_week
        assert not planned & {0, 1}
        assert report.load is not None
        seen = len(days) + 1
        assert f"filmed on {seen} {'day' if seen == 1 else 'days'}" in report.load.text


@pytest.mark.parametrize("discipline", [None, *(one for one in Discipline if one is not Discipline.BOWLING)])
def test_who_does_not_bowl_has_no_load(discipline: Discipline | None) -> None:
    about = after(filmed=Filmed(balls=200, days=7))
    assert report_of(seen_as(all_at(0.95), discipline), about).load is None


@pytest.mark.parametrize(
    ("age", "filmed", "said"),
    [
        (AgeGroup.U11, Filmed(balls=60, days=1), "60 balls were filmed on 1 day. That is already too much for a week"),
        (AgeGroup.U11, Filmed(balls=4, days=4), "4 balls were filmed on 4 days. That is already too much for a week"),
        (AgeGroup.U11, Filmed(balls=48, days=1), "48 balls were filmed on 1 day. That is already enough for a week"),
        (AgeGroup.U11, Filmed(balls=8, days=2), "8 balls were filmed on 2 days. That is already enough for a week"),
        (AgeGroup.ADULT, Filmed(balls=200, days=3), "200 balls were filmed on 3 days. That is already too much"),
        (AgeGroup.ADULT, Filmed(balls=7, days=7), "7 balls were filmed on 7 days. That is already too much"),
    ],
)
def test_who_was_filmed_too_much_is_told_so(age: AgeGroup, filmed: Filmed, said: str) -> None:
    about = replace(after(filmed=filmed), player=PlayerFacts(age_group=age))
    for measurement in WEEKS.values():
        report = report_of(measurement, about)
        check(report, about, bowler=True)
        assert report.load is not None
        assert (report.load.balls, report.load.days) == (0, 0)
        assert said in report.load.text


def test_of_an_unknown_player_the_video_alone_may_be_enough() -> None:
    about = About(player=PlayerFacts(age_group=AgeGroup.U11), deliveries=50)
    report = report_of(all_at(0.95), about)
    check(report, about, bowler=True)
    assert report.load is not None
    assert "In this video 50 balls were filmed. That is already too much" in report.load.text


def six_weeks(measurement: Measurement, player: PlayerFacts) -> list[Report]:
    """A report a week, each of which knows the plans before it."""
    reports: list[Report] = []
    bowler = measurement.discipline.value is Discipline.BOWLING
    for _ in range(6):
        last, *older = [[drill.id for drill in report.drills] for report in reversed(reports)] or [[]]
        about = replace(after(drills=last, plans_before=older), player=player) if reports else About(player=player)
        reports.append(report_of(measurement, about))
        check(reports[-1], about, bowler=bowler)
    return reports


def of_week(report: Report) -> object:
    """Which drills come on which day, and as which step."""
    return [day.drill_ids for day in report.one_week_plan], [(drill.id, drill.steps) for drill in report.drills]


CONSTANT: list[tuple[MetricName, Level] | None] = [None, *product(NAMES, LEVELS)]


@pytest.mark.parametrize("fault", CONSTANT, ids=str)
@pytest.mark.parametrize("discipline", [None, *Discipline])
def test_six_weeks_of_one_player_are_six_plans(
    discipline: Discipline | None, fault: tuple[MetricName, Level] | None
) -> None:
    """Where the drills for a player are few, one comes again only after each was given as it is and a step harder."""
    measurement = seen_as(all_at(0.95), discipline)
    if fault is not None:
        measurement = with_score(measurement, fault[0], SCORES[fault[1]])
    for age, style in product(AgeGroup, (None, *BowlingStyle) if discipline is Discipline.BOWLING else (None,)):
        player = PlayerFacts(age_group=age, bowling_style=style)
        reports = six_weeks(measurement, player)
        weeks = [of_week(report) for report in reports]
        assert all(week != later for week, later in pairwise(weeks))
        who = About(player=player).who(measurement)
        skills = catalogue.fitting(catalogue.practice_for(who).skills, who)
        for number, week in enumerate(weeks):
            if week in weeks[:number]:
                given_so_far = Counter(drill.id for report in reports[: number + 1] for drill in report.drills)
                assert len(skills) <= 4, (age, style)
                assert all(given_so_far[one] > 1 for one in skills), (age, style)


def test_a_player_with_enough_plans_for_the_window_still_gets_another_week() -> None:
    drills: list[list[str]] = []
    weeks: list[object] = []
    for _ in range(20):
        about = after(drills=drills[-1] if drills else (), plans_before=drills[-2:-9:-1])
        report = report_of(with_score(all_at(0.95), "head_stability_score", 0.1), about)
        drills.append([drill.id for drill in report.drills])
        weeks.append(of_week(report))
    assert all(week != later for week, later in pairwise(weeks))


@pytest.mark.parametrize(("filmed", "balls"), [(0, True), (90, True), (100, False), (250, False)])
def test_who_was_filmed_bowling_a_weeks_balls_bowls_none(filmed: int, *, balls: bool) -> None:
    about = after(filmed=Filmed(balls=filmed, days=min(filmed, 1)))
    report = report_of(all_at(0.95), about)
    check(report, about, bowler=True)
    assert any(day.balls for day in report.one_week_plan) == balls
    if balls:
        assert report.load is not None
        assert f"{filmed} balls were filmed" in report.load.text
    else:
        assert report.one_week_plan[5].focus == "No bowling: enough was filmed in the last days"


# Changes and repeatability


def test_what_changed_by_more_than_both_errors_is_told_and_what_did_not() -> None:
    measures = (measure("stride_length", 60.0), measure("release_height", 131.0))
    about = after(before("stride_length", 52.0), before("release_height", 130.0), before("gone", 1.0))
    report = report_of(all_at(0.95), about, measures)
    assert [(one.name, one.before, one.now, one.uncertainty, one.is_beyond_error) for one in report.changes] == [
        ("stride_length", 52.0, 60.0, 5.0, True),
        ("release_height", 130.0, 131.0, 5.0, False),
    ]
    assert report.notes[0].code == "SINCE_LAST_VIDEO"
    assert report.notes[0].text == (
        "Changed by more than the error: stride length up by 8 % of height. No sure change: release height."
    )


def test_a_number_in_a_unit_that_nothing_leads_to_is_no_change() -> None:
    """A length of a clip whose height is no longer known, and what another release measured under the name."""
    for unit in ("m", "deg"):
        about = after(before("stride_length", 1.3, unit=unit))
        assert report_of(all_at(0.95), about, (measure("stride_length", 60.0),)).changes == []


@pytest.mark.parametrize("heights_cm", [(None, None), (None, 180), (180, None), (180, 180), (160, 180)])
def test_a_height_that_one_clip_lacks_loses_no_number(heights_cm: tuple[int | None, int | None]) -> None:
    """And changes none: told by the height, every measure of one clip beside itself is what it was."""
    told = [
        [
            measure(
                spec.name,
                round(spec.usual * unit_of(spec.kind, height).factor, 3),
                round(spec.spread * unit_of(spec.kind, height).factor, 3),
                unit=unit_of(spec.kind, height).name,
            )
            for spec in MEASURES
        ]
        for height in heights_cm
    ]
    earlier = [before(one.name, one.value or 0.0, one.uncertainty or 0.0, one.unit) for one in told[0]]
    about = after(*earlier, height_cm=heights_cm[0])
    about = replace(about, player=PlayerFacts(height_cm=heights_cm[1]))
    changes = report_of(only_judged(), about, tuple(told[1])).changes
    assert {change.name for change in changes} == {spec.name for spec in MEASURES}
    if heights_cm != (160, 180):  # a player who has grown: the metres are others
        assert all(change.now == pytest.approx(change.before, abs=0.1) for change in changes)
    if None in heights_cm:
        assert not {change.unit for change in changes} & {"m", "m/s"}


@pytest.mark.parametrize("view", [None, *CameraView])
@pytest.mark.parametrize("confidence", [DOUBTED_VIEW, 0.9])
def test_a_metric_that_means_something_else_from_elsewhere_is_no_change(
    view: CameraView | None, confidence: float
) -> None:
    numbers = [before(name, 100.0, 1.0, "deg") for name in NAMES]
    filmed = replace(all_at(0.95), camera_view=Judged(view, confidence, "given"))
    changed = {change.name for change in report_of(filmed, after(*numbers)).changes}
    known = view is CameraView.SIDE and confidence > DOUBTED_VIEW
    assert changed == (set(NAMES) if known else set(NAMES) - BY_VIEW)


def test_only_the_films_own_action_is_set_beside_the_clip_before() -> None:
    about = replace(after(before("stride_length", 52.0)), primary=1)
    measures = (measure("stride_length", 90.0, action=0), measure("stride_length", 53.0, action=1))
    assert [change.now for change in report_of(all_at(0.95), about, measures).changes] == [53.0]


def test_two_reports_share_no_list() -> None:
    measurement = all_at(0.2)
    one = report_of(measurement)
    one.drills[0].steps.append("changed")
    one.drills[0].stop_rules.append("changed")
    one.one_week_plan[0].drills.append("changed")
    assert report_of(measurement) != one


def test_findings_and_report_name_the_same_drills() -> None:
    measurement = all_at(0.2)
    about = after(drills=("bowl-one-beat",))
    findings: Findings = find(measurement, about)
    of_report = {drill.id: drill for drill in write_report(findings, measurement, about).drills}
    for drill in (drill for finding in findings.findings for drill in finding.drills):
        assert of_report.get(drill.id, drill) == drill
