"""When hips and shoulders turn, seen from the front."""

import numpy as np
import pytest
from tests.analysis import stick

from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.track import FloatArray, Given, Track
from cricksy.results import Metric
from cricksy.vocabulary import CameraView, Discipline

BOWLER = stick.Bowler()


def turn(t: FloatArray, peak_s: float) -> FloatArray:
    """(n,) angle of a body line against the picture: half a turn's rise round ``peak_s``, end-on when fastest."""
    return np.pi / 2 * np.tanh((t - peak_s) / 0.08)


def from_the_front(lag_ms: float, fps: float = 60.0) -> Track:
    """A delivery whose shoulders turn ``lag_ms`` after the hips."""
    t = stick.times(fps, BOWLER.seconds)
    track = stick.film_of(stick.bowl(BOWLER, t), t, stick.Camera(yaw_deg=90.0))
    for left, half_px, late in ((11, 40.0, lag_ms / 1000.0), (23, 28.0, 0.0)):
        width = half_px * np.sin(turn(t, BOWLER.release - 0.08 + late))
        middle = track.landmarks[:, [left, left + 1], 0].mean(axis=1)
        track.landmarks[:, left, 0], track.landmarks[:, left + 1, 0] = middle + width, middle - width
    return track


def timing(track: Track, fps: float = 60.0, view: CameraView | None = CameraView.FRONT) -> Metric:
    found: Measurement = measure(track, stick.film(track, fps), Given(Discipline.BOWLING, None, view))
    return found.metrics.hip_shoulder_separation_timing


@pytest.mark.parametrize("lag_ms", [-30.0, 0.0, 25.0, 50.0])
@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_a_lag_is_read_within_a_quarter_of_a_frame(lag_ms: float, fps: float) -> None:
    assert timing(from_the_front(lag_ms, fps), fps).value == pytest.approx(lag_ms, abs=0.25 * 1000 / fps)


def test_hips_before_shoulders_score_best() -> None:
    leading, late = timing(from_the_front(30.0)).score, timing(from_the_front(-30.0)).score
    assert leading == 1.0
    assert late == 0.0


def test_a_slow_film_gives_a_reason() -> None:
    metric = timing(from_the_front(30.0, 30.0), 30.0)
    assert metric.value is None
    assert metric.reason is not None
    assert "50" in metric.reason


def test_peaks_of_two_different_turns_are_not_believed() -> None:
    metric = timing(from_the_front(95.0))
    assert metric.value is None
    assert metric.reason


@pytest.mark.parametrize("view", [CameraView.SIDE, None])
def test_another_view_gives_a_reason(view: CameraView | None) -> None:
    t = stick.times(60, BOWLER.seconds)
    metric = timing(stick.film_of(stick.bowl(BOWLER, t), t, stick.Camera()), view=view)
    assert metric.value is None
    assert metric.reason
