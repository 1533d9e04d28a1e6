"""A pose model that sees the player upside down for some frames; it is read from MediaPipe itself."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tests.support.composites import frames_of, write

from cricksy.analysis.disciplines.action import action_score, action_window
from cricksy.analysis.skeleton import BODY, Skeleton
from cricksy.analysis.track import FloatArray
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given
from cricksy_worker.vision.detector import PoseDetector, RgbImage
from cricksy_worker.vision.detector_registry import open_detector
from cricksy_worker.vision.extract import Extraction, PoseRequest, extract
from cricksy_worker.vision.extract_params import ExtractParams
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.video import VideoLimits

FPS = 60
WRONG = range(38, 46)


class Overturned:
    """A detector that turns what it tracks upside down on the frames ``WRONG``, fully visible as ever."""

    def __init__(self, detector: PoseDetector, *, tracks: bool, always: bool) -> None:
        self._detector = detector
        self._is_wrong = tracks or always
        self.skeleton: Skeleton = detector.skeleton

    def detect(self, image: RgbImage, t_ms: float) -> FloatArray | None:
        found = self._detector.detect(image, t_ms)
        if found is None or not self._is_wrong or round(t_ms * FPS / 1000) not in WRONG:
            return found
        top, bottom = found[:, 1].min(), found[:, 1].max()
        found[:, 1] = top + bottom - found[:, 1]
        found[:, 3] = 1.0
        return found

    def close(self) -> None:
        self._detector.close()


def opened(model: Path, *, tracks: bool, always: bool) -> PoseDetector:
    return Overturned(open_detector(model, tracks=tracks), tracks=tracks, always=always)


Read = Callable[[ExtractParams], Extraction]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    sample = Path(__file__).parents[2] / "src" / "cricksy" / "sample" / "bowling.mp4"
    video = write(tmp_path_factory.mktemp("delivery") / "a.mp4", frames_of(sample, 960)[66:138], FPS)
    models, limits = PoseModels.of(analysis_settings({})), VideoLimits(10**9, 60)
    score = partial(action_score, given=Given())

    def of(params: ExtractParams) -> Extraction:
        request = PoseRequest(20, 0.4, score, lambda track, seconds: action_window(track, Given(), seconds), params)
        return extract(video, models, limits, request, lambda _done: None)

    return of


def body(found: Extraction, frames: range) -> FloatArray:
    return found.track.landmarks[np.isin(found.track.frame, frames)][:, list(BODY), :2]


def test_a_pose_that_cannot_be_is_read_again_by_one_who_has_not_tracked_it(read: Read) -> None:
    true = read(ExtractParams())
    found = read(ExtractParams(open_detector=partial(opened, always=False)))
    assert (true.video.frames_rejected, found.video.frames_rejected) == (0, 0)
    apart = np.linalg.norm(body(found, WRONG) - body(true, WRONG), axis=-1)
    height = np.ptp(body(true, WRONG)[..., 1], axis=1).max()
    assert np.median(apart) <= 0.02 * height
    assert np.percentile(apart, 90) <= 0.08 * height


def test_what_cannot_be_is_nobody_and_counted_where_no_reading_helps(read: Read) -> None:
    found = read(ExtractParams(open_detector=partial(opened, always=True)))
    assert found.video.frames_rejected == len(WRONG)
    assert found.track.frame[~found.track.detected].tolist() == list(WRONG)
