"""The frames of a video, upright, with their exact timestamps, in the order of time."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

import cv2
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from cricksy.analysis.track import Background, IntArray, VideoFacts
from cricksy_worker.vision.regions import Region
from cricksy_worker.vision.scene_changes import SCENES, SceneChanges, SceneParams
from cricksy_worker.vision.video import VideoLimits, VideoRejected, open_video, probe, too_long

MIN_DECODED_MS: Final = 1000.0  # ms; a damaged video is analysed when at least this much of it decodes
SMALL_SIDE: Final = 320  # px; a small image's longer side: a 4K video's camera is then followed to about a pixel
PIXELS_AVERAGED: Final = 3  # px; a pixel of a small image is the mean of a square of at least this side
BYTE: Final = 8  # bit; of a pixel that needs no conversion


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """A decoded frame: its 0-based index among all decoded ones and its timestamp in milliseconds."""

    index: int
    t_ms: float
    image: VideoFrame
    pixel_aspect: Fraction
    """Width of a stored pixel divided by its height."""

    @property
    def rotation(self) -> int:
        """0, 90, 180 or 270: degrees clockwise that the stored image has to be turned to stand upright."""
        # FFmpeg's angle runs counter-clockwise.
        return round(-self.image.rotation / 90) % 4 * 90

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright frame in square pixels, as a player shows it."""
        width, height = self._stored_size
        return (width, height) if self.rotation in {0, 180} else (height, width)

    def pixels(self, longest_side: int) -> NDArray[np.uint8]:
        """The upright frame as RGB (height, width, 3), shrunk so that neither side exceeds ``longest_side``."""
        width, height = self._stored_size
        scale = min(1.0, longest_side / max(width, height))
        shrunk = self.image.reformat(
            width=max(1, round(width * scale)),
            height=max(1, round(height * scale)),
            format="rgb24",
            interpolation="AREA",
        )
        image = cast("NDArray[np.uint8]", shrunk.to_ndarray())
        return np.ascontiguousarray(np.rot90(image, k=-self.rotation // 90))

    def small(self, longest_side: int) -> NDArray[np.uint8]:
        """The upright frame in grey (height, width), shrunk as :meth:`pixels` does; quick, and good for comparisons."""
        width, height = self._stored_size
        scale = min(1.0, longest_side / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        luma = self._luma()
        # Of a large image every n-th pixel is enough to average over.
        step = max(1, int(min(luma.shape[1] / size[0], luma.shape[0] / size[1]) / PIXELS_AVERAGED))
        image = np.asarray(cv2.resize(luma[::step, ::step], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return np.ascontiguousarray(np.rot90(image, k=-self.rotation // 90))

    def _luma(self) -> NDArray[np.uint8]:
        """Brightness of the stored image (height, width), 0–255."""
        layout = self.image.format
        if layout.is_rgb or not layout.is_planar or layout.components[0].bits != BYTE:
            return cast("NDArray[np.uint8]", self.image.reformat(format="gray").to_ndarray())
        plane = self.image.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        return rows[: self.image.height, : self.image.width]

    @property
    def _stored_size(self) -> tuple[int, int]:
        return round(self.image.width * self.pixel_aspect), self.image.height


class FrameReader:
    """Reads a video from its start to its end once; then knows what it is, and can read a part of it again.

    Every decoded frame counts for the index. Passed over are damaged frames and those whose timestamp is not later
    than that of the frame before.
    """

    def __init__(self, path: Path, limits: VideoLimits, scenes: SceneParams = SCENES) -> None:
        """Looks at the container; reads no frame yet.

        Raises:
            VideoRejected: It is not a video that we take, or its container states more than the limits allow.
            OSError: The file cannot be read.
        """
        self._path = path
        self._limits = limits
        self._info = probe(path, limits)
        self._t_ms: list[float] = []
        self._index_of_pts: dict[int, int] = {}
        self.size = (0, 0)
        """Width and height of the first upright frame; coordinates of all frames are in its pixels."""
        self._rotation = 0
        self._end_ms = 0.0
        self._damaged = False
        self._scenes = SceneChanges(scenes)

    @property
    def duration_ms(self) -> float | None:
        """As the container states it."""
        return self._info.duration_ms

    def __iter__(self) -> Iterator[SourceFrame]:
        """The video's frames.

        Raises:
            VideoRejected: The video is longer than the limit, whatever its container states.
        """
        with open_video(self._path, self._limits) as (container, stream):
            for index, image in enumerate(self._decode(container, stream)):
                if image.is_corrupt:
                    self._damaged = True
                elif image.pts is not None and (not self._t_ms or _t_ms(image) > self._t_ms[-1]):
                    frame = _source_frame(index, image, stream)
                    self._note(frame, stream)
                    self._scenes.see(frame.small(SMALL_SIDE))
                    yield frame

    def count(self, start_ms: float, end_ms: float) -> int:
        """How many frames of the first reading lie from ``start_ms`` to ``end_ms``."""
        return bisect_right(self._t_ms, end_ms) - bisect_left(self._t_ms, start_ms)

    def between(self, start_ms: float, end_ms: float) -> Iterator[SourceFrame]:
        """The frames from ``start_ms`` to ``end_ms`` once more, under the index they had in the first reading."""
        known = bisect_left(self._t_ms, start_ms)
        if known == len(self._t_ms) or self._t_ms[known] > end_ms:
            return
        for seek_ms in (self._t_ms[known], None):
            with open_video(self._path, self._limits) as (container, stream):
                frames = self._from(container, stream, seek_ms, start_ms)
                first = next(frames, None)
                # Not every file can be searched: unless it begins at the right frame, decode all that precedes.
                if first and (first.t_ms == self._t_ms[known] or seek_ms is None):
                    yield first
                    yield from _until(end_ms, frames)
                    return

    def background(self, frames: IntArray) -> Background:
        """What the images of the source frames ``frames`` (m,) show; each was read in the first reading."""
        seen = self._scenes.background(max(1.0, max(self.size) / SMALL_SIDE))
        places = np.searchsorted(np.fromiter(self._index_of_pts.values(), np.int64), frames)
        return Background(seen.repeated[places], seen.shot[places], seen.shift[places])

    def repeated(self) -> set[int]:
        """The source frames that show the image before once more."""
        frames = np.fromiter(self._index_of_pts.values(), np.int64)
        return set(frames[self.background(frames).repeated].tolist())

    def movement(self) -> Region:
        """The part of the image in which anything moves."""
        return Region(*self._scenes.movement())

    def liveliest(self, longest_ms: float) -> tuple[float, float]:
        """Start and end in milliseconds of the part, no longer than ``longest_ms``, whose images change most."""
        t_ms, change = np.array(self._t_ms), np.cumsum(self._scenes.difference())
        ends = np.searchsorted(t_ms, t_ms + longest_ms, side="right") - 1
        start = int(np.argmax(change[ends] - change))
        return self._t_ms[start], self._t_ms[int(ends[start])]

    def video(self) -> VideoFacts:
        """What the video is, once it has been read.

        Raises:
            VideoRejected: Nothing can be decoded, or the file is damaged and less than a second of it can.
        """
        if not self._t_ms:
            raise VideoRejected("no frame of it can be decoded")
        decoded_ms = self._end_ms - self._t_ms[0]
        stated_ms = self._info.duration_ms
        ends_early = stated_ms is not None and decoded_ms + self._info.duration_tolerance_ms < stated_ms
        truncated = self._damaged or ends_early
        if truncated and decoded_ms < MIN_DECODED_MS:
            raise VideoRejected(f"damaged: only {decoded_ms / 1000:.1f} s of it can be decoded, at least 1 s must be")
        span_ms = self._t_ms[-1] - self._t_ms[0]
        return VideoFacts(
            source_fps=round((len(self._t_ms) - 1) * 1000 / span_ms, 3) if span_ms else 0.0,
            width=self.size[0],
            height=self.size[1],
            duration_ms=stated_ms,
            decoded_ms=round(decoded_ms, 3),
            truncated=truncated,
            rotation=self._rotation,
            people_seen=None,
        )

    def _note(self, frame: SourceFrame, stream: VideoStream) -> None:
        if not self._t_ms:
            self.size, self._rotation = frame.size, frame.rotation
        self._t_ms.append(frame.t_ms)
        self._index_of_pts[cast("int", frame.image.pts)] = frame.index
        interval_ms = 1000 / float(stream.average_rate) if stream.average_rate else 0.0
        stated = frame.image.duration * float(stream.time_base or 0) * 1000
        self._end_ms = frame.t_ms + (stated or interval_ms)
        if self._end_ms - self._t_ms[0] > self._limits.max_seconds * 1000 + self._info.duration_tolerance_ms:
            raise too_long(self._limits)

    def _from(
        self, container: InputContainer, stream: VideoStream, seek_ms: float | None, start_ms: float
    ) -> Iterator[SourceFrame]:
        if seek_ms is not None and stream.time_base:
            with suppress(FFmpegError):  # the caller sees where reading begins
                container.seek(int(seek_ms / 1000 / stream.time_base), stream=stream)
        for image in self._decode(container, stream):
            index = None if image.pts is None else self._index_of_pts.get(image.pts)
            if index is not None and not image.is_corrupt and _t_ms(image) >= start_ms:
                yield _source_frame(index, image, stream)

    def _decode(self, container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
        """All that can be decoded: a packet that cannot is left out."""
        for packet in self._packets(container, stream):
            self._damaged |= packet is not None and packet.is_corrupt
            try:
                images = stream.decode(packet)  # pyright: ignore[reportUnknownMemberType] - PyAV's stub: bare Packet
            except FFmpegError:
                self._damaged = True
            else:
                yield from images

    def _packets(self, container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream] | None]":
        """The stream's packets, then one that makes the decoder give what it still holds."""
        try:
            yield from container.demux(stream)
        except FFmpegError:
            self._damaged = True
            yield None


def _source_frame(index: int, image: VideoFrame, stream: VideoStream) -> SourceFrame:
    return SourceFrame(index, _t_ms(image), image, stream.sample_aspect_ratio or Fraction(1))


def _t_ms(image: VideoFrame) -> float:
    """The timestamp of an image that has one, to 0.001 ms."""
    return round(image.time * 1000, 3)


def _until(end_ms: float, frames: Iterator[SourceFrame]) -> Iterator[SourceFrame]:
    for frame in frames:
        if frame.t_ms > end_ms:
            return
        yield frame
