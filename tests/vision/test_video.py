import os
from fractions import Fraction
from pathlib import Path

import av
import pytest
from tests.support.videos import MILLISECOND, MakeVideo, VideoSpec, evenly, shoot_sound

from cricksy_worker.vision import video
from cricksy_worker.vision.video import VideoLimits, VideoRejected, probe

SECOND = VideoSpec(t_ms=evenly(1, 30))


def verdict(path: Path, limits: VideoLimits) -> str:
    with pytest.raises(VideoRejected) as rejection:
        probe(path, limits)
    return str(rejection.value)


@pytest.mark.parametrize(
    ("name", "codec", "canonical"),
    [
        ("a.mp4", "libx264", "h264"),
        ("a.mov", "libx265", "hevc"),
        ("a.webm", "libvpx", "vp8"),
        ("a.webm", "libvpx-vp9", "vp9"),
        ("a.mp4", "libsvtav1", "av1"),
    ],
)
def test_the_allowed_codecs_are_taken(
    make_video: MakeVideo, limits: VideoLimits, name: str, codec: str, canonical: str
) -> None:
    scheduling = os.sched_getscheduler(0)
    info = probe(make_video(name, VideoSpec(t_ms=evenly(1, 30), codec=codec, time_base=MILLISECOND)), limits)
    # An encoder that makes the process real-time would starve the other tests of the machine.
    assert os.sched_getscheduler(0) == scheduling
    assert info.codec == canonical
    assert info.duration_ms == pytest.approx(1000, abs=5)


@pytest.mark.parametrize("content", [b"", b"These are notes about a net session.\n" * 200, bytes(5000)])
def test_what_is_no_video_is_rejected(tmp_path: Path, limits: VideoLimits, content: bytes) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(content)
    assert verdict(path, limits).startswith("not a video")


def test_a_directory_is_rejected(tmp_path: Path, limits: VideoLimits) -> None:
    assert verdict(tmp_path, limits) == "not a video (it is a directory)"


def test_a_video_cut_off_before_its_index_is_rejected(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.mp4", SECOND)
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"moov") - 4])
    assert verdict(path, limits).startswith("not a video")


@pytest.mark.parametrize("name", ["talk.mp4", "talk.mkv"])
def test_sound_alone_is_rejected(tmp_path: Path, limits: VideoLimits, name: str) -> None:
    assert verdict(shoot_sound(tmp_path / name), limits) == "no video stream"


def test_another_codec_is_rejected_by_its_name(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(1, 30), codec="mpeg4", time_base=MILLISECOND))
    assert verdict(path, limits) == "codec mpeg4 is not allowed; use H.264, HEVC, VP8, VP9 or AV1"


def test_a_longer_video_is_rejected_with_the_limit(make_video: MakeVideo) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(3, 10)))
    assert verdict(path, VideoLimits(max_bytes=10_000_000, max_seconds=2)) == "longer than 2 s (it is 3 s)"


def test_a_larger_file_is_rejected_with_the_limit(make_video: MakeVideo) -> None:
    path = make_video("a.mp4", SECOND)
    assert verdict(path, VideoLimits(max_bytes=1000, max_seconds=60)).startswith("larger than 0.001 MB")


def test_giant_frames_are_rejected(make_video: MakeVideo, limits: VideoLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_video("a.mp4", SECOND)
    monkeypatch.setattr(video, "MAX_WIDTH", 159)
    monkeypatch.setattr(video, "MAX_HEIGHT", 96)
    assert verdict(path, limits) == "larger than 159×96 pixels (it is 160×96)"


@pytest.mark.parametrize("playlist", ["#EXTM3U\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile {}\n"])
def test_a_playlist_opens_no_other_file(
    make_video: MakeVideo, tmp_path: Path, limits: VideoLimits, playlist: str
) -> None:
    secret = make_video("secret.mp4", SECOND)
    path = tmp_path / "list.mp4"
    path.write_text(playlist.format(secret))
    container = "HLS" if playlist.startswith("#") else "ffconcat"
    assert verdict(path, limits) == f"container {container} is not allowed; use MP4, MOV or WebM"


@pytest.mark.parametrize(
    ("suffix", "codec", "container"),
    [
        ("avi", "libx264", "AVI"),
        ("ts", "libx264", "MPEG-TS"),
        ("m2ts", "libx264", "MPEG-TS"),
        ("flv", "libx264", "FLV"),
        ("wmv", "wmv2", "WMV"),
        ("mpg", "mpeg2video", "MPEG"),
    ],
)
def test_another_container_is_rejected_by_its_name(
    make_video: MakeVideo, limits: VideoLimits, suffix: str, codec: str, container: str
) -> None:
    path = make_video(f"a.{suffix}", VideoSpec(t_ms=evenly(1, 25), codec=codec, time_base=Fraction(1, 25)))
    assert verdict(path.rename(path.with_name("a.mp4")), limits) == (
        f"container {container} is not allowed; use MP4, MOV or WebM"
    )


@pytest.mark.parametrize("codec", ["mpeg4", "mjpeg"])
def test_no_other_decoder_runs_when_a_file_is_opened(make_video: MakeVideo, codec: str) -> None:
    path = make_video("a.mov", VideoSpec(t_ms=evenly(1, 25), codec=codec, time_base=Fraction(1, 25)))
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.pix_fmt
    with video.opened(path) as container:
        # Only an image that was decoded says it.
        assert not container.streams.video[0].codec_context.pix_fmt


def test_a_name_that_looks_like_a_protocol_is_a_file(
    make_video: MakeVideo, limits: VideoLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_video("concat:a.mp4", SECOND)
    monkeypatch.chdir(path.parent)
    assert probe(Path(path.name), limits).codec == "h264"


def test_a_missing_file_is_no_verdict_on_it(tmp_path: Path, limits: VideoLimits) -> None:
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "none.mp4", limits)
