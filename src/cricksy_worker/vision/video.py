"""Opening a video: is it one that we take, and what its container states.

The file comes from outside and is not trusted. Only the containers and codecs of
:mod:`cricksy_worker.vision.containers` are opened, and FFmpeg may read
nothing but the file itself: a playlist in a file named ``.mp4`` opens no other file and no URL.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from cricksy_worker.vision.containers import CODECS, CONTAINERS, DECODERS, name_of_other
from cricksy_worker.vision.file_end import is_cut_off
from cricksy_worker.vision.streams import Clock, choose, clock_of, packet_times

STREAM_TOLERANCE_MS: Final = 250.0  # ms; how far a whole video may end before its stream's stated duration
CONTAINER_TOLERANCE_MS: Final = 1000.0  # ms; before the container's, its longest stream's: sound may last longer

MAX_WIDTH: Final = 8192  # px; 8K, the largest that H.264 level 6 holds
MAX_HEIGHT: Final = 4320  # px; of 8K, as wide
DECODER_THREADS: Final = 2  # count; one decodes ahead of the frame at hand; the other cores have videos of their own

CAPTURE_RATE_TAG: Final = "com.android.capture.fps"


class VideoRejected(Exception):  # noqa: N818 - it is a verdict on the file, and the contract's word
    """The file cannot be analysed, and trying again will not help.

    The message says why, with the limit: what follows ``Video rejected: ``.
    """


@dataclass(frozen=True, slots=True)
class VideoLimits:
    max_bytes: int
    max_seconds: float


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the container states; nothing is decoded yet."""

    codec: str
    stream: int
    """Index in the container of the video stream to read."""
    duration_ms: float | None
    """Of the video stream, or of the whole container where the stream states none."""
    duration_is_streams: bool
    """Whether that is the video stream's own: sound may last longer than the picture."""
    clock: Clock
    capture_fps: float | None
    """Rate in 1/s at which the camera filmed, where the file says it; a slowed film states another for its images."""
    is_cut_off: bool

    @property
    def duration_tolerance_ms(self) -> float:
        """How far before it a whole video may end."""
        return STREAM_TOLERANCE_MS if self.duration_is_streams else CONTAINER_TOLERANCE_MS


def probe(path: Path, limits: VideoLimits) -> VideoInfo:
    """What the file states about itself.

    Raises:
        VideoRejected: It is not a video that we take, or exceeds the limits.
        OSError: The file cannot be read.
    """
    _check_file(path, limits)
    with opened(path) as container:
        times = packet_times(container)
        stream = choose(container, CODECS, times)
        if stream is None:
            raise VideoRejected("no video stream")
        # A codec that FFmpeg knows by name alone has no decoder and no context.
        context = stream.codec_context
        duration_ms, is_streams = _duration_ms(container, stream)
        info = VideoInfo(
            codec=context.codec.canonical_name if context else "unknown",
            stream=stream.index,
            duration_ms=duration_ms,
            duration_is_streams=is_streams,
            clock=clock_of(stream, times),
            capture_fps=_capture_fps(container),
            is_cut_off=is_cut_off(path),
        )
        _check_stream(info, stream, limits)
        return info


@contextmanager
def open_video(path: Path, info: VideoInfo) -> Generator[tuple[InputContainer, VideoStream]]:
    """Open a file that was probed, ready to be decoded.

    Raises:
        VideoRejected: It is not a video any more.
        OSError: The file cannot be read.
    """
    with opened(path) as container:
        stream = container.streams[info.stream]
        if not isinstance(stream, VideoStream):
            raise VideoRejected("no video stream")
        stream.thread_count = DECODER_THREADS
        stream.thread_type = "AUTO"
        # The size may change within the stream: the decoder itself must refuse a giant frame.
        stream.codec_context.options = {"max_pixels": str(MAX_WIDTH * MAX_HEIGHT)}
        yield container, stream


@contextmanager
def opened(path: Path) -> Generator[InputContainer]:
    """Open a file with nothing but what is allowed; the caller demuxes.

    Raises:
        VideoRejected: It is none of our containers.
    """
    try:
        container = av.open(
            f"file:{path.absolute()}",
            metadata_errors="replace",  # names in another encoding than UTF-8 are no fault of the film
            options={
                "format_whitelist": ",".join(CONTAINERS),
                "codec_whitelist": ",".join(DECODERS),
                "protocol_whitelist": "file",
            },
        )
    except FFmpegError as error:
        if other := name_of_other(path):
            raise VideoRejected(f"container {other} is not allowed; use MP4, MOV or WebM") from error
        raise VideoRejected("not a video, or one without its index (use MP4, MOV or WebM)") from error
    with container:
        yield container


def too_long(limits: VideoLimits, duration_ms: float | None = None) -> VideoRejected:
    """The verdict on a video over the limit, with its duration if known."""
    known = "" if duration_ms is None else f" (it is {duration_ms / 1000:.0f} s)"
    return VideoRejected(f"longer than {limits.max_seconds:g} s{known}")


def _check_file(path: Path, limits: VideoLimits) -> None:
    if path.is_dir():
        raise VideoRejected("not a video (it is a directory)")
    with path.open("rb") as file:
        size = file.seek(0, 2)
    if size == 0:
        raise VideoRejected("not a video (the file is empty)")
    if size > limits.max_bytes:
        raise VideoRejected(f"larger than {limits.max_bytes / 1e6:g} MB (it is {size / 1e6:.0f} MB)")


def _check_stream(info: VideoInfo, stream: VideoStream, limits: VideoLimits) -> None:
    if info.codec not in CODECS:
        raise VideoRejected(f"codec {info.codec} is not allowed; use H.264, HEVC, VP8, VP9 or AV1")
    if stream.width * stream.height > MAX_WIDTH * MAX_HEIGHT:
        raise VideoRejected(f"larger than {MAX_WIDTH}×{MAX_HEIGHT} pixels (it is {stream.width}×{stream.height})")
    if info.duration_ms is not None and info.duration_ms > limits.max_seconds * 1000:
        raise too_long(limits, info.duration_ms)


def _duration_ms(container: InputContainer, stream: VideoStream) -> tuple[float | None, bool]:
    """What is stated, and whether it is the stream's own."""
    if stream.duration and stream.time_base:
        return round(float(stream.duration * stream.time_base) * 1000, 3), True
    return (container.duration / 1000 if container.duration else None), False


def _capture_fps(container: InputContainer) -> float | None:
    """What Android writes beside a film that it stores slowed."""
    try:
        rate = float(container.metadata[CAPTURE_RATE_TAG])
    except (KeyError, ValueError):
        return None
    return rate if isfinite(rate) and rate > 0 else None
