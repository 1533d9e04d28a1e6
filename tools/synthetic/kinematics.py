"""Forward kinematics: from what an action asks of the trunk, arms and feet to a pose of the whole rig.

Every array has the same leading dimensions, none for one instant, (n,) for n of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from tools.synthetic.body import SIDES, Body, Pose, Side, opposite
from tools.synthetic.geometry import (
    X_AXIS,
    Y_AXIS,
    Z_AXIS,
    Array,
    basis,
    bend_limb,
    dot,
    rotation,
    rotation_between,
    turned,
    unit,
)

MAX_TOE_BEND = 45.0
"""Degrees by which the toes stay flat on the ground under a rising heel."""
TOE_BEND_FADES = 0.12
"""Metres of clearance over which the toes straighten again."""
CLAVICLE_RISE = 0.22
"""Degrees of collar-bone elevation for each degree that the arm rises past 40°; the true rhythm is richer."""
CLAVICLE_SWING = 18.0
"""Degrees of collar-bone protraction with the arm straight forward."""

_TRUNK = ("pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head")
_FACE = ("nose", "ear_l", "ear_r", "eye_l", "eye_r", "headtop")
_MIRROR = np.diag([1.0, 1.0, -1.0])


@dataclass(frozen=True, slots=True)
class Swing:
    """An arm by directions in the world.

    Attributes:
        upper: from shoulder to elbow, (..., 3).
        hinge: the elbow's axis, (..., 3); flexion turns the forearm about it, right-handed.
        flexion: degrees (...), 0 is straight.
    """

    upper: Array
    hinge: Array
    flexion: Array


@dataclass(frozen=True, slots=True)
class Reach:
    """An arm by where its hand is.

    Attributes:
        wrist: metres, (..., 3).
        pole: direction in which the elbow points, (..., 3).
        palm: direction from the wrist to the knuckles, (..., 3).
    """

    wrist: Array
    pole: Array
    palm: Array


@dataclass(frozen=True, slots=True)
class FootTarget:
    """A foot by where its shoe is, each (...).

    Attributes:
        x: metres, of the ankle over the flat foot; the foot pivots on its ball, or on its heel when the toes are up.
        z: metres, the same.
        clearance: metres from the ground to the lowest point of the shoe; 0 is planted.
        pitch: degrees, heel up is positive.
        yaw: degrees, toes to the athlete's right are positive.
    """

    x: Array
    z: Array
    clearance: Array
    pitch: Array
    yaw: Array


@dataclass(frozen=True, slots=True)
class PoseTarget:
    """What an action asks of the body.

    Attributes:
        hips: world position (..., 3) half-way between the hip joints.
        pelvis: rotation (..., 3, 3).
        thorax: rotation (..., 3, 3).
        head: rotation (..., 3, 3).
        arms: by side.
        feet: by side.
    """

    hips: Array
    pelvis: Array
    thorax: Array
    head: Array
    arms: Mapping[Side, Swing | Reach]
    feet: Mapping[Side, FootTarget]


def mirrored(target: PoseTarget, z: float) -> PoseTarget:
    """The same for the other hand: reflected in the upright plane through ``z`` that runs down the pitch."""
    shift = np.array([0.0, 0.0, 2.0 * z])
    arms: dict[Side, Swing | Reach] = {}
    feet: dict[Side, FootTarget] = {}
    for side in SIDES:
        arm, foot = target.arms[opposite(side)], target.feet[opposite(side)]
        if isinstance(arm, Swing):
            # An axis of rotation is a pseudovector: a reflection turns it the other way round.
            arms[side] = Swing(arm.upper @ _MIRROR, -(arm.hinge @ _MIRROR), arm.flexion)
        else:
            arms[side] = Reach(arm.wrist @ _MIRROR + shift, arm.pole @ _MIRROR, arm.palm @ _MIRROR)
        feet[side] = FootTarget(foot.x, 2.0 * z - foot.z, foot.clearance, foot.pitch, -foot.yaw)
    pelvis, thorax, head = (_MIRROR @ part @ _MIRROR for part in (target.pelvis, target.thorax, target.head))
    return PoseTarget(target.hips @ _MIRROR + shift, pelvis, thorax, head, arms, feet)


def place_foot(body: Body, side: Side, target: FootTarget) -> tuple[Array, Array, Array]:
    """Ankle positions (..., 3) and rotations (..., 3, 3) of foot and toes that keep the shoe at its clearance."""
    heading = rotation(Y_AXIS, -target.yaw)
    foot = heading @ rotation(Z_AXIS, -target.pitch)
    on_ground = np.clip(1.0 - target.clearance / TOE_BEND_FADES, 0.0, 1.0)
    bend = np.clip(target.pitch, 0.0, MAX_TOE_BEND) * on_ground
    toes = heading @ rotation(Z_AXIS, bend - target.pitch)
    ankle, ball, heel = (body.joints[f"{name}_{side}"] for name in ("foot", "ball", "heel"))
    pivot = np.where(target.pitch[..., None] > 0.0, ball - ankle, heel - ankle)
    shift = turned(heading, pivot) - turned(foot, pivot)
    height = target.clearance - body.lowest_of_sole(side, foot, toes)
    return np.stack([target.x + shift[..., 0], height, target.z + shift[..., 2]], axis=-1), foot, toes


def solve(body: Body, target: PoseTarget) -> Pose:
    """Pose of the whole rig. A limb that cannot reach its target ends short of it, stretched."""
    joints: dict[str, Array] = {}
    rotations: dict[str, Array] = {}
    _pose_trunk(body, target, joints, rotations)
    for side in SIDES:
        _pose_arm(body, side, target, joints, rotations)
        _pose_leg(body, side, target, joints, rotations)
    return Pose(joints, rotations)


def _pose_trunk(body: Body, target: PoseTarget, joints: dict[str, Array], rotations: dict[str, Array]) -> None:
    rest = body.joints
    bends = (
        target.pelvis,
        rotation_between(target.pelvis, target.thorax, 1.0 / 3.0),
        rotation_between(target.pelvis, target.thorax, 2.0 / 3.0),
        target.thorax,
        rotation_between(target.thorax, target.head, 0.5),
        target.head,
    )
    rotations.update(zip(_TRUNK, bends, strict=True))
    joints["pelvis"] = target.hips + turned(target.pelvis, rest["pelvis"] - body.middle_of_hips)
    for parent, bone in pairwise(_TRUNK):
        joints[bone] = joints[parent] + turned(rotations[parent], rest[bone] - rest[parent])
    for point in _FACE:
        joints[point] = joints["head"] + turned(target.head, rest[point] - rest["head"])


def _pose_arm(
    body: Body, side: Side, target: PoseTarget, joints: dict[str, Array], rotations: dict[str, Array]
) -> None:
    rest, arm = body.joints, target.arms[side]
    clavicle, shoulder, elbow, wrist, knuckle = (
        f"{name}_{side}" for name in ("clavicle", "upperarm", "lowerarm", "hand", "knuckle")
    )
    joints[clavicle] = joints["spine_03"] + turned(target.thorax, rest[clavicle] - rest["spine_03"])
    resting = joints[clavicle] + turned(target.thorax, rest[shoulder] - rest[clavicle])
    towards = unit(arm.upper if isinstance(arm, Swing) else arm.wrist - resting)
    rotations[clavicle] = _raise_clavicle(side, target.thorax, towards)
    joints[shoulder] = joints[clavicle] + turned(rotations[clavicle], rest[shoulder] - rest[clavicle])
    lengths = (body.length(shoulder, elbow), body.length(elbow, wrist))
    if isinstance(arm, Swing):
        hinge = unit(arm.hinge - towards * dot(arm.hinge, towards))
        joints[elbow] = joints[shoulder] + lengths[0] * towards
        joints[wrist] = joints[elbow] + lengths[1] * turned(rotation(hinge, arm.flexion), towards)
        palm = joints[wrist] - joints[elbow]
    else:
        joints[elbow], joints[wrist] = bend_limb(joints[shoulder], arm.wrist, lengths, arm.pole)
        hinge = np.cross(joints[elbow] - joints[shoulder], joints[wrist] - joints[elbow])
        palm = arm.palm
    upper, fore = joints[elbow] - joints[shoulder], joints[wrist] - joints[elbow]
    for bone, along in ((shoulder, upper), (elbow, fore), (wrist, palm)):
        rotations[bone] = basis(along, hinge) @ body.frames[bone].T
    joints[knuckle] = joints[wrist] + turned(rotations[wrist], rest[knuckle] - rest[wrist])


def _raise_clavicle(side: Side, thorax: Array, towards: Array) -> Array:
    """Rotations (..., 3, 3) of a collar bone whose arm points ``towards`` (..., 3)."""
    outward = 1.0 if side == "r" else -1.0
    raised = np.degrees(np.arccos(np.clip(-dot(thorax[..., 1], towards)[..., 0], -1.0, 1.0)))
    rise = rotation(X_AXIS, -outward * CLAVICLE_RISE * np.maximum(0.0, raised - 40.0))
    swing = rotation(Y_AXIS, outward * CLAVICLE_SWING * dot(thorax[..., 0], towards)[..., 0])
    return thorax @ rise @ swing


def _pose_leg(
    body: Body, side: Side, target: PoseTarget, joints: dict[str, Array], rotations: dict[str, Array]
) -> None:
    rest = body.joints
    hip, knee, ankle, ball, heel, toe = (f"{name}_{side}" for name in ("thigh", "calf", "foot", "ball", "heel", "toe"))
    wanted, foot, toes = place_foot(body, side, target.feet[side])
    joints[hip] = target.hips + turned(target.pelvis, rest[hip] - body.middle_of_hips)
    # The knee points between where the foot and where the pelvis face, and a little up.
    facing = rotation(Y_AXIS, -target.feet[side].yaw)[..., 0]
    pole = 0.6 * facing + 0.6 * target.pelvis[..., 0] + 0.25 * Y_AXIS
    lengths = (body.length(hip, knee), body.length(knee, ankle))
    joints[knee], joints[ankle] = bend_limb(joints[hip], wanted, lengths, pole)
    hinge = np.cross(joints[ankle] - joints[hip], pole)
    rotations[hip] = basis(joints[knee] - joints[hip], hinge) @ body.frames[hip].T
    rotations[knee] = basis(joints[ankle] - joints[knee], hinge) @ body.frames[knee].T
    rotations[ankle], rotations[ball] = foot, toes
    joints[ball] = joints[ankle] + turned(foot, rest[ball] - rest[ankle])
    joints[heel] = joints[ankle] + turned(foot, rest[heel] - rest[ankle])
    joints[toe] = joints[ball] + turned(toes, rest[toe] - rest[ball])
