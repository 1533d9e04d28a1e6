"""Real bowlers: landmarks of three clips (see real/NOTICE), events against frames read by eye."""

from pathlib import Path

import numpy as np
import pytest
from tests.analysis import stick

from cricksy.analysis.action import action_window
from cricksy.analysis.findings import find
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.report import write_report
from cricksy.analysis.track import Given, Track, unpack
from cricksy.vocabulary import CameraView, Discipline, Handedness

FPS = 29.97
REAL = Path(__file__).parent / "real"
CONTACT = {"side_02": 20, "side_12": 19}
RELEASE = {"side_02": 24, "side_09": 21, "side_12": 23}


def track_of(clip: str) -> Track:
    return unpack((REAL / f"{clip}.npz").read_bytes())


def measured(clip: str) -> Measurement:
    track = track_of(clip)
    return measure(track, stick.film(track, FPS), Given())


@pytest.mark.parametrize("clip", RELEASE)
def test_a_right_arm_delivery_side_on_is_recognised(clip: str) -> None:
    found = measured(clip)
    assert found.discipline.value is Discipline.BOWLING
    assert found.handedness.value is Handedness.RIGHT
    assert found.camera_view.value is CameraView.SIDE


@pytest.mark.parametrize("clip", RELEASE)
def test_release_is_within_a_frame(clip: str) -> None:
    frames = {event.name: event.frame for event in measured(clip).events}
    assert abs(frames["ball_release"] - RELEASE[clip]) <= 1


@pytest.mark.parametrize("clip", CONTACT)
def test_front_foot_contact_is_within_two_frames(clip: str) -> None:
    frames = {event.name: event.frame for event in measured(clip).events}
    assert abs(frames["front_foot_contact"] - CONTACT[clip]) <= 2
    assert frames["back_foot_contact"] < frames["front_foot_contact"] < frames["ball_release"]


@pytest.mark.parametrize("clip", RELEASE)
def test_four_metrics_have_values_and_the_fifth_a_reason(clip: str) -> None:
    metrics = measured(clip).metrics
    for metric in (
        metrics.head_stability_score,
        metrics.balance_drift_score,
        metrics.front_knee_brace_score,
        metrics.elbow_drop_score,
    ):
        assert metric.value is not None
        assert metric.error is not None
        assert metric.score is not None
        assert 0.0 < metric.confidence < 1.0
    assert metrics.hip_shoulder_separation_timing.value is None
    assert metrics.hip_shoulder_separation_timing.reason


def test_feet_out_of_the_picture_leave_no_contact_and_a_less_certain_knee() -> None:
    cut, whole = measured("side_09"), measured("side_02")
    assert "front_foot_contact" not in {event.name for event in cut.events}
    knee, other = cut.metrics.front_knee_brace_score, whole.metrics.front_knee_brace_score
    assert knee.confidence < other.confidence
    assert knee.error is not None
    assert other.error is not None
    assert knee.error > other.error


@pytest.mark.parametrize("clip", RELEASE)
def test_half_the_frames_are_enough_to_find_the_action(clip: str) -> None:
    track = track_of(clip)
    half = np.arange(0, len(track.frame), 2)
    coarse = Track(
        track.frame[half],
        track.t_ms[half],
        track.landmarks[half],
        track.model[half],
        track.model_names,
        track.width,
        track.height,
    )
    window = action_window(coarse, Given(), 1.5)
    assert window is not None
    release_ms = RELEASE[clip] / FPS * 1000.0
    assert window[0] < release_ms - 400
    assert window[1] > release_ms + 250


@pytest.mark.parametrize("clip", RELEASE)
def test_a_report_is_written(clip: str) -> None:
    measurement = measured(clip)
    report = write_report(find(measurement), measurement)
    assert report.drills
    assert len(report.one_week_plan) == 7
