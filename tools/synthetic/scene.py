"""The ground: sky, trees, a white fence, mown grass, the pitch with its creases, the stumps, and shadows.

Distances in metres; the origin is the middle stump at the bowler's end, x runs down the pitch (Laws 6–8).
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from tools.synthetic.camera import Camera
from tools.synthetic.geometry import Array
from tools.synthetic.mesh import Mesh, cylinder
from tools.synthetic.raster import LIGHT, Image, draw_mesh

PITCH_LENGTH: Final = 20.12
PITCH_HALF_WIDTH: Final = 1.525
POPPING_CREASE: Final = 1.22
CREASE_HALF_WIDTH: Final = 0.03
RETURN_CREASE: Final = 1.32
STUMP_HEIGHT: Final = 0.711
STUMP_RADIUS: Final = 0.0175
STUMP_SPACING: Final = 0.0965
"""Between neighbouring stumps' middles: three stumps make a wicket 22.86 cm wide."""
BOUNDARY: Final = 65.0
"""From the camera to the fence."""
LEVEL: Final = 1e-3
"""Rays that fall less than this meet the ground out of sight."""
# Shares of the image's height above the horizon.
FENCE_TOP: Final = -0.03
TREE_TOP: Final = 0.08
TREE_RELIEF: Final = 0.09

SKY_HIGH: Final = np.array([0.55, 0.70, 0.88])
SKY_LOW: Final = np.array([0.62, 0.73, 0.86])
GRASS: Final = np.array([0.30, 0.47, 0.20])
CLAY: Final = np.array([0.66, 0.58, 0.42])
TREE: Final = np.array([0.13, 0.24, 0.12])
CHALK: Final = 0.93
FENCE: Final = 0.80
WOOD: Final = np.array([0.85, 0.72, 0.45])
SHADOW: Final = 0.5
"""Share of the light that a shadow takes away."""


def background(camera: Camera, seed: int) -> Image:
    """The scene without the athlete, who is painted over it: in front of the stumps from either side."""
    rng = np.random.default_rng(seed)
    coarse = _smooth_noise(rng, (90, 160), camera)[..., None]
    fine = rng.random((camera.height, camera.width, 1))
    rays = camera.rays()
    image = _sky(camera, rays, coarse, _smooth_noise(rng, (1, 60), camera)[0])
    falls = rays[..., 1] < -LEVEL
    distance = np.where(falls, camera.position[1] / np.where(falls, -rays[..., 1], 1.0), 0.0)
    ground = camera.position + rays * distance[..., None]
    near = falls & (np.abs(ground[..., 2] - camera.position[2]) < BOUNDARY)
    _paint_ground(image, near, ground, coarse, fine)
    wicket = _wicket()
    cast_shadow(image, camera, wicket)
    for stump in wicket:
        draw_mesh(image, camera, stump)
    return image


def _smooth_noise(rng: np.random.Generator, cells: tuple[int, int], camera: Camera) -> Array:
    """Random values (height, width) that change over many pixels, about 0–1."""
    noise = cv2.resize(rng.random(cells), (camera.width, camera.height), interpolation=cv2.INTER_CUBIC)
    return noise.astype(np.float64)


def _sky(camera: Camera, rays: Array, coarse: Array, skyline: Array) -> Image:
    """Sky, trees and the boundary fence, over the whole image."""
    # Elevation above the horizon, as a share of the image's height.
    up = rays[..., 1:2] / np.linalg.norm(rays[..., [0, 2]], axis=-1, keepdims=True) * camera.focal / camera.height
    blend = np.clip(up / 0.5, 0.0, 1.0)
    sky = SKY_LOW + (SKY_HIGH - SKY_LOW) * blend
    trees = up < TREE_TOP + TREE_RELIEF * skyline[None, :, None]
    fence = up < FENCE_TOP
    image = np.where(trees, TREE * (0.7 + 0.6 * coarse), sky)
    return np.where(fence, FENCE * (0.9 + 0.1 * coarse), image).astype(np.float32)


def _paint_ground(image: Image, near: NDArray[np.bool_], ground: Array, coarse: Array, fine: Array) -> None:
    x, z = ground[..., 0], ground[..., 2]
    stripes = 0.86 + 0.14 * (np.floor(z / 2.5) % 2.0)[..., None]
    grass = GRASS * stripes * (0.85 + 0.2 * coarse + 0.12 * fine)
    clay = CLAY * (0.88 + 0.14 * coarse + 0.10 * fine)
    on_pitch = near & (np.abs(z) < PITCH_HALF_WIDTH) & (x > -POPPING_CREASE) & (x < PITCH_LENGTH + POPPING_CREASE)
    across = (np.abs(x) < CREASE_HALF_WIDTH) & (np.abs(z) < RETURN_CREASE)
    popping = (np.abs(x - POPPING_CREASE) < CREASE_HALF_WIDTH) & (np.abs(z) < PITCH_HALF_WIDTH)
    back = (np.abs(np.abs(z) - RETURN_CREASE) < CREASE_HALF_WIDTH) & (x > -POPPING_CREASE) & (x < POPPING_CREASE)
    image[near] = grass[near]
    image[on_pitch] = clay[on_pitch]
    image[near & (across | popping | back)] = CHALK


def _wicket() -> list[Mesh]:
    places = [np.array([0.0, 0.0, z]) for z in (-STUMP_SPACING, 0.0, STUMP_SPACING)]
    return [cylinder(foot, foot + np.array([0.0, STUMP_HEIGHT, 0.0]), STUMP_RADIUS, WOOD) for foot in places]


def cast_shadow(image: Image, camera: Camera, meshes: Sequence[Mesh]) -> None:
    """Darken the ground, in place, where the sun is hidden by meshes whose vertices lie close together."""
    vertices = np.concatenate([mesh.vertices for mesh in meshes])
    fallen = vertices - LIGHT * (vertices[:, 1:2] / LIGHT[1])
    x, y = np.floor(camera.project(fallen)[:, :2]).astype(int).T
    inside = (x >= 0) & (x < camera.width) & (y >= 0) & (y < camera.height)
    mask = np.zeros((camera.height, camera.width), dtype=np.uint8)
    mask[y[inside], x[inside]] = 255
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), dtype=np.uint8))
    soft = cv2.GaussianBlur(closed.astype(np.float32) / 255.0, (0, 0), 1.6)
    image *= 1.0 - SHADOW * soft[..., None]
