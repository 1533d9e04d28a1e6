"""The one place that speaks to MediaPipe."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis import thresholds as th
from cricksy.analysis.skeleton import BLAZEPOSE33, BODY
from cricksy_worker.vision.models import ModelMissing
from cricksy_worker.vision.tiles import NEUTRAL

# Joints of 12 rendered deliveries seen from the far side were off by 5.9 % of the trunk on a clock 10 times as fast as
# the film's, by 5.6 % on one 100 times and by 5.4 % on one 100 000 times as fast. But there feet at rest tremble: 40
# contacts in altered copies of real films scattered by 1.15 frames, against 1.01 at 10 times and 0.99 at 100.
CLOCK: Final = 100.0  # times as fast as the film's time; see landmarker.Landmarker
# Of 44 films 38 had no such frame in their last pass, and four had one to three pairs of them in a row. The one in
# which MediaPipe followed something upside down had seven pairs.
HARDLY_VISIBLE: Final = 0.6  # share of the body's landmarks in view below which it is
HARDLY_VISIBLE_FRAMES: Final = 2  # in a row, after which anybody better is looked for: one may be blurred
LOOKED_FOR_FRAMES: Final = 8  # from one such look to the next: at an eighth of the cost, and thrice in a bowler's stay

LANDMARKS = BLAZEPOSE33.count
VISIBILITY = 3
"""Place of the visibility in a landmark."""
NEWEST_SHARE = 0.1
"""Weight of the newest visibility in MediaPipe's exponential mean, which begins anew with a person who was lost.

The ``alpha`` of its ``pose_landmarks_detector_graph``. Over 43 films no mean moved by more than that allows.
"""


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


class Landmarker:
    """Finds one person, on the CPU.

    One that ``follows`` looks next where it found the person last: each film, and each pass over it, takes a new one.
    Any other takes every image by itself.

    Where MediaPipe follows, it smooths landmarks by a one-euro filter (Casiez 2012), which shows fast limbs one or two
    frames late, and limbs that change places half-way between. On a clock ``CLOCK`` times as fast as the film's
    time it lets all that moves through: the analysis has a filter of its own, without lag. MediaPipe also publishes an
    exponential mean of the visibilities, ten frames late, more than a delivery takes; that is undone. And it goes on
    following whatever it once took for a person, upside down or where nobody is: one who is hardly visible for some
    frames is given up for anybody whom the whole image shows better.

    Raises:
        ModelMissing: The file is not there, or MediaPipe cannot load it.
    """

    def __init__(self, model: Path, *, follows: bool = True) -> None:
        if not model.is_file():
            raise ModelMissing(model)
        # Imported here: it takes a second, and a rejected film does not need it.
        self._mediapipe = import_module("mediapipe")
        self._model, self._follows = model, follows
        self._landmarker = load(model, follows=follows)
        self._looks_anew: PoseLandmarker | None = None
        self._clock_ms = -1
        self._mean_visibility: NDArray[np.float64] | None = None
        self._in_view = 1.0
        self._hardly_visible = 0
        self._not_looked = LOOKED_FOR_FRAMES

    def detect(self, image: NDArray[np.uint8], t_ms: float) -> NDArray[np.float64] | None:
        """Landmarks (33, 4) of the person in an RGB image (height, width, 3), or ``None``.

        x and y run from 0 to 1 across the image, z is on x's scale, the last is the visibility 0–1. ``t_ms`` rises from
        call to call, where the person is followed.
        """
        frame = self._image(image)
        if not self._follows:
            return _first(self._landmarker.detect(frame))
        self._not_looked += 1
        if self._hardly_visible >= HARDLY_VISIBLE_FRAMES and self._not_looked >= LOOKED_FOR_FRAMES:
            self._not_looked = 0
            if self._shows_anybody_better(frame):
                self._forget(image, t_ms)
        had_somebody = self._mean_visibility is not None
        found = self._follow(frame, t_ms)
        if found is None and had_somebody:
            # One who is lost where he was expected is looked for in the whole image only at the next call.
            found = self._follow(frame, t_ms)
        self._in_view = 1.0 if found is None else _share_in_view(found)
        self._hardly_visible = self._hardly_visible + 1 if self._in_view < HARDLY_VISIBLE else 0
        return found

    def _image(self, pixels: NDArray[np.uint8]) -> object:
        return self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=pixels)

    def _shows_anybody_better(self, frame: object) -> bool:
        if self._looks_anew is None:
            self._looks_anew = load(self._model, follows=False)
        found = _first(self._looks_anew.detect(frame))
        return found is not None and _share_in_view(found) > self._in_view

    def _forget(self, image: NDArray[np.uint8], t_ms: float) -> None:
        """Lose the person, who is not in an empty picture."""
        self._follow(self._image(np.full_like(image, NEUTRAL)), t_ms)

    def _follow(self, frame: object, t_ms: float) -> NDArray[np.float64] | None:
        # MediaPipe counts in whole milliseconds, each later than the one before.
        self._clock_ms = max(self._clock_ms + 1, round(t_ms * CLOCK))
        found = _first(self._landmarker.detect_for_video(frame, self._clock_ms))
        before, self._mean_visibility = self._mean_visibility, None if found is None else found[:, VISIBILITY].copy()
        if found is not None and before is not None:
            found[:, VISIBILITY] = newest(before, found[:, VISIBILITY])
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._landmarker.close()
        if self._looks_anew is not None:
            self._looks_anew.close()


def newest(before: NDArray[np.float64], now: NDArray[np.float64]) -> NDArray[np.float64]:
    """The visibilities (33,) whose weight took MediaPipe's exponential mean of them from ``before`` to ``now``."""
    return np.clip(before + (now - before) / NEWEST_SHARE, 0.0, 1.0)


def _share_in_view(person: NDArray[np.float64]) -> float:
    """Of the body's landmarks, 0–1."""
    return float(np.mean(person[BODY, VISIBILITY] >= th.MIN_VISIBILITY))


def _first(result: _Result) -> NDArray[np.float64] | None:
    if not result.pose_landmarks:
        return None
    person = result.pose_landmarks[0]
    return np.array([(point.x, point.y, point.z, point.visibility) for point in person], dtype=np.float64)


def load(model: Path, *, follows: bool) -> PoseLandmarker:
    """A MediaPipe landmarker of one person, on the CPU.

    Raises:
        ModelMissing: MediaPipe cannot load the file.
    """
    tasks = import_module("mediapipe.tasks.python")
    mode = tasks.vision.RunningMode
    options = tasks.vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(
            model_asset_path=str(model),
            delegate=tasks.BaseOptions.Delegate.CPU,
        ),
        running_mode=mode.VIDEO if follows else mode.IMAGE,
        num_poses=1,
    )
    try:
        return tasks.vision.PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        raise ModelMissing(model) from error
