"""Opening a video: is it one that we take, and what its container states.

The file comes from outside and is not trusted. Only the containers and codecs below are opened, and FFmpeg may read
nothing but the file itself: a playlist in a file named ``.mp4`` opens no other file and no URL.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

STREAM_TOLERANCE_MS: Final = 250.0  # ms; how far a whole video may end before its stream's stated duration
CONTAINER_TOLERANCE_MS: Final = 1000.0  # ms; before the container's, its longest stream's: sound may last longer

MAX_WIDTH: Final = 8192  # px; 8K, the largest that H.264 level 6 holds
MAX_HEIGHT: Final = 4320  # px; of 8K, as wide
DECODER_THREADS: Final = 2  # count; one decodes ahead of the frame at hand; the other cores have videos of their own

CODECS = {"h264": "H.264", "hevc": "HEVC", "vp8": "VP8", "vp9": "VP9", "av1": "AV1"}
CONTAINERS = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm")
"""FFmpeg's names of its two demuxers for MP4, QuickTime and WebM."""


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
    duration_ms: float | None
    """Of the video stream, or of the whole container where the stream states none."""
    duration_tolerance_ms: float


def probe(path: Path, limits: VideoLimits) -> VideoInfo:
    """What the file states about itself.

    Raises:
        VideoRejected: It is not a video that we take, or exceeds the limits.
        OSError: The file cannot be read.
    """
    with open_video(path, limits) as (container, stream):
        return _info(container, stream)


@contextmanager
def open_video(path: Path, limits: VideoLimits) -> Generator[tuple[InputContainer, VideoStream]]:
    """Open a file that keeps the limits, ready to be decoded.

    Raises:
        VideoRejected: It is not a video that we take, or exceeds the limits.
        OSError: The file cannot be read.
    """
    _check_file(path, limits)
    try:
        container = av.open(
            f"file:{path.absolute()}",
            options={"format_whitelist": ",".join(CONTAINERS), "protocol_whitelist": "file"},
        )
    except FFmpegError as error:
        raise VideoRejected("not a video, or one without its index (use MP4, MOV or WebM)") from error
    with container:
        stream = _video_stream(container)
        _check_stream(container, stream, limits)
        stream.thread_count = DECODER_THREADS
        stream.thread_type = "AUTO"
        # The size may change within the stream: the decoder itself must refuse a giant frame.
        stream.codec_context.options = {"max_pixels": str(MAX_WIDTH * MAX_HEIGHT)}
        yield container, stream


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


def _video_stream(container: InputContainer) -> VideoStream:
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise VideoRejected("no video stream")


def _check_stream(container: InputContainer, stream: VideoStream, limits: VideoLimits) -> None:
    info = _info(container, stream)
    if info.codec not in CODECS:
        raise VideoRejected(f"codec {info.codec} is not allowed; use H.264, HEVC, VP8, VP9 or AV1")
    if stream.width * stream.height > MAX_WIDTH * MAX_HEIGHT:
        raise VideoRejected(f"larger than {MAX_WIDTH}×{MAX_HEIGHT} pixels (it is {stream.width}×{stream.height})")
    if info.duration_ms is not None and info.duration_ms > limits.max_seconds * 1000:
        raise too_long(limits, info.duration_ms)


def _info(container: InputContainer, stream: VideoStream) -> VideoInfo:
    # A codec that FFmpeg knows by name alone has no decoder and no context.
    context = stream.codec_context
    codec = context.codec.canonical_name if context else "unknown"
    if stream.duration and stream.time_base:
        duration_ms = round(float(stream.duration * stream.time_base) * 1000, 3)
        return VideoInfo(codec, duration_ms, STREAM_TOLERANCE_MS)
    if container.duration:
        return VideoInfo(codec, container.duration / 1000, CONTAINER_TOLERANCE_MS)
    return VideoInfo(codec, None, CONTAINER_TOLERANCE_MS)
