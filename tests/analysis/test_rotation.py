"""When hips and shoulders turn: no view of one camera shows it."""

import pytest
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis.measure import measure
from cricksy.vocabulary import CameraView, Given

BOWLER = stick.Bowler()


@pytest.mark.parametrize("yaw_deg", [0.0, 90.0, 270.0])
@pytest.mark.parametrize("view", [None, *CameraView])
def test_a_timing_that_cannot_be_read_gets_a_reason_instead_of_a_number(
    view: CameraView | None, yaw_deg: float
) -> None:
    t = stick.times(120, BOWLER.seconds)
    track = stick.video_of(stick.bowl(BOWLER, t), t, stick.Camera(yaw_deg=yaw_deg))
    timing = measure(track, container(track, 120.0), Given(camera_view=view)).metrics["hip_shoulder_separation_timing"]
    assert timing.score is timing.value is timing.error is None
    assert timing.confidence == 0.0
    assert timing.reason
