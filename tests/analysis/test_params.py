"""Detectors and rules take other values as arguments, so a sweep patches nothing."""

from dataclasses import replace

import numpy as np
from tools.synthetic import stick

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.batting import STROKE, find_stroke
from cricksy.analysis.disciplines.bowling import DELIVERY, OVERHEAD, find_delivery, find_overhead
from cricksy.analysis.disciplines.bowling_arm import ARC
from cricksy.analysis.disciplines.bowling_profile import BOWLING
from cricksy.analysis.disciplines.foot_contact import front_contact
from cricksy.analysis.disciplines.judging import seen_view
from cricksy.analysis.disciplines.landing import CONTACT
from cricksy.analysis.disciplines.movement import wrist_speed
from cricksy.analysis.events import Instant
from cricksy.analysis.metrics import knee
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.knee import KneeParams
from cricksy.analysis.preprocessing.cleaning import CLEANING, Motion, clean
from cricksy.analysis.track import Track


def delivery() -> Track:
    t = stick.times(60, 1.5)
    return stick.video_of(stick.bowl(stick.Bowler(give_way=0.05), t), t, stick.Camera())


def motion_of(track: Track) -> Motion:
    motion = clean(track)
    assert motion is not None
    return motion


BOWLED = motion_of(delivery())


def test_a_delivery_asks_for_as_fast_an_arm_and_as_long_a_stride_as_is_given() -> None:
    assert find_delivery(BOWLED) is not None
    assert find_delivery(BOWLED, replace(DELIVERY, arc=replace(ARC, min_speed=5000.0))) is None
    usual, flat = (find_delivery(BOWLED, replace(DELIVERY, ball_descent=descent)) for descent in (5.0, 0.0))
    assert usual is not None
    assert flat is not None
    assert flat.key_event.index < usual.key_event.index


def test_an_overhead_arm_asks_for_as_much_as_is_given() -> None:
    t = stick.times(60, 1.5)
    front_on = motion_of(stick.video_of(stick.bowl(stick.Bowler(), t), t, stick.Camera(yaw_deg=90.0)))
    speed = wrist_speed(front_on)
    assert find_overhead(front_on, speed, told=False) is not None
    assert find_overhead(front_on, speed, replace(OVERHEAD, down_s=0.0), told=False) is None


def test_a_stroke_asks_for_as_fast_hands_as_is_given() -> None:
    t = stick.times(60, 2.0)
    batted = motion_of(stick.video_of(stick.bat(stick.Batter(), t), t, stick.Camera()))
    assert find_stroke(batted) is not None
    assert find_stroke(batted, replace(STROKE, swing=replace(STROKE.swing, hands_speed=50.0))) is None


def test_a_contact_is_as_sure_as_is_given() -> None:
    action = find_delivery(BOWLED)
    assert action is not None
    usual = front_contact(BOWLED, action.towards, action.key_event)
    rough = front_contact(BOWLED, action.towards, action.key_event, params=replace(CONTACT, least_fall_speed=100.0))
    assert isinstance(usual, Instant)
    assert isinstance(rough, Instant)
    assert rough.uncertainty_s > usual.uncertainty_s


def test_cleaning_fills_gaps_as_long_as_is_given() -> None:
    track = delivery()
    track.landmarks[30:34] = np.nan
    longer = [clean(track, replace(CLEANING, max_gap_s=seconds)) for seconds in (0.0, CLEANING.max_gap_s, 1.0)]
    missing = [np.count_nonzero(np.isnan(motion.unfiltered[:, 25, 0])) for motion in longer if motion is not None]
    assert len(missing) == len(longer)
    assert missing[0] >= missing[1] >= missing[2] == 0
    assert missing[0] > missing[2]


def test_a_metric_is_scored_by_the_targets_that_are_given() -> None:
    action = find_delivery(BOWLED)
    assert action is not None
    own = BOWLING.params(KneeParams)
    assert own is not None
    lenient = replace(own, target=(110.0, 60.0), collapse=(70.0, 90.0))
    others = tuple(params for params in BOWLING.metrics if params is not own)
    view = seen_view(BOWLED, action)
    usual, kind = (
        knee.METRIC.of(Scene(BOWLED, action, view, replace(BOWLING, metrics=(params, *others)))).metric
        for params in (own, lenient)
    )
    assert usual.value == kind.value
    assert usual.score is not None
    assert usual.score < th.FAULT_SCORE
    assert kind.score == 1.0
