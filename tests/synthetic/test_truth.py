from collections.abc import Mapping
from importlib.resources import files

import av
import msgspec
import numpy as np
import pytest
from tools.synthetic.body import SIDES, Side
from tools.synthetic.events import TOUCH
from tools.synthetic.performance import Performance
from tools.synthetic.render import Take, render
from tools.synthetic.truth import Truth

SAMPLE = files("cricksy") / "sample"


@pytest.fixture(scope="session")
def committed() -> Truth:
    return msgspec.json.decode((SAMPLE / "bowling.truth.json").read_bytes(), type=Truth)


def test_the_events_come_in_order(truth: Truth) -> None:
    assert [event.name for event in truth.events] == ["back_foot_contact", "front_foot_contact", "ball_release"]
    back, front, release = (event.t_ms for event in truth.events)
    assert 150.0 < front - back < 300.0
    assert 60.0 < release - front < 200.0


def test_an_events_frame_is_the_nearest(truth: Truth) -> None:
    for event in truth.events:
        assert abs(truth.frames[event.frame].t_ms - event.t_ms) <= 500.0 / truth.fps


@pytest.mark.parametrize(("event", "side"), [("back_foot_contact", "r"), ("front_foot_contact", "l")])
def test_a_contact_is_the_first_touch_of_the_shoe(
    bowler: Performance, events: Mapping[str, float], event: str, side: Side
) -> None:
    t = events[event]
    assert bowler.sole_height(side, t) == pytest.approx(TOUCH, abs=1e-4)
    assert all(bowler.sole_height(side, t - before) > TOUCH for before in (0.002, 0.01, 0.05, 0.1))
    assert all(bowler.sole_height(side, t + after) < TOUCH for after in (0.002, 0.01, 0.02))


def test_shoes_do_not_sink(bowler: Performance) -> None:
    times = np.arange(0.0, bowler.action.duration, 0.01)
    for side in SIDES:
        assert bowler.sole_height(side, times).min() > -1e-6


def test_the_ball_leaves_a_high_hand_with_the_arm_just_past_the_vertical(truth: Truth) -> None:
    joints = dict(zip(truth.joints, truth.frames[truth.events[-1].frame].joints_m, strict=True))
    shoulder, wrist = np.array(joints["right_shoulder"]), np.array(joints["right_wrist"])
    assert wrist[1] > joints["nose"][1]
    past_vertical = np.degrees(np.arctan2(wrist[0] - shoulder[0], wrist[1] - shoulder[1]))
    assert 0.0 < past_vertical < 25.0


def test_the_front_foot_lands_behind_the_popping_crease(truth: Truth) -> None:
    heel = truth.frames[truth.events[1].frame].joints_m[truth.joints.index("left_heel")]
    assert heel[0] < 1.22


def test_the_whole_athlete_stays_in_the_image(truth: Truth) -> None:
    pixels = np.array([frame.joints_px for frame in truth.frames])
    assert pixels.min() > 20.0
    assert pixels[..., 0].max() < truth.width - 20.0
    assert pixels[..., 1].max() < truth.height - 20.0


def test_the_pixels_are_the_joints_through_the_camera(truth: Truth) -> None:
    camera = truth.camera
    joints = np.array([frame.joints_m for frame in truth.frames])
    seen = (joints - camera.position_m) @ np.array(camera.rotation).T
    pixels = camera.focal_px * seen[..., :2] / seen[..., 2:] + np.array([truth.width, truth.height]) / 2.0
    np.testing.assert_allclose(pixels, [frame.joints_px for frame in truth.frames], atol=0.3)


def test_knees_never_bend_backwards(truth: Truth) -> None:
    """A knee lies in front of the line from hip to ankle, as the direction of the foot says."""
    at = truth.joints.index
    joints = np.array([frame.joints_m for frame in truth.frames])
    for side in ("left", "right"):
        hip, knee, ankle, heel, toe = (
            joints[:, at(f"{side}_{name}")] for name in ("hip", "knee", "ankle", "heel", "foot_index")
        )
        forward = (toe - heel) * [1.0, 0.0, 1.0]
        assert np.all(np.sum((knee - (hip + ankle) / 2.0) * forward, axis=1) > -0.02)


def test_the_committed_truth_is_what_the_generator_says_now(truth: Truth, committed: Truth) -> None:
    assert committed.joints == truth.joints
    assert [(event.name, event.frame) for event in committed.events] == [
        (event.name, event.frame) for event in truth.events
    ]
    assert [event.t_ms for event in committed.events] == pytest.approx([event.t_ms for event in truth.events], abs=0.2)
    assert committed.camera.focal_px == pytest.approx(truth.camera.focal_px)
    for field, tolerance in (("joints_px", 0.2), ("joints_m", 0.002)):
        then, now = (np.array([getattr(frame, field) for frame in known.frames]) for known in (committed, truth))
        np.testing.assert_allclose(then, now, atol=tolerance)


def test_the_committed_clip_belongs_to_its_truth(take: Take, committed: Truth) -> None:
    with av.open(str(SAMPLE / "bowling.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (committed.width, committed.height)
        assert stream.average_rate == committed.fps
        assert stream.frames == len(committed.frames)
        assert stream.codec_context.pix_fmt == "yuv420p"
        decoded = next(container.decode(stream)).to_ndarray(format="rgb24")
    rendered = next(render(take))
    assert np.abs(decoded.astype(np.int16) - rendered).mean() < 4.0


def test_the_sample_stays_small() -> None:
    assert len((SAMPLE / "bowling.mp4").read_bytes()) < 500_000
    assert len((SAMPLE / "bowling.truth.json").read_bytes()) < 400_000
