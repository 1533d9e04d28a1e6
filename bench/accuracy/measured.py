"""Players who differ by far, filmed with the errors of a pose model, and how far their measures are from the truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from bench.accuracy.differing import player
from tools.synthetic.camera import View
from tools.synthetic.described import described
from tools.synthetic.faults import Faults
from tools.synthetic.film import film
from tools.synthetic.player import Doing

from cricksy.analysis.measure import measure
from cricksy.results.measures import Measure
from cricksy.vocabulary import Given

RATES: Final = (30.0, 60.0, 120.0)
MODEL: Final = Faults(jitter=1.0, drift=0.045)
"""What a pose model gets wrong: ankles, knees and hips of rendered players are 0.045 of the trunk off in each
coordinate, and ankles move by 0.025 of it from one frame of 60 a second to the next, as with these."""
SIDE, ALONG = (0.0, 180.0), (90.0, 270.0)
"""Degrees of yaw: from either side, from the front and from behind."""


@dataclass(frozen=True, slots=True)
class Filmed:
    """One film: its measures by name, and their true values in metres, m/s, degrees, milliseconds and per cent."""

    doing: Doing
    fps: float
    stature: float
    true: Mapping[str, float]
    found: Mapping[str, Measure]


def filmed(seed: int, doing: Doing, yaw: tuple[float, ...], fps: float, faults: Faults = MODEL) -> Filmed:
    """The player of ``seed``, whose height is told, from about one of the directions ``yaw``."""
    rng = np.random.default_rng([seed, 16])
    performance = player(seed, doing)
    view = View(
        yaw_deg=float(rng.choice(yaw) + rng.normal(0.0, 8.0)),
        rise_deg=float(rng.uniform(0.0, 6.0)),
        px_per_m=float(rng.uniform(150.0, 300.0)),
    )
    video = film(performance, view, fps=fps, phase=float(rng.random()), faults=faults, seed=seed)
    stature = performance.body.stature
    seen = measure(video.track, video.video, Given(height_cm=round(100.0 * stature)))
    found = {one.name: one for one in seen.measures}
    return Filmed(doing, fps, stature, described(performance), found)
