"""Players who differ by far: in body, stride, speed, knee, lean and backlift; as landmarks or drawn and filmed."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from bench.accuracy.videos import Rendered, digest
from tools.synthetic.body import Side
from tools.synthetic.motion.batting import Batting
from tools.synthetic.motion.bowling import Bowling
from tools.synthetic.performance import Performance
from tools.synthetic.player import Doing, draw_body, draw_delivery, draw_stroke
from tools.synthetic.render import Take, stage

LEFT_HANDED: Final = 0.25


def player(seed: int, doing: Doing, side: Side | None = None) -> Performance:
    """As :func:`tools.synthetic.player.draw`, from short strides to long ones and from a walk in to a run.

    ``side``: of the hand; ``None`` draws it as well, one in four left.
    """
    rng = np.random.default_rng([seed, 15])
    drawn: Side = "l" if rng.random() < LEFT_HANDED else "r"
    body = draw_body(rng)
    if doing == "batting":
        stroke = replace(
            draw_stroke(rng), step=rng.uniform(0.4, 1.3), tempo=rng.uniform(0.75, 1.3), backlift=rng.uniform(0.5, 1.2)
        )
        return Performance(body, Batting(body, side or drawn, stroke))
    delivery = replace(
        draw_delivery(rng), stride=rng.uniform(0.6, 1.4), tempo=rng.uniform(0.6, 1.4), stoop=rng.uniform(-10.0, 30.0)
    )
    return Performance(body, Bowling(body, side or drawn, delivery))


@dataclass(frozen=True, slots=True)
class Differing(Rendered):
    """:func:`player` of the seed and hand, drawn and filmed."""

    @property
    def name(self) -> str:
        drawn = digest(Path(__file__))
        return f"differing.{self.doing}.{self.seed}.{self.hand}.{self.yaw_deg:.0f}.{self.fps}.{drawn}"

    def take(self) -> Take:
        side: Side = "l" if self.hand == "left" else "r"
        return stage(player(self.seed, self.doing, side), self.yaw_deg, self.fps)
