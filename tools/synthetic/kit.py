"""What the athlete wears: colours, and how far the cloth stands off the skin."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tools.synthetic.geometry import Array
from tools.synthetic.mesh import Mesh, vertex_normals

Colour = tuple[float, float, float]
Mask = NDArray[np.bool_]


# Where one garment ends and the next begins: metres on the rest pose, which is 1.80 m tall.
SOLE_TOP = 0.018
SHOE_TOP = 0.095
TURN_UP = 0.45
"""Below this the trousers hang wide."""
COLLAR = 1.53
HAIRLINE_BACK, HAIRLINE_FRONT = 1.60, 1.735
BACK_OF_HEAD = 0.045
EAR = 0.083
"""From the middle of the head: what lies further out is an ear."""
SLEEVE = 0.72
"""Share of the upper arm that a short sleeve covers."""
IRIS = 0.75
"""Share of an eye's vertices that lie behind its iris."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Linear RGB colours, 0–1. Shirt and trousers differ, so that the legs stand out from the trunk."""

    skin: Colour = (0.71, 0.52, 0.41)
    hair: Colour = (0.10, 0.07, 0.05)
    shirt: Colour = (0.75, 0.13, 0.12)
    trousers: Colour = (0.17, 0.18, 0.22)
    shoe: Colour = (0.93, 0.93, 0.95)
    sole: Colour = (0.15, 0.15, 0.20)
    eye: Colour = (0.90, 0.90, 0.90)
    iris: Colour = (0.12, 0.08, 0.05)


def _sleeve(vertices: Array, owner: NDArray[np.str_], joints: Mapping[str, Array]) -> Mask:
    """Where the upper arms wear a short sleeve."""
    sleeve = np.zeros(len(vertices), dtype=np.bool_)
    for side in "lr":
        shoulder, elbow = joints[f"upperarm_{side}"], joints[f"lowerarm_{side}"]
        along = (vertices - shoulder) @ (elbow - shoulder) / np.sum((elbow - shoulder) ** 2)
        sleeve |= (owner == f"upperarm_{side}") & (along < SLEEVE)
    return sleeve


def dress(mesh: Mesh, owner: NDArray[np.str_], eyes: NDArray[np.intp], joints: Mapping[str, Array], kit: Kit) -> Mesh:
    """The mesh with clothes, hair and shoes: coloured, and puffed out along its normals.

    Args:
        mesh: the bare body in its rest pose.
        owner: name (n,) of the bone that moves each vertex most.
        eyes: indices of the eyes' vertices.
        joints: rest positions by name.
        kit: the colours.
    """
    x, y, z = mesh.vertices.T
    foot = np.isin(owner, ["foot_l", "foot_r"])
    legs = np.isin(owner, ["pelvis", "thigh_l", "thigh_r", "calf_l", "calf_r"])
    trousers = legs | (foot & (y > SHOE_TOP))
    trunk = np.isin(owner, ["spine_01", "spine_02", "spine_03", "clavicle_l", "clavicle_r"])
    collar = (owner == "neck_01") & (y < COLLAR)
    shirt = trunk | collar | _sleeve(mesh.vertices, owner, joints)
    shoe = (foot | np.isin(owner, ["ball_l", "ball_r"])) & ~trousers
    ear = np.abs(z) > EAR
    hair = (owner == "head") & ((y > HAIRLINE_FRONT) | ((x < BACK_OF_HEAD) & (y > HAIRLINE_BACK))) & ~ear
    eye = np.isin(np.arange(len(mesh.vertices)), eyes)
    layers: tuple[tuple[Mask, Colour, float], ...] = (
        (trousers, kit.trousers, 0.013),
        (trousers & (y < TURN_UP), kit.trousers, 0.020),
        (shirt, kit.shirt, 0.014),
        (shoe, kit.shoe, 0.009),
        (shoe & (y < SOLE_TOP), kit.sole, 0.009),
        (hair, kit.hair, 0.012),
        (eye, kit.eye, 0.0),
        (eye & (x > np.quantile(x[eyes], IRIS)), kit.iris, 0.0),
    )
    colours = np.tile(kit.skin, (len(mesh.vertices), 1))
    thickness = np.zeros(len(mesh.vertices))
    for where, colour, metres in layers:
        colours[where] = colour
        thickness[where] = metres
    normals = vertex_normals(mesh.vertices, mesh.triangles)
    return Mesh(mesh.vertices + normals * thickness[:, None], mesh.triangles, colours)
