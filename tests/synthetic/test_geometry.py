import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.synthetic.camera import look_at
from tools.synthetic.geometry import (
    X_AXIS,
    Y_AXIS,
    Z_AXIS,
    angle_at,
    bend_limb,
    orientation,
    rotation,
    rotation_between,
)

degrees = st.floats(-170.0, 170.0)
coordinate = st.floats(-3.0, 3.0)
points = st.tuples(coordinate, coordinate, coordinate).map(np.array)


def test_rotation_is_right_handed() -> None:
    assert rotation(Z_AXIS, 90.0) @ X_AXIS == pytest.approx(Y_AXIS)


def test_a_turn_to_the_right_faces_the_athletes_right() -> None:
    assert orientation(90.0, 0.0, 0.0) @ X_AXIS == pytest.approx(Z_AXIS)


def test_flexion_bends_forward_and_lean_bends_left() -> None:
    assert (orientation(0.0, 30.0, 0.0) @ Y_AXIS)[0] == pytest.approx(0.5)
    assert (orientation(0.0, 0.0, 30.0) @ Y_AXIS)[2] == pytest.approx(-0.5)


@given(degrees, degrees)
def test_half_way_between_two_orientations_takes_half_the_angle(first: float, second: float) -> None:
    start, end = rotation(Y_AXIS, first / 2.0), rotation(Y_AXIS, second / 2.0)
    half = rotation(Y_AXIS, (first + second) / 4.0)
    np.testing.assert_allclose(rotation_between(start, end, 0.5), half, atol=1e-6)


@given(
    st.floats(0.1, 0.85),
    st.floats(0.0, 360.0),
    st.floats(-80.0, 80.0),
)
def test_a_limb_reaches_its_target_and_keeps_its_lengths(distance: float, heading: float, slope: float) -> None:
    target = distance * rotation(Y_AXIS, heading) @ rotation(Z_AXIS, slope) @ X_AXIS
    pole = np.array([0.3, 1.0, 0.2]) if abs(slope) < 45.0 else np.array([1.0, 0.1, 0.4])
    middle, end = bend_limb(np.zeros(3), target, (0.44, 0.45), pole)
    np.testing.assert_allclose(end, target, atol=1e-9)
    assert np.linalg.norm(middle) == pytest.approx(0.44)
    assert np.linalg.norm(end - middle) == pytest.approx(0.45)
    assert middle @ (pole - target * (pole @ target) / distance**2) >= 0.0


def test_a_limb_that_cannot_reach_points_at_its_target() -> None:
    _, end = bend_limb(np.zeros(3), 2.0 * X_AXIS, (0.44, 0.45), Y_AXIS)
    assert end == pytest.approx(0.89 * 0.9995 * X_AXIS)


def test_angle_at_a_right_angle() -> None:
    assert angle_at(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 2.0])) == pytest.approx(90.0)


@given(points)
def test_the_camera_obeys_the_pinhole_equation(point: np.ndarray) -> None:
    camera = look_at(np.array([0.0, 1.0, 10.0]), np.array([0.0, 1.0, 0.0]), 2000.0, (1280, 720))
    x, y, z = point
    expected = [640.0 + 2000.0 * x / (10.0 - z), 360.0 - 2000.0 * (y - 1.0) / (10.0 - z), 10.0 - z]
    np.testing.assert_allclose(camera.project(point[None])[0], expected, atol=1e-9)


@given(st.floats(-5.0, 5.0), st.floats(0.5, 3.0), st.integers(0, 63), st.integers(0, 35))
def test_a_pixels_ray_projects_back_to_its_middle(x: float, y: float, column: int, row: int) -> None:
    camera = look_at(np.array([x, y, 12.0]), np.array([0.0, 1.0, 0.0]), 100.0, (64, 36))
    seen = camera.project((camera.position + 7.0 * camera.rays()[row, column])[None])[0]
    np.testing.assert_allclose(seen, [column + 0.5, row + 0.5, 7.0], atol=1e-9)
