"""When the bat meets the ball: hands that swing through it or stop at it, and films that do not show it."""

import numpy as np
import pytest
from tests.support.stored import read, store
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import Filmed, film
from tools.synthetic.motion.batting_keyframes import DEFENCE, DRIVE, PULL, Shot
from tools.synthetic.player import draw_batter

from cricksy.analysis.measure import measure
from cricksy.analysis.rescore import rescore
from cricksy.results.measurements import Event
from cricksy.vocabulary import Discipline, Given

FPS = 60.0
BATTERS = {shot.name: draw_batter(4100, "right", shot, 0.0) for shot in (DRIVE, DEFENCE, PULL)}
UNKNOWN = {"yaw_deg": 90.0, "bat_hidden": 1.0}
"""From the front soft hands hardly move, least of all where one wrist is never seen."""


def filmed(shot: Shot, seed: int, *, yaw_deg: float = 0.0, bat_hidden: float = 0.3) -> Filmed:
    faults = Faults(jitter=1.0, hands=1.0, bat_hidden=bat_hidden)
    return film(BATTERS[shot.name], View(yaw_deg=yaw_deg), fps=FPS, faults=faults, seed=seed)


def impact_ms(events: list[Event]) -> float | None:
    return next((event.t_ms for event in events if event.name == "impact"), None)


@pytest.mark.parametrize("shot", [DRIVE, DEFENCE, PULL], ids=["drive", "defence", "pull"])
def test_wrists_that_stray_slowly_hardly_move_the_impact_of_any_shot(shot: Shot) -> None:
    """Hands that stop may be lowest at any time after the ball; those of a drive look lowest before it."""
    off: list[float] = []
    for seed in range(6):
        taken = filmed(shot, seed)
        found = impact_ms(measure(taken.track, taken.video, Given()).events)
        assert found is not None
        off.append((found / 1000.0 - taken.truth.events["impact"]) * FPS)
    assert abs(float(np.median(off))) <= 1.5
    assert np.count_nonzero(np.abs(off) <= 2.0) >= 5


def test_where_the_film_does_not_show_when_the_hands_stop_no_impact_is_stated_and_nothing_hangs_on_it() -> None:
    taken = filmed(DEFENCE, 0, **UNKNOWN)
    found = measure(taken.track, taken.video, Given())
    assert found.discipline.value is Discipline.BATTING
    assert "backlift_top" in {event.name for event in found.events}
    assert impact_ms(found.events) is None
    after = {"downswing_time", "front_contact_to_impact", "batting_stride", "hand_speed", "head_over_front_foot_impact"}
    assert {measure.value for measure in found.measures if measure.name in after} == {None}
    judged = {name: metric.score for name, metric in found.metrics.items() if metric.score is not None}
    assert not judged.keys() & {"balance_drift_score", "front_knee_brace_score"}


def test_an_impact_that_the_film_does_not_show_stays_unknown_until_the_coach_says_it() -> None:
    kept = store(filmed(DEFENCE, 0, **UNKNOWN))
    before = kept.read.pose.pose_summary.events
    top_ms = next(event.t_ms for event in before if event.name == "backlift_top")
    moved = read(rescore(kept.results, kept.landmarks, {"backlift_top": top_ms + 17.0}))
    assert impact_ms(moved.pose.pose_summary.events) is None
    said_ms = 1000.0 * kept.filmed.truth.events["impact"]
    said = read(rescore(kept.results, kept.landmarks, {"impact": said_ms}))
    assert impact_ms(said.pose.pose_summary.events) == pytest.approx(said_ms, abs=0.01)
