"""Throws and swings of real people, captured in three dimensions, before a virtual camera.

The directory in CRICKSY_MOCAP holds a file ``TRIAL_joints.csv`` for each trial: columns ``frame``, ``t_s`` and x, y, z
in metres of each joint's centre, y up, 120 frames a second.
"""

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from tools.synthetic import measures
from tools.synthetic.camera import View
from tools.synthetic.faults import SEEN
from tools.synthetic.film import container, mirrored

from cricksy.analysis.skeleton import BLAZEPOSE33, Joint, Side
from cricksy.analysis.track import FloatArray, Track, VideoFacts

CAPTURED_FPS: Final = 120
PITCHES: Final = ("124_01", "124_02", "124_03")
SWINGS: Final = ("64_01", "64_03", "64_06")
NOISE: Final = 0.003
"""Of the trunk's length in the image, standard deviation: what a pose model's landmarks tremble by."""
CAMERA: Final = View(distance_m=8.0, px_per_m=325.0, rise_deg=2.0)

_JOINTS: Final[Mapping[str, int]] = {
    "shoulder": Joint.SHOULDER,
    "elbow": Joint.ELBOW,
    "wrist": Joint.WRIST,
    "hip": Joint.HIP,
    "knee": Joint.KNEE,
    "ankle": Joint.ANKLE,
}
_HAND: Final = (17, 19, 21)
"""The left one of each of a hand's landmarks."""
_FACE_AHEAD, _EAR_OUT, _HEAD_DOWN, _MOUTH_DOWN = 0.11, 0.075, 0.04, 0.06
"""Metres: from the middle of the head to the nose and to an ear, from its top to its middle, and on to the mouth."""
_HEEL_BEHIND, _HEEL_BELOW = 0.045, 0.05
"""Metres from an ankle's centre."""
_TOE_SHARE: Final = 0.7
"""Of the way from the ball of the foot to the tip of the toes, where the landmark lies."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A film of a captured trial. ``knees`` (n, 2): angle of the left and the right one in the image, degrees."""

    track: Track
    video: VideoFacts
    knees: FloatArray


def captured() -> Path | None:
    """The directory of trials; ``None`` where CRICKSY_MOCAP names none that holds all of them."""
    named = os.environ.get("CRICKSY_MOCAP")
    directory = Path(named) if named else None
    if directory is None or not all(joints_of(directory, trial).is_file() for trial in (*PITCHES, *SWINGS)):
        return None
    return directory


def joints_of(directory: Path, trial: str) -> Path:
    """The file of a trial."""
    return directory / f"{trial}_joints.csv"


@cache
def places(path: Path) -> FloatArray:
    """(n, 33, 3) the landmarks of a trial in metres.

    Raises:
        OSError: There is no such file.
    """
    with path.open(newline="") as file:
        columns = list(csv.DictReader(file))

    def joint(name: str) -> FloatArray:
        return np.array([[float(row[f"{name}_{axis}"]) for axis in "xyz"] for row in columns])

    found = np.empty((len(columns), BLAZEPOSE33.count, 3))
    for name, first in _JOINTS.items():
        for side, label in ((Side.LEFT, "left"), (Side.RIGHT, "right")):
            found[:, first + side] = joint(f"{label}_{name}")
    for side, label in ((Side.LEFT, "left"), (Side.RIGHT, "right")):
        found[:, [first + side for first in _HAND]] = joint(f"{label}_hand")[:, None]
        ball, ankle = joint(f"{label}_foot"), found[:, Joint.ANKLE + side]
        found[:, Joint.TOE + side] = ball + _TOE_SHARE * (joint(f"{label}_toe") - ball)
        ahead = _unit((ball - ankle) * (1.0, 0.0, 1.0))
        found[:, Joint.HEEL + side] = ankle - _HEEL_BEHIND * ahead - (0.0, _HEEL_BELOW, 0.0)
    left = _unit(found[:, Joint.SHOULDER] - found[:, Joint.SHOULDER + 1])
    up = _unit(joint("head") - joint("neck"))
    ahead, middle = _unit(np.cross(left, up)), joint("head") - _HEAD_DOWN * up
    found[:, : Joint.EAR] = (middle + _FACE_AHEAD * ahead)[:, None]
    found[:, Joint.EAR], found[:, Joint.EAR + 1] = middle + _EAR_OUT * left, middle - _EAR_OUT * left
    found[:, 9:11] = (middle + _FACE_AHEAD * ahead - _MOUTH_DOWN * up)[:, None]
    return found


def shoot(landmarks: FloatArray, yaw_deg: float, fps: int, seed: int, *, mirror: bool = False) -> Shot:
    """Film ``landmarks`` (n, 33, 3) from a direction; ``mirror``: as the other hand's player does it."""
    chosen = landmarks[:: CAPTURED_FPS // fps]
    aim = chosen[:, [Joint.HIP, Joint.HIP + 1]].mean(axis=(0, 1))
    view = View(yaw_deg=yaw_deg, rise_deg=CAMERA.rise_deg, distance_m=CAMERA.distance_m, px_per_m=CAMERA.px_per_m)
    pixels = view.camera(aim).project(chosen)[..., :2]
    trunk = np.linalg.norm(pixels[:, Joint.SHOULDER] - pixels[:, Joint.HIP], axis=-1)
    noise = np.random.default_rng(seed).normal(0.0, NOISE * float(np.median(trunk)), pixels.shape)
    t_ms = np.arange(len(chosen)) * 1000.0 / fps
    track = Track(
        frame=np.arange(len(chosen)),
        t_ms=t_ms,
        landmarks=np.concatenate(
            [pixels + noise, np.zeros_like(pixels[..., :1]), np.full_like(pixels[..., :1], SEEN)], axis=-1
        ),
        model=np.zeros(len(chosen), dtype=np.int64),
        model_names=("captured",),
        width=view.width,
        height=view.height,
    )
    knees = measures.knee_angles(pixels)
    if mirror:
        track, knees = mirrored(track), knees[:, ::-1]
    return Shot(track, container(track, fps), knees)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float64)
