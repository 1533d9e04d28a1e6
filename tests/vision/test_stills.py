"""Stills of a video: each is the frame that it names, cropped to the player, and lies where the index says."""

import time
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs
from tests.support.videos import MakeVideo, VideoSpec, evenly

from cricksy.results.stills import Still, StillsIndex
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given
from cricksy_worker.vision import stills
from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.pipeline import Analysis, analyse_video
from cricksy_worker.vision.request import AnalysisRequest
from cricksy_worker.vision.stills import Stills
from cricksy_worker.vision.video import VideoLimits

SETTINGS = analysis_settings({})
Image = NDArray[np.uint8]


def analyse(video: Path, file: Path) -> Analysis:
    return analyse_video(
        video,
        AnalysisRequest(15, include_frames=False, given=Given()),
        SETTINGS,
        lambda _stage, _done: None,
        stills_file=file,
    )


def jpeg(file: Path, item: Still) -> Image:
    data = file.read_bytes()[item.offset : item.offset + item.length]
    # Start and end of a JPEG, and no metadata: no APP1 (Exif, XMP), no comment.
    assert (data[:2], data[-2:]) == (b"\xff\xd8", b"\xff\xd9")
    head = data[: data.index(b"\xff\xda")]
    assert b"Exif" not in head
    assert b"\xff\xfe" not in head
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)


def opencv_frames(video: Path) -> list[Image]:
    """Upright, as OpenCV reads them."""
    capture = cv2.VideoCapture(str(video))
    frames: list[Image] = []
    while True:
        is_read, frame = capture.read()
        if not is_read:
            return frames
        frames.append(np.asarray(frame, dtype=np.uint8))


def psnr(still: Image, frame: Image, crop: tuple[int, int, int, int]) -> float:
    x, y, width, height = crop
    part = frame[y : y + height, x : x + width]
    shown = cv2.resize(part, (still.shape[1], still.shape[0]), interpolation=cv2.INTER_AREA)
    return float(cv2.PSNR(still, np.asarray(shown, dtype=np.uint8)))


def check(index: StillsIndex, file: Path, video: Path) -> None:
    """Each still is the frame it names, and no other near it."""
    frames = opencv_frames(video)
    height, width = frames[0].shape[:2]
    for item in index.items:
        image = jpeg(file, item)
        assert image.shape[:2] == (item.height, item.width)
        crop = (0, 0, width, height) if item.action is None else index.crop
        # A frame that shows the image before once more was decoded as something very like it.
        assert psnr(image, frames[item.frame], crop) > (30 if item.repeated else 34), item
    spans = sorted({(item.offset, item.length) for item in index.items})
    assert spans[0][0] == 0
    assert all(start + length == following for (start, length), (following, _) in pairwise(spans))
    assert sum(spans[-1]) == file.stat().st_size


def test_a_delivery_is_kept_frame_by_frame_around_the_player(sample: Path, tmp_path: Path) -> None:
    file = tmp_path / "stills"
    analysis = analyse(sample, file)
    index = analysis.stills
    assert index is not None
    summary = analysis.results.pose.pose_summary
    assert summary.fine_window_ms is not None
    action = [item for item in index.items if item.action == 0]
    track = analysis.track
    fine = track.frame[(track.t_ms >= summary.fine_window_ms[0]) & (track.t_ms <= summary.fine_window_ms[1])]
    assert [item.frame for item in action] == fine.tolist()
    assert [item.t_ms for item in action] == [round(item.frame * 1000 / 60, 3) for item in action]
    assert {(item.width, item.height) for item in action} == {(index.width, index.height)}
    assert index.width <= 960
    # The crop holds every landmark of the body that was read in the window, and is no larger than the frame.
    x, y, width, height = index.crop
    assert 0 <= x < x + width <= summary.width
    assert 0 <= y < y + height <= summary.height
    body = track.landmarks[np.isin(track.frame, fine)][:, track.skeleton.body, :2]
    assert np.nanmin(body[..., 0]) >= x
    assert np.nanmax(body[..., 0]) <= x + width
    assert np.nanmin(body[..., 1]) >= y
    assert np.nanmax(body[..., 1]) <= y + height
    overview = [item for item in index.items if item.action is None]
    assert 3 <= len(overview) <= 60
    assert {max(item.width, item.height) for item in overview} <= {480, max(summary.width, summary.height)}
    check(index, file, sample)


@pytest.mark.parametrize("counter_clockwise", [0, 90])
def test_of_a_video_without_a_person_the_whole_frame_is_kept(
    make_video: MakeVideo, tmp_path: Path, counter_clockwise: int
) -> None:
    spec = VideoSpec(t_ms=evenly(1, 30), width=1280, height=720, counter_clockwise=counter_clockwise)
    video, file = make_video("a.mp4", spec), tmp_path / "stills"
    index = analyse(video, file).stills
    assert index is not None
    assert index.crop == ((0, 0, 720, 1280) if counter_clockwise else (0, 0, 1280, 720))
    assert (index.width, index.height) == ((720, 1280) if counter_clockwise else (960, 540))
    # The second pass ends with the last frame that the first one sampled.
    assert [item.frame for item in index.items] == list(range(29))
    check(index, file, video)


def test_a_disk_that_is_full_costs_the_stills_alone(make_video: MakeVideo, tmp_path: Path) -> None:
    with capture_logs() as logs:
        analysis = analyse(make_video("a.mp4", VideoSpec(t_ms=evenly(1, 30))), tmp_path / "nowhere" / "stills")
    assert analysis.stills is None
    assert [log["log_level"] for log in logs if log["event"] == "stills_not_kept"] == ["warning"]


def test_a_long_video_is_kept_in_sixty_images(make_video: MakeVideo, tmp_path: Path) -> None:
    video = make_video("a.mp4", VideoSpec(t_ms=evenly(40, 5)))
    kept = Stills(tmp_path / "stills")
    kept.expect_size((160, 96))
    kept.expect_overview(20_000.0)  # as a container says that knows no better
    for frame in FrameReader(video, VideoLimits(10**8, 60)):
        kept.see_whole(frame, frame.pixels(1920))
    index = kept.index()
    assert index is not None
    assert len(index.items) == stills.OVERVIEW_IMAGES
    assert (index.crop, index.width, index.height) == ((0, 0, 160, 96), 160, 96)


def test_a_repeated_frame_shares_the_image_before(tmp_path: Path, make_video: MakeVideo) -> None:
    kept = Stills(tmp_path / "stills")
    kept.expect_action((160, 96), [])
    frames = list(FrameReader(make_video("a.mp4", VideoSpec(t_ms=evenly(0.2, 30))), VideoLimits(10**8, 60)))
    kept.see_action(frames[0], frames[0].pixels(1920))
    kept.repeat_action(frames[1])
    kept.see_action(frames[2], frames[2].pixels(1920))
    index = kept.index()
    assert index is not None
    first, second, third = index.items
    assert (second.offset, second.length, second.repeated) == (first.offset, first.length, True)
    assert (third.offset, third.repeated) == (first.length, False)


def test_a_frame_costs_little_beside_its_pose(tmp_path: Path, make_video: MakeVideo) -> None:
    """A finely read frame takes 60 ms; most of an image's cost is shrinking and encoding it."""
    kept = Stills(tmp_path / "stills")
    kept.expect_action((1920, 1080), [])
    spec = VideoSpec(t_ms=evenly(1, 10), width=1920, height=1080)
    shown = [(frame, frame.pixels(1920)) for frame in FrameReader(make_video("a.mp4", spec), VideoLimits(10**8, 60))]
    started = time.process_time()
    for frame, image in shown:
        kept.see_action(frame, image)
    assert (time.process_time() - started) / len(shown) < 0.02
