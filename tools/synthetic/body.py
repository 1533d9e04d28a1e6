"""The athlete's body: a CC0 mesh with its rig, dressed for cricket, and the skinning that bends it."""

# pyright: reportMissingTypeStubs=false
# SciPy ships no types; its convex hull is used in one place.

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull
from tools.synthetic.geometry import Array, basis
from tools.synthetic.kit import Kit, dress
from tools.synthetic.mesh import Mesh

Side = Literal["l", "r"]
SIDES: Final[tuple[Side, Side]] = ("l", "r")

HUMAN: Final = Path(__file__).parent / "data" / "human.npz"
SOLE_HEIGHT: Final = 0.03
"""Metres above the ground, standing: what of a shoe can touch the ground before the rest of it."""
MESH_STATURE: Final = 1.80
MESH_HIP_HEIGHT: Final = 0.956
MESH_HEADTOP: Final = 1.806
"""Metres."""


def opposite(side: Side) -> Side:
    """The other side."""
    return "l" if side == "r" else "r"


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a body is, at one instant (no leading dimension) or at n of them (n, ...).

    Attributes:
        joints: world position (..., 3) in metres of each joint and surface point of the rig.
        rotations: world rotation (..., 3, 3) of each bone relative to the rest pose.
    """

    joints: Mapping[str, Array]
    rotations: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Proportions:
    """How a body differs from the mesh.

    Attributes:
        stature: metres, with shoes.
        legs: length of the legs against that of the rest, 1 as in the mesh.
        arms: the same for the arms.
    """

    stature: float = MESH_STATURE
    legs: float = 1.0
    arms: float = 1.0


@dataclass(frozen=True, slots=True)
class Body:
    """A dressed body in its rest pose: upright, facing +x, soles on y = 0.

    Attributes:
        mesh: dressed surface, 13.5 k vertices.
        bones: names of the rig's 22 bones.
        weights: share (vertices, bones) with which each bone moves each vertex; rows add up to 1.
        joints: rest position of each joint, and of the nose, ears, eyes, heels, toes and knuckles.
        frames: rest frame (3, 3) of each limb bone: along the bone, its hinge, their cross product.
        soles: vertex indices of each shoe's underside, without those that can never be its lowest point.
    """

    mesh: Mesh
    bones: tuple[str, ...]
    weights: Array
    joints: Mapping[str, Array]
    frames: Mapping[str, Array]
    soles: Mapping[Side, NDArray[np.intp]]

    def length(self, start: str, end: str) -> float:
        """Metres between two joints of the rest pose."""
        return float(np.linalg.norm(self.joints[end] - self.joints[start]))

    @property
    def middle_of_hips(self) -> Array:
        """Rest position (3,) half-way between the hip joints."""
        return (self.joints["thigh_l"] + self.joints["thigh_r"]) / 2.0

    @property
    def stature(self) -> float:
        """Metres, with shoes."""
        return float(self.joints["headtop"][1]) * MESH_STATURE / MESH_HEADTOP

    @property
    def leg_size(self) -> float:
        """Height of the hips against that of the mesh."""
        return float(self.middle_of_hips[1]) / MESH_HIP_HEIGHT

    def lowest_of_sole(self, side: Side, foot: Array, toes: Array) -> Array:
        """Height (...) in metres of a shoe's lowest point relative to its ankle.

        Args:
            side: which foot.
            foot: rotation (..., 3, 3) of the foot.
            toes: rotation (..., 3, 3) of the part in front of the ball of the foot.
        """
        index = self.soles[side]
        ankle, ball = self.joints[f"foot_{side}"], self.joints[f"ball_{side}"]
        share = self.weights[index, self.bones.index(f"ball_{side}")]
        vertices = self.mesh.vertices[index]
        as_foot = foot[..., 1, :] @ (vertices - ankle).T
        as_toes = (foot[..., 1, :] @ (ball - ankle))[..., None] + toes[..., 1, :] @ (vertices - ball).T
        return np.min((1.0 - share) * as_foot + share * as_toes, axis=-1)

    def skin(self, pose: Pose, vertices: NDArray[np.intp] | None = None) -> Array:
        """World positions (n, 3) of the surface by linear blend skinning.

        Args:
            pose: the rig at one instant.
            vertices: indices of the vertices that are wanted; all when left out.
        """
        rest = self.mesh.vertices if vertices is None else self.mesh.vertices[vertices]
        weights = self.weights if vertices is None else self.weights[vertices]
        rotations = np.stack([pose.rotations[bone] for bone in self.bones])
        offsets = np.stack([pose.joints[bone] - pose.rotations[bone] @ self.joints[bone] for bone in self.bones])
        blended = (weights @ rotations.reshape(len(self.bones), 9)).reshape(-1, 3, 3)
        return np.einsum("nij,nj->ni", blended, rest) + weights @ offsets


def _limb_frames(joints: Mapping[str, Array]) -> dict[str, Array]:
    frames: dict[str, Array] = {}
    for side in SIDES:
        shoulder, elbow, wrist, knuckle, hip, knee, ankle = (
            joints[f"{name}_{side}"] for name in ("upperarm", "lowerarm", "hand", "knuckle", "thigh", "calf", "foot")
        )
        elbow_hinge = np.cross(elbow - shoulder, wrist - elbow)
        frames[f"upperarm_{side}"] = basis(elbow - shoulder, elbow_hinge)
        frames[f"lowerarm_{side}"] = basis(wrist - elbow, elbow_hinge)
        frames[f"hand_{side}"] = basis(knuckle - wrist, elbow_hinge)
        # The rest leg is straight: its hinge follows from the knee's facing forward.
        knee_hinge = np.cross(knee - hip, [1.0, 0.0, 0.0])
        frames[f"thigh_{side}"] = basis(knee - hip, knee_hinge)
        frames[f"calf_{side}"] = basis(ankle - knee, knee_hinge)
    return frames


def _outermost(underside: NDArray[np.intp], vertices: Array, share: Array) -> NDArray[np.intp]:
    """What of a shoe's underside can be its lowest point, given how much of its motion each vertex takes from the toes.

    Of the vertices that move as one, only a corner of their convex hull can; those that bend may all.
    """
    of_foot, of_toes = (underside[share[underside] == owned] for owned in (0.0, 1.0))
    corners = [part[ConvexHull(vertices[part]).vertices] for part in (of_foot, of_toes)]
    bending = underside[(share[underside] > 0.0) & (share[underside] < 1.0)]
    return np.concatenate([*corners, bending])


@cache
def load_body(kit: Kit, path: Path = HUMAN) -> Body:
    """Read the mesh and its rig and dress it; the same body for the same kit.

    The file holds float32 ``V`` (vertices, 3), int32 ``F`` (triangles, 3), uint8 ``G`` (1 marks an eye's triangle),
    float16 ``W`` (vertices, bones), the names ``bones`` and ``jn`` and the joints' positions ``jp``.
    """
    with np.load(path) as data:
        vertices = data["V"].astype(np.float64)
        triangles = data["F"].astype(np.intp)
        weights = data["W"].astype(np.float64)
        eyes = np.unique(triangles[data["G"] == 1])
        bones = tuple(str(bone) for bone in data["bones"])
        joints = {str(name): position for name, position in zip(data["jn"], data["jp"].astype(np.float64), strict=True)}
    weights /= weights.sum(axis=1, keepdims=True)
    owner = np.array(bones)[weights.argmax(axis=1)]
    mesh = dress(Mesh(vertices, triangles, np.zeros_like(vertices)), owner, eyes, joints, kit)
    low = mesh.vertices[:, 1] < SOLE_HEIGHT
    soles: dict[Side, NDArray[np.intp]] = {}
    for side in SIDES:
        underside = np.flatnonzero(low & np.isin(owner, [f"foot_{side}", f"ball_{side}"]))
        soles[side] = _outermost(underside, mesh.vertices, weights[:, bones.index(f"ball_{side}")])
    return Body(mesh, bones, weights, joints, _limb_frames(joints), soles)


def resized(body: Body, proportions: Proportions) -> Body:
    """The same body with other proportions: legs grow from the ground up, arms from the shoulders out.

    ``proportions.stature`` holds after that.
    """
    arms = {side: _share(body, (f"upperarm_{side}", f"lowerarm_{side}", f"hand_{side}")) for side in SIDES}
    vertices = _stretch_legs(body, body.mesh.vertices, proportions.legs)
    joints = {name: _stretch_legs(body, place, proportions.legs) for name, place in body.joints.items()}
    for side in SIDES:
        shoulder = joints[f"upperarm_{side}"]
        vertices = vertices + (proportions.arms - 1.0) * arms[side] * (vertices - shoulder)
        for name in ("lowerarm", "hand", "knuckle"):
            joints[f"{name}_{side}"] = shoulder + proportions.arms * (joints[f"{name}_{side}"] - shoulder)
    size = proportions.stature / float(_stretch_legs(body, np.array([0.0, MESH_STATURE, 0.0]), proportions.legs)[1])
    joints = {name: size * place for name, place in joints.items()}
    return replace(body, mesh=replace(body.mesh, vertices=size * vertices), joints=joints, frames=_limb_frames(joints))


def _share(body: Body, bones: tuple[str, ...]) -> Array:
    """(vertices, 1) how much of its motion each vertex takes from some bones."""
    return body.weights[:, [body.bones.index(bone) for bone in bones]].sum(axis=1, keepdims=True)


def _stretch_legs(body: Body, points: Array, factor: float) -> Array:
    """Rest points (..., 3) of a body whose hips are ``factor`` times as high."""
    lift = (factor - 1.0) * np.clip(points[..., 1:2], 0.0, body.middle_of_hips[1])
    return points + lift * np.array([0.0, 1.0, 0.0])
