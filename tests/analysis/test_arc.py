"""Release and contact where the model loses the bowling arm or a foot for a few frames, or takes one for the other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis import thresholds as th
from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines.action import action_window, wrist_speed
from cricksy.analysis.disciplines.bowling import find_delivery, find_overhead
from cricksy.analysis.disciplines.bowling_arm import RELEASE_MIN_SWEEP, find_arcs
from cricksy.analysis.events import Action, TimeEstimate, time_at, together
from cricksy.analysis.measure import measure
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import ARM, LEG, Joint, Side
from cricksy.analysis.track import Track
from cricksy.vocabulary import Discipline, Given

BOWLER = stick.Bowler()
LEFT_ARM: list[int] = [*ARM]
RIGHT_ARM = [index + 1 for index in ARM]
LEFT_LEG: list[int] = [*LEG]
RIGHT_LEG = [index + 1 for index in LEG]
SHOULDERS, HIPS = ([joint, joint + 1] for joint in (Joint.SHOULDER, Joint.HIP))
LEGS = LEFT_LEG + RIGHT_LEG
FEET = [index for joint in (Joint.ANKLE, Joint.HEEL, Joint.TOE) for index in (joint, joint + 1)]


def delivery(fps: float = 30.0, yaw_deg: float = 0.0) -> Track:
    t = stick.times(fps, BOWLER.seconds)
    return stick.video_of(stick.bowl(BOWLER, t), t, stick.Camera(yaw_deg=yaw_deg))


def motion_of(track: Track) -> Motion:
    motion = cleaning.clean(track)
    assert motion is not None
    return motion


def copied(track: Track, when: tuple[float, float], sources: list[int], targets: list[int]) -> Track:
    """``track`` whose landmarks ``targets`` are where ``sources`` are, between two times in seconds before release."""
    before = BOWLER.release - track.t_ms / 1000.0
    frames = (before >= when[0]) & (before <= when[1])
    landmarks = track.landmarks.copy()
    landmarks[:, targets] = np.where(frames[:, None, None], landmarks[:, sources], landmarks[:, targets])
    return replace(track, landmarks=landmarks)


def check(track: Track) -> Action:
    """The delivery in ``track``, whose events must be where they are without its faults, to a frame."""
    motion = motion_of(track)
    found = find_delivery(motion)
    assert found is not None
    assert (found.arm, found.front, found.towards) == (Side.RIGHT, Side.LEFT, 1)
    assert abs(time_at(motion, found.key_event.index) - BOWLER.release) <= 1.0 / 30.0
    contact = found.instants["front_foot_contact"]
    assert abs(time_at(motion, contact.index) - BOWLER.front_contact) <= 1.5 / 30.0
    return found


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_a_delivery_without_faults(fps: float) -> None:
    check(delivery(fps))


@pytest.mark.parametrize("when", [(0.05, 0.1), (0.1, 0.2), (-0.1, -0.04)])
def test_both_wrists_on_the_other_arm_for_some_frames_cost_no_release(when: tuple[float, float]) -> None:
    check(copied(delivery(), when, LEFT_ARM, RIGHT_ARM))


@pytest.mark.parametrize("when", [(0.04, 0.09), (0.1, 0.2)])
def test_an_arm_hidden_for_some_frames_costs_no_release_but_confidence(when: tuple[float, float]) -> None:
    track = delivery()
    hidden = track.landmarks.copy()
    before = BOWLER.release - track.t_ms / 1000.0
    hidden[(before >= when[0]) & (before <= when[1]), :, 3] = 0.1
    hidden[:, LEFT_ARM + LEGS, 3] = track.landmarks[:, LEFT_ARM + LEGS, 3]
    assert check(replace(track, landmarks=hidden)).key_event.confidence <= check(track).key_event.confidence


@pytest.mark.parametrize("when", [(0.0, 0.07), (0.07, 0.2), (-0.1, 0.3)])
def test_exchanged_arms_cost_no_release(when: tuple[float, float]) -> None:
    motion = motion_of(copied(delivery(), when, LEFT_ARM + RIGHT_ARM, RIGHT_ARM + LEFT_ARM))
    found = find_delivery(motion)
    assert found is not None
    assert abs(time_at(motion, found.key_event.index) - BOWLER.release) <= 1.0 / 30.0


@pytest.mark.parametrize("when", [(-0.02, 0.02), (0.03, 0.08)])
def test_exchanged_legs_cost_no_contact(when: tuple[float, float]) -> None:
    check(copied(delivery(), when, LEGS, RIGHT_LEG + LEFT_LEG))


def hidden(track: Track, when: tuple[float, float], landmarks: list[int]) -> Track:
    """``track`` whose ``landmarks`` are out of sight between two times in seconds before release."""
    unseen = track.landmarks.copy()
    before = BOWLER.release - track.t_ms / 1000.0
    frames = np.flatnonzero((before >= when[0]) & (before <= when[1]))
    unseen[frames[:, None], landmarks, 3] = 0.1
    return replace(track, landmarks=unseen)


def test_an_arm_that_comes_into_the_image_late_costs_no_release() -> None:
    track = hidden(delivery(60.0), (0.07, 9.0), LEFT_ARM + RIGHT_ARM)
    swung = [np.ptp(arc.angle[: arc.top + 1]) for arc in find_arcs(motion_of(track), 1)]
    assert max(swung) < RELEASE_MIN_SWEEP
    check(track)


def test_an_arm_that_comes_late_and_goes_soon_may_be_any_arm() -> None:
    track = hidden(delivery(60.0), (0.07, 9.0), LEFT_ARM + RIGHT_ARM)
    soon = int(np.searchsorted(track.t_ms, (BOWLER.release + 0.05) * 1000.0))
    assert find_delivery(motion_of(track.take(np.arange(soon)))) is None


def test_an_arm_that_circles_backwards_bowls_nothing() -> None:
    track = delivery()
    assert find_delivery(motion_of(replace(track, landmarks=track.landmarks[::-1].copy()))) is None


def test_where_the_feet_are_out_of_the_image_the_run_up_tells_a_delivery() -> None:
    motion = motion_of(hidden(delivery(), (-0.1, 0.5), FEET))
    found = find_delivery(motion)
    assert found is not None
    assert (found.arm, found.front, found.towards) == (Side.RIGHT, Side.LEFT, 1)
    assert abs(time_at(motion, found.key_event.index) - BOWLER.release) <= 1.0 / 30.0
    assert found.discipline_confidence <= th.OFF_VIEW_CONFIDENCE


def test_without_feet_and_run_up_an_arm_that_comes_over_is_no_delivery() -> None:
    """As of one who warms up in an image that shows him from the hips up."""
    track = hidden(delivery(), (-0.1, 0.5), FEET)
    track.landmarks[..., 0] -= track.landmarks[:, HIPS, 0].mean(axis=1)[:, None] - 800.0
    assert find_delivery(motion_of(track)) is None


def test_two_hands_that_come_over_together_bowl_nothing() -> None:
    motion = motion_of(copied(delivery(), (-9.0, 9.0), RIGHT_ARM, LEFT_ARM))
    assert not [*find_arcs(motion, 1), *find_arcs(motion, -1)]


@pytest.mark.parametrize("doing", [stick.walk, stick.stand])
def test_arms_that_hang_or_swing_bowl_nothing(doing: stick.Movement) -> None:
    t = stick.times(30.0, 2.0)
    motion = motion_of(stick.video_of(doing(t), t, stick.Camera()))
    assert not [*find_arcs(motion, 1), *find_arcs(motion, -1)]


def test_half_the_speed_changes_no_event() -> None:
    track = delivery()
    usual = find_delivery(motion_of(track))
    slow = find_delivery(motion_of(replace(track, t_ms=track.t_ms * 2.0)))
    assert usual is not None
    assert slow is not None
    for name, instant in usual.instants.items():
        assert abs(slow.instants[name].index - instant.index) <= 1.0


@given(st.floats(0.002, 0.05), st.floats(0.002, 0.05), st.floats(0.0, 0.9), st.floats(1.1, 9.0))
def test_two_estimates_of_a_moment_that_contradict_one_another_are_less_exact_together(
    one_s: float, other_s: float, within: float, beyond: float
) -> None:
    """``within`` and ``beyond``: how far they lie apart, 1 being what their errors allow."""
    agreeing, contradicting = (
        together(TimeEstimate(1.0, one_s), TimeEstimate(1.0 + times * np.hypot(one_s, other_s), other_s))
        for times in (within, beyond)
    )
    assert agreeing.uncertainty_s <= min(one_s, other_s)
    assert contradicting.uncertainty_s > agreeing.uncertainty_s


@pytest.mark.parametrize("fps", [30.0, 60.0])
def test_a_jumping_jack_is_no_delivery(fps: float) -> None:
    """One arm goes up on this side and the other one down on that, as fast as an arm that bowls."""
    t = stick.times(fps, 1.5)
    raised = np.pi * (0.5 - 0.5 * np.cos(2 * np.pi * t / 1.5))
    apart = 0.15 + 0.2 * raised / np.pi
    hips = np.stack([np.full_like(t, 1.0), np.full_like(t, stick.HIP_HEIGHT - 0.03)], axis=1)
    feet = tuple(np.stack([1.0 + way * apart, np.zeros_like(t)], axis=1) for way in (-1.0, 1.0))
    joints = stick.assemble(hips, (feet[0], feet[1]), np.zeros_like(t), (raised - np.pi, np.pi - raised))
    assert find_delivery(motion_of(stick.video_of(joints, t, stick.Camera()))) is None


def overhead(track: Track) -> Action | None:
    motion = motion_of(track)
    return find_overhead(motion, wrist_speed(motion), told=False)


def test_an_arm_that_comes_over_towards_the_camera_is_a_delivery_unless_the_other_one_does_too() -> None:
    track = delivery(60.0, yaw_deg=90.0)
    found = overhead(track)
    assert found is not None
    assert found.arm is Side.RIGHT
    assert overhead(copied(track, (-9.0, 9.0), RIGHT_ARM, LEFT_ARM)) is None


def test_a_somersault_is_no_delivery() -> None:
    """The hips pass over the shoulders before a hand comes down in front."""
    track = delivery(60.0, yaw_deg=90.0)
    before = BOWLER.release - track.t_ms / 1000.0
    turn = 2 * np.pi * np.clip((1.0 - before) / 0.8, 0.0, 1.0)
    hips = track.landmarks[:, HIPS, :2].mean(axis=1, keepdims=True)
    across, down = np.moveaxis(track.landmarks[..., :2] - hips, -1, 0)
    landmarks = track.landmarks.copy()
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    landmarks[..., :2] = hips + np.stack([cos * across - sin * down, sin * across + cos * down], axis=-1)
    assert overhead(replace(track, landmarks=landmarks)) is None


def test_a_delivery_whose_toes_are_out_of_sight() -> None:
    track = delivery(60.0)
    landmarks = track.landmarks.copy()
    landmarks[:, [Joint.TOE, Joint.TOE + 1], 3] = 0.1
    check(replace(track, landmarks=landmarks))


@pytest.mark.parametrize("fps", [3.0, 4.0, 5.0])
def test_few_frames_a_second_are_measured_all_the_same_where_the_coach_says_when(fps: float) -> None:
    t = stick.times(fps, 3.0)
    track = stick.video_of(stick.bowl(BOWLER, t / 3), t, stick.Camera())
    for release_ms in range(600, 2600, 130):
        told = Corrections(Discipline.BOWLING, {"ball_release": float(release_ms)})
        measurement = measure(track, container(track, fps), Given(), told)
        assert all(0.0 <= event.confidence <= 1.0 for event in measurement.events)
        action_window(track.take(np.arange(len(t))[release_ms % 3 :]), Given(), 1.5)
