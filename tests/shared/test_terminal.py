"""The report as a coach reads it in a terminal."""

import io
import re

import msgspec
import pytest
from rich.console import Console
from tests.support.scored import all_at, with_score
from tests.support.stored import store, stored
from tools.synthetic.film import film
from tools.synthetic.player import standard

from cricksy.analysis.coaching.about import About
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.results.coaching import Change, Repeatability
from cricksy.results.player import Filmed, History
from cricksy.results.schema import Results
from cricksy.terminal import MAX_WIDTH, print_report
from cricksy.vocabulary import AgeGroup, BowlingStyle, Given


def printed(results: Results, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        print_report(results, console)
    return capture.get()


def words(results: Results, width: int = 100) -> str:
    """What is printed, without the line breaks."""
    return " ".join(printed(results, width).split())


def with_a_fault() -> Results:
    measurement = with_score(all_at(0.95), "head_stability_score", 0.1)
    findings = find(measurement)
    return msgspec.structs.replace(
        stored().read,
        metrics=measurement.metrics,
        findings=findings,
        report=write_report(findings, measurement),
    )


def test_a_number_that_is_too_unsure_to_be_judged_has_no_score_and_says_why() -> None:
    results = stored().read
    elbow = results.metrics["elbow_drop_score"]
    assert elbow.score is None
    assert elbow.value is not None
    assert re.search(rf"Elbow height – {elbow.value:.0f} ± \d+° {int(elbow.confidence * 100)}%", words(results))
    assert "Measured, but too unsure to be judged" in words(results)


def test_what_was_not_measured_says_why_instead_of_a_number() -> None:
    results = stored().read
    timing = results.metrics["hip_shoulder_separation_timing"]
    assert timing.reason is not None
    assert "cannot be seen from" in words(results)
    assert "Hip–shoulder timing –" in words(results)


def test_what_was_measured_stands_in_one_table_with_what_is_published_of_it() -> None:
    adult = Given(height_cm=180, age_group=AgeGroup.ADULT, bowling_style=BowlingStyle.PACE)
    results = store(stored().filmed, adult).read
    text = words(results)
    stride = next(measure for measure in results.measures if measure.name == "stride_length")
    assert stride.value is not None
    assert stride.uncertainty is not None
    assert f"Stride length {stride.value:.2f} ± {stride.uncertainty:.2f} m 1.35–1.53 m: usual advice" in text
    assert "Spratford 2016" in text
    run_up = next(measure for measure in results.measures if measure.name == "run_up_speed")
    assert f"± {run_up.uncertainty:.1f} m/s over many studies" in text
    assert "Side lean" not in text
    assert "Spratford" not in words(stored().read)


def test_a_film_in_which_nothing_was_measured_has_no_such_table() -> None:
    assert "In numbers" not in words(store(film(standard("standing"))).read)


def test_a_fault_has_its_cue_number_reason_and_drills_with_stop_rules() -> None:
    results = with_a_fault()
    (fault,) = [finding for finding in results.findings.findings if finding.metric]
    text = words(results, width=MAX_WIDTH)
    work = text[text.index(" Work on 1. ") : text.index(" Day Focus ")]
    assert fault.headline is not None
    order = [
        fault.headline,
        fault.title,
        f"“{fault.cues[0]}”",
        "150 ± 5°",
        "A fault above 100°",
        *fault.why_it_matters.split(". ")[:1],
    ]
    assert [work.index(part) for part in order] == sorted(work.index(part) for part in order)
    for drill in fault.drills:
        assert drill.sets is not None
        balls = f" · {drill.balls} balls" if drill.balls else ""
        assert f"{drill.name} – {drill.sets} · {drill.minutes} min{balls} · alone · {drill.level}" in work
        for part in [*drill.steps, *drill.stop_rules, drill.success, drill.easier, drill.harder]:
            assert part is not None
            assert part in work


def test_every_finding_drill_and_note_is_printed_with_its_source() -> None:
    results = with_a_fault()
    findings, report = results.findings, results.report
    drills = {drill.id: drill for drill in report.drills}
    drills |= {drill.id: drill for finding in findings.findings for drill in finding.drills}
    sources = [one.source for one in (*findings.findings, *findings.strengths, *drills.values(), *report.notes)]
    text = words(results, width=MAX_WIDTH)
    assert text.count("Source: ") == sum(source is not None for source in sources)
    for source in filter(None, sources):
        assert f"Source: {source}" in text


def test_each_drill_of_the_week_is_printed_in_full_once() -> None:
    results = with_a_fault()
    text = words(results, width=MAX_WIDTH)
    for drill in results.report.drills:
        assert text.count(drill.goal) == 1


def test_the_video_has_a_section_apart_from_the_players_work() -> None:
    results = with_a_fault()
    quality = msgspec.structs.replace(results.findings.capture_quality, notes=["Film at 60 frames a second."])
    findings = msgspec.structs.replace(results.findings, capture_quality=quality)
    text = words(msgspec.structs.replace(results, findings=findings))
    assert text.index(" Work on 1. ") < text.index("Before next time you film • Film at 60 frames a second.")


def test_a_bowler_reads_that_the_elbow_was_not_judged_and_how_much_to_bowl() -> None:
    results = with_a_fault()
    assert results.report.load is not None
    text = words(results)
    assert "The elbow was not judged" in re.sub(r"[│ ]+", " ", text)
    assert results.report.load.text in text


def test_what_changed_and_how_far_the_actions_spread_is_printed() -> None:
    results = with_a_fault()
    change = Change(
        name="stride_length",
        title="Stride length",
        unit="percent_height",
        before=52.0,
        now=60.0,
        uncertainty=5.0,
        is_beyond_error=True,
    )
    spread = Repeatability(name="run_up_speed", title="Run-up speed", unit="m/s", mean=5.21, spread=0.32, actions=4)
    report = msgspec.structs.replace(results.report, changes=[change], repeatability=[spread])
    text = words(msgspec.structs.replace(results, report=report))
    assert "Stride length 52 % of height 60 ± 5 % of height yes" in text
    assert "Run-up speed 5.2 m/s 0.3 m/s 4 actions" in text


def test_a_bowler_without_a_ball_in_the_plan_reads_why() -> None:
    measurement = all_at(0.95)
    about = About(history=History(filmed=Filmed(balls=200, days=3)))
    report = write_report(find(measurement, about), measurement, about)
    told = words(msgspec.structs.replace(with_a_fault(), report=report))
    assert "Bowling this week The plan has no bowling. In the seven days up to this video 200 balls were filmed" in told
    assert "That is already too much for a week" in told


@pytest.mark.parametrize("several", [True, False])
def test_a_fault_says_in_how_many_actions_it_was_seen(*, several: bool) -> None:
    results = with_a_fault()
    faults = [msgspec.structs.replace(results.findings.findings[0], seen_in=2, seen_of=3 if several else 1)]
    findings = msgspec.structs.replace(results.findings, findings=faults)
    assert ("into release, in 2 of 3." in words(msgspec.structs.replace(results, findings=findings))) == several


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut(width: int) -> None:
    lines = printed(with_a_fault(), width).splitlines()
    assert max(map(len, lines)) <= min(width, MAX_WIDTH)
    assert "…" not in "".join(lines)


def test_a_result_from_before_these_fields_existed_is_printed() -> None:
    """They are optional in stored results."""
    raw = msgspec.json.decode(msgspec.json.encode(with_a_fault()))
    del raw["report"]["load"]
    for drill in [*raw["report"]["drills"], *(d for f in raw["findings"]["findings"] for d in f["drills"])]:
        for name in ("sets", "balls", "stop_rules"):
            del drill[name]
    for day in raw["report"]["one_week_plan"]:
        del day["balls"]
    for finding in [*raw["findings"]["findings"], *raw["findings"]["strengths"]]:
        del finding["evidence"]["what"]
        del finding["source"]
    for note in raw["report"]["notes"]:
        del note["source"]
    old = msgspec.convert(raw, Results)
    assert "Bowling this week" not in printed(old)
    assert old.report.summary.split(":")[0] in printed(old)
