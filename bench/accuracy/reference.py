"""A man filmed by calibrated cameras: the knee in the picture against his joints in space."""

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from bench.accuracy.films import Clip, FilmSource
from bench.accuracy.poses import Poses
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, at_most

from cricksy.analysis import body
from cricksy.analysis.landmarks import Joint, Side
from cricksy.analysis.track import FloatArray

SECTION: Final = "Reference cameras"
CAMERAS: Final = {"cam01": "cam_01", "cam03": "cam_03"}
"""Film and its name in the calibration."""
KNEE_BOUND: Final = 7.0
HEADER_LINES: Final = 5
"""Of the table of joints: two lines of names stand before the first row of numbers."""
LEG: Final = ("Hip", "Knee", "Ankle")
TILTS: Final = ((0.0, 30.0), (30.0, 60.0), (60.0, 90.0))
"""Degrees by which the plane of the leg leaves that of the picture."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg on n frames. ``seen``, ``projected`` and ``true`` (n,): knee angle in degrees, NaN where missing.

    ``tilt`` (n,): degrees between the leg's plane and the picture's; ``off`` (n,): pixels between the projected and
    the seen knee over the projected length of thigh and shank.
    """

    seen: FloatArray
    projected: FloatArray
    true: FloatArray
    tilt: FloatArray
    off: FloatArray


def sources(setting: Setting) -> list[FilmSource]:
    return [Clip(clip) for name in CAMERAS if (clip := setting.clip("reference", f"{name}.mp4")) is not None]


def rows(setting: Setting) -> list[Row]:
    calibration, table = setting.clip("reference", "calibration.toml"), setting.clip("reference", "joints_3d.trc")
    if calibration is None or table is None or not sources(setting):
        return [absent(SECTION, "no clips: CRICKSY_CLIPS names no folder with reference/")]
    joints = _joints(table)
    every: list[Leg] = []
    found: list[Row] = []
    for film in sources(setting):
        legs = _legs(setting.store.poses(film), joints, calibration, CAMERAS[film.name])
        every += legs
        found.append(_knee_row(film.name, legs))
    return [*found, _knee_row("both cameras", every), *_plane_rows(every)]


def _knee_row(name: str, legs: list[Leg]) -> Row:
    seen, projected = (np.concatenate([getattr(leg, part) for leg in legs]) for part in ("seen", "projected"))
    off = np.abs(seen - projected)
    constant = float(np.nanmedian(np.abs(projected - np.nanmedian(projected))))
    return at_most(
        SECTION,
        f"{name}: knee in the picture against the projected joints, median of {np.count_nonzero(np.isfinite(off))}",
        float(np.nanmedian(off)),
        bound=KNEE_BOUND,
        unit="°",
        constant=f"{constant:.1f}° (its median)",
    )


def _plane_rows(legs: list[Leg]) -> list[Row]:
    """What the projection alone costs: the true picture's knee against the true knee."""
    cost = np.concatenate([np.abs(leg.projected - leg.true) for leg in legs])
    tilt = np.concatenate([leg.tilt for leg in legs])
    return [_cost_row(cost[(tilt >= low) & (tilt < high) & np.isfinite(cost)], low, high) for low, high in TILTS]


def _cost_row(cost: FloatArray, low: float, high: float) -> Row:
    median, most = np.percentile(cost, (50, 90)) if len(cost) else (np.nan, np.nan)
    shown = f"median {median:.1f}°, 90 % below {most:.1f}° (n = {len(cost)})" if len(cost) else None
    return Row(SECTION, f"what a leg's plane costs, {low:.0f}–{high:.0f}° out of the picture's", shown)


def _joints(table: Path) -> dict[str, FloatArray]:
    """(n, 3) of each joint in the world of the calibration, metres, by name; the file has y up, the world z."""
    with table.open(newline="") as lines:
        parts = [line for line in csv.reader(lines, delimiter="\t") if line]
    names = [name for name in parts[3][2:] if name]
    numbers = np.array([[float(cell) for cell in line[2 : 2 + 3 * len(names)]] for line in parts[HEADER_LINES:]])
    return {name: numbers[:, 3 * i : 3 * i + 3][:, [2, 0, 1]] for i, name in enumerate(names)}


def _legs(poses: Poses, joints: dict[str, FloatArray], calibration: Path, camera: str) -> list[Leg]:
    known = tomllib.loads(calibration.read_text())[camera]
    track = poses.track
    shown = track.frame < len(next(iter(joints.values())))
    frames, xy = track.frame[shown], track.landmarks[shown, :, :2]
    return [
        _leg([joints[f"{letter}{name}"][frames] for name in LEG], known, xy, side)
        for letter, side in (("L", Side.LEFT), ("R", Side.RIGHT))
    ]


def _leg(world: list[FloatArray], known: dict[str, list[float]], xy: FloatArray, side: Side) -> Leg:
    hip, knee, ankle = (_project(points, known) for points in world)
    length = np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1)
    turn, _ = cv2.Rodrigues(np.array(known["rotation"]))
    across = np.cross(world[0] - world[1], world[2] - world[1]) @ turn.T
    tilt = np.degrees(np.arccos(np.abs(across[:, 2]) / np.linalg.norm(across, axis=1)))
    return Leg(
        seen=body.knee_angle(xy, side),
        projected=body.joint_angle(hip, knee, ankle),
        true=_angle(*world),
        tilt=tilt,
        off=np.linalg.norm(xy[:, Joint.KNEE + side] - knee, axis=1) / length,
    )


def _project(points: FloatArray, known: dict[str, list[float]]) -> FloatArray:
    rotation, translation, matrix, distortion = (
        np.array(known[key], dtype=np.float64) for key in ("rotation", "translation", "matrix", "distortions")
    )
    pixels, _ = cv2.projectPoints(points, rotation, translation, matrix, distortion)
    return np.asarray(pixels, dtype=np.float64)[:, 0]


def _angle(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """(n,) angle at ``b`` in space, degrees."""
    first, second = a - b, c - b
    across = np.linalg.norm(np.cross(first, second), axis=1)
    return np.degrees(np.arctan2(across, (first * second).sum(axis=1)))
