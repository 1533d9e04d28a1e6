"""From where a delivery is filmed: right within 20 degrees, or unsure; its release is found from everywhere."""

from dataclasses import replace

import numpy as np
import pytest
from bench.accuracy.views import PLAYERS, RELEASE_BOUND, SURE, SURE_SHARE, YAWS, filmed
from tools.synthetic.camera import View
from tools.synthetic.faults import FLOOR
from tools.synthetic.film import film
from tools.synthetic.motion.batting_keyframes import DEFENCE, DRIVE, PULL, Shot
from tools.synthetic.player import Hand, draw_batter

from cricksy.analysis.measure import measure
from cricksy.analysis.track import Track
from cricksy.vocabulary import CameraView, Discipline, Given

SEEDS = range(0, PLAYERS, 5)
HANDS: tuple[Hand, ...] = ("right", "left")


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


def with_feet(track: Track, apart: float) -> Track:
    """The same legs with the feet ``apart`` times as far from each other, as on the back foot or in a close stance."""
    landmarks = track.landmarks.copy()
    middle = landmarks[:, 27:29, 0].mean(axis=1)
    for side in (0, 1):
        nearer = (apart - 1) * (landmarks[:, 27 + side, 0] - middle)
        for joint, share in ((25, 0.5), (27, 1.0), (29, 1.0), (31, 1.0)):
            landmarks[:, joint + side, 0] += share * nearer
    return replace(track, landmarks=landmarks)


@pytest.mark.parametrize("shot", [DEFENCE, DRIVE, PULL])
@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("yaw_deg", [0, 25, 155, 180])
def test_a_batter_filmed_from_the_side_is_not_called_front_on_however_near_the_feet_are(
    shot: Shot, hand: Hand, yaw_deg: int
) -> None:
    """He stands sideways, so that a broad chest is what the side shows."""
    filmed = film(draw_batter(9100, hand, shot, 0.3), View(yaw_deg=yaw_deg), fps=30.0, faults=FLOOR, seed=1)
    for apart in np.linspace(0.1, 1.0, 4):
        found = measure(with_feet(filmed.track, float(apart)), filmed.video, Given(Discipline.BATTING)).camera_view
        assert found.value in {CameraView.SIDE, None}


@pytest.mark.parametrize(("yaw_deg", "view"), [(90, CameraView.FRONT), (270, CameraView.BEHIND)])
def test_a_batter_who_opens_up_is_seen_from_in_front_or_behind(yaw_deg: int, view: CameraView) -> None:
    seen: set[CameraView | None] = set()
    for seed in range(9000, 9006):
        shot, hand = (DEFENCE, DRIVE, PULL)[seed % 3], HANDS[seed % 2]
        filmed = film(draw_batter(seed, hand, shot, 0.3), View(yaw_deg=yaw_deg), fps=30.0, faults=FLOOR, seed=seed)
        seen.add(measure(filmed.track, filmed.video, Given(Discipline.BATTING)).camera_view.value)
    assert view in seen
    assert seen <= {view, None}
