from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.synthetic import stick

from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.side_swaps import Costs, blended, swapped
from cricksy.analysis.skeleton import ARM, LEG, Joint
from cricksy.analysis.track import Track

COSTS = Costs(change=0.15, frame=0.5 / 60, clip=0.5, fastest=8 / 60)
ARMS = [Joint.SHOULDER, Joint.SHOULDER + 1, Joint.ELBOW, Joint.ELBOW + 1, Joint.WRIST, Joint.WRIST + 1]
SAMPLES = np.arange(len(stick.times(60, 1.5)), dtype=float)


def legs() -> tuple[stick.FloatArray, stick.FloatArray]:
    joints = stick.bowl(stick.Bowler(), stick.times(60, 1.5))[..., :2]
    return joints[:, list(LEG)], joints[:, [index + 1 for index in LEG]]


def delivery(camera: stick.Camera | None = None) -> Track:
    t = stick.times(60, 1.5)
    return stick.video_of(stick.bowl(stick.Bowler(), t), t, camera or stick.Camera())


def exchange(landmarks: stick.FloatArray, frames: slice, limb: tuple[int, ...]) -> None:
    left, right = list(limb), [index + 1 for index in limb]
    landmarks[frames, left + right] = landmarks[frames, right + left]


def motion_of(track: Track, landmarks: stick.FloatArray | None = None) -> cleaning.Motion:
    motion = cleaning.clean(track if landmarks is None else replace(track, landmarks=landmarks))
    assert motion is not None
    return motion


def test_nothing_is_exchanged_in_a_clean_delivery() -> None:
    assert not swapped(SAMPLES, *legs(), COSTS).any()


@given(st.integers(20, 70), st.integers(1, 15))
def test_exchanged_legs_are_found_while_they_are_apart(start: int, length: int) -> None:
    left, right = legs()
    wrong = np.zeros(len(left), dtype=bool)
    wrong[start : start + length] = True
    mixed = np.where(wrong[:, None, None], right, left), np.where(wrong[:, None, None], left, right)
    found = swapped(SAMPLES, *mixed, COSTS)
    apart = np.linalg.norm(left - right, axis=2).mean(axis=1) > 0.15
    assert np.count_nonzero((found != wrong) & apart) <= 2


def test_the_labels_of_the_majority_stay() -> None:
    left, right = legs()
    assert not swapped(SAMPLES, right, left, COSTS).any()


def test_missing_joints_decide_nothing() -> None:
    left, right = legs()
    left[30:50] = np.nan
    assert not swapped(SAMPLES, left, right, COSTS).any()
    assert not swapped(SAMPLES[:2], left[:2], right[:2], COSTS).any()


def test_legs_caught_between_one_another_as_an_exchange_ends_do_not_prolong_it() -> None:
    left, right = legs()
    mixed = left.copy(), right.copy()
    for limb, other, own in ((mixed[0], right, left), (mixed[1], left, right)):
        limb[40:42] = other[40:42]
        limb[42] = (own[42] + other[42]) / 2
    assert not swapped(SAMPLES, *mixed, COSTS)[43:].any()


@pytest.mark.parametrize("first", [30, 40, 50, 60])
def test_an_exchange_is_told_across_missing_frames(first: int) -> None:
    left, right = legs()
    mixed = left.copy(), right.copy()
    mixed[0][first : first + 6], mixed[1][first : first + 6] = right[first : first + 6], left[first : first + 6]
    for limb in mixed:
        limb[[first - 1, first + 2, first + 6]] = np.nan
    found = swapped(SAMPLES, *mixed, COSTS)
    assert np.flatnonzero(found).tolist() == [first, first + 1, first + 3, first + 4, first + 5]


def test_legs_that_leap_to_one_anothers_place_do_not_pass_there() -> None:
    """A lagging exchange looks as if the legs passed one another, but none does in a thirtieth of a second."""
    left, right = np.zeros((60, 1, 2)), np.full((60, 1, 2), (0.7, 0.0))
    wrong = np.zeros(60, dtype=bool)
    wrong[[20, 21, 22, 34, 35, 36]] = True
    mixed = np.where(wrong[:, None, None], right, left), np.where(wrong[:, None, None], left, right)
    for first in (20, 34):
        mixed[0][first, 0, 0] -= 0.23
        mixed[1][first, 0, 0] += 0.23
    assert (swapped(SAMPLES[:60], *mixed, COSTS) == wrong).all()


@pytest.mark.parametrize("first", [36, 42, 48, 54])
def test_arms_that_are_exchanged_while_one_is_hidden_are_put_right_there_and_nowhere_else(first: int) -> None:
    whole = delivery()
    spoilt = whole.landmarks.copy()
    spoilt[first - 20 : first + 2, [Joint.ELBOW + 1, Joint.WRIST + 1], 3] = 0.2
    exchange(spoilt, slice(first, first + 3), ARM)
    motion = motion_of(whole, spoilt)
    off = motion.unfiltered[:, ARMS] - whole.landmarks[:, ARMS, :2]
    assert np.nanmax(np.abs(off)) < 0.1 * motion.scale


SPEED = 8 / 60
"""H a sample: no foot is faster."""
STRIDE = 54
"""A sample on which the feet are a stride apart."""


def test_legs_that_pass_one_another_or_are_exchanged_are_no_blend() -> None:
    left, right = legs()
    assert not blended(SAMPLES, left, right, SPEED).any()
    exchanged = (np.arange(len(left)) % 7 < 3)[:, None, None]
    mixed = np.where(exchanged, right, left), np.where(exchanged, left, right)
    assert not blended(SAMPLES, *mixed, SPEED).any()


@pytest.mark.parametrize("ways", [(0.5, 0.5), (0.4, 0.4), (1.0, 0.0), (0.0, 1.0)])
def test_a_frame_that_shows_neither_leg_or_one_of_them_twice_is_a_blend(ways: tuple[float, float]) -> None:
    """``ways``: how far each leg lies on its way to the other one."""
    left, right = legs()
    way = right[STRIDE] - left[STRIDE]
    left[STRIDE] += ways[0] * way
    right[STRIDE] -= ways[1] * way
    assert np.flatnonzero(blended(SAMPLES, left, right, SPEED)).tolist() == [STRIDE]


def test_a_blend_decides_no_labels_and_is_not_believed() -> None:
    whole = delivery()
    spoilt = whole.landmarks.copy()
    left, right = list(LEG), [index + 1 for index in LEG]
    spoilt[STRIDE, left] = spoilt[STRIDE, right] = (spoilt[STRIDE, left] + spoilt[STRIDE, right]) / 2
    exchange(spoilt, slice(STRIDE + 1, STRIDE + 4), LEG)
    motion = motion_of(whole, spoilt)
    assert not motion.visibility[STRIDE, left + right].any()
    assert np.abs(motion.unfiltered[:, left + right] - whole.landmarks[:, left + right, :2]).max() < 0.02 * motion.scale


def test_a_limb_that_either_label_hides_is_hidden_while_they_are_exchanged() -> None:
    whole = delivery()
    spoilt = whole.landmarks.copy()
    exchange(spoilt, slice(42, 46), LEG)
    hidden = slice(32, 56)
    spoilt[hidden, Joint.ANKLE + 1, 3] = 0.2
    motion = motion_of(whole, spoilt)
    assert np.isnan(motion.unfiltered[hidden, Joint.ANKLE + 1]).all()
    assert not motion.visibility[42:46, [Joint.ANKLE, Joint.ANKLE + 1]].any()


def test_the_leg_that_is_out_of_the_image_is_so_under_either_label() -> None:
    whole = delivery(stick.Camera(left=-800.0))
    spoilt = whole.landmarks.copy()
    exchange(spoilt, slice(STRIDE, STRIDE + 4), LEG)
    ankles = [Joint.ANKLE, Joint.ANKLE + 1]
    inside = motion_of(whole, spoilt).inside[:, ankles]
    assert inside[STRIDE : STRIDE + 4].tolist() == [[True, False]] * 4
    assert (inside == motion_of(whole).inside[:, ankles]).all()


def test_a_leg_whose_label_had_to_be_put_right_is_less_sure() -> None:
    whole = delivery()
    spoilt = whole.landmarks.copy()
    exchange(spoilt, slice(42, 46), LEG)
    less = motion_of(whole, spoilt).visibility < motion_of(whole).visibility
    legs = [*LEG, *(index + 1 for index in LEG)]
    assert less[42:46, legs].all()
    assert np.count_nonzero(less) == np.count_nonzero(less[42:46, legs])
