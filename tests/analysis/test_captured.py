"""Throws and swings of real people are not taken for cricket; needs CRICKSY_MOCAP, a directory of captured joints."""

from pathlib import Path

import pytest
from bench.accuracy.captured import PITCHES, SWINGS, captured, joints_of, places, shoot
from bench.accuracy.mocap import KNEE_BOUND, SURE, Job, take

from cricksy.analysis.disciplines.action import find_action
from cricksy.analysis.preprocessing.cleaning import clean
from cricksy.vocabulary import Discipline, Given


@pytest.fixture(scope="module")
def trials() -> Path:
    directory = captured()
    if directory is None:
        pytest.skip("needs CRICKSY_MOCAP, a directory of captured throws and swings")
    return directory


@pytest.mark.parametrize("yaw_deg", [60, 120, 240, 320])
@pytest.mark.parametrize("trial", PITCHES)
def test_no_throw_is_bowling(trials: Path, trial: str, yaw_deg: int) -> None:
    motion = clean(shoot(places(joints_of(trials, trial)), yaw_deg, 60, 1).track)
    assert motion is not None
    found = find_action(motion, Given())
    assert found is None or found.discipline is not Discipline.BOWLING


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("trial", SWINGS)
def test_a_golf_swing_is_hardly_batting_and_its_knee_is_right(trials: Path, trial: str, *, mirror: bool) -> None:
    taken = take(Job(joints_of(trials, trial), trial, 60, 30, mirror, guessed=False))
    assert taken.confidence <= SURE
    assert taken.knee_off is not None
    assert abs(taken.knee_off) <= KNEE_BOUND
