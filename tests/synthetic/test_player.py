"""Players drawn by a seed: bodies that keep together, events where the geometry says, the other hand as the mirror."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import at_most
from tools.synthetic.body import SIDES, Proportions, load_body, opposite, resized
from tools.synthetic.body import Side as BodySide
from tools.synthetic.camera import View
from tools.synthetic.events import TOUCH
from tools.synthetic.film import film
from tools.synthetic.geometry import Z_AXIS, unit
from tools.synthetic.kit import Kit
from tools.synthetic.landmarks import ELBOW, WRIST
from tools.synthetic.measures import joints_at
from tools.synthetic.motion.batting import Batting
from tools.synthetic.motion.bowling import Bowling
from tools.synthetic.performance import Performance
from tools.synthetic.player import CONTACT_TO_RELEASE, Doing, draw, standard

from cricksy.analysis.skeleton import Side

SEGMENTS = (("upperarm", "lowerarm"), ("lowerarm", "hand"), ("thigh", "calf"), ("calf", "foot"), ("foot", "heel"))
DOINGS: tuple[Doing, ...] = ("bowling", "batting", "walking", "standing")
seeds = st.integers(0, 10_000)
few = at_most(15)


@few
@given(seeds, st.sampled_from(DOINGS))
def test_segments_keep_their_length(seed: int, doing: Doing) -> None:
    player = draw(seed, doing)
    joints = player.pose(np.linspace(0.0, player.action.duration, 50)).joints
    for side in SIDES:
        for start, end in SEGMENTS:
            lengths = np.linalg.norm(joints[f"{end}_{side}"] - joints[f"{start}_{side}"], axis=-1)
            np.testing.assert_allclose(lengths, player.body.length(f"{start}_{side}", f"{end}_{side}"), rtol=1e-9)


@few
@given(seeds, st.sampled_from(DOINGS))
def test_shoes_stand_on_the_ground_and_not_in_it(seed: int, doing: Doing) -> None:
    player = draw(seed, doing)
    times = np.linspace(0.0, player.action.duration, 100)
    for side in SIDES:
        assert player.sole_height(side, times).min() > -1e-6


@few
@given(seeds)
def test_a_bowlers_events_are_where_the_geometry_says(seed: int) -> None:
    player = draw(seed)
    action, events = player.action, player.events()
    back, front, release = events.values()
    assert back < front < release
    # Heel and ball come where the geometry has them, some hundredths of a second beside the keyframes.
    assert CONTACT_TO_RELEASE[0] - 0.03 < release - front < CONTACT_TO_RELEASE[1] + 0.03
    landings: tuple[tuple[BodySide, float], ...] = ((opposite(action.front), back), (action.front, front))
    for side, contact in landings:
        assert player.sole_height(side, contact) == pytest.approx(TOUCH, abs=1e-3)
        assert player.sole_height(side, contact - np.array([0.002, 0.01, 0.05])).min() > TOUCH
    assert isinstance(action, Bowling)
    hand = joints_at(player, release + np.array([-0.001, 0.001]))[:, WRIST + SIDES.index(action.arm)]
    x, y, _ = hand[1] - hand[0]
    # The ball lies beyond the wrist and so moves a little further round.
    assert -action.delivery.descent - 6.0 < np.degrees(np.arctan2(y, x)) < 3.0


@few
@given(seeds)
def test_a_batters_events_are_where_the_geometry_says(seed: int) -> None:
    player = draw(seed, "batting")
    action, events = player.action, player.events()
    assert events["stance"] < events["backlift_top"] < events["impact"]
    assert events["stance"] < events["front_foot_contact"] < events["impact"]
    assert player.sole_height(action.front, events["front_foot_contact"]) == pytest.approx(TOUCH, abs=1e-3)
    joints = player.pose(events["impact"]).joints
    bat = unit(joints[f"hand_{action.hand}"] - joints[f"hand_{action.front}"])
    assert isinstance(action, Batting)
    assert np.degrees(np.arctan2(bat[0], -bat[1])) == pytest.approx(action.stroke.bat_angle, abs=0.1)
    heights = [
        sum(player.pose(events["backlift_top"] + later).joints[f"hand_{side}"][1] for side in SIDES)
        for later in (-0.02, 0.0, 0.02)
    ]
    assert heights[1] == max(heights)


@few
@given(seeds, st.floats(0.0, 2.0))
def test_both_hands_hold_the_bat(seed: int, t: float) -> None:
    player = draw(seed, "batting")
    joints = player.pose(t).joints
    apart = np.linalg.norm(joints["hand_l"] - joints["hand_r"])
    assert apart == pytest.approx(0.12 * player.body.stature / 1.8, abs=0.06)


@pytest.mark.parametrize("doing", ["bowling", "batting"])
def test_the_left_hander_is_the_mirror_of_the_right_hander(doing: Doing) -> None:
    right, left = draw(3, doing, "right"), draw(3, doing, "left")
    assert left.events() == pytest.approx(right.events(), abs=0.001)
    t = np.linspace(0.0, right.action.duration, 40)
    plane = right.action.centre[2]
    mirror = joints_at(right, t) * [1.0, 1.0, -1.0] + 2.0 * plane * Z_AXIS
    for joint in (ELBOW, WRIST):
        for side in Side:
            np.testing.assert_allclose(joints_at(left, t)[:, joint + side.other], mirror[:, joint + side], atol=0.01)


@pytest.mark.parametrize("doing", ["walking", "standing"])
def test_who_walks_or_stands_does_no_action(doing: Doing) -> None:
    shot = film(standard(doing), fps=30.0)
    assert shot.truth.events == {}
    assert (shot.truth.discipline, shot.truth.front, shot.truth.measures) == (None, None, None)


def test_a_walk_steps_on_spots() -> None:
    walker = standard("walking")
    times = np.arange(1.0, 2.0, 0.02)
    for side in SIDES:
        planted = walker.sole_height(side, times) < 1e-6
        place = np.round(walker.pose(times).joints[f"ball_{side}"][planted, 0], 1)
        assert 0.4 < planted.mean() < 0.75
        assert len(np.unique(place)) <= 4


def test_the_same_seed_is_the_same_player() -> None:
    first, second = (joints_at(draw(11), np.array([1.0])) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, joints_at(draw(12), np.array([1.0])))


@given(st.floats(1.2, 2.1), st.floats(0.9, 1.1), st.floats(0.9, 1.1))
@few
def test_a_resized_body_has_its_proportions(stature: float, legs: float, arms: float) -> None:
    mesh = load_body(Kit())
    body = resized(mesh, Proportions(stature=stature, legs=legs, arms=arms))
    assert body.stature == pytest.approx(stature, rel=0.01)
    assert np.ptp(body.mesh.vertices[:, 1]) == pytest.approx(stature, rel=0.02)
    reach, trunk = (
        body.length(*ends) / mesh.length(*ends) for ends in (("upperarm_l", "hand_l"), ("pelvis", "neck_01"))
    )
    assert reach / trunk == pytest.approx(arms, rel=0.01)
    assert body.middle_of_hips[1] / mesh.middle_of_hips[1] / trunk == pytest.approx(legs, rel=0.01)


def test_a_drawn_performance_fits_the_default_image() -> None:
    for seed in range(4):
        player: Performance = draw(seed, "batting")
        pixels = film(player, View(), fps=20.0).truth.landmarks_px
        assert pixels.min() > 0.0
        assert pixels[..., 0].max() < 1920.0
        assert pixels[..., 1].max() < 1080.0
