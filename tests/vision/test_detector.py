"""The passes know a detector by its protocol alone: here one finds the bar of the little videos, without any model."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from tests.support.videos import MakeVideo, VideoSpec, evenly, image

from cricksy.analysis.disciplines.action import ActionScore
from cricksy.analysis.skeleton import BLAZEPOSE33, Skeleton
from cricksy.analysis.track import FloatArray, Track
from cricksy_worker.vision.detector import PoseDetector, RgbImage
from cricksy_worker.vision.detector_registry import open_detector
from cricksy_worker.vision.extract import Extraction, PoseRequest, extract
from cricksy_worker.vision.extract_params import ExtractParams
from cricksy_worker.vision.mediapipe_pose import MediaPipeDetector
from cricksy_worker.vision.models import INSTALLED, ModelUnavailable, PoseModels
from cricksy_worker.vision.video import VideoLimits

WIDTH, HEIGHT = 320, 240
BAR = Skeleton(name="bar6", count=6, pairs=((0, 1), (2, 3), (4, 5)), trunk=(2, 3), face=(2, 3), body=(0, 1, 2, 3, 4, 5))
MODELS = PoseModels(Path("coarse.bar"), Path("fine.bar"))


@dataclass
class BarDetector:
    """Finds the bar: its upper, its middle and its lower end, on the left and on the right."""

    skeleton: Skeleton
    closed: list["BarDetector"] = field(default_factory=list["BarDetector"])

    def detect(self, image: RgbImage, t_ms: float) -> FloatArray | None:
        assert t_ms >= 0
        height, width = image.shape[:2]
        row = image[round(height * 0.9)].mean(axis=1)
        places = np.flatnonzero(row > 170)
        if not len(places):
            return None
        left, right = places[0] / width, (places[-1] + 1) / width
        found = [(x, y, 0.0, 0.8) for y in (0.5, 0.75, 1.0) for x in (left, right)]
        return np.resize(np.array(found), (self.skeleton.count, 4))

    def close(self) -> None:
        self.closed.append(self)


@dataclass
class Opened:
    """Opens detectors and knows which are open."""

    skeleton_of: Callable[[Path], Skeleton]
    tracks: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    closed: list[BarDetector] = field(default_factory=list[BarDetector])

    def open(self, model: Path, *, tracks: bool) -> PoseDetector:
        self.tracks.append((model.stem, tracks))
        return BarDetector(self.skeleton_of(model), self.closed)


def read(video: Path, opened: Opened) -> Extraction:
    request = PoseRequest(
        sample_fps=10,
        fine_window_seconds=0.5,
        score=lambda _track: ActionScore(0.9, 5.0, 5.0),
        find_window=middle,
        params=ExtractParams(open_detector=opened.open),
    )
    return extract(video, MODELS, VideoLimits(10**8, 60), request, lambda _done: None)


def middle(track: Track, seconds: float) -> tuple[float, float]:
    centre = float(track.t_ms.mean())
    return centre - seconds * 500, centre + seconds * 500


def test_another_detectors_landmarks_and_skeleton_arrive_in_the_track(make_video: MakeVideo) -> None:
    video = make_video("a.mp4", VideoSpec(t_ms=evenly(1.5, 30), width=WIDTH, height=HEIGHT))
    opened = Opened(lambda _model: BAR)
    extraction = read(video, opened)
    track = extraction.track
    assert track.skeleton == BAR
    assert track.landmarks.shape == (len(track.frame), BAR.count, 4)
    assert track.model_names == ("coarse", "fine")
    assert extraction.video.people_seen == 1
    assert extraction.fine_window_ms is not None
    start_ms, end_ms = extraction.fine_window_ms
    fine = track.frame[track.model == 1]
    assert fine.tolist() == [frame for frame in range(45) if start_ms <= round(frame * 1000 / 30, 3) <= end_ms]
    seen = track.detected
    assert seen.mean() > 0.9
    for frame, points in zip(track.frame[seen], track.landmarks[seen], strict=True):
        truth = image(int(frame), WIDTH, HEIGHT)[round(HEIGHT * 0.9)].mean(axis=1)
        bar = np.flatnonzero(truth > 170)
        assert points[0, 0] == pytest.approx(bar[0], abs=3)
        assert points[1, 0] == pytest.approx(bar[-1] + 1, abs=3)
        assert points[:, 1].tolist() == [HEIGHT * share for share in (0.5, 0.5, 0.75, 0.75, 1.0, 1.0)]
        assert (points[:, 3] == 0.8).all()
    assert opened.tracks == [("coarse", True), ("coarse", False), ("fine", True)]
    assert len(opened.closed) == len(opened.tracks)


def test_two_models_of_different_skeletons_are_refused(make_video: MakeVideo) -> None:
    video = make_video("a.mp4", VideoSpec(t_ms=evenly(1.5, 30), width=WIDTH, height=HEIGHT))
    opened = Opened(lambda model: BAR if model.stem == "coarse" else BLAZEPOSE33)
    with pytest.raises(ValueError, match="differ in skeleton: \\['bar6', 'blazepose33'\\]"):
        read(video, opened)


@pytest.mark.parametrize("name", ["model.onnx", "model"])
def test_a_model_that_no_detector_reads_is_unavailable(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"weights")
    with pytest.raises(ModelUnavailable) as unavailable:
        open_detector(tmp_path / name, tracks=True)
    assert unavailable.value.path == tmp_path / name


def test_the_product_opens_its_detectors_by_the_registry() -> None:
    assert ExtractParams().open_detector is open_detector
    with closing(open_detector(INSTALLED / "pose_landmarker_lite.task", tracks=False)) as detector:
        assert isinstance(detector, MediaPipeDetector)
        assert detector.skeleton == BLAZEPOSE33
