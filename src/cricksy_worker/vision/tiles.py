"""Parts of the picture that are looked at by themselves.

The pose detector looks at the whole picture through 224 × 224 pixels and returns the largest person. Overlapping fixed
tiles show it smaller people, and a person beside a larger one.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.track import FloatArray

TILE_STEP: Final = 0.5  # greatest step from tile to tile, of its side: who is half as wide as one stands whole in one
MOST_TILES: Final = 4  # so that cost and memory are bounded
LEAST_TILE: Final = 192.0  # pixels of a tile's side: with fewer the detector, which sees 224, sees a figure no better
NEUTRAL: Final = 128  # grey level of what is painted over: the middle, which looks like nothing

ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the upright picture, in shares of its width and height, 0–1."""

    left: float
    top: float
    right: float
    bottom: float

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of an image (height, width, 3), contiguous."""
        return np.ascontiguousarray(image[self._slices(image)])

    def only(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """``image`` (height, width, 3) with everything outside the region painted over."""
        shown = np.full_like(image, NEUTRAL)
        shown[self._slices(image)] = image[self._slices(image)]
        return shown

    def hide(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """``image`` (height, width, 3) with the region painted over."""
        shown = image.copy()
        shown[self._slices(image)] = NEUTRAL
        return shown

    def grown(self, share: float) -> "Region":
        """The region with that share of its greater extent added on every side, within the picture."""
        margin = share * self.longer_side
        return Region(
            max(0.0, self.left - margin),
            max(0.0, self.top - margin),
            min(1.0, self.right + margin),
            min(1.0, self.bottom + margin),
        )

    def place(self, landmarks: FloatArray, width: int, height: int) -> FloatArray:
        """Landmarks (33, 4) of the part, 0–1 across it, as pixels of a picture of that size; z on x's scale."""
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


def tiles(width: int, height: int, part: Region = WHOLE) -> list[Region]:
    """Overlapping tiles that cover ``part`` of a picture of that size, side by side along its longer side.

    Squares as large as the shorter side of ``part``, or larger where more than ``MOST_TILES`` would be needed;
    oblong where the picture is narrower than that.
    """
    left, top, right, bottom = part.left * width, part.top * height, part.right * width, part.bottom * height
    is_wide = right - left >= bottom - top
    short, long = sorted((right - left, bottom - top))
    side = max(short, long / (1 + TILE_STEP * (MOST_TILES - 1)), LEAST_TILE)
    tile_width, tile_height = (min(side, width), min(side, height))
    along = tile_width if is_wide else tile_height
    count = min(MOST_TILES, max(1, ceil((long - along) / (TILE_STEP * along) - ROUNDING) + 1))
    lefts = np.linspace(left, right - tile_width, count) if is_wide else [(left + right - tile_width) / 2]
    tops = [(top + bottom - tile_height) / 2] if is_wide else np.linspace(top, bottom - tile_height, count)
    corners = [
        (float(np.clip(x, 0, width - tile_width)), float(np.clip(y, 0, height - tile_height)))
        for x in lefts
        for y in tops
    ]
    return [Region(x / width, y / height, (x + tile_width) / width, (y + tile_height) / height) for x, y in corners]


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
