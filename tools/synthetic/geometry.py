"""Rotations, the two-bone limb and angles. World: x down the pitch, y up, z to the bowler's right; metres, degrees."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REACH = 0.9995
"""A limb stretches to this share of its length at most, so that its bending plane stays defined."""
PARALLEL = 1e-9
"""Below this sine two orientations count as the same."""


def unit(vector: Array) -> Array:
    """The vector scaled to length 1."""
    return vector / np.linalg.norm(vector)


def rotation(axis: Array, degrees: float) -> Array:
    """Rotation matrix (3, 3) about an axis, right-handed, by Rodrigues' formula."""
    x, y, z = unit(axis)
    angle = np.radians(degrees)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * (cross @ cross)


X_AXIS, Y_AXIS, Z_AXIS = np.eye(3)


def orientation(turn: float, flexion: float, lean: float) -> Array:
    """Matrix (3, 3) of a trunk segment that faced +x.

    Args:
        turn: degrees about the vertical, towards the athlete's own right.
        flexion: degrees of forward bend.
        lean: degrees of sideways bend, towards the athlete's own left.
    """
    return rotation(Y_AXIS, -turn) @ rotation(Z_AXIS, -flexion) @ rotation(X_AXIS, -lean)


def rotation_between(start: Array, end: Array, share: float) -> Array:
    """The rotation that lies ``share`` (0–1) of the shortest way from one orientation to another."""
    step = start.T @ end
    angle = float(np.degrees(np.arccos(np.clip((np.trace(step) - 1.0) / 2.0, -1.0, 1.0))))
    axis = np.array([step[2, 1] - step[1, 2], step[0, 2] - step[2, 0], step[1, 0] - step[0, 1]])
    if np.linalg.norm(axis) < PARALLEL:
        return start
    return start @ rotation(axis, share * angle)


def basis(along: Array, hinge: Array) -> Array:
    """Orthonormal frame (3, 3) with columns: the bone, its hinge made perpendicular, and their cross product."""
    first = unit(along)
    second = unit(hinge - first * (hinge @ first))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def bend_limb(root: Array, target: Array, lengths: tuple[float, float], pole: Array) -> tuple[Array, Array]:
    """Inverse kinematics of two bones, by the law of cosines.

    Args:
        root: position of the hip or shoulder.
        target: where the ankle or wrist should be.
        lengths: metres of the upper and the lower bone.
        pole: direction in which the knee or elbow points.

    Returns:
        Positions of the middle joint and of the end, which is the target wherever the limb reaches it.
    """
    upper, lower = lengths
    to_target = target - root
    direction = unit(to_target)
    distance = float(np.clip(np.linalg.norm(to_target), 1.05 * abs(upper - lower), REACH * (upper + lower)))
    along = (upper**2 - lower**2 + distance**2) / (2.0 * distance)
    aside = np.sqrt(max(upper**2 - along**2, 0.0))
    middle = root + direction * along + unit(pole - direction * (pole @ direction)) * aside
    return middle, root + direction * distance


def angle_at(vertex: Array, first: Array, second: Array) -> float:
    """Angle in degrees, 0–180, at ``vertex`` between two other points of the same dimension."""
    cosine = unit(first - vertex) @ unit(second - vertex)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
