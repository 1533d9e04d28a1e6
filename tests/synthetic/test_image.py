from pathlib import Path

import av
import numpy as np
import pytest
from tools.synthetic.camera import look_at
from tools.synthetic.encode import encode
from tools.synthetic.geometry import Y_AXIS
from tools.synthetic.mesh import Mesh, cylinder, join, sphere, triangle_normals, vertex_normals
from tools.synthetic.performance import Performance
from tools.synthetic.raster import draw_mesh, rasterise
from tools.synthetic.render import Take, develop, figure, paint, stage

WHITE = np.ones(3)
LIMB_JOINTS = ("lowerarm_l", "lowerarm_r", "calf_l", "calf_r", "foot_l", "foot_r", "pelvis", "spine_03", "head")


def volume(mesh: Mesh) -> float:
    """By the divergence theorem; positive when the triangles face outwards."""
    normals = triangle_normals(mesh.vertices, mesh.triangles)
    return float(np.sum(mesh.vertices[mesh.triangles[:, 0]] * normals) / 6.0)


def test_shapes_have_their_volume_and_face_outwards() -> None:
    assert volume(sphere(np.array([1.0, 2.0, 3.0]), 0.5, WHITE, sides=64)) == pytest.approx(0.5236, rel=0.01)
    assert volume(cylinder(np.zeros(3), 2.0 * Y_AXIS, 0.5, WHITE, sides=64)) == pytest.approx(1.5708, rel=0.01)


def test_a_spheres_normals_point_from_its_centre() -> None:
    ball = sphere(np.zeros(3), 1.0, WHITE, sides=32)
    normals = vertex_normals(ball.vertices, ball.triangles)
    assert np.all(np.sum(normals * ball.vertices, axis=1)[32:-32] > 0.99)


def test_the_nearer_triangle_hides_the_further() -> None:
    square = np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]])
    points = np.concatenate([np.c_[square, np.full(4, 5.0)], np.c_[square / 2.0, np.full(4, 3.0)]])
    triangles = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]])
    fragments = rasterise(points, triangles, (10, 10))
    owner = np.full(100, -1)
    owner[fragments.sample] = fragments.triangle
    image = owner.reshape(10, 10)
    assert np.all(image[:4, :4] >= 2)
    assert np.isin(image[4:8, :8], [0, 1]).all()
    assert np.all(image[8:] == -1)
    assert len(np.unique(fragments.sample)) == len(fragments.sample)
    np.testing.assert_allclose(fragments.interpolate(triangles, points)[:, 0], fragments.sample % 10 + 0.5, atol=1e-9)


def test_what_is_behind_the_edge_is_cut_off() -> None:
    camera = look_at(np.array([0.0, 0.0, 5.0]), np.zeros(3), 100.0, (40, 30))
    image = np.zeros((30, 40, 3), dtype=np.float32)
    draw_mesh(image, camera, sphere(np.array([1.0, 0.0, 0.0]), 0.5, WHITE))
    assert image[15, 39].max() > 0.1
    assert image[:, :20].max() == 0.0
    draw_mesh(image[:, :20], camera, sphere(np.array([9.0, 0.0, 0.0]), 0.5, WHITE))
    assert image[:, :20].max() == 0.0


def test_joined_meshes_keep_their_triangles() -> None:
    first, second = sphere(np.zeros(3), 1.0, WHITE), sphere(np.array([5.0, 0.0, 0.0]), 2.0, WHITE)
    assert volume(join([first, second])) == pytest.approx(volume(first) + volume(second))


def test_the_athlete_is_drawn_where_the_joints_project(take: Take, bowler: Performance) -> None:
    camera = look_at(take.camera.position, bowler.action.centre, take.camera.focal / 4.0, (320, 180))
    t = 1.74
    image = np.zeros((180, 320, 3), dtype=np.float32)
    paint(image, camera, [[figure(bowler, t)]])
    joints = bowler.pose(t).joints
    for name in LIMB_JOINTS:
        x, y, _ = camera.project(joints[name][None])[0]
        assert image[int(y), int(x)].max() > 0.05, name
    columns = np.flatnonzero(image.any(axis=(0, 2)))
    places = camera.project(np.stack(list(joints.values())))
    assert columns.min() == pytest.approx(places[:, 0].min(), abs=8.0)
    assert columns.max() == pytest.approx(places[:, 0].max(), abs=8.0)


def test_the_nearer_of_two_people_hides_the_other(bowler: Performance) -> None:
    lone, near, far = (stage(bowler, passing=passing) for passing in (None, "near", "far"))
    assert near.bystander is not None
    times = np.linspace(0.0, bowler.action.duration, 60)
    hips = [near.camera.project(person.pose(times).joints["pelvis"])[:, 0] for person in (bowler, near.bystander)]
    crossing = float(times[np.argmin(np.abs(hips[0] - hips[1]))])
    images: list[np.ndarray] = []
    for take in (lone, near, far):
        people = [bowler] if take.bystander is None else [bowler, take.bystander]
        image = np.zeros((take.camera.height, take.camera.width, 3), dtype=np.float32)
        paint(image, take.camera, [[figure(person, crossing)] for person in people])
        images.append(image)
    covered = images[0].any(axis=2)
    assert np.array_equal(images[2][covered], images[0][covered])
    assert not np.array_equal(images[1][covered], images[0][covered])


def test_development_is_the_same_for_the_same_seed() -> None:
    image = np.full((20, 30, 3), 0.5, dtype=np.float32)
    first, second = (develop(image, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.std() > 0.5


def test_a_clip_holds_its_frames_and_plays_while_it_loads(tmp_path: Path) -> None:
    frames = [np.full((64, 96, 3), level, dtype=np.uint8) for level in (40, 120, 200)]
    path = tmp_path / "clip.mp4"
    encode(frames, path, fps=60, size=(96, 64), crf=20)
    with av.open(str(path)) as container:
        decoded = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == 60
    assert [int(frame.mean()) for frame in decoded] == pytest.approx([40, 120, 200], abs=3)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
