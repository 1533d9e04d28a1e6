"""The 33 points that a pose model names, on the posed body: where the joints are, not where the rig bends."""

from typing import Final

import numpy as np
from tools.synthetic.anatomy import joint_centres
from tools.synthetic.body import SIDES, Body, Pose
from tools.synthetic.geometry import Array, turned

from cricksy.analysis.skeleton import BLAZEPOSE33

NOSE: Final = 0
EAR, SHOULDER, ELBOW, WRIST, HIP, KNEE, ANKLE, HEEL, TOE = 7, 11, 13, 15, 23, 25, 27, 29, 31
"""The left one of each pair; the right one follows it."""
LEGS: Final = list(range(23, BLAZEPOSE33.count))
ARMS: Final = list(range(11, 23))

_JOINTS: Final = {
    EAR: "ear",
    SHOULDER: "upperarm",
    ELBOW: "lowerarm",
    WRIST: "hand",
    HIP: "thigh",
    KNEE: "calf",
    ANKLE: "foot",
    HEEL: "heel",
    TOE: "toe",
}
_HALF_HAND: Final = 0.35
"""From the middle knuckle to the first and to the last, in lengths from wrist to knuckles."""


def locate(body: Body, pose: Pose) -> Array:
    """World positions (..., 33, 3) in metres. Mouth, eye corners and fingers are set off from what the rig has."""
    joints = dict(pose.joints)
    for joint, (bone, offset) in joint_centres(body).items():
        joints[joint] = joints[joint] + turned(pose.rotations[bone], offset)
    places = np.empty((*joints["nose"].shape[:-1], BLAZEPOSE33.count, 3))
    places[..., NOSE, :] = joints["nose"]
    for left, name in _JOINTS.items():
        for step, side in enumerate(SIDES):
            places[..., left + step, :] = joints[f"{name}_{side}"]
    across = (joints["eye_l"] - joints["eye_r"]) / 2.0
    mouth = joints["nose"] + 0.9 * (joints["nose"] - (joints["eye_l"] + joints["eye_r"]) / 2.0)
    for first, corner, side, outward in ((1, 9, "l", 1.0), (4, 10, "r", -1.0)):
        for step, shift in enumerate((-0.5, 0.0, 0.5)):
            places[..., first + step, :] = joints[f"eye_{side}"] + outward * shift * across
        places[..., corner, :] = mouth + outward * 0.8 * across
    for step, side in enumerate(SIDES):
        hand = joints[f"knuckle_{side}"] - joints[f"hand_{side}"]
        frame = pose.rotations[f"hand_{side}"] @ body.frames[f"hand_{side}"]
        over = frame[..., 2] * _HALF_HAND * np.linalg.norm(hand, axis=-1, keepdims=True)
        places[..., 17 + step, :] = joints[f"knuckle_{side}"] - over
        places[..., 19 + step, :] = joints[f"knuckle_{side}"] + over
        places[..., 21 + step, :] = joints[f"hand_{side}"] + 0.5 * hand + over
    return places
