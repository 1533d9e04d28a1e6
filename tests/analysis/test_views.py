"""From where a delivery is filmed: right within 20 degrees, or unsure; its release is found from everywhere."""

import pytest
from bench.accuracy.views import PLAYERS, RELEASE_BOUND, SURE, SURE_SHARE, YAWS, filmed

from cricksy.vocabulary import CameraView

SEEDS = range(0, PLAYERS, 5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("yaw_deg", YAWS)
def test_a_view_is_right_or_unsure_and_release_is_found(seed: int, yaw_deg: int) -> None:
    one = filmed(seed, yaw_deg)
    assert not one.is_wrong
    assert one.late is None or abs(one.late) <= RELEASE_BOUND


@pytest.mark.parametrize(("yaw_deg", "view"), [(0, CameraView.SIDE), (90, CameraView.FRONT)])
def test_a_view_that_is_plain_is_named_surely(yaw_deg: int, view: CameraView) -> None:
    taken = [filmed(seed, yaw_deg) for seed in SEEDS]
    assert [one.view for one in taken] == [view] * len(taken)
    assert sum(one.sure >= SURE for one in taken) >= SURE_SHARE * len(taken)
