"""A front-foot drive: its events, its metrics, and the mirror image."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from tools.synthetic import stick
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import container, film, mirrored
from tools.synthetic.measures import knee_angles
from tools.synthetic.motion.batting_keyframes import DEFENCE, DRIVE, PULL, SHOTS, Shot
from tools.synthetic.player import Hand, draw, draw_batter

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.disciplines.batting import TOP_TREMBLE, top_of
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics.balance import BALANCE_STANCE_SD
from cricksy.analysis.metrics.knee import OUT_OF_PLANE_UNCERTAINTY
from cricksy.analysis.preprocessing.cleaning import clean
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
    assert (side.score is None, front.score is None) == (False, True)
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
    """Where one wrist is hidden nothing else does."""
    filmed = film(draw(seed, "batting"), View(yaw_deg=90.0), faults=Faults(bat_hidden=1.0))
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


def played(  # noqa: PLR0913 - a batter, a stroke and a camera
    shot: Shot,
    hand: Hand = "right",
    *,
    raised: float = 0.0,
    yaw_deg: float = 0.0,
    faults: Faults = Faults(jitter=1.0),  # noqa: B008 - frozen
    given: Given | None = None,
    seed: int = 4100,
) -> tuple[Measurement, float]:
    """What is seen of a stroke, and by how many frames of 60 a second its impact is late."""
    filmed = film(draw_batter(seed, hand, shot, raised), View(yaw_deg=yaw_deg), faults=faults, seed=seed)
    found = measure(filmed.track, filmed.video, given or Given())
    return found, (event_s(found).get("impact", np.inf) - filmed.truth.events["impact"]) * 60.0


@pytest.mark.parametrize("raised", [0.0, 0.65])
@pytest.mark.parametrize("shot", SHOTS, ids=[shot.name for shot in SHOTS])
def test_every_shot_is_a_stroke_whether_the_bat_waits_low_or_raised(shot: Shot, raised: float) -> None:
    found, late = played(shot, raised=raised)
    assert found.discipline.value is Discipline.BATTING
    assert abs(late) <= 3.0


@pytest.mark.parametrize("shot", SHOTS, ids=[shot.name for shot in SHOTS])
def test_a_wrist_that_is_never_seen_is_not_apart_from_the_other(shot: Shot) -> None:
    """Nobody knows whether two hands hold a bat: the stroke is seen, and less sure."""
    hidden, late = played(shot, faults=Faults(bat_hidden=1.0))
    assert hidden.discipline.value is Discipline.BATTING
    assert hidden.discipline.confidence <= 0.5 < played(shot)[0].discipline.confidence
    assert abs(late) <= 3.0


def test_hands_that_are_seen_apart_hold_no_bat() -> None:
    track = drive()
    track.landmarks[:, Joint.WRIST, 0] += 0.4 * 400.0
    assert "impact" not in event_s(measured(track))


@pytest.mark.parametrize("hand", ["right", "left"])
@pytest.mark.parametrize("yaw_deg", [0.0, 45.0, 90.0])
@pytest.mark.parametrize("shot", SHOTS, ids=[shot.name for shot in SHOTS])
def test_the_hand_is_right_or_not_named_whichever_way_the_hips_drift(shot: Shot, yaw_deg: float, hand: Hand) -> None:
    """Hips go back in a pull, forward in a drive."""
    found, _ = played(shot, hand, yaw_deg=yaw_deg, faults=Faults(jitter=1.0, hands=1.0))
    assert found.handedness.value in {None, Handedness(hand)}


@pytest.mark.parametrize("hand", ["right", "left"])
def test_from_the_front_the_hand_on_top_of_the_handle_tells_the_batters(hand: Hand) -> None:
    found, _ = played(DRIVE, hand, yaw_deg=90.0)
    assert found.handedness.value is Handedness(hand)


@pytest.mark.parametrize("hand", ["right", "left"])
def test_side_on_a_pull_tells_the_hand_though_the_hips_go_back(hand: Hand) -> None:
    found, _ = played(PULL, hand)
    assert found.handedness.value is Handedness(hand)


def test_told_that_it_is_batting_a_swing_that_hardly_falls_is_believed_and_less_sure() -> None:
    t = stick.times(60, BATTER.seconds)
    joints = stick.bat(BATTER, t)
    hand = slice(Joint.WRIST, Joint.WRIST + 8)
    joints[:, hand, 1] = 0.55 + 0.2 * (joints[:, hand, 1] - 0.55)
    track = stick.video_of(joints, t, stick.Camera(px_per_h=400.0))
    assert "impact" not in event_s(measured(track))
    told = measured(track, Given(Discipline.BATTING))
    assert "impact" in event_s(told)
    assert all(event.confidence <= 0.45 for event in told.events)


def test_where_a_raised_bat_hides_the_end_of_the_stance_none_is_named() -> None:
    found, _ = played(DEFENCE, raised=0.65)
    assert "stance" not in event_s(found)


@pytest.mark.parametrize("discipline", [Discipline.BATTING, Discipline.BOWLING])
def test_what_to_film_is_said_in_words_of_the_discipline(discipline: Discipline) -> None:
    t = stick.times(60, 3.0)
    track = stick.video_of(stick.stand(t), t, stick.Camera())
    notes = " ".join(find(measured(track, Given(discipline))).capture_quality.notes)
    assert ("strides" in notes) is (discipline is Discipline.BOWLING)


def test_hands_that_are_read_differently_by_less_than_they_tremble_are_highest_at_the_same_time() -> None:
    t_s = np.arange(60) / 60.0
    height = 300.0 - 400.0 * (t_s - 0.5) ** 2
    motion = clean(drive())
    assert motion is not None
    within = 0.3 * TOP_TREMBLE * motion.scale
    motion = motion.cut(slice(0, len(t_s)))
    tops: list[float] = []
    for strays in (24, 27, 33, 36):
        read = height.copy()
        read[strays] += within
        tops.append(top_of(motion, read, int(np.argmax(read))))
    assert tops == pytest.approx([30.0] * len(tops), abs=1.0)


def test_readings_of_one_stroke_that_differ_by_slow_errors_have_the_same_stance() -> None:
    apart_s: list[float] = []
    for seed in range(4100, 4106):
        for shot in SHOTS:
            batter = draw_batter(seed, "right", shot, 0.0)
            read = [film(batter, View(), faults=Faults(jitter=1.0, hands=0.5), seed=errors) for errors in range(3)]
            stances = [event_s(measure(filmed.track, filmed.video, Given())).get("stance") for filmed in read]
            found = [stance for stance in stances if stance is not None]
            apart_s += [max(found) - min(found)] if len(found) > 1 else []
    assert len(apart_s) >= 16
    assert max(apart_s) <= 0.1
