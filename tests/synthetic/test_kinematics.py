import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.synthetic.body import SIDES, Body, Side, opposite
from tools.synthetic.kinematics import FootTarget, mirrored, place_foot, solve
from tools.synthetic.performance import Performance
from tools.synthetic.player import standard

SEGMENTS = (
    ("upperarm", "lowerarm"),
    ("lowerarm", "hand"),
    ("hand", "knuckle"),
    ("thigh", "calf"),
    ("calf", "foot"),
    ("foot", "heel"),
    ("foot", "ball"),
    ("ball", "toe"),
)
instants = st.floats(0.0, 3.2)
REFLECTION = np.array([1.0, 1.0, -1.0])


@given(instants)
def test_segments_keep_their_length(bowler: Performance, t: float) -> None:
    body, joints = bowler.body, bowler.pose(t).joints
    for side in SIDES:
        for start, end in SEGMENTS:
            posed = np.linalg.norm(joints[f"{end}_{side}"] - joints[f"{start}_{side}"])
            assert posed == pytest.approx(body.length(f"{start}_{side}", f"{end}_{side}")), (start, end)


@given(instants)
def test_bones_only_turn(bowler: Performance, t: float) -> None:
    for rotation in bowler.pose(t).rotations.values():
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(rotation) == pytest.approx(1.0)


@given(instants)
def test_legs_reach_their_feet(bowler: Performance, t: float) -> None:
    performance = bowler
    target, pose = performance.action.target(t), performance.pose(t)
    for side in SIDES:
        wanted, _, _ = place_foot(performance.body, side, target.feet[side])
        assert np.linalg.norm(pose.joints[f"foot_{side}"] - wanted) < 0.002


@given(
    st.sampled_from(SIDES),
    st.floats(0.0, 0.4),
    st.floats(-20.0, 70.0),
    st.floats(-60.0, 60.0),
)
def test_a_shoe_keeps_its_clearance(
    bowler: Performance, side: Side, clearance: float, pitch: float, yaw: float
) -> None:
    body = bowler.body
    standing = bowler.action.target(0.0)
    crouched = standing.hips - [0.0, 0.15, 0.0]
    foot = FootTarget(standing.hips[0], standing.hips[2], *(np.array(value) for value in (clearance, pitch, yaw)))
    target = dataclasses.replace(standing, hips=crouched, feet={side: foot, opposite(side): foot})
    sole = body.skin(solve(body, target), body.soles[side])
    assert sole[:, 1].min() == pytest.approx(clearance, abs=1e-6)


@given(instants)
def test_a_mirrored_target_gives_the_mirrored_pose(bowler: Performance, t: float) -> None:
    body, target = bowler.body, bowler.action.target(t)
    right, left = solve(body, target).joints, solve(body, mirrored(target, 0.0)).joints
    for name, place in right.items():
        other = f"{name[:-1]}{'r' if name[-1] == 'l' else 'l'}" if name[-2:] in {"_l", "_r"} else name
        np.testing.assert_allclose(left[other], REFLECTION * place, atol=0.005)


def test_the_left_arm_bowler_does_what_the_right_arm_bowler_does(events: Mapping[str, float]) -> None:
    left = standard("bowling", "left")
    assert left.events() == pytest.approx(dict(events), abs=0.001)


def test_the_rest_pose_is_the_mesh(body: Body) -> None:
    share = body.weights.sum(axis=1)
    np.testing.assert_allclose(share, 1.0)
    assert np.ptp(body.mesh.vertices[:, 1]) == pytest.approx(1.80, abs=0.03)
