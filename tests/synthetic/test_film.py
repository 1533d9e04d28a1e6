"""The virtual camera, and the truth that goes with its landmarks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import at_most
from tools.synthetic import measures
from tools.synthetic.body import load_body
from tools.synthetic.camera import View
from tools.synthetic.faults import ANKLE_JITTER, HEAD_JITTER, HIDDEN, Faults, spoil
from tools.synthetic.film import film
from tools.synthetic.geometry import X_AXIS, Y_AXIS, Z_AXIS, orientation
from tools.synthetic.kit import Kit
from tools.synthetic.landmarks import ANKLE, HIP, KNEE, NOSE, SHOULDER
from tools.synthetic.motion.bowling import Bowling, Delivery
from tools.synthetic.performance import Performance
from tools.synthetic.player import draw
from tools.synthetic.render import stage

from cricksy.analysis.skeleton import BLAZEPOSE33, Side

FLAT = View(orthographic=True)
few = at_most(10)
seeds = st.integers(0, 10_000)


@pytest.fixture(scope="module")
def bowler() -> Performance:
    return draw(5, "bowling", "right")


@pytest.mark.parametrize(
    ("yaw_deg", "right", "towards_camera"),
    [(0.0, X_AXIS, Z_AXIS), (90.0, -Z_AXIS, X_AXIS), (180.0, -X_AXIS, -Z_AXIS), (270.0, Z_AXIS, -X_AXIS)],
)
def test_where_a_view_looks_from(yaw_deg: float, right: np.ndarray, towards_camera: np.ndarray) -> None:
    aim = np.array([1.0, 1.0, 0.5])
    camera = View(yaw_deg=yaw_deg, distance_m=10.0, px_per_m=200.0).camera(aim)
    np.testing.assert_allclose(camera.position, aim + 10.0 * towards_camera, atol=1e-9)
    middle = [960.0, 540.0]
    np.testing.assert_allclose(camera.project(aim)[:2], middle, atol=1e-9)
    np.testing.assert_allclose(camera.project(aim + 0.5 * right)[:2], [1060.0, 540.0], atol=1e-9)
    np.testing.assert_allclose(camera.project(aim + 0.5 * Y_AXIS)[:2], [960.0, 440.0], atol=1e-9)


@few
@given(seeds, st.floats(50.0, 400.0), st.floats(-200.0, 200.0), st.floats(-100.0, 100.0))
def test_an_orthographic_side_view_is_the_sagittal_plane_to_scale(
    seed: int, px_per_m: float, right: float, down: float
) -> None:
    shot = film(draw(seed), View(orthographic=True, px_per_m=px_per_m, shift_px=(right, down)), fps=20.0)
    in_plane = shot.truth.joints_m[..., :2] * [px_per_m, -px_per_m]
    offset = shot.track.landmarks[..., :2] - in_plane
    np.testing.assert_allclose(offset, np.broadcast_to(offset[0, 0], offset.shape), atol=1e-6)
    np.testing.assert_allclose(
        measures.knee_angles(shot.truth.joints_m[..., :2]), shot.truth.knee_in_picture_deg, atol=1e-6
    )


@few
@given(seeds, st.floats(0.0, 360.0))
def test_a_image_never_lengthens_a_segment(seed: int, yaw_deg: float) -> None:
    shot = film(draw(seed), View(orthographic=True, yaw_deg=yaw_deg, px_per_m=100.0), fps=20.0)
    for start, end in ((HIP, KNEE), (KNEE, ANKLE), (SHOULDER, HIP)):
        seen = np.linalg.norm(shot.truth.landmarks_px[:, end] - shot.truth.landmarks_px[:, start], axis=-1)
        true = np.linalg.norm(shot.truth.joints_m[:, end] - shot.truth.joints_m[:, start], axis=-1)
        assert np.all(seen <= 100.0 * true + 1e-6)


def test_far_away_a_pinhole_is_orthographic(bowler: Performance) -> None:
    pinhole = film(bowler, View(distance_m=1e5), fps=20.0).truth.landmarks_px
    flat = film(bowler, View(distance_m=1e5, orthographic=True), fps=20.0).truth.landmarks_px
    np.testing.assert_allclose(pinhole, flat, atol=0.05)


def test_the_clock_shifts_frames_and_events_alike(bowler: Performance) -> None:
    whole = film(bowler, FLAT, fps=60.0)
    cut = film(bowler, FLAT, fps=60.0, clip=(0.5, 2.0), later_s=7.0)
    assert cut.track.t_ms[0] == pytest.approx(7000.0)
    assert len(cut.track.t_ms) == 90
    for name, when in whole.truth.events.items():
        assert cut.truth.events[name] == pytest.approx(when + 6.5)
    np.testing.assert_allclose(cut.truth.landmarks_px, whole.truth.landmarks_px[30:120], atol=1e-6)


def test_the_series_agree_with_the_values(bowler: Performance) -> None:
    shot = film(bowler, FLAT, fps=1000.0)
    truth, measured = shot.truth, shot.truth.measures
    assert measured is not None
    assert truth.front is Side.LEFT
    assert truth.arm is Side.RIGHT
    assert truth.balance is not None
    contact, release = (truth.events[name] for name in ("front_foot_contact", "ball_release"))
    knee = truth.knee_deg[:, truth.front]
    assert np.interp(contact, truth.t_s, knee) == pytest.approx(measured.knee_at_contact, abs=0.05)
    assert np.interp(release, truth.t_s, knee) == pytest.approx(measured.knee_at_key, abs=0.05)
    assert np.interp(release, truth.t_s, truth.balance) == pytest.approx(measured.balance, abs=0.005)
    elevation = truth.humerus_deg[:, truth.arm]
    assert np.interp(release, truth.t_s, elevation) == pytest.approx(measured.elbow_deg, abs=0.2)
    assert knee[(truth.t_s > contact) & (truth.t_s < release)].min() == pytest.approx(measured.knee_least, abs=0.1)


@pytest.mark.parametrize("yaw_deg", [0.0, 180.0])
def test_a_side_view_shows_the_heads_path_but_for_what_goes_across(bowler: Performance, yaw_deg: float) -> None:
    truth = film(bowler, View(yaw_deg=yaw_deg, orthographic=True), fps=30.0).truth
    assert truth.measures is not None
    assert truth.head_in_picture_pct is not None
    assert 0.3 * truth.measures.head_pct < truth.head_in_picture_pct <= truth.measures.head_pct


@pytest.mark.parametrize("lead", [0.0, 0.02, 0.05])
def test_an_earlier_pelvis_makes_a_longer_lag(lead: float) -> None:
    """By the lead, but for a tenth that the pelvis's tilt takes."""
    body = load_body(Kit())
    lags: list[float] = []
    for ahead in (0.0, lead):
        measured = film(Performance(body, Bowling(body, "r", Delivery(pelvis_lead=ahead))), FLAT).truth.measures
        assert measured is not None
        lags.append(measured.lag_ms)
    assert lags[1] - lags[0] == pytest.approx(1000.0 * lead, rel=0.12)


def test_jitter_is_the_measured_floor(bowler: Performance) -> None:
    shot = film(bowler, FLAT, fps=240.0, faults=Faults(jitter=1.0), seed=1)
    off = (shot.track.landmarks[..., :2] - shot.truth.landmarks_px).std(axis=(0, 2))
    trunk = FLAT.px_per_m * np.linalg.norm(shot.truth.joints_m[0, SHOULDER] - shot.truth.joints_m[0, HIP])
    assert off[NOSE] / trunk == pytest.approx(HEAD_JITTER, rel=0.15)
    assert off[ANKLE] / trunk == pytest.approx(ANKLE_JITTER, rel=0.15)


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_faults_come_as_often_as_asked_for(share: float) -> None:
    t = np.arange(10_000) / 240.0
    clean = np.random.default_rng(1).normal(500.0, 100.0, (len(t), BLAZEPOSE33.count, 4))

    def spoilt(faults: Faults) -> np.ndarray:
        return spoil(clean, t, 300.0, faults, np.random.default_rng(2))

    lost = np.isnan(spoilt(Faults(dropout=share))[:, 0, 0]).mean()
    swapped = (spoilt(Faults(swaps=share))[:, ANKLE, 0] == clean[:, ANKLE + 1, 0]).mean()
    hidden = (spoilt(Faults(hidden=share))[:, ANKLE, 3] == HIDDEN).mean()
    # Runs that overlap make it a little less.
    for often in (lost, swapped, hidden):
        assert 0.75 * share < often < 1.1 * share


def test_without_faults_the_track_is_the_truth(bowler: Performance) -> None:
    shot = film(bowler, FLAT, fps=30.0)
    np.testing.assert_array_equal(shot.track.landmarks[..., :2], shot.truth.landmarks_px)


def test_orientation_takes_any_leading_dimensions() -> None:
    turns = np.array([0.0, 30.0, 90.0])
    many = orientation(turns, 0.0 * turns, 0.0 * turns)
    one = orientation(30.0, 0.0, 0.0)
    np.testing.assert_allclose(many[1], one)


def test_a_bystander_is_filmed_by_the_players_camera(bowler: Performance) -> None:
    take = stage(bowler, passing="near")
    assert take.bystander is not None
    shot = film(take.bystander, take.view, fps=30.0, aim=bowler.action.centre)
    pixels = take.camera.project(shot.truth.joints_m)[..., :2]
    np.testing.assert_allclose(shot.track.landmarks[..., :2], pixels, atol=1e-9)
    assert shot.truth.discipline is None
    walked = shot.truth.landmarks_px[:, HIP, 0]
    assert walked[-1] - walked[0] > 0.5 * take.view.width
