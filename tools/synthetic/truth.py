"""What is true of a film: events, the joints' centres in space and in the picture, the knees' angles."""

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from synthetic.body import SIDES, Body, Pose
from synthetic.film import Film
from synthetic.geometry import Y_AXIS, Array, angle_at, unit

LANDMARKS: Final[Mapping[str, str]] = {
    "nose": "nose",
    "left_ear": "ear_l",
    "right_ear": "ear_r",
    "left_shoulder": "upperarm_l",
    "right_shoulder": "upperarm_r",
    "left_elbow": "lowerarm_l",
    "right_elbow": "lowerarm_r",
    "left_wrist": "hand_l",
    "right_wrist": "hand_r",
    "left_hip": "thigh_l",
    "right_hip": "thigh_r",
    "left_knee": "calf_l",
    "right_knee": "calf_r",
    "left_ankle": "foot_l",
    "right_ankle": "foot_r",
    "left_heel": "heel_l",
    "right_heel": "heel_r",
    "left_foot_index": "toe_l",
    "right_foot_index": "toe_r",
}
"""BlazePose's name of each point of the rig that has one."""

SLAB: Final = 0.014
"""Metres to either side of a joint within which the mesh counts as its cross-section."""
OWNED: Final = 0.3
"""Share of its motion that a vertex takes from a limb's bones, if it belongs to the limb."""
HIP_BREADTH: Final = 0.04
"""Metres to either side of a hip within which the body's front and back are looked for."""


class EventTruth(msgspec.Struct, frozen=True, kw_only=True):
    """An instant; ``t_ms`` is exact and falls between frames, ``frame`` is the nearest."""

    name: str
    frame: int
    t_ms: float


class CameraTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A pinhole: with (right, down, depth) = rotation · (point minus position), a pixel is focal · right / depth
    + width / 2 and focal · down / depth + height / 2.
    """

    position_m: list[float]
    rotation: list[list[float]]
    focal_px: float


class KneeTruth(msgspec.Struct, frozen=True, kw_only=True):
    """Angle between thigh and shank in degrees, 180 is straight."""

    left: float
    right: float


class FrameTruth(msgspec.Struct, frozen=True, kw_only=True):
    frame: int
    t_ms: float
    joints_px: list[list[float]]
    """x and y of each joint in pixels of the picture, in the order of ``Truth.joints``."""
    joints_m: list[list[float]]
    """World x, y, z in metres, in the same order."""
    knee_deg: KneeTruth
    """In space."""
    knee_in_picture_deg: KneeTruth
    """As the picture shows it."""


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """One film. World: origin at the bowler's middle stump, x down the pitch, y up, z to a right-hander's right."""

    discipline: str
    handedness: str
    camera_view: str
    fps: int
    width: int
    height: int
    camera: CameraTruth
    events: list[EventTruth]
    joints: list[str]
    frames: list[FrameTruth]


def joint_centres(body: Body) -> Mapping[str, tuple[str, Array]]:
    """The anatomical centre of each limb joint: its bone, and its rest offset (3,) from the rig's own joint.

    A rig's joints are placed for good-looking bends. Its hips lie 2 cm too far back, which biases the knee's angle by
    6–8°. The middle of the body's cross-section at the joint is what a person who marks a picture would choose. The
    shoulders stay the rig's.
    """
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


def locate(pose: Pose, centres: Mapping[str, tuple[str, Array]]) -> Array:
    """World positions (19, 3) of ``LANDMARKS``, in their order."""
    places: list[Array] = []
    for point in LANDMARKS.values():
        bone, offset = centres.get(point, ("pelvis", np.zeros(3)))
        places.append(pose.joints[point] + pose.rotations[bone] @ offset)
    return np.stack(places)


def measure(film: Film) -> Truth:
    """The truth of a film, rounded: pixels and degrees to 0.1, metres to 0.001, milliseconds to 0.001."""
    performance = film.performance
    centres = joint_centres(performance.body)
    events = performance.action.events(performance)
    return Truth(
        discipline=performance.action.name,
        handedness="right" if performance.action.arm == "r" else "left",
        camera_view="side",
        fps=film.fps,
        width=film.camera.width,
        height=film.camera.height,
        camera=CameraTruth(
            position_m=_rounded(film.camera.position, 4).tolist(),
            rotation=_rounded(film.camera.rotation, 6).tolist(),
            focal_px=round(film.camera.focal, 3),
        ),
        events=[
            EventTruth(name=name, frame=round(t * film.fps), t_ms=round(1000.0 * t, 3)) for name, t in events.items()
        ],
        joints=list(LANDMARKS),
        frames=[_measure_frame(film, frame, centres) for frame in range(film.frame_count)],
    )


def _measure_frame(film: Film, frame: int, centres: Mapping[str, tuple[str, Array]]) -> FrameTruth:
    t = film.time(frame)
    joints = locate(film.performance.pose(t), centres)
    pixels = film.camera.project(joints)[:, :2]
    return FrameTruth(
        frame=frame,
        t_ms=round(1000.0 * t, 3),
        joints_px=_rounded(pixels, 1).tolist(),
        joints_m=_rounded(joints, 3).tolist(),
        knee_deg=_knees(joints),
        knee_in_picture_deg=_knees(pixels),
    )


def _knees(joints: Array) -> KneeTruth:
    names = list(LANDMARKS)
    left, right = (
        angle_at(*(joints[names.index(f"{side}_{joint}")] for joint in ("knee", "hip", "ankle")))
        for side in ("left", "right")
    )
    return KneeTruth(left=round(left, 1), right=round(right, 1))


def _rounded(values: Array, decimals: int) -> NDArray[np.float64]:
    # Adding zero turns negative zeros into plain ones.
    return np.round(values, decimals) + 0.0
