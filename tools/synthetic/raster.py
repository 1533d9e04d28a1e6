"""A rasteriser for many small triangles, in NumPy: fragments, depth, light, and a mesh drawn into an image."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tools.synthetic.camera import Camera
from tools.synthetic.geometry import Array, unit
from tools.synthetic.mesh import Mesh, triangle_normals, vertex_normals

Image = NDArray[np.float32]
"""(height, width, 3) RGB, 0–1."""

LIGHT: Final = unit(np.array([-0.35, 0.85, 0.55]))
"""Towards the sun, (3,)."""
SUPERSAMPLING: Final = 2
"""Samples along each side of a pixel."""
EDGE: Final = 1e-6
"""Tolerance of barycentric coordinates, so that neighbours leave no crack."""
NEAREST: Final = 0.1
"""Metres before the camera: what is nearer has no image to speak of."""
_BATCH: Final = 3_000_000
"""Candidate samples that are tested at once: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Fragments:
    """What is seen in each covered sample.

    Attributes:
        sample: flat index (k,) into the image, row by row; each occurs once.
        triangle: index (k,) of the nearest triangle there.
        shares: barycentric coordinates (k, 3) in it.
    """

    sample: NDArray[np.intp]
    triangle: NDArray[np.intp]
    shares: Array

    def interpolate(self, triangles: NDArray[np.intp], values: Array) -> Array:
        """Values (k, c) at the fragments from values (n, c) at the vertices."""
        return np.einsum("kc,kcv->kv", self.shares, values[triangles[self.triangle]])


def rasterise(points: Array, triangles: NDArray[np.intp], size: tuple[int, int]) -> Fragments:
    """Find the nearest triangle at each sample.

    Args:
        points: (n, 3) x and y in samples, and depth.
        triangles: (m, 3) vertex indices.
        size: width and height in samples.
    """
    corners = points[triangles]
    first = np.maximum(np.ceil(corners[..., :2].min(axis=1) - 0.5), 0).astype(np.intp)
    last = np.minimum(np.floor(corners[..., :2].max(axis=1) - 0.5), np.array(size) - 1).astype(np.intp)
    span = (last - first + 1).min(axis=1)
    longest = (last - first + 1).max(axis=1)
    samples: list[NDArray[np.intp]] = []
    owners: list[NDArray[np.intp]] = []
    shares: list[Array] = []
    smallest, side = 0, 1
    while smallest < longest.max(initial=0):
        chosen = np.flatnonzero((span > 0) & (longest > smallest) & (longest <= side))
        for batch in np.array_split(chosen, 1 + len(chosen) * side * side // _BATCH):
            sample, which, share = _cover(corners[batch], first[batch], side, size)
            samples.append(sample)
            owners.append(batch[which])
            shares.append(share)
        smallest, side = side, 2 * side
    if not samples:
        return Fragments(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros((0, 3)))
    sample, owner, share = np.concatenate(samples), np.concatenate(owners), np.concatenate(shares)
    depth = np.sum(share * corners[owner, :, 2], axis=1)
    far_to_near = np.argsort(-depth, kind="stable")
    winner = np.full(size[0] * size[1], -1, dtype=np.intp)
    # Where an index repeats, the last assignment stays: the nearest.
    winner[sample[far_to_near]] = far_to_near
    seen = winner[winner >= 0]
    return Fragments(sample[seen], owner[seen], share[seen])


def _cover(
    corners: Array, first: NDArray[np.intp], side: int, size: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Samples inside triangles whose bounding boxes start at ``first`` and fit a square: sample, triangle, shares."""
    rows, columns = np.divmod(np.arange(side * side), side)
    x = first[:, :1] + columns
    y = first[:, 1:] + rows
    (ax, ay), (bx, by), (cx, cy) = (corners[:, corner, :2, None].transpose(1, 0, 2) for corner in range(3))
    double_area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    # A triangle seen edge on has no area; its shares are not numbers and lie inside nothing.
    with np.errstate(divide="ignore", invalid="ignore"):
        second = ((x + 0.5 - ax) * (cy - ay) - (y + 0.5 - ay) * (cx - ax)) / double_area
        third = ((bx - ax) * (y + 0.5 - ay) - (by - ay) * (x + 0.5 - ax)) / double_area
        share = np.stack([1.0 - second - third, second, third], axis=-1)
    inside = (share >= -EDGE).all(axis=-1) & (x < size[0]) & (y < size[1])
    which, place = np.nonzero(inside)
    return y[which, place] * size[0] + x[which, place], which, share[which, place]


def _shade(colours: Array, normals: Array, positions: Array, eye: Array) -> Array:
    """Light (k, 3) that reaches the eye: sky above, ground below, sun, and a faint gloss (Blinn 1977)."""
    to_eye = eye - positions
    half_way = to_eye / np.linalg.norm(to_eye, axis=1, keepdims=True) + LIGHT
    half_way /= np.linalg.norm(half_way, axis=1, keepdims=True)
    sun = np.clip(normals @ LIGHT, 0.0, 1.0)[:, None]
    sky = 0.5 + 0.5 * normals[:, 1:2]
    open_sky = np.clip(0.75 + positions[:, 1:2] / 2.4, 0.75, 1.0)
    gloss = np.clip(np.sum(normals * half_way, axis=1, keepdims=True), 0.0, 1.0) ** 20
    return colours * ((0.30 + 0.28 * sky) * open_sky + 0.62 * sun) + 0.05 * gloss


def draw_mesh(image: Image, camera: Camera, mesh: Mesh) -> None:
    """Paint a mesh over an image, in place; one that reaches the camera, as a ball that is hit at it, is left out."""
    projected = camera.project(mesh.vertices)
    if projected[:, 2].min() < NEAREST:
        return
    left, top = np.maximum(np.floor(projected[:, :2].min(axis=0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(projected[:, :2].max(axis=0)).astype(int) + 1, (camera.width, camera.height))
    if left >= right or top >= bottom:
        return
    normals = triangle_normals(mesh.vertices, mesh.triangles)
    facing = np.sum((camera.position - mesh.vertices[mesh.triangles[:, 0]]) * normals, axis=1) > 0.0
    triangles = mesh.triangles[facing]
    points = (projected - [left, top, 0.0]) * [SUPERSAMPLING, SUPERSAMPLING, 1.0]
    width, height = (right - left) * SUPERSAMPLING, (bottom - top) * SUPERSAMPLING
    fragments = rasterise(points, triangles, (width, height))
    smooth = fragments.interpolate(triangles, vertex_normals(mesh.vertices, mesh.triangles))
    smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-9)
    colours = fragments.interpolate(triangles, mesh.colours)
    positions = fragments.interpolate(triangles, mesh.vertices)
    layer = np.zeros((width * height, 4))
    layer[fragments.sample, :3] = _shade(colours, smooth, positions, camera.position)
    layer[fragments.sample, 3] = 1.0
    fine = layer.reshape(bottom - top, SUPERSAMPLING, right - left, SUPERSAMPLING, 4).mean(axis=(1, 3))
    window = image[top:bottom, left:right]
    window *= 1.0 - fine[..., 3:]
    window += fine[..., :3]
