"""A body in pixels: its scale, its angles and its centre of mass. Points are (n, 2) with y down, NaN where missing."""

from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

SCALE_PERCENTILE: Final = 80  # %; projection shortens and outliers lengthen: high, but not the highest
# s; an arm's direction and length change more slowly than its ends move: more samples, less jitter
ARM_FIT_S: Final = 0.06
# Hz; a projected length peaks twice in a turn: in a run-up about three times a second
LENGTH_CUTOFF_HZ: Final = 6.0

# Segment lengths as fractions of H = thigh + shank + trunk, from Drillis and Contini (1966): thigh 0.245, shank 0.246,
# trunk 0.288, upper arm 0.186, forearm 0.146 of stature, H = 0.779 of stature.
THIGH: Final = 0.315  # H; 0.245 of stature (Drillis and Contini 1966)
SHANK: Final = 0.316  # H; 0.246 of stature (Drillis and Contini 1966)
TRUNK_LENGTH: Final = 0.370  # H; 0.288 of stature (Drillis and Contini 1966)
UPPER_ARM_LENGTH: Final = 0.239  # H; 0.186 of stature (Drillis and Contini 1966)
FOREARM_LENGTH: Final = 0.187  # H; 0.146 of stature (Drillis and Contini 1966)

# Mass of a segment as a fraction of the body's, and the place of its centre from the first joint to the second: de Leva
# (1996), mean of men and women. Hands and feet move with forearm and shank.
_LIMBS: Final = (
    (Joint.SHOULDER, Joint.ELBOW, 0.026, 0.576),
    (Joint.ELBOW, Joint.WRIST, 0.0208, 0.564),
    (Joint.HIP, Joint.KNEE, 0.1447, 0.385),
    (Joint.KNEE, Joint.ANKLE, 0.0590, 0.478),
)
# ratio; mass of the trunk, and the place of its centre from mid-shoulders to mid-hips (de Leva 1996)
_TRUNK: Final = (0.4302, 0.396)
_HEAD: Final = 0.0681  # ratio; mass of the head, taken to be at the middle of the ears (de Leva 1996)


def scale(xy: FloatArray) -> float | None:
    """Body scale H in pixels from landmarks (n, 33, 2): 80th percentile of the longer leg plus the trunk."""
    tall = sizes(xy)
    tall = tall[np.isfinite(tall)]
    height = float(np.percentile(tall, SCALE_PERCENTILE)) if len(tall) else 0.0
    return height if height > 0 else None


def sizes(xy: FloatArray) -> FloatArray:
    """(n,) the longer leg plus the trunk of landmarks (n, 33, 2), in pixels; NaN where hidden."""
    legs = np.stack(
        [_length(xy, Joint.HIP, side, Joint.KNEE) + _length(xy, Joint.KNEE, side, Joint.ANKLE) for side in Side]
    )
    trunk = np.linalg.norm(_middle(xy, Joint.SHOULDER) - _middle(xy, Joint.HIP), axis=-1)
    return np.fmax(legs[0], legs[1]) + trunk


def joint_angle(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """(n,) inner angle at ``b`` in degrees, 0–180; 180 is straight."""
    first, second = a - b, c - b
    cross = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    dot = (first * second).sum(axis=-1)
    return np.degrees(np.arctan2(np.abs(cross), dot))


def knee_angle(xy: FloatArray, side: Side) -> FloatArray:
    """(n,) knee angle of one leg in the image's plane, degrees; 180 is straight."""
    return joint_angle(xy[:, Joint.HIP + side], xy[:, Joint.KNEE + side], xy[:, Joint.ANKLE + side])


def arm_angle(xy: FloatArray, side: Side, towards: int) -> FloatArray:
    """(n,) direction shoulder → wrist in degrees, -180 to 180: 0 is up, 90 level towards ``towards`` (±1 along x)."""
    arm = xy[:, Joint.WRIST + side] - xy[:, Joint.SHOULDER + side]
    return np.degrees(np.arctan2(towards * arm[:, 0], -arm[:, 1]))


def upper_arm_length(t_s: FloatArray, xy: FloatArray) -> float:
    """The longest projection of either upper arm of landmarks (n, 33, 2), in their unit; NaN where neither was seen.

    A length changes more slowly than the arm turns: jitter, which makes the longest of many too long, is filtered away.
    """
    lengths = np.stack([_length(xy, Joint.SHOULDER, side, Joint.ELBOW) for side in Side], axis=1)
    if not np.isfinite(lengths).any():
        return float("nan")
    return float(np.nanmax(filters.low_pass(t_s, lengths, LENGTH_CUTOFF_HZ, th.FILTER_RATE_HZ)))


def upper_arm_at(t_s: FloatArray, xy: FloatArray, side: Side, at_s: float) -> tuple[float, float]:
    """Rise and projected length of an upper arm at a time, read along its turn: a fast arm moves far between frames.

    NaN where the landmarks (n, 33, 2) are missing about it.
    """
    rise, length = upper_arm_over(t_s, xy, side, np.array([at_s]))
    return float(rise[0]), float(length[0])


def upper_arm_over(t_s: FloatArray, xy: FloatArray, side: Side, times_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(m,) and (m,) the same at each of the times (m,)."""
    arm = xy[:, Joint.ELBOW + side] - xy[:, Joint.SHOULDER + side]
    turn = filters.unwrap(np.degrees(np.arctan2(arm[:, 0], -arm[:, 1])))
    polar = np.stack([turn, np.linalg.norm(arm, axis=1)], axis=1)
    read = np.array([filters.cubic_at(t_s, polar, float(at_s), ARM_FIT_S) for at_s in times_s])
    return read[:, 1] * np.cos(np.radians(read[:, 0])), read[:, 1]


def humerus_elevation(rise: FloatArray, projected: FloatArray, length: float) -> FloatArray:
    """Angle of an upper arm above the horizontal, degrees, -90 to 90: asin(``rise`` / ``length`` of the arm).

    Where the image shows it longer than that, its ``projected`` length counts. An arm that points at the camera looks
    short but is not raised.
    """
    return np.degrees(np.arcsin(rise / np.fmax(projected, length)))


def humerus_elevations(xy: FloatArray, side: Side, length: float) -> FloatArray:
    """(n,) the same of landmarks (n, 33, 2)."""
    arm = xy[:, Joint.ELBOW + side] - xy[:, Joint.SHOULDER + side]
    return humerus_elevation(-arm[:, 1], np.linalg.norm(arm, axis=1), length)


def centre_of_mass(xy: FloatArray) -> FloatArray:
    """(n, 2) segmental centre of mass; a missing limb is taken where its pair is, NaN where both are missing."""
    shoulders, hips = _middle(xy, Joint.SHOULDER), _middle(xy, Joint.HIP)
    mass, place = _TRUNK
    total = mass * (shoulders + place * (hips - shoulders)) + _HEAD * _present_mean(xy, Joint.EAR)
    weight = mass + _HEAD
    for near, far, share, along in _LIMBS:
        centres = [xy[:, near + side] + along * (xy[:, far + side] - xy[:, near + side]) for side in Side]
        total = total + share * (_either(centres[0], centres[1]) + _either(centres[1], centres[0]))
        weight += 2 * share
    return total / weight


def _length(xy: FloatArray, near: Joint, side: Side, far: Joint) -> FloatArray:
    return np.linalg.norm(xy[:, near + side] - xy[:, far + side], axis=-1)


def _middle(xy: FloatArray, joint: Joint) -> FloatArray:
    return (xy[:, joint] + xy[:, joint + 1]) / 2


def _either(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.where(np.isnan(first), second, first)


def _present_mean(xy: FloatArray, joint: Joint) -> FloatArray:
    left, right = xy[:, joint], xy[:, joint + 1]
    return (_either(left, right) + _either(right, left)) / 2
