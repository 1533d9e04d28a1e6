import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cricksy.analysis import filters
from cricksy.analysis.track import FloatArray


def test_runs_finds_every_unbroken_stretch() -> None:
    assert filters.runs(np.array([True, True, False, False, True])) == [(0, 2), (4, 5)]
    assert filters.runs(np.array([False])) == []


def test_a_short_gap_is_filled_and_a_long_one_stays() -> None:
    t = np.arange(20) / 30
    values = t.copy()
    values[[3, 4]] = np.nan
    values[8:14] = np.nan
    filled = filters.fill_gaps(t, values, 0.11)
    assert filled[[3, 4]] == pytest.approx(t[[3, 4]])
    assert np.isnan(filled[8:14]).all()


@given(st.integers(0, 40), st.integers(1, 12), st.floats(0.0, 0.3))
def test_nothing_is_filled_beyond_the_longest_gap(start: int, length: int, longest: float) -> None:
    t = np.arange(60) / 60
    values = np.sin(t)
    values[start : start + length] = np.nan
    filled = filters.fill_gaps(t, values, longest)
    fits = start > 0 and (length + 1) / 60 <= longest + 1e-9
    assert np.isfinite(filled).all() == fits


@pytest.mark.parametrize("rate", [30, 60, 120])
def test_the_low_pass_has_no_lag_and_keeps_slow_motion_at_any_rate(rate: int) -> None:
    t = np.arange(rate * 2) / rate
    slow = np.sin(2 * np.pi * 2 * t)
    smooth = filters.low_pass(t, slow, 12.0, 240.0)
    inner = slice(rate // 4, -rate // 4)
    assert smooth[inner] == pytest.approx(slow[inner], abs=0.02)


def test_the_low_pass_takes_jitter_and_leaves_missing_samples() -> None:
    t = np.arange(240) / 120
    values = np.where(np.arange(240) % 2 == 0, 1.0, -1.0)
    values[100:140] = np.nan
    smooth = filters.low_pass(t, values, 12.0, 240.0)
    assert np.abs(smooth[20:80]).max() < 0.05
    assert np.isnan(smooth[100:140]).all()


def test_hampel_takes_a_glitch_and_leaves_a_step() -> None:
    values = np.concatenate([np.zeros(20), np.ones(20)])
    values[10] = 5.0
    kept = filters.hampel(values, 3, 3.0, 0.2)
    assert np.isnan(kept[10])
    assert np.isfinite(np.delete(kept, 10)).all()


def test_a_still_person_does_not_turn_when_the_angle_crosses_the_seam() -> None:
    noisy = np.array([179.0, -179.0, 178.5, -178.5, 179.5])
    speed = filters.rate_of_change(np.arange(5) / 30, filters.unwrap(noisy))
    assert np.abs(speed).max() < 100.0


def test_slopes_are_missing_at_missing_samples() -> None:
    slope = filters.rate_of_change(np.arange(5.0), np.array([0.0, 1.0, np.nan, 3.0, 4.0]))
    assert np.isnan(slope[1:4]).all()
    assert np.isnan(filters.rate_of_change(np.array([0.0]), np.array([1.0]))).all()


def test_a_running_median_forgets_a_jump_and_needs_more_than_half_of_its_neighbourhood() -> None:
    values = np.zeros(20)
    values[10] = 9.0
    values[14:20] = np.nan
    found = filters.running_median(values, 2)
    assert (found[2:13] == 0.0).all()
    assert np.isnan(found[[0, 14, 19]]).tolist() == [False, True, True]


@given(st.sampled_from([30.0, 60.0, 120.0]), st.floats(0.0, 1.0), st.floats(-9.0, 9.0), st.floats(-9.0, 9.0))
def test_a_cubic_is_read_exactly_between_samples(fps: float, phase: float, level: float, bend: float) -> None:
    away: FloatArray = (np.arange(60, dtype=np.float64) - 30.0 + phase) / fps
    values = level + 5.0 * away + bend * away**2 - 7.0 * away**3
    assert filters.cubic_at(away, values[:, None], 0.0, 0.034)[0] == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize(
    ("missing", "half_s"), [(slice(14, 18), 0.034), (slice(15, 30), 0.034), (slice(15, 30), 0.15), (slice(16), 0.15)]
)
def test_nothing_is_read_inside_a_gap_or_before_the_first_or_beyond_the_last_sample(
    missing: slice, half_s: float
) -> None:
    t = np.arange(30) / 30
    values: FloatArray = np.ones((30, 2))
    values[missing] = np.nan
    assert np.isnan(filters.cubic_at(t, values, 15.5 / 30, half_s)).all()
