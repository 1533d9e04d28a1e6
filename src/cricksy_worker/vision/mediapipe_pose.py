"""BlazePose by MediaPipe: the one place that speaks to MediaPipe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.skeleton import BLAZEPOSE33, BODY, Skeleton
from cricksy.analysis.track import FloatArray
from cricksy_worker.vision.detector import RgbImage
from cricksy_worker.vision.models import ModelUnavailable
from cricksy_worker.vision.regions import NEUTRAL

# ratio; how many times as fast as the video's time MediaPipe's clock runs, see MediaPipeDetector. Joints of 12 rendered
# deliveries seen from the far side were off by 5.9 % of the trunk on a clock 10 times as fast as the video's, by 5.6 %
# on one 100 times and by 5.4 % on one 100 000 times as fast. But there feet at rest tremble: 40 contacts in altered
# copies of real videos scattered by 1.15 frames, against 1.01 at 10 times and 0.99 at 100.
CLOCK: Final = 100.0
# ratio; of the body's landmarks in view, below which a person is hardly visible. Of 44 videos 38 had no such frame in
# their second pass, and four had one to three pairs of them in a row. The one in which MediaPipe tracked something
# upside down had seven pairs.
HARDLY_VISIBLE: Final = 0.6
HARDLY_VISIBLE_FRAMES: Final = 2  # frames; in a row, after which anybody better is looked for: one may be blurred
SEARCH_FRAMES: Final = 8  # frames; from one such search to the next: at an eighth of the cost, three in a bowler's stay
# ratio; weight of the newest visibility in MediaPipe's exponential mean, the ``alpha`` of its
# ``pose_landmarks_detector_graph``. The mean starts again when a person was lost. Over 43 videos no mean moved by more
# than that allows.
NEWEST_SHARE: Final = 0.1

VISIBILITY = 3
"""Column of the visibility in a landmark."""


class _Landmark(Protocol):
    x: float
    y: float
    z: float
    visibility: float


class _Result(Protocol):
    pose_landmarks: Sequence[Sequence[_Landmark]]


class PoseLandmarker(Protocol):
    """MediaPipe's own."""

    def detect(self, image: object) -> _Result: ...
    def detect_for_video(self, image: object, timestamp_ms: int) -> _Result: ...
    def close(self) -> None: ...


class ModelLoader(Protocol):
    """See :func:`load`."""

    def __call__(self, model: Path, *, tracks: bool) -> PoseLandmarker: ...


def load(model: Path, *, tracks: bool) -> PoseLandmarker:
    """A MediaPipe landmarker of one person, on the CPU.

    Raises:
        ModelUnavailable: MediaPipe cannot load the file.
    """
    tasks = import_module("mediapipe.tasks.python")
    mode = tasks.vision.RunningMode
    options = tasks.vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(
            model_asset_path=str(model),
            delegate=tasks.BaseOptions.Delegate.CPU,
        ),
        running_mode=mode.VIDEO if tracks else mode.IMAGE,
        num_poses=1,
    )
    try:
        return tasks.vision.PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        raise ModelUnavailable(model) from error


@dataclass(frozen=True, slots=True)
class MediaPipeParams:
    """How MediaPipe is driven; see the constants of the same names."""

    clock: float = CLOCK
    hardly_visible: float = HARDLY_VISIBLE
    hardly_visible_frames: int = HARDLY_VISIBLE_FRAMES
    search_frames: int = SEARCH_FRAMES


MEDIAPIPE: Final = MediaPipeParams()


class MediaPipeDetector:
    """A :class:`cricksy_worker.vision.detector.PoseDetector` of BlazePose's landmarks, on the CPU.

    While MediaPipe tracks, it does three things to landmarks that are undone here:

    - It smooths them by a one-euro filter (Casiez 2012), which shows fast limbs one or two frames late, and limbs that
      change places half-way between. On a clock ``CLOCK`` times as fast as the video's time the filter lets all that
      moves through: the analysis has a filter of its own, without lag.
    - It publishes an exponential mean of the visibilities, ten frames late, more than a delivery takes. Each frame's
      own visibility is solved for.
    - It goes on tracking false positives, upside down or where nobody is. After some frames of a person who is hardly
      visible the whole image is searched, and the tracker is reset if somebody is better visible.
    """

    skeleton: Skeleton = BLAZEPOSE33

    def __init__(
        self, model: Path, *, tracks: bool = True, load: ModelLoader = load, params: MediaPipeParams = MEDIAPIPE
    ) -> None:
        """See :class:`cricksy_worker.vision.detector.OpenDetector`. ``load`` is called once or twice.

        Raises:
            ModelUnavailable: The file is not there, or MediaPipe cannot load it.
        """
        if not model.is_file():
            raise ModelUnavailable(model)
        # Imported here: it takes a second, and a rejected video does not need it.
        self._mediapipe = import_module("mediapipe")
        self._tracks, self._params = tracks, params
        self._landmarker = load(model, tracks=tracks)
        self._load_search: Callable[[], PoseLandmarker] = lambda: load(model, tracks=False)
        self._search: PoseLandmarker | None = None
        self._clock_ms = -1
        self._mean_visibility: FloatArray | None = None
        self._in_view = 1.0
        self._hardly_visible = 0
        self._not_searched = params.search_frames

    def detect(self, image: RgbImage, t_ms: float) -> FloatArray | None:
        """See :meth:`cricksy_worker.vision.detector.PoseDetector.detect`."""
        frame = self._image(image)
        if not self._tracks:
            return _first(self._landmarker.detect(frame))
        self._not_searched += 1
        if (
            self._hardly_visible >= self._params.hardly_visible_frames
            and self._not_searched >= self._params.search_frames
        ):
            self._not_searched = 0
            if self._shows_anybody_better(frame):
                self._forget(image, t_ms)
        had_somebody = self._mean_visibility is not None
        found = self._track(frame, t_ms)
        if found is None and had_somebody:
            # One who is lost where he was expected is looked for in the whole image only at the next call.
            found = self._track(frame, t_ms)
        self._in_view = 1.0 if found is None else _share_in_view(found)
        self._hardly_visible = self._hardly_visible + 1 if self._in_view < self._params.hardly_visible else 0
        return found

    def close(self) -> None:
        """Free the model."""
        self._landmarker.close()
        if self._search is not None:
            self._search.close()

    def _image(self, pixels: RgbImage) -> object:
        return self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=pixels)

    def _shows_anybody_better(self, frame: object) -> bool:
        if self._search is None:
            self._search = self._load_search()
        found = _first(self._search.detect(frame))
        return found is not None and _share_in_view(found) > self._in_view

    def _forget(self, image: RgbImage, t_ms: float) -> None:
        """Lose the person, who is not in an empty image."""
        self._track(self._image(np.full_like(image, NEUTRAL)), t_ms)

    def _track(self, frame: object, t_ms: float) -> FloatArray | None:
        # MediaPipe counts in whole milliseconds, each later than the one before.
        self._clock_ms = max(self._clock_ms + 1, round(t_ms * self._params.clock))
        found = _first(self._landmarker.detect_for_video(frame, self._clock_ms))
        before, self._mean_visibility = self._mean_visibility, None if found is None else found[:, VISIBILITY].copy()
        if found is not None and before is not None:
            found[:, VISIBILITY] = newest(before, found[:, VISIBILITY])
        return found


def newest(before: FloatArray, now: FloatArray) -> FloatArray:
    """The visibilities (33,) whose weight took MediaPipe's exponential mean of them from ``before`` to ``now``."""
    return np.clip(before + (now - before) / NEWEST_SHARE, 0.0, 1.0)


def _share_in_view(person: FloatArray) -> float:
    """Of the body's landmarks, 0–1."""
    return float(np.mean(person[BODY, VISIBILITY] >= th.MIN_VISIBILITY))


def _first(result: _Result) -> FloatArray | None:
    if not result.pose_landmarks:
        return None
    person = result.pose_landmarks[0]
    return np.array([(point.x, point.y, point.z, point.visibility) for point in person], dtype=np.float64)
