"""Detecting people in a video's frames: in the whole image, in its tiles, or where the athlete is expected."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import cycle
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.track import FloatArray
from cricksy_worker.vision.detections import Detection, FrameDetections
from cricksy_worker.vision.detector import PoseDetector
from cricksy_worker.vision.frames import SourceFrame
from cricksy_worker.vision.regions import WHOLE, Region, around

LONGEST_SIDE: Final = 1920  # px; of the image: the model sees a person through 256 × 256, so 4K adds time alone
LEAST_INSIDE: Final = 0.8  # ratio; of the body's landmarks, at a tile's edge: the next tile shows who is cut off

Divide = Callable[[int, int], Sequence[Region]]
"""The parts to look at of an image of that width and height."""


Show = Callable[[SourceFrame, NDArray[np.uint8]], None]
"""Is shown a frame and its upright image (height, width, 3), which it leaves as it is."""


def undivided(_width: int, _height: int) -> Sequence[Region]:
    return [WHOLE]


@dataclass(frozen=True, slots=True)
class ReadingParams:
    """How images are shown to a detector; see ``LONGEST_SIDE`` and ``LEAST_INSIDE``."""

    longest_side_px: int = LONGEST_SIDE
    least_inside: float = LEAST_INSIDE


READING: Final = ReadingParams()


class PoseReader:
    """Finds one person in each part of a video's images.

    ``open_one`` loads a detector; ``number`` is its model's place in the track. If the detectors track, each part gets
    its own, some 100 MB; else one serves all parts. They are loaded for the first frame: that takes a second, which a
    rejected video need not wait.
    """

    def __init__(
        self,
        open_one: Callable[[], PoseDetector],
        number: int,
        divide: Divide = undivided,
        *,
        tracks: bool = True,
        params: ReadingParams = READING,
    ) -> None:
        self._open_one = open_one
        self._number = number
        self._divide = divide
        self._tracks = tracks
        self._params = params
        self._size = (0, 0)
        self._stack = ExitStack()
        self._parts: list[tuple[Region, PoseDetector]] = []

    def read(
        self,
        frame: SourceFrame,
        *,
        only: Region | None = None,
        hidden: Sequence[Detection] = (),
        show: Show | None = None,
    ) -> FrameDetections:
        """The person of each part who is whole in it; what is outside ``only`` and who is ``hidden`` are covered.

        ``show`` is called with the whole image, before anything is covered.

        Raises:
            ModelUnavailable: The model cannot be loaded.
        """
        if not self._parts:
            self._open(frame)
        skeleton = self._parts[0][1].skeleton
        # A part is shown as large as the whole image would be, if the video has as many pixels.
        image = frame.pixels(round(self._params.longest_side_px / max(region.longer_side for region, _ in self._parts)))
        if show is not None:
            show(frame, image)
        if only is not None:
            image = only.only(image)
        for person in hidden:
            image = around(person.box[None], *self._size, 0.0).hide(image)
        people: list[Detection] = []
        for region, detector in self._parts:
            landmarks = detector.detect(region.cut(image), frame.t_ms)
            if landmarks is None:
                continue
            inside = _inside(landmarks[skeleton.body, :], region)
            if inside >= self._params.least_inside:
                confidence = float(landmarks[skeleton.body, 3].mean()) * inside
                placed = region.place(landmarks, *self._size)
                people.append(Detection(frame.index, frame.t_ms, placed, confidence, skeleton))
        return FrameDetections(frame.index, frame.t_ms, self._number, skeleton, people)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def _open(self, frame: SourceFrame) -> None:
        # Coordinates of all frames are in pixels of the first.
        self._size = frame.size
        regions = self._divide(*frame.size)
        detectors = [
            self._stack.enter_context(closing(self._open_one())) for _ in (regions if self._tracks else regions[:1])
        ]
        self._parts = list(zip(regions, cycle(detectors), strict=False))


def _inside(body: FloatArray, region: Region) -> float:
    """Share of the body's landmarks (n, 4), 0–1 across the region, that lie beyond no edge inside the image."""
    x, y = body[:, 0], body[:, 1]
    inside = np.ones(len(body), dtype=np.bool_)
    if region.left > 0:
        inside &= x >= 0
    if region.right < 1:
        inside &= x <= 1
    if region.top > 0:
        inside &= y >= 0
    if region.bottom < 1:
        inside &= y <= 1
    return float(np.mean(inside))
