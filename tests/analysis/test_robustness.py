"""Whatever the landmarks are: finite numbers or a reason, never an exception."""

import math
from dataclasses import dataclass
from typing import cast

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import at_most
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.disciplines.action import action_window
from cricksy.analysis.measure import measure
from cricksy.analysis.track import FloatArray, Track
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness


def bowling(t: FloatArray) -> FloatArray:
    return stick.bowl(stick.Bowler(), t)


def batting(t: FloatArray) -> FloatArray:
    return stick.bat(stick.Batter(), t)


@dataclass(frozen=True)
class Trial:
    """A movement with jitter (pixels), a share of lost frames, weak visibility and uneven frame times."""

    movement: stick.Movement
    fps: float
    seconds: float
    seed: int
    noise: float
    lost: float

    def track(self) -> Track:
        rng = np.random.default_rng(self.seed)
        t = stick.times(self.fps, self.seconds)
        uneven = t + rng.uniform(0.0, 0.4 / self.fps, len(t))
        track = stick.video_of(self.movement(t), uneven, stick.Camera(height=int(rng.integers(300, 1080))))
        track.landmarks[..., :2] += rng.normal(0.0, self.noise, track.landmarks[..., :2].shape)
        track.landmarks[..., 3] -= rng.uniform(0.0, 0.6, track.landmarks.shape[:2])
        track.landmarks[rng.random(len(t)) < self.lost] = np.nan
        return track


TRIALS = st.builds(
    Trial,
    movement=st.sampled_from([bowling, batting, stick.walk, stick.stand]),
    fps=st.sampled_from([1.0, 15.0, 30.0, 60.0]),
    seconds=st.sampled_from([0.0, 0.1, 0.5, 1.5]),
    seed=st.integers(0, 10_000),
    noise=st.sampled_from([0.0, 2.0, 20.0, 300.0]),
    lost=st.sampled_from([0.0, 0.2, 0.9]),
)
TOLD = st.builds(
    Given,
    st.sampled_from([None, *Discipline]),
    st.sampled_from([None, *Handedness]),
    st.sampled_from([None, *CameraView]),
)


def numbers(value: object) -> list[float]:
    """Every float in nested lists and dicts."""
    if isinstance(value, float):
        return [value]
    if isinstance(value, dict):
        value = list(cast("dict[str, object]", value).values())
    return (
        [number for item in cast("list[object]", value) for number in numbers(item)] if isinstance(value, list) else []
    )


@at_most(60)
@given(TRIALS, TOLD)
def test_every_video_gets_a_result_without_nan(trial: Trial, told: Given) -> None:
    track = trial.track()
    measurement = measure(track, container(track, trial.fps), told)
    findings = find(measurement)
    parts = [measurement.metrics, findings, write_report(findings, measurement), measurement.pose_summary(None)]
    assert all(math.isfinite(number) for number in numbers(msgspec.to_builtins(parts)))
    for metric in measurement.metrics.values():
        assert (metric.score is None) == (metric.reason is not None) == (metric.confidence < th.FINDING_CONFIDENCE)
        assert metric.score is None or metric.value is not None
        assert metric.score is not None or metric.worst == []
        assert 0.0 <= metric.confidence < 1.0
    window = action_window(track, told, 1.5)
    assert window is None or 0.0 <= window[1] - window[0] <= 1500.0 + 1e-6
