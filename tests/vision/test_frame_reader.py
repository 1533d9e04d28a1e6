import struct
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.support.videos import MILLISECOND, MakeVideo, VideoSpec, evenly, repeat_timestamps

from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.video import VideoLimits, VideoRejected

FASTSTART = (("movflags", "faststart"),)
NTSC = Fraction(30000, 1001)


def timestamps(reader: FrameReader) -> list[tuple[int, float]]:
    return [(frame.index, frame.t_ms) for frame in reader]


def test_frames_are_numbered_and_timed_exactly(make_video: MakeVideo, limits: VideoLimits) -> None:
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=evenly(2, NTSC))), limits)
    assert timestamps(reader) == [(index, round(index * 1001 / 30, 3)) for index in range(60)]
    video = reader.video()
    assert (video.width, video.height, video.rotation, video.truncated) == (160, 96, 0, False)
    assert video.source_fps == 29.97
    assert video.duration_ms == pytest.approx(2002, abs=0.1)
    assert video.decoded_ms == pytest.approx(video.duration_ms, abs=0.01)


def test_a_variable_rate_keeps_its_own_times(make_video: MakeVideo, limits: VideoLimits) -> None:
    times_ms = [0, 33, 66, 150, 170, 300, 333, 1000, 1100]
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=times_ms)), limits)
    assert timestamps(reader) == list(enumerate(times_ms))
    assert reader.video().source_fps == pytest.approx(7 / 0.433, abs=0.01)
    assert reader.video().gap_ms == 667


@pytest.mark.parametrize("degrees", [0, 90, 180, -90])
def test_a_turned_video_stands_upright_as_with_opencv(make_video: MakeVideo, limits: VideoLimits, degrees: int) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(0.3, 30), counter_clockwise=degrees))
    reader = FrameReader(path, limits)
    images = [frame.pixels(1920) for frame in reader]
    video = reader.video()
    assert video.rotation == -degrees % 360
    capture = cv2.VideoCapture(str(path))
    for ours in images:
        _, theirs = capture.read()
        assert ours.shape == theirs.shape == (video.height, video.width, 3)
        assert np.abs(ours.astype(int) - cv2.cvtColor(theirs, cv2.COLOR_BGR2RGB)).mean() < 4
    capture.release()


def test_a_image_is_shrunk_to_the_longest_side(make_video: MakeVideo, limits: VideoLimits) -> None:
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=evenly(0.1, 30), counter_clockwise=90)), limits)
    assert {frame.pixels(80).shape for frame in reader} == {(80, 48, 3)}
    assert (reader.video().width, reader.video().height) == (96, 160)


def test_pixels_that_are_not_square_are_made_so(make_video: MakeVideo, limits: VideoLimits) -> None:
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=evenly(0.1, 30), pixel_aspect=Fraction(3, 2))), limits)
    assert {frame.pixels(1920).shape for frame in reader} == {(96, 240, 3)}
    assert reader.video().width == 240


@pytest.mark.parametrize(
    ("name", "video"),
    [
        ("a.mp4", VideoSpec(t_ms=evenly(3, NTSC))),
        ("a.mp4", VideoSpec(t_ms=[index**1.3 * 20 for index in range(100)])),
        ("a.webm", VideoSpec(t_ms=evenly(3, 30), codec="libvpx-vp9", time_base=MILLISECOND)),
        ("a.webm", VideoSpec(t_ms=evenly(3, 30), codec="libvpx", time_base=MILLISECOND, muxer=(("live", "1"),))),
    ],
    ids=["mp4", "variable rate", "webm", "webm without an index"],
)
def test_a_part_read_again_has_the_same_frames(
    make_video: MakeVideo, limits: VideoLimits, name: str, video: VideoSpec
) -> None:
    reader = FrameReader(make_video(name, video), limits)
    first = {frame.index: (frame.t_ms, frame.pixels(160).tobytes()) for frame in reader}
    again = {frame.index: (frame.t_ms, frame.pixels(160).tobytes()) for frame in reader.between(1000, 2000)}
    assert again == {index: seen for index, seen in first.items() if 1000 <= seen[0] <= 2000}
    assert sorted(again) == reader.indices(1000, 2000).tolist()


def test_a_part_after_the_end_is_empty(make_video: MakeVideo, limits: VideoLimits) -> None:
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=evenly(1, 30))), limits)
    timestamps(reader)
    assert list(reader.between(5000, 6000)) == []


def test_frames_with_a_timestamp_twice_count_but_are_passed_over(make_video: MakeVideo, limits: VideoLimits) -> None:
    times_ms = evenly(1, 25)
    path = make_video("a.webm", VideoSpec(t_ms=times_ms, codec="libvpx", time_base=MILLISECOND))
    reader = FrameReader(repeat_timestamps(path, path.with_name("repeated.webm")), limits)
    assert timestamps(reader) == [(index, t_ms) for index, t_ms in enumerate(times_ms) if index % 5 != 4]


def test_a_video_that_breaks_off_is_read_as_far_as_it_goes(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(4, 30), muxer=FASTSTART))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"mdat") + (len(whole) - whole.index(b"mdat")) // 2])
    reader = FrameReader(path, limits)
    read = timestamps(reader)
    video = reader.video()
    assert video.truncated
    assert 1000 <= video.decoded_ms < 3500
    assert video.duration_ms == pytest.approx(4000, abs=1)
    assert read[-1][1] < video.decoded_ms


def test_a_webm_that_breaks_off_is_noticed(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.webm", VideoSpec(t_ms=evenly(6, 30), codec="libvpx", time_base=MILLISECOND))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    reader = FrameReader(path, limits)
    timestamps(reader)
    assert reader.video().truncated


def test_less_than_a_second_of_a_broken_video_is_rejected(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(4, 30), muxer=FASTSTART))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"mdat") + (len(whole) - whole.index(b"mdat")) // 5])
    reader = FrameReader(path, limits)
    timestamps(reader)
    with pytest.raises(VideoRejected, match=r"damaged: only 0\.\d s"):
        reader.video()


def test_a_short_whole_video_is_taken(make_video: MakeVideo, limits: VideoLimits) -> None:
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=evenly(0.5, 30))), limits)
    timestamps(reader)
    assert not reader.video().truncated


@pytest.mark.parametrize("harm", [0x00, 0xFF])
def test_damage_in_the_middle_is_noticed_and_read_past(make_video: MakeVideo, limits: VideoLimits, harm: int) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(4, 30), muxer=FASTSTART))
    content = bytearray(path.read_bytes())
    middle = content.index(b"mdat") + (len(content) - content.index(b"mdat")) // 2
    content[middle : middle + 300] = bytes([harm]) * 300
    path.write_bytes(content)
    reader = FrameReader(path, limits)
    read = timestamps(reader)
    video = reader.video()
    assert video.truncated
    assert video.decoded_ms == pytest.approx(4000, abs=50)
    assert 100 < len(read) < 120


def test_an_overlong_video_is_stopped_whatever_its_container_states(make_video: MakeVideo) -> None:
    path = make_video("a.webm", VideoSpec(t_ms=evenly(6, 30), codec="libvpx", time_base=MILLISECOND))
    content = bytearray(path.read_bytes())
    duration = content.index(b"\x44\x89\x88") + 3
    assert struct.unpack(">d", content[duration : duration + 8])[0] == pytest.approx(6000)
    content[duration : duration + 8] = struct.pack(">d", 1000.0)
    path.write_bytes(content)
    reader = FrameReader(path, VideoLimits(max_bytes=10_000_000, max_seconds=2))
    with pytest.raises(VideoRejected, match="longer than 2 s"):
        timestamps(reader)


def test_a_video_without_a_frame_is_rejected(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(1, 30), muxer=FASTSTART))
    content = path.read_bytes()
    start = content.index(b"mdat") + 4
    path.write_bytes(content[:start] + bytes(len(content) - start))
    reader = FrameReader(path, limits)
    timestamps(reader)
    with pytest.raises(VideoRejected, match="no frame"):
        reader.video()


def test_real_clips_have_the_times_that_opencv_reads(clips: Path, limits: VideoLimits) -> None:
    for path in (clips / "bowling" / "side_02.mp4", clips / "general" / "rooftop_two_people_vp9.mp4"):
        ours = timestamps(FrameReader(path, limits))
        capture = cv2.VideoCapture(str(path))
        theirs: list[float] = []
        while capture.grab():
            theirs.append(capture.get(cv2.CAP_PROP_POS_MSEC))
        assert [index for index, _ in ours] == list(range(len(theirs)))
        assert [t_ms for _, t_ms in ours] == pytest.approx(theirs, abs=0.01)
