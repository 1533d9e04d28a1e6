"""Reading frames with a pose model: the whole picture, its tiles, or the part where the athlete is expected."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from cricksy.analysis.skeleton import BODY
from cricksy.analysis.track import FloatArray
from cricksy_worker.vision.frames import SourceFrame
from cricksy_worker.vision.mediapipe_pose import Landmarker
from cricksy_worker.vision.tiles import WHOLE, Region, around
from cricksy_worker.vision.tracking import Look, Reading

LONGEST_SIDE: Final = 1920  # pixels of the picture: the model sees a person through 256 × 256, so 4K adds time alone
LEAST_INSIDE: Final = 0.8  # of the body's landmarks, for a person at a tile's edge: the next tile shows the rest
MARGIN: Final = 0.4  # round the box in which the athlete is expected; the model looks 1.25 times as far
UNSEEN_MS: Final = 100.0  # provisional: before and after the first pass's readings he may be where they are
STRAY: Final = 0.4  # from the expected place: farther off it is somebody else
SURE_STEP_MS: Final = 125.0  # from one reading of the first pass to the next: over longer he strays as much more

Divide = Callable[[int, int], Sequence[Region]]
"""The parts to look at of a picture of that width and height."""


def _undivided(_width: int, _height: int) -> Sequence[Region]:
    return [WHOLE]


class PoseReader:
    """Finds one person in each part of a film's pictures with ``model``, the ``number``-th of the track's.

    One that ``follows`` looks next where it found the person last, and holds a landmarker, some 100 MB, for each part.

    Raises:
        ModelMissing: The model cannot be loaded.
    """

    def __init__(self, model: Path, number: int, divide: Divide = _undivided, *, follows: bool = True) -> None:
        self._model = model
        self._number = number
        self._divide = divide
        self._follows = follows
        self._size = (0, 0)
        self._stack = ExitStack()
        self._parts: list[tuple[Region, Landmarker]] = []

    def read(self, frame: SourceFrame, *, only: Region | None = None, hidden: Sequence[Reading] = ()) -> Look:
        """The person of each part who is whole in it; what is outside ``only`` and who is ``hidden`` are covered."""
        if not self._parts:
            self._open(frame)
        # A part is shown as large as the whole picture would be, where the film has as many pixels.
        image = frame.pixels(round(LONGEST_SIDE / max(region.longer_side for region, _ in self._parts)))
        if only is not None:
            image = only.only(image)
        for person in hidden:
            image = around(person.box[None], *self._size, 0.0).hide(image)
        people: list[Reading] = []
        for region, landmarker in self._parts:
            shares = landmarker.detect(region.cut(image), frame.t_ms)
            if shares is not None and _inside(shares, region) >= LEAST_INSIDE:
                trust = float(shares[BODY, 3].mean()) * _inside(shares, region)
                people.append(Reading(frame.index, frame.t_ms, region.place(shares, *self._size), trust))
        return Look(frame.index, frame.t_ms, self._number, people)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def _open(self, frame: SourceFrame) -> None:
        # Coordinates of all frames are in pixels of the first.
        self._size = frame.size
        regions = self._divide(*frame.size)
        landmarkers = [
            self._stack.enter_context(Landmarker(self._model, follows=self._follows))
            for _ in (regions if self._follows else regions[:1])
        ]
        self._parts = list(zip(regions, cycle(landmarkers), strict=False))


@dataclass(frozen=True, slots=True)
class Expectation:
    """Where the athlete is expected, from the readings ``path`` of the first pass, for a picture of that size."""

    path: Sequence[Reading]
    width: int
    height: int

    def region(self, start_ms: float, end_ms: float) -> Region:
        """The part of the picture that holds the athlete from ``start_ms`` to ``end_ms``."""
        times = [start_ms, *(at.t_ms for at in self.path if start_ms < at.t_ms < end_ms), end_ms]
        boxes = np.array([self._box(t_ms) for t_ms in times])
        return around(boxes, self.width, self.height, MARGIN * self._size())

    def mask(self, t_ms: float) -> Region:
        """The part that holds the athlete at ``t_ms``."""
        return around(self._box(t_ms)[None], self.width, self.height, MARGIN * self._size())

    def holds(self, reading: Reading) -> bool:
        """Whether ``reading`` is the athlete rather than somebody else; where the first pass lost him, nobody is."""
        times = [at.t_ms for at in self.path]
        if not times[0] - UNSEEN_MS <= reading.t_ms <= times[-1] + UNSEEN_MS:
            return False
        after = min(max(int(np.searchsorted(times, reading.t_ms)), 1), len(times) - 1)
        unseen = (times[after] - times[after - 1]) / SURE_STEP_MS if len(times) > 1 else 1.0
        centres = np.array([at.centre for at in self.path])
        expected = [np.interp(reading.t_ms, times, centres[:, axis]) for axis in (0, 1)]
        return float(np.linalg.norm(reading.centre - expected)) <= STRAY * max(1.0, unseen) * self._size()

    def _box(self, t_ms: float) -> FloatArray:
        times = [at.t_ms for at in self.path]
        boxes = np.array([at.box for at in self.path])
        return np.array([np.interp(t_ms, times, boxes[:, side]) for side in range(4)])

    def _size(self) -> float:
        return float(np.median([at.size for at in self.path]))


def _inside(shares: FloatArray, region: Region) -> float:
    """Share of the body's landmarks, 0–1 across the region, that do not lie beyond an edge inside the picture."""
    x, y = shares[BODY, 0], shares[BODY, 1]
    inside = np.ones(len(BODY), dtype=np.bool_)
    if region.left > 0:
        inside &= x >= 0
    if region.right < 1:
        inside &= x <= 1
    if region.top > 0:
        inside &= y >= 0
    if region.bottom < 1:
        inside &= y <= 1
    return float(np.mean(inside))
