import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.synthetic import stick
from tools.synthetic.measures import knee_angles

from cricksy.analysis import body
from cricksy.analysis.skeleton import Joint, Side


def pose(camera: stick.Camera | None = None) -> stick.FloatArray:
    t = stick.times(60, 1.5)
    return stick.video_of(stick.bowl(stick.Bowler(), t), t, camera or stick.Camera()).landmarks[..., :2]


@given(st.floats(5.0, 179.0), st.floats(-180.0, 180.0), st.floats(20.0, 2000.0))
def test_a_joint_angle_is_exact_whatever_its_place_and_size(angle: float, turn: float, size: float) -> None:
    first, second = np.radians(turn), np.radians(turn + angle)
    corner = np.array([[100.0, 50.0]])
    a = corner + size * np.array([[np.cos(first), np.sin(first)]])
    c = corner + 0.7 * size * np.array([[np.cos(second), np.sin(second)]])
    assert body.joint_angle(a, corner, c)[0] == pytest.approx(angle, abs=1e-6)


def test_a_straight_joint_is_180() -> None:
    a, b, c = (np.array([[x, 0.0]]) for x in (0.0, 1.0, 2.0))
    assert body.joint_angle(a, b, c)[0] == pytest.approx(180.0)


def test_knee_angles_equal_the_truth() -> None:
    t = stick.times(60, 1.5)
    truth = knee_angles(stick.bowl(stick.Bowler(), t))
    for side in Side:
        assert np.abs(body.knee_angle(pose(), side) - truth[:, side]).max() < 0.5


def test_a_wide_frame_does_not_bend_the_angles() -> None:
    """Coordinates divided by width and height would read 135.7° for a knee of 120° in a 16:9 frame."""
    wide = pose(stick.Camera(width=1920, height=1080))
    tall = pose(stick.Camera(width=1080, height=1920))
    assert body.knee_angle(wide, Side.LEFT) == pytest.approx(body.knee_angle(tall, Side.LEFT))


def test_the_scale_is_leg_plus_trunk_and_does_not_shrink_side_on() -> None:
    side_on, front_on = body.scale(pose()), body.scale(pose(stick.Camera(yaw_deg=90.0)))
    assert side_on == pytest.approx(300.0, rel=0.02)
    assert front_on is not None
    assert front_on == pytest.approx(300.0, rel=0.12)


def test_no_scale_without_a_body() -> None:
    assert body.scale(np.full((5, 33, 2), np.nan)) is None


def test_the_arm_angle_is_0_up_and_90_towards_the_target() -> None:
    xy = np.zeros((2, 33, 2))
    xy[0, Joint.WRIST + Side.RIGHT] = [0.0, -1.0]
    xy[1, Joint.WRIST + Side.RIGHT] = [-1.0, 0.0]
    assert body.arm_angle(xy, Side.RIGHT, -1) == pytest.approx([0.0, 90.0])


@given(st.floats(-85.0, 85.0), st.floats(0.0, 60.0))
def test_humerus_elevation_holds_out_of_the_image_plane(elevation: float, yaw: float) -> None:
    """The same arm, of length 1, turned towards the camera by ``yaw``."""
    up, across = np.sin(np.radians(elevation)), np.cos(np.radians(elevation))
    xy = np.zeros((1, 33, 2))
    xy[0, Joint.ELBOW + Side.LEFT] = [across * np.cos(np.radians(yaw)), -up]
    assert body.humerus_elevations(xy, Side.LEFT, 1.0)[0] == pytest.approx(elevation, abs=1e-6)


@given(st.floats(0.0, 0.01), st.integers(0, 1000))
def test_the_upper_arms_length_is_its_longest_projection_whatever_the_jitter(jitter: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    t = stick.times(60, 3.0)
    turn = np.linspace(0.0, np.pi, len(t))
    xy = np.zeros((len(t), 33, 2))
    for side in Side:
        xy[:, Joint.ELBOW + side, 0] = np.cos(turn)
    xy += rng.normal(0.0, 1.3 * jitter + 1e-12, xy.shape)
    assert body.upper_arm_length(t, xy) == pytest.approx(1.0, abs=0.01 + 7.0 * jitter)


@given(st.sampled_from([30.0, 60.0, 120.0]), st.floats(0.0, 1.0), st.floats(-60.0, 60.0))
def test_a_fast_arm_is_read_along_its_turn_between_two_frames(fps: float, phase: float, angle: float) -> None:
    """Of a length of 1, at 1000° a second; ``angle`` past the vertical at 0.5 s."""
    t = (np.arange(fps) + phase) / fps
    turn = np.radians(angle + 1000.0 * (t - 0.5))
    xy = np.zeros((len(t), 33, 2))
    xy[:, Joint.ELBOW] = np.stack([np.sin(turn), -np.cos(turn)], axis=1)
    rise, projected = body.upper_arm_at(t, xy, Side.LEFT, 0.5)
    assert projected == pytest.approx(1.0, abs=1e-6)
    assert rise == pytest.approx(np.cos(np.radians(angle)), abs=1e-6)


def test_an_arm_that_is_missing_is_not_read() -> None:
    xy = np.full((30, 33, 2), np.nan)
    assert np.isnan(body.upper_arm_at(stick.times(30, 1.0), xy, Side.LEFT, 0.5)).all()
    assert np.isnan(body.upper_arm_length(stick.times(30, 1.0), xy))


def test_the_centre_of_mass_of_a_standing_body_is_near_the_hips() -> None:
    t = stick.times(30, 1.0)
    xy = stick.video_of(stick.stand(t), t, stick.Camera()).landmarks[..., :2]
    centre = body.centre_of_mass(xy)
    hips = (xy[:, Joint.HIP] + xy[:, Joint.HIP + 1]) / 2
    assert np.abs((centre - hips)[:, 0]).max() < 0.1 * 300
    assert np.abs((centre - hips)[:, 1]).max() < 0.15 * 300


def test_a_hidden_limb_is_taken_where_its_pair_is() -> None:
    xy = pose()
    half = xy.copy()
    half[:, Joint.ELBOW] = np.nan
    assert np.isfinite(body.centre_of_mass(half)).all()
    half[:, Joint.ELBOW + 1] = np.nan
    assert np.isnan(body.centre_of_mass(half)).all()
