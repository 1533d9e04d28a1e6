"""Videos without an action: no numbers, no faults of the player. An action without events: numbers alone."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tools.synthetic import stick
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import container, film
from tools.synthetic.measures import knee_angles
from tools.synthetic.performance import Performance
from tools.synthetic.player import Doing, draw

from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.track import Background, Track
from cricksy.vocabulary import CameraView, Discipline, Given

VIDEO_CODES = {"INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE"}


def walking(speed: float) -> Track:
    t = stick.times(60, 3.0)
    return stick.video_of(stick.walk(t, speed), t, stick.Camera())


def standing() -> Track:
    t = stick.times(60, 3.0)
    return stick.video_of(stick.stand(t), t, stick.Camera())


def flickering() -> Track:
    """Somebody who is found in one frame of twenty, each time elsewhere."""
    track = standing()
    rng = np.random.default_rng(7)
    track.landmarks[..., :2] += rng.uniform(-300, 300, (len(track.frame), 1, 2))
    track.landmarks[rng.random(len(track.frame)) > 0.05] = np.nan
    return track


CONTROLS = {
    "nobody": stick.empty(120),
    "no frames": stick.empty(0),
    "standing": standing(),
    "walking": walking(1.0),
    "running": walking(3.0),
    "flickering": flickering(),
}


@pytest.mark.parametrize("discipline", [None, Discipline.BOWLING, Discipline.BATTING])
@pytest.mark.parametrize("name", CONTROLS)
def test_without_an_action_nothing_is_measured_and_no_fault_is_found(name: str, discipline: Discipline | None) -> None:
    track = CONTROLS[name]
    measurement = measure(track, container(track, 60.0), Given(discipline))
    findings = find(measurement)
    report = write_report(findings, measurement)
    assert measurement.events == []
    assert measurement.evidence == {}
    for metric in measurement.metrics.values():
        assert metric.score is None
        assert metric.reason
    assert {finding.code for finding in findings.findings} <= VIDEO_CODES
    assert findings.findings
    assert findings.strengths == []
    assert "Nothing could be measured" in report.summary
    assert all(
        "film" in day.focus.lower() or "video" in day.focus.lower() or not day.minutes for day in report.one_week_plan
    )


NOT_YET = "is not judged yet: there are no targets for it."
SAID = ("capture_fps", "film from", "sure enough", "recognised", "was found")
"""Of what is looked for in other disciplines."""


@pytest.mark.parametrize("discipline", [Discipline.FIELDING, Discipline.WICKETKEEPING])
@pytest.mark.parametrize("name", ["nobody", "standing", "walking", "running", "flickering", "throwing", "small"])
def test_of_a_discipline_without_events_one_sentence_is_said_beside_the_films_faults(
    name: str, discipline: Discipline
) -> None:
    t = stick.times(60, 1.5)
    thrown = stick.video_of(stick.throw(stick.Thrower(arm=0), t), t, stick.Camera())
    small = thrown.take(np.arange(len(t)))
    small.landmarks[..., :3] *= 0.25
    track = {**CONTROLS, "throwing": thrown, "small": small}[name]
    measurement = measure(track, container(track, 60.0), Given(discipline))
    findings = find(measurement)
    summary, notes = write_report(findings, measurement).summary, findings.capture_quality.notes
    seen = name not in {"nobody", "flickering"}
    faulty = not seen or name == "small"
    assert [finding.code in VIDEO_CODES for finding in findings.findings] == [True] * faulty
    assert ("Nothing could be measured" in summary) == (not seen)
    if seen:
        assert notes[0] == f"{discipline.capitalize()} {NOT_YET}"
        assert summary.startswith(notes[0])
        assert summary.count(".") == len(notes)
        assert not any(said in text.lower() for said in SAID for text in (summary, *notes))


@pytest.mark.parametrize(
    ("doing", "said"),
    [
        ("bowling", Discipline.BATTING),
        ("batting", Discipline.BOWLING),
        ("bowling", Discipline.FIELDING),
        ("batting", Discipline.WICKETKEEPING),
        ("bowling", Discipline.BOWLING),
        ("batting", Discipline.BATTING),
        ("standing", Discipline.BATTING),
    ],
)
def test_a_discipline_that_another_action_denies_is_kept_less_sure_and_said(doing: Doing, said: Discipline) -> None:
    filmed = film(player(503, doing), fps=60.0)
    found = measure(filmed.track, filmed.video, Given(said))
    assert (found.discipline.value, found.discipline.source) == (said, "given")
    denied = doing not in {"standing", said}
    assert (found.discipline.confidence < 0.5) == denied
    notes = [note for note in find(found).capture_quality.notes if "You said" in note]
    assert [f"looks like {doing}" in note for note in notes] == [True] * denied
    if denied:
        assert all(event.confidence < 0.5 for event in found.events)
        assert all(metric.confidence < 0.5 for metric in found.metrics.values())
    else:
        assert found.discipline.confidence == 1.0


@cache
def player(seed: int, doing: Doing) -> Performance:
    return draw(seed, doing)


SPOILT = Faults(jitter=2.0, drift=0.05, dropout=0.15, hidden=0.1, swaps=0.2)


@pytest.mark.parametrize("yaw_deg", [0.0, 45.0, 90.0, 180.0])
@pytest.mark.parametrize("doing", ["standing", "walking"])
def test_landmarks_that_jump_are_no_action(doing: Doing, yaw_deg: float) -> None:
    for seed, fps in ((500, 30.0), (501, 60.0), (502, 120.0)):
        filmed = film(player(seed, doing), View(yaw_deg=yaw_deg), fps=fps, faults=SPOILT, seed=seed)
        measurement = measure(filmed.track, filmed.video, Given())
        assert measurement.events == []
        assert measurement.evidence == {}
        assert {finding.code for finding in find(measurement).findings} <= VIDEO_CODES


@pytest.mark.parametrize(
    ("said", "word"),
    [(Discipline.FIELDING, "fielding"), (Discipline.WICKETKEEPING, "wicketkeeping"), (Discipline.BATTING, "stroke")],
)
def test_an_action_without_events_is_measured_but_not_judged(said: Discipline, word: str) -> None:
    """A delivery taken for a stroke would be a serious fault of the elbow: targets are about phases."""
    t = stick.times(60, 1.5)
    track = stick.video_of(stick.bowl(stick.Bowler(), t), t, stick.Camera())
    measurement = measure(track, container(track, 60.0), Given(said))
    findings = find(measurement)
    assert measurement.events == []
    assert measurement.evidence
    assert {finding.code for finding in findings.findings} <= VIDEO_CODES
    assert findings.strengths == []
    assert word in findings.capture_quality.notes[0].lower()


def throw(thrower: stick.Thrower) -> Measurement:
    t = stick.times(60, 1.5)
    track = stick.video_of(stick.throw(thrower, t), t, stick.Camera())
    return measure(track, container(track, 60.0), Given(Discipline.FIELDING, camera_view=CameraView.FRONT))


@pytest.mark.parametrize("arm", [0, 1])
def test_of_an_unknown_action_the_arm_that_moves_more_is_read(arm: int) -> None:
    """The other one hangs still."""
    fall = throw(stick.Thrower(arm=arm)).metrics["elbow_drop_score"].value
    assert fall is not None
    assert fall > 45.0


@pytest.mark.parametrize("raised", [0, 1])
def test_of_an_unknown_action_the_more_bent_knee_counts(raised: int) -> None:
    thrower = stick.Thrower(raised=raised)
    bent = 180.0 - knee_angles(stick.throw(thrower, stick.times(60, 1.5)))[0, raised]
    assert throw(thrower).metrics["front_knee_brace_score"].value == pytest.approx(bent, abs=1.0)


@pytest.mark.parametrize(("over", "offset"), [(0.5, 0.0), (0.0, 0.5), (1.0, 0.5)])
def test_from_the_front_balance_is_the_way_from_the_middle_of_the_feet(over: float, offset: float) -> None:
    """The arm that swings carries the centre of mass a little to its side."""
    balance = throw(stick.Thrower(over=over)).metrics["balance_drift_score"].value
    assert balance == pytest.approx(offset, abs=0.15)


@pytest.mark.parametrize(("frames", "every", "word"), [(1, 1, "too short"), (180, 30, "2 frames a second were read")])
def test_a_player_who_is_seen_too_seldom_is_not_said_to_be_unseen(frames: int, every: int, word: str) -> None:
    track = standing().take(np.arange(0, frames, every))
    video = replace(container(track, 60.0), decoded_ms=frames * 1000.0 / 60.0)
    findings = find(measure(track, video, Given()))
    assert word in findings.capture_quality.notes[0]
    assert {finding.code for finding in findings.findings} == {"POOR_CAPTURE"}


def test_a_video_of_several_takes_is_said_to_be_one() -> None:
    track = standing()
    shot = np.where(np.arange(len(track.frame)) < 100, 0, 1)
    background = replace(Background.plain(len(shot)), shot=shot)
    cut = measure(replace(track, background=background), container(track, 60.0), Given())
    assert any("several takes" in note for note in find(cut).capture_quality.notes)
    assert not any("several takes" in note for note in find(measure(track, cut.video, Given())).capture_quality.notes)


def test_nobody_in_the_video_is_said_so() -> None:
    track = CONTROLS["nobody"]
    measurement = measure(track, container(track, 60.0), Given())
    findings = find(measurement)
    assert [finding.code for finding in findings.findings] == ["INSUFFICIENT_POSE_VISIBILITY"]
    assert findings.capture_quality.level == "low"
    assert measurement.pose_summary(None).detection_rate == 0.0
