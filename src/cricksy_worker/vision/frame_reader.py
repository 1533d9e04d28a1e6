"""Reading the frames of a video, with their exact timestamps, in the order of time."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Final, cast

import numpy as np
from av.buffer import Buffer
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from cricksy.analysis.track import Background, IntArray, VideoFacts
from cricksy_worker.vision.frames import Shown, SourceFrame, square
from cricksy_worker.vision.orientation import orientation_of
from cricksy_worker.vision.rates import rates_of
from cricksy_worker.vision.regions import Region
from cricksy_worker.vision.scene_changes import SCENES, SceneChanges, SceneParams
from cricksy_worker.vision.video import VideoLimits, VideoRejected, open_video, probe, too_long

MIN_DECODED_MS: Final = 1000.0  # ms; a damaged video is analysed when at least this much of it decodes
SMALL_SIDE: Final = 320  # px; a small image's longer side: a 4K video's camera is then followed to about a pixel


class FrameReader:
    """Reads a video from its start to its end once; then knows what it is, and can read a part of it again.

    Every decoded frame counts for the index. Passed over are damaged frames, those whose timestamp is not later than
    that of the frame before, and all but the longest part of a video whose clock jumps back.
    """

    def __init__(self, path: Path, limits: VideoLimits, scenes: SceneParams = SCENES) -> None:
        """Looks at the container; decodes no frame yet.

        Raises:
            VideoRejected: It is not a video that we take, or its container states more than the limits allow.
            OSError: The file cannot be read.
        """
        self._path = path
        self._limits = limits
        self._info = probe(path, limits)
        self._t_ms: list[float] = []
        self._index_of_pts: dict[int, int] = {}
        self._shown: Shown | None = None
        self._least_fit = 1.0
        self.size = (0, 0)
        """Width and height in which coordinates are: of the first upright frame; once all are read, of the largest."""
        self._decoded = 0
        self._end_ms = 0.0
        self._last_packet_ms = 0.0
        self._damaged = False
        self._scenes = SceneChanges(scenes)

    @property
    def duration_ms(self) -> float | None:
        """As the container states it."""
        return self._info.duration_ms

    @property
    def growth(self) -> float:
        """By how much coordinates are larger once all is read than they were before: the film's size may rise."""
        return 1 / self._least_fit

    def __iter__(self) -> Iterator[SourceFrame]:
        """The video's frames.

        Raises:
            VideoRejected: The video is longer than the limit, whatever its container states.
        """
        with open_video(self._path, self._info) as (container, stream):
            for index, image in self._in_part(self._decode(self._all_packets(container, stream), stream)):
                if not self._t_ms or _t_ms(image) > self._t_ms[-1]:
                    frame = self._source_frame(index, image, stream)
                    self._note(frame, stream)
                    self._scenes.see(frame.small(SMALL_SIDE))
                    yield frame
        self.size = (round(self.size[0] * self.growth), round(self.size[1] * self.growth))

    def indices(self, start_ms: float, end_ms: float) -> IntArray:
        """The frames of the first reading from ``start_ms`` to ``end_ms``."""
        return self._indices()[bisect_left(self._t_ms, start_ms) : bisect_right(self._t_ms, end_ms)]

    def between(self, start_ms: float, end_ms: float) -> Iterator[SourceFrame]:
        """The frames from ``start_ms`` to ``end_ms`` once more, under the index they had in the first reading."""
        known = bisect_left(self._t_ms, start_ms)
        if known == len(self._t_ms) or self._t_ms[known] > end_ms:
            return
        # Where timestamps are not those of one frame each, only its number in the order of decoding says which it is.
        searches = (None,) if self._left_out() else (self._t_ms[known], None)
        for seek_ms in searches:
            with open_video(self._path, self._info) as (container, stream):
                frames = self._from(container, stream, seek_ms, start_ms)
                first = next(frames, None)
                # Not every file can be searched: unless it begins at the right frame, decode all that precedes.
                if first and (first.t_ms == self._t_ms[known] or seek_ms is None):
                    yield first
                    yield from _until(end_ms, frames)
                    return

    def background(self, frames: IntArray) -> Background:
        """What the images of the source frames ``frames`` (m,) show; each was read in the first reading."""
        small = min(SMALL_SIDE, max(self._shown.first)) if self._shown else SMALL_SIDE
        seen = self._scenes.background(np.array(self._t_ms), max(self.size) / small)
        return seen.take(np.searchsorted(self._indices(), frames))

    def repeated(self) -> set[int]:
        """The source frames that show the image before once more."""
        frames = self._indices()
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

    def video(self, part_ms: tuple[float, float] | None = None) -> VideoFacts:
        """What the video is, once it has been read; its rates are those of the part from start to end, if given.

        Raises:
            VideoRejected: Nothing can be decoded, or the file is damaged and less than a second of it can.
        """
        if not self._t_ms or self._shown is None:
            raise VideoRejected(
                "no frame of it has a usable timestamp" if self._decoded else "no frame of it can be decoded"
            )
        decoded_ms = self._end_ms - self._t_ms[0]
        truncated = self._damaged or self._info.is_cut_off or self._ends_early(decoded_ms)
        if truncated and decoded_ms < MIN_DECODED_MS:
            raise VideoRejected(f"damaged: only {decoded_ms / 1000:.1f} s of it can be decoded, at least 1 s must be")
        t_ms, frames = np.array(self._t_ms), self._indices()
        rates = rates_of(t_ms, self.background(frames).repeated, part_ms)
        return VideoFacts(
            source_fps=round(rates.source_fps, 3),
            width=self.size[0],
            height=self.size[1],
            duration_ms=self.duration_ms,
            decoded_ms=round(decoded_ms, 3),
            truncated=truncated,
            rotation=self._shown.orientation.rotation,
            people_seen=None,
            mirrored=self._shown.orientation.mirrored,
            image_fps=round(rates.image_fps, 3),
            gap_ms=round(rates.gap_ms, 3),
            frames_left_out=self._left_out(),
            capture_fps=self._info.capture_fps,
        )

    def _ends_early(self, decoded_ms: float) -> bool:
        """Whether what is there is shorter than what the container states."""
        stated_ms = self._info.duration_ms
        there_ms = decoded_ms if self._info.duration_is_streams else max(decoded_ms, self._last_packet_ms)
        return stated_ms is not None and there_ms + self._info.duration_tolerance_ms < stated_ms

    def _indices(self) -> IntArray:
        """(n,) the index of each frame of the first reading."""
        return np.fromiter(self._index_of_pts.values(), np.int64)

    def _left_out(self) -> int:
        """How many decoded frames have no time of their own: it is missing, another's, or the clock jumped back."""
        return self._decoded - len(self._t_ms)

    def _note(self, frame: SourceFrame, stream: VideoStream) -> None:
        self._least_fit = min(self._least_fit, frame.shown.fit(frame.image))
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
        known = set(self._index_of_pts.values())
        for number, image in enumerate(self._decode(self._packets(container.demux(stream)), stream)):
            if image.is_corrupt or image.pts is None or _t_ms(image) < start_ms:
                continue
            index = number if seek_ms is None else self._index_of_pts.get(image.pts)
            if index in known:
                yield self._source_frame(index, image, stream)

    def _source_frame(self, index: int, image: VideoFrame, stream: VideoStream) -> SourceFrame:
        if self._shown is None:
            orientation = orientation_of(_display_matrix(image))
            aspect = stream.sample_aspect_ratio or Fraction(1)
            self.size = orientation.size(*square(image, aspect))
            self._shown = Shown(orientation, aspect, self.size)
        return SourceFrame(index, _t_ms(image), image, self._shown, self.size)

    def _in_part(self, images: Iterator[VideoFrame]) -> Iterator[tuple[int, VideoFrame]]:
        """Each sound image with its index that lies in the part of the clock to read; counts the decoded ones."""
        part, latest = 0, -inf
        for index, image in enumerate(images):
            if image.is_corrupt:
                self._damaged = True
                continue
            self._decoded += 1
            if image.pts is None:
                continue
            t_ms = _t_ms(image)
            if t_ms < latest - self._info.clock.back_ms:
                part, latest = part + 1, t_ms
            latest = max(latest, t_ms)
            if part == self._info.clock.part:
                yield index, image

    def _decode(self, packets: "Iterator[Packet[VideoStream] | None]", stream: VideoStream) -> Iterator[VideoFrame]:
        """All that can be decoded: a packet that cannot is left out."""
        for packet in packets:
            self._damaged |= packet is not None and packet.is_corrupt
            try:
                images = stream.decode(packet)  # pyright: ignore[reportUnknownMemberType] - PyAV's stub: bare Packet
            except FFmpegError:
                self._damaged = True
            else:
                yield from images

    def _packets(self, packets: "Iterator[Packet[VideoStream]]") -> "Iterator[Packet[VideoStream] | None]":
        """The packets, then one that makes the decoder give what it still holds."""
        try:
            yield from packets
        except FFmpegError:
            self._damaged = True
            yield None

    def _all_packets(self, container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream] | None]":
        """The stream's packets; notes when the last packet of any stream ends."""
        for packet in self._packets(cast("Iterator[Packet[VideoStream]]", container.demux())):
            if packet is not None and packet.pts is not None and packet.time_base:
                end_ms = float((packet.pts + (packet.duration or 0)) * packet.time_base) * 1000
                self._last_packet_ms = max(self._last_packet_ms, end_ms)
            if packet is None or packet.stream.index == stream.index:
                yield packet


def _display_matrix(image: VideoFrame) -> bytes | None:
    data = cast("Mapping[str, Buffer]", image.side_data).get("DISPLAYMATRIX")
    return None if data is None else bytes(data)


def _t_ms(image: VideoFrame) -> float:
    """The timestamp of an image that has one, to 0.001 ms."""
    return round(image.time * 1000, 3)


def _until(end_ms: float, frames: Iterator[SourceFrame]) -> Iterator[SourceFrame]:
    for frame in frames:
        if frame.t_ms > end_ms:
            return
        yield frame
