"""Overlapping tiles of an image, each searched by itself.

The pose detector sees the whole image through 224 × 224 pixels and returns the largest person. Overlapping fixed tiles
show it smaller people, and a person beside a larger one.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from cricksy_worker.vision.regions import WHOLE, Region

TILE_STEP: Final = 0.5  # ratio; greatest step between tiles by their side: one half as wide as that stands whole in one
MOST_TILES: Final = 4  # count; bounds cost and memory
LEAST_TILE: Final = 192.0  # px; of a tile's side: with fewer the detector, which sees 224, sees a figure no better
ROUNDING: Final = 1e-9  # 1; what floating-point arithmetic may add to a whole number of steps


@dataclass(frozen=True, slots=True)
class TileParams:
    """How an image is divided; see ``TILE_STEP``, ``MOST_TILES`` and ``LEAST_TILE``."""

    step: float = TILE_STEP
    most: int = MOST_TILES
    least_px: float = LEAST_TILE


TILES: Final = TileParams()


def tiles(width: int, height: int, part: Region = WHOLE, params: TileParams = TILES) -> list[Region]:
    """Overlapping tiles that cover ``part`` of an image of that size, side by side along its longer side.

    Squares as large as the shorter side of ``part``, or larger where more than ``params.most`` would be needed;
    oblong if the image is narrower than that.
    """
    left, top, right, bottom = part.left * width, part.top * height, part.right * width, part.bottom * height
    is_wide = right - left >= bottom - top
    short, long = sorted((right - left, bottom - top))
    side = max(short, long / (1 + params.step * (params.most - 1)), params.least_px)
    tile_width, tile_height = (min(side, width), min(side, height))
    along = tile_width if is_wide else tile_height
    count = min(params.most, max(1, ceil((long - along) / (params.step * along) - ROUNDING) + 1))
    lefts = np.linspace(left, right - tile_width, count) if is_wide else [(left + right - tile_width) / 2]
    tops = [(top + bottom - tile_height) / 2] if is_wide else np.linspace(top, bottom - tile_height, count)
    corners = [
        (float(np.clip(x, 0, width - tile_width)), float(np.clip(y, 0, height - tile_height)))
        for x in lefts
        for y in tops
    ]
    return [Region(x / width, y / height, (x + tile_width) / width, (y + tile_height) / height) for x, y in corners]
