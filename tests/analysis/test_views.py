"""From where a delivery is filmed: right within 20 degrees, or unsure; its release is found from everywhere."""

import pytest
from bench.accuracy.views import PLAYERS, RELEASE_BOUND, YAWS, filmed

SEEDS = range(0, PLAYERS, 5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("yaw_deg", YAWS)
def test_a_view_is_right_or_unsure_and_release_is_found(seed: int, yaw_deg: int) -> None:
    one = filmed(seed, yaw_deg)
    assert not one.is_wrong
    assert one.late is None or abs(one.late) <= RELEASE_BOUND
