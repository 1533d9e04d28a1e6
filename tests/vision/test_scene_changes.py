from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.support.videos import MakeVideo, VideoSpec, evenly

from cricksy.analysis.track import Background
from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.scene_changes import SCENES, SceneChanges, SceneParams, duplicate_frames, shot_boundaries
from cricksy_worker.vision.video import VideoLimits

HEIGHT, WIDTH = 180, 320


def scenery(seed: int) -> NDArray[np.uint8]:
    """A textured image, larger than the frames that are cut from it."""
    noise = np.random.default_rng(seed).integers(0, 256, (60, 100)).astype(np.uint8)
    return np.asarray(cv2.resize(noise, (500, 300), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def frame(background: NDArray[np.uint8], x: float = 60.0, y: float = 60.0, *, player: float = 0.0) -> NDArray[np.uint8]:
    """What a camera shows that looks at (x, y) of the background, with a dark player and the noise of a sensor."""
    moved = np.array([[1.0, 0.0, -x], [0.0, 1.0, -y]])
    image = np.asarray(cv2.warpAffine(background, moved, (WIDTH, HEIGHT)), dtype=np.uint8)
    image[60:150, round(player) : round(player) + 30] = 20
    return image


def compressed(image: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    noise = np.random.default_rng(seed).integers(-2, 3, image.shape)
    return np.clip(image.astype(np.int64) + noise, 0, 255).astype(np.uint8)


def watched(frames: list[NDArray[np.uint8]], scale: float = 1.0) -> Background:
    scenes = SceneChanges()
    for number, image in enumerate(frames):
        scenes.see(compressed(image, number))
    return scenes.background(np.arange(len(frames)) * 1000 / 30, scale)


def test_a_repeated_image_is_noticed_through_the_noise_of_compression() -> None:
    shown = [0, 1, 2, 3, 3, 4, 5, 6, 7, 7, 7, 8, 9]
    seen = watched([frame(scenery(1), player=40 + 6 * moment) for moment in shown])
    assert np.flatnonzero(seen.repeated).tolist() == [4, 9, 10]


def test_a_video_of_doubled_frames_has_every_other_one_marked() -> None:
    seen = watched([frame(scenery(1), player=40 + 6 * (moment // 2)) for moment in range(20)])
    assert seen.repeated.tolist() == [False, True] * 10


def test_on_a_tripod_nothing_is_repeated_while_the_player_stands_still() -> None:
    waits = [frame(scenery(1), player=40)] * 12
    moves = [frame(scenery(1), player=40 + 6 * moment) for moment in range(1, 12)]
    assert not watched(waits + moves + [moves[-1]] * 12).repeated.any()


@given(st.lists(st.floats(0, 200), min_size=1, max_size=40))
def test_what_changed_much_is_never_a_repeat(change: list[float]) -> None:
    values = np.array([np.inf, *change])
    assert not duplicate_frames(values, np.arange(len(values)) * 1000 / 30)[values > SCENES.alike_images].any()


@pytest.mark.parametrize("step", [(0.3, 0.0), (2.5, -0.7), (-9.0, 1.0)])
def test_a_pan_is_followed_past_a_moving_player(step: tuple[float, float]) -> None:
    at = [(60 + 100 * (step[0] < 0) + step[0] * k, 60 + step[1] * k) for k in range(12)]
    seen = watched([frame(scenery(2), x, y, player=20 + 11 * k) for k, (x, y) in enumerate(at)], scale=12.0)
    truth = -12.0 * np.outer(np.arange(12), step)
    assert np.abs(seen.shift - truth).max() < 12.0 * 0.5


def test_a_pan_that_follows_a_player_who_fills_the_image_is_no_still_camera() -> None:
    grass, shirt = (scenery(2) // 8 + 100).astype(np.uint8), scenery(5)[:140, :120]
    shown: list[NDArray[np.uint8]] = []
    for k in range(12):
        image = frame(grass, 60.0 + 4 * k)
        image[20:160, 100:220] = shirt
        shown.append(image)
    seen = watched(shown)
    assert np.abs(seen.shift - np.outer(np.arange(12), (-4.0, 0.0))).max() < 0.5


def test_through_a_smeared_image_the_camera_keeps_its_pace() -> None:
    shown = [frame(scenery(2), 40.0 + 9 * k, player=30 + 2 * k) for k in range(12)]
    shown[6] = np.asarray(cv2.blur(shown[6], (161, 161)), dtype=np.uint8)
    seen = watched(shown)
    assert not seen.shot.any()
    assert np.abs(seen.shift - np.outer(np.arange(12), (-9.0, 0.0))).max() < 1.0


def test_a_still_camera_has_no_shift_at_all() -> None:
    seen = watched([frame(scenery(2), player=20 + 9 * moment) for moment in range(25)])
    assert not seen.shift.any()
    assert not seen.shot.any()


def test_a_cut_begins_a_new_shot_and_a_new_shift() -> None:
    first = [frame(scenery(3), 60 + 2 * k, player=20 + 7 * k) for k in range(10)]
    second = [frame(scenery(4), 60 + 2 * k, player=20 + 7 * k) for k in range(10)]
    seen = watched(first + second)
    assert seen.shot.tolist() == [0] * 10 + [1] * 10
    assert np.abs(seen.shift[10:, 0] - seen.shift[:10, 0]).max() < 0.5
    assert not seen.shift[10].any()


def test_a_jump_in_exposure_is_no_cut() -> None:
    frames = [frame(scenery(3), player=20 + 7 * k) for k in range(12)]
    brighter = [np.clip(image.astype(np.int64) + 18, 0, 255).astype(np.uint8) for image in frames[6:]]
    assert not watched(frames[:6] + brighter).shot.any()


def test_another_threshold_makes_the_jump_a_cut() -> None:
    difference, agreement = np.array([0.0, 1.0, 1.0, 6.0, 1.0, 1.0]), np.array([1.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    assert not shot_boundaries(difference, agreement).any()
    assert np.flatnonzero(shot_boundaries(difference, agreement, SceneParams(cut_difference=5.0))).tolist() == [3]


def test_one_frame_is_one_shot() -> None:
    seen = watched([frame(scenery(1))])
    assert (seen.repeated.tolist(), seen.shot.tolist(), seen.shift.tolist()) == ([False], [0], [[0.0, 0.0]])
    assert not shot_boundaries(np.zeros(1), np.zeros(1)).any()


def test_the_part_that_moves_is_known() -> None:
    scenes = SceneChanges()
    assert scenes.movement() == (0.0, 0.0, 1.0, 1.0)
    for k in range(12):
        scenes.see(frame(scenery(1), player=100 + 5 * k))
    left, top, right, bottom = scenes.movement()
    assert (left, right) == (pytest.approx(100 / WIDTH, abs=0.02), pytest.approx(185 / WIDTH, abs=0.02))
    assert (top, bottom) == (pytest.approx(60 / HEIGHT, abs=0.02), pytest.approx(150 / HEIGHT, abs=0.02))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_small_images_stand_upright(make_video: MakeVideo, limits: VideoLimits, degrees: int) -> None:
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=evenly(0.2, 30), counter_clockwise=degrees)), limits)
    image = next(iter(reader))
    small, grey = image.small(80), image.pixels(80).mean(axis=2)
    assert small.shape == grey.shape
    assert np.abs(small - grey).mean() < 12


@pytest.mark.parametrize(
    ("clip", "repeated"), [("side_01", [1, 10, 20]), ("other_10", [1, 13, 46, 50]), ("side_12", [1, 8])]
)
def test_repeated_frames_of_real_clips_are_noticed(clips: Path, clip: str, repeated: list[int]) -> None:
    reader = FrameReader(clips / "bowling" / f"{clip}.mp4", VideoLimits(10**9, 60))
    assert sum(1 for _ in reader) > max(repeated)
    assert reader.repeated() == set(repeated)


def test_a_real_pan_is_measured_and_a_real_tripod_is_still(clips: Path) -> None:
    shifts = {}
    for clip in ("bowling/pan_14.mp4", "reference/cam01.mp4"):
        reader = FrameReader(clips / clip, VideoLimits(10**9, 60))
        frames = np.array([image.index for image in reader], dtype=np.int64)
        seen = reader.background(frames)
        assert not seen.shot.any()
        shifts[clip] = np.ptp(seen.shift, axis=0).max() / reader.size[0]
    assert shifts["bowling/pan_14.mp4"] > 0.05
    assert shifts["reference/cam01.mp4"] == 0.0
