"""Forward kinematics: from what an action asks of the trunk, arms and feet to a pose of the whole rig."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from synthetic.body import SIDES, Body, Pose, Side, opposite
from synthetic.geometry import X_AXIS, Y_AXIS, Z_AXIS, Array, basis, bend_limb, rotation, rotation_between, unit

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
class ArmTarget:
    """An arm by directions in the world.

    Attributes:
        upper: from shoulder to elbow, (3,).
        hinge: the elbow's axis, (3,); flexion turns the forearm about it, right-handed.
        flexion: degrees, 0 is straight.
    """

    upper: Array
    hinge: Array
    flexion: float


@dataclass(frozen=True, slots=True)
class FootTarget:
    """A foot by where its shoe is.

    Attributes:
        x: metres, of the ankle over the flat foot; the foot pivots on its ball, or on its heel when the toes are up.
        z: metres, the same.
        clearance: metres from the ground to the lowest point of the shoe; 0 is planted.
        pitch: degrees, heel up is positive.
        yaw: degrees, toes to the athlete's right are positive.
    """

    x: float
    z: float
    clearance: float
    pitch: float
    yaw: float


@dataclass(frozen=True, slots=True)
class PoseTarget:
    """What an action asks of the body at one instant.

    Attributes:
        hips: world position (3,) half-way between the hip joints.
        pelvis: rotation (3, 3).
        thorax: rotation (3, 3).
        head: rotation (3, 3).
        arms: by side.
        feet: by side.
    """

    hips: Array
    pelvis: Array
    thorax: Array
    head: Array
    arms: Mapping[Side, ArmTarget]
    feet: Mapping[Side, FootTarget]


def mirrored(target: PoseTarget, z: float) -> PoseTarget:
    """The same for the other hand: reflected in the upright plane through ``z`` that runs down the pitch."""
    arms: dict[Side, ArmTarget] = {}
    feet: dict[Side, FootTarget] = {}
    for side in SIDES:
        other = opposite(side)
        arm, foot = target.arms[other], target.feet[other]
        # An axis of rotation is a pseudovector: a reflection turns it the other way round.
        arms[side] = ArmTarget(_MIRROR @ arm.upper, -_MIRROR @ arm.hinge, arm.flexion)
        feet[side] = FootTarget(foot.x, 2.0 * z - foot.z, foot.clearance, foot.pitch, -foot.yaw)
    pelvis, thorax, head = (_MIRROR @ part @ _MIRROR for part in (target.pelvis, target.thorax, target.head))
    hips = _MIRROR @ target.hips + np.array([0.0, 0.0, 2.0 * z])
    return PoseTarget(hips, pelvis, thorax, head, arms, feet)


def place_foot(body: Body, side: Side, target: FootTarget) -> tuple[Array, Array, Array]:
    """Ankle position (3,) and rotations (3, 3) of foot and toes that keep the shoe at its clearance."""
    heading = rotation(Y_AXIS, -target.yaw)
    foot = heading @ rotation(Z_AXIS, -target.pitch)
    on_ground = np.clip(1.0 - target.clearance / TOE_BEND_FADES, 0.0, 1.0)
    bend = float(np.clip(target.pitch, 0.0, MAX_TOE_BEND) * on_ground)
    toes = heading @ rotation(Z_AXIS, bend - target.pitch)
    pivot = body.joints[f"ball_{side}" if target.pitch > 0.0 else f"heel_{side}"] - body.joints[f"foot_{side}"]
    shift = heading @ pivot - foot @ pivot
    height = target.clearance - body.lowest_of_sole(side, foot, toes)
    return np.array([target.x + shift[0], height, target.z + shift[2]]), foot, toes


def solve(body: Body, target: PoseTarget) -> Pose:
    """Pose of the whole rig. A leg that cannot reach its foot's target ends short of it, stretched."""
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
    joints["pelvis"] = target.hips + target.pelvis @ (rest["pelvis"] - body.middle_of_hips)
    for parent, bone in pairwise(_TRUNK):
        joints[bone] = joints[parent] + rotations[parent] @ (rest[bone] - rest[parent])
    for point in _FACE:
        joints[point] = joints["head"] + target.head @ (rest[point] - rest["head"])


def _pose_arm(
    body: Body, side: Side, target: PoseTarget, joints: dict[str, Array], rotations: dict[str, Array]
) -> None:
    rest, arm, thorax = body.joints, target.arms[side], target.thorax
    outward = 1.0 if side == "r" else -1.0
    clavicle, shoulder, elbow, wrist, knuckle = (
        f"{name}_{side}" for name in ("clavicle", "upperarm", "lowerarm", "hand", "knuckle")
    )
    upper = unit(arm.upper)
    raised = float(np.degrees(np.arccos(np.clip(-thorax[:, 1] @ upper, -1.0, 1.0))))
    rise = rotation(X_AXIS, -outward * CLAVICLE_RISE * max(0.0, raised - 40.0))
    swing = rotation(Y_AXIS, outward * CLAVICLE_SWING * float(thorax[:, 0] @ upper))
    rotations[clavicle] = thorax @ rise @ swing
    joints[clavicle] = joints["spine_03"] + thorax @ (rest[clavicle] - rest["spine_03"])
    joints[shoulder] = joints[clavicle] + rotations[clavicle] @ (rest[shoulder] - rest[clavicle])
    hinge = unit(arm.hinge - upper * (arm.hinge @ upper))
    fore = rotation(hinge, arm.flexion) @ upper
    joints[elbow] = joints[shoulder] + body.length(shoulder, elbow) * upper
    joints[wrist] = joints[elbow] + body.length(elbow, wrist) * fore
    for bone, along in ((shoulder, upper), (elbow, fore), (wrist, fore)):
        rotations[bone] = basis(along, hinge) @ body.frames[bone].T
    joints[knuckle] = joints[wrist] + rotations[wrist] @ (rest[knuckle] - rest[wrist])


def _pose_leg(
    body: Body, side: Side, target: PoseTarget, joints: dict[str, Array], rotations: dict[str, Array]
) -> None:
    rest = body.joints
    hip, knee, ankle, ball, heel, toe = (f"{name}_{side}" for name in ("thigh", "calf", "foot", "ball", "heel", "toe"))
    wanted, foot, toes = place_foot(body, side, target.feet[side])
    joints[hip] = target.hips + target.pelvis @ (rest[hip] - body.middle_of_hips)
    # The knee points between where the foot and where the pelvis face, and a little up.
    pole = 0.6 * rotation(Y_AXIS, -target.feet[side].yaw)[:, 0] + 0.6 * target.pelvis[:, 0] + 0.25 * Y_AXIS
    lengths = (body.length(hip, knee), body.length(knee, ankle))
    joints[knee], joints[ankle] = bend_limb(joints[hip], wanted, lengths, pole)
    hinge = np.cross(joints[ankle] - joints[hip], pole)
    rotations[hip] = basis(joints[knee] - joints[hip], hinge) @ body.frames[hip].T
    rotations[knee] = basis(joints[ankle] - joints[knee], hinge) @ body.frames[knee].T
    rotations[ankle], rotations[ball] = foot, toes
    joints[ball] = joints[ankle] + foot @ (rest[ball] - rest[ankle])
    joints[heel] = joints[ankle] + foot @ (rest[heel] - rest[ankle])
    joints[toe] = joints[ball] + toes @ (rest[toe] - rest[ball])
