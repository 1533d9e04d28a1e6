"""Parts of an image: cutting them out, painting the rest grey, placing what was found in them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.track import FloatArray

NEUTRAL: Final = 128  # grey; level of what is painted over: the middle, which looks like nothing


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the upright image, in shares of its width and height, 0–1."""

    left: float
    top: float
    right: float
    bottom: float

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of an image (height, width, 3), contiguous."""
        return np.ascontiguousarray(image[self._slices(image)])

    def only(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """``image`` (height, width, 3) with everything outside the region painted grey."""
        shown = np.full_like(image, NEUTRAL)
        shown[self._slices(image)] = image[self._slices(image)]
        return shown

    def hide(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """``image`` (height, width, 3) with the region painted grey."""
        shown = image.copy()
        shown[self._slices(image)] = NEUTRAL
        return shown

    def grown(self, share: float) -> "Region":
        """The region with that share of its greater extent added on every side, within the image."""
        margin = share * self.longer_side
        return Region(
            max(0.0, self.left - margin),
            max(0.0, self.top - margin),
            min(1.0, self.right + margin),
            min(1.0, self.bottom + margin),
        )

    def place(self, landmarks: FloatArray, width: int, height: int) -> FloatArray:
        """Landmarks (n, 4) of the part, 0–1 across it, as pixels of an image of that size; z on x's scale."""
        across, down = (self.right - self.left) * width, (self.bottom - self.top) * height
        corner = (self.left * width, self.top * height, 0.0, 0.0)
        return landmarks * (across, down, across, 1.0) + corner

    @property
    def longer_side(self) -> float:
        """The greater of its shares of width and height."""
        return max(self.right - self.left, self.bottom - self.top)

    def _slices(self, image: NDArray[np.uint8]) -> tuple[slice, slice]:
        height, width = image.shape[:2]
        top, left = min(round(self.top * height), height - 1), min(round(self.left * width), width - 1)
        rows = slice(top, max(top + 1, round(self.bottom * height)))
        return rows, slice(left, max(left + 1, round(self.right * width)))


WHOLE: Final = Region(0.0, 0.0, 1.0, 1.0)


def around(boxes: FloatArray, width: int, height: int, margin: float) -> Region:
    """The region that holds all ``boxes`` (n, 4) of left, top, right, bottom in pixels, grown by ``margin`` pixels."""
    left, top = boxes[:, :2].min(axis=0) - margin
    right, bottom = boxes[:, 2:].max(axis=0) + margin
    return Region(
        max(0.0, float(left) / width),
        max(0.0, float(top) / height),
        min(1.0, float(right) / width),
        min(1.0, float(bottom) / height),
    )
