"""A bowler's over: delivery after delivery by one body, and between them the walk back, out of the picture and in.

The player is lost at each end of his way, and is elsewhere when he is seen again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from tools.synthetic.faults import NONE, Faults
from tools.synthetic.film import Filmed, film, mirrored
from tools.synthetic.motion.bowling import Bowling
from tools.synthetic.motion.walking import Gait, Walking
from tools.synthetic.performance import Performance
from tools.synthetic.player import draw_body, draw_delivery

from cricksy.analysis.track import Track

BALLS: Final = 6
OUT_S: Final = 0.6
"""Seconds out of the picture at each end of the way back: more than a person may be lost for."""
BACK_S: Final = 3.0
"""Seconds of the way back that are seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """``track``: all of it, ``fps`` frames a second. ``deliveries``: each as a film by itself. ``events``: seconds in
    the over of each delivery's events, by name. ``starts``: the frame at which each delivery begins.
    """

    track: Track
    fps: float
    deliveries: Sequence[Filmed]
    events: Sequence[Mapping[str, float]]
    starts: Sequence[int]

    @property
    def seconds(self) -> float:
        return len(self.track.t_ms) / self.fps


def players(seed: int, balls: int = BALLS) -> Iterator[tuple[Performance, Performance]]:
    """Each delivery, and the walk after it, by one right-handed body."""
    body = draw_body(np.random.default_rng([seed, 0]))
    for ball in range(balls):
        delivery = draw_delivery(np.random.default_rng([seed, 1 + ball]))
        walk = Walking(body, "r", Gait(step_time=0.55, start=(-1.5, 0.0), seconds=BACK_S))
        yield Performance(body, Bowling(body, "r", delivery)), Performance(body, walk)


def over(seed: int, *, balls: int = BALLS, fps: float = 60.0, faults: Faults = NONE) -> Over:
    """The over of a seed."""
    parts: list[Track] = []
    deliveries: list[Filmed] = []
    starts: list[int] = []
    count = 0
    for ball, (bowling, walking) in enumerate(players(seed, balls)):
        delivery = film(bowling, fps=fps, faults=faults, seed=seed + ball)
        back = mirrored(film(walking, fps=fps, faults=faults, seed=seed + 100 + ball).track)
        nobody = _nobody(back, round(OUT_S * fps))
        deliveries.append(delivery)
        starts.append(count)
        for part in (delivery.track, nobody, back, nobody):
            parts.append(part)
            count += len(part.frame)
    return Over(
        track=joined(parts, fps),
        fps=fps,
        deliveries=deliveries,
        events=[
            {name: when + start / fps for name, when in each.truth.events.items()}
            for each, start in zip(deliveries, starts, strict=True)
        ],
        starts=starts,
    )


def joined(parts: Sequence[Track], fps: float) -> Track:
    """The frames of all parts, one after another at that rate."""
    landmarks = np.concatenate([part.landmarks for part in parts])
    frame = np.arange(len(landmarks))
    model = np.zeros(len(landmarks), dtype=np.int64)
    return replace(parts[0], frame=frame, t_ms=frame * 1000.0 / fps, landmarks=landmarks, model=model, background=None)


def _nobody(like: Track, frames: int) -> Track:
    part = like.take(np.arange(frames))
    return replace(part, landmarks=np.full_like(part.landmarks, np.nan))
