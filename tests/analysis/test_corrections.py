"""Corrected events: the coach's times stand, the rest is found around them, and nothing else changes."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats
from tests.support.examples import at_most
from tests.support.stored import Stored, read, store, stored
from tools.synthetic.camera import View
from tools.synthetic.film import film
from tools.synthetic.player import draw, standard

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.rescore import Changes, CorrectionInvalid, rescore
from cricksy.analysis.skeleton import ARM, Joint
from cricksy.results.measurements import Event, EventName
from cricksy.results.schema import Results
from cricksy.vocabulary import Discipline, Given, Handedness

FRAME_MS = 1000.0 / 60.0


def corrected(video: Stored, changes: Changes) -> Results:
    return read(rescore(video.results, video.landmarks, changes))


def events_of(results: Results) -> dict[EventName, Event]:
    return {event.name: event for event in results.pose.pose_summary.events}


def refused(video: Stored, changes: Changes) -> dict[EventName, str]:
    with pytest.raises(CorrectionInvalid) as caught:
        rescore(video.results, video.landmarks, changes)
    return dict(caught.value.errors)


def test_a_correction_stands_as_it_was_given() -> None:
    event = events_of(corrected(stored(), {"ball_release": 1841.2345}))["ball_release"]
    assert (event.t_ms, event.frame, event.confidence, event.source) == (
        1841.235,
        round(1841.2345 / FRAME_MS),
        1.0,
        "given",
    )


@at_most(20)
@given(floats(1700.0, 1900.0))
def test_the_other_events_stay_in_order_around_a_release(t_ms: float) -> None:
    found = events_of(corrected(stored(), {"ball_release": t_ms}))
    times = [found[name].t_ms for name in profile_of(Discipline.BOWLING).events if name in found]
    assert times == sorted(times)
    assert found["ball_release"].t_ms == round(t_ms, 3)
    assert all(found[name].source == "inferred" for name in found if name != "ball_release")


@at_most(20)
@given(floats(1300.0, 1600.0))
def test_the_other_events_stay_in_order_around_an_impact(t_ms: float) -> None:
    found = events_of(corrected(stored("batting"), {"impact": t_ms}))
    times = [found[name].t_ms for name in profile_of(Discipline.BATTING).events if name in found]
    assert times == sorted(times)
    assert "backlift_top" in found


def test_the_feet_are_found_from_the_corrected_release() -> None:
    clip = stored()
    found = events_of(corrected(clip, {"ball_release": clip.truth_ms("ball_release")}))
    for name in ("front_foot_contact", "back_foot_contact"):
        assert found[name].t_ms == pytest.approx(clip.truth_ms(name), abs=FRAME_MS)


def test_the_metrics_follow_the_events() -> None:
    clip = stored()
    late = corrected(clip, {"ball_release": clip.truth_ms("ball_release") + 60.0})
    assert late.metrics["elbow_drop_score"].value != clip.read.metrics["elbow_drop_score"].value
    window = late.metrics["head_stability_score"].window
    assert window is not None
    assert window.end_ms == pytest.approx(clip.truth_ms("ball_release") + 60.0, abs=FRAME_MS)


def test_events_that_are_confirmed_change_little() -> None:
    """Published times are those of frames, at most half a frame from what was found."""
    clip = stored("batting")
    times: Changes = {event.name: event.t_ms for event in clip.read.pose.pose_summary.events}
    before, after = clip.read.metrics, corrected(clip, times).metrics
    for name, old in before.items():
        new = after[name]
        assert new.reason == old.reason
        if old.value is not None:
            assert new.value == pytest.approx(old.value, rel=0.1, abs=0.1)


def test_corrections_add_up_and_can_be_taken_back() -> None:
    clip = stored()
    release, contact = clip.truth_ms("ball_release"), clip.truth_ms("front_foot_contact")
    once = rescore(clip.results, clip.landmarks, {"ball_release": release})
    twice = rescore(once, clip.landmarks, {"front_foot_contact": contact})
    given_ones = {name for name, event in events_of(read(twice)).items() if event.source == "given"}
    assert given_ones == {"ball_release", "front_foot_contact"}
    assert twice == rescore(clip.results, clip.landmarks, {"front_foot_contact": contact, "ball_release": release})
    taken_back = read(rescore(twice, clip.landmarks, {"ball_release": None, "front_foot_contact": None}))
    assert taken_back.pose.pose_summary == clip.read.pose.pose_summary
    assert taken_back.metrics["elbow_drop_score"].score == clip.read.metrics["elbow_drop_score"].score


@pytest.mark.parametrize("include_frames", [True, False])
def test_frames_and_models_stay_and_the_versions_are_todays(include_frames: bool) -> None:  # noqa: FBT001 - pytest's way
    clip = stored(include_frames=include_frames)
    after = corrected(clip, {"ball_release": clip.truth_ms("ball_release")})
    assert after.pose.frames == clip.read.pose.frames
    assert bool(after.pose.frames) is include_frames
    assert after.versions.models == clip.read.versions.models
    assert after.versions == clip.read.versions


def test_what_the_coach_said_of_the_video_is_kept() -> None:
    clip = store(film(standard()), Given(Discipline.BOWLING))
    summary = corrected(clip, {"ball_release": clip.truth_ms("ball_release")}).pose.pose_summary
    assert (summary.discipline, summary.discipline_source) == (Discipline.BOWLING, "given")
    assert (summary.handedness_source, summary.camera_view_source) == ("inferred", "inferred")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"impact": 1000.0}, "impact"),
        ({"ball_release": -0.001}, "ball_release"),
        ({"ball_release": 1e9}, "ball_release"),
        ({"ball_release": None}, "ball_release"),
        ({"front_foot_contact": 1900.0, "ball_release": 1850.0}, "front_foot_contact"),
        ({"front_foot_contact": 1850.0, "ball_release": 1850.0}, "ball_release"),
        ({"front_foot_contact": 2500.0}, "front_foot_contact"),
    ],
)
def test_what_cannot_be_is_refused(changes: Changes, field: EventName) -> None:
    assert field in refused(stored(), changes)


def test_an_order_that_an_earlier_correction_forbids_is_refused() -> None:
    clip = stored()
    once = rescore(clip.results, clip.landmarks, {"ball_release": 1840.0})
    errors = refused(replace(clip, results=once), {"front_foot_contact": 1845.0})
    assert errors == {"front_foot_contact": "It must come before ball_release at 1840 ms."}


def test_where_no_action_was_found_the_names_say_which_it_is() -> None:
    clip = stored("standing")
    assert clip.read.pose.pose_summary.discipline is None
    after = corrected(clip, {"ball_release": 1000.0})
    summary = after.pose.pose_summary
    assert (summary.discipline, summary.discipline_confidence) == (Discipline.BOWLING, th.GENERIC_CONFIDENCE)
    metrics = after.metrics
    assert all(metric.confidence <= th.GENERIC_CONFIDENCE for metric in metrics.values())
    window = metrics["head_stability_score"].window
    assert window is not None
    assert window.end_ms - window.start_ms > 100.0
    assert "bowling or batting" in refused(clip, {"front_foot_contact": 1000.0})["front_foot_contact"]
    assert set(refused(clip, {"ball_release": 1000.0, "impact": 1100.0})) == {"ball_release", "impact"}


@pytest.mark.parametrize("t_ms", [500.0, 3100.0])
def test_a_release_where_nobody_bowls_is_measured_but_not_judged(t_ms: float) -> None:
    """A slip of the finger, or a mere arm: it hangs down, which is no low bowling arm."""
    found = corrected(stored(), {"ball_release": t_ms})
    assert found.metrics["head_stability_score"].value is not None
    assert {finding.code for finding in found.findings.findings} <= {"POOR_CAPTURE"}
    assert found.findings.strengths == []
    assert any("fit no such action" in note for note in found.findings.capture_quality.notes)


@pytest.mark.parametrize("t_ms", [300.0, 1840.0])
def test_a_moment_that_is_named_says_nothing_of_the_hand(t_ms: float) -> None:
    clip = stored()
    before, after = clip.read.pose.pose_summary, corrected(clip, {"ball_release": t_ms}).pose.pose_summary
    assert before.handedness is Handedness.RIGHT
    assert after.handedness is before.handedness
    assert after.handedness_confidence == before.handedness_confidence


def test_where_no_delivery_was_found_the_feet_are_those_of_one_towards_where_the_hips_go() -> None:
    """The hands are out of sight."""
    filmed = film(standard())
    filmed.track.landmarks[:, [Joint.WRIST, Joint.WRIST + 1], 3] = 0.1
    clip = store(filmed)
    assert not events_of(clip.read)
    found = events_of(corrected(clip, {"ball_release": clip.truth_ms("ball_release")}))
    for name in ("front_foot_contact", "back_foot_contact"):
        assert found[name].t_ms == pytest.approx(clip.truth_ms(name), abs=FRAME_MS)


def test_of_two_deliveries_the_one_with_the_named_release_is_judged() -> None:
    """The second, a second and a half later, is the one that is found without it: it shows more of the arm."""
    filmed = film(standard())
    once = filmed.track.take(np.flatnonzero(np.abs(filmed.track.t_ms - 1500.0) <= 750.0))
    n, less_seen = len(once.frame), once.landmarks.copy()
    less_seen[:, [*ARM, *(index + 1 for index in ARM)], 3] *= 0.8
    twice = replace(
        once,
        frame=once.frame[0] + np.arange(2 * n),
        t_ms=once.t_ms[0] + FRAME_MS * np.arange(2 * n),
        landmarks=np.concatenate([less_seen, once.landmarks]),
        model=np.tile(once.model, 2),
        background=None,
    )
    clip = store(replace(filmed, track=twice, video=replace(filmed.video, decoded_ms=2 * n * FRAME_MS)))
    release = clip.truth_ms("ball_release")
    assert events_of(clip.read)["ball_release"].t_ms == pytest.approx(release + n * FRAME_MS, abs=FRAME_MS)
    after = corrected(clip, {"ball_release": release})
    assert events_of(after)["front_foot_contact"].t_ms == pytest.approx(
        clip.truth_ms("front_foot_contact"), abs=FRAME_MS
    )
    assert not any("fit no such action" in note for note in after.findings.capture_quality.notes)


@pytest.mark.parametrize("name", ["back_foot_contact", "front_foot_contact"])
def test_events_further_apart_than_in_any_delivery_are_measured_but_not_judged(name: EventName) -> None:
    """The head would leave its line on the way, which is the run-up."""
    found = corrected(stored(), {name: 100.0})
    assert {finding.code for finding in found.findings.findings} <= {"POOR_CAPTURE"}
    assert found.findings.strengths == []
    assert any("fit no such action" in note for note in found.findings.capture_quality.notes)


@pytest.mark.parametrize("by_ms", [-150.0, 120.0, 200.0])
def test_a_release_with_the_hand_below_the_shoulder_is_measured_but_not_judged(by_ms: float) -> None:
    clip = stored()
    found = corrected(clip, {"ball_release": clip.truth_ms("ball_release") + by_ms})
    assert any("fit no such action" in note for note in found.findings.capture_quality.notes)
    assert found.findings.strengths == []


def test_the_hand_that_was_said_still_tells_the_front_arm_after_a_correction() -> None:
    filmed = film(draw(3001, "batting"), View(yaw_deg=90.0))
    clip = store(filmed, Given(Discipline.BATTING, filmed.truth.handedness))
    assert clip.read.metrics["elbow_drop_score"].value is not None
    assert corrected(clip, {"impact": clip.truth_ms("impact")}).metrics["elbow_drop_score"].value is not None


@pytest.mark.parametrize("by_ms", [-20.0, 20.0])
def test_events_that_fit_are_not_doubted(by_ms: float) -> None:
    before = stored()
    for name, event in events_of(before.read).items():
        notes = corrected(before, {name: event.t_ms + by_ms}).findings.capture_quality.notes
        assert not any("fit no such action" in note for note in notes)
    assert not any("fit no such action" in note for note in before.read.findings.capture_quality.notes)


@pytest.mark.parametrize(
    "from_impact",
    [
        {"stance": -520.0, "backlift_top": -500.0},
        {"backlift_top": -40.0},
    ],
)
def test_a_stroke_that_no_batter_plays_is_measured_but_not_judged(from_impact: dict[EventName, float]) -> None:
    before = stored("batting")
    impact_ms = events_of(before.read)["impact"].t_ms
    after = corrected(before, {name: impact_ms + by_ms for name, by_ms in from_impact.items()})
    assert any("fit no such action" in note for note in after.findings.capture_quality.notes)
    assert not after.findings.strengths
    assert {finding.code for finding in after.findings.findings} <= {"POOR_CAPTURE", "INSUFFICIENT_POSE_VISIBILITY"}


def test_an_event_on_the_last_frame_may_be_named_until_the_video_ends() -> None:
    filmed = film(standard())
    release_ms = filmed.truth.events["ball_release"] * 1000.0
    until = int(np.searchsorted(filmed.track.t_ms, release_ms))
    shorter = filmed.track.take(np.arange(until))
    clip = store(
        replace(filmed, track=shorter, video=replace(filmed.video, decoded_ms=float(shorter.t_ms[-1]) + FRAME_MS))
    )
    t_ms = round(float(shorter.t_ms[-1]) + 0.6 * FRAME_MS, 3)
    event = events_of(corrected(clip, {"ball_release": t_ms}))["ball_release"]
    assert (event.t_ms, event.frame) == (t_ms, until - 1)


def test_a_corrected_release_is_as_sure_as_the_eye_is() -> None:
    """Named a frame late, most values still lie within their error of those that were read at the right moment."""
    clip = stored()
    release = events_of(clip.read)["ball_release"].t_ms
    right, late = (corrected(clip, {"ball_release": release + by_ms}).metrics for by_ms in (0.0, FRAME_MS))
    for name in ("balance_drift_score", "elbow_drop_score", "front_knee_brace_score"):
        one, other = right[name], late[name]
        assert one.value is not None
        assert other.value is not None
        assert other.error is not None
        assert abs(other.value - one.value) <= other.error, name


def test_a_stroke_stays_one_and_who_knows_better_is_told_what_to_do() -> None:
    assert "analyse it again and give" in refused(stored("batting"), {"ball_release": 1000.0})["ball_release"]
    said = store(film(standard("batting")), Given(Discipline.BATTING))
    assert refused(said, {"ball_release": 1000.0})["ball_release"].startswith("The events of batting are: stance,")


def test_an_eye_is_less_exact_at_fewer_frames_a_second() -> None:
    errors: list[float] = []
    for fps in (30.0, 60.0, 120.0):
        clip = stored(fps=fps)
        balance = corrected(clip, {"ball_release": clip.truth_ms("ball_release")}).metrics["balance_drift_score"]
        assert balance.error is not None
        errors.append(balance.error)
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 1.5 * errors[-1]


def test_fielding_has_no_events() -> None:
    clip = store(film(standard()), Given(Discipline.FIELDING))
    assert refused(clip, {"ball_release": 1000.0}) == {"ball_release": "The events of fielding are: none."}


def test_nothing_can_be_corrected_where_nobody_is_seen() -> None:
    filmed = film(standard())
    empty = replace(filmed.track, landmarks=np.full_like(filmed.track.landmarks, np.nan))
    clip = store(replace(filmed, track=empty))
    assert "Nobody is seen" in refused(clip, {"ball_release": 1000.0})["ball_release"]


def test_an_action_outside_of_the_finely_read_part_is_measured_at_the_rate_of_the_first_pass() -> None:
    """The second pass went to the wrong part of the video: only every fourth frame of the delivery was read."""
    filmed = film(standard())
    t_ms = filmed.track.t_ms
    fine = t_ms <= 1000.0
    chosen = np.flatnonzero(fine | (filmed.track.frame % 4 == 0))
    clip = store(replace(filmed, track=filmed.track.take(chosen)))
    release = clip.truth_ms("ball_release")
    assert "ball_release" not in events_of(clip.read)
    after = corrected(clip, {"ball_release": release})
    event = events_of(after)["ball_release"]
    assert (event.t_ms, event.frame) == (round(release, 3), round(release / FRAME_MS))
    knee = after.metrics["front_knee_brace_score"]
    truth = filmed.truth.knee_in_picture_deg[event.frame, cast("int", filmed.truth.front)]
    assert knee.value == pytest.approx(truth, abs=8.0)
    assert knee.confidence <= 0.3
