"""A throw is no stroke: one hand goes away from the other as no two on a bat can."""

import numpy as np
import pytest
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.throw import PARTING_SPEED, THROWS_WITHIN_S
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.skeleton import Joint, Side
from cricksy.vocabulary import Discipline, Given

BATTER = stick.Batter()
LEAVES_S = 0.25  # s; from the impact to when a hand leaves the bat
SWEEP = np.pi  # rad; by which its arm turns
ARM = (Joint.ELBOW, Joint.WRIST, 17, 19, 21)  # the left one of each landmark that turns with it
STROKE = measure(
    (track := stick.video_of(stick.bat(BATTER, t := stick.times(60, BATTER.seconds)), t, stick.Camera(px_per_h=400.0))),
    container(track, 60),
    Given(),
)
IMPACT_S = next(event.t_ms for event in STROKE.events if event.name == "impact") / 1000.0


def parting(speed: float, fps: float, side: Side, given: Given | None = None) -> Measurement:
    """A drive, one hand of which leaves the bat at ``speed`` in H/s: the arm turns about its shoulder."""
    t = stick.times(fps, BATTER.seconds)
    joints = stick.bat(BATTER, t)
    shoulder, arm = joints[:, Joint.SHOULDER + side, None, :2], np.array(ARM) + side
    away = joints[:, arm, :2] - shoulder
    length = np.linalg.norm(away[:, 1], axis=-1)
    turned = np.minimum(np.maximum(t - IMPACT_S - LEAVES_S, 0.0) * speed / length, SWEEP)[:, None]
    across, down = away[..., 0], away[..., 1]
    joints[:, arm, 0] = shoulder[..., 0] + np.cos(turned) * across - np.sin(turned) * down
    joints[:, arm, 1] = shoulder[..., 1] + np.sin(turned) * across + np.cos(turned) * down
    track = stick.video_of(joints, t, stick.Camera(px_per_h=400.0))
    return measure(track, container(track, fps), given or Given())


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_hand_that_throws_makes_the_stroke_before_it_less_sure(fps: float, side: Side) -> None:
    assert LEAVES_S < THROWS_WITHIN_S
    found = parting(2.0 * PARTING_SPEED, fps, side)
    assert found.discipline.value is Discipline.BATTING
    assert found.discipline.confidence <= th.OFF_VIEW_CONFIDENCE
    assert all(event.confidence <= th.OFF_VIEW_CONFIDENCE for event in found.events)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_hand_that_lets_go_of_the_bat_to_run_is_no_throw(fps: float, side: Side) -> None:
    found = parting(0.6 * PARTING_SPEED, fps, side)
    assert found.discipline.confidence == pytest.approx(STROKE.discipline.confidence)


def test_one_who_says_that_it_is_batting_is_believed() -> None:
    told = parting(2.0 * PARTING_SPEED, 60, Side.RIGHT, Given(Discipline.BATTING))
    assert told.discipline.value is Discipline.BATTING
    assert any(metric.score is not None for metric in told.metrics.values())
