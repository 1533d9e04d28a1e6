"""Little videos, each made for one test."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs of encoding leave the parameter of Packet open.

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from tools.scheduling import own_scheduling

MILLISECOND = Fraction(1, 1000)
# Where each landmark lies from the nose to the last toe: face, shoulders and arms, hips, knees, ankles, feet.
HEAD_TO_TOE = np.interp(np.arange(33), [0, 10, 11, 22, 23, 25, 27, 32], [0.0, 0.14, 0.2, 0.45, 0.5, 0.75, 0.95, 1.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSpec:
    """What to film: one frame at each of ``t_ms``."""

    t_ms: Sequence[float]
    shows: Sequence[int] | None = None
    """Number of the image that each frame shows; their own without it."""
    codec: str = "libx264"
    width: int = 160
    height: int = 96
    time_base: Fraction = Fraction(1, 30000)
    counter_clockwise: int = 0
    """Degrees of the display matrix."""
    pixel_aspect: Fraction = Fraction(1)
    muxer: tuple[tuple[str, str], ...] = ()
    quality: int = 23
    """Of H.264: its constant rate factor; a phone's is near 18."""
    metadata: tuple[tuple[str, str], ...] = ()


MakeVideo = Callable[[str, VideoSpec], Path]
"""Shoots a video into a file of that name; the suffix chooses the container."""


def evenly(seconds: float, fps: float | Fraction) -> list[float]:
    return [float(1000 * index / fps) for index in range(round(seconds * fps))]


def image(index: int, width: int, height: int) -> NDArray[np.uint8]:
    """A grey slope with a white top left corner, and a bar that stands elsewhere in each frame."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:] = np.linspace(20, 120, width, dtype=np.uint8)[None, :, None]
    image[: height // 3, : width // 3] = 255
    x = index * 7 % width
    image[height // 2 :, x : x + 8] = 200
    return image


def shoot(path: Path, video: VideoSpec) -> Path:
    with own_scheduling(), av.open(str(path), "w", options=dict(video.muxer)) as container:
        container.metadata.update(video.metadata)
        stream = container.add_stream(video.codec, rate=30)
        assert isinstance(stream, av.VideoStream)
        if video.codec == "libx264":
            stream.options = {"crf": str(video.quality)}
        pixels = "yuvj420p" if video.codec == "mjpeg" else "yuv420p"
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = video.width, video.height, pixels, 12
        stream.time_base = stream.codec_context.time_base = video.time_base
        stream.set_display_rotation(video.counter_clockwise)
        stream.codec_context.sample_aspect_ratio = video.pixel_aspect
        for index, t_ms in enumerate(video.t_ms):
            shown = index if video.shows is None else video.shows[index]
            frame = av.VideoFrame.from_ndarray(image(shown, video.width, video.height), format="rgb24")
            frame.time_base, frame.pts = video.time_base, round(t_ms / 1000 / video.time_base)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def shoot_sound(path: Path) -> Path:
    """A second of silence, without an image."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        for start in range(0, 44100, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 44100, start, Fraction(1, 44100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def repeat_timestamps(source: Path, target: Path) -> Path:
    """The same video, each fifth frame with the timestamp of the one before; at 25 frames a second."""
    with av.open(str(source)) as original, av.open(str(target), "w") as copy:
        stream = copy.add_stream_from_template(original.streams.video[0])
        for number, packet in enumerate(original.demux(video=0)):
            if packet.size:
                packet.stream = stream
                packet.pts = packet.dts = (number - number % 5 // 4) * 40
                copy.mux(packet)
    return target
