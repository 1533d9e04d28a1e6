"""Real players: landmarks of clips (see tests/fixtures/NOTICE), events against frames read by eye."""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
from tests.support.scored import NAMES

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines.action import action_window
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.track import Track, VideoFacts, unpack
from cricksy.results.measurements import EventName
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness

FIXTURES = Path(__file__).parents[1] / "fixtures"
VIDEOS = msgspec.json.decode((FIXTURES / "videos.json").read_bytes(), type=dict[str, VideoFacts])
WITHOUT_ACTION = ("cam01", "cam03", "two_people", "rooftop_two_people_vp9")
CAPTURE = {"INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE"}


@dataclass(frozen=True)
class Delivery:
    """``contact`` is ``None`` where the feet are out of the image."""

    clip: str
    contact: int | None
    release: int


def deliveries() -> list[Delivery]:
    with (FIXTURES / "events.csv").open(newline="") as lines:
        return [
            Delivery(
                Path(line["clip"]).stem,
                int(line["front_foot_contact_frame"]) if line["front_foot_contact_frame"] else None,
                int(line["ball_release_frame"]),
            )
            for line in csv.DictReader(lines)
        ]


ALL = deliveries()
WITH_FEET = [delivery for delivery in ALL if delivery.contact is not None]
WITHOUT_FEET = [delivery for delivery in ALL if delivery.contact is None]
MIRRORED = [delivery for delivery in WITH_FEET if f"{delivery.clip}.mirrored" in VIDEOS]
PANNED = [delivery for delivery in WITH_FEET if f"{delivery.clip}.panned" in VIDEOS]
every_delivery = pytest.mark.parametrize("delivery", ALL, ids=lambda delivery: delivery.clip)


@cache
def track_of(clip: str) -> Track:
    return unpack((FIXTURES / f"{clip}.npz").read_bytes())


@cache
def measured(clip: str) -> Measurement:
    return measure(track_of(clip), VIDEOS[clip], Given())


def frame_of(found: Measurement, name: EventName) -> int | None:
    return next((event.frame for event in found.events if event.name == name), None)


def check_events(found: Measurement, delivery: Delivery) -> None:
    """Release within a frame, front-foot contact within two."""
    release, contact = frame_of(found, "ball_release"), frame_of(found, "front_foot_contact")
    assert release is not None
    assert contact is not None
    assert delivery.contact is not None
    assert abs(release - delivery.release) <= 1
    assert abs(contact - delivery.contact) <= 2


def test_moments_are_shown_where_a_target_applies() -> None:
    """The knee's from landing to release, the balance's at release: what comes before is no fault."""
    knees: list[bool] = []
    balances: list[bool] = []
    for delivery in ALL:
        found = measured(delivery.clip)
        release = frame_of(found, "ball_release")
        contact = frame_of(found, "front_foot_contact")
        assert release is not None
        landed = release - 1 if contact is None else contact
        knees += [landed <= moment.frame <= release + 1 for moment in found.metrics["front_knee_brace_score"].worst]
        balances += [abs(moment.frame - release) <= 1 for moment in found.metrics["balance_drift_score"].worst]
    assert knees
    assert all(knees)
    assert all(balances)


@pytest.mark.parametrize("delivery", WITHOUT_FEET, ids=lambda delivery: delivery.clip)
def test_a_knee_and_a_balance_on_feet_out_of_the_image_are_measured_but_not_judged(delivery: Delivery) -> None:
    found = find(measured(delivery.clip))
    judged = {finding.metric for finding in [*found.findings, *found.strengths]}
    assert not judged & {"front_knee_brace_score", "balance_drift_score"}


@every_delivery
def test_a_right_arm_delivery_side_on_is_recognised(delivery: Delivery) -> None:
    found = measured(delivery.clip)
    assert found.discipline.value is Discipline.BOWLING
    assert found.handedness.value is Handedness.RIGHT
    assert found.camera_view.value is CameraView.SIDE


@every_delivery
def test_release_is_within_a_frame(delivery: Delivery) -> None:
    release = frame_of(measured(delivery.clip), "ball_release")
    assert release is not None
    assert abs(release - delivery.release) <= 1


@pytest.mark.parametrize("delivery", WITH_FEET, ids=lambda delivery: delivery.clip)
def test_front_foot_contact_is_within_two_frames(delivery: Delivery) -> None:
    contact = frame_of(measured(delivery.clip), "front_foot_contact")
    assert contact is not None
    assert delivery.contact is not None
    assert abs(contact - delivery.contact) <= 2


@pytest.mark.parametrize("delivery", WITHOUT_FEET, ids=lambda delivery: delivery.clip)
def test_feet_out_of_the_image_leave_no_contact_and_a_less_certain_knee(delivery: Delivery) -> None:
    cut, whole = measured(delivery.clip), measured("side_02")
    assert frame_of(cut, "front_foot_contact") is None
    knee, other = cut.metrics["front_knee_brace_score"], whole.metrics["front_knee_brace_score"]
    assert knee.confidence < other.confidence
    if knee.error is not None and other.error is not None:
        assert knee.error > other.error


@every_delivery
def test_a_metric_has_a_value_with_its_error_or_a_reason(delivery: Delivery) -> None:
    found = measured(delivery.clip)
    metrics = found.metrics
    for name in NAMES:
        metric = metrics[name]
        if metric.value is None:
            assert metric.reason
            continue
        assert metric.error is not None
        assert 0.0 < metric.confidence < 1.0
        assert 0.0 <= found.scores[name] <= 1.0
        if metric.confidence >= th.FINDING_CONFIDENCE:
            assert (metric.score, metric.reason) == (found.scores[name], None)
        else:
            assert (metric.score, metric.worst) == (None, [])
            assert metric.reason is not None
            assert metric.reason.startswith("Measured, but too unsure to be judged: ")
    assert metrics["hip_shoulder_separation_timing"].value is None
    assert metrics["hip_shoulder_separation_timing"].reason


@every_delivery
def test_the_heads_worst_moments_lie_within_the_delivery(delivery: Delivery) -> None:
    found = measured(delivery.clip)
    times = [event.t_ms for event in found.events]
    # A contact is published on the first frame that shows it, a release on the nearest one.
    worst = [moment.t_ms for moment in found.metrics["head_stability_score"].worst]
    assert all(moment <= max(times) for moment in worst)
    assert all(moment >= min(times) for moment in worst) or "back_foot_contact" not in {e.name for e in found.events}


@pytest.mark.parametrize("delivery", MIRRORED, ids=lambda delivery: delivery.clip)
def test_the_mirrored_video_shows_a_left_hander_at_the_same_moments(delivery: Delivery) -> None:
    mirrored = measured(f"{delivery.clip}.mirrored")
    assert mirrored.handedness.value is Handedness.LEFT
    check_events(mirrored, delivery)


@pytest.mark.parametrize("delivery", PANNED, ids=lambda delivery: delivery.clip)
def test_a_camera_that_swings_after_the_bowler_changes_neither_his_events_nor_his_knee(delivery: Delivery) -> None:
    panned, still = measured(f"{delivery.clip}.panned"), measured(delivery.clip)
    check_events(panned, delivery)
    one, other = (found.metrics["front_knee_brace_score"] for found in (panned, still))
    assert one.value is not None
    assert other.value is not None
    assert one.error is not None
    assert abs(one.value - other.value) <= one.error


@every_delivery
def test_half_the_speed_changes_no_event(delivery: Delivery) -> None:
    track, video = track_of(delivery.clip), VIDEOS[delivery.clip]
    slow = replace(track, t_ms=track.t_ms * 2.0)
    found = measure(slow, replace(video, source_fps=video.source_fps / 2.0, decoded_ms=video.decoded_ms * 2.0), Given())
    assert found.discipline.value is Discipline.BOWLING
    release, contact = frame_of(found, "ball_release"), frame_of(found, "front_foot_contact")
    assert release is not None
    assert abs(release - delivery.release) <= 1
    assert (contact is None) is (delivery.contact is None)
    assert contact is None or abs(contact - (delivery.contact or 0)) <= 2


@every_delivery
def test_half_the_frames_are_enough_to_find_the_action(delivery: Delivery) -> None:
    coarse = track_of(delivery.clip).take(np.arange(0, len(track_of(delivery.clip).frame), 2))
    window = action_window(coarse, Given(), 1.5)
    assert window is not None
    assert window[0] / 1000.0 * 29.97 < delivery.release < window[1] / 1000.0 * 29.97


@every_delivery
def test_a_report_is_written(delivery: Delivery) -> None:
    found = measured(delivery.clip)
    report = write_report(find(found), found)
    assert len(report.one_week_plan) == 7


@pytest.mark.parametrize("clip", WITHOUT_ACTION)
def test_people_who_do_nothing_of_the_kind_are_not_judged(clip: str) -> None:
    found = measured(clip)
    assert found.discipline.value is None
    assert not found.events
    assert {finding.code for finding in find(found).findings} <= CAPTURE


def test_the_bowler_is_measured_though_a_larger_man_stands_by() -> None:
    alone, beside = measured("side_02"), measured("side_02.beside")
    assert beside.discipline.value is Discipline.BOWLING
    assert beside.video.people_seen == 2
    release, other = frame_of(beside, "ball_release"), frame_of(alone, "ball_release")
    assert release is not None
    assert other is not None
    assert abs(release - other) <= 1


@pytest.mark.parametrize("delivery", WITH_FEET, ids=lambda delivery: delivery.clip)
def test_a_frame_of_contact_does_not_turn_the_class_of_the_knee(delivery: Delivery) -> None:
    track = track_of(delivery.clip)
    read = float(track.t_ms[np.flatnonzero(track.frame == delivery.contact)[0]])
    told = Corrections(Discipline.BOWLING, {"front_foot_contact": read})
    found, corrected = measured(delivery.clip).knee, measure(track, VIDEOS[delivery.clip], Given(), told).knee
    assert found is not None
    assert corrected is not None
    assert found.kind == corrected.kind


@pytest.mark.parametrize("delivery", WITH_FEET, ids=lambda delivery: delivery.clip)
def test_a_video_that_begins_at_the_landing_tells_nothing_of_the_head(delivery: Delivery) -> None:
    track = track_of(delivery.clip)
    late = track.take(np.flatnonzero(track.frame >= (delivery.contact or 0) - 1))
    head = measure(late, VIDEOS[delivery.clip], Given()).metrics["head_stability_score"]
    assert head.value is None
    assert head.reason is not None
