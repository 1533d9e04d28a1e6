import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.analysis import stick

from cricksy.analysis.landmarks import LEG
from cricksy.analysis.swaps import swapped


def legs() -> tuple[stick.FloatArray, stick.FloatArray]:
    joints = stick.bowl(stick.Bowler(), stick.times(60, 1.5))[..., :2]
    return joints[:, list(LEG)], joints[:, [index + 1 for index in LEG]]


def test_nothing_is_exchanged_in_a_clean_delivery() -> None:
    assert not swapped(*legs(), 0.15, 0.008, 0.5).any()


@given(st.integers(20, 70), st.integers(1, 15))
def test_exchanged_legs_are_found_while_they_are_apart(start: int, length: int) -> None:
    left, right = legs()
    wrong = np.zeros(len(left), dtype=bool)
    wrong[start : start + length] = True
    mixed = np.where(wrong[:, None, None], right, left), np.where(wrong[:, None, None], left, right)
    found = swapped(*mixed, 0.15, 0.008, 0.5)
    apart = np.linalg.norm(left - right, axis=2).mean(axis=1) > 0.15
    assert np.count_nonzero((found != wrong) & apart) <= 2


def test_the_labels_of_the_majority_stay() -> None:
    left, right = legs()
    assert not swapped(right, left, 0.15, 0.008, 0.5).any()


def test_missing_joints_decide_nothing() -> None:
    left, right = legs()
    left[30:50] = np.nan
    assert not swapped(left, right, 0.15, 0.008, 0.5).any()
    assert not swapped(left[:2], right[:2], 0.15, 0.008, 0.5).any()
