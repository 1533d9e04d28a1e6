"""What a measure is read from: one action of one player, lengths in H, + towards the target and + upwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Instant, fractional_index, samples_between, time_at, value_at
from cricksy.analysis.measures.approach import Approach
from cricksy.analysis.metrics.confidence import Scene, base_confidence, landmark_error
from cricksy.analysis.metrics.no_contact import Contact, why_no_contact
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray, IntArray
from cricksy.results.measurements import EventName

# s; a planted foot is read over this long: its ankle moves by 1 % of H as the sole comes down
PLANTED_S: Final = 0.05
# ratio; of what the least likely cosine would hide: filmed from the side, most players go more nearly across
PLANE_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True)
class RawMeasure:
    """A value in the unit of its kind: H, H/s, per cent, degrees or milliseconds.

    ``uncertainty``: half-width of a 90 % interval. ``confidence``: what landmarks, video and events allow. ``events``:
    the names of those that it is read at, the last one last; ``at``: the sample, where it is read at no event.
    ``series`` (n,): the same quantity over all samples of the motion; ``None`` where it is of no single instant.
    """

    value: float
    uncertainty: float
    confidence: float
    events: tuple[EventName, ...] = ()
    at: int | None = None
    series: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """``scene`` as the metrics have it, and the way of the hips before it as far back as the film shows."""

    scene: Scene
    approach: Approach

    @property
    def motion(self) -> Motion:
        return self.scene.motion

    def event(self, name: EventName) -> Instant | None:
        return self.scene.action.instants.get(name)

    def without(self, contact: Contact) -> NotMeasured:
        """What needs a contact that was not found."""
        return NotMeasured(why_no_contact(self.scene, contact))

    def time_s(self, instant: Instant) -> float:
        return time_at(self.motion, instant.index)

    def ahead(self, points: FloatArray) -> FloatArray:
        """(n,) how far points (n, 2) in pixels lie towards the target."""
        return self.scene.action.towards * points[:, 0] / self.motion.scale

    def height(self, points: FloatArray) -> FloatArray:
        """(n,) how high points (n, 2) in pixels lie."""
        return -points[:, 1] / self.motion.scale

    def joint(self, joint: Joint, side: Side) -> FloatArray:
        """(n, 2) in pixels; NaN where it is hidden or out of the picture."""
        return self.within(self.motion.smooth[:, joint + side], joint + side)

    def middle(self, joint: Joint) -> FloatArray:
        """(n, 2) half-way between the two of a pair, in pixels; NaN where one is hidden or out of the picture."""
        return self.within(self.motion.middle(joint), joint, joint + 1)

    def within(self, points: FloatArray, *landmarks: int) -> FloatArray:
        """Points (n, …) that are made of ``landmarks``; NaN where one of these is out of the picture, and guessed."""
        inside = self.motion.inside[:, landmarks].all(axis=1)
        return np.where(inside.reshape(-1, *[1] * (points.ndim - 1)), points, np.nan)

    def sole(self) -> FloatArray:
        """(n,) height of the lowest heel or toe; NaN where one foot is hidden or out of the picture."""
        feet = range(Joint.HEEL, Joint.TOE + 2)
        lowest = self.motion.smooth[:, feet, 1].max(axis=1)
        return self.within(-lowest / self.motion.scale, *feet)

    def at(self, values: FloatArray, instant: Instant) -> float:
        return value_at(values, instant.index)

    def planted(self, values: FloatArray, landing: Instant) -> float:
        """Median of ``values`` (n,) of a foot from its landing on; NaN where it is hidden."""
        start_s = self.time_s(landing)
        standing = values[samples_between(self.motion, start_s, start_s + PLANTED_S)]
        standing = standing[np.isfinite(standing)]
        return float(np.median(standing)) if len(standing) else math.nan

    def landmarks(self, ends: float) -> float:
        """Half-width in H of what landmarks are off; ``ends``: of one landmark's standard deviation."""
        return th.Z90 * ends * landmark_error(self.scene)

    def timing(self, values: FloatArray, instant: Instant) -> float:
        """What the uncertainty of ``instant`` adds to that of the value of ``values`` (n,) at it."""
        at_s, u = self.time_s(instant), instant.uncertainty_s
        ends = [value_at(values, fractional_index(self.motion, at_s + way * u)) for way in (-1.0, 1.0)]
        return abs(ends[1] - ends[0]) / 2 if np.isfinite(ends).all() else 0.0

    def confidence(self, joints: Sequence[int], rate: float, *instants: Instant) -> float:
        """As sure as ``joints`` are seen at the ``instants``, at a frame rate that should be ``rate``, and as these."""
        seen = [base_confidence(self.scene, joints, rate, self._near(instant)) for instant in instants]
        return min([*seen, *(instant.confidence for instant in instants)])

    def _near(self, instant: Instant) -> slice:
        at_s = self.time_s(instant)
        near: IntArray = samples_between(self.motion, at_s - th.EVENT_NEAR_S, at_s + th.EVENT_NEAR_S)
        return slice(int(near[0]), int(near[-1]) + 1)

    def foreshortened(self, length: float) -> float:
        """By how much a ``length`` along the way to the target may look shorter than it is."""
        return PLANE_SHARE * abs(length) * (1.0 / self.scene.plane_cosine - 1.0)

    @property
    def plane_sine(self) -> float:
        """Of the largest likely angle between the image and the way to the target."""
        return math.sqrt(1.0 - self.scene.plane_cosine**2)
