"""A stick figure that bowls, walks or stands, with exact truth.

Lengths are in body scales H, so thigh, shank and trunk add up to one; x is the way to the target, y up, z to the
player's right. Feet and hips follow given paths and the knees follow from them, so every angle is known exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cricksy.analysis.skeleton import BLAZEPOSE33
from cricksy.analysis.track import FloatArray, Track

THIGH, SHANK, TRUNK = 0.315, 0.316, 0.369
UPPER_ARM, FOREARM = 0.239, 0.187
HIP_HEIGHT = 0.57
BRAKING_S = 0.12
"""Time in which the front leg takes most of the hips' speed."""


@dataclass(frozen=True)
class Camera:
    """Orthographic. ``yaw_deg``: 0 is side-on with the target to the right, 90 from behind, 270 from ahead."""

    px_per_h: float = 300.0
    left: float = 150.0
    ground: float = 900.0
    width: int = 1920
    height: int = 1080
    yaw_deg: float = 0.0


@dataclass(frozen=True)
class Bowler:
    """A right-arm delivery; times in seconds."""

    back_contact: float = 0.66
    front_contact: float = 0.86
    release: float = 0.98
    seconds: float = 1.5
    speed: float = 3.0
    arm_speed_deg: float = 1200.0
    give_way: float = 0.0
    """How far the hips sink from front-foot contact to release, in H."""


Movement = Callable[[FloatArray], FloatArray]


def times(fps: float, seconds: float) -> FloatArray:
    return np.arange(round(seconds * fps)) / fps


def bowl(bowler: Bowler, t: FloatArray) -> FloatArray:
    """(n, 33, 3) the joints of a delivery."""
    after = np.clip(t - bowler.front_contact, 0.0, None)
    hip_x = bowler.speed * (t - after + BRAKING_S * (1 - np.exp(-after / BRAKING_S)))
    hip_y = HIP_HEIGHT - bowler.give_way * np.clip(after / (bowler.release - bowler.front_contact), 0.0, 2.0)
    at_front = bowler.speed * bowler.front_contact
    back_x, front_x = at_front - 0.42, at_front + 0.33
    back = _foot(
        t,
        [
            (-1.0, back_x - 2.6),
            (bowler.back_contact - 0.35, back_x - 1.2),
            (bowler.back_contact, back_x),
            (bowler.front_contact + 0.04, back_x),
            (bowler.front_contact + 0.35, front_x + 0.6),
        ],
    )
    front = _foot(
        t,
        [
            (-1.0, front_x - 3.4),
            (bowler.back_contact - 0.25, front_x - 1.5),
            (bowler.back_contact - 0.05, front_x - 1.5),
            (bowler.front_contact, front_x),
            (bowler.seconds + 1, front_x),
        ],
    )
    lean = np.radians(5 + 20 / (1 + np.exp(-(t - bowler.release) / 0.06)))
    swing = np.radians(10) + np.radians(bowler.arm_speed_deg) * 0.2 * np.tanh((t - bowler.release) / 0.2)
    other = np.radians(110) - 0.6 * np.tanh((t - bowler.release) / 0.2)
    return assemble(np.stack([hip_x, hip_y], axis=1), (front, back), lean, (other, swing))


@dataclass(frozen=True)
class Batter:
    """A right-hander's front-foot drive; times in seconds."""

    stance: float = 0.5
    top: float = 1.0
    contact: float = 1.2
    impact: float = 1.4
    seconds: float = 2.0
    sway: float = 0.0
    """How far the player rocks to either side from stance to the top of the backlift, in H."""


def bat(batter: Batter, t: FloatArray) -> FloatArray:
    """(n, 33, 3) the joints of a drive towards +x; the hands move on a straight path between their stations."""
    start, stop = batter.stance + 0.3, batter.impact
    forward = np.clip((t - start) / (stop - start), 0.0, 1.0)
    lifting = np.clip((t - batter.stance) / (batter.top - batter.stance), 0.0, 1.0)
    rocking = batter.sway * np.sin(2 * np.pi * lifting)
    hips = np.stack([1.0 + 0.25 * forward + rocking, HIP_HEIGHT - 0.05 * forward], axis=1)
    back = np.stack([np.full_like(t, 0.85), np.zeros_like(t)], axis=1)
    front = _foot(t, [(-1.0, 1.12), (batter.contact - 0.25, 1.12), (batter.contact, 1.45), (batter.seconds + 1, 1.45)])
    hanging = np.full_like(t, np.pi)
    joints = assemble(hips, (front, back), 0.2 + 0.4 * forward, (hanging, hanging))
    when = [-1.0, batter.stance, batter.top, batter.impact, batter.impact + 0.3, batter.seconds + 1]
    hands = np.stack(
        [
            np.interp(t, when, place)
            for place in ([1.05, 1.05, 0.85, 1.45, 1.6, 1.6], [0.62, 0.62, 0.95, 0.5, 1.1, 1.1])
        ],
        axis=1,
    )
    hands[:, 0] += rocking
    for side in (0, 1):
        wrist = hands + 0.04 * (1 - side)
        hand = [15 + side, 17 + side, 19 + side, 21 + side]
        joints[:, hand, :2], joints[:, hand, 2] = wrist[:, None, :], 0.0
        joints[:, 13 + side, :2] = (joints[:, 11 + side, :2] + wrist) / 2 + np.array([0.05, -0.08])
        joints[:, 11 + side, 0] += 0.12 * (1 - 2 * side)
    return joints


@dataclass(frozen=True)
class Thrower:
    """Faces the camera with the feet apart and brings one arm down at 0.75 s: no action with events."""

    arm: int = 1
    raised: int | None = None
    """The foot that is off the ground, its knee bent."""
    over: float = 0.5
    """Where the hips are between the feet: 0 over the left one, 1 over the right one."""


def throw(thrower: Thrower, t: FloatArray) -> FloatArray:
    """(n, 33, 3) the joints of a throw."""
    left_x, right_x = 1.2, 0.8
    hips = np.tile([left_x + thrower.over * (right_x - left_x), HIP_HEIGHT], (len(t), 1))
    feet = tuple(np.tile([x, 0.03 * (side == thrower.raised)], (len(t), 1)) for side, x in enumerate((left_x, right_x)))
    moving = 1.8 + 1.4 * np.tanh((t - 0.75) / 0.12)
    arms = [moving if side == thrower.arm else np.full_like(t, np.pi) for side in (0, 1)]
    return assemble(hips, (feet[0], feet[1]), np.zeros_like(t), (arms[0], arms[1]))


def walk(t: FloatArray, speed: float = 1.0) -> FloatArray:
    """(n, 33, 3) the joints of somebody who walks by; speed in H/s."""
    phase = 2 * np.pi * 0.9 * t
    hips = np.stack([speed * t, np.full_like(t, HIP_HEIGHT)], axis=1)
    feet = tuple(
        np.stack([speed * t + 0.25 * np.sin(phase + turn), 0.04 * np.clip(np.cos(phase + turn), 0, None)], axis=1)
        for turn in (0.0, np.pi)
    )
    arms = tuple(np.pi + 0.35 * np.sin(phase + turn) for turn in (np.pi, 0.0))
    return assemble(hips, (feet[0], feet[1]), np.full_like(t, 0.05), (arms[0], arms[1]))


def stand(t: FloatArray) -> FloatArray:
    """(n, 33, 3) the joints of somebody who stands and sways a little."""
    sway = 0.01 * np.sin(2 * np.pi * 0.4 * t)
    hips = np.stack([1.0 + sway, np.full_like(t, HIP_HEIGHT)], axis=1)
    feet = [np.stack([np.full_like(t, x), np.zeros_like(t)], axis=1) for x in (0.9, 1.1)]
    return assemble(hips, (feet[0], feet[1]), 0.05 + sway, (np.pi + sway, np.pi - sway))


def _foot(t: FloatArray, stays: list[tuple[float, float]]) -> FloatArray:
    """(n, 2) an ankle that goes in straight swings between (time, x); it is lifted while it goes."""
    when, where = np.array(stays).T
    x = np.asarray(np.interp(t, when, where), dtype=np.float64)
    piece = np.clip(np.searchsorted(when, t, side="right") - 1, 0, len(when) - 2)
    share = np.clip((t - when[piece]) / (when[piece + 1] - when[piece]), 0.0, 1.0)
    moves = where[piece + 1] != where[piece]
    return np.stack([x, np.where(moves, 0.12 * np.sin(np.pi * share), 0.0)], axis=1)


def assemble(
    hips: FloatArray, feet: tuple[FloatArray, FloatArray], lean: FloatArray, arms: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """(n, 33, 3) from hips and the two ankles (n, 2), trunk lean and the two arm angles (n,): 0 up, rising forward."""
    joints = np.zeros((len(hips), BLAZEPOSE33.count, 3))
    trunk = TRUNK * np.stack([np.sin(lean), np.cos(lean)], axis=1)
    shoulders = hips + trunk
    head = shoulders + 0.45 * trunk
    joints[:, :11, :2] = head[:, None, :]
    joints[:, :7, 0] += 0.06
    for side, depth in ((0, -1.0), (1, 1.0)):
        ankle = _reachable(hips, feet[side])
        arm = np.stack([np.sin(arms[side]), np.cos(arms[side])], axis=1)
        elbow = shoulders + UPPER_ARM * arm
        wrist = elbow + FOREARM * arm
        for index, place in (
            (7, head),
            (11, shoulders),
            (13, elbow),
            (15, wrist),
            (17, wrist + 0.05 * arm),
            (19, wrist + 0.06 * arm),
            (21, wrist + 0.03 * arm),
            (23, hips),
            (25, _knee(hips, ankle)),
            (27, ankle),
            (29, ankle - np.array([0.04, 0.03])),
            (31, ankle + np.array([0.12, -0.03])),
        ):
            joints[:, index + side, :2] = place
        joints[:, [11 + side, 13 + side, 15 + side], 2] = 0.12 * depth
        joints[:, [23 + side, 25 + side, 27 + side, 29 + side, 31 + side], 2] = 0.07 * depth
        joints[:, 7 + side, 2] = 0.05 * depth
    return joints


def _reachable(hip: FloatArray, ankle: FloatArray) -> FloatArray:
    """The ankle, pulled towards the hip where the leg is too short for it."""
    away = ankle - hip
    distance = np.linalg.norm(away, axis=1, keepdims=True)
    return hip + away * np.minimum(1.0, 0.999 * (THIGH + SHANK) / distance)


def _knee(hip: FloatArray, ankle: FloatArray) -> FloatArray:
    """Where the circles of thigh and shank meet, in front of the leg."""
    away = ankle - hip
    distance = np.linalg.norm(away, axis=1)
    along = (THIGH**2 - SHANK**2 + distance**2) / (2 * distance)
    unit = away / distance[:, None]
    forward = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    return hip + unit * along[:, None] + forward * np.sqrt(np.clip(THIGH**2 - along**2, 0.0, None))[:, None]


def video_of(joints: FloatArray, t: FloatArray, camera: Camera, shift_ms: float = 0.0) -> Track:
    """The track that a perfect model would write."""
    yaw = np.radians(camera.yaw_deg)
    x = joints[..., 0] * np.cos(yaw) + joints[..., 2] * np.sin(yaw)
    landmarks = np.zeros((*joints.shape[:2], 4))
    landmarks[..., 0] = camera.left + camera.px_per_h * x
    landmarks[..., 1] = camera.ground - camera.px_per_h * joints[..., 1]
    landmarks[..., 3] = 0.95
    n = len(t)
    return Track(
        frame=np.arange(n),
        t_ms=t * 1000.0 + shift_ms,
        landmarks=landmarks,
        model=np.zeros(n, dtype=np.int64),
        model_names=("perfect",),
        width=camera.width,
        height=camera.height,
    )


def empty(n: int) -> Track:
    """N frames at 30 a second in which nobody is found."""
    return video_of(np.full((n, BLAZEPOSE33.count, 3), np.nan), np.arange(n) / 30, Camera())
