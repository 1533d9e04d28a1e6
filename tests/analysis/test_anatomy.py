from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tools.synthetic import stick

from cricksy.analysis import body
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.anatomy import impossible
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import FloatArray, Track

FPS = 60
T_S = stick.times(FPS, 1.5)
HEAD = range(11)

Fault = Callable[[FloatArray, float], None]
"""Makes poses (frames, 33, 2) impossible, in place; the second argument is the body scale in pixels."""


def upside_down(poses: FloatArray, _scale: float) -> None:
    poses[..., 1] = poses[:, :1, 1] + poses[:, 27:28, 1] - poses[..., 1]


def head_in_chest(poses: FloatArray, _scale: float) -> None:
    shoulders = (poses[:, [11]] + poses[:, [12]]) / 2
    poses[:, HEAD] = 2 * shoulders - poses[:, HEAD]


def head_elsewhere(poses: FloatArray, scale: float) -> None:
    poses[:, HEAD] += (0.6 * scale, -0.3 * scale)


def long_trunk(poses: FloatArray, scale: float) -> None:
    poses[:, :23, 1] -= 0.5 * scale


def elsewhere(poses: FloatArray, scale: float) -> None:
    poses += (6.0 * scale, 0.0)


FAULTS: list[Fault] = [upside_down, head_in_chest, head_elsewhere, long_trunk, elsewhere]


def bowled(camera: stick.Camera | None = None) -> Track:
    return stick.video_of(stick.bowl(stick.Bowler(), T_S), T_S, camera or stick.Camera())


def batted(camera: stick.Camera | None = None) -> Track:
    return stick.video_of(stick.bat(stick.Batter(), T_S), T_S, camera or stick.Camera())


def scale_of(track: Track) -> float:
    scale = body.scale(track.landmarks[..., :2])
    assert scale is not None
    return scale


def rejected(track: Track, landmarks: FloatArray) -> list[int]:
    return np.flatnonzero(impossible(landmarks[..., :2], track.t_ms / 1000, scale_of(track))).tolist()


@pytest.mark.parametrize("play", [bowled, batted])
@pytest.mark.parametrize("yaw", range(0, 360, 15))
def test_no_pose_of_a_player_is_impossible_seen_from_anywhere(play: Callable[[stick.Camera], Track], yaw: int) -> None:
    track = play(stick.Camera(yaw_deg=yaw))
    noise = np.random.default_rng(yaw).normal(0.0, 0.02 * scale_of(track), track.landmarks[..., :2].shape)
    landmarks = track.landmarks.copy()
    landmarks[..., :2] += noise
    assert rejected(track, landmarks) == []


@pytest.mark.parametrize("fault", FAULTS)
@given(st.integers(0, 80), st.integers(1, 30))
def test_poses_that_cannot_be_are_rejected_and_no_other(fault: Fault, start: int, length: int) -> None:
    track = bowled()
    landmarks = track.landmarks.copy()
    end = min(start + length, len(landmarks))
    # One or two frames before or after a leap are nobody's.
    assume(not {start, len(landmarks) - end} & {1, 2})
    fault(landmarks[start:end, :, :2], scale_of(track))
    assert rejected(track, landmarks) == list(range(start, end))


@pytest.mark.parametrize("fault", [upside_down, head_in_chest, head_elsewhere, long_trunk])
def test_what_cannot_be_is_rejected_where_most_frames_show_it(fault: Fault) -> None:
    track = bowled()
    landmarks = track.landmarks.copy()
    fault(landmarks[20:, :, :2], scale_of(track))
    assert rejected(track, landmarks) == list(range(20, len(landmarks)))


def test_frames_without_a_person_are_possible() -> None:
    track = bowled()
    landmarks = track.landmarks.copy()
    landmarks[::3] = np.nan
    assert rejected(track, landmarks) == []
    assert rejected(track, np.full_like(landmarks, np.nan)) == []


def test_visibility_does_not_save_a_pose_and_confidence_falls_with_it() -> None:
    track = bowled()
    landmarks = track.landmarks.copy()
    landmarks[..., 3] = 1.0
    upside_down(landmarks[40:60, :, :2], scale_of(track))
    motion = cleaning.clean(replace(track, landmarks=landmarks))
    assert motion is not None
    assert (motion.visibility[40:60] == 0).all()
    assert np.isnan(motion.unfiltered[40:60, Joint.HIP]).all()
    assert (motion.visibility[:40, Joint.HIP] > 0).all()


def test_a_film_of_impossible_poses_shows_nobody() -> None:
    track = bowled()
    landmarks = track.landmarks.copy()
    upside_down(landmarks[3:, :, :2], scale_of(track))
    assert cleaning.clean(replace(track, landmarks=landmarks)) is None
