"""What the accuracy benchmark checks of a film is what was measured in it, slowed or not."""

from dataclasses import replace

import numpy as np
import pytest
from bench.accuracy.seen import Seen
from tools.synthetic.film import container, film
from tools.synthetic.player import Doing, draw

from cricksy.analysis.measure import measure
from cricksy.analysis.skeleton import Joint
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline, Given

FPS = 60.0


@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize("seed", [7001, 7003, 7012])
@pytest.mark.parametrize("who", ["bowling", "batting"])
def test_the_action_that_is_checked_is_the_one_that_was_measured(who: Doing, seed: int, times: int) -> None:
    """At its own rate, and shown at a half or a quarter of its speed."""
    filmed = film(draw(seed, who), fps=FPS)
    track = replace(filmed.track, t_ms=filmed.track.t_ms * times)
    given = Given(discipline=Discipline(who), capture_fps=FPS if times > 1 else None)
    seen = Seen(track, measure(track, container(track, FPS / times), given))
    measured = seen.measurement
    assert measured.speed.slow_motion.factor == times
    frame_s, instants = times / FPS, seen.instants()
    published: dict[EventName, float] = {event.name: event.t_ms / 1000.0 for event in measured.events}
    assert instants.keys() == published.keys()
    assert published
    for name, t_s in published.items():
        assert abs(instants[name] - t_s) <= frame_s, name
    last = measured.events[-1].frame
    ankle = seen.front_ankle(last)
    assert ankle is not None
    away = np.linalg.norm(filmed.truth.landmarks_px[last, Joint.ANKLE : Joint.ANKLE + 2] - ankle, axis=1)
    assert int(np.argmin(away)) == measured.front_leg
