"""The same action filmed otherwise: what counts as right of a copy at half speed that nobody is told of."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest
from bench.accuracy.same_delivery import is_right_or_asked, speed_row
from bench.accuracy.seen import Seen
from bench.accuracy.videos import HALF_SPEED
from tools.synthetic.faults import Faults
from tools.synthetic.film import container, film
from tools.synthetic.player import Doing, draw

from cricksy.analysis.clock import slowed
from cricksy.analysis.measure import measure
from cricksy.analysis.slow_motion.judge import Judgement
from cricksy.results.measurements import SlowMotion
from cricksy.vocabulary import Given

FILMED: Final = film(draw(7001, "bowling"), fps=60.0)
MEASURED: Final = measure(FILMED.track, FILMED.video, Given())


def said(slow: SlowMotion, fps: float = 30.0) -> Seen:
    video = replace(MEASURED.video, source_fps=fps, image_fps=fps)
    return Seen(FILMED.track, replace(MEASURED, video=video, speed=Judgement(slowed(slow.factor), slow)))


def sure(factor: float) -> Seen:
    return said(SlowMotion(factor=factor, source="inferred", confidence=0.95))


UNSURE: Final = SlowMotion(factor=1.0, source="none", confidence=0.5)
ASKED: Final = said(UNSURE)
# Nothing is wrong with a film of 60 images a second, so that nothing is asked.
UNASKED: Final = said(UNSURE, fps=60.0)


@pytest.mark.parametrize(
    ("copy", "right"),
    [
        (sure(2.0), True),
        (sure(2.09), True),
        (sure(1.91), True),
        (sure(2.2), False),
        (sure(4.0), False),
        # Called as shot for sure: nobody is asked, and every time is wrong.
        (sure(1.0), False),
        (ASKED, True),
        (UNASKED, False),
        (said(SlowMotion(factor=1.0, source="none", confidence=0.1, seems=2.0), fps=60.0), True),
        # A factor that is not sure is none, right or wrong: the coach is asked.
        (said(SlowMotion(factor=4.0, source="none", confidence=0.1, seems=4.0)), True),
    ],
)
def test_a_copy_is_right_where_its_factor_is_stated_or_its_coach_is_asked(copy: Seen, *, right: bool) -> None:
    assert is_right_or_asked(copy) == right


def test_every_copy_counts_and_the_wrong_ones_are_named() -> None:
    row = speed_row([("a", sure(2.0)), ("b", sure(1.0)), ("c", ASKED), ("d", UNASKED)])
    assert (row.what, row.measured, row.required, row.met) == (
        "half speed, untold: slowed rightly, or asked",
        "2/4",
        "4/4",
        False,
    )
    assert row.detail == " (b: 1 inferred; d: 1 none)"
    kept = speed_row([("a", sure(2.0)), ("c", ASKED)])
    assert (kept.measured, kept.met, kept.detail) == ("2/2", True, "")


@pytest.mark.parametrize("doing", ["bowling", "batting"])
def test_players_at_half_speed_are_slowed_rightly_or_asked_about(doing: Doing) -> None:
    copies: list[tuple[str, Seen]] = []
    for seed in range(7001, 7007):
        track = film(draw(seed, doing), fps=60.0, faults=Faults(jitter=1.0, drift=0.05), seed=seed).track
        half = replace(track, t_ms=np.asarray(track.t_ms * HALF_SPEED))
        copies.append((str(seed), Seen(half, measure(half, container(half, 60.0 / HALF_SPEED), Given()))))
    row = speed_row(copies)
    assert row.met, row.detail
