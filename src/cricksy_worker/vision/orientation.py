"""How a stored image is turned and mirrored to be shown, from the display matrix of its container."""

import struct
from dataclasses import dataclass
from math import atan2, pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

_QUARTER: Final = pi / 2  # 1; of a turn, in radians


@dataclass(frozen=True, slots=True)
class Orientation:
    """A turn clockwise by ``rotation`` degrees (0, 90, 180 or 270), and after it, if ``mirrored``, left for right.

    These are all the ways in which a rectangle lies on itself.
    """

    rotation: int = 0
    mirrored: bool = False

    def upright(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The stored ``image`` (height, width, …) as it is shown, contiguous."""
        turned = np.rot90(image, k=-self.rotation // 90)
        return np.ascontiguousarray(turned[:, ::-1] if self.mirrored else turned)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height as shown of an image that is stored with these."""
        return (width, height) if self.rotation in {0, 180} else (height, width)


UPRIGHT: Final = Orientation()


def orientation_of(matrix: bytes | None) -> Orientation:
    """The nearest one to a display matrix: nine 32-bit numbers, of which the first four turn, mirror and scale.

    A stored point (p, q), y down, is shown at (a·p + c·q, b·p + d·q), with a, b in the matrix's first row and c, d in
    the second (ISO 14496-12, 6.2.2). Where that makes a line or a point of the image, as nine zeros do, nobody meant
    it: then, and without a matrix, the image is shown as it is stored.
    """
    if matrix is None or len(matrix) < 9 * 4:
        return UPRIGHT
    a, b, _, c, d, *_ = struct.unpack_from("=9i", matrix)
    area = a * d - b * c
    if area == 0:
        return UPRIGHT
    mirrored = area < 0
    # The mirror comes after the turn: taken back, it changes the sign of what is shown across.
    return Orientation(round(atan2(b, -a if mirrored else a) / _QUARTER) % 4 * 90, mirrored)
