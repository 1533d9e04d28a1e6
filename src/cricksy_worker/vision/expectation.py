"""Where the athlete is expected, from what the first pass saw of him."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cricksy.analysis.track import FloatArray
from cricksy_worker.vision.detections import Detection
from cricksy_worker.vision.regions import Region, around
from cricksy_worker.vision.tracking import Tracklet

# ratio; of the athlete's size, round the box in which he is expected; the model looks 1.25 times as far
MARGIN: Final = 0.4
UNSEEN_MS: Final = 100.0  # ms; provisional: before and after the first pass's detections he may be where they are
STRAY: Final = 0.4  # ratio; of his size, from the expected place: farther off it is somebody else
SURE_STEP_MS: Final = 125.0  # ms; between detections of the first pass: over longer he strays as much more


@dataclass(frozen=True, slots=True)
class ExpectationParams:
    """How far the athlete may be from where he is expected; see the constants of the same names."""

    margin: float = MARGIN
    unseen_ms: float = UNSEEN_MS
    stray: float = STRAY
    sure_step_ms: float = SURE_STEP_MS


EXPECTATION: Final = ExpectationParams()


@dataclass(slots=True)
class Expectation:
    """Where the athlete is expected, from the first pass's ``tracklet``, in an image of that size.

    The second pass asks about each of its frames, so the tracklet, which may be minutes long, is read only once.
    """

    tracklet: Tracklet
    width: int
    height: int
    params: ExpectationParams = EXPECTATION
    _t_ms: FloatArray = field(init=False, repr=False)
    _boxes: FloatArray = field(init=False, repr=False)
    _centres: FloatArray = field(init=False, repr=False)
    _size: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._t_ms = np.array([at.t_ms for at in self.tracklet])
        self._boxes = np.array([at.box for at in self.tracklet])
        self._centres = np.array([at.centre for at in self.tracklet])
        self._size = float(np.median([at.size for at in self.tracklet]))

    def region(self, start_ms: float, end_ms: float) -> Region:
        """The part of the image that holds the athlete from ``start_ms`` to ``end_ms``."""
        times = [start_ms, *self._t_ms[(start_ms < self._t_ms) & (self._t_ms < end_ms)], end_ms]
        boxes = np.array([self._box(t_ms) for t_ms in times])
        return around(boxes, self.width, self.height, self.params.margin * self._size)

    def mask(self, t_ms: float) -> Region:
        """The part that holds the athlete at ``t_ms``."""
        return around(self._box(t_ms)[None], self.width, self.height, self.params.margin * self._size)

    def holds(self, detection: Detection) -> bool:
        """Whether ``detection`` is the athlete. Nobody is while the first pass has lost him."""
        times = self._t_ms
        if not times[0] - self.params.unseen_ms <= detection.t_ms <= times[-1] + self.params.unseen_ms:
            return False
        after = min(max(int(np.searchsorted(times, detection.t_ms)), 1), len(times) - 1)
        unseen = float(times[after] - times[after - 1]) / self.params.sure_step_ms if len(times) > 1 else 1.0
        expected = [np.interp(detection.t_ms, times, self._centres[:, axis]) for axis in (0, 1)]
        return float(np.linalg.norm(detection.centre - expected)) <= self.params.stray * max(1.0, unseen) * self._size

    def _box(self, t_ms: float) -> FloatArray:
        return np.array([np.interp(t_ms, self._t_ms, self._boxes[:, side]) for side in range(4)])
