from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analysis import stick

from cricksy.analysis import signals
from cricksy.analysis.landmarks import ARM, LEG, Joint
from cricksy.analysis.swaps import Costs, swapped

COSTS = Costs(change=0.15, frame=0.008, clip=0.5, fastest=8 / 60)
ARMS = [Joint.SHOULDER, Joint.SHOULDER + 1, Joint.ELBOW, Joint.ELBOW + 1, Joint.WRIST, Joint.WRIST + 1]
SAMPLES = np.arange(len(stick.times(60, 1.5)), dtype=float)


def legs() -> tuple[stick.FloatArray, stick.FloatArray]:
    joints = stick.bowl(stick.Bowler(), stick.times(60, 1.5))[..., :2]
    return joints[:, list(LEG)], joints[:, [index + 1 for index in LEG]]


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


@pytest.mark.parametrize("first", [36, 42, 48, 54])
def test_arms_that_are_exchanged_while_one_is_hidden_are_put_right_there_and_nowhere_else(first: int) -> None:
    whole = stick.film_of(stick.bowl(stick.Bowler(), t := stick.times(60, 1.5)), t, stick.Camera())
    spoilt = whole.landmarks.copy()
    left, right = list(ARM), [index + 1 for index in ARM]
    spoilt[first - 20 : first + 2, [Joint.ELBOW + 1, Joint.WRIST + 1], 3] = 0.2
    exchanged = slice(first, first + 3)
    spoilt[exchanged, left], spoilt[exchanged, right] = spoilt[exchanged, right], spoilt[exchanged, left].copy()
    motion = signals.clean(replace(whole, landmarks=spoilt))
    assert motion is not None
    off = motion.raw[:, ARMS] - whole.landmarks[:, ARMS, :2]
    assert np.nanmax(np.abs(off)) < 0.1 * motion.scale
