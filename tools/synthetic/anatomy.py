"""Where the joints of a body are, as against where its rig bends.

A rig's joints are placed for good-looking bends. Its hips lie 2 cm too far back, which biases the knee's angle by 6–8°.
The middle of the body's cross-section at the joint is what a person who marks an image would choose.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
from tools.synthetic.body import MESH_STATURE, SIDES, Body, load_body
from tools.synthetic.geometry import Y_AXIS, Array, unit
from tools.synthetic.kit import Kit

SLAB: Final = 0.014
"""Metres to either side of a joint within which the mesh counts as its cross-section."""
OWNED: Final = 0.3
"""Share of its motion that a vertex takes from a limb's bones, if it belongs to the limb."""
HIP_BREADTH: Final = 0.04
"""Metres to either side of a hip within which the body's front and back are looked for."""


def joint_centres(body: Body) -> Mapping[str, tuple[str, Array]]:
    """The anatomical centre of each limb joint: its bone, and its rest offset (3,) from the rig's own joint.

    They are those of the mesh, scaled. The shoulders stay the rig's.
    """
    size = body.stature / MESH_STATURE
    return {joint: (bone, size * offset) for joint, (bone, offset) in _mesh_centres().items()}


@cache
def _mesh_centres() -> Mapping[str, tuple[str, Array]]:
    body = load_body(Kit())
    centres: dict[str, tuple[str, Array]] = {}
    for side in SIDES:
        hip, knee, ankle, shoulder, elbow, wrist = (
            f"{name}_{side}" for name in ("thigh", "calf", "foot", "upperarm", "lowerarm", "hand")
        )
        leg, arm = _owned(body, hip, knee, ankle), _owned(body, shoulder, elbow, wrist)
        centres[hip] = ("pelvis", _hip_offset(body, hip))
        for bone, vertices, along, radius in (
            (knee, leg, body.joints[hip] - body.joints[ankle], 0.12),
            # Just above the shoe, whose tongue would shift the centre.
            (ankle, _owned(body, knee, ankle), Y_AXIS, 0.10),
            (elbow, arm, body.joints[shoulder] - body.joints[wrist], 0.09),
            (wrist, arm, body.joints[elbow] - body.joints[wrist], 0.08),
        ):
            lift = 0.02 * Y_AXIS if bone == ankle else np.zeros(3)
            centre = _section_centre(vertices, body.joints[bone] + lift, along, radius)
            centres[bone] = (bone, centre - lift - body.joints[bone])
    return centres


def _owned(body: Body, *bones: str) -> Array:
    """Rest vertices (n, 3) that follow the given bones for more than ``OWNED``."""
    share = body.weights[:, [body.bones.index(bone) for bone in bones]].sum(axis=1)
    return body.mesh.vertices[share > OWNED]


def _section_centre(vertices: Array, joint: Array, along: Array, radius: float) -> Array:
    """Middle (3,) of the box around a limb's cross-section."""
    axis = unit(along)
    height = (vertices - joint) @ axis
    near = (np.abs(height) < SLAB) & (np.linalg.norm(vertices - joint, axis=1) < radius)
    section = vertices[near] - np.outer(height[near], axis)
    return (section.min(axis=0) + section.max(axis=0)) / 2.0


def _hip_offset(body: Body, hip: str) -> Array:
    """From the rig's hip to half-way between the front and the back of the body there."""
    vertices, joint = _owned(body, "pelvis", hip, "spine_01"), body.joints[hip]
    near = (np.abs(vertices[:, 1] - joint[1]) < SLAB) & (np.abs(vertices[:, 2] - joint[2]) < HIP_BREADTH)
    x = vertices[near, 0]
    return np.array([(x.min() + x.max()) / 2.0 - joint[0], 0.0, 0.0])
