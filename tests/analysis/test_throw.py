"""A throw is no stroke: one hand goes away from the other as no two on a bat can."""

import numpy as np
import pytest
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.action import action_window
from cricksy.analysis.disciplines.throw import FOLLOW_THROUGH_S, PARTING_SPEED, THROWS_WITHIN_S
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import Track
from cricksy.vocabulary import Discipline, Given

BATTER = stick.Batter(seconds=3.0)
LEAVES_S = 0.15  # s; from the impact to when a hand leaves the bat
LATER_S = 0.5  # s; the same, of hands that part well before they throw
FIRST_FPS = 30  # of the first pass
SECONDS = 1.0  # of the part that is read again
MARGIN_MS = 100.0  # of it on either side of the throw
SOFT = 2.0  # times as long, of a stroke with soft hands
SWEEP = np.pi  # rad; by which its arm turns
ARM = (Joint.ELBOW, Joint.WRIST, 17, 19, 21)  # the left one of each landmark that turns with it
STROKE = measure(
    (track := stick.video_of(stick.bat(BATTER, t := stick.times(60, BATTER.seconds)), t, stick.Camera(px_per_h=400.0))),
    container(track, 60),
    Given(),
)
IMPACT_S = next(event.t_ms for event in STROKE.events if event.name == "impact") / 1000.0


def thrown(speed: float, fps: float, side: Side, leaves_s: float = LEAVES_S) -> Track:
    """A drive, one hand of which leaves the bat at ``speed`` in H/s: the arm turns about its shoulder."""
    t = stick.times(fps, BATTER.seconds)
    joints = stick.bat(BATTER, t)
    shoulder, arm = joints[:, Joint.SHOULDER + side, None, :2], np.array(ARM) + side
    away = joints[:, arm, :2] - shoulder
    length = np.linalg.norm(away[:, 1], axis=-1)
    turned = np.minimum(np.maximum(t - IMPACT_S - leaves_s, 0.0) * speed / length, SWEEP)[:, None]
    across, down = away[..., 0], away[..., 1]
    joints[:, arm, 0] = shoulder[..., 0] + np.cos(turned) * across - np.sin(turned) * down
    joints[:, arm, 1] = shoulder[..., 1] + np.sin(turned) * across + np.cos(turned) * down
    return stick.video_of(joints, t, stick.Camera(px_per_h=400.0))


def parting(speed: float, fps: float, side: Side, given: Given | None = None) -> Measurement:
    track = thrown(speed, fps, side)
    return measure(track, container(track, fps), given or Given())


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_hand_that_throws_makes_the_stroke_before_it_less_sure(fps: float, side: Side) -> None:
    found = parting(2.0 * PARTING_SPEED, fps, side)
    assert found.discipline.value is Discipline.BATTING
    assert found.discipline.confidence <= th.OFF_VIEW_CONFIDENCE
    assert all(event.confidence <= th.OFF_VIEW_CONFIDENCE for event in found.events)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_hands_that_part_before_they_throw_are_no_stroke(fps: float, side: Side) -> None:
    assert FOLLOW_THROUGH_S < LATER_S < THROWS_WITHIN_S
    track = thrown(1.5 * PARTING_SPEED, fps, side, LATER_S)
    found = measure(track, container(track, fps), Given())
    assert found.discipline.value is None
    assert not found.events


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fps", [60, 120, 240])
def test_where_hands_part_before_they_throw_the_throw_is_read_again(fps: int, side: Side) -> None:
    track = thrown(1.5 * PARTING_SPEED, fps, side, LATER_S)
    for first in range(fps // FIRST_FPS):
        window = action_window(track.take(np.arange(first, len(track.frame), fps // FIRST_FPS)), Given(), SECONDS)
        assert window is not None
        assert window[0] + MARGIN_MS < 1000.0 * (IMPACT_S + LATER_S) < window[1] - MARGIN_MS


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_hands_that_part_before_they_throw_are_a_stroke_to_one_who_says_so(fps: float, side: Side) -> None:
    track = thrown(1.5 * PARTING_SPEED, fps, side, LATER_S)
    found = measure(track, container(track, fps), Given(Discipline.BATTING))
    (impact,) = (event.t_ms for event in found.events if event.name == "impact")
    assert impact == pytest.approx(1000.0 * IMPACT_S, abs=40.0)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("seconds", [0.1, 0.2])
@pytest.mark.parametrize("jump", [0.15, 0.2])
def test_a_hand_that_is_misread_after_a_soft_stroke_leaves_the_stroke(jump: float, seconds: float, side: Side) -> None:
    t = stick.times(120, SOFT * BATTER.seconds)
    joints = stick.bat(BATTER, t / SOFT)
    misread = np.flatnonzero(np.abs(t - SOFT * IMPACT_S - LATER_S) <= seconds / 2.0)
    joints[misread[:, None], np.array(ARM[1:]) + side, 0] += jump
    track = stick.video_of(joints, t, stick.Camera(px_per_h=400.0))
    found = measure(track, container(track, 120), Given())
    assert found.discipline.value is Discipline.BATTING
    assert [event.name for event in found.events] == [event.name for event in STROKE.events]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_hand_that_lets_go_of_the_bat_to_run_is_no_throw(fps: float, side: Side) -> None:
    found = parting(0.6 * PARTING_SPEED, fps, side)
    assert found.discipline.confidence == pytest.approx(STROKE.discipline.confidence)


def test_one_who_says_that_it_is_batting_is_believed() -> None:
    told = parting(2.0 * PARTING_SPEED, 60, Side.RIGHT, Given(Discipline.BATTING))
    assert told.discipline.value is Discipline.BATTING
    assert any(metric.score is not None for metric in told.metrics.values())
