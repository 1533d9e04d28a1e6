from pathlib import Path

import msgspec
import numpy as np
import pytest
from structlog.testing import capture_logs
from tests.support.videos import MakeVideo, VideoSpec, evenly

from cricksy.results.schema import Results
from cricksy.settings import analysis_settings
from cricksy.vocabulary import ANALYSIS_STEPS, Given, Stage
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.pipeline import Analysis, analyse_video
from cricksy_worker.vision.request import AnalysisRequest

SETTINGS = analysis_settings({})
MODELS = PoseModels.of(SETTINGS)


def analyse(
    video: Path, *, include_frames: bool = True, sample_fps: int = 15
) -> tuple[Analysis, list[tuple[Stage, float]]]:
    told: list[tuple[Stage, float]] = []
    request = AnalysisRequest(sample_fps, include_frames, Given())
    return analyse_video(video, request, SETTINGS, lambda stage, done: told.append((stage, done))), told


def test_a_delivery_is_read_in_two_passes(sample: Path) -> None:
    with capture_logs() as logs:
        analysis, told = analyse(sample)
    summary, frames = analysis.results.pose.pose_summary, analysis.results.pose.frames
    assert summary.detection_rate >= 0.95
    assert summary.fine_window_ms is not None
    start_ms, end_ms = summary.fine_window_ms
    assert end_ms - start_ms <= 1500.01
    assert start_ms < 1850 < end_ms  # the release, by the clip's truth

    indices = [frame.frame for frame in frames]
    assert indices == sorted(set(indices))
    assert all(frame.t_ms == round(frame.frame * 1000 / 60, 3) for frame in frames)
    fine = [frame for frame in frames if frame.model == "pose_landmarker_heavy"]
    coarse = [frame for frame in frames if frame.model == "pose_landmarker_full"]
    assert len(fine) + len(coarse) == len(frames) == summary.frames_sampled
    assert [frame.frame for frame in fine] == list(range(fine[0].frame, fine[-1].frame + 1))
    assert len(fine) == pytest.approx(90, abs=2)
    run_up = [frame.frame for frame in coarse if frame.t_ms < start_ms]
    assert run_up == list(range(0, run_up[-1] + 1, 4))
    assert analysis.results.versions.models == MODELS.sha256()

    assert [log["event"] for log in logs] == ["analysis_started", *["analysis_step"] * 4]
    assert [(log["step"], log["of"], log["name"]) for log in logs[1:]] == [
        (number, 4, stage) for number, stage in enumerate(ANALYSIS_STEPS, start=1)
    ]
    assert all(log["duration_s"] >= 0 for log in logs[1:])
    assert list(dict(told)) == list(ANALYSIS_STEPS)
    pose = [done for stage, done in told if stage is Stage.EXTRACTING_POSE]
    assert pose == sorted(pose)
    assert (pose[0], pose[-1]) == (0.0, 1.0)
    assert msgspec.json.decode(msgspec.json.encode(analysis.results), type=Results) == analysis.results


def test_a_video_without_a_person_has_no_scores(make_video: MakeVideo) -> None:
    analysis, _ = analyse(make_video("a.mp4", VideoSpec(t_ms=evenly(2, 30))))
    results = analysis.results
    assert results.pose.pose_summary.frames_detected == 0
    assert all(frame.landmarks is None for frame in results.pose.frames)
    assert [finding.code for finding in results.findings.findings] == ["INSUFFICIENT_POSE_VISIBILITY"]
    assert results.metrics["head_stability_score"].score is None


def test_frames_may_be_left_out_and_landmarks_are_kept(make_video: MakeVideo) -> None:
    analysis, _ = analyse(make_video("a.mp4", VideoSpec(t_ms=evenly(1, 30))), include_frames=False)
    assert analysis.results.pose.frames == []
    assert analysis.track.landmarks.shape == (len(analysis.track.frame), 33, 4)


def test_a_fast_video_costs_no_more_than_its_share(make_video: MakeVideo) -> None:
    analysis, _ = analyse(make_video("a.mp4", VideoSpec(t_ms=evenly(1, 240), width=64, height=48)))
    steps = np.diff(analysis.track.frame)
    assert len(analysis.track.frame) <= 120
    assert set(steps) == {2}


def test_a_real_delivery_is_seen(clips: Path) -> None:
    analysis, _ = analyse(clips / "bowling" / "side_01.mp4")
    summary = analysis.results.pose.pose_summary
    assert (summary.width, summary.height, summary.truncated) == (3840, 2160, False)
    assert summary.detection_rate >= 0.8
    assert summary.discipline == "bowling"
    x, y = analysis.track.landmarks[analysis.track.detected, :, :2].mean(axis=(0, 1))
    assert 0 < x < 3840
    assert 0 < y < 2160


def test_a_short_video_is_read_whole_however_few_frames_the_first_pass_reads(clips: Path) -> None:
    analysis, _ = analyse(clips / "bowling" / "side_06.mp4", sample_fps=1)
    summary = analysis.results.pose.pose_summary
    assert summary.detection_rate >= 0.9
    assert "ball_release" in {event.name for event in summary.events}
