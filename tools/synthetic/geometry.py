"""Rotations, the two-bone limb and angles. World: x down the pitch, y up, z to the bowler's right; metres, degrees.

Every function takes and gives any leading dimensions, so that one call poses a whole performance.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

REACH = 0.9995
"""A limb stretches to this share of its length at most, so that its bending plane stays defined."""
PARALLEL = 1e-9
"""Below this sine two orientations count as the same."""

X_AXIS, Y_AXIS, Z_AXIS = np.eye(3)


def unit(vector: Array) -> Array:
    """Vectors (..., 3) scaled to length 1."""
    return vector / np.sqrt(np.sum(vector * vector, axis=-1, keepdims=True))


def dot(first: Array, second: Array) -> Array:
    """Inner products (..., 1) of vectors (..., 3), ready to scale vectors with."""
    return np.sum(first * second, axis=-1, keepdims=True)


def turned(rotations: Array, vector: Array) -> Array:
    """Vectors (..., 3) turned by matrices (..., 3, 3)."""
    return np.einsum("...ij,...j->...i", rotations, vector)


def rotation(axis: Array, degrees: ArrayLike) -> Array:
    """Rotation matrices (..., 3, 3) about axes (..., 3), right-handed, by Rodrigues' formula."""
    along = unit(axis)
    x, y, z = along[..., 0], along[..., 1], along[..., 2]
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    angle = np.radians(np.asarray(degrees, dtype=np.float64))[..., None, None]
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * (cross @ cross)


def orientation(turn: ArrayLike, flexion: ArrayLike, lean: ArrayLike) -> Array:
    """Matrices (..., 3, 3) of a trunk segment that faced +x.

    Args:
        turn: degrees (...) about the vertical, towards the athlete's own right.
        flexion: degrees (...) of forward bend.
        lean: degrees (...) of sideways bend, towards the athlete's own left.
    """
    return (
        rotation(Y_AXIS, np.negative(turn))
        @ rotation(Z_AXIS, np.negative(flexion))
        @ rotation(X_AXIS, np.negative(lean))
    )


def rotation_between(start: Array, end: Array, share: float) -> Array:
    """The rotations that lie ``share`` (0–1) of the shortest way from one orientation (..., 3, 3) to another."""
    step = np.swapaxes(start, -1, -2) @ end
    trace = np.trace(step, axis1=-2, axis2=-1)
    angle = np.degrees(np.arccos(np.clip((trace - 1.0) / 2.0, -1.0, 1.0)))
    axis = np.stack(
        [step[..., 2, 1] - step[..., 1, 2], step[..., 0, 2] - step[..., 2, 0], step[..., 1, 0] - step[..., 0, 1]],
        axis=-1,
    )
    same = np.linalg.norm(axis, axis=-1) < PARALLEL
    axis = np.where(same[..., None], X_AXIS, axis)
    return start @ rotation(axis, np.where(same, 0.0, share * angle))


def basis(along: Array, hinge: Array) -> Array:
    """Orthonormal frames (..., 3, 3) with columns: bone, its hinge made perpendicular, and their cross product."""
    first = unit(along)
    second = unit(hinge - first * dot(hinge, first))
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def bend_limb(root: Array, target: Array, lengths: tuple[float, float], pole: Array) -> tuple[Array, Array]:
    """Inverse kinematics of two bones, by the law of cosines.

    Args:
        root: position (..., 3) of the hip or shoulder.
        target: where the ankle or wrist should be, (..., 3).
        lengths: metres of the upper and the lower bone.
        pole: direction (..., 3) in which the knee or elbow points.

    Returns:
        Positions (..., 3) of the middle joint and of the end, which is the target wherever the limb reaches it.
    """
    upper, lower = lengths
    to_target = target - root
    direction = unit(to_target)
    distance = np.linalg.norm(to_target, axis=-1, keepdims=True)
    distance = np.clip(distance, 1.05 * abs(upper - lower), REACH * (upper + lower))
    along = (upper**2 - lower**2 + distance**2) / (2.0 * distance)
    aside = np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    middle = root + direction * along + unit(pole - direction * dot(pole, direction)) * aside
    return middle, root + direction * distance


def angle_at(vertex: Array, first: Array, second: Array) -> Array:
    """Angles (...) in degrees, 0–180, at ``vertex`` between two other points of the same dimension."""
    cosine = np.sum(unit(first - vertex) * unit(second - vertex), axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
