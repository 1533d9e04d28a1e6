from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tools.synthetic import player, stick
from tools.synthetic.camera import View
from tools.synthetic.film import film

from cricksy.analysis import body
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.anatomy import impossible, without_impossible_limbs
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray, Track

FPS = 60
T_S = stick.times(FPS, 1.5)
HEAD = range(11)
ADULT, CHILD = 60000, 60004
"""Seeds of players of 1.87 and 1.41 m."""


@dataclass(frozen=True)
class Segment:
    """Of a limb, between two joints; ``share``: its anthropometric length in H."""

    near: Joint
    far: Joint
    share: float

    def seen(self, landmarks: FloatArray, side: Side) -> FloatArray:
        """(n, 2) from its near to its far end, pixels."""
        return landmarks[:, self.far + side, :2] - landmarks[:, self.near + side, :2]


SEGMENTS = [
    Segment(Joint.HIP, Joint.KNEE, body.THIGH),
    Segment(Joint.KNEE, Joint.ANKLE, body.SHANK),
    Segment(Joint.SHOULDER, Joint.ELBOW, body.UPPER_ARM_LENGTH),
    Segment(Joint.ELBOW, Joint.WRIST, body.FOREARM_LENGTH),
]

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


def frames_of(fewest: int, most: int) -> st.SearchStrategy[range]:
    """Frames on end, away from both ends of the clip: there too few others tell a jump."""
    starts, lengths = st.integers(13, 60), st.integers(fewest, most)
    return st.tuples(starts, lengths).map(lambda drawn: range(drawn[0], sum(drawn)))


def joints_lost(track: Track, landmarks: FloatArray) -> set[tuple[int, int]]:
    """Frame and landmark of each that is missing once impossible limbs are rejected."""
    kept = without_impossible_limbs(landmarks[..., :2], track.t_ms / 1000, scale_of(track))
    frames, landmark = np.nonzero(np.isnan(kept[..., 0]) & np.isfinite(landmarks[..., 0]))
    return set(zip(frames.tolist(), landmark.tolist(), strict=True))


@pytest.mark.parametrize("yaw", range(0, 360, 15))
def test_no_limb_of_a_player_is_impossible_seen_from_anywhere(yaw: int) -> None:
    track = bowled(stick.Camera(yaw_deg=yaw))
    assert joints_lost(track, track.landmarks) == set()


@pytest.mark.parametrize("discipline", ["bowling", "batting"])
@pytest.mark.parametrize("yaw", [0, 30, 60, 90])
@pytest.mark.parametrize(("fps", "seed"), [(30, CHILD), (60, ADULT), (120, CHILD)])
def test_no_limb_of_a_drawn_player_in_perspective_is_impossible(
    discipline: player.Doing, yaw: int, fps: int, seed: int
) -> None:
    track = film(player.draw(seed, discipline), View(yaw_deg=yaw), fps=fps).track
    assert joints_lost(track, track.landmarks) == set()


def only_is_lost(track: Track, segment: Segment, side: Side, frames: range, limb: FloatArray) -> None:
    """Where ``segment`` is ``limb`` (m, 2), its far end is rejected on all m ``frames``, and nothing elsewhere."""
    landmarks = track.landmarks.copy()
    far = segment.far + side
    landmarks[frames, far, :2] = landmarks[frames, segment.near + side, :2] + limb
    lost = joints_lost(track, landmarks)
    assert {frame for frame, joint in lost if joint == far} == set(frames)
    assert lost <= {(frame, joint + side) for frame in frames for joint in Joint}


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("side", Side)
@given(frames=frames_of(1, 8), stretch=st.floats(1.45, 3.0))
def test_a_segment_longer_than_the_players_own_is_rejected_and_no_other(
    segment: Segment, side: Side, frames: range, stretch: float
) -> None:
    track = bowled()
    limb = segment.seen(track.landmarks, side)[frames]
    direction = limb / np.linalg.norm(limb, axis=-1, keepdims=True)
    only_is_lost(track, segment, side, frames, stretch * segment.share * scale_of(track) * direction)


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("side", Side)
@given(frames=frames_of(1, 3), left=st.floats(0.0, 0.3))
def test_a_segment_that_collapses_between_long_ones_is_rejected_and_no_other(
    segment: Segment, side: Side, frames: range, left: float
) -> None:
    track = bowled()
    only_is_lost(track, segment, side, frames, left * segment.seen(track.landmarks, side)[frames])


def test_a_limb_that_points_at_the_camera_for_most_of_a_clip_may_be_seen_at_its_length() -> None:
    ahead, beside = bowled(stick.Camera(yaw_deg=90)), bowled()
    poses = np.concatenate([np.tile(ahead.landmarks, (15, 1, 1)), beside.landmarks])[..., :2]
    kept = without_impossible_limbs(poses, np.arange(len(poses)) / FPS, scale_of(beside))
    assert np.isfinite(kept[-len(beside.t_ms) :]).all()


def test_few_frames_do_not_tell_a_players_own_length() -> None:
    track = bowled().take(np.arange(8))
    landmarks = track.landmarks.copy()
    wrist, elbow = Joint.WRIST + Side.RIGHT, Joint.ELBOW + Side.RIGHT
    for stretch, lost in ((1.45, 0), (1.6, 8)):
        landmarks[:, wrist, :2] = landmarks[:, elbow, :2] + [stretch * body.FOREARM_LENGTH * scale_of(track), 0.0]
        assert len(joints_lost(track, landmarks)) == lost


def test_visibility_does_not_save_a_limb_and_confidence_falls_with_it() -> None:
    track = bowled()
    landmarks = track.landmarks.copy()
    landmarks[..., 3] = 1.0
    knee = Joint.KNEE + Side.LEFT
    landmarks[40:48, knee, 0] += 0.4 * scale_of(track)
    motion = cleaning.clean(replace(track, landmarks=landmarks))
    assert motion is not None
    assert (motion.visibility[40:48, knee] == 0).all()
    assert (motion.visibility[:30, knee] > 0).all()
