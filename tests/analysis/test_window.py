"""The part of a video that is read again at its own rate."""

import numpy as np
import pytest
from tools.synthetic import stick

from cricksy.analysis.disciplines.action import action_window
from cricksy.analysis.track import Track
from cricksy.vocabulary import Discipline, Given

LONG = stick.Bowler(back_contact=3.66, front_contact=3.86, release=3.98, seconds=6.0)


def coarse(fps: float) -> Track:
    t = stick.times(fps, LONG.seconds)
    return sampled(stick.video_of(stick.bowl(LONG, t), t, stick.Camera(px_per_h=150.0, width=4000)))


def sampled(track: Track) -> Track:
    """``track`` as the first pass reads it from a film of 60 frames a second."""
    track.frame[:] = np.round(track.t_ms * 0.06)
    return track


@pytest.mark.parametrize("fps", [10.0, 15.0, 30.0])
@pytest.mark.parametrize("discipline", [None, Discipline.BOWLING])
def test_a_deliverys_window_holds_it_with_room_on_both_sides(fps: float, discipline: Discipline | None) -> None:
    window = action_window(coarse(fps), Given(discipline), 1.5)
    assert window is not None
    start, end = window
    assert end - start <= 1500.0 + 1e-6
    assert start + 150 < LONG.back_contact * 1000
    assert end - 250 > LONG.release * 1000


@pytest.mark.parametrize("fps", [10.0, 15.0, 30.0])
def test_a_gentle_strokes_window_holds_it_from_the_stance_on(fps: float) -> None:
    gentle = stick.Batter(stance=2.0, top=2.6, contact=2.8, impact=3.0, seconds=5.0)
    t = stick.times(fps, gentle.seconds)
    track = sampled(stick.video_of(stick.bat(gentle, t), t, stick.Camera(px_per_h=400.0)))
    window = action_window(track, Given(), 1.5)
    assert window is not None
    start, end = window
    assert end - start <= 1500.0 + 1e-6
    assert start + 50 < gentle.stance * 1000
    assert end - 200 > gentle.impact * 1000


def test_a_window_stays_inside_a_short_video() -> None:
    t = stick.times(15, 1.2)
    track = stick.video_of(stick.bowl(stick.Bowler(), t), t, stick.Camera())
    assert action_window(track, Given(), 1.5) == pytest.approx((0.0, float(track.t_ms[-1])))


@pytest.mark.parametrize("move", [stick.stand, stick.walk])
def test_nobody_who_stands_or_walks_by_is_read_again(move: stick.Movement) -> None:
    t = stick.times(15, 4.0)
    assert action_window(stick.video_of(move(t), t, stick.Camera()), Given(), 1.5) is None


def test_an_empty_video_has_no_window() -> None:
    assert action_window(stick.empty(60), Given(), 1.5) is None
    assert action_window(stick.empty(0), Given(), 1.5) is None


def test_a_single_fast_glitch_is_no_action() -> None:
    t = stick.times(15, 4.0)
    track = stick.video_of(stick.stand(t), t, stick.Camera())
    track.landmarks[30, [15, 16], :2] += np.array([250.0, -100.0])
    assert action_window(track, Given(), 1.5) is None


@pytest.mark.parametrize("fps", [10.0, 15.0])
def test_a_short_film_whose_stroke_the_first_pass_blurs_is_read_whole(fps: float) -> None:
    """Of 120 frames at most: the film may be quick, the first pass is not."""
    gentle = stick.Batter(stance=1.0, top=1.6, contact=1.8, impact=2.0, seconds=3.0)
    t = stick.times(fps, gentle.seconds)
    track = stick.video_of(stick.bat(gentle, t), t, stick.Camera(px_per_h=400.0))
    assert action_window(track, Given(), 1.5) == (float(track.t_ms[0]), float(track.t_ms[-1]))
