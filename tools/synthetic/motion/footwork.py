"""Feet that stand and swing by turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from tools.synthetic.geometry import Array
from tools.synthetic.kinematics import FootTarget
from tools.synthetic.motion.keyframes import Curve

FLAT_AFTER = 0.05
"""Seconds from first touch to the flat foot."""


@dataclass(frozen=True, slots=True)
class Stance:
    """A foot's time on the ground.

    Attributes:
        start: seconds of the first touch.
        end: seconds at which the toes leave.
        x: metres, of the ankle over the flat foot.
        z: metres, the same.
        landing_pitch: degrees at the first touch, heel up is positive.
        leaving_pitch: degrees as the toes leave.
        swing_height: metres, of the shoe's clearance in the middle of the swing that led here.
        swing_pitch: degrees in the middle of that swing.
    """

    start: float
    end: float
    x: float
    z: float
    landing_pitch: float = -14.0
    leaving_pitch: float = 48.0
    swing_height: float = 0.2
    swing_pitch: float = 60.0


class Footwork:
    """One foot's whole way through an action."""

    def __init__(self, stances: Sequence[Stance], yaw: Curve) -> None:
        """Stances in order of time; yaw in degrees, toes to the right positive."""
        self._stances = tuple(stances)
        self._pitch = Curve(*_pitch_keys(self._stances))
        self._yaw = yaw

    def __call__(self, t: ArrayLike) -> FootTarget:
        """Where the foot is at ``t`` (...) seconds."""
        x, z, clearance = self._place(np.asarray(t, dtype=np.float64))
        return FootTarget(x, z, clearance, self._pitch.value(t), self._yaw.value(t))

    def _place(self, t: Array) -> tuple[Array, Array, Array]:
        first = self._stances[0]
        x, z, clearance = np.full_like(t, first.x), np.full_like(t, first.z), np.zeros_like(t)
        for left, landed in pairwise(self._stances):
            phase = np.clip((t - left.end) / (landed.start - left.end), 0.0, 1.0)
            ease = phase * phase * (3.0 - 2.0 * phase)
            x, z = x + ease * (landed.x - left.x), z + ease * (landed.z - left.z)
            # A parabola meets the ground at speed, as a foot does: the touch is a clear instant.
            clearance = clearance + landed.swing_height * 4.0 * phase * (1.0 - phase)
        return x, z, clearance


def _pitch_keys(stances: tuple[Stance, ...]) -> list[tuple[float, float]]:
    first, last = stances[0], stances[-1]
    keys = [(first.start, 0.0), ((first.start + first.end) / 2.0, 0.0)]
    for left, landed in pairwise(stances):
        swing = landed.start - left.end
        keys += [
            (left.end, left.leaving_pitch),
            (left.end + 0.4 * swing, landed.swing_pitch),
            (landed.start, landed.landing_pitch),
            (landed.start + FLAT_AFTER, 0.0),
        ]
        if landed is not last:
            keys.append(((landed.start + FLAT_AFTER + landed.end) / 2.0, 2.0))
    return keys
