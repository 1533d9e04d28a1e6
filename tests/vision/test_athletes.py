"""Who of several people is the athlete, by how they move, how long and how large they are seen."""

from typing import Final

import pytest
from tools.synthetic import stick

from cricksy.analysis.disciplines.action import IDLE, ActionScore
from cricksy_worker.vision.athletes import Athlete, athlete_of
from cricksy_worker.vision.detections import Detection

FPS = 15.0
STEADY: Final = ActionScore(0.0, 3.0, 2.5)


def athlete(readings: int, size: float, score: ActionScore) -> Athlete:
    t = stick.times(FPS, readings / FPS)
    track = stick.video_of(stick.stand(t), t, stick.Camera(px_per_h=300.0 * size))
    people = [
        Detection(int(frame), float(t_ms), landmarks, 0.9, track.skeleton)
        for frame, t_ms, landmarks in zip(track.frame, track.t_ms, track.landmarks, strict=True)
    ]
    return Athlete(people, track, score)


@pytest.mark.parametrize("wrist_speed", [4.0, 12.0, 40.0])
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("size", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("readings", [6, 10, 14])
def test_a_few_small_trembling_readings_do_not_make_the_athlete(
    readings: int, size: float, kept: float, wrist_speed: float
) -> None:
    """Whatever share of its speed the noise seems to keep."""
    few = athlete(readings, size, ActionScore(0.0, wrist_speed, kept * wrist_speed))
    steady = athlete(221, 1.0, STEADY)
    assert athlete_of([few, steady]) is steady


def test_a_fast_player_is_the_athlete_beside_a_larger_one_who_hardly_acts() -> None:
    bowler = athlete(45, 0.6, ActionScore(0.0, 7.0, 6.5))
    umpire = athlete(90, 1.0, ActionScore(0.0, 2.2, 2.1))
    assert athlete_of([umpire, bowler]) is bowler
    assert athlete_of([umpire, athlete(45, 0.6, IDLE)]) is umpire


def test_one_who_bowls_is_the_athlete_however_long_others_are_seen() -> None:
    bowler = athlete(20, 0.4, ActionScore(0.6, 5.0, 4.0))
    assert athlete_of([athlete(221, 1.0, STEADY), bowler]) is bowler
