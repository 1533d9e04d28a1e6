"""Throws and swings of real people are not taken for cricket; needs CRICKSY_MOCAP, a directory of captured joints."""

from pathlib import Path

import pytest
from bench.accuracy.captured import PITCHES, SWINGS, captured, joints_of
from bench.accuracy.mocap import KNEE_BOUND, SURE, Job, take

from cricksy.vocabulary import Discipline


@pytest.fixture(scope="module")
def trials() -> Path:
    directory = captured()
    if directory is None:
        pytest.skip("needs CRICKSY_MOCAP, a directory of captured throws and swings")
    return directory


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("yaw_deg", [0, 60, 150, 330])
@pytest.mark.parametrize("trial", PITCHES)
def test_no_throw_is_cricket(trials: Path, trial: str, yaw_deg: int, fps: int) -> None:
    taken = take(Job(joints_of(trials, trial), trial, yaw_deg, fps, mirror=False, guessed=False))
    assert taken.discipline is not Discipline.BOWLING
    assert taken.confidence <= SURE
    assert taken.hand is not False


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("trial", SWINGS)
def test_a_golf_swing_is_hardly_batting_and_its_hand_and_knee_are_right(
    trials: Path, trial: str, *, mirror: bool
) -> None:
    taken = take(Job(joints_of(trials, trial), trial, 60, 30, mirror, guessed=False))
    assert taken.confidence <= SURE
    assert taken.hand is not False
    assert taken.knee_off is not None
    assert abs(taken.knee_off) <= KNEE_BOUND
