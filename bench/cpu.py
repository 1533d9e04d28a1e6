"""CPU time of the analysis against a bare loop of PoseLandmarker over the same frames with the same models.

The bare loop opens and decodes the video with OpenCV and looks at each frame once, in two passes as the analysis does.
Start-up (imports, the loading of models) is left out on both sides. It fails where the analysis takes more than it may.

    python bench/cpu.py VIDEO...
"""

import os
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple, cast

import cv2 as untyped_cv2
import mediapipe as untyped_mediapipe  # pyright: ignore[reportMissingTypeStubs] - it ships none
import numpy as np

from cricksy import logs
from cricksy.settings import AnalysisSettings, analysis_settings
from cricksy_worker.vision.extract_params import ExtractParams
from cricksy_worker.vision.mediapipe_pose import MediaPipeDetector, PoseLandmarker, load
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.pipeline import analyse_video
from cricksy_worker.vision.request import AnalysisRequest
from cricksy_worker.vision.sampling import Sampler

cv2, mediapipe = cast("Any", untyped_cv2), cast("Any", untyped_mediapipe)

MOST = 1.25
"""What the analysis may take of the bare loop's time."""

SAMPLE_FPS = 15


class Stopwatch:
    """CPU seconds of this process, all threads, without those spent in ``load``."""

    def __init__(self) -> None:
        self._begun = process_time()
        self._apart = 0.0

    def load(self, model: Path, *, tracks: bool) -> PoseLandmarker:
        """Load a model in time that does not count."""
        begun = process_time()
        loaded = load(model, tracks=tracks)
        self._apart += process_time() - begun
        return loaded

    @property
    def seconds(self) -> float:
        return process_time() - self._begun - self._apart


def main() -> int:
    cv2.setNumThreads(1)
    logs.configure("worker", "WARNING")
    settings = analysis_settings(os.environ)
    videos = [Path(name) for name in sys.argv[1:]]
    if not videos:
        print(__doc__)
        return 2
    analyse(videos[0], settings)  # imports and the first use of every library
    compared = [compare(video, settings) for video in videos]
    for video, one in zip(videos, compared, strict=True):
        print(f"{video.name}: {one}")
    return int(max(one.ratio for one in compared) > MOST)


class Compared(NamedTuple):
    """CPU seconds of the analysis and of the bare loop, and how many frames their first and second pass look at."""

    analysis_s: float
    bare_s: float
    coarse: int
    fine: int

    @property
    def ratio(self) -> float:
        return self.analysis_s / self.bare_s

    def __str__(self) -> str:
        return (
            f"analysis {self.analysis_s:.2f} s, bare loop {self.bare_s:.2f} s over {self.coarse} + {self.fine} frames,"
            f" ratio {self.ratio:.2f}"
        )


def compare(video: Path, settings: AnalysisSettings) -> Compared:
    """Read one video both ways."""
    ours, coarse, fine = analyse(video, settings)
    models = PoseModels.of(settings)
    bare = loop(video, models.coarse, coarse) + loop(video, models.fine, fine)
    return Compared(ours, bare, len(coarse), len(fine))


def analyse(video: Path, settings: AnalysisSettings) -> tuple[float, set[int], set[int]]:
    """CPU seconds of the analysis, and the frames that its first and its second pass read."""
    watch = Stopwatch()
    params = ExtractParams(open_detector=partial(MediaPipeDetector, load=watch.load))
    request = AnalysisRequest(SAMPLE_FPS, include_frames=True)
    track = analyse_video(video, request, settings, lambda _stage, _done: None, params).track
    seconds = watch.seconds
    return seconds, sampled(video), set(track.frame[track.model == 1].tolist())


def sampled(video: Path) -> set[int]:
    """The frames of the first pass."""
    capture, sampler = cv2.VideoCapture(str(video)), Sampler(SAMPLE_FPS)
    frames: set[int] = set()
    index = 0
    while capture.grab():
        if sampler.takes(capture.get(cv2.CAP_PROP_POS_MSEC)):
            frames.add(index)
        index += 1
    return frames


def loop(video: Path, model: Path, frames: Iterable[int]) -> float:
    """CPU seconds to open the video, to decode it and to find the person in ``frames``."""
    wanted = set(frames)
    found = load(model, tracks=True)
    begun = process_time()
    capture = cv2.VideoCapture(str(video))
    for index in range(max(wanted, default=-1) + 1):
        if not capture.grab():
            break
        if index in wanted:
            _, bgr = capture.retrieve()
            image = np.ascontiguousarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            shown = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
            found.detect_for_video(shown, round(capture.get(cv2.CAP_PROP_POS_MSEC)) + index)
    seconds = process_time() - begun
    found.close()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
