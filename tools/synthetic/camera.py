"""Cameras without lens distortion: a pinhole, and the orthographic one that it becomes from far away."""

from dataclasses import dataclass

import numpy as np
from tools.synthetic.geometry import Y_AXIS, Array, unit


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
        shift: pixels (right, down) by which the line of sight misses the middle of the image.
        flat_depth: an orthographic camera shows everything as if it stood this many metres away; none in a pinhole.
    """

    position: Array
    rotation: Array
    focal: float
    width: int
    height: int
    shift: tuple[float, float] = (0.0, 0.0)
    flat_depth: float | None = None

    def project(self, points: Array) -> Array:
        """Pixel coordinates and depth in metres (..., 3) of world points (..., 3) in front of the camera."""
        seen = (points - self.position) @ self.rotation.T
        scale = self.focal / (seen[..., 2] if self.flat_depth is None else self.flat_depth)
        x = scale * seen[..., 0] + self.width / 2.0 + self.shift[0]
        y = scale * seen[..., 1] + self.height / 2.0 + self.shift[1]
        return np.stack([x, y, seen[..., 2]], axis=-1)

    def rays(self) -> Array:
        """World directions (height, width, 3), not of length 1, through the middle of each pixel of a pinhole."""
        x = (np.arange(self.width) + 0.5 - self.width / 2.0 - self.shift[0]) / self.focal
        y = (np.arange(self.height) + 0.5 - self.height / 2.0 - self.shift[1]) / self.focal
        grid = np.stack([*np.meshgrid(x, y), np.ones((self.height, self.width))], axis=-1)
        return grid @ self.rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """From where an action is filmed, relative to its middle.

    Attributes:
        yaw_deg: 0 is side-on with the target to the right of the image, 90 looks into the player's face from the
            target, 180 is side-on from the far side, 270 is from behind.
        rise_deg: how far the camera looks down.
        distance_m: from the camera to the middle of the action.
        px_per_m: size of what stands there.
        width: pixels.
        height: pixels.
        shift_px: by which the image is moved (right, down).
        orthographic: without perspective.
    """

    yaw_deg: float = 0.0
    rise_deg: float = 0.0
    distance_m: float = 16.0
    px_per_m: float = 250.0
    width: int = 1920
    height: int = 1080
    shift_px: tuple[float, float] = (0.0, 0.0)
    orthographic: bool = False

    def camera(self, aim: Array) -> Camera:
        """The camera that looks at ``aim`` (3,)."""
        yaw, rise = np.radians(self.yaw_deg), np.radians(self.rise_deg)
        away = np.array([np.sin(yaw) * np.cos(rise), np.sin(rise), np.cos(yaw) * np.cos(rise)])
        return Camera(
            position=aim + self.distance_m * away,
            rotation=_facing(-away),
            focal=self.px_per_m * self.distance_m,
            width=self.width,
            height=self.height,
            shift=self.shift_px,
            flat_depth=self.distance_m if self.orthographic else None,
        )


def look_at(position: Array, target: Array, focal: float, size: tuple[int, int]) -> Camera:
    """A level camera at ``position`` that has ``target`` in the middle of its image of ``size`` width × height."""
    return Camera(position, _facing(target - position), focal, *size)


def _facing(sight: Array) -> Array:
    forward = unit(sight)
    right = unit(np.cross(forward, Y_AXIS))
    return np.stack([right, np.cross(forward, right), forward])
