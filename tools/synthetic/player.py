"""Players drawn by a seed: another body, another way of moving, the same exact truth."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from tools.synthetic.body import Body, Proportions, Side, load_body, resized
from tools.synthetic.kit import Kit
from tools.synthetic.motion.batting import Batting, Stroke
from tools.synthetic.motion.batting_keyframes import Shot
from tools.synthetic.motion.bowling import Bowling, Delivery
from tools.synthetic.motion.walking import Gait, Walking
from tools.synthetic.performance import Performance

Doing = Literal["bowling", "batting", "walking", "standing"]
Hand = Literal["right", "left"]

_SIDES: Final[Mapping[Hand, Side]] = {"right": "r", "left": "l"}
LEFT_HANDED: Final = 0.25
WALK: Final = 0.55
"""Seconds a step."""
CONTACT_TO_RELEASE: Final = (0.06, 0.20)
"""Seconds: what fast and slow bowlers take."""


def standard(discipline: Doing = "bowling", hand: Hand = "right") -> Performance:
    """The performance as the keyframes say, by a body of the mesh's size."""
    body, side = load_body(Kit()), _SIDES[hand]
    if discipline == "batting":
        return Performance(body, Batting(body, side))
    if discipline == "bowling":
        return Performance(body, Bowling(body, side))
    return Performance(body, Walking(body, side, Gait(step_time=WALK if discipline == "walking" else None)))


def draw(seed: int, discipline: Doing = "bowling", hand: Hand | None = None) -> Performance:
    """A performance that depends on nothing but its arguments; ``None`` draws the hand as well, one in four left."""
    rng = np.random.default_rng([seed, len(discipline)])
    drawn: Hand = "left" if rng.random() < LEFT_HANDED else "right"
    side, body = _SIDES[hand or drawn], draw_body(rng)
    if discipline == "batting":
        return Performance(body, Batting(body, side, draw_stroke(rng)))
    if discipline == "bowling":
        return Performance(body, Bowling(body, side, draw_delivery(rng)))
    step_time = rng.uniform(0.45, 0.65) if discipline == "walking" else None
    return Performance(body, Walking(body, side, Gait(step_time=step_time, start=(rng.uniform(-2.2, -1.0), 0.0))))


def draw_batter(seed: int, hand: Hand, shot: Shot, raised: float) -> Performance:
    """A batter who plays ``shot``, with the bat ``raised`` in the stance; see :class:`Stroke`."""
    rng = np.random.default_rng([seed, len(shot.name), 1])
    body = draw_body(rng)
    stroke = replace(draw_stroke(rng), shot=shot, raised=raised)
    return Performance(body, Batting(body, _SIDES[hand], stroke))


def draw_body(rng: np.random.Generator) -> Body:
    """A child's to a tall adult's body."""
    proportions = Proportions(
        stature=rng.uniform(1.30, 2.0), legs=rng.uniform(0.93, 1.07), arms=rng.uniform(0.93, 1.07)
    )
    return resized(load_body(Kit()), proportions)


def draw_delivery(rng: np.random.Generator) -> Delivery:
    """A bowler's own way within what coaches see."""
    tempo = rng.uniform(0.85, 1.2)
    gap = rng.uniform(*CONTACT_TO_RELEASE)
    at_contact = rng.uniform(150.0, 172.0)
    # The knee gives way at no more than 300°/s and straightens no faster.
    least = at_contact - rng.uniform(0.0, min(30.0, 150.0 * gap))
    return Delivery(
        tempo=tempo,
        contact_to_release=gap,
        stride=rng.uniform(0.88, 1.06),
        knee=(at_contact, least, min(173.0, least + rng.uniform(0.0, min(25.0, 150.0 * gap)))),
        pelvis_lead=rng.uniform(-0.01, 0.05),
        twist=rng.uniform(0.75, 1.15),
        side_bend=rng.uniform(0.5, 1.4),
        slot=rng.uniform(-4.0, 35.0),
        elbow=rng.uniform(0.0, 10.0),
        travel=rng.uniform(0.08, 0.15),
        stoop=rng.uniform(-10.0, 20.0),
        descent=rng.uniform(4.0, 6.0),
    )


def draw_stroke(rng: np.random.Generator) -> Stroke:
    """A batter's own way."""
    return Stroke(
        tempo=rng.uniform(0.85, 1.2),
        contact_to_impact=rng.uniform(0.10, 0.32),
        step=rng.uniform(0.6, 1.15),
        advance=rng.uniform(0.7, 1.1),
        knee=rng.uniform(105.0, 160.0),
        backlift=rng.uniform(0.6, 1.1),
        pelvis_lead=rng.uniform(-0.01, 0.06),
        lean=rng.uniform(0.5, 1.3),
        bat_angle=rng.uniform(-5.0, 5.0),
    )
