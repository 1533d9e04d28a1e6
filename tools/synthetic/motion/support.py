"""What carries the hips: a leg whose knee is bent to a planned angle."""

from dataclasses import dataclass

import numpy as np
from tools.synthetic.body import Body, Side
from tools.synthetic.geometry import Array
from tools.synthetic.kinematics import FootTarget, place_foot


@dataclass(frozen=True, slots=True)
class Hips:
    """Where the hips are but for their height: metres x and z of their middle, and the pelvis's rotation (3, 3)."""

    x: float
    z: float
    pelvis: Array


def hip_height(body: Body, side: Side, foot: FootTarget, hips: Hips, knee: float) -> float:
    """Height in metres of the hips' middle at which the supporting knee is bent to an angle, by the law of cosines.

    Args:
        body: whose leg.
        side: which leg.
        foot: where the shoe is, at one instant.
        hips: where the hips are, at the same instant.
        knee: degrees, 180 is straight.

    Raises:
        ValueError: the foot is further away than the bent leg is long.
    """
    thigh, shank = body.length(f"thigh_{side}", f"calf_{side}"), body.length(f"calf_{side}", f"foot_{side}")
    leg_squared = thigh**2 + shank**2 - 2.0 * thigh * shank * np.cos(np.radians(knee))
    ankle, _, _ = place_foot(body, side, foot)
    joint = hips.pelvis @ (body.joints[f"thigh_{side}"] - body.middle_of_hips)
    below_squared = leg_squared - (ankle[0] - joint[0] - hips.x) ** 2 - (ankle[2] - joint[2] - hips.z) ** 2
    if below_squared <= 0.0:
        raise ValueError(f"a knee of {knee}° does not reach the {side} foot")
    return float(ankle[1] - joint[1] + np.sqrt(below_squared))
