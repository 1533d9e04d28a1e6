"""Feet that stand and swing by turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from synthetic.kinematics import FootTarget
from synthetic.motion.keyframes import Track

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

    def __init__(self, stances: Sequence[Stance], yaw: Track) -> None:
        """Stances in order of time; yaw in degrees, toes to the right positive."""
        self._stances = tuple(stances)
        self._pitch = Track(*_pitch_keys(self._stances))
        self._yaw = yaw

    def __call__(self, t: float) -> FootTarget:
        x, z, clearance = self._place(t)
        return FootTarget(x, z, clearance, self._pitch.value(t), self._yaw.value(t))

    def _place(self, t: float) -> tuple[float, float, float]:
        for left, landed in pairwise(self._stances):
            if left.end < t < landed.start:
                phase = (t - left.end) / (landed.start - left.end)
                ease = phase * phase * (3.0 - 2.0 * phase)
                # A parabola meets the ground at speed, as a foot does: the touch is a clear instant.
                clearance = landed.swing_height * 4.0 * phase * (1.0 - phase)
                return left.x + ease * (landed.x - left.x), left.z + ease * (landed.z - left.z), clearance
        stance = next((stance for stance in self._stances if t <= stance.end), self._stances[-1])
        return stance.x, stance.z, 0.0


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
