"""A decoded frame of a video: its image upright, in square pixels, and of one size for the film."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from cricksy_worker.vision.orientation import Orientation
from cricksy_worker.vision.regions import NEUTRAL

PIXELS_AVERAGED: Final = 3  # px; a pixel of a small image is the mean of a square of at least this side
BYTE: Final = 8  # bit; of a pixel that needs no conversion


@dataclass(frozen=True, slots=True)
class Shown:
    """How a film's frames are shown, all of them in one system of coordinates.

    ``pixel_aspect``: width of a stored pixel divided by its height. ``first``: width and height of the first frame,
    upright, in square pixels: one of another shape is shown within it.
    """

    orientation: Orientation
    pixel_aspect: Fraction
    first: tuple[int, int]

    def size(self, image: VideoFrame) -> tuple[int, int]:
        """Width and height of an image, upright, in square pixels."""
        return self.orientation.size(*square(image, self.pixel_aspect))

    def fit(self, image: VideoFrame) -> float:
        """Pixels of the first frame for one of the image: the size may change within a film."""
        width, height = self.size(image)
        return min(self.first[0] / width, self.first[1] / height)


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """A decoded frame: its 0-based index among all decoded ones and its timestamp in milliseconds."""

    index: int
    t_ms: float
    image: VideoFrame
    shown: Shown
    size: tuple[int, int]
    """Width and height of the film's upright frames in square pixels: coordinates on every frame are in these."""

    def pixels(self, longest_side: int) -> NDArray[np.uint8]:
        """The upright frame as RGB (height, width, 3), shrunk so that neither side exceeds ``longest_side``."""
        fit = self.shown.fit(self.image)
        across, down = self.shown.first[0] / fit, self.shown.first[1] / fit
        scale = min(1.0, longest_side / max(across, down))
        width, height = square(self.image, self.shown.pixel_aspect)
        shrunk = self.image.reformat(
            width=max(1, round(width * scale)),
            height=max(1, round(height * scale)),
            format="rgb24",
            interpolation="AREA",
        )
        image = self.shown.orientation.upright(cast("NDArray[np.uint8]", shrunk.to_ndarray()))
        return _amid(image, max(1, round(across * scale)), max(1, round(down * scale)))

    def small(self, longest_side: int) -> NDArray[np.uint8]:
        """The upright frame in grey (height, width), of one size for the film and no larger than ``longest_side``.

        Quick, and good for comparisons.
        """
        across, down = self.shown.first
        shrink = min(1.0, longest_side / max(across, down))
        scale = shrink * self.shown.fit(self.image)
        width, height = square(self.image, self.shown.pixel_aspect)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        luma = self._luma()
        # Of a large image every n-th pixel is enough to average over.
        step = max(1, int(min(luma.shape[1] / size[0], luma.shape[0] / size[1]) / PIXELS_AVERAGED))
        image = np.asarray(cv2.resize(luma[::step, ::step], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        upright = self.shown.orientation.upright(image)
        return _amid(upright, max(1, round(across * shrink)), max(1, round(down * shrink)))

    def _luma(self) -> NDArray[np.uint8]:
        """Brightness of the stored image (height, width), 0–255."""
        layout = self.image.format
        if layout.is_rgb or not layout.is_planar or layout.components[0].bits != BYTE:
            return cast("NDArray[np.uint8]", self.image.reformat(format="gray").to_ndarray())
        plane = self.image.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        return rows[: self.image.height, : self.image.width]


def square(image: VideoFrame, pixel_aspect: Fraction) -> tuple[int, int]:
    """Width and height of the stored image in square pixels."""
    return max(1, round(image.width * pixel_aspect)), image.height


def _amid(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """``image`` in the middle of a grey one of that size, to which it was fitted but for rounding."""
    if image.shape[:2] == (height, width):
        return image
    whole = np.full((height, width, *image.shape[2:]), NEUTRAL, dtype=np.uint8)
    rows, columns = min(height, image.shape[0]), min(width, image.shape[1])
    top, left = (height - rows) // 2, (width - columns) // 2
    whole[top : top + rows, left : left + columns] = image[:rows, :columns]
    return whole
