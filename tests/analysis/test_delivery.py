"""A delivery with exact truth: events, angles, and what must not change them."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import at_most
from tests.support.scored import NAMES
from tools.synthetic import stick
from tools.synthetic.camera import View
from tools.synthetic.faults import FLOOR
from tools.synthetic.film import container, film, mirrored
from tools.synthetic.player import draw

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics.knee import classify
from cricksy.analysis.preprocessing.cleaning import clean
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import Track
from cricksy.results.measurements import Metric
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness

BOWLER = stick.Bowler()


def delivery(fps: float = 60.0, bowler: stick.Bowler = BOWLER, camera: stick.Camera | None = None) -> Track:
    t = stick.times(fps, bowler.seconds)
    return stick.video_of(stick.bowl(bowler, t), t, camera or stick.Camera())


def measured(track: Track, fps: float = 60.0, given: Given | None = None) -> Measurement:
    return measure(track, container(track, fps), given or Given())


def metric(measurement: Measurement, name: str) -> Metric:
    return measurement.metrics[name]


def scores(measurement: Measurement) -> list[float | None]:
    return [measurement.scores.get(name) for name in NAMES]


def event_s(measurement: Measurement) -> dict[str, float]:
    return {event.name: event.t_ms / 1000.0 for event in measurement.events}


REFERENCE = measured(delivery())


def test_what_was_filmed_is_inferred() -> None:
    assert REFERENCE.discipline.value is Discipline.BOWLING
    assert REFERENCE.handedness.value is Handedness.RIGHT
    assert REFERENCE.camera_view.value is CameraView.SIDE
    assert REFERENCE.discipline.source == REFERENCE.handedness.source == REFERENCE.camera_view.source == "inferred"
    assert REFERENCE.discipline.confidence < 1.0


def test_a_leg_that_gives_way_scores_less() -> None:
    firm = metric(measured(delivery()), "front_knee_brace_score").score
    soft = metric(measured(delivery(bowler=replace(BOWLER, give_way=0.05))), "front_knee_brace_score").score
    assert firm is not None
    assert soft is not None
    assert soft < firm


def test_side_on_the_timing_of_the_turn_has_a_reason_instead_of_a_number() -> None:
    timing = metric(REFERENCE, "hip_shoulder_separation_timing")
    assert timing.score is timing.value is timing.error is None
    assert timing.reason is not None
    assert "side" in timing.reason


@pytest.mark.parametrize("fps", [30.0, 120.0])
def test_the_frame_rate_does_not_change_the_scores(fps: float) -> None:
    assert scores(measured(delivery(fps), fps)) == pytest.approx(scores(REFERENCE), abs=0.02)


@at_most(15)
@given(
    size=st.floats(0.5, 2.0),
    left=st.floats(0.0, 400.0),
    ground=st.floats(760.0, 1000.0),
    later_ms=st.floats(0.0, 60_000.0),
)
def test_size_place_and_time_do_not_change_the_scores(size: float, left: float, ground: float, later_ms: float) -> None:
    camera = stick.Camera(
        px_per_h=300.0 * size,
        left=left,
        ground=ground * size,
        width=round(1920 * size) + 400,
        height=round(1080 * size),
    )
    t = stick.times(60, BOWLER.seconds)
    track = stick.video_of(stick.bowl(BOWLER, t), t, camera, later_ms)
    assert scores(measured(track)) == pytest.approx(scores(REFERENCE), abs=0.02)


def test_a_left_hander_is_the_mirror_image() -> None:
    twin = measured(mirrored(delivery()))
    assert twin.handedness.value is Handedness.LEFT
    assert scores(twin) == pytest.approx(scores(REFERENCE), abs=1e-6)
    assert event_s(twin) == event_s(REFERENCE)


def test_a_padded_or_tall_frame_does_not_change_the_scores() -> None:
    tall = stick.Camera(width=1920, height=3413)
    assert scores(measured(delivery(camera=tall))) == pytest.approx(scores(REFERENCE), abs=1e-9)


@at_most(10)
@given(st.integers(0, 2**32 - 1))
def test_jitter_at_the_measured_floor_moves_little(seed: int) -> None:
    """Jitter of 0.7 % of the trunk, the worst landmark's."""
    track = delivery()
    track.landmarks[..., :2] += np.random.default_rng(seed).normal(0.0, 0.007 * 0.369 * 300, (90, 33, 2))
    noisy = measured(track)
    assert abs(event_s(noisy)["ball_release"] - BOWLER.release) <= 1.5 / 60
    assert metric(noisy, "front_knee_brace_score").value == pytest.approx(
        metric(REFERENCE, "front_knee_brace_score").value, abs=8.0
    )


@at_most(10)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.25))
def test_dropouts_never_raise_and_never_invent(seed: int, share: float) -> None:
    track = delivery()
    track.landmarks[np.random.default_rng(seed).random(90) < share] = np.nan
    result = measured(track)
    for name in NAMES:
        found = metric(result, name)
        assert (found.score is None) == (found.reason is not None)
        assert found.score is None or found.value is not None


def test_exchanged_legs_do_not_change_the_knee() -> None:
    track = delivery()
    for left in range(23, 33, 2):
        track.landmarks[30:36, [left, left + 1]] = track.landmarks[30:36, [left + 1, left]]
    assert scores(measured(track)) == pytest.approx(scores(REFERENCE), abs=0.05)


def test_feet_outside_the_image_leave_no_contact_and_a_less_certain_knee() -> None:
    camera = stick.Camera(height=895)
    cut = measured(delivery(camera=camera))
    assert "front_foot_contact" not in event_s(cut)
    whole, guessed = metric(REFERENCE, "front_knee_brace_score"), metric(cut, "front_knee_brace_score")
    assert guessed.value == pytest.approx(whole.value, abs=0.5)
    assert guessed.error is not None
    assert whole.error is not None
    assert guessed.error > whole.error
    assert guessed.confidence < whole.confidence


def test_a_back_foot_out_of_the_image_makes_the_balance_less_exact_and_moves_nothing() -> None:
    """It is the model's guess there: measured, but not judged."""
    cut = measured(delivery(camera=stick.Camera(left=-800.0)))
    whole, guessed = metric(REFERENCE, "balance_drift_score"), metric(cut, "balance_drift_score")
    assert guessed.value == whole.value
    assert guessed.error is not None
    assert whole.error is not None
    assert guessed.error > whole.error
    assert guessed.confidence < th.FINDING_CONFIDENCE < whole.confidence


def test_the_knees_window_is_from_contact_to_release() -> None:
    window, events = metric(REFERENCE, "front_knee_brace_score").window, event_s(REFERENCE)
    assert window is not None
    assert window.start_ms / 1000.0 == pytest.approx(events["front_foot_contact"], abs=1.1 / 60)
    assert window.end_ms / 1000.0 == pytest.approx(events["ball_release"], abs=1.1 / 60)


def test_a_second_person_makes_the_discipline_less_certain() -> None:
    track = delivery()
    crowd = measure(track, container(track, 60.0, people=2), Given())
    assert crowd.discipline.confidence < REFERENCE.discipline.confidence


def test_what_the_coach_says_is_taken_as_true() -> None:
    told = measured(delivery(), given=Given(Discipline.FIELDING, Handedness.LEFT, CameraView.BEHIND))
    assert (told.discipline.value, told.discipline.source) == (Discipline.FIELDING, "given")
    assert (told.handedness.value, told.camera_view.value) == (Handedness.LEFT, CameraView.BEHIND)
    assert told.events == []


def test_filmed_from_the_front_release_is_found_when_the_coach_says_bowling() -> None:
    front = measured(
        delivery(camera=stick.Camera(yaw_deg=85.0)), given=Given(Discipline.BOWLING, None, CameraView.FRONT)
    )
    assert abs(event_s(front)["ball_release"] - BOWLER.release) <= 3 / 60
    assert front.handedness.value is Handedness.RIGHT
    assert metric(front, "elbow_drop_score").confidence <= 0.5


@pytest.mark.parametrize(("yaw_deg", "view"), [(90.0, CameraView.BEHIND), (270.0, CameraView.FRONT)])
def test_who_faces_the_camera_is_filmed_from_the_front_and_who_turns_the_back_from_behind(
    yaw_deg: float, view: CameraView
) -> None:
    found = measured(delivery(camera=stick.Camera(left=960.0, yaw_deg=yaw_deg))).camera_view
    assert (found.value, found.source) == (view, "inferred")


def test_a_video_that_hardly_shows_the_hand_does_not_deny_the_one_that_the_coach_named() -> None:
    told = measured(
        delivery(camera=stick.Camera(left=960.0, yaw_deg=270.0)), given=Given(Discipline.BOWLING, Handedness.LEFT)
    )
    assert (told.handedness.value, told.handedness.confidence) == (Handedness.LEFT, 1.0)
    assert "You said" not in " ".join(find(told).capture_quality.notes)


@pytest.mark.parametrize(("yaw_deg", "lower"), [(270.0, True), (90.0, False)])
def test_a_head_that_tilts_scores_less_where_the_face_is_seen(yaw_deg: float, lower: bool) -> None:  # noqa: FBT001 - pytest's way
    t = stick.times(60.0, BOWLER.seconds)
    level, tilted = stick.bowl(BOWLER, t), stick.bowl(BOWLER, t)
    tilted[:, Joint.EAR, 1] += 0.02
    tilted[:, Joint.EAR + 1, 1] -= 0.02
    camera = stick.Camera(left=960.0, yaw_deg=yaw_deg)
    found = [
        metric(
            measured(stick.video_of(joints, t, camera), given=Given(Discipline.BOWLING)), "head_stability_score"
        ).score
        for joints in (tilted, level)
    ]
    assert found[0] is not None
    assert found[1] is not None
    assert (found[0] < th.FAULT_SCORE < found[1]) == lower
    assert (found[0] == found[1]) != lower


@pytest.mark.parametrize("yaw_deg", [90.0, 270.0])
def test_filmed_along_the_pitch_neither_knee_nor_balance_is_judged(yaw_deg: float) -> None:
    """From there every knee looks straight, and a bowler over the front foot is off the middle of both."""
    for seed in range(3000, 3006):
        filmed = film(draw(seed, "bowling"), View(yaw_deg=yaw_deg), faults=FLOOR, seed=seed)
        found = find(measure(filmed.track, filmed.video, Given(Discipline.BOWLING)))
        codes = {finding.code for finding in [*found.findings, *found.strengths]}
        assert codes.isdisjoint({"KNEE_COLLAPSE", "BALANCE_DRIFT"})


def test_the_finely_read_part_is_measured() -> None:
    fine = delivery(60.0)
    coarse = np.flatnonzero((np.arange(90) % 4 == 0) | (np.arange(90) >= 36) & (np.arange(90) < 72))
    track = Track(
        fine.frame[coarse],
        fine.t_ms[coarse],
        fine.landmarks[coarse],
        fine.model[coarse],
        fine.model_names,
        fine.width,
        fine.height,
    )
    both = measured(track)
    assert both.rate == pytest.approx(60.0, rel=0.01)
    assert event_s(both)["ball_release"] == event_s(REFERENCE)["ball_release"]


@pytest.mark.parametrize("fps", [21.0, 25.0, 30.0, 60.0, 120.0])
@pytest.mark.parametrize("sample_fps", [5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 60.0])
def test_the_finely_read_part_is_measured_however_densely_the_rest_was_read(fps: float, sample_fps: float) -> None:
    """A bowler who waits five seconds before the run-up, which the first pass may read as densely as the second."""
    filmed = film(draw(5, "bowling"), fps=fps)
    waiting = np.repeat(filmed.track.landmarks[:1], round(5 * fps), axis=0)
    waiting[..., :2] += np.random.default_rng(1).normal(0, 0.5, waiting[..., :2].shape)
    landmarks = np.concatenate([waiting, filmed.track.landmarks])
    first = np.unique(np.round(np.arange(0, len(landmarks), max(fps / sample_fps, 1))).astype(int))
    first = first[first < len(landmarks)]
    later = len(waiting) / fps
    release = later + filmed.truth.events["ball_release"]
    second = np.flatnonzero(np.abs(np.arange(len(landmarks)) / fps - (release - 0.3)) <= 0.75)
    read = np.union1d(first, second)
    track = Track(
        read,
        read * 1000 / fps,
        landmarks[read],
        np.isin(read, second).astype(np.int64),
        ("coarse", "fine"),
        filmed.track.width,
        filmed.track.height,
    )
    motion = clean(track)
    assert motion is not None
    assert set(motion.frame) <= set(second)
    assert motion.rate == pytest.approx(fps, rel=0.01)
    assert event_s(measured(track, fps)) == {
        name: pytest.approx(later + at, abs=2 / fps) for name, at in filmed.truth.events.items()
    }


def test_every_frame_counts_when_two_of_three_are_sampled() -> None:
    fine = delivery(30.0)
    kept = np.flatnonzero(np.arange(45) % 3 != 2)
    track = Track(
        fine.frame[kept],
        fine.t_ms[kept],
        fine.landmarks[kept],
        fine.model[kept],
        fine.model_names,
        fine.width,
        fine.height,
    )
    assert measured(track, 30.0).rate == pytest.approx(20.0, rel=0.05)
    assert event_s(measured(track, 30.0))["ball_release"] == pytest.approx(BOWLER.release, abs=1 / 20)


@pytest.mark.parametrize(
    ("flexion", "extension", "kind"),
    [(4, 3, "brace"), (12, 3, "flexor"), (2, 15, "extender"), (11, 10, "flexor_extender")],
)
def test_knees_are_classed_by_the_ten_degree_rule(flexion: float, extension: float, kind: str) -> None:
    assert classify(flexion, extension) == kind


def test_the_summary_says_what_is_known() -> None:
    summary = REFERENCE.pose_summary((100.0, 1500.0))
    assert (summary.frames_sampled, summary.frames_detected, summary.detection_rate) == (90, 90, 1.0)
    assert summary.fine_window_ms == (100.0, 1500.0)
    assert [event.name for event in summary.events] == ["back_foot_contact", "front_foot_contact", "ball_release"]
    assert summary.discipline is Discipline.BOWLING


def test_worst_moments_lie_in_the_window_apart_from_each_other() -> None:
    for name in NAMES:
        found = metric(REFERENCE, name)
        assert found.window is not None
        assert found.series is not None
        assert len(found.worst) <= 3
        assert len(found.series.t_ms) == len(found.series.value)
        when = sorted(moment.t_ms for moment in found.worst)
        assert all(later - earlier >= 99.9 for earlier, later in pairwise(when))
        assert all(found.window.start_ms <= t <= found.window.end_ms for t in when)
        assert [moment.score for moment in found.worst] == sorted(moment.score for moment in found.worst)


def test_a_hand_or_a_view_that_the_video_denies_is_said_and_moves_no_score() -> None:
    told = measured(delivery(), given=Given(None, Handedness.LEFT, CameraView.FRONT))
    assert told.handedness.confidence < 0.5
    assert told.camera_view.confidence < 0.5
    assert scores(told) == scores(REFERENCE)
    knee, plain = (metric(found, "front_knee_brace_score") for found in (told, REFERENCE))
    assert knee.confidence < plain.confidence
    notes = " ".join(find(told).capture_quality.notes)
    assert "You said left-handed" in notes
    assert "the clip stays left-handed" in notes
    assert "for the right hand" not in notes
    assert "You said filmed from the front" in notes
    assert "You said" not in " ".join(find(REFERENCE).capture_quality.notes)
    right = measured(delivery(), given=Given(None, Handedness.RIGHT, CameraView.SIDE))
    assert (right.handedness.confidence, right.camera_view.confidence) == (1.0, 1.0)
    assert "You said" not in " ".join(find(right).capture_quality.notes)
