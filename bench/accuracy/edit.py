"""Videos made from videos: mirrored, slowed, panned, with somebody beside the player. Timestamps are kept exactly."""

# pyright: reportUnknownMemberType=false
# PyAV leaves the type parameter of its packets open; they stay inside this module.

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray
from tools.display_matrix import MATRICES, with_matrix

Image = NDArray[np.uint8]
"""RGB (height, width, 3)."""

Part = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of an image, 0–1."""

LONGEST_SIDE: Final = 1920
"""Pixels of an edited video: an image of 4K is shrunk to a quarter, as it is before MediaPipe sees it."""
IMAGE_HEIGHT: Final = 1080
"""Of an edited video of 16:9."""
CRF: Final = "18"
"""libx264's rate factor: nearly lossless."""
COARSE_CRF: Final = "36"
"""The same: blocks show in the grass and along the limbs."""


def images(path: Path, longest_side: int = LONGEST_SIDE) -> Iterator[Image]:
    """The frames of a video, shrunk to ``longest_side``."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        width, height = _size(stream, longest_side)
        for frame in container.decode(stream):
            yield _rgb(frame, width, height)


@dataclass(frozen=True, slots=True)
class Copying:
    """How a copy is written. Without the first ``skip`` frames its time begins with the next one."""

    longest_side: int = LONGEST_SIDE
    skip: int = 0
    crf: str = CRF


PLAIN: Final = Copying()


def change(source: Path, target: Path, edit: Callable[[Image, int], Image], copying: Copying = PLAIN) -> None:
    """Write ``target``: each frame of ``source`` after ``edit(image, index)``, at the same time."""
    with av.open(str(source)) as video, av.open(str(target), "w") as copy:
        stream = video.streams.video[0]
        width, height = _size(stream, copying.longest_side)
        out: VideoStream | None = None
        start = 0
        for index, frame in enumerate(video.decode(stream)):
            if index < copying.skip or frame.pts is None:
                continue
            edited = av.VideoFrame.from_ndarray(edit(_rgb(frame, width, height), index), format="rgb24")
            if out is None:
                out, start = (
                    _encoder(copy, stream, edited.width, edited.height, copying.crf),
                    frame.pts if copying.skip else 0,
                )
            edited.pts, edited.time_base = frame.pts - start, frame.time_base
            copy.mux(out.encode(edited.reformat(format="yuv420p")))
        if out is not None:
            copy.mux(out.encode())


def reflect(source: Path, target: Path) -> None:
    """Write ``target``: the very file of ``source``, an MP4, but shown as in a mirror. Nothing is re-encoded."""
    with_matrix(source, MATRICES[0, True], target=target)


def slow_down(source: Path, target: Path, factor: int) -> None:
    """Write ``target``: the very frames of ``source``, each shown ``factor`` times as long. Nothing is re-encoded."""
    with av.open(str(source)) as video, av.open(str(target), "w") as copy:
        stream = video.streams.video[0]
        out = copy.add_stream_from_template(stream)
        for packet in video.demux(stream):
            if packet.dts is None or packet.pts is None:
                continue
            packet.pts, packet.dts = packet.pts * factor, packet.dts * factor
            packet.duration = (packet.duration or 0) * factor
            packet.stream = out
            copy.mux(packet)


def mirror(source: Path, target: Path) -> None:
    """Write ``target``: the mirror image of ``source``."""
    change(source, target, lambda image, _: np.ascontiguousarray(image[:, ::-1]))


def shrink(source: Path, target: Path, share: float) -> None:
    """Write ``target``: ``source`` at a ``share`` of its width and height."""
    with av.open(str(source)) as video:
        stream = video.streams.video[0]
        longest = round(max(stream.width, stream.height) * share)
    change(source, target, _unchanged, Copying(longest_side=longest))


def coarsen(source: Path, target: Path) -> None:
    """Write ``target``: ``source`` at a low bit rate."""
    change(source, target, _unchanged, Copying(crf=COARSE_CRF))


def crop(source: Path, target: Path, part: Part) -> None:
    """Write ``target``: what ``part`` of ``source`` shows."""

    def seen(image: Image, _: int) -> Image:
        rows, columns = image.shape[:2]
        left, right = (round(side * columns) // 2 * 2 for side in (part[0], part[2]))
        top, bottom = (round(side * rows) // 2 * 2 for side in (part[1], part[3]))
        return np.ascontiguousarray(image[top:bottom, left:right])

    change(source, target, seen)


def begin_late(source: Path, target: Path, frames: int) -> None:
    """Write ``target``: ``source`` without its first ``frames``."""
    change(source, target, _unchanged, Copying(skip=frames))


def pan(source: Path, target: Path, share: float) -> None:
    """Write ``target``: ``source`` as a camera shows it that sees a ``share`` of its width.

    It swings from the left end of the image to the right one, ever faster.
    """
    count = sum(1 for _ in images(source))

    def seen(image: Image, index: int) -> Image:
        width = round(image.shape[1] * share) // 2 * 2
        left = round((image.shape[1] - width) * (index / max(1, count - 1)) ** 2)
        return np.ascontiguousarray(image[:, left : left + width])

    change(source, target, seen)


def put_beside(source: Path, bystander: Path, target: Path, part: Part, share: float) -> None:
    """Write ``target``: ``source`` with ``part`` of ``bystander`` playing to its left, over ``share`` of its height."""
    change(source, target, Beside(tuple(_fitted(image, part, share) for image in images(bystander))))


@dataclass(frozen=True, slots=True)
class Beside:
    """Widens an image to the left and plays ``strips`` there.

    They drift to and fro by a tenth of their width, so that nothing in them stands still.
    """

    strips: tuple[Image, ...]

    @property
    def room(self) -> int:
        """Pixels that are added on the left."""
        return round(self.strips[0].shape[1] * 1.2) // 2 * 2

    def __call__(self, image: Image, index: int) -> Image:
        strip = self.strips[index % len(self.strips)]
        height, width = strip.shape[:2]
        wall = image[:, :8].mean(axis=(0, 1)).astype(np.uint8)
        canvas = np.tile(wall, (image.shape[0], image.shape[1] + self.room, 1))
        canvas[:, self.room :] = image
        drift = round((self.room - width) / 2 * (1 + np.sin(index / 10)))
        canvas[image.shape[0] - height :, drift : drift + width] = strip
        return canvas


def _fitted(image: Image, part: Part, share: float) -> Image:
    left, top, right, bottom = part
    rows, columns = image.shape[:2]
    cut = image[round(top * rows) : round(bottom * rows), round(left * columns) : round(right * columns)]
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(cut), format="rgb24")
    height = round(IMAGE_HEIGHT * share)
    return _rgb(frame, round(cut.shape[1] * height / cut.shape[0]), height)


def _unchanged(image: Image, _index: int) -> Image:
    return image


def _rgb(frame: av.VideoFrame, width: int, height: int) -> Image:
    shrunk = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA")
    return cast("Image", shrunk)


def _size(stream: VideoStream, longest_side: int = LONGEST_SIDE) -> tuple[int, int]:
    scale = min(1.0, longest_side / max(stream.width, stream.height))
    return round(stream.width * scale) // 2 * 2, round(stream.height * scale) // 2 * 2


def _encoder(copy: OutputContainer, source: VideoStream, width: int, height: int, crf: str) -> VideoStream:
    out = copy.add_stream("libx264", rate=source.average_rate, options={"crf": crf, "preset": "veryfast"})
    out.width, out.height, out.pix_fmt = width, height, "yuv420p"
    out.codec_context.time_base = source.time_base or Fraction(1, 90_000)
    return out
