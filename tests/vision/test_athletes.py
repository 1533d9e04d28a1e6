"""Who of several people is the athlete, by how they move, how long and how large they are seen."""

import numpy as np
import pytest
from tools.synthetic import stick

from cricksy.analysis.disciplines.action import action_score
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import Track
from cricksy.vocabulary import Given
from cricksy_worker.vision.athletes import Athlete, athlete_of
from cricksy_worker.vision.detections import Detection

FPS = 15.0


def athlete(track: Track) -> Athlete:
    people = [
        Detection(int(frame), float(t_ms), landmarks, 0.9, track.skeleton)
        for frame, t_ms, landmarks in zip(track.frame, track.t_ms, track.landmarks, strict=True)
    ]
    return Athlete(people, track, action_score(track, Given()))


@pytest.fixture(scope="module")
def batter() -> Athlete:
    t = stick.times(FPS, 15.0)
    return athlete(stick.video_of(stick.bat(stick.Batter(), t), t, stick.Camera()))


def trembling(readings: int, size: float, wrist_px: float, seed: int) -> Athlete:
    """One who stands there, whose wrists the model guesses elsewhere on each frame."""
    t = stick.times(FPS, readings / FPS)
    track = stick.video_of(stick.stand(t), t, stick.Camera(px_per_h=300.0 * size))
    noise = np.random.default_rng(seed).normal(0.0, wrist_px * size, (readings, 2, 2))
    track.landmarks[:, Joint.WRIST : Joint.WRIST + 2, :2] += noise
    return athlete(track)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("wrist_px", [40.0, 80.0])
@pytest.mark.parametrize("size", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("readings", [6, 10, 20])
def test_a_few_trembling_readings_do_not_make_the_athlete(
    batter: Athlete, readings: int, size: float, wrist_px: float, seed: int
) -> None:
    assert athlete_of([trembling(readings, size, wrist_px, seed), batter]) is batter
