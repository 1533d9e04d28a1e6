"""What is true of a video: events, the joints' centres in space and in the image, the knees' angles."""

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from tools.synthetic import film as kinematic
from tools.synthetic import landmarks as lm
from tools.synthetic.geometry import Array
from tools.synthetic.render import Take

from cricksy.analysis.skeleton import Side

JOINTS: Final[Mapping[str, int]] = {
    "nose": lm.NOSE,
    "left_ear": lm.EAR,
    "right_ear": lm.EAR + 1,
    "left_shoulder": lm.SHOULDER,
    "right_shoulder": lm.SHOULDER + 1,
    "left_elbow": lm.ELBOW,
    "right_elbow": lm.ELBOW + 1,
    "left_wrist": lm.WRIST,
    "right_wrist": lm.WRIST + 1,
    "left_hip": lm.HIP,
    "right_hip": lm.HIP + 1,
    "left_knee": lm.KNEE,
    "right_knee": lm.KNEE + 1,
    "left_ankle": lm.ANKLE,
    "right_ankle": lm.ANKLE + 1,
    "left_heel": lm.HEEL,
    "right_heel": lm.HEEL + 1,
    "left_foot_index": lm.TOE,
    "right_foot_index": lm.TOE + 1,
}
"""The landmarks that are written down, by BlazePose's names."""


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
    """x and y of each joint in pixels of the image, in the order of ``Truth.joints``."""
    joints_m: list[list[float]]
    """World x, y, z in metres, in the same order."""
    knee_deg: KneeTruth
    """In space."""
    knee_in_picture_deg: KneeTruth
    """As the image shows it."""


class ActionTruth(msgspec.Struct, frozen=True, kw_only=True):
    """The values that the metrics are after, in space; see ``tools.synthetic.measures.Measures``."""

    front_leg: str
    arm: str
    knee_at_contact_deg: float
    knee_least_deg: float
    knee_at_key_deg: float
    balance: float
    head_pct: float
    lag_ms: float
    elbow_deg: float
    scale_m: float


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """One video. World: origin at the bowler's middle stump, x down the pitch, y up, z to a right-hander's right.

    ``discipline`` and ``handedness`` are those of the player, ``None`` together with ``action`` for one who walks or
    stands. ``bystander`` says whether somebody else walks through the image.
    """

    discipline: str | None
    handedness: str | None
    camera_view: str
    yaw_deg: float
    bystander: bool
    fps: int
    width: int
    height: int
    camera: CameraTruth
    action: ActionTruth | None
    events: list[EventTruth]
    joints: list[str]
    frames: list[FrameTruth]


def record(take: Take) -> Truth:
    """The truth of a take, rounded: pixels and degrees to 0.1, metres to 0.001, milliseconds to 0.001."""
    truth, camera = kinematic.film(take.performance, take.view, fps=take.fps).truth, take.camera
    joints = list(JOINTS.values())
    return Truth(
        discipline=truth.discipline,
        handedness=truth.handedness,
        camera_view=_camera_view(take.view.yaw_deg),
        yaw_deg=take.view.yaw_deg,
        bystander=take.bystander is not None,
        fps=take.fps,
        width=camera.width,
        height=camera.height,
        camera=CameraTruth(
            position_m=_rounded(camera.position, 4).tolist(),
            rotation=_rounded(camera.rotation, 6).tolist(),
            focal_px=round(camera.focal, 3),
        ),
        action=_action(truth),
        events=[
            EventTruth(name=name, frame=round(t * take.fps), t_ms=round(1000.0 * t, 3))
            for name, t in truth.events.items()
        ],
        joints=list(JOINTS),
        frames=[
            FrameTruth(
                frame=frame,
                t_ms=round(1000.0 * float(t), 3),
                joints_px=_rounded(truth.landmarks_px[frame, joints], 1).tolist(),
                joints_m=_rounded(truth.joints_m[frame, joints], 3).tolist(),
                knee_deg=_knees(truth.knee_deg[frame]),
                knee_in_picture_deg=_knees(truth.knee_in_picture_deg[frame]),
            )
            for frame, t in enumerate(truth.t_s)
        ],
    )


def _action(truth: kinematic.Truth) -> ActionTruth | None:
    measured = truth.measures
    if measured is None or truth.front is None or truth.arm is None:
        return None
    return ActionTruth(
        front_leg=truth.front.name.lower(),
        arm=truth.arm.name.lower(),
        knee_at_contact_deg=round(measured.knee_at_contact, 1),
        knee_least_deg=round(measured.knee_least, 1),
        knee_at_key_deg=round(measured.knee_at_key, 1),
        balance=round(measured.balance, 3),
        head_pct=round(measured.head_pct, 2),
        lag_ms=round(measured.lag_ms, 1),
        elbow_deg=round(measured.elbow_deg, 1),
        scale_m=round(measured.scale_m, 4),
    )


def _camera_view(yaw_deg: float) -> str:
    """Within 45° of it."""
    return ("side", "front", "side", "behind")[round(yaw_deg / 90.0) % 4]


def _knees(angles: Array) -> KneeTruth:
    return KneeTruth(left=round(float(angles[Side.LEFT]), 1), right=round(float(angles[Side.RIGHT]), 1))


def _rounded(values: Array, decimals: int) -> NDArray[np.float64]:
    # Adding zero turns negative zeros into plain ones.
    return np.round(values, decimals) + 0.0
