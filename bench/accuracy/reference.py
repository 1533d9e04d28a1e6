"""A man filmed by calibrated cameras: the knee in the image against his joints in space.

The knee is read as the metrics read it, from :func:`.cleaning.clean`'s motion: by ``heavy`` at the
video's own rate, gated by visibility, left and right corrected, filtered. A hidden knee has no angle.

The joints were triangulated by another model from four cameras, not measured by markers, and are no exact truth: in
places they lie beside the limb in the image. Rows say how far they are from the landmarks, and by how much their
bones change in length.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from bench.accuracy.poses import Poses
from bench.accuracy.seen import KNEE, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of, at_most
from bench.accuracy.videos import Clip, VideoSource

from cricksy.analysis import body
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import BoolArray, FloatArray

SECTION: Final = "Reference cameras"
CAMERAS: Final = {"cam01": "cam_01", "cam03": "cam_03"}
"""Film and its name in the calibration, which knows two more cameras."""
KNEE_BOUND: Final = 7.0
HEADER_LINES: Final = 5
"""Of the table of joints: two lines of names stand before the first row of numbers."""
LEG: Final = ((Joint.HIP, "Hip"), (Joint.KNEE, "Knee"), (Joint.ANKLE, "Ankle"))
SIDES: Final = ((Side.LEFT, "L"), (Side.RIGHT, "R"))
KEPT_LENGTH: Final = 0.05
"""Share by which a bone between joints that are right may seem to change: a joint's centre is read to about 2 cm."""
TILTS: Final = ((0.0, 30.0), (30.0, 60.0), (60.0, 90.0))
"""Degrees by which the plane of the leg leaves that of the image."""

Known = Mapping[str, list[float]]
"""One camera of the calibration."""


@dataclass(frozen=True, slots=True)
class Joints:
    """The joints in the world of the calibration, metres: (n, 3) by name, at the times ``t_s`` (n,)."""

    t_s: FloatArray
    places: Mapping[str, FloatArray]

    def leg(self, letter: str, rows: Sequence[int] | slice = slice(None)) -> list[FloatArray]:
        """(n, 3) of hip, knee and ankle."""
        return [self.places[f"{letter}{name}"][rows] for _, name in LEG]

    def stretch(self, letter: str) -> FloatArray:
        """(n, 2) lengths of thigh and shank over their medians, less 1."""
        hip, knee, ankle = self.leg(letter)
        lengths = np.stack([np.linalg.norm(hip - knee, axis=1), np.linalg.norm(knee - ankle, axis=1)], axis=1)
        return lengths / np.median(lengths, axis=0) - 1


@dataclass(frozen=True, slots=True)
class Knees:
    """What one video shows of both knees on n frames.

    ``seen``, ``projected`` (n, 2): degrees in the image, left and right, NaN where missing. ``apart`` (n, 2, 3):
    distance of the seen hip, knee and ankle from the projected ones over H. ``steady`` (n, 2): the leg's bones have
    about their usual length in space.
    """

    seen: FloatArray
    projected: FloatArray
    apart: FloatArray
    steady: BoolArray

    def where_steady(self) -> "Knees":
        """The same, missing wherever the bones are not ``steady``."""
        seen, projected = (np.where(self.steady, angle, np.nan) for angle in (self.seen, self.projected))
        return replace(self, seen=seen, projected=projected)


def sources(setting: Setting) -> list[VideoSource]:
    return [Clip(clip) for name in CAMERAS if (clip := setting.clip("reference", f"{name}.mp4")) is not None]


def rows(setting: Setting) -> list[Row]:
    calibration, table = setting.clip("reference", "calibration.toml"), setting.clip("reference", "joints_3d.trc")
    if calibration is None or table is None or not sources(setting):
        return [absent(SECTION, "no clips: CRICKSY_CLIPS names no directory with reference/")]
    joints, cameras = read_joints(table), tomllib.loads(calibration.read_text())
    poses = {video.name: setting.store.poses(video) for video in sources(setting)}
    knees = {name: _knees(one, joints, cameras[CAMERAS[name]]) for name, one in poses.items()}
    silent = [see(one).metric(KNEE).value is None for one in poses.values()]
    return [
        *(_knee_row(name, [one]) for name, one in knees.items()),
        _knee_row("both cameras", list(knees.values())),
        _steady_row(list(knees.values())),
        *_bone_rows(joints),
        *(_apart_row(name, one) for name, one in knees.items()),
        *_plane_rows(joints, [camera for name, camera in cameras.items() if name.startswith("cam")]),
        all_of(SECTION, "legs 38–90° out of the picture's plane, and no action: no value is given", silent),
    ]


def _knee_row(name: str, knees: Sequence[Knees]) -> Row:
    what, median, constant, detail = _knee_figures(name, knees)
    return at_most(SECTION, what, median, bound=KNEE_BOUND, unit="°", constant=constant, detail=detail)


def _steady_row(knees: Sequence[Knees]) -> Row:
    name = f"both cameras, where the joints' bones keep their lengths within {KEPT_LENGTH:.0%}"
    what, median, constant, detail = _knee_figures(name, [one.where_steady() for one in knees])
    return Row(SECTION, what, f"{median:.3g}°", constant, detail=detail)


def _knee_figures(name: str, knees: Sequence[Knees]) -> tuple[str, float, str, str]:
    """What is measured, the median error in degrees, what a constant scores, and of how many values."""
    seen, projected = (np.concatenate([getattr(one, part) for one in knees]) for part in ("seen", "projected"))
    off = np.abs(seen - projected)
    given = np.count_nonzero(np.isfinite(off))
    what = f"{name}: knee in the picture against the projected joints"
    detail = f", median of the {given} of {off.size} that are seen"
    constant = np.nanmedian(np.abs(projected - np.nanmedian(projected)))
    return what, float(np.nanmedian(off)), f"{constant:.1f}° (its median)", detail


def _bone_rows(joints: Joints) -> list[Row]:
    stretch = 100.0 * np.concatenate([joints.stretch(letter) for _, letter in SIDES])
    return [
        Row(SECTION, f"the joints' {bone} against its median, 10 % and 90 % of frames", f"{low:+.1f} %, {high:+.1f} %")
        for bone, (low, high) in zip(("thigh", "shank"), np.percentile(stretch, (10, 90), axis=0).T, strict=True)
    ]


def _apart_row(name: str, knees: Knees) -> Row:
    apart = 100.0 * np.nanmedian(knees.apart, axis=0)
    listed = " · ".join(
        f"{side.name.lower()} {part.lower()} {apart[side, k]:.1f} %"
        for side, _ in SIDES
        for k, (_, part) in enumerate(LEG)
    )
    return Row(SECTION, f"{name}: projected joints from the landmarks, median, of H", listed)


def _plane_rows(joints: Joints, cameras: Sequence[Known]) -> list[Row]:
    """What the projection alone costs, for every camera of the calibration: the image's knee against the true one."""
    cost: list[FloatArray] = []
    tilt: list[FloatArray] = []
    for _, letter in SIDES:
        world = joints.leg(letter)
        true = _angle(*world)
        for camera in cameras:
            cost.append(np.abs(body.joint_angle(*(_project(points, camera) for points in world)) - true))
            tilt.append(_tilt(world, camera))
    costs, tilts = np.concatenate(cost), np.concatenate(tilt)
    return [_cost_row(costs[(tilts >= low) & (tilts < high)], low, high) for low, high in TILTS]


def _cost_row(cost: FloatArray, low: float, high: float) -> Row:
    shown = None
    if len(cost):
        median, most = np.percentile(cost, (50, 90))
        shown = f"median {median:.1f}°, 90 % below {most:.1f}° (n = {len(cost)})"
    what = f"what a leg's plane costs, {low:.0f}–{high:.0f}° out of the picture's, by the calibration's four cameras"
    return Row(SECTION, what, shown)


def read_joints(table: Path) -> Joints:
    """The file has y up, the world z; its first row is that of 1/60 s, which the video's frame 1 shows."""
    with table.open(newline="") as lines:
        parts = [line for line in csv.reader(lines, delimiter="\t") if line]
    names = [name for name in parts[3][2:] if name]
    numbers = np.array([[float(cell) for cell in line[1 : 2 + 3 * len(names)]] for line in parts[HEADER_LINES:]])
    places = {name: numbers[:, 3 * i + 1 : 3 * i + 4][:, [2, 0, 1]] for i, name in enumerate(names)}
    return Joints(numbers[:, 0], places)


def _knees(poses: Poses, joints: Joints, camera: Known) -> Knees:
    motion = cleaning.clean(poses.track)
    if motion is None:
        nothing = np.full((0, 2), np.nan)
        return Knees(nothing, nothing, np.full((0, 2, 3), np.nan), np.zeros((0, 2), dtype=np.bool_))
    away = np.abs(joints.t_s[:, None] - motion.t_s)
    shown = np.flatnonzero(away.min(axis=0) < 0.5 / motion.rate)
    rows = away.argmin(axis=0)[shown].tolist()
    xy = motion.smooth[shown]
    projected = np.stack(
        [[_project(points, camera) for points in joints.leg(letter, rows)] for _, letter in SIDES]
    ).transpose(2, 0, 1, 3)
    seen = np.stack([xy[:, [joint + side for joint, _ in LEG]] for side, _ in SIDES], axis=1)
    return Knees(
        seen=body.joint_angle(seen[:, :, 0], seen[:, :, 1], seen[:, :, 2]),
        projected=body.joint_angle(projected[:, :, 0], projected[:, :, 1], projected[:, :, 2]),
        apart=np.linalg.norm(seen - projected, axis=-1) / motion.scale,
        steady=np.stack(
            [np.abs(joints.stretch(letter)[rows]).max(axis=1) <= KEPT_LENGTH for _, letter in SIDES], axis=1
        ),
    )


def _project(points: FloatArray, camera: Known) -> FloatArray:
    rotation, translation, matrix, distortion = (
        np.array(camera[key], dtype=np.float64) for key in ("rotation", "translation", "matrix", "distortions")
    )
    pixels, _ = cv2.projectPoints(points, rotation, translation, matrix, distortion)
    return np.asarray(pixels, dtype=np.float64)[:, 0]


def _tilt(world: Sequence[FloatArray], camera: Known) -> FloatArray:
    """(n,) degrees between the plane of hip, knee and ankle and that of the image."""
    hip, knee, ankle = world
    turn, _ = cv2.Rodrigues(np.array(camera["rotation"]))
    across = np.cross(hip - knee, ankle - knee) @ turn.T
    return np.degrees(np.arccos(np.abs(across[:, 2]) / np.linalg.norm(across, axis=1)))


def _angle(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """(n,) angle at ``b`` in space, degrees."""
    first, second = a - b, c - b
    across = np.linalg.norm(np.cross(first, second), axis=1)
    return np.degrees(np.arctan2(across, (first * second).sum(axis=1)))
