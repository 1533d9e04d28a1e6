"""Triangle meshes: the data, their normals, and the two simple shapes that a cricket scene needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tools.synthetic.geometry import X_AXIS, Z_AXIS, Array, rotation, unit


@dataclass(frozen=True, slots=True)
class Mesh:
    """A closed surface whose triangles run anticlockwise seen from outside.

    Attributes:
        vertices: (n, 3) metres.
        triangles: (m, 3) vertex indices.
        colours: (n, 3) linear RGB, 0–1.
    """

    vertices: Array
    triangles: NDArray[np.intp]
    colours: Array


def triangle_normals(vertices: Array, triangles: NDArray[np.intp]) -> Array:
    """Outward normals (m, 3), as long as twice the triangle's area."""
    first, second, third = (vertices[triangles[:, corner]] for corner in range(3))
    return np.cross(second - first, third - first)


def vertex_normals(vertices: Array, triangles: NDArray[np.intp]) -> Array:
    """Unit outward normals (n, 3): the mean of the adjoining triangles, weighted by area."""
    faces = triangle_normals(vertices, triangles)
    normals = np.stack(
        [np.bincount(triangles.ravel(), np.repeat(faces[:, axis], 3), minlength=len(vertices)) for axis in range(3)],
        axis=1,
    )
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _lathe(centres: Array, radii: Array, colour: Array, sides: int) -> Mesh:
    """Surface of revolution through rings of the given centres (k, 3), all on one axis, and radii (k,)."""
    axis = unit(centres[-1] - centres[0])
    across = unit(np.cross(axis, X_AXIS if abs(axis[0]) < abs(axis[2]) else Z_AXIS))
    spokes = np.stack([rotation(axis, angle) @ across for angle in np.arange(sides) * 360.0 / sides])
    vertices = (centres[:, None] + radii[:, None, None] * spokes[None]).reshape(-1, 3)
    here = np.arange((len(centres) - 1) * sides)
    beside = here - here % sides + (here + 1) % sides
    triangles = np.concatenate(
        [
            np.stack([here, beside, here + sides], axis=1),
            np.stack([beside, beside + sides, here + sides], axis=1),
        ]
    )
    return Mesh(vertices, triangles, np.tile(colour, (len(vertices), 1)))


def cylinder(bottom: Array, top: Array, radius: float, colour: Array, sides: int = 12) -> Mesh:
    """A capped rod between two points."""
    steps = np.linspace(0.0, 1.0, 24)[:, None]
    rings = np.concatenate([bottom[None], bottom + steps * (top - bottom), top[None]])
    radii = np.full(len(rings), radius)
    radii[[0, -1]] = 0.0
    return _lathe(rings, radii, colour, sides)


def sphere(centre: Array, radius: float, colour: Array, sides: int = 16) -> Mesh:
    """A ball."""
    latitude = np.linspace(-np.pi / 2.0, np.pi / 2.0, sides // 2 + 1)
    rings = centre + radius * np.sin(latitude)[:, None] * np.array([0.0, 1.0, 0.0])
    return _lathe(rings, radius * np.cos(latitude), colour, sides)


def slab(top: Array, bottom: Array, across: Array, size: tuple[float, float], colour: Array) -> Mesh:
    """A flat bar from ``top`` to ``bottom``: its ``size`` is its width along ``across`` and its thickness."""
    wide = unit(across) * size[0] / 2.0
    thick = unit(np.cross(bottom - top, across)) * size[1] / 2.0
    ring = np.stack([wide + thick, thick - wide, -wide - thick, wide - thick])
    vertices = np.concatenate([top + ring, bottom + ring])
    sides = [[k, (k + 1) % 4, k + 4] for k in range(4)] + [[(k + 1) % 4, (k + 1) % 4 + 4, k + 4] for k in range(4)]
    triangles = np.array([*sides, [0, 2, 1], [0, 3, 2], [4, 5, 6], [4, 6, 7]])
    return Mesh(vertices, triangles, np.tile(colour, (len(vertices), 1)))


def join(meshes: Sequence[Mesh]) -> Mesh:
    """Several meshes as one, so that they hide each other by depth."""
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    return Mesh(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)]),
        np.concatenate([mesh.colours for mesh in meshes]),
    )
