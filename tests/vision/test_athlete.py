"""Who is followed, in videos made of the rendered delivery; read coarsely and briefly, since it takes MediaPipe."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tests.support.composites import Image, enlarged, far_away, frames_of, with_bystander, write

from cricksy.analysis.disciplines.action import action_score, action_window
from cricksy.analysis.track import Track
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given
from cricksy_worker.vision.extract import Extraction, PoseRequest, extract
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.video import VideoLimits

WIDTH, HEIGHT = 960, 540
RELEASE = 111 - 66
"""Of the rendered video's 192 frames those from 66 to 137 are used, 60 a second."""
TORSO = [11, 12, 23, 24]


@pytest.fixture(scope="module")
def whole_video() -> list[Image]:
    return frames_of(Path(__file__).parents[2] / "src" / "cricksy" / "sample" / "bowling.mp4", WIDTH)


@pytest.fixture(scope="module")
def delivery(whole_video: list[Image]) -> list[Image]:
    return whole_video[66:138]


def read(video: Path, fine_window_seconds: float = 0.4) -> Extraction:
    request = PoseRequest(
        20,
        fine_window_seconds,
        score=partial(action_score, given=Given()),
        find_window=lambda track, seconds: action_window(track, Given(), seconds),
    )
    return extract(video, PoseModels.of(analysis_settings({})), VideoLimits(10**9, 60), request, lambda _done: None)


def centres(track: Track) -> dict[int, np.ndarray]:
    return {int(frame): track.landmarks[place, TORSO, :2].mean(axis=0) for place, frame in enumerate(track.frame)}


@pytest.fixture(scope="module")
def alone(delivery: list[Image], tmp_path_factory: pytest.TempPathFactory) -> Extraction:
    return read(write(tmp_path_factory.mktemp("alone") / "a.mp4", delivery, 60))


def test_one_player_is_one_person(alone: Extraction) -> None:
    assert alone.video.people_seen == 1
    assert alone.track.detected.all()


@pytest.mark.parametrize("times", [1.0, 1.35])
def test_the_one_who_bowls_is_followed_and_not_a_larger_one_beside_him(
    whole_video: list[Image], delivery: list[Image], alone: Extraction, tmp_path: Path, times: float
) -> None:
    standing = enlarged(whole_video[185][150:470, 830:958], times)[: HEIGHT - 4]
    left = WIDTH - standing.shape[1] - 30
    video = write(tmp_path / "a.mp4", with_bystander(delivery, standing, left, left + 28), 60)
    found = read(video)
    assert found.fine_window_ms is not None
    start_ms, end_ms = found.fine_window_ms
    assert start_ms < RELEASE * 1000 / 60 < end_ms
    truth = centres(alone.track)
    for frame, centre in centres(found.track).items():
        if frame in truth and start_ms <= frame * 1000 / 60 <= end_ms:
            assert np.linalg.norm(centre - truth[frame]) < 20, frame


def test_a_player_far_away_is_found(delivery: list[Image], alone: Extraction, tmp_path: Path) -> None:
    share = 0.35
    found = read(write(tmp_path / "a.mp4", far_away(delivery, share), 60))
    assert found.video.people_seen == 1
    assert found.track.detected.mean() > 0.9
    truth = centres(alone.track)
    for frame, centre in centres(found.track).items():
        if frame in truth and np.isfinite(centre).all():
            expected = (truth[frame] - (WIDTH / 2, HEIGHT / 2)) * share + (WIDTH / 2, HEIGHT / 2)
            assert np.linalg.norm(centre - expected) < 8, frame


def test_a_repeated_frame_is_published_and_marked(delivery: list[Image], alone: Extraction, tmp_path: Path) -> None:
    assert not alone.track.repeated.any()
    repeated = [*delivery[:36], delivery[35], *delivery[37:]]
    track = read(write(tmp_path / "a.mp4", repeated, 60)).track
    assert track.frame[track.repeated].tolist() == [36]
    place = int(np.flatnonzero(track.repeated)[0])
    assert track.frame[place - 1] == 35
    assert (track.landmarks[place] == track.landmarks[place - 1]).all()


def test_nothing_is_read_across_a_cut(whole_video: list[Image], delivery: list[Image], tmp_path: Path) -> None:
    elsewhere = [np.ascontiguousarray(255 - image[::-1]) for image in whole_video[:24]]
    found = read(write(tmp_path / "a.mp4", [*elsewhere, *delivery], 60), fine_window_seconds=1.5)
    assert found.fine_window_ms is not None
    start_ms, end_ms = found.fine_window_ms
    assert start_ms == pytest.approx(400.0, abs=51)
    assert end_ms <= 96 * 1000 / 60
    assert set(found.track.shot.tolist()) == {0, 1}
