"""A pinhole camera without lens distortion."""

from dataclasses import dataclass

import numpy as np

from synthetic.geometry import Y_AXIS, Array, unit


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera by where it stands and looks.

    Pixels are continuous: x to the right, y down, (0, 0) is the outer corner of the top left pixel.

    Attributes:
        position: (3,) metres.
        rotation: (3, 3), rows are the image's right, the image's down and the line of sight in world coordinates.
        focal: focal length in pixels.
        width: pixels.
        height: pixels.
    """

    position: Array
    rotation: Array
    focal: float
    width: int
    height: int

    def project(self, points: Array) -> Array:
        """Pixel coordinates and depth in metres (n, 3) of world points (n, 3) in front of the camera."""
        seen = (points - self.position) @ self.rotation.T
        depth = seen[:, 2]
        x = self.focal * seen[:, 0] / depth + self.width / 2.0
        y = self.focal * seen[:, 1] / depth + self.height / 2.0
        return np.stack([x, y, depth], axis=1)

    def rays(self) -> Array:
        """World directions (height, width, 3), not of length 1, through the middle of each pixel."""
        x = (np.arange(self.width) + 0.5 - self.width / 2.0) / self.focal
        y = (np.arange(self.height) + 0.5 - self.height / 2.0) / self.focal
        grid = np.stack([*np.meshgrid(x, y), np.ones((self.height, self.width))], axis=-1)
        return grid @ self.rotation


def look_at(position: Array, target: Array, focal: float, size: tuple[int, int]) -> Camera:
    """A level camera at ``position`` that has ``target`` in the middle of its picture of ``size`` width × height."""
    forward = unit(target - position)
    right = unit(np.cross(forward, Y_AXIS))
    return Camera(position, np.stack([right, np.cross(forward, right), forward]), focal, *size)
