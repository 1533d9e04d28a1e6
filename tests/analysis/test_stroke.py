"""A front-foot drive: its events, its metrics, and the mirror image."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from tools.synthetic import stick
from tools.synthetic.camera import View
from tools.synthetic.film import container, film, mirrored
from tools.synthetic.measures import knee_angles
from tools.synthetic.player import draw

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics.balance import BALANCE_STANCE_SD
from cricksy.analysis.metrics.knee import OUT_OF_PLANE_UNCERTAINTY
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import Track
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness

BATTER = stick.Batter()


def drive(fps: float = 60.0, batter: stick.Batter = BATTER, yaw_deg: float = 0.0) -> Track:
    t = stick.times(fps, batter.seconds)
    return stick.video_of(stick.bat(batter, t), t, stick.Camera(px_per_h=400.0, yaw_deg=yaw_deg))


def measured(track: Track, given: Given | None = None, fps: float = 60.0) -> Measurement:
    return measure(track, container(track, fps), given or Given())


REFERENCE = measured(drive())


def event_s(measurement: Measurement) -> dict[str, float]:
    return {event.name: event.t_ms / 1000.0 for event in measurement.events}


def test_a_drive_is_recognised() -> None:
    assert REFERENCE.discipline.value is Discipline.BATTING
    assert REFERENCE.discipline.confidence < 0.8
    assert REFERENCE.handedness.value is Handedness.RIGHT
    assert REFERENCE.camera_view.value is CameraView.SIDE


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_its_events_are_found(fps: float) -> None:
    found = event_s(measured(drive(fps), fps=fps))
    assert found["stance"] == pytest.approx(BATTER.stance, abs=0.08)
    assert found["backlift_top"] == pytest.approx(BATTER.top, abs=0.05)
    assert found["front_foot_contact"] == pytest.approx(BATTER.contact, abs=0.05)
    assert found["impact"] == pytest.approx(BATTER.impact, abs=0.05)


@pytest.mark.parametrize("hidden", [Side.LEFT, Side.RIGHT])
def test_one_hand_hidden_by_the_other_hides_no_stroke(hidden: Side) -> None:
    track = drive()
    swing = slice(round((BATTER.impact - 0.1) * 60), round((BATTER.impact + 0.3) * 60))
    track.landmarks[swing, Joint.WRIST + hidden, 3] = 0.3
    found = event_s(measured(track))
    assert found["backlift_top"] == pytest.approx(BATTER.top, abs=0.05)
    assert found["front_foot_contact"] == pytest.approx(BATTER.contact, abs=0.05)
    assert found["impact"] == pytest.approx(BATTER.impact, abs=0.05)


def test_wrists_that_stray_beside_one_another_rarely_move_the_impact() -> None:
    """One in ten may mislead all the same: its hands are lowest elsewhere."""
    near = np.abs(drive().t_ms / 1000.0 - BATTER.impact) < 0.1
    found: list[float] = []
    for seed in range(20):
        track = drive()
        strayed = np.random.default_rng(seed).normal(0.0, 0.02 * 400.0, (len(track.frame), 2, 2))
        track.landmarks[near, Joint.WRIST : Joint.WRIST + 2, :2] += strayed[near]
        found.append(event_s(measured(track))["impact"])
    assert np.count_nonzero(np.abs(np.array(found) - BATTER.impact) < 0.02) >= 18


def test_the_front_knee_is_given_as_flexion() -> None:
    t = stick.times(60, BATTER.seconds)
    truth = 180.0 - knee_angles(stick.bat(BATTER, t))[:, Side.LEFT]
    impact = round(event_s(REFERENCE)["impact"] * 60)
    assert REFERENCE.metrics["front_knee_brace_score"].value == pytest.approx(truth[impact], abs=1.0)


def test_four_metrics_are_measured_side_on() -> None:
    metrics = REFERENCE.metrics
    assert metrics["head_stability_score"].score is not None
    assert metrics["balance_drift_score"].value is not None
    assert 0.2 < metrics["balance_drift_score"].value < 1.2
    assert REFERENCE.scores["elbow_drop_score"] is not None
    assert metrics["hip_shoulder_separation_timing"].reason is not None


def test_a_batter_who_rocks_before_the_backlift_is_faulted_for_that_and_not_for_the_impact() -> None:
    """The worse of two rules decides the score and is its evidence."""
    rocking = measured(drive(batter=replace(BATTER, sway=0.12)))
    steady, rocked = REFERENCE.metrics["balance_drift_score"], rocking.metrics["balance_drift_score"]
    assert rocked.value == pytest.approx(steady.value, abs=0.05)
    assert steady.score is not None
    assert rocked.score is not None
    assert rocked.score < th.FAULT_SCORE < steady.score
    evidence = rocking.evidence["balance_drift_score"]
    assert evidence.value is not None
    assert evidence.value > np.mean(BALANCE_STANCE_SD)
    assert evidence.threshold == pytest.approx(np.mean(BALANCE_STANCE_SD))
    assert [BATTER.stance <= moment.t_ms / 1000.0 <= BATTER.top for moment in evidence.moments] == [True]


def test_said_to_be_filmed_from_the_front_what_needs_the_side_is_less_exact_and_less_sure() -> None:
    """The video, 75° from the side, does not deny it; a knee carries the error of foreshortening."""
    slanted = drive(yaw_deg=-75.0)
    said = [measured(slanted, Given(camera_view=view)) for view in (CameraView.SIDE, CameraView.FRONT)]
    assert [found.camera_view.confidence for found in said] == [1.0, 1.0]
    side, front = (found.metrics["balance_drift_score"] for found in said)
    assert front.value == side.value
    assert front.confidence < side.confidence
    side, front = (found.metrics["front_knee_brace_score"] for found in said)
    assert front.value == side.value
    assert side.error is not None
    assert front.error is not None
    assert front.error > max(side.error, OUT_OF_PLANE_UNCERTAINTY)


def test_a_left_hander_is_the_mirror_image() -> None:
    twin = measured(mirrored(drive()))
    assert twin.handedness.value is Handedness.LEFT
    assert event_s(twin) == event_s(REFERENCE)
    assert twin.metrics["balance_drift_score"].value == pytest.approx(
        REFERENCE.metrics["balance_drift_score"].value, abs=1e-3
    )


@pytest.mark.parametrize("seed", [3000, 3001, 3003])
def test_filmed_along_the_pitch_the_hand_that_the_coach_says_tells_the_front_arm(seed: int) -> None:
    filmed = film(draw(seed, "batting"), View(yaw_deg=90.0))
    alone, told = (
        measure(filmed.track, filmed.video, Given(handedness=hand)).metrics["elbow_drop_score"]
        for hand in (None, filmed.truth.handedness)
    )
    assert alone.value is None
    assert filmed.truth.measures is not None
    assert told.value == pytest.approx(filmed.truth.measures.elbow_deg, abs=2.0)


def test_a_hand_that_the_coach_says_overrules_no_front_leg_that_the_video_shows() -> None:
    """Shoulders hidden at the top of the backlift hide the front arm, not the leg."""
    track = drive()
    top = round(BATTER.top * 60)
    track.landmarks[top - 6 : top + 12, Joint.SHOULDER : Joint.SHOULDER + 2, 3] = 0.0
    found, wrong = measured(track), measured(track, Given(handedness=Handedness.LEFT))
    assert found.handedness.value is Handedness.RIGHT
    assert wrong.metrics["balance_drift_score"].value == found.metrics["balance_drift_score"].value
    assert wrong.handedness.confidence < 0.5


def test_a_wrong_hand_of_a_batter_is_doubted() -> None:
    wrong = measured(drive(), Given(handedness=Handedness.LEFT))
    assert wrong.handedness.confidence < 0.5
    assert "the player looks right-handed" in " ".join(find(wrong).capture_quality.notes)


@pytest.mark.parametrize("until", [20, 54])
def test_whatever_is_hidden_the_result_can_be_written(until: int) -> None:
    filmed = film(draw(3000, "batting"), fps=60.0)
    filmed.track.landmarks[6:until, Joint.ANKLE : Joint.ANKLE + 2, 3] = 0.0
    found = measure(filmed.track, filmed.video, Given())
    assert msgspec.json.encode((found.metrics, found.pose_summary(None)))


def test_told_that_it_is_bowling_no_stroke_is_seen() -> None:
    assert "impact" not in event_s(measured(drive(), Given(Discipline.BOWLING)))
