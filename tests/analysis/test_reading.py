"""What a value's own error leaves of its confidence."""

from hypothesis import given
from hypothesis import strategies as st

from cricksy.analysis.metrics.knee import KNEE_IMPACT_FLEXION, KNEE_RELEASE
from cricksy.analysis.metrics.scoring import band_rule, limit_rule, reliability

ERRORS = st.floats(0.0, 200.0)


@given(ERRORS, ERRORS)
def test_a_larger_error_never_makes_a_value_more_reliable(one: float, other: float) -> None:
    small, large = (reliability(limit_rule(150.0, error, KNEE_RELEASE)) for error in sorted((one, other)))
    assert 0.0 <= large <= small <= 1.0


@given(st.floats(-50.0, 250.0), ERRORS)
def test_reliability_does_not_depend_on_the_value(value: float, error: float) -> None:
    good = reliability(band_rule(30.0, error, KNEE_IMPACT_FLEXION))
    assert reliability(band_rule(value, error, KNEE_IMPACT_FLEXION)) == good


def test_an_error_from_the_best_value_to_the_fault_line_leaves_one_half() -> None:
    best, worst = KNEE_RELEASE
    assert reliability(limit_rule(best, (best - worst) / 2, KNEE_RELEASE)) == 0.5
    assert reliability(limit_rule(best, 0.0, KNEE_RELEASE)) == 1.0
